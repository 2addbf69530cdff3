"""Report forms in and out: one module a format, all through one map of labels."""

from __future__ import annotations

from pathlib import Path

from scoring.errors import InputError
from scoring.report import Report
from scoring.report_file import parse_report, render_report

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
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(name, "不是 UTF-8 文字，报告文件应为 UTF-8 编码的 YAML") from error
    if "\x00" in text:
        raise InputError(name, "是二进制文件，应为报告文件（.yaml）或可导入的表格")
    return parse_report(text, name)


def write_form(report: Report, path: Path) -> None:
    """Write ``report`` as the official form, whole or not at all.

    Raises:
        InputError: the suffix names no format that can be written.
    """
    if path.suffix.lower() not in (".yaml", ".yml"):
        raise InputError(str(path), "应为 .docx、.xlsx 或 .html")
    path.write_text(render_report(report), encoding="utf-8")
