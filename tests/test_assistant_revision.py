"""Talking about a report: what is answered, what is changed and what is left alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from assistant.revision import Reply, conversation, refined, remembered, reply
from assistant.rewriting import rewriter
from assistant.settings import Settings
from corpus.forms import read_form
from scoring.errors import InputError
from scoring.numbers.reader import read
from scoring.report import Report

REPORT = read_form(Path(__file__).parent.parent / "corpus" / "sample_project.yaml")
THREE = "1.检查。检查企业1225家次。群众反映良好。2.办案。立案调查24起。3.资金。执行207160元。"
SHORT = REPORT.with_narrative("主要绩效", THREE)
SETTINGS = Settings.model_validate({"ZIPING_MODEL": "m", "OPENAI_BASE_URL": "http://127.0.0.1:9/v1"})


def accepted(answer: Reply, report: Report) -> str:
    for edit in answer.edits:
        report = edit.apply(report)
    return report.narrative(answer.edits[0].section)


def by_model(text: str) -> Any:
    return rewriter(SETTINGS, lambda messages, form: iter([text]))


@pytest.mark.parametrize(
    ("wish", "after"),
    [
        ("删去第二点", "1.检查。检查企业1225家次。群众反映良好。2.资金。执行207160元。"),
        ("删去第一点第三句", "1.检查。检查企业1225家次。2.办案。立案调查24起。3.资金。执行207160元。"),
        (
            "把第三点移到最前",
            "1.资金。执行207160元。2.检查。检查企业1225家次。群众反映良好。3.办案。立案调查24起。",
        ),
        (
            "第1点放到第2点后面",
            "1.办案。立案调查24起。2.检查。检查企业1225家次。群众反映良好。3.资金。执行207160元。",
        ),
        (
            "把第三点移到第二点前",
            "1.检查。检查企业1225家次。群众反映良好。2.资金。执行207160元。3.办案。立案调查24起。",
        ),
        ("第一点写简练些", "1.检查。检查企业1225家次。2.办案。立案调查24起。3.资金。执行207160元。"),
    ],
)
def test_what_needs_no_model(wish: str, after: str) -> None:
    answer = reply(SHORT, "主要绩效", wish)
    assert accepted(answer, SHORT) == after
    assert "请逐处确认" in answer.text


def test_money_is_printed_in_another_unit_where_nothing_is_lost() -> None:
    report = REPORT.with_narrative("主要绩效", "一般程序案件罚款66.3万元。")
    assert accepted(reply(report, "主要绩效", "金额改成元"), report) == "一般程序案件罚款663000元。"
    assert not reply(SHORT, "主要绩效", "金额改成万元").edits


def test_questions_are_answered_from_the_ledger() -> None:
    answer = reply(SHORT, "主要绩效", "哪些目标没写到？")
    assert "每月1次" in answer.text
    assert "不少于800家次" not in answer.text
    assert not answer.edits
    wrong = SHORT.with_narrative("主要绩效", "检查企业1252家次。")
    assert "1225" in reply(wrong, "主要绩效", "检查一下").text


def test_without_a_model_it_says_what_it_can_do() -> None:
    assert "不用大模型时可以" in reply(SHORT, "主要绩效", "语气再平实").text
    assert "共3点" in reply(SHORT, "主要绩效", "第九点写简练些").text
    assert "共3点" in reply(SHORT, "主要绩效", "删去第九点").text


def test_a_model_changes_the_addressed_point_alone() -> None:
    seen: list[str] = []

    def ask(messages: Any, form: Any) -> Any:
        seen.extend(text for _, text in messages)
        return iter(["办案方面，依法立案调查{{数甲}}。"])

    answer = reply(SHORT, "主要绩效", "第二点写正式些", rewriter(SETTINGS, ask))
    assert accepted(answer, SHORT) == THREE.replace("办案。立案调查24起。", "办案方面，依法立案调查24起。")
    assert "24起" not in "".join(seen)
    assert "1225" not in "".join(seen)


@pytest.mark.parametrize(
    "said",
    [
        "办案很多。",
        "立案调查{{数甲}}，罚款九万元。",
        "立案调查{{数乙}}。",
        "立案{{数甲}}{{数甲}}。",
        "",
        "罚款{{数甲}}20。",
    ],
)
def test_a_model_that_touches_a_number_changes_nothing(said: str) -> None:
    answer = reply(SHORT, "主要绩效", "第二点写正式些", by_model(said))
    assert not answer.edits
    assert "没有采用" in answer.text


def test_what_a_refused_rewriting_said_is_told() -> None:
    answer = reply(SHORT, "主要绩效", "第二点写正式些", by_model("立案调查{{数甲}}，罚款九万元。"))
    assert "原文没有的数“罚款九万元”" in answer.text


def test_an_edit_on_offer_is_refined() -> None:
    (edit,) = reply(SHORT, "主要绩效", "第二点写正式些", by_model("依法立案调查{{数甲}}。成效明显。")).edits
    (again,) = refined(SHORT, edit, "再短些", by_model("依法立案{{数甲}}。")).edits
    assert (again.section, again.start, again.end, again.before) == (
        edit.section,
        edit.start,
        edit.end,
        edit.before,
    )
    assert again.apply(SHORT).achievements == THREE.replace("办案。立案调查24起。", "依法立案24起。")
    (shorter,) = refined(SHORT, edit, "再短些").edits
    assert shorter.after == "依法立案调查24起。"
    assert "24起" in shorter.after
    assert not refined(SHORT, edit, "再正式些").edits
    refused = refined(SHORT, edit, "再短些", by_model("立案{{数甲}}，罚款9万元。"))
    assert not refused.edits
    assert "没有采用" in refused.text
    other = SHORT.with_narrative("主要绩效", "重写。")
    assert "已经改动" in refined(other, edit, "再短些").text


def test_a_locked_sentence_is_never_changed() -> None:
    locked = SHORT.model_copy(update={"locked": ("立案调查24起。",)})
    answer = reply(locked, "主要绩效", "第二点写正式些", by_model("依法办案。"))
    assert accepted(answer, locked) == THREE.replace("办案。立", "依法办案。立")
    assert not reply(locked, "主要绩效", "删去第二点").edits
    assert not reply(locked, "主要绩效", "删去第二点第二句").edits


def test_an_edit_of_a_passage_that_has_changed_does_nothing() -> None:
    answer = reply(SHORT, "主要绩效", "删去第二点")
    other = SHORT.with_narrative("主要绩效", "重写。")
    assert answer.edits[0].apply(other) == other


def test_the_conversation_is_kept_with_the_report() -> None:
    report = remembered(SHORT, "删去第二点", Reply("好"))
    report = remembered(report, "再短些", Reply("没有"))
    assert [turn["问"] for turn in conversation(report)] == ["删去第二点", "再短些"]
    seen: list[str] = []

    def ask(messages: Any, form: Any) -> Any:
        seen.extend(text for _, text in messages)
        return iter(["不变。"])

    reply(report, "主要绩效", "语气平实", rewriter(SETTINGS, ask))
    assert "再短些" in "".join(seen)


def test_a_secret_report_is_not_sent() -> None:
    secret = SHORT.model_copy(update={"secrecy": "内部"})
    with pytest.raises(InputError, match="密级"):
        reply(secret, "主要绩效", "语气平实", by_model("好。"))


_PIECES = [
    "{{数甲}}",
    "{{数乙}}",
    "检查企业",
    "立案",
    "9",
    "九",
    "万元",
    "。",
    "，",
    "近",
    "{{",
    "}}",
    "\n",
    "①",
    "2020年",
]


@hypothesis_settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=8).map("".join) | st.text(max_size=30))
def test_no_answer_whatever_changes_a_number(said: str) -> None:
    answer = reply(SHORT, "主要绩效", "第二点写正式些", by_model(said))
    if answer.edits:
        after = accepted(answer, SHORT)
        assert [m.text for m in read(after) if m.is_fact] == [m.text for m in read(THREE) if m.is_fact]
