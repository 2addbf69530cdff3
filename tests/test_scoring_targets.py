from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from scoring.decimals import rounded
from scoring.target import Target
from scoring.targets import read_target, read_targets

_CASES = yaml.load((Path(__file__).parent / "cases" / "targets.yaml").read_text("utf-8"), yaml.BaseLoader)


def _number(text: str) -> Decimal | None:
    return None if text == "~" else Decimal(text)


@pytest.mark.parametrize("case", _CASES["read"], ids=lambda case: case["text"])
def test_reading(case: dict[str, Any]) -> None:
    read = [[t.comparator, t.value, t.unit, t.goal, t.subject] for t in read_targets(case["text"])]
    assert read == [[sign, _number(v), unit, _number(goal), what] for sign, v, unit, goal, what in case["is"]]
    assert read_target(case["text"]) == read_targets(case["text"])[0]


@pytest.mark.parametrize("case", _CASES["judge"], ids=lambda case: f"{case[0]} · {case[1]}")
def test_judging(case: list[str]) -> None:
    target, actual = read_target(case[0]), read_target(case[1])
    value = target.actual_in_unit(actual)
    assert value == _number(case[2])
    if value is None:
        return
    assert target.judge(value) == case[3]
    degree = target.completion(value)
    assert (None if degree is None else rounded(degree, 4)) == _number(case[4])


def test_a_metric_is_brought_into_the_targets_unit() -> None:
    target = read_target("罚没收入≥10万元")
    assert target.in_unit(Decimal(85000), "元") == Decimal("8.5")
    assert target.in_unit(Decimal(12), "家") is None
    assert read_target("检查≥800家次").in_unit(Decimal("0.1"), "万家次") == 1000


def test_a_qualitative_target_cannot_be_judged() -> None:
    with pytest.raises(ValueError, match="定性"):
        read_target("提高执法水平").judge(Decimal(1))


@given(
    sign=st.sampled_from(["≥", "≤", ">", "<", "="]),
    goal=st.decimals("0.01", "9999", places=2),
    actual=st.decimals("0", "9999", places=2),
)
def test_a_printed_target_is_read_back_and_judged_by_its_sign(
    sign: Any, goal: Decimal, actual: Decimal
) -> None:
    target = read_target(f"{sign}{goal}元")
    assert (target.comparator, target.value) == (sign, goal)
    holds = {"≥": actual >= goal, "≤": actual <= goal, ">": actual > goal, "<": actual < goal}
    met = holds.get(sign, actual >= goal)
    assert (target.judge(actual) == "missed") is not met


@given(text=st.text(alphabet="每月两周1一不少于达到%万元次，。≥-（）0.", max_size=30))
def test_reading_never_fails(text: str) -> None:
    assert all(isinstance(target, Target) for target in read_targets(text))
