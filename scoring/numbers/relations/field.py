"""A field of numbers that may be combined: those of one unit, of last year, in a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from scoring.numbers.relations.operand import JOINT, Operand

RATES = ("%", "个百分点", "倍", "番")
_RUN = (2, 3, 4, 5)
"""So many numbers in a row are added up."""


@dataclass(frozen=True, slots=True)
class Field:
    """Numbers that may be combined.

    ``told`` are those, ``held`` the values that may be held against their own past; ``part`` is the name of the
    only one of which a share may be taken, empty where any may be it.
    """

    told: Sequence[Operand]
    held: Sequence[Operand]
    part: str = ""

    def of(self, base: str) -> Field:
        """Only what is counted in ``base``."""
        told, held = ([o for o in these if o.base == base] for these in (self.told, self.held))
        return replace(self, told=told, held=held)

    @property
    def amounts(self) -> Field:
        """Without rates and differences of rates."""
        told, held = ([o for o in these if o.base not in RATES] for these in (self.told, self.held))
        return replace(self, told=told, held=held)

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


def runs(told: Sequence[Operand], of_one_unit: bool = True) -> Iterator[Operand]:
    """What numbers in a row make together, of one unit unless told otherwise (42艘 and 14台)."""
    for size in _RUN:
        for place in range(len(told) - size + 1):
            run = told[place : place + size]
            is_alike = not of_one_unit or len({o.base for o in run}) == 1
            if len({o.name for o in run}) == size and is_alike:
                name, printed = JOINT.join(o.name for o in run), "＋".join(o.printed for o in run)
                yield Operand(name, sum((o.value for o in run), Decimal(0)), run[0].base, f"（{printed}）")
