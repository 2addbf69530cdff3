"""Looks into an office file before a library unpacks it: what it is, how large it grows, what it embeds."""

from __future__ import annotations

import io
import zipfile

from scoring.errors import InputError

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MOST_UNPACKED = 100 * 1024 * 1024
_MOST_PARTS = 2000


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
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_UNPACKED:
                raise InputError(name, "解开后过大，不是正常的自评表")
            if must_hold not in archive.namelist():
                raise InputError(name, "不是有效的 Word 或 Excel 文件，请重新另存后再导入")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")) and b"<!DOCTYPE" in archive.read(part)[:4096]:
                    raise InputError(name, "文件里有不应有的外部定义（DOCTYPE），出于安全不予读取")
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError) as error:
        raise InputError(name, "文件已损坏或不是 Word/Excel 文件") from error
