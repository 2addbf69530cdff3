"""What last year's report of the same project gives to this year's, and what was only copied from it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz

from corpus.passages import points
from scoring.errors import InputError
from scoring.numbers.reader import read
from scoring.report import NARRATIVES, Metric, Report

_NEARLY_THE_SAME: Final = 90.0
_SHORTEST = 20
_SHORTEST_PROMISE = 8
_BLANK: Final = {
    **dict.fromkeys(("assessed_on", "grade", "achievements", "problems", "measures"), ""),
    **dict.fromkeys(("budget", "executed", "execution_rate", "total", "import_notes", "draft_record"), None),
    **dict.fromkeys(("targets", "dispositions", "locked"), ()),
}
_BLANK_ROW: Final = {
    "self_score": None,
    **dict.fromkeys(("target_value", "actual_value", "deviation_reason", "note"), ""),
}
_NUMBER: Final = re.compile(r"\d[\d,.]*")


@dataclass(frozen=True, slots=True)
class Repetition:
    """A paragraph that says nearly what last year's said.

    ``start`` and ``end`` are code points into the narrative ``section``, half-open; ``likeness`` is 0 to
    100 with all numbers left out; ``same_numbers`` tells that even the numbers are last year's.
    """

    section: str
    start: int
    end: int
    text: str
    last_text: str
    likeness: float
    same_numbers: bool


@dataclass(frozen=True, slots=True)
class Promise:
    """One of last year's measures, to be answered this year: its mark (1., 一是) left out."""

    text: str
    year: int


@dataclass(frozen=True, slots=True)
class CarriedForward:
    """A report to begin the year with, and last year's measures as its checklist."""

    report: Report
    checklist: tuple[Promise, ...]


def repeated(report: Report, last: Report) -> tuple[Repetition, ...]:
    """The paragraphs of ``report`` that are nearly those of ``last``, in the order of the form."""
    found = []
    for section in NARRATIVES:
        last_text = last.narrative(section)
        before = [last_text[start:end].strip() for _, start, end in points(last_text)]
        for _, start, end in points(text := report.narrative(section)):
            paragraph = text[start:end].strip()
            if repetition := _nearest(paragraph, before):
                other, likeness = repetition
                same = _NUMBER.findall(paragraph) == _NUMBER.findall(other)
                found.append(Repetition(section, start, end, paragraph, other, likeness, same))
    return tuple(found)


def _nearest(paragraph: str, others: list[str]) -> tuple[str, float] | None:
    """The most alike of ``others`` where it is nearly the same; headings are too short to say."""
    if len(paragraph) < _SHORTEST:
        return None
    wording = _NUMBER.sub("", paragraph)
    scored = [(other, fuzz.ratio(wording, _NUMBER.sub("", other))) for other in others]
    best = max(scored, key=lambda pair: pair[1], default=("", 0.0))
    return best if best[1] >= _NEARLY_THE_SAME else None


def carry_forward(last: Report, year: int) -> CarriedForward:
    """Begin the report of ``year`` from last year's: no number of it is taken for this year's.

    Last year's values become 上年值 where ``year`` follows on it; unit, project, indicators with their
    weights and the names, units and sources of 数据 stay; amounts, targets, scores, results and
    narratives are left to be entered.

    Raises:
        InputError: ``year`` is not after last year's.
    """
    if year <= last.year:
        raise InputError("年度", f"应晚于上一份报告的{last.year}年，读到 {year}")
    follows = year == last.year + 1
    keeps_goal = not any(mention.is_fact for mention in read(last.overall_goal))
    report = last.model_copy(
        update={
            **_BLANK,
            "year": year,
            "last_year_budget": last.budget if follows else None,
            "overall_goal": last.overall_goal if keeps_goal else "",
            "metrics": tuple(_metric_to_enter(metric, follows) for metric in last.metrics),
            "indicators": tuple(row.model_copy(update=_BLANK_ROW) for row in last.indicators),
        }
    )
    return CarriedForward(report, _promises(last))


def _metric_to_enter(metric: Metric, follows: bool) -> Metric:
    last_value = metric.value if follows else None
    return metric.model_copy(update={"value": None, "target": "", "last_year_value": last_value})


def _promises(last: Report) -> tuple[Promise, ...]:
    measures = last.measures
    texts = (measures[body:end].strip() for _, body, end in points(measures))
    return tuple(Promise(text, last.year) for text in texts if len(text) >= _SHORTEST_PROMISE)
