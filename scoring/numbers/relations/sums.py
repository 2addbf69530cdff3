"""Sums: a whole before its parts, neighbours together, all metrics of one kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations, product

from scoring.numbers.affinity import shared_run
from scoring.numbers.cues import Cues
from scoring.numbers.relations.operand import JOINT, Operand, Result

_LARGEST_FAMILY = 12
_MOST_PARTS = 6
_MOST_NAMED = 3
_TELLING_PARTS = 3
"""So many parts right behind one another leave a rest that hardly agrees by chance."""


def enumerated(same: Sequence[Operand]) -> Iterator[Result]:
    """The whole before its parts (342家, 其中133家、209家), and the last part of a whole."""
    by_offset = {operand.offset: operand for operand in same if operand.same_sentence and operand.offset}
    after: list[Operand] = []
    while (following := by_offset.get(len(after) + 1)) is not None:
        after.append(following)
        if len({operand.name for operand in after}) == len(after) > 1:
            yield _sum(after)
    if (
        whole := by_offset.get(-1)
    ) is not None and whole.introduces:  # 5120项，其中一般隐患5072项、重大隐患48项
        for count in range(1, len(after) + 1):
            yield from _rest(whole, after[:count])
    before: list[Operand] = []
    while (previous := by_offset.get(-len(before) - 1)) is not None:
        if before and previous.introduces:
            yield from _rest(previous, before)
        before.append(previous)
    yield from _rest_of_many([o for offset, o in sorted(by_offset.items(), reverse=True) if offset < 0])


def _rest_of_many(before: Sequence[Operand]) -> Iterator[Result]:
    """The last of many parts: 918块, 鼓楼264块, 南湖231块, 望江187块, 另外三个街道236块."""
    for count in range(_TELLING_PARTS, len(before)):
        yield from _rest(before[count], before[:count])


def _rest(whole: Operand, parts: Sequence[Operand]) -> Iterator[Result]:
    rest = whole.value - sum((part.value for part in parts), Decimal(0))
    if rest > 0:
        formula = "－".join(operand.printed for operand in (whole, *parts))
        yield Result(rest, "余数", formula, (whole.name, *(part.name for part in parts)))


def sums(cues: Cues, same: Sequence[Operand]) -> Iterator[Result]:
    """Sums of neighbouring numbers; the longest first, then any two or three of the sentence."""
    near = [operand for operand in same if operand.same_sentence]
    runs = [
        tuple(same[start : start + size])
        for size in range(min(len(same), 12), 1, -1)
        for start in range(len(same) - size + 1)
    ]
    metrics = [operand for operand in same if operand.is_metric]
    if cues.addends:  # 两者合计, with a standard per head between the two
        runs += combinations(metrics[:_MOST_PARTS], cues.addends)
    few = [chosen for size in (2, 3) if len(near) <= 8 for chosen in combinations(near, size)]
    for chosen in (*runs, *few):
        names = {operand.name for operand in chosen}
        if len({operand.is_last_year for operand in chosen}) > 1:
            continue
        if len(names) == len(chosen) and (not cues.addends or len(chosen) == cues.addends):
            yield _sum(chosen)


def of_two_years(same: Sequence[Operand]) -> Iterator[Result]:
    """The value of this year and last year's together: 去年20期、今年24期，两年共44期."""
    for operand in same:
        if operand.last_year is not None and (operand.same_sentence or operand.named):
            formula = f"{operand.printed}＋{operand.tell(operand.last_year)}（上年）"
            yield Result(operand.value + operand.last_year, "合计", formula, (operand.name,))


def of_last_year(same: Sequence[Operand]) -> Iterator[Result]:
    """What a sum told just before was last year: 两项共1500万元，比上年的1417万元."""
    for operand in same:
        if not operand.is_metric and operand.last_year is not None and operand.same_sentence:
            yield Result(operand.last_year, "合计", f"{operand.printed}的上年数", (operand.name,))


def of_a_kind(same: Sequence[Operand]) -> Iterator[Result]:
    """What the metrics of the kind that the words name make together: 完成整改6374处."""
    for operand in same:
        if operand.named and JOINT in operand.name:
            yield Result(operand.value, "合计", operand.printed[1:-1], (operand.name,))


def family_sums(same: Sequence[Operand], everything: Sequence[Operand]) -> Iterator[Result]:
    """The sum of all metrics of one kind, one of them nearby: 东干渠投资, 西干渠投资, 南支渠投资."""
    for kind in dict.fromkeys(operand.name[-2:] for operand in same if operand.offset is not None):
        family = list({o.name: o for o in everything if o.name.endswith(kind)}.values())
        if 1 < len(family) <= _LARGEST_FAMILY:
            yield _sum(family)


def sums_of(listed: Sequence[str], everything: Sequence[Operand]) -> Iterator[Result]:
    """The sums of one metric for each word: 技能、创业两类培训共计4708人."""
    named = [_called(word, everything) for word in listed]
    for chosen in product(*named) if 1 < len(named) <= _MOST_PARTS else ():
        if len({operand.name for operand in chosen}) == len(chosen):
            yield _sum(chosen)


def _called(word: str, everything: Sequence[Operand]) -> list[Operand]:
    """The metrics that ``word`` is in the name of; else those whose name it shares the most of, or half of it."""
    if outright := [operand for operand in everything if word in operand.name]:
        return outright[:_MOST_NAMED]
    shared = [(shared_run(operand.name, word), operand) for operand in everything]
    most = max((run for run, _ in shared), default=0)
    return [o for run, o in shared if run == most][:_MOST_NAMED] if 2 * most >= len(word) else []


def _sum(chosen: Sequence[Operand]) -> Result:
    return Result(
        sum((operand.value for operand in chosen), Decimal(0)),
        "合计",
        "＋".join(operand.printed for operand in chosen),
        tuple(operand.name for operand in chosen),
    )
