"""The trail as the page feeds it: whose words each change brought, what a person accepted; and its commands."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from endpoint_double import Double, endpoint, told
from test_corpus_trail import NOW, verified
from test_corpus_trail import told as entries_of
from test_ui_cli import Run, run  # noqa: F401 - run is a fixture
from test_ui_page import _texts, desk, library  # noqa: F401 - fixtures

from corpus import store
from corpus.trail import Act, Noted
from scoring.report import NARRATIVES
from scoring.report_file import parse_report
from ui.page.calls import answer
from ui.page.calls.revising import revising
from ui.page.chosen import Chosen
from ui.page.desk import Desk
from ui.page.drafts import drafting
from ui.page.files import write
from ui.trail_text import done

MODEL = "qwen3-30b"


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Iterator[Double]:
    """An endpoint that answers drafts and rewritings."""

    def said(asked: dict[str, Any]) -> Any:
        is_rewriting = "原文：" in asked["messages"][-1]["content"]
        return told("各项工作平稳推进。" if is_rewriting else "检查企业{{检查企业}}。")

    with endpoint(said) as double:
        for name, value in (
            ("OPENAI_BASE_URL", double.url),
            ("OPENAI_API_KEY", "sk-secret-of-the-test"),
            ("ZIPING_MODEL", MODEL),
            ("ZIPING_RETRIES", "0"),
        ):
            monkeypatch.setenv(name, value)
        yield double


def last(desk: Desk) -> Noted:  # noqa: F811
    return entries_of(desk.engine)[-1].noted


def changed(noted: Noted) -> dict[str, Any]:
    return {place: (before, after) for place, before, after in noted.details["changes"]}


def test_each_call_of_the_page_says_what_was_done(desk: Desk) -> None:  # noqa: F811
    calls: tuple[tuple[str, dict[str, Any], Act, str], ...] = (
        ("field", {"field": "绩效等级", "value": "良"}, Act("edit"), "绩效等级 优→良"),
        ("confirm", {"row": 2}, Act("confirm"), "数据「立案调查」.待确认 是→空"),
        (
            "set_aside",
            {"rule": "合计", "place": "合计", "reason": "已核"},
            Act("set_aside"),
            "忽略「合计·合计」 空→规则 合计；位置 合计；理由 已核",
        ),
        ("take_up", {"index": 0}, Act("take_up"), "忽略「合计·合计」"),
        ("lock", {"field": "主要问题", "sentence": "个别企业整改不及时。", "on": True}, Act("lock"), "锁定"),
        (
            "correct",
            {"field": "主要绩效", "start": 7, "end": 11, "text": "1225", "expected": "1226"},
            Act("correct", "program"),
            "程序按核对更正　主要绩效",
        ),
        ("name_version", {"name": "送审稿"}, Act("name"), "保存为命名版本"),
        ("restore_version", {"n": 1}, Act("restore", "restored"), "恢复旧版本　绩效等级 良→优"),
        ("next_year", {}, Act("carry", "program"), "以上年报告为底稿新建"),
    )
    assert last(desk).act == Act("create", "program")
    for number, (name, arg, act, says) in enumerate(calls, 2):
        answer(desk, name, arg)
        assert (last(desk).act, len(entries_of(desk.engine))) == (act, number), name
        assert says in done(last(desk))
        assert (last(desk).report_id, last(desk).details["version"]) == (desk.report_id, desk.n)
    assert verified(desk.engine).entries == len(calls) + 1


def test_what_a_writer_drafted_is_told_by_its_hash(desk: Desk) -> None:  # noqa: F811
    list(drafting(desk, NARRATIVES))
    noted = last(desk)
    assert (noted.act.what, noted.act.origin, noted.act.model) == ("draft", "embedded", "")
    for label in NARRATIVES:
        text = desk.report.narrative(label)
        assert changed(noted)[label][1] == f"{len(text)}字 sha256:{store.checksum(text)}"
    assert "内置写作起草" in done(noted)
    assert "内置写作起草" in _texts(answer(desk, "versions", {})["view:versions"])


def test_a_models_words_are_told_as_its_own_when_drafted_and_when_accepted(
    desk: Desk,  # noqa: F811
    model: Double,
) -> None:
    desk.chosen = Chosen(with_model=True)
    list(drafting(desk, ("主要绩效",)))
    drafted = last(desk)
    assert (drafted.act.what, drafted.act.origin, drafted.act.model) == ("draft", "model", MODEL)
    assert drafted.act.prompt
    assert f"大模型（{MODEL}，提示词 {drafted.act.prompt}）起草" in done(drafted)
    answer(desk, "text", {"field": "主要问题", "text": "1.各项工作有序推进。\n2.人手不足。"})
    assert last(desk).act == Act("edit")
    list(revising(desk, "主要问题", "第一点换个说法"))
    assert (last(desk).act.what, last(desk).act.model) == ("discuss", MODEL)
    answer(desk, "accept_edits", {})
    assert (last(desk).act.what, last(desk).act.origin, last(desk).act.model) == ("revise", "model", MODEL)
    assert "平稳" in desk.report.problems
    list(revising(desk, "主要问题", "删去第二点"))
    answer(desk, "accept_edits", {})
    assert last(desk).act == Act("revise", "embedded")
    assert "sk-secret" not in str(entries_of(desk.engine))


def test_a_models_words_that_were_refused_stay_its_own_in_the_merge(
    desk: Desk,  # noqa: F811
    model: Double,
) -> None:
    newest = store.newest(desk.engine, desk.report_id)
    assert newest is not None
    other = newest.text.replace("绩效等级: 优", "绩效等级: 良")
    assert other != newest.text
    store.save(desk.engine, desk.report_id, other, newest.n, "李四", desk.clock())
    desk.chosen = Chosen(with_model=True)
    list(drafting(desk, ("主要绩效",)))
    assert last(desk).who == "李四"
    answer(desk, "field", {"field": "领域", "value": "应急"})
    answer(desk, "merge", {})
    assert (last(desk).act.what, last(desk).act.origin, last(desk).act.model) == ("merge", "merged", MODEL)
    assert set(changed(last(desk))) == {"主要绩效", "领域", "草稿记录"}
    assert desk.unsaved_act == Act("edit")


@pytest.mark.parametrize("kind", [".docx", ".yaml", "pack.html"])
def test_an_export_is_told_with_its_checksum_and_given_even_where_it_cannot_be_told(
    desk: Desk,  # noqa: F811
    kind: str,
) -> None:
    path, problem = write(desk, kind)
    noted = last(desk)
    assert (noted.act, noted.report_id, problem) == (Act("export"), desk.report_id, "")
    assert noted.details["sha256"] == store.checksum(Path(path).read_bytes())
    assert (noted.details["file"], noted.details["of"]) == (Path(path).name, desk.n)
    with sqlite3.connect(str(desk.engine.url.database)) as connection:
        connection.execute("DROP TABLE trail")
    path, problem = write(desk, kind)
    assert Path(path).stat().st_size
    assert problem.startswith("未记入修改记录")


def test_the_commands_list_the_trail_and_verify_it(run: Run, own_home: Path) -> None:  # noqa: F811
    text = Path(__file__).parent.parent.joinpath("corpus", "sample_project.yaml").read_text("utf-8")
    engine = store.open_store(own_home)
    first = store.create(engine, text, "张三", NOW).report_id
    report = parse_report(text)
    more = text.replace(report.project, report.project + "（二期）")
    store.save(engine, first, more, 1, "李四", NOW, "送审稿")
    store.create(engine, text, "王五", NOW)

    done = run("trail", "verify")
    assert (done.status, done.err) == (0, "")
    assert done.out == f"3 条修改记录完整，最后一条的哈希：{verified(engine).last}\n"
    assert run("trail", "verify", "--last", verified(engine).last).status == 0
    listed = run("trail", "list", "--report", first).out.splitlines()
    assert [line.split("\t")[2:4] for line in listed] == [
        ["张三", "报告 1 第 1 版"],
        ["李四", "报告 1 第 2 版"],
    ]
    assert "项目名称" in listed[1]
    assert listed[1].endswith("（二期）　名称 送审稿")
    told = run("trail", "list", "--json").lines()
    assert [one["who"] for one in told] == ["张三", "李四", "王五"]
    assert told[-1]["hash"] == verified(engine).last
    assert run("store", "export", own_home / "all.zip").status == 0
    assert run("trail", "verify", own_home / "all.zip").out == done.out

    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE trail SET entry = replace(entry, '李四', '赵六') WHERE n = 2")
    broken = run("trail", "verify")
    assert (broken.status, broken.out) == (1, "")
    assert broken.err == "修改记录第 2 条：与它的哈希对不上：这一条或它的哈希被改动过\n"
    assert run("trail", "verify", own_home / "none.zip").status == 1
