"""The embedded writer: needs no model, takes past phrasing and its own forms, fills them from 数据 only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.figures import (
    answered,
    change_text,
    false_claims,
    money_text,
    rate_in_force,
    value_text,
)
from assistant.plan import Brief, Point
from assistant.settings import Tone
from assistant.troubles import measure, problem
from assistant.wording import clauses, tells_an_act
from assistant.writer import Basis, Notice, Sentence
from corpus.filling import Filled, fill
from prompts import data, phrases
from scoring.numbers.vocabulary import unit_of
from scoring.report import Metric

_HITS = 8
_MOST = 4
"""So many metrics a sentence tells at most, or it cannot be read."""
_LONGEST = 130
"""So many characters of a sentence are read in one breath."""
Told = tuple[Metric, Sequence[Metric]]
_CLAUSE = re.compile(r"[^，；：]+[，；：]*")


class EmbeddedWriter:
    """Writes each point of the plan; past sentences are used where 数据 fills all their slots.

    Args:
        tone: 朴实, 概括 or 详细.
    """

    name = "内置"
    model = ""

    def __init__(self, tone: Tone = "朴实") -> None:
        self._tone: Tone = tone
        self.prompt_version = str(data("phrases")["version"])

    def write(self, brief: Brief) -> Iterator[Sentence | Notice]:
        """The sentences of the narrative, numbered by point."""
        brief = replace(brief, tone=self._tone)
        if brief.section == "主要绩效":
            yield Sentence(_opening(brief))
        for number, point in enumerate(brief.points, 1):
            head = heading(brief.section, number, point)
            for sentence in sentences_of(brief, point):
                yield Sentence(
                    head + sentence.text, sentence.basis, head + sentence.plain if sentence.plain else ""
                )
                head = ""


def heading(section: str, number: int, point: Point) -> str:
    """What stands before a point: its number and title; a measure begins with the problem anyway."""
    if point.kind == "请补充":
        return ""
    return f"{number}." if section == "改进措施" else f"{number}.{point.title}。"


def sentences_of(brief: Brief, point: Point) -> Iterator[Sentence]:
    """What the embedded writer says of one point, without its number and heading."""
    say = {"主要绩效": _achievement, "主要问题": problem, "改进措施": measure}[brief.section]
    yield from say(brief, point)


def _opening(brief: Brief) -> str:
    report = brief.report
    return phrases().say("opening", year=str(report.year), unit=report.budget_unit, project=report.project)


def _achievement(brief: Brief, point: Point) -> Iterator[Sentence]:
    match point.kind:
        case "预算执行":
            yield _money(brief)
        case "数据":
            yield from _told(brief, point)
        case "未报告":
            yield from _unreported(brief)
        case _:
            yield Sentence(phrases().say("no_metrics"))


def _money(brief: Brief) -> Sentence:
    report = brief.report
    assert report.budget is not None
    assert report.executed is not None
    values = {
        "budget": money_text(report.budget),
        "executed": money_text(report.executed),
        "rate": rate_in_force(report),
    }
    text = phrases().say("money", **values)
    basis = Basis(("当年预算数", "预算执行数", "预算执行率"))
    if report.last_year_budget:
        change = change_text(report.budget, report.last_year_budget, "元").removeprefix("较上年")
        return Sentence(phrases().say("money_changed", change=change, **values), basis, text)
    return Sentence(text, basis, text)


def _told(brief: Brief, point: Point) -> Iterator[Sentence]:
    """The metrics of a point: by past sentences that 数据 fills, the rest in the order of the genre."""
    metrics = [
        m for name in point.metrics for m in brief.report.metrics if m.name == name and m.value is not None
    ]
    left = list(metrics)
    for sentence, used in _past(brief, metrics):
        if used <= {metric.name for metric in left}:
            left = [metric for metric in left if metric.name not in used]
            yield sentence
    counts = [metric for metric in left if unit_of(metric.unit).base != "%"]
    rates = [(metric, ()) for metric in left if unit_of(metric.unit).base == "%"]
    groups = [list(chosen) for chosen in _halves(_with_parts(counts))]
    if rates and groups and len(groups[-1]) + len(rates) <= _MOST:
        groups[-1] += rates
    else:
        groups += [list(chosen) for chosen in _halves(rates)]
    is_first = point == next((one for one in brief.points if one.kind == "数据"), None)
    for number, chosen in enumerate(groups):
        begins = is_first and not number and _is_of_the_year(chosen[0][0])
        yield from _short_enough(chosen, brief, "全年" if begins else "")


def _short_enough(told: Sequence[Told], brief: Brief, begin: str) -> Iterator[Sentence]:
    """One sentence, or several where one would be too long to read."""
    whole = _sentence(told, brief, begin)
    if len(whole.text) <= _LONGEST or len(told) == 1:
        yield whole
        return
    half = (len(told) + 1) // 2
    yield from _short_enough(told[:half], brief, begin)
    yield from _short_enough(told[half:], brief, "")


def _is_of_the_year(metric: Metric) -> bool:
    """Whether 全年 may stand before it: before what was done, not before what there is, nor before a rate."""
    return unit_of(metric.unit).base != "%" and tells_an_act(metric) and "年" not in metric.name


def _sentence(told: Sequence[Told], brief: Brief, begin: str) -> Sentence:
    lines = answered(brief.coverage)
    metrics = [one for metric, parts in told for one in (metric, *parts)]
    targets = tuple(lines[m.name].target.text for m in metrics if m.name in lines)
    bare = "，".join(f"{metric.name}{value_text(metric)}" for metric in metrics)
    said = clauses(told, brief, brief.tone)
    sign = "；" if any("，" in clause for clause in said) else "，"
    return Sentence(
        f"{begin}{sign.join(said)}。", Basis(tuple(m.name for m in metrics), targets), f"{bare}。"
    )


def _halves(told: Sequence[Told]) -> Iterator[Sequence[Told]]:
    """The metrics of each sentence."""
    size = _MOST if len(told) > _MOST else max(len(told), 1)
    if len(told) > _MOST and len(told) % _MOST == 1:
        size = _MOST - 1  # no metric is left alone in a sentence
    for start in range(0, len(told), size):
        yield told[start : start + size]


def _with_parts(metrics: Sequence[Metric]) -> list[Told]:
    """Each metric with those of its parts that are told here; parts are not told again, parts of parts come last."""
    by_name = {metric.name: metric for metric in metrics}
    parts = {name for metric in metrics for name in metric.parts if metric.name not in metric.parts}
    told: list[Told] = [
        (metric, [by_name[name] for name in metric.parts if name in by_name])
        for metric in metrics
        if metric.name not in parts
    ]
    known = {one.name for metric, own in told for one in (metric, *own)}
    rest = [metric for metric in metrics if metric.name not in known]
    return told + _with_parts(rest) if told and rest else told + [(metric, ()) for metric in rest]


def _past(brief: Brief, metrics: Sequence[Metric]) -> Iterator[tuple[Sentence, set[str]]]:
    """Past sentences all of whose slots 数据 fills, with the metrics that they tell; each metric once."""
    if brief.library is None or not metrics:
        return
    names = {metric.name for metric in metrics}
    told: set[str] = set()
    for hit in brief.library.search("、".join(metric.name for metric in metrics), brief.section, limit=_HITS):
        filled = fill(hit.pattern, brief.report)
        used = {place.metric for place in filled.used if place.metric}
        if filled.open or len(used) < 2 or not used <= names or used & told:
            continue
        text = _proven(filled)
        if false_claims(brief.report, brief.section, text):
            continue
        told |= used
        place = f"{hit.unit}{hit.year}年{hit.section}{hit.place}"
        bare = "，".join(f"{m.name}{value_text(m)}" for m in metrics if m.name in used)
        yield Sentence(text, Basis(tuple(sorted(used)), (), (place,)), f"{bare}。"), used


def _proven(filled: Filled) -> str:
    """The clauses of a filled sentence that state something of this report; what else it says was of another."""
    kept = [
        match.group()
        for match in _CLAUSE.finditer(filled.text)
        if any(match.start() <= place.start < match.end() for place in filled.used)
    ]
    return "".join(kept).rstrip("，；：、。") + "。"


def _unreported(brief: Brief) -> Iterator[Sentence]:
    """The targets without a result, those that ask for the same thing in one sentence."""
    say = phrases().say
    asked: dict[str, list[str]] = {"stated": [], "unreported": []}
    for line in brief.coverage:
        if line.is_answered or not line.field.startswith("年度目标"):
            continue
        text = line.target.text
        if line.status == "other-measure" and line.metric:
            told = say("other_measure", target=text, metric=line.metric)
            yield Sentence(told, Basis(targets=(text,)), say("unreported", targets=f"“{text}”"))
        else:
            form = "stated" if line.status == "stated" or line.target.value is None else "unreported"
            asked[form].append(text)
    for form, texts in asked.items():
        if texts:
            quoted = "、".join(f"“{text}”" for text in dict.fromkeys(texts))
            yield Sentence(say(form, targets=quoted), Basis(targets=tuple(texts)))
