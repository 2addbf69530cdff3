"""Arithmetic between the facts of a report: sums, differences, rates, growth, averages.

Each relation yields results in the mention's base unit with the formula that a reader can re-calculate.
Which relations are tried follows from the mention's unit and the words round it (``Cues``); operands are
the numbers that the text has just spoken of, nearest first, so that a chance match stays unlikely.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from scoring.numbers.cues import Cues
from scoring.numbers.mention import Mention
from scoring.numbers.relations.averages import (
    averages,
    averages_per,
    brought_by_a_yuan,
    of_the_two_before,
    products,
)
from scoring.numbers.relations.operand import (
    Operand,
    Result,
    compared,
    larger_first,
    minus,
    since_stated,
    subjects,
)
from scoring.numbers.relations.rates import percentages, points, times
from scoring.numbers.relations.remainders import (
    about_a_rate,
    across_units,
    affirmed,
    behind_rates,
    beside_its_rate,
    by_rate,
    denied_by_rate,
    denied_of,
    left_of_few,
    not_done,
    remainders,
    rest_of_the_year,
    vacancies,
)
from scoring.numbers.relations.sums import (
    enumerated,
    family_sums,
    of_a_kind,
    of_last_year,
    of_two_years,
    sums,
    sums_of,
)

PER_YEAR = {"月": 12, "周": 52, "季度": 4, "季": 4, "半年": 2, "双周": 26, "旬": 36}


def results(
    mention: Mention, cues: Cues, operands: Sequence[Operand], everything: Sequence[Operand]
) -> Iterator[Result]:
    """All results that ``mention`` may state, the likeliest first.

    Args:
        mention: the number to explain.
        cues: what the words round it say of it.
        operands: proven numbers nearby, nearest first.
        everything: all values of the report, used where a word beside the number says which (户均, 及时率).
    """
    base = mention.base_unit
    if base == "%":
        yield from percentages(cues, operands, everything)
    elif base == "个百分点":
        yield from points(cues, operands, everything)
    elif base in ("倍", "番"):
        yield from times(base, cues, operands)
    else:
        yield from _amounts(mention, cues, operands, everything)


def _amounts(
    mention: Mention, cues: Cues, operands: Sequence[Operand], everything: Sequence[Operand]
) -> Iterator[Result]:
    same = [operand for operand in operands if operand.base == mention.base_unit]
    if cues.change or cues.remain or cues.exceed or cues.negated:
        yield from _differences(cues, same)
    if cues.average or "/" in mention.unit:
        yield from averages(mention, cues, operands, everything)
        yield from averages_per(mention, cues, operands, everything)
    if cues.by_the_yuan:
        yield from brought_by_a_yuan(same)
    if cues.bare:
        yield from of_the_two_before(mention, operands)
    if cues.every:
        for operand in same:
            times = PER_YEAR.get(cues.every)
            if times and operand.value >= times and not operand.is_change:
                yield Result(operand.value / times, "频次", f"{operand.printed}÷{times}", (operand.name,))
    if not cues.change:
        yield from enumerated(same)
        yield from of_a_kind(same)
    yield from sums_of(cues.listed, [o for o in everything if o.base == mention.base_unit])
    if cues.two_years:
        yield from of_two_years(same)
    if cues.last_year:
        yield from of_last_year(same)
    if cues.total or (cues.addends and not cues.change):
        yield from sums(cues, same)
        if not cues.addends:
            yield from family_sums(same, [o for o in everything if o.base == mention.base_unit])
    own = [o for o in (*operands, *everything) if o.base == mention.base_unit]
    yield from affirmed(cues.affirmed, own, [o for o in everything if o.base == "%"])
    yield from denied_of(cues.denied_of, own)
    if cues.vacant:
        yield from vacancies(mention, everything)
    if cues.remain or cues.negated:
        yield from remainders(same)
        if cues.last_year:  # 上年逾期1356件
            yield from remainders([then for operand in same if (then := operand.then) is not None])
        if mention.base_unit != "元":  # money is left to the cent
            yield from by_rate(same, [operand for operand in operands if operand.base == "%"])
        yield from across_units(mention, cues, operands, everything)
        yield from left_of_few(mention, [o for o in everything if o.base == mention.base_unit])
        counts = [o for o in everything if o.base == mention.base_unit]
        yield from not_done(cues, counts)
        if cues.last_year:  # 尚未完成整改的由上年的216个
            yield from not_done(cues, [then for operand in counts if (then := operand.then) is not None])
    if cues.negated:
        told = [o for o in everything if o.base == "%"]
        yield from denied_by_rate(cues, [o for o in everything if o.base == mention.base_unit], told)
    if cues.about:
        yield from about_a_rate(operands, [o for o in everything if o.base == mention.base_unit])
    if mention.base_unit == "天":
        yield from rest_of_the_year(same)
    if cues.product:
        yield from products(same, operands)
    elif cues.total:
        yield from products([o for o in same if "均" in o.name and o.same_sentence], operands)
    rates = [o for o in operands if o.base == "%" and (o.same_sentence or cues.remain)]
    counts = [o for o in everything if o.base == mention.base_unit]
    yield from behind_rates(rates, counts)
    if mention.kind == "quantity" and not cues.change and not cues.remain:
        yield from beside_its_rate(counts, same, rates)


def _differences(cues: Cues, same: Sequence[Operand]) -> Iterator[Result]:
    for operand in subjects(cues, same):
        for other, what in compared(cues, operand):
            if what == "上年" and cues.negated and not (cues.change or cues.exceed):
                continue  # 5个未达标 is no change
            formula = minus(operand, other, what)
            yield Result(operand.value - other, "差额", formula, (operand.name,))
    for operand, since in since_stated(cues, same):
        yield Result(
            operand.value - since.value, "差额", f"{operand.printed}－{since.printed}", (operand.name,)
        )
    for pair in combinations(same, 2) if cues.against != "上年" else ():
        a, b = larger_first(pair)
        is_past = cues.against == "目标" and (a.is_last_year or b.is_last_year)
        is_lost = b.value * 100 < a.value  # 6.4万亩 less 12亩 is 6.4万亩
        if a.value != b.value and a.name != b.name and not (is_past or is_lost):
            yield Result(a.value - b.value, "差额", f"{a.printed}－{b.printed}", (a.name, b.name))
