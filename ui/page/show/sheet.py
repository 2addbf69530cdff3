"""The official form's fields: their values as texts, and what is noted under them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from scoring.check import Checked
from scoring.decimals import shown
from scoring.report import MONEY_LABELS, Report, rate_text
from scoring.scheme import Scheme, ids, load
from ui.page.show.findings import place_name
from ui.page.show.score import rate

FIELDS = (
    *("方案", "年度", "项目名称", "预算单位", "领域", "具体实施处室", "经常性项目"),
    *("当年预算数", "上年预算金额", "预算执行数", "预算执行率", "项目总目标", "年度目标"),
    *("自评时间", "绩效等级", "合计", "密级"),
)
"""The labels of the fields that the sheet holds."""


def sheet(report: Report) -> dict[str, Any]:
    """The message that fills the sheet."""
    return {"values": {label: value(report, label) for label in FIELDS}, "choices": choices(report)}


def value(report: Report, label: str) -> str:
    """One field as a text: money with thousands separators, targets one a line."""
    names = {own: name for name, own in Report.labels().items()}
    held = getattr(report, names[label])
    if label in MONEY_LABELS:
        return "" if held is None else f"{held:,f}"
    if label == "预算执行率":
        return "" if held is None else rate_text(held)
    if isinstance(held, tuple):
        return "\n".join(held)
    if isinstance(held, Decimal):
        return f"{held:f}"
    return "" if held is None else str(held)


def choices(report: Report) -> dict[str, list[list[str]]]:
    """What the fields with a choice offer, as pairs of text and value."""
    schemes = [[f"{own}　{load(own).name}", own] for own in ids()]
    grades = [band.label for band in load(report.scheme).grades] if report.scheme in ids() else []
    return {
        "方案": schemes,
        "经常性项目": [["（未填）", ""], ["是", "是"], ["否", "否"]],
        "绩效等级": [["（未填）", ""], *([grade, grade] for grade in grades)],
    }


def sheet_notes(report: Report, checked: Checked, wrong: dict[str, str]) -> dict[str, Any]:
    """What is noted under the fields: what is unreadable, else the first finding, else what is computed."""
    card = checked.scorecard
    computed = {
        "预算执行率": f"计算：{rate(card.execution_rate)}",
        "合计": f"计算：{shown(card.total) or '—'} 分",
        "绩效等级": f"计算：{card.grade or '—'}",
        "方案": _source(card.scheme),
    }
    notes: dict[str, Any] = {field: {"level": "computed", "text": text} for field, text in computed.items()}
    said = [(one.field, one.severity, one.message) for one in checked.findings if one.severity != "info"]
    said += [(one.field, "warning", one.message) for one in card.differences]
    seen = set()
    for place, level, message in said:
        field = place_name(place)
        if field in FIELDS and field not in seen:
            seen.add(field)
            notes[field] = {"level": level, "text": f"{message}　{computed.get(field, '')}".strip()}
    for field, problem in wrong.items():
        notes[field] = {"level": "error", "text": f"{problem}，未保存"}
    return notes


def _source(scheme: Scheme) -> str:
    marked = "" if scheme.is_verified else "（部分条款尚未与原文核对）"
    return f"{scheme.jurisdiction or scheme.name}{marked}"
