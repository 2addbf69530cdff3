"""Panels of the draft tab: the line above each narrative, and what the colours mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from urllib.parse import urlsplit

from assistant.settings import Settings
from scoring.errors import InputError
from scoring.numbers.mention import Verdict
from scoring.report import Report
from ui.page.review import is_reviewed, needs_review
from ui.page.show.node import Node, node
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


def writing_panel(sections: Sequence[str], notices: Sequence[str]) -> Node:
    """What is being written, while it is."""
    text = f"正在起草{'、'.join(sections)}……写好一句显示一句，可随时停止。"
    return node("div", "z-writing-line", node("span", "", text), notices_panel(notices))


def notices_panel(notices: Sequence[str]) -> Node:
    """What the writer had to say about its work."""
    if not notices:
        return None
    return node("ul", "z-notices", *(node("li", "", notice) for notice in dict.fromkeys(notices)))


def model_line() -> Node:
    """Whether a model is set up, and where to its requests go."""
    try:
        settings = Settings.load()
    except InputError as error:
        return node("p", "z-error-text", f"大模型：{error}")
    if not settings.has_model:
        return node("p", "z-hint", "没有设置大模型，用内置写作即可；设置方法见说明（ZIPING_MODEL）。")
    host = urlsplit(settings.base_url or "https://api.openai.com").hostname
    text = f"选“大模型”时用 {settings.model}，文字发送到 {host}；数值和单位名称留在本机。"
    return node("p", "z-hint", text)
