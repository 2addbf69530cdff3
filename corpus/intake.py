"""From a file to what the library keeps of it: the report, its passages and their patterns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Final

from corpus.passages import Passage
from corpus.patterns import patterns
from corpus.records import NewPassage, NewReport
from corpus.slots import Pattern, from_json
from corpus.store import checksum
from corpus.vectors import text_key
from scoring.errors import InputError
from scoring.report import Report
from scoring.report_file import parse_report, render_report

SAMPLES: Final = Path(str(files("corpus") / "samples"))
"""The folder of the shipped sample reports."""

_YAML: Final = (".yaml", ".yml")
SUFFIXES: Final = (*_YAML, ".docx", ".xlsx", ".pdf", ".txt")
"""The files of a folder that are taken; a file named by itself may have any suffix."""


def files_in(paths: Iterable[Path]) -> Iterator[Path]:
    """The files meant by ``paths``: files as they are, of folders whatever can be imported."""
    for path in paths:
        if path.is_dir():
            inside = (found for found in path.rglob("*") if found.suffix.lower() in SUFFIXES)
            yield from sorted(found for found in inside if found.is_file() and not _is_hidden(found))
        else:
            yield path


def _is_hidden(path: Path) -> bool:
    return path.name.startswith((".", "~$"))  # ~$: what Word leaves beside an open document


def read_file(path: Path, owner: str = "", is_sample: bool = False) -> NewReport:
    """Read a report file or form as the library keeps it.

    Raises:
        InputError: the file cannot be read as a report.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(str(path), f"无法读取（{error.strerror or error}），请检查路径和权限") from error
    if path.suffix.lower() in _YAML:
        text = _decoded(raw, path.name)
        report = parse_report(text, path.name)
    else:
        from corpus.forms import read_form

        report = read_form(path)
        text = render_report(report)
    return new_report(report, text, path.name, checksum(raw), owner, is_sample)


def _decoded(raw: bytes, name: str) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError(name, "不是 UTF-8 或 GB18030 编码的文字文件")


def new_report(
    report: Report, text: str, source: str, digest: str, owner: str = "", is_sample: bool = False
) -> NewReport:
    """What the library keeps of ``report``; ``text`` is its report file, ``digest`` tells a file seen before."""
    return NewReport(
        text=text,
        checksum=digest,
        source=source,
        budget_unit=report.budget_unit,
        year=report.year,
        project=report.project,
        sector=report.sector,
        passages=tuple(_kept(passage, pattern) for passage, pattern in patterns(report)),
        owner=owner,
        is_sample=is_sample,
    )


def _kept(passage: Passage, pattern: Pattern) -> NewPassage:
    return NewPassage(
        section=passage.section,
        point_number=passage.point_number,
        sentence_number=passage.sentence_number,
        point=passage.point,
        text=passage.text,
        pattern=pattern.to_json(),
        text_hash=text_key(passage.text),
    )


def denumbered(passages: Sequence[NewPassage]) -> tuple[NewPassage, ...]:
    """A report's passages with every fact left out, as other units may read them."""
    points: dict[tuple[str, int], str] = {}
    blanked = [from_json(passage.pattern).blanked for passage in passages]
    for passage, text in zip(passages, blanked, strict=True):
        place = passage.section, passage.point_number
        points[place] = points.get(place, "") + text
    return tuple(
        NewPassage(
            section=passage.section,
            point_number=passage.point_number,
            sentence_number=passage.sentence_number,
            point=points[passage.section, passage.point_number],
            text=text,
            pattern=passage.pattern,
            text_hash=text_key(text),
        )
        for passage, text in zip(passages, blanked, strict=True)
    )
