"""Reads a form from .xlsx."""

from __future__ import annotations

import io
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from openpyxl import load_workbook

from corpus.forms.archive import check_archive, damage_told
from corpus.forms.build import Form
from corpus.forms.labels import APPENDIX
from corpus.forms.provenance import SHEET
from scoring.report import Report
from scoring.scheme import ids

_MOST_ROWS, _MOST_COLUMNS = 3000, 60


def read_xlsx(name: str, data: bytes) -> Report:
    """The report in an Excel form; formulas that Excel has not calculated are empty and noted by their absence.

    Raises:
        InputError: the file is no Excel form, or a field cannot be read.
    """
    check_archive(name, data, "xl/workbook.xml")
    with damage_told(name, "Excel"):
        form = _form(name, data)
    return form.report()


def _form(name: str, data: bytes) -> Form:
    book = load_workbook(io.BytesIO(data), data_only=True)
    subject = book.properties.subject or ""
    form = Form(name, subject if subject in ids() else "")
    sheets = [sheet for sheet in book.worksheets if sheet.title != SHEET]
    for sheet in sorted(sheets, key=lambda sheet: sheet.title == APPENDIX):
        for cells in _rows(sheet):
            filled = [cell for cell in cells if cell.strip() or (cell and form.scheme)]
            if len(filled) == 1 and len(cells) - cells[::-1].index(filled[0]) == 1:
                form.text(filled[0])
            elif filled:
                form.row(cells)
    return form


def _rows(sheet: Any) -> Iterator[list[str]]:
    """Rows of texts; a cell merged over rows is repeated, one merged over columns stands once."""
    down: dict[tuple[int, int], tuple[int, int]] = {}
    for merged in sheet.merged_cells.ranges:
        for row in range(merged.min_row + 1, min(merged.max_row, _MOST_ROWS) + 1):
            down[row, merged.min_col] = (merged.min_row, merged.min_col)
    width = min(sheet.max_column, _MOST_COLUMNS)
    for row in range(1, min(sheet.max_row, _MOST_ROWS) + 1):
        cells = []
        for column in range(1, width + 1):
            source = down.get((row, column), (row, column))
            cells.append(_text(sheet.cell(*source)))
        yield cells


def _text(cell: Any) -> str:
    """The literal text of a cell; numbers without binary residue, percentages as printed."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, float | int) and not isinstance(value, bool):
        number = Decimal(repr(value))
        if "%" in str(cell.number_format):
            return f"{number * 100:f}%"
        whole = number.to_integral_value()
        return f"{whole if number == whole else number:f}"
    return str(value)
