"""What in a report answers a target: the metric, field or indicator that its words and its unit mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from itertools import islice

from scoring.execution import execution_rate
from scoring.numbers.affinity import FULL, Names, grams
from scoring.numbers.vocabulary import unit_of
from scoring.report import Report
from scoring.target import Target
from scoring.targets import read_target, read_targets
from scoring.texts import share
from scoring.words import filler, words

_NAMED = 300
"""From here on a metric of the target's own unit is taken to answer it."""
_HINTED = 120
"""The same where something else speaks for it, such as the metric's own 目标 being the target's number."""
_NAMED_APART = 700
"""The same where the metric counts in another unit (家 for 家次)."""
_SAME_GOAL, _SAME_UNIT, _ASIDE = 300, 100, 400
_CERTAIN = 600
_ALIKE, _WHOLE = 60, 900
_HEAD = 4
_TIME = re.compile("(?:年度|全年|每年|年内)$")


@dataclass(frozen=True, slots=True)
class Answer:
    """Something in the report that may answer a target: its names, value and unit as entered."""

    name: str
    words: tuple[str, ...]
    value: Decimal
    unit: str
    target: str = ""
    parts: tuple[str, ...] = ()


@lru_cache(maxsize=4096)
def targets_of(line: str) -> tuple[Target, ...]:
    """The targets of one line, without the ages that only say who is meant (65岁及以上老年人)."""
    found = read_targets(line)
    return tuple(target for target in found if target.base_unit != "岁") or found


def answers_of(report: Report) -> tuple[Answer, ...]:
    """Every value of the report: 数据, the execution rate, and indicators with an 实际完成值."""
    found = [
        Answer(
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
        found.append(Answer("预算执行率", ("预算执行率",), rate * 100, "%"))
    known = {answer.name for answer in found}
    for indicator in report.indicators:
        actual = read_target(indicator.actual_value) if indicator.actual_value.strip() else None
        if actual is not None and actual.value is not None and indicator.name not in known:
            found.append(Answer(indicator.name, (indicator.name,), actual.value, actual.unit))
    return tuple(found)


def best_answers(target: Target, line: str, answers: Sequence[Answer], names: Names) -> list[Answer]:
    """The value that the target's words name best; several where they name two alike and neither whole.

    A goal entered with the metric counts as a name; a part gives way to the whole that has the goal.
    """
    ranked = _ranked(target, line, answers, names)
    if not ranked:
        return []
    score, best = ranked[0]
    if _same_goal(target, best):
        return [best]
    wholes = [answer for answer in answers if best.name in answer.parts and _same_goal(target, answer)]
    if wholes:
        return wholes[:1]
    is_whole = score >= _WHOLE + _SAME_UNIT * has_unit_of(target, best)
    return [best] if is_whole else [answer for other, answer in ranked if score - other < _ALIKE]


def _ranked(target: Target, line: str, answers: Sequence[Answer], names: Names) -> list[tuple[int, Answer]]:
    """The answers that the target's words and unit admit, the best named first."""
    own = dict.fromkeys(grams(target.subject), FULL)
    is_alone = len(targets_of(line)) == 1
    scores = names.affinities({**dict.fromkeys(grams(line), _ASIDE), **own} if is_alone else own)
    ranked = []
    for answer in answers:
        score = max(scores.get(word, 0) for word in answer.words)
        same_goal, same_unit = _same_goal(target, answer), has_unit_of(target, answer)
        if score >= _needed(target, answer, answers, same_goal, same_unit):
            ranked.append((score + _SAME_GOAL * same_goal + _SAME_UNIT * same_unit, answer))
    return sorted(ranked, key=lambda pair: -pair[0])


def _needed(
    target: Target, answer: Answer, answers: Sequence[Answer], same_goal: bool, same_unit: bool
) -> int:
    """How well the target must name an answer for it to count, in thousandths."""
    if not same_unit:
        return _NAMED_APART if _says_the_same(target, answer) else FULL + 1
    if same_goal:
        return 1
    hinted = is_other_rate(target, answer) or _is_only(target, answer, answers)
    return _HINTED if hinted else _NAMED


def is_certain(target: Target, answer: Answer) -> bool:
    """Whether the answer is the target's beyond doubt: by its own 目标, or a name that says the same."""
    own = grams(target.subject)
    return _same_goal(target, answer) or any(
        share(word, own) >= _CERTAIN or share(target.subject, grams(word)) >= _CERTAIN
        for word in answer.words
    )


def summed(target: Target, answers: Sequence[Answer]) -> list[Answer]:
    """The metrics that a target asks for together (选聘指导员和普查员不少于8000人); none for most."""
    subject = target.subject
    if target.base_unit == "%" or not re.search("[和及与、]", subject) or re.search("[均各]", target.text):
        return []
    named = [
        answer for answer in answers if answer.unit and answer.name in subject and has_unit_of(target, answer)
    ]
    apart = [one for one in named if not any(one.name in other.name for other in named if other is not one)]
    return sorted(apart, key=lambda one: subject.index(one.name)) if len(apart) > 1 else []


def sum_of(parts: Sequence[Answer]) -> Answer:
    """The answers added up, in the unit of the first."""
    base = sum((part.value * unit_of(part.unit).factor for part in parts), Decimal(0))
    unit = parts[0].unit
    names = tuple(part.name for part in parts)
    return Answer("、".join(names), names, base / unit_of(unit).factor, unit)


@lru_cache(maxsize=4096)
def own_target(text: str, unit: str) -> Target:
    """The target entered with a metric; where it names no unit it is in the metric's."""
    target = read_target(text)
    if target.value is None or target.base_unit or not unit:
        return target
    known = unit_of(unit)
    if target.scale == 1 or unit.startswith(target.unit):
        return replace(target, unit=unit, base_unit=known.base, scale=known.factor)
    return replace(
        target, unit=f"{target.unit}{unit}", base_unit=known.base, scale=target.scale * known.factor
    )


def per_period(target: Target, answer: Answer) -> Target:
    """The target of a single period where the metric is told by the period too (每周开放56小时: 周开放63小时)."""
    own = own_target(answer.target, answer.unit)
    if target.frequency == 1 or own.value is None or own.frequency > 1:
        return target
    is_single = target.in_unit(own.value, own.unit) == target.value
    return replace(target, frequency=1) if is_single and target.value != target.goal else target


def value_for(target: Target, answer: Answer) -> Decimal | None:
    """The answer's value in the target's unit; None where the two measure different things."""
    if _is_longer(answer.unit, target):
        return answer.value
    if target.base_unit:
        return target.in_unit(answer.value, answer.unit)
    return answer.value if target.scale == 1 else answer.value * unit_of(answer.unit).factor / target.scale


def has_unit_of(target: Target, answer: Answer) -> bool:
    """Whether both count in the same unit; 个 goes with 个班次, 万吨 with 万吨标准煤, but not 家 with 家次."""
    if not (answer.unit and target.base_unit) or unit_of(answer.unit).base == target.base_unit:
        return True
    return _is_longer(answer.unit, target)


def _is_longer(unit: str, target: Target) -> bool:
    """Whether a metric's unit only says more than the target's."""
    is_other = bool(target.unit) and unit_of(unit).base != target.base_unit
    return is_other and unit.startswith(target.unit) and (len(target.unit) > 1 or target.unit == "个")


def _same_goal(target: Target, answer: Answer) -> bool:
    own = own_target(answer.target, answer.unit)
    if own.goal is None or target.goal is None or own.base_unit != target.base_unit:
        return False
    return own.goal * own.scale == target.goal * target.scale


def _is_only(target: Target, answer: Answer, answers: Sequence[Answer]) -> bool:
    """Whether of all answers in the target's unit only this one's name holds what is counted (检查, 立案查处)."""
    what = _head(target.subject)

    def holds(other: Answer) -> bool:
        return unit_of(other.unit).base == target.base_unit and any(
            gram in word for word in other.words for gram in what
        )

    return holds(answer) and len(list(islice(filter(holds, answers), 2))) == 1


def _says_the_same(target: Target, answer: Answer) -> bool:
    """Whether a name holds most of what the target names, not only the other way round."""
    what = _head(target.subject)
    return any(
        share(target.subject, grams(word)) >= FULL // 2 or any(gram in word for gram in what)
        for word in answer.words
    )


@lru_cache(maxsize=1024)
def _head(subject: str) -> frozenset[str]:
    """The telling pairs of characters at the end of a target's subject: what is counted."""
    return frozenset(grams(_TIME.sub("", subject)[-_HEAD:])) - filler()


def is_other_rate(target: Target, answer: Answer) -> bool:
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
