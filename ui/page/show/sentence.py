"""The sentence panel: who wrote the sentence in hand, on what it rests, and whether it is locked."""

from __future__ import annotations

from typing import Any

from scoring.report import Report
from ui.page.show.node import Node, ask, button, empty, node, rows

_WRITERS = {"内置": "内置写作", "模型": "大模型"}


def sentence_panel(report: Report, field: str, sentence: str) -> Node:
    """The provenance of one sentence of a narrative."""
    if not sentence:
        return empty("把光标放在一句话上，这里显示它由谁写出、依据什么。")
    record, entry = _recorded(report, field, sentence)
    facts: list[tuple[str, Node]] = []
    if entry is None:
        facts.append(("来历", "没有起草记录，是人工写的或改过的"))
    else:
        writer = str(record.get("写作", ""))
        model = record.get("模型")
        facts.append(("来历", f"{_WRITERS.get(writer, writer)}{f'（{model}）' if model else ''}起草"))
        for label, name in (("数据", "依据的数据"), ("目标", "回应的目标"), ("往年段落", "参考的往年段落")):
            if entry.get(label):
                facts.append((name, "；".join(map(str, entry[label]))))
    locked = sentence in report.locked
    return node(
        "div",
        "z-sentence",
        node("p", "z-quote", sentence),
        rows(facts),
        node("p", "z-ok", "已锁定，起草和修订都不会改动这一句") if locked else None,
        node(
            "div",
            "z-actions",
            button(
                "解除锁定" if locked else "锁定此句",
                ask("lock", field=field, sentence=sentence, on=not locked),
            ),
        ),
    )


def recorded_around(report: Report, field: str, at: int) -> str:
    """The sentence of the draft's record that stands at code point ``at`` of a narrative; else nothing."""
    text = report.narrative(field)
    for entry in _entries(report, field):
        start = text.find(sentence := str(entry.get("句", "")).strip())
        if sentence and start >= 0 and start <= at <= start + len(sentence):
            return sentence
    return ""


def _recorded(report: Report, field: str, sentence: str) -> tuple[dict[str, Any], dict[str, Any] | None]:
    found = next((one for one in _entries(report, field) if str(one.get("句", "")).strip() == sentence), None)
    return _record(report, field), found


def _record(report: Report, field: str) -> dict[str, Any]:
    record = report.draft_record if isinstance(report.draft_record, dict) else {}
    own = record.get(field)
    return own if isinstance(own, dict) else {}


def _entries(report: Report, field: str) -> list[dict[str, Any]]:
    entries = _record(report, field).get("句子")
    return [one for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []
