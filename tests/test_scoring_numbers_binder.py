from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.bench.annotated import packaged_annotated
from scoring.bench.measure import measure, together
from scoring.numbers.binder import bind, explain
from scoring.numbers.live import apply, live_changes
from scoring.numbers.propose import propose_metrics
from scoring.report import NARRATIVES, Report

CASES = yaml.load(
    (Path(__file__).parent / "cases/numbers/binding.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader
)
PARAGRAPHS = yaml.load(
    (Path(__file__).parent / "cases/numbers/paragraphs.yaml").read_text(encoding="utf-8"),
    Loader=yaml.BaseLoader,
)
STATUS = {
    "是": "bound",
    "算": "derived",
    "错": "contradicts",
    "混": "wrong-metric",
    "无": "unsupported",
    "免": "exempt",
}
FORM = {
    "方案": "闵行-2020",
    "年度": "2020",
    "项目名称": "安全生产专项",
    "预算单位": "临江区某大队",
    "当年预算数": "211820.00",
    "上年预算金额": "70000.00",
    "预算执行数": "207160.00",
    "预算执行率": "97.80%",
}


def report_of(case: dict) -> tuple[Report, list[tuple[str, int, int, str]]]:
    """The report of a case without its marks, and what each mark expects: field, span, verdict."""
    mapping: dict = {**FORM, "数据": case["数据"], "指标": case.get("指标", [])}
    mapping |= {label: case[label] for label in ("合计", "年度目标") if label in case}
    expected = []
    for field in NARRATIVES:
        plain = ""
        for piece in re.split(r"(⟦[^⟧]*⟧\{[^}]*\})", case.get(field, "")):
            if match := re.fullmatch(r"⟦([^⟧]*)⟧\{([^}]*)\}", piece):
                expected.append((field, len(plain), len(plain) + len(match[1]), match[2]))
                plain += match[1]
            else:
                plain += piece
        mapping[field] = plain
    return Report.from_mapping(mapping), expected


@pytest.mark.parametrize("name", list(CASES))
def test_each_marked_number_gets_its_verdict(name: str) -> None:
    report, expected = report_of(CASES[name])
    verdicts = {(v.field, v.mention.start, v.mention.end): v for v in bind(report)}
    for field, start, end, wanted in expected:
        status, _, metric = wanted.partition(" ")
        verdict = verdicts[field, start, end]
        assert verdict.status == STATUS[status], verdict
        if metric:
            assert metric in verdict.metrics, verdict
        assert verdict.reason


@pytest.mark.parametrize("sector", list(PARAGRAPHS))
def test_no_number_of_a_true_paragraph_is_questioned(sector: str) -> None:
    form = {key: value for key, value in PARAGRAPHS[sector].items() if key not in NARRATIVES}
    for field in NARRATIVES:
        for paragraph in PARAGRAPHS[sector].get(field, []):
            verdicts = bind(Report.from_mapping({**FORM, "年度": "2023", **form, field: paragraph}))
            assert verdicts, paragraph
            questioned = [v for v in verdicts if v.status in ("contradicts", "wrong-metric", "unsupported")]
            assert not questioned, paragraph


def test_a_contradiction_names_the_metric_and_the_right_text() -> None:
    report, _ = report_of(CASES["写错一位"])
    (verdict,) = bind(report)
    assert verdict.to_json()["metric"] == "检查企业"
    assert verdict.expected == "1225家次"


def test_a_number_that_two_names_share_lists_both() -> None:
    report, _ = report_of(CASES["一数两项"])
    (verdict,) = bind(report)
    assert verdict.to_json()["metrics"] == ["按时办结率", "回复率"]


def test_an_unconfirmed_metric_proves_nothing() -> None:
    report, _ = report_of(CASES["与录入一致"])
    metric = report.metrics[0].model_copy(update={"unconfirmed": True})
    (verdict,) = bind(report.model_copy(update={"metrics": (metric,)}))
    assert verdict.status == "bound"
    assert verdict.to_json()["confirmed"] is False


@pytest.mark.parametrize(
    "text",
    [
        "现区级保留的服务事项515项，行政许可事项218项，区级取消服务事项18项。",
        "增速分别比规模以上企业快4.6和3.1个百分点，补助分别为12、15万元。",
        "一批项目批复投资3374.3万元（其中建筑工程3292万元），二批项目批复投资2069.51万元（其中建筑工程1975.775万元）。",
        "年初批复预算8个项目985万元，调整后项目预算861.46万元，粮食产量1.37万亿斤，近1亿农村人口受益。",
    ],
)
def test_a_text_is_never_at_odds_with_what_was_proposed_from_it(text: str) -> None:
    bare = Report.from_mapping({**FORM, "主要绩效": text})
    report = bare.model_copy(update={"metrics": propose_metrics(bare)})
    refused = ("contradicts", "wrong-metric", "unsupported")
    assert [verdict.reason for verdict in bind(report) if verdict.status in refused] == []


def test_proposed_metrics_bind_every_number_and_confirm_none() -> None:
    text = "检查企业1225家次，整改率98.5%。对28家重点企业开展联合检查，罚款66.3万元。"
    report = Report.from_mapping({**FORM, "主要绩效": text})
    proposed = propose_metrics(report)
    assert len({metric.name for metric in proposed}) == len(proposed) == 4
    assert all(metric.unconfirmed for metric in proposed)
    verdicts = bind(report.model_copy(update={"metrics": proposed}))
    assert {verdict.status for verdict in verdicts} == {"bound"}
    assert not any(verdict.confirmed for verdict in verdicts)


def test_live_numbers_keep_the_manner_of_writing_and_recalculate() -> None:
    case = {
        "数据": [
            {"名称": "检查企业", "数值": "1225", "单位": "家次", "上年值": "980"},
            {"名称": "联合执法", "数值": "4", "单位": "期"},
            {"名称": "罚款金额", "数值": "663000", "单位": "元"},
        ],
        "主要绩效": "检查企业1,225家次，较上年增长25%。开展四期联合执法，罚款金额66.3万元。",
    }
    before, _ = report_of(case)
    values = {"检查企业": Decimal(1176), "联合执法": Decimal(12), "罚款金额": Decimal(700000)}
    metrics = tuple(m.model_copy(update={"value": values[m.name]}) for m in before.metrics)
    after = before.model_copy(update={"metrics": metrics})
    changed = apply(after, live_changes(before, after))
    assert changed.achievements == ("检查企业1,176家次，较上年增长20%。开展十二期联合执法，罚款金额70万元。")
    assert {v.status for v in bind(changed)} <= {"bound", "derived"}


def test_live_numbers_flag_a_comparison_that_no_longer_holds() -> None:
    case = {
        "数据": [{"名称": "检查企业", "数值": "1225", "单位": "家次", "上年值": "980"}],
        "主要绩效": "检查企业1225家次，较上年增长25%。",
    }
    before, _ = report_of(case)
    metric = before.metrics[0].model_copy(update={"value": Decimal(784)})
    changes = live_changes(before, before.model_copy(update={"metrics": (metric,)}))
    assert [change.new for change in changes] == ["784家次", "20%"]
    assert changes[1].flipped.startswith("增长")


@settings(max_examples=60, deadline=None)
@given(
    text=st.text(
        alphabet="检查企业整改率较上年增长下降共其中分别为，。、0123456789%家次件万元个百分点一二三四",
        max_size=80,
    ),
    value=st.decimals(allow_nan=False, allow_infinity=False, min_value=0, max_value=10**6, places=2),
)
def test_any_text_gets_one_verdict_a_number(text: str, value: Decimal) -> None:
    metrics = [
        {"名称": "检查企业", "数值": f"{value:f}", "单位": "家次", "目标": "≥800", "上年值": "980"},
        {"名称": ".*", "数值": "3", "单位": "件"},
    ]
    report = Report.from_mapping({**FORM, "数据": metrics, "主要绩效": text})
    verdicts = bind(report)
    assert [v.mention.start for v in verdicts] == sorted({v.mention.start for v in verdicts})
    assert verdicts == bind(report)


def test_many_metrics_of_one_unit_stay_bounded() -> None:
    metrics = [{"名称": f"第{n}类检查", "数值": str(n), "单位": "家次"} for n in range(500)]
    text = "".join(f"第{n}类检查{n}家次，" for n in range(300))
    report = Report.from_mapping({**FORM, "数据": metrics, "主要绩效": text})
    numbers = [v for v in bind(report) if v.mention.is_fact]
    assert len(numbers) == 300


@pytest.mark.parametrize("said", ["未检查9000家次", "检查率43.7%", "较上年减少900家次", "占43.7%"])
def test_what_is_tried_for_a_number_does_not_grow_with_the_square_of_the_metrics(said: str) -> None:
    """Five hundred metrics of one name make 250,000 pairs, which no number may wait for."""
    row = {"单位": "家次", "上年值": "7", "目标": "≥3"}
    rows = [{"名称": f"第{n}类检查", "数值": str(3 * n + 1), **row} for n in range(500)]
    text = f"第77类检查232家次，第78类检查235家次，第79类{said}。"
    report = Report.from_mapping({**FORM, "数据": rows, "主要绩效": text})
    start = text.rindex("第79类") + len("第79类") + re.search(r"\d", said).start()
    assert len(explain(report, "主要绩效", start)) < 20 * len(rows)


def test_the_packaged_benchmark_reaches_its_floors() -> None:
    """Floors well under what the benchmark prints: they notice a regression, they are not the claim."""
    tally = together(measure(item, Random(item.name), rounds=1) for item in packaged_annotated()[:14])
    found = sum(tally.found.values()) - tally.found["漏报目标"] - tally.found["等级用语"]
    seeded = sum(tally.seeded.values()) - tally.seeded["漏报目标"] - tally.seeded["等级用语"]
    assert found * 100 >= seeded * 95
    assert tally.bound_right * 100 >= tally.bound * 97
    assert tally.read * 100 >= tally.gold_numbers * 98
    assert tally.false_alarms * 100 <= tally.clean_numbers * 2


def test_verdicts_do_not_depend_on_the_order_of_metrics() -> None:
    for item in packaged_annotated()[:4]:
        reversed_metrics = item.report.model_copy(update={"metrics": item.report.metrics[::-1]})
        kept = [replace(v, confirmed=True) for v in bind(item.report)]
        assert [v.status for v in kept] == [v.status for v in bind(reversed_metrics)]
