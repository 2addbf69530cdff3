"""The goal-coverage ledger: each target, what answers it, where it is reported, and by how much it is met."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from scoring.execution import execution_rate
from scoring.numbers.affinity import FULL, Names, grams
from scoring.numbers.mention import Mention, Verdict
from scoring.numbers.precision import states
from scoring.numbers.vocabulary import unit_of
from scoring.report import Report
from scoring.target import Outcome, Target
from scoring.targets import read_target, read_targets
from scoring.texts import sentence_at
from scoring.words import filler, words

Status = Literal["met", "missed", "exceeded", "stated", "unreported", "other-measure"]

_NAMED = 300
"""From here on a metric of the target's own unit is taken to answer it."""
_HINTED = 120
"""The same where something else speaks for it, such as the metric's own 目标 being the target's number."""
_NAMED_APART = 700
"""The same where the metric counts in another unit (家 for 家次)."""
_SAME_GOAL, _SAME_UNIT, _ASIDE = 300, 100, 400
_STATED = 450
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
    value; stated where words alone speak of it; other-measure where only another rate or unit of the same
    matter is given (办结率 for 结案率, 家 for 家次); unreported where nothing answers.
    """

    field: str
    target: Target
    status: Status
    metric: str | None = None
    actual: Decimal | None = None
    places: tuple[Place, ...] = ()
    unit: str = ""

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


@dataclass(frozen=True, slots=True)
class _Answer:
    """Something in the report that may answer a target: its names, value and unit as entered."""

    name: str
    words: tuple[str, ...]
    value: Decimal
    unit: str
    target: str = ""
    parts: tuple[str, ...] = ()


def coverage(report: Report, verdicts: Sequence[Verdict]) -> tuple[Coverage, ...]:
    """The ledger of ``report``, in the order of 年度目标, then 数据 and 指标 with targets of their own.

    Args:
        report: the report.
        verdicts: what the numbers of its narratives were found to state.
    """
    answers = _answers(report)
    names = Names(word for answer in answers for word in answer.words)
    lines = [
        _cover(f"年度目标[{number}]", target, line, answers, names, report, verdicts)
        for number, line in enumerate(report.targets, 1)
        for target in _targets_of(line)
    ]
    return (*lines, *_own_targets(report, lines, verdicts))


@lru_cache(maxsize=4096)
def _targets_of(line: str) -> tuple[Target, ...]:
    """The targets of one line, without the ages that only say who is meant (65岁及以上老年人)."""
    found = read_targets(line)
    return tuple(target for target in found if target.base_unit != "岁") or found


def _answers(report: Report) -> tuple[_Answer, ...]:
    """Every value of the report: 数据, the execution rate, and indicators with an 实际完成值."""
    found = [
        _Answer(
            metric.name,
            (metric.name, *metric.aliases),
            metric.value,
            metric.unit,
            metric.target,
            metric.parts,
        )
        for metric in report.metrics
        if metric.value is not None
    ]
    rate = execution_rate(report)
    if rate is not None:
        found.append(_Answer("预算执行率", ("预算执行率",), rate * 100, "%"))
    known = {answer.name for answer in found}
    for indicator in report.indicators:
        actual = read_target(indicator.actual_value) if indicator.actual_value.strip() else None
        if actual is not None and actual.value is not None and indicator.name not in known:
            found.append(_Answer(indicator.name, (indicator.name,), actual.value, actual.unit))
    return tuple(found)


def _cover(
    field: str,
    target: Target,
    line: str,
    answers: Sequence[_Answer],
    names: Names,
    report: Report,
    verdicts: Sequence[Verdict],
) -> Coverage:
    if not target.is_quantitative:
        return _cover_in_words(field, target, report, verdicts)
    answer = _joined(target, answers) or _best_answer(target, line, answers, names)
    if answer is not None:
        target = _per_period(target, answer)
        actual = target.in_unit(answer.value, answer.unit)
        assert actual is not None
        places = _places(answer, verdicts) or tuple(_none_happened(answer, report))
        if _is_other_rate(target, answer) or not _has_unit_of(target, answer):
            return Coverage(field, target, "other-measure", answer.name, actual, places, answer.unit)
        return Coverage(field, target, target.judge(actual), answer.name, actual, places, answer.unit)
    return _cover_by_text(field, target, report, verdicts) or Coverage(field, target, "unreported")


def _best_answer(target: Target, line: str, answers: Sequence[_Answer], names: Names) -> _Answer | None:
    """The value that the target's words name best; a goal entered with the metric counts as a name."""
    own = dict.fromkeys(grams(target.subject), FULL)
    is_alone = len(_targets_of(line)) == 1
    seen = {**dict.fromkeys(grams(line), _ASIDE), **own} if is_alone else own
    scores = names.affinities(seen)
    ranked = []
    for answer in answers:
        if target.in_unit(answer.value, answer.unit) is None:
            continue
        score = max(scores.get(word, 0) for word in answer.words)
        same_goal = _same_goal(target, answer)
        same_unit = _has_unit_of(target, answer)
        hinted = _is_other_rate(target, answer) or _is_only(target, answer, answers)
        needed = 1 if same_goal else _HINTED if hinted else _NAMED
        if not same_unit:
            needed = _NAMED_APART
        if score >= needed:
            ranked.append((score + _SAME_GOAL * same_goal + _SAME_UNIT * same_unit, answer))
    best = max(ranked, key=lambda pair: pair[0])[1] if ranked else None
    if best is None or _same_goal(target, best):
        return best
    wholes = [answer for answer in answers if best.name in answer.parts and _same_goal(target, answer)]
    return wholes[0] if wholes else best


def _joined(target: Target, answers: Sequence[_Answer]) -> _Answer | None:
    """The sum that a target asks of several metrics named in it (选聘指导员和普查员不少于8000人)."""
    if (
        target.base_unit == "%"
        or not re.search("[和及与、]", target.subject)
        or re.search("[均各]", target.text)
    ):
        return None
    named = [
        answer
        for answer in answers
        if answer.name in target.subject and _has_unit_of(target, answer) and answer.unit
    ]
    apart = [one for one in named if not any(one.name in other.name for other in named if other is not one)]
    if len(apart) < 2 or len({answer.unit for answer in apart}) > 1:
        return None
    joined = "、".join(answer.name for answer in apart)
    total = sum((answer.value for answer in apart), Decimal(0))
    return _Answer(joined, tuple(answer.name for answer in apart), total, apart[0].unit)


def _per_period(target: Target, answer: _Answer) -> Target:
    """The target of a single period where the metric is told by the period too (每周开放56小时: 周开放63小时)."""
    own = read_target(answer.target) if answer.target.strip() else None
    if target.frequency == 1 or own is None or own.value is None or own.frequency > 1:
        return target
    is_single = target.in_unit(own.value, own.unit or answer.unit) == target.value
    return replace(target, frequency=1) if is_single and target.value != target.goal else target


def _has_unit_of(target: Target, answer: _Answer) -> bool:
    """Whether both count in the same unit; 个 goes with 个班次."""
    base = unit_of(answer.unit).base
    return (
        not (answer.unit and target.base_unit) or base == target.base_unit or target.unit == base[:1] == "个"
    )


def _same_goal(target: Target, answer: _Answer) -> bool:
    if not answer.target.strip():
        return False
    own = read_target(answer.target)
    if own.goal is None or target.goal is None:
        return False
    factor = unit_of(answer.unit).factor if not own.base_unit else Decimal(1)
    return own.goal * own.scale * factor == target.goal * target.scale


def _is_only(target: Target, answer: _Answer, answers: Sequence[_Answer]) -> bool:
    """Whether the answer alone has the target's unit, and its name holds what is counted (行政执法检查)."""
    same = [other for other in answers if unit_of(other.unit).base == target.base_unit]
    head = target.subject[-2:]
    return same == [answer] and any(head in word for word in answer.words)


def _is_other_rate(target: Target, answer: _Answer) -> bool:
    """Whether the answer is a rate of the same matter, but not the one asked for (办结率 for 结案率)."""
    if target.base_unit != "%":
        return False
    asked = _rate_word(target.subject)
    given = {_rate_word(word) for word in answer.words} - {None}
    if asked is None or not given or any(asked == rate for rate in given):
        return False
    return any(asked[0] == rate[0] for rate in given if rate is not None)


def _rate_word(name: str) -> tuple[int, int] | None:
    """The line and the item of the table of rates that a name ends with."""
    best: tuple[int, tuple[int, int]] | None = None
    for row, line in enumerate(words()["rates"]):
        for item, same in enumerate(line):
            for word in same:
                if name.endswith(word) and (best is None or len(word) > best[0]):
                    best = (len(word), (row, item))
    return best[1] if best else None


def _places(answer: _Answer, verdicts: Sequence[Verdict]) -> tuple[Place, ...]:
    """The numbers of the narratives that report the answer's value (or misstate it), not its target."""
    unit = unit_of(answer.unit)
    base = answer.value * unit.factor
    named = [
        verdict
        for verdict in verdicts
        if {answer.name, *answer.words} & {*verdict.metrics}
        and (verdict.status != "bound" or states(verdict.mention, base))
    ]
    equal = [
        verdict
        for verdict in verdicts
        if verdict.mention.base_unit == unit.base
        and verdict.mention.base_value == base
        and verdict.mention.is_fact
    ]
    return tuple(
        Place(verdict.field, verdict.mention.start, verdict.mention.end) for verdict in named or equal[:1]
    )


def _none_happened(answer: _Answer, report: Report) -> Iterator[Place]:
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


def share(words_of: str, among: Sequence[str] | Mapping[str, int]) -> int:
    """The share of a text's telling pairs of characters found ``among`` others, in thousandths."""
    own = [gram for gram in dict.fromkeys(grams(words_of)) if gram not in filler()]
    found = sum(gram in among for gram in own)
    return found * FULL // len(own) if own else 0


def _own_targets(
    report: Report, lines: Sequence[Coverage], verdicts: Sequence[Verdict]
) -> Iterator[Coverage]:
    """Targets that stand beside a metric or an indicator and in no 年度目标."""
    covered = {line.metric for line in lines if line.is_answered}
    known = {(line.target.goal, line.actual) for line in lines}
    for number, metric in enumerate(report.metrics, 1):
        target = read_target(metric.target)
        if metric.name in covered or metric.value is None or target.value is None:
            continue
        actual = target.in_unit(metric.value, metric.unit) if target.unit else metric.value
        if actual is None:
            continue
        covered.add(metric.name)
        answer = _Answer(metric.name, (), metric.value, metric.unit)
        places = _places(answer, verdicts)
        field = f"数据[{number}].目标"
        yield Coverage(field, target, target.judge(actual), metric.name, actual, places, metric.unit)
    for number, indicator in enumerate(report.indicators, 1):
        target, stated = read_target(indicator.target_value), read_target(indicator.actual_value)
        actual = target.actual_in_unit(stated) if target.value is not None else None
        if actual is None or indicator.name in covered or (target.goal, actual) in known:
            continue
        answer = _Answer(indicator.name, (), stated.value or Decimal(0), stated.unit)
        field = f"指标[{number}].年度指标值"
        outcome: Outcome = target.judge(actual)
        yield Coverage(field, target, outcome, indicator.name, actual, _places(answer, verdicts), stated.unit)
