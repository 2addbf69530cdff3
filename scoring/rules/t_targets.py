"""T01–T08: each target against the metrics, indicators and narratives that should answer it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from scoring.answers import own_target
from scoring.decimals import plain
from scoring.finding import Finding
from scoring.ledger import Coverage
from scoring.numbers.affinity import grams
from scoring.reading import Reading
from scoring.rules.base import rule
from scoring.target import Target
from scoring.targets import read_targets
from scoring.texts import share
from scoring.words import filler, pattern

_MENTIONED = 500
_LONG = 4
_NO_HAN = re.compile("[^\u4e00-\u9fff]")
_LISTED = re.compile("([^，。；、和及与]{2,16}(?:[、和及与][^，。；、和及与]{2,12}?)+)(?:等|案件|事项|任务)")
_LEADING = re.compile(
    r"^(?:\d{1,2}[.、．]|[（(].[）)])?\s*(?:限时|按时|及时|全面|认真|积极|继续|重点)?"
    "(?:完成|办理|办结|开展|做好|落实|推进|加强|抓好|组织|提供|保障|对|与|按)"
)


def _lines(reading: Reading) -> Iterator[Coverage]:
    """The ledger's lines of 年度目标."""
    return (line for line in reading.coverage if line.field.startswith("年度目标"))


def _goal(target: Target) -> str:
    """A target's goal in words: 不少于12次/年."""
    word = {"≥": "不少于", "≤": "不超过", ">": "超过", "<": "低于"}.get(target.comparator, "")
    goal = target.goal
    assert goal is not None
    per_year = "（全年）" if target.frequency > 1 else ""
    return f"{word}{plain(goal)}{target.unit or ''}{per_year}"


def _span(line: Coverage, target: Target) -> tuple[int, int]:
    return 0, len(target.text)


@rule("T01", "error")
def target_not_reported(reading: Reading) -> Iterator[Finding]:
    """年度目标的完成情况没有报告：数据、指标和叙述里都没有它的完成数。

    反例：指导街镇开展企业标准化创建达标不少于300家
    正例：各类行政执法检查不少于800家次
    依据：自评价应逐项对照年度绩效目标报告完成情况。
    处理：在“数据”里录入完成数，并写进主要绩效；没有完成的，写进主要问题并说明原因。
    """
    for line in _lines(reading):
        if line.status == "unreported" and line.target.is_quantitative:
            yield Finding(
                line.field,
                f"目标「{line.target.subject}」{_goal(line.target)}，数据、指标和叙述里都没有完成数。",
                *_span(line, line.target),
                line.target.text,
                advice="录入完成数并写进主要绩效；没有完成的写进主要问题",
            )


@rule("T02", "warning")
def qualitative_target_not_reported(reading: Reading) -> Iterator[Finding]:
    """定性的年度目标在主要绩效里没有说到。

    反例：提高执法人员信息化执法水平和效能
    正例：推进文化站阵地建设
    依据：自评价应逐项对照年度绩效目标报告完成情况。
    处理：在主要绩效里写明做了什么、效果如何。
    """
    for line in _lines(reading):
        if line.status == "unreported" and not line.target.is_quantitative:
            yield Finding(
                line.field,
                f"目标「{line.target.text.strip('。')}」在主要绩效里没有说到。",
                *_span(line, line.target),
                line.target.text,
                advice="在主要绩效里写明做了什么、效果如何",
            )


@rule("T03", "warning")
def target_with_other_measure(reading: Reading) -> Iterator[Finding]:
    """目标用的是一个比率，报告的却是另一个比率。

    反例：信访举报案件结案率100%
    正例：信访举报案件按期办结率100%
    依据：完成值应与指标值口径一致。
    处理：按目标的口径报告完成值；口径有变的，说明原因。
    """
    for line in _lines(reading):
        if line.status == "other-measure" and line.actual is not None and line.target.base_unit == "%":
            yield Finding(
                line.field,
                f"目标是「{line.target.subject}」{_goal(line.target)}，报告的却是"
                f"「{line.metric}」{plain(line.actual)}{line.target.unit}，口径不同。",
                *_span(line, line.target),
                line.target.text,
                metric=line.metric,
                advice="按目标的口径报告完成值；口径有变的，说明原因",
            )


@rule("T04", "warning")
def target_partly_reported(reading: Reading) -> Iterator[Finding]:
    """目标列举了几个事项，有的在数据和叙述里没有说到。

    反例：完成区大联动转办、信访举报等案件的查办，结案率100%
    正例：开展粉尘涉爆、有限空间等专项检查不少于5次
    依据：目标所列的事项应逐项报告。
    处理：补写没有说到的事项，或说明与其他事项合并统计。
    """
    report = reading.report
    names = (f"{metric.name}{''.join(metric.aliases)}" for metric in report.metrics)
    told = dict.fromkeys(grams("".join([report.achievements, report.problems, *names])), 1)
    for line in _lines(reading):
        match = _LISTED.search(line.target.text)
        if line.status == "unreported" or match is None:
            continue
        items = [(_LEADING.sub("", item), item) for item in re.split("[、和及与]", match.group(1))]
        absent = [(bare, item) for bare, item in items if share(bare, told) < _MENTIONED]
        if not absent or len(absent) == len(items):
            continue
        for bare, item in absent:
            start = match.start(1) + match.group(1).index(item) + len(item) - len(bare)
            yield Finding(
                line.field,
                f"目标所列的「{bare}」在数据和叙述里都没有说到。",
                start,
                start + len(bare),
                bare,
                advice="补写这一事项的完成情况，或说明与其他事项合并统计",
            )


@rule("T05", "warning")
def result_not_in_narrative(reading: Reading) -> Iterator[Finding]:
    """年度目标的完成数录在数据里，三段叙述却没有写。

    反例：全年检查企业不少于1000家次
    正例：应急演练不少于6次
    依据：主要绩效应逐项对照年度目标报告完成情况。
    处理：把完成数写进主要绩效；没有完成的写进主要问题。
    """
    if not reading.report.achievements.strip():
        return
    for line in reading.coverage:
        is_told = line.field.startswith("指标") or any(place.field != "改进措施" for place in line.places)
        if line.is_answered and not is_told and line.metric is not None and line.actual is not None:
            yield Finding(
                line.field,
                f"目标「{line.target.subject}」{_goal(line.target)}，「{line.metric}」为"
                f"{plain(line.actual)}{line.target.unit}，三段叙述里都没有写。",
                *_span(line, line.target),
                line.target.text,
                metric=line.metric,
                advice="把完成数写进主要绩效；没有完成的写进主要问题",
            )


@rule("T06", "warning")
def target_without_indicator(reading: Reading) -> Iterator[Finding]:
    """年度目标在指标表里没有对应的指标。

    反例：召开执法人员双周工作会议
    正例：业务培训每月1次
    依据：绩效指标应由年度目标分解而来，目标与指标应当对应。
    处理：增设对应的指标，或说明由哪个指标反映。
    """
    rows = [row for row in reading.report.indicators if row.name.strip()]
    if not rows:
        return
    names = {row.name: frozenset(grams(row.name)) - filler() for row in rows}
    explained = "\n".join(row.explanation for row in rows)
    for line in _lines(reading):
        subject = line.target.subject or line.target.text
        matters = [_matter(line), *([line.metric] if line.metric and line.is_answered else [])]
        if any(_is_of(name, pairs, matter) for matter in matters for name, pairs in names.items()):
            continue
        if not any(len(matter) > _LONG and matter in explained for matter in matters):
            yield Finding(
                line.field,
                f"目标「{subject}」在{len(rows)}行指标里没有对应的指标。",
                *_span(line, line.target),
                line.target.text,
                advice="增设对应的指标，或说明由哪个指标反映",
            )


def _matter(line: Coverage) -> str:
    """What a target is about: its own clause and, where the line sets one target only, what leads up to it."""
    subject, text = line.target.subject, line.target.text
    if not subject or len(read_targets(text)) > 1:
        return subject or text
    clauses = re.split("[，；。]", text)
    own = max(range(len(clauses)), key=lambda index: share(subject, grams(clauses[index])))
    return "，".join([*clauses[:own], subject])


def _is_of(indicator: str, pairs: frozenset[str], matter: str) -> bool:
    """Whether an indicator (with its telling pairs of characters) is of the matter.

    Words of four characters in all stand in both, or the head word and one character more.
    """
    shared = pairs.intersection(grams(matter))
    if not shared:
        return False
    if len(shared) > 1 and sum(map(len, set(_shared(matter, indicator)))) >= _LONG:
        return True
    head = _NO_HAN.sub("", matter)[-2:]
    if len(head) < 2 or head not in indicator:
        return False
    return bool(set(matter) & set(indicator) - _weak() - set(head))


@cache
def _weak() -> frozenset[str]:
    """Characters that say nothing of what a target is about."""
    return frozenset("".join(filler())) | frozenset("、，的和及与")


def _shared(matter: str, indicator: str) -> list[str]:
    """The longest pieces of ``matter``, of two characters and more, that stand in ``indicator``."""
    found, start = [], 0
    while start < len(matter) - 1:
        end = start
        while end < len(matter) and matter[start : end + 1] in indicator:
            end += 1
        piece = matter[start:end]
        if end - start >= 2 and piece not in filler():
            found.append(piece)
        start = max(end, start + 1)
    return found


@rule("T07", "warning")
def project_object_not_mentioned(reading: Reading) -> Iterator[Finding]:
    """项目名称里写明的内容，在叙述、数据和指标里都没有说到。

    反例：安全生产执法经费及检查装备
    正例：执法检查与应急演练项目
    依据：自评价应覆盖项目预算安排的全部内容。
    处理：补写这部分的实施情况和支出，并设置指标。
    """
    report = reading.report
    told = "".join(
        [
            report.achievements,
            report.problems,
            *report.targets,
            *(f"{row.name}{row.explanation}" for row in report.indicators),
            *(metric.name for metric in report.metrics),
        ]
    )
    for match in pattern("project_objects").finditer(report.project):
        if told and match.group() not in told:
            yield Finding(
                "项目名称",
                f"项目名称里有“{match.group()}”，叙述、数据、目标和指标里都没有说到。",
                match.start(),
                match.end(),
                match.group(),
                advice="补写这部分的实施情况和支出，并设置指标",
            )


@rule("T08", "warning")
def target_unit_differs(reading: Reading) -> Iterator[Finding]:
    """目标与完成数的计量单位不一致，或数据里的目标与年度目标不一致。

    反例：检查企业不少于800家
    正例：检查企业不少于800家次
    依据：指标值与完成值的计量单位应当一致。
    处理：统一单位；目标有调整的，两处同时改。
    """
    own = {metric.name: metric for metric in reading.report.metrics}
    for line in _lines(reading):
        metric, target = own.get(line.metric or ""), line.target
        if metric is None:
            continue
        entered = own_target(metric.target, metric.unit)
        message = ""
        if line.status == "other-measure" and target.base_unit != "%":
            message = f"目标的单位是“{target.unit}”，「{line.metric}」的单位是“{line.unit}”，不一致。"
        elif line.is_answered and entered.base_unit == target.base_unit and _differ(entered, target):
            message = (
                f"年度目标是{_goal(target)}，数据「{line.metric}」里的目标是「{metric.target}」，不一致。"
            )
        if message:
            advice = "统一单位；目标有调整的，两处同时改"
            yield Finding(
                line.field, message, *_span(line, target), target.text, metric=line.metric, advice=advice
            )


def _differ(entered: Target, target: Target) -> bool:
    """Whether two targets in the same base unit ask for different numbers."""
    if entered.goal is None or target.goal is None:
        return False
    return entered.goal * entered.scale != target.goal * target.scale


RULES = (
    target_not_reported,
    qualitative_target_not_reported,
    target_with_other_measure,
    target_partly_reported,
    result_not_in_narrative,
    target_without_indicator,
    project_object_not_mentioned,
    target_unit_differs,
)
