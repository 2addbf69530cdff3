"""The page: its tabs laid out, and what happens on a click wired to the handlers."""

from __future__ import annotations

from typing import Any

import gradio as gr

from scoring.errors import InputError
from ui.page import components, handlers, messages
from ui.page.desks import Desks
from ui.page.panels.draft import draft_panel
from ui.page.panels.report import report_panel

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


def build(desks: Desks) -> gr.Blocks:
    """The page over ``desks``."""

    def call(data: dict[str, Any]) -> dict[str, Any]:
        desk = desks.by_key(str(data.get("key", "")))
        if desk is None:
            return messages.toast("页面已过期，请刷新页面", "error")
        return handlers.answer(desk, str(data.get("name", "")), data.get("arg") or {})

    with gr.Blocks(title="自评", analytics_enabled=False) as page:
        bus = components.bus(call)
        components.view("head")
        with gr.Tabs(elem_id="z-tabs"):
            with gr.Tab("报告", id="report", elem_id="report", render_children=True):
                confirm_all = report_panel()
            with gr.Tab("起草", id="draft", elem_id="draft", render_children=True):
                draft_panel()
            with gr.Tab("核对", id="check", elem_id="check", render_children=True):
                components.view("findings")

        def opened(request: gr.Request) -> dict[str, Any]:
            return messages.everything(desks.open(request.session_hash or "", request.username or "", dict(request.query_params)))

        def confirmed(request: gr.Request) -> dict[str, Any]:
            return handlers.answer(desks.of(request.session_hash), "confirm", {})

        page.load(opened, None, bus, **QUIET)
        page.unload(desks.close)
        confirm_all.click(confirmed, None, bus, **QUIET)
    return page
