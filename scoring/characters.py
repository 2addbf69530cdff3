"""The characters that a text may hold: what every form, database and screen can show, and shows in its place."""

from __future__ import annotations

import re
from typing import Any, Final

_BREAKS: Final = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Control characters, lone surrogates, non-characters, and the marks that nobody sees: a zero-width space cuts
# the number 12|25 in two for a reader of characters only, and a change of direction shows 1225 as 5221.
_HIDDEN: Final = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064"
    "\u2066-\u206f\ufeff\ufffe\uffff\ud800-\udfff]"
)
_DEEPEST: Final = 20


def writable(value: Any, depth: int = 0) -> Any:
    """``value`` with each text in it, keys included, free of what cannot be written down or is not seen.

    Args:
        value: a text, or lists, tuples and mappings of texts; anything else is left as it is.
        depth: how deep it lies.

    Raises:
        ValueError: it is nested deeper than any report.
    """
    if isinstance(value, str):
        return _HIDDEN.sub("", _BREAKS.sub("\n", value))
    if depth > _DEEPEST and isinstance(value, dict | list | tuple):
        raise ValueError("嵌套过深，不是报告内容")
    if isinstance(value, dict):
        return {writable(key, depth + 1): writable(held, depth + 1) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(writable(held, depth + 1) for held in value)
    return value


def size(value: Any) -> int:
    """The characters of all texts in ``value``, keys included."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(size(key) + size(held) for key, held in value.items())
    return sum(map(size, value)) if isinstance(value, list | tuple) else 0
