"""The desks that are open, one a browser window."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import gradio as gr

from corpus import accounts
from corpus.accounts import ALONE, Account
from corpus.library import Library
from corpus.store import open_store
from scoring.errors import InputError
from scoring.report import Report
from ui.page.desk import Clock, Desk, open_desk
from ui.page.transfers import Transfers

_LAST_WORDS = timedelta(minutes=1)


class Desks:
    """The open desks by the window that has them; a window's key is told to nobody else.

    ``with_login`` says that people have accounts: each is shown the reports of their own units only.
    """

    def __init__(
        self, home: Path, clock: Clock, sample: Callable[[], Report], with_login: bool = False
    ) -> None:
        self.engine = open_store(home, os.environ.get("ZIPING_DATABASE", "").strip())
        self.transfers = Transfers()
        self.with_login = with_login
        self._library = Library(home)
        self._clock = clock
        self._sample = sample
        self._lock = threading.Lock()
        self._by_window: dict[str, Desk] = {}
        self._closed: dict[str, datetime] = {}

    def open(self, window: str, who: str, query: Mapping[str, str]) -> Desk:
        """The desk of a window that was just opened, with the report that its address names.

        Raises:
            InputError: ``who`` is nobody who may see reports.
        """
        account = self._account(who)
        asked = query.get("report", "")
        with self._lock:
            if (taken := self._by_window.get(window)) is not None and taken.account != account:
                raise InputError("页面", "已过期，请刷新页面")
            number = int(asked) if asked.isdigit() else 0
            desk = open_desk(self.engine, self._library, self._clock, account, number, self._sample)
            desk.transfers = self.transfers
            self._forget()
            self._closed.pop(window, None)
            self._by_window[window] = desk
        return desk

    def library(self, who: str) -> Library:
        """The library as ``who`` may search it: that of the first of their units.

        Raises:
            InputError: ``who`` is nobody who may see reports.
        """
        return self._library.for_unit(self._account(who).units[0])

    def warm(self) -> None:
        """Make the library ready, so that the first draft waits for nothing."""
        try:
            self._library.ensure()
        except InputError:
            return  # told when the library is used

    def of(self, window: str | None, who: str | None) -> Desk:
        """The desk of a window.

        Raises:
            InputError: it has none any more, or it is not that of ``who`` as their account is now.
        """
        desk = self._by_window.get(window or "")
        if desk is None or desk.account != self._account(who or ""):
            raise InputError("页面", "已过期，请刷新页面")
        return desk

    def by_key(self, key: str, who: str) -> Desk | None:
        """The desk with this key, where it is that of ``who`` as their account is now."""
        desk = next((desk for desk in list(self._by_window.values()) if desk.key == key), None)
        return desk if desk is not None and desk.account == self._account(who) else None

    def _account(self, who: str) -> Account:
        if not self.with_login:
            return ALONE
        found = accounts.account(self.engine, who)
        if found is None or not found.units:
            raise InputError("登录", "这个用户不能查看报告，请重新登录")
        return found

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
