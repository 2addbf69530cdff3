"""Checking only: a text that belongs to no report, read against itself or against the report on the desk."""

from __future__ import annotations

import re
from collections import Counter

from corpus.trail import Act
from scoring.numbers.binder import bind
from scoring.numbers.propose import propose_metrics
from scoring.report import Report
from ui.page.calls.registry import Arg, call
from ui.page.desk import Desk
from ui.page.messages import Messages, everything, toast
from ui.page.show import numbers
from ui.page.show.loose import loose_panel

LOOSE = "只核对"
"""The name of the loose text's editor."""

_TEXT = "主要绩效"
_YEAR = re.compile(r"(?<!\d)(20\d\d)年")


def checked_loose(desk: Desk, text: str, put: bool = False) -> Messages:
    """The marks of a loose text and what was read in it."""
    report = _report(desk, text)
    verdicts = [one for one in bind(report) if one.field == _TEXT]
    message = {"text": text, "marks": numbers.marks(report, _TEXT, text, verdicts, can_change=False)}
    return {
        f"text:{LOOSE}": {**message, "set": True} if put else message,
        "view:loose": loose_panel(verdicts, report.metrics, desk.loose_against_desk),
    }


def _report(desk: Desk, text: str) -> Report:
    if desk.loose_against_desk:
        alone = desk.report.model_copy(update={"problems": "", "measures": ""})
        return alone.with_narrative(_TEXT, text)
    labels = {
        "方案": desk.report.scheme,
        "年度": _year_told(text) or str(desk.report.year),
        "项目名称": "粘贴的文字",
        "预算单位": desk.report.budget_unit,
        _TEXT: text,
    }
    bare = Report.from_mapping(labels)
    return bare.model_copy(update={"metrics": propose_metrics(bare)})


def _year_told(text: str) -> str:
    """The year that the text tells most often, the first of equals; empty where it tells none."""
    return next((year for year, _ in Counter(_YEAR.findall(text)).most_common(1)), "")


@call
def check_against(desk: Desk, arg: Arg) -> Messages:
    """Whether a loose text is held against the report on the desk."""
    desk.loose_against_desk = bool(arg["desk"])
    return checked_loose(desk, desk.loose)


@call
def adopt_loose(desk: Desk, arg: Arg) -> Messages:
    """The loose text made a report of its own, the metrics proposed from it to be confirmed."""
    desk.start(_report(desk, desk.loose), Act("load", "imported"))
    text = f"已新建报告，从文字中提取 {len(desk.report.metrics)} 项数据，请填写项目名称并逐项确认"
    return {**everything(desk), "goto": {"tab": "report"}, **toast(text)}
