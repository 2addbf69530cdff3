"""The goal-coverage ledger: each target, what answers it, where it is reported, and by how much it is met."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from scoring.answers import (
    Answer,
    answers_of,
    best_answers,
    has_unit_of,
    is_certain,
    is_other_rate,
    own_target,
    per_period,
    sum_of,
    summed,
    targets_of,
    value_for,
)
from scoring.numbers.affinity import Names, grams, names_of
from scoring.numbers.mention import Mention, Verdict
from scoring.numbers.precision import states
from scoring.numbers.vocabulary import unit_of
from scoring.report import Report
from scoring.target import Outcome, Target
from scoring.targets import read_target
from scoring.texts import sentence_at, share

Status = Literal["met", "missed", "exceeded", "stated", "unreported", "other-measure"]

_STATED = 450
_MISSTATED = ("contradicts", "wrong-metric")
_NONE = re.compile("(?:未|没有|无|零)(?:再)?(?:发生|出现)?([\u4e00-\u9fff]{2,14})")


@dataclass(frozen=True, slots=True)
class Place:
    """A number in a narrative: the narrative's label and the number's span."""

    field: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """What became of one target.

    ``field`` is where the target stands (年度目标[3], 数据[2].目标, 指标[4].年度指标值). ``metric`` is the
    metric, form label or indicator that answers it, ``actual`` its value for the year in the target's unit.
    ``places`` are the numbers of the narratives that report it. ``status``: met, missed or exceeded by the
    value; stated where words alone speak of it or several metrics may be meant; other-measure where only
    another rate or unit of the same matter is given (办结率 for 结案率, 家 for 家次); unreported where nothing
    answers. ``is_certain`` is False where the words name what answers only in part.
    """

    field: str
    target: Target
    status: Status
    metric: str | None = None
    actual: Decimal | None = None
    places: tuple[Place, ...] = ()
    unit: str = ""
    is_certain: bool = True

    @property
    def completion(self) -> Decimal | None:
        """The degree of completion: 1.53125 for 1225 of 800."""
        return None if self.actual is None else self.target.completion(self.actual)

    @property
    def excess(self) -> Decimal | None:
        """By how much of the goal the value goes beyond it (0.53125); None where it does not."""
        goal = self.target.goal
        if self.status != "exceeded" or self.actual is None or goal is None or goal <= 0:
            return None
        return (self.actual - goal) / goal

    @property
    def is_answered(self) -> bool:
        """Whether a value of the target's own measure is there."""
        return self.status in ("met", "missed", "exceeded")


def coverage(report: Report, verdicts: Sequence[Verdict]) -> tuple[Coverage, ...]:
    """The ledger of ``report``, in the order of 年度目标, then 数据 and 指标 with targets of their own.

    Args:
        report: the report.
        verdicts: what the numbers of its narratives were found to state.
    """
    answers = answers_of(report)
    names = names_of(tuple(word for answer in answers for word in answer.words))
    lines = [
        _cover(f"年度目标[{number}]", target, line, answers, names, report, verdicts)
        for number, line in enumerate(report.targets, 1)
        for target in targets_of(line)
    ]
    return (*lines, *_own_targets(report, lines, verdicts))


def _cover(
    field: str,
    target: Target,
    line: str,
    answers: Sequence[Answer],
    names: Names,
    report: Report,
    verdicts: Sequence[Verdict],
) -> Coverage:
    if not target.is_quantitative:
        return _cover_in_words(field, target, report, verdicts)
    usable = [answer for answer in answers if value_for(target, answer) is not None]
    together = summed(target, usable)
    best = [sum_of(together)] if together else best_answers(target, line, usable, names)
    if len(best) > 1:
        told = tuple(place for answer in best for place in _places(answer, verdicts))
        return Coverage(field, target, "stated", None, None, told)
    for answer in best:
        target = per_period(target, answer)
        actual = value_for(target, answer)
        if actual is None:
            continue
        places = tuple(place for part in together or (answer,) for place in _places(part, verdicts))
        places = places or tuple(_none_happened(answer, report))
        status: Status = target.judge(actual)
        if is_other_rate(target, answer) or not has_unit_of(target, answer):
            status = "other-measure"
        sure = bool(together) or is_certain(target, answer)
        return Coverage(field, target, status, answer.name, actual, places, answer.unit, sure)
    return _cover_by_text(field, target, report, verdicts) or Coverage(field, target, "unreported")


def _places(answer: Answer, verdicts: Sequence[Verdict]) -> tuple[Place, ...]:
    """The numbers of the narratives that report the answer's value (or misstate it), not its target."""
    unit = unit_of(answer.unit)
    base = answer.value * unit.factor
    named = [
        verdict
        for verdict in verdicts
        if {answer.name, *answer.words} & {*verdict.metrics}
        and (verdict.status in _MISSTATED or (verdict.status == "bound" and states(verdict.mention, base)))
    ]
    equal = [
        verdict
        for verdict in verdicts
        if verdict.mention.is_fact
        and verdict.mention.base_unit == unit.base
        and verdict.mention.base_value == base
        and (unit.base != "%" or _may_be(answer, verdict))
    ]
    return tuple(
        Place(verdict.field, verdict.mention.start, verdict.mention.end) for verdict in named or equal[:1]
    )


def _may_be(answer: Answer, verdict: Verdict) -> bool:
    """Whether a rate in the text may be the answer's: calculated, or stated under a name that ends alike."""
    alike = any(answer.name[-3:] == name[-3:] for name in verdict.metrics)
    return verdict.status == "derived" or alike


def _none_happened(answer: Answer, report: Report) -> Iterator[Place]:
    """Where the text says in words that the number is none (未发生亡人火灾)."""
    if answer.value == 0:
        for match in _NONE.finditer(report.achievements):
            if share(answer.name, grams(match.group(1))) >= _STATED:
                yield Place("主要绩效", match.start(), match.end())


def _cover_by_text(
    field: str, target: Target, report: Report, verdicts: Sequence[Verdict]
) -> Coverage | None:
    """The target answered by a number that stands in a narrative and in no 数据."""
    for verdict in verdicts:
        mention = verdict.mention
        if verdict.status not in ("unsupported", "derived") or mention.base_unit != target.base_unit:
            continue
        if mention.value is None or not _speaks_of(target, report.narrative(verdict.field), mention):
            continue
        actual = target.in_unit(mention.value, mention.unit)
        if actual is not None:
            place = Place(verdict.field, mention.start, mention.end)
            return Coverage(field, target, target.judge(actual), None, actual, (place,), mention.unit)
    return _cover_by_comparison(field, target, verdicts)


def _cover_by_comparison(field: str, target: Target, verdicts: Sequence[Verdict]) -> Coverage | None:
    """The target spoken of by its own number (较60%的下限高出5.8个百分点), whatever the result is called."""
    assert target.goal is not None
    for verdict in verdicts:
        mention = verdict.mention
        is_own = verdict.metrics == ("年度目标",) and mention.base_unit == target.base_unit
        if is_own and mention.base_value == target.goal * target.scale:
            place = Place(verdict.field, mention.start, mention.end)
            return Coverage(field, target, "stated", None, None, (place,), mention.unit)
    return None


def _speaks_of(target: Target, text: str, mention: Mention) -> bool:
    """Whether the words round a number are the target's: of its clause; of its sentence for a rate."""
    first, last = sentence_at(text, mention.start)
    cut = max(text.rfind(mark, first, mention.start) for mark in "，；、") + 1
    clause = text[max(first, cut) : mention.end + 12]
    is_rate = mention.base_unit == "%" and target.subject[-3:] in clause
    return share(target.subject, grams(text[first:last] if is_rate else clause)) >= _STATED


def _cover_in_words(field: str, target: Target, report: Report, verdicts: Sequence[Verdict]) -> Coverage:
    """A qualitative target: stated where one sentence of 主要绩效 holds half of what it names."""
    text = report.achievements
    for first, last in _spans(text):
        if share(target.subject or target.text, grams(text[first:last])) >= _STATED:
            return Coverage(field, target, "stated", None, None, (Place("主要绩效", first, last),))
    return Coverage(field, target, "unreported")


def _spans(text: str) -> Iterator[tuple[int, int]]:
    for match in re.finditer(r"[^。！？\n]+", text):
        yield match.span()


def _own_targets(
    report: Report, lines: Sequence[Coverage], verdicts: Sequence[Verdict]
) -> Iterator[Coverage]:
    """Targets that stand beside a metric or an indicator and in no 年度目标."""
    covered = {line.metric for line in lines if line.is_answered}
    known = {(line.target.goal, line.actual) for line in lines}
    for number, metric in enumerate(report.metrics, 1):
        target = own_target(metric.target, metric.unit)
        if metric.name in covered or metric.value is None or target.value is None:
            continue
        actual = target.in_unit(metric.value, metric.unit)
        if actual is None:
            continue
        covered.add(metric.name)
        answer = Answer(metric.name, (), metric.value, metric.unit)
        places = _places(answer, verdicts)
        field = f"数据[{number}].目标"
        yield Coverage(field, target, target.judge(actual), metric.name, actual, places, metric.unit)
    for number, indicator in enumerate(report.indicators, 1):
        target, stated = read_target(indicator.target_value), read_target(indicator.actual_value)
        actual = target.actual_in_unit(stated) if target.value is not None else None
        if actual is None or indicator.name in covered or (target.goal, actual) in known:
            continue
        answer = Answer(indicator.name, (), stated.value or Decimal(0), stated.unit)
        field = f"指标[{number}].年度指标值"
        outcome: Outcome = target.judge(actual)
        yield Coverage(field, target, outcome, indicator.name, actual, _places(answer, verdicts), stated.unit)
