"""The rules against a form as units hand it in, whose defects are known item by item."""

from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from corpus.forms import read_form
from scoring.check import Checked, check
from scoring.report_file import parse_mapping
from scoring.scheme import load

_HERE = Path(__file__).parent
_ITEMS = parse_mapping((_HERE / "cases" / "audit.yaml").read_text("utf-8"), "audit.yaml")


@pytest.fixture(scope="module")
def checked() -> Checked:
    report = read_form(_HERE / "forms" / "minhang.txt")
    return check(report, load(report.scheme))


@pytest.mark.parametrize(("code", "field", "words"), _ITEMS.values(), ids=_ITEMS.keys())
def test_the_item_is_found(code: str, field: str, words: str, checked: Checked) -> None:
    found = [
        finding.message
        for finding in checked.findings
        if finding.code == code and finding.field.startswith(field)
    ]
    assert any(words in message for message in found), found


def test_what_is_true_raises_nothing(checked: Checked) -> None:
    # 97.80%, 22 + 2 = 24, three departments named, weights and scores of 100, 36 + 34 + 15 + 15, 第三届
    assert not {"N01", "N02", "N03", "N04", "S01", "S03", "S05", "S06", "S07", "S09", "S18"} & {
        finding.code for finding in checked.findings
    }
    assert not [
        finding for finding in checked.findings if "3个职能部门" in finding.text or "第三届" in finding.text
    ]


def test_no_finding_is_told_twice(checked: Checked) -> None:
    told = [(finding.code, finding.field, finding.start, finding.message) for finding in checked.findings]
    assert len(told) == len(set(told))


def test_speed_of_score_and_checks(benchmark: BenchmarkFixture) -> None:
    report = read_form(_HERE / "forms" / "minhang.txt")
    scheme = load(report.scheme)
    assert benchmark(check, report, scheme).findings
