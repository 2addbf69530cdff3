"""The report file is the same text whichever library writes it, and gives the same report back."""

from __future__ import annotations

import yaml
from hypothesis import given
from hypothesis import strategies as st

from scoring import report_file
from scoring.report import Report
from scoring.report_file import parse_report, render_report

SIGNS = st.text(
    st.one_of(st.sampled_from("甲：:#-{}[],'\"\\|>&*!?~=. \n\t　\u2028😀0"), st.characters()), max_size=40
)


@given(project=SIGNS, problems=SIGNS, source=SIGNS, target=SIGNS)
def test_both_libraries_write_alike_and_the_report_comes_back(
    project: str, problems: str, source: str, target: str
) -> None:
    report = Report.from_mapping(
        {
            "方案": "闵行-2020",
            "年度": "2020",
            "项目名称": f"项目{project}",
            "预算单位": "甲局",
            "年度目标": [f"一{target}"],
            "数据": [{"名称": "检查企业", "数值": "1225.50", "来源": source}],
            "主要问题": problems,
        }
    )
    written = render_report(report)
    slowly = yaml.dump(
        report.to_mapping(),
        Dumper=report_file._Dumper,
        allow_unicode=True,
        sort_keys=False,
        width=1_000_000,
    )
    assert written == slowly
    assert parse_report(written) == report
