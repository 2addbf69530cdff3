"""The door of the page's server: who may pass, to which addresses, with how much."""

from __future__ import annotations

import errno
import re
from collections import OrderedDict
from typing import Final
from urllib.parse import urlsplit

from gradio.route_utils import FnIndexInferError
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from corpus.accounts import Account
from scoring.errors import InputError
from ui.page.access import Access, WaitError
from ui.page.address import is_loopback
from ui.page.api import WHO
from ui.page.reception import PATHS, received, slowed_down, turned_away, who
from ui.page.transfers import Transfers
from ui.page.trouble import told
from ui.page.uploads import LARGEST_FORM, LARGEST_MESSAGE, LARGEST_UPLOAD, TooMuchError, uploaded, within

_API: Final = "/gradio_api/"
_FILE: Final = f"{_API}file="
_UPLOAD: Final = f"{_API}upload"
# What the page and its commands need; Gradio offers more, for what is not used here.
_OFFERED: Final = re.compile(
    r"/|/(config|theme\.css|favicon\.ico|manifest\.json|robots\.txt|pwa_icon)(/.*)?|/(assets|static|svelte)/.*"
    r"|/gradio_api/(file=.*|(info|openapi\.json|app_id|startup-events|theme\.css|login_check|heartbeat|queue|call"
    r"|run|api|cancel|reset|component_server|upload|upload_progress|custom_component|mcp)(/.*)?)"
)
_WINDOW: Final = re.compile(r"/gradio_api/heartbeat/([^/]+)/?")
_MOST_WINDOWS: Final = 20_000
_LONGEST_WINDOW: Final = 100
_SAME_FOR_ALL: Final = ("/assets/", "/static/", "/svelte/")
_UNREADABLE_BY: Final = (
    *(AttributeError, LookupError, TypeError, ValueError),
    *(ClientDisconnect, FnIndexInferError),
)
_UNREADABLE: Final = "请求的内容无法读取"
_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
}


class Door:
    """Lets a request pass only to what its account may see.

    Without ``access`` there is one account, whoever sits at this machine: what came from elsewhere, or
    from another site's page in the user's browser, is refused.
    """

    def __init__(self, app: ASGIApp, transfers: Transfers, access: Access | None) -> None:
        self._app = app
        self._transfers = transfers
        self._access = access
        self._windows: OrderedDict[str, int] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, let it pass, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return  # a web socket that is never accepted; the page has none
        has_begun = False

        async def sealed(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                headers = MutableHeaders(scope=message)
                headers.update(_HEADERS)
                if self._access is not None and not scope["path"].startswith(_SAME_FOR_ALL):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        try:
            await self._admit(scope, within(receive, Headers(scope=scope), _largest(scope["path"])), sealed)
        except (TooMuchError, InputError) as error:
            if not has_begun:  # an InputError here is the store's: it cannot be asked who may pass
                status = error.status if isinstance(error, TooMuchError) else 503
                await PlainTextResponse(str(error), status)(scope, receive, sealed)
        except Exception as error:  # a door: Gradio trips over what its own page would not send
            if has_begun:
                raise
            answer = (_UNREADABLE, 400) if _is_unreadable(error) else (told(error)["toast"]["text"], 500)
            await PlainTextResponse(*answer)(scope, receive, sealed)

    async def _admit(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        account = None
        answer = self._from_elsewhere(request)
        if answer is None and self._access is not None and not _is_starting(scope):
            try:
                account = await who(self._access, request)
            except WaitError as error:
                answer = slowed_down(error)
            else:
                answer = await self._not_for(self._access, request, account)
        number = account.id if account else 0
        if answer is None:
            answer = self._out_of_reach(request, number)
        if answer is not None:
            await answer(scope, receive, send)
            return
        if account is not None:
            scope[WHO] = account.name
        if scope["path"].rstrip("/") == _UPLOAD and scope["method"] == "POST":
            note = lambda paths: self._transfers.uploaded(number, paths)  # noqa: E731
            await uploaded(self._app, scope, receive, send, note)
        else:
            await self._app(scope, receive, send)

    async def _not_for(self, access: Access, request: Request, account: Account | None) -> Response | None:
        """The answer where the editor is not reached: not logged in, or one of the pages in front of it."""
        if request.url.path in PATHS:
            return await received(access, request, account)
        if account is None:
            return turned_away(request)
        if not account.units:
            if request.url.path == "/":
                return RedirectResponse("/users", 303)
            return PlainTextResponse("这个用户不能查看报告", 403)
        return None

    def _from_elsewhere(self, request: Request) -> Response | None:
        """What another site's page had the browser ask; on this machine alone, also what came by another name."""
        host, origin = request.headers.get("host", ""), request.headers.get("origin")
        if self._access is None:
            names = [f"//{host}", *([origin] if origin is not None else [])]
            if not all(is_loopback(_host_of(name)) for name in names):
                return PlainTextResponse("只接受本机的请求", 403)
        elif origin is not None and _place_of(origin) != host.lower():
            return PlainTextResponse("不接受其他网站的请求", 403)
        return None

    def _out_of_reach(self, request: Request, account: int) -> Response | None:
        """The refusal of what is not offered, another account's file or another account's window."""
        path = request.scope["path"]
        if not _OFFERED.fullmatch(path):
            return PlainTextResponse("没有这个地址", 404)
        if path.startswith(_FILE) and not self._transfers.may_fetch(account, path.removeprefix(_FILE)):
            return PlainTextResponse("没有这个文件", 403)
        found = _WINDOW.fullmatch(path)
        window = found[1] if found else request.query_params.get("session_hash", "")
        if len(window) > _LONGEST_WINDOW:
            return PlainTextResponse("没有这个页面", 400)
        if window and self._windows.setdefault(window, account) != account:
            return PlainTextResponse("这个页面由其他用户打开", 403)
        while len(self._windows) > _MOST_WINDOWS:
            self._windows.popitem(last=False)
        return None


def _largest(path: str) -> int:
    if path in PATHS:
        return LARGEST_FORM
    return LARGEST_UPLOAD if path.rstrip("/") == _UPLOAD else LARGEST_MESSAGE


def _is_starting(scope: Scope) -> bool:
    """Gradio asks itself for this once, before it answers anybody."""
    is_asked = scope["path"].rstrip("/") == f"{_API}startup-events"
    return is_asked and not scope["app"].startup_events_triggered


def _is_unreadable(error: Exception) -> bool:
    """Whether Gradio could make nothing of what was asked: no JSON, no such event, half a body."""
    if isinstance(error, OSError):
        return error.errno == errno.ENAMETOOLONG
    return isinstance(error, _UNREADABLE_BY)


def _host_of(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _place_of(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""
