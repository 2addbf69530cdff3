"""The first pass: every number held against the facts, then those of a sentence against one another."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from scoring.numbers.affinity import AKIN, shared_run
from scoring.numbers.book import FAINT, Book, Case
from scoring.numbers.direct import bind_directly, ranked_facts
from scoring.numbers.facts import Fact
from scoring.numbers.mention import Verdict
from scoring.numbers.neighbours import (
    after_parts,
    against_direction,
    among_parts,
    before_parts,
    beside_execution_rate,
    beside_last_year,
    by_neighbour,
    within_whole,
)
from scoring.numbers.own_target import held_against_own
from scoring.numbers.verdicts import misplaced, states_fact

_CROSSED = 180
"""By so much two names must fit better when exchanged; less where one name holds the other."""
_CROSSED_NESTED = 90
_ENDINGS = frozenset("率度数量额次人")
"""With these the names of all kinds of metrics end."""
_LONGEST_SUM = 16
"""So many numbers back may stand what a sum is made of."""
_FAR = 60
"""Numbers further apart than this are not exchanged by a slip."""


def first_pass(cases: Sequence[Case], book: Book) -> list[Verdict | None]:
    """The verdicts that need no calculation; None where one is needed."""
    direct = _without_stated_rivals([bind_directly(case, book) for case in cases], cases, book)
    direct = _untangled(_told_apart(direct, cases, book), cases, book)
    direct = before_parts(beside_last_year(direct, cases, book), cases, book)
    direct = within_whole(among_parts(after_parts(direct, cases, book), cases, book), cases, book)
    direct = beside_execution_rate(direct, cases, book)
    direct = held_against_own(by_neighbour(direct, cases, book), cases, book)
    return against_direction(direct, cases, book)


def _without_stated_rivals(
    direct: list[Verdict | None], cases: Sequence[Case], book: Book
) -> list[Verdict | None]:
    """A rival that its own number states nearby is no rival: 10个监测断面中9个达标."""
    cleared = []
    for index, (case, verdict) in enumerate(zip(cases, direct, strict=True)):
        if verdict is not None and verdict.status == "wrong-metric":
            neighbours = [
                other
                for other, place in zip(
                    direct[max(0, index - 3) : index + 3], cases[max(0, index - 3) :], strict=False
                )
                if other is not None and place.context.sentence == case.context.sentence
            ]
            if any(
                other.status == "bound" and other.metrics[0] == verdict.metrics[0] for other in neighbours
            ):
                verdict = bind_directly(case, book, heed_rivals=False)
        cleared.append(verdict)
    return cleared


def _told_apart(direct: list[Verdict | None], cases: Sequence[Case], book: Book) -> list[Verdict | None]:
    """Two equal numbers side by side state two metrics: 45个问题，整改45个; the second of 移送21件，交纪检21件 is wrong."""
    for index, (verdict, following) in enumerate(pairwise(direct)):
        here, there = cases[index], cases[index + 1]
        if verdict is None or following is None or not _says_twice(verdict, following, here, there):
            continue
        fact = book.value_of(verdict)
        if fact is None:
            continue
        twin = next((other for other in book.by_base[fact.unit.base] if _is_twin(other, fact)), None)
        if twin is not None:
            straight = book.affinity(twin, here.seen) + book.affinity(fact, there.seen)
            crossed = book.affinity(fact, here.seen) + book.affinity(twin, there.seen)
            place, case = (index, here) if straight >= crossed else (index + 1, there)
            direct[place] = states_fact(case, twin, (twin.name,))
        elif (better := _better_named(there, fact, book)) is not None:
            direct[index + 1] = misplaced(there, fact, better)
    return direct


def _says_twice(verdict: Verdict, following: Verdict, here: Case, there: Case) -> bool:
    return (
        verdict.status == following.status == "bound"
        and verdict.metrics == following.metrics
        and here.context.sentence == there.context.sentence
        and here.mention.base_value == there.mention.base_value
    )


def _better_named(case: Case, fact: Fact, book: Book) -> Fact | None:
    """A value of 数据 that the words name better than ``fact``, by what is its own name's alone."""
    own = book.affinity(fact, case.seen)
    for score, other in ranked_facts(case, book):
        if other.rank or other.role != "value" or other.name == fact.name or score <= max(own, 2 * FAINT):
            continue
        return other if book.names_apart(other, fact, case.seen) else None
    return None


def _is_twin(other: Fact, fact: Fact) -> bool:
    return other.role == "value" and other.name != fact.name and other.base_value == fact.base_value


def _least(first: Fact, second: Fact) -> int:
    """By so much the names must fit better when exchanged."""
    if _is_nested(first, second):
        return _CROSSED_NESTED
    # 支出 or 执行 names a field of the form only loosely
    return _CROSSED if first.rank == second.rank else 4 * _CROSSED


def _is_nested(first: Fact, second: Fact) -> bool:
    return first.name in second.name or second.name in first.name


def _tells_longer(first: Fact, second: Fact, here: Case, there: Case, book: Book) -> bool:
    """Whether what only the longer name has (新建 of 新建服务站) stands where the shorter one's value is."""
    if len(first.name) > len(second.name):
        return book.names_apart(first, second, there.seen)
    return book.names_apart(second, first, here.seen)


def _stands_right(fact: Fact, other: Fact, here: Case, there: Case, book: Book) -> bool:
    """Whether its own place holds what only ``fact``'s name has, and the other's nothing that tells the two apart.

    培训 of 培训社会体育指导员16300人, beside 指导员总数达21.46万人.
    """
    is_apart = book.names_apart(fact, other, there.seen) or book.names_apart(other, fact, there.seen)
    return book.names_apart(fact, other, here.seen) and not is_apart


def _one_character_tells(first: Fact, second: Fact, here: Case, there: Case) -> bool:
    """Whether the character right before each number is of the other's name alone: 牛9.3万头、猪18.6万头."""
    of_first = set(first.name) - set(second.name) - _ENDINGS
    of_second = set(second.name) - set(first.name) - _ENDINGS
    return here.context.lead[-1:] in of_second and there.context.lead[-1:] in of_first


def _items_tell(first: Fact, second: Fact, here: Case, there: Case) -> bool:
    """Whether the things of a list that two numbers stand for are each in the other's name: 半失能、失能老年人分别为."""
    item, other = here.context.item, there.context.item
    if not item or not other or item in first.name:
        return False
    return item in second.name and other in first.name


def _characters_tell(first: Fact, second: Fact, here: Case, there: Case) -> bool:
    """Whether the words before two numbers have nothing of their own names alone, but of each other's: 调成3642件."""
    same = here.context.sentence == there.context.sentence
    is_named_behind = here.context.tail or there.context.tail  # 45个土壤点位
    is_field = first.rank or second.rank
    if not same or is_named_behind or is_field or shared_run(first.name, second.name) < AKIN:
        return False
    of_first, of_second = set(first.name) - set(second.name), set(second.name) - set(first.name)
    lead, next_lead = here.context.lead, there.context.lead
    if of_first & set(lead) or of_second & set(next_lead):
        return False
    return bool(of_second & set(lead[-2:]) or of_first & set(next_lead[-2:]))


def _adds_up(cases: Sequence[Case], index: int) -> bool:
    """Whether the number is called a sum and is that of the numbers of its unit right before it."""
    case = cases[index]
    before = [
        other.mention.base_value
        for other in cases[max(0, index - _LONGEST_SUM) : index]
        if other.mention.base_unit == case.mention.base_unit
        and other.context.sentence == case.context.sentence
        and other.mention.base_value is not None
    ]
    sums = (sum(before[-size:], Decimal(0)) for size in range(2, len(before) + 1))
    return case.cues.total and any(total == case.mention.base_value for total in sums)


def _untangled(direct: list[Verdict | None], cases: Sequence[Case], book: Book) -> list[Verdict | None]:
    """The direct verdicts, with two numbers that stand at each other's names called wrong.

    Each value alone agrees with a fact; only together do the words show that the two were exchanged.
    """
    bound = [(i, fact) for i, verdict in enumerate(direct) if (fact := book.value_of(verdict)) is not None]
    for position, (i, first) in enumerate(bound):
        for j, second in bound[position + 1 : position + _FAR]:
            if first.unit.base != second.unit.base or first.name == second.name:
                continue
            if first.base_value == second.base_value:
                continue
            here = book.affinity(second, cases[i].seen) - book.affinity(first, cases[i].seen)
            there = book.affinity(first, cases[j].seen) - book.affinity(second, cases[j].seen)
            if _adds_up(cases, i) or _adds_up(cases, j):
                continue  # 四档共计8,834,640元 is what the numbers before it make
            told = not _is_nested(first, second) or _tells_longer(first, second, cases[i], cases[j], book)
            told = told and not _stands_right(first, second, cases[i], cases[j], book)
            told = told and not _stands_right(second, first, cases[j], cases[i], book)
            # far apart, where only one of the places speaks for the exchange, it must speak twice as clearly
            is_near = cases[i].context.sentence == cases[j].context.sentence
            least = _least(first, second) * (1 if is_near or (here > 0 and there > 0) else 2)
            is_exchanged = told and here + there >= least
            is_told = _one_character_tells(first, second, cases[i], cases[j])
            is_told = is_told or _items_tell(first, second, cases[i], cases[j])
            is_told = is_told or (j == i + 1 and _characters_tell(first, second, cases[i], cases[j]))
            if is_exchanged or is_told:
                direct[i], direct[j] = (
                    misplaced(cases[i], first, second),
                    misplaced(cases[j], second, first),
                )
    return direct
