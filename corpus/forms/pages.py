"""Opens a PDF within bounds: how many pages, how large its streams grow, how much is drawn."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdftypes import resolve1
from pdfminer.psexceptions import PSException
from pdfplumber.page import Page
from pdfplumber.utils.exceptions import PdfminerException

from corpus.forms.archive import damage_told
from scoring.errors import InputError

MOST_PAGES: Final = 60
_MOST_UNPACKED: Final = 100 * 1024 * 1024
_MOST_DRAWN: Final = 5 * 1024 * 1024
_MOST_LINES: Final = 6000
_CHUNK: Final = 1 << 20
_STREAM: Final = re.compile(rb"stream\r?\n")
# filters upon filters: what the first gives is not looked at
_TWICE: Final = re.compile(rb"/(?:FlateDecode|Fl|LZWDecode|LZW)\b[\s\]]*/(?:FlateDecode|Fl|LZWDecode|LZW)\b")
_TOO_LARGE: Final = "解开后过大，不是正常的自评表，请重新导出后再导入"


@contextmanager
def opened_pages(name: str, data: bytes) -> Iterator[list[Page]]:
    """The pages of a PDF whose text can be read.

    Raises:
        InputError: no PDF, damaged, protected, scanned (no text), too long or too large.
    """
    if not data.startswith(b"%PDF"):
        raise InputError(name, "不是 PDF 文件")
    _check_streams(name, data)
    try:
        with damage_told(name, "PDF"), pdfplumber.open(io.BytesIO(data)) as document:
            pages = document.pages
            if len(pages) > MOST_PAGES:
                raise InputError(name, f"有{len(pages)}页，超过{MOST_PAGES}页，请只导出自评表的页面")
            if sum(_drawn(page) for page in pages) > _MOST_DRAWN:
                raise InputError(name, _TOO_LARGE)
            if not any(page.extract_text().strip() for page in pages[:3]):
                raise InputError(name, "是扫描件，没有文字层，无法读取，请用原始的 Word、Excel 或文字 PDF")
            if any(len(page.edges) > _MOST_LINES for page in pages):
                raise InputError(name, "页面上的线条过多，不是正常的自评表，请重新导出后再导入")
            yield pages
    except (PDFPasswordIncorrect, PdfminerException, PSException) as error:
        protected = "Password" in repr(error)
        problem = "有密码保护，请先取消密码再导入" if protected else "PDF 文件已损坏，请重新导出后再导入"
        raise InputError(name, problem) from error


def _check_streams(name: str, data: bytes) -> None:
    """Inflate every stream once within bounds: the library inflates them whole."""
    if _TWICE.search(data):
        raise InputError(name, _TOO_LARGE)
    total = 0
    for start in (match.end() for match in _STREAM.finditer(data)):
        for piece in _inflated(data, start):
            total += piece
            if total > _MOST_UNPACKED:
                raise InputError(name, _TOO_LARGE)


def _inflated(data: bytes, start: int) -> Iterator[int]:
    """The sizes of the pieces that a stream inflates to; none where it is not deflated."""
    inflate = zlib.decompressobj()
    waiting = data[start : start + _CHUNK]
    position = start + len(waiting)
    try:
        while waiting and not inflate.eof:
            yield len(inflate.decompress(waiting, _CHUNK))
            waiting = inflate.unconsumed_tail
            if not waiting:
                waiting = data[position : position + _CHUNK]
                position += len(waiting)
    except zlib.error:
        return


def _drawn(page: Page) -> int:
    """How many bytes of drawing a page has."""
    return sum(len(resolve1(stream).get_data()) for stream in page.page_obj.contents)
