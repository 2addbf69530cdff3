"""The words round a number that tell what it is: a level, a change, a target, a plan, a rule."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from scoring.numbers import called
from scoring.numbers.context import Context, bracketed
from scoring.numbers.mention import Mention
from scoring.numbers.plans import is_planned, is_rule
from scoring.numbers.vocabulary import cue_patterns

# 完成率为 · 完成年度目标的
_COMPLETION = re.compile(
    r"完成率(?:为|达|是|达到|仅|只有)*$|(?:目标|任务|计划|考核线|控制数|指标)(?:数|值)?的$"
)
# 95%这一市级考核线 · 98%的财政通报线
_STANDARD = re.compile(
    r"(?:[、和及至][\d,.]+[万亿]?[\u4e00-\u9fff%]{1,3})*(?:的|这一|这个)(?![^，。；]{0,6}目标)[^，。；]{0,8}(?:(?<![离在上下掉联])线|标准|规定|限值|上限|下限|控制[数值])"
)
# 标准为每人每年60元
_STANDARD_BEFORE = re.compile(
    "(?:(?<!按)标准|[上下]限|限[额价值]|封顶)(?:为|是|达|按)?(?:[由从][\u4e00-\u9fff]{0,6}的)?(?:每[\u4e00-\u9fff]{1,2}){0,2}$|按照?(?:不(?:超过|[低少高大小]于))?$|(?:合同约定|规定|(?:监管|上级|行业|政策|文件|主管部门)要求)的$|合同(?:中|约定|里)[^，。；]{0,12}指标[^，。；]{0,4}$"
)
# 10万元以下贷款 · 增速超过15%的企业
_CRITERION = re.compile(
    "(?:以上|以下)的\\d|及以[上下]的|(?:以上|以下|以内)(?:贷款|资金|项目|企业|家庭)|(?:以上|以下|以内)?的"
    "(?:企业|单位|项目|主机|家庭|学校|人员|对象|区域|小区|路段|设备|房屋|老人|学生)"
)
# 调整幅度为年初数的2.7%
_SHARE_OF = re.compile(r"(?:为|是|相当于|等于|达|只有|仅有)[\u4e00-\u9fff]{2,12}的(?:约|近)?$")
# 上年49笔的笔均额
_OF_LAST_YEARS = re.compile(r"(?:上年|去年)的?\d[\d,.]*[万亿]?[\u4e00-\u9fff]{1,3}的[^，。；\d]{0,8}$")
# 优于7分钟的目标0.5分钟
_BY_HOW_MUCH_THE_TARGET = re.compile("的[\u4e00-\u9fff]{0,4}(?:目标|要求|上限|承诺|任务|计划)(?:值|数)?")
# 1元财政资金带动20元投入
_BY_THE_YUAN = re.compile(
    "(?:每|1|一)元[^。；]{0,20}(?:带动|撬动|拉动|引导|挽回|产出|带来|创造|节约|节省|形成|实现)"
)
# 目标4：档案数字化
_HEADED = re.compile(r"目标\s*\d{1,2}\s*[：:，,][^，。；]*$")
_OVER_TIME = re.compile("增长|增加|提升|提高|上升|回升|下降|降低|减少|回落|下滑")
# 两年来累计改造小区46个、楼栋564栋，加装电梯106台
_TWO_YEARS = re.compile("[两二]年来?(?:累计|共计?|合计)[^。；]*$")
# 较上年的44批次减少9批次
_SINCE_STATED = re.compile(r"(?:上年|去年|同期|20\d\d年)[^，。；\d]{0,6}\d[^，。；]*$")
# 每扶持1人创业带动4人就业
_FOR_EVERY = re.compile("每[\u4e00-\u9fff]{1,6}$")
# 解决率96.3%，高于上年94.6%的水平
_THAN_LAST_YEARS = re.compile("[高低多少]于(?:上年|去年)(?:度|同期)?的?$")
# 达标率93.0%，去年为88.1%，提高4.9个百分点
_JUST_STATED = re.compile(r"(?:上年|去年|同期)[^，。；\d分依]{0,4}\d[^，。；]{0,8}，$")
_LAST_YEARS_BEFORE = re.compile(
    r"(?:上年|去年)(?:同期)?[为有是达]?[\d.,]+[万亿]?[^，。；\d]{1,4}(?:[\d.,]+[万亿]?[^，。；、\d]{1,4})?，$"
)
_RATES_OF_ITEMS = re.compile(r"率[\d.]+%、(?:[^、，。；\d]{1,8}[\d.]+%、)*([\u4e00-\u9fff]{2,6})$")
_PARTS_OF_DENIED = re.compile(
    r"[不未][\u4e00-\u9fff]{1,4}\d[\d.]*[\u4e00-\u9fff]{1,3}[，：:（(]?(?:包括|其中|分别是|分别为|即)?：?(?:[\u4e00-\u9fff]{2,8}\d+[\u4e00-\u9fff]{1,3}、)*([\u4e00-\u9fff]{2,6})$"
)
_COMPLETION_OF = re.compile("[\u4e00-\u9fff]{2}(?<!目标)(?<!任务)(?<!计划)(?<!指标)(?<!年度)(?<!预算)完成率")
# 送审价1820万元，核下来89万元，核减率4.9%
_CUT_RATE = re.compile("(?:核减|审减|核增|节资|节约|优惠|下浮|压减)率[约为达是]{0,2}$")
# 主要指标完成率：高企认定105%，中小企业入库108.1%
_RATES_HEADED = re.compile("(?:完成率|完成比例|目标实现程度)(?:情况|如下|分别为)?$")
_GROWTH_HEADED = re.compile("(?:增幅|增长率|增速|升幅|涨幅)(?:情况|如下|分别为)?$")
_DECLINE_HEADED = re.compile("(?:降幅|下降率|减幅)(?:情况|如下|分别为)?$")
_LEVEL = re.compile(r"(?:到|至|为|达到)(?:了|约|近)*$")
_GROWTH_LEVEL = re.compile(r"(?:幅度?|率|速|增长|下降)(?:[同均]|分别|依次)*(?:为|达到?)$")
_ESTIMATED = re.compile("推算|测算|折算|估算")
_FULFILLED = re.compile("完成|达成|目标|任务|计划|进度|达到")
_RESPECTIVE = re.compile("分别|依次|均|同为|各")
_VERSUS = re.compile("比|较|与|和|[高低快慢大小多少]于|差")
_VACANT = re.compile("空[岗缺置编余位]")
_OF_SHARE = re.compile("占比|比重|比例|率")
_APART = re.compile("距|离(?![校退婚岗职开线散任])|相差|还差|缺口|相比|[高低]于|[较比][\\d.]+%[^，]*差")
_REFERRING = re.compile("该项|此项|上述|总体|整体")
_HAN = re.compile("[\u4e00-\u9fff]")
_IN_EACH = re.compile(
    r"(?:每|人手|连续)$|\d[次家户件场][即就便才]发现$|每(?:检查|抽查|走访|巡查|抽检|排查)?[\d一二两三四五六七八九十]+[^，。；]{0,8}(?:有|发现|查出|配备?)$"
)
_PLANNED_THEN = re.compile("(?:计划|年初|拟)[^，。；\\d]{0,8}$")
_AND_DONE = re.compile("[^，。；\\d]{0,6}[，,](?:实际|完成|[只仅](?:完成|做|办|建|干|种|修|培训)了?)")
_ONLY_SO_MANY = re.compile("[\u4e00-\u9fff]{0,4}(?:只|仅)[\u4e00-\u9fff]{1,2}了?\\d")
_THEN = re.compile("上年|去年|同期")
_GOAL = re.compile("目标|计划|任务|指标值|控制数")
_LAST_YEAR = re.compile("上年|去年|同比|同期|上一年|前一年")
_ONE_WORD = 2


@lru_cache(maxsize=16)
def _of_year(year: int) -> re.Pattern[str]:
    """What is told of ``year``: 2022年培训."""
    return re.compile(rf"{year}年[^，。；\d]{{0,14}}$")


@dataclass(frozen=True, slots=True)
class Cues:
    """What the words say of a number; ``rise`` and ``fall`` hold the place of the word in the text's lead."""

    rise: str = ""
    fall: str = ""
    exceed: bool = False
    remain: bool = False
    total: bool = False
    average: bool = False
    share: bool = False
    target: bool = False
    last_year: bool = False
    planned: bool = False
    rule: bool = False
    every: str = ""
    per: str = ""
    rate: bool = False
    completion: bool = False
    fulfilled: bool = False
    respective: bool = False
    against: str = ""
    product: bool = False
    ratio: bool = False
    portion: bool = False
    negated: str = ""
    by_period: bool = False
    addends: int = 0
    referring: bool = False
    bare: bool = False
    standard: bool = False
    apart: bool = False
    listed: tuple[str, ...] = ()
    by_the_yuan: bool = False
    vacant: bool = False
    versus: bool = False
    item: str = ""
    two_years: bool = False
    about: bool = False
    parts: str = ""
    of_share: bool = False
    over_time: bool = False
    affirmed: str = ""
    since_stated: bool = False
    denied_of: str = ""
    completed: bool = False

    @property
    def change(self) -> bool:
        """Whether the number is a change, not a level."""
        return bool(self.rise or self.fall)


def read_cues(mention: Mention, context: Context, in_measures: bool, year: int) -> Cues:
    """The cues round ``mention``; ``in_measures`` is True in 改进措施, where the future is the rule.

    ``year`` is the report's: what stands behind the year before it is last year's.
    """
    lead, tail = cue_patterns()["lead"], cue_patterns()["tail"]
    clause, after = context.telling or context.clause, context.after
    if bracketed(clause):  # 未数字化档案（67075卷）
        clause = clause[:-1]
    # 处罚起数增幅（10.9%）
    changing = clause[:-1] if clause.endswith(("（", "(")) and after.startswith(("）", ")")) else clause
    rise, fall = lead["rise"].search(changing), lead["fall"].search(changing)
    if not rise and not fall:
        rise, fall = tail["rise"].match(after), tail["fall"].match(after)
    if (
        _THAN_LAST_YEARS.search(clause) and (after.startswith("的") or clause.endswith("的"))
    ) or _CUT_RATE.search(clause):
        rise = fall = None
    if _BY_HOW_MUCH_THE_TARGET.fullmatch(context.lead):
        rise = fall = _BY_HOW_MUCH_THE_TARGET.fullmatch(context.lead)
    exceed = lead["exceed"].search(clause)
    if exceed and fall and fall.group().startswith("降幅"):
        fall = None  # 降幅超目标1.2个百分点
    level = _LEVEL.search(clause)
    is_level = bool(level and not _GROWTH_LEVEL.search(clause))
    completion = mention.base_unit in ("%", "倍") and bool(_COMPLETION.search(clause))
    if mention.base_unit == "%" and not (rise or fall):
        completion = completion or bool(_RATES_HEADED.search(context.heading))
        rise, fall = _GROWTH_HEADED.search(context.heading), _DECLINE_HEADED.search(context.heading)
    return Cues(
        rise="" if is_level or not rise else rise.group(),
        fall="" if is_level or not fall else fall.group(),
        exceed=bool(exceed),
        remain=bool(lead["remain"].search(clause) or tail["remain"].match(after)),
        total=bool(lead["sum"].search(clause)) or context.lead.endswith(("上述", "以上", "这")),
        average=called.is_average(clause, lead["average"]),
        share=bool(lead["share"].search(clause)),
        target=not completion and _is_target(context, clause, lead, tail),
        last_year=bool(
            lead["last_year"].search(clause)
            or (lead["from"].search(clause) and not in_measures)
            or _of_year(year - 1).search(clause)
            or _told_again(context)
            or tail["last_year"].match(after)
            or _OF_LAST_YEARS.search(clause)
        ),
        planned=is_planned(context, in_measures, year, lead),
        rule=is_rule(mention, context, tail),
        per=called.per(clause),
        product=bool(_ESTIMATED.search(context.prior + clause))
        or (mention.base_unit == "元" and "相当于" in clause),
        portion="占" in clause[-14:]
        or bool(_SHARE_OF.search(clause))
        or mention.unit == "成"
        or "分之" in mention.text
        or "/" in mention.text,
        fulfilled=bool(_FULFILLED.search(clause)),
        respective=bool(_RESPECTIVE.search(context.prior[-30:] + clause)),
        against=_against(context.lead) or _against(clause),
        completion=completion,
        rate=called.is_rate(clause),
        standard=bool(
            _STANDARD.match(context.after)
            or _STANDARD_BEFORE.search(context.lead)
            or ((mention.comparator or context.after.startswith("及")) and _CRITERION.match(context.after))
        ),
        addends=called.addends(clause),
        listed=called.listed(clause),
        versus=bool(_VERSUS.search(clause)),
        item=(context.item.partition("的")[0] if len(context.item) > 1 else "")
        or _item_of_rates(mention, context),
        vacant=bool(_VACANT.search(clause[-6:] + after[:4])),
        of_share=bool(_OF_SHARE.search(clause)),
        parts=called.part_called(clause),
        about=context.lead in ("约", "大约", "约为", "约合"),
        two_years="两年" in clause or bool(_TWO_YEARS.search(context.prior)),
        over_time=any(_OVER_TIME.search(word.group()) for word in (rise, fall) if word),
        denied_of=_denied_of(context),
        completed=bool(_COMPLETION_OF.search(clause)),
        since_stated=bool(_SINCE_STATED.search(clause) or _JUST_STATED.search(context.prior)),
        affirmed=called.affirmed(context.tail if len(context.tail) == _ONE_WORD else context.lead),
        by_the_yuan=bool(_BY_THE_YUAN.search(context.prior + context.lead)),
        by_period="环比" in clause,
        apart=bool(_APART.search(clause)),
        referring=bool(_REFERRING.search(clause)),
        bare=not _HAN.search(context.lead),
        negated=called.negated(clause, context.after),
        every=called.every(clause, lead["every"]),
        ratio=(mention.value == 1 and bool(_FOR_EVERY.search(clause))) or bool(_IN_EACH.search(clause)),
    )


def _is_target(
    context: Context, clause: str, lead: dict[str, re.Pattern[str]], tail: dict[str, re.Pattern[str]]
) -> bool:
    """Whether the words call the number a target: 低于85%的目标, 目标4：档案数字化12万卷."""
    headed = _HEADED.search(context.prior + context.lead)
    compared = clause.endswith(("与", "同", "跟")) and context.after.startswith(("相比", "相较", "比较"))
    planned_then = _PLANNED_THEN.search(clause) and _AND_DONE.match(context.after)
    not_all_came = not context.lead and _ONLY_SO_MANY.match(context.after)
    return bool(
        headed
        or compared
        or planned_then
        or not_all_came
        or lead["target"].search(clause)
        or tail["target"].match(context.after)
    )


def _item_of_rates(mention: Mention, context: Context) -> str:
    """The thing of a list of which one rate is told: 肥料 of 农药合格率98.1%、肥料97.5%."""
    said = _RATES_OF_ITEMS.search(context.clause) if mention.base_unit == "%" else None
    return said[1] if said else ""


def _denied_of(context: Context) -> str:
    """The thing of a list of what is not so: 肥料 of 不合格17批次，包括农药8批次、肥料9批次."""
    said = _PARTS_OF_DENIED.search(context.prior + context.lead)
    return said[1] if said else ""


def _told_again(context: Context) -> bool:
    """Whether last year's follows under a name told before: 达标率95.8%，上年为22个，达标率91.7%."""
    then = _LAST_YEARS_BEFORE.search(context.prior)
    name = context.clause.strip()
    return bool(then and len(name) >= _ONE_WORD and name in context.prior[: then.start()])


def _against(clause: str) -> str:
    """What the clause compares with: 目标, 上年, or nothing that it says."""
    since = _THEN.search(clause)
    if _GOAL.search(clause):
        return "" if since and "分别" in clause else "目标"  # 分别高出目标值和上年2.8个、1.2个百分点
    return "上年" if _LAST_YEAR.search(clause) else ""
