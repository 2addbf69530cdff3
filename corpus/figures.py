"""A short question with a figure in it asks for that figure: an embedding alone takes any number for any other."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from scoring.numbers.reader import read

LONGEST_QUESTION: Final = 15
"""In characters. Longer ones are sentences in hand: their figures are this year's, nobody looks for them."""


def figures_first(query: str, texts: Sequence[str]) -> list[int]:
    """The places of ``texts`` in a new order: those that hold every figure of ``query`` first, else as given.

    七十岁 is 70岁 and 3.2万亩 is 32000亩.
    """
    order = list(range(len(texts)))
    wanted = _figures(query) if len(query) <= LONGEST_QUESTION else frozenset()
    return sorted(order, key=lambda place: not wanted <= _figures(texts[place])) if wanted else order


def _figures(text: str) -> frozenset[tuple[Decimal | None, str]]:
    return frozenset((mention.base_value, mention.base_unit) for mention in read(text) if mention.is_fact)
