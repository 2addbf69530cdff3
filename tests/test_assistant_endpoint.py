"""Every way an endpoint was seen to fail: one clear sentence, no key, as many requests as the settings say."""

from __future__ import annotations

import logging
import threading
from typing import Any

import pytest
from endpoint_double import Step, chunk, endpoint, error, head, told

from assistant.endpoint import Endpoint, Stopped, models
from assistant.settings import Settings
from scoring.errors import InputError

KEY = "sk-secret-do-not-show"
ASK = [("human", "写一句")]


def settings(url: str, **more: Any) -> Settings:
    values = {"OPENAI_BASE_URL": url, "OPENAI_API_KEY": KEY, "ZIPING_MODEL": "m", **more}
    return Settings.model_validate({"ZIPING_READ_TIMEOUT": 1, "ZIPING_RETRIES": 0, **values})


def ask(steps: list[Step], **more: Any) -> str:
    with endpoint(steps) as double:
        return Endpoint(settings(double.url, **more)).whole(ASK)


def test_a_whole_answer_comes_with_its_usage_and_goes_out_as_set() -> None:
    with endpoint(told("完成", "检查。")) as double:
        spoken = Endpoint(settings(double.url, ZIPING_MAX_TOKENS=77))
        assert list(spoken.answer(ASK, {"type": "json_object"})) == ["完成", "检查。"]
    assert (spoken.usage.sent, spoken.usage.received, spoken.usage.requests) == (11, 7, 1)
    sent = double.requests[0]
    assert sent["max_tokens"] == 77
    assert sent["response_format"] == {"type": "json_object"}
    assert "max_completion_tokens" not in sent
    assert double.heads[0].startswith("POST /v1/chat/completions")


QUOTA = {"error": {"message": f"quota of {KEY}", "code": "insufficient_quota", "type": "insufficient_quota"}}
FAULTS: dict[str, tuple[list[Step], str]] = {
    "401": (error("401 Unauthorized", {"error": {"message": f"bad key {KEY}"}}), "密钥无效"),
    "402": (error("402 Payment Required", {"error": {"message": "pay"}}), "余额不足"),
    "quota": (error("429 Too Many Requests", QUOTA), "额度已用完"),
    "429": (error("429 Too Many Requests", {"error": {"message": "slow"}}), "过于频繁"),
    "500": (error("500 Internal Server Error", {"error": {"message": KEY}}), "状态码500"),
    "404": (error("404 Not Found", "<html>nothing</html>"), "不存在"),
    "html": (error("200 OK", "<html>登录</html>"), "大模型"),
    "error in a 200": (error("200 OK", {"error": {"message": "no"}}), "大模型"),
    "stall": ([head(), chunk("完成"), 3], "超时"),
    "silence": ([3], "超时"),
    "reset": ([head(), chunk("完成"), "reset"], "大模型"),
    "no finish": ([head(), chunk("完成"), b"data: [DONE]\n\n"], "中途断开"),
    "no end at all": ([head(), chunk("完成")], "中途断开"),
    "length": (told("完成", finish="length"), "截断"),
    "filter": (told("完成", finish="content_filter"), "内容审查"),
    "empty": (told(), "空的回答"),
    "null choices": ([head(), chunk(choices=None), b"data: [DONE]\n\n"], "大模型"),
    "no choices": ([head(), chunk(choices=[]), b"data: [DONE]\n\n"], "中途断开"),
    "bad chunk": ([head(), b"data: {not json\n\n"], "不符合约定"),
    "error event": ([head(), chunk("完"), b'data: {"error": {"message": "boom"}}\n\n'], "大模型"),
    "endless": (told(*["很长的话" * 500] * 20), "过长"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_one_sentence_without_key_or_reply(name: str, caplog: pytest.LogCaptureFixture) -> None:
    steps, words = FAULTS[name]
    with caplog.at_level(logging.DEBUG), pytest.raises(InputError) as raised:
        ask(steps)
    assert words in str(raised.value)
    assert "--writer offline" in str(raised.value)
    assert KEY not in str(raised.value)
    assert KEY not in caplog.text
    assert raised.value.__cause__ is None


def test_utf8_may_be_cut_inside_a_character() -> None:
    raw = b"".join(step for step in told("隐患整改") if isinstance(step, bytes))
    cut = raw.index("隐".encode()) + 1
    assert ask([raw[:cut], 0.1, raw[cut:]]) == "隐患整改"


@pytest.mark.parametrize(
    "pieces",
    [("<think>先想</think>完成。",), ("<th", "ink>9", "</thi", "nk>完", "成。"), ("完成。<think>没完",)],
)
def test_thoughts_are_no_part_of_the_answer(pieces: tuple[str, ...]) -> None:
    assert ask(told(*pieces)) == "完成。"


def test_a_lower_than_sign_is_text() -> None:
    assert ask(told("甲<", "乙<t")) == "甲<乙<t"


def test_retries_are_as_many_as_set_and_wait_as_told() -> None:
    busy = error("429 Too Many Requests", {"error": {"message": "slow"}}, "Retry-After: 0.01")
    with endpoint(busy, error("503 Busy", {}, "Retry-After: 0"), told("好。")) as double:
        assert Endpoint(settings(double.url, ZIPING_RETRIES=2)).whole(ASK) == "好。"
    assert len(double.requests) == 3
    with endpoint(busy) as double, pytest.raises(InputError):
        Endpoint(settings(double.url, ZIPING_RETRIES=2)).whole(ASK)
    assert len(double.requests) == 3


@pytest.mark.parametrize("name", ["401", "402", "quota"])
def test_what_no_retry_mends_is_asked_once(name: str) -> None:
    with endpoint(FAULTS[name][0]) as double, pytest.raises(InputError):
        Endpoint(settings(double.url, ZIPING_RETRIES=3)).whole(ASK)
    assert len(double.requests) == 1


def test_an_answer_that_has_begun_is_not_asked_for_again() -> None:
    with endpoint([head(), chunk("完成"), "reset"]) as double, pytest.raises(InputError):
        Endpoint(settings(double.url, ZIPING_RETRIES=3)).whole(ASK)
    assert len(double.requests) == 1


def test_the_total_deadline_holds_against_a_trickle() -> None:
    trickle: list[Step] = [head(), *[step for _ in range(60) for step in (chunk("慢"), 0.1)]]
    with pytest.raises(InputError, match="1秒内没有答完"):
        ask(trickle, ZIPING_DEADLINE=1)


def test_cancelling_needs_no_byte_to_arrive() -> None:
    stop = threading.Event()
    with endpoint([head(), chunk("完成"), 5]) as double:
        spoken = Endpoint(settings(double.url, ZIPING_READ_TIMEOUT=5), stop.is_set)
        pieces = spoken.answer(ASK)
        assert next(pieces) == "完成"
        stop.set()
        with pytest.raises(Stopped):
            next(pieces)


def test_a_host_off_the_list_is_never_spoken_to() -> None:
    with endpoint(told("好。")) as double:
        with pytest.raises(InputError, match="不允许连接"):
            Endpoint(settings(double.url, ZIPING_ALLOWED_HOSTS="api.example.com")).whole(ASK)
        assert double.requests == []
        assert Endpoint(settings(double.url, ZIPING_ALLOWED_HOSTS="127.0.0.1")).whole(ASK) == "好。"


def test_a_proxy_in_the_environment_does_not_catch_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    assert ask(told("好。")) == "好。"


def test_the_models_of_an_endpoint_are_listed() -> None:
    body = {"object": "list", "data": [{"id": "乙", "object": "model"}, {"id": "甲", "object": "model"}]}
    with endpoint(error("200 OK", body)) as double:
        assert models(settings(double.url)) == ("乙", "甲")
    for steps in (FAULTS["401"][0], error("200 OK", "<html>"), error("200 OK", {"data": None})):
        with endpoint(steps) as double, pytest.raises(InputError):
            models(settings(double.url))
