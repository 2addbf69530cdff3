"""Before writing: which points a narrative has, and which metrics and targets each of them reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol

from assistant.settings import Tone
from prompts import phrases
from scoring.ledger import Coverage, coverage
from scoring.numbers.affinity import grams
from scoring.numbers.binder import bind
from scoring.report import NARRATIVES, Metric, Report
from scoring.scheme import load
from scoring.score import score
from scoring.scorecard import Scorecard

_LARGEST = 6
"""So many metrics a point reports at most."""
_ENOUGH = 3
"""A heading speaks of at least every third metric under it."""
_BUDGET_CHANGE = Decimal("0.3")


class Passages(Protocol):
    """Where past phrasing is found."""

    def search(self, query: str, section: str | None = None, *, limit: int = 10) -> Sequence[Any]:
        """Sentences near ``query``, the nearest first."""
        ...


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a narrative.

    ``metrics`` are names of 数据 in the order in which they are told; ``kind`` tells what the point is about
    (预算执行, 数据, 未报告, 未完成, 执行率, 失分, 超额, 预算变动, 请补充); ``subject`` what the problem or measure
    is about.
    """

    title: str
    kind: str
    metrics: tuple[str, ...] = ()
    subject: str = ""
    passages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """The points of each narrative, by its label."""

    points: Mapping[str, tuple[Point, ...]] = field(default_factory=dict)

    def to_mapping(self) -> dict[str, list[dict[str, Any]]]:
        """The plan as plain values, for the page to reorder, drop or add points."""
        return {
            section: [
                {"要点": p.title, "类型": p.kind, "数据": list(p.metrics), "对象": p.subject} for p in points
            ]
            for section, points in self.points.items()
        }

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Sequence[Mapping[str, Any]]]) -> Plan:
        """The plan in plain values."""
        return cls(
            {
                section: tuple(
                    Point(
                        str(p["要点"]),
                        str(p.get("类型", "数据")),
                        tuple(p.get("数据", ())),
                        str(p.get("对象", "")),
                    )
                    for p in points
                )
                for section, points in mapping.items()
            }
        )


@dataclass(frozen=True, slots=True)
class Brief:
    """All that a writer may use for one narrative."""

    report: Report
    section: str
    points: tuple[Point, ...]
    coverage: tuple[Coverage, ...]
    library: Passages | None = None
    tone: Tone = "朴实"
    cancelled: Callable[[], bool] = lambda: False


@dataclass(frozen=True, slots=True)
class Standing:
    """How a report stands before a word is written: each target against its result, and the score."""

    coverage: tuple[Coverage, ...]
    scorecard: Scorecard

    @classmethod
    def of(cls, report: Report) -> Standing:
        """The standing of a report; its narratives are not looked at."""
        bare = report.model_copy(update={"achievements": "", "problems": "", "measures": ""})
        return cls(coverage(bare, bind(bare)), score(report, load(report.scheme)))


def make_plan(report: Report, standing: Standing | None = None) -> Plan:
    """The plan that follows from 数据, 年度目标 and the score card; ``standing`` where it is known already."""
    known = standing or Standing.of(report)
    troubles = tuple(_troubles(report, known.coverage, known.scorecard))
    achievements = tuple(_achievements(report, known.coverage))
    return Plan(dict(zip(NARRATIVES, (achievements, troubles, troubles), strict=True)))


def _achievements(report: Report, ledger: Sequence[Coverage]) -> list[Point]:
    points = []
    if report.budget is not None and report.executed is not None:
        points.append(Point("资金按计划执行", "预算执行"))
    points += _told([metric for metric in report.metrics if metric.value is not None])
    open_targets = [line for line in ledger if not line.is_answered and line.field.startswith("年度目标")]
    if open_targets:
        points.append(Point("其他年度目标", "未报告"))
    return points or [Point("请补充", "请补充")]


def _groups(metrics: Sequence[Metric]) -> list[list[Metric]]:
    """Metrics that speak of one matter: of one source, parts with their whole; small groups join one near them."""
    groups: list[list[Metric]] = []
    for metric in metrics:
        home = next(
            (group for group in groups[-4:] if len(group) < _LARGEST and _same_source(metric, group)), None
        )
        if home is not None:
            home.append(metric)
        else:
            groups.append([metric])
    return _merged(groups)


def _merged(groups: list[list[Metric]]) -> list[list[Metric]]:
    """Small groups joined with the neighbour whose names are nearest; a single metric joins in any case."""
    merged: list[list[Metric]] = []
    waiting: list[Metric] = []
    for number, own in enumerate(groups):
        group = waiting + own
        waiting = []
        before = merged[-1] if merged else []
        after = groups[number + 1] if number + 1 < len(groups) else []
        nearer = _shared(group, after) > _shared(group, before) or not before
        if len(group) <= 2 and after and nearer and len(group) + len(after) <= _LARGEST:
            waiting = group
        elif before and len(group) <= 2 and len(group) + len(before) <= _LARGEST:
            if len(group) == 1 or _shared(group, before):
                before += group
            else:
                merged.append(group)
        else:
            merged.append(group)
    return merged


def _shared(group: Sequence[Metric], other: Sequence[Metric]) -> int:
    """How many pairs of characters the names of two groups share, common ones aside."""
    own = {gram for metric in group for gram in grams(metric.name)}
    return len(own & {gram for metric in other for gram in grams(metric.name)} - phrases().common)


def _same_source(metric: Metric, group: Sequence[Metric]) -> bool:
    if any(metric.name in other.parts for other in group):
        return True
    return bool(metric.source) and metric.source == group[-1].source


def _told(metrics: Sequence[Metric]) -> list[Point]:
    """A point for each matter, then what no heading speaks of, together; how content people are comes last."""
    points: list[Point] = []
    rest: list[Metric] = []
    pleased = [metric for metric in metrics if metric.name.endswith("满意度")]
    for group in _groups([metric for metric in metrics if metric not in pleased]):
        title = _title(group, {point.title for point in points})
        if title and (len(group) > 1 or group[0].target):
            points.append(Point(title, "数据", tuple(metric.name for metric in group)))
        else:
            rest += group
    names = phrases().rest
    size = max(_LARGEST, -(-len(rest) // len(names)))
    for name, start in zip(names, range(0, len(rest), size), strict=False):
        points.append(Point(name, "数据", tuple(m.name for m in rest[start : start + size])))
    if pleased:
        points.append(Point(phrases().pleased, "数据", tuple(metric.name for metric in pleased)))
    return points


def _title(group: Sequence[Metric], taken: set[str]) -> str:
    """A heading for a group: the phrase whose words its names hold, unless taken; empty where there is none."""
    counted = [
        (sum(any(word in metric.name for word in words) for metric in group), title)
        for words, title in phrases().titles
        if title not in taken
    ]
    most, title = max(counted, key=lambda pair: pair[0], default=(0, ""))
    return title if most * _ENOUGH >= len(group) else ""


def _troubles(report: Report, ledger: Sequence[Coverage], card: Scorecard) -> list[Point]:
    points: list[Point] = []
    for line in ledger:
        told = any(point.subject == line.metric for point in points)
        if line.status == "missed" and line.metric and not line.field.startswith("指标") and not told:
            points.append(Point(f"{line.metric}未达到目标", "未完成", (line.metric,), line.metric))
    rate = card.execution_rate
    if rate is not None and rate < Decimal("0.9"):
        points.append(Point("预算执行进度偏慢", "执行率", subject="预算执行率"))
    lost = [i for i in report.indicators if i.weight and i.self_score is not None and i.self_score < i.weight]
    for indicator in lost:
        known = any(p.subject and p.subject in indicator.name for p in points)
        if not known and indicator.name != "预算执行率" and len(points) < 5:
            points.append(Point(f"{indicator.name}有失分", "失分", subject=indicator.name))
    unreported = [
        line for line in ledger if line.status == "unreported" and line.field.startswith("年度目标")
    ]
    if unreported:
        points.append(Point("部分年度目标没有完成值", "未报告"))
    over = [
        line for line in ledger if line.excess is not None and line.excess >= Decimal("0.3") and line.metric
    ]
    names = tuple(dict.fromkeys(line.metric for line in over if line.metric))
    if names:
        points.append(Point("部分目标值设定偏低", "超额", names))
    if _budget_changed(report):
        points.append(Point("年度间预算变动较大", "预算变动"))
    return points or [Point("请补充", "请补充")]


def _budget_changed(report: Report) -> bool:
    if not report.budget or not report.last_year_budget:
        return False
    return abs(report.budget / report.last_year_budget - 1) >= _BUDGET_CHANGE
