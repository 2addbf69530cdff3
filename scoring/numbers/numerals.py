"""Chinese and Arabic numerals to Decimal: 一千二百二十五, 二〇二〇, 3.5, 1,225."""

from __future__ import annotations

import re
from decimal import Decimal

_DIGITS = {c: d for d, c in enumerate("零一二三四五六七八九")} | {"两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10**4, "亿": 10**8}

SCALES = {
    "万亿": Decimal(10**12),
    "千亿": Decimal(10**11),
    "百亿": Decimal(10**10),
    "亿": Decimal(10**8),
    "千万": Decimal(10**7),
    "百万": Decimal(10**6),
    "十万": Decimal(10**5),
    "万": Decimal(10**4),
    "千": Decimal(1000),
    "百": Decimal(100),
}
"""Scale words that may follow Arabic digits, with their factor."""

MAX_DIGITS = 20
"""Longer runs of digits are codes, not quantities."""

# 1,225 · 211,820.00
_WELL_SEPARATED = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
# 12345 · 0.019
_PLAIN = re.compile(r"\d+(\.\d+)?")


def chinese_value(numeral: str) -> Decimal | None:
    """The value of a Chinese numeral (〇 given as 零), or None where it is none: 百十, 三四."""
    whole, _, fraction = numeral.partition("点")
    value = _positional(whole) if whole and all(c in _DIGITS for c in whole) else _grouped(whole)
    if value is None or not fraction:
        return value
    if not all(c in _DIGITS for c in fraction):
        return None
    return value + Decimal("0." + "".join(str(_DIGITS[c]) for c in fraction))


def _positional(numeral: str) -> Decimal | None:
    """二零二零 → 2020; a single digit stands for itself; two digits such as 三四 are an estimate."""
    if len(numeral) == 1:
        return Decimal(_DIGITS[numeral])
    return Decimal("".join(str(_DIGITS[c]) for c in numeral)) if len(numeral) >= 3 else None


def _grouped(numeral: str) -> Decimal | None:
    total = section = 0
    digit: int | None = None
    for char in numeral:
        if char in _DIGITS:
            if digit not in (None, 0):
                return None
            digit = _DIGITS[char]
        elif char in _TENS:
            if digit is None and char != "十":
                return None
            section += (1 if digit is None else digit) * _TENS[char]
            digit = None
        elif char in _MYRIADS:
            if not section and digit is None:
                return None
            total = (total + section + (digit or 0)) * _MYRIADS[char]
            section, digit = 0, None
        else:
            return None
    if digit and numeral[-2:-1] in _TENS | _MYRIADS.keys() and numeral[-2] != "十":
        # 三百五 says 350, 两万三 says 23000
        digit *= (_TENS | _MYRIADS)[numeral[-2]] // 10
    return Decimal(total + section + (digit or 0)) if numeral else None


def arabic_value(digits: str) -> Decimal | None:
    """The value of digits with separators; badly placed commas are dropped, two points or a comma behind the point give None."""
    if _PLAIN.fullmatch(digits) or _WELL_SEPARATED.fullmatch(digits):
        plain = digits.replace(",", "")
    else:
        plain = digits.replace(",", "")
        if not _PLAIN.fullmatch(plain) or "," in digits.partition(".")[2]:
            return None
    return Decimal(plain) if len(plain) <= MAX_DIGITS else None


def chinese_numeral(value: int) -> str:
    """The Chinese numeral of a whole number from 0 to 99,999,999: 24 → 二十四, 2 → 二."""
    names = "零一二三四五六七八九"
    if value >= 10**4:
        head, rest = divmod(value, 10**4)
        tail = chinese_numeral(rest) if rest else ""
        tail = f"一{tail}" if tail.startswith("十") else tail  # 五万零一十
        return f"{chinese_numeral(head)}万{'零' if 0 < rest < 1000 else ''}{tail}"
    text, started = "", False
    for factor, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, factor)
        if digit:
            text += ("" if text == "" and factor == 10 and digit == 1 else names[digit]) + word
            started = True
        elif started and value and not text.endswith("零"):
            text += "零"
    return text or "零"
