"""Reads the plain text of a file that is no form: an article in Word, text or PDF."""

from __future__ import annotations

import io
from pathlib import Path

from corpus.forms.archive import check_archive, damage_told
from corpus.forms.text import decode
from scoring.errors import InputError


def read_prose(name: str, data: bytes) -> str:
    """The paragraphs of a .docx, .txt or .pdf, one a line.

    Raises:
        InputError: the file is of another kind, damaged, or holds no text.
    """
    match Path(name).suffix.lower():
        case ".docx":
            text = _docx(name, data)
        case ".txt":
            text = decode(name, data)
        case ".pdf":
            text = _pdf(name, data)
        case other:
            raise InputError(name, f"不能从{other or '没有后缀的'}文件中取出文字，应为 .docx .txt .pdf")
    if not text.strip():
        raise InputError(name, "文件里没有文字")
    return text.strip()


def _docx(name: str, data: bytes) -> str:
    from docx import Document

    check_archive(name, data, "word/document.xml")
    with damage_told(name, "Word"):
        paragraphs = Document(io.BytesIO(data)).paragraphs
        return "\n".join(paragraph.text for paragraph in paragraphs if paragraph.text.strip())


def _pdf(name: str, data: bytes) -> str:
    from corpus.forms.pages import opened_pages

    with opened_pages(name, data) as pages:
        lines = "\n".join(page.extract_text() for page in pages)
    # A PDF breaks its lines anywhere: only a line that ends a sentence ends a paragraph.
    return "".join(f"{line}\n" if line.endswith(("。", "；", "：")) else line for line in lines.splitlines())
