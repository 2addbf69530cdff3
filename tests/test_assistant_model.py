"""The model writer against an endpoint that answers well, badly, and not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from endpoint_double import Script, answers, chunk, endpoint, raw_events, reset, stall, status
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.drafting import Notice, draft, drafted
from assistant.model import ModelWriter, models_of
from assistant.figures import faults
from assistant.settings import Settings
from assistant.slots import facts_of, render
from corpus.forms import read_form
from scoring.check import check
from scoring.errors import InputError
from scoring.report import Report
from scoring.scheme import load

REPORT = read_form(Path(__file__).parent.parent / "corpus" / "sample_project.yaml")
KEY = "sk-secret-0123456789"


def set_up(url: str, **more: object) -> Settings:
    values = {"OPENAI_BASE_URL": url, "OPENAI_API_KEY": KEY, "ZIPING_MODEL": "m", "ZIPING_RETRIES": 0}
    return Settings(_env_file=None, **{**values, "ZIPING_READ_TIMEOUT": 1, **more})


def written(script: Script, report: Report = REPORT, **more: object) -> tuple[Report, list[str], list[str]]:
    with endpoint(script) as double:
        events = list(draft(report, ("主要绩效",), ModelWriter(set_up(double.url, **more))))
        notices = [event.text for event in events if isinstance(event, Notice)]
        return drafted(report, events), notices, double.requests


def test_slots_are_filled_by_the_core() -> None:
    text = "1.扎实开展监督检查。全年检查企业{{检查企业}}，完成年度目标的{{检查企业.完成率}}。"
    report, notices, requests = written(answers(text))
    assert report.achievements == "1.扎实开展监督检查。全年检查企业1225家次，完成年度目标的153.1%。"
    assert not notices
    assert report.draft_record["主要绩效"]["模型"] == "m"
    assert "1225" not in requests[0]
    assert "66.3" not in requests[0]


def test_a_number_outside_the_slots_is_repaired_once() -> None:
    report, notices, requests = written(answers("全年检查企业1300家次。", "全年检查企业{{检查企业}}。"))
    assert report.achievements == "全年检查企业1225家次。"
    assert not notices
    assert len(requests) == 2
    assert "1300家次" in requests[1]


def test_what_cannot_be_repaired_falls_back_to_the_embedded_writer() -> None:
    report, notices, _ = written(answers("全年检查企业一千三百家次。"))
    assert "1225家次" in report.achievements
    assert "一千三百" not in report.achievements
    assert len(notices) == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "全年罚款{{检查企业}}。",
        "检查企业{{没有的}}。",
        "检查企业{{{检查企业}}}。",
        "检查企业未完成目标，仅{{检查企业}}。",
        "检查企业{{检查企业}}，占九成。",
    ],
)
def test_a_slot_in_the_wrong_place_is_not_shown(sentence: str) -> None:
    report, _, _ = written(answers(sentence))
    assert not faults(REPORT, "主要绩效", report.achievements)
    assert "{" not in report.achievements


def test_thoughts_are_left_out() -> None:
    report, _, _ = written(answers("<think>先写1300家次</think>检查企业{{检查企业}}。"))
    assert report.achievements == "检查企业1225家次。"


def test_a_character_cut_in_two_is_put_together() -> None:
    whole = chunk("检查企业{{检查企业}}。")
    report, _, _ = written(raw_events(whole[:70], whole[70:], chunk(None, "stop"), b"data: [DONE]\n\n"))
    assert report.achievements == "检查企业1225家次。"


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (status(401, '{"error":{"message":"bad key sk-secret-0123456789"}}'), "密钥无效"),
        (status(402, "{}"), "余额不足"),
        (status(429, '{"error":{"code":"insufficient_quota"}}', headers="Retry-After: 0\r\n"), "429"),
        (status(500, "boom"), "500"),
        (status(200, "<html>proxy</html>", "text/html"), ""),
        (raw_events(b'data: {"choices": null}\n\n', b"data: [DONE]\n\n"), ""),
        (raw_events(b'data: {"error": {"message": "x"}}\n\n'), ""),
        (raw_events(b"data: {broken\n\n"), "不合协议"),
        (answers("检查企业{{检查企业}}。", finish=None), "没有正常结束"),
        (answers("检查企业{{检查企业}}。", finish=None, done=False), "没有正常结束"),
        (answers("检查企业{{检查企业}}。", finish="length"), "截断"),
        (answers("检查企业{{检查企业}}。", finish="content_filter"), "过滤"),
        (stall(3), "没有及时回答"),
        (reset, ""),
    ],
    ids=[
        "401",
        "402",
        "429",
        "500",
        "html",
        "null-choices",
        "error-event",
        "broken-json",
        "no-finish",
        "cut",
        "length",
        "filter",
        "stall",
        "reset",
    ],
)
def test_every_way_to_fail_is_one_clear_sentence(script: Script, said: str) -> None:
    with pytest.raises(InputError) as failed:
        written(script)
    message = str(failed.value)
    assert said in message
    assert "--writer offline" in message
    assert KEY not in message
    assert "\n" not in message


def test_nobody_listening_is_told() -> None:
    with pytest.raises(InputError, match="连接不上"):
        list(draft(REPORT, ("主要绩效",), ModelWriter(set_up("http://127.0.0.1:9/v1"))))


def test_an_answer_without_end_is_stopped() -> None:
    with pytest.raises(InputError, match="过长"):
        written(answers("好" * 30_000))


def test_retries_are_not_multiplied() -> None:
    with endpoint(status(500, "boom")) as double:
        with pytest.raises(InputError):
            list(draft(REPORT, ("主要绩效",), ModelWriter(set_up(double.url, ZIPING_RETRIES=1))))
        assert len(double.requests) == 2


def test_names_do_not_leave_the_machine() -> None:
    _, _, requests = written(answers("检查企业{{检查企业}}。"))
    assert REPORT.budget_unit not in requests[0]


def test_a_secret_report_is_never_sent() -> None:
    secret = REPORT.model_copy(update={"secrecy": "内部"})
    with endpoint(answers("好。")) as double:
        with pytest.raises(InputError, match="内部"):
            list(draft(secret, ("主要绩效",), ModelWriter(set_up(double.url))))
        assert not double.requests


def test_only_allowed_hosts_are_spoken_to() -> None:
    with pytest.raises(InputError, match="不允许连接"):
        ModelWriter(set_up("http://127.0.0.1:9/v1", ZIPING_ALLOWED_HOSTS="model.example.gov.cn"))


def test_an_address_with_the_whole_path_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1/chat/completions")
    with pytest.raises(InputError, match="chat/completions"):
        Settings.load()


def test_the_models_of_an_endpoint_are_listed() -> None:
    body = '{"object":"list","data":[{"id":"b","object":"model","created":1,"owned_by":"x"},{"id":"a","object":"model","created":1,"owned_by":"x"}]}'

    def listing(peer, number: int) -> None:  # type: ignore[no-untyped-def]
        status(200, body)(peer, number)

    import socket
    import threading

    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        peer, _ = server.accept()
        peer.recv(65536)
        listing(peer, 0)
        peer.close()

    threading.Thread(target=serve, daemon=True).start()
    assert models_of(set_up(f"http://127.0.0.1:{server.getsockname()[1]}/v1")) == ("a", "b")
    server.close()


def test_the_stream_is_cancelled_between_sentences() -> None:
    seen: list[object] = []
    with endpoint(answers("检查企业{{检查企业}}。立案调查{{立案调查}}。")) as double:
        for event in draft(
            REPORT, ("主要绩效",), ModelWriter(set_up(double.url)), cancelled=lambda: len(seen) >= 1
        ):
            seen.append(event)
    assert drafted(REPORT, seen).achievements == "检查企业1225家次。"


BRIEF_FACTS = None


def facts():  # type: ignore[no-untyped-def]
    from assistant.plan import brief_for, make_plan

    global BRIEF_FACTS
    if BRIEF_FACTS is None:
        BRIEF_FACTS = facts_of(brief_for(REPORT, "主要绩效", make_plan(REPORT), None, "朴实"))
    return BRIEF_FACTS


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.sampled_from(
            [
                "{{检查企业}}",
                "{{立案调查}}",
                "{{隐患整改率}}",
                "{{",
                "}}",
                "检查企业",
                "罚款",
                "完成",
                "1300家次",
                "一千家次",
                "九成",
                "，",
                "。",
                "2019年",
                "超额完成",
                "把金额写成9万元",
                "{{x}}",
                "\n",
                "3.",
            ]
        ),
        max_size=14,
    ).map("".join)
)
def test_no_sentence_whatever_shows_a_number_that_the_report_does_not_hold(raw: str) -> None:
    text, _, fault = render(raw, facts())
    if fault:
        assert text == ""
        return
    proven = {t for fact in facts().values() for t in fact.texts.values()}
    for verdict in (
        v
        for v in check(REPORT.with_narrative("主要绩效", text), load(REPORT.scheme)).verdicts
        if v.field == "主要绩效"
    ):
        if verdict.mention.is_fact:
            assert any(verdict.mention.text in shown for shown in proven)


def test_a_megabyte_of_answer_ends() -> None:
    with pytest.raises(InputError):
        written(raw_events(*(chunk("九" * 5000) for _ in range(220)), chunk(None, "stop")))
