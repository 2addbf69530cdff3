"""Where a report gives the reason for a deviation: in 偏差原因, or in a sentence beside the number."""

from __future__ import annotations

import re
from collections.abc import Iterable

from scoring.ledger import Coverage
from scoring.numbers.affinity import FULL, grams
from scoring.report import NARRATIVES, Report
from scoring.texts import Point, points, sentence_at, sentences, share
from scoring.words import pattern

_NAMED = FULL * 6 // 10
_SHORTEST = 6
_BUDGET = re.compile("预算|资金|经费|支出")
_CHANGE = re.compile("增长|增加|增至|降至|增到|较上年|比上年|是上年|同比|下降|减少|调整|追加|压减|提高|扩大")
_COMPARED = re.compile("目标|计划|完成率|较上年|比上年|同比|百分点|低于|缺口|比[^，。]{0,6}[少低多高]")
_EXECUTION = re.compile("执行率|结余|支付进度|支出进度|支付率|未支付|执行进度|未支出")


def has_reason(report: Report, line: Coverage) -> bool:
    """Whether the report says why the target of ``line`` was missed or gone beyond.

    A missed target that 主要问题 speaks of in words of its own is explained; one gone beyond needs a word
    of reason (由于, 主要是, 受…影响) in the number's own sentence or the next.
    """
    name = line.metric or line.target.subject
    if _reason_in_rows(report, name):
        return True
    if any(_is_reasoned(report.narrative(place.field), place.start) for place in line.places):
        return True
    if any(
        pattern("reasons").search(sentence)
        and any(share(name, grams(clause)) >= _NAMED for clause in re.split("[，；]", sentence))
        for sentence in _all_sentences(report)
    ):
        return True
    return line.status == "missed" and any(
        (share(name, grams(point.text)) >= _NAMED or _holds(point, line)) and _has_more(point.text)
        for point in points(report.problems)
    )


def _holds(point: Point, line: Coverage) -> bool:
    return any(place.field == "主要问题" and point.start <= place.start < point.end for place in line.places)


def has_budget_reason(report: Report) -> bool:
    """Whether a sentence says why the budget is so much larger or smaller than last year's."""
    return any(
        _BUDGET.search(sentence) and _CHANGE.search(sentence) and pattern("reasons").search(sentence)
        for sentence in _all_sentences(report)
    )


def has_execution_reason(report: Report) -> bool:
    """Whether a sentence says why so little of the budget was spent."""
    if any(row.deviation_reason.strip() for row in report.indicators if "执行" in row.name):
        return True
    problems = set(_sentences(report.problems))
    return any(
        _EXECUTION.search(sentence)
        and (pattern("reasons").search(sentence) or (sentence in problems and _has_more(sentence)))
        for sentence in _all_sentences(report)
    )


def _reason_in_rows(report: Report, name: str) -> bool:
    """Whether an indicator of this name has an 偏差原因, or a reason in its 备注."""
    return any(
        (row.deviation_reason.strip() or pattern("reasons").search(row.note))
        and (share(name, grams(row.name)) >= _NAMED or share(row.name, grams(name)) >= _NAMED)
        for row in report.indicators
    )


def _is_reasoned(text: str, position: int) -> bool:
    first, last = sentence_at(text, position)
    after = text[last : last + 60].partition("。")[0]
    return bool(pattern("reasons").search(text[first:last]) or pattern("reasons").match(after.lstrip()))


def _has_more(text: str) -> bool:
    """Whether a text says more than that a number falls short: a clause without comparison or target."""
    clauses = re.split("[，。；：:]", text)[1:]
    return any(len(clause) >= _SHORTEST and not _COMPARED.search(clause) for clause in clauses)


def _all_sentences(report: Report) -> Iterable[str]:
    return [sentence for label in NARRATIVES for sentence in _sentences(report.narrative(label))]


def _sentences(text: str) -> list[str]:
    return [text[first:last] for first, last in sentences(text)]
