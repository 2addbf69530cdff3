"""Two windows on one report: the later one is offered a merge, and no text of either is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from test_corpus_store import report_text

from corpus.accounts import ALONE
from corpus.library import Library
from corpus.store import newest, open_store, save
from scoring.report_file import parse_report
from ui.page.calls import answer
from ui.page.desk import Desk, open_desk
from ui.page.messages import everything

NOW = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
START = report_text("人手不足。")


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Callable[[], Desk]]:
    engine = open_store(tmp_path)
    with Library(tmp_path) as library:
        yield lambda: open_desk(engine, library, lambda: NOW, ALONE, 0, lambda: parse_report(START))


def shown(desk: Desk) -> str:
    return str(everything(desk)["view:head"])


def stored(desk: Desk) -> Any:
    kept = newest(desk.engine, desk.report_id)
    assert kept is not None
    return parse_report(kept.text)


def test_changes_that_do_not_clash_are_merged_at_one_click(window: Callable[[], Desk]) -> None:
    one, other = window(), window()
    one.keep(one.report.with_narrative("主要绩效", "检查完成。"))
    other.keep(other.report.with_narrative("改进措施", "增配人手。"))
    assert "合并两边的改动" in shown(other)
    assert answer(other, "merge", {})["toast"]["text"] == "两边的改动已合并，保存为第 3 版"
    assert (other.report.achievements, other.report.measures) == ("检查完成。", "增配人手。")
    assert stored(other) == other.report
    assert "合并" not in shown(other)


def test_where_both_changed_one_place_each_is_chosen(window: Callable[[], Desk]) -> None:
    one, other = window(), window()
    one.keep(one.report.with_narrative("主要问题", "人手严重不足。").model_copy(update={"office": "甲处"}))
    other.keep(other.report.with_narrative("主要问题", "车辆不足。").model_copy(update={"office": "乙处"}))
    answer(other, "merge", {})
    for said in ("主要问题（第1处）", "具体实施处室", "还有 2 处", "甲处", "乙处"):
        assert said in shown(other)
    answer(other, "merge", {"place": "主要问题[1]", "side": "mine"})
    assert "还有 1 处" in shown(other)
    assert stored(other) == one.report, "nothing is saved before all is chosen"
    answer(other, "merge", {"place": "具体实施处室", "side": "theirs"})
    assert (other.report.problems, other.report.office) == ("车辆不足。", "甲处")
    assert stored(other) == other.report
    assert other.n == 3


def test_a_third_save_while_merging_is_met_again(window: Callable[[], Desk]) -> None:
    one, other = window(), window()
    one.keep(one.report.with_narrative("主要绩效", "检查完成。"))
    other.keep(other.report.with_narrative("改进措施", "增配人手。"))
    third = report_text("第三人写的。")
    save(one.engine, one.report_id, third, 2, "", NOW)
    assert "还没有保存" in answer(other, "merge", {})["toast"]["text"]
    assert other.refused is not None
    assert (other.refused.n, other.report.measures) == (3, "增配人手。")
    answer(other, "merge", {})
    assert stored(other) == other.report
    assert (other.report.problems, other.report.measures) == ("第三人写的。", "增配人手。")


@pytest.mark.parametrize(
    "arg", [{"place": "没有这一处", "side": "mine"}, {"side": "x", "place": "主要问题[1]"}]
)
def test_a_wrong_choice_changes_nothing(window: Callable[[], Desk], arg: dict[str, str]) -> None:
    one, other = window(), window()
    answer(one, "merge", arg)
    assert one.n == 1
    one.keep(one.report.with_narrative("主要问题", "甲。"))
    other.keep(other.report.with_narrative("主要问题", "乙。"))
    answer(other, "merge", arg)
    assert "还有 1 处" in shown(other)
    assert stored(other) == one.report
