"""S01–S08: rate, grade, total and weights against what the scheme computes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from scoring.decimals import plain, rounded
from scoring.finding import Finding
from scoring.reading import Reading
from scoring.report import rate_text
from scoring.rules.base import rule
from scoring.rules.notes import notes_of
from scoring.scorecard import Difference

_LABEL = re.compile(r"([\u4e00-\u9fff]{2,12})\s*[（(]\s*(\d+(?:\.\d+)?)\s*分")


def differences(reading: Reading, *fields: str) -> Iterator[Difference]:
    """The card's differences in these fields."""
    for difference in reading.scorecard.differences:
        if difference.field in fields:
            yield difference


def from_difference(difference: Difference, advice: str) -> Finding:
    """A finding that says what the card says."""
    return Finding(
        difference.field,
        f"{difference.message}。",
        text=difference.entered or "",
        expected=difference.computed,
        advice=advice,
    )


@rule("S01", "error")
def execution_rate_wrong(reading: Reading) -> Iterator[Finding]:
    """预算执行率不等于预算执行数除以当年预算数。

    反例：执行率86.183%写成86.19%
    正例：执行率97.80%
    依据：预算执行率＝预算执行数÷当年预算数，四舍五入。
    处理：改为算出的执行率；金额有误的，先改金额。
    """
    report = reading.report
    for difference in differences(reading, "预算执行率"):
        yield from_difference(difference, f"改为{difference.computed}；金额有误的先改金额")
    if report.budget is not None and report.budget <= 0:
        message = f"当年预算数是{report.budget:f}元，不能算预算执行率。"
        yield Finding("当年预算数", message, advice="核对当年预算数")


@rule("S02", "warning")
def executed_over_budget(reading: Reading) -> Iterator[Finding]:
    """预算执行数大于当年预算数。

    反例：执行220000元而预算200000元
    正例：执行数等于预算数
    依据：支出不得超过批复的预算；有追加的，预算数应为调整后的数。
    处理：核对两个金额和单位；有追加的，当年预算数填调整后的数。
    """
    report, rate = reading.report, reading.scorecard.execution_rate
    if rate is not None and rate > 1:
        message = (
            f"预算执行数{report.executed:f}元大于当年预算数{report.budget:f}元，"
            f"执行率{rate_text(rounded(rate, 4))}。"
        )
        yield Finding("预算执行数", message, advice="核对金额和单位；预算有追加的，当年预算数填调整后的数")


@rule("S03", "error")
def grade_contradicts_total(reading: Reading) -> Iterator[Finding]:
    """绩效等级与合计分应得的等级不符。

    反例：良好
    正例：优秀
    依据：评分与评级应当相符；方案的等级界线。
    处理：改为合计分对应的等级。
    """
    yield from _grades(reading, is_same_grade=False)


@rule("S04", "error")
def grade_not_of_the_legend(reading: Reading) -> Iterator[Finding]:
    """绩效等级的用语不是等级说明里的用语。

    反例：优
    正例：合格
    依据：方案的等级说明，如“优秀、良好、合格、不合格”。
    处理：改用等级说明里的用语。
    """
    yield from _grades(reading, is_same_grade=True)


def _grades(reading: Reading, is_same_grade: bool) -> Iterator[Finding]:
    card, entered = reading.scorecard, reading.report.grade
    same = card.scheme.canonical_grade(entered) == card.grade
    for difference in differences(reading, "绩效等级"):
        if card.grade is not None and same == is_same_grade:
            yield Finding(
                "绩效等级",
                f"{difference.message}。",
                0,
                len(entered),
                entered,
                expected=card.grade,
                advice=f"改为「{card.grade}」",
            )


@rule("S05", "error")
def total_wrong(reading: Reading) -> Iterator[Finding]:
    """合计不等于各行得分之和。

    反例：各行相加99分，合计填100分
    正例：合计等于各行之和
    依据：分值计算应散总一致。
    处理：改为算出的合计，或改正填错的那一行。
    """
    rows = reading.scorecard.rows
    by_self = sum((row.entered for row in rows if row.entered is not None), Decimal(0))
    is_told_by_rows = by_self == reading.report.total and any(
        row.is_counted and row.computed not in (None, row.entered) for row in rows
    )
    for difference in differences(reading, "合计"):
        if not is_told_by_rows:
            yield from_difference(difference, "核对各行自评分和合计，改正算错的一处")


@rule("S06", "error")
def section_weight_differs(reading: Reading) -> Iterator[Finding]:
    """一级指标的分值与各行权重之和不符，或与方案规定不符。

    反例：产出目标印34分，各行权重相加30分
    正例：各段分值与权重相符
    依据：各级权重之和应逐级相等。
    处理：核对一级指标归属和各行权重。
    """
    for difference in reading.scorecard.differences:
        if difference.field.startswith("一级指标分值."):
            yield from_difference(difference, "核对各行归属和权重，改正不符的一处")


@rule("S07", "error")
def weights_do_not_add_up(reading: Reading) -> Iterator[Finding]:
    """各行权重相加不等于满分。

    反例：权重相加96分
    正例：权重相加100分
    依据：各指标权重之和应等于方案的满分。
    处理：调整权重，使合计等于满分。
    """
    for difference in differences(reading, "权重合计"):
        yield from_difference(difference, f"调整权重，使合计等于{difference.computed}")


@rule("S08", "warning")
def labels_do_not_add_up(reading: Reading) -> Iterator[Finding]:
    """表上各一级指标标签的分值相加不等于满分。

    反例：多出一个执法检查30分的标签
    正例：四个标签相加100分
    依据：一级指标分值之和应等于满分；多出的标签可能是二级指标。
    处理：核对多出的标签属于哪一级指标。
    """
    report, scheme = reading.report, reading.scheme
    declared = {name: weight for name, weight in report.first_level_weights.items() if weight is not None}
    if not declared or not scheme.is_scored:
        return
    total = sum(declared.values(), Decimal(0))
    if total != scheme.total:
        told = " + ".join(f"{name}{plain(weight)}" for name, weight in declared.items())
        message = f"一级指标分值 {told} = {plain(total)}，应等于满分{plain(scheme.total)}。"
        yield Finding("一级指标分值", message, advice="核对各一级指标的分值")
    for note in notes_of(report, "labels"):
        for label, points in _LABEL.findall(note.text):
            if label not in declared:
                message = (
                    f"标签「{label}（{points}分）」不是一级指标：把它也算上，标签分值和为"
                    f"{plain(total + Decimal(points))}，不等于{plain(scheme.total)}。"
                )
                yield Finding(note.place, message, advice="核对这个标签属于哪一级指标；可能是二级指标")


RULES = (
    execution_rate_wrong,
    executed_over_budget,
    grade_contradicts_total,
    grade_not_of_the_legend,
    total_wrong,
    section_weight_differs,
    weights_do_not_add_up,
    labels_do_not_add_up,
)
