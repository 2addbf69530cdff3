"""What the words round a number call things: by what it is shared out, what is added up, listed, denied."""

from __future__ import annotations

import re

from scoring.numbers.vocabulary import counted_as, units

# 不宜存样品4份 · 3件未化解
_NOT_BEFORE = re.compile(
    r"(?:(?<!毫)不(?!少|低|超|高|大|断|仅|得|动)|未|没有|没能|没|尚无|无(?=[人法力])|非(?!税|遗|常|农|物))([\u4e00-\u9fff]{1,14})$"
)
# 3期班次因材料补正超期拨付
_TOO_LATE = re.compile("[\u4e00-\u9fff]{0,10}?(?:超期|逾期|延期|超时)[\u4e00-\u9fff]{2}")
# 四个镇街（均在山区）没有康复点
_BRACKETS = re.compile("[（(][^（）()]*[）)]")
_NOT_AFTER = re.compile(
    r"(?:[\u4e00-\u9fff]{0,12}?(?:未能?|没有|没能|没|无(?=[人法力])|不(?!断|仅))|非(?!税|遗|常|农|物))([\u4e00-\u9fff]{1,6})"
)
# 其中合格946批次
_SO = re.compile("([\u4e00-\u9fff]{2})(?:的|有|为|数|共)*$")
# 技能、创业两类培训共计
_KINDS = re.compile(
    "((?:[\u4e00-\u9fff]{2,}、)+[\u4e00-\u9fff]{2,}?)等?[两三四五六][类项种方][\u4e00-\u9fff]{0,6}(?:共|合|总|累)"
)
# 送达费、司法救助金、扫描费三类支出
_KINDS_OF_MONEY = re.compile(
    "((?:[\u4e00-\u9fff]{2,}、)+[\u4e00-\u9fff]{2,}?)等?[两三四五六][类项种](?:支出|经费|资金|费用|补[贴助]|收入)(?:为|达)?$"
)
# 项目平均投资规模
_THINGS_SHARING = re.compile("([\u4e00-\u9fff]{2})平均[^，。；\\d]{2,12}$")
# 食堂补贴、物业费、公车运行费三项占
_PARTS_OF_SHARE = re.compile(
    "((?:[\u4e00-\u9fff]{2,}、)+[\u4e00-\u9fff]{2,}?)(?:等?[两三四五六][类项种者])?(?:支出|经费|资金)?(?:共|合计|总共|累计)?占"
)
# 两个月一场
_EACH_SO_LONG = re.compile(
    "(?<![第为用时期])([一两二三四五六半])个?(月|周|天|季度)[才只仅就要能]?[跑开办送去到]?$"
)
# 快检阳性和监督抽检不合格合计35批次
_TOGETHER = re.compile(
    "((?:[\u4e00-\u9fff]{2,12}、)*[\u4e00-\u9fff]{2,12})[和及与、]([\u4e00-\u9fff]{2,12}?)[两三四五二]?[者项类笔]?"
    "(?:合计|共计|总计|一共|总共|合共|加起来|合起来|共|累计)[\u4e00-\u9fff]{0,4}$"
)
# 补贴和设备支出234万元
_JOINED = re.compile("([\u4e00-\u9fff]{2})[和及与]([\u4e00-\u9fff]{2})[\u4e00-\u9fff]{0,6}$")
# 户均由14万元提高到15万元 · 不合格率由1.8%下降到 · 由上年的2.64亿元扩大到
_UP_FROM = re.compile(
    r"[较比](?:上年|去年)(?:同期)?的?[\d.,]+[万亿]?[^\d，。；]{1,3}(?:增长|上升|提高|下降|减少|降低|增加|上涨|回落)$|"
    r"[由从](?:(?:上年|去年|年初)(?:度|末|的|同期)*)?(?:[\d.,]+[万亿]?[^\d，。；]{1,8}[到至为])?$"
)
# 月补助由1000元提高到1100元 · 折合每人每月1100元
_BY_THE_MONTH = re.compile(
    "每[人户名]每月[\u4e00-\u9fff]{0,4}$|(?<!个)(?<!\\d)月(?:补[助贴]|工资|薪酬|津贴|报酬|生活费)(?:标准)?[为约达]?$"
)
_OF_EVERY_ONE = re.compile(
    "每(?![周月年天日季旬半])[\u4e00-\u9fff]{0,6}[1一](人次|家次|户次|人|名|户|家|个|元|亩|公里|次|件|场|台)[^，。；\\d]{0,10}$"
)
_RATE = re.compile(r"率[\u4e00-\u9fff]{0,4}$")
# 菜市场改造（占18.8%） · 库房改造占23.6%
_PART_CALLED = re.compile("([\u4e00-\u9fff]{2,12}?)[（(]?占(?:[^，。；\\d]{1,8}的)?$")


def shared_by(clause: str) -> str:
    """The unit word by which an average is taken: 户均 → 户, 平均每期 → 期, 每公里 → 公里."""
    match = re.search(
        r"(?:([人家户场]次|[\u4e00-\u9fff](?<!平))均(?!价)|(?<![\u4e00-\u9fff])(吨|亩|公里|立方米)[\u4e00-\u9fff]{0,3}(?=均价|成本|单价|造价|费用)|(?:[每单](?:一?个?)?|(?<=平均)一个?|(?<=下来)一|^一)([\u4e00-\u9fff]{1,4}))[\u4e00-\u9fff]{0,8}$",
        clause,
    )
    if match is None:
        things = _THINGS_SHARING.search(clause)
        return things[1] if things and things[1] in counted_as() else ""
    word = next(group for group in match.groups() if group)
    if word.startswith("月"):
        return "月"
    known = units()
    each = "个" if "每个" in match.group() or "单个" in match.group() else ""
    if word[:2] in counted_as():
        return word[:2]
    hundreds = word[:1] if word[0] in "百千万" else ""  # 每百家单位
    bare = word.removeprefix(hundreds)
    likely = (bare, bare[:3], bare[:2], bare[:3][-2:], bare[:1])  # 每车公里 is by 公里
    shared = word[:1] if word[:1] in counted_as() else ""  # 平均下来一餐
    return next((hundreds + word for word in likely if word in known), each or shared)


def per(clause: str) -> str:
    """The unit word by which the number is an average; empty where it is none."""
    if _BY_THE_MONTH.search(_UP_FROM.sub("", clause)):
        return "月"
    one = _OF_EVERY_ONE.search(clause)
    return shared_by(f"每{one[1]}") if one else shared_by(_UP_FROM.sub("", clause))


def addends(clause: str) -> int:
    """How many things the words say are added up: 2 for 两类患者共; 0 where they do not say."""
    match = re.search(
        "([两二三四五六])[类项者种块部笔][\u4e00-\u9fff]{0,6}(?:共|合计|总|累计|加|达|计|占|(?:支出|经费|资金|费用|成本|收入)为?$)",
        clause,
    )
    return {"两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6}[match.group(1)] if match else 0


def every(clause: str, each: re.Pattern[str]) -> str:
    """The period or the thing that the number is told of: 月 of 每月1次, 间隔 of 两个月一场; empty where there is none."""
    if said := each.search(clause[-10:]):
        return re.sub(r"^每(?:[一两]?个?)?", "", said.group())
    so_long = _EACH_SO_LONG.search(clause[-8:])
    if so_long is None:
        return ""
    return so_long[2] if so_long[1] == "一" else "间隔"


def listed(clause: str) -> tuple[str, ...]:
    """The words that name what is added up: 技能、创业两类培训共计, 补贴和设备支出; none where nothing is."""
    if kinds := _KINDS.search(clause) or _KINDS_OF_MONEY.search(clause) or _PARTS_OF_SHARE.search(clause):
        return tuple(kinds.group(1).split("、"))
    if together := _TOGETHER.search(clause):
        return (*together.group(1).split("、"), together.group(2))
    joined = _JOINED.search(clause)
    return joined.groups() if joined else ()


def negated(clause: str, after: str) -> str:
    """What the words say is not so: 宜存样品 in 不宜存样品4份, 化解 in 3件未化解; empty where they deny nothing."""
    before = _NOT_BEFORE.search(_UP_FROM.sub("", clause))
    after = _BRACKETS.sub("", after)
    match = before or _NOT_AFTER.match(after)
    if match is None and _TOO_LATE.match(after):
        return "按期"
    return match.group(1) if match else ""


def affirmed(lead: str) -> str:
    """What the words right before the number say is so: 合格 of 抽检合格946批次, where a metric may count what is not."""
    match = _SO.search(lead)
    return match.group(1) if match and not _NOT_BEFORE.search(lead) else ""


def part_called(clause: str) -> str:
    """What the words call the part of a share: 库房改造 of 库房改造占23.6%; empty where they call none."""
    match = _PART_CALLED.search(clause)
    return match[1] if match else ""


def is_rate(clause: str) -> bool:
    """Whether the words call the number a rate: 发现率, 发现率由38.7%降到."""
    return bool(_RATE.search(clause) or _RATE.search(_UP_FROM.sub("", clause)))


def is_average(clause: str, average: re.Pattern[str]) -> bool:
    """Whether the words say that the number is an average: 户均, 每扶持1人创业带动4人, 户均由14万元提高到15万元."""
    level = _UP_FROM.sub("", clause)
    return bool(average.search(level) or _BY_THE_MONTH.search(level) or _OF_EVERY_ONE.search(clause))
