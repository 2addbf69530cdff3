"""The page with a model set up, in a real browser: a scripted endpoint on loopback answers."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
import test_ui_browser as page_tests
from endpoint_double import Double, Step, chunk, endpoint, error, head, told
from test_ui_browser import METRICS, TEXT, Window

pytestmark = pytest.mark.browser

address = page_tests.address
browser = page_tests.browser
opened = page_tests.opened
window = page_tests.window

BOTH = "全年检查企业{{检查企业}}，立案调查{{立案调查}}，隐患整改率{{隐患整改率}}。"
Answer = Callable[[str], Sequence[Step] | Iterator[Step]]


class Model:
    """The scripted endpoint: it lists two models, and answers each prompt as ``answer`` says."""

    def __init__(self) -> None:
        self.answer: Answer = lambda prompt: told(BOTH)
        self.go_on = threading.Event()
        self.lists = True

    def __call__(self, asked: dict[str, Any]) -> Any:
        if asked:
            return self.answer("\n".join(message["content"] for message in asked["messages"]))
        if not self.lists:
            return error("404 Not Found", {})
        listed = [{"id": name, "object": "model", "created": 1, "owned_by": "x"} for name in ("m", "m-大")]
        body = json.dumps({"object": "list", "data": listed}).encode()
        return [head("200 OK", "application/json", f"Content-Length: {len(body)}") + body]

    def held(self, *pieces: str) -> Iterator[Step]:
        """The first piece, and the rest once ``go_on`` is set."""
        yield head()
        yield chunk(pieces[0])
        self.go_on.wait(30)
        for piece in pieces[1:]:
            yield chunk(piece)
        yield chunk(finish="stop")
        yield b"data: [DONE]\n\n"


@pytest.fixture
def model() -> Model:
    return Model()


@pytest.fixture(autouse=True)
def double(model: Model, monkeypatch: pytest.MonkeyPatch) -> Iterator[Double]:
    with endpoint(model) as own:
        for name, value in (
            ("OPENAI_BASE_URL", own.url),
            ("OPENAI_API_KEY", "sk-secret-of-the-test"),
            ("ZIPING_MODEL", "m"),
            ("ZIPING_RETRIES", "0"),
        ):
            monkeypatch.setenv(name, value)
        yield own
        model.go_on.set()


def _report(window: Window, name: str, text: str = "") -> None:
    """A report of three metrics, the model chosen to write it."""
    page_tests._own_report(window, name)
    window.tab("报告", "数据")
    window.paste(window.cell(0, 0), METRICS)
    window.saved()
    window.tab("起草")
    if text:
        window.text("主要绩效").click()
        window.page.keyboard.insert_text(text)
        window.page.wait_for_selector("mark.z-bound:visible")
        window.saved()
    window.page.click("#z-writer-model")
    window.page.wait_for_selector("#z-writer-model[aria-checked=true]")


def _drafted(window: Window, button: str = "#z-draft-主要绩效") -> None:
    """Draft and wait for the end; what an earlier draft said is cleared away."""
    window.page.evaluate("document.querySelectorAll('.z-toast').forEach((toast) => toast.remove())")
    window.page.click(button)
    window.page.wait_for_selector(".z-toast:has-text('起草完成')")


def _written(window: Window, text: str) -> None:
    window.page.wait_for_function(
        "(text) => document.querySelector(\"textarea[aria-label='主要绩效']\").value.includes(text)", arg=text
    )


def test_a_model_writes_sentence_by_sentence_and_is_stopped_midway(
    window: Window, model: Model, double: Double
) -> None:
    _report(window, "模型起草")
    assert "模型 m @ 127.0.0.1" in window.page.locator("#z-writer-model").inner_text()
    model.answer = lambda prompt: model.held("检查企业{{检查企业}}。", "立案调查{{立案调查}}。")
    window.page.click("#z-draft-主要绩效")
    _written(window, "检查企业1225家次。")
    window.mark("1225家次").wait_for()
    window.page.wait_for_selector(".z-writing-line:has-text('已写 1 句')")
    assert "立案调查" not in window.text("主要绩效").input_value()
    window.shot("model-writing")
    window.page.click("#z-stop")
    window.page.wait_for_selector(".z-toast:has-text('已停止')")
    assert "检查企业1225家次。" in window.text("主要绩效").input_value()
    assert "立案调查" not in window.text("主要绩效").input_value()
    model.answer = lambda prompt: told(BOTH)
    _drafted(window)
    assert "立案调查24起，隐患整改率98.5%" in window.text("主要绩效").input_value()
    assert window.page.locator("mark.z-contradicts:visible, mark.z-unsupported:visible").count() == 0
    assert "词元" in window.page.locator(".z-notices").inner_text()
    assert "1225" not in json.dumps(double.requests)


def test_what_will_be_sent_is_read_beforehand_with_the_names_that_stay(
    window: Window, double: Double
) -> None:
    _report(window, "发送预览")
    firm = "上海鸿源化工有限公司"
    window.tab("报告", "数据")
    window.paste(window.cell(0, 0), f"{METRICS}\n督促{firm}整改\t3\t项")
    window.saved()
    window.tab("起草")
    before = len(double.requests)
    window.page.click("#z-preview-sending")
    dialog = window.page.locator("dialog.z-dialog")
    dialog.wait_for()
    window.shot("model-preview")
    assert len(double.requests) == before
    shown = dialog.text_content()
    assert "留在本机的名称" in shown
    assert f"＝{firm}" in shown
    blocks = dialog.locator("pre.z-sent").all_text_contents()
    assert firm not in "".join(blocks)
    assert "督促〈名" in "".join(blocks)
    assert "1225" not in "".join(blocks)
    window.page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    _drafted(window)
    sent = [message["content"] for request in double.requests[before:] for message in request["messages"]]
    assert sent
    assert set(sent) <= set(blocks)


def test_another_model_is_picked_from_the_list_or_typed_where_there_is_none(
    window: Window, model: Model, double: Double
) -> None:
    _report(window, "选模型")
    window.page.click("#z-list-models")
    window.page.locator("#z-model").select_option("m-大")
    window.page.wait_for_selector("#z-writer-model:has-text('模型 m-大 @ 127.0.0.1')")
    model.lists = False
    window.page.click("#z-list-models")
    window.page.wait_for_selector("text=可以直接填写模型名称")
    window.page.fill("#z-model", "自填的模型")
    window.page.keyboard.press("Enter")
    window.page.wait_for_selector("#z-writer-model:has-text('模型 自填的模型 @')")
    _drafted(window)
    assert double.requests[-1]["model"] == "自填的模型"


def test_a_refused_sentence_is_told_and_said_by_the_embedded_writer(window: Window, model: Model) -> None:
    _report(window, "退回一句")
    model.answer = lambda prompt: told("检查企业一千三百家次。", "立案调查{{立案调查}}。")
    _drafted(window)
    assert "已由内置写作补上" in window.page.locator(".z-notices").inner_text()
    window.shot("model-refused")
    written = window.text("主要绩效").input_value()
    assert "一千三百" not in written
    assert "检查企业1225家次" in written


def test_a_failing_endpoint_leaves_the_texts_and_offers_the_embedded_writer(
    window: Window, model: Model
) -> None:
    _report(window, "接口故障", TEXT)
    model.answer = lambda prompt: error("401 Unauthorized", {"error": {"message": "sk-secret-of-the-test"}})
    window.page.click("#z-draft-主要绩效")
    failed = window.page.locator(".z-failed")
    failed.wait_for()
    assert "密钥无效" in failed.inner_text()
    assert window.text("主要绩效").input_value() == TEXT
    window.shot("model-failed")
    assert "sk-secret" not in window.page.content()
    _drafted(window, "#z-go-on-offline")
    assert "检查企业1225家次" in window.text("主要绩效").input_value()
    assert window.page.locator("#z-writer-offline").get_attribute("aria-checked") == "true"


def test_a_secret_report_is_never_sent_and_says_so(window: Window, double: Double) -> None:
    _report(window, "涉密", TEXT)
    window.tab("报告", "基本信息")
    window.page.fill("[data-field='密级']", "内部")
    window.saved()
    window.tab("起草")
    window.page.wait_for_selector(".z-secret:has-text('不会发送给任何大模型')")
    assert window.page.locator("#z-writer-model").count() == 0
    window.shot("model-secret")
    _drafted(window, "#z-draft")
    window.tab("核对")
    assert window.page.locator("#z-ask-model").count() == 0
    assert double.requests == []


def test_opinions_stand_apart_lead_to_their_place_and_are_dismissed(window: Window, model: Model) -> None:
    _report(window, "模型意见", f"{TEXT}各项工作有序推进。")
    said = [{"kind": "论断没有数据", "quote": "各项工作有序推进。"}]
    model.answer = lambda prompt: told(json.dumps({"opinions": said}, ensure_ascii=False))
    window.tab("核对")
    badge = window.page.locator("#check-button").get_attribute("data-badge")
    window.page.click("#z-ask-model")
    opinion = window.page.locator(".z-opinion")
    opinion.wait_for()
    assert "模型意见" in opinion.inner_text()
    assert "仅供参考" in window.page.locator(".z-opinions h3").inner_text()
    assert window.page.locator("#check-button").get_attribute("data-badge") == badge
    window.shot("model-opinion")
    opinion.get_by_role("button", name="到此处").click()
    window.page.wait_for_function("document.activeElement.getAttribute('aria-label') === '主要绩效'")
    chosen = window.page.evaluate("getSelection().toString()")
    assert chosen == "各项工作有序推进。"
    window.tab("核对")
    opinion.get_by_role("button", name="不采纳").click()
    opinion.wait_for(state="detached")
    model.answer = lambda prompt: error("503 Busy", {})
    window.page.get_by_role("button", name="再问一次").click()
    window.page.wait_for_selector(".z-toast.z-error:has-text('503')")
    assert re.search("模型没有提出意见|再问一次", window.page.locator(".z-opinions").inner_text())


def _wish(window: Window, wish: str) -> None:
    window.page.fill("#z-wish textarea", wish)
    window.page.click("#z-send")


def test_a_wish_becomes_a_difference_is_refined_and_accepted(
    window: Window, model: Model, double: Double
) -> None:
    _report(window, "模型修订", "1.检查有序，检查企业1225家次。\n2.立案调查24起，各项工作有序推进。")
    window.tab("修订")
    model.answer = lambda prompt: told("立案调查{{数甲}}，罚款九万元。")
    _wish(window, "第二点写简练些")
    window.page.wait_for_selector(".z-turn:has-text('原文没有的数“罚款九万元”')")
    assert window.page.locator(".z-proposal").count() == 0
    model.answer = lambda prompt: told("依法立案调查{{数甲}}，工作有序。")
    _wish(window, "第二点写正式些")
    window.page.wait_for_selector(".z-proposal ins:has-text('依法')")
    window.shot("model-revision")
    window.page.get_by_role("button", name="再改…").click()
    window.page.wait_for_selector(".z-banner:has-text('再改这一处')")
    model.answer = lambda prompt: told("依法立案{{数甲}}。")
    _wish(window, "再短些")
    window.page.wait_for_selector(".z-proposal del:has-text('调查')")
    assert window.page.locator(".z-banner:has-text('再改这一处')").count() == 0
    window.page.get_by_role("button", name="采用", exact=True).click()
    window.page.wait_for_selector(".z-toast:has-text('已采用')")
    assert window.text("主要绩效").input_value() == "1.检查有序，检查企业1225家次。\n2.依法立案24起。"
    assert not re.search("1225|24起", json.dumps(double.requests, ensure_ascii=False))


def test_a_conversation_is_kept_with_the_report_and_taken_up_again(
    window: Window, model: Model, double: Double
) -> None:
    _report(window, "接着说", "1.检查有序。\n2.立案调查24起，各项工作有序推进。")
    window.tab("修订")
    model.answer = lambda prompt: told("依法立案调查{{数甲}}。")
    _wish(window, "第二点写正式些")
    window.page.wait_for_selector(".z-proposal")
    window.page.reload()
    window.ready()
    window.tab("修订")
    window.page.wait_for_selector(".z-turn.z-mine:has-text('第二点写正式些')")
    sent = len(double.requests)
    _wish(window, "语气再平实")
    window.page.wait_for_selector(".z-turn:has-text('不用大模型时可以')")
    assert len(double.requests) == sent
    window.page.click("#z-reviser-model")
    window.page.wait_for_selector("#z-reviser-model[aria-checked=true]")
    _wish(window, "第二点再短些")
    window.page.wait_for_selector(".z-turn.z-mine:has-text('第二点再短些')")
    assert "先前的要求：第二点写正式些；语气再平实" in double.requests[-1]["messages"][-1]["content"]
    _wish(window, "哪些目标没写到？")
    window.page.wait_for_selector(".z-turn:has-text('目标都写到了')")
    assert "哪些目标没写到" not in json.dumps(double.requests[-1], ensure_ascii=False)


def test_an_answer_that_is_not_wanted_any_more_is_stopped(window: Window, model: Model) -> None:
    text = "1.检查有序。\n2.各项工作有序推进。"
    _report(window, "停止修订", "")
    window.text("主要绩效").click()
    window.page.keyboard.insert_text(text)
    window.saved()
    window.tab("修订")
    model.answer = lambda prompt: model.held("各项", "工作。")
    _wish(window, "第二点写短些")
    window.page.click("#z-revise-stop")
    window.page.wait_for_selector(".z-toast:has-text('已停止，原文未动')")
    assert window.text("主要绩效").input_value() == text


def test_a_report_is_finished_by_one_confirmation_that_tells_what_is_open(window: Window) -> None:
    _report(window, "定稿的项目", TEXT)
    window.tab("导出")
    window.asked.clear()
    window.page.click("#z-finish")
    window.page.wait_for_selector(".z-toast:has-text('并存入报告库')")
    window.shot("finish")
    assert len(window.asked) == 1
    assert "处错误没有解决" in window.asked[0]
    window.tab("报告库")
    window.page.locator("tr", has_text="定稿的项目").wait_for()
