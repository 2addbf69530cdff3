"""What a model thinks is marked as such, stands in the report, and sends neither numbers nor names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.opinion import MARK, opinions
from assistant.settings import Settings
from corpus.forms import read_form
from scoring.errors import InputError

REPORT = read_form(Path(__file__).parent.parent / "corpus" / "sample_project.yaml")
SETTINGS = Settings.model_validate({"ZIPING_MODEL": "m", "ZIPING_MODEL_MODE": "json_object"})


def of(said: list[dict[str, str]]) -> Any:
    return opinions(REPORT, SETTINGS, lambda messages, form: iter([json.dumps({"opinions": said})]))


def test_an_opinion_is_placed_and_marked() -> None:
    (one,) = of([{"kind": "措施已经做过", "quote": "探索把“三会一课”与执法业务结合起来"}])
    assert one.field == "改进措施"
    assert REPORT.measures[one.start : one.end] == one.text
    assert one.message.startswith(MARK)


def test_what_stands_nowhere_or_has_no_kind_is_left_out() -> None:
    assert of([{"kind": "措施已经做过", "quote": "这句话不在表里"}]) == ()
    assert of([{"kind": "罚款九万元", "quote": "健全队伍管理制度"}]) == ()


def test_numbers_and_names_stay_here() -> None:
    seen: list[str] = []

    def ask(messages: Any, form: Any) -> Any:
        seen.extend(text for _, text in messages)
        return iter(['{"opinions": []}'])

    assert opinions(REPORT, SETTINGS, ask) == ()
    for secret in ("1225", "66.3", "临江区"):
        assert secret not in "".join(seen)


@pytest.mark.parametrize("said", ["不是 JSON", "[]", '{"opinions": [1]}', "[" * 5000])
def test_an_answer_of_another_form_is_refused_in_one_sentence(said: str) -> None:
    with pytest.raises(InputError, match="没有按约定"):
        opinions(REPORT, SETTINGS, lambda messages, form: iter([said]))


def test_a_quotation_with_a_number_is_found_again() -> None:
    seen: dict[str, str] = {}

    def ask(messages: Any, form: Any) -> Any:
        sent = messages[1][1]
        start = sent.index("目前已将执法人员分成")
        seen["quote"] = sent[start : sent.index("，", start)]
        return iter([json.dumps({"opinions": [{"kind": "措施已经做过", "quote": seen["quote"]}]})])

    (one,) = opinions(REPORT, SETTINGS, ask)
    assert one.text == "目前已将执法人员分成3个执法组"
    assert "{{" in seen["quote"]
