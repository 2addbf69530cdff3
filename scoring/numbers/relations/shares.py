"""Shares and rates: of a whole nearby, of what only together is the whole, of last year's, of what is not done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from scoring.numbers.affinity import AKIN, shared_run
from scoring.numbers.cues import Cues
from scoring.numbers.relations.operand import Operand, Result, compared, pairs
from scoring.numbers.relations.sums import sums_of
from scoring.numbers.vocabulary import PEOPLE

_HUNDRED = Decimal(100)
_MOST_SHARES = 5
ACROSS_UNITS = "比例"
"""The rate of a number to one in another unit: proof where it agrees, no error where it does not."""


def shares_of_what_is_compared(cues: Cues, operands: Sequence[Operand]) -> Iterator[Result]:
    """The share of last year's value or of a plan: 为上年的127.5%; 尚有4台未到货，占计划的10%."""
    told = [o for o in operands if o.same_sentence and o.base != "%"]
    for operand in told:
        for other, _ in compared(cues, operand):
            for part in (operand, *(o for o in told if o.base == operand.base and not o.is_metric)):
                if other:
                    share = part.value / other * _HUNDRED
                    yield Result(share, "占比", f"{part.printed}÷{operand.tell(other)}", (operand.name,))


def shares(cues: Cues, operands: Sequence[Operand], everything: Sequence[Operand]) -> Iterator[Result]:
    """The share that a smaller number takes of a larger one in the same unit, this year's or last year's."""
    if cues.last_year or any(o.offset == -1 and o.is_last_year for o in operands):
        yield from _last_years_shares(operands)
    if cues.parts:
        yield from _shares_of_called(cues.parts, operands, everything)
    for part, whole in pairs(operands, same_base=True):
        together = cues.portion or part.same_sentence or whole.same_sentence
        if (
            together
            and (whole.is_last_year == part.is_last_year or cues.against == "上年")
            and part.base != "%"
            and part.name != whole.name
            and part.value <= whole.value
            and whole.value
        ):
            yield Result(
                part.value / whole.value * _HUNDRED,
                "占比",
                f"{part.printed}÷{whole.printed}",
                (part.name, whole.name),
            )


def _shares_of_called(
    called: str, operands: Sequence[Operand], everything: Sequence[Operand]
) -> Iterator[Result]:
    """The share of what the words call by half its name: 菜市场改造占18.8% of 改造补助 and 支出."""
    for part in everything:
        if part.base == "%" or shared_run(part.name, called) < AKIN:
            continue
        for whole in operands:
            if (
                whole.base == part.base
                and (whole.same_sentence or whole.is_field)
                and whole.value > part.value
            ):
                share = part.value / whole.value * _HUNDRED
                formula = f"{part.printed}÷{whole.printed}"
                yield Result(share, "占比", formula, (part.name, whole.name))


def joint_shares(operands: Sequence[Operand]) -> Iterator[Result]:
    """The share of two together: 中央和省级合计占到九成."""
    told = [o for o in operands if o.same_sentence and o.base != "%"]
    for a, b in combinations(told, 2):
        for whole in operands if a.base == b.base and a.name != b.name else ():
            if (
                whole.base == a.base
                and a.is_last_year == b.is_last_year
                and whole.name not in (a.name, b.name)
                and whole.value > a.value + b.value
            ):
                formula = f"（{a.printed}＋{b.printed}）÷{whole.printed}"
                share = (a.value + b.value) / whole.value * _HUNDRED
                yield Result(share, "占比", formula, (a.name, b.name, whole.name))


def shares_of_listed(
    listed: Sequence[str], operands: Sequence[Operand], everything: Sequence[Operand]
) -> Iterator[Result]:
    """The share of what the words list: 食堂补贴、物业费、公车运行费三项占支出的81%."""
    for whole in (o for o in operands if o.base != "%"):
        for joint in sums_of(
            listed, [o for o in everything if o.base == whole.base and o.value < whole.value]
        ):
            if joint.value < whole.value:
                share = joint.value / whole.value * _HUNDRED
                names = (*joint.operands, whole.name)
                yield Result(share, "占比", f"（{joint.formula}）÷{whole.printed}", names)


def rest_of_shares(operands: Sequence[Operand]) -> Iterator[Result]:
    """What shares told one after another leave: 补助占83.4%，慰问金占5.5%，其余11.1%."""
    before = {o.offset: o for o in operands if o.same_sentence and o.base == "%" and not o.is_metric}
    rest, printed = _HUNDRED, "100%"
    for offset in range(-1, -_MOST_SHARES - 1, -1):
        if offset not in before:
            break
        rest, printed = rest - before[offset].value, f"{printed}－{before[offset].printed}"
        yield Result(rest, "余数", printed, (before[offset].name,))


def _last_years_shares(operands: Sequence[Operand]) -> Iterator[Result]:
    """A share as it was last year: 占比由22.8%提高到23.8%."""
    for part, whole in pairs([o for o in operands if o.base != "%"], same_base=False):
        is_rate = part.same_sentence and whole.same_sentence and "元" not in (part.base, whole.base)
        if not (_counts_alike(part, whole) or is_rate):
            continue
        if part.is_last_year and whole.last_year and part.value < whole.last_year:
            formula = f"{part.printed}÷{whole.tell(whole.last_year)}（上年）"
            yield Result(part.value / whole.last_year * _HUNDRED, "占比", formula, (part.name, whole.name))
        if part.last_year and whole.last_year and part.last_year < whole.last_year:
            formula = f"{part.tell(part.last_year)}÷{whole.tell(whole.last_year)}（上年）"
            share = part.last_year / whole.last_year * _HUNDRED
            yield Result(share, "占比", formula, (part.name, whole.name))


def rates_of(operands: Sequence[Operand], everything: Sequence[Operand]) -> Iterator[Result]:
    """A rate of a number of the sentence: 460张床位入住378人, 入住率82%; 签约20.3万人 of all residents, 签约率39.1%."""
    told = [o for o in operands if not o.is_last_year]
    largest = {
        o.base: max(p.value for p in told if p.base == o.base and p.same_sentence)
        for o in told
        if o.same_sentence
    }
    parts = [o for o in told if (o.same_sentence or o.named or o.offset is None) and o.base != "%"]
    for part in parts:
        for whole in (*told, *(o for o in everything if _counts_alike(o, part))):
            is_money = "元" in (part.base, whole.base)
            if is_money and part.base != whole.base:
                continue
            if whole.base != "%" and part.value < whole.value and part.name != whole.name:
                share = part.value / whole.value * _HUNDRED
                names = (part.name, whole.name)
                relation = "比率" if part.base == whole.base else ACROSS_UNITS
                yield Result(share, relation, f"{part.printed}÷{whole.printed}", names)
                if (
                    part.same_sentence
                    and whole.same_sentence
                    and part.base == whole.base
                    and whole.value == largest[whole.base]
                ):
                    yield Result(_HUNDRED - share, "比率", f"100%－{part.printed}÷{whole.printed}", names)


def _counts_alike(operand: Operand, other: Operand) -> bool:
    """Whether the two count in one unit, or both people: 人次 who were trained, 人 who passed."""
    return operand.base == other.base or {operand.base, other.base} <= PEOPLE


def share_not_done(cues: Cues, everything: Sequence[Operand]) -> Iterator[Result]:
    """The share of a whole that is not done, where a metric counts what is: 三成没有就业 of 660人 and 462人就业."""
    for part in everything:
        if part.base == "%" or not cues.negated.endswith(part.name[-2:]):
            continue
        for whole in everything:
            if whole.base.startswith(part.base) and part.value < whole.value:
                rest = (whole.value - part.value) / whole.value * _HUNDRED
                formula = f"（{whole.printed}－{part.printed}）÷{whole.printed}"
                yield Result(rest, "占比", formula, (whole.name, part.name))


def changed_shares(operands: Sequence[Operand], everything: Sequence[Operand]) -> Iterator[Result]:
    """How much a share changed since last year: 破案数占立案数的59.9%，比上年提高9.9个百分点.

    Of all that the report counts in its unit where only the part is told: 新能源车占比提高10.7个百分点.
    """
    able = [o for o in operands if o.base != "%" and (o.same_sentence or o.named)]
    wholes = [(part, whole) for part in able for whole in everything if part.base == whole.base]
    for part, whole in (*pairs(able, same_base=True), *wholes):
        if (
            part.last_year
            and whole.last_year
            and part.value < whole.value
            and part.last_year < whole.last_year
        ):
            change = (part.value / whole.value - part.last_year / whole.last_year) * _HUNDRED
            then = f"{part.tell(part.last_year)}÷{whole.tell(whole.last_year)}（上年）"
            formula = f"{part.printed}÷{whole.printed}－{then}"
            yield Result(change, "占比变化", formula, (part.name, whole.name))
