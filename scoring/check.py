"""Check a report: run every rule over one reading of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from scoring.finding import Finding
from scoring.numbers.mention import Verdict
from scoring.reading import Reading
from scoring.report import Report
from scoring.rules import RULES
from scoring.scheme import Scheme
from scoring.scorecard import Scorecard

_ORDER = {"error": 0, "warning": 1, "info": 2}


@dataclass(frozen=True, slots=True)
class Checked:
    """The findings (worst first, then in the order of the form) and the verdict on every number."""

    findings: tuple[Finding, ...]
    verdicts: tuple[Verdict, ...]
    scorecard: Scorecard

    @property
    def has_errors(self) -> bool:
        """Whether any finding is an error."""
        return any(finding.severity == "error" for finding in self.findings)

    def to_json(self, file: str) -> dict[str, Any]:
        """The object that ``ziping check --json`` prints for one file."""
        return {
            "file": file,
            "findings": [finding.to_json() for finding in self.findings],
            "numbers": [verdict.to_json() for verdict in self.verdicts],
        }


def check(report: Report, scheme: Scheme) -> Checked:
    """Check ``report`` by every rule, under ``scheme``.

    A finding that the report sets aside (忽略: rule code or name, place, reason) is left out when the
    reason is given.
    """
    reading = Reading(report, scheme)
    findings = []
    for rule in RULES:
        severity = scheme.severities.get(rule.code, rule.severity)
        if severity == "off":
            continue
        for finding in rule.check(reading):
            stamped = replace(finding, code=rule.code, rule=rule.name, severity=severity)
            if not _set_aside(stamped, report):
                findings.append(stamped)
    findings.sort(key=lambda finding: _ORDER[finding.severity])
    return Checked(tuple(findings), reading.verdicts, reading.scorecard)


def _set_aside(finding: Finding, report: Report) -> bool:
    return any(
        entry.rule in (finding.code, finding.rule)
        and entry.place in ("", finding.field)
        and entry.reason.strip()
        for entry in report.dispositions
    )
