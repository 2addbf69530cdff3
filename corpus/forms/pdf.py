"""Reads a form from a PDF that holds text."""

from __future__ import annotations

from pdfplumber.page import Page

from corpus.forms.build import Form
from corpus.forms.pages import opened_pages
from corpus.forms.provenance import is_heading
from scoring.report import Report


def read_pdf(name: str, data: bytes) -> Report:
    """The report in the tables of a PDF.

    Raises:
        InputError: no PDF, protected, scanned (no text), too long, or no form in it.
    """
    form = Form(name)
    with opened_pages(name, data) as pages:
        for page in pages:
            if not _read_page(form, page):
                break
            form.page_break()
    return form.report()


def _read_page(form: Form, page: Page) -> bool:
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
