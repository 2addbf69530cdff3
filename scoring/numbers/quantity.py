"""Reads one quantity at a place: [approximation] numeral [余] [scale] [余] unit, or a fraction in words."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from functools import cache

from scoring.numbers.mention import Kind, Mention
from scoring.numbers.numerals import SCALES, arabic_value, chinese_value
from scoring.numbers.vocabulary import Unit, names_only, not_followed_by, unit_of, units

NUMERALS = "零一二三四五六七八九十百千万亿两"
_HAN = re.compile(r"[\u4e00-\u9fff]")
# 1,225 · 7,00.0,77 · 0.019 · .5 is not prose
_ARABIC = r"\d+(?:,\d+)*(?:\.\d+(?:,\d+)*)*"
_CHINESE = rf"[{NUMERALS}]+(?:点[零一二三四五六七八九]+)?"
# the numeral, then 余/多/几, a scale, 余/多
# 15.00 万元: a space stands before the scale only where a unit follows it
_SCALED = "[万亿]{1,2}(?:[元人户件次亩吨平立公家个台份册只头羽株千米]|美元|(?=[，。；、,;）)\\s]|$))"
NUMERAL = re.compile(
    rf"(?P<arabic>{_ARABIC})(?P<more1>[余多几]?)(?:[ ](?={_SCALED}))?(?P<scale>万亿|千亿|百亿|亿|千万|百万|十万|万|千(?![瓦克米])|百(?!分))?"
    rf"(?P<more2>[余多几]?)|(?P<chinese>{_CHINESE})(?P<more3>[余多几]?)(?P<scale3>万亿|亿|万)?(?P<more4>[余多]?)"
)
# 百分之九十五 · 千分之三 · 三分之二 · 2/3 · 百分百 · 一半
_FRACTION = re.compile(
    rf"(?P<all>百分之百(?![{NUMERALS}])|百分百)|(?P<half>一半)"
    r"|(?<![\d/.])(?P<over>\d{1,2})/(?P<under>[1-9]\d?)(?![\d/年月.])"
    rf"|(?P<whole>[{NUMERALS}]+)分之(?P<part>{_CHINESE}|{_ARABIC})(?P<more>[余多]?)"
)
# 翻一番 · 翻了两番
_DOUBLED = re.compile(r"(?:(?<=翻)|(?<=翻了))([一两二三])番")
_FREQUENCY = re.compile(
    r"每(?:[一两]?个?)?(周|月|季度|季|半年|年|天|日|双周|旬)(?:度)?(?:不少于|[\u4e00-\u9fff]{0,4})$"
)
_POSTPOSED = re.compile(r"[，。；、,;！!？?）)\s]|$")
_BRACKET_UNIT = re.compile(r"[（(](次|户次|家次|人次|套|家|户)[）)]")
# 一周内复查
_WITHIN = re.compile("之?内|以内")
# 70部的任务还欠六部，
_ENDS = re.compile("[，。；、]|的")
# 农业农村168件次之
_COMES_SECOND = re.compile("之(?!多)")
_ESTIMATE = re.compile(r"[一二三四五六七八九][二三四五六七八九]")


class Numerals:
    """The next numeral from any place on; each pattern is searched once over the whole text."""

    def __init__(self, seen: str) -> None:
        self._seen = seen
        self._ahead = [(pattern, pattern.search(seen)) for pattern in (NUMERAL, _FRACTION, _DOUBLED)]

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


def read_at(text: str, seen: str, cover: bytearray, start: int, unit: re.Pattern[str]) -> Mention | None:
    """The mention whose numeral begins at ``start``, or None where it is no quantity."""
    if (match := _FRACTION.match(seen, start)) is not None:
        return _fraction(text, match)
    if (match := _DOUBLED.match(seen, start)) is not None:
        value = chinese_value(match.group(1))
        return mention_of(text, start, match.end(), value, "番", units()["番"], chinese=True)
    match = NUMERAL.match(seen, start)
    if match is None:
        return None
    if match.group("arabic"):
        return _arabic(text, seen, cover, match, unit)
    return _chinese(text, seen, cover, match, unit)


def _fraction(text: str, match: re.Match[str]) -> Mention | None:
    start, end = match.span()
    if match.group("all") or match.group("half"):
        value = Decimal(100) if match.group("all") else Decimal(50)
        return mention_of(text, start, end, value, "%", units()["%"], chinese=True)
    if match.group("over"):
        share = (Decimal(match.group("over")) / Decimal(match.group("under")) * 100).quantize(Decimal("0.01"))
        return replace(mention_of(text, start, end, share, "%", units()["%"], chinese=True), approx="约")
    part_text = match.group("part")
    part = arabic_value(part_text) if part_text[0].isdigit() else chinese_value(part_text)
    whole = chinese_value(match.group("whole")) or {"百": 100, "千": 1000, "万": 10000}.get(
        match.group("whole")
    )
    if part is None or not whole:
        return None
    more = match.group("more")
    if match.group("whole") == "百":
        places = _places(part_text)
        found = mention_of(text, start, end, part, "%", units()["%"], chinese=True, places=places)
        return replace(found, approx="余") if more else found
    share = (part / Decimal(whole) * 100).quantize(Decimal("0.01"))
    return replace(mention_of(text, start, end, share, "%", units()["%"], chinese=True), approx="约")


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
    found = mention_of(text, start, last, value, printed, unit_read, scale=scale, places=_places(digits))
    return replace(found, approx="余") if more else found


def _chinese(
    text: str, seen: str, cover: bytearray, match: re.Match[str], unit: re.Pattern[str]
) -> Mention | None:
    """A Chinese numeral counts only with a unit; 一 only after its noun (演练一次) or in a frequency."""
    numeral, start = match.group("chinese"), match.start()
    end = match.end()
    more = match.group("more3") or match.group("more4")
    word, unit_end = _unit_at(seen, cover, end, unit)
    ending = _WITHIN if word in ("周", "日") else _ENDS if word in ("部", "块", "档", "首") else None
    is_limit = ending is not None and bool(ending.match(seen, unit_end))
    if not word or (word in names_only() and len(numeral) == 1 and not is_limit):
        return None
    if _ESTIMATE.fullmatch(numeral) or numeral in ("百", "千", "万", "亿", "百千", "千万", "百万"):
        return None
    if start and seen[start - 1] in "数几第若":
        return None
    if numeral == "一" and word != "成" and not is_limit and not _counts_one(seen, start, unit_end):
        return None
    value = chinese_value(numeral)
    scale = SCALES.get(match.group("scale3") or "", Decimal(1))
    if value is None:
        return None
    if word == "成" and seen[unit_end : unit_end + 1] in tuple("一二三四五六七八九半"):
        tenths = Decimal(5) if seen[unit_end] == "半" else chinese_value(seen[unit_end])
        value += (tenths or Decimal(0)) / 10
        return mention_of(text, start, unit_end + 1, value, "成", units()["成"], chinese=True, places=1)
    if word == "成" and seen[unit_end : unit_end + 1] in ("多", "余"):
        more = "多"  # 占三成多
    found = mention_of(
        text,
        start,
        unit_end,
        value,
        f"{match.group('scale3') or ''}{word}",
        units().get(word) or _counted(word),
        scale,
        chinese=True,
        places=_places(numeral),
    )
    return replace(found, approx="余") if more else found


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
    return unit_of(word) if word else None


def _unit_at(seen: str, cover: bytearray, position: int, unit: re.Pattern[str]) -> tuple[str, int]:
    """The longest unit word at ``position`` that is not the beginning of another word, and where it ends."""
    match = unit.match(seen, position)
    if match is None or (match.end() - match.start(1) and any(cover[match.start(1) : match.end()])):
        return "", position
    word, end = _not_of_another_word(seen, match.group(1), match.end())
    if not word:
        return "", position
    bracket = _BRACKET_UNIT.match(seen, end)
    if bracket and f"{word}{bracket.group(1)}" in units():
        return f"{word}{bracket.group(1)}", bracket.end()
    return word, end


def _not_of_another_word(seen: str, word: str, end: int) -> tuple[str, int]:
    """``word`` and its end, a shorter unit where it begins another word (8个次之), or nothing (3台账)."""
    while word and (seen[end : end + 1] in not_followed_by().get(word, ()) or _is_second(seen, word, end)):
        shorter = next((word[:n] for n in range(len(word) - 1, 0, -1) if word[:n] in units()), "")
        word, end = shorter, end - len(word) + len(shorter)
    return word, end


def _is_second(seen: str, word: str, end: int) -> bool:
    """Whether the last character of the unit begins 次之: 农业农村168件次之, but not 达3260人次之多."""
    return len(word) > 1 and word.endswith("次") and bool(_COMES_SECOND.match(seen, end))


def _places(numeral: str) -> int:
    """How many decimals are printed: 2 of 93.75 and of 九十三点七五."""
    return len(re.split("[.点]", numeral)[1]) if re.search("[.点]", numeral) else 0


def mention_of(
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
    """The mention of ``text[start:end]``, its kind told by ``unit``; ``scale`` is that printed before the unit."""
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


@cache
def unit_pattern(extra: frozenset[str]) -> re.Pattern[str]:
    """One pattern of all unit words, ``extra`` ones of a report among them, the longest first."""
    own = {unit.lstrip("万亿千百") for unit in extra}
    words = sorted({*units(), *(unit for unit in own if unit)}, key=len, reverse=True)
    one = "|".join(re.escape(word) for word in words)
    return re.compile(rf"[ ]?((?:{one})(?:/(?:[万亿千百十]*(?:{one})))?)")
