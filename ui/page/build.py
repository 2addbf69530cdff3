"""The page: its tabs laid out, and what happens on a click wired to the calls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import gradio as gr

from scoring.report import NARRATIVES
from ui.page import api, calls, components, files, messages
from ui.page.calls.loose import check_against
from ui.page.desk import Desk
from ui.page.desks import Desks
from ui.page.drafts import drafting
from ui.page.events import FLUSH, QUIET, Events
from ui.page.messages import Messages
from ui.page.panels.draft import DraftButtons, draft_panel
from ui.page.panels.export import ExportParts, export_panel
from ui.page.panels.library import FORMS, library_panel
from ui.page.panels.loose import loose_panel
from ui.page.panels.report import report_panel
from ui.page.panels.versions import versions_panel

_CACHE_SECONDS = (3600, 86400)
_DOWNLOAD = "(path) => { if (path) setTimeout(() => document.querySelector('#z-download').click(), 50); }"


def build(desks: Desks) -> gr.Blocks:
    """The page over ``desks``."""
    with gr.Blocks(title="自评", analytics_enabled=False, delete_cache=_CACHE_SECONDS) as page:
        bus = components.bus(_call(desks))
        events = Events(desks, bus)
        with gr.Row(elem_id="z-top"):
            with gr.Column(scale=8, min_width=400):
                components.view("head")
            form = gr.UploadButton(
                "载入表格…", file_types=FORMS, size="sm", scale=0, min_width=110, elem_id="z-load"
            )
        components.view("live")
        with gr.Tabs(elem_id="z-tabs"):
            with _tab("报告", "report"):
                report_panel()
            with _tab("起草", "draft") as draft_tab:
                draft = draft_panel()
            with _tab("核对", "check"):
                components.view("findings")
            with _tab("版本", "versions") as versions_tab:
                versions_panel()
            with _tab("报告库", "library") as library_tab:
                add, stop_adding = library_panel()
            with _tab("导出", "export") as export_tab:
                export = export_panel()
            with _tab("只核对", "loose"):
                dropped, against = loose_panel()
        api.offer(desks)
        page.load(events.opened, None, bus, **QUIET)
        page.unload(desks.close)
        form.upload(events.with_value(files.load), form, bus, **QUIET)
        draft_tab.select(events.asking("plan"), None, bus, js=FLUSH, **QUIET)
        versions_tab.select(events.asking("versions"), None, bus, js=FLUSH, **QUIET)
        library_tab.select(events.asking("library"), None, bus, **QUIET)
        add.upload(events.streaming(files.add_to_library), add, bus, **QUIET)
        stop_adding.click(events.asking("stop"), None, bus, queue=False, **QUIET)
        dropped.upload(events.with_value(files.load_loose), dropped, bus, **QUIET)
        against.change(
            events.with_value(lambda desk, own: check_against(desk, {"desk": own})), against, bus, **QUIET
        )
        _wire_draft(events, draft)
        _wire_export(events, export, export_tab)
    return page  # type: ignore[no-any-return]


def _call(desks: Desks) -> Any:
    def call(data: dict[str, Any]) -> dict[str, Any]:
        desk = desks.by_key(str(data.get("key", "")))
        if desk is None:
            return messages.toast("页面已过期，请刷新页面", "error")
        return calls.answer(
            desk, str(data.get("name", "")), data.get("arg") or {}, int(data.get("serial") or 0)
        )

    return call


def _tab(title: str, name: str) -> gr.Tab:
    return gr.Tab(title, id=name, elem_id=name, render_children=True)


def _wire_draft(events: Events, buttons: DraftButtons) -> None:
    for button, sections in (
        (buttons.all, NARRATIVES),
        *((one, (label,)) for label, one in buttons.sections.items()),
    ):
        act = events.streaming(partial(_draft, sections))
        button.click(act, buttons.writer, events.bus, js=FLUSH, **QUIET)
    buttons.stop.click(events.asking("stop"), None, events.bus, queue=False, **QUIET)


def _draft(sections: Sequence[str], desk: Desk, chosen: str) -> Iterator[Messages]:
    return drafting(desk, sections, chosen)


def _wire_export(events: Events, parts: ExportParts, tab: gr.Tab) -> None:
    show = events.with_value(files.preview)
    tab.select(show, parts.kind, events.bus, js=FLUSH, **QUIET)
    parts.kind.change(show, parts.kind, events.bus, **QUIET)
    # A download that its own click makes fails on the first click: made first, then clicked.
    made = parts.make.click(events.write, parts.kind, [parts.download, events.bus], js=FLUSH, **QUIET)
    made.success(None, parts.download, None, js=_DOWNLOAD, **QUIET)
