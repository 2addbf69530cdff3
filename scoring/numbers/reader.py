"""Reads every number out of Chinese official prose, with its unit, kind and exact place.

The text is scanned once from left to right. Spans that hold digits but count nothing (dates, document
numbers, names …) are taken first, by the shapes and words of ``traps.yaml``; what is left and looks like
a numeral is read by a small grammar: [approximation] numeral [余] [scale] [余] unit [approximation].
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from scoring.numbers.mention import Kind, Mention
from scoring.numbers.quantity import NUMERAL, NUMERALS, Numerals, mention_of, read_at, unit_pattern
from scoring.numbers.vocabulary import as_read, shapes, trap_words

# runs too long for a number: codes, and texts made to be slow
_CODE = re.compile(rf"[\d,]{{40,}}|[{NUMERALS}]{{40,}}|\d{{21,}}")
_ZERO = re.compile(r"(?<=[为是达])零(?=[，。；、,;\s]|$)")
_BEFORE = (
    ("≥", r"不少于|不低于|不小于|大于等于|大于或等于|至少|最少|≥|>=|⩾"),
    ("≤", r"不超过|不高于|不大于|不多于|小于等于|小于或等于|至多|最多|≤|<=|⩽|控制在"),
    (">", r"超过|大于|高于|多于|超|逾|突破|>|＞"),
    ("<", r"不足|小于|低于|少于|不到|不满|<|＜"),
    ("=", r"达到|达|为|=|＝"),
)
_COMPARATOR = re.compile("(?:" + "|".join(f"(?P<c{i}>{p})" for i, (_, p) in enumerate(_BEFORE)) + r")了?\s*$")
_APPROX_BEFORE = re.compile(
    r"(将近|接近|几近|差不多|大约|约为|(?<![签合条预违协节公契履失守])约|近|超过|超|逾|突破|刚过|略超|略多于|不足|不到|至少|达到?)[了有达]?\s*$"
)
# 不到补贴资金的三分之一
_APPROX_OF = re.compile("(不到|不足|超过|将近|接近|近|逾)(?:了|其)?[\u4e00-\u9fff]{2,8}的$")
_APPROX_AFTER = re.compile(r"(?:左右|上下|以上|以下|以内|之内|有余|出头|开外)")
_INEXACT = (
    {
        "将近": "近",
        "接近": "近",
        "几近": "近",
        "近": "近",
        "差不多": "约",
        "大约": "约",
        "约为": "约",
        "约": "约",
    }
    | {word: word for word in ("超过", "超", "逾", "突破", "不足", "不到")}
    | {"刚过": "超", "略超": "超", "略多于": "超"}
)
_BARE_LIST = re.compile(r"\s*(?:[、/]|和|与|及|以及)\s*")
_RANGE_SIGN = re.compile(r"\s*(?:[-—–~～－]|至|到)\s*")
_BOUNDARY = re.compile(r"[。；;！!？?\n\r\t“”\"’：: ）)>]")
_MARKER = re.compile(r"(\d{1,2})(?:[.．、)）](?!\d)|[.．、](?=(?:19|20)\d{2}年))")
_TIGHT_MARKER = re.compile(r"(\d{1,2})[.．](?=\d)")


@lru_cache(maxsize=512)
def read(text: str, extra_units: frozenset[str] = frozenset()) -> tuple[Mention, ...]:
    """Every number in ``text``, in order, none overlapping.

    Args:
        text: prose as given; offsets of the result are code points into it.
        extra_units: unit words of the report's own metrics, read like the packaged ones.

    Returns:
        Mentions of all kinds: quantities (quantity, percent, money) and what is only listed (date, ordinal,
        reference). Numerals inside idioms (进一步, 双随机) make no mention.
    """
    codes = [match.span() for match in _CODE.finditer(as_read(text))]
    seen = _CODE.sub(lambda match: " " * len(match.group()), as_read(text))
    taken: list[tuple[int, int, Kind | None]] = [(start, end, "reference") for start, end in codes]
    taken += _traps(seen)
    found = [
        Mention(start, end, text[start:end], None, "", kind) for start, end, kind in taken if kind is not None
    ]
    cover = bytearray(len(seen))
    for start, end, _ in taken:
        cover[start:end] = b"\x01" * (end - start)
    found.extend(_with_shared_units(seen, list(_numbers(text, seen, cover, unit_pattern(extra_units)))))
    found.sort(key=lambda mention: mention.start)
    return tuple(found)


def _traps(seen: str) -> list[tuple[int, int, Kind | None]]:
    """Spans that state no quantity, none overlapping; earlier shapes win over later ones."""
    cover = bytearray(len(seen))
    spans: list[tuple[int, int, Kind | None]] = []

    def take(start: int, end: int, kind: Kind | None) -> None:
        if start < end and not any(cover[start:end]):
            cover[start:end] = b"\x01" * (end - start)
            spans.append((start, end, kind))

    for start, end in _markers(seen):
        take(start, end, "ordinal")
    for shape in shapes():
        for match in shape.pattern.finditer(seen):
            take(match.start(), match.end(), shape.kind)
    for match in trap_words().finditer(seen):
        take(match.start(), match.end(), None)
    return spans


def _markers(seen: str) -> Iterator[tuple[int, int]]:
    """List numbers (1. 2、) at the beginning of a sentence; “3.28家” is one after a point 2."""
    last = 0
    for match in re.finditer(r"\d{1,2}[.．、)）]", seen):
        start = match.start()
        if start and not _BOUNDARY.match(seen[start - 1]):
            continue
        number = int(re.match(r"\d+", match.group()).group())  # type: ignore[union-attr]
        loose = _MARKER.match(seen, start)
        tight = _TIGHT_MARKER.match(seen, start) if number == last + 1 and last else None
        hit = loose or tight
        if hit and number <= 30:
            last = number
            yield start, hit.end()


def _numbers(text: str, seen: str, cover: bytearray, unit: re.Pattern[str]) -> Iterator[Mention]:
    position, end_of_text = 0, len(seen)
    numerals = Numerals(seen)
    for zero in _ZERO.finditer(seen):
        if not cover[zero.start()]:
            cover[zero.start()] = 1
            yield mention_of(text, zero.start(), zero.end(), Decimal(0), "", None, chinese=True)
    while position < end_of_text:
        match = numerals.after(position)
        if match is None:
            return
        start = match.start()
        if any(cover[start : match.end()]):
            free = start + 1
            while free < match.end() and not cover[free - 1]:
                free += 1
            position = max(free, start + 1)
            continue
        mention = read_at(text, seen, cover, start, unit)
        if mention is None:
            position = match.end()
            continue
        ranged = _range(text, seen, cover, mention, unit)
        position = ranged.end
        yield _with_context(seen, ranged)


def _with_shared_units(seen: str, numbers: list[Mention]) -> list[Mention]:
    """The numbers, those without a unit in a bare list counted in the last one's: 312.6、408.3、565.5公里; 1.8个和0.6个百分点."""
    for index in range(len(numbers) - 2, -1, -1):
        number, following = numbers[index], numbers[index + 1]
        joined = _BARE_LIST.fullmatch(seen, number.end, following.start)
        is_bare = not number.base_unit and not number.unit
        is_of_points = number.unit == "个" and number.places and following.base_unit == "个百分点"
        if (is_bare or is_of_points) and following.base_unit and joined:
            numbers[index] = replace(
                number, kind=following.kind, scale=following.scale, base_unit=following.base_unit
            )
    return numbers


def _range(text: str, seen: str, cover: bytearray, low: Mention, unit: re.Pattern[str]) -> Mention:
    """``low`` joined with the upper end behind a range sign: 100～150次, 63%~68%."""
    sign = _RANGE_SIGN.match(seen, low.end)
    if sign is None or sign.end() >= len(seen) or low.value is None:
        return low
    if not NUMERAL.match(seen, sign.end()):
        return low
    words = sign.group().strip() in ("至", "到")
    if words and (low.unit and seen[max(0, low.start - 1)] != "从" and low.base_unit != "%"):
        return low
    high = read_at(text, seen, cover, sign.end(), unit)
    if high is None or high.value is None or high.chinese != low.chinese or any(cover[low.end : high.end]):
        return low
    if low.unit and low.base_unit != high.base_unit:
        return low
    scale = low.scale if low.unit else high.scale
    if low.value * scale >= high.value * high.scale:
        return low
    return replace(
        high, start=low.start, text=text[low.start : high.end], value=low.value, value_to=high.value
    )


def _with_context(seen: str, mention: Mention) -> Mention:
    """The mention with the approximation and comparator words around it."""
    lead = seen[max(0, mention.start - 12) : mention.start]
    approx = (
        "" if mention.approx == "约" else mention.approx
    )  # 约: only what a fraction is, where no word says more
    if not approx and (before := _APPROX_BEFORE.search(lead)):
        approx = _INEXACT.get(before.group(1), "")
    if not approx and mention.base_unit in ("%", "倍") and (before := _APPROX_OF.search(lead)):
        approx = _INEXACT.get(before.group(1), "")
    if after := _APPROX_AFTER.match(seen, mention.end):
        approx = approx or {"上下": "左右", "有余": "余", "出头": "余", "开外": "余"}.get(
            after.group(), after.group()
        )
    comparator = ""
    if match := _COMPARATOR.search(lead):
        index = next(i for i in range(len(_BEFORE)) if match.group(f"c{i}"))
        comparator = _BEFORE[index][0]
    if approx in ("以上",) and comparator in ("", "="):
        comparator = "≥"
    if approx in ("以内", "以下", "之内") and comparator in ("", "="):
        comparator = "≤"
    approx = approx or mention.approx
    if (approx, comparator) == (mention.approx, mention.comparator):
        return mention
    return replace(mention, approx=approx, comparator=comparator)
