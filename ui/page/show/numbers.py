"""Numbers in a text: where each is marked, in which colour, and the card that a click shows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scoring.numbers.mention import Verdict
from scoring.report import Report
from ui.page.review import is_reviewed, needs_review
from ui.page.show.node import Node, ask, button, node, rows, utf16

STATUSES = {
    "bound": "有依据",
    "derived": "可推算",
    "contradicts": "与数据不符",
    "wrong-metric": "张冠李戴",
    "unsupported": "没有依据",
    "exempt": "不需依据",
    "unconfirmed": "依据待确认",
}
"""What each colour means, in the users' words."""


def look(verdict: Verdict) -> str:
    """The status that colours a number: proof that rests on an unconfirmed metric is no proof."""
    proven = verdict.status in ("bound", "derived")
    return "unconfirmed" if proven and not verdict.confirmed else verdict.status


def marks(
    report: Report, field: str, text: str, verdicts: Iterable[Verdict], can_change: bool = True
) -> list[dict[str, Any]]:
    """The marks of one text, offsets in UTF-16 units; exempt numbers are marked only where they are facts.

    ``can_change`` tells whether the cards offer to change the report.
    """
    found = []
    for verdict in verdicts:
        mention = verdict.mention
        if verdict.field != field or (verdict.status == "exempt" and not mention.is_fact):
            continue
        found.append(
            {
                "start": utf16(text, mention.start),
                "end": utf16(text, mention.end),
                "status": look(verdict),
                **({"checked": True} if can_change and is_reviewed(report, verdict) else {}),
                "card": card(report, verdict, can_change),
            }
        )
    return found


def card(report: Report, verdict: Verdict, can_change: bool) -> Node:
    """What a click on a number shows: metric, formula, source, and the correction on offer."""
    mention, status = verdict.mention, look(verdict)
    return node(
        "div",
        "z-number-card",
        node(
            "div",
            "z-card-head",
            node("strong", "", mention.text),
            node("span", f"z-chip z-{status}", STATUSES[status]),
        ),
        node("p", "", verdict.reason) if verdict.reason else None,
        rows(_facts(report, verdict)),
        node("div", "z-actions", *_actions(report, verdict)) if can_change else None,
    )


def _facts(report: Report, verdict: Verdict) -> Iterable[tuple[str, Node]]:
    if verdict.metrics:
        yield "数据", "、".join(verdict.metrics)
    if verdict.relation:
        yield "算式", verdict.relation
    for metric in report.metrics:
        if metric.name in verdict.metrics:
            value = "未填数值" if metric.value is None else f"{metric.value:f}{metric.unit}"
            target = f"，目标 {metric.target}{metric.unit}" if metric.target else ""
            yield metric.name, f"{value}{target}"
            yield "来源", metric.source or "未填来源"
    if verdict.expected:
        yield "应为", node("strong", "", verdict.expected)


def _actions(report: Report, verdict: Verdict) -> Iterable[Node]:
    mention = verdict.mention
    place: dict[str, Any] = {
        "field": verdict.field,
        "start": mention.start,
        "end": mention.end,
        "text": mention.text,
    }
    if verdict.expected and verdict.status in ("contradicts", "wrong-metric"):
        yield button(
            f"改为 {verdict.expected}", ask("correct", **place, expected=verdict.expected), "z-primary"
        )
    for number, metric in enumerate(report.metrics, 1):
        if metric.name in verdict.metrics[:1]:
            if metric.unconfirmed:
                yield button("数据无误，确认", ask("confirm", row=number), "z-primary")
            yield button("查看数据", {"goto": {"field": f"数据[{number}].数值"}})
    if needs_review(verdict):
        done = is_reviewed(report, verdict)
        spot: dict[str, Any] = {"field": verdict.field, "start": mention.start}
        yield button("取消已核对" if done else "已核对此数", ask("review", **spot, done=not done))
        if not done:
            yield button("本段已核对", ask("review", **spot, done=True, paragraph=True))
    if verdict.status == "unsupported":
        yield button("补录为数据", ask("enter", **place), "z-primary", "在“数据”中新增一行，填好数值和单位")
