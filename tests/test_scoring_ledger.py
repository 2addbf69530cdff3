from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.decimals import shown
from scoring.ledger import Coverage, coverage
from scoring.numbers.binder import bind
from scoring.report import Report
from scoring.report_file import parse_mapping, parse_report

_HERE = Path(__file__).parent
_CASES = parse_mapping((_HERE / "cases" / "ledger.yaml").read_text("utf-8"), "ledger.yaml")
_SAMPLES = sorted((_HERE.parent / "corpus" / "samples").glob("*.yaml"))
_BASE = {"方案": "闵行-2020", "年度": "2020", "项目名称": "经费", "预算单位": "某局"}


def _ledger(report: Report) -> tuple[Coverage, ...]:
    return coverage(report, bind(report))


def _told(report: Report, line: Coverage) -> list[str | None]:
    place = line.places[0] if line.places else None
    text = report.narrative(place.field)[place.start : place.end] if place else None
    return [line.field, line.status, line.metric, shown(line.actual), text]


@pytest.mark.parametrize("case", _CASES.values(), ids=_CASES.keys())
def test_each_target_finds_its_answer(case: dict[str, Any]) -> None:
    report = Report.from_mapping({**_BASE, **{key: value for key, value in case.items() if key != "台账"}})
    assert [_told(report, line) for line in _ledger(report)] == case["台账"]


@pytest.mark.parametrize("path", _SAMPLES, ids=lambda path: path.stem)
def test_every_target_of_a_sample_is_answered_and_reported(path: Path) -> None:
    report = parse_report(path.read_text("utf-8"), path.name)
    lines = [line for line in _ledger(report) if line.field.startswith("年度目标")]
    assert lines
    assert [line for line in lines if not line.is_answered or not line.places] == []


def test_completion_and_excess() -> None:
    report = Report.from_mapping(
        {
            **_BASE,
            "年度目标": ["检查企业不少于800家次"],
            "数据": [{"名称": "检查企业", "数值": "1225", "单位": "家次"}],
        }
    )
    (line,) = _ledger(report)
    assert line.completion == Decimal("1.53125")
    assert line.excess == Decimal("0.53125")


_METRICS = [
    {"名称": "检查企业", "数值": "1225", "单位": "家次"},
    {"名称": "立案调查", "数值": "24", "单位": "起"},
    {"名称": "业务培训", "数值": "12", "单位": "次"},
    {"名称": "隐患整改率", "数值": "98", "单位": "%"},
]


@settings(max_examples=20, deadline=None)
@given(st.permutations(_METRICS))
def test_the_order_of_the_metrics_changes_nothing(metrics: list[dict[str, str]]) -> None:
    goals = ["检查不少于800家次", "立案查处不少于15起", "业务培训每月1次", "隐患整改率达到100%"]
    report = Report.from_mapping({**_BASE, "年度目标": goals, "数据": metrics})
    assert [(line.metric, line.status) for line in _ledger(report)] == [
        ("检查企业", "exceeded"),
        ("立案调查", "exceeded"),
        ("业务培训", "met"),
        ("隐患整改率", "missed"),
    ]


_WORDS = st.lists(
    st.sampled_from(
        [
            "检查",
            "企业",
            "不少于",
            "每月",
            "双周",
            "100%",
            "8",
            "家次",
            "起",
            "，",
            "、",
            "率",
            "≥",
            "-",
            "率",
            "零",
            "(",
            "。",
            "每",
            "5~6",
            "0",
        ]
    ),
    max_size=12,
).map("".join)


@settings(max_examples=100, deadline=None)
@given(_WORDS, _WORDS, st.sampled_from(["", "次", "%", "家次", "万元"]))
def test_any_target_gives_a_line(target: str, text: str, unit: str) -> None:
    metrics = [{"名称": "检查企业", "数值": "0", "单位": unit, "目标": target}]
    report = Report.from_mapping({**_BASE, "年度目标": [target or "检查"], "数据": metrics, "主要绩效": text})
    assert _ledger(report)
