"""Forms as they come: merged, split, with columns missing, labels in mid-cell, tags left over; read all the same."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml import OxmlElement
from openpyxl import Workbook

from corpus.forms import read_form, read_form_bytes
from scoring.report import Report

HEAD = ("一级指标", "指标名称", "指标解释", "权重", "自评分", "备注")
ROWS = [
    ("投入与管理 (20分)", "预算执行率", "预算执行的进度", "12", "11", ""),
    ("", "制度健全性", "制度是否健全", "8", "8", ""),
    ("产出目标 (50分)", "检查企业", "全年检查企业家次", "30", "30", ""),
    ("", "隐患整改", "隐患整改到位", "20", "19.5", ""),
    ("效果目标 (30分)", "满意度", "群众满意度", "30", "30", "问卷"),
]
BASICS = [
    ("项目名称：", "安全检查经费", "预算单位：", "临江区执法大队"),
    ("具体实施处（科室）：", "综合科", "是否为经常性项目：", "是"),
    ("当年预算数（元）：", "211,820.00", "上年预算金额（元）：", "70,000.00"),
    ("预算执行数（元）：", "207,160.00", "预算执行率（%）：", "97.80%"),
]
TEXTS = [
    ("主要绩效：", "1.全年检查企业1225家次。\n2.整改隐患1004项。"),
    ("主要问题：", "支付进度偏慢。"),
    ("改进措施：", "按月核对支付进度。"),
]


def holds(report: Report, levels: Sequence[str] = ("投入与管理", "产出目标", "效果目标")) -> None:
    """What every one of these forms says."""
    assert (report.project, report.budget_unit) == ("安全检查经费", "临江区执法大队")
    assert (report.year, report.office) == (2022, "综合科")
    assert (report.budget, report.executed) == (Decimal("211820.00"), Decimal("207160.00"))
    assert [row.name for row in report.indicators] == [row[1] for row in ROWS]
    assert [row.weight for row in report.indicators] == [Decimal(row[3]) for row in ROWS]
    assert [row.self_score for row in report.indicators] == [Decimal(row[4]) for row in ROWS]
    names = [levels[number] for number in (0, 0, 1, 1, 2)]
    assert [row.first_level for row in report.indicators] == names
    assert report.total == Decimal("98.5")
    assert "".join(report.achievements.split()) == "1.全年检查企业1225家次。2.整改隐患1004项。"
    assert (report.problems, report.measures) == ("支付进度偏慢。", "按月核对支付进度。")


def kinds(report: Report) -> set[str]:
    return {note["类别"] for note in report.import_notes or ()}


def table(document: Any, rows: Sequence[Sequence[str]]) -> Any:
    made = document.add_table(rows=len(rows), cols=max(map(len, rows)))
    for row, cells in zip(made.rows, rows, strict=True):
        for cell, text in zip(row.cells, cells, strict=False):
            cell.text = text
    return made


def saved(made: Any) -> bytes:
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def word(rows: Sequence[Sequence[str]] = ROWS, texts: Sequence[tuple[str, str]] = TEXTS) -> Any:
    """The 闵行 form as a clerk's Word holds it: one table for all, texts over the row's whole width."""
    document: Any = Document()
    document.add_paragraph("项目绩效自评价")
    document.add_paragraph("（2022年度）")
    basics = table(document, BASICS)
    for label, text in texts:
        cells = basics.add_row().cells
        cells[0].text = label
        cells[1].merge(cells[3]).text = text
    table(document, [HEAD, *rows, ("合计", "", "", "100", "98.5", "")])
    return document


def test_labels_merged_over_their_rows() -> None:
    document = word()
    body = document.tables[1]
    for first, last in ((1, 2), (3, 4)):
        label = body.cell(first, 0).text
        body.cell(first, 0).merge(body.cell(last, 0)).text = label
    holds(read_form_bytes("a.docx", saved(document)))


def test_labels_printed_in_the_middle_of_their_blocks() -> None:
    rows = [["", *row[1:]] for row in ROWS]
    rows[1][0], rows[3][0], rows[4][0] = ROWS[0][0], ROWS[2][0], ROWS[4][0]
    report = read_form_bytes("a.docx", saved(word(rows)))
    holds(report)
    assert "推断" in kinds(report)


def test_a_row_that_a_page_break_split() -> None:
    document: Any = Document()
    document.add_paragraph("（2022年度）")
    table(document, [*BASICS, *((*pair, "", "") for pair in TEXTS)])
    first = [*ROWS[:2], ("产出目标 (50分)", "检查", "全年检查", "", "", "")]
    table(document, [HEAD, *first])
    document.add_page_break()
    rest = [("", "企业", "企业家次", "30", "30", ""), *ROWS[3:]]
    table(document, [HEAD, *rest, ("合计", "", "", "100", "98.5", "")])
    report = read_form_bytes("a.docx", saved(document))
    holds(report)
    assert report.indicators[2].explanation == "全年检查企业家次"
    assert "跨页断行" in kinds(report)


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
@pytest.mark.parametrize("halves", ["number above", "number below"])
def test_a_row_split_inside_one_table(kind: str, halves: str) -> None:
    above = ("产出目标 (50分)", "检查", "全年检查", "", "", "")
    below = ("", "企业", "企业家次", "30", "30", "")
    if halves == "number above":
        above, below = (*above[:3], "30", "30", ""), (*below[:3], "", "", "")
    rows = [*ROWS[:2], above, below, *ROWS[3:]]
    form = saved(word(rows) if kind == "docx" else sheet_of(rows))
    report = read_form_bytes(f"a.{kind}", form)
    holds(report)
    assert report.indicators[2].name == "检查企业"
    assert report.indicators[2].explanation == "全年检查企业家次"
    assert any("请核对" in note["内容"] for note in report.import_notes if note["类别"] == "推断")


def test_rows_not_yet_filled_in_stay_rows() -> None:
    bare = [(*row[:3], "", "", "") for row in ROWS]
    report = read_form_bytes("a.docx", saved(word(bare)))
    assert [row.name for row in report.indicators] == [row[1] for row in ROWS]


def test_a_missing_remarks_column() -> None:
    document: Any = Document()
    document.add_paragraph("（2022年度）")
    table(document, [*BASICS, *((*pair, "", "") for pair in TEXTS)])
    body = [row[:5] for row in (HEAD, *ROWS)]
    table(document, [*body, ("合计", "", "", "100", "98.5")])
    holds(read_form_bytes("a.docx", saved(document)))


def test_tags_left_over_from_a_web_form() -> None:
    texts = [(label, f'<p style="text-indent:2em">{text}<br/></p>&nbsp;') for label, text in TEXTS]
    report = read_form_bytes("a.docx", saved(word(texts=texts)))
    holds(report)
    assert "HTML残留" in kinds(report)


def test_tracked_changes_and_content_controls() -> None:
    document = word()
    cell = document.tables[0].cell(0, 1)
    paragraph = cell.paragraphs[0]._p
    run = paragraph.r_lst[0]
    insertion = OxmlElement("w:ins")
    paragraph.replace(run, insertion)
    insertion.append(run)
    gone = OxmlElement("w:del")
    gone_run, gone_text = OxmlElement("w:r"), OxmlElement("w:delText")
    gone_text.text = "旧名称"
    gone_run.append(gone_text)
    gone.append(gone_run)
    paragraph.append(gone)
    body = document.tables[1]._tbl
    control, content = OxmlElement("w:sdt"), OxmlElement("w:sdtContent")
    body.getparent().replace(body, control)
    control.append(content)
    content.append(body)
    holds(read_form_bytes("a.docx", saved(document)))


def test_labels_and_values_in_one_cell() -> None:
    document: Any = Document()
    document.add_paragraph("（2022年度）")
    table(document, [[f"{a}{b}", f"{c}{d}"] for a, b, c, d in BASICS])
    table(document, [[f"{label}\n{text}"] for label, text in TEXTS])
    table(document, [HEAD, *ROWS, ("合计", "", "", "100", "98.5", "")])
    holds(read_form_bytes("a.docx", saved(document)))


def sheet_of(rows: Sequence[Sequence[str]]) -> Any:
    """A workbook with an empty first column, merged cells over the columns, and numbers as numbers."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append([None, "项目绩效自评价（2022年度）"])
    sheet.merge_cells("B1:G1")
    for basic in BASICS:
        sheet.append([None, basic[0], basic[1], None, basic[2], basic[3]])
        sheet.merge_cells(start_row=sheet.max_row, start_column=3, end_row=sheet.max_row, end_column=4)
    sheet["C4"], sheet["C5"] = 211820.0, 207160.0
    sheet["F5"], sheet["F5"].number_format = 0.978, "0.00%"
    for label, text in TEXTS:
        sheet.append([None, label, text])
        sheet.merge_cells(start_row=sheet.max_row, start_column=3, end_row=sheet.max_row, end_column=7)
    sheet.append([None, *HEAD])
    for row in rows:
        numbers = [float(cell) if cell else None for cell in row[3:5]]
        sheet.append([None, *row[:3], *numbers, row[5]])
    sheet.append([None, "合计", None, None, 100, 98.5])
    sheet.merge_cells(start_row=sheet.max_row, start_column=2, end_row=sheet.max_row, end_column=4)
    return book


def test_a_sheet_with_merges_numbers_and_an_empty_column() -> None:
    book = sheet_of(ROWS)
    book.worksheets[0].merge_cells("B10:B11")
    book.worksheets[0].merge_cells("B12:B13")
    report = read_form_bytes("a.xlsx", saved(book))
    assert report.budget == 211820
    holds(report)


NATIONAL = [
    ["项目名称", "安全检查经费", "", "", "", "", ""],
    ["主管部门", "临江区应急局", "", "实施单位", "临江区执法大队", "", ""],
    ["项目资金（万元）", "", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"],
    ["", "年度资金总额", "7", "21.182", "20.716", "10", "97.80%", "9.78"],
    ["", "其中：当年财政拨款", "7", "21.182", "20.716", "—", "97.80%", "—"],
    ["", "上年结转资金", "", "", "", "—", "", "—"],
    ["年度总体目标", "预期目标", "", "", "实际完成情况", "", ""],
    ["", "全年检查企业不少于800家次。", "", "", "检查企业1225家次。", "", ""],
    [
        "绩效指标",
        "一级指标",
        "二级指标",
        "三级指标",
        "年度指标值",
        "实际完成值",
        "分值",
        "得分",
        "偏差原因分析及改进措施",
    ],
    ["", "产出指标", "数量指标", "检查企业", "≥800家次", "1225家次", "50", "50", "指标偏低"],
    ["", "", "质量指标", "隐患整改率", "100%", "100%", "10", "10", ""],
    ["", "效益指标", "社会效益指标", "安全形势", "稳定", "达成预期指标", "20", "20", ""],
    ["", "满意度指标", "服务对象满意度指标", "企业满意度", "≥90%", "95%", "10", "10", ""],
    ["总分", "", "", "", "", "", "100", "99.78", ""],
]


def national_holds(report: Report) -> None:
    assert (report.scheme, report.year) == ("财预-2020-10", 2022)
    assert (report.project, report.budget_unit) == ("安全检查经费", "临江区执法大队")
    assert (report.budget, report.executed) == (Decimal(211820), Decimal(207160))
    rows = [(row.first_level, row.second_level, row.name, row.weight) for row in report.indicators]
    assert rows == [
        ("预算执行率", "", "预算执行率", Decimal(10)),
        ("产出指标", "数量指标", "检查企业", Decimal(50)),
        ("产出指标", "质量指标", "隐患整改率", Decimal(10)),
        ("效益指标", "社会效益指标", "安全形势", Decimal(20)),
        ("满意度指标", "服务对象满意度指标", "企业满意度", Decimal(10)),
    ]
    assert report.indicators[1].deviation_reason == "指标偏低"
    assert report.total == Decimal("99.78")
    assert report.overall_goal == "全年检查企业不少于800家次。"
    assert report.unknown["实际完成情况"] == "检查企业1225家次。"


def test_the_national_form_in_excel_with_its_merged_side_column() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["项目支出绩效自评表"])
    sheet.append(["（2022年度）"])
    for row in NATIONAL:
        sheet.append(row)
    sheet.merge_cells("A5:A8")
    sheet.merge_cells("A9:A10")
    sheet.merge_cells("A11:A15")
    sheet.merge_cells("B12:B13")
    national_holds(read_form_bytes("n.xlsx", saved(book)))


def test_the_national_form_in_word_with_its_merged_side_column() -> None:
    document: Any = Document()
    document.add_paragraph("项目支出绩效自评表（2022年度）")
    body = table(document, [[*row, *[""] * (9 - len(row))] for row in NATIONAL])
    for top, bottom in ((2, 5), (6, 7), (8, 12)):
        body.cell(top, 0).merge(body.cell(bottom, 0)).text = NATIONAL[top][0]
    body.cell(9, 1).merge(body.cell(10, 1)).text = "产出指标"
    national_holds(read_form_bytes("n.docx", saved(document)))


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs apt-get install libreoffice-writer-nogui")
def test_both_forms_as_a_pdf_with_lines_broken_in_their_cells(tmp_path: Path) -> None:
    document = word()
    body = document.tables[1]
    for first, last in ((1, 2), (3, 4)):
        label = body.cell(first, 0).text
        body.cell(first, 0).merge(body.cell(last, 0)).text = label
    for made in (*document.tables,):
        made.style = "Table Grid"
    document.save(str(tmp_path / "a.docx"))
    other = Document()
    other.add_paragraph("项目支出绩效自评表（2022年度）")
    wide = table(other, [[*row, *[""] * (9 - len(row))] for row in NATIONAL])
    wide.style = "Table Grid"
    other.save(str(tmp_path / "n.docx"))
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            str(tmp_path),
            str(tmp_path / "a.docx"),
            str(tmp_path / "n.docx"),
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    holds(read_form(tmp_path / "a.pdf"))
    national_holds(read_form(tmp_path / "n.pdf"))
