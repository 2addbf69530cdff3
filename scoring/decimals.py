"""How Decimals are rounded and printed."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal

_NOISE = Decimal("1E-12")
_WIDE = Context(prec=120)


def rounded(value: Decimal, places: int) -> Decimal:
    """``value`` at ``places`` decimals, half up; what a division left in the last digits is dropped first."""
    cleaned = value.quantize(_NOISE, ROUND_HALF_EVEN, context=_WIDE)
    return cleaned.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, context=_WIDE)


def plain(value: Decimal) -> str:
    """The shortest plain digits of a Decimal: 36.00 → 36, 7.820 → 7.82."""
    text = f"{value:f}" if value else "0"
    return text.rstrip("0").rstrip(".") if "." in text else text


def shown(value: Decimal | None) -> str | None:
    """A Decimal as text, None as it is."""
    return None if value is None else plain(value)
