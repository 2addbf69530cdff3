"""What a rule is: a documented function from a reading of a report to findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from scoring.finding import Finding, Severity
from scoring.reading import Reading

Check = Callable[[Reading], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A check with a stable code (N01), a name (number-contradicts-metric), a severity and its documentation.

    ``doc`` is the function's docstring: one sentence, then 反例, 正例, 依据 (and 处理: what to do).
    """

    code: str
    name: str
    severity: Severity
    doc: str
    check: Check


def rule(code: str, severity: Severity) -> Callable[[Check], Rule]:
    """Make the decorated function a :class:`Rule`; its name is the function's with dashes."""

    def wrap(check: Check) -> Rule:
        return Rule(code, check.__name__.replace("_", "-"), severity, check.__doc__ or "", check)

    return wrap
