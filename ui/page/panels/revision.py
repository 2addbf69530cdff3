"""The revision tab: a conversation about one narrative, edits coming back as differences."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

from scoring.report import NARRATIVES
from ui.page.components import view


@dataclass(frozen=True)
class RevisionParts:
    """What is talked about, what is said, and the buttons that send it and stop the answer."""

    section: gr.Radio
    wish: gr.Textbox
    send: gr.Button
    stop: gr.Button


def revision_panel() -> RevisionParts:
    """Lay out the tab."""
    with gr.Row(equal_height=False):
        with gr.Column(scale=5, min_width=380):
            view("conversation")
            view("revise-state")
            view("refining")
            view("reviser")
            section = gr.Radio(
                list(NARRATIVES),
                value=NARRATIVES[0],
                show_label=False,
                container=False,
                elem_id="z-revise-section",
            )
            wish = gr.Textbox(
                placeholder="例如：第二点写简练些",
                show_label=False,
                lines=2,
                max_lines=4,
                elem_id="z-wish",
            )
            with gr.Row():
                send = gr.Button(
                    "发送", variant="primary", size="md", scale=0, min_width=110, elem_id="z-send"
                )
                stop = gr.Button(
                    "停止", variant="stop", size="md", scale=0, min_width=80, elem_id="z-revise-stop"
                )
        with gr.Column(scale=6, min_width=420):
            view("proposals")
    return RevisionParts(section, wish, send, stop)
