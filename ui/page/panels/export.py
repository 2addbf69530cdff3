"""The export tab: the official form in four formats and the review pack, previewed."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

from ui.page.components import view

KINDS = {
    "Word 表格（.docx）": ".docx",
    "Excel 表格（.xlsx）": ".xlsx",
    "网页（.html）": ".html",
    "复核包（每个数的依据）": "pack.html",
    "报告文件（.yaml）": ".yaml",
}
"""What can be exported, by its name on the page."""


@dataclass(frozen=True)
class ExportParts:
    """The kind chosen, the button, and the hidden download that the finished file goes to."""

    kind: gr.Radio
    make: gr.Button
    download: gr.DownloadButton


def export_panel() -> ExportParts:
    """Lay out the tab."""
    with gr.Row(equal_height=False):
        with gr.Column(scale=3, min_width=260):
            kind = gr.Radio(list(KINDS.items()), value=".docx", label="导出为", elem_id="z-export-kind")
            make = gr.Button("导出", variant="primary", elem_id="z-export")
            download = gr.DownloadButton("下载", visible="hidden", elem_id="z-download")
            view("export-state")
        with gr.Column(scale=8, min_width=480):
            view("preview")
    return ExportParts(kind, make, download)
