"""Panels of the versions tab: the versions, the difference of one, and the writer's other reports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from corpus.store import Version
from scoring.report import Report
from ui.page.show.diff import changed_fields, sides
from ui.page.show.node import Node, ask, button, empty, node
from ui.trail_text import done

if TYPE_CHECKING:
    from corpus.history import Draft, Moment

_SHOWN = 15


def versions_panel(moments: Sequence[Moment], current: int, show_all: bool) -> Node:
    """The versions, newest first: those with a name and the last autosaves, or all of them."""
    shown = [one for place, one in enumerate(moments) if show_all or one.name or place < _SHOWN]
    hidden = len(moments) - len(shown)
    return node(
        "div",
        "z-versions",
        node(
            "div",
            "z-form",
            node(
                "input",
                "",
                id="z-version-name",
                name="name",
                type="text",
                data_keep="",
                data_once="",
                placeholder="版本名称，如：送审稿",
            ),
            button("保存为命名版本", ask("name_version"), "z-primary"),
        ),
        node(
            "table",
            "z-table",
            node(
                "thead",
                "",
                node(
                    "tr",
                    "",
                    *(node("th", "", name) for name in ("版本", "名称", "保存时间", "谁", "改了什么", "")),
                ),
            ),
            node("tbody", "", *(_moment(one, current) for one in shown)),
        ),
        button(f"显示其余 {hidden} 个自动保存的版本", ask("versions", all=True), "z-link")
        if hidden
        else None,
    )


def _moment(one: Moment, current: int) -> Node:
    actions: list[Node] = [node("span", "z-ok", "当前")]
    if one.n != current:
        actions = [
            button("与当前对比", ask("compare_version", n=one.n)),
            button(
                "恢复",
                ask("restore_version", confirm=f"恢复第 {one.n} 版？当前内容仍保留在版本中。", n=one.n),
            ),
        ]
    return node(
        "tr",
        "",
        node("td", "", f"第 {one.n} 版"),
        node("td", "", node("strong", "", one.name) if one.name else node("span", "z-hint", "自动保存")),
        node("td", "", f"{one.saved_at.astimezone():%Y-%m-%d %H:%M:%S}"),
        node("td", "", one.who or "本机"),
        node("td", "z-done", done(one.done) if one.done else ""),
        node("td", "", node("div", "z-actions", *actions)),
    )


def compared(chosen: Version, before: Report, after: Report) -> Node:
    """Side by side: every field in which a version and the report as it is differ."""
    changes = changed_fields(before, after)
    parts: list[Node] = [node("h3", "", f"第 {chosen.n} 版与当前对比：{len(changes)} 处不同")]
    if not changes:
        parts.append(empty("内容完全相同"))
    for label, old, new in changes:
        left, right = sides(old, new)
        parts.append(node("h4", "", label))
        parts.append(node("div", "z-sides", node("div", "", *left), node("div", "", *right)))
    if changes:
        parts.insert(
            1, node("div", "z-sides z-hint", node("span", "", f"第 {chosen.n} 版"), node("span", "", "当前"))
        )
    return node("div", "z-compared", *parts)


def reports_panel(drafts: Sequence[Draft], current: int, year: int) -> Node:
    """The writer's reports, to open another or begin a new one."""
    return node(
        "div",
        "z-reports",
        node("ul", "z-list", *(_draft(one, current) for one in drafts[:50])),
        node(
            "div",
            "z-form",
            node(
                "input",
                "",
                id="z-new-name",
                name="project",
                type="text",
                data_keep="",
                data_once="",
                placeholder="新项目的名称",
            ),
            button("新建报告", ask("new_report")),
        ),
        node("div", "z-actions", button(f"以本报告为底稿新建 {year + 1} 年度", ask("next_year"))),
    )


def _draft(one: Draft, current: int) -> Node:
    return node(
        "li",
        "z-current" if one.report_id == current else "",
        button(one.project, ask("open_other", report=one.report_id), "z-link"),
        node("span", "z-hint", f"　{one.year} 年度　{one.unit}　{one.saved_at.astimezone():%m-%d %H:%M}"),
    )
