"""The embedded writer: needs no model, takes past phrasing and its own forms, fills them from 数据 only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.figures import (
    answered,
    change_text,
    false_claims,
    goal_text,
    last_year_text,
    money_text,
    percent_text,
    rate_in_force,
    value_text,
)
from assistant.plan import Brief, Point
from assistant.settings import Tone
from assistant.troubles import measure, problem
from assistant.writer import Basis, Notice, Sentence
from corpus.filling import Filled, fill
from prompts import data, phrases
from scoring.ledger import Coverage
from scoring.numbers.vocabulary import unit_of
from scoring.report import Metric

_HITS = 8
_CLAUSE = re.compile(r"[^，；：]+[，；：]*")
_OPEN = "（未提供完成值，请补充）"


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
    rates = [metric for metric in left if unit_of(metric.unit).base == "%"]
    lines = answered(brief.coverage)
    for chosen in _halves(_with_parts(counts)):
        clauses = [_clause(metric, parts, lines, brief.tone) for metric, parts in chosen]
        everything = [m for metric, parts in chosen for m in (metric, *parts)]
        if rates and chosen is not None and everything[-1] is (counts[-1] if counts else None):
            clauses += [_clause(metric, (), lines, brief.tone) for metric in rates]
            everything += rates
            rates = []
        yield _sentence(clauses, everything, lines)
    if rates:
        yield _sentence([_clause(metric, (), lines, brief.tone) for metric in rates], rates, lines)


def _sentence(clauses: Sequence[str], metrics: Sequence[Metric], lines: dict[str, Coverage]) -> Sentence:
    targets = tuple(lines[m.name].target.text for m in metrics if m.name in lines)
    bare = "，".join(f"{metric.name}{value_text(metric)}" for metric in metrics)
    sign = "；" if any("，" in clause for clause in clauses) else "，"
    return Sentence(f"{sign.join(clauses)}。", Basis(tuple(m.name for m in metrics), targets), f"{bare}。")


def _halves(
    told: Sequence[tuple[Metric, Sequence[Metric]]],
) -> Iterator[Sequence[tuple[Metric, Sequence[Metric]]]]:
    """At most four metrics a sentence, or it cannot be read."""
    size = 4 if len(told) > 4 else max(len(told), 1)
    for start in range(0, len(told), size):
        yield told[start : start + size]


def _with_parts(metrics: Sequence[Metric]) -> list[tuple[Metric, list[Metric]]]:
    """Each metric with those of its parts that are told here; parts are not told again."""
    by_name = {metric.name: metric for metric in metrics}
    parts = {name for metric in metrics for name in metric.parts if metric.name not in metric.parts}
    return [
        (metric, [by_name[name] for name in metric.parts if name in by_name])
        for metric in metrics
        if metric.name not in parts
    ]


def _clause(metric: Metric, parts: Sequence[Metric], lines: dict[str, Coverage], tone: Tone) -> str:
    """One metric as a clause: name, value, against last year, against its target, and its parts.

    概括 leaves last year out, 详细 gives last year's value and the target's.
    """
    words = [f"{metric.name}{value_text(metric)}"]
    if metric.last_year_value is not None and metric.value is not None and tone != "概括":
        before = f"上年为{last_year_text(metric)}，" if tone == "详细" else ""
        words.append(before + change_text(metric.value, metric.last_year_value, metric.unit))
    line = lines.get(metric.name)
    if line is not None:
        words.append(_against_target(metric, line, tone))
    if parts:
        words.append("其中" + "、".join(f"{part.name}{value_text(part)}" for part in parts))
    return "，".join(word for word in words if word)


def _against_target(metric: Metric, line: Coverage, tone: Tone) -> str:
    target, done = line.target, line.completion
    if line.status == "missed":
        return (
            f"低于{goal_text(line)}的目标"
            if target.comparator in ("≥", ">", "=")
            else f"高于{goal_text(line)}的控制目标"
        )
    is_rate = unit_of(metric.unit).base == "%"
    if line.status == "exceeded" and done is not None and not is_rate:
        goal = f"{goal_text(line)}目标" if tone == "详细" else "年度目标"
        return f"完成{goal}的{percent_text(done)}"
    return f"达到{goal_text(line)}的目标" if tone == "详细" else "达到年度目标"


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
    for line in brief.coverage:
        if line.is_answered or not line.field.startswith("年度目标"):
            continue
        basis = Basis(targets=(line.target.text,))
        if line.status == "stated" or line.target.value is None:
            yield Sentence(phrases().say("stated", target=line.target.text), basis)
        elif line.status == "other-measure" and line.metric:
            yield Sentence(
                phrases().say("other_measure", target=line.target.text, metric=line.metric),
                basis,
                phrases().say("unreported", target=line.target.text),
            )
        else:
            yield Sentence(phrases().say("unreported", target=line.target.text), basis)
