from decimal import Decimal
from typing import Any

import pytest

from scoring.compare import Comparison, compare
from scoring.errors import InputError
from scoring.report import Report
from scoring.scheme import Scheme, ids, load

_LABELS = ("一级指标", "指标名称", "权重", "自评分", "年度指标值", "实际完成值")
_ROWS = [
    dict(zip(_LABELS, row, strict=True))
    for row in (
        ("预算执行率", "预算执行率", "10", "8.62", "", ""),
        ("产出指标", "检查企业", "40", "40", "≥800家次", "1225家次"),
        ("产出指标", "成本", "10", "8.33", "≤10万元", "12万元"),
        ("效益指标", "安全水平", "30", "20", "明显提高", "部分达成"),
        ("满意度指标", "满意度", "10", "10", "≥90%", "92%"),
    )
]
_OLD_ROWS = [
    {"一级指标": "投入与管理", "指标名称": "预算执行率", "权重": "8", "自评分": "8"},
    {"一级指标": "产出目标", "指标名称": "检查企业", "权重": "92", "自评分": "92"},
]


def _report(scheme: str, rows: list[dict[str, str]], **labels: str) -> Report:
    head = {"方案": scheme, "年度": "2022", "项目名称": "执法", "预算单位": "云州市应急管理局"}
    money = {"当年预算数": "250000", "预算执行数": "215457.6"}
    return Report.from_mapping({**head, **money, "指标": rows, **labels})


def _under(report: Report, scheme: str) -> Comparison:
    (comparison,) = compare(report, [load(scheme)])
    return comparison


def _items(comparison: Comparison) -> dict[str, tuple[str | None, str | None]]:
    return {line.item: (line.own, line.other) for line in comparison.differences}


def test_the_reverse_formula_decides_between_anhui_and_the_ministry() -> None:
    comparison = _under(_report("财预-2020-10", _ROWS), "安徽")
    assert _items(comparison) == {"指标[3].自评分 成本": ("8.33", "8"), "合计": ("86.95", "86.62")}
    assert "B≥2A得0分" in comparison.differences[0].article
    assert (comparison.total, comparison.grade) == ("86.62", "良")


def test_hubei_weighs_the_rate_with_20_so_the_total_is_not_applicable() -> None:
    comparison = _under(_report("财预-2020-10", _ROWS), "湖北-2020")
    items = _items(comparison)
    assert items["预算执行率"] == ("8.62/10", "17.24/20")
    assert items["指标[4].自评分 安全水平"] == ("18–24 分", "15–24 分")
    assert comparison.total is None
    reasons = {line.item: line.reason for line in comparison.differences}
    assert "「预算执行情况」为 20 分，本表为 10 分" in reasons["合计"]
    assert reasons["绩效等级"] == "不适用：该方案没有规定等级界线"


def test_sichuan_asks_for_the_reason_of_a_low_rate() -> None:
    comparison = _under(_report("财预-2020-10", _ROWS), "四川-2023")
    assert _items(comparison)["预算执行率偏低的原因"] == ("不要求说明", "须说明")
    assert comparison.total == "86.95"


def test_sections_that_do_not_map_are_not_applicable_with_the_reason() -> None:
    report = _report("闵行-2020", _OLD_ROWS, 预算执行数="207160", 当年预算数="211820")
    comparison = _under(report, "财预-2020-10")
    items = _items(comparison)
    assert items["预算执行率"] == ("7.82/8", "9.78/10")
    assert items["一级指标"] == ("投入与管理、产出目标", None)
    assert (comparison.total, comparison.grade) == (None, None)
    grade = next(line for line in comparison.differences if line.item == "绩效等级")
    assert grade.reason == "不适用：一级指标不对应；原合计 100 分按该方案的界线为「优」"
    assert "90（含）-100分为优" in grade.article


def test_another_principle_of_weights_is_shown_beside_the_forms_own() -> None:
    items = _items(_under(_report("财预-2020-10", _ROWS), "财预-2021-101"))
    assert items == {
        "成本指标分值": (None, "20"),
        "产出指标分值": ("50", "40"),
        "效益指标分值": ("30", "20"),
    }


def test_an_excess_that_only_one_scheme_wants_explained() -> None:
    lenient = load("财预-2020-10").over_completion.model_copy(update={"threshold": Decimal("0.6")})
    scheme = load("安徽").model_copy(update={"id": "本单位", "over_completion": lenient})
    assert _items(_under_own(scheme))["指标[2].偏差原因 检查企业"] == ("须说明", "不要求说明")


def _under_own(scheme: Scheme) -> Comparison:
    (comparison,) = compare(_report("财预-2020-10", _ROWS), [scheme])
    return comparison


def test_an_unscored_form_says_so() -> None:
    comparison = _under(_report("财预-2020-10", _ROWS), "中央转移支付")
    assert {line.item for line in comparison.differences} == {"预算执行率", "合计", "绩效等级"}
    assert all(line.reason.startswith("不适用") for line in comparison.differences)


def test_money_missing_on_the_form_leaves_the_rate_out() -> None:
    report = _report("财预-2020-10", _ROWS[1:], 当年预算数="")
    line = next(line for line in _under(report, "安徽").differences if line.item == "预算执行率")
    assert line.reason == "不适用：缺少预算数或执行数，算不出预算执行率"


@pytest.mark.parametrize("rows", [_ROWS, _OLD_ROWS, []], ids=["by value", "by self score", "no rows"])
def test_all_packaged_schemes_are_tried_but_the_reports_own(rows: list[dict[str, str]]) -> None:
    comparisons = compare(_report("闵行-2020", rows))
    assert [c.scheme.id for c in comparisons] == [name for name in ids() if name != "闵行-2020"]
    for comparison in comparisons:
        shown: dict[str, Any] = comparison.to_json()
        assert shown["verified"] is comparison.scheme.is_verified
        assert all(line["reason"] or line["own"] != line["other"] for line in shown["differences"])
        assert all(line["other"] is not None or line["reason"] for line in shown["differences"])
        text = list(comparison.lines())
        assert ("未核对" in text[0]) is not comparison.scheme.is_verified
        assert len(text) == 1 + max(1, len(shown["differences"]))


def test_a_report_of_an_unknown_scheme_is_refused() -> None:
    with pytest.raises(InputError, match="没有「某地」这个方案"):
        compare(_report("某地", _ROWS))
