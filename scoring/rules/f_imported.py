"""F12–F14: what only the raw form shows, told by the importer's notes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from scoring.decimals import plain
from scoring.finding import Finding
from scoring.reading import Reading
from scoring.rules.base import rule
from scoring.rules.notes import notes_of

_BAND = re.compile(
    r"(\d{1,3}(?:\.\d+)?)\s*分?\s*([（(]不?含[）)])?\s*(?:[-—–~～至]|以上至)\s*(\d{1,3}(?:\.\d+)?)\s*分?\s*([（(]不?含[）)])?"
    r"\s*(?:分)?\s*[为是:：]?\s*[“\"]?([\u4e00-\u9fff]{1,3})"
)


@rule("F12", "warning")
def layout_uncertain(reading: Reading) -> Iterator[Finding]:
    """原表有跨页断行、标签错位或缺列，导入的内容须人工确认。

    反例：跨页断行
    正例：版面完整
    依据：合并单元格的标签跨页后会错位，行列可能读错。
    处理：对照原表逐行核对一级指标、名称、解释和分值。
    """
    for note in notes_of(reading.report, "layout"):
        yield Finding(note.place, f"原表{note.kind}：{note.text}。", advice="对照原表核对这些行")


@dataclass(frozen=True, slots=True)
class _LegendBand:
    low: Decimal
    low_mark: str
    high: Decimal
    high_mark: str
    label: str
    text: str


@rule("F13", "warning")
def legend_overlaps(reading: Reading) -> Iterator[Finding]:
    """等级说明的各档有重叠或空档，临界分数归属不明。

    反例：60分既属合格又属不合格
    正例：各档首尾相接且写明含与不含
    依据：每个合计分只能对应一个等级。
    处理：向制表单位核实临界分数归哪一档；各档写明“含”与“不含”。
    """
    for note in notes_of(reading.report, "legend"):
        bands = sorted(_bands(note.text), key=lambda band: band.low)
        problems = [problem for lower, upper in pairwise(bands) if (problem := _clash(lower, upper))]
        unmarked = [plain(band.high) for band in bands[:-1] if not band.high_mark]
        if problems:
            tail = f"；{'、'.join(unmarked)}分作为上端都没有写明不含" if len(unmarked) > 1 else ""
            yield Finding(
                note.place, f"等级说明{'；'.join(problems)}{tail}。", advice="各档写明“含”与“不含”，首尾相接"
            )


def _bands(text: str) -> Iterator[_LegendBand]:
    for match in _BAND.finditer(text):
        low, low_mark, high, high_mark, label = match.groups()
        first, last = sorted(
            [(Decimal(low), low_mark or ""), (Decimal(high), high_mark or "")], key=lambda end: end[0]
        )
        yield _LegendBand(*first, *last, label, match.group().strip())


def _clash(lower: _LegendBand, upper: _LegendBand) -> str:
    """What is wrong between two neighbouring bands, or an empty text."""
    edge = plain(upper.low)
    if lower.high > upper.low:
        return f"「{lower.text}」与「{upper.text}」在{edge}至{plain(lower.high)}分之间重叠"
    if lower.high < upper.low:
        middle = plain((lower.high + upper.low) / 2)
        return f"「{lower.text}」与「{upper.text}」之间有空档，如{middle}分没有归属"
    closed_below = "不含" not in lower.high_mark and (bool(lower.high_mark) or not lower.low_mark)
    if closed_below and "不含" not in upper.low_mark:
        return f"「{lower.text}」与「{upper.text}」在{edge}分重叠"
    return ""


@rule("F14", "info")
def title_without_year(reading: Reading) -> Iterator[Finding]:
    """表的抬头没有写年度。

    反例：抬头没有年度
    正例：抬头写明年度
    依据：自评价表的抬头应写明评价年度。
    处理：核对“年度”一栏；导出的表会在抬头写上年度。
    """
    for note in notes_of(reading.report, "title"):
        yield Finding("年度", f"{note.text}。", advice="核对年度是否正确")


RULES = (layout_uncertain, legend_overlaps, title_without_year)
