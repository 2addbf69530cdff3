"""What last year's report of the same project gives to this year's, and what was only copied from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rapidfuzz import fuzz, process

from corpus.passages import Passage, cut_report, points
from scoring.errors import InputError
from scoring.numbers.reader import read
from scoring.report import Metric, Report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpus.library import Library
    from scoring.numbers.mention import Verdict

_NEARLY_THE_SAME: Final = 90.0
_SHORTEST: Final = 8
"""Characters beside the numbers: of a shorter sentence nobody can say whose it is."""
_SHORTEST_PROMISE: Final = 8
_SHOWN: Final = 40
_BLANKED: Final = "#"
_DATED: Final = ("quantity", "percent", "money", "date")
_BLANK: Final = {
    **dict.fromkeys(("assessed_on", "grade", "achievements", "problems", "measures"), ""),
    **dict.fromkeys(("budget", "executed", "execution_rate", "total", "import_notes", "draft_record"), None),
    **dict.fromkeys(("targets", "dispositions", "locked"), ()),
}
_BLANK_ROW: Final = {
    "self_score": None,
    **dict.fromkeys(("target_value", "actual_value", "deviation_reason", "note"), ""),
}


@dataclass(frozen=True, slots=True)
class Carried:
    """A sentence that is a past year's, unchanged but perhaps for its numbers.

    ``start`` and ``end`` are code points into the narrative ``section``, half-open. ``last_text`` is the past
    sentence, from the report of ``year``, at ``place`` of the same narrative or of ``last_section``;
    ``old_numbers`` are those that both print, in this sentence's order, as it prints them.
    """

    section: str
    start: int
    end: int
    text: str
    year: int
    last_section: str
    place: str
    last_text: str
    old_numbers: tuple[str, ...]


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


def carried(report: Report, library: Library) -> tuple[Carried, ...]:
    """The sentences of ``report`` taken over from the unit's last report of the same project in ``library``.

    Empty where the library has none of an earlier year.
    """
    last = library.year_before(report)
    return carried_from(report, last) if last else ()


def carried_from(report: Report, last: Report) -> tuple[Carried, ...]:
    """The sentences of ``report`` that ``last`` has too, numbers left out, in the order of the form."""
    before = [(passage, _wording(passage.text)) for passage in cut_report(last)]
    wordings = [wording for _, wording in before]
    found = []
    for passage in cut_report(report):
        wording = _wording(passage.text)
        if len(wording.replace(_BLANKED, "")) < _SHORTEST:
            continue
        best = process.extractOne(wording, wordings, scorer=fuzz.ratio, score_cutoff=_NEARLY_THE_SAME)
        if best is not None:
            found.append(_carried(passage, before[best[2]][0], last.year))
    return tuple(found)


def unproven(one: Carried, verdicts: Sequence[Verdict]) -> tuple[str, ...]:
    """The past year's numbers in a sentence carried over that this year's data do not prove."""
    here = [v for v in verdicts if v.field == one.section and one.start <= v.mention.start < one.end]
    proven = {v.mention.text for v in here if v.status in ("bound", "derived")}
    return tuple(number for number in one.old_numbers if number not in proven)


def carried_line(one: Carried, verdicts: Sequence[Verdict]) -> str:
    """A sentence carried over, told in one line with the past passage it came from."""
    old = unproven(one, verdicts)
    kept = f"，其中{'、'.join(old)}是那时的数，本年数据证明不了" if old else ""
    text = one.text if len(one.text) <= _SHOWN else f"{one.text[:_SHOWN]}…"
    before = f"（原句：{one.last_text}）" if one.last_text != one.text else ""
    return f"「{text}」与{one.year}年{one.last_section}{one.place}相同{kept}{before}"


def _wording(sentence: str) -> str:
    """A sentence with every number and its unit blanked, in numerals of either script."""
    parts, done = [], 0
    for mention in read(sentence):
        parts += [sentence[done : mention.start], _BLANKED]
        done = mention.end
    return "".join([*parts, sentence[done:]])


def _carried(passage: Passage, past: Passage, year: int) -> Carried:
    old = {mention.text for mention in read(past.text) if mention.kind in _DATED}
    held = [mention.text for mention in read(passage.text) if mention.text in old]
    return Carried(
        section=passage.section,
        start=passage.start,
        end=passage.end,
        text=passage.text,
        year=year,
        last_section=past.section,
        place=f"第{past.point_number}点第{past.sentence_number}句",
        last_text=past.text,
        old_numbers=tuple(dict.fromkeys(held)),
    )


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
