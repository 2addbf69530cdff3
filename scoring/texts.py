"""The texts of a report with their places, cut into points and sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from scoring.numbers.affinity import FULL, grams
from scoring.report import NARRATIVES, Report
from scoring.words import filler

_INDICATOR_TEXTS: Final = (
    ("second_level", "二级指标"),
    ("name", "指标名称"),
    ("explanation", "指标解释"),
    ("target_value", "年度指标值"),
    ("actual_value", "实际完成值"),
    ("deviation_reason", "偏差原因"),
    ("note", "备注"),
)
_NUMERALS: Final = "一二三四五六七八九十"
_EDGE: Final = r"(?:^|(?<=[\n。！？；;”’）\s]))[ \t　]{0,8}[“\"]?"
# What numbers the points of a text; {} stands for the numeral.
_STYLES: Final = {
    "（一）": r"[（(]{C}[）)]",
    "一、": r"{C}、",
    "1.": r"{D}[.．](?!\d)|{D}[.．](?=(?:19|20)\d{{2}}年)",
    "1、": r"{D}、",
    "（1）": r"[（(]{D}[）)]",
    "第一，": r"第{C}[，,、]",
    "一是": r"{C}是(?!否)",
}
_SENTENCE: Final = re.compile(r"[^。！？!?\n]+[。！？!?]*")


@dataclass(frozen=True, slots=True)
class Placed:
    """A text with the field label it stands under."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Point:
    """One numbered point of a text: its span with the number, and how the points are numbered (1. or 一是).

    ``style`` is empty where the text is not numbered and the point is one of its lines.
    """

    start: int
    end: int
    text: str
    style: str = ""


def texts(report: Report) -> tuple[Placed, ...]:
    """Every text that a person wrote into the form, in the order of the form, without the empty ones."""
    return tuple(placed for placed in _texts(report) if placed.text.strip())


def _texts(report: Report) -> Iterator[Placed]:
    yield Placed("项目名称", report.project)
    yield Placed("预算单位", report.budget_unit)
    yield Placed("具体实施处室", report.office)
    yield Placed("项目总目标", report.overall_goal)
    for number, line in enumerate(report.targets, 1):
        yield Placed(f"年度目标[{number}]", line)
    for number, indicator in enumerate(report.indicators, 1):
        for name, label in _INDICATOR_TEXTS:
            yield Placed(f"指标[{number}].{label}", getattr(indicator, name))
    for label in NARRATIVES:
        yield Placed(label, report.narrative(label))


@lru_cache(maxsize=512)
def sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Spans of the sentences of ``text`` (ended by 。！？ or a line break)."""
    return tuple(match.span() for match in _SENTENCE.finditer(text) if match.group().strip())


def sentence_at(text: str, position: int) -> tuple[int, int]:
    """The span of the sentence that holds the code point ``position``."""
    return next((span for span in sentences(text) if span[0] <= position < span[1]), (0, len(text)))


@lru_cache(maxsize=512)
def points(text: str) -> tuple[Point, ...]:
    """The points of ``text`` in the style that numbers it first; its lines where nothing numbers it."""
    best: tuple[int, str, list[int]] | None = None
    for style in _STYLES:
        starts = _sequence(text, style)
        if starts and (best is None or starts[0] < best[0]):
            best = (starts[0], style, starts)
    if best is None:
        return _lines(text)
    _, style, starts = best
    return tuple(
        Point(start, end, text[start:end].strip(), style)
        for start, end in zip(starts, [*starts[1:], len(text)], strict=True)
    )


def _sequence(text: str, style: str) -> list[int]:
    """Where 1, 2, 3 … of ``style`` stand, one after the other."""
    starts: list[int] = []
    position = 0
    while match := _marker(style, len(starts) + 1).search(text, position):
        starts.append(match.start())
        position = match.end()
    return starts


@lru_cache(maxsize=256)
def _marker(style: str, number: int) -> re.Pattern[str]:
    tens, ones = divmod(number, 10)
    chinese = (
        ("" if tens < 2 else _NUMERALS[tens - 1])
        + ("十" if tens else "")
        + (_NUMERALS[ones - 1] if ones else "")
    )
    return re.compile(f"{_EDGE}(?:{_STYLES[style].format(C=chinese, D=number)})", re.MULTILINE)


def _lines(text: str) -> tuple[Point, ...]:
    found = []
    for match in re.finditer(r"[^\n]+", text):
        if match.group().strip():
            found.append(Point(match.start(), match.end(), match.group().strip()))
    return tuple(found)


def share(words_of: str, among: Sequence[str] | Mapping[str, int]) -> int:
    """The share of a text's telling pairs of characters found ``among`` others, in thousandths."""
    own = _telling(words_of)
    found = sum(gram in among for gram in own)
    return found * FULL // len(own) if own else 0


@lru_cache(maxsize=2048)
def _telling(text: str) -> tuple[str, ...]:
    """The pairs of characters of ``text`` that say what it is about, each once."""
    return tuple(gram for gram in dict.fromkeys(grams(text)) if gram not in filler())
