"""The proven numbers that a number may be calculated from: those near it, and facts that the words name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import islice

from scoring.numbers.affinity import AKIN, FULL, shared_run
from scoring.numbers.book import FAINT, Book, Case, operand_of
from scoring.numbers.facts import Fact
from scoring.numbers.mention import Verdict
from scoring.numbers.precision import states
from scoring.numbers.relations.operand import JOINT, Operand
from scoring.numbers.vocabulary import unit_of

_MONEY = re.compile("预算|资金|支出|经费|投入|拨款|执行")
# 342家，其中: the parts of the number follow
_INTRODUCES = re.compile("[^，。；]{0,14}[，,]?(?:其中|分别|包括|：|:|（|中，)")
_UNIT_BEHIND = re.compile(r"^\D{0,2}?[\d.,]+(?=\D)")
_OF_TWO = 2
_ALL = Decimal(100)
_PER = (1, 100, 1000, 10000)
"""By so many an average may be told: 每百家次."""
_NEAR_SENTENCES = 3
_MOST = 18
"""So many numbers near a place are tried as operands."""
_MOST_AKIN = 40
"""So many values that only belong to them are tried too."""
# 挽损增长15% of 挽回损失
_SUBJECT = re.compile("([\u4e00-\u9fff]{2,4}?)(?:同比|增长|增加|提高|上升|下降|减少|降低|增幅|降幅|完成率)")
_OUTRIGHT = FULL * 7 // 10
_CALLED_BY_UNIT = re.compile(
    "(?:[一二三四五六七八九十]是)?([\u4e00-\u9fff]{0,5}?)(人次|户次|家次|场次|件次|台次|辆次|户|人|家|件|起|宗|栋|辆|台|场|期|批次)(?:数量?|次)?(?=同比|较|比|增|减|下|上|多|少|净|由|从)"
)
# 高于项目数12.5%的增幅
_COMPARED_WITH = re.compile(
    "(?:[高低快慢大小]于|超过|不及)(?!上年|去年|目标|计划|年初|预期|全[国省市])([\u4e00-\u9fff]{2,6}?)数?量?$"
)
_NUMBER_IN = re.compile(r"\d")
# 核查率虽已达标，
_RATE_SAID_BEFORE = re.compile(r"(?:^|[，。；、是])([\u4e00-\u9fff]{1,6}率)[^，。；\d率]{0,8}，$")
# 取证率90% of 取得证书
_RATE_OF = re.compile("([\u4e00-\u9fff]{2})率[约为达仅只]{0,3}$")
_FIELDS = {"全年支出": "预算执行数", "支出总额": "预算执行数", "执行数": "预算执行数", "预算数": "当年预算数"}
_FAR = 40
"""Numbers further away than this are not looked at, or a long list would take time that grows with its square."""
_RATE_NAME = re.compile("([\u4e00-\u9fff]{2}率)[约为达仅是]{0,2}$")
_SHARE_OF_WHOLE = re.compile(
    "(?:占|相当于|约为)到?(?:全部|所有|总)?([\u4e00-\u9fff]{2,8}?)(?:总?[数量额])?的(?:约|近|比例|比重)?[为达]?$"
)
_SAYS_LITTLE = (
    *("人数", "户数", "数量", "总量", "总数", "金额"),
    *("面积", "支出", "预算", "资金", "投入", "全部"),
)


def operands_near(
    index: int, cases: Sequence[Case], verdicts: Sequence[Verdict | None], book: Book
) -> list[Operand]:
    """Proven numbers round a case: of its sentence, of the sentences near it, and facts that are named here."""
    case = cases[index]
    operands: dict[tuple[str, Decimal], Operand] = {}
    here = case.context.sentence
    around = range(max(0, index - _FAR), min(len(cases), index + _FAR))
    near = [i for i in around if i != index and -1 <= here - cases[i].context.sentence <= _NEAR_SENTENCES]
    for i in sorted(near, key=lambda i: (abs(cases[i].context.sentence - here), abs(i - index))):
        distance, verdict = here - cases[i].context.sentence, verdicts[i]
        if len(operands) >= _MOST:
            break
        if verdict is None:
            continue
        opens = bool(_INTRODUCES.match(cases[i].context.after))
        for operand in _from_verdict(verdict, cases[i], book, distance == 0, i - index, opens):
            held = operands.setdefault((operand.name, operand.value), operand)
            if held.place is None and operand.place is not None:
                operands[operand.name, operand.value] = replace(held, place=operand.place)
    for score, fact in _named(case, book):
        key = (fact.name, fact.base_value)
        operand = operands.get(key) or operand_of(fact, book, False)
        operands[key] = replace(operand, named=True) if score >= _OUTRIGHT else operand
    last = [operand for operand in operands.values() if operand.offset == -1]
    is_rate = any(operand.base == "%" for operand in last)
    before = frozenset() if is_rate else frozenset(operand.name for operand in last)
    for family in _families(case, before, book):
        operands[family.name, family.value] = family
    for fact in _counted_alone(case, book):
        operands[fact.name, fact.base_value] = replace(operand_of(fact, book, False), named=True)
    for fact in _rate_before(case, book):
        operands[fact.name, fact.base_value] = replace(operand_of(fact, book, False), named=True)
    for fact in wholes(case, book)[:_MOST_AKIN]:
        operands.setdefault((fact.name, fact.base_value), operand_of(fact, book, False))
    if case.cues.remain or case.cues.negated or case.cues.rate or case.cues.portion:
        for fact in islice(_akin(list(operands.values()), case, book), _MOST_AKIN):
            operands.setdefault((fact.name, fact.base_value), operand_of(fact, book, False))
    lead = "" if case.context.lead_shared else case.context.lead
    return [replace(o, named=True) if shared_run(o.name, lead) >= AKIN else o for o in operands.values()]


def wholes(case: Case, book: Book) -> list[Fact]:
    """The values of which the words say that a share is of: 占人口的15%, 约为岗位数的24%."""
    said = _SHARE_OF_WHOLE.search(case.context.clause)
    if said is None:
        return []
    if field := next((name for word, name in _FIELDS.items() if said[1].endswith(word)), ""):
        own = any(said[1][-2:] in fact.name for fact in book.entries if not fact.rank)
        return [] if own else [fact for fact in book.by_name.get(field, ()) if fact.role == "value"]
    if said[1].endswith(_SAYS_LITTLE):
        return []
    kinds = [said[1][-2:], said[1].partition("总")[0]] if "总" in said[1][2:] else [said[1][-2:]]
    return [f for f in book.entries if f.role == "value" and any(kind in f.name for kind in kinds)]


def _families(case: Case, before: frozenset[str], book: Book) -> Iterator[Operand]:
    """What the metrics of a kind make together, where the words name only the kind: 完成整改6374处.

    Or where only a change is told, and the number before it was theirs: 隐患总量减少738处，下降10.3%.
    """
    if any(book.affinity(fact, case.seen) >= _OUTRIGHT for fact in book.entries if not fact.rank):
        return
    for ending, family in book.families.items():
        is_said = ending in case.context.clause and not ending.startswith(_SAYS_LITTLE)
        if is_said or case.context.clause.startswith(ending) or before.issuperset(family.name.split(JOINT)):
            yield replace(family, named=True)


def _counted_alone(case: Case, book: Book) -> list[Fact]:
    """The only value in the unit by which the words call what changed: 户数增加2820户, 人次增长12%.

    Or the one that shares most characters of what they call so: 案件数增长11.8% of 立案218件.
    """
    said = None if _NUMBER_IN.search(case.context.clause) else _CALLED_BY_UNIT.match(case.context.clause)
    counted = [fact for fact in book.by_base[unit_of(said[2]).base] if fact.role == "value"] if said else []
    if said and said[1]:
        alike = {fact.name: len(set(said[1]) & set(fact.name)) for fact in counted}
        most = max(alike.values(), default=0)
        counted = [fact for fact in counted if alike[fact.name] == most > 0]
    return counted if len(counted) == 1 else []


def _rate_before(case: Case, book: Book) -> list[Fact]:
    """The only rate that the clause before a difference calls by its last word: 核查率虽已达标，但仅高出目标值0.01个百分点."""
    told = case.context.prior, case.context.topic.rstrip("。；\n") + "，"
    said = next((match for text in told if (match := _RATE_SAID_BEFORE.search(text))), None)
    said = said if case.mention.base_unit == "个百分点" else None
    rates = [f for f in book.by_base["%"] if f.role == "value" and f.name.endswith(said[1])] if said else []
    return rates if len(rates) == 1 else []


def _akin(operands: Sequence[Operand], case: Case, book: Book) -> Iterator[Fact]:
    """Facts that belong to those nearby: the parts of a whole, and what tells of the same thing (查出问题, 整改问题)."""
    for operand in operands[:_MOST]:
        is_near = operand.offset is not None or operand.named or operand.base == case.mention.base_unit
        if operand.base == "%" or not (is_near or case.cues.portion):
            continue
        parts = {part for fact in book.by_name.get(operand.name, ()) for part in fact.parts}
        for fact in book.by_base[operand.base]:
            if fact.role != "value" or fact.name == operand.name:
                continue
            if (
                fact.name in parts
                or operand.name in fact.parts
                or shared_run(fact.name, operand.name) >= AKIN
            ):
                yield fact


def _named(case: Case, book: Book) -> Iterator[tuple[int, Fact]]:
    """Facts that the words name, of the number's own unit even where they name them faintly; money last."""
    base = case.mention.base_unit
    clause = case.context.clause
    said = _SUBJECT.match(clause) or _RATE_OF.search(clause) or _COMPARED_WITH.search(clause)
    said = said if base == "%" else None
    scored = [
        (_score(fact, case, said[1] if said else "", book), fact.unit.base == base, fact)
        for fact in book.entries
        if fact.role == "value"
    ]
    scored.sort(key=lambda entry: -entry[0])
    faintly = case.cues.completion  # 完成率：高企105%，专利104%
    yield from (
        (score, fact)
        for score, same, fact in scored[:10]
        if score >= (FAINT if same or faintly else 2 * FAINT)
    )
    is_told = bool(_MONEY.search(case.context.prior + case.context.clause + case.context.tail))
    if is_told if base in ("%", "倍") or case.cues.average else base == "元":
        yield from ((0, fact) for fact in book.entries if fact.rank == 1 and fact.unit.base == "元")


def _score(fact: Fact, case: Case, said: str, book: Book) -> int:
    """How well the words name ``fact``; ``said`` before a change may be its name shortened to some characters."""
    score = book.affinity(fact, case.seen)
    if score < 2 * FAINT and said:
        rest = iter(fact.name)
        return _OUTRIGHT if all(char in rest for char in said) else score
    return score


def _from_verdict(
    verdict: Verdict, case: Case, book: Book, same: bool, offset: int, introduces: bool
) -> Iterator[Operand]:
    """The numbers that a proven neighbour stands for: itself, its metric's value, what it was computed from."""
    mention = case.mention
    if case.cues.planned and not case.cues.target and mention.base_value is not None:
        # 计划实施25公里，少完成1.5公里
        facts = _with_target(mention.base_unit, mention.base_value, book)
        yield from (operand_of(fact, book, same, offset, introduces) for fact in facts)
    if (
        verdict.status not in ("bound", "derived", "exempt")
        or mention.base_value is None
        or (case.cues.planned and not case.cues.target)
    ):
        return
    named = [fact for name in verdict.metrics for fact in book.by_name.get(name, ())]
    if verdict.status == "bound":
        stated = (f for f in named if f.unit.base == mention.base_unit and states(mention, f.base_value))
        if (fact := next(stated, None)) is not None:
            yield replace(operand_of(fact, book, same, offset, introduces), place=offset)
    else:
        is_sum = (verdict.relation or "").startswith("合计")
        is_average = (verdict.relation or "").startswith("平均")
        then = _last_years(verdict, book)
        yield Operand(
            mention.text,
            (_exact_sum(verdict, book) if is_sum else None) or mention.base_value,
            mention.base_unit,
            mention.text,
            last_year=then,
            targets=_targets_of_rate(verdict, case, book),
            same_sentence=same,
            offset=offset,
            introduces=introduces,
            unit=unit_of(_UNIT_BEHIND.sub("", mention.text)) if then is not None else None,
            is_change=(verdict.relation or "").startswith("差额"),
            place=offset,
            is_last_year=verdict.status == "derived" and case.cues.last_year and "上年" in verdict.reason,
        )
        if is_average and then is not None and (exact := _exact_average(verdict, book)) is not None:
            unit = unit_of(_UNIT_BEHIND.sub("", mention.text))
            yield Operand(
                mention.text, exact, mention.base_unit, mention.text, then, (), same, offset=offset, unit=unit
            )
    if verdict.metrics == ("年度目标",):  # 90户的任务尚缺4户
        named += _with_target(mention.base_unit, mention.base_value, book)
    for fact in named:
        if fact.role == "value":
            yield operand_of(fact, book, same, offset, introduces)


def _with_target(base: str, target: Decimal, book: Book) -> list[Fact]:
    """The only metric of a unit that has the target."""
    facts = [f for f in book.by_base[base] if f.role == "value" and target in book.targets.get(f.name, ())]
    return facts if len({fact.name for fact in facts}) == 1 else []


def _targets_of_rate(verdict: Verdict, case: Case, book: Book) -> tuple[Decimal, ...]:
    """The targets of a rate or a growth that was calculated: 优良率90.0%，高出目标5.0个百分点 with 优良率 ≥85% set."""
    if (verdict.relation or "").startswith("增长率"):
        grown = [f for f in book.by_base["%"] if f.role == "target" and any("增" in w for w in f.words)]
        names = verdict.metrics
        return tuple(f.base_value for f in grown if any(n in word for n in names for word in f.words))
    rate = _RATE_NAME.search(case.context.lead) if case.mention.base_unit == "%" else None
    targets = (fact for fact in book.by_base["%"] if fact.role == "target") if rate else ()
    return tuple(fact.base_value for fact in targets if rate and any(rate[1] in word for word in fact.words))


def _exact_sum(verdict: Verdict, book: Book) -> Decimal | None:
    """What a sum is before it was rounded for print (近959万元); None where a part is no metric of the report."""
    values = [next((f for f in book.by_name.get(n, ()) if f.role == "value"), None) for n in verdict.metrics]
    known = [fact.base_value for fact in values if fact is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(values) else None


def _last_years(verdict: Verdict, book: Book) -> Decimal | None:
    """What a calculated number was last year; None where its numbers do not tell."""
    match (verdict.relation or "")[:2]:
        case "合计":
            return _last_years_sum(verdict, book)
        case "平均":
            return _last_years_average(verdict, book)
        case "互补" if len(verdict.metrics) == 1:
            last = book.last_years.get(verdict.metrics[0])
            return None if last is None else _ALL - last
        case "余数" | "差额" if len(verdict.metrics) == _OF_TWO and "上年" not in verdict.reason:
            whole, part = (book.last_years.get(name) for name in verdict.metrics)
            return None if whole is None or part is None or whole <= part else whole - part
        case _:
            return None


def _exact_average(verdict: Verdict, book: Book) -> Decimal | None:
    """What an average is before it was rounded for print: 328万元 by 64台 of 台均5.13万元."""
    counts = {o.name: o for o in book.counts}
    told = [counts[name] for name in verdict.metrics if name in counts]
    if len(told) != _OF_TWO or "上年" in verdict.reason or not told[1].value:
        return None
    exact = (told[0].value / told[1].value * per for per in _PER)
    return next((value for value in exact if states(verdict.mention, value)), None)


def _last_years_average(verdict: Verdict, book: Book) -> Decimal | None:
    """What an average (件均8.84万元) was last year; None where one of its numbers does not tell."""
    counts = {o.name: o for o in book.counts}
    told = [counts[name] for name in verdict.metrics if name in counts]
    if len(told) != _OF_TWO or "上年" in verdict.reason:
        return None
    whole, count = told
    if not (whole.last_year and count.last_year and count.value):
        return None
    scales = (per for per in _PER if states(verdict.mention, whole.value / count.value * per))
    per = next(scales, None)
    return None if per is None else whole.last_year / count.last_year * per


def _last_years_sum(verdict: Verdict, book: Book) -> Decimal | None:
    """What a sum was last year; None where not all of its parts tell it."""
    values = [book.last_years.get(name) for name in verdict.metrics]
    return None if None in values or not values else sum((v for v in values if v is not None), Decimal(0))
