"""Panels of the library: what is in it, what was found, and past phrasing for the sentence in hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from corpus.filling import fill
from scoring.report import Report
from ui.page.show.node import Node, ask, button, empty, node

if TYPE_CHECKING:
    from corpus.library import AddResult, Hit
    from corpus.records import Record


def records_panel(records: Sequence[Record]) -> Node:
    """Every report of the library, own ones first."""
    if not records:
        return empty("库中还没有报告")
    own = sum(not record.is_sample for record in records)
    head = node("tr", "", *(node("th", "", name) for name in ("年度", "单位", "项目", "领域", "句数", "")))
    keep = button(
        "把当前报告存入报告库…",
        {"goto": {"tab": "export"}},
        title="在“导出”里定稿并存入，明年可以检索它的写法",
    )
    return node(
        "div",
        "",
        node("div", "z-actions", keep),
        node("p", "z-hint", f"共 {len(records)} 份，其中本单位 {own} 份，样例 {len(records) - own} 份"),
        node(
            "div",
            "z-scroll",
            node("table", "z-table", node("thead", "", head), node("tbody", "", *map(_record, records))),
        ),
    )


def loading_panel() -> Node:
    """What is shown before the library is ready: the first time takes a few seconds."""
    return node("p", "z-hint", "正在准备报告库……")


def _record(record: Record) -> Node:
    question = f"从库中移除「{record.project}」{record.year} 年度？它的句子将不再被检索。"
    return node(
        "tr",
        "",
        node("td", "", str(record.year)),
        node("td", "", record.unit),
        node("td", "", record.project, node("span", "z-chip", "样例") if record.is_sample else None),
        node("td", "", record.sector),
        node("td", "z-n", str(record.passages)),
        node("td", "", button("移除", ask("remove_record", confirm=question, report=record.id), "z-link")),
    )


def search_form(query: str = "", section: str = "", year: str = "") -> Node:
    """What to look for."""
    return node(
        "div",
        "z-form",
        node(
            "input",
            "",
            id="z-query",
            name="query",
            type="text",
            value=query,
            placeholder="要找的内容，如：隐患整改率提高",
            do=ask("search_library"),
        ),
        node(
            "select",
            "",
            *(node("option", "", text, value=value, selected=value == section) for text, value in _SECTIONS),
            name="section",
            id="z-query-section",
            aria_label="部分",
        ),
        node(
            "input",
            "z-short",
            id="z-query-year",
            name="year",
            type="text",
            value=year,
            placeholder="年度（可不填）",
        ),
        button("检索", ask("search_library"), "z-primary"),
    )


_SECTIONS = (("全部", ""), ("主要绩效", "主要绩效"), ("主要问题", "主要问题"), ("改进措施", "改进措施"))


def hits_panel(hits: Sequence[Hit]) -> Node:
    """What a search found."""
    if not hits:
        return empty("没有找到相近的写法，换一种说法试试")
    return node("div", "z-hits", *(_hit(hit) for hit in hits))


def _hit(hit: Hit, *extra: Node) -> Node:
    mark = "（样例）" if hit.is_sample else "（其他单位，已去数）" if hit.is_shared else ""
    return node(
        "div",
        "z-hit",
        node("p", "", hit.text),
        *extra,
        node("p", "z-hint", f"{hit.unit}　{hit.year} 年度　{hit.project}　{hit.section} {hit.place}{mark}"),
    )


def phrasing_panel(report: Report, field: str, query: str, hits: Sequence[Hit]) -> Node:
    """Past phrasing for the sentence in hand: each as a pattern filled from 数据, its open slots marked."""
    form = node(
        "div",
        "z-form",
        node(
            "input",
            "",
            id="z-phrasing-query",
            name="query",
            type="text",
            value=query,
            placeholder="想说的意思",
            do=ask("phrasing", field=field),
        ),
        button("找写法", ask("phrasing", field=field)),
    )
    if not query:
        return node("div", "", form, empty("把光标放在一句话上，或写下想说的意思，这里列出往年的写法。"))
    if not hits:
        return node("div", "", form, empty("没有找到相近的写法"))
    return node("div", "", form, *(_pattern(report, field, hit) for hit in hits))


def _pattern(report: Report, field: str, hit: Hit) -> Node:
    filled = fill(hit.pattern, report)
    parts: list[Node] = []
    at = 0
    for place in sorted((*filled.used, *filled.open), key=lambda one: one.start):
        parts.append(filled.text[at : place.start])
        look = "z-mark-open" if place in filled.open else "z-mark-filled"
        parts.append(node("span", look, filled.text[place.start : place.end], title=place.metric or "待填"))
        at = place.end
    parts.append(filled.text[at:])
    return node(
        "div",
        "z-hit",
        node("p", "", *parts),
        node("p", "z-hint", f"{hit.unit}　{hit.year} 年度{'（样例）' if hit.is_sample else ''}：{hit.text}"),
        node("div", "z-actions", button("插入到光标处", {"say": {f"insert:{field}": {"text": filled.text}}})),
    )


def added_panel(result: AddResult) -> Node:
    """What adding did, each file that could not be read with its reason."""
    text = (
        f"新加入 {len(result.added)} 份，更新 {len(result.updated)} 份，"
        f"已有 {len(result.known)} 份，未能读取 {len(result.failed)} 份"
    )
    problems = [
        node("li", "z-error-text", f"{name.rpartition('/')[2]}：{problem}") for name, problem in result.failed
    ]
    return node("div", "", node("p", "", text), node("ul", "", *problems) if problems else None)


def progress_panel(done: int, total: int) -> Node:
    """How far a long piece of work is."""
    share = 100 * done // total if total else 0
    return node(
        "div",
        "z-progress",
        node("span", "", f"已读取 {done}/{total}" + ("，正在编入索引……" if done == total else "")),
        node(
            "svg",
            "",
            node("rect", "z-track", x=0, y=0, width=100, height=6),
            node("rect", "z-fill", x=0, y=0, width=share, height=6),
            viewBox="0 0 100 6",
            width="100%",
            height="6",
            role="img",
            aria_label=f"{share}%",
        ),
    )
