"""Fill a pattern from another report's 数据; what fits nothing stays visibly open."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from corpus.names import take_apart
from corpus.slots import Pattern, Slot
from scoring.numbers.facts import Fact, Role, facts
from scoring.numbers.mention import Mention
from scoring.numbers.rewrite import rewrite
from scoring.numbers.vocabulary import unit_of
from scoring.report import Report

_MOST_DECIMALS = 2


@dataclass(frozen=True, slots=True)
class Place:
    """A slot in a filled text: code points (half-open), and the metric or label that filled it."""

    start: int
    end: int
    slot: Slot
    metric: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """A pattern with what the current report could fill; ``open`` slots show as 〔家次〕."""

    text: str
    used: tuple[Place, ...]
    open: tuple[Place, ...]


def fill(pattern: Pattern, report: Report) -> Filled:
    """Fill the slots that the current report answers; a slot that fits nothing stays visibly open.

    A number is filled where a confirmed metric of the same name or alias and of a fitting unit holds it; a
    number that was calculated or planned is never filled.
    """
    known = _by_word(facts(report))
    text = ""
    used: list[Place] = []
    still_open: list[Place] = []
    for part in pattern.parts:
        if isinstance(part, str):
            text += part
            continue
        fact = _fitting(part, known)
        written = _number(part, fact) if fact else _name_or_year(part, report)
        place = Place(len(text), len(text) + len(written or part.blank), part, fact.name if fact else "")
        (used if written else still_open).append(place)
        text += written or part.blank
    return Filled(text, tuple(used), tuple(still_open))


_Known = Mapping[tuple[str, Role], Sequence[Fact]]


def _by_word(known: Iterable[Fact]) -> _Known:
    found: dict[tuple[str, Role], list[Fact]] = {}
    for fact in known:
        for word in fact.words if fact.name != "年度目标" else ():
            found.setdefault((_plain(word), fact.role), []).append(fact)
    return found


def _plain(word: str) -> str:
    return "".join(unicodedata.normalize("NFKC", word).split())


def _fitting(slot: Slot, known: _Known) -> Fact | None:
    """The current fact that a number slot may state; None where there is none or the others differ."""
    if not slot.metric:
        return None
    base = unit_of(slot.unit).base
    fact = _first((slot.metric, *slot.names), slot.role, base, known)
    for name in slot.others:
        other = _first((name,), slot.role, base, known)
        if fact is None or other is None or other.base_value != fact.base_value:
            return None
    return fact


def _first(names: Iterable[str], role: Role, base: str, known: _Known) -> Fact | None:
    for name in names:
        for fact in known.get((_plain(name), role), ()):
            if fact.unit.base == base and fact.confirmed:
                return fact
    return None


def _number(slot: Slot, fact: Fact) -> str:
    """The fact printed as the slot's number was: its unit, Chinese numerals for small numbers."""
    unit = unit_of(slot.unit)
    exponent = fact.value.normalize().as_tuple().exponent
    decimals = min(_MOST_DECIMALS, max(0, -exponent)) if isinstance(exponent, int) else 0
    as_before = slot.places if slot.kind == "percent" else 0
    as_entered = decimals if unit.word == fact.unit.word else 0
    as_printed = Mention(
        start=0,
        end=0,
        text=slot.manner,
        value=None,
        unit=slot.unit,
        kind="quantity",
        scale=unit.factor,
        places=max(as_before, as_entered),
        base_unit=unit.base,
        chinese=slot.is_chinese and fact.value < 100,
    )
    return rewrite(as_printed, fact.base_value)


def _name_or_year(slot: Slot, report: Report) -> str | None:
    unit = take_apart(report.budget_unit)
    match slot.kind:
        case "year":
            return f"{report.year + slot.offset}{slot.suffix}"
        case "own_unit":
            return unit.full
        case "unit_kind":
            return unit.kind or None
        case "level":
            return unit.level or None
        case "own_place":
            return unit.places[-1] if unit.places else None
        case _:
            return None
