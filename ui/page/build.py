"""The page: its tabs laid out, and what happens on a click wired to the calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import gradio as gr
from starlette.responses import JSONResponse

from scoring.report import NARRATIVES
from ui.page import api, calls, components, files, messages
from ui.page.calls.loose import check_against
from ui.page.calls.opining import opining
from ui.page.calls.revising import revising
from ui.page.desk import Desk
from ui.page.desks import Desks
from ui.page.drafts import drafting
from ui.page.events import FLUSH, QUIET, Events
from ui.page.messages import Messages
from ui.page.panels.check import CheckParts, check_panel
from ui.page.panels.draft import DraftButtons, draft_panel
from ui.page.panels.export import ExportParts, export_panel
from ui.page.panels.library import FORMS, library_panel
from ui.page.panels.loose import loose_panel
from ui.page.panels.report import report_panel
from ui.page.panels.revision import RevisionParts, revision_panel
from ui.page.panels.versions import versions_panel

_CACHE_SECONDS = (3600, 86400)
_DOWNLOAD = "(path) => { if (path) setTimeout(() => document.querySelector('#z-download').click(), 50); }"


def build(desks: Desks) -> gr.Blocks:
    """The page over ``desks``."""
    with gr.Blocks(title="自评", analytics_enabled=False, delete_cache=_CACHE_SECONDS) as page:
        bus = components.bus(_sent(_call(desks)))
        events = Events(desks, bus)
        _top(events)
        with gr.Tabs(elem_id="z-tabs"):
            with _tab("报告", "report"):
                report_panel()
            with _tab("起草", "draft", events.asking("plan"), bus):
                _wire_draft(events, draft_panel())
            with _tab("核对", "check"):
                _wire_check(events, check_panel())
            with _tab("修订", "revision", events.asking("revision"), bus):
                _wire_revision(events, revision_panel())
            with _tab("版本", "versions", events.asking("versions"), bus):
                versions_panel()
            with _tab("报告库", "library", events.asking("library"), bus):
                _wire_library(events, *library_panel())
            with _tab("导出", "export") as export_tab:
                _wire_export(events, export_panel(), export_tab)
            with _tab("只核对", "loose"):
                _wire_loose(events, *loose_panel())
        api.offer(desks)
        page.load(events.opened, None, bus, **QUIET)
        page.unload(_letting_go(page, desks))
    return page  # type: ignore[no-any-return]


def _letting_go(page: gr.Blocks, desks: Desks) -> Callable[[gr.Request], None]:
    """After a window was closed: its desk goes, and the megabyte that Gradio would keep of it."""

    def let_go(request: gr.Request) -> None:
        desks.close(request)
        page.state_holder.session_data.pop(request.session_hash or "", None)

    return let_go


def _top(events: Events) -> None:
    with gr.Row(elem_id="z-top"):
        with gr.Column(scale=8, min_width=400):
            components.view("head")
        form = gr.UploadButton(
            "载入表格…", file_types=FORMS, size="sm", scale=0, min_width=110, elem_id="z-load"
        )
        if events.desks.with_login:
            components.account()
    components.view("live")
    form.upload(events.with_value(files.load), form, events.bus, **QUIET)


def _call(desks: Desks) -> Any:
    def call(data: Any, request: gr.Request) -> dict[str, Any]:
        asked = data if isinstance(data, dict) else {}
        desk = desks.by_key(str(asked.get("key", "")), api.who(request))
        if desk is None:
            return messages.toast("页面已过期，请刷新页面", "error")
        arg, serial = asked.get("arg") or {}, asked.get("serial") or 0
        if not (isinstance(arg, dict) and isinstance(serial, int)):
            return messages.toast(calls.OTHER_PAGE, "error")
        return calls.answer(desk, str(asked.get("name", "")), arg, serial)

    return call


def _sent(asked: Any) -> Any:
    """The call with its answer written out in its own thread; plain values Gradio's server would walk through while everybody waits."""

    def call(data: Any, request: gr.Request) -> JSONResponse:
        return JSONResponse(asked(data, request))

    return call


def _tab(title: str, name: str, shown: Any = None, bus: gr.HTML | None = None) -> gr.Tab:
    """A tab; ``shown`` is the event of its being chosen."""
    tab = gr.Tab(title, id=name, elem_id=name, render_children=True)
    if shown is not None:
        # Chosen again while the answer is on its way: it is asked once more, or the tab shows an older state.
        tab.select(shown, None, bus, js=FLUSH, trigger_mode="always_last", **QUIET)
    return tab


def _wire_check(events: Events, parts: CheckParts) -> None:
    parts.opine.click(events.streaming(opining), None, events.bus, js=FLUSH, **QUIET)
    parts.stop.click(events.asking("stop"), None, events.bus, queue=False, **QUIET)


def _wire_revision(events: Events, parts: RevisionParts) -> None:
    act, values = events.streaming(revising), [parts.section, parts.wish]
    for trigger in (parts.send.click, parts.wish.submit):
        sent = trigger(act, values, events.bus, js=FLUSH, **QUIET)
        sent.then(None, None, parts.wish, js="() => ''", **QUIET)
    parts.stop.click(events.asking("stop"), None, events.bus, queue=False, **QUIET)


def _wire_library(events: Events, add: gr.UploadButton, stop: gr.Button) -> None:
    add.upload(events.streaming(files.add_to_library), add, events.bus, **QUIET)
    stop.click(events.asking("stop"), None, events.bus, queue=False, **QUIET)


def _wire_loose(events: Events, dropped: gr.UploadButton, against: gr.Radio) -> None:
    def held_against(desk: Desk, own: bool) -> Messages:
        return check_against(desk, {"desk": own})

    dropped.upload(events.with_value(files.load_loose), dropped, events.bus, **QUIET)
    against.change(events.with_value(held_against), against, events.bus, **QUIET)


def _wire_draft(events: Events, buttons: DraftButtons) -> None:
    for button, sections in (
        (buttons.all, NARRATIVES),
        *((one, (label,)) for label, one in buttons.sections.items()),
    ):
        act = events.streaming(partial(_drafting, sections))
        button.click(act, None, events.bus, js=FLUSH, **QUIET)
    buttons.stop.click(events.asking("stop"), None, events.bus, queue=False, **QUIET)


def _drafting(sections: Sequence[str], desk: Desk) -> Iterator[Messages]:
    return drafting(desk, sections)


def _wire_export(events: Events, parts: ExportParts, tab: gr.Tab) -> None:
    show, chosen = events.streaming(files.preview), [parts.kind, parts.with_provenance]
    # One event for all three: a preview that was asked for earlier never replaces a later one.
    asks = [tab.select, parts.kind.change, parts.with_provenance.change]
    gr.on(asks, show, chosen, events.bus, js=FLUSH, trigger_mode="always_last", **QUIET)
    # A download that its own click makes fails on the first click: made first, then clicked.
    made = parts.make.click(events.write, chosen, [parts.download, events.bus], js=FLUSH, **QUIET)
    made.success(None, parts.download, None, js=_DOWNLOAD, **QUIET)
