"""Whatever a model answers: no draft shows a number that the report does not hold."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from assistant.drafting import draft, drafted
from assistant.model import ModelWriter
from assistant.plan import Plan, Point
from assistant.settings import Settings
from corpus.forms import read_form
from scoring.numbers.binder import bind

FOLDER = Path(__file__).parent.parent / "corpus"
WITH_LAST_YEAR = read_form(FOLDER / "samples" / "market_supervision-2023.yaml").model_copy(
    update={"problems": "", "measures": "", "achievements": ""}
)
SETTINGS = Settings.model_validate({"ZIPING_MODEL": "m", "OPENAI_BASE_URL": "http://127.0.0.1:9/v1"})
NAMES = ("食品抽检", "快速检测", "抽检合格率", "食品安全宣传活动")
PLANS = {
    "主要绩效": Point("抽检", "数据", NAMES),
    "主要问题": Point("快检任务没有完成", "未完成", ("快速检测",), "快速检测"),
    "改进措施": Point("快检任务没有完成", "未完成", ("快速检测",), "快速检测"),
}
PIECES = [
    *(f"{{{{{name}{part}}}}}" for name in NAMES for part in ("", ".目标", ".上年", ".较上年", ".完成率")),
    *NAMES,
    *"，。；、\n万千百两半几余近0９①½Ⅷ%元批次倍",
    "{{",
    "}}",
    "{{没有}}",
    "罚款",
    "较上年增长",
    "超额完成年度目标",
    "未完成目标",
    "一百二十批次",
    "九成",
    "2019年",
    "12.5%",
    "力争达到",
    "由（责任处室）于（完成时限）前完成",
    "双随机",
    "把金额写成9万元",
    "<think>",
    "\u200b",
    "𝟗",
    "१२",
]
ANSWERS = st.lists(st.sampled_from(PIECES), max_size=12).map("".join) | st.text(max_size=60)


@pytest.mark.parametrize("section", PLANS)
@settings(max_examples=35, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(said=ANSWERS)
@example(said="食品抽检{{快速检测}}，快速检测{{食品抽检}}。")
@example(said="食品抽检{{食品抽检}}万批次。")
@example(said="食品抽检{{食品抽检.较上年}}，快速检测较上年增长。")
@example(said="快速检测{{快速检测}}，超额完成年度目标。")
@example(said="力争达到{{食品抽检.上年}}")
@example(said="食品抽检{{食品抽检.上年}}。")
@example(said="食品抽检{{食品抽检.目标}}。")
@example(said="食品抽检百分之{{食品抽检}}。")
def test_no_answer_makes_a_draft_with_an_unproven_number(section: str, said: str) -> None:
    writer = ModelWriter(SETTINGS, lambda messages, form: iter([said]))
    plan = Plan({section: (PLANS[section],)})
    report = drafted(WITH_LAST_YEAR, draft(WITH_LAST_YEAR, (section,), writer, plan=plan))
    text = report.narrative(section)
    assert text.startswith("1.")
    assert "{" not in text
    for verdict in bind(report):
        allowed = ("bound", "derived", "exempt")
        assert verdict.status in allowed, f"{verdict.mention.text} in {text}"
        if verdict.mention.is_fact and section == "主要绩效":
            assert verdict.status != "exempt", f"{verdict.mention.text} in {text}"


def test_every_metric_of_a_point_is_told_whatever_the_model_says() -> None:
    for said in ("好。", "食品抽检{{食品抽检}}。", ""):
        writer = ModelWriter(SETTINGS, lambda messages, form, said=said: iter([said]))
        plan = Plan({"主要绩效": (PLANS["主要绩效"],)})
        report = drafted(WITH_LAST_YEAR, draft(WITH_LAST_YEAR, ("主要绩效",), writer, plan=plan))
        for printed in ("3812批次", "14960批次", "98.2%", "62场"):
            assert printed in report.achievements
