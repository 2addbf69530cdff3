"""The tables of the store: reports, their versions, the library's passages and the vectors of their texts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, ForeignKey, Index, LargeBinary, String, Text, TypeDecorator, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Moment(TypeDecorator[datetime]):
    """A point in time, kept in UTC by databases that know no time zones; one without a zone is local."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """To UTC, without the zone."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Back with its zone."""
        return None if value is None else value.replace(tzinfo=UTC)


class Table(DeclarativeBase):
    """The base of all tables."""

    type_annotation_map = {datetime: Moment}  # noqa: RUF012 - SQLAlchemy's own declaration


# Ids are never used again: an index that missed a removal must not show another report's passage.
_NEVER_REUSED = {"sqlite_autoincrement": True}


class ReportRow(Table):
    """One report, being written or kept in the library.

    ``owner`` is the unit whose report it is, empty where one desk has the store to itself; ``checksum``
    is that of the newest file or text; ``in_library`` marks the finished reports that are searched.
    """

    __tablename__ = "reports"
    __table_args__ = (Index("ix_reports_identity", "owner", "budget_unit", "project", "year"), _NEVER_REUSED)

    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(String(200), default="")
    budget_unit: Mapped[str] = mapped_column(Text)
    year: Mapped[int]
    project: Mapped[str] = mapped_column(Text)
    sector: Mapped[str] = mapped_column(Text, default="")
    checksum: Mapped[str] = mapped_column(String(64), default="", index=True)
    source: Mapped[str] = mapped_column(Text, default="")
    is_sample: Mapped[bool] = mapped_column(default=False)
    in_library: Mapped[bool] = mapped_column(default=False)
    created: Mapped[datetime]


class VersionRow(Table):
    """One version of a report, the whole text of its file; rows are only ever added."""

    __tablename__ = "versions"
    __table_args__ = (UniqueConstraint("report_id", "n"), _NEVER_REUSED)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"))
    n: Mapped[int]
    parent: Mapped[int]
    name: Mapped[str] = mapped_column(Text, default="")
    text: Mapped[str] = mapped_column(Text)
    checksum: Mapped[str] = mapped_column(String(64), default="", index=True)
    who: Mapped[str] = mapped_column(Text, default="")
    saved_at: Mapped[datetime]


class PassageRow(Table):
    """One sentence of a report in the library.

    ``shelf`` names who may find it: ``own`` (the report's owner), ``sample`` (everybody) or ``shared``
    (everybody; its texts are de-numbered). ``point`` is the text of the point it stands in;
    ``point_number`` and ``sentence_number`` count from 1. ``pattern`` is JSON. ``text_hash`` is the key
    of its vector, ``revision`` the change of the library that brought it.
    """

    __tablename__ = "passages"
    __table_args__ = (Index("ix_passages_shelf", "shelf", "section"), _NEVER_REUSED)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"), index=True)
    shelf: Mapped[str] = mapped_column(String(10))
    section: Mapped[str] = mapped_column(String(20))
    point_number: Mapped[int]
    sentence_number: Mapped[int]
    point: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    pattern: Mapped[str] = mapped_column(Text)
    text_hash: Mapped[str] = mapped_column(String(64), index=True)
    revision: Mapped[int] = mapped_column(index=True)


class GoneRow(Table):
    """A passage that was removed and where an index holds it, so that the index can follow."""

    __tablename__ = "gone"

    passage_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    section: Mapped[str] = mapped_column(String(20))
    shelf: Mapped[str] = mapped_column(String(10))
    owner: Mapped[str] = mapped_column(String(200))
    revision: Mapped[int] = mapped_column(index=True)


class VectorRow(Table):
    """The vector of a text by an embedding: little-endian float32, dearer to make than to keep."""

    __tablename__ = "vectors"

    text_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    model: Mapped[str] = mapped_column(String(200), primary_key=True)
    vector: Mapped[bytes] = mapped_column(LargeBinary)


class StateRow(Table):
    """Facts about the store itself: its id, the library's revision and embedding, the samples it has."""

    __tablename__ = "state"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
