"""Writes the form as .xlsx: the form on one sheet, 数据 on another."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter

from corpus.forms.labels import APPENDIX
from corpus.forms.layout import printed
from corpus.forms.provenance import COLUMNS, REMARK, SHEET, provenance
from scoring.report import Report

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BORDER = Border(*(Side(style="thin"),) * 4)
_FONT, _HEAD = Font(name="仿宋_GB2312", size=11), Font(name="黑体", size=11)
_WRAP = Alignment(wrap_text=True, vertical="center")
_WIDTHS = {"指标名称": 30, "指标解释": 40, "一级指标": 16, "偏差原因": 24, "备注": 14}


def xlsx_bytes(report: Report, with_provenance: bool = False) -> bytes:
    """The form as a workbook; every cell is text, so that no value is taken for a formula.

    ``with_provenance`` adds a sheet that tells what each sentence rests on.
    """
    form = printed(report)
    book = Workbook()
    book.properties.subject, book.properties.title = report.scheme, form.title
    sheet: Any = book.active
    sheet.title = "自评表"
    width = max(len(form.columns), 4)
    _append(sheet, [f"{form.title}{form.year}"], width)
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=width)
    sheet.cell(1, 1).alignment = Alignment(horizontal="center")
    for basic in form.basics:
        _append(sheet, basic, width)
    for label, text in form.texts:
        _append(sheet, [label, text], width)
        sheet.merge_cells(start_row=sheet.max_row, start_column=2, end_row=sheet.max_row, end_column=width)
        sheet.row_dimensions[sheet.max_row].height = max(30, 16 * (text.count("\n") + len(text) // 45 + 1))
    _append(sheet, form.columns, width)
    head = sheet.max_row
    sheet.print_title_rows = f"{head}:{head}"
    for cells in form.rows:
        _append(sheet, cells, width)
    for start, end in form.groups:
        if end - start > 1:
            rows = head + 1 + start, head + end
            sheet.merge_cells(start_row=rows[0], start_column=1, end_row=rows[1], end_column=1)
    _append(sheet, form.total, width)
    for remark in form.legend:
        _append(sheet, [remark], width, bordered=False)
    for number, column in enumerate(form.columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTHS.get(column, 13)
    if form.metrics:
        appendix = book.create_sheet(APPENDIX)
        for line in form.metrics:
            _append(appendix, line, len(line))
        appendix.column_dimensions["A"].width = 30
    if with_provenance:
        _provenance(book, report)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _provenance(book: Workbook, report: Report) -> None:
    sheet: Any = book.create_sheet(SHEET)
    for line in ((REMARK,), COLUMNS, *provenance(report)):
        _append(sheet, line, len(COLUMNS))
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(COLUMNS))
    for letter, width in zip("ABCDE", (11, 60, 16, 40, 50), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A3"


def _append(sheet: Any, cells: Sequence[str], width: int, bordered: bool = True) -> None:
    row = sheet.max_row + 1 if sheet.max_row > 1 or sheet.cell(1, 1).value is not None else 1
    for column in range(1, width + 1):
        cell = sheet.cell(row, column)
        text = _ILLEGAL.sub("", cells[column - 1]) if column <= len(cells) else ""
        cell.value = text or None
        if text:
            cell.data_type = "s"
        cell.number_format = "@"
        cell.alignment, cell.font = _WRAP, _FONT
        # A text that begins like a formula is shown as text in every program.
        cell.quotePrefix = text[:1] in ("=", "+", "-", "@", "\t")
        if bordered:
            cell.border = _BORDER
