"""The desks that are open, one a browser window."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import gradio as gr

from corpus.library import Library
from corpus.store import open_store
from scoring.errors import InputError
from scoring.report import Report
from ui.page.desk import Clock, Desk, open_desk

_LAST_WORDS = timedelta(minutes=1)


class Desks:
    """The open desks by the window that has them; a window's key is told to nobody else."""

    def __init__(self, home: Path, clock: Clock, sample: Callable[[], Report]) -> None:
        self._home = home
        self._engine = open_store(home, os.environ.get("ZIPING_DATABASE", "").strip())
        self._libraries: dict[str, Library] = {}
        self._clock = clock
        self._sample = sample
        self._lock = threading.Lock()
        self._by_window: dict[str, Desk] = {}
        self._closed: dict[str, datetime] = {}

    def open(self, window: str, who: str, query: Mapping[str, str]) -> Desk:
        """The desk of a window that was just opened, with the report that its address names."""
        asked = query.get("report", "")
        with self._lock:
            number = int(asked) if asked.isdigit() else 0
            desk = open_desk(self._engine, self.library(who), self._clock, who, number, self._sample)
            self._forget()
            self._closed.pop(window, None)
            self._by_window[window] = desk
        return desk

    def library(self, who: str) -> Library:
        """The library as ``who`` may search it; empty where one desk has the machine to itself."""
        return self._libraries.setdefault(who, Library(self._home, who or None))

    def warm(self) -> None:
        """Make the library ready, so that the first draft waits for nothing."""
        try:
            self.library("").ensure()
        except InputError:
            return  # told when the library is used

    def of(self, window: str | None) -> Desk:
        """The desk of a window.

        Raises:
            InputError: it has none any more.
        """
        desk = self._by_window.get(window or "")
        if desk is None:
            raise InputError("页面", "已过期，请刷新页面")
        return desk

    def by_key(self, key: str) -> Desk | None:
        """The desk with this key."""
        return next((desk for desk in list(self._by_window.values()) if desk.key == key), None)

    def _forget(self) -> None:
        now = self._clock()
        for window in [window for window, moment in self._closed.items() if now - moment > _LAST_WORDS]:
            self._by_window.pop(window, None)
            del self._closed[window]

    def close(self, request: gr.Request) -> None:
        """Let go of a closed window's desk, after the while in which its last words may still arrive."""
        window = request.session_hash or ""
        if window in self._by_window:
            self._closed[window] = self._clock()
