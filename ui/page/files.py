"""Files in and out: a form read onto the desk, the report written in a format, a preview of it."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from corpus.library import AddResult
from corpus.store import checksum, record
from corpus.trail import Act, Noted
from scoring.errors import InputError
from scoring.report import Report
from scoring.report_file import render_report
from ui.page.background import StoppedError, told_by
from ui.page.calls.library import library
from ui.page.calls.loose import checked_loose
from ui.page.desk import Desk
from ui.page.messages import Messages, everything, toast
from ui.page.show.importing import import_panel
from ui.page.show.library import added_panel, progress_panel
from ui.review_pack import review_pack

_LONGEST_NAME = 200
"""In bytes, of an exported file without its kind; a file system takes 255."""


def read(path: str) -> Report:
    """The report in an uploaded form or report file.

    Raises:
        InputError: the file cannot be read as a report.
    """
    from corpus.forms import read_form_bytes

    file = Path(path)
    return read_form_bytes(file.name, file.read_bytes())


def load(desk: Desk, path: str) -> Messages:
    """Read a form onto the desk as a report of its own; what was guessed or not placed is listed."""
    desk.start(read(path), Act("load", "imported"))
    return {
        **everything(desk),
        "view:import": import_panel(desk.report, is_new=True),
        "goto": {"tab": "report"},
        **toast(f"已载入：指标 {len(desk.report.indicators)} 行，数据 {len(desk.report.metrics)} 项"),
    }


def load_loose(desk: Desk, path: str) -> Messages:
    """Read a file for checking only: the narratives of a form, or the text of any other."""
    from corpus.forms.prose import read_prose

    try:
        report = read(path)
        desk.loose = "\n".join(filter(None, (report.achievements, report.problems, report.measures)))
    except InputError:
        desk.loose = read_prose(Path(path).name, Path(path).read_bytes())
    return checked_loose(desk, desk.loose, put=True)


def write(desk: Desk, kind: str, with_provenance: bool = False) -> tuple[str, str]:
    """The report as a file of ``kind`` (.docx, .xlsx, .html, .yaml or pack.html).

    ``with_provenance`` appends to a form what its sentences rest on.

    Returns:
        Its path, and why the trail could not tell of it, empty where it does: whoever cannot save must at
        least get the text out.

    Raises:
        InputError: the kind is unknown or the report cannot be written so.
    """
    folder = tempfile.mkdtemp(dir=desk.transfers.folder(desk.account.id))
    target = _written(desk, kind, with_provenance, Path(folder))
    text = render_report(desk.report)
    details = {
        "file": target.name,
        "sha256": checksum(target.read_bytes()),
        "of": desk.n,
        "text": checksum(text),
    }
    noted = Noted(Act("export"), desk.who, desk.clock(), desk.report_id or None, details)
    try:
        record(desk.engine, noted)
    except InputError as error:
        return str(target), f"未记入修改记录：{error.problem}"
    return str(target), ""


def _written(desk: Desk, kind: str, with_provenance: bool, folder: Path) -> Path:
    report = desk.report
    name = re.sub(r'[\\/:*?"<>|\s]+', "_", f"{report.project}_{report.year}")[:60]
    name = name.encode()[:_LONGEST_NAME].decode("utf-8", "ignore")
    if kind == "pack.html":
        target = folder / f"{name}_复核包.html"
        target.write_text(review_pack(report, desk.checked, desk.clock()), encoding="utf-8")
    elif kind == ".yaml":
        target = folder / f"{name}.yaml"
        target.write_text(render_report(report), encoding="utf-8")
    else:
        from corpus.forms import write_form

        target = folder / f"{name}_绩效自评{kind}"
        try:
            write_form(report, target, with_provenance)
        except InputError as error:
            raise InputError("导出", error.problem) from error
    return target


def preview(desk: Desk, kind: str, with_provenance: bool) -> Iterator[Messages]:
    """What the file will look like: the form as a page, the review pack, or the report file's text."""
    if kind == ".yaml":
        yield {"view:preview": ["pre", {"class": "z-preview"}, render_report(desk.report)]}
        return
    shown = "pack.html" if kind == "pack.html" else ".html"
    with tempfile.TemporaryDirectory(prefix="ziping-") as folder:
        page = _written(desk, shown, with_provenance, Path(folder)).read_text("utf-8")
    yield {"view:preview": ["iframe", {"class": "z-preview", "title": "预览", "page": page}]}


def add_to_library(desk: Desk, paths: list[str] | None) -> Iterator[Messages]:
    """Add files to the library, telling how far it is; stopped, none of them is added."""
    desk.check_may_write()
    desk.stop.clear()

    def work(tell: Callable[[Any], None]) -> None:
        files = [Path(path) for path in paths or ()]

        def progress(done: int, total: int) -> None:
            if desk.stop.is_set():
                raise StoppedError
            tell((done, total))

        tell(desk.library.add(files, progress, desk.who))

    for step in told_by(work, desk.stop):
        if isinstance(step, AddResult):
            yield {"adding": False, "view:adding": added_panel(step), **library(desk, {})}
        else:
            yield {"adding": True, "view:adding": progress_panel(*step)}
    if desk.stop.is_set():
        yield {"adding": False, "view:adding": None, **toast("已停止，没有加入任何报告", "warning")}
