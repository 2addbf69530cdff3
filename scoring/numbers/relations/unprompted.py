"""What hardly agrees by chance, so that no word needs to call for it: differences and rates of the nearest numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from scoring.numbers.cues import Cues
from scoring.numbers.mention import Mention
from scoring.numbers.relations.operand import Operand, Result, compared, larger_first

_HUNDRED = Decimal(100)
_CHANGED = 2
"""So many numbers, the nearest, are held against last year's value and the target."""
_PAIRED = 3


def unprompted(mention: Mention, cues: Cues, operands: Sequence[Operand], is_start: bool) -> Iterator[Result]:
    """Results of the numbers nearest in the sentence: 志愿者从412人增加到618人，新招206人.

    ``is_start`` tells that a change begins at the number (由21个增至26个), which is no change itself.

    They are asked for last, where nothing else explains the number and no metric is named that it contradicts.
    """
    if mention.base_unit in ("", "个百分点", "倍", "番") or (cues.total and not is_start):
        return
    is_share = mention.base_unit == "%"
    near = [o for o in operands if o.same_sentence and o.offset is not None]
    near = [o for o in near if (o.base != "%" if is_share else o.base == mention.base_unit)]
    near.sort(key=lambda operand: abs(operand.offset or 0))
    for operand in near[:_CHANGED]:
        for other, _ in () if is_start else compared(cues, operand):
            if cues.change or not cues.portion:
                for result in _against(operand, other, is_share, cues.change):
                    if not (cues.rate and result.value > _HUNDRED):  # 兑现率 is no more than all
                        yield result
    is_pair = not (is_share and (cues.rate or cues.change or cues.apart))
    is_pair = is_pair and not (cues.change and cues.against == "上年")
    for pair in combinations(near[:_PAIRED], 2) if is_pair else ():
        if pair[0].name != pair[1].name and pair[0].base == pair[1].base:
            yield from _between(*larger_first(pair), is_share)


def _against(operand: Operand, other: Decimal, is_share: bool, is_change: bool) -> Iterator[Result]:
    """The number against last year's value or its target."""
    difference, told = operand.value - other, operand.tell(other)
    if not is_share:
        # 立案十二起，较上年翻了一番 is last year's value, not what was added to it
        if is_change or difference != other:
            yield Result(difference, "差额", f"{operand.printed}－{told}", (operand.name,))
    elif other:
        growth = difference / other * _HUNDRED
        yield Result(
            growth if is_change else abs(growth),
            "增长率",
            f"（{operand.printed}－{told}）÷{told}",
            (operand.name,),
        )
        if not is_change:
            share = operand.value / other * _HUNDRED
            yield Result(share, "占比", f"{operand.printed}÷{told}", (operand.name,))


def _between(more: Operand, less: Operand, is_share: bool) -> Iterator[Result]:
    names = (more.name, less.name)
    if not is_share:
        yield Result(more.value - less.value, "差额", f"{more.printed}－{less.printed}", names)
    elif more.value:
        yield Result(less.value / more.value * _HUNDRED, "占比", f"{less.printed}÷{more.printed}", names)
