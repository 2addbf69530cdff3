"""Who may use the MCP tools: Gradio mounts them beside its own login, so they are asked for it here."""

from __future__ import annotations

import base64
import binascii
import hmac
import inspect
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.page.api import WHO
from ui.page.serving import is_loopback

_TOOLS: Final = "/gradio_api/mcp"
_LOGIN: Final = {"WWW-Authenticate": 'Basic realm="ziping", charset="UTF-8"'}


class ToolsDoor:
    """Lets nobody to the tools who may not use the page.

    With users, by the page's own session or by name and password (HTTP Basic). Without, only from this
    machine: a web page elsewhere that has a browser ask in its name is turned away.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or turn it away."""
        if scope["type"] != "http" or _TOOLS not in scope["path"]:
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        page = scope["app"]
        if page.auth is None and page.auth_dependency is None:
            if not _is_of_this_machine(request.headers):
                await PlainTextResponse("只接受本机的请求", 403)(scope, receive, send)
                return
        else:
            who = await _user(page, request)
            if who is None:
                await PlainTextResponse("请先登录：用户名和密码", 401, _LOGIN)(scope, receive, send)
                return
            scope[WHO] = who
        await self._app(scope, receive, send)


def _is_of_this_machine(headers: Mapping[str, str]) -> bool:
    places = (f"//{headers.get('host', '')}", headers.get("origin"))
    return all(is_loopback(urlsplit(place).hostname or "") for place in places if place)


async def _user(page: Any, request: Request) -> str | None:
    """Who asks, as Gradio's own session knows, or by the name and password of the request."""
    if page.auth_dependency is not None:
        user = page.auth_dependency(request)
        if inspect.isawaitable(user):
            user = await user
        return None if user is None else str(user)
    for name in (f"access-token-{page.cookie_id}", f"access-token-unsecure-{page.cookie_id}"):
        if (known := page.tokens.get(request.cookies.get(name))) is not None:
            return str(known)
    name, password = _name_and_password(request.headers.get("authorization", ""))
    is_right = await run_in_threadpool(_is_right, page.auth, name, password)
    return name if name and is_right else None


def _name_and_password(header: str) -> tuple[str, str]:
    kind, _, coded = header.partition(" ")
    if kind.lower() != "basic":
        return "", ""
    try:
        name, _, password = base64.b64decode(coded, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return name, password


def _is_right(auth: Any, name: str, password: str) -> bool:
    if callable(auth):
        return bool(auth(name, password))
    return name in auth and hmac.compare_digest(password.encode(), str(auth[name]).encode())
