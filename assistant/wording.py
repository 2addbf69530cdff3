"""How a metric is put into words: the verb that its name calls for, and the clauses of one verb together."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from assistant.figures import answered, change_text, goal_text, last_year_text, percent_text, value_text
from assistant.plan import Brief
from assistant.settings import Tone
from prompts import data
from scoring.ledger import Coverage
from scoring.numbers.vocabulary import unit_of
from scoring.report import Metric

_MOST_TOGETHER = 3
"""So many numbers are put side by side under one verb."""


@cache
def _verbs() -> dict[str, Any]:
    words: dict[str, Any] = data("phrases")["verbs"]
    return words


def verb_for(metric: Metric) -> str:
    """The verb before the metric's name: 开展 of 专项检查, 现有 of 家庭医生团队; empty where the name has its own."""
    words, name = _verbs(), metric.name
    if unit_of(metric.unit).base == "%" or name.endswith(tuple(words["values"])):
        return ""
    for verb, endings in words["after"].items():
        if name.endswith(tuple(endings)) and not _is_told_by_itself(name, endings):
            return str(verb)
    if any(word in name for word in words["own"]):
        return ""
    return str(words["else"].get(metric.unit, ""))


def tells_an_act(metric: Metric) -> bool:
    """Whether the metric tells what was done, not what there is."""
    verb = verb_for(metric)
    return verb not in ("现有", "共有") and (
        bool(verb) or any(word in metric.name for word in _verbs()["own"])
    )


def _is_told_by_itself(name: str, endings: Sequence[str]) -> bool:
    """Whether the name has a verb before its last noun: 受理 in 受理信访投诉."""
    ending = max((word for word in endings if name.endswith(word)), key=len)
    before = name.removesuffix(ending)
    return any(word in before for word in _verbs()["own"] if word not in _verbs()["manner"])


def clauses(told: Sequence[tuple[Metric, Sequence[Metric]]], brief: Brief, tone: Tone) -> list[str]:
    """The metrics, each with its parts, as clauses; plain ones of one verb side by side (开展演练6次、培训12期)."""
    lines = answered(brief.coverage)
    said: list[str] = []
    plain: list[Metric] = []
    for metric, parts in told:
        joins = _is_plain(metric, parts, lines) and len(plain) < _MOST_TOGETHER
        if plain and joins and _go_together(plain[-1], metric):
            plain.append(metric)
            said[-1] = verb_for(metric) + _side_by_side(plain)
            continue
        plain = [metric] if _is_plain(metric, parts, lines) else []
        said.append(verb_for(metric) + _clause(metric, parts, lines, tone))
    return said


def _go_together(one: Metric, other: Metric) -> bool:
    """Whether two metrics may stand side by side: counts of one verb, or equal rates."""
    if unit_of(one.unit).base == "%":
        return value_text(one) == value_text(other)
    return unit_of(other.unit).base != "%" and verb_for(one) == verb_for(other)


def _side_by_side(metrics: Sequence[Metric]) -> str:
    if unit_of(metrics[0].unit).base == "%":
        return f"{'、'.join(metric.name for metric in metrics)}均为{value_text(metrics[0])}"
    return "、".join(f"{metric.name}{value_text(metric)}" for metric in metrics)


def _is_plain(metric: Metric, parts: Sequence[Metric], lines: dict[str, Coverage]) -> bool:
    """Whether nothing but the value is told of it."""
    return not parts and metric.last_year_value is None and metric.name not in lines


def _value(metric: Metric) -> str:
    """The value as it follows the name: a rate with 为 or 达到, a count at once."""
    return f"为{value_text(metric)}" if unit_of(metric.unit).base == "%" else value_text(metric)


def _clause(metric: Metric, parts: Sequence[Metric], lines: dict[str, Coverage], tone: Tone) -> str:
    """One metric as a clause: name, value, against last year, against its target, and its parts.

    概括 leaves last year out, 详细 gives last year's value and the target's.
    """
    line = lines.get(metric.name)
    words = [f"{metric.name}{_value(metric)}"]
    if metric.last_year_value is not None and metric.value is not None and tone != "概括":
        before = f"上年为{last_year_text(metric)}，" if tone == "详细" else ""
        words.append(before + change_text(metric.value, metric.last_year_value, metric.unit))
    if line is not None:
        words.append(_against_target(metric, line, tone))
    if parts:
        words.append("其中" + "、".join(f"{part.name}{value_text(part)}" for part in parts))
    return "，".join(word for word in words if word)


def _against_target(metric: Metric, line: Coverage, tone: Tone) -> str:
    target, done = line.target, line.completion
    if line.status == "missed":
        is_floor = target.comparator in ("≥", ">", "=")
        return f"低于{goal_text(line)}的目标" if is_floor else f"高于{goal_text(line)}的控制目标"
    is_rate = unit_of(metric.unit).base == "%"
    if line.status == "exceeded" and done is not None and not is_rate:
        goal = f"{goal_text(line)}目标" if tone == "详细" else "年度目标"
        return f"完成{goal}的{percent_text(done)}"
    return f"达到{goal_text(line)}的目标" if tone == "详细" else "达到年度目标"
