"""This year begins with last year's names and promises, never with its numbers; copies are pointed out."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from corpus.last_year import carried, carried_from, carry_forward
from corpus.library import Library
from scoring.errors import InputError
from scoring.report_file import parse_report

LAST = parse_report(
    """
方案: 闵行-2020
年度: 2022
项目名称: 执法
预算单位: 大队
当年预算数: 211820.00
预算执行数: 207160.00
合计: 98
项目总目标: 完成年度各项执法检查工作计划。
年度目标: [检查不少于800家次]
指标: [{一级指标: 产出目标, 指标名称: 检查, 权重: 8, 自评分: 7.5, 实际完成值: 1225家次}]
数据: [{名称: 检查企业, 数值: 1225, 单位: 家次, 目标: ≥800, 上年值: 965, 别名: [检查]}]
锁定: [全年检查企业1225家次]
主要绩效: |-
  1.全年检查企业1225家次，排查整改隐患1004项，整改率100%。
  2.联合三个部门开展执法检查四期，出动人员十八人次。
改进措施: 1.由综合科于2023年6月底前修订办案流程，每季度评查一次。2.加强培训。
"""
)


def test_last_years_values_become_the_year_before() -> None:
    report = carry_forward(LAST, 2023).report
    (metric,) = report.metrics
    assert (metric.name, metric.value, metric.last_year_value) == ("检查企业", None, Decimal(1225))
    assert metric.aliases == ("检查",)
    assert (report.last_year_budget, report.budget, report.executed) == (Decimal("211820.00"), None, None)


def test_nothing_else_with_a_number_is_carried() -> None:
    report = carry_forward(LAST, 2023).report
    text = str(report.to_mapping())
    assert not [number for number in ("800", "7.5", "98", "207160", "965") if number in text]
    assert report.year == 2023
    assert report.overall_goal == LAST.overall_goal
    assert not any(report.narrative(label) for label in ("主要绩效", "主要问题", "改进措施"))


def test_a_gap_of_years_gives_no_year_before() -> None:
    report = carry_forward(LAST, 2024).report
    assert report.metrics[0].last_year_value is None
    assert report.last_year_budget is None


def test_an_earlier_year_is_refused() -> None:
    with pytest.raises(InputError, match="应晚于"):
        carry_forward(LAST, 2022)


def test_last_years_measures_become_a_checklist() -> None:
    (promise,) = carry_forward(LAST, 2023).checklist
    assert (promise.text, promise.year) == ("由综合科于2023年6月底前修订办案流程，每季度评查一次。", 2022)


def test_a_sentence_carried_over_is_pointed_out_with_the_numbers_it_still_holds() -> None:
    text = (
        "1.全年检查企业1301家次，排查整改隐患1004项，整改率100%。\n"
        "2.联合三个部门开展执法检查四期，出动人员十九人次。\n"
        "3.新建智慧监管平台，实现隐患线上闭环管理，企业自查率明显提高。"
    )
    report = LAST.with_narrative("主要绩效", text).model_copy(update={"year": 2023})
    first, second, third = carried_from(report, LAST)
    assert (first.place, first.year, first.old_numbers) == ("第1点第1句", 2022, ("1004项", "100%"))
    assert (second.place, second.old_numbers) == ("第2点第1句", ("三个", "四期"))
    assert text[first.start : first.end] == first.text
    assert first.last_text == "全年检查企业1225家次，排查整改隐患1004项，整改率100%。"
    assert (third.section, third.old_numbers) == ("改进措施", ("2023年6月", "一次"))


def test_a_report_that_says_something_else_carries_nothing() -> None:
    other = LAST.with_narrative("主要绩效", "组织公益演出一百二十场，群众文化生活进一步丰富，满意度较高。")
    assert carried_from(other.with_narrative("改进措施", "完成。"), LAST) == ()


def test_the_library_finds_the_year_before_of_the_same_unit_and_project_only(tmp_path: Path) -> None:
    this = LAST.model_copy(update={"year": 2023})
    older = LAST.model_copy(update={"year": 2020})
    elsewhere = LAST.model_copy(update={"budget_unit": "别的单位"})
    with Library(tmp_path, environ={}, samples=tmp_path / "none") as library:
        assert carried(this, library) == ()
        for report in (older, LAST, elsewhere, this):
            library.add_report(report, f"{report.budget_unit}{report.year}.yaml")
        assert library.year_before(this) == LAST
        assert {sentence.year for sentence in carried(this, library)} == {2022}
        assert carried(older, library) == ()
        assert carried(this, library.for_unit("另一个用户")) == ()
