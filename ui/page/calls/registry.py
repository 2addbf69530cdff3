"""Calls: what the page may ask of a desk, each a function from plain values to messages."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any, Final

from scoring.characters import writable
from ui.page.desk import Desk
from ui.page.messages import Messages, toast
from ui.page.trouble import told

Arg = dict[str, Any]
Call = Callable[[Desk, Arg], Messages]

CALLS: Final[dict[str, Call]] = {}
"""Every call of the page by its name."""

OTHER_PAGE: Final = "页面与程序版本不一致，请刷新页面"
"""What is answered to what the page would not ask."""

_MOST_PLACES: Final = 500
_ASIDE: Final[set[str]] = set()
_TYPED: Final = ("field", "rows", "text")


def call(function: Call) -> Call:
    """Offer a function to the page under its own name; it has the desk to itself while it runs."""
    CALLS[function.__name__] = function
    return function


def aside(function: Call) -> Call:
    """Like :func:`call` for what leaves the report alone: it waits for nothing and holds nothing up."""
    _ASIDE.add(function.__name__)
    return call(function)


def answer(desk: Desk, name: str, arg: Arg, serial: int = 0) -> Messages:
    """Carry out the call ``name``; what goes wrong becomes a line for the user.

    Args:
        desk: the desk of the window that asks.
        name: the call.
        arg: what it needs.
        serial: counts the window's calls, 0 for none; what was typed earlier never replaces what was
            typed later, whichever arrives first.
    """
    wanted = CALLS.get(name)
    if wanted is None:
        return toast(OTHER_PAGE, "error")
    with nullcontext() if name in _ASIDE else desk.lock:
        try:
            return {} if _is_late(desk, name, arg, serial) else wanted(desk, writable(arg))
        except Exception as error:  # a door: whatever happens becomes a line for the user
            return told(error)


def _is_late(desk: Desk, name: str, arg: Arg, serial: int) -> bool:
    if name not in _TYPED or not serial:
        return False
    place = f"{name} {arg.get('grid', arg.get('field'))}"
    if len(desk.serials) > _MOST_PLACES:
        desk.serials.clear()
    late = serial < desk.serials.get(place, 0)
    desk.serials[place] = max(serial, desk.serials.get(place, 0))
    return late
