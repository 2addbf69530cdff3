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
from functools import cache, lru_cache

from scoring.numbers.mention import Kind, Mention
from scoring.numbers.numerals import SCALES, arabic_value, chinese_value
from scoring.numbers.vocabulary import (
    Unit,
    as_read,
    names_only,
    not_followed_by,
    shapes,
    trap_words,
    units,
)

_CN = "零一二三四五六七八九十百千万亿两"
# runs too long for a number: codes, and texts made to be slow
_CODE = re.compile(rf"[\d,]{{40,}}|[{_CN}]{{40,}}|\d{{21,}}")
_HAN = re.compile(r"[\u4e00-\u9fff]")
# 1,225 · 7,00.0,77 · 0.019 · .5 is not prose
_ARABIC = r"\d+(?:,\d+)*(?:\.\d+(?:,\d+)*)*"
_CHINESE = rf"[{_CN}]+(?:点[零一二三四五六七八九]+)?"
# the numeral, then 余/多/几, a scale, 余/多
_NUMERAL = re.compile(
    rf"(?P<arabic>{_ARABIC})(?P<more1>[余多几]?)(?P<scale>万亿|千亿|百亿|亿|千万|百万|十万|万|千(?![瓦克米])|百(?!分))?"
    rf"(?P<more2>[余多几]?)|(?P<chinese>{_CHINESE})(?P<more3>[余多几]?)(?P<scale3>万亿|亿|万)?(?P<more4>[余多]?)"
)
# 百分之九十五 · 千分之三 · 三分之二 · 2/3 · 百分百 · 一半
_FRACTION = re.compile(
    rf"(?P<all>百分之百(?![{_CN}])|百分百)|(?P<half>一半)"
    r"|(?<![\d/.])(?P<over>\d{1,2})/(?P<under>[1-9]\d?)(?![\d/年月.])"
    rf"|(?P<whole>[{_CN}]+)分之(?P<part>{_CHINESE}|{_ARABIC})(?P<more>[余多]?)"
)
# 翻一番 · 翻了两番
_DOUBLED = re.compile(r"(?:(?<=翻)|(?<=翻了))([一两二三])番")
_BEFORE = (
    ("≥", r"不少于|不低于|不小于|大于等于|大于或等于|至少|最少|≥|>=|⩾"),
    ("≤", r"不超过|不高于|不大于|不多于|小于等于|小于或等于|至多|最多|≤|<=|⩽|控制在"),
    (">", r"超过|大于|高于|多于|超|逾|突破|>|＞"),
    ("<", r"不足|小于|低于|少于|不到|不满|<|＜"),
    ("=", r"达到|达|为|=|＝"),
)
_COMPARATOR = re.compile("(?:" + "|".join(f"(?P<c{i}>{p})" for i, (_, p) in enumerate(_BEFORE)) + r")了?\s*$")
_APPROX_BEFORE = re.compile(
    r"(将近|接近|大约|约为|约|近|超过|超|逾|突破|刚过|略超|略多于|不足|不到|至少|达到?)了?\s*$"
)
_APPROX_AFTER = re.compile(r"(?:左右|上下|以上|以下|以内|之内|有余)")
_INEXACT = (
    {"将近": "近", "接近": "近", "近": "近", "大约": "约", "约为": "约", "约": "约"}
    | {word: word for word in ("超过", "超", "逾", "突破", "不足", "不到")}
    | {"刚过": "超", "略超": "超", "略多于": "超"}
)
_RANGE_SIGN = re.compile(r"\s*(?:[-—–~～－]|至|到)\s*")
_FREQUENCY = re.compile(
    r"每(?:[一两]?个?)?(周|月|季度|季|半年|年|天|日|双周|旬)(?:度)?(?:各|均|至少|不少于|开展|组织|召开)?$"
)
_BOUNDARY = re.compile(r"[。；;！!？?\n\r\t“”\"’：: ）)>]")
_MARKER = re.compile(r"(\d{1,2})(?:[.．、)）](?!\d)|[.．、](?=(?:19|20)\d{2}年))")
_TIGHT_MARKER = re.compile(r"(\d{1,2})[.．](?=\d)")
_POSTPOSED = re.compile(r"[，。；、,;！!？?）)\s]|$")
_BRACKET_UNIT = re.compile(r"[（(](次|户次|家次|人次|套|家|户)[）)]")
_ZERO = re.compile(r"(?<=[为是达])零(?=[，。；、,;\s]|$)")
_ESTIMATE = re.compile(r"[一二三四五六七八九][二三四五六七八九]")


@lru_cache(maxsize=1024)
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
    found.extend(_numbers(text, seen, cover, _unit_pattern(extra_units)))
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


@cache
def _unit_pattern(extra: frozenset[str]) -> re.Pattern[str]:
    own = {unit.lstrip("万亿千百") for unit in extra}
    words = sorted({*units(), *(unit for unit in own if unit)}, key=len, reverse=True)
    one = "|".join(re.escape(word) for word in words)
    return re.compile(rf"[ ]?((?:{one})(?:/(?:[万亿千百十]*(?:{one})))?)")


def _numbers(text: str, seen: str, cover: bytearray, unit: re.Pattern[str]) -> Iterator[Mention]:
    position, end_of_text = 0, len(seen)
    numerals = _Numerals(seen)
    for zero in _ZERO.finditer(seen):
        if not cover[zero.start()]:
            cover[zero.start()] = 1
            yield _mention(text, zero.start(), zero.end(), Decimal(0), "", None, chinese=True)
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
        mention = _read_at(text, seen, cover, start, unit)
        if mention is None:
            position = match.end()
            continue
        ranged = _range(text, seen, cover, mention, unit)
        position = ranged.end
        yield _with_context(seen, ranged)


class _Numerals:
    """The next numeral from any place on; each pattern is searched once over the whole text."""

    def __init__(self, seen: str) -> None:
        self._seen = seen
        self._ahead = [(pattern, pattern.search(seen)) for pattern in (_NUMERAL, _FRACTION, _DOUBLED)]

    def after(self, position: int) -> re.Match[str] | None:
        """The first numeral that begins at ``position`` or later; the longest of those that begin together."""
        self._ahead = [
            (
                pattern,
                match if match is None or match.start() >= position else pattern.search(self._seen, position),
            )
            for pattern, match in self._ahead
        ]
        found = [match for _, match in self._ahead if match is not None]
        return min(found, key=lambda match: (match.start(), -match.end()), default=None)


def _read_at(text: str, seen: str, cover: bytearray, start: int, unit: re.Pattern[str]) -> Mention | None:
    """The mention whose numeral begins at ``start``, or None where it is no quantity."""
    if (match := _FRACTION.match(seen, start)) is not None:
        return _fraction(text, match)
    if (match := _DOUBLED.match(seen, start)) is not None:
        value = chinese_value(match.group(1))
        return _mention(text, start, match.end(), value, "番", units()["番"], chinese=True)
    match = _NUMERAL.match(seen, start)
    if match is None:
        return None
    if match.group("arabic"):
        return _arabic(text, seen, cover, match, unit)
    return _chinese(text, seen, cover, match, unit)


def _fraction(text: str, match: re.Match[str]) -> Mention | None:
    start, end = match.span()
    if match.group("all") or match.group("half"):
        value = Decimal(100) if match.group("all") else Decimal(50)
        return _mention(text, start, end, value, "%", units()["%"], chinese=True)
    if match.group("over"):
        share = (Decimal(match.group("over")) / Decimal(match.group("under")) * 100).quantize(Decimal("0.01"))
        return replace(_mention(text, start, end, share, "%", units()["%"], chinese=True), approx="约")
    part_text = match.group("part")
    part = arabic_value(part_text) if part_text[0].isdigit() else chinese_value(part_text)
    whole = chinese_value(match.group("whole")) or {"百": 100, "千": 1000, "万": 10000}.get(
        match.group("whole")
    )
    if part is None or not whole:
        return None
    more = match.group("more")
    if match.group("whole") == "百":
        mention = _mention(text, start, end, part, "%", units()["%"], chinese=True)
        return replace(mention, approx="余") if more else mention
    share = (part / Decimal(whole) * 100).quantize(Decimal("0.01"))
    return replace(_mention(text, start, end, share, "%", units()["%"], chinese=True), approx="约")


def _arabic(
    text: str, seen: str, cover: bytearray, match: re.Match[str], unit: re.Pattern[str]
) -> Mention | None:
    digits = match.group("arabic")
    start, end = match.span()
    value = arabic_value(digits)
    if value is None and len(digits.replace(",", "")) > 20:
        return Mention(start, end, text[start:end], None, "", "reference")
    more = match.group("more1") or match.group("more2")
    if more == "多" and seen[end : end + 1] in ("于", "项", "种") and seen[end : end + 1] == "于":
        end, more = end - 1, ""
    word, unit_end = _unit_at(seen, cover, end, unit)
    scale = SCALES.get(match.group("scale") or "", Decimal(1))
    if more in ("多", "几") and not word and not match.group("more1"):
        end, more = match.end("arabic") if not match.group("scale") else match.end("scale"), ""
        word, unit_end = _unit_at(seen, cover, end, unit)
    printed = f"{match.group('scale') or ''}{word}"
    last = unit_end if word else end
    unit_read = units().get(word) or _counted(word)
    mention = _mention(text, start, last, value, printed, unit_read, scale=scale, places=_places(digits))
    return replace(mention, approx="余") if more else mention


def _chinese(
    text: str, seen: str, cover: bytearray, match: re.Match[str], unit: re.Pattern[str]
) -> Mention | None:
    """A Chinese numeral counts only with a unit; 一 only after its noun (演练一次) or in a frequency."""
    numeral, start = match.group("chinese"), match.start()
    end = match.end()
    more = match.group("more3") or match.group("more4")
    word, unit_end = _unit_at(seen, cover, end, unit)
    if not word or (word in names_only() and len(numeral) == 1):
        return None
    if _ESTIMATE.fullmatch(numeral) or numeral in ("百", "千", "万", "亿", "百千", "千万", "百万"):
        return None
    if start and seen[start - 1] in "数几第若":
        return None
    if numeral == "一" and word != "成" and not _counts_one(seen, start, unit_end):
        return None
    value = chinese_value(numeral)
    scale = SCALES.get(match.group("scale3") or "", Decimal(1))
    if value is None:
        return None
    if word == "成" and seen[unit_end : unit_end + 1] in tuple("一二三四五六七八九"):
        tenth = chinese_value(seen[unit_end])
        value += (tenth or Decimal(0)) / 10
        return _mention(text, start, unit_end + 1, value, "成", units()["成"], chinese=True)
    mention = _mention(
        text,
        start,
        unit_end,
        value,
        f"{match.group('scale3') or ''}{word}",
        units().get(word) or _counted(word),
        scale,
        True,
    )
    return replace(mention, approx="余") if more else mention


def _counts_one(seen: str, start: int, end: int) -> bool:
    if _FREQUENCY.search(seen, max(0, start - 12), start):
        return True
    before = seen[start - 1 : start]
    return bool(
        _POSTPOSED.match(seen, end)
        and _HAN.match(before)
        and before not in "每各这那同另某任第唯有是为之的了成如统归万逐合"
    )


def _counted(word: str) -> Unit | None:
    """The unit of a compound (批次/千人) or of a word that only this report uses."""
    return Unit(word, word, Decimal(1)) if word else None


def _unit_at(seen: str, cover: bytearray, position: int, unit: re.Pattern[str]) -> tuple[str, int]:
    """The longest unit word at ``position`` that is not the beginning of another word, and where it ends."""
    match = unit.match(seen, position)
    if match is None or (match.end() - match.start(1) and any(cover[match.start(1) : match.end()])):
        return "", position
    word, end = match.group(1), match.end()
    following = seen[end : end + 1]
    if following in not_followed_by().get(word, ()):
        return "", position
    bracket = _BRACKET_UNIT.match(seen, end)
    if bracket and f"{word}{bracket.group(1)}" in units():
        return f"{word}{bracket.group(1)}", bracket.end()
    return word, end


def _places(digits: str) -> int:
    return len(digits.rpartition(".")[2]) if "." in digits else 0


def _mention(
    text: str,
    start: int,
    end: int,
    value: Decimal | None,
    printed: str,
    unit: Unit | None,
    scale: Decimal = Decimal(1),
    chinese: bool = False,
    places: int = 0,
) -> Mention:
    base = unit.base if unit else ""
    kind: Kind = (
        "money"
        if base.endswith("元") and "/" not in base
        else "percent"
        if base in ("%", "个百分点")
        else "quantity"
    )
    return Mention(
        start,
        end,
        text[start:end],
        value,
        printed,
        kind,
        scale=scale * (unit.factor if unit else 1),
        base_unit=base,
        places=places,
        chinese=chinese,
    )


def _range(text: str, seen: str, cover: bytearray, low: Mention, unit: re.Pattern[str]) -> Mention:
    """``low`` joined with the upper end behind a range sign: 100～150次, 63%~68%."""
    sign = _RANGE_SIGN.match(seen, low.end)
    if sign is None or sign.end() >= len(seen) or low.value is None:
        return low
    if any(cover[low.end : sign.end() + 1]) or not _NUMERAL.match(seen, sign.end()):
        return low
    words = sign.group().strip() in ("至", "到")
    if words and (low.unit and seen[max(0, low.start - 1)] != "从" and low.base_unit != "%"):
        return low
    high = _read_at(text, seen, cover, sign.end(), unit)
    if high is None or high.value is None or high.chinese != low.chinese:
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
    lead = seen[max(0, mention.start - 8) : mention.start]
    approx = mention.approx
    if not approx and (before := _APPROX_BEFORE.search(lead)):
        approx = _INEXACT.get(before.group(1), "")
    if after := _APPROX_AFTER.match(seen, mention.end):
        approx = approx or {"上下": "左右", "有余": "余"}.get(after.group(), after.group())
    comparator = ""
    if match := _COMPARATOR.search(lead):
        index = next(i for i in range(len(_BEFORE)) if match.group(f"c{i}"))
        comparator = _BEFORE[index][0]
    if approx in ("以上",) and comparator in ("", "="):
        comparator = "≥"
    if approx in ("以内", "以下", "之内") and comparator in ("", "="):
        comparator = "≤"
    if (approx, comparator) == (mention.approx, mention.comparator):
        return mention
    return replace(mention, approx=approx, comparator=comparator)
