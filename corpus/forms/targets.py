"""The items of a numbered text: 1. 2. 3., each on a line of its own or run together."""

from __future__ import annotations

import re
from typing import Final

_MARK: Final = r"(?:[（(]{n}[)）]|{n}[.．、)）])"
# 1. 2、 (3) where a text or a sentence begins
_ANY: Final = re.compile(r"(?:^|(?<=[。；\s]))[（(]?\d{1,2}[)）.．、](?!\d)|\n")


def numbered(text: str) -> list[str]:
    """The items of ``text`` without their numbers.

    Numbers that rise by one from 1 decide: an item may itself begin with digits (3.65岁以上…) or hold
    others. A text that does not count so is cut at any number and at line ends.
    """
    starts = _rising(text)
    if not starts:
        return [item.strip() for item in _ANY.split(text) if item.strip()]
    ends = [start for start, _ in starts[1:]] + [len(text)]
    return [
        text[body:end].strip() for (_, body), end in zip(starts, ends, strict=True) if text[body:end].strip()
    ]


def _rising(text: str) -> list[tuple[int, int]]:
    """Start and end of the marks 1, 2, 3 …; empty where the text does not begin with a 1."""
    first = re.compile(r"\s*" + _MARK.format(n=1)).match(text)
    if not first:
        return []
    found = [first.span()]
    has_lines = "\n" in text.strip()
    while mark := _next(text, len(found) + 1, found[-1][1], has_lines):
        found.append(mark.span())
    return found


def _next(text: str, number: int, position: int, has_lines: bool) -> re.Match[str] | None:
    """The mark ``number`` after ``position``: at a line's head, else after a sentence, else anywhere but in a number."""
    mark = _MARK.format(n=number)
    if has_lines and (found := re.compile(rf"(?<=\n){mark}").search(text, position)):
        return found
    after_sentence = re.compile(rf"(?<=[。；;\s]){mark}").search(text, position)
    return after_sentence or re.compile(rf"(?<![\d.．]){mark}(?!\d)").search(text, position)
