"""The library: searching, browsing and removing, and past phrasing for the sentence in hand."""

from __future__ import annotations

from corpus.trail import Act
from scoring.errors import InputError
from scoring.report import NARRATIVES
from ui.page.calls.registry import Arg, aside, call
from ui.page.desk import Desk
from ui.page.messages import Messages, results, toast
from ui.page.show.library import hits_panel, phrasing_panel, records_panel, search_form

_PHRASINGS = 6
_HITS = 20
FINAL = "定稿"
"""The name of a version that was finished."""


@aside
def library(desk: Desk, arg: Arg) -> Messages:
    """What the library holds, and an empty search."""
    return {"view:records": records_panel(desk.library.list()), "view:search-form": search_form()}


@aside
def search_library(desk: Desk, arg: Arg) -> Messages:
    """Sentences of past reports that say what was asked for."""
    query, section = str(arg.get("query", "")).strip(), str(arg.get("section", ""))
    year = str(arg.get("year", "")).strip().removesuffix("年")
    if year and not year.isdigit():
        raise InputError("年度", f"应为四位年份，读到「{year[:10]}」")
    hits = desk.library.search(query, section or None, year=int(year) if year else None, limit=_HITS)
    return {"view:hits": hits_panel(hits), "view:search-form": search_form(query, section, year)}


@aside
def remove_record(desk: Desk, arg: Arg) -> Messages:
    """One report taken out of the library; a sample only where no other unit has it too."""
    desk.check_may_write()
    number = int(arg["report"])
    if desk.unit and any(record.is_sample and record.id == number for record in desk.library.list()):
        raise InputError("样例报告", "各单位共用，不能移除")
    desk.library.remove(number, desk.who)
    return {"view:records": records_panel(desk.library.list()), **toast("已从库中移除")}


@call
def finish_report(desk: Desk, arg: Arg) -> Messages:
    """The report on the desk kept as its final version, and in the library for the years to come."""
    desk.keep(desk.report, FINAL, Act("finish"))
    desk.library.add_report(desk.report, f"{desk.report.project}（本机编写）", desk.who)
    records = {"view:records": records_panel(desk.library.list())}
    return {
        **results(desk),
        **records,
        **toast(f"已定稿（第 {desk.n} 版）并存入报告库，明年可以检索它的写法"),
    }


@call
def read_notices(desk: Desk, arg: Arg) -> Messages:
    """What the library had to say, taken note of."""
    desk.notices_read = len(desk.library.notices)
    return results(desk)


@aside
def phrasing(desk: Desk, arg: Arg) -> Messages:
    """Past phrasing near a sentence or some words, as patterns filled from 数据."""
    label = str(arg.get("field", ""))
    label = label if label in NARRATIVES else NARRATIVES[0]
    query = str(arg.get("query", "")).strip()[:200]
    hits = desk.library.search(query, label, limit=_PHRASINGS) if query else []
    return {"view:phrasing": phrasing_panel(desk.report, label, query, hits)}
