"""Files on their way in and out, each account's apart from all others'."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Final

from scoring.errors import InputError

_MOST: Final = 5000


class Transfers:
    """Which exported files an account may fetch and which uploaded ones are its own, by its id."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._folders: dict[int, Path] = {}
        self._uploads: dict[str, set[int]] = {}

    def folder(self, account: int) -> Path:
        """Where an account's exported files wait to be fetched."""
        with self._lock:
            if account not in self._folders:
                self._folders[account] = Path(tempfile.mkdtemp(prefix="out-", dir=waiting_room()))
            return self._folders[account]

    def may_fetch(self, account: int, path: str) -> bool:
        """Whether a file, wherever links and dots lead, is one of the account's exports."""
        folder = self._folders.get(account)
        if folder is None or "\0" in path:
            return False
        return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))

    def uploaded(self, account: int, paths: Iterable[str]) -> None:
        """Take note of whose the uploaded files are."""
        with self._lock:
            if len(self._uploads) > _MOST:
                self._uploads = {path: whose for path, whose in self._uploads.items() if Path(path).exists()}
            for path in paths:
                self._uploads.setdefault(os.path.realpath(path), set()).add(account)

    def check_own(self, account: int, path: str) -> None:
        """See that an uploaded file is the account's.

        Raises:
            InputError: it was not uploaded by the account.
        """
        if account not in self._uploads.get(os.path.realpath(path), ()):
            raise InputError("上传", "没有这个文件，请重新选择")


@cache
def waiting_room() -> str:
    """The folder of all files on their way, for nobody else on this machine; gone when the program ends."""
    return _room().name


@cache
def _room() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="ziping-")
