"""What the commands print for people, and the JSON of what is listed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from scoring.decimals import rounded
from scoring.report import Report, rate_text

if TYPE_CHECKING:
    from corpus.last_year import Carried
    from corpus.library import AddResult, Hit
    from corpus.records import Record
    from scoring.check import Checked
    from scoring.compare import Comparison
    from scoring.rules.base import Rule
    from scoring.scorecard import Scorecard

_SEVERITY = {"error": "错误", "warning": "提醒", "info": "提示"}
_SHOWN_OF_MANY = ("error",)


def score_lines(report: Report, card: Scorecard) -> Iterator[str]:
    """The score card of one report, for people."""
    shown = card.to_json()
    rate = None if card.execution_rate is None else rate_text(rounded(card.execution_rate, 4))
    yield f"{report.project}（{report.budget_unit}，{report.year}年度）"
    yield f"评分方案：{shown['scheme']}"
    yield f"预算执行率：{rate or '无法计算'}"
    for section in shown["sections"]:
        declared = f"，表头{section['declared']}分" if section["declared"] is not None else ""
        points = "无法计算" if section["score"] is None else f"{section['score']}"
        yield f"{section['name']}：权重{section['weight'] or '未填'}，得分{points}{declared}"
    yield f"合计：{shown['total'] or '无法计算'}分　绩效等级：{shown['grade'] or '无法判定'}"
    for difference in shown["differences"]:
        yield f"不一致　{difference['field']}：{difference['message']}"


def comparison_lines(comparisons: Iterable[Comparison]) -> Iterator[str]:
    """What the report would get under each scheme, for people."""
    for comparison in comparisons:
        yield from comparison.lines()


def check_lines(
    file: str, report: Report, checked: Checked, taken_over: Sequence[Carried], alone: bool
) -> Iterator[str]:
    """The findings of one report, for people; of many files only the errors are spelt out.

    ``taken_over`` are the sentences that last year's report has too.
    """
    count = Counter(finding.severity for finding in checked.findings)
    numbers = [verdict for verdict in checked.verdicts if verdict.mention.is_fact]
    status = Counter(verdict.status for verdict in numbers)
    proven = status["bound"] + status["derived"]
    grade = f"等级：填报「{report.grade or '空'}」，计算「{checked.scorecard.grade or '无法判定'}」"
    summary = "，".join(f"{_SEVERITY[name]}{count[name]}项" for name in ("error", "warning", "info"))
    yield f"{file}：{summary}；{grade}；文中{len(numbers)}个数，{proven}个有依据"
    for finding in checked.findings:
        if not alone and finding.severity not in _SHOWN_OF_MANY:
            continue
        place = f"{finding.field}「{finding.text}」" if finding.text else finding.field
        advice = f"（{finding.advice}）" if finding.advice and alone else ""
        yield f"  {_SEVERITY[finding.severity]} {finding.code} {place}：{finding.message}{advice}"
    if taken_over and alone:
        from corpus.last_year import carried_line

        yield from (f"  沿用 {one.section}{carried_line(one, checked.verdicts)}" for one in taken_over)


def rule_lines(rule: Rule) -> Iterator[str]:
    """One rule with its documentation, for people."""
    yield f"{rule.code} {rule.name}（{_SEVERITY[rule.severity]}）"
    for line in rule.doc.strip().splitlines():
        if line.strip():
            yield f"    {line.strip()}"


def rule_json(rule: Rule) -> dict[str, str]:
    """One rule as ``ziping rules --json`` prints it."""
    return {"code": rule.code, "rule": rule.name, "severity": rule.severity, "doc": rule.doc.strip()}


def import_note_lines(report: Report) -> Iterator[str]:
    """What the importer guessed or could not place, one line each."""
    notes = report.import_notes if isinstance(report.import_notes, list) else []
    for note in notes:
        if isinstance(note, dict):
            yield f"{note.get('类别', '提示')}　{note.get('位置', '')}：{note.get('内容', '')}"
    unconfirmed = sum(metric.unconfirmed for metric in report.metrics)
    if unconfirmed:
        yield f"待确认　数据：从文中提取了{unconfirmed}项，请逐项核对后去掉“待确认”"


def added_lines(result: AddResult) -> Iterator[str]:
    """What adding to the library did, for people."""
    counts = (len(result.added), len(result.updated), len(result.known), len(result.failed))
    yield "新加入{}份，更新{}份，已有{}份，未能读取{}份".format(*counts)
    for path, problem in result.failed:
        yield f"  {path}：{problem}"


def hit_lines(hit: Hit) -> Iterator[str]:
    """One passage found, for people."""
    yield f"{hit.rank}. {hit.text}"
    yield f"   {hit.unit} {hit.year} {hit.project} · {hit.section} {hit.place}{'（样例）' if hit.is_sample else ''}"


def hit_json(hit: Hit) -> dict[str, Any]:
    """One passage found, as ``ziping corpus search --json`` prints it."""
    return {
        "text": hit.text,
        "section": hit.section,
        "report": hit.report,
        "unit": hit.unit,
        "year": hit.year,
        "rank": hit.rank,
        "project": hit.project,
        "place": hit.place,
        "pattern": hit.pattern.notation,
        "sample": hit.is_sample,
    }


def record_line(record: Record) -> str:
    """One report of the library on one line: id, year, unit, project."""
    mark = "\t样例" if record.is_sample else ""
    return f"{record.id}\t{record.year}\t{record.unit}\t{record.project}{mark}"


def record_json(record: Record) -> dict[str, Any]:
    """One report of the library, as ``ziping corpus list --json`` prints it."""
    return {
        "id": record.id,
        "year": record.year,
        "unit": record.unit,
        "project": record.project,
        "sample": record.is_sample,
    }
