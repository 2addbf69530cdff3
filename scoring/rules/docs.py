"""The documentation of a rule, taken out of its docstring."""

from __future__ import annotations

import inspect
from dataclasses import dataclass

from scoring.finding import Severity
from scoring.rules.base import Rule

LABELS = {"反例": "bad", "正例": "good", "依据": "basis", "处理": "remedy"}
"""The labels of a rule's docstring → field of :class:`RuleDoc`."""


@dataclass(frozen=True, slots=True)
class RuleDoc:
    """A rule as it is explained to a person: its sentence, a bad and a good example, the basis, what to do."""

    code: str
    name: str
    severity: Severity
    summary: str
    bad: str = ""
    good: str = ""
    basis: str = ""
    remedy: str = ""


def read_doc(rule: Rule) -> RuleDoc:
    """The documentation in the rule's docstring: one sentence, then 反例, 正例, 依据, 处理."""
    summary: list[str] = []
    parts: dict[str, str] = {}
    label = ""
    for line in inspect.cleandoc(rule.doc).splitlines():
        head, colon, rest = line.partition("：")
        if colon and head in LABELS:
            label = LABELS[head]
            parts[label] = rest
        elif label:
            parts[label] += line.strip()
        else:
            summary.append(line.strip())
    return RuleDoc(rule.code, rule.name, rule.severity, "".join(summary), **parts)
