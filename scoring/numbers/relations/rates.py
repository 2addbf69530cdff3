"""Shares, rates, growth, differences of rates and multiples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from scoring.numbers.affinity import AKIN, shared_run
from scoring.numbers.cues import Cues
from scoring.numbers.relations.operand import (
    Operand,
    Result,
    compared,
    larger_first,
    minus,
    pairs,
    since_stated,
    subjects,
)
from scoring.numbers.relations.sums import family_sums, sums

_HUNDRED = Decimal(100)
_PEOPLE = frozenset(("人", "人次"))


def percentages(cues: Cues, operands: Sequence[Operand], everything: Sequence[Operand]) -> Iterator[Result]:
    """What a number in % may be: growth, an excess, a degree of completion, a share, a rate."""
    if cues.total and not cues.change:
        yield from sums(cues, [operand for operand in operands if operand.base == "%"])
    if cues.change:
        yield from _growth(cues, operands)
    if cues.exceed or cues.change:
        yield from _against_target(cues, operands, over=True)
        return
    if cues.completion or cues.fulfilled or cues.rate:
        yield from _against_target(cues, operands, over=False)
    if cues.total and cues.portion:
        yield from _joint_shares(operands)
    if cues.item:
        yield from _shares_of_item(cues.item, everything)
    if cues.portion:
        yield from _shares_of_family(operands, everything)
    if cues.portion and cues.against:
        yield from _of_what_is_compared(cues, operands)
    if cues.completion or (cues.apart and not cues.last_year):
        return
    yield from _shares(cues, operands, everything)
    if cues.rate or cues.portion:
        yield from _rates(operands, everything)
    if cues.negated:
        yield from _not_done(cues, everything)
    is_rest = cues.rate or ((cues.remain or cues.negated) and not cues.apart)
    for operand in operands if is_rest else ():
        if operand.base == "%" and (operand.same_sentence or operand.name != operand.printed):
            yield Result(_HUNDRED - operand.value, "互补", f"100%－{operand.printed}", (operand.name,))


def _growth(cues: Cues, operands: Sequence[Operand]) -> Iterator[Result]:
    """Growth in %, of amounts only: a rate grows by 个百分点."""
    for operand in subjects(cues, operands):
        if operand.last_year and operand.base != "%" and cues.against != "目标":
            yield _grown(operand, operand.last_year, operand.tell(operand.last_year))
    for now, since in since_stated(cues, operands):
        if since.value and now.base == since.base != "%":
            yield _grown(now, since.value, since.printed)
    last = max((o for o in operands if (o.offset or 0) < 0), key=lambda o: o.offset or 0, default=None)
    if last is not None and last.base == "%" and last.is_metric and last.same_sentence:
        return  # 执行率96%，比100%低4% is told of the rate
    for now, before in pairs(operands, same_base=True):
        if before.value and now.base != "%" and now.name != before.name and _comparable(cues, now, before):
            yield _grown(now, before.value, before.printed)


def _comparable(cues: Cues, now: Operand, before: Operand) -> bool:
    """Whether one number may have grown from another: last year's of one metric is nothing to another's now."""
    if cues.by_period:
        return True
    if before.is_last_year or cues.against == "上年":
        return not (now.is_metric and before.is_metric)
    return now.same_sentence and before.same_sentence


def _grown(now: Operand, before: Decimal, printed: str) -> Result:
    growth = (now.value - before) / before * _HUNDRED
    return Result(growth, "增长率", f"（{now.printed}－{printed}）÷{printed}", (now.name,))


def _against_target(cues: Cues, operands: Sequence[Operand], over: bool) -> Iterator[Result]:
    for operand in subjects(cues, operands):
        for target in operand.targets if cues.against != "上年" else ():
            if not target or operand.base == "%":
                continue
            done = operand.value / target * _HUNDRED
            formula = f"{operand.printed}÷{operand.tell(target)}"
            if done > _HUNDRED and not (over or cues.completion or cues.fulfilled):
                continue  # 整改率 is no degree of completion
            if over:
                yield Result(done - _HUNDRED, "超额率", f"{formula}－100%", (operand.name,))
            else:
                yield Result(done, "完成率", formula, (operand.name,))


def _of_what_is_compared(cues: Cues, operands: Sequence[Operand]) -> Iterator[Result]:
    """The share of last year's value or of a plan: 为上年的127.5%; 尚有4台未到货，占计划的10%."""
    told = [o for o in operands if o.same_sentence and o.base != "%"]
    for operand in told:
        for other, _ in compared(cues, operand):
            for part in (operand, *(o for o in told if o.base == operand.base and not o.is_metric)):
                if other:
                    share = part.value / other * _HUNDRED
                    yield Result(share, "占比", f"{part.printed}÷{operand.tell(other)}", (operand.name,))


def _shares(cues: Cues, operands: Sequence[Operand], everything: Sequence[Operand]) -> Iterator[Result]:
    if cues.last_year:
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
            if whole.base == part.base and whole.same_sentence and whole.value > part.value:
                share = part.value / whole.value * _HUNDRED
                formula = f"{part.printed}÷{whole.printed}"
                yield Result(share, "占比", formula, (part.name, whole.name))


def _joint_shares(operands: Sequence[Operand]) -> Iterator[Result]:
    """The share of two together: 中央和省级合计占到九成."""
    told = [o for o in operands if o.same_sentence and o.base != "%"]
    for a, b in combinations(told, 2):
        for whole in operands if a.base == b.base and a.name != b.name else ():
            if (
                whole.base == a.base
                and whole.name not in (a.name, b.name)
                and whole.value > a.value + b.value
            ):
                formula = f"（{a.printed}＋{b.printed}）÷{whole.printed}"
                share = (a.value + b.value) / whole.value * _HUNDRED
                yield Result(share, "占比", formula, (a.name, b.name, whole.name))


def _shares_of_item(item: str, everything: Sequence[Operand]) -> Iterator[Result]:
    """A rate of one item of a list, of the metrics that have it in their names: 登记失业人员的取证率."""
    for part, whole in pairs([o for o in everything if item in o.name and o.base != "%"], same_base=True):
        if part.value < whole.value:
            share = part.value / whole.value * _HUNDRED
            yield Result(share, "占比", f"{part.printed}÷{whole.printed}", (part.name, whole.name))


def _shares_of_family(operands: Sequence[Operand], everything: Sequence[Operand]) -> Iterator[Result]:
    """The share of all metrics of a kind that only together make the whole: 村道286公里 of 列养里程, 县道 and 村道."""
    for part in (o for o in operands if o.same_sentence and o.is_metric and o.base != "%"):
        for whole in family_sums([part], [o for o in everything if o.base == part.base]):
            if whole.value > part.value > 0:
                share = part.value / whole.value * _HUNDRED
                yield Result(
                    share, "占比", f"{part.printed}÷（{whole.formula}）", (part.name, *whole.operands)
                )


def _last_years_shares(operands: Sequence[Operand]) -> Iterator[Result]:
    """A share as it was last year: 占比由22.8%提高到23.8%."""
    for part, whole in pairs([o for o in operands if o.base != "%"], same_base=False):
        if not _counts_alike(part, whole):
            continue
        if part.last_year and whole.last_year and part.last_year < whole.last_year:
            formula = f"{part.tell(part.last_year)}÷{whole.tell(whole.last_year)}（上年）"
            share = part.last_year / whole.last_year * _HUNDRED
            yield Result(share, "占比", formula, (part.name, whole.name))


def _rates(operands: Sequence[Operand], everything: Sequence[Operand]) -> Iterator[Result]:
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
            if whole.base != "%" and part.value < whole.value and part.name != whole.name:
                share = part.value / whole.value * _HUNDRED
                names = (part.name, whole.name)
                yield Result(share, "比率", f"{part.printed}÷{whole.printed}", names)
                if (
                    part.same_sentence
                    and whole.same_sentence
                    and part.base == whole.base
                    and whole.value == largest[whole.base]
                ):
                    yield Result(_HUNDRED - share, "比率", f"100%－{part.printed}÷{whole.printed}", names)


def _counts_alike(operand: Operand, other: Operand) -> bool:
    """Whether the two count in one unit, or both people: 人次 who were trained, 人 who passed."""
    return operand.base == other.base or {operand.base, other.base} <= _PEOPLE


def _not_done(cues: Cues, everything: Sequence[Operand]) -> Iterator[Result]:
    """The share of a whole that is not done, where a metric counts what is: 三成没有就业 of 660人 and 462人就业."""
    for part in everything:
        if part.base == "%" or not cues.negated.endswith(part.name[-2:]):
            continue
        for whole in everything:
            if whole.base.startswith(part.base) and part.value < whole.value:
                rest = (whole.value - part.value) / whole.value * _HUNDRED
                formula = f"（{whole.printed}－{part.printed}）÷{whole.printed}"
                yield Result(rest, "占比", formula, (whole.name, part.name))


def points(cues: Cues, operands: Sequence[Operand], everything: Sequence[Operand]) -> Iterator[Result]:
    """What a number of 个百分点 may be: a rate against last year, its target, another rate or 100%."""
    all_rates = [operand for operand in operands if operand.base == "%"]
    rates = subjects(cues, all_rates)
    for operand in rates:
        for other, what in compared(cues, operand):
            formula = minus(operand, other, what)
            yield Result(operand.value - other, "百分点差", formula, (operand.name,))
    for operand, since in since_stated(cues, all_rates):
        formula = f"{operand.printed}－{since.printed}"
        yield Result(operand.value - since.value, "百分点差", formula, (operand.name,))
    for pair in combinations(all_rates, 2) if cues.versus or not cues.change else ():
        a, b = larger_first(pair)
        if a.name != b.name and (a.same_sentence or b.same_sentence or a.named or b.named):
            yield Result(a.value - b.value, "百分点差", f"{a.printed}－{b.printed}", (a.name, b.name))
            if not (a.is_metric and b.is_metric):  # 不合格率7.04%，比食品高出5.03个百分点
                rest = f"{a.printed}－（100%－{b.printed}）"
                yield Result(a.value + b.value - _HUNDRED, "百分点差", rest, (a.name, b.name))
    if cues.change and cues.against != "目标":
        yield from _changed_shares(operands, everything if cues.of_share else ())
    short_of_all = all_rates if cues.apart else rates  # 网办率距全覆盖还差2.6个百分点
    for operand in short_of_all if not cues.against and not cues.over_time else ():
        yield _from_all(operand)
    for operand in all_rates if cues.against == "目标" else ():
        if not operand.is_metric:  # 完成率80%，较目标低20个百分点
            yield _from_all(operand)


def _changed_shares(operands: Sequence[Operand], everything: Sequence[Operand]) -> Iterator[Result]:
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


def _from_all(operand: Operand) -> Result:
    formula = f"100%－{operand.printed}" if operand.value < _HUNDRED else f"{operand.printed}－100%"
    return Result(operand.value - _HUNDRED, "百分点差", formula, (operand.name,))


def times(base: str, cues: Cues, operands: Sequence[Operand]) -> Iterator[Result]:
    """What a number of 倍 or 番 may be."""
    since = operands if base == "番" or cues.against == "上年" or cues.change or cues.last_year else ()
    changes = [(o, o.last_year, o.tell(o.last_year)) for o in since if o.last_year]
    near = [o for o in operands if o.same_sentence or o.named]
    changes += [(a, b.value, b.printed) for a, b in pairs(near, not cues.portion) if b.value]
    changes += [(o, target, o.tell(target)) for o in operands for target in o.targets if target]
    for now, before, printed in changes:
        ratio, formula = now.value / before, f"{now.printed}÷{printed}"
        if base == "番":
            yield Result(Decimal(1) if 2 <= ratio < 4 else Decimal(2), "翻番", formula, (now.name,))
            continue
        if cues.change:
            yield Result(ratio - 1, "增长倍数", f"{formula}－1", (now.name,))
        yield Result(ratio, "倍数", formula, (now.name,))
