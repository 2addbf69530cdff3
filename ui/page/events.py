"""Gradio's events of the page: a click, an upload or a chosen tab, each answered with messages to the bus."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from ui.page import calls, files, messages
from ui.page.desk import Desk
from ui.page.desks import Desks
from ui.page.messages import Messages
from ui.page.transfers import waiting_room
from ui.page.trouble import told

Quiet = dict[str, Any]
QUIET: Quiet = {"show_progress": "hidden", "api_visibility": "private"}
_OVER = {"drafting": False, "adding": False, "revising": False, "view:revise-state": None}
FLUSH = "async (...values) => { await ziping.flush(); return values; }"
"""Sends what is typed but not yet sent before the event itself."""


class Events:
    """Answers Gradio's events for the desk of the window that they come from."""

    def __init__(self, desks: Desks, bus: gr.HTML) -> None:
        self.desks = desks
        self.bus = bus

    def opened(self, request: gr.Request) -> Messages:
        """The window was opened, or loaded again."""
        try:
            desk = self.desks.open(
                request.session_hash or "", request.username or "", dict(request.query_params)
            )
            return messages.everything(desk)
        except Exception as error:  # a door
            return told(error)

    def asking(self, name: str, **arg: Any) -> Callable[[gr.Request], Messages]:
        """The event that makes the call ``name``."""

        def answer(request: gr.Request) -> Messages:
            return self._for(request, lambda desk: calls.answer(desk, name, arg))

        return answer

    def with_value(self, act: Callable[[Desk, Any], Messages]) -> Callable[[Any, gr.Request], Messages]:
        """The event that does ``act`` with a component's value; nothing for an empty one."""

        def answer(value: Any, request: gr.Request) -> Messages:
            return self._for(
                request, lambda desk: act(desk, value) if value not in (None, [], "") else {}, value
            )

        return answer

    def streaming(self, act: Callable[..., Iterator[Messages]]) -> Callable[..., Iterator[Messages]]:
        """The event that does a long piece of work with its components' values, told of step by step."""

        def answer(request: gr.Request, *values: Any) -> Iterator[Messages]:
            try:
                yield from act(self._desk(request, *values), *values)
            except Exception as error:  # a door
                yield {**_OVER, **told(error)}

        return answer

    def write(self, kind: str, with_provenance: bool, request: gr.Request) -> tuple[str | None, Messages]:
        """The file for the hidden download, and what the page is told."""
        try:
            path, problem = files.write(self._desk(request), kind, with_provenance)
        except Exception as error:  # a door
            return None, told(error)
        name = Path(path).name
        if problem:
            return path, messages.toast(f"已导出：{name}，但{problem}", "warning")
        return path, messages.toast(f"已导出：{name}")

    def _for(self, request: gr.Request, act: Callable[[Desk], Messages], *values: Any) -> Messages:
        try:
            return act(self._desk(request, *values))
        except Exception as error:  # a door
            return told(error)

    def _desk(self, request: gr.Request, *values: Any) -> Desk:
        """The desk that an event is for; uploaded files among its values must be the account's own."""
        desk = self.desks.of(request.session_hash, request.username)
        for value in values:
            for path in value if isinstance(value, list) else [value]:
                if isinstance(path, str) and path.startswith(waiting_room()):
                    desk.transfers.check_own(desk.account.id, path)
        return desk
