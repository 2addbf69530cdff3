"""The words round a number that tell what it is: a level, a change, a target, a plan, a rule."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from scoring.numbers.context import Context
from scoring.numbers.mention import Mention
from scoring.numbers.vocabulary import packaged, units

# 改进措施 tell of the future unless these words say that it is done
_ACHIEVED = re.compile("已|了[，。；]|目前|现有|截至|今年以来|今年来|上年")
# 完成率为 · 完成年度目标的
_COMPLETION = re.compile(
    r"完成率(?:为|达|是|达到|仅|只有)*$|(?:目标|任务|计划|考核线|控制数|指标)(?:数|值)?的$"
)
# Words of the present inside a plan: 对未化解的3件积案 · 较今年的84人 · 在93.1%的基础上 · 由全年6次增至每月1次
_PRESENT_BEFORE = re.compile(
    r"(?:针对|就(?![业近地餐医学诊读职])|^[一二三四五六七八九十]?是?对)[^，。]{0,8}$|(?:本年|今年)的?为?$|(?:(?:结余|剩余|遗留|余下|欠|挂账)的?|缺口|未[\u4e00-\u9fff]{2}的)$|的[约共还仅只]?有$"
)
_PRESENT_AFTER = re.compile(r"[^，。；\d]{0,3}的?基础上")
_FROM = re.compile(r"(?:由|从)(?!每)[^，。；\d]{0,6}$")
_ONWARD = re.compile(
    r"[\u4e00-\u9fff]{0,2}(?:再|进一步)?(?:增加?|提高?|提升|扩大?|压缩?|降低?|下降|缩短|上升|升|减少?|改)[\u4e00-\u9fff]{0,2}[到至为]"
)
# 95%这一市级考核线 · 98%的财政通报线
_STANDARD = re.compile(
    r"(?:[、和及至][\d,.]+[万亿]?[\u4e00-\u9fff%]{1,3})*(?:的|这一|这个)(?![^，。；]{0,6}目标)[^，。；]{0,8}(?:(?<![离在上下掉联])线|标准|规定|限值|上限|下限|控制[数值])"
)
# 标准为每人每年60元
_STANDARD_BEFORE = re.compile(
    "(?:标准|[上下]限|限[额价值]|封顶)(?:为|是|达|按)?(?:每[\u4e00-\u9fff]{1,2}){0,2}$|按照?(?:不(?:超过|[低少高大小]于))?$|(?:合同约定|规定)的$|合同(?:中|约定|里)[^，。；]{0,12}指标[^，。；]{0,4}$"
)
# 10万元以下贷款 · 增速超过15%的企业
_CRITERION = re.compile(
    "(?:以上|以下|以内)(?:贷款|资金|项目|企业|家庭)|(?:以上|以下|以内)?的"
    "(?:企业|单位|项目|主机|家庭|学校|人员|对象|区域|小区|路段|设备|房屋|老人|学生)"
)
# 调整幅度为年初数的2.7%
_SHARE_OF = re.compile(r"(?:为|是|相当于|等于|达|只有|仅有)[\u4e00-\u9fff]{2,12}的(?:约|近)?$")
# 不宜存样品4份 · 3件未化解
_NOT_BEFORE = re.compile(
    r"(?:(?<!毫)不(?!少|低|超|高|大|断|仅|得|动)|未|没有|没能|尚无|非(?!税|遗|常|农|物))([\u4e00-\u9fff]{1,10})$"
)
_NOT_AFTER = re.compile(
    r"(?:[\u4e00-\u9fff]{0,8}?(?:未能?|没有|没能|不(?!断|仅))|非(?!税|遗|常|农|物))([\u4e00-\u9fff]{1,6})"
)
# 其中合格946批次
_SO = re.compile("([\u4e00-\u9fff]{2})(?:的|有|为|数|共)*$")
# 技能、创业两类培训共计
_KINDS = re.compile(
    "((?:[\u4e00-\u9fff]{2,}、)+[\u4e00-\u9fff]{2,}?)等?[两三四五六][类项种方][\u4e00-\u9fff]{0,6}(?:共|合|总|累)"
)
# 两个月一场
_EACH_SO_LONG = re.compile(
    "(?<![第为用时期])([一两二三四五六半])个?(月|周|天|季度)[才只仅就要能]?[跑开办送去到]?$"
)
# 上年49笔的笔均额
_OF_LAST_YEARS = re.compile(r"(?:上年|去年)的?\d[\d,.]*[万亿]?[\u4e00-\u9fff]{1,3}的[^，。；\d]{0,8}$")
# 优于7分钟的目标0.5分钟
_BY_HOW_MUCH_THE_TARGET = re.compile("的[\u4e00-\u9fff]{0,4}(?:目标|要求|上限|承诺|任务|计划)(?:值|数)?")
# 由目前的不足两成提高到三成以上
_UP_FROM_NOW = re.compile("由(?:目前|现有|今年|本年)[^，。；]*[到至为]$")
# 1元财政资金带动20元投入
_BY_THE_YUAN = re.compile("(?:每|1|一)元[^，。；]*(?:带动|撬动|拉动|引导)")
# 快检阳性和监督抽检不合格合计35批次
_TOGETHER = re.compile(
    "((?:[\u4e00-\u9fff]{2,12}、)*[\u4e00-\u9fff]{2,12})[和及与、]([\u4e00-\u9fff]{2,12}?)[两三四五二]?[者项类笔]?"
    "(?:合计|共计|总计|一共|总共|合共|加起来|合起来|共|累计)[\u4e00-\u9fff]{0,4}$"
)
# 补贴和设备支出234万元
_JOINED = re.compile("([\u4e00-\u9fff]{2})[和及与]([\u4e00-\u9fff]{2})[\u4e00-\u9fff]{0,6}$")
# “管行业必须管安全”
_QUOTED = re.compile("“[^”]*”")
# 目标4：档案数字化
_HEADED = re.compile(r"目标\s*\d{1,2}\s*[：:，,][^，。；]*$")
# 户均由14万元提高到15万元
_UP_FROM = re.compile(
    r"(?<=均)由(?:[\d.,]+[万亿]?[^\d，。；]{1,4}?(?:增加?|提高?|提升|上升|升|下降|降低?|减少?|压缩)(?:了)?[到至为])?$"
)
_OVER_TIME = re.compile("增长|增加|提升|上升|回升|下降|减少|回落|下滑")
# 两年来累计改造小区46个、楼栋564栋，加装电梯106台
_TWO_YEARS = re.compile("[两二]年来?(?:累计|共计?|合计)[^。；]*$")
# 较上年的44批次减少9批次
_SINCE_STATED = re.compile(r"(?:上年|去年|同期|20\d\d年)[^，。；\d]{0,6}\d[^，。；]*$")
# 每扶持1人创业带动4人就业
_FOR_EVERY = re.compile("每[\u4e00-\u9fff]{1,6}$")
_OF_EVERY_ONE = re.compile(
    "每(?![周月年天日季旬半])[\u4e00-\u9fff]{0,6}[1一](人|名|户|家|个|元|亩|公里)[^，。；\\d]{0,10}$"
)
# 解决率96.3%，高于上年94.6%的水平
_THAN_LAST_YEARS = re.compile("[高低多少]于(?:上年|去年)(?:度|同期)?的?$")
# 达标率93.0%，去年为88.1%，提高4.9个百分点
_JUST_STATED = re.compile(r"(?:上年|去年|同期)[^，。；\d分依]{0,4}\d[^，。；]{0,8}，$")
# 菜市场改造（占18.8%） · 库房改造占23.6%
_PART_CALLED = re.compile("([\u4e00-\u9fff]{2,12})[（(]?占$")
# 主要指标完成率：高企认定105%，中小企业入库108.1%
_RATES_HEADED = re.compile("(?:完成率|完成比例|目标实现程度)(?:情况|如下|分别为)?$")
_GROWTH_HEADED = re.compile("(?:增幅|增长率|增速|升幅|涨幅)(?:情况|如下|分别为)?$")
_DECLINE_HEADED = re.compile("(?:降幅|下降率|减幅)(?:情况|如下|分别为)?$")
_ONE_WORD = 2
TIME_UNITS = frozenset(("分钟", "天", "日", "工作日", "个月", "年", "周", "季度", "个周", "岁"))
"""Base units of spans of time."""


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
    introduces: bool = False
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

    @property
    def change(self) -> bool:
        """Whether the number is a change, not a level."""
        return bool(self.rise or self.fall)


@cache
def _patterns() -> dict[str, dict[str, re.Pattern[str]]]:
    data: dict[str, Any] = packaged("cues.yaml")
    return {
        side: {name: re.compile(pattern) for name, pattern in data[side].items()} for side in ("lead", "tail")
    }


@cache
def abstract_nouns() -> tuple[str, ...]:
    """Nouns whose count lists what the text says, not facts: 方面, 环节."""
    return tuple(packaged("cues.yaml")["abstract"])


@cache
def counted_as() -> dict[str, tuple[str, ...]]:
    """Noun → the units in which it may be counted: 校 → 所."""
    return {noun: tuple(units) for noun, units in packaged("cues.yaml")["counted_as"].items()}


@cache
def year_cues() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Words that make another year harmless: right before it, right after it, and of the future."""
    data = packaged("cues.yaml")
    return re.compile(data["year_before"]), re.compile(data["year_after"]), re.compile(data["future"])


def read_cues(mention: Mention, context: Context, in_measures: bool, year: int) -> Cues:
    """The cues round ``mention``; ``in_measures`` is True in 改进措施, where the future is the rule.

    ``year`` is the report's: what stands behind the year before it is last year's.
    """
    lead, tail = _patterns()["lead"], _patterns()["tail"]
    clause, after = context.telling or context.clause, context.after
    rise, fall = lead["rise"].search(clause), lead["fall"].search(clause)
    if not rise and not fall:
        rise, fall = tail["rise"].match(after), tail["fall"].match(after)
    if _THAN_LAST_YEARS.search(clause) and after.startswith("的"):
        rise = fall = None
    if _BY_HOW_MUCH_THE_TARGET.fullmatch(context.lead):
        rise = fall = _BY_HOW_MUCH_THE_TARGET.fullmatch(context.lead)
    level = re.search(r"(?:到|至|为|达到)(?:了|约|近)*$", clause)
    is_level = bool(
        level and not re.search(r"(?:幅度?|率|速|增长|下降)(?:[同均]|分别|依次)*(?:为|达到?)$", clause)
    )
    completion = mention.base_unit in ("%", "倍") and bool(_COMPLETION.search(clause))
    if mention.base_unit == "%" and not (rise or fall):
        completion = completion or bool(_RATES_HEADED.search(context.heading))
        rise, fall = _GROWTH_HEADED.search(context.heading), _DECLINE_HEADED.search(context.heading)
    return Cues(
        rise="" if is_level or not rise else rise.group(),
        fall="" if is_level or not fall else fall.group(),
        exceed=bool(lead["exceed"].search(clause)),
        remain=bool(lead["remain"].search(clause) or tail["remain"].match(after)),
        total=bool(lead["sum"].search(clause)) or context.lead.endswith(("上述", "以上", "这")),
        average=bool(lead["average"].search(_UP_FROM.sub("", clause)) or _OF_EVERY_ONE.search(clause)),
        share=bool(lead["share"].search(clause)),
        target=not completion and _is_target(context, clause, lead, tail),
        last_year=bool(
            lead["last_year"].search(clause)
            or (lead["from"].search(clause) and not in_measures)
            or re.search(rf"{year - 1}年[^，。；\d]{{0,14}}$", clause)
            or tail["last_year"].match(after)
            or _OF_LAST_YEARS.search(clause)
        ),
        planned=_planned(context, in_measures, year, lead),
        rule=_is_rule(mention, context, tail),
        per=_per(clause),
        product=bool(re.search("推算|测算|折算|估算", context.prior + clause)),
        portion="占" in clause[-14:]
        or bool(_SHARE_OF.search(clause))
        or mention.unit == "成"
        or "分之" in mention.text
        or "/" in mention.text,
        fulfilled=bool(re.search("完成|达成|目标|任务|计划|进度|达到", clause)),
        respective=bool(re.search("分别|依次|均|同为|各", context.prior[-30:] + clause)),
        against=_against(context.lead) or _against(clause),
        completion=completion,
        rate=bool(re.search(r"率[\u4e00-\u9fff]{0,4}$", clause)),
        standard=bool(
            _STANDARD.match(context.after)
            or _STANDARD_BEFORE.search(context.lead)
            or (mention.comparator and _CRITERION.match(context.after))
        ),
        introduces=bool(re.match("[^，。；]{0,14}[，,]?(?:其中|分别|包括)", context.after)),
        addends=_addends(clause),
        listed=_listed(clause),
        versus=bool(re.search("比|较|与|和|[高低]于|差", clause)),
        item=context.item.partition("的")[0],
        vacant=bool(re.search("空[岗缺置编余位]", clause[-6:] + after[:4])),
        of_share=bool(re.search("占比|比重|比例|率", clause)),
        parts=part[1] if (part := _PART_CALLED.search(clause)) else "",
        about=context.lead in ("约", "大约", "约为", "约合"),
        two_years="两年" in clause or bool(_TWO_YEARS.search(context.prior)),
        over_time=any(_OVER_TIME.search(word.group()) for word in (rise, fall) if word),
        since_stated=bool(_SINCE_STATED.search(clause) or _JUST_STATED.search(context.prior)),
        affirmed=_affirmed(context.tail if len(context.tail) == _ONE_WORD else context.lead),
        by_the_yuan=bool(_BY_THE_YUAN.search(clause)),
        by_period="环比" in clause,
        apart=bool(
            re.search("距|离(?![校退婚岗职开线散任])|相差|还差|相比|[高低]于|[较比][\\d.]+%[^，]*差", clause)
        ),
        referring=bool(re.search("该项|此项|上述|总体|整体", clause)),
        bare=not re.search("[\u4e00-\u9fff]", context.lead),
        negated=_negated(clause, context.after),
        every=_every(clause, lead["every"]),
        ratio=(mention.value == 1 and bool(_FOR_EVERY.search(clause)))
        or bool(re.search(r"(?:每|人手|连续)$|每\d+[^，。；]{0,8}(?:有|发现|查出|配备?)$", clause)),
    )


def _is_target(
    context: Context, clause: str, lead: dict[str, re.Pattern[str]], tail: dict[str, re.Pattern[str]]
) -> bool:
    """Whether the words call the number a target: 低于85%的目标, 目标4：档案数字化12万卷."""
    headed = _HEADED.search(context.prior + context.lead)
    compared = re.search("[与同跟]$", clause) and re.match("相比|相较|比较", context.after)
    planned_then = re.search("(?:计划|年初|拟)[^，。；\\d]{0,8}$", clause) and re.match(
        "[^，。；\\d]{0,6}[，,](?:实际|完成)", context.after
    )
    not_all_came = not context.lead and re.match(
        "[\u4e00-\u9fff]{0,4}(?:只|仅)[\u4e00-\u9fff]{1,2}了?\\d", context.after
    )
    return bool(
        headed
        or compared
        or planned_then
        or not_all_came
        or lead["target"].search(clause)
        or tail["target"].match(context.after)
    )


def _against(clause: str) -> str:
    """What the clause compares with: 目标, 上年, or nothing that it says."""
    since = re.search("上年|去年|同期", clause)
    if re.search("目标|计划|任务|指标值|控制数", clause):
        return "" if since and "分别" in clause else "目标"  # 分别高出目标值和上年2.8个、1.2个百分点
    return "上年" if re.search("上年|去年|同比|同期|上一年|前一年", clause) else ""


def _per(clause: str) -> str:
    """The unit word by which the number is an average; empty where it is none."""
    one = _OF_EVERY_ONE.search(clause)
    return shared_by(f"每{one[1]}") if one else shared_by(_UP_FROM.sub("", clause))


def shared_by(clause: str) -> str:
    """The unit word by which an average is taken: 户均 → 户, 平均每期 → 期, 每公里 → 公里."""
    match = re.search(
        r"(?:([\u4e00-\u9fff](?<!平))均(?!价)|(?<![\u4e00-\u9fff])(吨|亩|公里|立方米)[\u4e00-\u9fff]{0,3}(?=均价|成本|单价|造价|费用)|(?:[每单](?:一?个?)?|^一)([\u4e00-\u9fff]{1,3}))[\u4e00-\u9fff]{0,8}$",
        clause,
    )
    if match is None:
        return ""
    word = next(group for group in match.groups() if group)
    if word.startswith("月"):
        return "月"
    known = units()
    each = "个" if "每个" in match.group() or "单个" in match.group() else ""
    if word[:2] in counted_as():
        return word[:2]
    return next((word[:n] for n in (3, 2, 1) if word[:n] in known), each)


def _addends(clause: str) -> int:
    """How many things the words say are added up: 2 for 两类患者共; 0 where they do not say."""
    match = re.search(
        "([两二三四五六])[类项者种块部笔][\u4e00-\u9fff]{0,6}(?:共|合计|总|累计|加|达|计)", clause
    )
    return {"两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6}[match.group(1)] if match else 0


def _every(clause: str, each: re.Pattern[str]) -> str:
    """The period or the thing that the number is told of: 月 of 每月1次, 间隔 of 两个月一场; empty where there is none."""
    if said := each.search(clause[-10:]):
        return re.sub(r"^每(?:[一两]?个?)?", "", said.group())
    so_long = _EACH_SO_LONG.search(clause[-8:])
    if so_long is None:
        return ""
    return so_long[2] if so_long[1] == "一" else "间隔"


def _listed(clause: str) -> tuple[str, ...]:
    """The words that name what is added up: 技能、创业两类培训共计, 补贴和设备支出; none where nothing is."""
    if kinds := _KINDS.search(clause):
        return tuple(kinds.group(1).split("、"))
    if together := _TOGETHER.search(clause):
        return (*together.group(1).split("、"), together.group(2))
    joined = _JOINED.search(clause)
    return joined.groups() if joined else ()


def _negated(clause: str, after: str) -> str:
    """What the words say is not so: 宜存样品 in 不宜存样品4份, 化解 in 3件未化解; empty where they deny nothing."""
    before = _NOT_BEFORE.search(clause)
    match = before or _NOT_AFTER.match(after)
    return match.group(1) if match else ""


def _affirmed(lead: str) -> str:
    """What the words right before the number say is so: 合格 of 抽检合格946批次, where a metric may count what is not."""
    match = _SO.search(lead)
    return match.group(1) if match and not _NOT_BEFORE.search(lead) else ""


def _planned(context: Context, in_measures: bool, year: int, lead: dict[str, re.Pattern[str]]) -> bool:
    """Whether the number is planned: a word of intent before it, with no word of completion in between."""
    if _PRESENT_BEFORE.search(context.clause) or _PRESENT_AFTER.match(context.after):
        return False
    if in_measures and _UP_FROM_NOW.search(context.clause):
        return True
    if _FROM.search(context.clause) and _ONWARD.match(context.after):
        return False
    before = _QUOTED.sub(lambda name: "　" * len(name.group()), context.prior + context.lead)
    if in_measures:  # 2022年计划新增岗位60个，其中养老托幼岗35个
        before = before.replace("其中", "　　")
    ahead = re.search(rf"(?<!列入)(?<!纳入)(?<!转入)(?<!转至)(?:{year + 1}|{year + 2})年(?!前|初前)", before)
    if ahead and not lead["done"].search(before, ahead.end()):
        return True
    intents = list(lead["plan"].finditer(before))
    if intents:
        achieved = re.match(r"[，,]?(?:实际|完成|实有|实收|实到|已)", context.after)
        floor = re.search("不[少低小]于|不超过|不高于|达到?$", context.lead)
        told = (
            before.replace("其中", "　　") if floor else before
        )  # 计划抽检1350批次，其中食用农产品不少于500批次
        if in_measures:  # 力争…，河道整治完成50公里
            told = told.replace("完成", "　　")
        said = lead["done"].search(told, intents[-1].end())
        if said and said.group() == "完成" and said.start() == intents[-1].end():  # 拟完成
            said = lead["done"].search(told, said.end())
        return not achieved and not said
    return in_measures and not _ACHIEVED.search(before)


def _is_rule(mention: Mention, context: Context, tail: dict[str, re.Pattern[str]]) -> bool:
    if mention.base_unit not in TIME_UNITS:
        return False
    return bool(
        tail["within"].match(context.after)
        or mention.approx in ("以内", "之内")
        or re.search(r"[×xX]", mention.text)
        or re.match(r"(?:响应|办结|制|值班|在线|不打烊|监测|值守|服务|到场|到达|反馈|限期)", context.after)
    )
