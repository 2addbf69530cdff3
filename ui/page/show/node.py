"""Nodes: what a panel shows, as lists that the page draws; texts only ever become text nodes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Node = list[Any] | str | None
"""``[tag, attributes, *children]``, a text, or None for nothing."""

LEVELS = {"error": "错误", "warning": "提醒", "info": "提示"}
"""Severities in the users' words."""


def node(tag: str, look: str = "", *children: Node, **attributes: Any) -> list[Any]:
    """One element with the classes ``look``; ``aria_label`` is the attribute aria-label, ``for_`` is for."""
    named = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
    if look:
        named["class"] = look
    return [tag, named, *children]


def button(text: str, action: dict[str, Any], look: str = "", title: str = "", id_: str = "") -> list[Any]:
    """A button that does ``action``: ``{"ask": call, "arg": …}`` or ``{"goto": place}``."""
    attributes: dict[str, Any] = {"type": "button", "do": action}
    if title:
        attributes["title"] = title
    if id_:
        attributes["id"] = id_
    return node("button", f"z-button {look}".strip(), text, **attributes)


def ask(call: str, /, confirm: str = "", **arg: Any) -> dict[str, Any]:
    """The action of calling the server, after a question to the user where ``confirm`` asks one."""
    return {"ask": call, "arg": arg, **({"confirm": confirm} if confirm else {})}


def spoken(field: str) -> str:
    """A field label as people say it: 指标[4].自评分 → 指标第4行 自评分, 年度目标[2] → 年度目标第2条."""
    head, bracket, rest = field.partition("[")
    number, _, label = rest.partition("]")
    if not bracket:
        return field.replace(".", " ")
    return f"{head}第{number}{'条' if head == '年度目标' else '行'} {label.lstrip('.')}".strip()


def goto(field: str, start: int | None = None, end: int | None = None) -> dict[str, Any]:
    """The action of leading to a place of the form; offsets in UTF-16 units."""
    return {"goto": {"field": field, "start": start, "end": end}}


def empty(text: str) -> list[Any]:
    """What a panel says when there is nothing to show."""
    return node("p", "z-empty", text)


def rows(items: Iterable[tuple[str, Node]]) -> list[Any]:
    """Names and values under each other."""
    parts: list[Node] = []
    for name, value in items:
        parts += [node("dt", "", name), node("dd", "", value)]
    return node("dl", "z-rows", *parts)


def utf16(text: str, offset: int) -> int:
    """A code point offset into ``text`` as the browser counts it."""
    return len(text[:offset].encode("utf-16-le", "surrogatepass")) // 2
