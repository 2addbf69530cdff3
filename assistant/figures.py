"""Numbers as the core writes them: values, targets, completion, growth; and the lock that keeps others out."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from scoring.decimals import rounded
from scoring.ledger import Coverage
from scoring.numbers.binder import bind
from scoring.numbers.mention import Verdict
from scoring.numbers.vocabulary import scale_of, unit_of
from scoring.reading import Reading
from scoring.report import Metric, Report, rate_text
from scoring.rules.t_deviations import all_met_claim, met_word_beside_missed, missed_word_beside_met
from scoring.scheme import load

_REFUSED = ("contradicts", "wrong-metric", "unsupported")
_MYRIAD = Decimal(10000)
_MANY = Decimal(100000)


def value_text(metric: Metric) -> str:
    """A metric's value with its unit as prose prints it: 1225家次, 100%, 800万元 for 8000000元."""
    assert metric.value is not None
    return _printed(metric.value, metric.unit)


def last_year_text(metric: Metric) -> str:
    """Last year's value with the unit."""
    assert metric.last_year_value is not None
    return _printed(metric.last_year_value, metric.unit)


def _printed(value: Decimal, unit: str) -> str:
    """In 万 where that is no longer: large amounts of 元, and large counts that lose nothing by it."""
    if unit == "元":
        return money_text(value)
    in_myriads = value / _MYRIAD
    is_exact = in_myriads == rounded(in_myriads, 2)
    if abs(value) >= _MANY and is_exact and scale_of(unit) == 1 and unit_of(unit).base != "%":
        return f"{_plain(in_myriads)}万{unit}"
    return f"{value:f}{unit}"


def money_text(amount: Decimal) -> str:
    """An amount in 元 as prose prints it: 21.18万元, 4660元."""
    if abs(amount) < _MYRIAD:
        return f"{_plain(amount)}元"
    return f"{_plain(rounded(amount / _MYRIAD, 2))}万元"


def percent_text(share: Decimal, places: int = 1) -> str:
    """A share as a percentage, half up: 1.53125 → 153.1%."""
    return f"{rounded(share * 100, places):f}%"


def rate_in_force(report: Report) -> str:
    """The execution rate as entered, else as computed; empty where neither is there."""
    if report.execution_rate is not None:
        return rate_text(report.execution_rate)
    if report.budget and report.executed is not None:
        return percent_text(report.executed / report.budget, 2)
    return ""


def change_text(now: Decimal, before: Decimal, unit: str) -> str:
    """How a value changed against last year's: 增长25.0%, 提高0.8个百分点, 与上年持平."""
    if now == before:
        return "与上年持平"
    if unit_of(unit).base == "%":
        return f"较上年{'提高' if now > before else '下降'}{_plain(abs(now - before))}个百分点"
    if not before:
        return ""
    return f"较上年{'增长' if now > before else '下降'}{percent_text(abs(now - before) / before)}"


def faults(report: Report, section: str, text: str, start: int = 0) -> list[Verdict]:
    """The numbers of ``text`` (the whole narrative of ``section``) from ``start`` on that do not hold."""
    return [
        verdict
        for verdict in bind(report.with_narrative(section, text))
        if verdict.field == section and verdict.status in _REFUSED and verdict.mention.end > start
    ]


def false_claims(report: Report, section: str, text: str, start: int = 0) -> list[str]:
    """Words of ``text`` from ``start`` on that call a target met or missed which is not."""
    reading = Reading(report.with_narrative(section, text), load(report.scheme))
    return [
        finding.text
        for rule in (met_word_beside_missed, missed_word_beside_met, all_met_claim)
        for finding in rule.check(reading)
        if finding.field == section and (finding.end or 0) > start
    ]


def goal_text(line: Coverage) -> str:
    """The target's number as printed: 800家次, 95%."""
    value = line.target.value
    return f"{value:f}{line.target.unit}" if value is not None else line.target.text


def answered(lines: Sequence[Coverage]) -> dict[str, Coverage]:
    """The ledger's line of each metric that answers a target with a number."""
    found: dict[str, Coverage] = {}
    for line in lines:
        if (
            line.metric
            and line.is_answered
            and line.target.value is not None
            and not line.field.startswith("指标")
        ):
            found.setdefault(line.metric, line)
    return found


def _plain(value: Decimal) -> str:
    normal = value.normalize()
    return f"{normal.quantize(Decimal(1)) if normal == normal.to_integral_value() else normal:f}"
