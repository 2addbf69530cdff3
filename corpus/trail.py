"""The audit trail: who did what when, one chain of entries a store, each hashed together with the one before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final, Literal

from sqlalchemy import String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from corpus.changes import Change, changes
from corpus.tables import StateRow, Table
from scoring.errors import InputError
from scoring.report import Report
from scoring.report_file import parse_report

What = Literal[
    "create", "edit", "draft", "revise", "discuss", "correct", "renumber", "set_aside", "take_up", "confirm",
    "review", "lock", "name", "finish", "restore", "merge", "load", "carry", "split", "before",
    "library_add", "library_update", "library_remove", "library_share", "library_withdraw",
    "export", "past", "user_add", "user_remove", "user_password", "hand_over",
]  # fmt: skip
"""What was done; ``before`` stands for a version that was kept before the store had a trail, ``past`` for the
trail of another store whose reports were taken in."""

Origin = Literal["person", "embedded", "model", "program", "restored", "merged", "imported", "unknown"]
"""Whose words a change brought: a person's, the embedded writer's, a model's, the core's own numbers …"""

BEGINNING: Final = "0" * 64
"""What the first entry follows."""

_END: Final = "trail"
_NOTED: Final = "trail"


class TrailRow(Table):
    """One entry; rows are only ever added. ``entry`` is JSON exactly as it was hashed."""

    __tablename__ = "trail"

    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    report_id: Mapped[int | None] = mapped_column(index=True)
    entry: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64))


@dataclass(frozen=True, slots=True)
class Act:
    """What was done and whose words it brought; ``model`` and ``prompt`` name a model and its prompt's version."""

    what: What
    origin: Origin = "person"
    model: str = ""
    prompt: str = ""


EDIT: Final = Act("edit")
"""A person's change, which is what a save is where nothing else is said."""


@dataclass(frozen=True, slots=True)
class Noted:
    """An entry that is not yet part of the chain; ``details`` are plain values."""

    act: Act
    who: str
    when: datetime
    report_id: int | None = None
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the chain, ``n`` counts from 1."""

    n: int
    noted: Noted
    hash: str


def note(session: Session, noted: Noted) -> None:
    """Have an entry added to the chain when the transaction of ``session`` ends, or not if it fails."""
    session.info.setdefault(_NOTED, []).append(noted)


def seal(session: Session) -> None:
    """Add what was noted to the chain, as the last thing of a transaction.

    Whoever adds waits for the other's end; nothing else is waited for after that, so two never wait for
    each other.
    """
    noted: list[Noted] = session.info.pop(_NOTED, [])
    if not noted:
        return
    session.flush()
    fresh = {"populate_existing": True}
    query = select(StateRow).where(StateRow.key == _END).with_for_update()
    end = session.scalars(query, execution_options=fresh).one()
    n, last = position(end.value)
    for one in noted:
        n += 1
        row = row_of(n, last, one)
        last = row.hash
        session.add(row)
    end.value = f"{n} {last}"


def row_of(n: int, last: str, noted: Noted) -> TrailRow:
    """The ``n``-th row of a chain, after the one with the hash ``last``."""
    told = {
        "n": n,
        "at": noted.when.astimezone(UTC).isoformat(timespec="microseconds"),
        "who": noted.who,
        "report": noted.report_id,
        **{name: value for name, value in asdict(noted.act).items() if value},
        "details": noted.details,
    }
    entry = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return TrailRow(n=n, report_id=noted.report_id, entry=entry, hash=link(last, entry))


def link(last: str, entry: str) -> str:
    """The hash of an entry that follows the one with the hash ``last``: SHA-256 over both, a line each."""
    return sha256(f"{last}\n{entry}".encode()).hexdigest()


def position(value: str) -> tuple[int, str]:
    """The number and hash of the last entry, from the mark that the store keeps of it."""
    n, _, last = value.partition(" ")
    return int(n), last


def end_of(session: Session) -> str:
    """The store's mark of the last entry, its number and hash; empty where it is gone."""
    row = session.get(StateRow, _END)
    return row.value if row else ""


def entries(session: Session, report_id: int | None = None) -> Iterator[Entry]:
    """The entries in order, all of them or those of one report; one that cannot be read is left out."""
    query = select(TrailRow).order_by(TrailRow.n)
    if report_id is not None:
        query = query.where(TrailRow.report_id == report_id)
    for row in session.scalars(query.execution_options(yield_per=500)):
        if (noted := read(row.entry)) is not None:
            yield Entry(row.n, noted, row.hash)


def lines(session: Session) -> Iterator[str]:
    """The whole trail as lines of JSON, to be kept in a file."""
    for row in session.scalars(select(TrailRow).order_by(TrailRow.n).execution_options(yield_per=500)):
        told = {"n": row.n, "entry": row.entry, "hash": row.hash}
        yield json.dumps(told, ensure_ascii=False) + "\n"


def read(entry: str) -> Noted | None:
    """What an entry says; None where somebody made it something else."""
    try:
        told = json.loads(entry)
        act = Act(**{name: told[name] for name in ("what", "origin", "model", "prompt") if name in told})
        when = datetime.fromisoformat(told["at"])
        return Noted(act, told["who"], when, told["report"], dict(told["details"]))
    except (ValueError, KeyError, TypeError):
        return None


def saved(version: int, parent: int, name: str, digest: str, before: str, after: str) -> dict[str, Any]:
    """The details of a saved version; its changes are told where it has a text before it.

    Args:
        version: its number.
        parent: the number of the version that it was made from.
        name: its name.
        digest: the SHA-256 of its text.
        before: the text of its parent, empty for none.
        after: its text.
    """
    told = _changes(before, after) if before else ()
    return {
        "version": version,
        "parent": parent,
        "name": name,
        "text": digest,
        "changes": [[one.place, one.before, one.after] for one in told],
    }


def _changes(before: str, after: str) -> tuple[Change, ...]:
    try:
        return changes(parsed(before), parsed(after))
    except InputError:  # a version of an earlier program, or one that was tampered with, holds up no save
        return (Change("全文", "", ""),)


@lru_cache(maxsize=128)  # two texts a writer: a save's parent is mostly what was saved here before
def parsed(text: str) -> Report:
    """The report of a report file, read once.

    Raises:
        InputError: the text is no report file.
    """
    return parse_report(text)
