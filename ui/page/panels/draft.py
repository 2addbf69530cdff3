"""The draft tab: the three narratives with coloured numbers, drafted together or each alone."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

from scoring.report import NARRATIVES
from ui.page.components import editor, view

_PLACEHOLDERS = {
    "主要绩效": "做了什么、完成多少、效果如何。可以按“起草”由数据写出初稿，也可以直接录入或粘贴。",
    "主要问题": "未完成的目标、执行率偏低等，一条一题。",
    "改进措施": "与主要问题逐条对应：由谁、何时前、达到什么结果。",
}


@dataclass(frozen=True)
class DraftButtons:
    """The buttons of the tab: draft all, stop, and one for each narrative."""

    all: gr.Button
    stop: gr.Button
    sections: dict[str, gr.Button]


def draft_panel() -> DraftButtons:
    """Lay out the tab."""
    with gr.Row(equal_height=False):
        with gr.Column(scale=7, min_width=560):
            with gr.Row():
                everything = gr.Button(
                    "起草三部分", variant="primary", size="md", scale=0, min_width=130, elem_id="z-draft"
                )
                stop = gr.Button("停止", size="md", scale=0, min_width=80, variant="stop", elem_id="z-stop")
                view("writer")
            view("sending")
            view("draft-state")
            sections = {}
            for label in NARRATIVES:
                with gr.Row(elem_classes=["z-section-head"]):
                    view(f"section:{label}")
                    sections[label] = gr.Button(
                        f"起草{label}", size="sm", scale=0, min_width=120, elem_id=f"z-draft-{label}"
                    )
                editor(label, _PLACEHOLDERS[label])
        with gr.Column(scale=3, min_width=300, elem_classes=["z-side"]):
            view("legend")
            with gr.Tabs():
                with gr.Tab("计划"):
                    view("plan")
                with gr.Tab("往年写法", id="phrasing", elem_id="phrasing"):
                    view("phrasing")
                with gr.Tab("本句依据", id="sentence", elem_id="sentence"):
                    view("sentence")
    return DraftButtons(everything, stop, sections)
