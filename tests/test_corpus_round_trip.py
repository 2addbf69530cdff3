"""Exported and read back: the same report, whatever its texts hold, with the appendix on provenance or without."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from assistant.drafting import draft, drafted
from corpus.forms import read_form, write_form
from corpus.forms.provenance import COLUMNS, TITLE, provenance
from corpus.forms.targets import numbered
from scoring.report import NARRATIVES, Report
from scoring.scheme import ids

ROOT = Path(__file__).parent.parent
SAMPLES = sorted((ROOT / "corpus" / "samples").glob("*.yaml"))
UNPRINTED: dict[str, Any] = {"import_notes": None, "draft_record": None, "sector": ""}


def back(report: Report, path: Path, with_provenance: bool = False) -> Report:
    write_form(report, path, with_provenance)
    return read_form(path).model_copy(update=UNPRINTED)


@pytest.mark.parametrize("suffix", [".docx", ".xlsx"])
def test_every_sample_comes_back_as_it_was(suffix: str, tmp_path: Path) -> None:
    assert len(SAMPLES) >= 36
    for number, path in enumerate(SAMPLES):
        report = read_form(path)
        again = back(report, tmp_path / f"x{suffix}", with_provenance=number % 9 == 0)
        assert again == report.model_copy(update=UNPRINTED), path.name


@pytest.mark.parametrize("suffix", [".docx", ".xlsx"])
@pytest.mark.parametrize("scheme", ids())
def test_the_layout_of_every_scheme_comes_back(suffix: str, scheme: str, tmp_path: Path) -> None:
    report = read_form(SAMPLES[0]).model_copy(update={"scheme": scheme})
    assert back(report, tmp_path / f"x{suffix}") == report.model_copy(update=UNPRINTED)


PIECES = st.sampled_from(
    [
        "=1+1",
        "@SUM(A1)",
        "+86",
        "-5",
        "'",
        "<script>alert(1)</script>",
        "<b>",
        "&amp;",
        "&nbsp;",
        "\n",
        "\n\n",
        " ",
        "　",
        "\t",
        "😀",
        "👨‍👩‍👧",
        "合计",
        "一级指标",
        "主要问题",
        "1.",
        "（2）",
        "说明：",
        "100%",
        "2020年",
        "_x000D_",
        "执法检查1225家次，完成年度目标。",
        "长" * 400,
        "“",
        "”",
        "\\",
        "~",
    ]
)
TEXTS = st.lists(PIECES, max_size=12).map("".join)
LINES = st.lists(PIECES.filter(lambda piece: "\n" not in piece), max_size=6).map("".join)
NUMBERS = st.decimals(0, 999, places=2) | st.none()


SMALL = read_form(SAMPLES[0])
SMALL = SMALL.model_copy(
    update={
        "indicators": tuple(row for row in SMALL.indicators if row.first_level == "投入与管理"),
        "first_level_weights": {"投入与管理": Decimal(36)},
        "metrics": SMALL.metrics[:3],
    }
)


@st.composite
def nasty(draw: st.DrawFn) -> Report:
    rows = list(SMALL.indicators)
    place = draw(st.integers(0, len(rows) - 1))
    rows[place] = rows[place].model_copy(
        update={
            "name": draw(LINES) or "指标",
            "explanation": draw(LINES),
            "actual_value": draw(LINES),
            "note": draw(LINES),
        }
    )
    metrics = list(SMALL.metrics)
    metrics[0] = metrics[0].model_copy(update={"source": draw(LINES), "value": draw(NUMBERS)})
    return SMALL.model_copy(
        update={
            "project": draw(LINES) + "项目",
            "office": draw(LINES),
            "overall_goal": draw(TEXTS),
            "indicators": tuple(rows),
            "metrics": tuple(metrics),
            "achievements": draw(TEXTS),
            "problems": draw(TEXTS),
            "measures": draw(TEXTS),
            "total": draw(NUMBERS),
        }
    )


@pytest.mark.parametrize("suffix", [".docx", ".xlsx"])
@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(report=nasty())
def test_whatever_the_texts_hold_comes_back(suffix: str, report: Report, tmp_path: Path) -> None:
    assert back(report, tmp_path / f"x{suffix}") == report.model_copy(update=UNPRINTED)


@given(report=nasty())
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_becomes_a_formula_or_a_script(report: Report, tmp_path: Path) -> None:
    report = report.model_copy(update={"office": "=HYPERLINK(1)", "problems": "<script>alert(1)</script>"})
    write_form(report, tmp_path / "x.xlsx", provenance=True)
    for sheet in load_workbook(tmp_path / "x.xlsx"):
        assert not [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    write_form(report, tmp_path / "x.html", provenance=True)
    page = (tmp_path / "x.html").read_text("utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;" in page


TARGETS = st.lists(
    st.sampled_from(["65岁以上老年人健康管理率不低于68%", "3.5公里", "检查1次；2次复查", "完成。", "2、"]),
    max_size=5,
)


@given(TARGETS)
def test_targets_that_begin_with_digits_keep_them(targets: list[str]) -> None:
    text = "\n".join(f"{number}.{target}" for number, target in enumerate(targets, 1))
    assert numbered(text) == targets


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("", []),
        ("1.检查800家次2.培训3.5次；3.结案", ["检查800家次", "培训3.5次；", "结案"]),
        ("（1）检查。（2）培训", ["检查。", "培训"]),
        ("2、培训 3、结案", ["培训", "结案"]),
        ("检查\n培训", ["检查", "培训"]),
    ],
)
def test_targets_are_cut_at_their_numbers(text: str, items: list[str]) -> None:
    assert numbered(text) == items


@pytest.fixture(scope="module")
def drafted_report() -> Report:
    report = read_form(ROOT / "corpus" / "sample_project.yaml")
    report = drafted(report, draft(report))
    return report.with_narrative("改进措施", report.measures + "\n另由人工补写的一条措施。")


def test_the_appendix_tells_of_every_sentence_who_wrote_it_and_on_what(drafted_report: Report) -> None:
    rows = provenance(drafted_report)
    assert "".join(row[1] for row in rows if row[0] == "主要绩效") == "".join(
        drafted_report.achievements.split("\n")
    )
    assert [row[0] for row in rows] == sorted((row[0] for row in rows), key=NARRATIVES.index)
    by_hand = rows[-1]
    assert (by_hand[1], by_hand[2]) == ("另由人工补写的一条措施。", "人工编写")
    inspected = next(row for row in rows if "1225家次" in row[1])
    assert inspected[2].startswith("内置写作")
    assert "检查企业（执法台账）" in inspected[3]
    assert "目标：各类行政执法检查不少于800家次" in inspected[3]
    assert "153.1%：完成率：1225家次÷800家次" in inspected[4]


@pytest.mark.parametrize("suffix", [".docx", ".xlsx"])
def test_the_appendix_is_no_part_of_the_report(suffix: str, drafted_report: Report, tmp_path: Path) -> None:
    again = back(drafted_report, tmp_path / f"x{suffix}", with_provenance=True)
    assert again == drafted_report.model_copy(update=UNPRINTED)


def test_the_appendix_stands_in_every_format(drafted_report: Report, tmp_path: Path) -> None:
    for suffix in (".docx", ".xlsx", ".html"):
        write_form(drafted_report, tmp_path / f"x{suffix}", provenance=True)
    last = Document(str(tmp_path / "x.docx")).tables[-1]
    assert tuple(cell.text for cell in last.rows[0].cells) == COLUMNS
    assert len(last.rows) == len(provenance(drafted_report)) + 1
    sheet = load_workbook(tmp_path / "x.xlsx")["数据来源与计算说明"]
    assert sheet.max_row == len(provenance(drafted_report)) + 2
    page = (tmp_path / "x.html").read_text("utf-8")
    assert TITLE in page
    assert "完成率：1225家次÷800家次" in page
    write_form(drafted_report, tmp_path / "y.html")
    assert TITLE not in (tmp_path / "y.html").read_text("utf-8")


def test_a_record_that_is_damaged_is_taken_for_none(drafted_report: Report) -> None:
    for record in (
        "x",
        {"主要绩效": 3},
        {"主要绩效": {"句子": "x"}},
        {"主要绩效": {"句子": [1, {"句": None}]}},
    ):
        rows = provenance(drafted_report.model_copy(update={"draft_record": record}))
        assert {row[2] for row in rows} == {"人工编写"}
