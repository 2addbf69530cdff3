"""The page's calls, as plain values: what an entry changes, what is saved, and what the page is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from assistant.plan import make_plan
from corpus.accounts import ALONE
from corpus.library import Library
from corpus.store import newest, open_store
from scoring.errors import InputError
from scoring.report import Report
from scoring.report_file import parse_report
from ui.page import edits
from ui.page.address import free_port, is_loopback
from ui.page.calls import answer
from ui.page.calls.revising import revising
from ui.page.chosen import Chosen
from ui.page.desk import Desk, open_desk
from ui.page.drafts import drafting
from ui.page.files import load_loose
from ui.page.messages import everything
from ui.page.serving import serve
from ui.page.show.diff import changed_fields, inline
from ui.page.show.node import utf16
from ui.review_pack import checksum, review_pack

REPORT = """
方案: 闵行-2020
年度: 2020
项目名称: 安全生产专项执法经费
预算单位: 临江区安全生产监察大队
当年预算数: 211820.00
预算执行数: 207160.00
绩效等级: 优
合计: 13
指标:
  - {一级指标: 投入与管理, 指标名称: 预算执行率, 权重: 8, 自评分: 8}
  - {一级指标: 产出目标, 指标名称: 检查企业, 权重: 5, 自评分: 5, 佐证: 台账}
数据:
  - {名称: 检查企业, 数值: 1225, 单位: 家次, 目标: "≥800", 来源: 执法台账, 备查: 附件1}
  - {名称: 立案调查, 数值: 24, 单位: 起, 待确认: 是}
主要绩效: |-
  😀全年检查企业1225家次，完成年度目标的153.1%，立案调查24起。
主要问题: 个别企业整改不及时。
"""


def _now() -> datetime:
    return datetime(2026, 1, 5, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library(tmp_path_factory.mktemp("library")) as opened:
        yield opened


@pytest.fixture
def desk(tmp_path: Path, library: Library) -> Desk:
    return open_desk(open_store(tmp_path), library, _now, ALONE, 0, lambda: parse_report(REPORT))


def _again(desk: Desk) -> Desk:
    """Another window on the same report."""
    return open_desk(desk.engine, desk.library, _now, ALONE, desk.report_id, lambda: parse_report(REPORT))


def _kept(desk: Desk) -> Report:
    version = newest(desk.engine, desk.report_id)
    assert version is not None
    return parse_report(version.text)


def _texts(tree: Any) -> str:
    """All text of a tree."""
    if isinstance(tree, str):
        return tree
    if not isinstance(tree, list):
        return ""
    children = tree[1:] if tree and isinstance(tree[0], str) else tree
    return "".join(map(_texts, children))


def _metric_rows(desk: Desk) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = everything(desk)["grid:数据"]["rows"]
    return rows


def test_everything_the_page_is_told_is_json_and_marks_count_utf16(desk: Desk) -> None:
    told = json.loads(json.dumps(everything(desk)))
    text = told["text:主要绩效"]["text"]
    marked = [
        (text.encode("utf-16-le")[mark["start"] * 2 : mark["end"] * 2].decode("utf-16-le"), mark["status"])
        for mark in told["text:主要绩效"]["marks"]
    ]
    assert marked == [("1225家次", "bound"), ("153.1%", "derived"), ("24起", "unconfirmed")]
    assert utf16("😀全年", 1) == 2


def test_a_field_is_kept_at_once_and_a_bad_one_is_not(desk: Desk) -> None:
    answer(desk, "field", {"field": "预算执行数", "value": "200,000"})
    assert f"{_kept(desk).executed}" == "200000"
    told = answer(desk, "field", {"field": "当年预算数", "value": "二十万"})
    assert "未保存" in told["sheet:notes"]["当年预算数"]["text"]
    assert f"{_kept(desk).budget}" == "211820.00"
    told = answer(desk, "field", {"field": "当年预算数", "value": "250000"})
    assert told["sheet:notes"].get("当年预算数", {}).get("level") != "error"
    assert "80.00%" in told["sheet:notes"]["预算执行率"]["text"]


def test_a_changed_year_takes_every_confirmation_back(desk: Desk) -> None:
    answer(desk, "field", {"field": "年度", "value": "2021"})
    assert [metric.unconfirmed for metric in _kept(desk).metrics] == [True, True]


def test_rows_keep_unknown_keys_and_name_the_cell_that_cannot_be_read(desk: Desk) -> None:
    rows = _metric_rows(desk)
    rows[1]["cells"]["数值"] = "廿四"
    rows.insert(0, {"extra": {}, "cells": {"名称": "", "数值": ""}})
    rows.append(
        {"extra": {}, "cells": {"名称": "培训", "数值": "1,200", "单位": "人次", "别名": "受训，培训人次"}}
    )
    told = answer(desk, "rows", {"grid": "数据", "rows": rows})
    kept = _kept(desk).metrics
    assert [(metric.name, metric.value) for metric in kept] == [
        ("检查企业", 1225),
        ("立案调查", None),
        ("培训", 1200),
    ]
    assert kept[0].unknown == {"备查": "附件1"}
    assert kept[2].aliases == ("受训", "培训人次")
    assert told["grid:数据:notes"]["cells"]["2.数值"]["level"] == "error"


def test_a_row_without_a_name_is_not_kept_and_said_so(desk: Desk) -> None:
    rows = [*_metric_rows(desk), {"extra": {}, "cells": {"数值": "5", "单位": "次"}}]
    told = answer(desk, "rows", {"grid": "数据", "rows": rows})
    assert "请填写名称" in told["grid:数据:notes"]["cells"]["2.名称"]["text"]
    assert len(_kept(desk).metrics) == 2


def test_subtotals_follow_the_rows(desk: Desk) -> None:
    rows = everything(desk)["grid:指标"]["rows"]
    rows[1]["cells"]["自评分"] = "4.5"
    told = answer(desk, "rows", {"grid": "指标", "rows": rows})
    assert "得分 4.5" in _texts(told["grid:指标:notes"]["groups"]["产出目标"])
    assert told["grid:指标:notes"]["computed"]["0"] == "7.82"
    assert _kept(desk).indicators[1].unknown == {"佐证": "台账"}


def test_a_changed_metric_offers_its_numbers_in_the_texts_once(desk: Desk) -> None:
    rows = _metric_rows(desk)
    rows[0]["cells"]["数值"] = "1000"
    told = answer(desk, "rows", {"grid": "数据", "rows": rows})
    assert "文中 2 处" in _texts(told["view:live"])
    told = answer(desk, "rewrite_live", {})
    assert "检查企业1000家次，完成年度目标的125.0%" in _kept(desk).achievements
    assert told["view:live"] is None


def test_a_wrong_number_is_corrected_by_its_offer_and_a_stale_offer_is_refused(desk: Desk) -> None:
    wrong = desk.report.achievements.replace("1225", "1252")
    answer(desk, "text", {"field": "主要绩效", "text": wrong})
    [finding] = [one for one in desk.checked.findings if one.code == "N01"]
    offer = {"field": finding.field, "start": finding.start, "end": finding.end, "text": finding.text}
    told = answer(desk, "correct", {**offer, "expected": finding.expected})
    assert "1225家次" in _kept(desk).achievements
    assert told["text:主要绩效"]["set"] is True
    told = answer(desk, "correct", {**offer, "expected": finding.expected})
    assert "已经改动" in told["toast"]["text"]


def test_checking_a_text_saves_nothing(desk: Desk) -> None:
    told = answer(desk, "check_text", {"field": "主要绩效", "text": "检查企业1252家次。"})
    assert [mark["status"] for mark in told["text:主要绩效"]["marks"]] == ["contradicts"]
    assert "1225" in _kept(desk).achievements


def test_a_finding_is_set_aside_only_with_a_reason(desk: Desk) -> None:
    answer(desk, "text", {"field": "主要绩效", "text": "走访群众356户。"})
    [finding] = [one for one in desk.checked.findings if one.code == "N03"]
    told = answer(desk, "set_aside", {"rule": "N03", "place": finding.field, "reason": " "})
    assert "理由" in told["toast"]["text"]
    answer(desk, "set_aside", {"rule": "N03", "place": finding.field, "reason": "出自街道台账"})
    assert not [one for one in desk.checked.findings if one.code == "N03"]
    answer(desk, "take_up", {"index": 0})
    assert [one for one in desk.checked.findings if one.code == "N03"]


def test_an_unsupported_number_becomes_a_metric_to_name(desk: Desk) -> None:
    answer(desk, "text", {"field": "主要绩效", "text": "走访群众356户。"})
    start = desk.report.achievements.index("356")
    told = answer(desk, "enter", {"field": "主要绩效", "start": start, "end": start + 4, "text": "356户"})
    metric = _kept(desk).metrics[-1]
    assert (metric.value, metric.unit, metric.unconfirmed) == (356, "户", True)
    assert told["goto"] == {"field": "数据[3].名称"}


def test_confirming_turns_a_number_from_unconfirmed_to_proven(desk: Desk) -> None:
    told = answer(desk, "confirm", {"row": 2})
    assert told["text:主要绩效"]["marks"][-1]["status"] == "bound"
    assert not any(metric.unconfirmed for metric in _kept(desk).metrics)


def test_two_windows_never_mix(desk: Desk) -> None:
    other = _again(desk)
    answer(desk, "text", {"field": "主要问题", "text": "甲窗口的文字。"})
    told = answer(other, "text", {"field": "主要问题", "text": "乙窗口的文字。"})
    assert "未保存" in _texts(told["view:head"])
    assert _kept(desk).problems == "甲窗口的文字。"
    answer(other, "split_off", {})
    assert other.report_id != desk.report_id
    assert _kept(other).problems == "乙窗口的文字。"
    assert _kept(desk).problems == "甲窗口的文字。"


def test_after_a_conflict_the_other_version_can_be_taken(desk: Desk) -> None:
    other = _again(desk)
    answer(desk, "text", {"field": "主要问题", "text": "甲。"})
    answer(other, "text", {"field": "主要问题", "text": "乙。"})
    answer(other, "take_theirs", {})
    assert other.report.problems == "甲。"
    answer(other, "text", {"field": "主要问题", "text": "丙。"})
    assert _kept(desk).problems == "丙。"


def test_versions_are_named_compared_and_restored(desk: Desk) -> None:
    answer(desk, "name_version", {"name": "送审稿"})
    named = desk.n
    answer(desk, "text", {"field": "主要问题", "text": "改过的问题。"})
    told = answer(desk, "compare_version", {"n": named})
    assert "改过的问题" in _texts(told["view:version-diff"])
    told = answer(desk, "restore_version", {"n": named})
    assert _kept(desk).problems == "个别企业整改不及时。"
    assert "送审稿" in _texts(told["view:versions"])
    assert "没有这一版" in answer(desk, "restore_version", {"n": 99})["toast"]["text"]


def test_the_next_year_begins_with_last_years_values(desk: Desk) -> None:
    answer(desk, "next_year", {})
    assert desk.report.year == 2021
    assert desk.report.metrics[0].value is None
    assert desk.report.metrics[0].last_year_value == 1225


def test_a_loose_text_is_of_the_year_that_it_tells(desk: Desk) -> None:
    text = "2024年培训12期，较2023年增加2期；2024年满意度98%。"
    told = answer(desk, "check_text", {"field": "只核对", "text": text})
    assert [
        mark["start"] for mark in told["text:只核对"]["marks"] if text.startswith("2024年", mark["start"])
    ] == []
    answer(desk, "adopt_loose", {})
    assert desk.report.year == 2024


def test_a_loose_text_is_read_against_itself_and_can_be_adopted(desk: Desk) -> None:
    told = answer(desk, "check_text", {"field": "只核对", "text": "全年培训120人次，走访45户。"})
    assert [mark["status"] for mark in told["text:只核对"]["marks"]] == ["unconfirmed", "unconfirmed"]
    assert "培训" in _texts(told["view:loose"])
    answer(desk, "adopt_loose", {})
    assert [metric.unconfirmed for metric in _kept(desk).metrics] == [True, True]


def test_an_unknown_call_and_an_inner_failure_become_a_line(desk: Desk) -> None:
    assert "刷新" in answer(desk, "no_such", {})["toast"]["text"]
    told = answer(desk, "rows", {"grid": "数据"})
    assert told["toast"]["level"] == "error"
    assert "Traceback" not in told["toast"]["text"]


def test_differences_keep_numbers_whole() -> None:
    parts = inline("检查1225家次", "检查1252家次")
    assert [part[2] for part in parts if isinstance(part, list)] == ["1225", "1252"]


def test_changed_fields_name_the_row(desk: Desk) -> None:
    after = edits.with_field(desk.report, "绩效等级", "优秀")
    after = edits.confirmed(after, 2)
    labels = [label for label, _, _ in changed_fields(desk.report, after)]
    assert labels == ["绩效等级", "数据[2]"]


def test_the_review_pack_shows_every_number_and_its_checksum_changes_with_the_report(desk: Desk) -> None:
    page = review_pack(desk.report, desk.checked, _now())
    for shown in ("1225家次", "153.1%", "执法台账", "数据待确认", checksum(desk.report)):
        assert shown in page
    assert checksum(edits.confirmed(desk.report, None)) != checksum(desk.report)
    hostile = desk.report.with_narrative("主要问题", "<script>alert(1)</script>")
    assert "<script>" not in review_pack(hostile, desk.checked, _now())


def test_off_loopback_without_users_is_refused_at_once() -> None:
    with pytest.raises(InputError, match="用户"):
        serve("0.0.0.0", 7860, browser=False)
    assert is_loopback("::1")
    assert not is_loopback("example.org")


def test_the_next_free_port_is_taken() -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert port < free_port("127.0.0.1", port) <= port + 100


def test_a_checked_number_stays_checked_until_its_paragraph_or_its_metric_changes(desk: Desk) -> None:
    start = desk.report.achievements.index("1225")
    told = answer(desk, "review", {"field": "主要绩效", "start": start, "done": True, "paragraph": True})
    assert "人工已核对 3/3" in _texts(told["view:section:主要绩效"])
    assert [mark.get("checked") for mark in told["text:主要绩效"]["marks"]] == [True, True, True]
    told = answer(desk, "confirm", {"row": 2})
    assert "人工已核对 2/3" in _texts(told["view:section:主要绩效"])
    told = answer(
        desk, "text", {"field": "主要绩效", "text": _kept(desk).achievements.replace("全年", "本年")}
    )
    assert "人工已核对 0/3" in _texts(told["view:section:主要绩效"])
    told = answer(desk, "review", {"field": "主要绩效", "start": start, "done": True})
    told = answer(desk, "review", {"field": "主要绩效", "start": start, "done": False})
    assert "人工已核对 0/3" in _texts(told["view:section:主要绩效"])
    assert desk.report.reviewed == ()


def test_a_word_file_that_is_no_form_is_read_for_checking(desk: Desk, tmp_path: Path) -> None:
    import docx

    document = docx.Document()
    document.add_paragraph("全年组织培训12次，参训360人次。")
    document.save(str(tmp_path / "文章.docx"))
    told = load_loose(desk, str(tmp_path / "文章.docx"))
    assert told["text:只核对"]["text"] == "全年组织培训12次，参训360人次。"
    (tmp_path / "表.xlsx").write_bytes(b"nonsense")
    with pytest.raises(InputError, match="文件"):
        load_loose(desk, str(tmp_path / "表.xlsx"))


def test_a_finding_on_a_row_or_a_field_is_mended_by_its_offer(desk: Desk) -> None:
    answer(desk, "correct", {"field": "绩效等级", "start": 0, "end": 1, "text": "优", "expected": "优秀"})
    answer(desk, "correct", {"field": "指标[1].自评分", "text": "8", "expected": "7.82"})
    assert (_kept(desk).grade, f"{_kept(desk).indicators[0].self_score}") == ("优秀", "7.82")
    told = answer(desk, "correct", {"field": "指标[9].自评分", "text": "8", "expected": "7"})
    assert "不在" in told["toast"]["text"]


def test_the_plan_is_put_in_order_by_the_writer(desk: Desk) -> None:
    before = [point.title for point in make_plan(desk.report).points["主要绩效"]]
    answer(desk, "add_point", {"section": "主要绩效", "title": "检查企业"})
    answer(desk, "move_point", {"section": "主要绩效", "number": len(before), "by": -1})
    answer(desk, "drop_point", {"section": "主要绩效", "number": 0})
    assert desk.plan is not None
    assert [point.title for point in desk.plan.points["主要绩效"]] == [*before[1:-1], "检查企业", before[-1]]
    answer(desk, "plan_anew", {})
    assert desk.plan is None


def test_a_locked_sentence_is_kept_in_the_report(desk: Desk) -> None:
    told = answer(desk, "sentence", {"field": "主要问题", "at": 3})
    assert "个别企业整改不及时。" in _texts(told["view:sentence"])
    answer(desk, "lock", {"field": "主要问题", "sentence": "个别企业整改不及时。", "on": True})
    assert _kept(desk).locked == ("个别企业整改不及时。",)
    answer(desk, "lock", {"field": "主要问题", "sentence": "个别企业整改不及时。", "on": False})
    assert _kept(desk).locked == ()


def test_drafting_repeats_what_is_written_and_a_stop_keeps_it(desk: Desk) -> None:
    said = list(drafting(desk, ("主要绩效",)))
    texts = [message["text:主要绩效"]["text"] for message in said if "text:主要绩效" in message]
    assert all(later.startswith(earlier[:20]) for earlier, later in pairwise(texts[1:]))
    assert said[-1]["drafting"] is False
    assert _kept(desk).achievements == texts[-1]
    assert "1225家次" in texts[-1]
    stopped = drafting(desk, ("主要绩效",))
    next(stopped)
    next(stopped)
    answer(desk, "stop", {})
    last = list(stopped)[-1]
    assert "已停止" in last["toast"]["text"]
    assert _kept(desk).achievements == last["text:主要绩效"]["text"]


def test_a_writer_that_is_not_set_up_overwrites_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ZIPING_MODEL", raising=False)
    before = desk.report.achievements
    desk.chosen = Chosen(with_model=True)
    last = list(drafting(desk, ("主要绩效",)))[-1]
    assert last["toast"]["level"] == "error"
    assert last["busy:主要绩效"] is False
    assert _kept(desk).achievements == before


def test_a_bad_setting_of_the_model_does_not_hold_up_the_embedded_writer(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZIPING_MODEL", "m")
    monkeypatch.setenv("ZIPING_RETRIES", "很多")
    assert "应为整数" in _texts(everything(desk)["view:writer"])
    desk.chosen = Chosen(tone="概括")
    last = list(drafting(desk, ("主要绩效",)))[-1]
    assert "起草完成" in last["toast"]["text"]


def test_what_was_typed_earlier_never_replaces_what_was_typed_later(desk: Desk) -> None:
    answer(desk, "text", {"field": "主要问题", "text": "后写的。"}, serial=8)
    assert answer(desk, "text", {"field": "主要问题", "text": "先写的。"}, serial=7) == {}
    answer(desk, "text", {"field": "改进措施", "text": "另一处。"}, serial=6)
    assert (_kept(desk).problems, _kept(desk).measures) == ("后写的。", "另一处。")


def test_a_wish_comes_back_as_edits_that_are_accepted_one_by_one(desk: Desk) -> None:
    text = "1.检查企业1225家次。各项工作有序推进。\n2.立案调查24起。成效明显。\n3.持续改进。"
    answer(desk, "text", {"field": "主要绩效", "text": text})
    said = list(revising(desk, "主要绩效", "把第三点移到最前"))[-1]
    assert "请逐处确认" in _texts(said["view:conversation"])
    assert _kept(desk).achievements == text
    answer(desk, "accept_edits", {})
    assert _kept(desk).achievements.startswith("1.持续改进。")
    assert desk.proposed == []
    list(revising(desk, "主要绩效", "第二点写简练些"))
    assert len(desk.proposed) == 1
    answer(desk, "reject_edits", {"number": 0})
    assert desk.proposed == []
    assert _kept(desk).achievements.startswith("1.持续改进。")
    told = answer(_again(desk), "revision", {})
    assert "把第三点移到最前" in _texts(told["view:conversation"])


def test_an_edit_whose_text_was_changed_meanwhile_is_not_made(desk: Desk) -> None:
    answer(desk, "text", {"field": "主要绩效", "text": "1.检查企业1225家次。\n2.立案调查24起。"})
    list(revising(desk, "主要绩效", "删去第二点"))
    answer(desk, "text", {"field": "主要绩效", "text": "另写的一段。"})
    told = answer(desk, "accept_edits", {})
    assert "没有采用" in told["toast"]["text"]
    assert _kept(desk).achievements == "另写的一段。"


def test_what_the_library_has_to_say_is_shown_until_it_was_read(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk.library, "notices", ["检索索引已重建。"])
    assert "检索索引已重建。" in _texts(everything(desk)["view:head"])
    assert "检索索引已重建。" not in _texts(answer(desk, "read_notices", {})["view:head"])


def test_a_finished_report_joins_the_library_as_its_final_version(desk: Desk) -> None:
    told = answer(desk, "finish_report", {})
    assert "已定稿" in told["toast"]["text"]
    assert desk.report.project in _texts(told["view:records"])
    assert newest(desk.engine, desk.report_id).name == "定稿"
    question = json.dumps(everything(desk)["view:export-state"], ensure_ascii=False)
    assert "处错误没有解决" in question
    assert "1 项数据待确认" in question
