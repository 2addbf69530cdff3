"""The embedded writer's drafts of every shipped report: nothing unproven, nothing left out, nothing monotonous."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from importlib.resources import files
from itertools import islice

import pytest

from assistant.drafting import draft, drafted
from assistant.embedded import EmbeddedWriter
from corpus.samples import sample_reports
from scoring.bench.annotated import packaged_annotated
from scoring.check import check
from scoring.report import NARRATIVES, Report
from scoring.report_file import parse_report
from scoring.scheme import load

_LONGEST_CLAUSE = 130
_SENTENCE = re.compile("[^。\n]+。")


def _blank(report: Report) -> Report:
    return report.model_copy(update={"achievements": "", "problems": "", "measures": "", "dispositions": ()})


@cache
def _drafts() -> dict[str, Report]:
    project = files("corpus").joinpath("sample_project.yaml").read_text("utf-8")
    reports = {"sample_project": parse_report(project), **dict(sample_reports()[::3])}
    reports |= {item.name: item.report for item in islice(packaged_annotated(), 0, None, 3)}
    blank = {name: _blank(report) for name, report in reports.items()}
    return {
        name: drafted(report, list(draft(report, NARRATIVES, EmbeddedWriter(), None)))
        for name, report in blank.items()
    }


@pytest.fixture(params=sorted(_drafts()))
def written(request: pytest.FixtureRequest) -> Report:
    return _drafts()[request.param]


def test_no_number_of_a_draft_is_questioned(written: Report) -> None:
    findings = check(written, load(written.scheme)).findings
    assert [f.message for f in findings if f.code in ("N01", "N02", "N03", "N04")] == []


def test_each_metric_is_told(written: Report) -> None:
    left_out = [m.name for m in written.metrics if m.value is not None and m.name not in written.achievements]
    assert left_out == []


def test_sentences_are_short_enough_to_read(written: Report) -> None:
    long = [s for s in _SENTENCE.findall(written.achievements) if "年度目标“" not in s]
    assert [s for s in long if len(s) > _LONGEST_CLAUSE] == []


def test_no_heading_comes_twice_or_ends_in_a_list(written: Report) -> None:
    headings = re.findall(r"^\d+\.([^。]+)。", written.achievements, re.MULTILINE)
    assert [title for title, count in Counter(headings).items() if count > 1] == []
    assert [title for title in headings if "等" in title or title.endswith("完成情况")] == []


def test_each_problem_has_one_measure_of_its_number(written: Report) -> None:
    numbers = [re.findall(r"^(\d+)\.", text, re.MULTILINE) for text in (written.problems, written.measures)]
    assert numbers[0] == numbers[1]
    for line in re.findall(r"^\d+\..+", written.measures, re.MULTILINE):
        assert "（责任处室）" in line
        assert "（完成时限）" in line
