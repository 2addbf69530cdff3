"""The store: one relational database with every report's versions, opened from a data folder."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any, Final

from filelock import FileLock
from sqlalchemy import URL, Engine, select
from sqlalchemy.orm import Session

from corpus.database import connect, migrate
from corpus.disk import disk_problem
from corpus.tables import ReportRow, StateRow, VersionRow
from corpus.trail import EDIT, Act, Noted, note, parsed, saved, seal
from corpus.troubles import plain_errors
from scoring.errors import InputError

_CREATE: Final = Act("create")
_turns: dict[str, Lock] = {}


class StaleParentError(InputError):
    """A save that builds on a version which is no longer the newest.

    ``newer`` is the newest version, to be shown beside the refused text for merging.
    """

    def __init__(self, newer: Version) -> None:
        who = f"由{newer.who}" if newer.who else ""
        when = newer.saved_at.astimezone().strftime("%Y-%m-%d %H:%M")
        super().__init__("保存", f"这份报告已{who}于 {when} 另存为第{newer.n}版，请对照合并后再保存")
        self.newer = newer


@dataclass(frozen=True, slots=True)
class Version:
    """A saved version of a report: ``n`` counts from 1, ``parent`` is what it was made from (0: nothing)."""

    report_id: int
    n: int
    parent: int
    name: str
    text: str
    who: str
    saved_at: datetime


def home(environ: Mapping[str, str] = os.environ) -> Path:
    """The data folder: ``ZIPING_HOME``, else the platform's user data folder."""
    if chosen := environ.get("ZIPING_HOME", "").strip():
        return Path(chosen).expanduser().absolute()
    import platformdirs

    return platformdirs.user_data_path("ziping", appauthor=False)


def open_store(folder: Path, url: str = "") -> Engine:
    """The store in ``folder`` (made where there is none), brought to the newest layout.

    Args:
        folder: the data folder; the database is its ``ziping.db``.
        url: another database instead, an SQLAlchemy URL such as ``postgresql+psycopg://…``.

    Raises:
        InputError: the folder or database cannot be used, or was made by a newer version.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / "store.lock", timeout=60):
            engine = connect(url or URL.create("sqlite", database=str(folder / "ziping.db")))
            with plain_errors(engine):
                migrate(engine)
    except (OSError, TimeoutError) as error:
        raise InputError(str(folder), f"数据文件夹{disk_problem(error)}") from error
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """One transaction that writes: kept whole at the end with the trail of what it did, or not at all."""
    options = engine.execution_options(writes=True)
    with _turn(engine), plain_errors(engine), Session(options) as session, session.begin():
        yield session
        seal(session)


def _turn(engine: Engine) -> AbstractContextManager[Any]:
    """The turn to write among the threads of this program.

    SQLite lets waiting writers try again at random: of fifty one may wait until it gives up.
    """
    return _turns.setdefault(str(engine.url), Lock()) if engine.dialect.name == "sqlite" else nullcontext()


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """One transaction that only reads, seeing one state of the store throughout."""
    if engine.dialect.name != "sqlite":  # where a transaction sees one state by itself
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    with plain_errors(engine), Session(engine) as session:
        yield session


def record(engine: Engine, noted: Noted) -> None:
    """Add an entry to the trail of something that saves nothing."""
    with writing(engine) as session:
        note(session, noted)


def take_turn(session: Session) -> StateRow:
    """Wait until no other transaction that took its turn is under way; returns the library's revision.

    In SQLite whoever writes is alone anyway.
    """
    return session.scalars(select(StateRow).where(StateRow.key == "revision").with_for_update()).one()


def checksum(content: str | bytes) -> str:
    """The SHA-256 of a text or of a file's bytes, in hexadecimal."""
    raw = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    return sha256(raw).hexdigest()


def create(
    engine: Engine, report_text: str, who: str, when: datetime, owner: str = "", act: Act = _CREATE
) -> Version:
    """Keep a new report whose first version is ``report_text`` (a report file's whole text) by ``act``.

    Raises:
        InputError: the text is no report file.
    """
    with writing(engine) as session:
        return add_report(session, report_text, who, when, owner, act)


def add_report(
    session: Session, report_text: str, who: str, when: datetime, owner: str, act: Act = _CREATE
) -> Version:
    """Like :func:`create`, within the caller's transaction."""
    report = parsed(report_text)
    row = ReportRow(
        owner=owner,
        budget_unit=report.budget_unit,
        year=report.year,
        project=report.project,
        sector=report.sector,
        checksum=checksum(report_text),
        created=when,
    )
    session.add(row)
    session.flush()
    return add_version(session, row.id, report_text, 0, who, when, act=act)


def save(
    engine: Engine,
    report_id: int,
    report_text: str,
    parent: int,
    who: str,
    when: datetime,
    name: str = "",
    act: Act = EDIT,
) -> Version:
    """Keep ``report_text`` as the next version of a report, in one transaction.

    Args:
        engine: the store.
        report_id: the report.
        report_text: the whole text of the report file.
        parent: the number of the version that the text was made from.
        who: who saves.
        when: the time of saving.
        name: a name for the version (送审稿), empty for none.
        act: what was done and whose words it brought, for the trail.

    The same save repeated is kept once: a writer who was cut off before the answer came may ask again.

    Raises:
        StaleParentError: somebody saved after ``parent``; nothing is kept, the newest version comes along.
        InputError: the text is no report file, or there is no such report.
    """
    report = parsed(report_text)
    with writing(engine) as session:
        row = session.get(ReportRow, report_id, with_for_update=True)  # another save of it waits for this one
        last = newest_of(session, report_id)
        if row is None or last is None:
            raise InputError(f"报告 {report_id}", "没有这份报告")
        if last.n != parent:
            if (last.parent, last.text, last.who, last.name) == (parent, report_text, who, name):
                return last
            raise StaleParentError(last)
        row.budget_unit, row.year, row.project = report.budget_unit, report.year, report.project
        row.sector, row.checksum = report.sector, checksum(report_text)
        return add_version(
            session, report_id, report_text, parent, who, when, name, act=act, before=last.text
        )


def add_version(
    session: Session,
    report_id: int,
    report_text: str,
    parent: int,
    who: str,
    when: datetime,
    name: str = "",
    digest: str = "",
    act: Act = EDIT,
    before: str = "",
) -> Version:
    """Add the version after ``parent`` and its entry in the trail within the caller's transaction.

    ``digest`` is its file's checksum, ``before`` the text of ``parent`` where the changes are to be told.
    """
    row = VersionRow(
        report_id=report_id,
        n=parent + 1,
        parent=parent,
        name=name,
        text=report_text,
        checksum=digest or checksum(report_text),
        who=who,
        saved_at=when,
    )
    session.add(row)
    session.flush()
    details = saved(row.n, parent, name, checksum(report_text), before, report_text)
    note(session, Noted(act, who, when, report_id, details))
    return _version(row)


def versions(engine: Engine, report_id: int) -> tuple[Version, ...]:
    """All versions of a report, oldest first; empty where there is no such report."""
    with reading(engine) as session:
        found = session.scalars(
            select(VersionRow).where(VersionRow.report_id == report_id).order_by(VersionRow.n)
        )
        return tuple(_version(row) for row in found)


def newest(engine: Engine, report_id: int) -> Version | None:
    """The newest version of a report, None where there is no such report."""
    with reading(engine) as session:
        return newest_of(session, report_id)


def newest_of(session: Session, report_id: int) -> Version | None:
    """Like :func:`newest`, within the caller's transaction."""
    query = select(VersionRow).where(VersionRow.report_id == report_id).order_by(VersionRow.n.desc())
    row = session.scalar(query.limit(1))
    return None if row is None else _version(row)


def _version(row: VersionRow) -> Version:
    return Version(row.report_id, row.n, row.parent, row.name, row.text, row.who, row.saved_at)
