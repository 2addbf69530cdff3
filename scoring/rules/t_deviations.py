"""T09–T15: deviations that want a reason, and words that contradict what was reached."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from scoring.decimals import plain, rounded
from scoring.finding import Finding
from scoring.ledger import Coverage
from scoring.reading import Reading
from scoring.reasons import has_budget_reason, has_execution_reason, has_reason
from scoring.report import NARRATIVES, rate_text
from scoring.rules.base import rule
from scoring.texts import sentence_at, sentences
from scoring.words import pattern

_BUDGET_CHANGE = Decimal("0.3")
"""From this change against last year on a budget wants a reason (inclusive)."""
_LOW_RATE = Decimal("0.9")
"""The execution rate below which a reason is wanted where the scheme names none."""
_ALL = re.compile("[均都]|分别|全部")


def _percent(share: Decimal) -> str:
    """A share in % with one decimal: 1.53125 → 153.1%."""
    return f"{rounded(share * 100, 1):f}%"


def _told(line: Coverage) -> str:
    """Target and result in words: 目标 ≥800家次、完成 1225家次."""
    target = line.target
    goal = "" if target.goal is None else plain(target.goal)
    actual = "" if line.actual is None else plain(line.actual)
    return f"目标{target.comparator}{goal}{target.unit}、完成{actual}{target.unit}"


def _place(line: Coverage) -> Finding:
    """The finding's place: the number that reports the result, else the target."""
    text = "" if line.places else line.target.text
    if line.places:
        place = line.places[0]
        return Finding(place.field, "", place.start, place.end)
    if line.field.startswith("年度目标"):
        return Finding(line.field, "", 0, len(text), text)
    return Finding(line.field, "")


def _at(line: Coverage, message: str, advice: str, reading: Reading) -> Finding:
    place = _place(line)
    text = place.text
    if line.places and place.start is not None and place.end is not None:
        text = reading.report.narrative(place.field)[place.start : place.end]
    return Finding(place.field, message, place.start, place.end, text, metric=line.metric, advice=advice)


@rule("T09", "warning")
def missed_without_reason(reading: Reading) -> Iterator[Finding]:
    """目标没有完成，偏差原因和叙述里都没有说明原因。

    反例：全年开展应急演练5次。
    正例：受疫情防控影响，全年开展应急演练5次。
    依据：未完成绩效目标的应分析原因。
    处理：在偏差原因或主要问题里写明没有完成的原因。
    """
    for line in reading.coverage:
        if line.status == "missed" and not has_reason(reading.report, line):
            degree = f"，完成率{_percent(line.completion)}" if line.completion is not None else ""
            message = (
                f"「{line.metric or line.target.subject}」{_told(line)}{degree}，没有完成，也没有说明原因。"
            )
            yield _at(line, message, "在偏差原因或主要问题里写明没有完成的原因", reading)


@rule("T10", "warning")
def exceeded_without_reason(reading: Reading) -> Iterator[Finding]:
    """完成数超过目标的幅度达到方案的界限（缺省30%），没有说明原因。

    反例：全年检查企业1225家次。
    正例：因新增复工复产专项检查，全年检查企业1225家次。
    依据：完成值高于指标值较多的应分析原因，年初指标值明显偏低的应调减得分。
    处理：写明超额较多的原因；目标定得过低的，下年度调整目标。
    """
    rule_of = reading.scheme.over_completion
    if not rule_of.reason_required:
        return
    for line in reading.coverage:
        excess = line.excess
        target = line.target
        if target.value_to is not None or target.frequency > 1 or target.comparator in ("≤", "<"):
            continue
        if excess is None or not rule_of.is_passed(excess) or has_reason(reading.report, line):
            continue
        message = (
            f"「{line.metric or line.target.subject}」{_told(line)}，完成率{_percent(1 + excess)}，"
            f"超出{_percent(excess)}，达到{_percent(rule_of.threshold)}须说明的界限，没有说明原因。"
        )
        yield _at(line, message, "写明超额较多的原因；目标定得过低的，下年度调整目标", reading)


@rule("T11", "warning")
def low_execution_without_reason(reading: Reading) -> Iterator[Finding]:
    """预算执行率偏低，没有说明原因。

    反例：执行率85%而没有说明
    正例：执行率85%并说明尾款未到期
    依据：预算执行率低于90%的须说明原因（四川省项目支出绩效自评表等）。
    处理：在主要问题里写明结余的原因和处理办法。
    """
    rate, rule_of = reading.scorecard.execution_rate, reading.scheme.execution
    limit = rule_of.explain_below if rule_of and rule_of.explain_below is not None else _LOW_RATE
    if rate is not None and rate < limit and not has_execution_reason(reading.report):
        message = f"预算执行率{rate_text(rounded(rate, 4))}，低于{_percent(limit)}，没有说明原因。"
        yield Finding("预算执行率", message, advice="在主要问题里写明结余的原因")


@rule("T12", "warning")
def budget_change_without_reason(reading: Reading) -> Iterator[Finding]:
    """当年预算比上年增减达到30%，没有说明原因。

    反例：预算由70000元增加到211820元而没有说明
    正例：预算由70000元增加到91000元并说明新增任务
    依据：预算安排应有依据，较上年变化较大的应说明理由。
    处理：在主要绩效或备注里写明预算增减的原因。
    """
    report = reading.report
    if report.budget is None or report.last_year_budget is None or report.last_year_budget <= 0:
        return
    change = (report.budget - report.last_year_budget) / report.last_year_budget
    if abs(change) < _BUDGET_CHANGE or has_budget_reason(report):
        return
    recurring = "，又是经常性项目" if report.recurring.strip() == "是" else ""
    message = (
        f"当年预算{report.budget:f}元，上年{report.last_year_budget:f}元，"
        f"{'增加' if change > 0 else '减少'}{_percent(abs(change))}{recurring}，没有说明原因。"
    )
    yield Finding("当年预算数", message, advice="写明预算增减的原因")


@rule("T13", "error")
def met_word_beside_missed(reading: Reading) -> Iterator[Finding]:
    """文中说完成或超额完成目标，这项目标其实没有完成（或只是刚好完成而没有超额）。

    反例：开展应急演练5次，超额完成年度目标。
    正例：开展应急演练5次，未完成年度目标。
    依据：自评结论应与完成数一致。
    处理：改为“未完成年度目标”并说明原因，或核对完成数。
    """
    for field, word, start, lines in _claims(reading, "met"):
        wrong = next((line for line in lines if _belies_met(line, word)), None)
        if wrong is not None:
            state = "没有完成" if wrong.status == "missed" else "刚好完成，没有超额"
            yield _belied(wrong, state, field, word, start, "按完成情况改写，没有完成的说明原因")


def _belies_met(line: Coverage, word: str) -> bool:
    """Whether a target's result belies a word that says it was met or, with 超, exceeded."""
    if not word.startswith(("超", "均超")):
        return line.status == "missed"
    if line.target.comparator in ("≤", "<"):
        return False
    return line.status == "missed" or (line.status == "met" and line.target.comparator != "=")


def _belied(line: Coverage, state: str, field: str, word: str, start: int, advice: str) -> Finding:
    """The finding of a word that a target's result belies."""
    message = f"「{line.metric or line.target.subject}」{_told(line)}，{state}，文中却写“{word}”。"
    return Finding(field, message, start, start + len(word), word, metric=line.metric, advice=advice)


@rule("T14", "error")
def missed_word_beside_met(reading: Reading) -> Iterator[Finding]:
    """文中说没有完成目标，这项目标其实已经完成。

    反例：全年开展应急演练7次，未完成年度目标。
    正例：全年开展应急演练7次，完成年度目标。
    依据：自评结论应与完成数一致。
    处理：改为“完成年度目标”，或核对完成数。
    """
    for field, word, start, lines in _claims(reading, "missed"):
        wrong = next((line for line in lines if _belies_missed(line, word)), None)
        if wrong is not None:
            yield _belied(wrong, "已经完成", field, word, start, "按完成情况改写")


def _belies_missed(line: Coverage, word: str) -> bool:
    """Whether a target's result belies a word that says it was missed; 低于 a ceiling is well."""
    is_below = word.startswith(("低于", "少于", "不及"))
    return line.status in ("met", "exceeded") and not (is_below and line.target.comparator in ("≤", "<"))


def _claims(reading: Reading, kind: str) -> Iterator[tuple[str, str, int, list[Coverage]]]:
    """Words of a target met or missed, with the targets whose results stand beside them."""
    for label in NARRATIVES[:2]:
        text = reading.report.narrative(label)
        for match in pattern(kind).finditer(text):
            before, after = (
                text[max(0, match.start() - 8) : match.start()],
                text[match.end() : match.end() + 8],
            )
            if kind == "met" and re.search(
                "(?:未|没有|没|不能|未能|尚未|无法|离|距|为|以|如何|对照|按照|根据)$", before
            ):
                continue
            if after.startswith(("的", "率", "情况", "任务数", "值")) or re.match(
                "[^，。；]{0,4}(?:相比|差距)", after
            ):
                continue
            lines = _beside(reading, label, text, match)
            if lines:
                yield label, match.group(), match.start(), lines


def _beside(reading: Reading, label: str, text: str, match: re.Match[str]) -> list[Coverage]:
    """The targets a claim is about: all of its sentence after 均, else the nearest number's before it."""
    first, last = sentence_at(text, match.start())
    cut = text.rfind("；", first, match.start()) + 1
    inside = [
        (place, line)
        for line in reading.coverage
        if line.is_answered and line.is_certain
        for place in line.places
        if place.field == label and max(first, cut) <= place.start < last
    ]
    before = sorted(
        ((place.end, line) for place, line in inside if place.end <= match.start()), key=lambda x: x[0]
    )
    if before:
        if _ALL.search(text[max(first, match.start() - 3) : match.start()] + match.group()[:1]):
            return [line for _, line in before]
        nearest = before[-1]
        between = [
            verdict
            for verdict in reading.verdicts
            if verdict.field == label
            and nearest[0] <= verdict.mention.start < match.start()
            and verdict.mention.is_fact
            and verdict.metrics[:1] != (nearest[1].metric,)
        ]
        return [] if between else [nearest[1]]
    comma = text.find("，", match.end(), last)
    after = [line for place, line in inside if match.end() <= place.start < (comma if comma > 0 else last)]
    return after[:1]


@rule("T15", "error")
def all_met_claim(reading: Reading) -> Iterator[Finding]:
    """文中说各项目标全部完成，其实有目标没有完成。

    反例：各项年度目标全部完成。
    正例：除应急演练外，各项年度目标全部完成。
    依据：自评结论应与完成数一致。
    处理：改为“除……外”，或逐项写明完成情况。
    """
    missed = [line for line in reading.coverage if line.status == "missed" and line.is_certain]
    if not missed:
        return
    told = "；".join(f"「{line.metric or line.target.subject}」{_told(line)}" for line in missed[:3])
    for label in NARRATIVES:
        text = reading.report.narrative(label)
        for first, last in sentences(text):
            for match in pattern("all_met").finditer(text, first, last):
                if pattern("exceptions").search(text[first : match.start()]):
                    continue
                message = f"文中写“{match.group()}”，有{len(missed)}项没有完成：{told}。"
                yield Finding(
                    label,
                    message,
                    match.start(),
                    match.end(),
                    match.group(),
                    metric=missed[0].metric,
                    advice="改为“除……外”，或逐项写明完成情况",
                )


RULES = (
    missed_without_reason,
    exceeded_without_reason,
    low_execution_without_reason,
    budget_change_without_reason,
    met_word_beside_missed,
    missed_word_beside_met,
    all_met_claim,
)
