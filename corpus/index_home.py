"""Where the index lives: one process at a time has it open; one in doubt is set aside and made anew.

Chroma does not survive every kill, and a damaged folder may crash the process that opens it, even when it
only counts. So an index that its last user did not leave as it should be is never opened: making it anew from
the store takes less than a millisecond a passage.
"""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Engine

from corpus.embedding import TextEmbedding
from corpus.index import BrokenIndexError, Index, folder_client, server_client
from corpus.lookup import changes, revision
from corpus.records import state
from corpus.vectors import Progress, Remembered

_NOTE: Final = "index.json"
_PATIENCE_SECONDS: Final = 0.05


@dataclass(frozen=True, slots=True)
class _Note:
    """What stands beside an index: where it is, what made it, which revision of the library it holds.

    ``files`` are the folder's files as its last writer left them (size, time); ``busy`` tells that somebody
    began to open or write it and may not have come to the end.
    """

    place: str = ""
    embedding: str = ""
    revision: int = 0
    busy: bool = False
    files: dict[str, list[int]] = field(default_factory=dict)


_NOTE_JSON: Final = TypeAdapter(_Note)


class IndexHome:
    """The index of a library, in a folder of this machine or on a server.

    Args:
        folder: where the note and, without ``url``, the index itself are kept.
        engine: the store that the index is made from.
        embedding: makes the vectors that the store lacks.
        url: a Chroma server to use instead, empty for none.
        tell: called with one sentence whenever the user should know what happened.
    """

    def __init__(
        self, folder: Path, engine: Engine, embedding: TextEmbedding, url: str, tell: Callable[[str], None]
    ) -> None:
        self._folder = folder
        self._engine = engine
        self._embedding = embedding
        self._url = url
        self._tell = tell
        self._own = FileLock(folder / "index.lock")
        self._turn = threading.RLock()
        self._index: Index | None = None
        self._note = _Note()
        self._verified = False

    def current(self, progress: Progress | None = None) -> Index | None:
        """The index, holding what the store holds; None while another process or thread is at it.

        Raises:
            BrokenIndexError: it cannot be opened, and not be made anew either.
        """
        if not self._turn.acquire(timeout=_PATIENCE_SECONDS):
            return None
        try:
            if not self._is_mine():
                return None
            try:
                return self._opened(progress)
            except BrokenIndexError:
                if self._url and self._index is None:  # the server does not answer
                    raise
            self.start_over()
            return self._opened(progress)
        finally:
            self._turn.release()

    def start_over(self) -> None:
        """Set the index aside, so that the next use makes a new one from the store."""
        with self._turn:
            place = self._note.place or _read_note(self._folder).place
            if self._url and self._index:
                with suppress(BrokenIndexError):
                    self._index.clear()
            self._release_client()
            if not self._url and (aside := _set_aside(self._folder, place)):
                self._tell(f"检索索引不完整或已损坏，已移到 {aside}，并由保存的段落重建；资料没有丢失。")
            (self._folder / _NOTE).unlink(missing_ok=True)
            self._note = _Note()

    def close(self) -> None:
        """Let go of the index, so that another process may have it."""
        with self._turn:
            self._release_client()
            self._own.release()

    def _is_mine(self) -> bool:
        if self._url or self._own.is_locked:
            return True
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._own.acquire(timeout=0)
        except Timeout:
            return False
        return True

    def _opened(self, progress: Progress | None) -> Index:
        if self._index is None:
            self._open_server() if self._url else self._open_local()
        assert self._index is not None
        self._catch_up(self._index, progress)
        return self._index

    def _open_server(self) -> None:
        note = _read_note(self._folder)
        is_same = (note.place, note.embedding) == (self._url, self._embedding.name)
        client = server_client(self._url)
        self._note = note if is_same else _Note(self._url, self._embedding.name)
        self._use(client)

    def _open_local(self) -> None:
        note = _read_note(self._folder)
        folder = self._folder / note.place
        if not note.place or not folder.is_dir():
            note = _Note(embedding=self._embedding.name)
        elif note.embedding != self._embedding.name:
            self._tell(f"嵌入模型由 {note.embedding} 换成 {self._embedding.name}，检索索引已重建。")
            note = _Note(embedding=self._embedding.name)
        elif note.busy or note.files != _files(folder):
            self.start_over()
            note = _Note(embedding=self._embedding.name)
        else:
            _write_note(self._folder, replace(note, busy=True))
        self._open_folder(note)

    def _open_folder(self, note: _Note) -> None:
        """Open the noted folder, or a new one that takes its place once it is complete."""
        place = note.place or _new_name(self._folder)
        self._note = replace(note, place=place)
        self._use(folder_client(self._folder / place))

    def _use(self, client: object) -> None:
        vectors = Remembered(self._engine, self._embedding)
        self._index = Index(client, vectors, state(self._engine, "id"), self._embedding.name)
        self._verified = False

    def _catch_up(self, index: Index, progress: Progress | None) -> None:
        """Bring the index to the store's revision; a first use compares all counts."""
        if self._verified and revision(self._engine) == self._note.revision:
            return None
        changed = changes(self._engine, self._note.revision)
        touched = {*changed.gone, *(placed.where for placed in changed.added)}
        if _read_note(self._folder).place == self._note.place:
            _write_note(self._folder, replace(self._note, busy=True))
        index.apply(changed, progress)
        try:
            index.verify(touched if self._verified else {*touched, *changed.counts})
        except BrokenIndexError:
            if revision(self._engine) == changed.revision:
                raise
            return self._catch_up(index, progress)  # a server's index was changed meanwhile
        self._verified = True
        files = {} if self._url else _files(self._folder / self._note.place)
        self._note = replace(self._note, revision=changed.revision, files=files)
        _write_note(self._folder, self._note)
        _remove_others(self._folder, self._note.place)
        return None

    def _release_client(self) -> None:
        if self._index is not None:
            with suppress(BrokenIndexError):
                self._index.close()
            self._index = None


def _files(folder: Path) -> dict[str, list[int]]:
    found = {}
    for path in sorted(folder.rglob("*")):
        with suppress(OSError):  # a file may go while we look
            if path.is_file():
                stat = path.stat()
                found[path.relative_to(folder).as_posix()] = [stat.st_size, stat.st_mtime_ns]
    return found


def _read_note(folder: Path) -> _Note:
    try:
        return _NOTE_JSON.validate_json((folder / _NOTE).read_bytes(), strict=True)
    except (OSError, ValidationError):
        return _Note()


def _write_note(folder: Path, note: _Note) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f"{_NOTE}.tmp"
    temporary.write_text(_NOTE_JSON.dump_json(note).decode(), "utf-8")
    temporary.replace(folder / _NOTE)


def _new_name(folder: Path) -> str:
    """A name that no folder here ever had: an open client may still know the old ones."""
    numbers = [int(match[1]) for path in folder.iterdir() if (match := re.fullmatch(r"\w+-(\d+)", path.name))]
    return f"index-{max(numbers, default=0) + 1}"


def _set_aside(folder: Path, place: str) -> Path | None:
    """Rename a broken index, keeping only the newest; None where there is none or it cannot be moved."""
    if not place or not (folder / place).is_dir():
        return None
    for older in folder.glob("broken-*"):
        shutil.rmtree(older, ignore_errors=True)
    aside = folder / place.replace("index-", "broken-")
    try:
        (folder / place).rename(aside)
    except OSError:
        return None
    return aside


def _remove_others(folder: Path, place: str) -> None:
    """Remove index folders that were left behind or never completed."""
    for path in folder.glob("index-*"):
        if path.name != place and path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
