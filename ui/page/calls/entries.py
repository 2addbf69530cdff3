"""Entering: fields, rows and metrics of the report, and what follows from them for its texts."""

from __future__ import annotations

from corpus.trail import EDIT, Act
from scoring.errors import InputError
from scoring.numbers.live import apply
from scoring.report import NARRATIVES, Report
from scoring.scheme import load
from ui.page import edits
from ui.page.calls.registry import Arg, aside, call
from ui.page.desk import Desk
from ui.page.messages import Messages, everything, results, texts, toast
from ui.page.show import grids
from ui.page.show.grids import Entry


@call
def field(desk: Desk, arg: Arg) -> Messages:
    """Another text in a field of the sheet."""
    label, value = str(arg["field"]), str(arg["value"])
    if label not in Report.labels().values():
        return toast("表中没有这一项，请刷新页面", "error")
    try:
        changed = edits.with_field(desk.report, label, value)
        load(changed.scheme)
    except InputError as error:
        desk.wrong[label] = error.problem
        return results(desk)
    desk.wrong.pop(label, None)
    year_changed = changed.year != desk.report.year and bool(changed.metrics)
    desk.keep_facts(changed)
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
    desk.keep_facts(changed)
    return results(desk)


@aside
def stop(desk: Desk, arg: Arg) -> Messages:
    """End the long work that is under way at its next step."""
    desk.stop.set()
    return {}


@call
def rewrite_live(desk: Desk, arg: Arg) -> Messages:
    """The stale numbers of all texts written anew."""
    changes = desk.stale
    desk.base = None
    desk.keep(apply(desk.report, changes), act=Act("renumber", "program"))
    return {**results(desk), **texts(desk, put=NARRATIVES), **toast(f"已改写 {len(changes)} 处")}


@call
def keep_stale(desk: Desk, arg: Arg) -> Messages:
    """The stale numbers left as they are; the check tells of them."""
    desk.base = None
    return results(desk)


@call
def confirm(desk: Desk, arg: Arg) -> Messages:
    """One metric confirmed (``row`` from 1), or all of them."""
    row = arg.get("row")
    changed = edits.confirmed(desk.report, None if row is None else int(row))
    return _with_metrics(desk, changed, Act("confirm"))


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


def _with_metrics(desk: Desk, report: Report, act: Act = EDIT) -> Messages:
    desk.entries.pop("数据", None)
    desk.keep(report, act=act)
    return {"grid:数据": grids.metric_rows(desk.report), **results(desk)}
