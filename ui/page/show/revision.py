"""Panels of the revision tab: the conversation, and each proposed edit as a difference to accept or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.revision import Edit
from ui.page.show.diff import inline
from ui.page.show.node import Node, ask, button, empty, node

_EXAMPLES = (
    "哪些目标没写到？",
    "检查一下",
    "第二点写简练些",
    "删去第二点第一句",
    "把第三点移到最前",
    "金额改成万元",
)
_SHOWN_TURNS = 30


def conversation_panel(turns: Sequence[Mapping[str, str]]) -> Node:
    """What was said, the newest last; kept with the report."""
    if not turns:
        examples = [node("li", "", example) for example in _EXAMPLES]
        return node(
            "div", "", empty("说出想怎么改，或问一个问题，例如："), node("ul", "z-examples", *examples)
        )
    parts: list[Node] = []
    for turn in turns[-_SHOWN_TURNS:]:
        parts.append(node("div", "z-turn z-mine", turn["问"]))
        parts.append(node("div", "z-turn", turn["答"]))
    return node("div", "z-conversation", *parts)


def refining_panel(edit: Edit | None) -> Node:
    """Which edit on offer the next wish is about."""
    if edit is None:
        return None
    start = f"{edit.after[:40]}……" if len(edit.after) > 40 else edit.after
    return node(
        "div",
        "z-banner",
        node("span", "", f"再改这一处：“{start}”。写下还想怎么改，再发送。"),
        button("不再改它", ask("refine_edit")),
    )


def proposals_panel(edits: Sequence[Edit], refining: Edit | None = None) -> Node:
    """The edits that are on offer; nothing is changed before one is accepted."""
    if not edits:
        return None
    in_order = sorted(enumerate(edits), key=lambda pair: (pair[1].section, pair[1].start))
    return node(
        "div",
        "z-proposals",
        node(
            "div",
            "z-actions",
            node("strong", "", f"建议的改动 {len(edits)} 处"),
            button("全部采用", ask("accept_edits"), "z-primary") if len(edits) > 1 else None,
            button("全部不采用", ask("reject_edits")) if len(edits) > 1 else None,
        ),
        *(_proposal(number, edit, edit == refining) for number, edit in in_order),
    )


def _proposal(number: int, edit: Edit, is_refined: bool) -> Node:
    return node(
        "div",
        "z-finding z-proposal z-refined" if is_refined else "z-finding z-proposal",
        node("div", "", node("span", "z-hint", f"{edit.section}　"), *inline(edit.before, edit.after)),
        node(
            "div",
            "z-actions",
            button("采用", ask("accept_edits", number=number), "z-primary"),
            button("再改…", ask("refine_edit", number=number)),
            button("不采用", ask("reject_edits", number=number)),
        ),
    )
