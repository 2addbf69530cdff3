"""Live numbers: the sentences that a changed metric makes stale, rewritten, for one decision."""

from __future__ import annotations

from itertools import groupby

from scoring.numbers.live import Change
from scoring.report import Report
from ui.page.show.diff import inline, sentence_around
from ui.page.show.node import Node, ask, button, node


def live_panel(report: Report, changes: tuple[Change, ...]) -> Node:
    """The offer to write the numbers anew; nothing where none is stale."""
    if not changes:
        return None
    sections = dict.fromkeys(change.field for change in changes)
    return node(
        "div",
        "z-banner z-live",
        node("strong", "", f"数据已改，文中 {len(changes)} 处数随之变化（{'、'.join(sections)}）"),
        button("全部改写", ask("rewrite_live"), "z-primary", id_="z-rewrite-live"),
        button("不改", ask("keep_stale")),
        node(
            "details",
            "z-details",
            node("summary", "", "查看改动"),
            *(_sentence(report, field, own) for field, own in _by_sentence(report, changes)),
            id="z-live-details",
        ),
    )


def _by_sentence(report: Report, changes: tuple[Change, ...]) -> list[tuple[str, list[Change]]]:
    def place(change: Change) -> tuple[str, int]:
        return change.field, sentence_around(report.narrative(change.field), change.start, change.end)[0]

    return [(key[0], list(own)) for key, own in groupby(changes, place)]


def _sentence(report: Report, field: str, changes: list[Change]) -> Node:
    text = report.narrative(field)
    first, _ = sentence_around(text, changes[0].start, changes[0].end)
    _, last = sentence_around(text, changes[-1].start, changes[-1].end)
    after, at = "", first
    for change in changes:
        after += text[at : change.start] + change.new
        at = change.end
    after += text[at:last]
    flipped = [change.flipped for change in changes if change.flipped]
    return node(
        "div",
        "z-live-sentence",
        node("span", "z-hint", f"{field}　"),
        *inline(text[first:last], after),
        node("div", "z-warning-text", f"“{'”“'.join(flipped)}”已与数不符，请改写这句话") if flipped else None,
        node("div", "z-hint", "；".join(dict.fromkeys(change.reason for change in changes))),
    )
