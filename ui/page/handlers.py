"""What the page may ask of a desk, by name; plain values in, messages out, no gradio."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from scoring.check import check
from scoring.errors import InputError
from scoring.report import NARRATIVES
from scoring.report import Report
from scoring.scheme import load
from ui.page import edits
from ui.page.desk import Desk, open_report
from ui.page.messages import Messages, everything, results, texts, toast
from ui.page.show import grids, numbers
from ui.page.show.grids import Entry

Arg = dict[str, Any]
Call = Callable[[Desk, Arg], Messages]

CALLS: Final[dict[str, Call]] = {}
"""Every call of the page by its name."""


def call(function: Call) -> Call:
    """Offer a function to the page under its own name."""
    CALLS[function.__name__] = function
    return function


def answer(desk: Desk, name: str, arg: Arg) -> Messages:
    """Carry out the call ``name``; input that cannot be used becomes a line for the user."""
    wanted = CALLS.get(name)
    if wanted is None:
        return toast("页面与程序版本不一致，请刷新页面", "error")
    with desk.lock:
        try:
            return wanted(desk, arg)
        except InputError as error:
            return toast(str(error), "error")


@call
def field(desk: Desk, arg: Arg) -> Messages:
    """Another text in a field of the sheet."""
    label, value = str(arg["field"]), str(arg["value"])
    try:
        changed = edits.with_field(desk.report, label, value)
        load(changed.scheme)
    except InputError as error:
        desk.wrong[label] = error.problem
        return results(desk)
    desk.wrong.pop(label, None)
    year_changed = changed.year != desk.report.year and bool(changed.metrics)
    desk.keep(changed)
    if label == "方案":
        return everything(desk)
    if year_changed:
        return {**everything(desk), **toast("年度已改，“数据”全部转为待确认，请逐项核对", "warning")}
    return results(desk)


@call
def rows(desk: Desk, arg: Arg) -> Messages:
    """Other rows in 数据 or 指标."""
    grid = "数据" if arg["grid"] == "数据" else "指标"
    changed, placed, wrong = edits.with_rows(desk.report, grid, arg["rows"])
    desk.entries[grid] = Entry(tuple(placed), wrong)
    desk.keep(changed)
    return results(desk)


@call
def check_text(desk: Desk, arg: Arg) -> Messages:
    """The marks of a text that is being written, nothing saved."""
    label, text = _narrative(arg)
    draft = desk.report.with_narrative(label, text)
    verdicts = check(draft, load(draft.scheme)).verdicts
    return {f"text:{label}": {"text": text, "marks": numbers.marks(draft, label, text, verdicts)}}


@call
def text(desk: Desk, arg: Arg) -> Messages:
    """Another text of a narrative, saved."""
    label, written = _narrative(arg)
    desk.keep(desk.report.with_narrative(label, written))
    return results(desk)


@call
def correct(desk: Desk, arg: Arg) -> Messages:
    """One number corrected in the text, as the check offers."""
    label = str(arg["field"])
    desk.keep(
        edits.corrected(
            desk.report, label, int(arg["start"]), int(arg["end"]), str(arg["text"]), str(arg["expected"])
        )
    )
    return {**results(desk), **texts(desk, put=(label,)), **toast(f"已改为 {arg['expected']}")}


@call
def set_aside(desk: Desk, arg: Arg) -> Messages:
    """A finding set aside, with the reason."""
    desk.keep(edits.with_disposition(desk.report, str(arg["rule"]), str(arg["place"]), str(arg.get("reason", ""))))
    return results(desk)


@call
def take_up(desk: Desk, arg: Arg) -> Messages:
    """A finding taken up again."""
    desk.keep(edits.without_disposition(desk.report, int(arg["index"])))
    return results(desk)


@call
def confirm(desk: Desk, arg: Arg) -> Messages:
    """One metric confirmed (``row`` from 1), or all of them."""
    row = arg.get("row")
    return _with_metrics(desk, edits.confirmed(desk.report, None if row is None else int(row)))


@call
def enter(desk: Desk, arg: Arg) -> Messages:
    """An unsupported number entered as a metric, for the writer to name and source."""
    label = str(arg["field"])
    for verdict in desk.checked.verdicts:
        mention = verdict.mention
        if verdict.field == label and (mention.start, mention.end) == (arg["start"], arg["end"]):
            value = "" if mention.value is None else f"{mention.value:f}"
            name = f"请填写名称（{mention.text}）"
            messages = _with_metrics(desk, edits.with_metric(desk.report, name, value, mention.unit))
            return {**messages, "goto": {"field": f"数据[{len(desk.report.metrics)}].名称"}}
    return toast("这处文字已经改动，请重新点选", "warning")


def _with_metrics(desk: Desk, report: Report) -> Messages:
    desk.entries.pop("数据", None)
    desk.keep(report)
    return {"grid:数据": grids.metric_rows(desk.report), **results(desk)}


@call
def take_theirs(desk: Desk, arg: Arg) -> Messages:
    """After a refused save: the other window's version."""
    desk.take_theirs()
    return everything(desk)


@call
def split_off(desk: Desk, arg: Arg) -> Messages:
    """After a refused save: this window's report as one of its own."""
    desk.split_off()
    return {**everything(desk), **toast("已另存为一份新报告")}


@call
def open_other(desk: Desk, arg: Arg) -> Messages:
    """Another report of the writer's."""
    open_report(desk, int(arg["report"]))
    return everything(desk)


def _narrative(arg: Arg) -> tuple[str, str]:
    label = str(arg["field"])
    if label not in NARRATIVES:
        raise InputError(label, "不是叙述部分")
    return label, str(arg["text"]).replace("\r\n", "\n")
