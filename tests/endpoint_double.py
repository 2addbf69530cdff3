"""A scripted endpoint on loopback: answers each request with the bytes that its script says."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

Step = bytes | int | str | float
"""Bytes to send, seconds to wait (a number), or "reset" to cut the connection hard."""
Script = Sequence[Step] | Callable[[dict[str, Any]], Sequence[Step]]


def head(status: str = "200 OK", kind: str = "text/event-stream", *more: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", "Connection: close", *more]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def chunk(text: str | None = None, finish: str | None = None, **more: Any) -> bytes:
    choice = {"index": 0, "delta": {} if text is None else {"content": text}, "finish_reason": finish}
    body = {
        "id": "c1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "m",
        "choices": [choice],
        **more,
    }
    return f"data: {json.dumps(body, ensure_ascii=False)}\n\n".encode()


def told(*pieces: str, finish: str | None = "stop") -> list[Step]:
    """A whole stream: the pieces, the end, the usage."""
    steps: list[Step] = [head(), *(chunk(piece) for piece in pieces)]
    if finish:
        steps.append(chunk(finish=finish))
        usage = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
        steps.append(chunk(choices=[], usage=usage))
    return [*steps, b"data: [DONE]\n\n"]


def error(status: str, body: Any, *more: str) -> list[Step]:
    text = body if isinstance(body, str) else json.dumps(body)
    kind = "text/html" if isinstance(body, str) else "application/json"
    return [head(status, kind, f"Content-Length: {len(text.encode())}", *more) + text.encode()]


@dataclass
class Double:
    """What was asked of the endpoint; ``scripts`` are used in turn, the last again and again."""

    url: str
    scripts: Sequence[Script]
    requests: list[dict[str, Any]] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)

    def answer(self, connection: socket.socket) -> None:
        with connection:
            received = b""
            while b"\r\n\r\n" not in received:
                if not (more := connection.recv(65536)):
                    return
                received += more
            top, _, body = received.partition(b"\r\n\r\n")
            lower = top.decode().lower()
            size = int(lower.split("content-length:")[1].split()[0]) if "content-length:" in lower else 0
            while len(body) < size:
                body += connection.recv(65536)
            asked = json.loads(body) if body else {}
            script = self.scripts[min(len(self.requests), len(self.scripts) - 1)]
            self.heads.append(top.decode())
            self.requests.append(asked)
            try:
                play(connection, script(asked) if callable(script) else script)
            except OSError:
                return  # the client went away, as it may


def play(connection: socket.socket, steps: Sequence[Step]) -> None:
    for step in steps:
        if isinstance(step, bytes):
            connection.sendall(step)
        elif step == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return
        elif isinstance(step, int | float):
            time.sleep(step)


@contextmanager
def endpoint(*scripts: Script) -> Iterator[Double]:
    """An endpoint that plays ``scripts``, one a request."""
    server = socket.create_server(("127.0.0.1", 0))
    double = Double(f"http://127.0.0.1:{server.getsockname()[1]}/v1", scripts)

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=double.answer, args=(connection,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield double
    finally:
        server.close()
