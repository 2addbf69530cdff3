"""S15–S19: scores against what the narratives say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from scoring.decimals import plain
from scoring.finding import Finding
from scoring.numbers.affinity import grams
from scoring.reading import Reading
from scoring.row_score import RowScore
from scoring.rules.base import rule
from scoring.texts import points, sentence_at, share
from scoring.words import pattern

_FEW_ROWS = 5
_NAMED = 400
_SUBJECT = re.compile("绩效|自评|项目|得分|总分|合计分")


def _scored_rows(reading: Reading) -> list[RowScore]:
    """The rows that carry a weight and a self score."""
    return [row for row in reading.scorecard.rows if row.weight and row.entered is not None]


def _states_problems(text: str) -> bool:
    return bool(text.strip()) and not pattern("no_problem").search(text.strip())


@rule("S15", "warning")
def all_full_marks(reading: Reading) -> Iterator[Finding]:
    """所有计分指标全部自评满分，得分畸高。

    反例：五个指标全部满分
    正例：四个指标中有一个没有满分
    依据：自评得分畸高、区分度不足是财政复核的重点。
    处理：对照完成情况逐项复核，没有完成或有问题的指标应当扣分。
    """
    rows = _scored_rows(reading)
    if reading.scheme.is_scored and len(rows) >= _FEW_ROWS and all(row.entered == row.weight for row in rows):
        total = sum((row.weight or Decimal(0) for row in rows), Decimal(0))
        message = (
            f"{len(rows)}个计分行全部自评满分，合计{plain(total)}/{plain(reading.scheme.total)}，得分偏高。"
        )
        yield Finding("指标", message, advice="逐项复核，没有完成或有问题的指标应当扣分")


@rule("S16", "warning")
def full_marks_beside_problems(reading: Reading) -> Iterator[Finding]:
    """合计是满分，主要问题却写了问题。

    反例：合计满分而问题两条
    正例：合计98分而问题两条
    依据：满分与存在问题并存，评价结论前后矛盾。
    处理：与问题对应的指标应当扣分；或说明问题与本项目绩效无关。
    """
    report, total = reading.report, reading.scorecard.total
    if total is None or total != reading.scheme.total or not _states_problems(report.problems):
        return
    found = points(report.problems)
    message = f"合计{plain(total)}分是满分，主要问题却写了{len(found)}条，没有一条反映在得分里。"
    yield Finding("主要问题", message, advice="与问题对应的指标应当扣分，或说明问题与本项目绩效无关")


@rule("S17", "warning")
def lost_point_not_explained(reading: Reading) -> Iterator[Finding]:
    """指标扣了分，主要问题和偏差原因都没有说到。

    反例：演练扣了0.67分而问题没有说到
    正例：演练扣了分，问题里也写了
    依据：扣分、问题、措施应当对应。
    处理：在主要问题里写明没有得满分的原因，或填写偏差原因。
    """
    problems = reading.report.problems
    for row in _scored_rows(reading):
        indicator = row.indicator
        if row.entered is None or row.weight is None or row.entered >= row.weight:
            continue
        if row.topic == "执行率" and row.entered == row.computed:
            continue  # lost by the formula; a low rate must be explained anyway
        if indicator.deviation_reason.strip() or pattern("reasons").search(indicator.note):
            continue
        if not any(share(indicator.name, grams(point.text)) >= _NAMED for point in points(problems)):
            message = (
                f"「{indicator.name}」自评{plain(row.entered)}分，扣了{plain(row.weight - row.entered)}分，"
                "主要问题里没有说到。"
            )
            yield Finding(row.place("自评分"), message, advice="在主要问题里写明原因，或填写偏差原因")


@rule("S18", "error")
def grade_word_contradicts_grade(reading: Reading) -> Iterator[Finding]:
    """文中写的绩效等级与按合计分算出的等级不符。

    反例：项目自评得分97分，评定为良好。
    正例：该企业安全生产标准化评定为良好。
    依据：评分与评级应当相符。
    处理：改为合计分对应的等级。
    """
    grades = {word: band.label for band in reading.scheme.grades for word in (band.label, *band.aliases)}
    computed = reading.scorecard.grade
    grade = computed or grades.get(reading.report.grade.strip())
    if grade is None:
        return
    total = plain(reading.scorecard.total or Decimal(0))
    truth = f"合计{total}分应为「{grade}」" if computed else f"表中填的是「{grade}」"
    words = "|".join(sorted(map(re.escape, grades), key=len, reverse=True))
    stated = re.compile(
        f"(?:{pattern('grade_before').pattern})({words})(?![\u4e00-\u9fff]*(?:率|企业|单位|案卷))"
    )
    for placed in reading.texts:
        for match in stated.finditer(placed.text) if any(map(placed.text.__contains__, grades)) else ():
            word = match.group(1)
            if grades[word] == grade or not _is_this_report(placed.text, match):
                continue
            message = f"文中写绩效等级「{word}」，{truth}。"
            yield Finding(
                placed.field,
                message,
                match.start(1),
                match.end(1),
                word,
                expected=grade,
                advice=f"改为「{grade}」",
            )


def _is_this_report(text: str, match: re.Match[str]) -> bool:
    """Whether the grade is said of this project's assessment: not of last year, a plan, or somebody else."""
    first, _ = sentence_at(text, match.start())
    sentence = text[first : match.end()]
    clause = re.split("[，；,;]", sentence)[-1]
    if pattern("grade_not").search(clause.replace("项目", "")):
        return False
    return bool(_SUBJECT.search(sentence))


@rule("S19", "warning")
def fixed_indicator_changed(reading: Reading) -> Iterator[Finding]:
    """方案规定的固定指标缺了，或权重被改动。

    反例：预算执行率的权重改成10分
    正例：固定指标的权重都与方案相同
    依据：方案的“固定指标”；如闵行表只允许自行增加产出、效果、影响力指标。
    处理：恢复方案规定的指标和权重。
    """
    fixed = reading.scheme.fixed_indicators
    weights = {row.indicator.name.strip(): row for row in reading.scorecard.rows}
    if not fixed or not any(name in weights for name in fixed):
        return
    missing = [f"「{name}」（{plain(weight)}分）" for name, weight in fixed.items() if name not in weights]
    if missing:
        yield Finding("指标", f"缺少方案规定的指标{'、'.join(missing)}。", advice="补上方案规定的指标")
    for name, weight in fixed.items():
        row = weights.get(name)
        if row is not None and row.weight != weight:
            entered = "空" if row.weight is None else f"{plain(row.weight)}分"
            message = f"「{name}」的权重方案规定为{plain(weight)}分，填的是{entered}。"
            yield Finding(row.place("权重"), message, expected=plain(weight), advice="恢复方案规定的权重")


RULES = (
    all_full_marks,
    full_marks_beside_problems,
    lost_point_not_explained,
    grade_word_contradicts_grade,
    fixed_indicator_changed,
)
