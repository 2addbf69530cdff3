"""What still speaks against handing the form in, beside the export."""

from __future__ import annotations

from collections import Counter

from scoring.check import Checked
from scoring.report import Report
from ui.page.show.node import Node, button, node


def export_state(report: Report, checked: Checked) -> Node:
    """The open errors and unconfirmed metrics, with the way to them."""
    counts = Counter(finding.severity for finding in checked.findings)
    unconfirmed = sum(metric.unconfirmed for metric in report.metrics)
    lines: list[Node] = []
    if counts["error"]:
        lines.append(_line(f"还有 {counts['error']} 处错误", "check"))
    if counts["warning"]:
        lines.append(_line(f"还有 {counts['warning']} 处提醒", "check"))
    if unconfirmed:
        lines.append(_line(f"还有 {unconfirmed} 项数据待确认", "report"))
    if not lines:
        return node("p", "z-ok", "没有尚未解决的错误和提醒")
    return node("ul", "z-list z-warning-text", *lines)


def _line(text: str, tab: str) -> Node:
    return node("li", "", text, "　", button("去看看", {"goto": {"tab": tab}}, "z-link"))
