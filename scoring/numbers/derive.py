"""The second pass: numbers that follow from proven ones nearby, by a relation that can be calculated again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from difflib import SequenceMatcher

from scoring.numbers.affinity import FULL, grams
from scoring.numbers.book import FAINT, Book, Case, operand_of
from scoring.numbers.cues import TIME_UNITS
from scoring.numbers.facts import Fact
from scoring.numbers.mention import Verdict
from scoring.numbers.precision import states
from scoring.numbers.relations.operand import Operand, Result
from scoring.numbers.relations.results import results

_MONEY = re.compile("预算|资金|支出|经费|投入|拨款|执行")
# 342家，其中: the parts of the number follow
_INTRODUCES = re.compile("[^，。；]{0,14}[，,]?(?:其中|分别|包括|：|:|（|中，)")
_NEAR_SENTENCES = 3
_MOST = 18
"""So many numbers near a place are tried as operands."""
_FAR = 40
"""Numbers further away than this are not looked at, or a long list would take time that grows with its square."""
_SHARE_OF = re.compile(
    "([\u4e00-\u9fff]{2,})?(?:约|仅|只|共|就|还|也|已|各|恰|刚好|正好)?占比?(?:达|为|约|到|了)?[^，。；]{0,4}$"
)
# 产业5568万元，占比: nothing stands between the number and its share
_OF_THE_LAST = re.compile(r"\d[^\d，。；（）()最]{1,8}[，（(]$")
# 训后找到工作的有153人，就业率81%
_RATE = re.compile("^[一-鿿]{1,7}率[约为达仅只有是到高]{0,4}$")
# 新增藏书中电子图书占比
_OUT_OF = re.compile("[\u4e00-\u9fff]{2,}中(?![央小心等学医药])")
_COMPARED = re.compile("(?:[多少高低]于|比|较)[^，]{0,12}，$")
# 夜间高于昼间9.38个百分点
_COMPARING = re.compile(
    "([一-鿿]{2,8}?)(高于|多于|大于|超过|高出|低于|少于|小于|不及)([一-鿿]{2,8}?)(?:的|出|了|有|约)?$"
)
_MORE = ("高于", "多于", "大于", "超过", "高出")
# 占人口的15%
_SHARE_OF_WHOLE = re.compile(
    "占(?:全部|所有|总)?([一-鿿]{2,8}?)(?:总[数量额])?的(?:约|近|比例|比重)?[为达]?$"
)
_SAYS_LITTLE = (
    "人数",
    "户数",
    "数量",
    "总量",
    "总数",
    "金额",
    "面积",
    "支出",
    "预算",
    "资金",
    "投入",
    "全部",
)
_ORDER = {"后者": -1, "前者": -2}
_OTHER = 800
"""Where the words name a metric this well a number is that metric's, not one that was derived before."""
_AKIN = 2
"""Names with so many characters in a row in common tell of the same thing."""
_DIRECTED = ("增长率", "差额", "百分点差", "增长倍数")


def derive(case: Case, operands: Sequence[Operand], book: Book) -> Verdict | None:
    """The verdict where a relation gives the printed value, or gives it with the opposite sign; else None.

    A change of the metric that the text speaks of goes before chance matches of two other numbers.
    """
    contrary: Result | None = None
    case = _in_neighbours_unit(case, operands)
    part, rated = _part_told(case, operands), _rated(case, operands)
    shared, whole = _shared_out(case, operands), _whole_told(case, book)
    near = {operand.name for operand in operands if operand.same_sentence}
    is_stated = _names_a_rate(case, book)
    for result in results(case.mention, case.cues, operands, book.counts):
        is_share = result.relation in ("占比", "比率")
        if is_share and whole and result.operands[-1] not in whole:
            continue
        if is_share and (
            (part and result.operands[0] not in part) or (rated and rated.isdisjoint(result.operands))
        ):
            continue
        if result.relation == "平均" and shared and shared.isdisjoint(result.operands):
            continue
        if _is_contrary(case, result, operands):
            continue
        is_rest = (result.relation == "互补" or "100%－" in result.formula) and not case.cues.negated
        if is_stated and (is_rest or (is_share and not near.issuperset(result.operands))):
            continue  # 取证率90% is not to be got from numbers elsewhere
        if _agrees(case, result) and (contrary is None or result.operands == contrary.operands):
            return Verdict(
                case.field,
                case.mention,
                "derived",
                result.operands,
                relation=f"{result.relation}：{result.formula}",
                reason=f"由{result.formula}得出",
            )
        if contrary is None and _is_reversed(case, result):
            contrary = result
    return _reversed(case, contrary) if contrary else None


def _is_contrary(case: Case, result: Result, operands: Sequence[Operand]) -> bool:
    """Whether the words compare the two numbers the other way round: 夜间高于昼间9个百分点, and it is lower."""
    said = _COMPARING.search(case.context.clause)
    if said is None or len(result.operands) != 2 or result.relation not in ("差额", "百分点差"):
        return False
    more, less = (said[1], said[3]) if said[2] in _MORE else (said[3], said[1])
    value = {o.name: o.value for o in operands}
    higher = [n for n in result.operands if _shared(n, more) >= _AKIN]
    lower = [n for n in result.operands if _shared(n, less) >= _AKIN]
    if len(higher) != 1 or len(lower) != 1 or higher == lower or not {*higher, *lower} <= value.keys():
        return False
    return value[higher[0]] < value[lower[0]]


def _names_a_rate(case: Case, book: Book) -> bool:
    """Whether the words name a rate of the report, of which the number says something else."""
    rates = (fact for fact in book.by_base["%"] if fact.role == "value")
    return case.mention.base_unit == "%" and any(book.affinity(fact, case.seen) >= _OTHER for fact in rates)


def _in_neighbours_unit(case: Case, operands: Sequence[Operand]) -> Case:
    """The case, a change without a unit counted in that of the number before it: 进馆人次61.24万，净增10.42万."""
    if case.mention.base_unit or not case.cues.change:
        return case
    before = [
        o for o in operands if o.offset is not None and o.offset < 0 and o.same_sentence and o.base != "%"
    ]
    base = before[0].base if before else ""
    return replace(case, mention=replace(case.mention, base_unit=base))


def _part_told(case: Case, operands: Sequence[Operand]) -> frozenset[str]:
    """The names of which the words say that the share is taken: 产业5568万元，占56%; 中央资金占65%."""
    said = _SHARE_OF.search(case.context.clause)
    if said is None or case.context.clause.rstrip("为是达").endswith(("分别", "依次", "各")):
        return frozenset()
    if said.group(1) in _ORDER:
        return frozenset(o.name for o in operands if o.same_sentence and o.offset == _ORDER[said.group(1)])
    if said.group(1):
        told = grams(_OUT_OF.split(said.group(1))[-1])
        # the first word tells which: 中央 of 中央资金
        alike = [o.name for o in operands if o.base != "%" and set(told) & set(grams(o.name))]
        return frozenset([name for name in alike if told[0] in name] or alike)
    return _last_told(case, operands)


def _rated(case: Case, operands: Sequence[Operand]) -> frozenset[str]:
    """The names of which a rate must take one because it is told of the last number; empty where it may take any."""
    rate = case.context.clause
    if not _RATE.match(rate) or not (last := _last_told(case, operands)):
        return frozenset()
    return last | {o.name for o in operands if _shared(o.name, rate[: rate.rindex("率")]) >= _AKIN}


def _whole_told(case: Case, book: Book) -> frozenset[str]:
    """The names of which the words say that a share is of: 占人口的15%; empty where they name none of the report."""
    said = _SHARE_OF_WHOLE.search(case.context.clause)
    if said is None or said[1].endswith(_SAYS_LITTLE):
        return frozenset()
    return frozenset(fact.name for fact in book.entries if said[1][-2:] in fact.name)


def _shared_out(case: Case, operands: Sequence[Operand]) -> frozenset[str]:
    """The names of the money that an average told right after it shares out: 投资1808万元，折合每公里40万元."""
    is_average = case.cues.average and case.mention.base_unit == "元"
    if not is_average or re.search("限|、|分别|依次", case.context.prior[-30:]):
        return frozenset()
    last = _last_told(case, operands)
    return last if last <= {o.name for o in operands if o.base == "元"} else frozenset()


def _last_told(case: Case, operands: Sequence[Operand]) -> frozenset[str]:
    """The names of the number that the words before the clause end with; empty where they end with none."""
    if not _OF_THE_LAST.search(case.context.prior) or _COMPARED.search(case.context.prior):
        return frozenset()
    before = [o for o in operands if o.same_sentence and o.base != "%" and o.base not in TIME_UNITS]
    last = max((o.offset for o in before if o.offset is not None and o.offset < 0), default=0)
    return frozenset(o.name for o in before if o.offset == last)


def repeated(
    case: Case, operands: Sequence[Operand], earlier: Sequence[Verdict], book: Book
) -> Verdict | None:
    """The verdict on a number that an earlier narrative has derived.

    Unless the words name another (死亡242株 … 补植242株), or its own sentence gives another (发现75处，整改72处，遗留4处).
    """
    beside = [o for o in operands if o.same_sentence and o.base == case.mention.base_unit]
    if case.cues.remain and len(beside) > 1:
        return None
    values = (fact for fact in book.candidates(case.mention) if fact.role == "value" and not fact.rank)
    if any(book.affinity(fact, case.seen) >= _OTHER for fact in values):
        return None
    for verdict in earlier if not case.cues.target else ():
        stated = verdict.mention
        if (
            verdict.status == "derived"
            and not (verdict.relation or "").startswith("列举")
            and stated.base_unit == case.mention.base_unit
            and stated.base_value is not None
            and states(case.mention, stated.base_value)
        ):
            return replace(
                verdict,
                field=case.field,
                mention=case.mention,
                reason=f"与{verdict.field}中的{stated.text}一致",
            )
    return None


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
            operands.setdefault((operand.name, operand.value), operand)
    for score, fact in _named(case, book):
        key = (fact.name, fact.base_value)
        operand = operands.get(key) or operand_of(fact, book, False)
        operands[key] = replace(operand, named=True) if score >= FULL * 7 // 10 else operand
    if case.cues.remain or case.cues.negated or case.cues.rate or case.cues.portion:
        for fact in _akin(list(operands.values()), case, book):
            operands.setdefault((fact.name, fact.base_value), operand_of(fact, book, False))
    lead = "" if case.context.lead_shared else case.context.lead
    return [replace(o, named=True) if _shared(o.name, lead) >= _AKIN else o for o in operands.values()]


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
            if fact.name in parts or operand.name in fact.parts or _shared(fact.name, operand.name) >= _AKIN:
                yield fact


def _shared(name: str, other: str) -> int:
    """The length of the longest run of characters that both names have."""
    return SequenceMatcher(None, name, other, autojunk=False).find_longest_match().size


def _named(case: Case, book: Book) -> Iterator[tuple[int, Fact]]:
    """Facts that the words name, of the number's own unit even where they name them faintly; money last."""
    base = case.mention.base_unit
    scored = [
        (book.affinity(fact, case.seen), fact.unit.base == base, fact)
        for fact in book.entries
        if fact.role == "value"
    ]
    scored.sort(key=lambda entry: -entry[0])
    yield from ((score, fact) for score, same, fact in scored[:10] if score >= (FAINT if same else 2 * FAINT))
    if base == "元" or (
        base == "%" and _MONEY.search(case.context.prior + case.context.clause + case.context.tail)
    ):
        yield from ((0, fact) for fact in book.entries if fact.rank == 1 and fact.unit.base == "元")


def _from_verdict(
    verdict: Verdict, case: Case, book: Book, same: bool, offset: int, introduces: bool
) -> Iterator[Operand]:
    """The numbers that a proven neighbour stands for: itself, its metric's value, what it was computed from."""
    mention = case.mention
    if (
        verdict.status not in ("bound", "derived", "exempt")
        or mention.base_value is None
        or case.cues.planned
    ):
        return
    named = [fact for name in verdict.metrics for fact in book.by_name.get(name, ())]
    if verdict.status == "bound":
        stated = (f for f in named if f.unit.base == mention.base_unit and states(mention, f.base_value))
        if (fact := next(stated, None)) is not None:
            yield operand_of(fact, book, same, offset, introduces)
    else:
        is_sum = verdict.status == "derived" and (verdict.relation or "").startswith("合计")
        yield Operand(
            mention.text,
            (_exact_sum(verdict, book) if is_sum else None) or mention.base_value,
            mention.base_unit,
            mention.text,
            last_year=_last_years_sum(verdict, book) if is_sum else None,
            same_sentence=same,
            offset=offset,
            introduces=introduces,
        )
    for fact in named:
        if fact.role == "value":
            yield operand_of(fact, book, same, offset, introduces)


def _exact_sum(verdict: Verdict, book: Book) -> Decimal | None:
    """What a sum is before it was rounded for print (近959万元); None where a part is no metric of the report."""
    values = [next((f for f in book.by_name.get(n, ()) if f.role == "value"), None) for n in verdict.metrics]
    known = [fact.base_value for fact in values if fact is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(values) else None


def _last_years_sum(verdict: Verdict, book: Book) -> Decimal | None:
    """What a sum was last year; None where not all of its parts tell it."""
    values = [book.last_years.get(name) for name in verdict.metrics]
    return None if None in values or not values else sum((v for v in values if v is not None), Decimal(0))


def _agrees(case: Case, result: Result) -> bool:
    """Whether the result is what is printed; the direction of a change must be the word's."""
    value, cues = result.value, case.cues
    is_change = result.relation in ("增长率", "差额", "百分点差", "增长倍数", "超额率")
    if cues.rise and cues.fall and is_change:  # 改善幅度 tells no direction
        value = abs(value)
    elif cues.change and is_change:
        if cues.fall and not cues.rise:
            value = -value if value < 0 or result.relation != "差额" else value
            if result.relation == "差额" and result.value > 0 and len(result.operands) == 1:
                return False
        elif value < 0:
            if len(result.operands) == 1:
                return False
            value = -value
    elif result.relation in ("差额", "百分点差"):
        value = abs(value)
    return states(case.mention, value) and not _is_off(case, result, abs(value))


def _is_off(case: Case, result: Result, value: Decimal) -> bool:
    """Whether a count of whole things was got by rounding a sum or a difference, which are exact (631人－43.2人)."""
    mention = case.mention
    counted = mention.kind == "quantity" and mention.scale == 1 and not mention.approx
    is_exact = result.relation in ("差额", "余数", "合计")
    return counted and is_exact and mention.value_to is None and value != mention.base_value


def _is_reversed(case: Case, result: Result) -> bool:
    """Whether the amount of a change is right and the word before it says the contrary."""
    if not case.cues.change or len(result.operands) != 1 or result.relation not in _DIRECTED:
        return False
    falls = bool(case.cues.fall) and not case.cues.rise
    return falls == (result.value > 0) and result.value != 0 and states(case.mention, abs(result.value))


def _reversed(case: Case, result: Result) -> Verdict:
    word = case.cues.fall or case.cues.rise
    truth = "增加" if result.value > 0 else "减少"
    return Verdict(
        case.field,
        case.mention,
        "contradicts",
        result.operands,
        relation=f"{result.relation}：{result.formula}",
        reason=f"「{result.operands[0]}」按{result.formula}是{truth}，文中写“{word}{case.mention.text}”",
        cue=word,
    )
