"""Reads a form from .docx."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from docx import Document
from docx.table import Table
from docx.text.paragraph import Paragraph

from corpus.forms.archive import check_archive
from corpus.forms.build import Form
from corpus.forms.provenance import is_heading
from scoring.errors import InputError
from scoring.report import Report
from scoring.scheme import ids


def read_docx(name: str, data: bytes) -> Report:
    """The report in a Word form, tables and the lines between them in their order.

    Raises:
        InputError: the file is no Word form, or a field cannot be read.
    """
    check_archive(name, data, "word/document.xml")
    try:
        document = Document(io.BytesIO(data))
    except (KeyError, ValueError, AttributeError) as error:
        raise InputError(name, "Word 文件已损坏，请重新另存后再导入") from error
    form = Form(name)
    if document.core_properties.subject in ids():
        form.scheme = document.core_properties.subject
    for block in document.iter_inner_content():
        if isinstance(block, Paragraph):
            if is_heading(block.text):
                break
            if block.text.strip():
                form.text(block.text.strip())
        else:
            for cells in _rows(block):
                form.row(cells)
    return form.report()


def _rows(table: Table) -> Iterator[list[str]]:
    """The rows of a table; a cell merged over columns counts once, one merged over rows in each row."""
    for row in table.rows:
        cells: list[str] = []
        last: Any = None
        for cell in row.cells:
            if cell._tc is not last:
                cells.append(cell.text.strip())
            last = cell._tc
        yield cells
