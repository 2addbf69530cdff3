"""Which 一级指标 a row belongs to, where the form prints the label in the middle of its block.

A PDF gives a merged cell's label up at the height of its middle, so filling labels down is wrong. What
holds is the arithmetic: the rows are cut into consecutive blocks whose weights add up to the printed ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

_MOST_LABELS = 12
"""Of more labels than any form has, no subset is tried: there would be millions."""


@dataclass(frozen=True, slots=True)
class Label:
    """A label as printed: its name, the weight in its brackets (分) and the row that it stands in (from 0)."""

    name: str
    weight: Decimal | None
    row: int


@dataclass(frozen=True, slots=True)
class Cut:
    """The name of each row's 一级指标, and the labels that are no 一级指标."""

    names: tuple[str, ...]
    unplaced: tuple[Label, ...]
    is_certain: bool


def cut_rows(weights: Sequence[Decimal], labels: Sequence[Label]) -> Cut:
    """Cut the rows among the labels.

    Args:
        weights: of the rows, in 分; 0 where none is printed.
        labels: in the order of their rows.

    Returns:
        The cut whose blocks add up to the printed weights, preferring one in which each label stands inside
        its own block; rows without weight at a border stay with the block before. Where no such cut is, the
        labels are filled down and the cut is not certain.
    """
    placed = [label for label in labels if label.weight is not None]
    fitting = []
    fewest = 1 if len(placed) <= _MOST_LABELS else len(placed)
    for size in range(len(placed), fewest - 1, -1):
        for chosen in combinations(placed, size):
            borders = _borders(weights, chosen)
            if borders is not None:
                inside = sum(a <= label.row < b for label, (a, b) in zip(chosen, borders, strict=True))
                fitting.append((inside - size, chosen, borders))
    if not fitting:
        return Cut(_filled_down(len(weights), labels), (), False)
    _, chosen, borders = max(fitting, key=lambda found: found[0])
    names = [""] * len(weights)
    for label, (start, end) in zip(chosen, borders, strict=True):
        names[start:end] = [label.name] * (end - start)
    return Cut(tuple(names), tuple(label for label in labels if label not in chosen), True)


def _borders(weights: Sequence[Decimal], labels: Sequence[Label]) -> list[tuple[int, int]] | None:
    """Start and end row of each label's block, or None where the weights do not add up so."""
    borders = []
    position = 0
    for number, label in enumerate(labels):
        start, total = position, Decimal(0)
        assert label.weight is not None
        while position < len(weights) and total < label.weight:
            total += weights[position]
            position += 1
        if total != label.weight:
            return None
        while position < len(weights) and not weights[position] and not _is_opened(labels, number, position):
            position += 1
        borders.append((start, position))
    return borders if position == len(weights) else None


def _is_opened(labels: Sequence[Label], number: int, row: int) -> bool:
    """Whether the next label stands at ``row``: its block has begun."""
    return number + 1 < len(labels) and labels[number + 1].row == row


def _filled_down(count: int, labels: Sequence[Label]) -> tuple[str, ...]:
    names, current = [], labels[0].name if labels else ""
    by_row = {label.row: label.name for label in labels}
    for row in range(count):
        current = by_row.get(row, current)
        names.append(current)
    return tuple(names)
