"""The page's own components: gr.HTML with a fixed template and a packaged script; data comes as messages.

No text of a user ever goes into a template: Gradio compiles templates to code.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import resources
from typing import Any

import gradio as gr

SCRIPTS = ("bus.js", "tree.js", "sheet.js", "grid.js", "editor.js")


def head() -> str:
    """The page's scripts and styles, whole, for the document's head."""
    static = resources.files("ui.page").joinpath("static")
    scripts = "".join(f"<script>{static.joinpath(name).read_text('utf-8')}</script>" for name in SCRIPTS)
    return f"{scripts}<style>{static.joinpath('page.css').read_text('utf-8')}</style>"


def _html(template: str, script: str, **options: Any) -> gr.HTML:
    return gr.HTML(
        value=None,
        html_template=template,
        js_on_load=script,
        apply_default_css=False,
        container=False,
        padding=False,
        **options,
    )


def bus(call: Callable[..., dict[str, Any]]) -> gr.HTML:
    """The hidden component that takes calls to the server and hands messages to the others."""
    return _html(
        "<div></div>",
        "ziping.bus(element, props, server, watch);",
        server_functions=[call],
        elem_id="z-bus",
    )


def view(topic: str, look: str = "") -> gr.HTML:
    """A panel that shows the tree of its topic."""
    return _html(
        '<div class="z-view" aria-live="polite"></div>',
        "ziping.view(element, props);",
        topic=topic,
        elem_classes=["z-panel", *look.split()],
    )


def account() -> gr.HTML:
    """Who is logged in, and the way out."""
    script = "element.querySelector('span').textContent = window.gradio_config?.username || '';"
    return _html(_ACCOUNT, script, elem_classes=["z-panel", "z-account"])


def drop_area(button: str) -> gr.HTML:
    """Where this is seen, a file dropped on the page goes to the upload button with this selector."""
    return gr.HTML(f'<div data-drop="{button}" class="z-drop"></div>', apply_default_css=False)


def sheet(template: str) -> gr.HTML:
    """A part of the official form; ``template`` has an input with ``data-field`` for each label."""
    return _html(template, "ziping.sheet(element);", elem_classes=["z-panel"])


def grid(topic: str, hint: str) -> gr.HTML:
    """A table for entry; ``topic`` is 数据 or 指标."""
    return _html(
        _GRID.replace("HINT", hint), "ziping.grid(element, props);", topic=topic, elem_classes=["z-panel"]
    )


def editor(field: str, placeholder: str) -> gr.HTML:
    """A text whose numbers are coloured while it is written."""
    return _html(
        _EDITOR,
        "ziping.editor(element, props);",
        field=field,
        label=field,
        placeholder=placeholder,
        elem_classes=["z-panel"],
    )


_ACCOUNT = """
<form method="post" action="/logout"><span></span> <button class="z-button">退出</button></form>
"""

_GRID = """
<div class="z-grid">
  <div class="z-toolbar">
    <button type="button" class="z-button z-add">＋ 增加一行</button>
    <button type="button" class="z-button z-undo" disabled title="Ctrl+Z">撤销</button>
    <button type="button" class="z-button z-redo" disabled title="Ctrl+Y">重做</button>
    <button type="button" class="z-button z-copy">复制全表</button>
    <span class="z-hint">HINT</span>
  </div>
  <div class="z-problems z-error-text" role="status"></div>
  <div class="z-scroll"><table></table></div>
</div>
"""

_EDITOR = """
<div class="z-editor">
  <div class="z-layer" aria-hidden="true"></div>
  <div class="z-backdrop" aria-hidden="true"></div>
  <textarea spellcheck="false" lang="zh-CN"></textarea>
  <div class="z-card" hidden></div>
</div>
"""
