"""Look into the library: passages by id, reports by what they are, and what changed since when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from sqlalchemy import Engine, bindparam, func, select
from sqlalchemy.orm import Session

from corpus.store import reading
from corpus.tables import GoneRow, PassageRow, ReportRow, StateRow, VersionRow
from corpus.troubles import plain_errors

_CHUNK: Final = 500
_REVISION: Final = select(StateRow.value).where(StateRow.key == "revision")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Shelved:
    """Where an index keeps a passage: a narrative's label, a shelf and, on the shelf ``own``, its owner."""

    section: str
    shelf: str
    owner: str


@dataclass(frozen=True, slots=True)
class Placed:
    """A passage as an index takes it."""

    id: int
    report_id: int
    text: str
    text_hash: str
    where: Shelved


@dataclass(frozen=True, slots=True)
class Changes:
    """What came and went after a revision of the library, up to ``revision``; ``counts`` is what it holds."""

    added: tuple[Placed, ...]
    gone: Mapping[Shelved, Sequence[int]]
    counts: Mapping[Shelved, int]
    revision: int


@dataclass(frozen=True, slots=True)
class Found:
    """A passage with its report, as a hit shows it."""

    id: int
    section: str
    shelf: str
    point_number: int
    sentence_number: int
    point: str
    text: str
    pattern: str
    text_hash: str
    report_id: int
    owner: str
    unit: str
    year: int
    project: str


def shelved(section: str, shelf: str, owner: str) -> Shelved:
    """Where a passage is kept: only a unit's own shelf has an owner."""
    return Shelved(section, shelf, owner if shelf == "own" else "")


def report_ids(
    engine: Engine, owner: str, sector: str | None, year: int | None, unit: str | None
) -> tuple[set[int], set[int]]:
    """The reports that fit: those of ``owner`` and those of everybody else, samples among the latter.

    Args:
        engine: the store.
        owner: who searches.
        sector: the 领域, whole; None for any.
        year: the 年度; None for any.
        unit: a part of the 预算单位; None for any.
    """
    query = select(ReportRow.id, ReportRow.owner, ReportRow.is_sample).where(ReportRow.in_library)
    if sector:
        query = query.where(ReportRow.sector == sector)
    if year is not None:
        query = query.where(ReportRow.year == year)
    if unit:
        query = query.where(ReportRow.budget_unit.contains(unit, autoescape=True))
    with reading(engine) as session:
        rows = session.execute(query).all()
    own = {report for report, kept_by, is_sample in rows if kept_by == owner and not is_sample}
    return own, {report for report, _, _ in rows} - own


def year_before(engine: Engine, owner: str, unit: str, project: str, year: int) -> str | None:
    """The text of ``owner``'s latest report on a project from before ``year``; None where there is none."""
    mine = ReportRow.in_library & ~ReportRow.is_sample & (ReportRow.owner == owner)
    same = (ReportRow.budget_unit == unit) & (ReportRow.project == project) & (ReportRow.year < year)
    query = select(VersionRow.text).join(ReportRow).where(mine, same)
    with reading(engine) as session:
        return session.scalar(query.order_by(ReportRow.year.desc(), VersionRow.n.desc()).limit(1))


def revision(engine: Engine) -> int:
    """The library's revision: it grows with every report that comes or goes."""
    with plain_errors(engine), engine.connect() as connection:  # asked at every search: no session for it
        return int(connection.execute(_REVISION).scalar_one())


def changes(engine: Engine, since: int) -> Changes:
    """What came and went after revision ``since``; everything for 0."""
    with reading(engine) as session:
        query = (
            select(
                PassageRow.id,
                PassageRow.report_id,
                PassageRow.text,
                PassageRow.text_hash,
                PassageRow.section,
                PassageRow.shelf,
                ReportRow.owner,
            )
            .join(ReportRow)
            .where(PassageRow.revision > since)
            .order_by(PassageRow.id)
        )
        added = tuple(Placed(*row[:4], where=shelved(*row[4:])) for row in session.execute(query))
        gone: dict[Shelved, list[int]] = {}
        for lost in session.scalars(select(GoneRow).where(GoneRow.revision > since)) if since else ():
            gone.setdefault(Shelved(lost.section, lost.shelf, lost.owner), []).append(lost.passage_id)
        reached = session.get_one(StateRow, "revision")
        return Changes(added, gone, _counts(session), int(reached.value))


def _counts(session: Session) -> dict[Shelved, int]:
    query = select(PassageRow.section, PassageRow.shelf, ReportRow.owner, func.count()).join(ReportRow)
    totals: dict[Shelved, int] = {}
    for section, shelf, owner, count in session.execute(
        query.group_by(PassageRow.section, PassageRow.shelf, ReportRow.owner)
    ):
        where = shelved(section, shelf, owner)
        totals[where] = totals.get(where, 0) + count
    return totals


def find(engine: Engine, ids: Sequence[int]) -> dict[int, Found]:
    """Passages by id, with their reports; an id that is gone is left out."""
    found: dict[int, Found] = {}
    with plain_errors(engine), engine.connect() as connection:
        for chunk in chunks(ids):
            found.update((row[0], Found(*row)) for row in connection.execute(_FOUND, {"ids": chunk}))
    return found


_COLUMNS: Final[tuple[Any, ...]] = (
    PassageRow.id,
    PassageRow.section,
    PassageRow.shelf,
    PassageRow.point_number,
    PassageRow.sentence_number,
    PassageRow.point,
    PassageRow.text,
    PassageRow.pattern,
    PassageRow.text_hash,
    PassageRow.report_id,
    ReportRow.owner,
    ReportRow.budget_unit,
    ReportRow.year,
    ReportRow.project,
)
"""The columns of :class:`Found` in its order; rows are read as they are, ten times faster than as objects."""

_FOUND: Final = select(*_COLUMNS).join(ReportRow).where(PassageRow.id.in_(bindparam("ids", expanding=True)))
"""Made once: making it takes as long as asking it."""


def chunks(items: Sequence[_T]) -> Iterator[Sequence[_T]]:
    """``items`` in runs that any database takes in one statement."""
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]
