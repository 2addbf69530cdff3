"""The rows of the indicator table: columns by heading, and the halves of a row put together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from corpus.forms.labels import COLUMNS, plain_label
from corpus.forms.sections import Label, cut_rows
from scoring.errors import InputError
from scoring.report import parse_decimal

Note = dict[str, str]

# 投入与管理 (36分)
_LABEL = re.compile(r"(?P<name>.*?)[（(](?P<weight>\d+(?:\.\d+)?)分?[）)]$")
# a line break inside a cell, read as a space: 开展检 查
_INNER_SPACE = re.compile(r"(?<=[\u3000-\u9fff，。、；：）（])\s+(?=[\u3000-\u9fff，。、；：）（])")
_NUMBERS = ("权重", "自评分")
_RARE = 4
"""One row in so many may lack its numbers and be taken for half a row."""


@dataclass
class Table:
    """The indicator table while it is read: headings, rows of cells by key, and what was noticed.

    ``is_own`` tells that it was written here: its texts are taken as they stand.
    """

    columns: tuple[str, ...]
    is_own: bool = False
    rows: list[dict[str, str]] = field(default_factory=list)
    breaks: set[int] = field(default_factory=set)
    notes: list[Note] = field(default_factory=list)
    short: list[int] = field(default_factory=list)

    def add(self, cells: Sequence[str]) -> None:
        """Take one row of cells."""
        if len(cells) < len(self.columns) and len(cells) < len(_without_note(self.columns)):
            raise InputError(
                f"指标表第{len(self.rows) + 1}行",
                f"应有{len(self.columns)}列（{'、'.join(self.columns)}），只有{len(cells)}列，请补齐后再导入",
            )
        if len(cells) < len(self.columns):
            self.short.append(len(self.rows) + 1)
        keys = self.columns if len(cells) >= len(self.columns) else _without_note(self.columns)
        texts = cells if self.is_own else [tidy(cell) for cell in cells]
        self.rows.append(dict(zip(keys, texts, strict=False)))

    def page_break(self) -> None:
        """A page ended after the last row."""
        self.breaks.add(len(self.rows))


def _without_note(columns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(column for column in columns if column != "备注")


def tidy(cell: str) -> str:
    """A cell's text without the spaces that line breaks left between characters."""
    return _INNER_SPACE.sub("", cell.strip())


def headings(cells: Sequence[str]) -> tuple[str, ...]:
    """The keys of a heading row; empty where it is none."""
    keys = tuple(COLUMNS.get(plain_label(cell), "") for cell in cells)
    return keys if "一级指标" in keys and "指标名称" in keys else ()


def indicators(table: Table) -> tuple[list[dict[str, Any]], dict[str, str], list[Note]]:
    """Rows of 指标, 一级指标分值 and notes of a table.

    Raises:
        InputError: a weight or score is no number; names the row.
    """
    rows, notes = _joined(table)
    if table.short:
        notes.append(_note("缺列", f"指标[{table.short[0]}]等{len(table.short)}行", "比表头少一列（备注）"))
    labels = []
    for number, row in enumerate(rows):
        if row["一级指标"]:
            match = _LABEL.match(row["一级指标"])
            weight = Decimal(match["weight"]) if match else None
            labels.append(Label((match["name"] if match else row["一级指标"]).strip(), weight, number))
    weights = [_number(row.get("权重", ""), f"指标[{n}].权重") or Decimal(0) for n, row in enumerate(rows, 1)]
    for number, row in enumerate(rows, 1):
        _number(row.get("自评分", ""), f"指标[{number}].自评分")
    distinct = _merged(labels)
    cut = cut_rows(weights, distinct)
    if not cut.is_certain and any(label.weight is not None for label in distinct):
        notes.append(_note("推断", "一级指标", "权重与标签分值对不上，按标签位置向下归属，请逐行核对"))
    elif cut.is_certain and any(_stands_inside(label, cut.names) for label in distinct):
        notes.append(_note("推断", "一级指标", "标签印在合并单元格中部，按权重之和归属，请核对"))
    for label in cut.unplaced:
        notes.append(_note("未放置", f"指标[{label.row + 1}]", f"{label.name} ({label.weight}分)"))
    for row, name in zip(rows, cut.names, strict=True):
        row["一级指标"] = name
    printed = {label.name: f"{label.weight}" for label in distinct if label.weight is not None}
    return [dict(row) for row in rows], {n: w for n, w in printed.items() if n in cut.names}, notes


def _merged(labels: Sequence[Label]) -> list[Label]:
    """Labels that a merged cell repeats in each of its rows, once."""
    kept: list[Label] = []
    for label in labels:
        if not kept or (kept[-1].name, kept[-1].weight) != (label.name, label.weight):
            kept.append(label)
    return kept


def _stands_inside(label: Label, names: Sequence[str]) -> bool:
    return label.row > 0 and names[label.row] == names[label.row - 1]


def _joined(table: Table) -> tuple[list[dict[str, str]], list[Note]]:
    """The rows with those that a page break split put together."""
    rows: list[dict[str, str]] = []
    notes = list(table.notes)
    orphans = {one for one in _orphans(table.rows) if not {one, one + 1} & table.breaks}
    for number, row in enumerate(table.rows):
        before = rows[-1] if rows else None
        if before and number in table.breaks and _is_split(before, row):
            kind = "跨页断行"
        elif before and (number in orphans or number - 1 in orphans) and _goes_on(before, row):
            kind = "推断"
        else:
            rows.append(dict(row))
            continue
        name = before.get("指标名称", "") or "未命名"
        guess = "没有权重和得分的一行按上下两行是一行合并，请核对：" if kind == "推断" else ""
        notes.append(_note(kind, f"指标[{len(rows)}]", f"{guess}{name}"))
        rows[-1] = _join(before, row)
    return rows, notes


def _orphans(rows: Sequence[dict[str, str]]) -> set[int]:
    """The rows without weight and score where nearly all others have them: halves of rows, most likely."""
    bare = {number for number, row in enumerate(rows) if not any(row.get(key) for key in _NUMBERS)}
    return bare if len(bare) * _RARE <= len(rows) else set()


def _goes_on(first: dict[str, str], second: dict[str, str]) -> bool:
    """Whether two rows of which one has the numbers are halves of one: the second names no level of its own."""
    levels = ("一级指标", "二级指标")
    is_new = any(second.get(key) and second.get(key) != first.get(key) for key in levels)
    starts = [bool(any(row.get(key) for key in _NUMBERS)) for row in (first, second)]
    begins = any(first.get(key) for key in levels)
    return not is_new and (starts == [True, False] or (starts == [False, True] and begins))


def _is_split(first: dict[str, str], second: dict[str, str]) -> bool:
    has_first = any(first.get(key) for key in _NUMBERS)
    has_second = any(second.get(key) for key in _NUMBERS)
    return (not has_first and has_second) or (has_first and not has_second and bool(second.get("指标名称")))


def _join(first: dict[str, str], second: dict[str, str]) -> dict[str, str]:
    joined = {}
    for key in first.keys() | second.keys():
        a, b = first.get(key, ""), second.get(key, "")
        joined[key] = a if b and a.endswith(b) else a + b
    return joined


def _number(text: str, place: str) -> Decimal | None:
    if not text.strip() or text.strip() in ("—", "-", "/"):
        return None
    try:
        return parse_decimal(text, ("分",))
    except ValueError as error:
        raise InputError(place, str(error)) from error


def _note(kind: str, place: str, content: str) -> Note:
    return {"类别": kind, "位置": place, "内容": content}
