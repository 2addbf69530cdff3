"""A target: what it asks for, and whether an actual value meets it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Literal

from scoring.numbers.mention import Kind
from scoring.numbers.vocabulary import packaged, scale_of, unit_of

Comparator = Literal["≥", "≤", "=", ">", "<", ""]
Outcome = Literal["met", "missed", "exceeded"]
_BEYOND = 100
"""So many times a goal in 万 no result without a unit can be: it is not in 万."""


@dataclass(frozen=True, slots=True)
class Target:
    """What one target asks.

    ``comparator`` is empty for a qualitative target, which has no value; a plain 800家次 is ``=``.
    ``value`` is in ``unit`` as printed (10 for 10万元), ``value_to`` the upper end of a range, and ``scale``
    takes them to ``base_unit``. ``frequency`` is how many times a year the value is asked for (每月1次: 12).
    ``subject`` is the text without its number: what is to be done.
    """

    text: str
    comparator: Comparator = ""
    value: Decimal | None = None
    unit: str = ""
    frequency: int = 1
    subject: str = ""
    value_to: Decimal | None = None
    scale: Decimal = Decimal(1)
    base_unit: str = ""
    kind: Kind = "quantity"

    @property
    def is_quantitative(self) -> bool:
        """Whether the target sets a number."""
        return self.value is not None

    @property
    def goal(self) -> Decimal | None:
        """The value a whole year asks for, in ``unit``: 12 for 每月1次."""
        return None if self.value is None else self.value * self.frequency

    def in_unit(self, value: Decimal, unit: str) -> Decimal | None:
        """``value`` of ``unit`` in this target's own unit; None where the two measure different things."""
        theirs = unit_of(unit)
        if unit.strip() and not self.base_unit:
            return value * scale_of(unit) / self.scale if self.scale != 1 else value
        return self._convert(value * theirs.factor, theirs.base, bool(unit.strip()))

    def actual_in_unit(self, actual: Target) -> Decimal | None:
        """What an 实际完成值 states for a year, in this target's unit; None where it can't be said."""
        if actual.goal is None or actual.value_to is not None:
            return None
        if not self.base_unit or not actual.base_unit:
            return self.in_unit(actual.goal * actual.scale / scale_of(actual.unit), actual.unit)
        return self._convert(actual.goal * actual.scale, actual.base_unit, True)

    def _convert(self, value: Decimal, base: str, has_unit: bool) -> Decimal | None:
        if not has_unit:
            return self._without_unit(value)
        if base != self.base_unit and not (_is_count(base) and _is_count(self.base_unit)):
            return None
        return value / self.scale

    def _without_unit(self, value: Decimal) -> Decimal:
        """A bare 0.98 beside 95% is 98%, a bare 22800 beside 2万人次 counts people; else it is in the same unit."""
        goal = abs(self.value or Decimal(0))
        if self.base_unit == "%" and abs(value) <= 1 < goal:
            return value * 100
        return value / self.scale if abs(value) > _BEYOND * goal else value

    def judge(self, actual: Decimal) -> Outcome:
        """Whether ``actual`` (a whole year's, in ``unit``) meets the target; a value over a floor exceeds it.

        Raises:
            ValueError: the target is qualitative.
        """
        goal = self.goal
        if goal is None:
            raise ValueError("定性目标没有可比的数")
        if self.comparator == "≤":
            return "met" if actual <= goal else "missed"
        if self.comparator == "<":
            return "met" if actual < goal else "missed"
        if self.comparator == "=" and goal == 0:
            return "met" if actual == 0 else "missed"
        if self.value_to is not None and goal <= actual <= self.value_to * self.frequency:
            return "met"
        if actual == goal:
            return "missed" if self.comparator == ">" else "met"
        return "exceeded" if actual > goal else "missed"

    def completion(self, actual: Decimal) -> Decimal | None:
        """The degree of completion: actual ÷ goal (1.53125 for 1225 of 800), goal ÷ actual for a ceiling.

        None where the divisor is zero or the target is qualitative.
        """
        goal = self.goal
        if goal is None:
            return None
        part, whole = (goal, actual) if self.comparator in ("≤", "<") else (actual, goal)
        return part / whole if whole else None


def _is_count(base: str) -> bool:
    return base not in _measured()


@cache
def _measured() -> frozenset[str]:
    """The base units of money, percentages and physical measures; everything else counts things."""
    return frozenset(packaged("units.yaml")["scaled"])
