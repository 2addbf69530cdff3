"""What a person has checked: a number with its sentence and its proof; any change of these takes it back."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from scoring.numbers.mention import Verdict
from scoring.report import Report


def needs_review(verdict: Verdict) -> bool:
    """Whether a person has anything to check: a fact that needs proof."""
    return verdict.mention.is_fact and verdict.status != "exempt"


def digest(report: Report, verdict: Verdict) -> str:
    """What was checked, in short: the paragraph, the number in it, its verdict and the metrics behind it."""
    text = report.narrative(verdict.field)
    start = text.rfind("\n", 0, verdict.mention.start) + 1
    end = text.find("\n", verdict.mention.end)
    paragraph = text[start : len(text) if end < 0 else end]
    facts = [
        f"{metric.name}={metric.value}{metric.unit}/{metric.last_year_value}/{metric.target}/{metric.unconfirmed}"
        for metric in report.metrics
        if metric.name in verdict.metrics
    ]
    parts = [
        verdict.field,
        paragraph,
        str(verdict.mention.start - start),
        verdict.status,
        *verdict.metrics,
        *facts,
    ]
    return sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def is_reviewed(report: Report, verdict: Verdict) -> bool:
    """Whether a person checked the number as it is now."""
    return digest(report, verdict) in report.reviewed


def reviewed(report: Report, verdicts: Iterable[Verdict], chosen: Iterable[Verdict], done: bool) -> Report:
    """The report with the numbers ``chosen`` marked as checked, or no longer so; stale marks are dropped."""
    current = {digest(report, verdict) for verdict in verdicts}
    kept = [one for one in report.reviewed if one in current]
    changed = [digest(report, verdict) for verdict in chosen]
    rest = [one for one in kept if one not in changed]
    return report.model_copy(update={"reviewed": tuple([*rest, *changed] if done else rest)})


def paragraph_of(report: Report, verdict: Verdict, verdicts: Iterable[Verdict]) -> list[Verdict]:
    """The numbers to check in the same paragraph as ``verdict``'s."""
    text = report.narrative(verdict.field)

    def line(one: Verdict) -> int:
        return text.count("\n", 0, one.mention.start)

    return [
        one
        for one in verdicts
        if one.field == verdict.field and needs_review(one) and line(one) == line(verdict)
    ]
