"""Reads a form from a PDF that holds text."""

from __future__ import annotations

import io

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdfparser import PDFSyntaxError
from pdfplumber.utils.exceptions import PdfminerException

from corpus.forms.build import Form
from corpus.forms.provenance import is_heading
from scoring.errors import InputError
from scoring.report import Report

_MOST_PAGES = 60


def read_pdf(name: str, data: bytes) -> Report:
    """The report in the tables of a PDF.

    Raises:
        InputError: no PDF, protected, scanned (no text), too long, or no form in it.
    """
    if not data.startswith(b"%PDF"):
        raise InputError(name, "不是 PDF 文件")
    form = Form(name)
    try:
        with pdfplumber.open(io.BytesIO(data)) as document:
            if len(document.pages) > _MOST_PAGES:
                raise InputError(
                    name, f"有{len(document.pages)}页，超过{_MOST_PAGES}页，请只导出自评表的页面"
                )
            if not any(page.extract_text().strip() for page in document.pages[:3]):
                raise InputError(name, "是扫描件，没有文字层，无法读取，请用原始的 Word、Excel 或文字 PDF")
            for page in document.pages:
                if not _read_page(form, page):
                    break
                form.page_break()
    except (PDFPasswordIncorrect, PdfminerException, PDFSyntaxError) as error:
        protected = "Password" in repr(error)
        problem = "有密码保护，请先取消密码再导入" if protected else "PDF 文件已损坏，请重新导出后再导入"
        raise InputError(name, problem) from error
    return form.report()


def _read_page(form: Form, page: pdfplumber.page.Page) -> bool:
    """Read one page; False where the form ended before it and the appendix on provenance begins."""
    tables = page.find_tables()
    outside = page
    for table in tables:
        outside = outside.outside_bbox(table.bbox)
    lines = (outside.extract_text() or "").splitlines()
    if any(is_heading(line) for line in lines):
        return False
    for line in lines:
        form.text(line)
    for table in tables:
        for cells in table.extract():
            # None is what a merged cell covers: over rows in the first column, over columns elsewhere
            kept = [
                (cell or "").replace("\n", "") for n, cell in enumerate(cells) if cell is not None or n == 0
            ]
            form.row(kept if len(kept) > 1 else [*kept, ""])
    return True
