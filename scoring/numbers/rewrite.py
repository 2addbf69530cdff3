"""Writes a value in the manner in which a number was printed: 66.3万元 stays 万元, 四期 stays Chinese."""

from __future__ import annotations

from decimal import Decimal

from scoring.numbers.mention import Mention
from scoring.numbers.numerals import chinese_numeral
from scoring.numbers.precision import rounded


def rewrite(mention: Mention, base_value: Decimal) -> str:
    """The text of ``mention`` with ``base_value`` (in the base unit) in place of its value.

    Scale, unit, a space before it, thousands separators and Chinese numerals stay as printed. Rates and amounts such as
    207160.00元 keep their decimals; other values show the decimals that they have (two at most).
    """
    value = base_value / mention.scale
    fixed = mention.base_unit in ("%", "个百分点") or (mention.places and _last_digit(mention) == "0")
    value = rounded(value, mention.places if fixed else _places_needed(value))
    if mention.chinese and value == value.to_integral_value() and 0 <= value < 10**8:
        return _chinese(mention, int(value))
    digits = f"{value:,f}" if "," in mention.text else f"{value:f}"
    if mention.chinese:
        return f"{digits}{mention.unit}"
    space = " " if " " in mention.text else ""  # 15.00 万元
    return f"{digits}{'余' if mention.approx == '余' and '余' in mention.text else ''}{space}{mention.unit}"


def _last_digit(mention: Mention) -> str:
    """The last digit of the text; empty where a manner of printing is given and no number."""
    return next((char for char in reversed(mention.text) if char.isdigit()), "")


def _places_needed(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return min(2, max(0, -exponent)) if isinstance(exponent, int) else 0


def _chinese(mention: Mention, value: int) -> str:
    if "百分之" in mention.text:
        return f"百分之{'百' if value == 100 else chinese_numeral(value)}"
    if "分之" in mention.text or mention.text == "一半":
        return f"{value}%"
    numeral = "两" if value == 2 and mention.unit not in ("成", "%") else chinese_numeral(value)
    return f"{numeral}{mention.unit}"
