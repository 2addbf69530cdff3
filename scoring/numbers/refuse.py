"""What is left: numbers that are no facts (plans, rules, counts of items), and numbers that do not hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from scoring.numbers.book import FAINT, NAMED, Book, Case, operand_of
from scoring.numbers.derive import agrees
from scoring.numbers.direct import ELSEWHERE, named_in_other_unit, ranked_facts
from scoring.numbers.facts import Fact
from scoring.numbers.listing import MOST_LISTED, listing_beside
from scoring.numbers.mention import Verdict
from scoring.numbers.precision import states
from scoring.numbers.relations.operand import Operand, Result, minus
from scoring.numbers.relations.results import PER_YEAR, results
from scoring.numbers.relations.shares import ACROSS_UNITS
from scoring.numbers.relations.unprompted import unprompted
from scoring.numbers.rewrite import rewrite
from scoring.numbers.verdicts import follows, misstates, role_word, states_fact
from scoring.numbers.vocabulary import TIME_UNITS, abstract_nouns, counted_as

_SURE = 650
"""A span of time or a frequency is held against a metric only when the words name it this well."""
_SPAN = 150
"""From here on a span of time is taken for the metric in its unit that the words name."""
_TARGET = 850
"""So well must the words name a target (目标 beside the number counting 300) to hold the number against it."""
# 年初设定的95%进度要求
_DEMAND = re.compile("(?![^，。；]{0,6}目标)[^，。；]{0,4}(?:要求|规定|标准|约定|线)")
_DEMANDED = re.compile("的(?:目标|要求|频次|标准|计划|任务)")
_REACHED = re.compile("(?:做到|实现|达到|保持)了?每[一-鿿]{1,3}$")
# 供养标准为每人每月960元
_OWN_STANDARD = re.compile("标准(?:[为是达](?:每[\u4e00-\u9fff]{1,2}){0,2})$")
# 执行率距100%尚有3.5个百分点
# 全年未发生1起安全事故
# 距先进地区15分钟的水平
_ELSEWHERE = re.compile("(?:先进|全国|全省|全市|全区|全县|省级|市级|同类|兄弟|周边|行业)[^，。；]{0,8}$")
_LEVEL_ELSEWHERE = re.compile("的(?:国家|全国|全省|全市|国内|国际|先进|同类)[^，。；]{0,8}(?:水平|均值)")
_OTHERS_LEVEL = re.compile("的?(?:平均)?(?:水平|均值)")
# 净增6公里，达到80公里 is not to be got from its own change
_LEVEL = re.compile("(?:到|至|达)$")
_START = re.compile("(?:由|从)$")
# 平均两个月一场
_CHANGED = re.compile("(新增|新建|新设|新招|新成立|新添|净增|增加|减少|压减)(?:了)?[\u4e00-\u9fff]{2,12}$")
_AWAY_FROM = re.compile("距离?$")
_ROUND = 5
_ONE_EACH = re.compile("[才就]?[一1][场次期个轮批趟]")
# 1元财政资金带动20元投入
_BRINGS = re.compile("[^，。；]{0,12}(?:带动|撬动|拉动|引导)")
_NONE_SUCH = re.compile("(?:未|没有|从未|无)(?:再)?(?:发生|出现|收到|接到|发现|产生|查出)过?$")
_NOTHING_LEFT = re.compile(
    "全部|全数|悉数|足额|均已|逐[一个户家项件]|全覆盖|应[\u4e00-\u9fff]尽|各[\u4e00-\u9fff]{2}一[遍次轮]"
)
_AROUND = 40
_SHORT_OF = re.compile("(?:距离?|[离比较与]|[未没][有能]?达到?|进度[（(])$")
# 全年156次，相当于每周3次
_WORKED_OUT = re.compile("平均|相当于|折合|约合")
# 培训24期，每月2期
_BARE_FREQUENCY = re.compile("(?:平均|相当于)?每个?[\u4e00-\u9fff]{1,2}")
_HALF, _TWICE = Decimal("0.5"), Decimal(2)
_EVERY = frozenset(("周", "月", "季度", "季", "半年", "年", "天", "日", "双周", "旬", "间隔"))
_ITEM_UNITS = frozenset(("个", "项", "条", "点", "类", "大类", "大", "种", "笔"))
_EVENTS = frozenset(("起", "次", "例", "批次"))
_FEW = 10
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
    if (unit := _per_period(case, operands)) is not None:
        return unit
    is_own = score >= ELSEWHERE and bool(_OWN_STANDARD.search(case.context.lead))
    is_by_own = case.context.lead.endswith(("按", "按照")) and fact is not None and not fact.rank
    is_own = is_own or (is_by_own and fact is not None and case.context.tail.startswith(fact.words))
    if not is_own and (reason := _no_fact(case)):
        return Verdict(case.field, case.mention, "exempt", reason=reason)
    if (counted := _counted(case, text, score)) is not None:
        return counted
    if reason := _no_claim(case, score):
        return Verdict(case.field, case.mention, "exempt", reason=reason)
    if fact is not None and (change := _changed_by(case, fact, book)) is not None:
        return change
    needed = _SPAN if case.mention.base_unit in TIME_UNITS else NAMED
    is_other = fact is not None and not states(case.mention, fact.base_value)
    if fact is not None and is_other and score >= needed and not case.cues.change and not case.cues.average:
        return _contradicts(case, fact)
    if (other := named_in_other_unit(case, book)) is not None:
        if _counts_holders(case, other):
            return states_fact(case, other, (other.name,))
        return _contradicts(case, other, "，单位不一致")
    return _unproven(case, operands, fact if score >= FAINT else None)


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


def _per_period(case: Case, operands: Sequence[Operand]) -> Verdict | None:
    """The verdict on 全年12场，实现每月1人次的目标 or 每月10场: over the year the units or the numbers do not agree."""
    times, value = PER_YEAR.get(case.cues.every), case.mention.value
    is_done = _DEMANDED.match(case.context.after) or _REACHED.search(case.context.clause)
    if times is None or value is None or case.cues.planned:
        return None
    if not is_done:
        return _told_of_the_last(case, operands, times, value)
    near = [o for o in operands if o.same_sentence and o.base not in ("%", "元")]
    own = [o for o in near if o.base == case.mention.base_unit and o.offset in (-1, 1)]
    over_the_year = [o for o in near if o.value == value * times]
    if own and all(2 * o.value < value * times for o in own):
        stated = f"，文中全年{own[0].printed}"
        reason = (
            f"每{case.cues.every}{case.mention.text}，全年应有{value * times:f}{case.mention.unit}{stated}"
        )
        return Verdict(case.field, case.mention, "contradicts", reason=reason)
    beside = [o for o in over_the_year if o.offset in (-1, 1)]
    is_spoken_of = any(o.base == case.mention.base_unit for o in (over_the_year if beside else near))
    if not over_the_year or is_spoken_of:
        return None
    printed = (beside or over_the_year)[0].printed
    reason = f"每{case.cues.every}{case.mention.text}与全年{printed}单位不一致"
    return Verdict(case.field, case.mention, "contradicts", reason=reason)


def _told_of_the_last(case: Case, operands: Sequence[Operand], times: int, value: Decimal) -> Verdict | None:
    """The verdict on 培训24期，每月9期, where nothing but the frequency stands behind the number of the year."""
    last = [o for o in operands if o.same_sentence and o.offset == -1 and o.base == case.mention.base_unit]
    if not _BARE_FREQUENCY.fullmatch(case.context.clause) or not last or not last[0].value:
        return None
    if _HALF <= value * times / last[0].value <= _TWICE:
        return None
    total = f"{value * times:f}{case.mention.unit}"
    reason = f"每{case.cues.every}{case.mention.text}，全年应有{total}，文中全年{last[0].printed}"
    return Verdict(case.field, case.mention, "contradicts", reason=reason)


def _no_fact(case: Case) -> str:
    """Why the number is a plan or a threshold; empty where it is not."""
    if case.cues.planned:
        return "计划数，不是已完成的事实"
    if case.cues.standard:
        return "规定、标准或条件中的数，不是完成值"
    if case.cues.target and _DEMAND.match(case.context.after):
        return "上级规定或要求的数，不是完成值"
    if _is_yardstick(case):
        return "比较的基准，不是完成值"
    is_elsewhere = _ELSEWHERE.search(case.context.clause) and _OTHERS_LEVEL.match(case.context.after)
    if is_elsewhere or _LEVEL_ELSEWHERE.match(case.context.after):
        return "别处的水平，不是本单位的数据"
    if case.mention.base_unit in TIME_UNITS and _ONE_EACH.match(case.context.after):
        return "频次安排，不是数据"
    if case.mention.value == 1 and case.mention.base_unit == "元" and _BRINGS.match(case.context.after):
        return "说的是一元带动多少，不是数据"
    if case.mention.text in ("365天", "366天") and "年" in case.context.clause:
        return "一年的天数，不是数据"
    if case.mention.value == 1 and _NONE_SUCH.search(case.context.clause):
        return "说的是一个也没有，不是数据"
    return "大致的说法，不是数据" if case.mention.text == "一半" or case.cues.ratio else ""


def _is_yardstick(case: Case) -> bool:
    """Whether a rate is only held against the number: 未达到100%; a round one in 距95%还有0.4个百分点."""
    value = case.mention.base_value
    if case.mention.base_unit != "%" or value is None:
        return False
    is_far = not value % _ROUND and bool(_AWAY_FROM.search(case.context.lead))
    return is_far or (value == 100 and bool(_SHORT_OF.search(case.context.lead or case.context.prior)))


def _no_claim(case: Case, score: int) -> str:
    """Why the number is a frequency, a time limit or a span of time; empty where it may be a result."""
    mention, cues = case.mention, case.cues
    small = mention.chinese and mention.base_unit in _ITEM_UNITS
    sure = NAMED if mention.base_unit in TIME_UNITS else _SURE
    if (cues.every in _EVERY and score < sure and not _WORKED_OUT.search(case.context.clause)) or (
        small and score < 2 * FAINT
    ):
        return "频次安排或文中条目的计数，不是数据"
    if cues.rule and score < _SURE:
        return "服务时限或规定，不是完成值"
    is_span = mention.base_unit in TIME_UNITS and not cues.average and not cues.change
    return "时间长度，未录入为数据" if is_span and score < _SPAN and not cues.total else ""


def _unproven(case: Case, operands: Sequence[Operand], nearest: Fact | None) -> Verdict:
    if (mixed := _points_for_percent(case, operands)) is not None:
        return mixed
    is_start = bool(_START.search(case.context.clause))
    for result in unprompted(case.mention, case.cues, operands, is_start):
        if agrees(case, result) and not _LEVEL.search(case.context.clause):
            return follows(case, result)
    expected = next(iter(results(case.mention, case.cues, operands, ())), None)
    near = {operand.name for operand in operands if operand.same_sentence}
    is_told = (
        expected is not None and expected.relation != ACROSS_UNITS and near.issuperset(expected.operands)
    )
    if case.mention.base_unit == "%" and case.mention.value == 100 and not is_told and _all_of_them(case):
        return Verdict(case.field, case.mention, "exempt", reason="说的是全部，不是另外的数据")
    is_computed = case.cues.change or case.cues.exceed or case.cues.share
    is_other = expected is not None and not states(case.mention, abs(expected.value))
    if (
        expected is not None
        and is_other
        and is_computed
        and case.mention.kind == "percent"
        and case.mention.unit != "成"
        and expected.relation != ACROSS_UNITS
    ):
        return _miscalculated(case, expected)
    hint = f"，最接近的是「{nearest.name}」{nearest.printed}" if nearest is not None else ""
    return Verdict(
        case.field, case.mention, "unsupported", reason=f"{case.mention.text}在数据中没有依据{hint}"
    )


def _all_of_them(case: Case) -> bool:
    """Whether the words before 100% say that nothing is left out: 足额发放抚恤补助，发放率100%."""
    context = case.context
    return bool(_NOTHING_LEFT.search(context.prior[-_AROUND:] + context.clause))


def _counted(case: Case, text: str, score: int) -> Verdict | None:
    """The verdict on a count of what the text itself lists."""
    mention = case.mention
    countable = mention.kind == "quantity" and mention.base_unit not in TIME_UNITS
    listing = listing_beside(text, mention) if countable and not case.cues.every else None
    noun = case.context.tail.lstrip()
    is_few = (mention.value or 0) <= MOST_LISTED
    counts_items = is_few and mention.base_unit in _ITEM_UNITS and noun.startswith(abstract_nouns())
    is_abstract = (counts_items and score < NAMED) or (
        mention.base_unit in _ITEM_UNITS and case.context.lead.endswith(_BACKWARD)
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


def _miscalculated(case: Case, result: Result) -> Verdict:
    expected = rewrite(case.mention, abs(result.value))
    return Verdict(
        case.field,
        case.mention,
        "contradicts",
        result.names,
        expected,
        relation=f"{result.relation}：{result.formula}",
        reason=f"按{result.formula}应为{expected}，文中写{case.mention.text}",
    )
