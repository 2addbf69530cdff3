"""The score card panel: rate, subtotals, total and grade as computed, and each difference from the form."""

from __future__ import annotations

from decimal import Decimal

from scoring.check import Checked
from scoring.decimals import rounded, shown
from scoring.report import Report, rate_text
from ui.page.show.node import Node, button, empty, goto, node, spoken


def score_panel(report: Report, checked: Checked) -> Node:
    """The whole card, for the side of the report tab."""
    card = checked.scorecard
    total, entered = shown(card.total), shown(report.total)
    return node(
        "div",
        "z-scorecard",
        node(
            "div",
            "z-figures",
            _figure("预算执行率", rate(card.execution_rate), _entered_rate(report)),
            _figure("合计", f"{total} 分" if total else "—", f"填报 {entered} 分" if entered else "未填"),
            _figure("绩效等级", card.grade or "—", f"填报「{report.grade}」" if report.grade else "未填"),
        ),
        _sections(checked),
        _differences(checked),
    )


def rate(value: Decimal | None) -> str:
    """A rate as printed: 97.80%, or a dash where it cannot be computed."""
    return "—" if value is None else rate_text(rounded(value, 4))


def _entered_rate(report: Report) -> str:
    return "未填" if report.execution_rate is None else f"填报 {rate_text(report.execution_rate)}"


def _figure(name: str, value: str, entered: str) -> Node:
    return node(
        "div",
        "z-figure",
        node("span", "z-name", name),
        node("strong", "", value),
        node("span", "z-hint", entered),
    )


def _sections(checked: Checked) -> Node:
    card = checked.scorecard
    if not card.sections:
        return empty("还没有指标，在“指标”中录入或载入表格")
    lines = [
        node(
            "tr",
            "" if section.declared in (None, section.weight) else "z-differs",
            node("th", "", section.name, scope="row"),
            node("td", "", shown(section.weight) or "—"),
            node("td", "", shown(section.score) or "—"),
            node("td", "", shown(section.declared) or "—"),
        )
        for section in card.sections
    ]
    head = node(
        "tr", "", *(node("th", "", name, scope="col") for name in ("一级指标", "权重", "得分", "表头分值"))
    )
    return node("table", "z-table", node("thead", "", head), node("tbody", "", *lines))


def _differences(checked: Checked) -> Node:
    differences = checked.scorecard.differences
    if not differences:
        return node("p", "z-ok", "填报与计算一致")
    items = [
        node(
            "li",
            "",
            button(spoken(difference.field), goto(difference.field), "z-link"),
            f"：{difference.message}",
        )
        for difference in differences
    ]
    return node(
        "div",
        "z-differences",
        node("h4", "", f"与填报不同 {len(items)} 处"),
        node("ul", "", *items),
    )
