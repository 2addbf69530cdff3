"""Every number that a report holds: what a number in its prose may state."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Literal

from scoring.numbers.affinity import AKIN, shared_run
from scoring.numbers.mention import Mention
from scoring.numbers.reader import read
from scoring.numbers.vocabulary import Unit, packaged, scale_of, unit_of
from scoring.report import Indicator, Metric, Report

Role = Literal["value", "target", "last_year", "score", "deduction"]

_FULL_MARKS = Decimal(100)
_DISTINCT = 3
"""A value of so many digits is hardly another metric's too."""
_LOST = ("扣分", "失分", "共扣", "合计扣", "总计扣", "累计扣")
_COUNTED_AS = {
    "三级指标": ("三级指标", "绩效指标"),
    "满分指标": ("满分指标", "得满分"),
    "扣分指标": ("扣分指标", "失分指标", "未得满分", "未完成指标", "未达标指标"),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One number of the report.

    ``name`` is the metric's name or the form's label; ``words`` are all names that prose may use;
    ``value`` is in ``unit``; ``base_value`` in the unit's base (元, %, 起 …). ``rank`` orders facts that
    fit equally well: 数据 first, then the form's fields, then indicators and targets. A score is the weight or
    the points of an indicator or a 一级指标, a deduction is what it lost of them.
    """

    name: str
    words: tuple[str, ...]
    value: Decimal
    unit: Unit
    role: Role = "value"
    rank: int = 0
    confirmed: bool = True
    comparator: str = ""
    parts: tuple[str, ...] = ()

    @property
    def base_value(self) -> Decimal:
        """The value in the unit's base."""
        return self.value * self.unit.factor

    @property
    def printed(self) -> str:
        """Value and unit as the report holds them: 1225家次, 66.3万元."""
        return f"{self.value:f}{self.unit.word}"


def facts(report: Report) -> tuple[Fact, ...]:
    """All facts of ``report``, 数据 first."""
    same = [(indicator, _metric_of(indicator, report.metrics)) for indicator in report.indicators]
    called = {m.name: tuple(i.name for i, metric in same if metric is m) for m in report.metrics}
    return (
        *(fact for metric in report.metrics for fact in _metric_facts(metric, called[metric.name])),
        *_field_facts(report),
        *(fact for indicator, metric in same for fact in _indicator_facts(indicator, metric)),
        *_section_facts(report),
        *_count_facts(report),
        *_target_facts(report),
    )


@cache
def field_words() -> dict[str, tuple[str, ...]]:
    """Form label → the names that prose uses for it."""
    return {label: tuple(words) for label, words in packaged("fields.yaml")["fields"].items()}


def _metric_facts(metric: Metric, called: tuple[str, ...]) -> Iterator[Fact]:
    """The facts of a metric; ``called`` is what the indicators that tell the same call it."""
    unit = unit_of(metric.unit)
    words = tuple(dict.fromkeys((metric.name, *metric.aliases, *called)))
    confirmed = not metric.unconfirmed
    if metric.value is not None:
        yield Fact(metric.name, words, metric.value, unit, "value", 0, confirmed, "", metric.parts)
    if metric.last_year_value is not None:
        yield Fact(metric.name, words, metric.last_year_value, unit, "last_year", 0, confirmed)
    yield from _as_targets(metric.target, metric.name, words, unit, 0)


def _as_targets(text: str, name: str, words: tuple[str, ...], unit: Unit | None, rank: int) -> Iterator[Fact]:
    for mention in read(text):
        if not mention.is_fact or mention.value is None:
            continue
        own, value = _in_unit(mention, mention.value, unit)
        yield Fact(name, words, value, own, "target", rank, comparator=mention.comparator)


def _in_unit(mention: Mention, value: Decimal, unit: Unit | None) -> tuple[Unit, Decimal]:
    """A target's value in its own unit, or in the metric's where it names none: ≥2万 of 人次 is 20000人次."""
    if unit is None or mention.base_unit:
        return unit_of(mention.unit), value
    same_scale = mention.scale == 1 or scale_of(unit.word) == mention.scale
    return unit, value if same_scale else value * mention.scale / scale_of(unit.word)


def _field_facts(report: Report) -> Iterator[Fact]:
    words = field_words()
    for label, amount in report.money_fields():
        role: Role = "last_year" if label == "上年预算金额" else "value"
        yield Fact(label, words[label], amount, unit_of("元"), role, 1)
    if report.execution_rate is not None:
        yield Fact(
            "预算执行率", words["预算执行率"], report.execution_rate.scaleb(2), unit_of("%"), "value", 1
        )
    if report.total is not None:
        yield Fact("合计", words["合计"], report.total, unit_of("分"), "value", 1)


def _metric_of(indicator: Indicator, metrics: Sequence[Metric]) -> Metric | None:
    """The metric whose value is the indicator's 实际完成值 and which alone is called alike, or alone has that value."""
    actual = _actual(indicator)
    if len(actual) != 1:
        return None
    same = [m for m in metrics if m.value is not None and _is_value(actual[0], m.value, unit_of(m.unit))]
    if len(same) == 1 and len(f"{same[0].value:f}".replace(".", "").strip("0")) >= _DISTINCT:
        return same[0]
    ranked = sorted(((_alike(indicator.name, metric), i) for i, metric in enumerate(same)), reverse=True)
    if not ranked or ranked[0][0] < AKIN or (len(ranked) > 1 and ranked[1][0] == ranked[0][0]):
        return None
    return same[ranked[0][1]]


def _is_value(mention: Mention, value: Decimal, unit: Unit) -> bool:
    return unit.base == mention.base_unit and value * unit.factor == mention.base_value


def _alike(name: str, metric: Metric) -> int:
    return max(shared_run(name, word) for word in (metric.name, *metric.aliases))


def _actual(indicator: Indicator) -> list[Mention]:
    return [
        mention for mention in read(indicator.actual_value) if mention.is_fact and mention.value is not None
    ]


def _indicator_facts(indicator: Indicator, metric: Metric | None) -> Iterator[Fact]:
    """The facts of an indicator; of one that tells the same as ``metric`` only what that does not."""
    words, actual = (indicator.name,), _actual(indicator)
    if metric is None:
        for mention in actual:
            assert mention.value is not None
            yield Fact(indicator.name, words, mention.value, unit_of(mention.unit), "value", 2)
    unit = unit_of(actual[0].unit) if actual else None
    name = indicator.name if metric is None else metric.name
    if metric is None or not metric.target:
        yield from _as_targets(indicator.target_value, name, words, unit, 2)
    yield from _points(indicator.name, words, indicator.weight, indicator.self_score)


def _section_facts(report: Report) -> Iterator[Fact]:
    """The points of each 一级指标, where all of its rows have theirs, and what the whole lost of 100分."""
    rows: dict[str, list[Indicator]] = {}
    for indicator in report.indicators:
        rows.setdefault(indicator.first_level.strip(), []).append(indicator)
    for label, own in rows.items():
        weights = [row.weight for row in own if row.weight is not None]
        scores = [row.self_score for row in own if row.self_score is not None]
        if label and len(weights) == len(scores) == len(own) > 1:
            words = (label, f"{label.removesuffix('指标')}指标")
            yield from _points(label, words, sum(weights, Decimal(0)), sum(scores, Decimal(0)))
    if report.total is not None and report.total < _FULL_MARKS:
        yield Fact("合计", _LOST, _FULL_MARKS - report.total, unit_of("分"), "deduction", 3)


def _points(
    name: str, words: tuple[str, ...], weight: Decimal | None, score: Decimal | None
) -> Iterator[Fact]:
    points = unit_of("分")
    yield from (
        Fact(name, words, value, points, "score", 3) for value in (weight, score) if value is not None
    )
    if weight is not None and score is not None and score < weight:
        yield Fact(name, words, weight - score, points, "deduction", 3)


def _count_facts(report: Report) -> Iterator[Fact]:
    """How many indicators the form has, how many of them lost points and how many did not."""
    rows = [row for row in report.indicators if row.weight is not None and row.self_score is not None]
    short = sum(1 for row in rows if row.self_score is not None and row.self_score < (row.weight or 0))
    counts = {"三级指标": len(report.indicators)}
    if rows and len(rows) == len(report.indicators):
        counts |= {"满分指标": len(rows) - short, "扣分指标": short}
    for name, count in counts.items():
        for unit in ("个", "项") if count else ():
            yield Fact(name, _COUNTED_AS[name], Decimal(count), unit_of(unit), "value", 3)


def _target_facts(report: Report) -> Iterator[Fact]:
    for line in report.targets:
        subject = "".join(line[: m.start] for m in read(line) if m.is_fact)[:40] or line
        yield from _as_targets(line, "年度目标", (subject, line), None, 3)
