"""Reads a form from plain text, as a PDF gives it up: cells between tabs, an empty line where a page ends."""

from __future__ import annotations

import codecs

from corpus.forms.build import Form
from scoring.errors import InputError
from scoring.report import Report


def decode(name: str, data: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 (with its mark) or GB18030.

    Raises:
        InputError: it is none of these, or no text at all.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace").lstrip("\ufeff")
    if b"\x00" in data:
        raise InputError(name, "是二进制文件，不是文字，请另存为 .txt、.docx、.xlsx 或 .pdf")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError(name, "文字编码无法识别，请另存为 UTF-8 的 .txt")


def read_text(name: str, data: bytes) -> Report:
    """The report in a text form.

    Raises:
        InputError: the text is no form, or a field cannot be read; names the place.
    """
    form = Form(name)
    for line in decode(name, data).splitlines():
        if not line.strip():
            form.page_break()
        elif "\t" in line:
            form.row([cell.strip() for cell in line.split("\t")])
        else:
            form.text(line)
    return form.report()
