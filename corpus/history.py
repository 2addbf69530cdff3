"""The reports being written and their history: when which version was saved, by whom and under what name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, Select, func, select

from corpus.store import Version, add_report, newest_of, reading, take_turn, writing
from corpus.tables import ReportRow, VersionRow
from corpus.trail import Act, Noted, entries
from scoring.errors import InputError


@dataclass(frozen=True, slots=True)
class Moment:
    """A version without its text; ``done`` is what the trail tells of it, None where its entry is damaged."""

    n: int
    name: str
    who: str
    saved_at: datetime
    done: Noted | None


def moments(engine: Engine, report_id: int) -> tuple[Moment, ...]:
    """Every version of a report, the newest first."""
    query = (
        select(VersionRow.n, VersionRow.name, VersionRow.who, VersionRow.saved_at)
        .where(VersionRow.report_id == report_id)
        .order_by(VersionRow.n.desc())
    )
    with reading(engine) as session:
        told = {one.noted.details.get("version"): one.noted for one in entries(session, report_id)}
        return tuple(Moment(*row, told.get(row.n)) for row in session.execute(query))


def version(engine: Engine, report_id: int, n: int) -> Version:
    """One version of a report.

    Raises:
        InputError: there is none of that number.
    """
    query = select(VersionRow).where(VersionRow.report_id == report_id, VersionRow.n == n)
    with reading(engine) as session:
        row = session.scalar(query)
        if row is None:
            raise InputError(f"第 {n} 版", "没有这一版")
        return Version(row.report_id, row.n, row.parent, row.name, row.text, row.who, row.saved_at)


@dataclass(frozen=True, slots=True)
class Draft:
    """One report that is being written, for a list to open it from."""

    report_id: int
    year: int
    unit: str
    project: str
    saved_at: datetime


def reports_of(engine: Engine, who: str) -> tuple[Draft, ...]:
    """The reports that ``who`` writes (not those of the library), the last saved first.

    The order is that of saving, whatever the clock said then.
    """
    with reading(engine) as session:
        return tuple(
            Draft(row.id, row.year, row.budget_unit, row.project, saved_at)
            for row, saved_at in session.execute(_written_by(who))
        )


def last_or_first(engine: Engine, owner: str, report_text: str, when: datetime, who: str = "") -> Version:
    """The newest version of ``owner``'s report saved last, else ``report_text`` kept by ``who`` as a first one.

    Of two processes that start at once one keeps it and the other finds it.

    Raises:
        InputError: the text is no report file.
    """
    with writing(engine) as session:
        take_turn(session)
        last = session.execute(_written_by(owner).limit(1)).first()
        if last is None:
            return add_report(session, report_text, who, when, owner, Act("create", "program"))
        found = newest_of(session, last.ReportRow.id)
        assert found is not None  # a report is never without a version
        return found


def _written_by(who: str) -> Select[ReportRow, datetime]:
    last = select(VersionRow.report_id, func.max(VersionRow.id).label("id")).group_by(VersionRow.report_id)
    newest = last.subquery()
    return (
        select(ReportRow, VersionRow.saved_at)
        .join(newest, newest.c.report_id == ReportRow.id)
        .join(VersionRow, VersionRow.id == newest.c.id)
        .where(ReportRow.in_library.is_(False), ReportRow.owner == who)
        .order_by(newest.c.id.desc())
    )


def may_open(engine: Engine, report_id: int, who: str) -> bool:
    """Whether ``who`` writes the report ``report_id`` (and it is none of the library)."""
    with reading(engine) as session:
        row = session.get(ReportRow, report_id)
        return row is not None and not row.in_library and row.owner == who
