"""The panel of a merge: each place that two windows changed otherwise, side by side, for choosing one."""

from __future__ import annotations

from corpus.merging import Conflict, Merge
from ui.page.show.diff import inline
from ui.page.show.node import Node, ask, button, node


def merging_panel(merging: Merge | None) -> Node:
    """What is still to be chosen; nothing where nobody merges."""
    if merging is None:
        return None
    said = f"两边不冲突的改动都已合在一起，还有 {len(merging.conflicts)} 处两边改得不同，请逐处选择："
    return node("div", "z-compared", node("h3", "", said), *(_conflict(one) for one in merging.conflicts))


def _conflict(one: Conflict) -> Node:
    return node(
        "div",
        "z-merge",
        node("h4", "", one.place),
        node(
            "div",
            "z-sides",
            node("div", "", *inline(one.base, one.mine)),
            node("div", "", *inline(one.base, one.theirs)),
        ),
        node(
            "div",
            "z-sides",
            button("用本窗口的", ask("merge", place=one.place, side="mine")),
            button("用对方的", ask("merge", place=one.place, side="theirs")),
        ),
    )
