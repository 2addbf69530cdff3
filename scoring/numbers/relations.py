"""Arithmetic between the facts of a report: sums, differences, rates, growth, averages.

Each relation yields results in the mention's base unit with the formula that a reader can re-calculate.
Which relations are tried follows from the mention's unit and the words round it (``Cues``); operands are
the numbers that the text has just spoken of, nearest first, so that a chance match stays unlikely.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import combinations, permutations

from scoring.numbers.cues import Cues, counted_as
from scoring.numbers.mention import Mention
from scoring.numbers.vocabulary import unit_of

_HUNDRED = Decimal(100)
_LARGEST_FAMILY = 12
_FEW = 4
_TELLING = 10
_MOST_PARTS = 6
_VAGUE = frozenset("的能有到被能得了全及时")
"""Characters that say nothing of what was not done."""
_CLOSE = Decimal("0.05")
_PER_YEAR = {"月": 12, "周": 52, "季度": 4, "季": 4, "半年": 2, "双周": 26, "旬": 36}


@dataclass(frozen=True, slots=True)
class Operand:
    """A proven number near a mention: the fact, with last year's value and the target of the same metric.

    ``offset`` is its place among the numbers of the text, counted from the mention (-1 is the one before);
    None for a fact that only the words name. ``introduces`` tells that its parts follow (其中, 分别, ：),
    ``named`` that the words right before the mention name it.
    """

    name: str
    value: Decimal
    base: str
    printed: str
    last_year: Decimal | None = None
    targets: tuple[Decimal, ...] = ()
    same_sentence: bool = True
    is_last_year: bool = False
    offset: int | None = None
    introduces: bool = False
    named: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """What a relation gives: a value in the mention's base unit, its name and its formula."""

    value: Decimal
    relation: str
    formula: str
    operands: tuple[str, ...]


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
        yield from _percentages(cues, operands, everything)
    elif base == "个百分点":
        yield from _points(cues, operands)
    elif base in ("倍", "番"):
        yield from _times(base, cues, operands)
    else:
        yield from _amounts(mention, cues, operands, everything)


def _subjects(cues: Cues, operands: Sequence[Operand]) -> Sequence[Operand]:
    """What a change, a completion or an excess is told of.

    The metric that the words name, or the one stated last before the change, in its sentence or an earlier
    one; all of the sentence where it says 分别; what stands near where nothing before it can change.
    """
    able = [o for o in operands if o.last_year is not None or o.targets]
    own = [o for o in able if o.same_sentence or o.named]
    if cues.referring or (cues.respective and own):
        return able if cues.referring else own
    for choice in (own, able):
        before = [o.offset for o in choice if o.offset is not None and o.offset < 0]
        chosen = [o for o in choice if o.named or (before and o.offset == max(before))]
        if chosen:
            # named by its own words, if only in part: 田间路多修11.5公里
            faint = [o for o in able if o.offset is None and o not in chosen]
            return [*sorted(chosen, key=lambda operand: not operand.named), *faint]
    return own or operands


def _compared(cues: Cues, operand: Operand) -> Iterator[tuple[Decimal, str]]:
    """What the words compare ``operand`` with: last year's value, its targets, or either."""
    if operand.last_year is not None and cues.against != "目标":
        yield operand.last_year, "上年"
    if cues.against != "上年":
        yield from ((target, "目标") for target in operand.targets)


def _percentages(cues: Cues, operands: Sequence[Operand], everything: Sequence[Operand]) -> Iterator[Result]:
    if cues.change:
        yield from _growth(cues, operands)
    if cues.exceed or cues.change:
        yield from _against_target(cues, operands, over=True)
        return
    if cues.completion or cues.fulfilled:
        yield from _against_target(cues, operands, over=False)
    if cues.completion:
        return
    yield from _shares(cues, operands)
    if cues.rate or cues.portion:
        yield from _rates(operands, everything)
    for operand in operands if cues.rate or cues.remain or cues.negated else ():
        if operand.base == "%" and (operand.same_sentence or operand.name != operand.printed):
            yield Result(_HUNDRED - operand.value, "互补", f"100%－{operand.printed}", (operand.name,))


def _growth(cues: Cues, operands: Sequence[Operand]) -> Iterator[Result]:
    """Growth in %, of amounts only: a rate grows by 个百分点."""
    for operand in _subjects(cues, operands):
        if operand.last_year and operand.base != "%" and cues.against != "目标":
            yield _grown(operand.name, operand.value, operand.last_year, operand.printed)
    for now, before in _pairs(operands, same_base=True):
        near = now.same_sentence and before.same_sentence
        comparable = near or before.is_last_year or cues.by_period
        if before.value and now.base != "%" and now.name != before.name and comparable:
            yield _grown(now.name, now.value, before.value, now.printed)


def _grown(name: str, now: Decimal, before: Decimal, printed: str) -> Result:
    return Result(
        (now - before) / before * _HUNDRED, "增长率", f"（{printed}－{before:f}）÷{before:f}", (name,)
    )


def _against_target(cues: Cues, operands: Sequence[Operand], over: bool) -> Iterator[Result]:
    for operand in _subjects(cues, operands):
        for target in operand.targets if cues.against != "上年" else ():
            if not target or operand.base == "%":
                continue
            done = operand.value / target * _HUNDRED
            if over:
                yield Result(
                    done - _HUNDRED, "超额率", f"{operand.printed}÷{target:f}－100%", (operand.name,)
                )
            else:
                yield Result(done, "完成率", f"{operand.printed}÷{target:f}", (operand.name,))


def _shares(cues: Cues, operands: Sequence[Operand]) -> Iterator[Result]:
    for part, whole in _pairs(operands, same_base=True):
        together = cues.portion or part.same_sentence or whole.same_sentence
        if (
            together
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


def _rates(operands: Sequence[Operand], everything: Sequence[Operand]) -> Iterator[Result]:
    """A rate of a number of the sentence: 460张床位入住378人, 入住率82%; 签约20.3万人 of all residents, 签约率39.1%."""
    parts = [o for o in operands if (o.same_sentence or o.named) and o.base != "%"]
    for part in parts:
        for whole in (*operands, *(o for o in everything if o.base == part.base)):
            if whole.base != "%" and part.value < whole.value and part.name != whole.name:
                yield Result(
                    part.value / whole.value * _HUNDRED,
                    "比率",
                    f"{part.printed}÷{whole.printed}",
                    (part.name, whole.name),
                )


def _points(cues: Cues, operands: Sequence[Operand]) -> Iterator[Result]:
    all_rates = [operand for operand in operands if operand.base == "%"]
    rates = _subjects(cues, all_rates)
    for operand in rates:
        for other, what in _compared(cues, operand):
            formula = f"{operand.printed}－{other:f}%（{what}）"
            yield Result(operand.value - other, "百分点差", formula, (operand.name,))
    for a, b in combinations(all_rates, 2):
        if a.name != b.name and (a.same_sentence or b.same_sentence or a.named or b.named):
            yield Result(a.value - b.value, "百分点差", f"{a.printed}－{b.printed}", (a.name, b.name))
    for operand in rates if not cues.against else ():
        yield Result(_HUNDRED - operand.value, "百分点差", f"100%－{operand.printed}", (operand.name,))


def _times(base: str, cues: Cues, operands: Sequence[Operand]) -> Iterator[Result]:
    pairs = [(o.name, o.value, o.last_year, o.printed) for o in operands if o.last_year]
    pairs += [(a.name, a.value, b.value, a.printed) for a, b in _pairs(operands, same_base=True) if b.value]
    pairs += [(o.name, o.value, t, o.printed) for o in operands for t in o.targets if t]
    for name, now, before, printed in pairs:
        assert before
        ratio = now / before
        if base == "番":
            yield Result(
                Decimal(1) if 2 <= ratio < 4 else Decimal(2), "翻番", f"{printed}÷{before:f}", (name,)
            )
            continue
        if cues.change:
            yield Result(ratio - 1, "增长倍数", f"{printed}÷{before:f}－1", (name,))
        yield Result(ratio, "倍数", f"{printed}÷{before:f}", (name,))


def _amounts(
    mention: Mention, cues: Cues, operands: Sequence[Operand], everything: Sequence[Operand]
) -> Iterator[Result]:
    same = [operand for operand in operands if operand.base == mention.base_unit]
    if cues.change or cues.remain or cues.exceed or cues.negated:
        yield from _differences(cues, same)
    if cues.average or "/" in mention.unit:
        yield from _averages(mention, cues, operands)
        yield from _averages_per(mention, cues, operands, everything)
    if cues.bare:
        yield from _of_the_two_before(mention, operands)
    if cues.every:
        for operand in same:
            times = _PER_YEAR.get(cues.every)
            if times:
                yield Result(operand.value / times, "频次", f"{operand.printed}÷{times}", (operand.name,))
    if not cues.change:
        yield from _enumerated(same)
    if cues.introduces:
        yield from _of_those_after(same)
    if cues.total:
        yield from _sums(same)
        yield from _family_sums(same, [o for o in everything if o.base == mention.base_unit])
    if cues.remain or cues.negated:
        yield from _remainders(same)
        yield from _by_rate(same, [operand for operand in operands if operand.base == "%"])
        yield from _across_units(mention, operands, everything)
        yield from _left_of_few(mention, [o for o in everything if o.base == mention.base_unit])
        yield from _not_done(cues, [o for o in everything if o.base == mention.base_unit])
    if cues.product:
        yield from _products(same, operands)
    rates = [o for o in operands if o.base == "%" and (o.same_sentence or cues.remain)]
    yield from _behind_rates(rates, [o for o in everything if o.base == mention.base_unit])


def _differences(cues: Cues, same: Sequence[Operand]) -> Iterator[Result]:
    for operand in _subjects(cues, same):
        for other, what in _compared(cues, operand):
            formula = f"{operand.printed}－{other:f}（{what}）"
            yield Result(operand.value - other, "差额", formula, (operand.name,))
    for a, b in combinations(same, 2):
        if a.value != b.value and a.name != b.name:
            yield Result(a.value - b.value, "差额", f"{a.printed}－{b.printed}", (a.name, b.name))


def _averages(mention: Mention, cues: Cues, operands: Sequence[Operand]) -> Iterator[Result]:
    numerator_base, _, per = mention.unit.partition("/")
    if cues.last_year:
        operands = [_of_last_year(o, o.last_year) if o.last_year is not None else o for o in operands]
    for whole, count in _pairs(operands, same_base=False):
        if not count.value or count.base in ("%", "元"):
            continue
        if mention.base_unit in whole.base or (per and whole.printed.endswith(numerator_base)):
            yield Result(
                whole.value / count.value,
                "平均",
                f"{whole.printed}÷{count.printed}",
                (whole.name, count.name),
            )
    for operand in operands:
        if operand.base == mention.base_unit:
            yield Result(operand.value / 12, "月均", f"{operand.printed}÷12", (operand.name,))
            yield Result(operand.value / 365, "日均", f"{operand.printed}÷365", (operand.name,))


def _of_the_two_before(mention: Mention, operands: Sequence[Operand]) -> Iterator[Result]:
    """The price of one in a row of bare numbers: 5.4公里，162万元，30万元."""
    before = {o.offset: o for o in operands if o.same_sentence and o.offset in (-1, -2)}
    if len(before) < 2:
        return
    for whole, count in ((before[-1], before[-2]), (before[-2], before[-1])):
        if whole.base == mention.base_unit != count.base and count.value:
            for per in (Decimal(1), Decimal(1000)):
                value = whole.value / count.value * per
                yield Result(value, "平均", f"{whole.printed}÷{count.printed}", (whole.name, count.name))


def _of_last_year(operand: Operand, value: Decimal) -> Operand:
    """Last year's value of the operand's metric: 较上年的人均4200元."""
    return replace(operand, value=value, printed=f"上年{value:f}", last_year=None)


def _averages_per(
    mention: Mention, cues: Cues, operands: Sequence[Operand], everything: Sequence[Operand]
) -> Iterator[Result]:
    """户均, 每期, 单台: what is shared out is spoken of nearby, by how many may stand anywhere in the report."""
    if not cues.per:
        return
    per = unit_of(cues.per)
    shared_by = {per.base, *(unit_of(word).base for word in counted_as().get(cues.per, ()))}
    telling = mention.value is not None and mention.value >= 10
    for whole in (*operands, *(everything if telling else ())):
        if mention.base_unit not in whole.base:
            continue
        for count in (*everything, *_added_up(operands)):
            if count.base in shared_by and count.value:
                yield Result(
                    whole.value / count.value * per.factor,
                    "平均",
                    f"{whole.printed}÷{count.printed}",
                    (whole.name, count.name),
                )


def _added_up(operands: Sequence[Operand]) -> Iterator[Operand]:
    """Two counts of the sentence side by side as one: 6座空气站、8座水站, 平均每座14.4万元."""
    near = {o.offset: o for o in operands if o.same_sentence and o.offset is not None}
    first, second = near.get(-2), near.get(-1)
    if first is not None and second is not None and first.base == second.base != "%":
        printed = f"（{first.printed}＋{second.printed}）"
        yield replace(
            first, name=f"{first.name}、{second.name}", value=first.value + second.value, printed=printed
        )


def _behind_rates(rates: Sequence[Operand], same: Sequence[Operand]) -> Iterator[Result]:
    """The difference of the two numbers that a rate nearby was computed from: 参训率92% is 230÷250, 20 are left."""
    for rate in rates:
        for part in same:
            for whole in same:
                if (
                    0 < whole.value > part.value
                    and abs(part.value / whole.value * _HUNDRED - rate.value) < _CLOSE
                ):
                    formula = f"{whole.printed}－{part.printed}"
                    yield Result(whole.value - part.value, "余数", formula, (whole.name, part.name))


def _across_units(
    mention: Mention, operands: Sequence[Operand], everything: Sequence[Operand]
) -> Iterator[Result]:
    """The difference of two numbers in different units: 460张床位, 入住378人, 空置82张."""
    telling = mention.value is not None and mention.value >= _HUNDRED
    near = [o for o in operands if o.same_sentence or o.named or (telling and o.base == mention.base_unit)]
    for a in near:
        for b in (*near, *(everything if telling else ())):
            units = (a.base, b.base)
            if units[0] != units[1] and mention.base_unit in units and not {"%", "元"} & set(units):
                yield Result(abs(a.value - b.value), "差额", f"{a.printed}－{b.printed}", (a.name, b.name))


def _left_of_few(mention: Mention, same: Sequence[Operand]) -> Iterator[Result]:
    """What is left between two metrics of a unit that few have: 尚有810张券未用 of 2592张 and 1782张."""
    if len(same) <= _FEW and mention.value is not None and mention.value >= _TELLING:
        for whole, part in permutations(same, 2):
            if whole.value > part.value:
                formula = f"{whole.printed}－{part.printed}"
                yield Result(whole.value - part.value, "余数", formula, (whole.name, part.name))


def _not_done(cues: Cues, same: Sequence[Operand]) -> Iterator[Result]:
    """What is left of a whole of which a metric counts what is done: 15件未结 of 立案 486 and 结案 471."""
    done = [o for o in same if set(cues.negated[:3]) & set(o.name) - _VAGUE]
    for part in done:
        for whole in same:
            if part.value < whole.value:
                formula = f"{whole.printed}－{part.printed}"
                yield Result(whole.value - part.value, "余数", formula, (whole.name, part.name))


def _products(same: Sequence[Operand], operands: Sequence[Operand]) -> Iterator[Result]:
    """每亩多收46公斤 over 12.4万亩 makes 5704吨."""
    for each in same:
        for count in operands:
            if count.base not in (each.base, "%"):
                formula = f"{each.printed}×{count.printed}"
                yield Result(each.value * count.value, "乘积", formula, (each.name, count.name))


def _enumerated(same: Sequence[Operand]) -> Iterator[Result]:
    """The whole before its parts (342家, 其中133家、209家), and the last part of a whole."""
    by_offset = {operand.offset: operand for operand in same if operand.same_sentence and operand.offset}
    after: list[Operand] = []
    while (following := by_offset.get(len(after) + 1)) is not None:
        after.append(following)
        if len(after) > 1:
            yield _sum(after)
    before: list[Operand] = []
    while (previous := by_offset.get(-len(before) - 1)) is not None:
        rest = previous.value - sum((operand.value for operand in before), Decimal(0))
        if before and rest > 0 and previous.introduces:
            formula = "－".join(operand.printed for operand in (previous, *before))
            yield Result(rest, "余数", formula, (previous.name,))
        before.append(previous)


def _of_those_after(same: Sequence[Operand]) -> Iterator[Result]:
    """The whole of parts with other numbers between them: 164台，其中水泵128台，较上年增配32台，发电机36台."""
    after = [o for o in same if o.same_sentence and o.offset is not None and 0 < o.offset <= _MOST_PARTS]
    for size in (2, 3):
        for chosen in combinations(after, size):
            yield _sum(chosen)


def _sums(same: Sequence[Operand]) -> Iterator[Result]:
    """Sums of neighbouring numbers; the longest first, then any two or three of the sentence."""
    near = [operand for operand in same if operand.same_sentence]
    for size in range(min(len(same), 12), 1, -1):
        for start in range(len(same) - size + 1):
            yield _sum(same[start : start + size])
    for size in (2, 3):
        if len(near) <= 8:
            for chosen in combinations(near, size):
                yield _sum(chosen)


def _family_sums(same: Sequence[Operand], everything: Sequence[Operand]) -> Iterator[Result]:
    """The sum of all metrics of one kind, one of them nearby: 东干渠投资, 西干渠投资, 南支渠投资."""
    for kind in dict.fromkeys(operand.name[-2:] for operand in same if operand.offset is not None):
        family = [operand for operand in everything if operand.name.endswith(kind)]
        if 1 < len(family) <= _LARGEST_FAMILY:
            yield _sum(family)


def _sum(chosen: Sequence[Operand]) -> Result:
    return Result(
        sum((operand.value for operand in chosen), Decimal(0)),
        "合计",
        "＋".join(operand.printed for operand in chosen),
        tuple(operand.name for operand in chosen),
    )


def _remainders(same: Sequence[Operand]) -> Iterator[Result]:
    """The largest number less the others of the sentence: 32起, 其中属实4起, 其余28起."""
    near = [operand for operand in same if operand.same_sentence]
    for whole in near:
        others = [operand for operand in near if operand.value < whole.value]
        for size in range(1, min(len(others), 5) + 1):
            for chosen in combinations(others[:6], size):
                rest = whole.value - sum((operand.value for operand in chosen), Decimal(0))
                if rest > 0:
                    formula = "－".join(operand.printed for operand in (whole, *chosen))
                    yield Result(rest, "余数", formula, (whole.name,))


def _by_rate(same: Sequence[Operand], rates: Sequence[Operand]) -> Iterator[Result]:
    """What a rate leaves of a number: 318件, 及时率98.4% → 5件逾期."""
    for whole in same:
        for rate in rates:
            for share in (_HUNDRED - rate.value, rate.value):
                rest = whole.value * share / _HUNDRED
                if not share:
                    continue
                yield Result(
                    rest.quantize(Decimal(1), rounding=ROUND_HALF_UP),
                    "余数",
                    f"{whole.printed}×{share:f}%",
                    (whole.name, rate.name),
                )


def _pairs(operands: Sequence[Operand], same_base: bool) -> Iterator[tuple[Operand, Operand]]:
    """Ordered pairs, those of the mention's own sentence first."""
    chosen = [
        (a, b) for a in operands for b in operands if a is not b and (a.base == b.base or not same_base)
    ]
    chosen.sort(key=lambda pair: not (pair[0].same_sentence and pair[1].same_sentence))
    return iter(chosen)
