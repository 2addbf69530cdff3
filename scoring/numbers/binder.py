"""Binds each number of a report's narratives to the metric that it states, and proves or refuses it.

Two passes. The first weighs every fact of the same unit against the words round each number: a value that
agrees counts as much as a name found beside it, so that a number beside another metric's name is noticed
even where its value exists in the report. The second re-computes what is left (rates, sums, growth) from
the numbers that the first has proven nearby. Where numbers remain that nothing proves and metrics that no
number states, those that fit each other are taken for one another, and the two passes are made once more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from scoring.numbers.book import FAINT, NAMED, Book, Case, Narrative, read_narrative
from scoring.numbers.derive import derive, repeated, shared_out
from scoring.numbers.direct import named_in_other_unit
from scoring.numbers.facts import facts
from scoring.numbers.jointly import first_pass
from scoring.numbers.listing import MOST_LISTED, listing_beside
from scoring.numbers.mention import Mention, Verdict
from scoring.numbers.operands import operands_near
from scoring.numbers.parts import last_of_parts
from scoring.numbers.precision import states
from scoring.numbers.refuse import refuse
from scoring.numbers.relations.operand import Result
from scoring.numbers.relations.results import results
from scoring.numbers.unclaimed import Claims, claims
from scoring.numbers.years import judge_date
from scoring.report import NARRATIVES, Report

# 2022年培训1200人次, not 2023年预算由上年的2.4亿元
_NOT_OF_IT = re.compile("[，,。；;\n]|上年|去年|同期")


def bind(report: Report) -> tuple[Verdict, ...]:
    """The verdict on every number of the three narratives, in the order of the form and the text."""
    book = Book(facts(report))
    narratives = [read_narrative(report, field) for field in NARRATIVES]
    verdicts = _bind_all(report, narratives, book, {})
    by_place = {(verdict.field, verdict.mention.start): verdict for verdict in verdicts}
    numbers = [(case, by_place[case.field, case.mention.start]) for n in narratives for case in n.cases]
    claimed = claims(numbers, book)
    return tuple(_bind_all(report, narratives, book, claimed) if claimed else verdicts)


def _bind_all(report: Report, narratives: Sequence[Narrative], book: Book, claimed: Claims) -> list[Verdict]:
    verdicts: list[Verdict] = []
    for narrative in narratives:
        verdicts.extend(_bind_narrative(report, narrative, book, verdicts, claimed))
    return verdicts


def _unless_listed(
    direct: Sequence[Verdict | None], narrative: Narrative, book: Book
) -> list[Verdict | None]:
    """The verdicts, less those on a count that the text itself lists otherwise: 文昌阁、崇圣寺、魁星楼六处."""
    kept: list[Verdict | None] = []
    for verdict, case in zip(direct, narrative.cases, strict=True):
        is_few = case.mention.chinese and (case.mention.value or 0) <= MOST_LISTED
        listing = listing_beside(narrative.text, case.mention) if verdict and is_few else None
        is_told = listing is not None and case.mention.value in listing.counts
        if verdict is not None and verdict.status == "wrong-metric" and is_told:
            verdict = None  # 长三角、珠三角、京津冀、成渝四个驻点组分别签约
        is_other = listing is not None and listing.is_complete and not is_told
        fact = book.value_of(verdict)
        is_faint = fact is not None and book.affinity(fact, case.seen) < NAMED
        kept.append(None if is_other and is_faint else verdict)
    return kept


def explain(report: Report, field: str, start: int) -> tuple[Result, ...]:
    """All relations that could give the number at code point ``start`` of ``field``, the likeliest first."""
    book = Book(facts(report))
    cases = read_narrative(report, field).cases
    direct = first_pass(cases, book)
    for index, case in enumerate(cases):
        if case.mention.start == start:
            near = operands_near(index, cases, direct, book)
            return tuple(results(case.mention, case.cues, near, book.counts_near(case)))
    return ()


def _last_years(date: Mention, text: str, verdicts: Sequence[Verdict], book: Book) -> bool:
    """Whether last year's value of a metric stands right behind ``date``: 2022年参训1200人次."""
    behind = next((v for v in verdicts if v.mention.start >= date.end), None)
    if behind is None or behind.status != "bound" or _NOT_OF_IT.search(text, date.end, behind.mention.start):
        return False
    return book.value_of(behind) is None and any(
        fact.role == "last_year" and states(behind.mention, fact.base_value)
        for fact in book.by_name.get(behind.metrics[0], ())
    )


def _is_rate_by_chance(verdict: Verdict, case: Case, book: Book) -> bool:
    """Whether the words call the number another rate than the one whose value it has: 整改率95.2%, and 满意度 too."""
    fact = book.value_of(verdict)
    is_rate = case.mention.base_unit == "%" and case.cues.rate
    return is_rate and fact is not None and book.affinity(fact, case.seen) < FAINT


def _bind_narrative(
    report: Report, narrative: Narrative, book: Book, earlier: Sequence[Verdict], claimed: Claims
) -> list[Verdict]:
    field = narrative.field
    known = _unless_listed(first_pass(narrative.cases, book), narrative, book)
    known = [claimed.get((field, c.mention.start), v) for c, v in zip(narrative.cases, known, strict=True)]
    verdicts: list[Verdict] = []
    for index, case in enumerate(narrative.cases):
        verdict = known[index]
        if verdict is not None and _is_rate_by_chance(verdict, case, book):
            near = operands_near(index, narrative.cases, known, book)
            known[index] = verdict = derive(case, near, book) or verdict
        if verdict is None:
            near = operands_near(index, narrative.cases, known, book)
            verdict = last_of_parts(index, narrative.text, narrative.cases, known, book)
            verdict, other = verdict or derive(case, near, book), named_in_other_unit(case, book)
            if verdict is not None and other is not None and (verdict.relation or "").startswith("乘积"):
                # 取证10858人次, where 取证 is 10858人, is no product; 结案1474件 before its 调撤率46.8% is
                verdict = verdict if other.name in verdict.metrics else None
            if verdict is None and other is None:
                verdict = repeated(case, near, earlier, book)
            verdict = verdict or shared_out(case, near, book)
            verdict = verdict or refuse(case, narrative.text, near, book)
            known[index] = verdict
        verdicts.append(verdict)
    for index, case in enumerate(narrative.cases):
        if verdicts[index].status == "unsupported":  # 平均每期41人，合格率95.4%, which tells of how many
            again = derive(case, operands_near(index, narrative.cases, known, book), book)
            if again is not None and (again.relation or "").startswith("平均"):
                verdicts[index] = again
    text = report.narrative(field)
    others = [
        judge_date(field, m, text, report.year, _last_years(m, text, verdicts, book))
        for m in narrative.mentions
        if not m.is_fact
    ]
    return sorted((*verdicts, *others), key=lambda verdict: verdict.mention.start)
