"""Report forms in and out: one module a format, all through one map of labels."""

from __future__ import annotations

from pathlib import Path

from corpus.disk import write_whole
from scoring.errors import InputError
from scoring.report import Report
from scoring.report_file import parse_report

MAX_BYTES = 20 * 1024 * 1024


def read_form(path: Path) -> Report:
    """The report in a file.

    Raises:
        InputError: the file cannot be read as a report; names the file, what was expected and what to do.
        OSError: the file is not there or may not be read.
    """
    if path.stat().st_size > MAX_BYTES:
        raise InputError(str(path), "文件超过 20 MB，请确认是不是自评表")
    return read_form_bytes(str(path), path.read_bytes())


def read_form_bytes(name: str, data: bytes) -> Report:
    """The report in the content of a file called ``name`` (an upload).

    Raises:
        InputError: as :func:`read_form`.
    """
    if len(data) > MAX_BYTES:
        raise InputError(name, "文件超过 20 MB，请确认是不是自评表")
    if not data.strip():
        raise InputError(name, "文件是空的，应为一份报告")
    match _suffix(name):
        case ".txt":
            from corpus.forms.text import read_text

            return read_text(name, data)
        case ".docx":
            from corpus.forms.word import read_docx

            return read_docx(name, data)
        case ".xlsx":
            from corpus.forms.excel import read_xlsx

            return read_xlsx(name, data)
        case ".pdf":
            from corpus.forms.pdf import read_pdf

            return read_pdf(name, data)
        case ".yaml" | ".yml":
            return parse_report(_utf8(name, data), name)
        case other:
            raise InputError(name, f"不支持{other or '没有后缀'}的文件，应为 .yaml .txt .docx .xlsx .pdf")


def _suffix(name: str) -> str:
    return Path(name).suffix.lower()


def _utf8(name: str, data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(name, "不是 UTF-8 文字，报告文件应为 UTF-8 编码的 YAML") from error
    if "\x00" in text:
        raise InputError(name, "是二进制文件，应为报告文件（.yaml）或可导入的表格")
    return text


def write_form(report: Report, path: Path, provenance: bool = False) -> None:
    """Write ``report`` as the official form, whole or not at all.

    Args:
        report: the report.
        path: where to; its suffix chooses the format.
        provenance: append what each sentence rests on and how its numbers come about; importing skips it.

    Raises:
        InputError: the suffix names no format that can be written, or the folder cannot be written.
    """
    match path.suffix.lower():
        case ".docx":
            from corpus.forms.word_out import docx_bytes as rendered
        case ".xlsx":
            from corpus.forms.excel_out import xlsx_bytes as rendered
        case ".html":
            from corpus.forms.html_out import html_bytes as rendered
        case _:
            raise InputError(str(path), "应为 .docx、.xlsx 或 .html")
    write_whole(path, rendered(report, provenance))
