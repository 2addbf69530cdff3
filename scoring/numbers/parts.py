"""Parts told in brackets right behind their whole must make it: 214个（噪声138个、粉尘61个、化学毒物15个）."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from scoring.numbers.book import Book, Case
from scoring.numbers.mention import Verdict
from scoring.numbers.relations.operand import Result
from scoring.numbers.verdicts import follows, miscalculated

# What is compared, planned or picked out in brackets is no list of parts.
_NO_PARTS = re.compile("[较比占超增减]|目标|计划|其中|上年|等")


def last_of_parts(
    index: int, text: str, cases: Sequence[Case], known: Sequence[Verdict | None], book: Book
) -> Verdict | None:
    """The verdict on a number in brackets where the whole and all other parts of it state metrics.

    Args:
        index: the number's place among ``cases``, the numbers of the narrative ``text``.
        text: the narrative as the reader sees it.
        cases: its numbers.
        known: the verdicts so far, None where there is none.
        book: the facts of the report.

    Returns:
        derived or contradicts (with what the whole leaves); None where the number is no such part.
    """
    case = cases[index]
    opening, closing = text.rfind("（", 0, case.mention.start), text.find("）", case.mention.end)
    inside = text[opening:closing]
    if min(opening, closing) < 0 or "）" in inside or "（" in inside[1:] or _NO_PARTS.search(inside):
        return None
    whole = next((i for i in range(index) if cases[i].mention.end == opening), None)
    parts = [i for i, other in enumerate(cases) if opening < other.mention.start < closing]
    if whole is None or len(parts) < 2 or len({cases[i].mention.base_unit for i in (whole, *parts)}) > 1:
        return None
    facts = [book.value_of(known[i]) for i in (whole, *(i for i in parts if i != index))]
    stated = [fact for fact in facts if fact is not None]
    if len(stated) < len(facts):
        return None
    rest = stated[0].base_value - sum((fact.base_value for fact in stated[1:]), Decimal(0))
    formula = "－".join(fact.printed for fact in stated)
    result = Result(rest, "余数", formula, tuple(fact.name for fact in stated))
    if rest == case.mention.base_value:
        return follows(case, result)
    return miscalculated(case, result, f"各项之和应为{stated[0].printed}，") if rest > 0 else None
