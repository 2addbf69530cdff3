"""The review pack: one page on which a reviewer sees every number with its proof, and what is still open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from html import escape

from scoring.check import Checked
from scoring.decimals import rounded
from scoring.numbers.mention import Verdict
from scoring.report import NARRATIVES, Report, rate_text
from scoring.report_file import render_report

_STATUSES = {
    "bound": "有依据",
    "derived": "可推算",
    "contradicts": "与数据不符",
    "wrong-metric": "张冠李戴",
    "unsupported": "没有依据",
    "exempt": "不需依据",
}
_SEVERITIES = {"error": "错误", "warning": "提醒", "info": "提示"}
_STYLE = """
body { font-family: "Noto Serif CJK SC", "SimSun", serif; max-width: 60em; margin: 2em auto; padding: 0 1em;
  line-height: 1.7; color: #111; background: #fff }
table { border-collapse: collapse; width: 100%; font-size: .92em }
th, td { border: 1px solid #999; padding: .2em .5em; text-align: left; vertical-align: top }
h1 { font-size: 1.5em; text-align: center } h2 { font-size: 1.15em; margin-top: 1.6em }
mark.bound { background: #d7ecdf } mark.derived { background: #d3e7f2 } mark.exempt { background: #ececec }
mark.contradicts, mark.wrong-metric { background: #f6c9c6 } mark.unsupported { background: #fbe3b9 }
.small { font-size: .85em; color: #555; overflow-wrap: anywhere }
p.text { white-space: pre-wrap; text-align: justify }
"""


def review_pack(report: Report, checked: Checked, when: datetime) -> str:
    """The pack as one HTML page without any script or link.

    Args:
        report: the report.
        checked: its findings, verdicts and score card.
        when: the time to print on it.
    """
    body = "\n".join(
        [
            f"<h1>{escape(report.project)}　复核包</h1>",
            f"<p>{escape(report.budget_unit)}　{report.year} 年度　方案 {escape(report.scheme)}</p>",
            *_score(report, checked),
            *_findings(checked),
            *_aside(report),
            *(line for label in NARRATIVES for line in _text(report, label, checked.verdicts)),
            *_metrics(report),
            *_record(report),
            f'<p class="small">生成时间 {when.astimezone():%Y-%m-%d %H:%M}　报告文件校验值（SHA-256） '
            f"{checksum(report)}</p>",
        ]
    )
    title = escape(f"{report.project} 复核包")
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body>{body}</body></html>"
    )


def checksum(report: Report) -> str:
    """The SHA-256 of the report's file, in hexadecimal: any change of the report changes it."""
    return sha256(render_report(report).encode("utf-8", "surrogatepass")).hexdigest()


def _score(report: Report, checked: Checked) -> Iterator[str]:
    shown = checked.scorecard.to_json()
    rate = checked.scorecard.execution_rate
    entered = "未填" if report.execution_rate is None else rate_text(report.execution_rate)
    yield "<h2>得分复算</h2>"
    yield _table(
        ("项目", "填报", "计算"),
        [
            ("预算执行率", entered, "—" if rate is None else rate_text(rounded(rate, 4))),
            ("合计", "未填" if report.total is None else f"{report.total:f}", shown["total"] or "—"),
            ("绩效等级", report.grade or "未填", shown["grade"] or "—"),
        ],
    )
    yield _table(
        ("一级指标", "权重", "得分", "表头分值"),
        [
            (one["name"], one["weight"] or "—", one["score"] or "—", one["declared"] or "—")
            for one in shown["sections"]
        ],
    )


def _findings(checked: Checked) -> Iterator[str]:
    yield f"<h2>尚未解决的问题（{len(checked.findings)}）</h2>"
    if not checked.findings:
        yield "<p>没有。</p>"
        return
    yield _table(
        ("级别", "规则", "位置", "说明"),
        [
            (_SEVERITIES[finding.severity], finding.code, finding.field, finding.message)
            for finding in checked.findings
        ],
    )


def _aside(report: Report) -> Iterator[str]:
    if report.dispositions:
        yield "<h2>已忽略并写明理由</h2>"
        yield _table(
            ("规则", "位置", "理由"),
            [(entry.rule, entry.place or "全文", entry.reason) for entry in report.dispositions],
        )


def _text(report: Report, label: str, verdicts: Iterable[Verdict]) -> Iterator[str]:
    text = report.narrative(label)
    own = [one for one in verdicts if one.field == label and one.mention.is_fact]
    yield f"<h2>{label}</h2>"
    marked, at = "", 0
    for verdict in own:
        mention = verdict.mention
        marked += escape(text[at : mention.start])
        marked += f'<mark class="{verdict.status}">{escape(text[mention.start : mention.end])}</mark>'
        at = mention.end
    yield f'<p class="text">{marked}{escape(text[at:])}</p>'
    if own:
        yield _table(
            ("文中的数", "结论", "数据", "算式", "说明"), [_number(report, verdict) for verdict in own]
        )


def _number(report: Report, verdict: Verdict) -> tuple[str, ...]:
    status = _STATUSES[verdict.status] + ("" if verdict.confirmed else "（数据待确认）")
    reason = verdict.reason + (f"，应为{verdict.expected}" if verdict.expected else "")
    return verdict.mention.text, status, "、".join(verdict.metrics), verdict.relation or "", reason


def _metrics(report: Report) -> Iterator[str]:
    yield "<h2>数据及来源</h2>"
    yield _table(
        ("名称", "数值", "单位", "目标", "上年值", "来源", ""),
        [
            (
                metric.name,
                "" if metric.value is None else f"{metric.value:f}",
                metric.unit,
                metric.target,
                "" if metric.last_year_value is None else f"{metric.last_year_value:f}",
                metric.source,
                "待确认" if metric.unconfirmed else "",
            )
            for metric in report.metrics
        ],
    )


def _record(report: Report) -> Iterator[str]:
    """Who wrote each section, where the report has a record of its drafts."""
    record = report.draft_record
    if isinstance(record, dict) and record:
        yield "<h2>起草记录</h2>"
        rows = []
        for label in NARRATIVES:
            held = record.get(label)
            facts = held.items() if isinstance(held, dict) else ()
            text = "；".join(f"{key} {value}" for key, value in facts if isinstance(value, str)) or "人工编写"
            rows.append((str(label), text))
        yield _table(("部分", "由谁写出"), rows)


def _table(head: Iterable[str], lines: Iterable[Iterable[str]]) -> str:
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join(f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in line)}</tr>" for line in lines)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
