"""The packaged words of the number reader: units, traps, and the text as the reader sees it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import yaml

from scoring.numbers.mention import Kind

# Everything stays literal text: an example such as 2020-12-31 is no date here.
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


# the comma of １，２２５ separates thousands; every other full-width comma is punctuation
_WIDE_SEPARATOR = re.compile("(?<=[０-９])，(?=[０-９]{3}(?![０-９]))")
_A_SCALE = 10**4
"""万 and 亿 may stand for a unit by themselves (12.3万); 千 and 百 do not."""
TIME_UNITS = frozenset(("分钟", "天", "日", "工作日", "个月", "年", "周", "季度", "个周", "岁"))
"""Base units of spans of time."""
PLACES = frozenset(("处", "座", "眼", "口"))
"""Units in which one and the same place is counted."""
PEOPLE = frozenset(("人", "人次"))
"""Base units in which people are counted."""
HEADS = PEOPLE | {"名", "位"}
"""Words by which an average a head is told."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit word: what it measures (``base``) and how many base units one of it is."""

    word: str
    base: str
    factor: Decimal


@dataclass(frozen=True, slots=True)
class Shape:
    """A form of digits that states no quantity; ``kind`` None makes no mention at all."""

    name: str
    kind: Kind | None
    pattern: re.Pattern[str]
    examples: tuple[str, ...]


def packaged(name: str) -> Any:
    """The content of one packaged YAML file of this folder."""
    text = (files("scoring.numbers") / name).read_text(encoding="utf-8")
    return yaml.load(text, Loader=_LOADER)


@cache
def units() -> dict[str, Unit]:
    """Unit word → unit. Counting words of one line share their first word as base."""
    data = packaged("units.yaml")
    known = {
        word: Unit(word, base, _fraction(str(factor)))
        for base, words in data["scaled"].items()
        for word, factor in words.items()
    }
    for words in data["counted"]:
        for word in words:
            known.setdefault(word, Unit(word, words[0], Decimal(1)))
    return known


@lru_cache(maxsize=4096)
def unit_of(word: str) -> Unit:
    """The unit that ``word`` names; scales before it (万元, 万亿斤) go into the factor; unknown words count themselves."""
    known = units()
    word = unicodedata.normalize("NFKC", word.strip()) or ""
    if word in known:
        return known[word]
    for scale, factor in (("亿", 10**8), ("万", 10**4), ("千", 10**3), ("百", 100)):
        rest = word.removeprefix(scale)
        if rest == word:
            continue
        if not rest:
            return Unit(word, "", Decimal(factor)) if factor >= _A_SCALE else Unit(word, word, Decimal(1))
        unit = unit_of(rest)
        return Unit(word, unit.base, unit.factor * factor)
    return Unit(word, word, Decimal(1))


def scale_of(word: str) -> Decimal:
    """The factor of the scale that a unit's word opens with: 10000 for 万元, 万人次 or a bare 万; else 1."""
    scales = {"万": Decimal(10**4), "亿": Decimal(10**8)}
    return scales.get(word.strip()[:1], Decimal(1))


@cache
def shapes() -> tuple[Shape, ...]:
    """The shapes of traps.yaml, earlier ones first; D and C stand for digits and Chinese numerals."""
    return tuple(
        Shape(
            entry["name"],
            None if entry["kind"] == "none" else entry["kind"],
            re.compile(_expand(entry["pattern"])),
            tuple(entry["examples"]),
        )
        for entry in packaged("traps.yaml")["shapes"]
    )


@cache
def trap_words() -> re.Pattern[str]:
    """One pattern of all words that hold a numeral and count nothing, longest first."""
    words = sorted(packaged("traps.yaml")["words"], key=len, reverse=True)
    return re.compile(rf"(?<![0-9零一二三四五六七八九十百千万亿两])(?:{'|'.join(map(re.escape, words))})")


@cache
def _character_map() -> dict[int, str]:
    table = {ord(a): b for a, b in packaged("traps.yaml")["same_as"].items()}
    for code in range(0xFF01, 0xFF5F):
        if chr(code) not in "，。；：？！（）":
            table[code] = unicodedata.normalize("NFKC", chr(code))
    return table | {ord("％"): "%", ord("﹪"): "%", ord("\u00a0"): " ", ord("\u3000"): " "}


def as_read(text: str) -> str:
    """``text`` with full-width and traditional characters replaced one for one, so that offsets stay."""
    return _WIDE_SEPARATOR.sub(",", text).translate(_character_map())


@cache
def not_followed_by() -> dict[str, frozenset[str]]:
    """Unit → characters after it that show it was the beginning of another word."""
    return {unit: frozenset(chars) for unit, chars in packaged("units.yaml")["not_followed_by"].items()}


@cache
def names_only() -> frozenset[str]:
    """Units that make a name, not a count, of a bare Chinese numeral (三级, 四路)."""
    return frozenset(packaged("units.yaml")["names_only"])


def _expand(pattern: str) -> str:
    """D → digits; C3 → one to three Chinese numerals; D4 → four digits; [D0Cn] → any numeral character."""
    numerals = "零一二三四五六七八九十百"
    pattern = pattern.replace("[D0Cn]", f"[0-9{numerals}两双千万]").replace("D4", r"(?:19|20)\d{2}")
    pattern = re.sub(r"C(\d)", rf"[{numerals}]{{1,\1}}", pattern)
    pattern = re.sub(r"\[C", f"[{numerals}", pattern)
    return re.sub(r"(?<![A-Z\\\[])D(?![A-Z])", r"\\d+", pattern)


def _fraction(text: str) -> Decimal:
    numerator, _, denominator = text.partition("/")
    return Decimal(numerator) / Decimal(denominator) if denominator else Decimal(text)


@cache
def cue_patterns() -> dict[str, dict[str, re.Pattern[str]]]:
    """The patterns of cues.yaml, of the words before a number (lead) and of those behind it (tail)."""
    data: dict[str, Any] = packaged("cues.yaml")
    return {
        side: {name: re.compile(pattern) for name, pattern in data[side].items()} for side in ("lead", "tail")
    }


@cache
def abstract_nouns() -> tuple[str, ...]:
    """Nouns whose count lists what the text says, not facts: 方面, 环节."""
    return tuple(packaged("cues.yaml")["abstract"])


@cache
def counted_as() -> dict[str, tuple[str, ...]]:
    """Noun → the units in which it may be counted: 校 → 所."""
    return {noun: tuple(units) for noun, units in packaged("cues.yaml")["counted_as"].items()}


@cache
def year_cues() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Words that make another year harmless: right before it, right after it, and of the future."""
    data = packaged("cues.yaml")
    return re.compile(data["year_before"]), re.compile(data["year_after"]), re.compile(data["future"])
