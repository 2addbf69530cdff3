"""The reports being written and their history: when which version was saved, by whom and under what name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select

from corpus.store import Version, reading
from corpus.tables import ReportRow, VersionRow
from scoring.errors import InputError


@dataclass(frozen=True, slots=True)
class Moment:
    """A version without its text."""

    n: int
    name: str
    who: str
    saved_at: datetime


def moments(engine: Engine, report_id: int) -> tuple[Moment, ...]:
    """Every version of a report, the newest first."""
    query = (
        select(VersionRow.n, VersionRow.name, VersionRow.who, VersionRow.saved_at)
        .where(VersionRow.report_id == report_id)
        .order_by(VersionRow.n.desc())
    )
    with reading(engine) as session:
        return tuple(Moment(*row) for row in session.execute(query))


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
    """The reports that ``who`` writes (not those of the library), the last saved first."""
    with reading(engine) as session:
        newest = select(VersionRow.report_id, VersionRow.saved_at).order_by(VersionRow.id.desc())
        moments: dict[int, datetime] = {}
        for report_id, saved_at in session.execute(newest):
            moments.setdefault(report_id, saved_at)
        own = select(ReportRow).where(ReportRow.in_library.is_(False), ReportRow.owner == who)
        drafts = [
            Draft(row.id, row.year, row.budget_unit, row.project, moments[row.id])
            for row in session.scalars(own)
            if row.id in moments
        ]
    return tuple(sorted(drafts, key=lambda draft: draft.saved_at, reverse=True))


def may_open(engine: Engine, report_id: int, who: str) -> bool:
    """Whether ``who`` writes the report ``report_id`` (and it is none of the library)."""
    with reading(engine) as session:
        row = session.get(ReportRow, report_id)
        return row is not None and not row.in_library and row.owner == who
