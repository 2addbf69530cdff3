"""The reports of the library in the store: kept, replaced, released, removed and listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, Engine, and_, delete, exists, func, or_, select
from sqlalchemy.orm import Session

from corpus.lookup import chunks, shelved
from corpus.store import add_version, reading, take_turn, writing
from corpus.tables import GoneRow, PassageRow, ReportRow, StateRow, VectorRow, VersionRow
from corpus.trail import Act, Noted, note
from scoring.errors import InputError

Shelf = Literal["own", "sample", "shared"]
Outcome = Literal["added", "updated", "unchanged"]


@dataclass(frozen=True, slots=True)
class NewPassage:
    """A passage to be kept: ``pattern`` as JSON, ``text_hash`` the key of its vector."""

    section: str
    point_number: int
    sentence_number: int
    point: str
    text: str
    pattern: str
    text_hash: str


@dataclass(frozen=True, slots=True)
class NewReport:
    """A report to be kept in the library: its file's text and checksum, its passages."""

    text: str
    checksum: str
    source: str
    budget_unit: str
    year: int
    project: str
    sector: str
    passages: tuple[NewPassage, ...]
    owner: str = ""
    is_sample: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """A report of the library as it is listed."""

    id: int
    unit: str
    year: int
    project: str
    sector: str
    source: str
    is_sample: bool
    is_shared: bool
    passages: int
    added: datetime


def add_reports(
    engine: Engine, new: Sequence[NewReport], who: str, when: datetime
) -> tuple[tuple[int, Outcome], ...]:
    """Keep reports and their passages, all of them in one transaction.

    A file that is there already changes nothing; another file of the same unit, project and year becomes
    the next version of that report and its passages take the place of the old ones.

    Returns:
        For each report its id and what was done.
    """
    with writing(engine) as session:
        take_turn(session)
        return tuple(_add(session, report, who, when) for report in new)


def _add(session: Session, new: NewReport, who: str, when: datetime) -> tuple[int, Outcome]:
    kept = and_(ReportRow.in_library, ReportRow.owner == new.owner, ReportRow.is_sample == new.is_sample)
    same = select(ReportRow.id).join(VersionRow).where(kept, VersionRow.checksum == new.checksum)
    if (found := session.scalar(same.limit(1))) is not None:
        return found, "unchanged"
    identity = and_(
        ReportRow.budget_unit == new.budget_unit, ReportRow.project == new.project, ReportRow.year == new.year
    )
    row = session.scalar(select(ReportRow).where(kept, identity).limit(1))
    outcome: Outcome = "updated" if row else "added"
    if row is None:
        row = ReportRow(owner=new.owner, is_sample=new.is_sample, in_library=True, created=when)
        row.budget_unit, row.project, row.year = new.budget_unit, new.project, new.year
        session.add(row)
    row.sector, row.checksum, row.source = new.sector, new.checksum, new.source
    session.flush()
    revision = _next_revision(session)
    _clear(session, row, revision)
    last = session.scalar(select(func.max(VersionRow.n)).where(VersionRow.report_id == row.id)) or 0
    act = Act("library_update" if last else "library_add", "program" if new.is_sample else "imported")
    add_version(session, row.id, new.text, last, who, when, new.source, new.checksum, act)
    _shelve(session, row.id, "sample" if new.is_sample else "own", new.passages, revision)
    return row.id, outcome


def _shelve(
    session: Session, report_id: int, shelf: Shelf, passages: Sequence[NewPassage], revision: int
) -> None:
    session.add_all(
        PassageRow(report_id=report_id, shelf=shelf, revision=revision, **asdict(passage))
        for passage in passages
    )


def renew_passages(
    session: Session, row: ReportRow, own: Sequence[NewPassage], released: Sequence[NewPassage]
) -> None:
    """Put passages in the place of those that a report of the library has, within the caller's transaction."""
    revision = _next_revision(session)
    _clear(session, row, revision)
    _shelve(session, row.id, "own", own, revision)
    _shelve(session, row.id, "shared", released, revision)


def add_samples(engine: Engine, samples: Sequence[NewReport], digest: str, when: datetime) -> None:
    """Keep the shipped samples, in one transaction, in place of those of an earlier version.

    ``digest`` stands for them all: where another process has kept the same ones meanwhile, nothing is
    done; a sample that the user removed comes back with another digest only.
    """
    with writing(engine) as session:
        take_turn(session)
        kept = session.get(StateRow, "samples")
        if kept and kept.value == digest:
            return
        for sample in samples:
            _add(session, sample, "", when)
        shipped = {sample.checksum for sample in samples}
        for row in session.scalars(select(ReportRow).where(ReportRow.is_sample)).all():
            if row.checksum not in shipped:
                _delete(session, row, "", when)
        session.merge(StateRow(key="samples", value=digest))


def share(
    engine: Engine, report_id: int, owner: str, passages: Sequence[NewPassage], who: str, when: datetime
) -> None:
    """Release a report of ``owner`` to all units: ``passages`` are its de-numbered ones; none takes it back.

    Raises:
        InputError: ``owner`` has no such report.
    """
    with writing(engine) as session:
        row = _own(session, report_id, owner)
        revision = _next_revision(session)
        _clear(session, row, revision, PassageRow.shelf == "shared")
        _shelve(session, row.id, "shared", passages, revision)
        note(session, Noted(Act("library_share" if passages else "library_withdraw"), who, when, row.id))


def passages_of(engine: Engine, report_id: int, owner: str) -> tuple[NewPassage, ...]:
    """The passages of a report of ``owner`` as they were kept.

    Raises:
        InputError: ``owner`` has no such report.
    """
    with reading(engine) as session:
        _own(session, report_id, owner)
        query = select(PassageRow).where(PassageRow.report_id == report_id, PassageRow.shelf == "own")
        return tuple(_as_kept(row) for row in session.scalars(query.order_by(PassageRow.id)))


def _as_kept(row: PassageRow) -> NewPassage:
    return NewPassage(**{name.name: getattr(row, name.name) for name in fields(NewPassage)})


def remove(engine: Engine, report_id: int, owner: str, who: str, when: datetime) -> None:
    """Remove a report with its versions, passages and their vectors; a shipped sample too.

    The trail keeps that it was there: the name of its file, the hashes of its texts.

    Raises:
        InputError: ``owner`` has no such report.
    """
    with writing(engine) as session:
        _delete(session, _own(session, report_id, owner, or_sample=True), who, when)


def hand_over(engine: Engine, unit: str, who: str, when: datetime) -> int:
    """Make the reports that belong to no unit, written while one desk had the store to itself, ``unit``'s.

    Returns:
        How many there were.
    """
    with writing(engine) as session:
        take_turn(session)
        ownerless = and_(ReportRow.owner == "", ReportRow.is_sample.is_(False))
        rows = session.scalars(select(ReportRow).where(ownerless)).all()
        revision = _next_revision(session) if rows else 0
        for row in rows:
            own = and_(PassageRow.report_id == row.id, PassageRow.shelf == "own")
            kept = [_as_kept(passage) for passage in session.scalars(select(PassageRow).where(own))]
            _shelve(session, row.id, "own", kept, revision)  # under new ids: an index never moves one
            session.flush()
            _clear(session, row, revision, and_(PassageRow.shelf == "own", PassageRow.revision < revision))
            row.owner = unit
            note(session, Noted(Act("hand_over"), who, when, row.id, {"unit": unit}))
        return len(rows)


def _delete(session: Session, row: ReportRow, who: str, when: datetime) -> None:
    note(session, Noted(Act("library_remove"), who, when, row.id, {"source": row.source}))
    _clear(session, row, _next_revision(session))
    session.execute(delete(VersionRow).where(VersionRow.report_id == row.id))
    session.delete(row)


def _own(session: Session, report_id: int, owner: str, or_sample: bool = False) -> ReportRow:
    row = session.get(ReportRow, report_id)
    may = row and row.in_library and (or_sample if row.is_sample else row.owner == owner)
    if row is None or not may:
        raise InputError(f"报告 {report_id}", "资料库中没有这份报告，请用 ziping corpus list 查看编号")
    return row


def _clear(session: Session, row: ReportRow, revision: int, which: ColumnElement[bool] | None = None) -> None:
    """Remove a report's passages, and the vectors that no other passage needs."""
    mine = and_(PassageRow.report_id == row.id, which if which is not None else PassageRow.id > 0)
    hashes = set()
    for passage in session.scalars(select(PassageRow).where(mine)):
        where = shelved(passage.section, passage.shelf, row.owner)
        session.add(
            GoneRow(
                passage_id=passage.id,
                section=where.section,
                shelf=where.shelf,
                owner=where.owner,
                revision=revision,
            )
        )
        hashes.add(passage.text_hash)
    session.execute(delete(PassageRow).where(mine))
    for chunk in chunks(sorted(hashes)):
        still_used = exists().where(PassageRow.text_hash == VectorRow.text_hash)
        session.execute(delete(VectorRow).where(VectorRow.text_hash.in_(chunk), ~still_used))


def _next_revision(session: Session) -> int:
    """The next revision; its row stays locked to the end, so that revisions end in their order."""
    row = take_turn(session)
    row.value = str(int(row.value) + 1)
    session.flush()
    return int(row.value)


def state(engine: Engine, key: str) -> str:
    """A fact about the store itself (``id``, ``revision``, ``embedding``, ``samples``), empty where unset."""
    with reading(engine) as session:
        row = session.get(StateRow, key)
        return row.value if row else ""


def set_state(engine: Engine, key: str, value: str) -> None:
    """Set a fact about the store itself, also where another process sets it for the first time just now."""
    with writing(engine) as session:
        take_turn(session)
        session.merge(StateRow(key=key, value=value))


def listed(engine: Engine, owner: str) -> tuple[Record, ...]:
    """The reports of the library that ``owner`` may list: its own and the samples, by unit, project, year."""
    passages = func.count(PassageRow.id).filter(PassageRow.shelf != "shared")
    shared = func.count(PassageRow.id).filter(PassageRow.shelf == "shared")
    query = (
        select(ReportRow, passages, shared)
        .outerjoin(PassageRow)
        .where(ReportRow.in_library, or_(ReportRow.owner == owner, ReportRow.is_sample))
        .group_by(ReportRow.id)
        .order_by(ReportRow.is_sample, ReportRow.budget_unit, ReportRow.project, ReportRow.year)
    )
    with reading(engine) as session:
        return tuple(_record(row, count, released > 0) for row, count, released in session.execute(query))


def _record(row: ReportRow, passages: int, is_shared: bool) -> Record:
    return Record(
        id=row.id,
        unit=row.budget_unit,
        year=row.year,
        project=row.project,
        sector=row.sector,
        source=row.source,
        is_sample=row.is_sample,
        is_shared=is_shared,
        passages=passages,
        added=row.created,
    )
