"""The appendix that tells of each sentence who wrote it, what it rests on and how its numbers come about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from corpus.passages import cut
from scoring.check import check
from scoring.numbers.mention import Verdict
from scoring.report import NARRATIVES, Report
from scoring.scheme import load

TITLE: Final = "附：数据来源与计算说明"
SHEET: Final = "数据来源与计算说明"
REMARK: Final = (
    "本附件逐句列出叙述由谁写出、依据哪些数据和材料、文中的数如何得出，供复核使用，不是自评表的内容。"
)
COLUMNS: Final = ("部分", "句子", "由谁写出", "依据", "数和算式")

_WRITERS: Final = {"内置": "内置写作", "模型": "大模型"}
_STATUSES: Final = {
    "contradicts": "与数据不符",
    "wrong-metric": "与所指数据不符",
    "unsupported": "录入的数据中没有依据",
}


def is_heading(line: str) -> bool:
    """Whether a line of a form is the appendix's heading: what follows is no part of the report."""
    return "".join(line.split()) == TITLE


def provenance(report: Report) -> tuple[tuple[str, ...], ...]:
    """The rows of the appendix under :data:`COLUMNS`, one a sentence, in the order of the form."""
    verdicts = check(report, load(report.scheme)).verdicts
    sources = {metric.name: metric.source for metric in report.metrics}
    return tuple(row for label in NARRATIVES for row in _rows(report, label, verdicts, sources))


def _rows(
    report: Report, label: str, verdicts: Iterable[Verdict], sources: dict[str, str]
) -> Iterator[tuple[str, ...]]:
    text = report.narrative(label)
    record = _record(report, label)
    own = [one for one in verdicts if one.field == label and one.mention.is_fact]
    for start, end, entry in _sentences(text, label, record):
        inside = [one for one in own if start <= one.mention.start < end]
        yield (
            label,
            text[start:end].strip(),
            "人工编写" if entry is None else _writer(record),
            "\n".join(_basis(entry or {}, inside, sources)),
            "\n".join(_number(one) for one in inside),
        )


def _record(report: Report, label: str) -> dict[str, Any]:
    record = report.draft_record.get(label) if isinstance(report.draft_record, dict) else None
    return record if isinstance(record, dict) else {}


def _sentences(
    text: str, label: str, record: dict[str, Any]
) -> Iterator[tuple[int, int, dict[str, Any] | None]]:
    """Start, end and entry of each sentence: as drafted where it still stands so, else as it is cut."""
    spans: list[tuple[int, int, dict[str, Any] | None]] = []
    held = record.get("句子")
    for entry in held if isinstance(held, list) else ():
        if isinstance(entry, dict) and (sentence := str(entry.get("句") or "").strip()):
            start = text.find(sentence, spans[-1][1] if spans else 0)
            if start >= 0:
                spans.append((start, start + len(sentence), entry))
    loose = [
        (passage.start, passage.end, None)
        for passage in cut(text, label)
        if not any(start < passage.end and passage.start < end for start, end, _ in spans)
    ]
    yield from sorted([*spans, *loose], key=lambda span: span[:2])


def _writer(record: dict[str, Any]) -> str:
    name = str(record.get("写作") or "")
    model, version = record.get("模型"), record.get("提示词版本")
    return "\n".join(
        part
        for part in (
            _WRITERS.get(name, name),
            str(model) if model else "",
            f"提示词{version}" if version else "",
        )
        if part
    )


def _basis(entry: dict[str, Any], verdicts: Iterable[Verdict], sources: dict[str, str]) -> Iterator[str]:
    """What the draft's record names and what the numbers were proved by, each once, with its source."""
    names = [*_texts(entry, "数据"), *(name for verdict in verdicts for name in verdict.metrics)]
    for name in dict.fromkeys(names):
        source = sources.get(name)
        yield f"{name}（{source}）" if source else name
    for target in _texts(entry, "目标"):
        yield f"目标：{target}"
    for passage in _texts(entry, "往年段落"):
        yield f"往年段落：{passage}"


def _texts(entry: dict[str, Any], key: str) -> list[str]:
    values = entry.get(key)
    return [str(value) for value in values] if isinstance(values, list) else []


def _number(verdict: Verdict) -> str:
    if verdict.relation:
        return f"{verdict.mention.text}：{verdict.relation}"
    how = _STATUSES.get(verdict.status, "、".join(verdict.metrics) or "不需依据")
    return f"{verdict.mention.text}：{how}" + ("" if verdict.confirmed else "（待确认）")
