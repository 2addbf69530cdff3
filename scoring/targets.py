"""Reads targets out of 年度目标 and 年度指标值: comparator, value, unit and times a year."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import yaml

from scoring.numbers.mention import Mention
from scoring.numbers.numerals import chinese_value
from scoring.numbers.reader import read
from scoring.target import Comparator, Target

_LEADING = re.compile(r"^\s*(?:[（(]?[\d一二三四五六七八九十]{1,2}[)）.、．]\s*|[①-⑳]\s*)")
_WORD_BEFORE = re.compile(
    r"(?:不少于|不低于|不小于|大于或?等于|至少|不超过|不高于|不大于|不多于|小于或?等于|至多|控制在|超过|大于|高于|多于"
    r"|小于|低于|少于|等于|达到?|为|[≥≤=<>]=?)\s*[-]?$"
)
_EDGES = "，。；、,;：: 　的均约（）()【】-"
_FLOOR_WORDS = re.compile("至少|不少于|不低于")
_COUNT = re.compile(r"[一两二三四五六七八九十\d]{1,3}\s*(?=[次场期轮])")
_NUMERALS = {
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
}


@lru_cache(maxsize=4096)
def read_target(text: str) -> Target:
    """The first target that ``text`` sets; one without a number is kept as qualitative."""
    return read_targets(text)[0]


def read_targets(text: str) -> tuple[Target, ...]:
    """Every target in ``text``, in order; at least one.

    每月1次 is at least 12 times a year, 双周 about 26; 不少于, 以上 and the like become comparators.
    """
    seen = text.translate(_signs())
    found = tuple(_targets(text, seen))
    return found or (_frequent_only(text, seen) or Target(text, subject=_subject(text, [])),)


def _targets(text: str, seen: str) -> Iterator[Target]:
    start = 0
    for mention in read(seen):
        if not mention.is_fact or mention.value is None or _is_period(seen, mention):
            continue
        frequency, spans = _frequency(seen, start, mention)
        comparator, number_span = _comparator(seen, mention)
        value = -mention.value if _is_negative(seen, mention) else mention.value
        unit, base, per_year = _per_period(seen, mention)
        yield Target(
            text,
            "≥" if spans and comparator == "=" else comparator,
            value,
            unit,
            frequency * per_year if mention.kind == "quantity" else 1,
            _subject(seen[start:], [(a - start, b - start) for a, b in (*spans, number_span)]),
            mention.value_to,
            mention.scale,
            base,
            mention.kind,
        )
        start = mention.end


def _frequent_only(text: str, seen: str) -> Target | None:
    """双周工作会议, 每周一次例会: a frequency whose count is one or stands in words."""
    match = _every().search(seen) or _alone().search(seen)
    if match is None:
        return None
    count = _COUNT.match(seen, match.end())
    digits = count.group().strip() if count else "一"
    times = Decimal(digits) if digits.isdigit() else chinese_value(digits) or Decimal(1)
    end = count.end() + 1 if count else match.end()
    frequency = _frequency_of(match)
    subject = _subject(seen, [(match.start(), end)])
    return Target(text, "≥", times, "次", frequency, subject, base_unit="次")


def _frequency(seen: str, start: int, mention: Mention) -> tuple[int, list[tuple[int, int]]]:
    """How often a year the mention is asked for, and the words that say so (before it in its clause)."""
    clause = max((seen.rfind(mark, start, mention.start) for mark in "，。；,;"), default=-1) + 1
    matches = list(_every().finditer(seen, max(clause, start), mention.start))
    if not matches:
        matches = list(_alone().finditer(seen, max(clause, start), mention.end))
    if not matches:
        return 1, []
    return _frequency_of(matches[-1]), [matches[-1].span()]


def _frequency_of(match: re.Match[str]) -> int:
    words = _data()["frequencies"]
    return int({**words["无每"], **words["每"]}[match.group(1)])


def _comparator(seen: str, mention: Mention) -> tuple[Comparator, tuple[int, int]]:
    """The comparator of a mention and the span of number, unit and comparator words."""
    start, end = mention.start, mention.end
    before = _WORD_BEFORE.search(seen, 0, start)
    behind = _behind().match(seen, end)
    sign = mention.comparator
    if _is_negative(seen, mention) and start > 1 and seen[start - 2] in "≥≤<>":
        sign = seen[start - 2]
    if behind and sign in ("", "=", ">"):
        sign = _data()["behind"][behind.group(1)]
    if sign == "=" and re.search(rf"(?:{'|'.join(_data()['floors'])})了?\s*$", seen[:start]):
        sign = "≥"
    span = (before.start() if before else start, behind.end() if behind else end)
    known: dict[str, Comparator] = {"≥": "≥", "≤": "≤", ">": ">", "<": "<"}
    return known.get(sign, "="), span


def _is_negative(seen: str, mention: Mention) -> bool:
    sign, before = (
        seen[mention.start - 1 : mention.start],
        seen[max(0, mention.start - 2) : mention.start - 1],
    )
    return sign == "-" and mention.start > 0 and not before.isalnum()


def _is_period(seen: str, mention: Mention) -> bool:
    """Whether the number belongs to a period: the 两个月 of 每两个月1次."""
    match = _every().search(seen, max(0, mention.start - 1))
    return match is not None and match.start() < mention.start < match.end()


def _per_period(seen: str, mention: Mention) -> tuple[str, str, int]:
    """Unit, base unit and factor of a unit such as 次/月: (次, 次, 12)."""
    period = _period().match(f"{mention.unit}{seen[mention.end :]}")
    if period is None:
        return mention.unit, mention.base_unit, 1
    per_year = int(_data()["frequencies"]["每单位"][period.group(2)])
    return period.group(1), mention.base_unit.partition("/")[0], per_year


def _subject(seen: str, spans: list[tuple[int, int]]) -> str:
    """The text without ``spans``: of the clause of the last of them, or of all where that is empty."""
    marked = seen
    for start, end in sorted(spans, reverse=True):
        marked = f"{marked[:start]}\0{marked[end:]}"
    clauses = re.split("[，。；,;\n]", marked)
    own = next((clause for clause in reversed(clauses) if "\0" in clause), marked)
    for text in (own, marked):
        plain = _FLOOR_WORDS.sub("", _LEADING.sub("", text.replace("\0", ""))).strip(_EDGES)
        if plain:
            return plain
    return ""


@cache
def _data() -> dict[str, Any]:
    text = resources.files("scoring").joinpath("targets.yaml").read_text("utf-8")
    loaded: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return loaded


@cache
def _signs() -> dict[int, str]:
    return {ord(sign): common for sign, common in _data()["signs"].items()}


@cache
def _every() -> re.Pattern[str]:
    return re.compile(f"每(?:一)?({_longest_first(_data()['frequencies']['每'])})")


@cache
def _alone() -> re.Pattern[str]:
    return re.compile(f"({_longest_first(_data()['frequencies']['无每'])})")


@cache
def _period() -> re.Pattern[str]:
    return re.compile(f"([^/]*)[/／]({_longest_first(_data()['frequencies']['每单位'])})")


@cache
def _behind() -> re.Pattern[str]:
    return re.compile(rf"\s*(?:[（(]含[）)])?\s*({_longest_first(_data()['behind'])})(?:[（(]含[）)])?")


def _longest_first(words: dict[str, Any]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))
