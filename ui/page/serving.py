"""Serve the page on one address, with nothing asked of any other machine."""

from __future__ import annotations

import os
import sys
import webbrowser
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from threading import Thread
from typing import Any, NoReturn

from scoring.errors import InputError
from scoring.report import Report
from scoring.report_file import parse_report
from ui.page.address import free_port, is_loopback, proxies, shown

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
# Gradio keeps a megabyte for each window; the page needs none of it to answer the next call.
_WINDOWS_KEPT = 128
# What answers everybody takes its turn among the threads that compute: with many, each turn has to be short.
_TURN_SECONDS = 0.0005


def serve(host: str = "127.0.0.1", port: int = 7860, browser: bool = True, tools: bool = False) -> None:
    """Serve the page until it is stopped; prints its address.

    Args:
        host: the address to listen on; off loopback only with users, who have to log in.
        port: taken, or the next free one.
        browser: whether to open the page in the browser.
        tools: whether to offer the commands as MCP tools too.

    Raises:
        InputError: people have to log in and there are none, or no port is free.
    """
    with_login = not is_loopback(host) or bool(proxies())
    if with_login:
        _check_users(host)
    own_port = free_port(host, port)
    sys.setswitchinterval(_TURN_SECONDS)
    page = start(host, own_port, tools=tools, with_login=with_login)
    address = f"http://{shown(host)}:{own_port}/"
    print(f"编辑页面：{address}（按 Ctrl+C 停止）", flush=True)
    if browser:
        webbrowser.open(address)
    try:
        page.block_thread()
    except KeyboardInterrupt:
        print("已停止", file=sys.stderr)


def start(
    host: str, port: int, home: Path | None = None, tools: bool = False, with_login: bool = False
) -> Any:
    """The running page (a gradio Blocks) at ``host`` and ``port``; returns at once."""
    _set_environment()
    _fetch_nothing()
    _wait_for_no_head()
    from starlette.middleware import Middleware

    from corpus import store
    from ui.page.access import Access
    from ui.page.build import build
    from ui.page.components import head
    from ui.page.desks import Desks
    from ui.page.door import Door
    from ui.page.uploads import LARGEST_FILE

    desks = Desks(home or store.home(), _now, sample_project, with_login)
    access = Access(desks.engine, _now) if with_login else None
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
        state_session_capacity=_WINDOWS_KEPT,
        max_file_size=LARGEST_FILE,
        prevent_thread_lock=True,
        inbrowser=False,
        mcp_server=tools,
        auth_dependency=_user if with_login else None,
        app_kwargs={"middleware": [Middleware(Door, desks.transfers, access)]},
    )
    Thread(target=desks.warm, daemon=True).start()
    return page


def _set_environment() -> None:
    """What Gradio and its server read: nothing is asked of another machine, files wait where nobody else looks."""
    from ui.page.transfers import waiting_room

    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ["GRADIO_TEMP_DIR"] = waiting_room()
    os.environ["FORWARDED_ALLOW_IPS"] = proxies()


def _fetch_nothing() -> None:
    """Have Gradio refuse an address given in place of an uploaded file, which it would fetch from another machine."""
    import gradio as gr
    from gradio import processing_utils

    async def refuse(url: str) -> NoReturn:
        raise gr.Error("只接受上传的文件，不从网址读取", print_exception=False)

    processing_utils.async_ssrf_protected_get = refuse


def _wait_for_no_head() -> None:
    """Have Gradio's server use a connection that ends where the head of a request does not arrive in time."""
    from uvicorn.config import HTTP_PROTOCOLS

    HTTP_PROTOCOLS["auto"] = "ui.page.connection:Connection"


def _check_users(host: str) -> None:
    from corpus.accounts import has_accounts
    from corpus.store import home, open_store

    if not has_accounts(open_store(home(), os.environ.get("ZIPING_DATABASE", "").strip())):
        problem = "他人可以访问，须先增加用户：ziping users add 用户名 --unit 单位 --role writer"
        raise InputError(f"--host {host}", problem)


def _now() -> datetime:
    return datetime.now(UTC)


def _user(request: Any) -> str | None:
    """Who asks, as the door has found out."""
    from ui.page.api import WHO

    return request.scope.get(WHO)  # type: ignore[no-any-return]


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
