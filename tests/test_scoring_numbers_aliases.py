"""Other names of metrics, learned from confirmed numbers."""

from __future__ import annotations

from typing import Any

import pytest

from scoring.numbers.aliases import with_learned_aliases
from scoring.numbers.binder import bind
from scoring.report import Report

_METRICS = [
    {"名称": "检查企业", "数值": 1225, "单位": "家次"},
    {"名称": "立案调查", "数值": 24, "单位": "起", "别名": ["立案"]},
]


def _report(text: str, metrics: list[dict[str, Any]] = _METRICS) -> Report:
    head = {"方案": "闵行-2020", "年度": 2020, "项目名称": "某项目", "预算单位": "某单位"}
    return Report.from_mapping({**head, "数据": metrics, "主要绩效": text})


@pytest.mark.parametrize(
    ("text", "learned"),
    [
        ("全年共走访看查经营主体1225家次。", ("走访看查经营主体",)),
        ("1225家次生产单位被走访。", ("生产单位被走访",)),
        ("全年检查企业1225家次。", ()),
        ("全年对各类单位的走访达到1225家次。", ()),
        ("全年1225家次。", ()),
    ],
)
def test_words_beside_a_confirmed_number_become_another_name(text: str, learned: tuple[str, ...]) -> None:
    report = _report(text)
    assert with_learned_aliases(report, bind(report)).metrics[0].aliases == learned


def test_what_was_learned_tells_a_wrong_number() -> None:
    taught = with_learned_aliases(
        _report("走访看查经营主体1225家次。"), bind(_report("走访看查经营主体1225家次。"))
    )
    later = taught.with_narrative("主要绩效", "走访看查经营主体1252家次。")
    (verdict,) = bind(later)
    assert (verdict.status, verdict.metrics) == ("contradicts", ("检查企业",))
    (before,) = bind(_report("走访看查经营主体1252家次。"))
    assert before.status == "unsupported"


def test_only_bound_numbers_of_one_metric_teach() -> None:
    report = _report("走访看查经营主体1252家次，比目标多452家次。")
    assert with_learned_aliases(report, bind(report)) == report


def test_a_name_is_learned_once_and_never_anothers() -> None:
    metrics = [{**_METRICS[0], "别名": ["走访单位"]}, {"名称": "走访商铺", "数值": 30, "单位": "户"}]
    report = _report("走访单位1225家次。巡访商户30户。走访单位1225家次。", metrics)
    taught = with_learned_aliases(report, bind(report))
    assert taught.metrics[0].aliases == ("走访单位",)
    assert taught.metrics[1].aliases == ("巡访商户",)
