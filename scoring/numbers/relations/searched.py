"""What a number follows from where no rule asked for it: any relation that its words allow and chance hardly gives.

All results of the kinds that the words allow are laid out, first over what is named beside the number, then over
its sentence, then over all that stands near. One that agrees is taken only where so few others lie near it that
hardly one would agree by chance: 2320车次 of three numbers is no coincidence, 59人 of thirty is. The more precisely
a number is printed, the more may be tried.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, pairwise, permutations

from scoring.numbers.affinity import AKIN, shared_run
from scoring.numbers.book import Case
from scoring.numbers.relations.operand import JOINT, Operand, Result, minus, together
from scoring.numbers.vocabulary import counted_as, unit_of, units

_HUNDRED = Decimal(100)
_BY_CHANCE = Decimal("0.05")
"""So many chance matches at most are expected among the results near the value."""
_OCTAVE = Decimal(2)
"""Results from half of the value to twice the value are near it."""
_RUN = (2, 3, 4, 5)
"""So many numbers in a row are added up."""
_HEADS = ("人", "人次", "名", "位")
_RATES = ("%", "个百分点", "倍", "番")
# 住院人次增幅由今年的
PLACES = frozenset(("处", "座", "眼", "口"))
"""Units in which one and the same place is counted."""
_JUST_BEFORE = 12
_SAYS_LITTLE = ("全年", "全部", "总", "整体", "支出", "预算", "一", "其")
# 合计占在保户数的
_WHOLE = re.compile("(?:占|相当于)(?:全部|所有|总)?([^，。；占]{2,12})的(?:比例|比重|近|约)?[为达]?$")
_GROWTH = re.compile("增幅|增速|增长率|涨幅|降幅|减幅")


@dataclass(frozen=True, slots=True)
class _Field:
    """Where is searched: the numbers that may be combined, and the values that may be held against their own past."""

    told: Sequence[Operand]
    held: Sequence[Operand]

    def of(self, base: str) -> _Field:
        """Only what is counted in ``base``."""
        return _Field([o for o in self.told if o.base == base], [o for o in self.held if o.base == base])

    @property
    def amounts(self) -> _Field:
        """Without rates and differences of rates."""
        return _Field(
            [o for o in self.told if o.base not in _RATES], [o for o in self.held if o.base not in _RATES]
        )

    @property
    def with_last_years(self) -> list[Operand]:
        """The numbers that may be combined, and what they were last year."""
        return [*self.told, *(then for operand in self.told if (then := operand.then) is not None)]

    @property
    def halves(self) -> list[Operand]:
        """What two quarters make together."""
        return [operand for operand in self.told if JOINT in operand.name]

    @property
    def in_order(self) -> list[Operand]:
        """The numbers of the text that state metrics, in their order."""
        return [operand for operand in self.in_text if operand.is_metric]

    @property
    def in_text(self) -> list[Operand]:
        """All numbers of the text in their order, without what only the words name."""
        return sorted((o for o in self.told if o.place is not None), key=lambda o: o.place or 0)


def searched(
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
    operands = [o for o in operands if o.same_sentence or (o.offset or 0) <= 0]
    mention = case.mention
    value = mention.base_value
    if not value:
        return None
    fields = list(_fields(case, operands, everything))
    for field in fields[:-1] if near_only else fields:
        found: dict[Decimal, Result] = {}
        for result in _results(case, field):
            size = abs(result.value)
            if value / _OCTAVE <= size <= value * _OCTAVE:
                found.setdefault(size, result)
        agreeing = [result for result in found.values() if agrees(result)]
        if not agreeing:
            continue
        step = mention.scale.scaleb(-mention.places)
        window = max(step, 2 * max(abs(abs(result.value) - value) for result in agreeing))
        if len(found) * window / (value * (_OCTAVE - 1 / _OCTAVE)) <= _BY_CHANCE:
            return agreeing[0]
    return None


def _fields(case: Case, operands: Sequence[Operand], everything: Sequence[Operand]) -> Iterator[_Field]:
    beside = f"{case.context.lead}　{case.context.tail}"
    runs = {operand.name: shared_run(operand.name, beside) for operand in (*operands, *everything)}
    most = max(runs.values(), default=0)
    if most >= AKIN:
        named = [o for o in everything if runs[o.name] == most]
        near = [o for o in operands if runs[o.name] == most or (o.offset == -1 and o.same_sentence)]
        yield _Field([*near, *(o for o in named if o.name not in {n.name for n in near})], named)
    if "半年" in case.context.prior + case.context.clause:
        halves = list(_halves(everything))
        yield _Field([*halves, *_years(everything)], ())
        operands = [*operands, *halves]
    names = {operand.name for operand in operands if operand.same_sentence}
    yield _Field([o for o in operands if o.same_sentence], [o for o in everything if o.name in names])
    near = {operand.name for operand in operands}
    yield _Field(operands, [o for o in everything if o.name in near])


def _halves(everything: Sequence[Operand]) -> Iterator[Operand]:
    """What the first two and the last two quarters of a year make together, where the report holds all four."""
    by_name = {operand.name: operand for operand in everything}
    for name in by_name:
        if "一季度" in name:
            quarters = [by_name.get(name.replace("一季度", f"{one}季度")) for one in "一二三四"]
            year = [quarter for quarter in quarters if quarter is not None]
            if len(year) == len(quarters):
                yield from (together(year[:2]), together(year[2:]))


def _years(everything: Sequence[Operand]) -> Iterator[Operand]:
    halves = list(_halves(everything))
    yield from (together(halves[i : i + 2]) for i in range(0, len(halves), 2))


def _results(case: Case, field: _Field) -> Iterator[Result]:
    match case.mention.base_unit:
        case "%":
            yield from _percentages(case, field)
        case "个百分点":
            yield from _points(case, field)
        case "倍":
            yield from _ratios(field.amounts.with_last_years, "倍数", Decimal(1))
            yield from _ratios(field.of("%").with_last_years, "倍数", Decimal(1))
            yield from _since(field.held, lambda now, then: now / then, "倍数")
        case _:
            yield from _amounts(case, field)


def _percentages(case: Case, field: _Field) -> Iterator[Result]:
    cues, amounts = case.cues, field.amounts
    if cues.change or cues.exceed or _GROWTH.search(case.context.prior[-_JUST_BEFORE:] + case.context.clause):
        if cues.against != "目标":
            yield from _since(amounts.held, _growth, "增长率")
            for now, before in permutations([*amounts.in_order, *amounts.halves], 2):
                if now.base == before.base and before.value and now.name != before.name:
                    formula = f"（{now.printed}－{before.printed}）÷{before.printed}"
                    value = _growth(now.value, before.value)
                    yield Result(value, "增长率", formula, (now.name, before.name))
        if cues.against != "上年":
            yield from _of_target(amounts.held, lambda done, goal: (done / goal - 1) * _HUNDRED, "超额率")
        return
    if cues.completion or cues.fulfilled:
        yield from _of_target(amounts.held, lambda done, goal: done / goal * _HUNDRED, "完成率")
    if (cues.last_year or cues.target) and not cues.portion:
        return
    whole = said[1] if (said := _WHOLE.search(case.context.clause)) else ""
    whole = "" if whole.startswith(_SAYS_LITTLE) else whole
    yield from _ratios(amounts.with_last_years, "占比", _HUNDRED, whole)
    if cues.portion:
        yield from _shares_of_runs(amounts, whole)
    if cues.rate:  # 异议29件，成立的仅3件，检验结论维持率89.7%
        for share in list(_ratios([o for o in amounts.in_order if o.same_sentence], "占比", _HUNDRED)):
            yield Result(_HUNDRED - share.value, "互补", f"100%－{share.formula}", share.operands)


def _growth(now: Decimal, then: Decimal) -> Decimal:
    return (now - then) / then * _HUNDRED


def _points(case: Case, field: _Field) -> Iterator[Result]:
    rates = field.of("%")
    if case.cues.against != "目标":
        yield from _since(rates.held, lambda now, then: now - then, "百分点差")
        for part, whole in permutations(field.amounts.told, 2):
            if part.base == whole.base and part.value < whole.value and part.last_year and part.name != whole.name:
                before = whole.last_year or whole.value  # 12个断面中11个达标（上年10个）
                now, then = part.value / whole.value, part.last_year / before
                formula = f"{part.printed}÷{whole.printed}－{part.tell(part.last_year)}÷{whole.tell(before)}"
                yield Result((now - then) * _HUNDRED, "占比变化", formula, (part.name, whole.name))
    if case.cues.against != "上年":
        yield from _of_target(rates.held, lambda done, goal: done - goal, "百分点差")
    if case.cues.change and not case.cues.against and not case.cues.versus:
        for before, now in pairwise(rates.in_text):  # 领取补贴前为32.5%，领取后为21.8%，下降10.7个百分点
            formula = f"{now.printed}－{before.printed}"
            yield Result(now.value - before.value, "百分点差", formula, (now.name,))


def _amounts(case: Case, field: _Field) -> Iterator[Result]:
    cues, base = case.cues, case.mention.base_unit
    own = field.of(base)
    same = own.with_last_years
    if cues.change or cues.exceed or cues.apart:
        if cues.against != "目标":
            yield from _since(own.held, lambda now, then: now - then, "差额")
        if cues.against != "上年":
            yield from _of_target(own.held, lambda done, goal: done - goal, "差额")
    if (cues.change or cues.versus or cues.apart) and not cues.against:
        yield from _differences(same, "差额")
    if cues.average:
        yield from _averages([*same, *_runs(own.in_order)], field, cues.per)
    if base == "元":
        yield from _paid_to_each(field.in_text)
    if cues.total:
        yield from _sums(own)
    before = [operand for operand in own.in_order if (operand.place or 0) < 0 and operand.same_sentence]
    for run in _runs(before):  # 确诊宫颈癌7人、乳腺癌9人，16名妇女
        if run.name.endswith(before[-1].name):
            yield Result(run.value, "合计", run.printed[1:-1], tuple(run.name.split(JOINT)))
    if cues.remain or cues.negated:
        yield from _differences(same, "余数")
        yield from _remainders(own)


def _averages(wholes: Sequence[Operand], field: _Field, per: str) -> Iterator[Result]:
    all_counts = (*field.amounts.with_last_years, *field.amounts.held, *_runs(field.amounts.in_order))
    counts = {(o.name, o.value): o for o in all_counts}.values()
    words = counted_as().get(per) or ((per,) if per in units() else ())
    bases = {unit_of(word).base for word in words} | set(_HEADS if per in _HEADS else ())
    for whole in wholes:
        for count in counts:
            is_other = bases and count.base not in bases and not {count.base, *bases} <= PLACES
            if count.base in ("元", whole.base) or count.value <= 1 or is_other:
                continue
            if count.is_last_year == whole.is_last_year:
                formula = f"{whole.printed}÷{count.printed}"
                names = (*whole.name.split(JOINT), *count.name.split(JOINT))
                yield Result(whole.value / count.value, "平均", formula, names)


def _paid_to_each(told: Sequence[Operand]) -> Iterator[Result]:
    """What a sum paid to each makes with the number of them beside it: 一档（每人1.5万元）96名."""
    for first, second in pairwise(told):
        each, count = (first, second) if first.base == "元" else (second, first)
        if each.base == "元" and count.base not in ("元", *_RATES):
            formula = f"{each.printed}×{count.printed}"
            yield Result(each.value * count.value, "乘积", formula, (each.name, count.name))


def _since(
    able: Sequence[Operand], change: Callable[[Decimal, Decimal], Decimal], relation: str
) -> Iterator[Result]:
    for operand in able:
        if operand.last_year:
            value = change(operand.value, operand.last_year)
            if relation == "差额" and value == operand.last_year:
                continue  # 3.2万 after 1.6万: the difference is last year's value
            yield Result(value, relation, minus(operand, operand.last_year, "上年"), (operand.name,))


def _of_target(
    able: Sequence[Operand], change: Callable[[Decimal, Decimal], Decimal], relation: str
) -> Iterator[Result]:
    for operand in able:
        for target in operand.targets:
            if target:
                value = change(operand.value, target)
                yield Result(value, relation, minus(operand, target, "目标"), (operand.name,))


def _ratios(
    pool: Sequence[Operand], relation: str, scale: Decimal, said: str = ""
) -> Iterator[Result]:
    """What one number is of another; only of those that the words call so, where they call any."""
    called = _called(pool, said)
    for part, whole in permutations(pool, 2):
        if said and whole.name not in called:
            continue
        if part.base == whole.base and whole.value and part.name != whole.name:
            if part.is_last_year != whole.is_last_year:
                continue
            if relation == "占比" and part.value > whole.value:
                continue
            ratio = part.value / whole.value * scale
            yield Result(ratio, relation, f"{part.printed}÷{whole.printed}", (part.name, whole.name))


def _called(pool: Sequence[Operand], said: str) -> set[str]:
    """The names of those that the words may mean by the whole: 在保户数 of 占在保户数的."""
    return {operand.name for operand in pool if said and shared_run(operand.name, said) >= AKIN}


def _shares_of_runs(amounts: _Field, said: str) -> Iterator[Result]:
    """What numbers in a row together are of another: 一档、二档 of all."""
    called = _called(amounts.told, said)
    for base in dict.fromkeys(operand.base for operand in amounts.told):
        own = amounts.of(base)
        for run in _runs(own.in_order):
            for whole in own.told:
                if said and whole.name not in called:
                    continue
                if whole.value > run.value and whole.name not in run.name.split(JOINT):
                    share = run.value / whole.value * _HUNDRED
                    names = (*run.name.split(JOINT), whole.name)
                    yield Result(share, "占比", f"{run.printed}÷{whole.printed}", names)


def _runs(told: Sequence[Operand]) -> Iterator[Operand]:
    """What numbers in a row make together."""
    for size in _RUN:
        for place in range(len(told) - size + 1):
            run = told[place : place + size]
            if len({o.name for o in run}) == size and len({o.base for o in run}) == 1:
                yield Operand(
                    JOINT.join(o.name for o in run),
                    sum((o.value for o in run), Decimal(0)),
                    run[0].base,
                    f"（{'＋'.join(o.printed for o in run)}）",
                )


def _differences(same: Sequence[Operand], relation: str) -> Iterator[Result]:
    for first, second in combinations(same, 2):
        if first.value != second.value and first.name != second.name:
            more, less = (first, second) if first.value > second.value else (second, first)
            formula = f"{more.printed}－{less.printed}"
            yield Result(more.value - less.value, relation, formula, (more.name, less.name))


def _sums(own: _Field) -> Iterator[Result]:
    """Sums of two numbers, and of numbers in a row."""
    for first, second in combinations(own.told, 2):
        if first.name != second.name:
            formula = f"{first.printed}＋{second.printed}"
            yield Result(first.value + second.value, "合计", formula, (first.name, second.name))
    for run in _runs(own.in_order):
        yield Result(run.value, "合计", run.printed[1:-1], tuple(run.name.split(JOINT)))


def _remainders(own: _Field) -> Iterator[Result]:
    """What numbers in a row leave of a whole."""
    for run in _runs(own.in_order):
        for whole in own.told:
            if whole.value > run.value and whole.name not in run.name.split(JOINT):
                formula = f"{whole.printed}－{run.printed[1:-1].replace('＋', '－')}"
                names = (whole.name, *run.name.split(JOINT))
                yield Result(whole.value - run.value, "余数", formula, names)
