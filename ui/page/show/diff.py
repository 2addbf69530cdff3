"""Differences between texts, by whole numbers and words, and between reports, by field."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from typing import Any

from scoring.report import Report
from ui.page.show.node import Node, node

# A number stays whole: 1225 → 1252 is one change, not two digits.
_TOKEN = re.compile(r"[+-]?\d+(?:[,.]\d+)*[%％]?|[A-Za-z]+|\s+|.", re.DOTALL)
_CHANCE = 2
_SENTENCE_END = re.compile(r"[。！？；\n]")


def inline(before: str, after: str) -> list[Node]:
    """One text with what goes struck out and what comes marked."""
    parts: list[Node] = []
    for kind, old, new in _steps(before, after):
        if kind == "equal":
            parts.append(old)
            continue
        if old:
            parts.append(node("del", "", old))
        if new:
            parts.append(node("ins", "", new))
    return parts


def sides(before: str, after: str) -> tuple[list[Node], list[Node]]:
    """The two texts for showing side by side, each with its own part of the differences marked."""
    left: list[Node] = []
    right: list[Node] = []
    for kind, old, new in _steps(before, after):
        if kind == "equal":
            left.append(old)
            right.append(new)
        else:
            left.append(node("del", "", old) if old else None)
            right.append(node("ins", "", new) if new else None)
    return left, right


def _steps(before: str, after: str) -> Iterator[tuple[str, str, str]]:
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    steps = [(kind, "".join(old[i:j]), "".join(new[k:l_])) for kind, i, j, k, l_ in matcher.get_opcodes()]
    gone, come = "", ""
    for number, (kind, first, second) in enumerate(steps):
        # A sign or two that happen to be the same in the middle of a change belong to the change.
        is_chance = len(first) <= _CHANCE and 0 < number < len(steps) - 1 and not first.isdigit()
        if kind != "equal" or (is_chance and "\n" not in first):
            gone, come = gone + first, come + second
            continue
        if gone or come:
            yield "replace", gone, come
            gone, come = "", ""
        yield kind, first, second
    if gone or come:
        yield "replace", gone, come


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The bounds of the sentence (or sentences) that code points [start, end) lie in."""
    first = max((match.end() for match in _SENTENCE_END.finditer(text, 0, start)), default=0)
    last = _SENTENCE_END.search(text, end)
    return first, last.end() if last else len(text)


def changed_fields(before: Report, after: Report) -> list[tuple[str, str, str]]:
    """Every field of the form that differs: label, text before, text after; rows as 指标[3] and 数据[2]."""
    old, new = before.to_mapping(), after.to_mapping()
    found: list[tuple[str, str, str]] = []
    for label in dict.fromkeys([*old, *new]):
        first, second = old.get(label), new.get(label)
        if first == second:
            continue
        if label in ("指标", "数据"):
            found += _rows(label, first or [], second or [])
        else:
            found.append((label, _plain(first), _plain(second)))
    return found


def _rows(label: str, before: Sequence[Any], after: Sequence[Any]) -> Iterator[tuple[str, str, str]]:
    old, new = [_plain(row) for row in before], [_plain(row) for row in after]
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for kind, i, j, k, l_ in matcher.get_opcodes():
        if kind == "equal":
            continue
        for offset in range(max(j - i, l_ - k)):
            first = old[i + offset] if i + offset < j else ""
            second = new[k + offset] if k + offset < l_ else ""
            number = (k if second else i) + offset + 1
            yield f"{label}[{number}]", first, second


def _plain(held: Any) -> str:
    if isinstance(held, dict):
        return "　".join(f"{key} {_plain(one)}" for key, one in held.items() if one not in (None, "", []))
    if isinstance(held, list):
        return "\n".join(_plain(one) for one in held)
    return "" if held is None else str(held)
