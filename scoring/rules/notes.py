"""What an importer saw and noted (导入提示), found by the rule it concerns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scoring.report import Report
from scoring.words import words


@dataclass(frozen=True, slots=True)
class Note:
    """One note: its 类别, where on the form it was seen (导入提示 where it names no place), and what."""

    kind: str
    place: str
    text: str


def notes_of(report: Report, topic: str) -> Iterator[Note]:
    """The notes that belong to ``topic`` (a key under ``notes`` of words.yaml)."""
    kinds: list[dict[str, str]] = words()["notes"][topic]
    for note in _notes(report):
        if any(kind["类别"] in note.kind and kind.get("位置", "") in note.place for kind in kinds):
            yield note


def _notes(report: Report) -> Iterator[Note]:
    entries = report.import_notes if isinstance(report.import_notes, list | tuple) else ()
    for entry in entries:
        if isinstance(entry, Mapping):
            kind, place, text = (str(entry.get(key) or "").strip() for key in ("类别", "位置", "内容"))
            yield Note(kind, place or "导入提示", text.rstrip("。"))
