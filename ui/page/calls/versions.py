"""Versions of the report on the desk, and the writer's other reports."""

from __future__ import annotations

from corpus.history import moments, version
from corpus.last_year import carry_forward
from corpus.trail import Act
from scoring.errors import InputError
from scoring.report import Report
from scoring.report_file import parse_report
from ui.page.calls.registry import Arg, call
from ui.page.desk import Desk, open_report
from ui.page.messages import Messages, everything, results, toast
from ui.page.show.versions import compared, reports_panel, versions_panel


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
def merge(desk: Desk, arg: Arg) -> Messages:
    """After a refused save: the changes of both windows in one report; where they clash a side is chosen."""
    if desk.refused is None:
        return everything(desk)
    desk.sides = dict(desk.sides or {})
    if (side := arg.get("side")) in ("mine", "theirs"):
        desk.sides[str(arg["place"])] = side
    if not desk.take_merge():
        return results(desk)
    if desk.refused is not None or desk.unsaved:
        return {**everything(desk), **toast("合并后还没有保存，见页面上方的说明", "warning")}
    return {**everything(desk), **toast(f"两边的改动已合并，保存为第 {desk.n} 版")}


@call
def save_again(desk: Desk, arg: Arg) -> Messages:
    """What could not be saved, tried once more."""
    desk.settle()
    return {**results(desk), **toast("已保存")}


@call
def open_other(desk: Desk, arg: Arg) -> Messages:
    """Another report of the writer's."""
    open_report(desk, int(arg["report"]))
    return everything(desk)


@call
def versions(desk: Desk, arg: Arg) -> Messages:
    """The versions of the report and the writer's other reports, as they are now."""
    shown = moments(desk.engine, desk.report_id)
    return {
        "view:versions": versions_panel(shown, desk.n, bool(arg.get("all"))),
        "view:reports": reports_panel(desk.reports(), desk.report_id, desk.report.year),
    }


@call
def name_version(desk: Desk, arg: Arg) -> Messages:
    """The report as it is kept as a version with a name."""
    name = str(arg.get("name", "")).strip()
    if not name:
        raise InputError("版本", "请先填写版本的名称，如“送审稿”")
    desk.keep(desk.report, name, Act("name"))
    return {**versions(desk, {}), **results(desk), **toast(f"已保存为“{name}”")}


@call
def compare_version(desk: Desk, arg: Arg) -> Messages:
    """The difference between a version and the report as it is."""
    chosen = version(desk.engine, desk.report_id, int(arg["n"]))
    return {"view:version-diff": compared(chosen, parse_report(chosen.text), desk.report)}


@call
def restore_version(desk: Desk, arg: Arg) -> Messages:
    """An older version laid on the desk again, kept as the newest one."""
    chosen = version(desk.engine, desk.report_id, int(arg["n"]))
    desk.entries, desk.wrong, desk.base = {}, {}, None
    desk.keep(parse_report(chosen.text), f"恢复自第 {chosen.n} 版", Act("restore", "restored"))
    return {
        **everything(desk),
        **versions(desk, {}),
        "view:version-diff": None,
        **toast(f"已恢复第 {chosen.n} 版"),
    }


@call
def new_report(desk: Desk, arg: Arg) -> Messages:
    """An empty report of the same unit and scheme."""
    project = str(arg.get("project", "")).strip()
    if not project:
        raise InputError("新建", "请先填写项目名称")
    old = desk.report
    labels = {"方案": old.scheme, "年度": str(old.year), "项目名称": project, "预算单位": old.budget_unit}
    desk.start(Report.from_mapping(labels), Act("create"))
    return {**everything(desk), **versions(desk, {}), "goto": {"tab": "report"}, **toast("已新建报告")}


@call
def next_year(desk: Desk, arg: Arg) -> Messages:
    """The next year's report begun from this one: its values become last year's, results are left open."""
    carried = carry_forward(desk.report, desk.report.year + 1)
    desk.start(carried.report, Act("carry", "program"))
    text = f"已以本报告为底稿新建 {carried.report.year} 年度报告，上年值已带入，请录入本年数值"
    return {**everything(desk), **versions(desk, {}), "goto": {"tab": "report"}, **toast(text)}
