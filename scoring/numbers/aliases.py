"""Other names of metrics, learned from numbers that a person has confirmed to state them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scoring.numbers.affinity import FULL
from scoring.numbers.book import Book, Case, read_narrative
from scoring.numbers.facts import facts
from scoring.numbers.mention import Verdict
from scoring.report import Metric, Report

_WELL_NAMED = FULL * 7 // 10
"""Where the words name the metric this well there is nothing to learn."""
_SHORTEST, _LONGEST = 2, 10
_HAN_BEFORE = re.compile("[\\u4e00-\\u9fff]+$")
_HAN_BEHIND = re.compile("[\\u4e00-\\u9fff]+")
# 全年共走访看查经营主体达 → 走访看查经营主体
_OPENS = re.compile(
    "^(?:全年|年内|今年|本年|当年|累计|其中|共计|共|已|还|并|又|另|先后|分别|各类|各级|组织|开展|实施|完成)+"
)
_CLOSES = re.compile("(?:总数|数量|共计|合计|累计|达到|达|为|是|有|共|了|约|近|超过|超|至|到)+$")
_JOINS = re.compile("[的和与及或在]")


def with_learned_aliases(report: Report, confirmed: Sequence[Verdict]) -> Report:
    """``report``, its metrics called also by the words that stand beside the confirmed numbers.

    Args:
        report: the report.
        confirmed: verdicts of its numbers that a person has checked; only bound ones on one metric teach.
    """
    book = Book(facts(report))
    learned: dict[str, list[str]] = {}
    for field in dict.fromkeys(verdict.field for verdict in confirmed):
        cases = {case.mention.start: case for case in read_narrative(report, field).cases}
        for verdict in confirmed:
            case = cases.get(verdict.mention.start)
            if verdict.field == field and case is not None and (alias := _alias(verdict, case, book)):
                learned.setdefault(verdict.metrics[0], []).append(alias)
    if not learned:
        return report
    taken = {word for metric in report.metrics for word in (metric.name, *metric.aliases)}
    metrics = tuple(_called(metric, learned.get(metric.name, []), taken) for metric in report.metrics)
    return report.model_copy(update={"metrics": metrics})


def _called(metric: Metric, words: Sequence[str], taken: set[str]) -> Metric:
    new = [word for word in dict.fromkeys(words) if word not in taken]
    return metric.model_copy(update={"aliases": (*metric.aliases, *new)}) if new else metric


def _alias(verdict: Verdict, case: Case, book: Book) -> str:
    """What the words beside the number call its metric; empty where they name it well or not at all."""
    if verdict.status != "bound" or len(verdict.metrics) != 1:
        return ""
    fact = book.value_of(verdict)
    if fact is None or fact.rank or book.affinity(fact, case.seen) >= _WELL_NAMED:
        return ""
    before, behind = _HAN_BEFORE.search(case.context.lead), _HAN_BEHIND.match(case.context.tail)
    said = _CLOSES.sub("", _OPENS.sub("", before.group())) if before else ""
    if not said and behind is not None:
        said = behind.group()
    return said if _SHORTEST <= len(said) <= _LONGEST and not _JOINS.search(said) else ""
