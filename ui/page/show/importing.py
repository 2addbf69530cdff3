"""What an importer read, guessed and could not place."""

from __future__ import annotations

from typing import Any

from scoring.report import NARRATIVES, Report
from ui.page.show.node import Node, button, goto, node


def import_panel(report: Report, is_new: bool = False) -> Node:
    """The list after loading a form, folded up later; nothing for a report that was never loaded."""
    if not report.import_notes and not is_new:
        return None
    notes = report.import_notes if isinstance(report.import_notes, list) else []
    unconfirmed = sum(metric.unconfirmed for metric in report.metrics)
    texts = "、".join(f"{label} {len(report.narrative(label))} 字" for label in NARRATIVES)
    read = f"读到：指标 {len(report.indicators)} 行，年度目标 {len(report.targets)} 条，{texts}"
    items: list[Node] = [node("li", "", read)]
    if unconfirmed:
        text = f"从文字中提取了 {unconfirmed} 项数据，尚不能作为依据，请逐项核对　"
        items.append(node("li", "z-warning-text", text, button("去确认", goto("数据[1]"), "z-link")))
    items += [_note(note) for note in notes]
    return node(
        "details",
        "z-details z-import",
        node("summary", "", f"载入情况　{len(items)} 条（读到的、推断的、未能放置的）"),
        node("ul", "", *items),
        id="z-import",
        open=is_new,
    )


def _note(note: Any) -> Node:
    if not isinstance(note, dict):
        return node("li", "", str(note))
    kind, place, text = (str(note.get(key, "")) for key in ("类别", "位置", "内容"))
    return node("li", "", node("span", "z-chip", kind or "提示"), f" {place}{'：' if place else ''}{text}")
