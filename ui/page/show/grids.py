"""The two tables for entry, 数据 and 指标: their columns, rows, and what is noted at their cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from scoring.check import Checked
from scoring.decimals import plain, rounded, shown
from scoring.report import Indicator, Metric, Report
from ui.page.show.node import Node, ask, button, node

Column = dict[str, Any]

METRIC_COLUMNS: tuple[Column, ...] = (
    {"key": "名称", "title": "名称", "kind": "long", "width": "10rem"},
    {"key": "数值", "title": "数值", "kind": "number", "width": "6rem"},
    {"key": "单位", "title": "单位", "kind": "unit", "width": "4.2rem", "list": "z-units"},
    {"key": "目标", "title": "目标", "kind": "text", "width": "5.5rem", "hint": "如 ≥800；没有目标的留空"},
    {"key": "上年值", "title": "上年值", "kind": "number", "width": "5.5rem"},
    {"key": "来源", "title": "来源", "kind": "long", "width": "8rem", "hint": "台账、系统或文件的名称"},
    {
        "key": "其中",
        "title": "其中",
        "kind": "long",
        "width": "9rem",
        "hint": "各分项的名称，用顿号隔开，相加应等于本项",
    },
    {
        "key": "别名",
        "title": "别名",
        "kind": "long",
        "width": "8rem",
        "hint": "文中对它的其他叫法，用顿号隔开",
    },
    {
        "key": "待确认",
        "title": "确认",
        "kind": "confirm",
        "width": "4rem",
        "hint": "从表格文字中提取的数，核对后确认",
    },
)
"""The columns of 数据."""

_FIRST: tuple[Column, ...] = (
    {"key": "一级指标", "title": "一级指标", "kind": "long", "width": "5.5rem", "carried": True},
)
_BY_VALUE: tuple[Column, ...] = ({"key": "二级指标", "title": "二级指标", "kind": "text", "width": "6rem"},)
_NAMES: tuple[Column, ...] = (
    {"key": "指标名称", "title": "指标名称", "kind": "long", "width": "12rem"},
    {"key": "指标解释", "title": "指标解释", "kind": "long", "width": "16rem"},
)
_VALUES: tuple[Column, ...] = (
    {"key": "年度指标值", "title": "年度指标值", "kind": "text", "width": "6rem", "hint": "如 ≥800家次"},
    {"key": "实际完成值", "title": "实际完成值", "kind": "text", "width": "6rem", "hint": "如 1225家次"},
)
_POINTS: tuple[Column, ...] = (
    {"key": "权重", "title": "权重", "kind": "number", "width": "4rem"},
    {"key": "自评分", "title": "自评分", "kind": "number", "width": "4.2rem"},
    {
        "key": "应得分",
        "title": "复核",
        "kind": "computed",
        "width": "4rem",
        "hint": "按方案由表中数值算出的得分",
    },
)
_REASON: tuple[Column, ...] = ({"key": "偏差原因", "title": "偏差原因", "kind": "long", "width": "9rem"},)
_NOTE: tuple[Column, ...] = ({"key": "备注", "title": "备注", "kind": "long", "width": "9rem"},)


@dataclass(frozen=True, slots=True)
class Entry:
    """How a table on the screen stands to the report: it may hold rows that the report cannot.

    ``placed`` is the table's row of each row of the report, ``wrong`` what could not be read, by
    "row.label" of the table; all from 0.
    """

    placed: tuple[int, ...] = ()
    wrong: Mapping[str, str] = field(default_factory=dict)

    def shown(self, row: int) -> int:
        """The table's row that shows the report's ``row``."""
        return self.placed[row] if row < len(self.placed) else row


LISTS = ("其中", "别名")
"""The columns whose cells hold several names, joined by 、."""


def indicator_columns(report: Report, by_value: bool) -> list[Column]:
    """The columns of 指标: those of a scheme by value only where it is one or the form fills them."""

    def filled(*names: str) -> bool:
        return by_value or any(getattr(row, name) for row in report.indicators for name in names)

    return [
        *_FIRST,
        *(_BY_VALUE if filled("second_level") else ()),
        *_NAMES,
        *(_VALUES if filled("target_value", "actual_value") else ()),
        *_POINTS,
        *(_REASON if filled("deviation_reason") else ()),
        *_NOTE,
    ]


def metric_rows(report: Report) -> dict[str, Any]:
    """The message that fills 数据."""
    rows = [{"extra": dict(metric.unknown), "cells": cells(metric)} for metric in report.metrics]
    return {"columns": list(METRIC_COLUMNS), "rows": rows}


def indicator_rows(report: Report, by_value: bool) -> dict[str, Any]:
    """The message that fills 指标."""
    rows = [{"extra": dict(row.unknown), "cells": cells(row)} for row in report.indicators]
    return {"columns": indicator_columns(report, by_value), "rows": rows}


def cells(entered: Metric | Indicator) -> dict[str, str]:
    """One row as texts under its labels."""
    texts = {}
    for name, label in type(entered).labels().items():
        value = getattr(entered, name)
        if isinstance(value, Decimal):
            texts[label] = f"{value:f}"
        elif isinstance(value, tuple):
            texts[label] = "、".join(value)
        elif isinstance(value, bool):
            texts[label] = "是" if value else ""
        else:
            texts[label] = value or ""
    return texts


def metric_notes(report: Report, checked: Checked, entry: Entry) -> dict[str, Any]:
    """What is noted at the cells of 数据."""
    unconfirmed = sum(metric.unconfirmed for metric in report.metrics)
    footer: list[Node] = []
    if unconfirmed:
        text = f"有 {unconfirmed} 项从表格文字中提取，尚待确认：请与台账核对，确认前不能作为依据。"
        question = f"{unconfirmed} 项都已与台账核对无误？"
        footer.append(
            node(
                "div",
                "z-actions",
                node("span", "z-warning-text", text),
                button("全部确认", ask("confirm", confirm=question), id_="z-confirm-all"),
            )
        )
    units = dict.fromkeys([*(metric.unit for metric in report.metrics if metric.unit), *_COMMON_UNITS])
    return {
        "cells": _cell_notes("数据", checked, entry),
        "groups": {},
        "footer": footer,
        "lists": {"z-units": list(units)},
    }


_COMMON_UNITS = (
    *(
        "%",
        "次",
        "家",
        "家次",
        "人",
        "人次",
        "件",
        "起",
        "项",
        "个",
        "户",
        "场",
        "份",
        "套",
        "台套",
        "万元",
        "元",
    ),
    *("公里", "平方米", "小时", "天"),
)


def indicator_notes(checked: Checked, entry: Entry) -> dict[str, Any]:
    """Subtotals by 一级指标, the total line, computed scores and the notes at the cells of 指标."""
    card = checked.scorecard
    places = card.scheme.rounding.score
    computed = {
        str(entry.shown(row.number - 1)): plain(rounded(row.computed, places))
        for row in card.rows
        if row.computed is not None
    }
    groups = {
        "" if section.name == "未填一级指标" else section.name: node(
            "span",
            "z-group-line",
            node("strong", "", section.name),
            node("span", "", f"权重 {shown(section.weight) or '—'}"),
            node("span", "", f"得分 {shown(section.score) or '—'}"),
            node("span", "z-differs", f"表头 {shown(section.declared)}")
            if section.declared is not None and section.declared != section.weight
            else None,
        )
        for section in card.sections
    }
    weights = sum((row.weight for row in card.rows if row.weight is not None), Decimal(0))
    total = node(
        "span",
        "z-group-line",
        node("strong", "", "合计"),
        node("span", "", f"权重 {plain(weights)}"),
        node("span", "", f"得分 {shown(card.total) or '—'}"),
        node("span", "", f"等级 {card.grade or '—'}"),
    )
    return {
        "cells": _cell_notes("指标", checked, entry),
        "groups": groups,
        "footer": [total],
        "computed": computed,
    }


def _cell_notes(grid: str, checked: Checked, entry: Entry) -> dict[str, Any]:
    notes: dict[str, Any] = {}
    said = [(finding.field, finding.severity, finding.message) for finding in checked.findings]
    said += [
        (difference.field, "warning", difference.message) for difference in checked.scorecard.differences
    ]
    for label, level, text in said:
        place = cell_of(label)
        if place and place[0] == grid:
            notes.setdefault(f"{entry.shown(place[1])}.{place[2]}", {"level": level, "text": text})
    return notes | {spot: {"level": "error", "text": f"{text}，未保存"} for spot, text in entry.wrong.items()}


def cell_of(field: str) -> tuple[str, int, str] | None:
    """Grid, row from 0 and label of a field such as 指标[3].自评分; None for other fields."""
    head, bracket, rest = field.partition("[")
    number, _, label = rest.partition("]")
    if not bracket or not number.isdigit():
        return None
    return head, int(number) - 1, label.lstrip(".") or ("指标名称" if head == "指标" else "名称")
