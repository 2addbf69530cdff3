"""Any request whatever at every address of the running server: answered in a moment, with no failure and no file."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_ui_access import every_address
from visitor import Visitor

from corpus import accounts, store
from ui.page.address import free_port
from ui.page.serving import start
from ui.page.transfers import waiting_room

REPORT = (Path(__file__).parent.parent / "corpus" / "sample_project.yaml").read_text("utf-8")
SECRET = "打捞船年检逾期的独有一句"
PASSWORD = "correct horse 甲"
METHODS = ("GET", "POST", "HEAD", "PUT", "OPTIONS", "FOO")
FILED = ("file=", "file/", "upload", "upload_progress", "custom_component/", "heartbeat/", "mcp/", "queue/")
PLACES = (
    *(f"/gradio_api/{one}" for one in FILED),
    *("/static/", "/assets/", "/svelte/", "/pwa_icon/", "/config/", "/login", "/"),
)
NASTY = (
    *(
        "../../../../../../etc/passwd",
        "%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "..%2f..%2fetc%2fpasswd",
    ),
    *(
        "/etc/passwd",
        "//etc/passwd",
        "%2fetc%2fpasswd",
        "file:///etc/passwd",
        "/proc/self/environ",
        "/dev/zero",
    ),
    *(
        "%00",
        "x%00.txt",
        "%252e%252e/x",
        "..%5c..%5cx",
        "C:%5cx",
        "%ff%fe",
        "%zz",
        "%",
        "~",
        "?",
        "??",
        "#x",
        ";x",
    ),
    *(
        "a" * 300,
        "a" * 9000,
        "a/" * 3000,
        "../" * 3000,
        "甲" * 200,
        "http://127.0.0.1:1/",
        "\x01",
        "\x00",
        "${7*7}",
    ),
)
HEADERS = (
    b"X: " + b"a" * 100_000,
    b"X: a\r\n" * 5000,
    b"Cookie: ziping-session=" + b"\xff" * 3000,
    b"Cookie: " + b"a=b; " * 3000,
    *(b"Authorization: " + given for given in (b"Basic", b"Basic ///", b"Basic 4pyT", b"Bearer \xff")),
    *(b"Origin: " + given for given in (b"null", b"http://[", b"\xff", b"")),
    *(b"X-Forwarded-" + given for given in (b"Host: [", b"Proto: x", b"For: ::::", b"Host: " + b"a" * 5000)),
    *(b"Content-Length: " + given for given in (b"-1", b"x", b"99999999999999999999", b"1_0")),
    b"Transfer-Encoding: chunked",
    b"Content-Encoding: gzip",
    b"Range: bytes=9-1,-,x",
    b"Accept-Encoding: \xff",
    b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x",
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
JSON = st.recursive(
    SCALARS, lambda one: st.lists(one, max_size=4) | st.dictionaries(st.text(max_size=9), one, max_size=4)
)


@dataclass
class Served:
    """A running page, somebody at it, and the addresses that it has."""

    port: int
    visitor: Visitor
    addresses: list[str]
    home: Path

    def ask(self, method: str, target: str, *headers: bytes, body: bytes = b"", kind: str = "") -> Answer:
        """The answer to a request written as it stands; no more of it than a stream's beginning."""
        session = self.visitor.http.cookies.get("ziping-session")
        lines = [f"{method} {target} HTTP/1.1".encode(), f"Host: 127.0.0.1:{self.port}".encode(), *headers]
        if session and not any(line.startswith(b"Cookie") for line in headers):
            lines.append(f"Cookie: ziping-session={session}".encode())
        if kind or body:
            lines.append(f"Content-Type: {kind or 'application/json'}".encode())
        if not any(line.startswith((b"Content-Length", b"Transfer-Encoding")) for line in headers):
            lines.append(f"Content-Length: {len(body)}".encode())
        return asked(self.port, b"\r\n".join([*lines, b"Connection: close", b"", b""]) + body)

    def call(self, path: str, given: Any) -> Answer:
        return self.ask("POST", path, body=json.dumps(given).encode("utf-8", "surrogatepass"))


@dataclass
class Answer:
    """What came back until the end, or until a stream began."""

    status: int
    body: bytes

    def check(self, what: object) -> None:
        """See that it is an answer: no failure, nothing of the program's inside, no file of the machine."""
        text = self.body.decode("utf-8", "replace")
        assert "Traceback" not in text, what
        assert 'File "/' not in text, what
        assert "root:x:0:" not in text, what
        assert SECRET not in text, what
        assert self.status < 500 or is_told_by_gradio(text), (what, self.status, text[:300])


def is_told_by_gradio(text: str) -> bool:
    """Whether it is how Gradio tells a program that its call was refused: in a line, or without a word."""
    error = json.loads(text).get("error", "")
    return error is None or ("\n" not in error and bool(re.search("[一-鿿]", error)))


def asked(port: int, request: bytes) -> Answer:
    got = b""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        try:
            line.sendall(request)
            while more := line.recv(65536):
                got += more
                if b"text/event-stream" in got.partition(b"\r\n\r\n")[0]:
                    break
        except ConnectionError:
            assert got or len(request) > 60_000, "closed without an answer"
    head, _, body = got.partition(b"\r\n\r\n")
    found = re.match(rb"HTTP/1.1 (\d{3})", head)
    assert found or not got
    return Answer(int(found[1]) if found else 400, body)


@pytest.fixture(scope="module", params=["alone", "with users"])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home, has_users = tmp_path_factory.mktemp("home"), request.param == "with users"
    (home / "秘密.yaml").write_text(
        f"方案: 闵行-2020\n年度: 2020\n项目名称: {SECRET}\n预算单位: 乙\n", "utf-8"
    )
    if has_users:
        engine = store.open_store(home)
        accounts.add(engine, "张三", "writer", ["甲局"], PASSWORD, datetime.now(UTC))
    port = free_port("127.0.0.1", 8480)
    page = start("127.0.0.1", port, home, tools=True, with_login=has_users)
    visitor = Visitor(str(page.local_url))
    if has_users:
        assert visitor.log_in("张三", PASSWORD).status_code == 303
    paths = {path.rstrip("/") for _, path in every_address(page.app.routes)} - {""} | {"/"}
    found = Served(port, visitor.open(), sorted(paths | {"/login", "/logout", "/users"}), home)
    yield found
    # after all of it a usual request still works
    assert found.call("/gradio_api/run/score", {"data": [REPORT]}).status == 200
    assert "toast" not in visitor.call("versions")
    page.close(verbose=False)


def test_every_address_takes_every_method_and_any_ending(served: Served) -> None:
    assert len(served.addresses) > 45
    for path in served.addresses:
        if path == "/logout":  # by POST it does what it says
            continue
        for method in METHODS:
            served.ask(method, path).check((method, path))
        for ending in ("//", "/%00", "?session_hash=" + "a" * 200, "?" + "a=b&" * 3000, "/" + "a" * 300):
            served.ask("GET", path + ending).check(path + ending[:20])


@pytest.mark.parametrize("place", PLACES)
def test_no_path_leads_to_a_file_outside_the_exports(served: Served, place: str) -> None:
    own = [str(served.home / "秘密.yaml"), f"/{'../' * 12}{served.home}/%E7%A7%98%E5%AF%86.yaml"]
    for nasty in (*NASTY, *own, str(served.home / "ziping.db"), waiting_room()):
        for between in ("", "x/../../../") if nasty in own else ("",):
            answer = served.ask("GET", f"{place}{between}{nasty}")
            answer.check((place, between, nasty[:60]))
            assert b"SQLite format" not in answer.body


@pytest.mark.parametrize("header", HEADERS, ids=lambda header: header[:24].decode("latin-1"))
def test_no_header_whatever_makes_a_failure(served: Served, header: bytes) -> None:
    for method, path, body in (
        ("GET", "/", b""),
        ("GET", "/config", b""),
        ("POST", "/login", b"name=a"),
        ("POST", "/gradio_api/queue/join", b"{}"),
        ("POST", "/gradio_api/mcp/", b"{}"),
    ):
        if header.startswith((b"Content-Length: 9", b"Transfer-Encoding")):
            body = b"zz\r\n"  # no more is to come, and it is no chunk
        served.ask(method, path, header, body=body).check((method, path, header[:40]))


@pytest.mark.parametrize(
    "request_line",
    [
        b"",
        b"\x16\x03\x01",
        b"GET\r\n\r\n",
        b"GET  HTTP/1.1\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\r\n" * 9,
        b"x" * 200_000,
    ],
    ids=["nothing", "TLS", "no path", "blank path", "version", "lines", "no end"],
)
def test_what_is_no_request_is_let_go(served: Served, request_line: bytes) -> None:
    line = socket.create_connection(("127.0.0.1", served.port), timeout=20)
    with line, suppress(OSError):  # it may hang up in the midst
        line.sendall(request_line)
        line.shutdown(socket.SHUT_WR)
        Answer(400, line.recv(65536)).check(request_line[:20])


@settings(max_examples=30)
@given(
    method=st.sampled_from(METHODS),
    number=st.integers(0, 999),
    ending=st.sampled_from(NASTY)
    | st.text(max_size=20).map(lambda text: text.encode("utf-8", "replace").hex()),
    body=JSON | st.binary(max_size=60),
    kind=st.sampled_from(
        ["application/json", "multipart/form-data; boundary=x", "multipart/form-data", "text/plain", "\\", ""]
    ),
)
def test_generated_requests_are_answered(
    served: Served, method: str, number: int, ending: str, body: Any, kind: str
) -> None:
    path = served.addresses[number % len(served.addresses)]
    if path == "/logout":
        path = "/users"
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    for target in (path, f"{path}/{ending}", f"{path}?session_hash={ending}", path.replace("x", ending)):
        served.ask(method, target, body=sent, kind=kind).check((method, target[:80], sent, kind))


@settings(max_examples=30)
@given(
    name=st.sampled_from(["score", "check", "draft", "corpus_search", "call", "没有"]),
    way=st.sampled_from(["call", "call/v2", "run", "api"]),
    data=st.lists(JSON, max_size=5) | JSON,
    number=st.integers(-2, 60),
    other=JSON,
)
def test_calls_and_events_take_arguments_of_any_type(
    served: Served, name: str, way: str, data: Any, number: int, other: Any
) -> None:
    for sent in ({"data": data}, {"report": other, "query": other}, other):
        served.call(f"/gradio_api/{way}/{name}", sent).check((way, name, sent))
    event = {
        "data": data,
        "fn_index": number,
        "session_hash": other,
        "event_data": other,
        "trigger_id": other,
    }
    for path in ("queue/join", "cancel", "reset"):
        served.call(f"/gradio_api/{path}", event).check((path, event))
        served.call(f"/gradio_api/{path}", {**event, "fn_index": other}).check((path, other))


@settings(max_examples=30)
@given(arg=JSON, name=JSON | st.sampled_from(["text", "rows", "field", "versions"]), number=st.integers(0, 9))
def test_the_pages_own_calls_take_anything(served: Served, arg: Any, name: Any, number: int) -> None:
    visitor = served.visitor
    whole: dict[str, Any] = {
        "data": {"key": visitor.key, "name": name, "arg": arg, "serial": 0},
        "component_id": visitor.component("z-bus"),
        "fn_name": "call",
        "session_hash": visitor.window,
    }
    keys = sorted(whole)
    for sent in (
        whole,
        {**whole, keys[number % len(keys)]: arg},
        {**whole, "data": {**whole["data"], "serial": arg}},
    ):
        served.call("/gradio_api/component_server/", sent).check(sent)


@settings(max_examples=30)
@given(
    method=st.sampled_from(["initialize", "tools/call", "tools/list", "x"]) | SCALARS,
    params=JSON,
    number=JSON,
)
def test_the_tools_take_anything(served: Served, method: Any, params: Any, number: Any) -> None:
    accept = b"Accept: application/json, text/event-stream"
    for asked in ({"jsonrpc": "2.0", "id": number, "method": method, "params": params}, params):
        sent = json.dumps(asked).encode()
        served.ask("POST", "/gradio_api/mcp/", accept, body=sent).check(asked)


def part(name: bytes, content: bytes = b"x", field: bytes = b"files") -> bytes:
    return (
        b'--x\r\nContent-Disposition: form-data; name="'
        + field
        + b'"; filename="'
        + name
        + b'"\r\n\r\n'
        + content
    )


FORM = "multipart/form-data; boundary=x"


@pytest.mark.parametrize(
    "name",
    [
        *(b"../../x.txt", b"/etc/x.txt", b"..", b".", b"", b"..\\..\\x.txt", b"C:\\x.txt", b"%2e%2e/x.txt"),
        *(
            b"x\x00.txt",
            b"\xff\xfe.txt",
            b"a" * 5000 + b".txt",
            "甲".encode() * 300 + b".txt",
            b"x.txt/",
            b"x.txt/..",
        ),
        *(
            b"=x.txt",
            b"<script>.txt",
            b'x\\";y=.txt',
            b"CON.txt",
            b"a.txt:b",
            b"~/x.txt",
            b"${HOME}.txt",
            b"\x1b[2J.txt",
        ),
    ],
)
def test_an_uploads_name_leads_nowhere(served: Served, name: bytes) -> None:
    answer = served.ask("POST", "/gradio_api/upload", body=part(name) + b"\r\n--x--\r\n", kind=FORM)
    answer.check(name[:40])
    if answer.status == 200:
        room = Path(waiting_room()).resolve()
        for path in json.loads(answer.body):
            assert Path(path).resolve().is_relative_to(room)
            assert Path(path).parent.parent == room
            assert served.ask("GET", f"/gradio_api/file={path}").status in (400, 403, 404)


BROKEN = (
    *(b"", b"x", b"--x", b"--x\r\n", b"--x--", b"--x\r\n\r\n\r\n--x--\r\n", b"--x\r\n" * 50_000),
    *(part(b"a.txt"), part(b"a.txt", b"\r\n--x\r\n"), part(b"a.txt", field=b"") + b"\r\n--x--\r\n"),
    *(part(b"a.txt") + b"\r\n" + b"A: b\r\n" * 20_000, (part(b"a.txt") + b"\r\n") * 1500 + b"--x--\r\n"),
    b'--x\r\nContent-Disposition: form-data; name="files"\r\n\r\nno file\r\n--x--\r\n',
    b"--x\r\nContent-Disposition: \xff\r\n\r\n\r\n--x--\r\n",
)


@pytest.mark.parametrize(
    "kind", [FORM, "multipart/form-data", "multipart/form-data; boundary=", "application/json"]
)
def test_a_broken_upload_is_refused_in_one_line(served: Served, kind: str) -> None:
    for body in BROKEN:
        answer = served.ask("POST", "/gradio_api/upload?upload_id=%00", body=body, kind=kind)
        answer.check((body[:60], kind))
        if answer.status != 200:
            said = answer.body.decode()
            assert "\n" not in said
            assert re.search("[一-鿿]", said), said


def test_what_is_too_long_is_cut_off(served: Served) -> None:
    for path, body in (
        ("/gradio_api/queue/join", b"[" * 200_000),
        ("/gradio_api/run/score", b'{"data":[' + b"9" * 500_000 + b"]}"),
        ("/gradio_api/run/score", b'{"data":["' + b"[" * 500_000 + b'"]}'),
        ("/gradio_api/run/check", json.dumps({"data": ["主要绩效: " + "1225家次，" * 30_000]}).encode()),
        ("/gradio_api/component_server/", b'{"data":' + b'{"a":' * 50_000 + b"1" + b"}" * 50_000 + b"}"),
        ("/gradio_api/mcp/", b'{"a":' * 50_000),
        ("/login", b"name=" + b"&a" * 30_000),
    ):
        served.ask("POST", path, body=body).check((path, body[:30]))
    too_large = [b"Content-Length: 17000000", b"Content-Length: 999999999999"]
    for length in too_large:
        assert served.ask("POST", "/gradio_api/queue/join", length).status == 413


NOT_UPLOADED = (
    "/etc/passwd",
    "",
    "\0",
    "../../etc/passwd",
    "file:///etc/passwd",
    3,
    None,
    [],
    {},
    True,
    "秘密.yaml",
)


def test_an_event_is_given_no_file_but_an_uploaded_one(served: Served) -> None:
    visitor = served.visitor
    before = visitor.call("versions")
    for path in (*NOT_UPLOADED, str(served.home / "秘密.yaml")):
        for file in (path, {"path": path}, {"path": "x", "url": path}):
            marked = {**file, "meta": {"_type": "gradio.FileData"}} if isinstance(file, dict) else file
            for component in ("z-load", "z-library-add"):
                told = outcome(visitor, visitor.of_input(component), [marked])
                assert SECRET not in told
                assert "已载入" not in told
    assert visitor.call("versions") == before


def test_no_address_is_fetched_in_place_of_an_upload(served: Served) -> None:
    visitor = served.visitor
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        elsewhere.settimeout(0.2)
        for address in (
            f"http://127.0.0.1:{elsewhere.getsockname()[1]}/x.yaml",
            "https://example.com/x.yaml",
        ):
            file = {"path": address, "meta": {"_type": "gradio.FileData"}}
            assert "只接受上传的文件" in outcome(visitor, visitor.of_input("z-load"), [file])
        with pytest.raises(TimeoutError):
            elsewhere.accept()


@pytest.mark.parametrize(
    "kind", ["/../../x.docx", "../x.yaml", "/etc/x.html", ".exe", "", ".docx\0", None, 3, [], {}]
)
def test_no_kind_of_file_leads_elsewhere(served: Served, kind: Any) -> None:
    visitor = served.visitor
    [make] = [one for one in visitor.config["dependencies"] if len(one["outputs"]) == 2]
    before = sorted(Path(waiting_room()).rglob("*.*"))
    told = outcome(visitor, make, [kind, False])
    assert "已导出" not in told
    assert sorted(Path(waiting_room()).rglob("*.*")) == before


def test_a_tab_chosen_again_while_its_answer_is_on_the_way_is_asked_again(served: Served) -> None:
    events = served.visitor.config["dependencies"]
    chosen = [one for one in events if any(kind == "select" for _, kind in one["targets"])]
    assert len(chosen) > 3
    assert {one["trigger_mode"] for one in chosen} == {"always_last"}


def outcome(visitor: Visitor, event: dict[str, Any], data: list[Any]) -> str:
    """What the page is told after an event, its success or its failure."""
    sent = {"data": data, "fn_index": event["id"], "session_hash": visitor.window}
    joined = visitor.http.post("/gradio_api/queue/join", json=sent)
    if joined.status_code != 200:
        assert joined.status_code < 500
        return joined.text
    with visitor.http.stream(
        "GET", "/gradio_api/queue/data", params={"session_hash": visitor.window}
    ) as lines:
        for line in lines.iter_lines():
            message = json.loads(line.removeprefix("data:")) if line.startswith("data:") else {}
            if message.get("msg") == "process_completed" and message["event_id"] == joined.json()["event_id"]:
                return json.dumps(message["output"], ensure_ascii=False)
    raise AssertionError("the event came to no end")
