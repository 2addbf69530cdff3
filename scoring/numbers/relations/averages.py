"""Averages and products: 户均, 每座, 每亩多收46公斤 over 12.4万亩."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from scoring.numbers.cues import Cues
from scoring.numbers.mention import Mention
from scoring.numbers.relations.operand import JOINT, Operand, Result, pairs
from scoring.numbers.vocabulary import HEADS, counted_as, unit_of

_PERIODS: Final = {"月": 12, "个月": 12, "日": 365, "天": 365, "工作日": 250}
"""How many there are in a year of what an average may be taken by."""

_OF_ALL_KINDS: Final = frozenset(("个", "项", "次", "件", "人", "条"))
"""Units in which so much is counted that one of them elsewhere in the report tells nothing."""

_TELLING: Final = 10
_PRECISE: Final = 2
"""From here on, and with so many decimals, an average hardly agrees by chance."""

_HUNDRED: Final = Decimal(100)
_HOUSEHOLD: Final = "户"


def averages(
    mention: Mention, cues: Cues, operands: Sequence[Operand], everything: Sequence[Operand]
) -> Iterator[Result]:
    """A number of the neighbourhood shared out by another, or over the months and days of the year."""
    numerator_base, _, per = mention.unit.partition("/")
    if cues.last_year:
        operands = [operand.then or operand for operand in operands]
    shared_by = {unit_of(cues.per).base, *HEADS} if cues.per in HEADS else {unit_of(cues.per).base}
    counts = operands if cues.per in _OF_ALL_KINDS else (*operands, *everything)
    is_told = cues.per not in counted_as() and any(operand.base in shared_by for operand in counts)
    holders = _holders(cues.per, (*operands, *everything))
    is_before = not cues.per and any(_is_count_before(operand) for operand in operands)
    for whole, count in pairs(operands, same_base=False):
        if is_before and (count.offset or 0) > 0:
            continue  # 更新设备52台，单价8万元；86个卫生室 is no price of 86
        if count.is_last_year and not whole.is_last_year:
            continue
        if (
            count.is_change
            or count.value in (0, 1)
            or count.base in ("%", "元")
            or (cues.per in _PERIODS and count.base not in {*shared_by, *_PERIODS})
            or (is_told and count.base not in shared_by)
        ):
            continue
        if holders and count.name not in holders:
            continue
        if mention.base_unit in whole.base or (per and whole.printed.endswith(numerator_base)):
            factor = unit_of(cues.per).factor if count.base == unit_of(cues.per).base else 1
            yield Result(
                whole.value / count.value * factor,
                "平均",
                f"{whole.printed}÷{count.printed}",
                (whole.name, count.name),
            )
    periods = _PERIODS.get(cues.per, 0)
    for operand in operands:
        if periods and operand.base == mention.base_unit:
            formula = f"{operand.printed}÷{periods}"
            yield Result(
                operand.value / periods, "月均" if periods == 12 else "日均", formula, (operand.name,)
            )


def _is_count_before(operand: Operand) -> bool:
    """Whether it counts things right before the number in its sentence."""
    return operand.same_sentence and (operand.offset or 0) < 0 and operand.base not in ("%", "元")


def of_the_two_before(mention: Mention, operands: Sequence[Operand]) -> Iterator[Result]:
    """The price of one in a row of bare numbers: 5.4公里，162万元，30万元."""
    before = {o.offset: o for o in operands if o.same_sentence and o.offset in (-1, -2)}
    if len(before) < 2:
        return
    for whole, count in ((before[-1], before[-2]), (before[-2], before[-1])):
        if whole.base == mention.base_unit != count.base != "%" and count.value:
            for per in (Decimal(1), Decimal(1000)):
                value = whole.value / count.value * per
                yield Result(value, "平均", f"{whole.printed}÷{count.printed}", (whole.name, count.name))


def brought_by_a_yuan(same: Sequence[Operand]) -> Iterator[Result]:
    """What each 元 brought along: 补助2350万元 and 研发投入4.7亿元, 1元财政资金带动20元投入."""
    for brought, spent in pairs([o for o in same if o.is_metric], same_base=True):
        is_told = (brought.same_sentence or brought.named) and (spent.same_sentence or spent.is_field)
        if is_told and spent.value:
            formula = f"{brought.printed}÷{spent.printed}"
            yield Result(brought.value / spent.value, "平均", formula, (brought.name, spent.name))


def averages_per(
    mention: Mention, cues: Cues, operands: Sequence[Operand], everything: Sequence[Operand]
) -> Iterator[Result]:
    """户均, 每期, 单台: what is shared out is spoken of nearby, by how many may stand anywhere in the report."""
    if not cues.per:
        return
    telling = mention.value is not None and (mention.value >= _TELLING or mention.places >= _PRECISE)
    shared_out = unit_of(mention.unit.partition("/")[0]).base if "/" in mention.unit else mention.base_unit
    own = [o for o in everything if shared_out in o.base and not o.is_field]
    is_near = any(o.same_sentence and shared_out in o.base for o in operands)
    anywhere = own if (telling and not is_near) or len(own) == 1 else []
    counts = _sharing(cues, operands, everything)
    if cues.change and is_near:  # 修缮7处，耗资1085万元，每处多10万元 is told of the two
        operands = [o for o in operands if o.same_sentence]
        told = {o.name for o in operands}
        counts = [o for o in counts if o.name in told] or counts
    for whole in (*operands, *anywhere):
        for count in counts if shared_out in whole.base else ():
            yield from _averages_of(whole, count, cues)


def _sharing(cues: Cues, operands: Sequence[Operand], everything: Sequence[Operand]) -> list[Operand]:
    """The counts that the words may mean: of 期 anywhere in the report; of the sentence where nothing is counted so."""
    units = _shared_by(cues.per) | (HEADS if cues.per in HEADS else frozenset())
    if cues.per == _HOUSEHOLD and _are_companies(operands, everything):
        units |= {"家"}
    if cues.per == "次":
        units |= {o.base for o in everything if o.base.endswith("次") and o.base not in HEADS}
    counts = [*everything, *_added_up(operands), *_of_two_kinds(everything, units)]
    if cues.change and not any(count.base in units for count in counts):
        # 为142名青年发放贷款2840万元，笔均较上年增加1.3万元
        return [
            o for o in operands if o.same_sentence and o.is_metric and o.value and o.base not in ("元", "%")
        ]
    holders = _holders(cues.per, (*operands, *everything))
    return [o for o in counts if o.base in units and o.value and (not holders or o.name in holders)]


def _averages_of(whole: Operand, count: Operand, cues: Cues) -> Iterator[Result]:
    """``whole`` shared out by ``count``: this year, last year, and by how much that changed."""
    names, factor = (whole.name, count.name), unit_of(cues.per).factor
    formula = f"{whole.printed}÷{count.printed}"
    if not cues.last_year or whole.is_last_year:
        yield Result(whole.value / count.value * factor, "平均", formula, names)
    if not (whole.last_year and count.last_year):
        return
    then = f"{whole.tell(whole.last_year)}÷{count.tell(count.last_year)}"
    before = whole.last_year / count.last_year * factor
    if cues.last_year:
        yield Result(before, "平均", f"{then}（上年）", names)
    if cues.change:
        change = whole.value / count.value * factor - before
        yield Result(change, "均值变化", f"{formula}－{then}", names)


def growth_of_averages(
    cues: Cues, operands: Sequence[Operand], everything: Sequence[Operand]
) -> Iterator[Result]:
    """By how many % money shared out has grown since last year: 接待费每批次下降9.1%."""
    for whole in operands:
        for count in _sharing(cues, operands, everything) if whole.base == "元" else ():
            if (
                (whole.named or whole.offset in (-1, -2))
                and whole.last_year
                and count.last_year
                and count.value
            ):
                now, before = whole.value / count.value, whole.last_year / count.last_year
                then = f"{whole.tell(whole.last_year)}÷{count.tell(count.last_year)}"
                formula = f"{whole.printed}÷{count.printed}÷（{then}）－100%"
                growth = (now - before) / before * _HUNDRED
                yield Result(growth, "增长率", formula, (whole.name, count.name))


def _are_companies(operands: Sequence[Operand], everything: Sequence[Operand]) -> bool:
    """Whether 户均 is told of companies: those of the sentence, or of a report that counts no households."""
    told = {operand.base for operand in operands if operand.same_sentence and operand.offset is not None}
    told = told or {operand.base for operand in everything}
    return _HOUSEHOLD not in told and ("家" in told or _HOUSEHOLD not in {o.base for o in everything})


def _holders(per: str, counts: Sequence[Operand]) -> frozenset[str]:
    """The names of the metrics that count what an average is taken by, where names tell: 每村 is by 覆盖行政村."""
    units = _shared_by(per)
    names = (o.name for o in counts if per in counted_as() and o.base in units)
    return frozenset(name for name in names if per in name)


def _shared_by(per: str) -> frozenset[str]:
    """The base units in which what an average is taken by may be counted: 校 → 所, 个."""
    return frozenset((unit_of(per).base, *(unit_of(word).base for word in counted_as().get(per, ()))))


def _of_two_kinds(everything: Sequence[Operand], units: frozenset[str]) -> Iterator[Operand]:
    """The only two counts of a unit in the report as one: 9座空气站 and 14座水站, 摊到每座站."""
    counts = [o for o in everything if o.base in units]
    if len(counts) == 2 and not units & _OF_ALL_KINDS:
        first, second = counts
        printed = f"（{first.printed}＋{second.printed}）"
        name = f"{first.name}{JOINT}{second.name}"
        yield replace(first, name=name, value=first.value + second.value, printed=printed, last_year=None)


def _added_up(operands: Sequence[Operand]) -> Iterator[Operand]:
    """Two counts of the sentence side by side as one: 6座空气站、8座水站, 平均每座14.4万元."""
    near = {o.offset: o for o in operands if o.same_sentence and o.offset is not None}
    first, second = near.get(-2), near.get(-1)
    if first is not None and second is not None and first.base == second.base != "%":
        printed = f"（{first.printed}＋{second.printed}）"
        yield replace(
            first, name=f"{first.name}{JOINT}{second.name}", value=first.value + second.value, printed=printed
        )


def products(same: Sequence[Operand], operands: Sequence[Operand]) -> Iterator[Result]:
    """每亩多收46公斤 over 12.4万亩 makes 5704吨."""
    for each in same:
        for count in operands:
            if count.base == "%" and count.value:  # 48600名学生，参与率94.2%，推算在校生5.16万人
                formula = f"{each.printed}÷{count.printed}"
                yield Result(each.value / count.value * 100, "推算", formula, (each.name, count.name))
            if count.base not in (each.base, "%"):
                formula = f"{each.printed}×{count.printed}"
                yield Result(each.value * count.value, "乘积", formula, (each.name, count.name))
