"""The official form as plain tables of text, the same for every format that is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from corpus.forms.labels import METRIC_COLUMNS, TITLE
from scoring.report import NARRATIVES, Indicator, Report, rate_text
from scoring.scheme import Scheme, load


@dataclass(frozen=True, slots=True)
class Printed:
    """What the form prints.

    ``basics`` are rows of four cells (label, value, label, value); ``texts`` pairs of label and long text;
    ``columns`` and ``rows`` the indicator table, ``groups`` the row ranges (half-open) of one 一级指标;
    ``total`` its last row; ``legend`` the remarks under it; ``metrics`` the appendix with its heading.
    """

    title: str
    year: str
    basics: tuple[tuple[str, str, str, str], ...]
    texts: tuple[tuple[str, str], ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    groups: tuple[tuple[int, int], ...]
    total: tuple[str, ...]
    legend: tuple[str, ...]
    metrics: tuple[tuple[str, ...], ...]


def printed(report: Report) -> Printed:
    """The form of ``report``, with the grade legend of its scheme."""
    columns = _columns(report)
    return Printed(
        title=TITLE,
        year=f"（{report.year}年度）",
        basics=tuple(_basics(report)),
        texts=tuple(_texts(report)),
        columns=tuple(label for label, _ in columns),
        rows=tuple(
            tuple(_cell(indicator, field, report) for _, field in columns) for indicator in report.indicators
        ),
        groups=tuple(_groups(report)),
        total=_total(report, [field for _, field in columns]),
        legend=tuple(_legend(load(report.scheme))),
        metrics=tuple(_metrics(report)),
    )


def _basics(report: Report) -> Iterator[tuple[str, str, str, str]]:
    yield "项目名称", report.project, "预算单位", report.budget_unit
    yield "具体实施处（科室）", report.office, "是否为经常性项目", report.recurring
    yield "当年预算数（元）", _money(report.budget), "上年预算金额（元）", _money(report.last_year_budget)
    rate = "" if report.execution_rate is None else rate_text(report.execution_rate)
    yield "预算执行数（元）", _money(report.executed), "预算执行率（%）", rate
    yield "自评时间", report.assessed_on, "绩效等级", report.grade


def _texts(report: Report) -> Iterator[tuple[str, str]]:
    yield "项目总目标", report.overall_goal
    yield "年度目标", "\n".join(f"{n}.{target}" for n, target in enumerate(report.targets, 1))
    for label in NARRATIVES:
        yield label, report.narrative(label)


def _columns(report: Report) -> list[tuple[str, str]]:
    """Heading and field of each column; those that the whole form leaves empty are not printed."""
    optional = [
        ("二级指标", "second_level"),
        ("指标名称", "name"),
        ("指标解释", "explanation"),
        ("年度指标值", "target_value"),
        ("实际完成值", "actual_value"),
        ("权重", "weight"),
        ("自评分", "self_score"),
        ("偏差原因", "deviation_reason"),
        ("备注", "note"),
    ]
    always = ("name", "weight", "self_score", "note")
    used = [
        (label, field)
        for label, field in optional
        if field in always or any(getattr(indicator, field) for indicator in report.indicators)
    ]
    return [("一级指标", "first_level"), *used]


def _cell(indicator: Indicator, field: str, report: Report) -> str:
    value = getattr(indicator, field)
    if field == "first_level":
        weight = report.first_level_weights.get(value)
        return f"{value} ({weight:f}分)" if weight is not None else value
    return f"{value:f}" if isinstance(value, Decimal) else value or ""


def _groups(report: Report) -> Iterator[tuple[int, int]]:
    start = 0
    for number, indicator in enumerate(report.indicators):
        if indicator.first_level != report.indicators[start].first_level:
            yield start, number
            start = number
    if report.indicators:
        yield start, len(report.indicators)


def _total(report: Report, fields: list[str]) -> tuple[str, ...]:
    weights = [indicator.weight for indicator in report.indicators if indicator.weight is not None]
    shown = {
        "first_level": "合计",
        "weight": f"{sum(weights, Decimal(0)):f}" if weights else "",
        "self_score": "" if report.total is None else f"{report.total:f}",
    }
    return tuple(shown.get(field, "") for field in fields)


def _legend(scheme: Scheme) -> Iterator[str]:
    yield "说明：1、依据本项目应实现的绩效目标或工作计划，对照已完成的情况，进行绩效自评。"
    bands = "，".join(
        f"{band.low:f}（含）-{band.high:f}分为{band.label}"
        for band in sorted(scheme.grades, key=lambda band: -band.low)
    )
    if bands:
        yield f"2、绩效等级说明：自评分合计{bands}。"


def _metrics(report: Report) -> Iterator[tuple[str, ...]]:
    if not report.metrics:
        return
    yield METRIC_COLUMNS
    for metric in report.metrics:
        yield (
            metric.name,
            _number(metric.value),
            metric.unit,
            metric.target,
            _number(metric.last_year_value),
            metric.source,
            "、".join(metric.parts),
            "、".join(metric.aliases),
            "是" if metric.unconfirmed else "",
        )


def _money(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:,f}"


def _number(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}"
