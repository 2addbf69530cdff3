"""Looks into an office file before a library unpacks it: what it is, how large it grows, what it embeds."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from scoring.errors import InputError

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MOST_UNPACKED = 100 * 1024 * 1024
_MOST_XML = 12 * 1024 * 1024
_MOST_MERGED = 200_000
_MOST_PARTS = 2000
_REF = re.compile(
    rb"mergeCell\b[^>]{0,200}?\bref\s*=\s*[\"']\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})"
)
DAMAGE = (
    *(ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, RuntimeError, SyntaxError),
    *(TypeError, ValueError, OSError, struct.error, zipfile.BadZipFile, zlib.error),
)
"""What the libraries raise over an archive that is not what it says it is, nearly anywhere in it."""


@contextmanager
def damage_told(name: str, kind: str) -> Iterator[None]:
    """What a library cannot read inside the file ``name`` becomes a refusal; ``kind`` is e.g. Word.

    Raises:
        InputError: the file is damaged.
    """
    try:
        yield
    except InputError:
        raise
    except DAMAGE as error:
        raise InputError(name, f"{kind} 文件已损坏，请重新另存后再导入") from error


def check_archive(name: str, data: bytes, must_hold: str) -> None:
    """Refuse what is no plain office file.

    Args:
        name: the file's name for messages.
        data: its content.
        must_hold: a part that such a file holds, e.g. ``word/document.xml``.

    Raises:
        InputError: an old or encrypted format, a damaged or oversized archive, or XML entities.
    """
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise InputError(name, "文件有密码保护，请先取消密码再导入")
        raise InputError(name, "这是旧格式（.doc/.xls），请用 WPS 或 Office 另存为 .docx/.xlsx")
    with damage_told(name, "Word 或 Excel"), zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        texts = [part for part in parts if part.filename.lower().endswith((".xml", ".rels", ".vml"))]
        if (
            len(parts) > _MOST_PARTS
            or sum(part.file_size for part in parts) > _MOST_UNPACKED
            or sum(part.file_size for part in texts) > _MOST_XML
        ):
            raise InputError(name, "解开后过大，不是正常的自评表")
        if must_hold not in archive.namelist():
            raise InputError(name, "不是有效的 Word 或 Excel 文件，请重新另存后再导入")
        for part in texts:
            with archive.open(part) as stream:
                _check_text(name, stream.read())


def _check_text(name: str, xml: bytes) -> None:
    """Refuse entities, and merged ranges that a library would fill cell by cell."""
    if b"\x00" in xml:  # UTF-16, or the like
        xml = xml.replace(b"\x00", b"")
    if b"<!DOCTYPE" in xml:
        raise InputError(name, "文件里有不应有的外部定义（DOCTYPE），出于安全不予读取")
    cells = 0
    for left, top, right, bottom in _REF.findall(xml):
        cells += (abs(_column(right) - _column(left)) + 1) * (abs(int(bottom) - int(top)) + 1)
        if cells > _MOST_MERGED:
            raise InputError(name, "合并单元格的范围过大，请取消整列或整表的合并后再导入")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
