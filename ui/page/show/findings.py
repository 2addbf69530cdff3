"""The findings panel: grouped by severity and place, each with its fix."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from corpus.last_year import Carried, carried_line, unproven
from scoring.check import Checked
from scoring.finding import Finding
from scoring.report import NARRATIVES, Report
from scoring.rules import RULES
from ui.page.show.node import LEVELS, Node, ask, button, empty, goto, node, spoken, utf16

_FOLDED_FROM = 6
_DOCS = {rule.code: rule.doc.strip() for rule in RULES}


def findings_panel(
    report: Report, checked: Checked, taken_over: Sequence[Carried] = (), may_ask: bool = False
) -> Node:
    """All findings, worst first; what was taken over from last year; those set aside, to be taken up again.

    ``may_ask`` tells that a model may be asked for its opinions, which stand under the findings.
    """
    opinions = {"see": ".z-opinions", "click": "#z-opine"}
    counts: Counter[str] = Counter(finding.severity for finding in checked.findings)
    chips = [
        node("span", f"z-chip z-level-{level}", f"{name} {counts[level]}") for level, name in LEVELS.items()
    ]
    groups = [
        _group(report, level, list(found))
        for level, found in groupby(checked.findings, lambda one: one.severity)
    ]
    return node(
        "div",
        "z-findings",
        node(
            "div",
            "z-summary",
            *chips,
            node("span", "z-hint", _numbers(checked)),
            button("请模型提意见", opinions, id_="z-ask-model") if may_ask else None,
        ),
        *(groups or [empty("没有发现问题。")]),
        _taken_over(report, checked, taken_over),
        _set_aside(report),
    )


def _taken_over(report: Report, checked: Checked, sentences: Sequence[Carried]) -> Node:
    if not sentences:
        return None
    old = sum(bool(unproven(one, checked.verdicts)) for one in sentences)
    still = f"，其中 {old} 句还留着那时的数" if old else ""
    return node(
        "details",
        "z-group z-level-info",
        node("summary", "", f"与往年报告相同的句子　{len(sentences)} 句{still}"),
        *(
            node(
                "div",
                "z-finding",
                node("p", "z-said", carried_line(one, checked.verdicts)),
                node("div", "z-actions", button("到此处", _place_of(report, one))),
            )
            for one in sentences
        ),
        id="taken-over",
        open=bool(old),
    )


def _place_of(report: Report, one: Carried) -> dict[str, Any]:
    text = report.narrative(one.section)
    return goto(one.section, utf16(text, one.start), utf16(text, one.end))


def _numbers(checked: Checked) -> str:
    facts = [verdict for verdict in checked.verdicts if verdict.mention.is_fact]
    needed = [verdict for verdict in facts if verdict.status != "exempt"]
    proven = [verdict for verdict in needed if verdict.status in ("bound", "derived") and verdict.confirmed]
    return f"文中 {len(needed)} 个数需要依据，{len(proven)} 个已由数据证明"


def _group(report: Report, level: str, findings: list[Finding]) -> Node:
    places = groupby(sorted(findings, key=_place_order), lambda one: place_name(one.field))
    return node(
        "div",
        f"z-group z-level-{level}",
        node("h3", "", f"{LEVELS[level]}　{len(findings)} 项"),
        *(_place(report, level, place, list(found)) for place, found in places),
    )


def place_name(field: str) -> str:
    """The part of the form that a field belongs to."""
    return field.partition("[")[0].partition(".")[0]


def _place_order(finding: Finding) -> tuple[int, str, int]:
    place = place_name(finding.field)
    order = NARRATIVES.index(place) if place in NARRATIVES else len(NARRATIVES)
    return order, place, finding.start or 0


def _place(report: Report, level: str, place: str, findings: list[Finding]) -> Node:
    """The findings of one part of the form; mere hints, and long lists, are folded up at first."""
    is_open = level == "error" or (level == "warning" and len(findings) <= _FOLDED_FROM)
    return node(
        "details",
        "z-place",
        node("summary", "", f"{place}　{len(findings)}"),
        *(_finding(report, finding) for finding in findings),
        id=f"place-{level}-{place}",
        open=is_open,
    )


def _finding(report: Report, finding: Finding) -> Node:
    key = f"f-{finding.code}-{finding.field}-{finding.start}-{finding.text}"
    where = spoken(finding.field).removeprefix(place_name(finding.field))
    return node(
        "div",
        "z-finding",
        node(
            "div",
            "z-finding-head",
            node("span", "z-code", finding.code),
            node("span", "z-said", node("span", "z-hint", f"{where}　") if where else None, finding.message),
        ),
        node("p", "z-hint", finding.advice) if finding.advice else None,
        node("div", "z-actions", *_actions(report, finding, key)),
    )


def _actions(report: Report, finding: Finding, key: str) -> Iterable[Node]:
    text = report.narrative(finding.field) if finding.field in NARRATIVES else ""
    start = None if finding.start is None else utf16(text, finding.start)
    end = None if finding.end is None else utf16(text, finding.end)
    if finding.expected:
        place: dict[str, Any] = {"field": finding.field, "start": finding.start, "end": finding.end}
        offer = ask("correct", **place, text=finding.text, expected=finding.expected)
        yield button(f"改为 {finding.expected[:20]}", offer, "z-primary")
    yield button("到此处", goto(finding.field, start, end))
    yield _details("为什么", f"{key}-doc", *_doc(finding.code))
    yield _details(
        "忽略…",
        f"{key}-aside",
        node(
            "div",
            "z-form",
            node("label", "", "忽略的理由（会写进报告文件）", for_=f"{key}-why"),
            node(
                "input",
                "",
                id=f"{key}-why",
                name="reason",
                type="text",
                data_keep="",
                placeholder="例如：该数出自上级通报",
            ),
            button("忽略并写明理由", ask("set_aside", rule=finding.code, place=finding.field)),
        ),
    )


def _details(name: str, id_: str, *content: Node) -> Node:
    return node("details", "z-details", node("summary", "", name), *content, id=id_)


def _doc(code: str) -> Iterable[Node]:
    for line in _DOCS.get(code, "").splitlines():
        if line.strip():
            yield node("p", "", line.strip())


def _set_aside(report: Report) -> Node:
    if not report.dispositions:
        return None
    items = [
        node(
            "li",
            "",
            f"{entry.rule} {entry.place or '全文'}：{entry.reason or '（没有写明理由，仍然提示）'} ",
            button("恢复提示", ask("take_up", index=index), "z-link"),
        )
        for index, entry in enumerate(report.dispositions)
    ]
    return node("div", "z-aside", node("h3", "", f"已忽略　{len(items)} 项"), node("ul", "", *items))
