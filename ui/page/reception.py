"""Logging in and out, and the accounts kept by an admin, answered in front of the editor."""

from __future__ import annotations

import base64
import binascii
import ipaddress
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from corpus import accounts
from corpus.accounts import Account
from scoring.errors import InputError
from ui.page.access import LONGEST, Access, WaitError
from ui.page.login import login_page, users_page

COOKIE: Final = "ziping-session"
PATHS: Final = ("/login", "/logout", "/users")
_FENCED: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
}
_WRONG: Final = "用户名或密码不正确"
_ASK: Final = {"WWW-Authenticate": 'Basic realm="ziping", charset="UTF-8"'}
_TOOLS: Final = "/gradio_api/mcp"


async def who(access: Access, request: Request) -> Account | None:
    """Whose request this is: by the session's cookie, else by name and password (HTTP Basic).

    Raises:
        WaitError: too many logins failed.
    """
    if token := request.cookies.get(COOKIE):
        return await run_in_threadpool(access.account, token)
    name, password = _name_and_password(request.headers.get("authorization", ""))
    if not name:
        return None
    return await run_in_threadpool(access.verified, name, password, _address(request))


def turned_away(request: Request) -> Response:
    """The answer to somebody who is not logged in: the login page for a person, 401 for a program."""
    if request.method in ("GET", "HEAD") and request.url.path in ("/", *PATHS):
        asked = _digits(request.query_params.get("report", ""))
        return RedirectResponse(f"/login?report={asked}" if asked else "/login", 303)
    ask = _ASK if request.url.path.startswith(_TOOLS) else {}
    return PlainTextResponse("请先登录", 401, ask)


def slowed_down(error: WaitError) -> Response:
    """The answer to a login that comes too early."""
    return PlainTextResponse(str(error), 429, {"Retry-After": str(error.seconds)})


async def received(access: Access, request: Request, account: Account | None) -> Response:
    """The answer to a request for one of :data:`PATHS`."""
    path, is_post = request.url.path, request.method == "POST"
    form = await _form(request) if is_post else {}
    if path == "/login":
        if is_post:
            return await _log_in(access, request, form)
        return _page(login_page(report=_digits(request.query_params.get("report", ""))))
    if path == "/logout":
        if is_post:
            return _log_out(access, request)
        return RedirectResponse("/", 303) if account else turned_away(request)
    if account is None:
        return turned_away(request)
    if account.role != "admin":
        return PlainTextResponse("只有管理人员可以管理用户", 403)
    return await run_in_threadpool(_users, access, account, form if is_post else None)


async def _log_in(access: Access, request: Request, form: Mapping[str, str]) -> Response:
    name, report = form.get("name", ""), _digits(form.get("report", ""))
    try:
        account = await run_in_threadpool(access.verified, name, form.get("password", ""), _address(request))
    except WaitError as error:
        page = login_page(str(error), name, report)
        return _page(page, 429, {"Retry-After": str(error.seconds)})
    if account is None:
        return _page(login_page(_WRONG, name, report), 401)
    if old := request.cookies.get(COOKIE):
        access.close(old)
    answer = RedirectResponse(f"/?report={report}" if report else "/", 303)
    answer.set_cookie(
        COOKIE,
        access.open(account),
        max_age=LONGEST,
        httponly=True,
        samesite="lax",
        secure=_is_secure(request),
    )
    return answer


def _log_out(access: Access, request: Request) -> Response:
    access.close(request.cookies.get(COOKIE, ""))
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=_is_secure(request))
    return answer


def _users(access: Access, me: Account, form: Mapping[str, str] | None) -> Response:
    """The page of accounts, after what its form asks for was done."""
    said = problem = ""
    if form is not None:
        try:
            said = _done(access, me, form)
        except InputError as error:
            problem = str(error)
    page = users_page(accounts.accounts(access.engine), me, said, problem)
    return _page(page, 400 if problem else 200)


def _done(access: Access, me: Account, form: Mapping[str, str]) -> str:
    wanted, name, password = (form.get(key, "") for key in ("do", "name", "password"))
    if wanted == "add":
        units = form.get("units", "").replace("，", "、").replace(",", "、").split("、")
        role = form.get("role", "")
        made = accounts.add(access.engine, name, role, units, password, access.clock(), me.name)
        return f"已增加 {made.name}"
    if wanted == "password":
        accounts.change_password(access.engine, name, password, access.clock(), me.name)
        return f"已更改 {name} 的密码"
    if wanted == "remove" and accounts.plain(name) != me.name:
        accounts.remove(access.engine, name, access.clock(), me.name)
        return f"已移除 {name}"
    raise InputError("用户", "没有这项操作")


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form, each once; a body that is none has no fields."""
    body = (await request.body()).decode("utf-8", "replace")
    try:
        return {key: values[0] for key, values in parse_qs(body, max_num_fields=20).items()}
    except ValueError:
        return {}


def _page(text: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return HTMLResponse(text, status, {**_FENCED, "Cache-Control": "no-store", **(headers or {})})


def _name_and_password(header: str) -> tuple[str, str]:
    kind, _, coded = header.partition(" ")
    if kind.lower() != "basic":
        return "", ""
    try:
        name, _, password = base64.b64decode(coded, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return name, password


def _address(request: Request) -> str:
    """Where a request comes from; of IPv6 the network, in which one machine has addresses without number."""
    told = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(told)
    except ValueError:
        return told
    return told if address.version == 4 else str(ipaddress.ip_network((address, 64), strict=False))


def _is_secure(request: Request) -> bool:
    return request.url.scheme == "https"


def _digits(text: str) -> str:
    return text if text.isascii() and text.isdigit() and len(text) < 19 else ""
