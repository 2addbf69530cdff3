"""Cut a report's narratives into passages: by section, point and sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from scoring.report import NARRATIVES, Report

_NUMERAL: Final = "[一二三四五六七八九十]"
_MARKER: Final = re.compile(
    rf"""
    (?:
      (?:^|(?<=[\n。！？!?；;”’）]))[ \t　]*[“"]?     # where a point may begin
      (?: [（(](?:{_NUMERAL}{{1,3}}|\d{{1,2}})[）)]\s*[、.．]?
        | [①-⑳]
        | {_NUMERAL}{{1,3}}、
        | \d{{1,2}}[.．、](?!\d)                 # 1. but not 1.5
        | \d{{1,2}}[.．](?=(?:19|20)\d{{2}}年)   # 2.2020年…: point 2
        | 第{_NUMERAL}{{1,2}}[，、,]
      )
    |
      (?:^|(?<=[\n。！？!?；;：:，,]))[ \t　]*{_NUMERAL}{{1,2}}(?:是|要|则)(?!否)
    )[ \t　]*
    """,
    re.VERBOSE,
)
# A sentence runs to its end mark; an end mark inside brackets or quotes does not end it.
_PAIRS: Final = "“[^“”\n]{0,80}”|（[^（）\n]{0,80}）|《[^《》\n]{0,80}》|「[^「」\n]{0,80}」"
_SENTENCE: Final = re.compile(rf"(?:{_PAIRS}|[^。！？!?\n])++[。！？!?]*[”’」）]*")
_CLAUSE: Final = re.compile(rf"(?:{_PAIRS}|[^；;])++[；;]?")
_LONG_SENTENCE = 80
_SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Passage:
    """One sentence of a narrative.

    ``point`` is the whole text of the point it stands in (with its 1. or 一是), ``text`` the sentence
    without that mark; ``start`` and ``end`` are code points into the narrative, half-open. Points and
    sentences count from 1.
    """

    section: str
    point_number: int
    sentence_number: int
    point: str
    text: str
    start: int
    end: int


def cut_report(report: Report) -> tuple[Passage, ...]:
    """The passages of a report's narratives, in the order of the form."""
    return tuple(passage for label in NARRATIVES for passage in cut(report.narrative(label), label))


def cut(text: str, section: str) -> tuple[Passage, ...]:
    """The passages of one narrative, whose form label is ``section``."""
    passages = []
    point_number = 0
    for start, body, end in points(text):
        sentences = tuple(_sentences(text, body, end))
        if not sentences:
            continue
        point_number += 1
        point = text[start:end].strip()
        for number, (first, last) in enumerate(sentences, 1):
            passages.append(Passage(section, point_number, number, point, text[first:last], first, last))
    return tuple(passages)


def points(text: str) -> Iterator[tuple[int, int, int]]:
    """The points of a narrative: where each starts, where its text after 1. or 一是 starts, where it ends.

    A point begins at a mark (1., （一）, 一、, 一是, ①, 第一，) or at a new line.
    """
    starts = {match.start(): match.end() for match in _MARKER.finditer(text)}
    for start in (0, *(line.end() for line in re.finditer(r"\n", text))):
        starts.setdefault(start, start)
    ordered = sorted(starts)
    for start, end in zip(ordered, [*ordered[1:], len(text)], strict=True):
        if text[start:end].strip():
            yield start, starts[start], end


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in _SENTENCE.finditer(text, start, end):
        if match.end() - match.start() <= _LONG_SENTENCE:
            spans = [match.span()]
        else:
            spans = [clause.span() for clause in _CLAUSE.finditer(text, *match.span())]
        for first, last in spans:
            sentence = text[first:last]
            first += len(sentence) - len(sentence.lstrip())
            last -= len(sentence) - len(sentence.rstrip())
            if len(text[first:last].strip("“”\"'。；;，,：: ")) >= _SHORTEST:
                yield first, last
