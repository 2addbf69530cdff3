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
    """The kind chosen, whether with the appendix, the button, and the hidden download of the finished file."""

    kind: gr.Radio
    with_provenance: gr.Checkbox
    make: gr.Button
    download: gr.DownloadButton


def export_panel() -> ExportParts:
    """Lay out the tab."""
    with gr.Row(equal_height=False):
        with gr.Column(scale=3, min_width=260):
            kind = gr.Radio(list(KINDS.items()), value=".docx", label="导出为", elem_id="z-export-kind")
            with_provenance = gr.Checkbox(
                label="附上数据来源与计算说明",
                info="表格之后逐句列出由谁写出、依据什么、数怎样得出；导入时自动略过",
                elem_id="z-with-provenance",
            )
            make = gr.Button("导出", variant="primary", elem_id="z-export")
            download = gr.DownloadButton("下载", visible="hidden", elem_id="z-download")
            view("export-state")
        with gr.Column(scale=8, min_width=480):
            view("preview")
    return ExportParts(kind, with_provenance, make, download)
