"""Messages: what the page is told of a desk, by topic."""

from __future__ import annotations

from collections import Counter
from typing import Any

from scoring.ledger import coverage
from scoring.report import NARRATIVES
from scoring.scheme import load
from ui.page.chosen import may_ask
from ui.page.desk import Desk
from ui.page.show import grids, numbers
from ui.page.show.charts import charts
from ui.page.show.drafting import legend, section_line
from ui.page.show.export import export_state
from ui.page.show.findings import findings_panel
from ui.page.show.grids import Entry
from ui.page.show.head import head
from ui.page.show.importing import import_panel
from ui.page.show.ledger import ledger_panel
from ui.page.show.library import loading_panel, phrasing_panel, search_form
from ui.page.show.live import live_panel
from ui.page.show.opinions import opinions_panel
from ui.page.show.score import score_panel
from ui.page.show.sentence import sentence_panel
from ui.page.show.sheet import sheet, sheet_notes
from ui.page.show.writer import reviser_panel, writer_panel

Messages = dict[str, Any]


def everything(desk: Desk) -> Messages:
    """All that the page shows of the report, entries included: after opening, loading or restoring one."""
    by_value = load(desk.report.scheme).basis == "指标值"
    return {
        "key": desk.key,
        "address": f"?report={desk.report_id}",
        "title": f"{desk.report.project} · 自评",
        "sheet": sheet(desk.report),
        "grid:数据": grids.metric_rows(desk.report),
        "grid:指标": grids.indicator_rows(desk.report, by_value),
        "view:legend": legend(),
        "view:search-form": search_form(),
        "view:import": import_panel(desk.report),
        "view:records": loading_panel(),
        "view:sentence": sentence_panel(desk.report, NARRATIVES[0], ""),
        "view:phrasing": phrasing_panel(desk.report, NARRATIVES[0], "", ()),
        **results(desk),
        **texts(desk, put=NARRATIVES),
    }


def results(desk: Desk) -> Messages:
    """All that follows from what was entered: after a change of it."""
    report, checked = desk.report, desk.checked
    desk.told += 1
    return {
        "state": desk.told,
        "view:head": _head(desk),
        "view:live": live_panel(report, desk.stale),
        "view:score": score_panel(report, checked),
        "view:ledger": ledger_panel(report, coverage(report, checked.verdicts)),
        "view:charts": charts(report, checked),
        "view:findings": findings_panel(report, checked, desk.carried, may_ask(report)),
        "sheet:notes": sheet_notes(report, checked, desk.wrong),
        "grid:数据:notes": grids.metric_notes(report, checked, desk.entries.get("数据", Entry())),
        "grid:指标:notes": grids.indicator_notes(checked, desk.entries.get("指标", Entry())),
        "view:export-state": export_state(report, checked),
        **writers(desk),
        "view:opinions": opinions_panel(report, desk.opinions, may_ask(report)),
        "badges": badges(desk),
        **{f"view:section:{label}": section_line(report, label, checked.verdicts) for label in NARRATIVES},
        **texts(desk),
    }


def writers(desk: Desk) -> Messages:
    """Who drafts and who revises."""
    return {
        "view:writer": writer_panel(desk.report, desk.chosen),
        "view:reviser": reviser_panel(desk.report, desk.chosen),
    }


def _head(desk: Desk) -> Any:
    notices = desk.library.notices[desk.notices_read :]
    return head(
        desk.report,
        desk.saved_at,
        desk.n,
        desk.refused,
        _unread(desk),
        notices,
        desk.account.may_write,
        desk.unsaved,
        desk.merging,
    )


def texts(desk: Desk, put: tuple[str, ...] = ()) -> Messages:
    """The marks of each narrative; those in ``put`` are also put into their editors."""
    messages: Messages = {}
    for label in NARRATIVES:
        text = desk.report.narrative(label)
        messages[f"text:{label}"] = {
            "text": text,
            "marks": numbers.marks(desk.report, label, text, desk.checked.verdicts),
            **({"set": True} if label in put else {}),
        }
    return messages


def badges(desk: Desk) -> dict[str, str]:
    """What the tabs carry: the number of errors, and of metrics to confirm."""
    errors = Counter(finding.severity for finding in desk.checked.findings)["error"]
    unconfirmed = sum(metric.unconfirmed for metric in desk.report.metrics)
    return {"check": str(errors or ""), "metrics": str(unconfirmed or "")}


def toast(text: str, level: str = "info") -> Messages:
    """A line that appears for a while."""
    return {"toast": {"text": text, "level": level}}


def _unread(desk: Desk) -> int:
    return len(desk.wrong) + sum(len(entry.wrong) for entry in desk.entries.values())
