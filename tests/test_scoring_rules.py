"""Every rule against its cases: ⟦…⟧ marks what must be found; a case without marks must find nothing."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import scoring
import scoring.rules
from scoring.check import check
from scoring.reading import Reading
from scoring.report import Report
from scoring.report_file import parse_mapping, parse_report
from scoring.rules import RULES, explain
from scoring.rules.base import Rule
from scoring.rules.docs import LABELS
from scoring.scheme import ids, load

_CASES = Path(__file__).parent / "cases" / "rules"
_SAMPLES = sorted((Path(__file__).parent.parent / "corpus" / "samples").glob("*.yaml"))
_MARK = re.compile("⟦(.*?)⟧", re.DOTALL)
# Keys of a case that are no labels: fields found as a whole, words every message must hold, right texts.
_WHOLE, _TELLS, _EXPECTED = "整项", "说明", "应为"

_BASE = {
    "方案": "闵行-2020",
    "年度": "2020",
    "项目名称": "安全生产执法经费",
    "预算单位": "青屏区应急管理局",
    "具体实施处室": "执法一科",
    "经常性项目": "是",
}

Span = tuple[str, int | None, int | None]


def _cases() -> Iterator[Any]:
    for path in sorted(_CASES.glob("*.yaml")):
        for name, case in parse_mapping(path.read_text("utf-8"), path.name).items():
            yield pytest.param(path.stem, name, case, id=f"{path.stem} {name}")


def _unmarked(value: Any, place: str, marks: list[tuple[str, int, int]]) -> Any:
    """``value`` without its marks; each mark's place and span goes to ``marks``."""
    if isinstance(value, dict):
        return {
            key: _unmarked(item, f"{place}.{key}" if place else key, marks) for key, item in value.items()
        }
    if isinstance(value, list):
        return [_unmarked(item, f"{place}[{number}]", marks) for number, item in enumerate(value, 1)]
    if not isinstance(value, str):
        return value
    removed = 0
    for match in _MARK.finditer(value):
        start = match.start() - removed
        marks.append((place, start, start + len(match.group(1))))
        removed += 2
    return _MARK.sub(r"\1", value)


def _read(case: dict[str, Any]) -> tuple[dict[str, Any], list[tuple[str, int, int]]]:
    marks: list[tuple[str, int, int]] = []
    told = {key: value for key, value in case.items() if key not in (_WHOLE, _TELLS, _EXPECTED)}
    return _unmarked(told, "", marks), marks


def _at(mapping: dict[str, Any], field: str) -> Any:
    value: Any = mapping
    for part in re.findall(r"[^.\[\]]+", field):
        value = value[int(part) - 1] if isinstance(value, list) else value.get(part)
        if value is None:
            return None
    return value


def _rule(code: str) -> Rule:
    return next(rule for rule in RULES if rule.code == code)


@pytest.mark.parametrize(("code", "name", "case"), list(_cases()))
def test_a_rule_finds_what_is_marked_and_nothing_else(code: str, name: str, case: dict[str, Any]) -> None:
    mapping, marks = _read(case)
    report = Report.from_mapping({**_BASE, **mapping})
    findings = list(_rule(code).check(Reading(report, load(report.scheme))))
    expected: set[Span] = {*marks, *((field, None, None) for field in case.get(_WHOLE) or ())}
    found: set[Span] = set()
    for finding in findings:
        whole = _at(mapping, finding.field)
        marked = {mark for mark in marks if mark[0] == finding.field}
        if finding.start is None and marked and isinstance(whole, str | type(None)):
            # a finding on a field as a whole is marked round the field's whole text
            found.add((finding.field, 0, len(whole or "")))
        else:
            found.add((finding.field, finding.start, finding.end))
    assert found == expected
    for finding in findings:
        assert finding.message.endswith(("。", "…")) or finding.message[-1] not in "，、；：", finding.message
        if finding.start is not None and isinstance(_at(mapping, finding.field), str):
            assert _at(mapping, finding.field)[finding.start : finding.end] == finding.text
    told = "\n".join(finding.message for finding in findings)
    assert [word for word in case.get(_TELLS) or () if word not in told] == []
    if _EXPECTED in case:
        assert [finding.expected for finding in findings] == case[_EXPECTED]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)
    elif isinstance(value, str):
        yield value
        yield from value.splitlines()


@pytest.mark.parametrize("doc", explain(), ids=lambda doc: doc.code)
def test_the_examples_of_a_rule_are_among_its_cases(doc: Any) -> None:
    cases = parse_mapping((_CASES / f"{doc.code}.yaml").read_text("utf-8"), doc.code)
    by_kind: dict[bool, list[tuple[str, list[str]]]] = {True: [], False: []}
    for name, case in cases.items():
        mapping, marks = _read(case)
        by_kind[bool(marks or case.get(_WHOLE))].append((name, list(_texts(mapping))))
    assert len(by_kind[True]) >= 2, "two bad examples"
    assert len(by_kind[False]) >= 1, "one near miss"
    for example, kind in ((doc.bad, True), (doc.good, False)):
        bare = example.partition("（")[0]
        assert any(
            name in (example, bare) or any(text in (example, bare) for text in texts)
            for name, texts in by_kind[kind]
        ), example


def test_codes_are_unique_and_in_order() -> None:
    codes = [rule.code for rule in RULES]
    assert codes == sorted(set(codes))
    assert len({rule.name for rule in RULES}) == len(codes)


def test_every_rule_of_a_module_is_listed() -> None:
    written = set()
    for module in pkgutil.iter_modules(scoring.rules.__path__):
        loaded = importlib.import_module(f"scoring.rules.{module.name}")
        written |= {id(value) for value in vars(loaded).values() if isinstance(value, Rule)}
    assert written == {id(rule) for rule in RULES}


def test_every_rule_is_documented() -> None:
    for doc in explain():
        assert doc.summary.endswith("。"), doc.code
        assert all(getattr(doc, name) for name in LABELS.values()), doc.code


@pytest.mark.parametrize("path", _SAMPLES, ids=lambda path: path.stem)
def test_a_shipped_sample_has_no_error_and_few_warnings(path: Path) -> None:
    report = parse_report(path.read_text("utf-8"), path.name)
    findings = check(report, load(report.scheme)).findings
    assert [finding for finding in findings if finding.severity == "error"] == []
    assert len([finding for finding in findings if finding.severity == "warning"]) <= 4


def test_the_words_find_their_own_examples() -> None:
    text = (Path(scoring.__file__).parent / "words.yaml").read_text("utf-8")
    words = yaml.safe_load(text)
    for kind, key in (("abolished", "name"), ("typos", "wrong"), ("claims", "claim")):
        for entry in words[kind]:
            assert "example" not in entry or re.search(entry[key], entry["example"]), entry


_PIECES = st.lists(
    st.sampled_from(
        [
            "检查企业",
            "1225家次",
            "，",
            "。",
            "、",
            "100%",
            "完成年度目标",
            "1.",
            "（一）",
            "一是",
            "“",
            "”",
            "<p>",
            "其中",
            "22件",
            "24起",
            "结案率",
            "不少于",
            "每月1次",
            "由综合科",
            "已完成",
            "力争",
            "评定为良好",
            "市安监局",
            "〔2020〕",
            "约200余户",
            "全覆盖",
            "暂无",
            "7,00.0元",
            "\n",
            "2019年",
            "-3",
            "≥",
            "原因是",
        ]
    ),
    max_size=14,
).map("".join)
_NUMBERS = st.sampled_from(["", "0", "8", "-1", "100", "0.01", "99999999999"])


@settings(max_examples=60, deadline=None)
@given(text=_PIECES, other=_PIECES, number=_NUMBERS, amount=_NUMBERS, scheme=st.sampled_from(ids()))
def test_whatever_is_entered_the_rules_give_findings_with_places(
    text: str, other: str, number: str, amount: str, scheme: str
) -> None:
    row = {
        "一级指标": other[:4],
        "指标名称": text[:9],
        "指标解释": other,
        "年度指标值": text,
        "实际完成值": other,
    }
    mapping = {
        **_BASE,
        "方案": scheme,
        "当年预算数": amount,
        "上年预算金额": number,
        "预算执行数": number,
        "绩效等级": other[:2],
        "合计": number,
        "年度目标": [text, other],
        "指标": [{**row, "权重": number, "自评分": amount}, {**row, "备注": text}, {}],
        "数据": [
            {
                "名称": text[:6] or "检查企业",
                "数值": number,
                "单位": other[:2],
                "目标": other,
                "其中": [other],
            }
        ],
        "主要绩效": text,
        "主要问题": other,
        "改进措施": text + other,
        "导入提示": [{"类别": "等级说明", "内容": text}, text],
    }
    for finding in check(Report.from_mapping(mapping), load(scheme)).findings:
        whole = _at(mapping, finding.field)
        assert finding.message
        if finding.start is not None and isinstance(whole, str):
            assert whole[finding.start : finding.end] == finding.text
