from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from scoring.numbers.numerals import chinese_numeral, chinese_value
from scoring.numbers.reader import read
from scoring.numbers.vocabulary import as_read, shapes, unit_of, units

CASES = yaml.load(
    (Path(__file__).parent / "cases/numbers/reading.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader
)


def unmarked(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text without ⟦⟧ and the spans that they enclosed."""
    plain, spans = "", []
    for piece in re.split(r"(⟦[^⟧]*⟧)", text):
        if piece.startswith("⟦"):
            spans.append((len(plain), len(plain) + len(piece) - 2))
        plain += piece.strip("⟦⟧")
    return plain, spans


@pytest.mark.parametrize("name", list(CASES))
def test_reads_exactly_the_marked_numbers(name: str) -> None:
    plain, spans = unmarked(CASES[name]["文"])
    found = [mention for mention in read(plain) if mention.is_fact]
    assert [(m.start, m.end) for m in found] == spans
    shown = []
    for mention in found:
        value = "—" if mention.value is None else f"{mention.value:f}"
        upper = "" if mention.value_to is None else f"~{mention.value_to:f}"
        shown.append(f"{value}{upper} {mention.unit}")
    assert shown == CASES[name]["值"]


@pytest.mark.parametrize("shape", shapes(), ids=lambda shape: shape.name)
def test_each_trap_takes_its_examples_whole(shape) -> None:
    for held in shape.examples:
        match = shape.pattern.search(as_read(held))
        assert match is not None, held
        assert match.group() == as_read(held)


def test_a_unit_of_the_report_is_read_like_a_packaged_one() -> None:
    assert "尊" not in units()
    (mention,) = read("修复佛像12尊", frozenset(["尊"]))
    assert (mention.text, mention.unit) == ("12尊", "尊")


@given(st.integers(0, 99_999_999))
def test_chinese_numerals_go_round(value: int) -> None:
    assert chinese_value(chinese_numeral(value)) == Decimal(value)


@given(
    st.text(alphabet="0123456789，。、,.%万亿元一二三十百千个家次年月日第〔〕“”《》()\n率至~-ac", max_size=60)
)
@example("1,1-11,1c-")
def test_any_text_gives_ordered_disjoint_exact_spans(text: str) -> None:
    position = 0
    for mention in read(text):
        assert position <= mention.start < mention.end <= len(text)
        assert mention.text == text[mention.start : mention.end]
        position = mention.end


@given(st.text(max_size=200))
def test_no_text_whatever_breaks_the_reader(text: str) -> None:
    for mention in read(text):
        assert mention.text == text[mention.start : mention.end]


@pytest.mark.parametrize(
    "text",
    [
        "9" * 100_000,
        "一" * 100_000,
        "“" * 50_000,
        "1," * 50_000,
        "《" * 50_000,
        "\ud800" * 1000,
        "1～" * 30_000,
    ],
    ids=["digits", "numerals", "quotes", "commas", "titles", "surrogates", "ranges"],
)
def test_hostile_texts_are_read_in_bounded_time(text: str) -> None:
    assert all(mention.end <= len(text) for mention in read(text))


def test_scaled_units_share_a_base() -> None:
    assert unit_of("万元").base == unit_of("元").base == "元"
    assert unit_of("万元").factor == 10_000
    assert unit_of("起").base == unit_of("件").base
    assert unit_of("家").base != unit_of("家次").base
