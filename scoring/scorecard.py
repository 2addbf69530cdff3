"""The score card of a report: what it earns, and where its form says otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from scoring.decimals import rounded, shown
from scoring.row_score import RowScore
from scoring.scheme import Scheme


@dataclass(frozen=True, slots=True)
class Difference:
    """A field whose entered value is not what the core computes; None where there is no such value."""

    field: str
    entered: str | None
    computed: str | None
    message: str

    def to_json(self) -> dict[str, str | None]:
        """The difference as ``ziping score --json`` prints it."""
        return {
            "field": self.field,
            "entered": self.entered,
            "computed": self.computed,
            "message": self.message,
        }


@dataclass(frozen=True, slots=True)
class SectionScore:
    """One 一级指标: weights and scores of its rows added up (分), and its printed 分值."""

    name: str
    weight: Decimal | None
    score: Decimal | None
    declared: Decimal | None


@dataclass(frozen=True, slots=True)
class Scorecard:
    """What a report earns under a scheme; ``is_foreign`` where the form has none of the scheme's sections.

    ``execution_rate`` is a fraction and not rounded; ``total`` adds up the scores as printed, each of which
    was rounded once, at its end; ``grade`` is the legend's word. ``money_row`` is the execution rate where
    the scheme scores it and the form has no row for it. What cannot be computed is None, with a difference
    that says why.
    """

    scheme: Scheme
    is_foreign: bool
    execution_rate: Decimal | None
    rows: tuple[RowScore, ...]
    money_row: RowScore | None
    sections: tuple[SectionScore, ...]
    total: Decimal | None
    grade: str | None
    differences: tuple[Difference, ...]

    def to_json(self) -> dict[str, Any]:
        """The card as ``ziping score --json`` prints it: decimals as texts."""
        rate = self.execution_rate
        return {
            "scheme": self.scheme.id,
            "execution_rate": None if rate is None else f"{rounded(rate, 4):f}",
            "sections": [
                {
                    "name": section.name,
                    "weight": shown(section.weight),
                    "score": shown(section.score),
                    "declared": shown(section.declared),
                }
                for section in self.sections
            ],
            "total": shown(self.total),
            "grade": self.grade,
            "differences": [difference.to_json() for difference in self.differences],
        }
