"""The second pass: numbers that follow from proven ones nearby, by a relation that can be calculated again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from scoring.numbers.book import Book, Case
from scoring.numbers.called import shared_by
from scoring.numbers.mention import Verdict
from scoring.numbers.precision import states
from scoring.numbers.relations.operand import Operand, Result
from scoring.numbers.relations.results import results
from scoring.numbers.relations.shares import ACROSS_UNITS
from scoring.numbers.told import told
from scoring.numbers.verdicts import follows

_OTHER = 800
"""Where the words name a metric this well a number is that metric's, not one that was derived before."""
_CALLED = 600
"""So well a rate is named whose last word stands right before the number: 成功率 of 调处成功率."""
# 开工率62.5%，跨过60%的目标线
_CALLED_TARGET = re.compile("(?:以上|以下)?的(?:年度|预期|年初)?目标")
_COUNTED = re.compile("(?:总共|一共|共计|合计|共|总计)[才仅只就有达为]*$")
_LISTED = re.compile("[、和及与]")
_COUNTED_THINGS = re.compile("(人次|户次|家次|场次|件次|台次|辆次)数?(?=同比|较|比|增|减|下|上|多|少|净)")
_AVERAGE_BEFORE = re.compile("平均(每[\u4e00-\u9fff]{1,4})[^。；]*[，、]$")
_AVERAGE_JUST_BEFORE = re.compile(
    r"([\u4e00-\u9fff](?<!平)均|平均(?!每)|每[\u4e00-\u9fff]{1,4}|单[\u4e00-\u9fff]|均价)[^，。；\d]{0,6}[\d.,]+[^，。；\d（(]{1,6}[，（(]$"
)
_RATE_OF_METRIC = re.compile("([\u4e00-\u9fff]{4,})率[\u4e00-\u9fff]{0,3}$")
# 高于项目数12.5%的增幅
_COMPARED_GROWTH = re.compile("([高低快慢大小]于|超过|不及)(?!上年|去年|目标|计划)[\u4e00-\u9fff]{2,8}$")
# 成功率89% of 调处成功率
_RATE_SAID = re.compile("([\u4e00-\u9fff]{2}率)[约为达仅只有是到]{0,3}$")
_LAST_YEARS = re.compile(
    "(?:[\u4e00-\u9fff]{0,6})(?:较|比|[高低多少]于)?(?:上年|去年|上一年)(?:度|同期)?的?(?:为|是)?"
)
_THAN_ANOTHER = re.compile("[比较](?!上年|去年|同期|年初|目标|计划|任务)[\u4e00-\u9fff]{2,8}[高低多少]出?$")
_SINCE_LAST_YEARS = re.compile("[较比由从](?:上年|去年)(?:度|同期)?的?$")
_SHARE = re.compile("占[^，。；]{0,10}的?$")
_EXECUTION = re.compile("(?:执行|支出|支付|使用)(?:率|进度)[约为达仅只有是到]{0,3}$")
_OF_EXECUTION = {"预算执行数", "当年预算数"}
"""Of these the rate may be told to more digits than the form holds."""
_OF_TWO = ("占比变化", "均值变化")
"""Changes since last year of what two numbers make."""
_DIRECTED = ("增长率", "差额", "百分点差", "增长倍数", "超额率", *_OF_TWO)


def derive(case: Case, operands: Sequence[Operand], book: Book) -> Verdict | None:
    """The verdict where a relation gives the printed value, or gives it with the opposite sign; else None.

    A change of the metric that the text speaks of goes before chance matches of two other numbers.
    """
    if case.mention.base_unit == "%" and _CALLED_TARGET.match(case.context.after):
        return None
    contrary: Result | None = None
    case = _in_neighbours_unit(case, operands)
    # of a metric whose target is told too, the nearer number counts
    said, by_name = told(case, operands, book), {operand.name: operand for operand in operands[::-1]}
    near = {operand.name for operand in operands if operand.same_sentence}
    stated = _said_outright(case, book)
    is_stated, is_since = _names_a_rate(case, book), bool(_SINCE_LAST_YEARS.search(case.context.lead))
    for result in results(case.mention, case.cues, operands, book.counts_near(case)):
        if not said.allows(result, by_name):
            continue
        if result.relation == "合计" and len(result.operands) > 1 and not stated.isdisjoint(result.operands):
            continue  # 讲座总共24场 is no sum of 讲座 and others
        is_share = result.relation in ("占比", "比率", ACROSS_UNITS, "完成率") and not case.cues.fulfilled
        is_rest = (result.relation == "互补" or "100%－" in result.formula) and not case.cues.negated
        is_of_item = bool(case.cues.item) and any(case.cues.item in name for name in result.operands)
        is_own = _EXECUTION.search(case.context.lead) and set(result.operands) == _OF_EXECUTION
        if (
            is_stated
            and not (is_of_item or is_own)
            and (is_rest or (is_share and (stated or not set(result.operands) <= near)))
        ):
            continue  # 取证率90% is not to be got from numbers elsewhere
        if (
            is_share
            and is_since
            and "上年" not in result.formula
            and set(result.operands) <= set(book.last_years)
        ):
            continue  # 较上年的92%提高1.98个百分点 is not this year's 92%
        if agrees(case, result) and (contrary is None or result.operands == contrary.operands):
            return _compared_wrongly(case, operands, result) or follows(case, result)
        if contrary is None and "差距" not in case.cues.fall and _is_reversed(case, result, near):
            contrary = result
    return _reversed(case, contrary) if contrary else None


def shared_out(case: Case, operands: Sequence[Operand], book: Book) -> Verdict | None:
    """The verdict on an average said in an earlier clause: 平均每个小区惠及488户，新增车位71个.

    Or on last year's: 每公顷8万元，上年为7.8万元; 场均35.7家，较上年的33.6家略有增加.
    """
    cues, is_last = case.cues, bool(_LAST_YEARS.fullmatch(case.context.lead))
    said = (_AVERAGE_JUST_BEFORE if is_last else _AVERAGE_BEFORE).search(case.context.prior)
    if said is None or cues.change or cues.total or cues.planned or cues.target:
        return None
    if cues.last_year and not is_last:
        return None
    cues = replace(cues, average=True, per=shared_by(said[1]))
    return derive(replace(case, cues=cues), operands, book)


def _said_outright(case: Case, book: Book) -> frozenset[str]:
    """The metrics whose name stands right before the number."""
    lead = _COUNTED.sub("", case.context.lead)
    if _LISTED.search(lead) or len(case.cues.listed) > 1:
        return frozenset()
    values = (fact for fact in book.candidates(case.mention) if fact.role == "value")
    return frozenset(fact.name for fact in values if any(lead.endswith(word) for word in fact.words))


def _names_a_rate(case: Case, book: Book) -> bool:
    """Whether the words name a rate of the report, of which the number says something else."""
    rates = (fact for fact in book.by_base["%"] if fact.role == "value")
    if _SHARE.search(case.context.lead):
        return False  # 占支出的82% is no 支出执行率
    own = _RATE_OF_METRIC.search(case.context.lead)
    if own and any(own[1].endswith(name) for name, held in book.by_name.items() if not held[0].rank):
        return False  # 维修资金使用率 is the rate of 维修资金使用
    said = _RATE_SAID.search(case.context.lead)
    named = [(book.affinity(fact, case.seen), fact.name) for fact in rates]
    return case.mention.base_unit == "%" and any(
        score >= _OTHER
        or (said and score >= _CALLED and name.endswith(said[1]) and f"不{said[1]}" not in name)
        for score, name in named
    )


def _in_neighbours_unit(case: Case, operands: Sequence[Operand]) -> Case:
    """The case, a change without a unit counted in that of the number before it: 进馆人次61.24万，净增10.42万.

    Or in the unit that is the very word for what changed: 人次增加226.
    """
    if case.mention.base_unit or not case.cues.change:
        return case
    if (said := _COUNTED_THINGS.search(case.context.clause)) is not None:
        return replace(case, mention=replace(case.mention, base_unit=said[1]))
    before = [
        o for o in operands if o.offset is not None and o.offset < 0 and o.same_sentence and o.base != "%"
    ]
    base = before[0].base if before else ""
    return replace(case, mention=replace(case.mention, base_unit=base))


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
    if not case.cues.average and any(book.affinity(fact, case.seen) >= _OTHER for fact in values):
        return None
    for verdict in earlier if not case.cues.target else ():
        stated = verdict.mention
        if (
            verdict.status == "derived"
            and not (verdict.relation or "").startswith("列举")
            and stated.base_unit == case.mention.base_unit
            and (stated.unit != "成" or case.mention.unit == "成")  # 九成 is not to the digit
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


def agrees(case: Case, result: Result) -> bool:
    """Whether the result is what is printed; the direction of a change must be the word's."""
    value, cues = result.value, case.cues
    is_difference = result.relation in ("差额", "百分点差")
    is_change = is_difference or result.relation in ("增长率", "增长倍数", "超额率", *_OF_TWO)
    # 改善幅度 tells no direction, and a difference of two numbers has none
    is_directed = is_change and bool(cues.rise) != bool(cues.fall)
    is_directed = is_directed and not (is_difference and len(result.operands) == 2)
    if is_directed and value and bool(cues.fall) == (value > 0):
        return False
    if is_difference or (is_change and cues.change):
        value = abs(value)
    return states(case.mention, value) and not _is_off(case, result, abs(value))


def _is_off(case: Case, result: Result, value: Decimal) -> bool:
    """Whether a count of whole things was got by rounding a sum or a difference, which are exact (631人－43.2人)."""
    mention = case.mention
    counted = mention.kind == "quantity" and mention.scale == 1 and not mention.approx
    is_exact = result.relation in ("差额", "余数", "合计")
    return counted and is_exact and mention.value_to is None and value != mention.base_value


def _is_reversed(case: Case, result: Result, near: set[str]) -> bool:
    """Whether the amount of a change is right and the word before it says the contrary."""
    is_between_two = len(result.operands) > 1 and result.relation not in _OF_TWO
    if result.relation == "占比变化" and not near.issuperset(result.operands):
        return False
    if case.cues.respective and result.relation == "占比变化":
        return False  # each of several rates has its own
    if _THAN_ANOTHER.search(case.context.clause) and not case.cues.against:
        return False  # 比种子低1.3个百分点 is told of two metrics
    if not case.cues.change or is_between_two or result.relation not in _DIRECTED:
        return False
    falls = bool(case.cues.fall) and not case.cues.rise
    return falls == (result.value > 0) and result.value != 0 and states(case.mention, abs(result.value))


def _compared_wrongly(case: Case, operands: Sequence[Operand], result: Result) -> Verdict | None:
    """The verdict on a growth said to be less than the one before it where it is more: 增长23.4%，低于项目数12.5%的增幅."""
    said = _COMPARED_GROWTH.search(case.context.clause) if case.mention.base_unit == "%" else None
    before = next((o for o in operands if o.offset == -1 and o.same_sentence and o.base == "%"), None)
    if said is None or before is None or not case.cues.change or before.value == case.mention.value:
        return None
    is_more = before.value > (case.mention.value or 0)
    if is_more == (said[1][0] in "高快大超"):
        return None
    truth = "高于" if is_more else "低于"
    reason = f"{before.printed}{truth}{case.mention.text}，文中写“{said[1]}”"
    relation = f"{result.relation}：{result.formula}"
    return Verdict(
        case.field, case.mention, "contradicts", result.names, relation=relation, reason=reason, cue=said[1]
    )


def _reversed(case: Case, result: Result) -> Verdict:
    word = case.cues.fall or case.cues.rise
    is_excess = result.relation == "超额率"
    truth = ("超出" if is_excess else "增加") if result.value > 0 else ("未达到" if is_excess else "减少")
    return Verdict(
        case.field,
        case.mention,
        "contradicts",
        result.names,
        relation=f"{result.relation}：{result.formula}",
        reason=f"「{'、'.join(result.names)}」按{result.formula}是{truth}，文中写“{word}{case.mention.text}”",
        cue=word,
    )
