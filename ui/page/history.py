"""The history of a report: when which version was saved, by whom and under what name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select

from corpus.store import Version, reading
from corpus.tables import VersionRow
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
