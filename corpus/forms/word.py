"""Reads a form from .docx."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any, Final

from docx import Document
from docx.oxml.ns import qn

from corpus.forms.archive import check_archive, damage_told
from corpus.forms.build import Form
from corpus.forms.provenance import is_heading
from scoring.report import Report
from scoring.scheme import ids

_TABLE: Final = qn("w:tbl")
_PARAGRAPH: Final = qn("w:p")
_BLOCKS: Final = (_PARAGRAPH, _TABLE)
_WRAPPERS: Final = frozenset(
    qn(f"w:{name}")
    for name in ("sdt", "sdtContent", "ins", "moveTo", "hyperlink", "smartTag", "fldSimple", "customXml")
)


def read_docx(name: str, data: bytes) -> Report:
    """The report in a Word form, tables and the lines between them in their order.

    Raises:
        InputError: the file is no Word form, or a field cannot be read.
    """
    check_archive(name, data, "word/document.xml")
    with damage_told(name, "Word"):
        form = _form(name, data)
    return form.report()


def _form(name: str, data: bytes) -> Form:
    document = Document(io.BytesIO(data))
    subject = document.core_properties.subject
    form = Form(name, subject if subject in ids() else "")
    for block in _inside(document.element.body, _BLOCKS):
        if block.tag == _TABLE:
            for cells in _rows(block):
                form.row(cells)
            form.page_break()  # where a table goes on in the next one, a page ended
        elif is_heading(line := _line(block)):
            break
        elif line.strip():
            form.text(line.strip())
    return form


def _rows(table: Any) -> Iterator[list[str]]:
    """The rows of a table; a cell merged over columns counts once, one merged over rows in each row."""
    above: dict[int, str] = {}
    for row in _inside(table, (qn("w:tr"),)):
        texts: dict[int, str] = {}
        column = 0
        for cell in _inside(row, (qn("w:tc"),)):
            texts[column] = above.get(column, "") if cell.vMerge == "continue" else _text(cell)
            column += cell.grid_span
        above = texts
        yield list(texts.values())


def _text(cell: Any) -> str:
    """A cell's paragraphs; a table inside it gives a line a row."""
    return "\n".join(
        _line(block) if block.tag == _PARAGRAPH else "\n".join(" ".join(cells) for cells in _rows(block))
        for block in _inside(cell, _BLOCKS)
    )


def _line(paragraph: Any) -> str:
    """A paragraph's text as it reads once all tracked changes are accepted."""
    return "".join(run.text for run in _inside(paragraph, (qn("w:r"),)))


def _inside(element: Any, wanted: Sequence[str]) -> Iterator[Any]:
    """Children of the ``wanted`` tags, also where a content control, a link or an insertion wraps them."""
    for child in element:
        if child.tag in wanted:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _inside(child, wanted)
