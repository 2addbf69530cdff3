"""Serve the page on one address, with nothing asked of any other machine."""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
import webbrowser
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from threading import Thread
from typing import Any

from scoring.errors import InputError
from scoring.report import Report
from scoring.report_file import parse_report

_FONTS = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "WenQuanYi Micro Hei",
    "sans-serif",
)
# From light to dark; the 700 is the blue of the page's own styles.
_BLUES = (
    *("#f1f5fb", "#e0eaf6", "#c3d6ee", "#97b8df", "#6593cb"),
    *("#4176b5", "#2e609f", "#1d4f8f", "#1a416f", "#19375d", "#10233c"),
)
_MOST_PORTS = 100


def serve(host: str = "127.0.0.1", port: int = 7860, browser: bool = True, tools: bool = False) -> None:
    """Serve the page until it is stopped; prints its address.

    Args:
        host: the address to listen on; off loopback only with configured users.
        port: taken, or the next free one.
        browser: whether to open the page in the browser.
        tools: whether to offer the commands as MCP tools too.

    Raises:
        InputError: the address is not of this machine alone and no users are configured, or no port is free.
    """
    if not is_loopback(host):
        raise InputError("--host", f"「{host}」不是本机地址；多人使用须先配置用户，单机请用 127.0.0.1")
    own_port = free_port(host, port)
    page = start(host, own_port, tools=tools)
    address = f"http://{'127.0.0.1' if host == 'localhost' else host}:{own_port}/"
    print(f"编辑页面：{address}（按 Ctrl+C 停止）", flush=True)
    if browser:
        webbrowser.open(address)
    try:
        page.block_thread()
    except KeyboardInterrupt:
        print("已停止", file=sys.stderr)


def start(host: str, port: int, home: Path | None = None, tools: bool = False) -> Any:
    """The running page (a gradio Blocks) at ``host`` and ``port``; returns at once."""
    # Gradio reads these when it is imported: nothing may be asked of another machine.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from starlette.middleware import Middleware

    from corpus import store
    from ui.page.build import build
    from ui.page.components import head
    from ui.page.desks import Desks
    from ui.page.tools import ToolsDoor

    desks = Desks(home or store.home(), lambda: datetime.now(UTC), sample_project)
    page = build(desks)
    page.queue(default_concurrency_limit=16, max_size=200)
    page.launch(
        server_name=host,
        server_port=port,
        theme=_theme(),
        head=head(),
        share=False,
        ssr_mode=False,
        quiet=True,
        show_error=False,
        run_history=False,
        footer_links=[],
        enable_monitoring=False,
        max_file_size="20mb",
        prevent_thread_lock=True,
        inbrowser=False,
        mcp_server=tools,
        app_kwargs={"middleware": [Middleware(ToolsDoor)]},
    )
    Thread(target=desks.warm, daemon=True).start()
    return page


def _theme() -> Any:
    import gradio as gr

    return gr.themes.Default(
        primary_hue=gr.themes.Color(*_BLUES),
        neutral_hue=gr.themes.colors.slate,
        font=_FONTS,
        font_mono=_FONTS,
    ).set(
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_hover="*primary_600",
        button_primary_background_fill_dark="*primary_600",
        button_primary_text_color="white",
        checkbox_background_color_selected="*primary_700",
        block_border_width="1px",
    )


def sample_project() -> Report:
    """The project that a newcomer's page opens with."""
    text = resources.files("corpus").joinpath("sample_project.yaml").read_text("utf-8")
    return parse_report(text, "示例项目")


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def free_port(host: str, port: int) -> int:
    """``port``, or the next one that nobody listens on.

    Raises:
        InputError: none of the next hundred is free, or the address cannot be listened on.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(port, min(port + _MOST_PORTS, 65536)):
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, candidate))
            except OSError:
                continue
            return candidate
    raise InputError("--port", f"{port} 及其后的端口都被占用，请用 --port 指定另一个端口")
