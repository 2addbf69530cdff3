from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.bands import band_of
from scoring.compare import compare
from scoring.decimals import rounded
from scoring.execution import execution_score
from scoring.report import Report
from scoring.row_score import quantitative_score
from scoring.scheme import Scheme, ids, load, parse_scheme
from scoring.scheme_rules import ExecutionRule
from scoring.score import score
from scoring.target import Target

_DATA = yaml.load((Path(__file__).parent / "cases" / "scores.yaml").read_text("utf-8"), yaml.BaseLoader)
_SCORED = [name for name in ids() if load(name).is_scored]
_GRADED = [name for name in ids() if load(name).grades]


def _plain(value: Any) -> Any:
    """The literal texts of the case file, with ~ for what is absent."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return None if value == "~" else value


def _report(labels: dict[str, Any], scheme: str = "闵行-2020") -> Report:
    labels = {**labels.get("<<", {}), **labels}
    labels.pop("<<", None)
    return Report.from_mapping({"方案": scheme, **_DATA["base"], **labels})


@pytest.mark.parametrize("case", _DATA["cases"], ids=lambda case: case["name"])
def test_case(case: dict[str, Any]) -> None:
    report = _report(case["report"], case["report"].get("方案", case["scheme"]))
    card = score(report, load(case["scheme"])).to_json()
    expect = _plain(case["expect"])
    for key in ("execution_rate", "total", "grade"):
        if key in expect:
            assert card[key] == expect[key], key
    if "sections" in expect:
        got = {part["name"]: [part["weight"], part["score"], part["declared"]] for part in card["sections"]}
        assert got == expect["sections"]
    got = [[entry["field"], entry["entered"], entry["computed"]] for entry in card["differences"]]
    assert got == expect["differences"]
    assert all(entry["message"] for entry in card["differences"])


def test_json_is_exactly_the_contract() -> None:
    card = score(_report({"当年预算数": "8", "预算执行数": "4"}), load("闵行-2020")).to_json()
    assert list(card) == ["scheme", "execution_rate", "sections", "total", "grade", "differences"]
    assert list(card["differences"][0]) == ["field", "entered", "computed", "message"]
    assert card["execution_rate"] == "0.5000"


@pytest.mark.parametrize(
    ("weight", "executed", "budget", "expected"),
    [("8", "207160", "211820", "7.82"), ("10", "207160", "211820", "9.78"), ("8", "97.80", "100", "7.82"),
     ("10", "215457.6", "250000", "8.62"), ("10", "9034", "20000", "4.52"), ("10", "120", "100", "10.00"),
     ("10", "-5", "100", "0.00")],
)  # fmt: skip
def test_execution_score(weight: str, executed: str, budget: str, expected: str) -> None:
    earned = execution_score(ExecutionRule(), Decimal(executed), Decimal(budget), Decimal(weight))
    assert rounded(earned, 2) == Decimal(expected)


_STEPPED = """
方案: 本单位
名称: 本单位办法
计分: 指标值
预算执行:
  分值: 10
  规则: 分段
  分段:
    - {下限: 0, 上限: 60%, 得: 0}
    - {下限: 60%, 上限: 80%, 得: 50%}
    - {下限: 80%, 上限: 95%, 得: 0.8}
    - {下限: 95%, 上限: 100%, 得: 1}
  总分上限: [{执行率低于: 60%, 总分不超过: 89}]
超额:
  阈值: 20%
  扣分: [{下限: 20%, 上限: 50%, 扣: 10%}, {下限: 50%, 上限: 1000%, 扣: 20%}]
等级: [{名称: 好, 下限: 60, 上限: 100}, {名称: 差, 下限: 0, 上限: 60}]
"""


def _own_scheme_report(executed: str, actual: str) -> Report:
    rows = [{"指标名称": "检查", "权重": "90", "年度指标值": "≥100家", "实际完成值": actual}]
    return _report({"当年预算数": "100", "预算执行数": executed, "指标": rows}, "本单位")


@pytest.mark.parametrize(
    ("executed", "actual", "total"),
    [("59.99", "100家", "89"), ("60", "100家", "95"), ("79.99", "100家", "95"), ("80", "100家", "98"),
     ("95", "100家", "100"), ("130", "100家", "100"), ("100", "119家", "100"), ("100", "120家", "91"),
     ("100", "150家", "82"), ("100", "50家", "55")],
)  # fmt: skip
def test_steps_caps_and_deductions_of_a_units_own_scheme(executed: str, actual: str, total: str) -> None:
    scheme = parse_scheme(_STEPPED, "本单位.yaml")
    assert score(_own_scheme_report(executed, actual), scheme).to_json()["total"] == total


def test_amounts_of_any_size_do_not_crash() -> None:
    wide = "9" * 29
    rows = [{"一级指标": "产出指标", "权重": wide, "自评分": wide, "年度指标值": "≥3个", "实际完成值": "1个"}]
    report = _report({"当年预算数": "0.01", "预算执行数": wide, "合计": wide, "指标": rows}, "财预-2020-10")
    card = score(report, load("财预-2020-10")).to_json()
    assert card["sections"][0]["score"].isdigit()


# properties

_weights = st.decimals(min_value="0.01", max_value="60", places=2)
_values = st.decimals(min_value="0", max_value="5000", places=2)
_goals = st.decimals(min_value="0.01", max_value="5000", places=2)
_schemes = st.sampled_from(_SCORED).map(load)


@given(scheme=_schemes, goal=_goals, actual=_values, weight=_weights, comparator=st.sampled_from("≥≤=><"))
def test_a_quantitative_score_lies_between_nothing_and_its_weight(
    scheme: Scheme, goal: Decimal, actual: Decimal, weight: Decimal, comparator: Any
) -> None:
    earned, _ = quantitative_score(Target("", comparator, goal), actual, weight, scheme)
    assert 0 <= earned <= weight


@given(scheme=_schemes, goal=_goals, weight=_weights, pair=st.tuples(_values, _values))
def test_more_of_a_positive_indicator_never_earns_less(
    scheme: Scheme, goal: Decimal, weight: Decimal, pair: tuple[Decimal, Decimal]
) -> None:
    target = Target("", "≥", goal)
    less, more = (quantitative_score(target, actual, weight, scheme)[0] for actual in sorted(pair))
    assert less <= more


@given(scheme=_schemes, goal=_goals, weight=_weights, pair=st.tuples(_values, _values))
def test_more_of_a_reverse_indicator_never_earns_more(
    scheme: Scheme, goal: Decimal, weight: Decimal, pair: tuple[Decimal, Decimal]
) -> None:
    target = Target("", "≤", goal)
    less, more = (quantitative_score(target, actual, weight, scheme)[0] for actual in sorted(pair))
    assert more <= less


@given(scheme=st.sampled_from(_GRADED).map(load), cents=st.integers(0, 100_00))
def test_every_total_has_exactly_one_grade(scheme: Scheme, cents: int) -> None:
    total = Decimal(cents) / 100
    top = max(scheme.grades, key=lambda band: band.high)
    holding = [b for b in scheme.grades if b.low <= total < b.high or (b is top and total == b.high)]
    assert [band_of(scheme.grades, total)] == holding


_rows = st.lists(
    st.fixed_dictionaries(
        {
            "一级指标": st.sampled_from(["产出指标", "效益指标", "满意度指标"]),
            "权重": _weights.map(str),
            "自评分": st.decimals(min_value="0", max_value="60", places=2).map(str),
            "年度指标值": st.sampled_from(["≥7个", "≤7个", "7个", "明显提高", ""]),
            "实际完成值": st.sampled_from(["3个", "7个", "11个", "达成年度指标", ""]),
        }
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=60)
@given(rows=_rows, order=st.randoms(use_true_random=False), name=st.sampled_from(_SCORED))
def test_the_order_of_rows_changes_nothing(rows: list[dict[str, str]], order: Any, name: str) -> None:
    shuffled = rows.copy()
    order.shuffle(shuffled)
    money = {"当年预算数": "300", "预算执行数": "200"}
    one, other = (score(_report({**money, "指标": r}, name), load(name)) for r in (rows, shuffled))
    assert (one.total, one.grade) == (other.total, other.grade)
    assert {s.name: s.score for s in one.sections} == {s.name: s.score for s in other.sections}


@settings(max_examples=60)
@given(rows=_rows, name=st.sampled_from(_SCORED))
def test_subtotals_add_up_to_the_total_and_rows_keep_to_their_weight(
    rows: list[dict[str, str]], name: str
) -> None:
    card = score(_report({"当年预算数": "300", "预算执行数": "200", "指标": rows}, name), load(name))
    scores = [section.score for section in card.sections if section.score is not None]
    assert sum(scores, Decimal(0)) == (card.total or 0)
    assert all(0 <= row.computed <= (row.weight or 0) for row in card.rows if row.computed is not None)


@given(weight=_weights, goal=_goals, actual=_values)
def test_a_row_is_rounded_once_and_at_its_end(weight: Decimal, goal: Decimal, actual: Decimal) -> None:
    row = {
        "一级指标": "产出指标",
        "权重": str(weight),
        "年度指标值": f"≥{goal}个",
        "实际完成值": f"{actual}个",
    }
    card = score(_report({"指标": [row]}, "财预-2020-10"), load("财预-2020-10"))
    exact = weight * min(actual, goal) / goal
    computed = card.rows[0].computed
    assert computed is not None
    assert abs(computed - exact) <= Decimal("0.005")
    assert computed == computed.quantize(Decimal("0.01"))


_odd = st.sampled_from(["", "0", "-3", "0.005", "9" * 30, "7", "100"])
_odd_rows = st.lists(
    st.fixed_dictionaries(
        {
            "一级指标": st.sampled_from(["", "产出指标", "过程", "没有的"]),
            "指标名称": st.sampled_from(["", "预算执行率", "预算调整率", "资金结余", "支付进度"]),
            "权重": _odd,
            "自评分": _odd,
            "年度指标值": st.sampled_from(["", "≥0个", "≤0个", ">-3%", "每月1次", "80-90分", "9" * 30]),
            "实际完成值": st.sampled_from(["", "0", "-5%", "无结余", "部分达成", "3个", "1万元", "8-9个"]),
        }
    ),
    max_size=4,
)


@settings(max_examples=150)
@given(rows=_odd_rows, budget=_odd, executed=_odd, total=_odd, name=st.sampled_from(ids()))
def test_whatever_is_entered_gives_a_card(
    rows: list[dict[str, str]], budget: str, executed: str, total: str, name: str
) -> None:
    money = {
        "当年预算数": budget,
        "预算执行数": executed,
        "预算执行率": "33%",
        "合计": total,
        "绩效等级": "优",
    }
    report = _report({**money, "指标": rows, "一级指标分值": {"产出指标": total}})
    card = score(report, load(name)).to_json()
    assert (card["execution_rate"] is None) is (executed == "" or budget in ("", "0", "-3"))
    assert {comparison.scheme.id for comparison in compare(report, [load(name)])} <= {name}
