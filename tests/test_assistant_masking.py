"""Names go out as placeholders and come back whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.masking import Masked
from corpus.forms import read_form
from scoring.errors import InputError

REPORT = read_form(Path(__file__).parent.parent / "corpus" / "sample_project.yaml")
NAMED = REPORT.with_narrative(
    "主要绩效",
    "临江区安全生产执法大队会同临江区水务局检查上海鸿源化工有限公司，由王建国同志带队，李明科长复核。",
)


def test_units_enterprises_places_and_persons_are_hidden_and_shown_again() -> None:
    masked = Masked(NAMED)
    hidden = masked.hide(NAMED.achievements)
    for name in ("临江区", "安全生产执法大队", "水务局", "鸿源化工", "王建国", "李明"):
        assert name not in hidden
    assert "检查" in hidden
    assert masked.show(hidden) == NAMED.achievements


def test_placeholders_hold_no_digit() -> None:
    hidden = Masked(NAMED).hide(NAMED.achievements)
    assert not any(char.isdigit() for char in hidden)


@pytest.mark.parametrize("secrecy", ["内部", "秘密", " 机密 "])
def test_a_report_that_may_not_go_out_is_refused(secrecy: str) -> None:
    with pytest.raises(InputError, match="不能发送"):
        Masked(REPORT.model_copy(update={"secrecy": secrecy}))


def test_a_public_report_may_go_out() -> None:
    Masked(REPORT.model_copy(update={"secrecy": "公开"}))
