"""Edits of a narrative: passages dropped, moved, shortened or printed in another unit, numbers and locks kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from scoring.numbers.binder import bind
from scoring.numbers.numerals import chinese_numeral, chinese_value
from scoring.numbers.rewrite import rewrite
from scoring.report import Report
from scoring.texts import Point, points, sentences

NUMBER: Final = r"第?\s*([一二三四五六七八九十\d]{1,3})\s*"
POINT: Final = re.compile(NUMBER + "[点条项]")
SENTENCE: Final = re.compile(r"第\s*([一二三四五六七八九十\d]{1,3})\s*句")
_MARKS: Final = {
    "1.": "{0}.",
    "1、": "{0}、",
    "（1）": "（{0}）",
    "（一）": "（{1}）",
    "一、": "{1}、",
    "一是": "{1}是",
    "第一，": "第{1}，",
}
MARK: Final = re.compile(
    r"^\s*(?:[（(](?:\d{1,2}|[一二三四五六七八九十]{1,3})[）)]|\d{1,2}[.．、]|[一二三四五六七八九十]{1,3}(?:、|是)|第[一二三四五六七八九十]{1,2}[，,、])"
)


@dataclass(frozen=True, slots=True)
class Edit:
    """One passage of a narrative to be replaced: code points of ``section``, the text there and the new text."""

    section: str
    start: int
    end: int
    before: str
    after: str

    def apply(self, report: Report) -> Report:
        """The report with the edit accepted; unchanged where the passage is no longer what it was."""
        text = report.narrative(self.section)
        if text[self.start : self.end] != self.before:
            return report
        return report.with_narrative(self.section, text[: self.start] + self.after + text[self.end :])


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered to a wish, with the edits that it comes to."""

    text: str
    edits: tuple[Edit, ...] = ()


def value_of(numeral: str) -> int:
    """The number that a numeral of either kind says; 0 where it says none."""
    return int(numeral) if numeral.isdigit() else int(chinese_value(numeral) or 0)


def within(text: str, point: Point) -> list[tuple[int, int]]:
    """The sentences of a point."""
    return [(first, last) for first, last in sentences(text) if point.start <= first < point.end]


def is_free(report: Report, passage: str) -> bool:
    """Whether a passage holds no locked sentence."""
    return not any(sentence.strip() and sentence.strip() in passage for sentence in report.locked)


def unlocked(report: Report, text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The stretches of a passage between its locked sentences."""
    locked = [sentence.strip() for sentence in report.locked if sentence.strip()]
    places = sorted(
        (text.index(sentence, start, end), len(sentence))
        for sentence in locked
        if sentence in text[start:end]
    )
    for place, length in places:
        if place > start:
            yield start, place
        start = max(start, place + length)
    if start < end:
        yield start, end


def dropped(report: Report, section: str, own: Sequence[Point], wish: str) -> Reply:
    """The narrative without the points, or the sentence, that a wish names."""
    text = report.narrative(section)
    numbers = {value_of(match.group(1)) for match in POINT.finditer(wish)}
    if not numbers <= set(range(1, len(own) + 1)):
        return Reply(f"“{section}”里没有这一点，共{len(own)}点。")
    if asked := SENTENCE.search(wish):
        inside = within(text, own[min(numbers) - 1])[value_of(asked.group(1)) - 1 :][:1]
        if not inside or not is_free(report, text[slice(*inside[0])]):
            return Reply("没有这一句，或这一句已经锁定。")
        return edits_of(report, section, "已删去这一句", [(*inside[0], "")])
    if not all(is_free(report, own[number - 1].text) for number in numbers):
        return Reply("这一点里有锁定的句子，没有删去。")
    rest = [point for number, point in enumerate(own, 1) if number not in numbers]
    note = "；主要问题与改进措施要逐条对应，另一部分请相应调整" if section != "主要绩效" else ""
    return _reordered(report, section, rest, f"已删去，其余各点重新编号{note}")


def moved(report: Report, section: str, own: Sequence[Point], move: re.Match[str]) -> Reply:
    """The narrative with a point at another place."""
    number = value_of(move.group(1))
    goal = {"最前": 1, "最后": len(own)}.get(move.group(2) or "", value_of(move.group(3) or "0"))
    if not (0 < number <= len(own) and 0 < goal <= len(own)):
        return Reply(f"“{section}”里没有这一点，共{len(own)}点。")
    rest = [point for at, point in enumerate(own, 1) if at != number]
    place = goal - 1 if not move.group(4) else goal - (goal > number) - (move.group(4) == "前")
    rest.insert(place, own[number - 1])
    return _reordered(report, section, rest, "已调整次序，各点重新编号")


def _reordered(report: Report, section: str, chosen: Sequence[Point], said: str) -> Reply:
    """The narrative with just the points ``chosen``, in their order, numbered anew."""
    text = report.narrative(section)
    old = points(text)
    separator = "\n" if "\n" in text[old[0].start : old[-1].end].strip() else ""
    marked = []
    for number, point in enumerate(chosen, 1):
        body = MARK.sub("", point.text, count=1) if point.style else point.text
        marked.append(_MARKS.get(point.style, "").format(number, chinese_numeral(number)) + body)
    return edits_of(report, section, said, [(old[0].start, len(text.rstrip()), separator.join(marked))])


def shorter(report: Report, section: str, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, str]]:
    """The passages without their sentences that hold no number; the first of a passage stays."""
    numbers = [verdict.mention.start for verdict in bind(report) if verdict.field == section]
    text = report.narrative(section)
    for start, end in spans:
        inside = [(max(a, start), min(b, end)) for a, b in sentences(text) if a < end and b > start]
        kept = [text[a:b] for at, (a, b) in enumerate(inside) if not at or any(a <= n < b for n in numbers)]
        yield start, end, "".join(kept)


def in_unit(report: Report, section: str, unit: str) -> Iterator[tuple[int, int, str]]:
    """Proven amounts of money printed in another unit, where nothing is lost by it."""
    scale = Decimal(10000) if unit == "万元" else Decimal(1)
    for verdict in bind(report):
        mention = verdict.mention
        if verdict.field != section or mention.kind != "money" or verdict.status != "bound":
            continue
        base = mention.base_value
        if base is None or mention.unit == unit or mention.approx or mention.base_unit != "元":
            continue
        if (base / scale * 100) % 1 == 0:
            printed = rewrite(replace(mention, unit=unit, scale=scale, places=0, text=f"1{unit}"), base)
            yield mention.start, mention.end, printed


def edits_of(report: Report, section: str, said: str, changes: Any) -> Reply:
    """The changes that change anything, the last first, so that accepting one moves none of the others."""
    text = report.narrative(section)
    edits = [
        Edit(section, start, end, text[start:end], after)
        for start, end, after in changes
        if after != text[start:end]
    ]
    if not edits:
        return Reply("没有需要改的地方，原文未动。")
    return Reply(f"{said}，共{len(edits)}处，请逐处确认。", tuple(sorted(edits, key=lambda e: -e.start)))
