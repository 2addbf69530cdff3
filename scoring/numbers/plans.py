"""Whether a number is a plan or a rule for the future, not what was done."""

from __future__ import annotations

import re

from scoring.numbers.context import Context
from scoring.numbers.mention import Mention
from scoring.numbers.vocabulary import TIME_UNITS

# 改进措施 tell of the future unless these words say that it is done
_ACHIEVED = re.compile(
    "已|了[，。；]|目前(?=[^，。；]*$)|现有(?=[^，。；]*$)|截至|今年以来|今年来|上年(?=[^，。；]*$)"
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
# 由目前的不足两成提高到三成以上
_UP_FROM_NOW = re.compile("由(?:目前|现有|现在|今年|本年)[^，。；]*[到至为](?:不[低少]于)?$")
# “管行业必须管安全”
_QUOTED = re.compile("“[^”]*”")
# 剩余35户明年一季度前销号，
_DEADLINE = re.compile(r"(?:明年|次年|来年|下年度)[^，。；\d]{0,6}前[^，。；\d]{0,8}，")
# 距90%的长远目标 · 距95%的省级标准
_LATER_TARGET = re.compile(
    "的(?:长远|远期|中长期|长期|下一?年|明年|来年|最终|[\u4e00-\u9fff“”]{0,4}末)[^，。；]{0,4}目标|的(?:国家|省|市|上级|部|全国|行业)[^，。；]{0,4}(?:标准|要求)"
)
# 2024年新建30个，剩余16个列入下一年度
_PUT_OFF = re.compile("[\u4e00-\u9fff]{0,4}(?:列入|纳入|安排在|放到|转入)(?:下一?年|明年|次年|后年|\\d)")


def is_planned(context: Context, in_measures: bool, year: int, lead: dict[str, re.Pattern[str]]) -> bool:
    """Whether the number is planned: a word of intent before it, with no word of completion in between."""
    if in_measures and _PUT_OFF.match(context.after):
        return True
    if _PRESENT_BEFORE.search(context.clause) or _PRESENT_AFTER.match(context.after):
        return False
    if _LATER_TARGET.match(context.after):
        return True
    if in_measures and _UP_FROM_NOW.search(context.clause):
        return True
    if _FROM.search(context.clause) and _ONWARD.match(context.after):
        return False
    before = _QUOTED.sub(lambda name: "　" * len(name.group()), context.prior + context.lead)
    if not in_measures:
        before = _DEADLINE.sub("", before)
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


def is_rule(mention: Mention, context: Context, tail: dict[str, re.Pattern[str]]) -> bool:
    """Whether a span of time is a time limit or a service promise: 24小时内, 7×24小时值班."""
    if mention.base_unit not in TIME_UNITS:
        return False
    return bool(
        tail["within"].match(context.after)
        or mention.approx in ("以内", "之内")
        or re.search(r"[×xX]", mention.text)
        or re.match(r"(?:响应|办结|制|值班|在线|不打烊|监测|值守|服务|到场|到达|反馈|限期)", context.after)
    )
