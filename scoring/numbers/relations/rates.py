"""What a number in %, in 个百分点 or in 倍 may be: growth, completion, a share, a difference of rates, a multiple."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from scoring.numbers.cues import Cues
from scoring.numbers.relations.averages import growth_of_averages
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
from scoring.numbers.relations.shares import (
    changed_shares,
    joint_shares,
    rates_of,
    rest_of_shares,
    share_not_done,
    shares,
    shares_of_listed,
    shares_of_what_is_compared,
)
from scoring.numbers.relations.sums import sums

_HUNDRED = Decimal(100)
_THE_REST = ("其他", "其余", "剩余", "余下")


def percentages(cues: Cues, operands: Sequence[Operand], everything: Sequence[Operand]) -> Iterator[Result]:
    """What a number in % may be: growth, an excess, a degree of completion, a share, a rate."""
    if cues.total and not cues.change:
        yield from sums(cues, [operand for operand in operands if operand.base == "%"])
    if cues.change and cues.average and cues.per:
        yield from growth_of_averages(cues, operands, everything)
    if cues.change:
        yield from _growth(cues, operands)
    if cues.exceed or cues.change:
        if cues.exceed or cues.against == "目标" or not cues.over_time:
            yield from _against_target(cues, operands, over=True)
        return
    if cues.completion or cues.fulfilled or cues.rate:
        yield from _against_target(cues, operands, over=False)
    if cues.total and cues.portion:
        yield from joint_shares(operands)
    if cues.listed and cues.portion:
        yield from shares_of_listed(cues.listed, operands, everything)
    if (cues.remain and not cues.apart) or cues.parts.startswith(_THE_REST):
        yield from rest_of_shares(operands)
    if cues.portion and cues.against:
        yield from shares_of_what_is_compared(cues, operands)
    if cues.completion and cues.completed:  # 整改1788个，整改完成率91.98%
        yield from rates_of(operands, ())
    if cues.completion or (cues.apart and not cues.last_year):
        return
    yield from shares(cues, operands, everything)
    for operand in operands if cues.last_year else ():
        if (
            operand.offset == -1
            and operand.base == "%"
            and not operand.is_metric
            and operand.last_year is not None
        ):
            yield Result(operand.last_year, "比率", f"{operand.printed}的上年数", (operand.name,))
    if cues.rate or cues.portion:
        yield from rates_of(operands, everything)
    if cues.negated:
        yield from share_not_done(cues, everything)
    is_rest = cues.rate or ((cues.remain or cues.negated) and not cues.apart)
    for operand in operands if is_rest else ():
        if operand.base == "%" and (operand.same_sentence or operand.name != operand.printed):
            yield Result(_HUNDRED - operand.value, "互补", f"100%－{operand.printed}", (operand.name,))
            if cues.last_year and operand.last_year is not None:  # 不合格率由1.8%下降到
                then = f"100%－{operand.tell(operand.last_year)}（上年）"
                yield Result(_HUNDRED - operand.last_year, "互补", then, (operand.name,))


def _growth(cues: Cues, operands: Sequence[Operand]) -> Iterator[Result]:
    """Growth in %, of amounts only: a rate grows by 个百分点."""
    is_named = cues.respective or any(operand.named for operand in operands)
    if not is_named and (told := told_in_full(operands)) is not None:
        yield _grown(told[0], told[1].value, told[1].printed)
        return
    for operand in subjects(cues, operands):
        if operand.last_year and operand.base != "%" and cues.against != "目标":
            yield _grown(operand, operand.last_year, operand.tell(operand.last_year))
    for now, since in since_stated(cues, operands):
        if since.value and now.base == since.base and now.base not in ("%", "个百分点"):
            yield _grown(now, since.value, since.printed)
    last = max((o for o in operands if (o.offset or 0) < 0), key=lambda o: o.offset or 0, default=None)
    if last is not None and last.base == "%" and last.is_metric and last.same_sentence:
        return  # 执行率96%，比100%低4% is told of the rate
    for now, before in pairs(operands, same_base=True):
        if (
            before.value
            and now.base not in ("%", "个百分点")
            and now.name != before.name
            and _comparable(cues, now, before)
        ):
            yield _grown(now, before.value, before.printed)


def told_in_full(operands: Sequence[Operand]) -> tuple[Operand, Operand] | None:
    """The number and last year's right before their difference: 24840人，较上年的23260人增加1580人，增长6.8%."""
    before = {operand.offset: operand for operand in operands[::-1] if operand.same_sentence}
    now, since, change = (before.get(offset) for offset in (-3, -2, -1))
    if now is not None and now.is_last_year:  # 由上年的216个降至156个，减少60个，降幅27.8%
        now, since = since, now
    if now is None or since is None or change is None or not (change.is_change and since.value):
        return None
    is_theirs = now.base == since.base == change.base and abs(now.value - since.value) == change.value
    return (now, since) if is_theirs else None


def _comparable(cues: Cues, now: Operand, before: Operand) -> bool:
    """Whether one number may have grown from another: last year's of one metric is nothing to another's now."""
    if cues.by_period:
        return True
    if now.is_last_year and not before.is_last_year:
        return False
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
    for pair in combinations(all_rates, 2) if cues.versus or cues.apart or not cues.change else ():
        a, b = larger_first(pair)
        if a.name != b.name and (a.same_sentence or b.same_sentence or a.named or b.named):
            yield Result(a.value - b.value, "百分点差", f"{a.printed}－{b.printed}", (a.name, b.name))
            if not (a.is_metric and b.is_metric):  # 不合格率7.04%，比食品高出5.03个百分点
                rest = f"{a.printed}－（100%－{b.printed}）"
                yield Result(a.value + b.value - _HUNDRED, "百分点差", rest, (a.name, b.name))
    if cues.change and cues.against != "目标":
        yield from changed_shares(operands, everything if cues.of_share else ())
    short_of_all = all_rates if cues.apart else rates  # 网办率距全覆盖还差2.6个百分点
    for operand in short_of_all if not cues.against and not cues.over_time else ():
        yield _from_all(operand)
    for operand in all_rates if cues.against == "目标" else ():
        if not operand.is_metric:  # 完成率80%，较目标低20个百分点
            yield _from_all(operand)


def _from_all(operand: Operand) -> Result:
    formula = f"100%－{operand.printed}" if operand.value < _HUNDRED else f"{operand.printed}－100%"
    return Result(operand.value - _HUNDRED, "百分点差", formula, (operand.name,))


def times(base: str, cues: Cues, operands: Sequence[Operand]) -> Iterator[Result]:
    """What a number of 倍 or 番 may be."""
    since = operands if base == "番" or cues.against == "上年" or cues.change or cues.last_year else ()
    changes = [(o, o.last_year, o.tell(o.last_year)) for o in since if o.last_year]
    near = [o for o in operands if o.same_sentence or o.named or o.is_field]
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
