"""All results that a field of numbers can give of the kinds that the words round a number allow."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations, pairwise, permutations

from scoring.numbers.affinity import AKIN, shared_run
from scoring.numbers.cues import Cues
from scoring.numbers.mention import Mention
from scoring.numbers.relations.field import RATES, Field, runs
from scoring.numbers.relations.operand import JOINT, Operand, Result, minus
from scoring.numbers.vocabulary import HEADS, PLACES, counted_as, unit_of, units

_HUNDRED = Decimal(100)
_MONTHS = 12
# 住院人次增幅由今年的
_GROWTH = re.compile("增幅|增速|增长率|涨幅|降幅|减幅")
# 合计占在保户数的
_WHOLE = re.compile("(?:占|相当于)(?:全部|所有|总)?([^，。；占]{2,12})的(?:比例|比重|近|约)?[为达]?$")
_THEN = re.compile("上年|去年|同期|[由从]")
_FEW = 4
_SAYS_LITTLE = ("全年", "全部", "总", "整体", "支出", "预算", "一", "其")


def possible(mention: Mention, cues: Cues, words: str, field: Field) -> Iterator[Result]:
    """The results, in the mention's base unit, each with a formula that a reader can re-calculate.

    Args:
        mention: the number to explain.
        cues: what the words round it say of it.
        words: those right before it.
        field: the numbers to combine.
    """
    match mention.base_unit:
        case "%":
            yield from _percentages(cues, words, field)
        case "个百分点":
            yield from _points(cues, field)
        case "倍":
            yield from _ratios([*field.amounts.with_last_years, *runs(field.in_order)], "倍数", Decimal(1))
            yield from _ratios(field.of("%").with_last_years, "倍数", Decimal(1))
            for operand in field.held:
                if operand.last_year:
                    yield _divided(operand, operand.last_year, "倍数", Decimal(1))
        case base:
            yield from _amounts(cues, base, words, field)


def _percentages(cues: Cues, words: str, field: Field) -> Iterator[Result]:
    amounts = field.amounts
    if cues.change or cues.exceed or _GROWTH.search(words):
        yield from _growth(cues, amounts)
        return
    for operand in amounts.held if cues.completion or cues.fulfilled else ():
        yield from (_divided(operand, target, "完成率", _HUNDRED) for target in operand.targets if target)
    if (cues.last_year or cues.target) and not cues.portion:
        return
    whole = said[1] if (said := _WHOLE.search(words)) else ""
    whole = "" if whole.startswith(_SAYS_LITTLE) else whole
    is_then = cues.last_year or bool(_THEN.search(words))
    for share in _ratios(amounts.with_last_years if is_then else amounts.told, "占比", _HUNDRED, whole):
        if amounts.part in ("", share.operands[0]):
            yield share
    if amounts.part:
        return
    if cues.portion or cues.rate:  # 撤销1247件、确认违法683件，直接纠错率13.0%
        yield from _shares_of_runs(amounts, whole)
    if cues.rate:  # 异议29件，成立的仅3件，检验结论维持率89.7%
        beside = [o for o in amounts.told if o.same_sentence or len(amounts.told) <= _FEW]
        for share in _ratios(beside, "占比", _HUNDRED):
            yield Result(_HUNDRED - share.value, "互补", f"100%－{share.formula}", share.operands)


def _growth(cues: Cues, amounts: Field) -> Iterator[Result]:
    for operand in amounts.held:
        if operand.last_year and cues.against != "目标":
            yield _grown(operand, operand.last_year, operand.tell(operand.last_year), (operand.name,))
        for target in operand.targets if cues.against != "上年" else ():
            if target:
                done = _divided(operand, target, "超额率", _HUNDRED)
                yield Result(done.value - _HUNDRED, "超额率", f"{done.formula}－100%", done.operands)
    named = [operand for operand in amounts.told if operand.named and operand.place is None]
    for now, before in permutations([*amounts.in_order, *named[:_FEW], *amounts.halves], 2):
        if now.base == before.base and before.value and now.name != before.name and cues.against != "目标":
            yield _grown(now, before.value, before.printed, (now.name, before.name))


def _grown(now: Operand, before: Decimal, printed: str, names: tuple[str, ...]) -> Result:
    value = (now.value - before) / before * _HUNDRED
    return Result(value, "增长率", f"（{now.printed}－{printed}）÷{printed}", names)


def _divided(operand: Operand, by: Decimal, relation: str, scale: Decimal) -> Result:
    return Result(
        operand.value / by * scale, relation, f"{operand.printed}÷{operand.tell(by)}", (operand.name,)
    )


def _points(cues: Cues, field: Field) -> Iterator[Result]:
    rates = field.of("%")
    yield from _since_or_target(cues, rates.held, "百分点差")
    for part, whole in permutations(field.amounts.told, 2) if cues.against != "目标" else ():
        is_part = part.base == whole.base and part.value < whole.value and part.name != whole.name
        if is_part and part.last_year:
            before = whole.last_year or whole.value  # 12个断面中11个达标（上年10个）
            change = part.value / whole.value - part.last_year / before
            formula = f"{part.printed}÷{whole.printed}－{part.tell(part.last_year)}÷{whole.tell(before)}"
            yield Result(change * _HUNDRED, "占比变化", formula, (part.name, whole.name))
    yield from _rates_apart(field)
    if cues.change and not cues.against and not cues.versus:
        for then, now in pairwise(rates.in_text):  # 领取补贴前为32.5%，领取后为21.8%，下降10.7个百分点
            formula = f"{now.printed}－{then.printed}"
            yield Result(now.value - then.value, "百分点差", formula, (now.name,))


def _rates_apart(field: Field) -> Iterator[Result]:
    """By how much the rate of two numbers side by side is another rate: 325件化解302件，化解率高于平均水平7.9个百分点."""
    for whole, part in pairwise(field.before):
        for rate in field.of("%").told if part.base == whole.base not in RATES and whole.value else ():
            formula = f"{part.printed}÷{whole.printed}－{rate.printed}"
            value = part.value / whole.value * _HUNDRED - rate.value
            yield Result(value, "百分点差", formula, (part.name, whole.name, rate.name))


def _since_or_target(cues: Cues, held: Sequence[Operand], relation: str) -> Iterator[Result]:
    for operand in held:
        last = operand.last_year if cues.against != "目标" else None
        # 3.2万 after 1.6万: the difference is last year's value
        if last and not (relation == "差额" and operand.value == 2 * last):
            yield Result(operand.value - last, relation, minus(operand, last, "上年"), (operand.name,))
        for target in operand.targets if cues.against != "上年" else ():
            yield Result(operand.value - target, relation, minus(operand, target, "目标"), (operand.name,))


def _amounts(cues: Cues, base: str, words: str, field: Field) -> Iterator[Result]:
    own = field.of(base)
    if cues.change or cues.exceed or cues.apart:
        yield from _since_or_target(cues, own.held, "差额")
    if (cues.change or cues.versus or cues.apart) and not cues.against:
        yield from _differences(own.with_last_years, "差额")
    if cues.average:
        yield from _averages(
            [*own.with_last_years, *runs(own.in_order)], field.amounts, cues.per, "月" in words
        )
    if base == "元":
        yield from _paid_to_each(field.amounts.in_text)
    yield from map(_sum, own.halves)
    if cues.total:
        yield from _sums(own)
        # 冲锋舟42艘、排水泵车14台、发电机组56台，合计112台（艘）
        several = [o for o in field.amounts.before if o.base != "元"]
        if base in {o.base for o in several}:
            yield from (_sum(run) for run in runs(several, of_one_unit=False))
    for run in runs(own.before):  # 确诊宫颈癌7人、乳腺癌9人，16名妇女
        if run.name.endswith(own.before[-1].name):
            yield _sum(run)
    if cues.remain or cues.negated:
        yield from _differences(own.with_last_years, "余数")
        yield from _remainders(own)


def _averages(wholes: Sequence[Operand], amounts: Field, per: str, is_monthly: bool) -> Iterator[Result]:
    counts = (*amounts.with_last_years, *amounts.held, *runs(amounts.in_order))
    words = counted_as().get(per) or ((per,) if per in units() else ())
    bases = {unit_of(word).base for word in words} | set(HEADS if per in HEADS else ())
    for whole in wholes:
        for count in {(o.name, o.value): o for o in counts}.values():
            is_other = bases and count.base not in bases and not {count.base, *bases} <= PLACES
            if is_other or count.base in ("元", whole.base) or count.value <= 1:
                continue
            if count.is_last_year == whole.is_last_year:
                formula = f"{whole.printed}÷{count.printed}"
                names, each = (whole.name, count.name), whole.value / count.value
                yield Result(each, "平均", formula, names)
                if is_monthly:
                    yield Result(each / _MONTHS, "平均", f"{formula}÷{_MONTHS}", names)


def _paid_to_each(told: Sequence[Operand]) -> Iterator[Result]:
    """What a sum paid to each makes with the number of them beside it: 一档（每人1.5万元）96名."""
    for first, second in pairwise(told):
        each, count = (first, second) if first.base == "元" else (second, first)
        if each.base == "元" and count.base != "元":
            formula = f"{each.printed}×{count.printed}"
            yield Result(each.value * count.value, "乘积", formula, (each.name, count.name))


def _ratios(pool: Sequence[Operand], relation: str, scale: Decimal, said: str = "") -> Iterator[Result]:
    """What one number is of another; only of those that the words call so, where they call any."""
    called = _called(pool, said)
    for part, whole in permutations(pool, 2):
        is_pair = part.base == whole.base and part.name != whole.name and bool(whole.value)
        is_pair = is_pair and part.is_last_year == whole.is_last_year
        is_more = relation == "占比" and part.value > whole.value
        if is_pair and not is_more and (not said or whole.name in called):
            formula = f"{part.printed}÷{whole.printed}"
            yield Result(part.value / whole.value * scale, relation, formula, (part.name, whole.name))


def _called(pool: Sequence[Operand], said: str) -> set[str]:
    """The names of those that the words may mean by the whole: 在保户数 of 占在保户数的."""
    return {operand.name for operand in pool if said and shared_run(operand.name, said) >= AKIN}


def _shares_of_runs(amounts: Field, said: str) -> Iterator[Result]:
    """What numbers in a row together are of another: 一档、二档 of all."""
    called = _called(amounts.told, said)
    for base in dict.fromkeys(operand.base for operand in amounts.told):
        for run, whole in _runs_and_wholes(amounts.of(base)):
            if not said or whole.name in called:
                formula = f"{run.printed}÷{whole.printed}"
                yield Result(run.value / whole.value * _HUNDRED, "占比", formula, (run.name, whole.name))


def _runs_and_wholes(own: Field) -> Iterator[tuple[Operand, Operand]]:
    for run in runs(own.in_order):
        names = run.name.split(JOINT)
        yield from ((run, whole) for whole in own.told if whole.value > run.value and whole.name not in names)


def _differences(same: Sequence[Operand], relation: str) -> Iterator[Result]:
    for first, second in combinations(same, 2):
        if first.value != second.value and first.name != second.name:
            more, less = (first, second) if first.value > second.value else (second, first)
            formula = f"{more.printed}－{less.printed}"
            yield Result(more.value - less.value, relation, formula, (more.name, less.name))


def _sums(own: Field) -> Iterator[Result]:
    """Sums of two numbers, and of numbers in a row."""
    for first, second in combinations(own.told, 2):
        if first.name != second.name:
            formula = f"{first.printed}＋{second.printed}"
            yield Result(first.value + second.value, "合计", formula, (first.name, second.name))
    yield from (_sum(run) for run in runs(own.in_order))


def _sum(run: Operand) -> Result:
    return Result(run.value, "合计", run.printed[1:-1], tuple(run.name.split(JOINT)))


def _remainders(own: Field) -> Iterator[Result]:
    """What numbers in a row leave of a whole."""
    for run, whole in _runs_and_wholes(own):
        formula = f"{whole.printed}－{run.printed[1:-1].replace('＋', '－')}"
        yield Result(whole.value - run.value, "余数", formula, (whole.name, *run.name.split(JOINT)))
