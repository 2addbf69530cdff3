"""How long the page takes: first paint, typing to coloured numbers, and what the server does for each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from corpus.accounts import ALONE
from corpus.library import Library
from corpus.store import open_store
from ui.page.address import free_port
from ui.page.calls import answer
from ui.page.desk import Desk, open_desk
from ui.page.messages import everything
from ui.page.serving import sample_project, start

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]


# Playwright looks only every half second: the page itself tells when the number is coloured.
TYPED = """(number) => new Promise((done) => {
  const find = () => document.querySelector(`mark[data-text='${number}']`) && (seen.disconnect(), done());
  const seen = new MutationObserver(find);
  seen.observe(document.querySelector("textarea[aria-label='主要绩效']").closest(".z-editor"), { childList: true, subtree: true });
  document.execCommand("insertText", false, `走访${number}。`);
})"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Library(tmp_path) as library:
        yield open_desk(open_store(tmp_path), library, lambda: datetime.now(UTC), ALONE, 0, sample_project)


def test_bench_check_a_text(benchmark: Any, desk: Desk) -> None:
    text = desk.report.achievements
    told = benchmark(answer, desk, "check_text", {"field": "主要绩效", "text": text})
    assert told["text:主要绩效"]["marks"]


def test_bench_everything_at_first_paint(benchmark: Any, desk: Desk) -> None:
    assert benchmark(everything, desk)["view:score"]


def test_bench_a_changed_metric(benchmark: Any, desk: Desk) -> None:
    rows = everything(desk)["grid:数据"]["rows"]
    values = iter(range(1000, 100_000))

    def change() -> Any:
        rows[0]["cells"]["数值"] = str(next(values))
        return answer(desk, "rows", {"grid": "数据", "rows": rows})

    assert benchmark.pedantic(change, rounds=20)["view:score"]


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Any]:
    if not CHROMIUM.exists():
        pytest.skip("浏览器测试缺少：apt-get install chromium fonts-noto-cjk")
    from playwright.sync_api import sync_playwright

    server = start("127.0.0.1", free_port("127.0.0.1", 7980), tmp_path)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        opened = chromium.new_page(viewport={"width": 1280, "height": 720})
        opened.goto(server.local_url)
        opened.wait_for_selector(".z-figure")
        yield opened
        chromium.close()
    server.close(verbose=False)


@pytest.mark.browser
def test_bench_first_paint(benchmark: Any, page: Any) -> None:
    def load() -> None:
        page.reload()
        page.wait_for_selector(".z-figure")

    benchmark.pedantic(load, rounds=5)


@pytest.mark.browser
def test_bench_typing_to_coloured_number(benchmark: Any, page: Any) -> None:
    page.click("button[role=tab]:has-text('起草')")
    page.wait_for_selector("mark.z-bound")
    area = page.locator("textarea[aria-label='主要绩效']")
    area.press("Control+End")
    numbers = iter(range(5001, 6000))

    def type_number() -> None:
        number = f"{next(numbers)}户"
        page.evaluate(TYPED, number)

    benchmark.pedantic(type_number, rounds=20)
