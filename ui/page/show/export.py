"""What still speaks against handing the form in, beside the export."""

from __future__ import annotations

from collections import Counter

from scoring.check import Checked
from scoring.report import Report
from ui.page.show.node import Node, ask, button, node


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
    still = node("ul", "z-list z-warning-text", *lines)
    return node(
        "div",
        "",
        still if lines else node("p", "z-ok", "没有尚未解决的错误和提醒"),
        _finish(counts["error"], unconfirmed),
    )


def _finish(errors: int, unconfirmed: int) -> Node:
    """The report joins the library by one confirmation, which tells what is still open."""
    left = [f"{errors} 处错误没有解决"] * bool(errors) + [f"{unconfirmed} 项数据待确认"] * bool(unconfirmed)
    question = "定稿并存入报告库？会保存为名为“定稿”的版本，明年可以检索它的写法。"
    if left:
        question = f"这份报告还有{'、'.join(left)}。仍要定稿并存入报告库吗？"
    return node(
        "div",
        "z-finish",
        button("定稿并存入报告库", ask("finish_report", confirm=question), id_="z-finish"),
        node("p", "z-hint", "定稿后仍可修改；再次定稿会更新库中这一份。"),
    )


def _line(text: str, tab: str) -> Node:
    return node("li", "", text, "　", button("去看看", {"goto": {"tab": tab}}, "z-link"))
