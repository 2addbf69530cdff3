"""The page in a real browser: headless Chromium, real clicks and typing, every request watched."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ui.page.address import free_port
from ui.page.serving import start

pytestmark = pytest.mark.browser

CHROMIUM = "/usr/bin/chromium"
ARTEFACTS = Path(__file__).parent / "artefacts"


def _missing() -> str:
    has_font = (
        shutil.which("fc-list")
        and "CJK" in subprocess.run(["fc-list"], capture_output=True, text=True, check=False).stdout
    )
    return (
        "" if Path(CHROMIUM).exists() and has_font else "apt-get install chromium fonts-noto-cjk fontconfig"
    )


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if missing := _missing():
        if os.environ.get("CI") == "true":
            pytest.fail(f"浏览器测试缺少：{missing}")
        pytest.skip(f"浏览器测试缺少：{missing}")
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    port = free_port("127.0.0.1", 7960 + 100 * worker)  # two files may start at one moment
    page = start("127.0.0.1", port, tmp_path_factory.mktemp("home"))
    yield f"http://127.0.0.1:{port}/"
    page.close(verbose=False)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield chromium
        chromium.close()


class Window:
    """One browser window on the page, with what it asked for and what went wrong in it."""

    def __init__(self, browser: Any, address: str, **options: Any) -> None:
        self.context = browser.new_context(
            **{"viewport": {"width": 1280, "height": 720}, "locale": "en-US", **options}
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(90_000)
        self.outside: list[str] = []
        self.errors: list[str] = []
        self.page.on("request", self._asked)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.asked: list[str] = []
        self.page.on("dialog", self._accept)
        self.page.goto(address)
        self.ready()

    def _asked(self, request: Any) -> None:
        if not re.match(r"(http://127\.0\.0\.1:|data:|blob:|about:)", request.url):
            self.outside.append(request.url)

    def _accept(self, dialog: Any) -> None:
        self.asked.append(dialog.message)
        dialog.accept()

    def ready(self) -> None:
        self.page.wait_for_selector(".z-figure")

    def tab(self, *names: str) -> None:
        for name in names:
            self.page.get_by_role("tab", name=re.compile(f"^{name}")).first.click()

    def cell(self, row: int, column: int) -> Any:
        return self.page.locator(f"[data-row='{row}'][data-column='{column}']:visible")

    def text(self, label: str) -> Any:
        return self.page.locator(f"textarea[aria-label='{label}']")

    def mark(self, text: str) -> Any:
        return self.page.locator(f"mark[data-text='{text}']:visible").first

    def paste(self, locator: Any, text: str) -> None:
        locator.click()
        locator.evaluate(
            "(element, text) => { const data = new DataTransfer(); data.setData('text/plain', text);"
            " element.dispatchEvent(new ClipboardEvent('paste',"
            " { clipboardData: data, bubbles: true, cancelable: true })); }",
            text,
        )

    def saved(self) -> None:
        """Send what is typed and wait until the server has answered everything."""
        self.page.evaluate("ziping.flush()")
        self.page.wait_for_function("!document.documentElement.classList.contains('z-busy')")

    def shot(self, name: str) -> None:
        ARTEFACTS.mkdir(exist_ok=True)
        self.page.screenshot(path=ARTEFACTS / f"{name}.png")

    def close(self) -> None:
        assert self.outside == []
        assert self.errors == []
        self.context.close()


@pytest.fixture(scope="module")
def opened(browser: Any, address: str) -> Iterator[Window]:
    """One window for most tests: each begins a report of its own in it."""
    window = Window(browser, address)
    yield window
    window.close()


@pytest.fixture
def window(opened: Window) -> Iterator[Window]:
    yield opened
    assert opened.outside == []
    assert opened.errors == []


def _own_report(window: Window, name: str) -> None:
    """A copy of the report in hand, so that no test depends on another."""
    window.tab("版本")
    window.page.fill("#z-new-name", name)
    window.page.get_by_role("button", name="新建报告").click()
    window.page.wait_for_function(f"document.title.startsWith('{name}')")


METRICS = "检查企业\t1225\t家次\t≥800\t1000\t执法台账\n立案调查\t24\t起\t≥15\t20\t执法台账\n隐患整改率\t98.5\t%\t≥95\t\t整改登记簿"
TEXT = "全年检查企业1225家次，较上年增长22.5%；立案调查24起，隐患整改率98.5%。"


def _filled_report(window: Window, name: str) -> None:
    """A report of three metrics pasted from Excel and one sentence typed."""
    _own_report(window, name)
    window.tab("报告", "数据")
    window.paste(window.cell(0, 0), METRICS)
    window.saved()
    window.tab("起草")
    window.text("主要绩效").click()
    window.page.keyboard.insert_text(TEXT)
    window.page.wait_for_selector("mark.z-bound[data-text='1225家次']")
    window.saved()


def test_the_page_opens_on_a_sample_with_its_score(window: Window) -> None:
    assert window.page.locator(".z-figure").count() == 3
    assert "%" in window.page.locator(".z-figure").first.inner_text()
    assert window.page.locator("[data-field='项目名称']").input_value()
    window.tab("起草")
    window.page.wait_for_selector("mark.z-bound")
    window.shot("draft")


def test_the_table_takes_excel_keys_and_undo(window: Window) -> None:
    _own_report(window, "表格录入")
    window.tab("报告", "数据")
    window.paste(window.cell(0, 0), METRICS)
    assert window.cell(2, 1).input_value() == "98.5"
    window.cell(0, 1).click()
    keys = window.page.keyboard
    keys.type("1300")
    keys.press("Tab")
    keys.type("家")
    keys.press("Enter")
    assert [window.cell(0, 1).input_value(), window.cell(0, 2).input_value()] == ["1300", "家"]
    assert (
        window.page.evaluate("document.activeElement.dataset.row + document.activeElement.dataset.column")
        == "12"
    )
    keys.press("ArrowUp")
    keys.press("Control+z")
    assert window.cell(0, 2).input_value() == "家次"
    keys.press("Control+z")
    assert window.cell(0, 1).input_value() == "1225"
    keys.press("Control+z")
    assert window.page.locator("tr[data-index]:visible").count() == 1
    keys.press("Control+y")
    window.cell(1, 0).click()
    keys.press("Alt+ArrowUp")
    assert window.cell(0, 0).input_value() == "立案调查"
    keys.press("Control+Delete")
    assert window.cell(0, 0).input_value() == "检查企业"
    window.cell(0, 1).click()
    keys.type("八百")
    keys.press("Enter")
    window.page.wait_for_selector(".z-problems:has-text('未保存')")
    window.shot("metrics")


def test_subtotals_and_grade_follow_while_typing(window: Window) -> None:
    _own_report(window, "指标录入")
    window.tab("报告", "指标")
    window.paste(window.cell(0, 0), "投入与管理\t预算执行率\t进度\t60\t60\n产出目标\t检查\t次数\t40\t35")
    window.page.wait_for_selector("tr.z-group:has-text('得分 35')")
    window.cell(1, 4).click()
    window.page.keyboard.type("12")
    window.page.wait_for_selector("tr.z-group:has-text('得分 12')")
    window.page.wait_for_selector(".z-figure:has-text('72 分')")
    window.shot("indicators")


def test_a_wrong_number_is_seen_explained_and_corrected_in_place(window: Window) -> None:
    _filled_report(window, "改数")
    area = window.text("主要绩效")
    area.evaluate(
        "(area) => { const at = area.value.indexOf('1225'); area.focus(); area.setSelectionRange(at, at + 4); }"
    )
    window.page.keyboard.type("1252")
    wrong = window.page.locator("mark.z-contradicts[data-text='1252家次']")
    wrong.wait_for()
    window.page.wait_for_selector("#check-button[data-badge]:not([data-badge=''])")
    window.saved()
    box = wrong.bounding_box()
    window.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    card = window.page.locator(".z-card:visible")
    for shown in ("检查企业", "执法台账", "1225家次"):
        assert shown in card.inner_text()
    window.shot("card")
    card.get_by_role("button", name="改为").click()
    window.mark("1225家次").wait_for()
    assert area.input_value() == TEXT
    area.focus()
    window.page.keyboard.press("Control+z")
    assert "1252" in area.input_value()


def test_marks_lie_on_their_numbers_after_an_emoji_and_over_line_ends(window: Window) -> None:
    _filled_report(window, "位置")
    area = window.text("主要绩效")
    area.press("Control+Home")
    window.page.keyboard.insert_text("😀👍" + "工作有序推进，" * 15)
    window.saved()
    window.page.wait_for_timeout(500)
    shown = window.page.evaluate(
        """() => [...document.querySelectorAll("mark.z-bound")].map((mark) => mark.dataset.text)"""
    )
    assert {"1225家次", "24起", "98.5%"} <= set(shown)
    heights = window.page.evaluate(
        """() => { const editor = document.querySelector("textarea[aria-label='主要绩效']").closest(".z-editor");
        const box = (name) => editor.querySelector(name).scrollHeight;
        return [box("textarea"), box(".z-backdrop")]; }"""
    )
    assert abs(heights[0] - heights[1]) <= 2


def test_a_changed_metric_offers_all_its_numbers_as_one_change(window: Window) -> None:
    _filled_report(window, "联动")
    window.tab("报告", "数据")
    window.cell(0, 1).click()
    window.page.keyboard.type("1300")
    window.page.keyboard.press("Enter")
    window.page.wait_for_selector(".z-live:has-text('文中 2 处')")
    window.page.get_by_text("查看改动").click()
    window.shot("live")
    window.page.click("#z-rewrite-live")
    window.tab("起草")
    window.mark("1300家次").wait_for()
    assert "较上年增长30.0%" in window.text("主要绩效").input_value()


def test_a_draft_streams_in_with_proven_numbers_and_says_what_it_rests_on(window: Window) -> None:
    _own_report(window, "起草")
    window.tab("报告", "数据")
    window.paste(window.cell(0, 0), METRICS)
    window.saved()
    window.tab("基本信息")
    for label, value in (("当年预算数", "211820"), ("预算执行数", "207160")):
        window.page.fill(f"[data-field='{label}']", value)
    window.tab("年度目标")
    window.page.fill("[data-field='年度目标']", "检查企业不少于800家次\n每月开展培训1次")
    window.tab("起草")
    window.page.wait_for_selector(".z-plan li")
    window.page.click("#z-draft")
    window.page.wait_for_selector(".z-toast:has-text('起草完成')")
    written = window.text("主要绩效").input_value()
    for shown in ("1225家次", "24起", "97.80%", "（未提供完成值，请补充）"):
        assert shown in written
    assert window.text("主要问题").input_value()
    assert window.page.locator("mark.z-contradicts, mark.z-unsupported").count() == 0
    window.mark("1225家次").wait_for()
    window.tab("本句依据")
    window.text("主要绩效").evaluate(
        "(area) => { const at = area.value.indexOf('1225'); area.focus(); area.setSelectionRange(at, at);"
        " area.dispatchEvent(new MouseEvent('click')); }"
    )
    window.page.wait_for_selector(".z-sentence:has-text('检查企业')")
    assert "内置" in window.page.locator(".z-sentence").inner_text()
    window.shot("drafted")


def test_a_wish_comes_back_as_a_difference_that_is_accepted(window: Window) -> None:
    _own_report(window, "修订")
    window.tab("起草")
    window.text("主要绩效").click()
    window.page.keyboard.insert_text("1.检查企业有序。\n2.立案调查从严。\n3.持续改进。")
    window.saved()
    window.tab("修订")
    window.page.fill("#z-wish textarea", "把第三点移到最前")
    window.page.click("#z-send")
    window.page.wait_for_selector(".z-proposal ins")
    window.shot("revision")
    window.page.get_by_role("button", name="采用", exact=True).click()
    window.page.wait_for_selector(".z-toast:has-text('已采用')")
    assert window.text("主要绩效").input_value().startswith("1.持续改进。")
    assert window.page.locator("#z-wish textarea").input_value() == ""
    window.page.fill("#z-wish textarea", "哪些目标没写到？")
    window.page.click("#z-send")
    window.page.wait_for_selector(".z-turn:has-text('目标都写到了')")


def test_a_finding_leads_to_its_place_and_is_set_aside_with_a_reason(window: Window) -> None:
    _filled_report(window, "核对")
    window.text("主要问题").click()
    window.page.keyboard.insert_text("走访群众356户，仍有不足。")
    window.page.wait_for_selector("mark.z-unsupported[data-text='356户']")
    window.saved()
    window.tab("核对")
    finding = window.page.locator(".z-finding", has_text="N03").first
    finding.get_by_text("为什么").click()
    assert "补录" in finding.inner_text()
    finding.get_by_role("button", name="到此处").click()
    window.page.wait_for_function("document.activeElement.getAttribute('aria-label') === '主要问题'")
    chosen = window.page.evaluate(
        "document.activeElement.value.slice(document.activeElement.selectionStart, document.activeElement.selectionEnd)"
    )
    assert chosen == "356户"
    window.tab("核对")
    finding.get_by_text("忽略…").click()
    finding.get_by_role("textbox").fill("出自街道台账")
    window.shot("check")
    finding.get_by_role("button", name="忽略并写明理由").click()
    window.page.wait_for_selector(".z-aside:has-text('出自街道台账')")


def test_reload_loses_nothing_and_two_windows_never_mix(window: Window, browser: Any) -> None:
    _filled_report(window, "两窗")
    window.page.keyboard.insert_text("尾句。")
    window.page.reload()
    window.ready()
    window.tab("起草")
    window.page.wait_for_function(
        "document.querySelector(\"textarea[aria-label='主要绩效']\").value.endsWith('尾句。')"
    )
    other = Window(browser, window.page.url)
    other.tab("起草")
    other.text("主要问题").click()
    other.page.keyboard.insert_text("乙写的问题。")
    other.saved()
    other.page.wait_for_timeout(1200)
    other.saved()
    window.text("主要问题").click()
    window.page.keyboard.insert_text("甲写的问题。")
    window.page.wait_for_selector(".z-banner:has-text('另一窗口')")
    assert window.text("主要问题").input_value() == "甲写的问题。"
    assert other.text("主要问题").input_value() == "乙写的问题。"
    window.page.get_by_role("button", name="另存为新报告").click()
    window.page.wait_for_function(f"location.search !== '{other.page.url[other.page.url.index('?') :]}'")
    other.close()


def test_what_two_windows_changed_is_merged_and_a_clash_chosen(window: Window, browser: Any) -> None:
    _filled_report(window, "合并")
    other = Window(browser, window.page.url)
    for one, problem in ((other, "乙写的问题，人手不足。"), (window, "甲写的问题，车辆不足。")):
        one.tab("起草")
        one.text("主要问题").click()
        one.page.keyboard.insert_text(problem)
        one.saved()
        one.page.wait_for_timeout(1200)
        one.saved()
    window.page.get_by_role("button", name="合并两边的改动").click()
    clash = window.page.locator(".z-merge")
    clash.wait_for()
    window.shot("merge")
    clash.get_by_role("button", name="用对方的").click()
    window.page.wait_for_selector(".z-toast:has-text('已合并')")
    assert window.text("主要问题").input_value() == "乙写的问题，人手不足。"
    other.close()


def test_versions_are_named_compared_and_restored(window: Window) -> None:
    _filled_report(window, "版本")
    window.tab("版本")
    window.page.fill("#z-version-name", "送审稿")
    window.page.get_by_role("button", name="保存为命名版本").click()
    window.page.wait_for_selector(".z-versions tr:has-text('送审稿')")
    window.tab("起草")
    window.text("主要绩效").click()
    window.page.keyboard.press("Control+a")
    window.page.keyboard.insert_text("改写的一句。")
    window.tab("版本")
    row = window.page.locator(".z-versions tr", has_text="送审稿")
    row.get_by_role("button", name="对比").click()
    window.page.wait_for_selector(".z-compared ins:has-text('改写的一句')")
    window.shot("versions")
    row.get_by_role("button", name="恢复").click()
    window.page.wait_for_selector(".z-toast:has-text('已恢复')")
    assert window.text("主要绩效").input_value() == TEXT


def test_a_tab_is_shown_after_what_was_typed_has_arrived(window: Window) -> None:
    _filled_report(window, "在途")
    window.tab("版本")
    window.page.fill("#z-version-name", "在途之前")
    window.page.get_by_role("button", name="保存为命名版本").click()
    row = window.page.locator(".z-versions tr", has_text="在途之前")
    row.get_by_text("当前", exact=True).wait_for()
    window.tab("起草")
    window.page.evaluate(
        "() => { const { call } = ziping.server; ziping.server = { call: async (asked) => {"
        " if (asked.name !== 'text' || window.onItsWay) return call(asked); window.onItsWay = true;"
        " await new Promise((done) => setTimeout(done, 2500)); return call(asked); } }; }"
    )
    window.text("主要绩效").click()
    window.page.keyboard.press("Control+a")
    window.page.keyboard.insert_text("改写的一句。")
    window.page.wait_for_function("window.onItsWay")
    window.tab("版本")
    row.get_by_role("button", name="与当前对比").wait_for(timeout=30_000)


def test_a_pasted_text_shows_its_numbers_and_metrics_at_once(window: Window) -> None:
    window.tab("只核对")
    window.text("只核对").click()
    window.page.keyboard.insert_text("全年组织培训12次，参训人员360人次，平均每次30人次。")
    window.page.wait_for_selector("mark[data-text='360人次']:visible")
    window.page.wait_for_selector(".z-table td:has-text('360')")
    window.shot("loose")


def test_past_phrasing_is_inserted_as_a_pattern_with_its_open_slots(window: Window) -> None:
    _filled_report(window, "写法")
    window.tab("往年写法")
    window.page.fill("#z-phrasing-query", "检查企业比上年增长")
    window.page.get_by_role("button", name="找写法").click()
    hit = window.page.locator("#phrasing .z-hit", has=window.page.locator(".z-mark-open")).first
    hit.wait_for()
    pattern = hit.locator("p").first.inner_text()
    window.shot("phrasing")
    hit.get_by_role("button", name="插入").click()
    window.page.wait_for_function(
        "(text) => document.querySelector(\"textarea[aria-label='主要绩效']\").value.includes(text)",
        arg=pattern,
    )
    assert "〔" in window.page.evaluate("getSelection().toString() || document.activeElement.value")


def test_the_library_takes_files_shows_them_and_removes_them(window: Window, tmp_path: Path) -> None:
    _filled_report(window, "入库")
    form = tmp_path / "旧年报告.yaml"
    form.write_text(
        f"方案: 闵行-2020\n年度: 2019\n项目名称: 入库专用项目\n预算单位: 临江区某队\n主要绩效: {TEXT}\n",
        "utf-8",
    )
    bad = tmp_path / "坏文件.yaml"
    bad.write_text("不是报告", "utf-8")
    window.tab("报告库")
    with window.page.expect_file_chooser() as chooser:
        window.page.click("#z-library-add")
    chooser.value.set_files([str(form), str(bad)])
    window.page.wait_for_selector("text=新加入 1 份")
    assert "坏文件" in window.page.locator(".z-error-text:visible").first.inner_text()
    window.page.fill("#z-query", "立案调查")
    window.page.keyboard.press("Enter")
    window.page.wait_for_selector(".z-hits .z-hit")
    window.shot("library")
    row = window.page.locator("tr", has_text="入库专用项目")
    row.get_by_role("button", name="移除").click()
    row.wait_for(state="detached")


def test_a_form_is_loaded_and_exported_and_the_review_pack_previewed(window: Window, tmp_path: Path) -> None:
    _filled_report(window, "导出一份")
    form = tmp_path / "载入.yaml"
    form.write_text(
        "方案: 闵行-2020\n年度: 2020\n项目名称: 载入的项目\n预算单位: 临江区某队\n导入提示:\n"
        "  - {类别: 未放置, 位置: 指标, 内容: 执法检查 30分}\n",
        "utf-8",
    )
    with window.page.expect_file_chooser() as chooser:
        window.page.click("#z-load")
    chooser.value.set_files(str(form))
    window.page.wait_for_selector(".z-import:has-text('执法检查 30分')")
    assert window.page.locator("[data-field='项目名称']").input_value() == "载入的项目"
    window.tab("导出")
    window.page.get_by_label("复核包").check()
    window.page.frame_locator("iframe.z-preview").get_by_text("得分复算").wait_for()
    window.shot("export")
    with window.page.expect_download() as download:
        window.page.click("#z-export")
    assert download.value.suggested_filename == "载入的项目_2020_复核包.html"
    assert "校验值" in Path(download.value.path()).read_text("utf-8")
    window.page.get_by_label("网页").check()
    window.page.get_by_label("附上数据来源与计算说明").check()
    window.page.frame_locator("iframe.z-preview").get_by_text("附：数据来源与计算说明").wait_for()
    with window.page.expect_download() as download:
        window.page.click("#z-export")
    assert "附：数据来源与计算说明" in Path(download.value.path()).read_text("utf-8")


def test_a_button_is_clicked_though_its_view_is_drawn_anew_under_the_pointer(window: Window) -> None:
    _own_report(window, "按住不放")
    window.tab("版本")
    window.saved()
    window.page.fill("#z-new-name", "松开以后")
    window.page.get_by_role("button", name="新建报告").hover()
    window.page.mouse.down()
    window.page.evaluate("ziping.publish({ 'view:reports': ['div', {}, '后来的内容'] })")
    window.page.mouse.up()
    window.page.wait_for_function("document.title.startsWith('松开以后')")


def test_typing_goes_on_where_a_view_is_drawn_anew(window: Window) -> None:
    _own_report(window, "选中后输入")
    window.tab("版本")
    window.saved()
    name = window.page.locator("#z-new-name")
    assert name.input_value() == ""
    name.fill("写到一半")
    name.select_text()
    window.page.evaluate(
        "ziping.publish({ 'view:reports': ['div', {}, '新的一行', ['input', { id: 'z-new-name', 'data-keep': '' }]] })"
    )
    window.page.keyboard.insert_text("接着写")
    assert name.input_value() == "接着写"
    window.page.evaluate("ziping.ask('versions', {})")
    window.page.get_by_role("button", name="新建报告").wait_for()


def test_text_of_users_is_never_run(window: Window) -> None:
    hostile = "罚款${(window.__run=1)}万元<img src=x onerror='window.__run=2'>{{constructor}}"
    _own_report(window, "注入")
    window.tab("报告", "基本信息")
    window.page.fill("[data-field='具体实施处室']", hostile)
    window.tab("数据")
    window.paste(window.cell(0, 0), f"{hostile}\t5\t次")
    window.tab("起草")
    window.text("主要绩效").click()
    window.page.keyboard.insert_text(f"{hostile}共5次。")
    window.saved()
    window.page.wait_for_timeout(1200)
    for tab in ("核对", "版本", "只核对"):
        window.tab(tab)
        window.saved()
    assert window.page.evaluate("window.__run") is None


@pytest.mark.parametrize(("width", "height", "scheme"), [(800, 900, "light"), (1920, 1080, "dark")])
def test_every_tab_fits_its_window(browser: Any, address: str, width: int, height: int, scheme: str) -> None:
    window = Window(browser, address, viewport={"width": width, "height": height}, color_scheme=scheme)
    for tab in ("起草", "核对", "修订", "版本", "报告库", "导出", "只核对", "报告"):
        window.tab(tab)
        window.saved()
        window.shot(f"{tab}-{width}-{scheme}")
        assert window.page.evaluate("document.documentElement.scrollWidth") <= width
    window.close()
