"""Writes the form as .docx in the official layout (GB/T 9704-2012: page, type and leading)."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from copy import deepcopy
from functools import lru_cache
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from corpus.forms.labels import APPENDIX
from corpus.forms.layout import Printed, printed
from corpus.forms.provenance import COLUMNS, REMARK, provenance
from corpus.forms.provenance import TITLE as PROVENANCE
from scoring.report import Report

_TITLE_FONT, _BODY_FONT, _HEAD_FONT = "方正小标宋简体", "仿宋_GB2312", "黑体"
_LATIN = "Times New Roman"
_BODY, _TABLE, _TITLE = Pt(16), Pt(10.5), Pt(22)
_WIDTH = 156
"""Width of the type area in mm (A4 less 28 mm and 26 mm)."""
# characters that XML 1.0 does not admit
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NARROW = {
    "权重": 12,
    "自评分": 13,
    "备注": 16,
    "一级指标": 20,
    "二级指标": 18,
    "年度指标值": 20,
    "实际完成值": 20,
}


def docx_bytes(report: Report, with_provenance: bool = False) -> bytes:
    """The form as a .docx: A4 with 37/35/28/26 mm margins, title, tables, remarks, page numbers.

    The scheme's id and the year stand in the file's properties, so that the file reads back as it was.
    ``with_provenance`` appends what each sentence rests on.
    """
    form = printed(report)
    document = Document()
    _page(document)
    document.core_properties.title = form.title
    document.core_properties.subject = report.scheme
    document.core_properties.author = _legal(report.budget_unit)
    _paragraph(document, form.title, _TITLE_FONT, _TITLE, WD_ALIGN_PARAGRAPH.CENTER)
    _paragraph(document, form.year, _BODY_FONT, _BODY, WD_ALIGN_PARAGRAPH.CENTER)
    _basics(document, form)
    _indicators(document, form)
    for line in form.legend:
        _paragraph(document, line, _BODY_FONT, _TABLE)
    if form.metrics:
        _appendix(document, form)
    if with_provenance:
        _provenance(document, report)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    style = document.styles["Normal"]
    style.font.size = _BODY
    _fonts(style.element.get_or_add_rPr(), _BODY_FONT)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = footer.add_run()
        run.font.size = Pt(14)
        _fonts(run._element.get_or_add_rPr(), "宋体")
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._element.append(element)


def _fonts(properties: Any, east_asian: str) -> None:
    """Name the font for all four ranges, or WPS and Word choose their own for some."""
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for slot, name in (("ascii", _LATIN), ("hAnsi", _LATIN), ("eastAsia", east_asian), ("cs", _LATIN)):
        fonts.set(qn(f"w:{slot}"), name)


def _paragraph(holder: Any, text: str, font: str, size: Any, align: Any = None) -> None:
    paragraph = holder.add_paragraph()
    _write(paragraph, text, font, size, align)


def _write(paragraph: Any, text: str, font: str, size: Any, align: Any = None) -> None:
    paragraph_format, run_format = _format(font, size, align)
    if paragraph._p.pPr is not None:
        paragraph._p.remove(paragraph._p.pPr)
    paragraph._p.insert(0, deepcopy(paragraph_format))
    run = paragraph.add_run(_legal(text))
    run._r.insert(0, deepcopy(run_format))


@lru_cache
def _format(font: str, size: Any, align: Any) -> tuple[Any, Any]:
    """What Word keeps of a paragraph's and its run's look; made once, as setting it takes longer than the text."""
    paragraph = Paragraph(OxmlElement("w:p"), None)  # type: ignore[arg-type]  # without a style it needs no part
    style = paragraph.paragraph_format
    style.space_before = style.space_after = Pt(2) if size == _TABLE else Pt(0)
    if size == _TABLE:
        style.line_spacing = 1.15
    else:
        style.line_spacing_rule, style.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(28)
    if align is not None:
        paragraph.alignment = align
    run = paragraph.add_run()
    run.font.size = size
    _fonts(run._element.get_or_add_rPr(), font)
    return paragraph._p.pPr, run._r.rPr


def _legal(text: str) -> str:
    return _ILLEGAL.sub("", text)


def _table(document: Any, widths: Sequence[float]) -> Any:
    """An empty grid table; widths in mm go to w:gridCol and to every cell, as WPS wants both."""
    table = document.add_table(rows=0, cols=len(widths))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    return table


def _row(table: Any, cells: Sequence[str], head: bool = False, centred: Sequence[int] = ()) -> Any:
    row = table.add_row()
    properties = row._tr.get_or_add_trPr()
    for name in ("w:cantSplit", *(("w:tblHeader",) if head else ())):
        properties.append(OxmlElement(name))
    for number, (cell, text) in enumerate(zip(row.cells, cells, strict=True)):
        align = WD_ALIGN_PARAGRAPH.CENTER if head or number in centred else None
        first, *rest = text.split("\n") or [""]
        _write(cell.paragraphs[0], first, _HEAD_FONT if head else _BODY_FONT, _TABLE, align)
        for line in rest:
            _write(cell.add_paragraph(), line, _BODY_FONT, _TABLE, align)
    return row


def _basics(document: Any, form: Printed) -> None:
    table = _table(document, (34, 44, 34, 44))
    for cells in form.basics:
        _row(table, cells, centred=(0, 2))
    for label, text in form.texts:
        row = _row(table, (label, "", "", ""), centred=(0,))
        # A long narrative may run over pages; the rows of the indicator table may not.
        row._tr.trPr.remove(row._tr.trPr.find(qn("w:cantSplit")))
        merged = row.cells[1].merge(row.cells[3])
        lines = text.split("\n")
        for extra in merged.paragraphs[1:]:
            extra._element.getparent().remove(extra._element)
        _write(merged.paragraphs[0], lines[0], _BODY_FONT, _TABLE)
        for line in lines[1:]:
            _write(merged.add_paragraph(), line, _BODY_FONT, _TABLE)
    _paragraph(document, "", _BODY_FONT, _TABLE)


def _indicators(document: Any, form: Printed) -> None:
    fixed = sum(_NARROW.get(column, 0) for column in form.columns)
    free = [column for column in form.columns if column not in _NARROW]
    widths = [_NARROW.get(column, (_WIDTH - fixed) / max(len(free), 1)) for column in form.columns]
    table = _table(document, widths)
    numbers = [n for n, column in enumerate(form.columns) if column in ("权重", "自评分", "一级指标")]
    _row(table, form.columns, head=True)
    rows = [_row(table, cells, centred=numbers) for cells in form.rows]
    for start, end in form.groups:
        if end - start > 1:
            # the library's own merging calls itself once a row and gives up after some hundred
            rows[start]._tr.tc_lst[0].vMerge = "restart"
            for row in rows[start + 1 : end]:
                row._tr.tc_lst[0].vMerge = "continue"
                for text in row._tr.tc_lst[0].iter(qn("w:t")):
                    text.text = ""
    _row(table, form.total, centred=range(len(form.total)))


def _appendix(document: Any, form: Printed) -> None:
    document.add_page_break()
    _paragraph(document, APPENDIX, _HEAD_FONT, _BODY, WD_ALIGN_PARAGRAPH.CENTER)
    table = _table(document, (30, 16, 13, 14, 16, 22, 22, 15, 8))
    head, *rows = form.metrics
    _row(table, head, head=True)
    for cells in rows:
        _row(table, cells)


def _provenance(document: Any, report: Report) -> None:
    document.add_page_break()
    _paragraph(document, PROVENANCE, _HEAD_FONT, _BODY, WD_ALIGN_PARAGRAPH.CENTER)
    _paragraph(document, REMARK, _BODY_FONT, _TABLE)
    table = _table(document, (14, 48, 22, 34, 38))
    _row(table, COLUMNS, head=True)
    for cells in provenance(report):
        _row(table, cells, centred=(0,))
