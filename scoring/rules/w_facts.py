"""W09–W13: statements that hold a number too many or a number too few."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache

from scoring.decimals import plain, rounded
from scoring.finding import Finding
from scoring.numbers.mention import Mention, Verdict
from scoring.reading import Reading
from scoring.report import Metric
from scoring.rules.base import rule
from scoring.texts import sentences
from scoring.words import words

_FIELD = "主要绩效"
_CASE_UNITS = frozenset("起件宗")
_PEOPLE = frozenset(("人次", "人", "名", "名次"))
_PLACES = frozenset(("家", "家次", "户", "户次", "处", "所", "座", "站"))
_OFFICERS = re.compile("执法|检查|巡查|督查|抽查|稽查")
_SENT_OUT = re.compile(
    r"(?:出动|派出|投入|出动了)[^，。；\d]{0,8}$|(?:执法人员|检查人员|监督员|执法队员)[^，。；\d]{0,4}$"
)
_LEAST_OFFICERS = 2
_RECEIVED = re.compile("受理|收到|接到|接报|转交|转办|交办|转来|移交|举报|投诉|信访")
_HANDLED = re.compile("责令|处罚|查处|立案|移送|属实|取缔|约谈|警告|整改处理")
_CLOSED = re.compile(
    "办结(?!率)|全部|均已|已处理|处理完毕|其余|回复(?!率)|调解|不属实|不予|撤诉|正在办理|尚在办理|整改完成"
)


def _sentences(reading: Reading) -> Iterator[tuple[int, int, list[Verdict]]]:
    """The sentences of 主要绩效 with the numbers in them."""
    text = reading.report.achievements
    own = [verdict for verdict in reading.verdicts if verdict.field == _FIELD]
    for first, last in sentences(text):
        yield first, last, [verdict for verdict in own if first <= verdict.mention.start < last]


def _finding(mention: Mention, message: str, advice: str, metric: str | None = None) -> Finding:
    return Finding(_FIELD, message, mention.start, mention.end, mention.text, metric=metric, advice=advice)


@rule("W09", "warning")
def case_units_mixed(reading: Reading) -> Iterator[Finding]:
    """总数与“其中”的分项用了不同的量词，像是同一类事混用“起”“件”。

    反例：立案调查24起，其中一般程序案件22件、简易程序案件2件。
    正例：立案调查24起，其中一般程序案件22起、简易程序案件2起。
    依据：同一指标应使用同一计量单位。
    处理：统一量词，如都用“起”。
    """
    text = reading.report.achievements
    for _, last, verdicts in _sentences(reading):
        cases = [v.mention for v in verdicts if v.mention.unit in _CASE_UNITS and v.mention.is_fact]
        for index, whole in enumerate(cases):
            stop = text.find("其中", whole.end, last)
            parts = [case for case in cases[index + 1 :] if stop >= 0 and case.start > stop]
            other = next((part for part in parts if part.unit != whole.unit), None)
            if other is not None:
                told = "、".join(f"{part.text}" for part in parts)
                message = f"总数用“{whole.unit}”（{whole.text}），其中的分项用“{other.unit}”（{told}），量词不一致。"
                yield _finding(other, message, f"统一为“{whole.unit}”或“{other.unit}”")
                break


@rule("W10", "warning")
def too_few_officers(reading: Reading) -> Iterator[Finding]:
    """执法检查出动的人次与检查的家数之比少于每家2人。

    反例：对28家重点企业开展联合执法检查，出动执法人员18人次。
    正例：对28家重点企业开展联合执法检查，出动执法人员56人次。
    依据：行政处罚法：执法人员不得少于两人。
    处理：核对人次和家数；按批次统计人次的，写明口径。
    """
    text = reading.report.achievements
    for first, last, verdicts in _sentences(reading):
        if not _OFFICERS.search(text, first, last):
            continue
        facts = [verdict.mention for verdict in verdicts if verdict.mention.is_fact and verdict.mention.value]
        people = [m for m in facts if m.unit in _PEOPLE and _SENT_OUT.search(text[first : m.start])]
        places = [m for m in facts if m.unit in _PLACES]
        if not people or not places:
            continue
        staff, most = people[0], min(places, key=lambda place: abs(place.start - people[0].start))
        assert staff.base_value is not None
        assert most.base_value is not None
        ratio = staff.base_value / most.base_value
        if ratio < _LEAST_OFFICERS:
            least = plain(most.base_value * _LEAST_OFFICERS)
            message = (
                f"{staff.text} ÷ {most.text} = {rounded(ratio, 2):f}，每家不到{_LEAST_OFFICERS}人，"
                f"按每家{_LEAST_OFFICERS}人应不少于{least}{staff.unit}。"
            )
            yield _finding(staff, message, "核对人次和家数；按批次统计人次的，写明口径")


@rule("W11", "warning")
def cases_unaccounted(reading: Reading) -> Iterator[Finding]:
    """受理的案件只说明了一部分的处理结果，其余的去向没有说明。

    反例：全年受理信访举报案件32起，责令整改6起。
    正例：全年受理信访举报案件32起，责令整改6起，其余26起经查不属实。
    依据：总数与各项处理结果应能对上。
    处理：写明其余各件的处理结果。
    """
    text = reading.report.achievements
    for first, last, verdicts in _sentences(reading):
        cases = [v.mention for v in verdicts if v.mention.unit in _CASE_UNITS and v.mention.is_fact]
        received = next((case for case in cases if _before(text, first, case, _RECEIVED)), None)
        if received is None or received.value is None or _CLOSED.search(text, received.end, last):
            continue
        later = [
            case
            for case in cases
            if case.start > received.end and _before(text, received.end, case, _HANDLED)
        ]
        told = _told(text, received, later)
        rest = received.value - sum(told, Decimal(0))
        if told and rest > 0:
            listed = " + ".join(plain(value) for value in told)
            message = (
                f"{received.text}中只说明了{listed}{received.unit}的处理结果，"
                f"其余{plain(rest)}{received.unit}没有说明。"
            )
            yield _finding(received, message, "写明其余各件的处理结果")


def _before(text: str, first: int, case: Mention, words_of: re.Pattern[str]) -> bool:
    """Whether the clause before a number, or the noun right after it, holds one of the words."""
    start = max(first, max(text.rfind(mark, first, case.start) for mark in "，；。") + 1)
    return bool(words_of.search(text, start, case.start) or words_of.match(text, case.end))


def _told(text: str, received: Mention, later: Sequence[Mention]) -> list[Decimal]:
    """The numbers handled, without those that 其中 or 对 counts among the ones before."""
    told: list[Decimal] = []
    for case in later:
        clause = max(text.rfind(mark, received.end, case.start) for mark in "，；。") + 1
        if case.value is not None and not (told and "其中" in text[max(clause, received.end) : case.start]):
            told.append(case.value)
    return told


@rule("W12", "warning")
def claim_without_data(reading: Reading) -> Iterator[Finding]:
    """断言没有数据支撑，如全覆盖、零事故、确保不发生、显著提升。

    反例：对社区人员做到体温监测全覆盖。
    正例：对66家重点企业检查66家，实现检查全覆盖。
    依据：绩效陈述应有数据支撑，结论不能只是断言。
    处理：在“数据”里录入支撑的数并写进这一句，或删去断言。
    """
    text = reading.report.achievements
    names = "\n".join(
        f"{m.name} {' '.join(m.aliases)}" for m in reading.report.metrics if m.value is not None
    )
    for first, last, verdicts in _sentences(reading):
        for claim, metric in _claims():
            for match in claim.finditer(text, first, last):
                clause = max(first, max(text.rfind(mark, first, match.start()) for mark in "，；") + 1)
                beside = any(
                    clause - 40 <= v.mention.start < match.end() + 20 and v.mention.is_fact for v in verdicts
                )
                known = bool(metric and set(_words_in(metric, match.group())) & set(_words_in(metric, names)))
                if not beside and not known:
                    yield Finding(
                        _FIELD,
                        f"“{match.group()}”没有数据支撑。",
                        match.start(),
                        match.end(),
                        match.group(),
                        advice="录入支撑的数并写进这一句，或删去",
                    )


@cache
def _claims() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(entry["claim"]), entry["metric"]) for entry in words()["claims"])


def _words_in(metric: str, text: str) -> list[str]:
    return [word for word in metric.split("|") if word in text]


@rule("W13", "info")
def rate_without_parts(reading: Reading) -> Iterator[Finding]:
    """整改率、办结率一类的比率没有给出办了多少、应办多少。

    反例：排查隐患1004项，隐患整改率100%。
    正例：排查隐患1004项，已整改1004项，隐患整改率100%。
    依据：比率应能由分子和分母复算。
    处理：写明已办数和应办数，并录入“数据”。
    """
    text = reading.report.achievements
    metrics = reading.report.metrics
    values = {metric.name: metric.value for metric in metrics}
    lacking: dict[str, Mention] = {}
    for first, last, verdicts in _sentences(reading):
        for verdict in verdicts:
            mention = verdict.mention
            for name in verdict.metrics if verdict.status == "bound" and mention.kind == "percent" else ():
                is_value = mention.value is not None and values.get(name) == mention.value
                if not is_value or not name.endswith(tuple(words()["handled"])):
                    continue
                if not _has_parts(name, mention, metrics, text[first:last]):
                    lacking.setdefault(name, mention)
    if lacking:
        told = "、".join(f"「{name}」{mention.text}" for name, mention in lacking.items())
        message = f"{told}没有给出已办数和应办数，无法复算。"
        yield _finding(next(iter(lacking.values())), message, "写明已办数和应办数，并录入“数据”")


def _has_parts(name: str, mention: Mention, metrics: Sequence[Metric], sentence: str) -> bool:
    """Whether the report has two numbers whose ratio is the rate, named after what the rate is of."""
    matter = name.rstrip("率")[-2:]
    counts = [metric for metric in metrics if metric.value and metric.unit != "%"]
    handled = [m for m in counts if matter in m.name or any(matter in alias for alias in m.aliases)]
    is_told = any(
        rounded(part.value / whole.value * 100, mention.places) == mention.value
        for part in handled
        for whole in counts
        if whole is not part and whole.unit == part.unit and part.value and whole.value
    )
    return is_told or bool(re.search(rf"(?:已|完成)?{matter}(?:了)?\d", sentence))


RULES = (
    case_units_mixed,
    too_few_officers,
    cases_unaccounted,
    claim_without_data,
    rate_without_parts,
)
