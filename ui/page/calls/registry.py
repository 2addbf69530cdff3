"""Calls: what the page may ask of a desk, each a function from plain values to messages."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any, Final

from ui.page.desk import Desk
from ui.page.messages import Messages, toast
from ui.page.trouble import told

Arg = dict[str, Any]
Call = Callable[[Desk, Arg], Messages]

CALLS: Final[dict[str, Call]] = {}
"""Every call of the page by its name."""


def call(function: Call) -> Call:
    """Offer a function to the page under its own name."""
    CALLS[function.__name__] = function
    return function


def answer(desk: Desk, name: str, arg: Arg) -> Messages:
    """Carry out the call ``name``; what goes wrong becomes a line for the user."""
    wanted = CALLS.get(name)
    if wanted is None:
        return toast("页面与程序版本不一致，请刷新页面", "error")
    with desk.lock if name != "stop" else nullcontext():
        try:
            return wanted(desk, arg)
        except Exception as error:  # a door: whatever happens becomes a line for the user
            return told(error)
