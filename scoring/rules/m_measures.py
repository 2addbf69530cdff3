"""M01–M06: problems and measures against each other, and measures against what a measure must say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from scoring.finding import Finding
from scoring.numbers.affinity import grams
from scoring.reading import Reading
from scoring.rules.base import rule
from scoring.texts import Point, points
from scoring.words import filler, pattern

_LEAST_SHARED = 2
_RESULT = re.compile(
    r"\d+(?:\.\d+)?\s*(?:[%％‰]|个百分点|成)|(?:不少于|不低于|不超过|不高于|达到?|至|控制在|完成|减少|增加|新增|补)[^，。；]{0,10}\d"
)
_SHOWN = 16
_HAN = re.compile("[\u4e00-\u9fff]")
_WEAK = frozenset(
    "的了和在对与及等不有为以于中大上下是这个将由把从到其并或尚仍未没能可应也年月日底前后全县市区局各项次名人家内外时期数工作问题加强提高完善开展进行落实推进措施情况制度管理建立一二三四五六七八九十两半"
)


def _measures(reading: Reading) -> tuple[Point, ...]:
    return points(reading.report.measures)


def _problems(reading: Reading) -> tuple[Point, ...]:
    text = reading.report.problems
    return () if pattern("no_problem").search(text.strip()) else points(text)


def _head(point: Point) -> str:
    """The first clause of a point, which stands for it."""
    return re.split("[，。；\\n]", point.text)[0]


def _short(point: Point) -> str:
    """The beginning of a point, for messages."""
    text = _head(point).lstrip('“"')
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _at(text: str, field: str, point: Point, message: str, advice: str) -> Finding:
    start = text.index(_head(point), point.start)
    return Finding(field, message, start, start + len(_head(point)), _head(point), advice=advice)


@rule("M01", "warning")
def counts_differ(reading: Reading) -> Iterator[Finding]:
    """主要问题与改进措施的条数不同，不能逐条对应。

    反例：问题两条措施三条
    正例：问题两条措施两条
    依据：改进措施应针对存在的问题，与问题同号。
    处理：补写缺少的问题或措施，使两者逐条对应。
    """
    problems, measures = _problems(reading), _measures(reading)
    if problems and measures and len(problems) != len(measures):
        message = f"主要问题有{len(problems)}条，改进措施有{len(measures)}条，不能逐条对应。"
        yield Finding("改进措施", message, advice="补写缺少的问题或措施，逐条对应")


@rule("M02", "warning")
def problem_without_measure(reading: Reading) -> Iterator[Finding]:
    """有的问题没有对应的改进措施。

    反例：2.应急演练次数不足，实战针对性不强。
    正例：2.应急演练次数不足，实战性不强。
    依据：每个问题都应有改进措施。
    处理：针对这个问题补写措施。
    """
    problems, measures = _problems(reading), _measures(reading)
    if not measures:
        return
    for point in _unanswered(problems, measures):
        message = f"问题「{_short(point)}」在改进措施里没有对应的措施。"
        yield _at(reading.report.problems, "主要问题", point, message, "针对这个问题补写措施")


@rule("M03", "warning")
def measure_without_problem(reading: Reading) -> Iterator[Finding]:
    """有的改进措施没有对应的问题。

    反例：2.修订车辆使用办法，严格公务用车审批。
    正例：2.针对案卷质量不高的问题，组织案卷评查。
    依据：改进措施应针对存在的问题。
    处理：在主要问题里写明所针对的问题，或删去这条措施。
    """
    problems, measures = _problems(reading), _measures(reading)
    if not problems:
        return
    for point in _unanswered(measures, problems):
        message = f"措施「{_short(point)}」在主要问题里没有对应的问题。"
        yield _at(reading.report.measures, "改进措施", point, message, "写明所针对的问题，或删去这条措施")


def _unanswered(own: Sequence[Point], others: Sequence[Point]) -> Iterator[Point]:
    """The points of ``own`` that share no two telling pairs of characters with any of ``others``.

    Where both have as many points, the one of the same number answers if it shares a single character.
    """
    spread = Counter(gram for point in (*own, *others) for gram in set(grams(point.text)))
    common = {gram for gram, count in spread.items() if count > 2 and 2 * count > len(own) + len(others)}
    told = [set(grams(point.text)) - filler() - common for point in others]
    for number, point in enumerate(own):
        telling = set(grams(point.text)) - filler() - common
        if any(len(telling & other) >= _LEAST_SHARED for other in told):
            continue
        twin = others[number].text if len(own) == len(others) else ""
        if not (_characters(point.text) & _characters(twin)):
            yield point


def _characters(text: str) -> set[str]:
    """The characters of a point that say what it is about."""
    return set(_HAN.findall(text)) - _WEAK


@rule("M04", "warning")
def measure_in_past_tense(reading: Reading) -> Iterator[Finding]:
    """改进措施写成了已经做过的工作。

    反例：今年以来，修订了车辆管理制度，明确了各岗位职责。
    正例：针对制度不完善的问题，由办公室于6月底前修订车辆管理制度。
    依据：改进措施是今后要做的，应写明做什么、谁来做、何时完成。
    处理：改写为今后的措施；已经做过的移到主要绩效。
    """
    for point in _measures(reading):
        past = pattern("past").search(point.text)
        if past and not pattern("future").search(point.text):
            start = reading.report.measures.index(past.group(), point.start)
            yield Finding(
                "改进措施",
                f"措施「{_short(point)}」写的是已经做过的工作（“{past.group()}”），没有写今后做什么。",
                start,
                start + len(past.group()),
                past.group(),
                advice="改写为今后的措施；已做的移到主要绩效",
            )


@rule("M05", "info")
def measure_not_checkable(reading: Reading) -> Iterator[Finding]:
    """改进措施缺责任人、时限、可衡量的结果中的两项以上。

    反例：1.进一步加强业务学习，提高案卷制作能力。
    正例：1.由综合科于4月底前编制文书样本，力争案卷评查合格率达到95%以上。
    依据：措施应有责任单位、完成时限和可检查的结果。
    处理：补写由谁负责、何时完成、达到什么结果。
    """
    for point in _measures(reading):
        lacks = [
            name
            for name, found in (
                ("责任人", pattern("owners").search(point.text)),
                ("时限", pattern("deadlines").search(point.text)),
                ("可衡量的结果", _RESULT.search(point.text)),
            )
            if not found
        ]
        if len(lacks) > 1:
            message = f"措施「{_short(point)}」没有写{'、'.join(lacks)}。"
            yield _at(
                reading.report.measures, "改进措施", point, message, "补写由谁负责、何时完成、达到什么结果"
            )


@rule("M06", "warning")
def no_problem_stated(reading: Reading) -> Iterator[Finding]:
    """主要问题写“无”，却有目标没有完成或指标扣分。

    反例：暂无
    正例：无
    依据：未完成的目标和扣分的指标应写明问题和原因。
    处理：把没有完成的目标和扣分的指标写进主要问题。
    """
    text = reading.report.problems
    if not text.strip() or not pattern("no_problem").search(text.strip()):
        return
    missed = [
        f"「{line.metric or line.target.subject}」没有完成"
        for line in reading.coverage
        if line.status == "missed"
    ]
    lost = [
        f"「{row.indicator.name}」扣分"
        for row in reading.scorecard.rows
        if row.weight and row.entered is not None and row.entered < row.weight and row.topic != "执行率"
    ]
    if missed or lost:
        told = "、".join((missed + lost)[:4])
        message = f"主要问题写的是“{text.strip()}”，但{told}{'等' if len(missed + lost) > 4 else ''}。"
        yield Finding("主要问题", message, 0, len(text), text, advice="把这些写进主要问题")


RULES = (
    counts_differ,
    problem_without_measure,
    measure_without_problem,
    measure_in_past_tense,
    measure_not_checkable,
    no_problem_stated,
)
