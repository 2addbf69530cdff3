"""Sentences taken over from last year's report, told by ``ziping check`` with the past passage."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus.library import Library
from ui.batch import check_files

_FORM = """方案: 闵行-2020
年度: {year}
项目名称: 监察经费
预算单位: 某大队
数据:
  - {{名称: 检查企业, 数值: {checked}, 单位: 家次}}
  - {{名称: 宣传活动, 数值: 6, 单位: 场}}
主要绩效: 围绕全年任务，{year}年共组织检查企业{told}家次。各街镇开展宣传活动6场，营造了安全氛围。
"""


@pytest.fixture
def report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    monkeypatch.setenv("ZIPING_HOME", str(home))
    last = tmp_path / "2021.yaml"
    last.write_text(_FORM.format(year=2021, checked=1004, told=1004), encoding="utf-8")
    with Library(home) as library:
        library.add([last])
    now = tmp_path / "2022.yaml"
    now.write_text(_FORM.format(year=2022, checked=1225, told=1004), encoding="utf-8")
    return now


def test_a_sentence_carried_over_is_told_with_its_past_passage(report: Path) -> None:
    ((text, status),) = check_files([report], as_json=False, alone=True)
    assert status == 1
    told = [line for line in text.splitlines() if line.startswith("  沿用")]
    assert len(told) == 2
    assert "与2021年主要绩效第1点第1句相同，其中1004家次是那时的数" in told[0]
    assert "原句：围绕全年任务，2021年共组织检查企业1004家次。" in told[0]
    assert "那时的数" not in told[1]


def test_json_lists_what_was_carried_over(report: Path) -> None:
    ((text, _),) = check_files([report], as_json=True, alone=True)
    carried = json.loads(text)["carried"]
    assert [(one["section"], one["year"]) for one in carried] == [("主要绩效", 2021), ("主要绩效", 2021)]
    assert "1004家次" in carried[0]["old_numbers"]


def test_without_a_store_nothing_is_opened(
    report: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZIPING_HOME", str(tmp_path / "nowhere"))
    ((text, _),) = check_files([report], as_json=True, alone=True)
    assert json.loads(text)["carried"] == []
    assert not (tmp_path / "nowhere").exists()
