"""What a number follows from where no rule asked for it: a relation that its words allow and chance hardly gives.

All results of the kinds that the words allow are laid out, first over what is named beside the number, then over
its sentence, then over all that stands near. One that agrees is taken only where so few others lie near it that
hardly one would agree by chance: 2320车次 of three numbers is no coincidence, 59人 of thirty is. The more precisely
a number is printed, the more may be tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from scoring.numbers.affinity import AKIN, grams, shared_run
from scoring.numbers.book import Case
from scoring.numbers.relations.field import Field
from scoring.numbers.relations.operand import Operand, Result, together
from scoring.numbers.relations.possible import possible
from scoring.numbers.vocabulary import PEOPLE

_BY_CHANCE = Decimal("0.05")
"""So many chance matches at most are expected among the results near the value."""
_OCTAVE = Decimal(2)
"""Results from half of the value to twice the value are near it."""
_MOST_NAMED = 40
"""So many values that are called alike are combined, or five hundred of one name would take minutes."""


def search(
    case: Case,
    operands: Sequence[Operand],
    everything: Sequence[Operand],
    agrees: Callable[[Result], bool],
    near_only: bool = False,
) -> Result | None:
    """The one result that agrees with the number and is no coincidence; None where there is none.

    Args:
        case: the number to explain, and what the words round it say of it.
        operands: proven numbers nearby.
        everything: all values of the report, of which changes since last year and degrees of completion are told.
        agrees: whether a result is what is printed, in its direction too.
        near_only: whether only what is named beside the number, and its sentence, may explain it.
    """
    value = case.mention.base_value
    if not value:
        return None
    told = [operand for operand in operands if operand.same_sentence or (operand.offset or 0) <= 0]
    fields = list(_fields(case, told, everything))
    for field in fields[:-1] if near_only else fields:
        near: dict[Decimal, Result] = {}
        for result in possible(case.mention, case.cues, _words(case), field):
            if value / _OCTAVE <= abs(result.value) <= value * _OCTAVE:
                near.setdefault(abs(result.value), result)
        agreeing = [result for result in near.values() if agrees(result)]
        if agreeing and _by_chance(case, len(near), agreeing) <= _BY_CHANCE:
            return agreeing[0]
    return None


def _words(case: Case) -> str:
    """The words before the number, back into the clause before where its own says little: 增幅最大，为."""
    return case.context.prior[-12:].rpartition("；")[2] + case.context.clause


def _by_chance(case: Case, count: int, agreeing: Sequence[Result]) -> Decimal:
    """How many of ``count`` results spread over the octaves round the value would agree with it by chance."""
    mention, value = case.mention, case.mention.base_value or Decimal(1)
    furthest = max(abs(abs(result.value) - value) for result in agreeing)
    window = max(mention.scale.scaleb(-mention.places), 2 * furthest)
    return count * window / (value * (_OCTAVE - 1 / _OCTAVE))


def _fields(case: Case, operands: Sequence[Operand], everything: Sequence[Operand]) -> Iterator[Field]:
    if (named := _named_beside(case, operands, everything)) is not None:
        yield named
    if (akin := _akin_to_last(operands, everything)) is not None:
        yield akin
    if (parts := _of_last(case, operands, everything)) is not None:
        yield parts
    if "半年" in case.context.prior + case.context.clause:
        halves = _halves(everything)
        is_of_year = "全年" in case.context.clause
        years = [together(halves[i : i + 2]) for i in range(0, len(halves), 2)] if is_of_year else []
        yield Field([*halves, *years], ())
        operands = [*operands, *halves]
    for told in ([operand for operand in operands if operand.same_sentence], operands):
        names = {operand.name for operand in told}
        yield Field(told, [operand for operand in everything if operand.name in names])


def _named_beside(case: Case, operands: Sequence[Operand], everything: Sequence[Operand]) -> Field | None:
    """What has the longest run of characters in common with the words beside the number, and the number before it."""
    beside = f"{case.context.lead}　{case.context.tail}"
    seen = frozenset(grams(beside))
    names = {operand.name for operand in (*operands, *everything)}
    runs = {name: shared_run(name, beside) for name in names if not seen.isdisjoint(grams(name))}
    most = max(runs.values(), default=0)
    if most < AKIN:
        return None
    held = [operand for operand in everything if runs.get(operand.name) == most][:_MOST_NAMED]
    near = [o for o in operands if runs.get(o.name) == most or (o.offset == -1 and o.same_sentence)]
    told = {operand.name for operand in near}
    return Field([*near, *(operand for operand in held if operand.name not in told)], held)


def _akin_to_last(operands: Sequence[Operand], everything: Sequence[Operand]) -> Field | None:
    """What is called like the number just stated: 糖尿病规范管理人数 beside 糖尿病患者2650人."""
    last = next((o for o in operands if o.place == -1 and o.same_sentence and o.is_metric), None)
    if last is None:
        return None
    same = [o for o in everything if o.base == last.base and shared_run(o.name, last.name) > AKIN]
    same = same[:_MOST_NAMED]
    return Field(same, ()) if len(same) > 1 else None


def _of_last(case: Case, operands: Sequence[Operand], everything: Sequence[Operand]) -> Field | None:
    """The number just stated and all in its unit, of which it may be the part: 抽核14030台，核验面20.5%."""
    if case.mention.base_unit != "%" or case.cues.change:
        return None
    before = [o for o in operands if o.same_sentence and o.is_metric and o.base != "%" and (o.place or 0) < 0]
    last = max(before, key=lambda operand: operand.place or 0, default=None)
    if last is None or (last.place or 0) < -2:
        return None
    alike = PEOPLE if last.base in PEOPLE else (last.base,)  # 参训失业人员712人次，498人再就业
    wholes = [replace(o, base=last.base) for o in everything if o.base in alike and o.value > last.value]
    return Field([last, *wholes[:_MOST_NAMED]], (), last.name)


def _halves(everything: Sequence[Operand]) -> list[Operand]:
    """What the first two and the last two quarters of a year make together, where the report holds all four."""
    by_name = {operand.name: operand for operand in everything}
    halves: list[Operand] = []
    for name in by_name:
        quarters = [by_name.get(name.replace("一季度", f"{one}季度")) for one in "一二三四"]
        year = [quarter for quarter in quarters if quarter is not None]
        if "一季度" in name and len(year) == len(quarters):
            halves += [together(year[:2]), together(year[2:])]
    return halves
