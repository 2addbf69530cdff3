"""Does a printed number state a value? Judged at the printed precision and by the words round it."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from scoring.numbers.mention import Mention

_TENTH = Decimal("0.1")
_OF_A_FRACTION = Decimal(5)
"""三分之一以上 states no more than so many % beyond a third."""


def states(mention: Mention, base_value: Decimal) -> bool:
    """Whether ``mention`` states ``base_value`` (in the base unit), with half-up rounding and 近/约/余/以上.

    2400余 states 2437; 近2万 states 19,600; 66.3万元 states 663,000元; a range states what lies in it.
    """
    if mention.value is None:
        return False
    actual = base_value / mention.scale
    if mention.text == "十成" and rounded(actual, 1) != mention.value:
        return False  # nobody calls 95.01% 十成
    if mention.value_to is not None:
        return mention.value <= actual <= mention.value_to
    if rounded(actual, mention.places) == mention.value:
        return True
    is_percent = mention.base_unit == "%"
    step = _OF_A_FRACTION if is_percent and "分之" in mention.text else _last_step(mention.value)
    return _states_about(mention.value, mention.approx, actual, is_percent, step)


def rounded(value: Decimal, places: int) -> Decimal:
    """``value`` half up to ``places`` decimals."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _states_about(printed: Decimal, approx: str, actual: Decimal, is_percent: bool, step: Decimal) -> bool:
    slack = min(max(step, printed * _TENTH), printed * 3 * _TENTH)
    match approx:
        case "余":
            return printed <= actual < printed + step
        case "以上" | "超" | "超过" | "逾" | "突破":
            return printed <= actual <= (Decimal(100) if is_percent and printed >= 50 else printed + slack)
        case "近":
            return printed - slack <= actual <= printed
        case "约" | "左右":
            return abs(actual - printed) <= max(step / 2, printed * _TENTH / 2)
        case "不足" | "不到" | "以内" | "以下" | "之内":
            return printed - 2 * slack <= actual <= printed
        case _:
            return False


def _last_step(printed: Decimal) -> Decimal:
    """The weight of the last digit that is not 0: 2400 → 100, 3 → 1, 3.2 → 0.1."""
    exponent = printed.normalize().as_tuple().exponent
    return Decimal(1).scaleb(exponent) if isinstance(exponent, int) else Decimal(1)
