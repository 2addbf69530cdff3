"""Scores a report: execution rate, subtotals, total and grade as computed, and where the form differs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from scoring.differences import find_differences
from scoring.execution import execution_rate
from scoring.report import Indicator, Report
from scoring.row_score import RowScore, score_row
from scoring.scheme import Scheme
from scoring.scorecard import Scorecard, SectionScore

NO_SECTION = "未填一级指标"
"""The name under which rows without a 一级指标 are added up."""


def score(report: Report, scheme: Scheme) -> Scorecard:
    """Score ``report`` under ``scheme``; never raises, whatever the report lacks."""
    is_foreign = not has_sections_of(report, scheme)
    rows = tuple(
        replace(row, is_applicable=False, computed=None, obstacle="") if is_foreign else row
        for row in (
            score_row(n, indicator, report, scheme) for n, indicator in enumerate(report.indicators, 1)
        )
    )
    rate = execution_rate(report)
    money_row = _money_row(rows, report, scheme)
    counted = rows if money_row is None else (*rows, money_row)
    total = None if is_foreign else _total(counted, rate, scheme)
    card = Scorecard(
        scheme=scheme,
        is_foreign=is_foreign,
        execution_rate=rate,
        rows=rows,
        money_row=money_row,
        sections=tuple(_sections(counted, report, scheme)),
        total=total,
        grade=_grade(total, counted, scheme),
        differences=(),
    )
    return replace(card, differences=tuple(find_differences(report, card)))


def has_sections_of(report: Report, scheme: Scheme) -> bool:
    """Whether the form is built of the scheme's 一级指标, at least in part.

    A report is always taken to be of the scheme it names. Only a scheme that scores by value needs its
    sections; rows without a 一级指标 say nothing either way.
    """
    if report.scheme == scheme.id or scheme.basis != "指标值" or not scheme.sections:
        return True
    labels = {row.first_level.strip() for row in report.indicators} - {""}
    return not labels or any(scheme.section_named(label) for label in labels)


def _money_row(rows: tuple[RowScore, ...], report: Report, scheme: Scheme) -> RowScore | None:
    """The execution rate as the form's money line scores it, where no row of 指标 does."""
    rule = scheme.execution
    if rule is None or rule.weight is None or scheme.basis != "指标值" or not rows:
        return None
    if any(row.topic == "执行率" and row.is_applicable for row in rows):
        return None
    is_full = all(row.is_applicable for row in rows)
    if is_full and (_sum(row.weight for row in rows) or Decimal(0)) + rule.weight > scheme.total:
        return None
    own = [part for part in scheme.sections if part.kind == "执行"]
    labels = [label for label in report.first_level_weights if any(part.is_named(label) for part in own)]
    name = next(iter([*labels, *(part.name for part in own), *rule.names]))
    line = Indicator(first_level=name, name=rule.names[0], weight=rule.weight)
    return score_row(0, line, report, scheme)


def _sections(rows: tuple[RowScore, ...], report: Report, scheme: Scheme) -> Iterable[SectionScore]:
    """The 一级指标 in the form's order, then those that have a printed 分值 but no rows."""
    names = [row.indicator.first_level.strip() or NO_SECTION for row in rows]
    for name in dict.fromkeys([*names, *report.first_level_weights]):
        own = [row for row, theirs in zip(rows, names, strict=True) if theirs == name]
        scores = (row.counted for row in own if scheme.is_scored)
        declared = report.first_level_weights.get(name)
        yield SectionScore(name, _sum(row.weight for row in own), _sum(scores), declared)


def _total(rows: tuple[RowScore, ...], rate: Decimal | None, scheme: Scheme) -> Decimal | None:
    """The scores of all rows added up, capped by the execution rate where the scheme says so."""
    total = _sum(row.counted for row in rows) if scheme.is_scored else None
    if total is None:
        return None
    caps = scheme.execution.caps if scheme.execution else ()
    reached = [cap.at_most for cap in caps if rate is not None and rate < cap.below]
    return min([total, *reached])


def _grade(total: Decimal | None, rows: tuple[RowScore, ...], scheme: Scheme) -> str | None:
    """The grade of ``total``; None where the points not yet given could still change it."""
    if total is None:
        return None
    given = _sum(row.weight for row in rows if row.counted is not None) or Decimal(0)
    highest = min(total + max(Decimal(0), scheme.total - given), scheme.total)
    grade = scheme.grade_of(total)
    return grade if total > highest or scheme.grade_of(highest) == grade else None


def _sum(values: Iterable[Decimal | None]) -> Decimal | None:
    """The sum of what is there; None where nothing is."""
    present = [value for value in values if value is not None]
    return sum(present, Decimal(0)) if present else None
