"""Checking only: the numbers of a text that was pasted, and the metrics proposed from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from scoring.numbers.mention import Verdict
from scoring.report import Metric
from ui.page.show.node import Node, ask, button, empty, node
from ui.page.show.numbers import STATUSES, look


def loose_panel(verdicts: Sequence[Verdict], proposed: Sequence[Metric], against_desk: bool) -> Node:
    """What was read: a count by colour, what contradicts, and the metrics proposed."""
    facts = [verdict for verdict in verdicts if verdict.mention.is_fact]
    if not facts:
        return empty("粘贴一段文字，或放入 Word 等文件，文中的数会立即标出。")
    counts = Counter(look(verdict) for verdict in facts)
    chips = [
        node("span", f"z-chip z-{name}", f"{STATUSES[name]} {counts[name]}")
        for name in STATUSES
        if counts[name]
    ]
    wrong = [verdict for verdict in facts if verdict.status in ("contradicts", "wrong-metric")]
    return node(
        "div",
        "",
        node("div", "z-summary", *chips),
        node("ul", "", *(node("li", "z-error-text", f"{one.mention.text}：{one.reason}") for one in wrong))
        if wrong
        else None,
        None if against_desk else _proposed(proposed),
        node("div", "z-actions", button("作为新报告继续编写", ask("adopt_loose"), "z-primary")),
    )


def _proposed(proposed: Sequence[Metric]) -> Node:
    if not proposed:
        return None
    head = node("tr", "", *(node("th", "", name) for name in ("名称", "数值", "单位", "目标")))
    lines = [
        node(
            "tr",
            "",
            node("td", "", metric.name),
            node("td", "z-n", "" if metric.value is None else f"{metric.value:f}"),
            node("td", "", metric.unit),
            node("td", "", metric.target),
        )
        for metric in proposed
    ]
    return node(
        "div",
        "",
        node("h4", "", f"从文字中提取的数据 {len(lines)} 项（待确认）"),
        node("table", "z-table", node("thead", "", head), node("tbody", "", *lines)),
    )
