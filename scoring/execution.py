"""The execution rate: computed from the money fields, and scored by a scheme's rule."""

from __future__ import annotations

from decimal import Decimal

from scoring.bands import step_of
from scoring.report import Indicator, Report
from scoring.scheme import Scheme
from scoring.scheme_rules import ExecutionRule


def execution_rate(report: Report) -> Decimal | None:
    """预算执行数 ÷ 当年预算数, not rounded; None where an amount is missing or the budget is not positive."""
    if report.executed is None or report.budget is None or report.budget <= 0:
        return None
    return report.executed / report.budget


def why_no_rate(report: Report) -> tuple[str, str]:
    """The money field that keeps the rate from being computed, and the reason in one sentence."""
    if report.budget is None:
        return "当年预算数", "未填当年预算数，无法计算预算执行率，请补填"
    if report.budget <= 0:
        return "当年预算数", f"当年预算数为 {report.budget:f} 元，不能作除数，无法计算预算执行率，请核对"
    return "预算执行数", "未填预算执行数，无法计算预算执行率，请补填"


def execution_score(rule: ExecutionRule, executed: Decimal, budget: Decimal, weight: Decimal) -> Decimal:
    """What ``executed`` ÷ ``budget`` (元, budget above zero) earns: 0 to ``weight`` 分, not rounded."""
    rate = executed / budget
    if rate >= rule.full_from and rule.rule != "分段":
        return weight
    if rule.rule == "达标满分" or rate <= 0:
        return Decimal(0)
    if rule.rule == "分段":
        step = step_of(rule.steps, rate)
        return weight * step.earns if step else Decimal(0)
    return min(weight, weight * executed / budget)


def is_execution_row(indicator: Indicator, scheme: Scheme) -> bool:
    """Whether a row is the indicator that the execution rate is scored on."""
    if scheme.execution is None:
        return False
    if indicator.name.strip() in scheme.execution.names:
        return True
    section = scheme.section_named(indicator.first_level.strip())
    return section is not None and section.kind == "执行"
