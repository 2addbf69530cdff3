"""Panels of the draft tab: the line above each narrative, and what the colours mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from scoring.numbers.mention import Verdict
from scoring.report import Report
from ui.page.review import is_reviewed, needs_review
from ui.page.show.node import Node, ask, button, node
from ui.page.show.numbers import STATUSES, look


def section_line(report: Report, label: str, verdicts: Sequence[Verdict]) -> Node:
    """A narrative's name, its length, and how its numbers stand."""
    own = [verdict for verdict in verdicts if verdict.field == label and verdict.mention.is_fact]
    counts = Counter(look(verdict) for verdict in own)
    chips = [
        node("span", f"z-chip z-{name}", f"{STATUSES[name]} {counts[name]}")
        for name in STATUSES
        if counts[name] and name != "exempt"
    ]
    to_check = [verdict for verdict in own if needs_review(verdict)]
    done = sum(is_reviewed(report, verdict) for verdict in to_check)
    length = len("".join(report.narrative(label).split()))
    return node(
        "div",
        "z-section-title",
        node("strong", "", label),
        node("span", "z-hint", f"{length} 字" if length else "尚未填写"),
        *chips,
        node("span", "z-hint z-reviewed", f"人工已核对 {done}/{len(to_check)}") if to_check else None,
    )


def legend() -> Node:
    """What each colour of a number means."""
    chips = [node("span", f"z-chip z-{name}", meaning) for name, meaning in STATUSES.items()]
    return node("div", "z-legend", node("span", "z-hint", "数的颜色："), *chips)


def writing_panel(sections: Sequence[str], notices: Sequence[str], written: int = 0) -> Node:
    """What is being written, while it is, and how many sentences of it are there."""
    text = f"正在起草{'、'.join(sections)}……写好一句、核对一句、显示一句，可随时停止。"
    text += f"已写 {written} 句" if written else ""
    return node("div", "z-writing-line", node("span", "", text), notices_panel(notices))


def notices_panel(notices: Sequence[str]) -> Node:
    """What the writer had to say about its work."""
    if not notices:
        return None
    return node("ul", "z-notices", *(node("li", "", notice) for notice in dict.fromkeys(notices)))


def failed_panel(problem: str, sections: Sequence[str]) -> Node:
    """Why a model wrote nothing, and the way on without one."""
    start = "#z-draft" if len(sections) > 1 else f"#z-draft-{sections[0]}"
    offer = {**ask("use_writer", name="offline"), "click": start}
    return node(
        "div",
        "z-banner z-failed",
        node("span", "", f"{problem}。"),
        button("改用内置写作起草", offer, "z-primary", id_="z-go-on-offline"),
    )
