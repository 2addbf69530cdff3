"""Two reports made from one are merged without loss: what both changed comes back with both texts."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.merging import merge
from corpus.three_ways import Clash, three_ways
from scoring.report import Report

BASE: dict[str, Any] = {
    "方案": "闵行-2020",
    "年度": 2023,
    "项目名称": "安全执法",
    "预算单位": "执法大队",
    "当年预算数": "211820.00",
    "预算执行数": "207160.00",
    "年度目标": ["检查企业800家次", "培训4场"],
    "指标": [
        {"一级指标": "产出目标", "指标名称": "检查企业", "权重": "8", "自评分": "8"},
        {"一级指标": "产出目标", "指标名称": "培训", "权重": "5", "自评分": "5"},
    ],
    "数据": [
        {"名称": "检查企业", "数值": "1225", "单位": "家次"},
        {"名称": "立案", "数值": "24", "单位": "起"},
    ],
    "主要绩效": "1.全年检查1225家次。\n2.立案24起。\n3.培训4场。",
    "主要问题": "人手不足。",
}


def report(**changed: Any) -> Report:
    return Report.from_mapping({**BASE, **changed})


def rows(label: str, change: Callable[[list[dict[str, Any]]], Any]) -> dict[str, Any]:
    held = [dict(row) for row in BASE[label]]
    change(held)
    return {label: held}


def test_changes_of_different_places_are_all_taken_over() -> None:
    mine = report(
        预算执行数="200000.00",
        主要绩效="1.全年检查1225家次，同比增长。\n2.立案24起。\n3.培训4场。",
        **rows("数据", lambda held: held[0].update({"来源": "台账"})),
        年度目标=["检查企业800家次", "培训4场", "宣传2次"],
    )
    theirs = report(
        当年预算数="220000.00",
        主要绩效="1.全年检查1225家次。\n2.立案24起。\n3.培训5场。",
        **rows("数据", lambda held: held[0].update({"数值": "1252"})),
        年度目标=["检查企业900家次", "培训4场"],
    )
    done = merge(report(), mine, theirs)
    assert done.conflicts == ()
    assert done.merged == report(
        当年预算数="220000.00",
        预算执行数="200000.00",
        主要绩效="1.全年检查1225家次，同比增长。\n2.立案24起。\n3.培训5场。",
        **rows("数据", lambda held: held[0].update({"来源": "台账", "数值": "1252"})),
        年度目标=["检查企业900家次", "培训4场", "宣传2次"],
    )


def test_what_both_changed_comes_back_with_both_texts_and_is_chosen_by_place() -> None:
    mine = report(
        预算执行数="200000.00",
        主要绩效="1.全年检查1225家次。\n2.立案二十四起。\n3.培训4场。",
        **rows("数据", lambda held: held[1].update({"数值": "25"})),
    )
    theirs = report(
        预算执行数="207000.00",
        主要绩效="1.全年检查1225家次。\n2.立案26起。\n3.培训4场。",
        **rows("数据", lambda held: held[1].update({"数值": "26"})),
    )
    done = merge(report(), mine, theirs)
    assert done.merged == mine
    assert [(one.place, one.base, one.mine, one.theirs) for one in done.conflicts] == [
        ("预算执行数", "207160.00", "200000.00", "207000.00"),
        ("数据「立案」.数值", "24", "25", "26"),
        ("主要绩效[1]", "2.立案24起。", "2.立案二十四起。", "2.立案26起。"),
    ]
    chosen = merge(
        report(), mine, theirs, {"预算执行数": "mine", "数据「立案」.数值": "theirs", "主要绩效[1]": "theirs"}
    )
    assert chosen.conflicts == ()
    assert chosen.merged == theirs.model_copy(update={"executed": mine.executed})


def test_a_row_removed_here_and_changed_there_is_a_conflict() -> None:
    mine = report(**rows("指标", lambda held: held.pop()))
    theirs = report(**rows("指标", lambda held: held[1].update({"自评分": "4"})))
    (conflict,) = merge(report(), mine, theirs).conflicts
    assert (conflict.place, conflict.mine) == ("指标「产出目标·培训」", "（已删除）")
    assert "自评分 4" in conflict.theirs
    assert merge(report(), mine, theirs, {conflict.place: "theirs"}).merged == theirs
    assert merge(report(), mine, theirs, {conflict.place: "mine"}).merged == mine


def test_rows_added_on_both_sides_and_rows_of_one_name_are_kept() -> None:
    twins = rows("数据", lambda held: held.append({"名称": "立案", "数值": "3", "单位": "起"}))
    mine = report(**rows("数据", lambda held: held.insert(0, {"名称": "甲", "数值": "1"})))
    theirs = report(**twins)
    done = merge(report(), mine, theirs)
    assert done.conflicts == ()
    assert [(row.name, str(row.value)) for row in done.merged.metrics] == [
        ("甲", "1"),
        ("检查企业", "1225"),
        ("立案", "24"),
        ("立案", "3"),
    ]


def test_the_record_of_a_draft_keeps_the_sentences_of_both() -> None:
    mine = report(草稿记录={"主要绩效": {"写作": "甲", "句子": [{"句": "一"}]}})
    theirs = report(草稿记录={"主要绩效": {"写作": "乙", "句子": [{"句": "二"}]}, "主要问题": {"句子": []}})
    done = merge(report(), mine, theirs)
    assert done.conflicts == ()
    assert done.merged.draft_record == {
        "主要绩效": {"写作": "甲", "句子": [{"句": "一"}, {"句": "二"}]},
        "主要问题": {"句子": []},
    }


texts = st.sampled_from(["", "一。", "一。\n二。", "二。\n三。", "一。\n二。\n三。", "三。"])
metrics = st.lists(
    st.fixed_dictionaries(
        {"名称": st.sampled_from("甲乙丙"), "数值": st.sampled_from(["1", "2"])},
        optional={"单位": st.sampled_from(["家", "次"])},
    ),
    max_size=4,
)
reports = st.builds(
    report,
    主要绩效=texts,
    主要问题=texts,
    数据=metrics,
    当年预算数=st.sampled_from([None, "1.00", "2.00"]),
    导入提示=st.none() | metrics,
)


@given(reports, reports)
def test_where_one_side_changed_nothing_the_other_is_the_merge(base: Report, other: Report) -> None:
    for done in (merge(base, other, base), merge(base, base, other), merge(base, other, other)):
        assert done.conflicts == ()
        assert content(done.merged) == content(other)


@given(reports, reports, reports)
def test_every_conflict_can_be_chosen_and_none_is_hidden(base: Report, mine: Report, theirs: Report) -> None:
    done = merge(base, mine, theirs)
    swapped = merge(base, theirs, mine)
    assert {one.place for one in done.conflicts} == {one.place for one in swapped.conflicts}
    for side in ("mine", "theirs"):
        chosen = merge(base, mine, theirs, {one.place: side for one in done.conflicts})
        assert chosen.conflicts == ()
    assert merge(base, mine, theirs, {one.place: "mine" for one in done.conflicts}).merged == done.merged
    if len({base.budget, mine.budget, theirs.budget}) == 3:
        assert "当年预算数" in {one.place for one in done.conflicts}


def content(of: Report) -> Any:
    """A report without the order of its rows, which is a matter of taste."""
    held = of.to_mapping()
    return {
        label: sorted(json.dumps(row, ensure_ascii=False, sort_keys=True, default=str) for row in value)
        if isinstance(value, list)
        else value
        for label, value in held.items()
    }


lines = st.lists(st.sampled_from("abcd"), max_size=6)


@given(lines, lines, lines)
def test_three_ways_lose_no_line(base: list[str], mine: list[str], theirs: list[str]) -> None:
    pieces = list(three_ways(base, mine, theirs))
    for side, whole in (("mine", mine), ("theirs", theirs)):
        other = theirs if side == "mine" else mine
        added = [line for line in set(whole) if line not in base]
        told = [
            line for piece in pieces for line in (getattr(piece, side) if isinstance(piece, Clash) else piece)
        ]
        assert set(added) <= set(told)
        if other == base:
            assert told == whole


@pytest.mark.parametrize("label", ["主要绩效", "项目总目标"])
def test_lines_changed_side_by_side_are_one_conflict(label: str) -> None:
    base, mine, theirs = (report(**{label: text}) for text in ("一\n二\n三", "一\n甲\n三", "一\n乙\n丙\n三"))
    (conflict,) = merge(base, mine, theirs).conflicts
    assert (conflict.base, conflict.mine, conflict.theirs) == ("二", "甲", "乙\n丙")
