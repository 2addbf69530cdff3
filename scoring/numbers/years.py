"""Judges the years of a narrative: one that cannot be the report's is last year's text left standing."""

from __future__ import annotations

import re

from scoring.numbers.mention import Mention, Verdict
from scoring.numbers.numerals import chinese_value
from scoring.numbers.vocabulary import as_read, year_cues

_YEAR = re.compile(r"(?:19|20)\d{2}|[一二][零〇九][零〇一二三四五六七八九]{2}")
_CUT_OFF = re.compile(r"(?:截至|截止|截止到|截至到|至|到)\s*$")
# 2021年12月批复的方案
_SIGNED = re.compile("[\u4e00-\u9fff]{0,4}(?:批复|签订|立项|下达|审定)")
# 《2023年食品安全监督抽检计划》 is of one year; 《…行动计划（2021—2025年）》 and 《…标准（2019年版）》 are not.
_OF_ONE_YEAR = re.compile(
    r"^《[^》（(]*?(?<![\d—~～至-])(20\d{2})年(?!版|修订|修正|以|至|-|—|－|~|～)(?:度?[^》（(]*(?:计划|方案|要点|安排|任务|实事)|度[^》（(]*自评)"
)
_WINDOW = 14


def judge_date(field: str, mention: Mention, text: str, year: int, tells_last_year: bool) -> Verdict:
    """Exempt, or ``contradicts`` for a year that the words round it do not explain.

    Args:
        field: label of the narrative.
        mention: a date, an ordinal or a reference; of references the titles of one year's plans are judged.
        text: the narrative.
        year: the report's 年度.
        tells_last_year: whether last year's value of a metric stands right behind it.
    """
    years = _years(mention)
    is_other = field == "改进措施" and max(years, default=0) > year
    is_other = is_other or (tells_last_year and years == [year - 1])
    if years and not is_other and not _explained(mention, text, years, year):
        named = next(y for y in years if y != year)
        return Verdict(
            field,
            mention,
            "contradicts",
            ("年度",),
            mention.text.replace(str(named), str(year)),
            reason=f"本报告年度为{year}年，文中写{mention.text}，可能是旧稿遗留",
        )
    return Verdict(field, mention, "exempt", reason=_REASONS[mention.kind])


_REASONS = {
    "date": "日期",
    "ordinal": "序号",
    "reference": "文号或名称",
}


def _years(mention: Mention) -> list[int]:
    if mention.kind != "date":
        title = _OF_ONE_YEAR.match(as_read(mention.text))
        return [int(title[1])] if title else []
    found = []
    for match in _YEAR.finditer(as_read(mention.text)):
        digits = match.group()
        value = int(digits) if digits.isdigit() else int(chinese_value(digits) or 0)
        found.append(value)
    return found


def _explained(mention: Mention, text: str, years: list[int], year: int) -> bool:
    if year in years or len(years) > 1:
        return True
    before = text[max(0, mention.start - _WINDOW) : mention.start]
    after = text[mention.end : mention.end + _WINDOW]
    year_before, year_after, future = year_cues()
    if mention.kind == "date" and (_CUT_OFF.search(before) or year_before.search(before)):
        return True
    if "月" in mention.text and _SIGNED.match(after):
        return True
    if years[0] > year and future.search(before + after):
        return True
    return bool(year_after.match(mention.text[-1:].strip("年月日度") + after))
