"""A finding: one thing in a report that does not hold, where it is and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found.

    ``field`` is a label of the form (主要绩效, 年度目标[3], 指标[10].自评分); ``start`` and ``end`` are code
    points into that field's text as loaded, half-open, both None where the finding has no place in a
    text. ``message`` is one Chinese sentence that quotes what was compared; ``expected`` is the right
    text where the core knows it; ``advice`` says what to do. Rules leave ``code``, ``rule`` and
    ``severity`` empty: the check stamps them.
    """

    field: str
    message: str
    start: int | None = None
    end: int | None = None
    text: str = ""
    metric: str | None = None
    expected: str | None = None
    advice: str = ""
    code: str = ""
    rule: str = ""
    severity: Severity = "error"

    def to_json(self) -> dict[str, Any]:
        """The finding as ``ziping check --json`` prints it."""
        return {
            "code": self.code,
            "rule": self.rule,
            "severity": self.severity,
            "field": self.field,
            "start": self.start,
            "end": self.end,
            "text": self.text,
            "metric": self.metric,
            "expected": self.expected,
            "message": self.message,
            "advice": self.advice,
        }
