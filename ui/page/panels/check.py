"""The check tab: all findings, and under them what a model thinks of the texts."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

from ui.page.components import view


@dataclass(frozen=True)
class CheckParts:
    """The hidden buttons that ask the model for its opinions, and stop it; the panel clicks them."""

    opine: gr.Button
    stop: gr.Button


def check_panel() -> CheckParts:
    """Lay out the tab."""
    view("findings")
    view("opinions")
    opine = gr.Button("请模型提意见", visible="hidden", elem_id="z-opine")
    stop = gr.Button("停止", visible="hidden", elem_id="z-opine-stop")
    return CheckParts(opine, stop)
