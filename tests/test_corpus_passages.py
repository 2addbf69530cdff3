"""Narratives are cut by point and sentence; nothing is lost and every place is right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.passages import cut, cut_report
from scoring.report import Report

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "cases/passages.yaml").read_text("utf-8")
)


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_cut(case: dict[str, Any]) -> None:
    found: dict[int, list[str]] = {}
    for passage in cut(case["text"], "主要绩效"):
        found.setdefault(passage.point_number, []).append(passage.text)
    assert list(found.values()) == case["points"]


@settings(deadline=None, max_examples=200)
@given(st.text(alphabet=st.sampled_from("一二三是、（）1.2。；，：“”《》\n检查企业隐患①第")))
def test_places_are_right_and_in_order(text: str) -> None:
    last = 0
    for passage in cut(text, "主要绩效"):
        assert passage.text == text[passage.start : passage.end]
        assert passage.text in passage.point
        assert passage.start >= last
        last = passage.end


@settings(deadline=None, max_examples=100)
@given(st.lists(st.text(alphabet="检查企业隐患整改完成", min_size=4, max_size=30), min_size=1, max_size=6))
def test_no_sentence_is_lost(sentences: list[str]) -> None:
    text = "".join(f"{n}.{sentence}。" for n, sentence in enumerate(sentences, 1))
    assert [passage.text for passage in cut(text, "主要问题")] == [f"{sentence}。" for sentence in sentences]


def test_a_report_is_cut_in_the_order_of_the_form() -> None:
    report = Report.from_mapping(
        {
            "方案": "闵行-2020",
            "年度": "2023",
            "项目名称": "执法",
            "预算单位": "大队",
            "主要绩效": "检查完成。",
            "改进措施": "加强检查。",
        }
    )
    assert [(p.section, p.text) for p in cut_report(report)] == [
        ("主要绩效", "检查完成。"),
        ("改进措施", "加强检查。"),
    ]


def test_a_megabyte_without_an_end_mark_is_cut_quickly_enough_to_finish() -> None:
    text = "“（" * 250_000 + "检查" * 250_000
    assert len(cut(text, "主要绩效")) == 1
