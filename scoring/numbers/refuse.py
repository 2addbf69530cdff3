"""What is left: numbers that are no facts (plans, rules, counts of items), and numbers that do not hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from scoring.numbers.book import FAINT, NAMED, Book, Case, operand_of
from scoring.numbers.derive import agrees
from scoring.numbers.direct import ELSEWHERE, named_in_other_unit, ranked_facts
from scoring.numbers.exempt import ITEM_UNITS, SPAN, no_claim, no_fact, says_all
from scoring.numbers.facts import Fact
from scoring.numbers.frequency import per_period
from scoring.numbers.listing import MOST_LISTED, listing_beside
from scoring.numbers.mention import Verdict
from scoring.numbers.precision import states
from scoring.numbers.relations.operand import Operand, Result, minus
from scoring.numbers.relations.rates import told_in_full
from scoring.numbers.relations.results import results
from scoring.numbers.relations.shares import ACROSS_UNITS
from scoring.numbers.relations.unprompted import unprompted
from scoring.numbers.rewrite import rewrite
from scoring.numbers.search import search
from scoring.numbers.told import told
from scoring.numbers.verdicts import follows, miscalculated, misstates, role_word, states_fact
from scoring.numbers.vocabulary import PLACES, TIME_UNITS, abstract_nouns, counted_as

_TARGET = 850
"""So well must the words name a target (目标 beside the number counting 300) to hold the number against it."""
# 供养标准为每人每月960元
_OWN_STANDARD = re.compile("标准(?:[为是达](?:每[\u4e00-\u9fff]{1,2}){0,2})$")
# 新增持证读者2.7万人
_CHANGED = re.compile(
    "(新增|新建|新设|新招|新成立|新添|净增|增加|减少|压减)(?:了)?(?:[\u4e00-\u9fff]{2,12})?$"
)
# 净增6公里，达到80公里 is not to be got from its own change
_LEVEL = re.compile("(?:到|至|达)$")
# 超期结案8674件 · 未纳入资金监管的培训机构7家
_NOT_SO = re.compile("(?:尚?未|超期|逾期|超时|漏|缺|无|非|不)[\u4e00-\u9fff]{2,12}$")
_START = re.compile("(?:由|从)$")
_EVENTS = frozenset(("起", "次", "例", "批次"))
_FEW = 10
# 预算1480万元，到位1480万元，到位率100%
_TOLD_TWICE = re.compile(r"(\d[\d.,]*[万亿]?[一-鿿]{1,2})，[^，。；\d]{1,8}\1，$")
# 三家卫生院诊疗量如下：
_FOLLOWS = re.compile("[^，。；：]{1,14}(?:如下|分别|依次|各自|情况)?[：:]|[^。；]{1,20}(?:如下|分别|依次)")
_BACKWARD = ("上述", "以上", "这", "该", "各")
"""After these words a count points back to what was listed before."""


def refuse(case: Case, text: str, operands: Sequence[Operand], book: Book) -> Verdict:
    """The verdict on a number that states no fact and follows from none.

    Args:
        case: the number.
        text: its narrative as the reader sees it.
        operands: proven numbers near it.
        book: the facts of the report.

    Returns:
        exempt, contradicts (with what should stand there) or unsupported (with the nearest fact).
    """
    everything = ranked_facts(case, book)
    ranked = [(score, fact) for score, fact in everything if fact.role in ("value", "deduction")]
    score, fact = ranked[0] if ranked else (0, None)
    target = next((f for s, f in everything if f.role == "target" and s >= _TARGET), None)
    if case.cues.target and target is not None and not case.cues.planned:
        return _contradicts(case, target)
    if (unit := per_period(case, operands)) is not None:
        return unit
    is_own = score >= ELSEWHERE and bool(_OWN_STANDARD.search(case.context.lead))
    is_by_own = case.context.lead.endswith(("按", "按照")) and fact is not None and not fact.rank
    is_own = is_own or (is_by_own and fact is not None and case.context.tail.startswith(fact.words))
    if not is_own and (reason := no_fact(case)):
        return Verdict(case.field, case.mention, "exempt", reason=reason)
    if (counted := _counted(case, text, score)) is not None:
        return counted
    if reason := no_claim(case, score):
        return Verdict(case.field, case.mention, "exempt", reason=reason)
    if fact is not None and (change := _changed_by(case, fact, book)) is not None:
        return change
    needed = SPAN if case.mention.base_unit in TIME_UNITS else NAMED
    is_other = fact is not None and not states(case.mention, fact.base_value)
    is_told_of = fact is not None and is_other and score >= needed
    if fact is not None and is_told_of and (found := _of_another(case, fact, operands, book)) is not None:
        return follows(case, found)
    if fact is not None and is_told_of and not case.cues.change and not case.cues.average:
        return _contradicts(case, fact)
    if (other := named_in_other_unit(case, book)) is not None:
        is_place = {case.mention.base_unit, other.unit.base} <= PLACES and case.mention.value == other.value
        if is_place or _counts_holders(case, other):
            return states_fact(case, other, (other.name,))
        return _contradicts(case, other, "，单位不一致")
    return _unproven(case, operands, fact if score >= FAINT else None, book)


def _of_another(case: Case, fact: Fact, operands: Sequence[Operand], book: Book) -> Result | None:
    """What the number follows from where the words name ``fact`` only to tell the rest of it, or another's rate."""
    if case.cues.negated or case.cues.remain or _NOT_SO.match(case.context.lead):
        left = replace(case, cues=replace(case.cues, remain=True))
        return _searched(left, operands, book)
    if case.cues.rate and not case.context.lead.endswith(fact.words):
        # 糖尿病患者2650人，规范管理率74.0%, where only 高血压规范管理率 is held
        return _searched(case, operands, book, near_only=True)
    return None


def _counts_holders(case: Case, fact: Fact) -> bool:
    """Whether the number counts those that the events of a metric befell: 对6家单位立案查处 of 立案6件."""
    nouns = (noun for noun, words in counted_as().items() if case.mention.unit in words)
    is_same = case.mention.value == fact.value and fact.unit.base in _EVENTS
    return is_same and any(len(noun) > 1 and case.context.tail.startswith(noun) for noun in nouns)


def _changed_by(case: Case, fact: Fact, book: Book) -> Verdict | None:
    """The verdict on 新增持证读者2.7万人 or 投放点超10个: by how much the metric named has changed or exceeds its target."""
    said, last = _CHANGED.search(case.context.lead), book.last_years.get(fact.name)
    operand = operand_of(fact, book, False)
    if case.mention.approx == "超" and case.mention.base_unit != "%":  # 投放点超10个
        for target in operand.targets:
            if states(case.mention, operand.value - target):
                difference = operand.value - target
                formula = minus(operand, target, "目标")
                return follows(case, Result(difference, "差额", formula, (fact.name,)))
    if said is None or last is None:
        return None
    formula = minus(operand, last, "上年")
    result = Result(fact.base_value - last, "差额", formula, (fact.name,))
    is_so = (result.value > 0) != (said[1][0] in "减压") and states(case.mention, abs(result.value))
    return follows(case, result) if is_so else None


def _unproven(case: Case, operands: Sequence[Operand], nearest: Fact | None, book: Book) -> Verdict:
    expected = next(iter(results(case.mention, case.cues, operands, ())), None)
    near = {operand.name for operand in operands if operand.same_sentence}
    if case.cues.total:  # 21860户、33740户，合计占比64.3%；…13420户: what follows is no part of it
        near = {operand.name for operand in operands if operand.same_sentence and (operand.offset or 0) < 0}
    is_told = (
        expected is not None and expected.relation != ACROSS_UNITS and near.issuperset(expected.operands)
    )
    is_rate = case.mention.kind == "percent"
    found = None if told_in_full(operands) else _searched(case, operands, book, is_told and is_rate)
    if found is not None and found.relation == "占比变化":
        return follows(case, found)
    if (mixed := _points_for_percent(case, operands)) is not None:
        return mixed
    if case.mention.text == "100%" and (twice := _TOLD_TWICE.search(case.context.prior)) is not None:
        return follows(case, Result(Decimal(100), "比率", f"{twice[1]}÷{twice[1]}", ()))
    is_start = bool(_START.search(case.context.clause))
    for result in unprompted(case.mention, case.cues, operands, is_start):
        if _is_so(case, result, operands, book) and not _LEVEL.search(case.context.clause):
            return follows(case, result)
    if found is not None:
        return follows(case, found)
    if case.mention.base_unit == "%" and case.mention.value == 100 and not is_told and says_all(case):
        return Verdict(case.field, case.mention, "exempt", reason="说的是全部，不是另外的数据")
    if expected is not None and _is_miscalculated(case, expected):
        return miscalculated(case, expected)
    hint = f"，最接近的是「{nearest.name}」{nearest.printed}" if nearest is not None else ""
    return Verdict(
        case.field, case.mention, "unsupported", reason=f"{case.mention.text}在数据中没有依据{hint}"
    )


def _searched(case: Case, operands: Sequence[Operand], book: Book, near_only: bool = False) -> Result | None:
    def is_so(result: Result) -> bool:
        return _is_so(case, result, operands, book)

    return search(case, operands, book.counts_near(case), is_so, near_only)


def _is_so(case: Case, result: Result, operands: Sequence[Operand], book: Book) -> bool:
    """Whether the number is the result, and the words do not say that it is of others or the other way round."""
    if not agrees(case, result):
        return False
    by_name = {operand.name: operand for operand in operands[::-1]}
    return not told(case, operands, book).denies(result, by_name)


def _is_miscalculated(case: Case, expected: Result) -> bool:
    """Whether the words ask for what ``expected`` gives, and another rate stands there."""
    is_computed = case.cues.change or case.cues.exceed or case.cues.share
    is_rate = case.mention.kind == "percent" and case.mention.unit != "成"
    is_other = not states(case.mention, abs(expected.value))
    return is_computed and is_rate and is_other and expected.relation != ACROSS_UNITS


def _counted(case: Case, text: str, score: int) -> Verdict | None:
    """The verdict on a count of what the text itself lists."""
    mention = case.mention
    countable = mention.kind == "quantity" and mention.base_unit not in TIME_UNITS
    listing = listing_beside(text, mention) if countable and not case.cues.every else None
    noun = case.context.tail.lstrip()
    is_few = (mention.value or 0) <= MOST_LISTED
    counts_items = is_few and mention.base_unit in ITEM_UNITS and noun.startswith(abstract_nouns())
    is_abstract = (counts_items and score < NAMED) or (
        mention.base_unit in ITEM_UNITS and case.context.lead.endswith(_BACKWARD)
    )
    if listing is not None and mention.value is not None:
        if mention.value in listing.counts:
            relation = f"列举数：{'、'.join(listing.items)}"
            return Verdict(
                case.field, mention, "derived", relation=relation, reason=f"文中列出{mention.value:f}项"
            )
        if listing.is_complete and not is_abstract and is_few:
            return Verdict(
                case.field,
                mention,
                "contradicts",
                expected=rewrite(mention, Decimal(len(listing.items))),
                reason=f"文中列出的是{len(listing.items)}项（{'、'.join(listing.items)}），写的是{mention.text}",
            )
    is_announced = (
        mention.chinese and (mention.value or 0) <= _FEW and bool(_FOLLOWS.match(case.context.after))
    )
    if is_abstract or is_announced or (mention.chinese and mention.base_unit in ("大类", "大")):
        return Verdict(case.field, mention, "exempt", reason="文中条目的计数，不是数据")
    return None


def _points_for_percent(case: Case, operands: Sequence[Operand]) -> Verdict | None:
    """0.8% written where a rate rose by 0.8个百分点, and the other way round."""
    mention = case.mention
    if mention.unit not in ("%", "个百分点") or not (case.cues.change or case.cues.target):
        return None
    other = "个百分点" if mention.unit == "%" else "%"
    exchanged = replace(mention, unit=other, base_unit=other)
    for result in results(exchanged, case.cues, operands, ()):
        if len(result.operands) == 1 and states(exchanged, abs(result.value)):
            expected = mention.text.replace(mention.unit, other)
            reason = f"{result.formula}是{expected}，文中写{mention.text}，百分点与百分比不能混用"
            return Verdict(case.field, mention, "contradicts", result.names, expected, reason=reason)
    return None


def _contradicts(case: Case, fact: Fact, what: str = "") -> Verdict:
    expected = fact.printed if what else rewrite(case.mention, fact.base_value)
    what_is = f"{role_word(fact)}是" if fact.role == "deduction" else "录入为"
    reason = f"「{fact.name}」{what_is}{fact.printed}，文中写{case.mention.text}"
    return misstates(case, fact, expected, f"{reason}{what}")
