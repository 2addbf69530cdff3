"""The embedded writer's problems and measures: one of each for everything that the numbers show."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from assistant.figures import answered, goal_text, money_text, percent_text, rate_in_force, value_text
from assistant.plan import Brief, Point
from assistant.writer import Basis, Sentence
from prompts import phrases
from scoring.decimals import plain, rounded
from scoring.numbers.vocabulary import unit_of
from scoring.report import Indicator


def problem(brief: Brief, point: Point) -> Iterator[Sentence]:
    """What is said of a problem: the numbers that show it, and its reason where one was entered."""
    say, report = phrases().say, brief.report
    match point.kind:
        case "未完成":
            yield from _missed(brief, point)
        case "执行率" if report.budget is not None and report.executed is not None:
            rest = money_text(report.budget - report.executed)
            yield Sentence(say("problem_rate", rate=rate_in_force(report), rest=rest), Basis(("预算执行率",)))
        case "失分":
            yield _lost(brief, point)
        case "未报告":
            texts = [line.target.text for line in brief.coverage if line.status == "unreported"]
            texts = [text for text in dict.fromkeys(texts) if text]
            quoted = "、".join(f"“{text}”" for text in texts[:6])
            yield Sentence(say("problem_unreported", targets=quoted), Basis(targets=tuple(texts)))
        case "超额":
            yield _exceeded(brief, point)
        case "预算变动":
            yield _budget(brief)
        case _:
            yield Sentence(say("no_problem"))


def _missed(brief: Brief, point: Point) -> Iterator[Sentence]:
    say = phrases().say
    line = next(x for x in brief.coverage if x.metric == point.subject and x.status == "missed")
    metric = next((m for m in brief.report.metrics if m.name == point.subject), None)
    actual = (
        value_text(metric)
        if metric and metric.value is not None
        else f"{plain(line.actual or Decimal(0))}{line.unit}"
    )
    values = {"metric": point.subject, "actual": actual, "target": goal_text(line)}
    plain_text = say("problem_missed", **values)
    text = plain_text
    if line.target.comparator not in ("≥", ">", "="):
        text = plain_text = say("problem_high", **values)
    elif line.completion is not None and unit_of(line.target.unit).base != "%":
        text = say("problem_missed_count", completion=percent_text(line.completion), **values)
    reason = next(
        (
            i.deviation_reason
            for i in brief.report.indicators
            if i.deviation_reason and point.subject in i.name
        ),
        "",
    )
    end = say("reason_given", reason=reason.rstrip("。")) if reason else say("reason_open")
    yield Sentence(text + end, Basis((point.subject,), (line.target.text,)), plain_text + say("reason_open"))


def _lost(brief: Brief, point: Point) -> Sentence:
    row = _row(brief, point.subject)
    assert row.self_score is not None
    assert row.weight is not None
    values = {"indicator": row.name, "score": f"{row.self_score:f}", "weight": f"{row.weight:f}"}
    note = (row.deviation_reason or row.note).rstrip("。")
    bare = phrases().say("problem_lost", **values)
    if note:
        return Sentence(phrases().say("problem_lost_note", note=note, **values), Basis((row.name,)), bare)
    return Sentence(bare, Basis((row.name,)))


def _row(brief: Brief, name: str) -> Indicator:
    return next(
        i for i in brief.report.indicators if i.name == name and i.weight and i.self_score is not None
    )


def _exceeded(brief: Brief, point: Point) -> Sentence:
    lines = answered(brief.coverage)
    told, names = [], []
    for metric in brief.report.metrics:
        line = lines.get(metric.name)
        if metric.name in point.metrics and line is not None and line.completion is not None:
            values = {"metric": metric.name, "actual": value_text(metric), "target": goal_text(line)}
            told.append(phrases().say("over_fact", completion=percent_text(line.completion), **values))
            names.append(metric.name)
    bare = f"{'、'.join(names)}的完成数"
    return Sentence(
        phrases().say("problem_over", facts=f"{'；'.join(told)}，" if told else bare),
        Basis(tuple(names)),
        phrases().say("problem_over", facts=bare),
    )


def _budget(brief: Brief) -> Sentence:
    report = brief.report
    assert report.budget is not None
    assert report.last_year_budget is not None
    share = abs(report.budget - report.last_year_budget) / report.last_year_budget
    change = f"{'增长' if report.budget > report.last_year_budget else '下降'}{rounded(share * 100, 1):f}%"
    values = {"budget": money_text(report.budget), "last": money_text(report.last_year_budget)}
    text = phrases().say("problem_budget", change=change, **values)
    return Sentence(
        text, Basis(("当年预算数", "上年预算金额")), "项目预算年度间变动较大。（请补充：预算变动的原因）"
    )


def measure(brief: Brief, point: Point) -> Iterator[Sentence]:
    """What is to be done about a problem: by whom, until when and to what end, blank where unknown."""
    say = phrases().say
    match point.kind:
        case "未完成":
            line = next(x for x in brief.coverage if x.metric == point.subject and x.status == "missed")
            bound = "以上" if line.target.comparator in ("≥", ">", "=") else "以内"
            form = "measure_missed_rate" if unit_of(line.target.unit).base == "%" else "measure_missed"
            text = say(form, metric=point.subject, target=goal_text(line), bound=bound)
            yield Sentence(text, Basis((point.subject,), (line.target.text,)))
        case "执行率":
            yield Sentence(say("measure_rate"), Basis(("预算执行率",)))
        case "失分":
            yield Sentence(say("measure_lost", indicator=point.subject), Basis((point.subject,)))
        case "未报告":
            yield Sentence(say("measure_unreported"))
        case "超额":
            yield Sentence(say("measure_over"), Basis(point.metrics))
        case "预算变动":
            yield Sentence(say("measure_budget"), Basis(("当年预算数",)))
        case _:
            yield Sentence(say("no_measure"))
