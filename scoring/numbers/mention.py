"""A mention: one number in one text, what kind it is and what it was found to state."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

Kind = Literal["quantity", "percent", "money", "date", "ordinal", "reference"]
Status = Literal["bound", "derived", "contradicts", "wrong-metric", "unsupported", "exempt"]


@dataclass(frozen=True, slots=True)
class Mention:
    """One number as the reader found it.

    ``start`` and ``end`` are code points into the text as given (half-open) and span number and unit.
    ``value`` is as printed with numerals resolved (66.3 for 66.3万元, 100 for 100%, 4 for 四期), ``unit`` as
    printed; ``value_to`` is the upper end of a range. ``scale`` takes ``value`` to the base unit
    ``base_unit`` (66.3 · 10000 元); ``places`` is the number of decimals printed. ``approx`` holds the word
    that makes the number inexact (近, 余, 以上 …), ``comparator`` the sign that a word before it means.
    """

    start: int
    end: int
    text: str
    value: Decimal | None
    unit: str
    kind: Kind
    value_to: Decimal | None = None
    scale: Decimal = Decimal(1)
    base_unit: str = ""
    places: int = 0
    approx: str = ""
    comparator: str = ""
    chinese: bool = False

    @property
    def base_value(self) -> Decimal | None:
        """The value in the base unit (元 for money, % for 成 and 百分之), None for what is no number."""
        return None if self.value is None else self.value * self.scale

    @property
    def is_fact(self) -> bool:
        """Whether the mention is a quantity at all (not a date, an ordinal or a name with digits)."""
        return self.kind in ("quantity", "percent", "money")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a mention was found to state, with the reason in one sentence.

    ``metrics`` are the names of the metrics or form labels meant, the first being the main one;
    ``relation`` names and shows the formula of a derived number; ``expected`` is the text that should
    stand there; ``confirmed`` is False where the proof rests on an unconfirmed imported metric; ``cue`` is the word right
    before the number that is wrong with it (下降 before a rise of 25%).
    """

    field: str
    mention: Mention
    status: Status
    metrics: tuple[str, ...] = ()
    expected: str | None = None
    relation: str | None = None
    reason: str = ""
    confirmed: bool = True
    cue: str = ""

    def to_json(self) -> dict[str, Any]:
        """The mention as ``ziping check --json`` prints it."""
        mention = self.mention
        return {
            "field": self.field,
            "start": mention.start,
            "end": mention.end,
            "text": mention.text,
            "value": None if mention.value is None else f"{mention.value:f}",
            **({} if mention.value_to is None else {"value_to": f"{mention.value_to:f}"}),
            "unit": mention.unit,
            "kind": mention.kind,
            "status": self.status,
            "metric": self.metrics[0] if self.metrics else None,
            **({"metrics": list(self.metrics)} if len(self.metrics) > 1 else {}),
            "expected": self.expected,
            "relation": self.relation,
            "reason": self.reason,
            **({} if self.confirmed else {"confirmed": False}),
        }
