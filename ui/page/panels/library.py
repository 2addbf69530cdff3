"""The library tab: search, browse, add and remove past reports."""

from __future__ import annotations

import gradio as gr

from ui.page.components import drop_area, view

FORMS = [".yaml", ".yml", ".txt", ".docx", ".xlsx", ".pdf"]
"""The kinds of file that can be read."""


def library_panel() -> tuple[gr.UploadButton, gr.Button]:
    """Lay out the tab; returns the buttons that add files and that stop it."""
    with gr.Row(equal_height=False):
        with gr.Column(scale=6, min_width=480):
            gr.Markdown("### 检索往年写法")
            view("search-form")
            view("hits")
        with gr.Column(scale=5, min_width=420):
            gr.Markdown("### 库中报告")
            with gr.Row():
                add = gr.UploadButton(
                    "加入报告文件…",
                    file_count="multiple",
                    file_types=FORMS,
                    size="sm",
                    scale=0,
                    min_width=150,
                    elem_id="z-library-add",
                )
                stop = gr.Button("停止", size="sm", visible=False, elem_id="z-library-stop")
            drop_area("#z-library-add")
            view("adding")
            view("records")
    return add, stop
