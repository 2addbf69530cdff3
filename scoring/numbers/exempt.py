"""Why a number is no fact of the report: a plan, a rule, a yardstick, a level elsewhere, a span of time."""

from __future__ import annotations

import re

from scoring.numbers.book import FAINT, NAMED, Case
from scoring.numbers.vocabulary import TIME_UNITS

_SURE = 650
"""A span of time or a frequency is held against a metric only when the words name it this well."""
SPAN = 150
"""From here on a span of time is taken for the metric in its unit that the words name."""
ITEM_UNITS = frozenset(("个", "项", "条", "点", "类", "大类", "大", "种", "笔", "方面"))
"""In which what a text lists is counted."""
_EVERY = frozenset(("周", "月", "季度", "季", "半年", "年", "天", "日", "双周", "旬", "间隔"))
# 年初设定的95%进度要求
_DEMAND = re.compile("(?![^，。；]{0,6}目标)[^，。；]{0,4}(?:要求|规定|标准|约定|线)")
# 距先进地区15分钟的水平
_ELSEWHERE = re.compile("(?:先进|全国|全省|全市|全区|全县|省级|市级|同类|兄弟|周边|行业)[^，。；]{0,8}$")
_LEVEL_ELSEWHERE = re.compile(
    "的(?:国家|全国|全省|全市|国内|国际|先进|同类|行业|同行|标杆)[^，。；]{0,8}(?:水平|均值)"
)
# 离市定45%的目标
_SET_ELSEWHERE = re.compile("[国省市部]定$")
_THEIR_GOAL = re.compile("(?:以上|以下|以内)?的?(?:目标|任务|标准|要求|指标)")
_OTHERS_LEVEL = re.compile("(?:以上|左右)?的?(?:平均)?(?:水平|均值)")
# 执行率距100%尚有3.5个百分点
_AWAY_FROM = re.compile("距离?$")
_ROUND = 5
_SHORT_OF = re.compile("(?:距离?|[离比较与]|[未没][有能]?达到?|进度[（(])$")
# 平均两个月一场
_ONE_EACH = re.compile("[才就]?[一1][场次期个轮批趟]")
# 1元财政资金带动20元投入
_BRINGS = re.compile("[^，。；]{0,12}(?:带动|撬动|拉动|引导|挽回|产出|带来|创造|节约|节省|形成|实现)")
# 全年未发生1起安全事故
_NONE_SUCH = re.compile("(?:未|没有|从未|无)(?:再)?(?:发生|出现|收到|接到|发现|产生|查出)过?$")
# 足额发放抚恤补助，发放率100%
_NOTHING_LEFT = re.compile(
    "全部|全数|悉数|足额|均已|逐[一个户家项件]|全覆盖|应[\u4e00-\u9fff]尽|各[\u4e00-\u9fff]{2}一[遍次轮]"
)
_AROUND = 40
# 至三季度末支出进度仅为61%
_SO_FAR = re.compile(
    "(?:(?:[一二三]|前[两二三])个?季度|上半年|(?<!\\d)[1-9]月|1[01]月)[份末底]?[^，。；]{0,8}(?:进度|[执支拨][行出付]率|使用率)[约为达仅只有是到]{0,3}$"
)
# 居全市第3位，较上年前移2位
_PLACES_GAINED = re.compile("(?:前移|前进|跃升|上升|提升|晋升|后移|后退|下滑|下降|进)了?$")
# 《生活饮用水卫生标准》43项指标的要求
_BY_A_DOCUMENT = re.compile("》(?:[（(][^（）()]*[）)])?(?:规定的|要求的|中的|确定的)?$")
_ITEMS_OF_IT = re.compile("[\u4e00-\u9fff]{0,6}(?:指标|条款|要求|规定|标准|条件)")
# 按每校至少2名配备的要求
_FOR_EACH = re.compile("按照?每[^，。；]{1,8}$")
_AS_RULED = re.compile("[^，。；]{0,4}(?:配[备置]|标准|要求|测算|核定|安排)")
# 发现一处拆除一处
_AS_IT_COMES = re.compile("([一1][\u4e00-\u9fff])[\u4e00-\u9fff]{1,4}\\1$")
# 连续三个月上座率低于40%的予以调整
_IF = re.compile("(?:低于|高于|超过|超|不足|少于|多于|不满|满|达到?|不到)$")
_THEN_SO = re.compile(
    "(?:以上|以下)?的(?:予以|一律|应|由|要|须|将|停|取消|退出|扣|给予|实行|按|纳入|列入|不再|视为|责令|约谈|通报)"
)
# 一档每人每月50元
_TO_EVERY_ONE = re.compile(
    "每[人户生亩名](?:每[年月天日]|[奖补发](?:励|助|贴|放)?)$|(?:的|[一二三四五六]档)每[人户家]$"
)
# 一档（每人6000元）126人
_IN_BRACKETS_TO_EACH = re.compile("^每[人户生亩名家个村]$")
# 每所分别奖补8万元、5万元、2.75万元
_TO_EACH = re.compile(
    r"每[人户所名家亩村个餐次吨台头辆](?:分别|依次)(?:奖补|奖励|补助|补贴|资助|发放|补|奖)(?:[\d.,]+万?元[、和])*$"
)
# 每人600元的一档1320人、1000元的二档
_LIKE_THE_FIRST = re.compile(r"每[人户所名家亩村个](?:每[年月])?[\d.,]+万?元的")
# 按测算应配160名
_OUGHT = re.compile("(?:应|需|须)配(?:备|置|齐|足)?$")
# 日均用餐不足20人次的助餐点有5个
_SORTED_BY = re.compile(
    "的(?!目标|计划|任务|水平|标准|要求|情况|问题|差距|基础)[^，。；、\\d]{2,10}?(?:有|共|仅|只|占|均|全部|逐|\\d)"
)
# 按上年实缴失业保险费的30%返还
_AT_A_RATE = re.compile("按照?(?!计划|进度)[^，。；]{2,16}的$")
_IS_PAID = re.compile(
    "(?:以内|左右)?(?:的(?:比例|标准))?(?:给予|予以)?(?:返还|补助|补贴|奖励|奖补|资助|支付|拨付|计提|预留|承担|报销|扣除|缴纳|安排)"
)
# 凡同一问题投诉满3次的
_WHOEVER = re.compile("^(?:凡|对于?)[^，。；]*(?:满|达到?|超过?)$")
# 年中追加0元
_NOTHING_ADDED = re.compile("(?:追[加减]|调[增减整]|核[增减]|新增)(?:预算|资金)?[为共]?$")
# 其中超12个月未结案件0件
_OF_THOSE_NONE = re.compile("其中[^，。；]*[未无没不][^，。；]*$")
# 全年156次，相当于每周3次
_WORKED_OUT = re.compile("平均|相当于|折合|约合")


def no_fact(case: Case) -> str:
    """Why the number is a plan or a threshold; empty where it is not."""
    mention, context, cues = case.mention, case.context, case.cues
    if cues.planned:
        return "计划数，不是已完成的事实"
    if cues.target and _DEMAND.match(context.after):
        return "上级规定或要求的数，不是完成值"
    if _is_ruled(case):
        return "规定、标准或条件中的数，不是完成值"
    if _is_yardstick(case):
        return "比较的基准，不是完成值"
    if is_level_elsewhere(case):
        return "别处的水平，不是本单位的数据"
    if mention.base_unit in TIME_UNITS and _ONE_EACH.match(context.after):
        return "频次安排，不是数据"
    if mention.value == 1 and mention.base_unit == "元" and _BRINGS.match(context.after):
        return "说的是一元带动多少，不是数据"
    if mention.base_unit == "%" and _SO_FAR.search(context.clause):
        return "年中的进度，不是全年的数"
    if mention.value == 1 and _AS_IT_COMES.search(context.clause + mention.text):
        return "说的是来一个办一个，不是数据"
    if mention.unit == "位" and _PLACES_GAINED.search(context.lead):
        return "名次的变化，不是数据"
    if _BY_A_DOCUMENT.search(context.prior + context.lead) and _ITEMS_OF_IT.match(context.after):
        return "文件中的条目，不是完成值"
    if _is_none(case):
        return "说的是一个也没有，不是数据"
    if mention.text in ("365天", "366天") and "年" in context.clause:
        return "一年的天数，不是数据"
    return "大致的说法，不是数据" if mention.text == "一半" or cues.ratio else ""


def _is_ruled(case: Case) -> bool:
    """Whether the number is of a standard, of what each is paid, or of a condition with what follows from it."""
    context = case.context
    return bool(
        case.cues.standard
        or (_FOR_EACH.search(context.clause) and _AS_RULED.match(context.after))
        or (_IF.search(context.lead) and _THEN_SO.match(context.after))
        or _TO_EACH.search(context.clause)
        or (context.after.startswith("的") and _LIKE_THE_FIRST.search(context.prior))
        or (_AT_A_RATE.search(context.clause) and _IS_PAID.match(context.after))
        or _WHOEVER.search(context.clause)
    )


def _is_none(case: Case) -> bool:
    """Whether the words say that there is none: 年中追加0元, 未发生1起安全事故."""
    if case.mention.value == 1:
        return bool(_NONE_SUCH.search(case.context.clause))
    is_money = case.mention.base_unit == "元" and _NOTHING_ADDED.search(case.context.lead)
    return case.mention.value == 0 and bool(is_money or _OF_THOSE_NONE.search(case.context.clause))


def is_level_elsewhere(case: Case) -> bool:
    """Whether the number is what others reach: 距先进地区90%以上的水平."""
    others = _ELSEWHERE.search(case.context.clause) and _OTHERS_LEVEL.match(case.context.after)
    is_set = _SET_ELSEWHERE.search(case.context.lead) and _THEIR_GOAL.match(case.context.after)
    return bool(others or is_set or _LEVEL_ELSEWHERE.match(case.context.after))


def no_claim(case: Case, score: int) -> str:
    """Why the number is a frequency, a time limit or a span of time; empty where it may be a result."""
    mention, cues = case.mention, case.cues
    small = mention.chinese and mention.base_unit in ITEM_UNITS
    sure = NAMED if mention.base_unit in TIME_UNITS else _SURE
    is_worked_out = cues.every != "间隔" and _WORKED_OUT.search(case.context.clause)
    if (cues.every in _EVERY and score < sure and not is_worked_out) or (small and score < 2 * FAINT):
        return "频次安排或文中条目的计数，不是数据"
    is_bracketed = _IN_BRACKETS_TO_EACH.match(case.context.lead) and case.context.after.startswith(
        ("）", ")")
    )
    is_to_each = is_bracketed or _TO_EVERY_ONE.search(case.context.lead)
    if mention.base_unit == "元" and score < NAMED and is_to_each:
        return "发放标准，未录入为数据"
    if score < NAMED and _is_condition(case):
        return "规定或条件中的数，不是完成值"
    if cues.rule and score < _SURE:
        return "服务时限或规定，不是完成值"
    is_span = mention.base_unit in TIME_UNITS and not cues.average and not cues.change
    return "时间长度，未录入为数据" if is_span and score < SPAN and not cues.total else ""


def _is_condition(case: Case) -> bool:
    """Whether the number is what there ought to be, or sorts those that are counted: 不足20人次的助餐点有5个."""
    lead = case.context.lead
    return bool(_OUGHT.search(lead) or (_IF.search(lead) and _SORTED_BY.match(case.context.after)))


def says_all(case: Case) -> bool:
    """Whether the words before 100% say that nothing is left out: 足额发放抚恤补助，发放率100%."""
    context = case.context
    return bool(_NOTHING_LEFT.search(context.prior[-_AROUND:] + context.clause))


def _is_yardstick(case: Case) -> bool:
    """Whether a rate is only held against the number: 未达到100%; a round one in 距95%还有0.4个百分点."""
    value = case.mention.base_value
    if case.mention.base_unit != "%" or value is None:
        return False
    is_far = not value % _ROUND and bool(_AWAY_FROM.search(case.context.lead))
    return is_far or (value == 100 and bool(_SHORT_OF.search(case.context.lead or case.context.prior)))
