"""What ends: a request that does not arrive, with its connection, and a closed window, with what was kept of it."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from visitor import Visitor

from ui.page import connection
from ui.page.address import free_port
from ui.page.serving import start

LIMIT = 0.5
HEAD = b"GET /robots.txt HTTP/1.1\r\nHost: 127.0.0.1\r\n"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "LONGEST_HEAD", LIMIT)
        started = start("127.0.0.1", free_port("127.0.0.1", 8540), tmp_path_factory.mktemp("home"))
        yield started
        started.close(verbose=False)


@pytest.fixture
def line(page: Any) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", page.server_port), timeout=20) as opened:
        yield opened


def ends(line: socket.socket) -> bool:
    """Whether the other side closes the connection without another word."""
    return line.recv(1) == b""


def answered(line: socket.socket) -> bytes:
    """The status line of an answer that is read to its end."""
    head = b""
    while b"\r\n\r\n" not in head:
        head += line.recv(1)
    [length] = [one for one in head.lower().split(b"\r\n") if one.startswith(b"content-length:")]
    left = int(length.split(b":")[1])
    while left:
        left -= len(line.recv(left))
    return head.split(b"\r\n")[0]


def test_a_connection_that_says_nothing_ends(line: socket.socket) -> None:
    assert ends(line)


def test_a_head_that_drips_ends(line: socket.socket) -> None:
    with pytest.raises(ConnectionError):
        drip(line, 20)


def drip(line: socket.socket, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        line.sendall(b"X")
        time.sleep(0.05)


def test_a_second_head_has_its_own_time(line: socket.socket) -> None:
    line.sendall(HEAD + b"\r\n")
    assert b" 200 " in answered(line) + b" "
    time.sleep(LIMIT * 1.5)  # an idle connection is kept for the next request
    line.sendall(HEAD + b"\r\n")
    assert b" 200 " in answered(line) + b" "
    line.sendall(HEAD)
    assert ends(line)


def test_a_body_may_take_longer_than_a_head(line: socket.socket) -> None:
    line.sendall(
        b"POST /gradio_api/run/score HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    )
    line.sendall(b"Content-Length: 2\r\n\r\n{")
    time.sleep(LIMIT * 2)
    line.sendall(b"}")
    assert line.recv(9) == b"HTTP/1.1 "


def test_nothing_is_kept_of_a_closed_window(page: Any) -> None:
    visitor = Visitor(page.local_url).open()
    beat = visitor.http.build_request("GET", f"/gradio_api/heartbeat/{visitor.window}")
    alive = visitor.http.send(beat, stream=True).raise_for_status()
    assert visitor.window in page.state_holder.session_data
    alive.close()
    until = time.monotonic() + 20
    while visitor.window in page.state_holder.session_data and time.monotonic() < until:
        time.sleep(0.05)
    assert visitor.window not in page.state_holder.session_data
