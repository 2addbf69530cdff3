"""S09–S14: the score of each indicator against what the scheme computes."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from scoring.decimals import plain, rounded
from scoring.finding import Finding
from scoring.reading import Reading
from scoring.report import rate_text
from scoring.row_score import RowScore
from scoring.rules.base import rule
from scoring.rules.s_scores import differences, from_difference
from scoring.scorecard import Difference


@rule("S09", "error")
def score_outside_weight(reading: Reading) -> Iterator[Finding]:
    """指标的自评分大于权重或为负，或权重为负。

    反例：权重5分自评6分
    正例：自评分等于权重
    依据：各指标得分不得超过该指标所赋分值。
    处理：改正自评分或权重。
    """
    if not reading.scheme.is_scored:
        return
    for row in reading.scorecard.rows:
        name, weight = row.indicator.name.strip() or f"第{row.number}行", row.weight or Decimal(0)
        if weight < 0:
            message = f"「{name}」的权重是{plain(weight)}，不能为负。"
            yield Finding(row.place("权重"), message, advice="改正权重")
        elif row.entered is not None and not 0 <= row.entered <= weight:
            message = f"「{name}」自评{plain(row.entered)}分，应在0与权重{plain(weight)}之间。"
            yield Finding(row.place("自评分"), message, text=plain(row.entered), advice="改正自评分或权重")


@rule("S10", "error")
def execution_row_full(reading: Reading) -> Iterator[Finding]:
    """预算执行率不足100%，该指标却给了满分。

    反例：执行率97.80%自评8分满分
    正例：执行率97.80%自评7.82分
    依据：预算执行率得分＝权重×预算执行率。
    处理：按执行率计分，并相应改正合计。
    """
    rate = reading.scorecard.execution_rate
    for row in reading.scorecard.rows:
        if _is_execution(row) and row.entered == row.weight and rate is not None and rate < 1:
            yield _execution_row(row, rate, "却自评满分")


@rule("S11", "warning")
def execution_row_differs(reading: Reading) -> Iterator[Finding]:
    """预算执行率指标的自评分与按执行率算出的得分不同。

    反例：执行率97.80%自评7.5分
    正例：执行率96.41%自评7.71分
    依据：预算执行率得分＝权重×预算执行率，两位小数。
    处理：按执行率计分，或在备注里写明另有的计分办法。
    """
    rate = reading.scorecard.execution_rate
    for row in reading.scorecard.rows:
        if _is_execution(row) and row.entered != row.weight and rate is not None and row.entered is not None:
            yield _execution_row(row, rate, "自评")


def _is_execution(row: RowScore) -> bool:
    return row.topic == "执行率" and row.computed is not None and row.entered not in (None, row.computed)


def _execution_row(row: RowScore, rate: Decimal, told: str) -> Finding:
    assert row.weight is not None
    assert row.entered is not None
    assert row.computed is not None
    message = (
        f"预算执行率{rate_text(rounded(rate, 4))}，权重{plain(row.weight)}，按比例应得{plain(row.computed)}分，"
        f"{told}{plain(row.entered)}分，差{plain(abs(row.entered - row.computed))}分。"
    )
    return Finding(
        row.place("自评分"),
        message,
        text=plain(row.entered),
        expected=plain(row.computed),
        advice=f"自评分改为{plain(row.computed)}，并改正合计",
    )


@rule("S12", "error")
def row_score_too_high(reading: Reading) -> Iterator[Finding]:
    """自评分高于按指标值和完成值算出的得分，或定性指标的自评分不在所写档次内。

    反例：完成52人中的10人，20分自评20分
    正例：完成52人中的10人，20分自评3.85分
    依据：方案的定量、定性计分办法；未完成指标值的按比例计分。
    处理：按算出的得分改正；完成值有误的，先改完成值。
    """
    for row, difference in _row_differences(reading):
        if row.topic != "执行率" and row.entered is not None and (_is_over(row) or row.band):
            yield from_difference(difference, "按算出的得分改正；完成值有误的先改完成值")


@rule("S13", "warning")
def row_score_too_low(reading: Reading) -> Iterator[Finding]:
    """自评分低于按指标值和完成值算出的得分。

    反例：完成值达标，30分自评29分
    正例：完成值达标，30分自评30分
    依据：方案的定量计分办法；完成指标值的得满分。
    处理：按算出的得分改正；另有扣分原因的写进偏差原因。
    """
    for row, difference in _row_differences(reading):
        if row.topic != "执行率" and _is_under(row):
            yield from_difference(difference, "按算出的得分改正；另有扣分原因的写进偏差原因")


def _is_under(row: RowScore) -> bool:
    return row.computed is not None and row.entered is not None and row.entered < row.computed


def _is_over(row: RowScore) -> bool:
    return row.computed is not None and row.entered is not None and row.entered > row.computed


@rule("S14", "warning")
def row_cannot_be_checked(reading: Reading) -> Iterator[Finding]:
    """指标缺自评分、指标值或完成值，得分无法复核。

    反例：满意度没有填实际完成值
    正例：指标值和完成值都已填写
    依据：方案按指标值与完成值计分。
    处理：补填所缺的一栏。
    """
    for difference in differences(reading, "指标"):
        if reading.report.indicators:
            yield from_difference(difference, "补填年度指标值、实际完成值和自评分")
    for row, difference in _row_differences(reading):
        if row.entered is None or (row.computed is None and row.band is None):
            yield from_difference(difference, "补填所缺的一栏")


def _row_differences(reading: Reading) -> Iterator[tuple[RowScore, Difference]]:
    """What the card says of single rows, without scores outside the weight (S09)."""
    rows = {row.place("自评分"): row for row in reading.scorecard.rows}
    for difference in reading.scorecard.differences:
        row = rows.get(difference.field)
        if row is not None and (row.entered is None or 0 <= row.entered <= (row.weight or Decimal(0))):
            yield row, difference


RULES = (
    score_outside_weight,
    execution_row_full,
    execution_row_differs,
    row_score_too_high,
    row_score_too_low,
    row_cannot_be_checked,
)
