"""What one indicator row earns under a scheme, and by which clause."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from scoring.bands import Band, step_of
from scoring.decimals import rounded
from scoring.execution import execution_score, is_execution_row, why_no_rate
from scoring.report import Indicator, Report
from scoring.scheme import Scheme
from scoring.scheme_rules import IndicatorRule, Topic
from scoring.target import Target
from scoring.targets import read_target

NO_TARGET: Final = "未填年度指标值，无法按指标值复核"
"""The obstacle of a row whose target column is empty."""


@dataclass(frozen=True, slots=True)
class RowScore:
    """One row: ``number`` from 1, ``weight`` and ``entered`` (自评分) as on the form, in 分.

    ``computed`` is what the scheme gives by the row's own values, rounded once, as printed; None where
    the scheme leaves the row to the writer or a value is missing (``obstacle`` says which).
    ``is_counted`` tells whether the computed score, rather than the self score, goes into the totals;
    ``topic`` names the article that decides the row. ``band`` is the band that a qualitative row's own
    words name, ``excess`` by how much of the target the actual value goes beyond it.
    """

    number: int
    indicator: Indicator
    weight: Decimal | None
    entered: Decimal | None
    computed: Decimal | None = None
    topic: Topic = "计分"
    obstacle: str = ""
    is_counted: bool = False
    is_applicable: bool = True
    band: Band | None = None
    excess: Decimal | None = None

    @property
    def counted(self) -> Decimal | None:
        """The score that goes into the totals: computed where the scheme computes, else the self score."""
        if not self.is_applicable:
            return None
        return self.computed if self.is_counted and self.computed is not None else self.entered

    def place(self, label: str) -> str:
        """The field label of this row: 指标[4].自评分."""
        return f"指标[{self.number}].{label}"


def score_row(number: int, indicator: Indicator, report: Report, scheme: Scheme) -> RowScore:
    """The score of one row under ``scheme``."""
    weight = indicator.weight
    row = RowScore(number, indicator, weight, indicator.self_score)
    if weight is None or weight <= 0 or not scheme.is_scored:
        return row
    scored = _scored(row, weight, report, scheme)
    if scored.computed is None:
        return scored
    return replace(scored, computed=min(weight, rounded(scored.computed, scheme.rounding.score)))


def _scored(row: RowScore, weight: Decimal, report: Report, scheme: Scheme) -> RowScore:
    """The row by the rule that the scheme has for it, not rounded."""
    if is_execution_row(row.indicator, scheme):
        return _by_rate(row, weight, report, scheme)
    rule = next((rule for rule in scheme.indicator_rules if rule.is_named(row.indicator.name)), None)
    if rule is not None:
        return _by_own_rule(row, weight, rule, scheme)
    return row if scheme.basis == "自评" else _by_value(row, weight, scheme)


def _by_rate(row: RowScore, weight: Decimal, report: Report, scheme: Scheme) -> RowScore:
    assert scheme.execution is not None
    counts = scheme.basis == "指标值" and not scheme.execution.only_advised
    if report.budget is None or report.budget <= 0 or report.executed is None:
        return replace(row, topic="执行率", obstacle=why_no_rate(report)[1])
    earned = execution_score(scheme.execution, report.executed, report.budget, weight)
    return replace(row, computed=earned, topic="执行率", is_counted=counts)


def _by_own_rule(row: RowScore, weight: Decimal, rule: IndicatorRule, scheme: Scheme) -> RowScore:
    """The score by a rule the scheme has for this very indicator, scaled to the printed weight."""
    if not row.indicator.actual_value.strip():
        return replace(row, topic="指标", obstacle="未填实际完成值，无法按方案对该指标的规则复核")
    earned = _own_score(rule, row.indicator.actual_value)
    if earned is None:
        needed = f"应写明{'、'.join(rule.options)}之一" if rule.options else "没有可读的数"
        return replace(row, topic="指标", obstacle=f"实际完成值「{row.indicator.actual_value[:20]}」{needed}")
    return replace(
        row, computed=earned * weight / rule.weight, topic="指标", is_counted=scheme.basis == "指标值"
    )


def _own_score(rule: IndicatorRule, actual: str) -> Decimal | None:
    if rule.rule == "选项":
        named = [option for option in rule.options if option in actual]
        return rule.options[max(named, key=len)] if named else None
    read = read_target(actual)
    if read.value is None:
        return None
    share = read.value * read.scale / (100 if read.base_unit == "%" else 1)
    if rule.rule == "分段":
        step = step_of(rule.steps, share, rule.right_closed)
        return step.earns if step else Decimal(0)
    over = max(Decimal(0), share - (rule.full_to or 0))
    lost = over * 100 * rule.per_point if rule.per_point is not None else over * (rule.per_unit or 0)
    return max(Decimal(0), rule.weight - lost)


def _by_value(row: RowScore, weight: Decimal, scheme: Scheme) -> RowScore:
    """The score from 年度指标值 and 实际完成值; a qualitative row keeps its self score and gets its band."""
    target = read_target(row.indicator.target_value.strip())
    if not row.indicator.target_value.strip():
        return replace(row, obstacle=NO_TARGET)
    if not row.indicator.actual_value.strip():
        return replace(row, obstacle="未填实际完成值，无法按指标值复核")
    if not target.is_quantitative:
        return replace(row, topic="定性", band=_band_named(row.indicator.actual_value, scheme))
    stated = read_target(row.indicator.actual_value.strip())
    actual = target.actual_in_unit(stated)
    if actual is None:
        return replace(row, topic="正向", obstacle=_why_not(target, stated, row.indicator))
    earned, topic = quantitative_score(target, actual, weight, scheme)
    excess = _excess(target, actual)
    if excess is not None and scheme.over_completion.is_passed(excess):
        for step in scheme.over_completion.deductions:
            if step.low <= excess < step.high:
                earned, topic = earned - weight * step.share, "超额"
    return replace(row, computed=max(Decimal(0), earned), topic=topic, is_counted=True, excess=excess)


def quantitative_score(
    target: Target, actual: Decimal, weight: Decimal, scheme: Scheme
) -> tuple[Decimal, Topic]:
    """What ``actual`` (the target's unit, a year) earns of ``weight`` 分, and the deciding article."""
    goal = target.goal
    assert goal is not None
    rules = scheme.quantitative
    over_range = target.value_to is not None and actual > target.value_to * target.frequency
    if target.comparator in ("≤", "<") or over_range:
        ceiling = target.value_to * target.frequency if over_range and target.value_to else goal
        return _reverse(ceiling, actual, weight, rules.negative), "反向"
    if target.comparator == "=":
        if goal <= 0:
            return (weight if actual <= goal else Decimal(0)), "等于"
        if rules.equal == "相等得分" and target.value_to is None:
            return (weight if actual == goal else Decimal(0)), "等于"
    if actual >= goal or goal <= 0:
        return weight, "正向"
    is_shared = rules.positive == "按比例" and actual > 0
    return (weight * actual / goal if is_shared else Decimal(0)), "正向"


def _reverse(goal: Decimal, actual: Decimal, weight: Decimal, rule: str) -> Decimal:
    if actual <= goal:
        return weight
    if goal <= 0 or rule == "不得分":
        return Decimal(0)
    if rule == "按反比":
        return weight * goal / actual
    return max(Decimal(0), weight - weight * (actual - goal) / goal)


def _excess(target: Target, actual: Decimal) -> Decimal | None:
    """By how much of the goal a floor is exceeded: 0.53125 for 1225 of 800; None for ceilings and ranges."""
    goal = target.goal
    if goal is None or goal <= 0 or target.comparator in ("≤", "<") or target.value_to is not None:
        return None
    return (actual - goal) / goal if actual > goal else None


def _band_named(actual: str, scheme: Scheme) -> Band | None:
    """The band that the actual value names first: 部分达成年度指标 is not 达成年度指标."""
    words = [(word, band) for band in scheme.qualitative for word in (band.label, *band.aliases)]
    found = [(actual.find(word), -len(word), band) for word, band in words if word in actual]
    return min(found, key=lambda hit: hit[:2])[2] if found else None


def _why_not(target: Target, stated: Target, indicator: Indicator) -> str:
    if stated.value is None:
        read, asked = indicator.actual_value[:20], indicator.target_value[:20]
        return f"实际完成值「{read}」没有可读的数，无法与指标值「{asked}」相比"
    if stated.value_to is not None:
        return f"实际完成值「{indicator.actual_value[:20]}」是一个区间，应填实际的数"
    return f"实际完成值的单位「{stated.unit}」与指标值的单位「{target.unit}」不可比"
