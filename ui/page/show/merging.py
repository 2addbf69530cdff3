"""The panel of a merge: each place that two windows changed otherwise, side by side, for choosing one."""

from __future__ import annotations

import re

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
    place = re.sub(r"\[(\d+)\]$", r"（第\1处）", one.place)
    return node(
        "div",
        "z-merge",
        node("h4", "", place),
        node(
            "div",
            "z-sides",
            _side(one, "本窗口的", one.mine, "mine"),
            _side(one, "对方的", one.theirs, "theirs"),
        ),
    )


def _side(one: Conflict, whose: str, text: str, side: str) -> Node:
    """One side: whose it is, what it changed, and the button that takes it."""
    return node(
        "div",
        "",
        node("div", "z-hint", whose),
        node("div", "z-changed", *inline(one.base, text)),
        button(f"用{whose}", ask("merge", place=one.place, side=side)),
    )
