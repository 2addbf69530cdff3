"""The ledger panel: each target, what answers it, and whether the texts report it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from scoring.decimals import plain, rounded
from scoring.ledger import Coverage
from scoring.report import Report
from scoring.target import Target
from ui.page.show.node import Node, button, empty, goto, node, spoken, utf16

_STATUSES = {
    "met": "完成",
    "exceeded": "超额",
    "missed": "未完成",
    "stated": "只有文字",
    "other-measure": "口径不同",
    "unreported": "未报告",
}


def ledger_panel(report: Report, lines: Sequence[Coverage]) -> Node:
    """A line for each target, those of 年度目标 first."""
    if not lines:
        return empty("还没有填写年度目标")
    counts: Counter[str] = Counter(line.status for line in lines)
    chips = [
        node("span", f"z-chip z-target-{status}", f"{name} {counts[status]}")
        for status, name in _STATUSES.items()
        if counts[status]
    ]
    titles = ("目标", "对应数据", "实际", "完成程度", "结果", "文中")
    return node(
        "div",
        "z-ledger",
        node("div", "z-summary", *chips),
        node(
            "table",
            "z-table",
            node("thead", "", node("tr", "", *(node("th", "", title, scope="col") for title in titles))),
            node("tbody", "", *(_line(report, line) for line in lines)),
        ),
    )


def asked(target: Target) -> str:
    """What a target asks for, in short: 检查企业 ≥800家次; a qualitative one as it stands."""
    if target.value is None or not target.subject:
        return target.text
    upper = "" if target.value_to is None else f"～{plain(target.value_to)}"
    often = f"（全年 {plain(target.value * target.frequency)}）" if target.frequency > 1 else ""
    return f"{target.subject} {target.comparator}{plain(target.value)}{upper}{target.unit}{often}"


def _line(report: Report, line: Coverage) -> Node:
    share = line.completion
    return node(
        "tr",
        "",
        node(
            "td",
            "",
            button(asked(line.target), goto(line.field), "z-link", line.target.text),
            node("div", "z-hint", spoken(line.field)),
        ),
        node("td", "", line.metric or "—"),
        node(
            "td",
            "z-n",
            "—" if line.actual is None else f"{plain(line.actual)}{line.target.unit or line.unit}",
        ),
        node("td", "z-n", "—" if share is None else f"{plain(rounded(share * 100, 1))}%"),
        node("td", "", node("span", f"z-chip z-target-{line.status}", _STATUSES[line.status])),
        node("td", "", *(_places(report, line) or ["没有写到"])),
    )


def _places(report: Report, line: Coverage) -> list[Node]:
    parts: list[Node] = []
    for place in line.places[:3]:
        text = report.narrative(place.field)
        start, end = utf16(text, place.start), utf16(text, place.end)
        shown = text[place.start : place.end]
        parts += [button(shown, goto(place.field, start, end), "z-link", place.field), " "]
    return parts
