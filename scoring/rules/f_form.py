"""F01–F04: the fields of the form: filled in and known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from scoring.finding import Finding
from scoring.reading import Reading
from scoring.report import Disposition, Indicator, Metric, Report
from scoring.rules.base import rule

_RECURRING_NO = ("否", "不是", "非经常性")


@rule("F01", "error")
def required_field_empty(reading: Reading) -> Iterator[Finding]:
    """自评价表的必填栏没有填。

    反例：自评时间没有填
    正例：必填栏都已填写
    依据：评价报告质量考核：标题、单位、项目、日期等要素缺一项扣一项。
    处理：补填这一栏。
    """
    report, scheme = reading.report, reading.scheme
    needed: dict[str, object] = {
        "当年预算数": report.budget is not None,
        "预算执行数": report.executed is not None,
        "项目总目标": report.overall_goal.strip(),
        "年度目标": report.targets,
        "自评时间": report.assessed_on.strip(),
        "绩效等级": report.grade.strip() or not scheme.grades,
        "合计": report.total is not None or not scheme.is_scored,
        "指标": report.indicators,
        "主要绩效": report.achievements.strip(),
        "主要问题": report.problems.strip(),
        "改进措施": report.measures.strip(),
    }
    for label, value in needed.items():
        if not value:
            yield Finding(label, f"「{label}」没有填，这一栏必须填写。", advice=f"补填{label}")


@rule("F02", "warning")
def field_empty(reading: Reading) -> Iterator[Finding]:
    """自评价表的一般栏没有填。

    反例：具体实施处室没有填
    正例：新增项目没有上年预算金额
    依据：表格填写不完整的，每项扣分。
    处理：补填这一栏；确实没有的写“无”。
    """
    report = reading.report
    is_new = report.recurring.strip() in _RECURRING_NO
    needed: dict[str, object] = {
        "具体实施处室": report.office.strip(),
        "经常性项目": report.recurring.strip(),
        "上年预算金额": report.last_year_budget is not None or is_new,
        "预算执行率": report.execution_rate is not None or report.budget is None or report.executed is None,
    }
    for label, value in needed.items():
        if not value:
            yield Finding(label, f"「{label}」没有填。", advice=f"补填{label}；确实没有的写“无”")


@rule("F03", "warning")
def unknown_key(reading: Reading) -> Iterator[Finding]:
    """报告文件里有表上没有的标签，里面的内容不会被采用。

    反例：预算执行数写成了预算支出数
    正例：标签都是表上的
    依据：报告文件的标签就是表上的栏目名。
    处理：改为所提示的标签，或删去这一项。
    """
    report = reading.report
    yield from _unknown(report.unknown, Report, "")
    for number, indicator in enumerate(report.indicators, 1):
        yield from _unknown(indicator.unknown, Indicator, f"指标[{number}].")
    for number, metric in enumerate(report.metrics, 1):
        yield from _unknown(metric.unknown, Metric, f"数据[{number}].")
    for number, disposition in enumerate(report.dispositions, 1):
        yield from _unknown(disposition.unknown, Disposition, f"忽略[{number}].")


def _unknown(
    keys: Mapping[str, Any], model: type[Report | Indicator | Metric | Disposition], place: str
) -> Iterator[Finding]:
    labels = list(model.labels().values()) if keys else []
    for key in keys:
        near = _nearest(key, labels)
        hint = f"，是不是「{near}」" if near else ""
        advice = f"改为「{near}」" if near else f"可用的标签有：{'、'.join(labels)}"
        yield Finding(
            f"{place}{key}", f"表上没有「{key}」这个标签{hint}，其中的内容没有采用。", advice=advice
        )


def _nearest(word: str, labels: Iterable[str]) -> str | None:
    """The label most like ``word``: in its order of characters, else in the characters it shares."""
    known = list(labels)
    if close := get_close_matches(word, known, n=1):
        return close[0]
    common = max(known, key=lambda label: len(set(word) & set(label)))
    return common if 2 * len(set(word) & set(common)) >= len(set(word)) else None


@rule("F04", "warning")
def notes_all_empty(reading: Reading) -> Iterator[Finding]:
    """指标表的备注、年度指标值、实际完成值、偏差原因各列全空，自评分没有任何说明。

    反例：备注列全空
    正例：有一行写了备注
    依据：自评分应有完成情况的说明，不能只填分数。
    处理：在备注（或年度指标值、实际完成值）里写明每项的目标和完成情况。
    """
    rows = reading.report.indicators
    told = any(
        text.strip()
        for row in rows
        for text in (row.note, row.target_value, row.actual_value, row.deviation_reason)
    )
    if len(rows) > 1 and not told:
        message = f"指标表{len(rows)}行的备注列全空，自评分没有任何说明。"
        yield Finding("指标", message, advice="在备注里写明每项指标的目标和实际完成情况")


RULES = (
    required_field_empty,
    field_empty,
    unknown_key,
    notes_all_empty,
)
