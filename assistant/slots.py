"""The slots of a point: what a model may name, what it is told of each, and the texts that the core puts there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from assistant.figures import change_text, last_year_text, money_text, percent_text, rate_in_force, value_text
from assistant.lock import SLOT, misjudged, misplaced, stray
from assistant.plan import Brief, Point
from scoring.decimals import plain
from scoring.ledger import Coverage
from scoring.numbers.facts import field_words
from scoring.numbers.reader import read
from scoring.report import Metric, Report
from scoring.texts import texts

Role = Literal["value", "target", "last_year", "change", "completion", "text"]

_STATUS = {"met": "完成目标", "exceeded": "超过目标", "missed": "没有完成目标"}


@dataclass(frozen=True, slots=True)
class Slot:
    """One slot: its text as the core writes it, whose it is, and how that one stands against its target.

    ``is_risen`` is set for last year's value alone: whether the value has risen since.
    """

    text: str
    owner: str
    role: Role = "value"
    status: str = ""
    is_risen: bool | None = None


@dataclass(frozen=True, slots=True)
class Rendered:
    """A sentence with its slots filled, the owners of the slots, and what is wrong with it (empty: nothing)."""

    text: str
    owners: tuple[str, ...] = ()
    fault: str = ""


def slots_of(brief: Brief, point: Point) -> dict[str, Slot]:
    """The slots that a sentence of ``point`` may hold, by name."""
    report = brief.report
    lines = {line.metric: line for line in brief.coverage if line.metric and line.is_answered}
    named = {*point.metrics, point.subject}
    slots = {
        "年度": Slot(f"{report.year}年", "", "text"),
        "单位": Slot(report.budget_unit, "", "text"),
        "项目": Slot(report.project, "", "text"),
    }
    for metric in report.metrics:
        if metric.name in named and metric.value is not None:
            slots |= _metric_slots(metric, lines.get(metric.name))
    if point.kind in ("预算执行", "执行率", "预算变动"):
        slots |= _money_slots(report)
    for indicator in report.indicators:
        if indicator.name and indicator.name == point.subject and point.kind == "失分":
            for label, score in (("自评分", indicator.self_score), ("权重", indicator.weight)):
                if score is not None:
                    slots[f"{indicator.name}.{label}"] = Slot(f"{plain(score)}分", indicator.name)
        if indicator.deviation_reason.strip() and point.subject and point.subject in indicator.name:
            reason = indicator.deviation_reason.strip().rstrip("。")
            slots[f"{point.subject}.原因"] = Slot(reason, point.subject, "text")
    return slots


def _metric_slots(metric: Metric, line: Coverage | None) -> dict[str, Slot]:
    assert metric.value is not None
    name, status = metric.name, line.status if line else ""
    slots = {name: Slot(value_text(metric), name, "value", status)}
    before = metric.last_year_value
    if before is not None:
        is_risen = metric.value > before if metric.value != before else None
        slots[f"{name}.上年"] = Slot(last_year_text(metric), name, "last_year", "", is_risen)
        if change := change_text(metric.value, before, metric.unit):
            slots[f"{name}.较上年"] = Slot(change, name, "change")
    if line is not None and line.target.value is not None:
        slots[f"{name}.目标"] = Slot(f"{line.target.value:f}{line.target.unit}", name, "target", status)
        if line.completion is not None and "%" not in metric.unit:
            slots[f"{name}.完成率"] = Slot(percent_text(line.completion), name, "completion", status)
    return slots


def _money_slots(report: Report) -> dict[str, Slot]:
    slots = {label: Slot(money_text(amount), label) for label, amount in report.money_fields()}
    if rate := rate_in_force(report):
        slots["预算执行率"] = Slot(rate, "预算执行率")
    if report.budget is not None and report.executed is not None and report.executed < report.budget:
        slots["结余"] = Slot(money_text(report.budget - report.executed), "当年预算数", "change")
    if report.budget is not None and report.last_year_budget:
        change = change_text(report.budget, report.last_year_budget, "元")
        slots["当年预算数.较上年"] = Slot(change, "当年预算数", "change")
    return slots


def facts_json(brief: Brief, slots: Mapping[str, Slot]) -> str:
    """What a model is told: names, units, how each stands, and the slots it may use; never a value."""
    units = {metric.name: metric.unit for metric in brief.report.metrics}
    told: dict[str, dict[str, object]] = {}
    for name, slot in slots.items():
        entry = told.setdefault(slot.owner or name, {"名称": slot.owner or name})
        if unit := units.get(slot.owner, ""):
            entry["单位"] = unit
        if slot.status in _STATUS:
            entry["状态"] = _STATUS[slot.status]
        entry.setdefault("槽", [])
        listed = entry["槽"]
        assert isinstance(listed, list)
        listed.append(f"{{{{{name}}}}}")
    return json.dumps(list(told.values()), ensure_ascii=False)


def render(sentence: str, slots: Mapping[str, Slot], report: Report) -> Rendered:
    """Fill the slots of one sentence, or tell what is wrong with it."""
    for name in SLOT.findall(sentence):
        if name.strip() not in slots:
            return Rendered("", (), f"没有名为“{name.strip()[:30]}”的槽位")
    names = {metric.name for metric in report.metrics} | {row.name for row in report.indicators}
    own_texts = "\n".join(placed.text for placed in texts(report)) + f"{report.year}年12月31日"
    statuses = {name: slot.status for name, slot in slots.items()}
    rises = {name: slot.is_risen for name, slot in slots.items() if slot.is_risen is not None}
    fault = stray(sentence, names, own_texts) or misjudged(sentence, statuses, rises)
    if fault := fault or misplaced(sentence, _owners(slots, report), names):
        return Rendered("", (), fault)
    text, expected = _filled(sentence, slots)
    if _facts_in(text) != expected | _named(sentence, text, names):
        return Rendered("", (), "槽位与相邻的文字连成了别的数")
    owners = (slots[name.strip()].owner for name in SLOT.findall(sentence))
    return Rendered(text, tuple(dict.fromkeys(owner for owner in owners if owner)))


def _owners(slots: Mapping[str, Slot], report: Report) -> dict[str, tuple[str, ...]]:
    """The names of what each value slot shows: the metric's own and its aliases, or the form's words."""
    aliases = {metric.name: metric.aliases for metric in report.metrics}
    return {
        name: (slot.owner, *aliases.get(slot.owner, ()), *field_words().get(slot.owner, ()))
        for name, slot in slots.items()
        if slot.role == "value"
    }


_Seen = set[tuple[int, Decimal | None, str]]


def _filled(sentence: str, slots: Mapping[str, Slot]) -> tuple[str, _Seen]:
    """The text with its slots filled, and the numbers that must stand in it and nowhere else."""
    text, expected, position = "", set(), 0
    for match in SLOT.finditer(sentence):
        text += sentence[position : match.start()]
        own = slots[match[1].strip()].text
        expected |= {(len(text) + start, value, unit) for start, value, unit in _facts_in(own)}
        text += own
        position = match.end()
    return text + sentence[position:], expected


def _facts_in(text: str) -> _Seen:
    return {(m.start, m.value, m.unit) for m in read(text) if m.is_fact}


def _named(sentence: str, text: str, names: set[str]) -> _Seen:
    """The numbers inside names of the report that the sentence writes out (65岁及以上老年人)."""
    spans = [span for name in names if name in SLOT.sub("", sentence) for span in _spans(text, name)]
    return {seen for seen in _facts_in(text) if any(start <= seen[0] < end for start, end in spans)}


def _spans(text: str, name: str) -> Iterator[tuple[int, int]]:
    start = text.find(name) if name else -1
    while start >= 0:
        yield start, start + len(name)
        start = text.find(name, start + 1)
