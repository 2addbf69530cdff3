"""The whole store as one file and back: every report with all its versions, the library's among them."""

from __future__ import annotations

import io
import itertools
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final

import yaml
from pydantic import AwareDatetime, Field, TypeAdapter
from sqlalchemy import Engine, select, tuple_
from sqlalchemy.orm import Session

from corpus.disk import disk_problem, write_whole
from corpus.forms.archive import DAMAGE
from corpus.intake import denumbered, new_report
from corpus.records import renew_passages
from corpus.store import add_version, reading, take_turn, writing
from corpus.tables import PassageRow, ReportRow, VersionRow
from corpus.trail import Act, Noted, lines, note
from corpus.trail_check import Verified, verify_lines
from scoring.errors import InputError
from scoring.report_file import parse_report

_NOTE: Final = "reports/{:06}/report.yaml"
_TEXT: Final = "reports/{:06}/version-{:06}.yaml"
_TRAIL: Final = "trail.jsonl"
_MOST_BYTES: Final = 20 * 1024 * 1024
"""The largest part of an archive that is read; a report file is a thousand times smaller."""


@dataclass(frozen=True, slots=True)
class KeptVersion:
    """A version as its report's note names it; its text is a file of its own."""

    n: int
    name: str
    who: str
    saved_at: AwareDatetime
    checksum: Annotated[str, Field(pattern="[0-9a-f]{64}")]


@dataclass(frozen=True, slots=True)
class KeptReport:
    """A report as its note tells it: whose it is, whether it is of the library and released to all units."""

    owner: str
    source: str
    in_library: bool
    is_released: bool
    created: AwareDatetime
    versions: Annotated[tuple[KeptVersion, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Restored:
    """What an import did, in numbers of reports: new ones, ones that went on, ones known already.

    ``conflicts`` names reports of the library that are there with another content; these stay as they are.
    """

    new: int
    continued: int
    known: int
    conflicts: tuple[str, ...]


_REPORT: Final = TypeAdapter(KeptReport)


def export_store(engine: Engine, path: Path) -> int:
    """Write all reports but the shipped samples to a new zip file, as of one moment; returns how many.

    Each report is a folder with a note and a report file for each version, readable without the program;
    the audit trail goes along.

    Raises:
        InputError: the file is there already or cannot be written.
    """
    if path.exists():
        raise InputError(str(path), "已经存在，不会覆盖，请换一个文件名")
    buffer = io.BytesIO()
    count = 0
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive, reading(engine) as session:
        reports = session.scalars(
            select(ReportRow).where(ReportRow.is_sample.is_(False)).order_by(ReportRow.id)
        )
        for count, row in enumerate(reports, 1):
            versions = _versions(session, row.id)
            archive.writestr(_NOTE.format(count), _note(session, row, versions))
            for version in versions:
                archive.writestr(
                    _TEXT.format(count, version.n), version.text.encode("utf-8", "surrogatepass")
                )
        with archive.open(_TRAIL, "w") as file:
            file.writelines(line.encode() for line in lines(session))
    write_whole(path, buffer.getvalue())
    return count


def _versions(session: Session, report_id: int) -> Sequence[VersionRow]:
    query = select(VersionRow).where(VersionRow.report_id == report_id).order_by(VersionRow.n)
    return session.scalars(query).all()


def _note(session: Session, row: ReportRow, versions: Sequence[VersionRow]) -> str:
    kept = KeptReport(
        owner=row.owner,
        source=row.source,
        in_library=row.in_library,
        is_released=_is_released(session, row.id),
        created=row.created,
        versions=tuple(KeptVersion(one.n, one.name, one.who, one.saved_at, one.checksum) for one in versions),
    )
    return yaml.safe_dump(_REPORT.dump_python(kept, mode="json"), allow_unicode=True, sort_keys=False)


def _is_released(session: Session, report_id: int) -> bool:
    query = select(PassageRow.id).where(PassageRow.report_id == report_id, PassageRow.shelf == "shared")
    return session.scalar(query.limit(1)) is not None


def import_store(engine: Engine, path: Path, when: datetime, who: str = "") -> Restored:
    """Take in what :func:`export_store` wrote, all of it or nothing; nothing that is there is changed.

    A report whose versions are there already is known; one whose versions go on from those that are there
    is continued; any other is new. The library's sentences are cut out of the reports anew. The trail of
    the other store stays in the file; this one's tells where it ended.

    Raises:
        InputError: the file is no such export.
    """
    done: Counter[str] = Counter()
    conflicts: list[str] = []
    past = {"file": path.name, **_past(path)}
    with writing(engine) as session:
        take_turn(session)
        for kept, texts in _read(path):
            outcome = _restore(session, kept, texts)
            done[outcome] += 1
            if outcome == "conflict":
                conflicts.append(kept.source or parse_report(texts[-1]).project)
        if done["new"] or done["continued"]:
            note(session, Noted(Act("past", "imported"), who, when, details=past))
    return Restored(done["new"], done["continued"], done["known"], tuple(conflicts))


def _past(path: Path) -> dict[str, Any]:
    """How long the trail of an export is and its last hash, or what is wrong with it."""
    try:
        found = verify_trail(path)
    except InputError as error:
        return {"problem": str(error)}
    return {"entries": found.entries, "last": found.last}


def verify_trail(path: Path, kept: str = "") -> Verified:
    """See that the trail in an export is a whole chain, with the hash ``kept`` in it.

    Raises:
        InputError: it is not, or there is none.
    """
    try:
        with zipfile.ZipFile(path) as archive, archive.open(_TRAIL) as raw:
            file = io.TextIOWrapper(raw, "utf-8")
            return verify_lines(iter(lambda: file.readline(_MOST_BYTES), ""), kept)
    except InputError:
        raise
    except OSError as error:
        raise InputError(str(path), disk_problem(error)) from error
    except DAMAGE as error:
        raise InputError(str(path), "没有修改记录，或文件已损坏") from error


def _read(path: Path) -> Iterator[tuple[KeptReport, list[str]]]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = {part.filename: part for part in archive.infolist()}
            for number in itertools.count(1):
                if (name := _NOTE.format(number)) not in names:
                    break
                kept = _REPORT.validate_python(yaml.safe_load(_text(archive, name)))
                if [one.n for one in kept.versions] != list(range(1, len(kept.versions) + 1)):
                    raise InputError(name, "版本不连续，文件已损坏；没有导入任何内容")
                yield kept, [_text(archive, _TEXT.format(number, one.n)) for one in kept.versions]
            if number == 1 and names:
                raise InputError(str(path), "不是本程序导出的资料")
    except InputError:
        raise
    except OSError as error:
        raise InputError(str(path), disk_problem(error)) from error
    except (*DAMAGE, yaml.YAMLError) as error:
        raise InputError(str(path), "不是本程序导出的资料，或已损坏；没有导入任何内容") from error


def _text(archive: zipfile.ZipFile, name: str) -> str:
    if archive.getinfo(name).file_size > _MOST_BYTES:
        raise InputError(name, "超过 20 MB，不是正常的报告；没有导入任何内容")
    return archive.read(name).decode("utf-8", "surrogatepass")


def _restore(session: Session, kept: KeptReport, texts: Sequence[str]) -> str:
    same = select(ReportRow).where(
        ReportRow.owner == kept.owner,
        ReportRow.in_library.is_(kept.in_library),
        ReportRow.is_sample.is_(False),
    )
    for row in session.scalars(same.where(ReportRow.created == kept.created)).all():
        held = [version.text for version in _versions(session, row.id)]
        if held[: len(texts)] == texts:
            return "known"
        if texts[: len(held)] == held:
            _add(session, row, kept, texts, len(held))
            return "continued"
    report = parse_report(texts[-1], kept.source)
    identity = (ReportRow.budget_unit, ReportRow.project, ReportRow.year)
    wanted = (report.budget_unit, report.project, report.year)
    if kept.in_library and session.scalar(same.where(tuple_(*identity) == wanted).limit(1)):
        return "conflict"
    _add(
        session, ReportRow(owner=kept.owner, in_library=kept.in_library, created=kept.created), kept, texts, 0
    )
    return "new"


def _add(session: Session, row: ReportRow, kept: KeptReport, texts: Sequence[str], held: int) -> None:
    """The versions after those that are ``held``, and the passages of the last."""
    report = parse_report(texts[-1], kept.source)
    row.budget_unit, row.project, row.year = report.budget_unit, report.project, report.year
    row.sector, row.source, row.checksum = report.sector, kept.source, kept.versions[-1].checksum
    session.add(row)
    session.flush()
    for version, text in list(zip(kept.versions, texts, strict=True))[held:]:
        add_version(
            session,
            row.id,
            text,
            version.n - 1,
            version.who,
            version.saved_at,
            version.name,
            version.checksum,
            Act("load", "imported"),
        )
    if kept.in_library:
        passages = new_report(report, texts[-1], kept.source, row.checksum, kept.owner).passages
        released = denumbered(passages) if kept.is_released or _is_released(session, row.id) else ()
        renew_passages(session, row, passages, released)
