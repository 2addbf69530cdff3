"""The library of past reports: the one thing that others call to keep reports and find phrasing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from corpus.figures import figures_first
from corpus.intake import SAMPLES, denumbered, files_in, new_report, read_file
from corpus.lookup import Found, find, year_before
from corpus.opened import Opened
from corpus.records import NewPassage, NewReport, Record, add_reports, listed, passages_of, share
from corpus.records import remove as remove_report
from corpus.slots import Pattern, from_json
from corpus.store import checksum
from scoring.errors import InputError
from scoring.report import NARRATIVES, Report
from scoring.report_file import parse_report, render_report

if TYPE_CHECKING:
    from corpus.embedding import TextEmbedding
    from corpus.vectors import Progress

_MORE: Final = 4
"""How many times the hits wanted are fetched: the same sentence of three years is shown once."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A sentence found: where it stands, whose it is and its pattern.

    ``report`` is the report's id, ``point`` the text of the point that holds the sentence, ``place`` where
    it stands in the narrative ``section``; ``rank`` counts from 1. A sentence that another unit shared is
    de-numbered.
    """

    text: str
    pattern: Pattern
    point: str
    section: str
    report: int
    unit: str
    year: int
    project: str
    place: str
    rank: int
    is_sample: bool
    is_shared: bool


@dataclass(frozen=True, slots=True)
class AddResult:
    """What adding did: ``known`` are files that were there already, ``failed`` pairs of file and problem."""

    added: tuple[Record, ...]
    updated: tuple[Record, ...]
    known: tuple[str, ...]
    failed: tuple[tuple[str, str], ...]


class Library:
    """The reports that one unit may search: its own, the shipped samples, and what other units shared.

    Nothing is opened before the first use; a fresh library has the shipped samples. ``notices`` collects
    sentences that the user should read (an index rebuilt, an embedding changed).

    Args:
        home: the data folder.
        unit: whose reports these are; None where one desk has the machine to itself.
        environ: the settings ``ZIPING_DATABASE``, ``ZIPING_CHROMA_URL``, ``ZIPING_EMBEDDING_MODEL`` and
            ``OPENAI_*``.
        samples: the folder of the sample reports, if not the shipped ones.
        embedding: makes the vectors, in place of the one that the settings choose.
        clock: tells the time.
    """

    def __init__(
        self,
        home: Path,
        unit: str | None = None,
        environ: Mapping[str, str] = os.environ,
        samples: Path = SAMPLES,
        embedding: TextEmbedding | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.notices: list[str] = []
        self._owner = unit or ""
        self._opened = Opened(home, environ, samples, embedding, clock, self._tell)

    def for_unit(self, unit: str) -> Library:
        """The library of another unit in the same data folder, sharing what is open."""
        other = object.__new__(Library)
        other.notices, other._owner, other._opened = self.notices, unit, self._opened
        return other

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the index and the store; a further use opens them again."""
        self._opened.close()

    def ensure(self, progress: Progress | None = None) -> None:
        """Make the library ready: the shipped samples in it, a vector for each sentence, its index whole."""
        self._opened.prepare(progress)
        self._opened.catch_up(progress)

    def add(self, paths: Iterable[Path], progress: Progress | None = None, who: str = "") -> AddResult:
        """Add reports from files and folders: all that can be read or, where this is interrupted, none.

        Args:
            paths: report files, forms (.docx, .xlsx, .pdf, .txt) and folders of them.
            progress: called with how many files are read and how many there are.
            who: who adds them.
        """
        read: list[NewReport] = []
        failed: list[tuple[str, str]] = []
        files = list(files_in(paths))
        for number, path in enumerate(files, 1):
            try:
                new = read_file(path, self._owner)
            except InputError as error:
                failed.append((str(path), str(error)))
            else:
                self._remember(new.passages)
                read.append(new)
            if progress:
                progress(number, len(files))
        return self._keep(read, failed, who)

    def add_report(self, report: Report, source: str, who: str = "") -> Record:
        """Add a finished report; ``source`` names its file or where it came from."""
        text = render_report(report)
        new = new_report(report, text, source, checksum(text), self._owner)
        self._remember(new.passages)
        self._keep([new], [], who)
        identity = (new.budget_unit, new.project, new.year)
        return next(r for r in self.list() if (r.unit, r.project, r.year) == identity and not r.is_sample)

    def search(
        self,
        query: str,
        section: str | None = None,
        sector: str | None = None,
        year: int | None = None,
        unit: str | None = None,
        limit: int = 10,
    ) -> list[Hit]:
        """Find sentences that say what ``query`` says, the nearest first.

        Args:
            query: a question, some words or a sentence.
            section: label of the only narrative to search, None for all.
            sector: the only 领域, None for all.
            year: the only 年度, None for all.
            unit: a part of the only 预算单位, None for all.
            limit: how many at most.

        Raises:
            InputError: ``section`` is no narrative.
        """
        if section is not None and section not in NARRATIVES:
            raise InputError("--section", f"应为{'、'.join(NARRATIVES)}之一，读到「{section}」")
        if not query.strip() or limit < 1:
            return []
        self._opened.prepare()
        vector = self._opened.embedding.query(query)
        sections = (section,) if section else NARRATIVES
        ids = self._opened.nearest(vector, sections, self._owner, (sector, year, unit), limit * _MORE)
        found = find(self._opened.store, ids)
        nearest = [found[number] for number in ids if number in found]
        ordered = [nearest[place] for place in figures_first(query, [passage.text for passage in nearest])]
        return _hits(ordered, self._owner, limit)

    def year_before(self, report: Report) -> Report | None:
        """The unit's latest earlier report of the same 预算单位 and 项目名称; None where there is none."""
        unit, project = report.budget_unit, report.project
        text = year_before(self._opened.store, self._owner, unit, project, report.year)
        return None if text is None else parse_report(text)

    def list(self) -> tuple[Record, ...]:
        """The unit's own reports, then the samples."""
        self._opened.prepare()
        return listed(self._opened.store, self._owner)

    def remove(self, report_id: int | str, who: str = "") -> None:
        """Remove a report of the unit, or a sample, with everything that was kept of it.

        Raises:
            InputError: there is no such report.
        """
        self._opened.prepare()
        remove_report(self._opened.store, _number(report_id), self._owner, who, self._opened.clock())
        self._opened.catch_up()

    def release(self, report_id: int | str, who: str = "") -> None:
        """Share a report with the other units: its sentences de-numbered, nothing else.

        Raises:
            InputError: the unit has no such report.
        """
        self._opened.prepare()
        passages = denumbered(passages_of(self._opened.store, _number(report_id), self._owner))
        self._remember(passages)
        share(self._opened.store, _number(report_id), self._owner, passages, who, self._opened.clock())
        self._opened.catch_up()

    def withdraw(self, report_id: int | str, who: str = "") -> None:
        """Take back what :meth:`release` shared.

        Raises:
            InputError: the unit has no such report.
        """
        self._opened.prepare()
        share(self._opened.store, _number(report_id), self._owner, (), who, self._opened.clock())
        self._opened.catch_up()

    def _tell(self, notice: str) -> None:
        if notice not in self.notices:
            self.notices.append(notice)

    def _remember(self, passages: Sequence[NewPassage]) -> None:
        """The vectors first: they may take minutes, the transaction that shows the report takes no time."""
        from corpus.vectors import remember

        texts = {passage.text_hash: passage.text for passage in passages}
        remember(self._opened.store, self._opened.embedding, texts)

    def _keep(self, read: Sequence[NewReport], failed: Sequence[tuple[str, str]], who: str) -> AddResult:
        self._opened.prepare()
        done = add_reports(self._opened.store, read, who, self._opened.clock())
        self._opened.catch_up()
        records = {record.id: record for record in self.list()}
        by_outcome = {
            outcome: tuple(records[report] for report, what in done if what == outcome)
            for outcome in ("added", "updated")
        }
        known = tuple(new.source for new, (_, what) in zip(read, done, strict=True) if what == "unchanged")
        return AddResult(by_outcome["added"], by_outcome["updated"], known, tuple(failed))


def _hits(ordered: Sequence[Found], owner: str, limit: int) -> list[Hit]:
    """The passages as hits in their order: each wording once, without the owner's own releases.

    Of several reports with one wording the unit's own is shown, then the latest.
    """
    by_wording: dict[str, Found] = {}
    for passage in ordered:
        shown = by_wording.get(passage.text_hash)
        if passage.shelf == "shared" and passage.owner == owner:
            continue
        if shown is None or _preference(passage) > _preference(shown):
            by_wording[passage.text_hash] = passage  # stays in the place of the first
    return [_hit(passage, rank) for rank, passage in enumerate([*by_wording.values()][:limit], 1)]


def _preference(passage: Found) -> tuple[bool, int, int]:
    return passage.shelf == "own", passage.year, passage.id


def _hit(passage: Found, rank: int) -> Hit:
    return Hit(
        text=passage.text,
        pattern=from_json(passage.pattern),
        point=passage.point,
        section=passage.section,
        report=passage.report_id,
        unit=passage.unit,
        year=passage.year,
        project=passage.project,
        place=f"第{passage.point_number}点第{passage.sentence_number}句",
        rank=rank,
        is_sample=passage.shelf == "sample",
        is_shared=passage.shelf == "shared",
    )


def _number(report_id: int | str) -> int:
    try:
        return int(report_id)
    except ValueError:
        raise InputError(f"报告 {report_id}", "编号应为数字，请用 ziping corpus list 查看") from None
