"""A field of numbers that may be combined: those of one unit, of last year, in a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from scoring.numbers.relations.operand import JOINT, Operand

_RATES = ("%", "个百分点", "倍", "番")
_RUN = (2, 3, 4, 5)
"""So many numbers in a row are added up."""


@dataclass(frozen=True, slots=True)
class Field:
    """``told`` are the numbers that may be combined, ``held`` the values that may be held against their own past."""

    told: Sequence[Operand]
    held: Sequence[Operand]

    def of(self, base: str) -> Field:
        """Only what is counted in ``base``."""
        return Field([o for o in self.told if o.base == base], [o for o in self.held if o.base == base])

    @property
    def amounts(self) -> Field:
        """Without rates and differences of rates."""
        return Field(
            [o for o in self.told if o.base not in _RATES], [o for o in self.held if o.base not in _RATES]
        )

    @property
    def with_last_years(self) -> list[Operand]:
        """The numbers that may be combined, and what they were last year."""
        return [*self.told, *(then for operand in self.told if (then := operand.then) is not None)]

    @property
    def halves(self) -> list[Operand]:
        """What two quarters make together."""
        return [operand for operand in self.told if JOINT in operand.name]

    @property
    def in_text(self) -> list[Operand]:
        """All numbers of the text in their order, without what only the words name."""
        return sorted((o for o in self.told if o.place is not None), key=lambda o: o.place or 0)

    @property
    def in_order(self) -> list[Operand]:
        """The numbers of the text that state metrics, in their order."""
        return [operand for operand in self.in_text if operand.is_metric]

    @property
    def before(self) -> list[Operand]:
        """Those of them that stand before the number in its sentence."""
        return [o for o in self.in_order if o.same_sentence and (o.place or 0) < 0]


def runs(told: Sequence[Operand]) -> Iterator[Operand]:
    """What numbers of one unit in a row make together."""
    for size in _RUN:
        for place in range(len(told) - size + 1):
            run = told[place : place + size]
            if len({o.name for o in run}) == size and len({o.base for o in run}) == 1:
                name, printed = JOINT.join(o.name for o in run), "＋".join(o.printed for o in run)
                yield Operand(name, sum((o.value for o in run), Decimal(0)), run[0].base, f"（{printed}）")
