"""A scripted endpoint on loopback that speaks, or breaks, the chat-completions protocol."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Script = Callable[[socket.socket, int], None]


def chunk(text: str | None, finish: str | None = None) -> bytes:
    """One event of a stream."""
    body = {
        "id": "x",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "m",
        "choices": [
            {"index": 0, "delta": {"content": text} if text is not None else {}, "finish_reason": finish}
        ],
    }
    return f"data: {json.dumps(body, ensure_ascii=False)}\n\n".encode()


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"


def answers(*texts: str, finish: str | None = "stop", done: bool = True) -> Script:
    """Stream ``texts`` one after another, one a request; the last is repeated."""

    def script(peer: socket.socket, number: int) -> None:
        peer.sendall(HEAD)
        text = texts[min(number, len(texts) - 1)]
        for start in range(0, len(text), 7):
            peer.sendall(chunk(text[start : start + 7]))
        if finish:
            peer.sendall(chunk(None, finish))
        if done:
            peer.sendall(b"data: [DONE]\n\n")

    return script


def status(code: int, body: str, kind: str = "application/json", headers: str = "") -> Script:
    """Answer every request with a status and a body."""

    def script(peer: socket.socket, number: int) -> None:
        data = body.encode()
        head = f"HTTP/1.1 {code} X\r\nContent-Type: {kind}\r\nContent-Length: {len(data)}\r\n{headers}Connection: close\r\n\r\n"
        peer.sendall(head.encode() + data)

    return script


def raw_events(*events: bytes) -> Script:
    """Stream bytes as they are."""

    def script(peer: socket.socket, number: int) -> None:
        peer.sendall(HEAD)
        for event in events:
            peer.sendall(event)

    return script


def stall(seconds: float) -> Script:
    """Say nothing for a while."""

    def script(peer: socket.socket, number: int) -> None:
        peer.sendall(HEAD)
        time.sleep(seconds)

    return script


def reset(peer: socket.socket, number: int) -> None:
    """Break the connection in the middle of an answer."""
    peer.sendall(HEAD + chunk("扎实开展"))
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class Endpoint:
    """The running double: its address, and the bodies of the requests that reached it."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._server = socket.create_server(("127.0.0.1", 0))
        self.requests: list[str] = []
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}/v1"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                peer, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(peer,), daemon=True).start()

    def _answer(self, peer: socket.socket) -> None:
        try:
            data = b""
            while b"\r\n\r\n" not in data:
                data += peer.recv(65536)
            head, _, body = data.partition(b"\r\n\r\n")
            length = next(
                int(line.split(b":")[1])
                for line in head.split(b"\r\n")
                if line.lower().startswith(b"content-length")
            )
            while len(body) < length:
                body += peer.recv(65536)
            self.requests.append(body.decode())
            self._script(peer, len(self.requests) - 1)
        except OSError:
            pass
        finally:
            peer.close()

    def close(self) -> None:
        """Stop listening."""
        self._server.close()


@contextmanager
def endpoint(script: Script) -> Iterator[Endpoint]:
    """An endpoint that follows ``script`` while the block runs."""
    double = Endpoint(script)
    try:
        yield double
    finally:
        double.close()
