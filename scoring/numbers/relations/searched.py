"""What a number follows from where no rule asked for it: any relation that its words allow and chance hardly gives.

All results of the kinds that the words allow are laid out over the numbers round the place. One that agrees is
taken only where so few others lie near it that hardly one would agree by chance: 2320车次 of three numbers is no
coincidence, 59人 of thirty is. The more precisely a number is printed, the more may be tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import combinations, permutations

from scoring.numbers.cues import Cues
from scoring.numbers.mention import Mention
from scoring.numbers.relations.operand import Operand, Result, minus

_HUNDRED = Decimal(100)
_BY_CHANCE = Decimal("0.05")
"""So many chance matches at most are expected among the results near the value."""
_OCTAVE = Decimal(2)
"""Results from half of the value to twice the value are near it."""
_RUN = (2, 3, 4, 5)
"""So many numbers in a row are added up."""
_PER = (1, 100, 1000, 10000)


def searched(
    mention: Mention,
    cues: Cues,
    operands: Sequence[Operand],
    everything: Sequence[Operand],
    agrees: Callable[[Result], bool],
) -> Result | None:
    """The one result that agrees with ``mention`` and is no coincidence; None where there is none.

    Args:
        mention: the number to explain.
        cues: what the words round it say of it.
        operands: proven numbers nearby.
        everything: all values of the report, of which changes since last year and degrees of completion are told.
        agrees: whether a result is what is printed, in its direction too.
    """
    value = mention.base_value
    if not value:
        return None
    found: dict[Decimal, Result] = {}
    for result in _results(mention, cues, operands, everything):
        size = abs(result.value)
        if value / _OCTAVE <= size <= value * _OCTAVE:
            found.setdefault(size, result)
    agreeing = [result for result in found.values() if agrees(result)]
    if not agreeing:
        return None
    step = mention.scale.scaleb(-mention.places)
    window = max(step, 2 * max(abs(abs(result.value) - value) for result in agreeing))
    expected = len(found) * window / (value * (_OCTAVE - 1 / _OCTAVE))
    return agreeing[0] if expected <= _BY_CHANCE else None


def _results(
    mention: Mention, cues: Cues, operands: Sequence[Operand], everything: Sequence[Operand]
) -> Iterator[Result]:
    pool = _with_last_years(operands)
    match mention.base_unit:
        case "%":
            yield from _percentages(cues, pool, operands, everything)
        case "个百分点":
            yield from _points(cues, pool, operands, everything)
        case "倍":
            yield from _ratios(pool, "倍数", Decimal(1))
            yield from _since(everything, lambda now, then: now / then, "倍数")
        case _:
            yield from _amounts(mention, cues, pool, operands, everything)


def _with_last_years(operands: Sequence[Operand]) -> list[Operand]:
    then = [before for operand in operands if (before := operand.then) is not None]
    return [*operands, *then]


def _percentages(
    cues: Cues, pool: Sequence[Operand], operands: Sequence[Operand], everything: Sequence[Operand]
) -> Iterator[Result]:
    counts = [operand for operand in everything if operand.base != "%"]
    if cues.change or cues.exceed:
        if cues.against != "目标":
            yield from _since(counts, lambda now, then: (now - then) / then * _HUNDRED, "增长率")
            told = [o for o in operands if o.same_sentence and o.offset is not None and o.base != "%"]
            for now, before in permutations(told, 2):
                if now.base == before.base and before.value and now.name != before.name:
                    growth = (now.value - before.value) / before.value * _HUNDRED
                    formula = f"（{now.printed}－{before.printed}）÷{before.printed}"
                    yield Result(growth, "增长率", formula, (now.name, before.name))
        if cues.against != "上年":
            yield from _of_target(counts, lambda done, goal: (done / goal - 1) * _HUNDRED, "超额率")
        return
    if cues.completion or cues.fulfilled:
        yield from _of_target(counts, lambda done, goal: done / goal * _HUNDRED, "完成率")
    yield from _ratios([o for o in pool if o.base != "%"], "占比", _HUNDRED)


def _points(
    cues: Cues, pool: Sequence[Operand], operands: Sequence[Operand], everything: Sequence[Operand]
) -> Iterator[Result]:
    rates = [operand for operand in everything if operand.base == "%"]
    if cues.against != "目标":
        yield from _since(rates, lambda now, then: now - then, "百分点差")
        able = [o for o in operands if o.last_year and o.base not in ("%", "个百分点") and o.value]
        for part, whole in permutations(able, 2):
            if part.base == whole.base and part.value < whole.value and part.name != whole.name:
                assert part.last_year is not None
                assert whole.last_year is not None
                now, then = part.value / whole.value, part.last_year / whole.last_year
                formula = f"{part.printed}÷{whole.printed}－{part.tell(part.last_year)}÷{whole.tell(whole.last_year)}"
                yield Result((now - then) * _HUNDRED, "占比变化", formula, (part.name, whole.name))
    if cues.against != "上年":
        yield from _of_target(rates, lambda done, goal: done - goal, "百分点差")
        near = [operand for operand in pool if operand.base == "%"]
        yield from _differences(near, "百分点差")


def _amounts(
    mention: Mention,
    cues: Cues,
    pool: Sequence[Operand],
    operands: Sequence[Operand],
    everything: Sequence[Operand],
) -> Iterator[Result]:
    same = [operand for operand in pool if operand.base == mention.base_unit]
    held = [operand for operand in everything if operand.base == mention.base_unit]
    is_told = cues.change or cues.exceed or cues.average or cues.total
    if cues.change or cues.exceed or not is_told:
        if cues.against != "目标":
            yield from _since(held, lambda now, then: now - then, "差额")
        if cues.against != "上年":
            yield from _of_target(held, lambda done, goal: done - goal, "差额")
        yield from _differences(same, "差额")
    if cues.average or not is_told:
        counts = [o for o in (*pool, *everything) if o.base not in ("%", "元", mention.base_unit)]
        for whole in same:
            for count in {(o.name, o.value): o for o in counts}.values():
                if count.value > 1 and count.is_last_year == whole.is_last_year:
                    formula = f"{whole.printed}÷{count.printed}"
                    for per in _PER if cues.average else _PER[:1]:
                        average = whole.value / count.value * per
                        yield Result(average, "平均", formula, (whole.name, count.name))
    if cues.total or not is_told:
        yield from _sums([o for o in operands if o.base == mention.base_unit])
    if not is_told:
        yield from _remainders(same)
        for whole in same:
            for rate in pool:
                if rate.base == "%" and 0 < rate.value < _HUNDRED and mention.base_unit != "元":
                    part = (whole.value * rate.value / _HUNDRED).quantize(Decimal(1))
                    formula = f"{whole.printed}×{rate.printed}"
                    yield Result(part, "乘积", formula, (whole.name, rate.name))


def _since(
    able: Sequence[Operand], change: Callable[[Decimal, Decimal], Decimal], relation: str
) -> Iterator[Result]:
    for operand in able:
        if operand.last_year:
            value = change(operand.value, operand.last_year)
            yield Result(value, relation, minus(operand, operand.last_year, "上年"), (operand.name,))


def _of_target(
    able: Sequence[Operand], change: Callable[[Decimal, Decimal], Decimal], relation: str
) -> Iterator[Result]:
    for operand in able:
        for target in operand.targets:
            if target:
                value = change(operand.value, target)
                yield Result(value, relation, minus(operand, target, "目标"), (operand.name,))


def _ratios(pool: Sequence[Operand], relation: str, scale: Decimal) -> Iterator[Result]:
    for part, whole in permutations(pool, 2):
        if part.base == whole.base and whole.value and part.name != whole.name:
            if relation == "占比" and part.value > whole.value:
                continue
            ratio = part.value / whole.value * scale
            yield Result(ratio, relation, f"{part.printed}÷{whole.printed}", (part.name, whole.name))


def _differences(same: Sequence[Operand], relation: str) -> Iterator[Result]:
    for first, second in combinations(same, 2):
        if first.value != second.value and first.name != second.name:
            more, less = (first, second) if first.value > second.value else (second, first)
            formula = f"{more.printed}－{less.printed}"
            yield Result(more.value - less.value, relation, formula, (more.name, less.name))


def _sums(same: Sequence[Operand]) -> Iterator[Result]:
    """Sums of two numbers, and of runs of neighbours in the text."""
    for first, second in combinations(same, 2):
        if first.name != second.name:
            formula = f"{first.printed}＋{second.printed}"
            yield Result(first.value + second.value, "合计", formula, (first.name, second.name))
    told = sorted((o for o in same if o.offset is not None), key=lambda o: o.offset or 0)
    for size in _RUN[1:]:
        for place in range(len(told) - size + 1):
            run = told[place : place + size]
            if len({o.name for o in run}) == size:
                formula = "＋".join(o.printed for o in run)
                names = tuple(o.name for o in run)
                yield Result(sum((o.value for o in run), Decimal(0)), "合计", formula, names)


def _remainders(same: Sequence[Operand]) -> Iterator[Result]:
    """What runs of neighbours in the text leave of a whole."""
    told = sorted((o for o in same if o.offset is not None), key=lambda o: o.offset or 0)
    for whole in same:
        for size in _RUN:
            for place in range(len(told) - size + 1):
                run = told[place : place + size]
                if whole in run or len({o.name for o in (*run, whole)}) <= size:
                    continue
                rest = whole.value - sum((o.value for o in run), Decimal(0))
                if rest > 0:
                    formula = "－".join(o.printed for o in (whole, *run))
                    yield Result(rest, "余数", formula, tuple(o.name for o in (whole, *run)))
