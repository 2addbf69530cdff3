"""Several people on one server: nobody in who has no account, and nobody sees what is another unit's."""

from __future__ import annotations

import asyncio
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from visitor import Visitor

from corpus import accounts, history, store
from corpus.library import Library
from scoring.report_file import parse_report
from ui import cli
from ui.page.access import Access, Throttle, WaitError
from ui.page.address import free_port
from ui.page.desk import open_desk
from ui.page.door import Door
from ui.page.serving import sample_project, start
from ui.page.transfers import Transfers
from ui.page.uploads import TooMuchError, within

Run = Callable[..., tuple[int, str, str]]
FORM = (Path(__file__).parent / "forms" / "minhang.txt").read_bytes()
PASSWORD = "correct horse 甲"
PEOPLE = {
    "张三": ("writer", ["甲局"]),
    "李四": ("writer", ["乙局"]),
    "王五": ("reviewer", ["甲局", "丙局"]),
    "赵六": ("admin", []),
    "钱七": ("admin", ["甲局"]),
}
SECRET = "打捞船年检逾期的独有一句。"
NOW = datetime(2026, 1, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    for name, (role, units) in PEOPLE.items():
        accounts.add(store.open_store(folder), name, role, units, PASSWORD, NOW)
    return folder


@pytest.fixture(scope="module")
def page(home: Path) -> Iterator[Any]:
    """A server behind a proxy on this machine, whose word is taken for where requests come from."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZIPING_PROXIES", "127.0.0.1")
        started = start("127.0.0.1", free_port("127.0.0.1", 8360), home, tools=True, with_login=True)
    yield started
    started.close(verbose=False)


@pytest.fixture(scope="module")
def url(page: Any) -> str:
    return str(page.local_url)


def logged_in(url: str, name: str) -> Visitor:
    visitor = Visitor(url)
    assert visitor.log_in(name, PASSWORD).status_code == 303
    return visitor


@pytest.fixture(scope="module")
def zhang(url: str) -> Visitor:
    """A writer of 甲局 with a report that holds a sentence of its own, in the library too."""
    visitor = logged_in(url, "张三").open()
    [path] = visitor.upload("form.txt", FORM).json()
    visitor.told = visitor.load(path)
    visitor.call("text", field="主要问题", text=SECRET)
    assert "已定稿" in visitor.call("finish_report")["toast"]["text"]
    return visitor


@pytest.fixture(scope="module")
def li(url: str) -> Visitor:
    """A writer of 乙局."""
    return logged_in(url, "李四").open()


def every_address(routes: list[Any]) -> Iterator[tuple[str, str]]:
    """Every method and path that the server knows, those of the routers in it too."""
    for route in routes:
        if (router := getattr(route, "original_router", None)) is not None:
            yield from every_address(router.routes)
        path = re.sub(r"\{[^}]*\}", "x", getattr(route, "path", ""))
        for method in sorted(getattr(route, "methods", None) or ["GET", "POST"]):
            yield method, path


def test_without_a_login_nothing_answers(page: Any, url: str) -> None:
    asked = set(every_address(page.app.routes)) - {("GET", "/login"), ("POST", "/login"), ("POST", "/login/")}
    assert len(asked) > 80
    assert ("POST", "/gradio_api/queue/join") in asked
    stranger = httpx.Client(base_url=url)
    let_in = []
    for method, path in asked:
        answer = stranger.request(method, path)
        sent_away = answer.status_code == 303 and answer.headers["location"] == "/login"
        if answer.status_code != 401 and not sent_away:
            let_in.append((method, path, answer.status_code))
    assert let_in == []


def test_without_a_login_no_event_happens(url: str, zhang: Visitor) -> None:
    stranger = httpx.Client(base_url=url)
    for event in zhang.config["dependencies"]:
        sent = {"data": [], "fn_index": event["id"], "session_hash": zhang.window}
        for path in ("queue/join", f"call/{event['api_name']}", f"run/{event['api_name']}"):
            assert stranger.post(f"/gradio_api/{path}", json=sent).status_code == 401


def test_a_login_sets_a_cookie_that_scripts_and_other_sites_do_not_get(url: str) -> None:
    visitor = Visitor(url)
    assert visitor.http.get("/?report=7").headers["location"] == "/login?report=7"
    form = visitor.http.get("/login?report=7").text
    assert all(word in form for word in ("用户名", "密码", "登录", 'value="7"'))
    answer = visitor.http.post("/login", data={"name": "张三", "password": PASSWORD, "report": "7"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/?report=7")
    flags = {part.strip().lower() for part in answer.headers["set-cookie"].split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/"} <= flags
    assert "secure" not in flags
    over_https = httpx.post(
        f"{url}login",
        data={"name": "张三", "password": PASSWORD},
        headers={"X-Forwarded-Proto": "https", "X-Forwarded-For": "198.51.100.7"},
    )
    assert "secure" in over_https.headers["set-cookie"].lower()
    assert visitor.http.get("/").headers["cache-control"] == "no-store"


def test_a_wrong_password_and_an_unknown_name_are_told_alike(url: str) -> None:
    told = [Visitor(url, "198.51.100.2").log_in(name, "not the password") for name in ("张三", "没有的人")]
    assert [answer.status_code for answer in told] == [401, 401]
    assert told[0].text.replace("张三", "") == told[1].text.replace("没有的人", "")
    assert "set-cookie" not in told[0].headers


def test_failed_logins_are_slowed_down_by_name(url: str) -> None:
    address = iter(range(10, 60))
    for _ in range(8):
        answer = Visitor(url, f"203.0.113.{next(address)}").log_in("周八", "not the password")
        if answer.status_code == 429:
            break
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) >= 1
    assert "秒后再试" in answer.text
    assert Visitor(url, "203.0.113.10").log_in("张三", PASSWORD).status_code == 303


def test_failed_logins_wait_longer_and_longer_and_many_at_once_gain_nothing() -> None:
    now = 0.0
    throttle = Throttle(lambda: now)
    waits = []
    for _ in range(16):
        try:
            throttle.begin("张三", "198.51.100.3")
        except WaitError as error:
            waits.append(error.seconds)
            now += error.seconds
            throttle.begin("张三", "198.51.100.3")
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (1, 300)
    throttle.passed("张三", "198.51.100.3")
    for n in range(5):  # other names from the same address, until it has to wait too
        throttle.begin(f"人{n}", "198.51.100.3")
    with pytest.raises(WaitError):
        throttle.begin("李四", "198.51.100.3")
    throttle.begin("张三", "198.51.100.4")


def test_a_unit_sees_its_own_report_and_no_other(zhang: Visitor, li: Visitor, home: Path) -> None:
    assert SECRET in str(zhang.open(f"?report={zhang.report}").told)
    assert zhang.told["address"] != li.told["address"]
    other = logged_in(str(li.http.base_url), "李四").open(f"?report={zhang.report}")
    assert other.report == li.report
    refused = li.call("open_other", report=zhang.report)
    assert "没有这份报告" in refused["toast"]["text"]
    listed = str(li.call("versions"))
    assert f"'report': {zhang.report}" not in listed
    assert f"'report': {zhang.report}" in str(zhang.call("versions"))
    assert li.call("compare_version", n=2).get("toast", {}).get("level") == "error"
    kept = store.newest(store.open_store(home), zhang.report)
    assert kept is not None
    assert kept.who == "张三"


def test_a_unit_finds_its_own_sentences_and_no_others(zhang: Visitor, li: Visitor) -> None:
    for visitor, finds in ((zhang, True), (li, False)):
        assert (SECRET in str(visitor.call("search_library", query=SECRET)["view:hits"])) is finds
        assert (SECRET in str(visitor.call("phrasing", field="主要问题", query="打捞船年检"))) is finds
        joined = visitor.http.post("/gradio_api/call/corpus_search", json={"data": [SECRET, "", 50]}).json()
        told = visitor.http.get(f"/gradio_api/call/corpus_search/{joined['event_id']}").text
        [hits] = json.loads(re.findall("^data: (.*)$", told, re.MULTILINE)[-1])
        assert (SECRET in [hit["text"] for hit in hits]) is finds


def test_a_sample_of_all_units_is_not_removed_by_one(li: Visitor) -> None:
    shown = str(li.call("library")["view:records"])
    sample = next(int(n) for n in re.findall(r"'report': (\d+)", shown))
    assert "各单位共用" in li.call("remove_record", report=sample)["toast"]["text"]


def test_another_units_desk_is_not_reached_by_its_key_or_its_window(zhang: Visitor, li: Visitor) -> None:
    assert "过期" in li.call("text", key=zhang.key, field="主要问题", text="篡改")["toast"]["text"]
    assert SECRET not in str(li.call("versions", key=zhang.key))
    for path in (f"queue/data?session_hash={zhang.window}", f"heartbeat/{zhang.window}"):
        assert li.http.get(f"/gradio_api/{path}").status_code == 403
    [load] = [one for one in li.config["dependencies"] if any(t[1] == "load" for t in one["targets"])]
    sent = {"data": [], "fn_index": load["id"], "session_hash": zhang.window}
    li.http.post("/gradio_api/queue/join", json=sent)
    assert "toast" not in zhang.call("check_text", field="主要问题", text=SECRET)


def test_files_go_to_whom_they_belong_and_nothing_else_is_served(
    zhang: Visitor, li: Visitor, home: Path
) -> None:
    path = zhang.export()
    assert SECRET in zhang.fetch(path).text
    assert li.fetch(path).status_code == 403
    own = li.export()
    assert SECRET not in li.fetch(own).text
    [uploaded] = zhang.upload("form.txt", FORM + b"1").json()
    folder = str(Path(own).parent)
    for wanted in (
        uploaded,
        str(home / "ziping.db"),
        "/etc/passwd",
        f"{folder}/../../{Path(path).relative_to(Path(own).parent.parent.parent)}",
        f"{folder}/..%2f..%2f..%2f..%2fetc%2fpasswd",
        f"{folder}/%252e%252e/%252e%252e/etc/passwd",
        f"{folder}/x%00",
        "http://127.0.0.1/",
        "ziping.db",
    ):
        assert li.fetch(wanted).status_code in (403, 404), wanted
    assert li.http.get(f"/gradio_api/file/{own}").status_code == 404


def test_another_units_upload_is_not_loaded(zhang: Visitor, li: Visitor) -> None:
    [path] = zhang.upload("form.txt", FORM + b"2").json()
    assert "没有这个文件" in li.load(path)["toast"]["text"]
    [own] = li.upload("form.txt", FORM + b"2").json()
    assert "已载入" in li.load(own)["toast"]["text"]


def test_uploads_are_of_known_kinds_and_sizes(li: Visitor) -> None:
    refused = li.upload("tool.exe", b"MZ")
    assert (refused.status_code, ".docx" in refused.text) == (415, True)
    assert li.upload("big.txt", b"x" * 21_000_000).status_code == 413
    assert li.http.post("/gradio_api/queue/join", content=b" " * 17_000_000).status_code == 413
    assert li.http.post("/login", content=b"name=" + b"x" * 70_000).status_code == 413


def test_a_reviewer_reads_and_exports_the_units_given_and_writes_none(
    url: str, zhang: Visitor, li: Visitor, home: Path
) -> None:
    wang = logged_in(url, "王五").open(f"?report={zhang.report}")
    assert SECRET in str(wang.told)
    assert "只供查看" in str(wang.told["view:head"])
    assert SECRET in wang.fetch(wang.export()).text
    engine = store.open_store(home)
    before = store.versions(engine, zhang.report)
    for name, arg in {
        "text": {"field": "主要问题", "text": "篡改"},
        "field": {"field": "绩效等级", "value": "差"},
        "name_version": {"name": "终稿"},
        "restore_version": {"n": 1},
        "new_report": {"project": "新项目"},
        "next_year": {},
        "set_aside": {"rule": "F01", "place": "合计", "reason": "无"},
        "finish_report": {},
        "remove_record": {"report": zhang.report},
        "split_off": {},
    }.items():
        assert "只能查看" in wang.call(name, **arg)["toast"]["text"], name
    assert store.versions(engine, zhang.report) == before
    assert "没有这份报告" in wang.call("open_other", report=li.report)["toast"]["text"]
    [path] = wang.upload("form.txt", FORM).json()
    assert "只能查看" in wang.load(path)["toast"]["text"]


def test_a_reviewer_without_any_report_yet_is_shown_a_sample_that_is_not_kept(url: str, home: Path) -> None:
    engine = store.open_store(home)
    accounts.add(engine, "冯三", "reviewer", ["丙局"], PASSWORD, NOW)
    feng = logged_in(url, "冯三").open()
    assert feng.report == 0
    assert "toast" not in feng.call("versions")
    assert "只能查看" in feng.call("name_version", name="一")["toast"]["text"]
    assert store.versions(engine, 0) == ()


def test_an_admin_keeps_the_accounts_and_sees_no_report(url: str, zhang: Visitor, li: Visitor) -> None:
    zhao = logged_in(url, "赵六")
    assert zhao.http.get("/").headers["location"] == "/users"
    assert zhao.http.get("/config").status_code == 403
    assert zhao.http.post("/gradio_api/call/corpus_search", json={"data": [SECRET]}).status_code == 403
    shown = zhao.http.get("/users").text
    assert all(name in shown for name in PEOPLE)
    new = {"do": "add", "name": "<b>孙九", "role": "writer", "units": "乙局", "password": PASSWORD}
    assert "&lt;b&gt;孙九" in zhao.http.post("/users", data=new).text
    assert zhao.http.post("/users", data=new).status_code == 400
    assert logged_in(url, "<b>孙九").open(f"?report={li.report}").report == li.report
    assert zhao.http.post("/users", data={"do": "remove", "name": "赵六"}).status_code == 400
    assert "已移除" in zhao.http.post("/users", data={"do": "remove", "name": "<b>孙九"}).text
    for visitor in (zhang, li, logged_in(url, "王五")):
        assert visitor.http.get("/users").status_code == 403
        assert visitor.http.post("/users", data={**new, "role": "admin"}).status_code == 403


def test_an_admin_with_a_unit_reads_its_reports(url: str, zhang: Visitor) -> None:
    qian = logged_in(url, "钱七").open(f"?report={zhang.report}")
    assert SECRET in str(qian.told)
    assert "只能查看" in qian.call("text", field="主要问题", text="篡改")["toast"]["text"]


def test_another_sites_page_asks_in_nobodys_name(zhang: Visitor, url: str) -> None:
    for origin in (
        "https://example.com",
        "null",
        url.rstrip("/").replace("127.0.0.1", "localhost"),
        "http://[",
    ):
        headers = {"Origin": origin}
        assert zhang.http.post("/logout", headers=headers).status_code == 403
        assert zhang.http.get("/config", headers=headers).status_code == 403
    assert zhang.http.get("/config", headers={"Origin": url.rstrip("/")}).status_code == 200
    assert zhang.http.get("/logout").status_code == 303
    assert zhang.http.get("/config").status_code == 200


def test_a_session_ends_with_logout_a_new_password_or_the_account(url: str, home: Path) -> None:
    engine = store.open_store(home)
    accounts.add(engine, "吴十", "writer", ["丁局"], PASSWORD, NOW)
    first, second = logged_in(url, "吴十").open(), logged_in(url, "吴十").open()
    assert first.http.post("/logout").headers["location"] == "/login"
    assert "ziping-session" not in first.http.cookies
    stolen = {"Cookie": f"ziping-session={second.http.cookies['ziping-session']}"}
    assert second.http.get("/config").status_code == 200
    second.http.post("/logout")
    assert httpx.get(f"{url}config", headers=stolen).status_code == 401
    third = logged_in(url, "吴十").open()
    accounts.change_password(engine, "吴十", PASSWORD + "2", NOW)
    assert third.http.get("/config").status_code == 401
    assert Visitor(url).log_in("吴十", PASSWORD).status_code == 401
    assert third.log_in("吴十", PASSWORD + "2").status_code == 303
    assert "过期" in third.call("versions")["toast"]["text"]  # the window was opened before the change
    third.open()
    accounts.remove(engine, "吴十", NOW)
    assert third.http.get("/config").status_code == 401
    assert Visitor(url).log_in("吴十", PASSWORD + "2").status_code == 401


def test_two_of_one_unit_share_its_reports(url: str, zhang: Visitor, home: Path) -> None:
    accounts.add(store.open_store(home), "郑二", "writer", ["甲局"], PASSWORD, NOW)
    zheng = logged_in(url, "郑二").open(f"?report={zhang.report}")
    assert zheng.report == zhang.report
    zheng.call("text", field="改进措施", text="按月检查。")
    newest = store.newest(store.open_store(home), zhang.report)
    assert newest is not None
    assert (newest.who, parse_report(newest.text).measures) == ("郑二", "按月检查。")


def test_a_session_ends_after_half_a_day_and_when_nobody_uses_it(home: Path) -> None:
    now = 0.0
    access = Access(store.open_store(home), lambda: NOW, lambda: now)
    zhang = accounts.account(access.engine, "张三")
    assert zhang is not None
    used, unused = access.open(zhang), access.open(zhang)
    for hour in range(1, 14):
        now = hour * 3600.0
        assert (access.account(used) == zhang) is (hour <= 12)
    assert access.account(unused) is None
    assert access.account("") is None


def asked(door: Door, **request: Any) -> httpx.Response:
    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(door), base_url="http://127.0.0.1"
        ) as http:
            return await http.request(**{"method": "GET", "url": "/", **request})

    return asyncio.run(ask())


def test_a_machine_of_ones_own_answers_to_itself_alone(tmp_path: Path) -> None:
    transfers = Transfers()
    door = Door(PlainTextResponse("报告"), transfers, None)
    assert asked(door).text == "报告"
    assert asked(door, headers={"Host": "localhost:7860"}).status_code == 200
    assert asked(door, headers={"Host": "rebound.example.com"}).status_code == 403
    assert asked(door, headers={"Origin": "https://example.com"}).status_code == 403
    assert asked(door, url="/login").status_code == 404
    assert asked(door, url="/gradio_api/proxy=https://example.com").status_code == 404
    own = transfers.folder(0) / "表.docx"
    own.write_text("表", encoding="utf-8")
    outside = own.with_name("link.docx")
    outside.symlink_to(tmp_path)
    assert asked(door, url=f"/gradio_api/file={own}").status_code == 200
    for path in (tmp_path, outside / "x", own.parent.parent / "x"):
        assert asked(door, url=f"/gradio_api/file={path}").status_code == 403


def test_a_request_that_dribbles_in_is_cut_off() -> None:
    async def body() -> Any:
        await asyncio.sleep(30)

    async def take() -> None:
        await within(body, Headers(), 10, longest=0.05)()

    with pytest.raises(TooMuchError) as late:
        asyncio.run(take())
    assert late.value.status == 408

    async def more() -> Any:
        return {"type": "http.request", "body": b"x" * 6, "more_body": True}

    async def take_twice() -> None:
        receive = within(more, Headers(), 10)
        await receive()
        await receive()

    with pytest.raises(TooMuchError) as large:
        asyncio.run(take_twice())
    assert large.value.status == 413


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    def call(*words: str, typed: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["ziping", *words])
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        with pytest.raises(SystemExit) as end:
            cli.main()
        told = capsys.readouterr()
        return int(end.value.code or 0), told.out, told.err

    return call


def test_without_users_no_address_but_this_machines_is_served(run: Run, monkeypatch: Any) -> None:
    for host in ("0.0.0.0", "192.0.2.7", "::"):
        status, out, told = run("ui", "--no-browser", "--host", host)
        assert (status, out, told.count("\n")) == (2, "", 1)
        assert "ziping users add" in told
    monkeypatch.setenv("ZIPING_PROXIES", "127.0.0.1")
    assert run("ui", "--no-browser")[0] == 2


def test_users_are_kept_on_the_command_line(run: Run) -> None:
    add = ("users", "add", "张三", "--unit", "甲局", "--role", "writer", "--password-stdin")
    assert run(*add, typed=f"{PASSWORD}\n") == (0, "已增加：张三\t填报\t甲局\n", "")
    for words, typed, told in (
        (add, PASSWORD, "已有这个用户名"),
        ((*add[:2], "李", *add[3:]), "short", "应为 10 至 200 个字符"),
        ((*add[:2], "李", *add[3:]), "aaaaaaaaaaaaaaa", "太容易猜中"),
        ((*add[:2], "甲乙丙", *add[3:]), "甲乙丙 and more", "太容易猜中"),
        ((*add[:2], "a:b", *add[3:]), PASSWORD, "不含冒号"),
        ((*add[:2], "李", "--role", "boss", "--password-stdin"), PASSWORD, "读到「boss」"),
        ((*add[:2], "李", "--role", "writer", "--password-stdin"), PASSWORD, "属于一个单位"),
        ((*add[:2], "李", "--role", "reviewer", "--password-stdin"), PASSWORD, "复核哪些单位"),
        (add[:-1], "", "--password-stdin"),
        (("users", "remove", "没有"), "", "没有这个用户"),
        (("users", "password", "没有", "--password-stdin"), PASSWORD, "没有这个用户"),
    ):
        status, _, problem = run(*words, typed=typed)
        assert (status, told in problem, problem.count("\n")) == (2, True, 1), problem
    status, listed, _ = run("users", "list", "--json")
    assert json.loads(listed) == {"name": "张三", "role": "writer", "units": ["甲局"]}
    assert run("users", "password", "张三", "--password-stdin", typed="another password")[0] == 0
    engine = store.open_store(store.home())
    assert accounts.verified(engine, "张三", PASSWORD) is None
    assert accounts.verified(engine, " 张三 ", "ａｎｏｔｈｅｒ　password") is not None  # typed full-width
    assert PASSWORD.encode() not in (store.home() / "ziping.db").read_bytes()
    assert run("users", "remove", "张三")[0] == 0
    assert run("users", "list")[1] == ""


def test_what_one_desk_wrote_is_handed_to_a_unit(run: Run, own_home: Path) -> None:
    with Library(own_home) as alone:
        desk = open_desk(alone._opened.store, alone, lambda: NOW, accounts.ALONE, 0, sample_project)
        desk.keep(desk.report.with_narrative("主要问题", SECRET))
        alone.add_report(desk.report, "本机")
        assert [hit.text for hit in alone.search(SECRET, limit=1)] == [SECRET]
        assert run("users", "adopt", "--unit", "甲局")[:2] == (0, "已交给甲局：2 份报告\n")
        assert SECRET not in [hit.text for hit in alone.search(SECRET)]
        unit = alone.for_unit("甲局")
        assert [hit.text for hit in unit.search(SECRET, limit=1)] == [SECRET]
        assert not history.may_open(alone._opened.store, desk.report_id, "")
        assert history.may_open(alone._opened.store, desk.report_id, "甲局")
        [own] = [record for record in unit.list() if not record.is_sample]
        unit.remove(own.id)
        assert SECRET not in [hit.text for hit in unit.search(SECRET)]
    assert run("users", "adopt", "--unit", "甲局")[1] == "已交给甲局：0 份报告\n"


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminal")
@pytest.mark.parametrize(("again", "status"), [("correct horse", 0), ("correct hors", 2)])
def test_a_password_typed_twice_is_not_shown(again: str, status: int, own_home: Path) -> None:
    import pty

    words = ["-c", "import sys; from ui.cli import main; sys.argv[0] = 'ziping'; main()"]
    child, terminal = pty.fork()
    if child == 0:
        os.execv(
            sys.executable, [sys.executable, *words, "users", "add", "yi", "--unit", "甲", "--role", "writer"]
        )
    shown = b""
    answers = iter(("correct horse", again))
    with os.fdopen(terminal, "r+b", buffering=0) as screen:
        while True:
            try:
                shown += screen.read(1024) or b""
            except OSError:  # the other end was closed
                break
            if shown.endswith("：".encode()):
                screen.write(f"{next(answers)}\n".encode())
                shown += b"\n"
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == status
    assert b"correct" not in shown
    assert "至少 10 个字符" in shown.decode()


ELSEWHERE = """
import os, socket, sys
import httpx
from ui.page.address import free_port, is_loopback
from ui.page.serving import start

try:  # nothing is sent: this only asks which address would be used
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("198.51.100.1", 9))
        host = probe.getsockname()[0]
except OSError:
    host = "127.0.0.1"
if is_loopback(host):
    print("none")
    sys.exit()
page = start(host, free_port(host, 8400), with_login=True)
http = httpx.Client(base_url=page.local_url, headers={"X-Forwarded-Proto": "https"})
shown = http.get("/").status_code
let_in = http.post("/login", data={"name": "张三", "password": sys.argv[1]})
print(shown, http.get("/config").status_code, let_in.headers["set-cookie"], flush=True)
os._exit(0)
"""


def test_on_an_address_that_others_reach_everybody_logs_in(own_home: Path) -> None:
    accounts.add(store.open_store(own_home), "张三", "writer", ["甲局"], PASSWORD, NOW)
    # In a process of its own: the guard against the network takes this machine's address for another's.
    words = [sys.executable, "-c", ELSEWHERE, PASSWORD]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    if done.stdout.strip() == "none":
        pytest.skip("this machine has no address but its own")
    shown, config, cookie = done.stdout.split(" ", 2)
    assert (shown, config) == ("303", "200")
    assert "secure" not in cookie.lower()  # only a configured proxy's word is taken
