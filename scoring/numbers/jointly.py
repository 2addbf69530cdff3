"""The first pass: every number held against the facts, then those of a sentence against one another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from scoring.numbers.book import FAINT, Book, Case
from scoring.numbers.direct import agrees_with, bind_directly, misplaced, ranked_facts, states_fact
from scoring.numbers.facts import Fact
from scoring.numbers.mention import Verdict
from scoring.numbers.own_target import held_against_own

_CROSSED = 180
"""By so much two names must fit better when exchanged; less where one name holds the other."""
_CROSSED_NESTED = 90
_FAR = 60
"""Numbers further apart than this are not exchanged by a slip."""


_OPENS = re.compile("其中|由|包括|含|分别|：|（")
_COMPARES = re.compile("[，,]?(?:较|比|多于|少于|高于|低于)(?:上年|去年|上一年)(?:度|同期)?的?")


def first_pass(cases: Sequence[Case], book: Book) -> list[Verdict | None]:
    """The verdicts that need no calculation; None where one is needed."""
    direct = _without_stated_rivals([bind_directly(case, book) for case in cases], cases, book)
    direct = _untangled(_told_apart(direct, cases, book), cases, book)
    direct = _before_parts(_beside_last_year(direct, cases, book), cases, book)
    return held_against_own(_by_neighbour(direct, cases, book), cases, book)


def _by_neighbour(direct: list[Verdict | None], cases: Sequence[Case], book: Book) -> list[Verdict | None]:
    """A number that states the metric of the one beside it: 应建5个，建成4个; 适老化改造150户，所花60万元."""
    for index, case in enumerate(cases):
        if direct[index] is not None or case.cues.change or case.cues.planned or case.cues.target:
            continue
        for other in (index - 1, index + 1):
            verdict = direct[other] if 0 <= other < len(cases) else None
            if verdict is None or verdict.status != "bound":
                continue
            if cases[other].context.sentence != case.context.sentence:
                continue
            name = verdict.metrics[0]
            facts = [
                f for f in book.candidates(case.mention) if f.role == "value" and f.name.startswith(name)
            ]
            stated = next((f for f in facts if agrees_with(f, case)), None)
            if stated is not None and stated.unit.base == case.mention.base_unit:
                direct[index] = states_fact(case, stated, (stated.name,))
                break
    return direct


def _beside_last_year(
    direct: list[Verdict | None], cases: Sequence[Case], book: Book
) -> list[Verdict | None]:
    """A number of another metric than the one whose last year's value is compared with it: 接警75起，较上年的1264起."""
    for index, (verdict, following) in enumerate(pairwise(direct)):
        if verdict is None or following is None or verdict.status != "bound" or following.status != "bound":
            continue
        here, there = cases[index], cases[index + 1]
        stated, name = book.value_of(verdict), following.metrics[0]
        if stated is None or name == stated.name or not _COMPARES.fullmatch(there.context.lead):
            continue
        compared = next((fact for fact in book.by_name[name] if fact.role == "value"), None)
        is_last = any(f.role == "last_year" and agrees_with(f, there) for f in book.by_name[name])
        has_own = stated.name in book.last_years
        if compared is not None and is_last and has_own and compared.unit.base == stated.unit.base:
            direct[index] = misplaced(here, stated, compared)
    return direct


def _before_parts(direct: list[Verdict | None], cases: Sequence[Case], book: Book) -> list[Verdict | None]:
    """A number of another metric than the one whose parts follow it: 48.6公里，由286.5公里县道、…构成."""
    for index, verdict in enumerate(direct):
        stated = book.value_of(verdict) if verdict is not None and verdict.status == "bound" else None
        if stated is None:
            continue
        parts = _parts_after(index, direct, cases, book)
        sums = [sum(part.base_value for part in parts[:size]) for size in range(2, len(parts) + 1)]
        if not sums or stated.base_value in sums:
            continue
        known = {fact.name for fact in parts} | {stated.name}
        wholes = [f for f in book.by_base[stated.unit.base] if f.role == "value" and f.name not in known]
        whole = next((fact for fact in wholes if fact.base_value in sums), None)
        if whole is not None and not any(
            v and v.status == "bound" and whole.name in v.metrics for v in direct[:index]
        ):
            direct[index] = misplaced(cases[index], stated, whole)
    return direct


def _parts_after(
    index: int, direct: Sequence[Verdict | None], cases: Sequence[Case], book: Book
) -> list[Fact]:
    """The values in the number's unit that the sentence goes on with behind 其中 or 由."""
    parts: list[Fact] = []
    for verdict, case in zip(direct[index + 1 : index + 8], cases[index + 1 : index + 8], strict=True):
        if case.context.sentence != cases[index].context.sentence:
            break
        fact = book.value_of(verdict) if verdict is not None and verdict.status == "bound" else None
        if fact is None or fact.unit.base != cases[index].mention.base_unit:
            continue
        if not parts and not _OPENS.search(case.context.lead):
            break
        parts.append(fact)
    return parts


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


def _untangled(direct: list[Verdict | None], cases: Sequence[Case], book: Book) -> list[Verdict | None]:
    """The direct verdicts, with two numbers that stand at each other's names called wrong.

    Each value alone agrees with a fact; only together do the words show that the two were exchanged.
    """
    bound = [
        (i, fact)
        for i, verdict in enumerate(direct)
        if verdict is not None and verdict.status == "bound" and (fact := book.value_of(verdict)) is not None
    ]
    for position, (i, first) in enumerate(bound):
        for j, second in bound[position + 1 : position + _FAR]:
            if first.unit.base != second.unit.base or first.name == second.name:
                continue
            if first.base_value == second.base_value:
                continue
            straight = book.affinity(first, cases[i].seen) + book.affinity(second, cases[j].seen)
            crossed = book.affinity(second, cases[i].seen) + book.affinity(first, cases[j].seen)
            told = not _is_nested(first, second) or _tells_longer(first, second, cases[i], cases[j], book)
            if told and crossed - straight >= _least(first, second):
                direct[i], direct[j] = (
                    misplaced(cases[i], first, second),
                    misplaced(cases[j], second, first),
                )
    return direct
