"""What a request brings: no more than is allowed, in no more time, and files only of the kinds that are read."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_FILE: Final = "20mb"
LARGEST_UPLOAD: Final = 200 * 1024 * 1024
"""All files of one upload together, in bytes; a folder of past reports is added at once."""

LARGEST_MESSAGE: Final = 16 * 1024 * 1024
LARGEST_FORM: Final = 64 * 1024
LONGEST: Final = 300.0
"""How long a request may take to arrive, in seconds."""

_REFUSED: Final = {413: "文件过大，每个不超过 20 MB"}
_UNREADABLE: Final = "上传的内容无法读取，一次最多 1000 个文件"
KINDS: Final = (".docx", ".xlsx", ".pdf", ".txt", ".yaml", ".yml")


class TooMuchError(Exception):
    """The request is larger than allowed, or takes too long to arrive; ``status`` is what to answer."""

    def __init__(self, status: int, problem: str) -> None:
        super().__init__(problem)
        self.status = status


def within(receive: Receive, headers: Headers, largest: int, longest: float = LONGEST) -> Receive:
    """``receive`` for a body of at most ``largest`` bytes that is there ``longest`` seconds from now.

    Raises:
        TooMuchError: the request says itself that it is larger; the function returned raises it too.
    """
    if (length := headers.get("content-length", "")).isdigit() and int(length) > largest:
        raise TooMuchError(413, "内容过大")
    until = asyncio.get_running_loop().time() + longest
    taken = 0
    is_whole = False

    async def limited() -> Message:
        nonlocal taken, is_whole
        if is_whole:  # from here on it only tells that the other side has gone
            return await receive()
        try:
            async with asyncio.timeout_at(until):
                message = await receive()
        except TimeoutError:
            raise TooMuchError(408, "上传超时，请重试") from None
        taken += len(message.get("body", b""))
        is_whole = not message.get("more_body", False)
        if taken > largest:
            raise TooMuchError(413, "内容过大")
        return message

    return limited


async def uploaded(
    app: ASGIApp, scope: Scope, receive: Receive, send: Send, note: Callable[[list[str]], None]
) -> None:
    """Let an upload be taken in by ``app``; ``note`` is told the files' paths before the answer goes out.

    A file of a kind that nothing here reads is deleted and refused; what cannot be taken in is told in one line.
    """
    told: list[Message] = []

    async def hold(message: Message) -> None:
        told.append(message)
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            await _answer(scope, receive, send, told, note)

    await app(scope, receive, hold)


async def _answer(
    scope: Scope, receive: Receive, send: Send, told: list[Message], note: Callable[[list[str]], None]
) -> None:
    status = told[0]["status"]
    if status in (400, 413):
        await PlainTextResponse(_REFUSED.get(status, _UNREADABLE), status)(scope, receive, send)
        return
    if status == 200:
        paths = json.loads(b"".join(one.get("body", b"") for one in told))
        if unread := [path for path in paths if Path(path).suffix.lower() not in KINDS]:
            for path in unread:
                Path(path).unlink(missing_ok=True)
            problem = f"不能读取这种文件，应为 {' '.join(KINDS)}"
            await PlainTextResponse(problem, 415)(scope, receive, send)
            return
        note(paths)
    for message in told:
        await send(message)
