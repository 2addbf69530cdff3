"""The lock on a model's words: whatever counts something outside a slot is found here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from functools import cache
from typing import Any, Final

from prompts import data
from scoring.numbers.affinity import grams
from scoring.numbers.reader import read
from scoring.words import pattern

SLOT: Final = re.compile(r"\{\{([^{}\n]{1,80})\}\}")
BLANK: Final = "□"
"""Stands for a slot, or a name of the report that holds a number, while the words are looked at."""
_GOAL: Final = "◇"
"""Stands for the slot of a target, beside which 以上 says what the target says."""
_LATIN: Final = re.compile(r"[A-Za-z]{2,}")
_CLAUSE: Final = re.compile(r"[^，；。！？,;]+[，；。！？,;]*")
_LONGEST: Final = 300
_ALLOWED: Final[Mapping[str, frozenset[str]]] = {
    "exceeded": frozenset({"exceeded"}),
    "reached": frozenset({"met", "exceeded"}),
    "missed": frozenset({"missed"}),
}


def stray(sentence: str, names: Collection[str], own_texts: str) -> str:
    """What counts something in ``sentence`` outside its slots; empty where nothing does.

    Args:
        sentence: words and slots as a model wrote them.
        names: names of the report; one that holds a number may be written out.
        own_texts: the report's own words; dates and Latin letters may be taken from there.
    """
    bare = SLOT.sub(lambda slot: _GOAL if slot[1].strip().endswith(".目标") else BLANK, sentence)
    if "{" in bare or "}" in bare:
        return "槽位的写法有误"
    if len(sentence) > _LONGEST:
        return "句子太长"
    if any(unicodedata.category(char) in ("Cc", "Cf", "Co", "Cs", "Cn") for char in bare):
        return "有看不见的字符"
    words = _without_names(bare, names, own_texts)
    for check in (_digits, _numerals, _read):
        if found := check(words):
            return f"出现了槽位以外的数“{found}”"
    for word in _LATIN.findall(words):
        if word not in own_texts:
            return f"出现了外文“{word[:20]}”"
    if match := _lock("claims").search(bare):
        return f"“{match.group()}”没有数据支撑"
    if match := _beside().search(bare):
        return f"数的前后不能加“{match.group().strip(BLANK)}”"
    return ""


def misjudged(sentence: str, statuses: Mapping[str, str], rises: Mapping[str, bool]) -> str:
    """The word of ``sentence`` that does not agree with what the core computed; empty where all do.

    Args:
        sentence: words and slots.
        statuses: slot name → met, missed, exceeded of the metric that it shows; empty for no target.
        rises: name of a slot for last year's value → whether the value has risen since.
    """
    bare = SLOT.sub(BLANK, sentence)
    slots = [name.strip() for name in SLOT.findall(sentence)]
    if _lock("change").search(bare) and not any(slot in rises for slot in slots):
        return "与上年比较的说法应由槽位写出"
    for slot in slots:
        wrong = _lock("fall") if rises.get(slot) else _lock("rise")
        if slot in rises and (match := wrong.search(bare)):
            return f"“{match.group()}”与数据的增减不符"
    last = ""
    for clause in _CLAUSE.findall(sentence):
        own = [name.strip() for name in SLOT.findall(clause)] or ([last] if last else [])
        last = own[-1] if own else last
        for status, allowed in _ALLOWED.items():
            match = _status(status).search(SLOT.sub(BLANK, clause))
            if match and (not own or any(statuses.get(slot) not in allowed for slot in own)):
                return f"“{match.group()}”与完成情况不符"
    return ""


def misplaced(sentence: str, owners: Mapping[str, Collection[str]], others: Collection[str]) -> str:
    """The slot whose words name something else, or nothing, of what it shows; empty where all are well placed.

    Args:
        sentence: words and slots.
        owners: slot name → the names of what it shows; slots that need no name beside them are left out.
            Last year's value and a target must be called so. A name goes on over the slots of one metric.
        others: the names of everything.
    """
    position, named = 0, ""
    for match in SLOT.finditer(sentence):
        slot = match[1].strip()
        lead = sentence[position : match.start()]
        tail = re.split("[，。；、{]", sentence[match.end() :], maxsplit=1)[0]
        position = match.end()
        for ending, words in ((".上年", "last_year"), (".目标", "goal")):
            if slot.endswith(ending) and not _lock(words).search(f"{lead}{BLANK}{tail}"):
                return f"“{slot}”旁边没有写明是{ending[1:]}"
        whose = slot if slot in owners else slot.rpartition(".")[0]
        own, theirs = _last_named(lead, owners.get(whose, ()), others)
        goes_on = whose == named and bool(_lock("goes_on").fullmatch(lead))
        is_after = own > 0 and own >= theirs
        named = whose if is_after or goes_on else ""
        if slot in owners and not (
            is_after or goes_on or (own >= theirs and _last_named(tail, owners[slot], ())[0])
        ):
            return f"“{slot}”旁边写的不是它的名称"
    return ""


def _last_named(words: str, own: Collection[str], others: Collection[str]) -> tuple[int, int]:
    """Where the last two characters of one of ``own`` end in ``words``, and the last whole name of another."""
    pairs = (pair for name in own for pair in grams(name) if pair in words)
    names = (name for name in others if name in words and name not in own)
    return (
        max((words.rfind(pair) + 2 for pair in pairs), default=0),
        max((words.rfind(name) + len(name) for name in names), default=0),
    )


def is_past_measure(sentence: str) -> bool:
    """Whether a measure tells of what was done already."""
    return bool(pattern("past").search(sentence)) and not pattern("future").search(sentence)


def _without_names(bare: str, names: Collection[str], own_texts: str) -> str:
    """The words without names and dates of the report that hold numbers, without enumerators and set words."""
    for name in sorted(names, key=len, reverse=True):
        if any(char.isdigit() or char in data("lock")["numerals"] for char in name):
            bare = bare.replace(name, BLANK)
    for mention in reversed(read(bare)):
        if mention.kind == "date" and mention.text in own_texts:
            bare = bare[: mention.start] + BLANK + bare[mention.end :]
    bare = _lock("enumerators").sub(BLANK, bare)
    return _set_words().sub(BLANK, bare)


def _digits(words: str) -> str:
    return next((char for char in words if unicodedata.category(char)[0] == "N"), "")


def _numerals(words: str) -> str:
    found = re.search(f"[{data('lock')['numerals']}]", words)
    return words[max(0, found.start() - 2) : found.end() + 2] if found else ""


def _read(words: str) -> str:
    return next((m.text for m in read(words) if m.is_fact or m.kind in ("date", "reference")), "")


@cache
def _lock(name: str) -> re.Pattern[str]:
    return re.compile(data("lock")[name])


@cache
def _status(name: str) -> re.Pattern[str]:
    words: dict[str, Any] = data("lock")["status"]
    return re.compile(words[name])


@cache
def _set_words() -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, data("lock")["words"]), key=len, reverse=True)))


@cache
def _beside() -> re.Pattern[str]:
    lock = data("lock")
    return re.compile(f"(?:{lock['nearness']}){BLANK}|{BLANK}(?:{lock['nearness_after']})")
