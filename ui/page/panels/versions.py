"""The versions tab: versions of this report with their differences, and the writer's other reports."""

from __future__ import annotations

import gradio as gr

from ui.page.components import view


def versions_panel() -> None:
    """Lay out the tab."""
    with gr.Row(equal_height=False):
        with gr.Column(scale=6, min_width=480):
            gr.Markdown("### 本报告的版本")
            view("versions")
            view("version-diff")
        with gr.Column(scale=4, min_width=320):
            gr.Markdown("### 我的报告")
            view("reports")
