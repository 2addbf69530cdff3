"""The commands for other systems: as endpoints of the page's server, and as MCP tools, by real clients."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from gradio_client import Client
from gradio_client.exceptions import AppError
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client

from corpus import accounts
from corpus.store import open_store
from ui.page.address import free_port
from ui.page.serving import start

REPORT = (Path(__file__).parent.parent / "corpus" / "sample_project.yaml").read_text("utf-8")
NAMES = ["check", "corpus_search", "draft", "score"]
USERS = {"张三": "马到成功一二三四五六", "yi": "correct horse"}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    port = free_port("127.0.0.1", 8260)
    started = start("127.0.0.1", port, tmp_path_factory.mktemp("home"), tools=True)
    yield started
    started.close(verbose=False)


@pytest.fixture(scope="module")
def address(page: Any) -> str:
    return str(page.local_url)


@pytest.fixture(scope="module")
def client(address: str) -> Client:
    return Client(address, verbose=False, analytics_enabled=False)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with users."""
    home = tmp_path_factory.mktemp("home")
    for name, password in USERS.items():
        accounts.add(open_store(home), name, "writer", ["甲局"], password, datetime.now(UTC))
    started = start("127.0.0.1", free_port("127.0.0.1", 8270), home, tools=True, with_login=True)
    yield str(started.local_url)
    started.close(verbose=False)


def with_session(address: str, act: Callable[[ClientSession], Awaitable[Any]], **headers: str) -> Any:
    async def run() -> Any:
        url = f"{address}gradio_api/mcp/"
        async with (
            httpx.AsyncClient(headers=headers, timeout=60) as http,
            streamable_http_client(url, http_client=http) as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            return await act(session)

    return asyncio.run(run())


def called(address: str, name: str, arguments: dict[str, Any], **headers: str) -> tuple[bool, str]:
    result = with_session(address, lambda session: session.call_tool(name, arguments), **headers)
    return bool(result.isError), "".join(part.text for part in result.content)


def test_nothing_but_the_four_endpoints_is_offered(client: Client) -> None:
    offered = client.view_api(return_format="dict", print_info=False)
    assert sorted(offered["named_endpoints"]) == [f"/{name}" for name in NAMES]
    assert not offered["unnamed_endpoints"]


def test_score(client: Client) -> None:
    card = client.predict(REPORT, api_name="/score")
    assert (card["total"], card["execution_rate"]) == ("100", "0.9780")


def test_check(client: Client) -> None:
    told = client.predict(REPORT.replace("1225家次", "1252家次"), api_name="/check")
    wrong = [one for one in told["findings"] if one["text"] == "1252家次"]
    assert "1225家次" in [one["expected"] for one in wrong]


def test_draft(client: Client) -> None:
    written = yaml.safe_load(client.predict(REPORT, "主要绩效", "offline", api_name="/draft"))
    assert "检查企业1225家次" in written["主要绩效"]
    assert written["主要问题"] == yaml.safe_load(REPORT)["主要问题"]


def test_corpus_search(client: Client) -> None:
    hits = client.predict("检查企业比上年增长", "主要绩效", 3, api_name="/corpus_search")
    assert [hit["section"] for hit in hits] == ["主要绩效"] * 3


@pytest.mark.parametrize(
    ("name", "arguments", "problem"),
    [
        ("score", ("不是报告",), "应为“标签: 内容”形式的报告文件"),
        ("check", ("方案: 没有的方案\n年度: 2020\n项目名称: 甲\n预算单位: 乙\n",), "没有的方案"),
        ("draft", (REPORT, "总结"), "读到「总结」"),
        ("draft", (REPORT, "主要绩效", "model"), "没有设置大模型"),
        ("corpus_search", ("检查", "总结"), "主要绩效、主要问题、改进措施之一"),
    ],
)
def test_what_cannot_be_used_is_told_in_one_sentence(
    client: Client, name: str, arguments: tuple[str, ...], problem: str
) -> None:
    with pytest.raises(AppError) as refused:
        client.predict(*arguments, api_name=f"/{name}")
    assert problem in str(refused.value)
    assert "Traceback" not in str(refused.value)


def test_the_tools_are_these_four_described_in_chinese_with_typed_parameters(address: str) -> None:
    listed = with_session(address, lambda session: session.list_tools())
    assert sorted(tool.name for tool in listed.tools) == NAMES
    for tool in listed.tools:
        assert any("一" <= char <= "鿿" for char in tool.description)
        assert "request" not in tool.inputSchema["properties"]
        for parameter in tool.inputSchema["properties"].values():
            assert parameter["description"]
            assert parameter.get("type") or parameter.get("enum")


def test_tools_are_called_and_answer_in_json(address: str) -> None:
    failed, text = called(address, "score", {"report": REPORT})
    assert (failed, json.loads(text)["total"]) == (False, "100")
    failed, text = called(address, "check", {"report": REPORT.replace("1225家次", "1252家次")})
    assert not failed
    assert "1225家次" in [one["expected"] for one in json.loads(text)["findings"]]
    failed, text = called(address, "draft", {"report": REPORT, "sections": "主要绩效"})
    assert not failed
    assert "检查企业1225家次" in yaml.safe_load(text)["主要绩效"]
    failed, text = called(address, "corpus_search", {"query": "检查企业", "limit": 2})
    assert (failed, len(json.loads(text))) == (False, 2)


def test_a_bad_report_is_an_error_in_one_chinese_sentence(address: str) -> None:
    assert called(address, "check", {"report": "不是报告"}) == (
        True,
        "report：应为“标签: 内容”形式的报告文件",
    )
    failed, text = called(address, "call", {"name": "text"})
    assert failed
    assert "Unknown tool" in text


def test_a_page_elsewhere_that_asks_in_the_users_name_is_turned_away(address: str) -> None:
    ask = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    for headers in ({"Origin": "https://example.com"}, {"Host": "example.com"}):
        assert httpx.post(f"{address}gradio_api/mcp/", json=ask, headers=headers).status_code == 403


@pytest.mark.parametrize("path", ["", "/", "/sse", "/schema", "/http"])
def test_with_users_the_tools_ask_for_a_login(guarded: str, path: str) -> None:
    assert httpx.get(f"{guarded}gradio_api/mcp{path}", follow_redirects=True).status_code == 401
    wrong = base64.b64encode(f"yi{path}:no".encode()).decode()
    refused = httpx.get(f"{guarded}gradio_api/mcp{path}", headers={"Authorization": f"Basic {wrong}"})
    assert refused.status_code == 401


def test_with_users_name_and_password_open_the_tools(guarded: str) -> None:
    for name, password in USERS.items():
        given = base64.b64encode(f"{name}:{password}".encode()).decode()
        failed, text = called(guarded, "score", {"report": REPORT}, Authorization=f"Basic {given}")
        assert (failed, json.loads(text)["total"]) == (False, "100")


def test_without_the_option_there_are_no_tools(tmp_path: Path) -> None:
    port = free_port("127.0.0.1", 8280)
    page = start("127.0.0.1", port, tmp_path)
    try:
        assert httpx.post(f"http://127.0.0.1:{port}/gradio_api/mcp/", json={}).status_code == 404
    finally:
        page.close(verbose=False)
