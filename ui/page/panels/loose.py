"""The tab for checking only: a pasted text or a dropped file, its numbers shown at once."""

from __future__ import annotations

import gradio as gr

from ui.page.calls.loose import LOOSE
from ui.page.components import drop_area, editor, view
from ui.page.panels.library import FORMS


def loose_panel() -> tuple[gr.UploadButton, gr.Radio]:
    """Lay out the tab; returns the place for a file and what the text is held against."""
    with gr.Row(equal_height=False):
        with gr.Column(scale=6, min_width=480):
            against = gr.Radio(
                [("与文中自身对照", False), ("与当前报告的数据对照", True)],
                value=False,
                show_label=False,
                container=False,
                elem_id="z-against",
            )
            editor(LOOSE, "在此粘贴要核对的文字；也可以把 Word、PDF、Excel 或文本文件拖到页面上。")
        with gr.Column(scale=4, min_width=320):
            dropped = gr.UploadButton(
                "选择文件…（也可以把文件拖到页面上）",
                file_types=FORMS,
                size="sm",
                scale=0,
                min_width=260,
                elem_id="z-loose",
            )
            drop_area("#z-loose")
            view("loose")
            view("dropped")
    return dropped, against
