"""Forms in and out: what is read, what is noticed, what is refused."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from corpus.forms import read_form, read_form_bytes, write_form
from corpus.forms.sections import Label, cut_rows
from scoring.errors import InputError
from scoring.report import Report
from scoring.report_file import parse_report, render_report

ROOT = Path(__file__).parent.parent
TEXT = ROOT / "tests" / "forms" / "minhang.txt"
SAMPLE = ROOT / "corpus" / "sample_project.yaml"


@pytest.fixture(scope="module")
def imported() -> Report:
    return read_form(TEXT)


@pytest.fixture(scope="module")
def sample() -> Report:
    return read_form(SAMPLE)


def notes(report: Report, kind: str) -> list[dict[str, str]]:
    return [note for note in report.import_notes if note["类别"] == kind]


def test_rows_stand_under_the_right_first_level(imported: Report) -> None:
    spans: dict[str, list[int]] = {}
    for number, indicator in enumerate(imported.indicators, 1):
        spans.setdefault(indicator.first_level, []).append(number)
    assert {name: (rows[0], rows[-1]) for name, rows in spans.items()} == {
        "投入与管理": (1, 6),
        "产出目标": (7, 30),
        "效果目标": (31, 46),
        "影响力目标": (47, 55),
    }
    assert imported.first_level_weights == {
        "投入与管理": Decimal(36),
        "产出目标": Decimal(34),
        "效果目标": Decimal(15),
        "影响力目标": Decimal(15),
    }


def test_rows_split_by_a_page_are_whole(imported: Report) -> None:
    assert imported.indicators[0].name == "财务（资产）管理制度的健全性和执行的有效性"
    assert imported.indicators[0].explanation.endswith("以及对资金运行的控制情况。")
    assert imported.indicators[49].name == "危化品使用企业专项执法检查"
    assert " " not in imported.indicators[49].explanation
    assert len(notes(imported, "跨页断行")) == 2


def test_fields_goals_and_narratives_are_read(imported: Report) -> None:
    assert (imported.budget, imported.executed) == (Decimal("211820.00"), Decimal("207160.00"))
    assert (imported.year, imported.grade, imported.total) == (2020, "优", Decimal(100))
    assert len(imported.targets) == 7
    assert imported.targets[0].startswith("各类行政执法检查不少于800家次")
    assert imported.overall_goal.startswith("1、")
    assert "<p>" not in imported.achievements + imported.problems + imported.measures


def test_what_was_guessed_and_not_placed_is_listed(imported: Report) -> None:
    assert notes(imported, "未放置")[0]["内容"] == "执法检查 (30分)"
    assert {note["位置"] for note in notes(imported, "推断")} == {"方案", "年度", "一级指标"}
    assert {note["位置"] for note in notes(imported, "HTML残留")} >= {"主要绩效", "主要问题", "改进措施"}
    assert notes(imported, "缺列")
    assert notes(imported, "等级说明")
    assert notes(imported, "引号包裹")


def test_metrics_are_proposed_and_none_is_confirmed(imported: Report) -> None:
    values = {(metric.value, metric.unit) for metric in imported.metrics}
    assert {(Decimal(1225), "家次"), (Decimal("66.3"), "万元"), (Decimal(4), "期")} <= values
    assert all(metric.unconfirmed for metric in imported.metrics)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_text_in_other_encodings_reads_the_same(encoding: str, imported: Report) -> None:
    data = TEXT.read_text(encoding="utf-8").encode(encoding)
    assert read_form_bytes("form.txt", data) == imported


@pytest.mark.parametrize("suffix", [".docx", ".xlsx"])
def test_export_then_import_gives_the_same_report(suffix: str, sample: Report, tmp_path: Path) -> None:
    path = tmp_path / f"form{suffix}"
    write_form(sample, path)
    back = read_form(path)
    unprinted = {"import_notes": None, "sector": ""}
    assert back.model_copy(update=unprinted) == sample.model_copy(update=unprinted)
    assert {note["类别"] for note in back.import_notes} <= {"表末说明", "等级说明"}


def test_the_word_form_has_the_official_layout(sample: Report, tmp_path: Path) -> None:
    path = tmp_path / "form.docx"
    write_form(sample, path)
    document = Document(str(path))
    section = document.sections[0]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(margin.mm) for margin in margins] == [37, 35, 28, 26]
    title = document.paragraphs[0].runs[0]
    fonts = title._element.rPr.rFonts
    assert title.font.size.pt == 22
    assert fonts.get(qn("w:eastAsia")) == "方正小标宋简体"
    assert all(fonts.get(qn(f"w:{slot}")) for slot in ("ascii", "hAnsi", "eastAsia", "cs"))
    table = document.tables[1]
    assert len(table._tbl.tblGrid.findall(qn("w:gridCol"))) == len(table.columns)
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)


def test_texts_that_look_like_formulas_or_markup_stay_texts(sample: Report, tmp_path: Path) -> None:
    nasty = sample.model_copy(update={"project": "=1+1", "office": "<script>alert(1)</script>\x01"})
    for suffix in (".docx", ".xlsx", ".html"):
        write_form(nasty, tmp_path / f"x{suffix}")
    cell = load_workbook(tmp_path / "x.xlsx").worksheets[0].cell(2, 2)
    assert (cell.value, cell.data_type) == ("=1+1", "s")
    page = (tmp_path / "x.html").read_text(encoding="utf-8")
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "http" not in page


def test_a_failed_export_leaves_nothing(sample: Report, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="文件夹不存在"):
        write_form(sample, tmp_path / "no" / "x.docx")
    with pytest.raises(InputError, match=r"\.docx"):
        write_form(sample, tmp_path / "x.odt")
    assert not list(tmp_path.iterdir())


def national(unit: str) -> bytes:
    book = Workbook()
    sheet = book.active
    for row in [
        ["项目支出绩效自评表（2022年度）"],
        ["项目名称", "援滇帮扶经费", "", "", "", "", ""],
        ["主管部门", "某区体育局", "实施单位", "某区体育事业中心", "", "", ""],
        [
            f"项目资金（{unit}）",
            "年初预算数",
            "全年预算数（A）",
            "全年执行数（B）",
            "分值",
            "执行率（B/A）",
            "得分",
        ],
        ["年度资金总额", "2", "2", "0.9034", "10", "45.17%", "4.52"],
        ["其中：财政拨款", "2", "2", "0.9034", "—", "", "—"],
        ["年度总体目标", "预期目标", "完成援滇人员保障", "实际完成情况", "已完成经费支付", "", ""],
        ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"],
        ["产出指标", "数量指标", "援滇人员", "≥2人", "2人", "50", "50"],
        ["效益指标", "社会效益指标", "帮扶成效", "≥1项", "1项", "30", "30"],
        ["满意度指标", "服务对象满意度", "满意度", "≥90%", "95%", "10", "10"],
        ["总分", "", "", "", "", "100", "94.52"],
    ]:
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_the_national_form_is_read() -> None:
    report = read_form_bytes("n.xlsx", national("万元"))
    assert (report.scheme, report.year, report.budget_unit) == ("财预-2020-10", 2022, "某区体育事业中心")
    assert (report.budget, report.executed) == (Decimal(20000), Decimal(9034))
    assert [(i.first_level, i.name, i.weight, i.self_score) for i in report.indicators][:2] == [
        ("预算执行率", "预算执行率", Decimal(10), Decimal("4.52")),
        ("产出指标", "援滇人员", Decimal(50), Decimal(50)),
    ]
    assert report.total == Decimal("94.52")
    assert report.unknown["主管部门"] == "某区体育局"


def zipped(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return stream.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.txt", b"", "空的"),
        ("a.yaml", b" \n", "空的"),
        ("a.txt", b"\x00\x01\x02\x03", "二进制"),
        ("a.yaml", b"\xff\xfe\x00x", "UTF-8"),
        ("a.txt", "随便一段话".encode(), "没有找到自评表"),
        ("a.doc", b"x", "不支持.doc"),
        ("a.docx", OLE, "旧格式"),
        ("a.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "密码"),
        ("a.docx", b"PK\x03\x04broken", "损坏"),
        ("a.docx", zipped(word__document_xml=b"<x/>"), "损坏"),
        ("a.xlsx", zipped(word__document_xml=b"<x/>"), "不是有效的"),
        ("a.docx", zipped(word__document_xml=b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'), "DOCTYPE"),
        ("a.docx", zipped(word__document_xml=b"0" * (101 * 1024 * 1024)), "过大"),
        ("a.pdf", b"not a pdf", "不是 PDF"),
        ("a.pdf", b"%PDF-1.4 broken", "PDF"),
        ("a.txt", b"x" * (20 * 1024 * 1024 + 1), "20 MB"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(name: str, data: bytes, said: str) -> None:
    with pytest.raises(InputError) as refused:
        read_form_bytes(name, data)
    assert said in str(refused.value)
    assert str(refused.value).startswith(name)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "\t预算执行率\t反映项目预算执行的进度\t8\t8\t",
            "\t预算执行率\t反映项目预算执行的进度\t八\t8\t",
            "指标[4].权重",
        ),
        ("\t预算执行率\t反映项目预算执行的进度\t8\t8\t", "\t预算执行率\t8", "应有6列"),
        ("211,820.00", "二十一万", "当年预算数"),
        ("一级指标\t指标名称", "一级\t名称", "表头"),
    ],
)
def test_a_broken_form_names_the_place(old: str, new: str, said: str) -> None:
    text = TEXT.read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(InputError) as refused:
        read_form_bytes("form.txt", text.replace(old, new, 1).encode())
    assert said in str(refused.value)


def pdf(pages: int, text: str = "") -> bytes:
    """A small PDF of empty pages, or of pages with one line of Latin text."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>"]
    kids = " ".join(f"{3 + 2 * n} 0 R" for n in range(pages))
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>")
    content = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET" if text else ""
    for n in range(pages):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {4 + 2 * n} 0 R "
            "/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>"
        )
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    out, offsets = "%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n" + "".join(
        f"{o:010d} 00000 n \n" for o in offsets
    )
    out += f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF"
    return out.encode()


def test_a_scanned_or_endless_pdf_is_refused() -> None:
    with pytest.raises(InputError, match="扫描件"):
        read_form_bytes("a.pdf", pdf(1))
    with pytest.raises(InputError, match="500页"):
        read_form_bytes("a.pdf", pdf(500, "x"))
    with pytest.raises(InputError, match="没有找到自评表"):
        read_form_bytes("a.pdf", pdf(1, "hello"))


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs apt-get install libreoffice-writer-nogui")
def test_the_word_form_survives_becoming_a_pdf(sample: Report, tmp_path: Path) -> None:
    write_form(sample, tmp_path / "form.docx")
    subprocess.run(
        ["soffice", "--headless", "--convert-to", "pdf", "--outdir", tmp_path, tmp_path / "form.docx"],
        check=True,
        capture_output=True,
        timeout=120,
    )
    back = read_form(tmp_path / "form.pdf")
    assert len(back.indicators) == len(sample.indicators)
    assert [i.weight for i in back.indicators] == [i.weight for i in sample.indicators]
    assert back.budget == sample.budget


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(0, 9), min_size=1, max_size=8), min_size=1, max_size=5), st.data())
def test_rows_are_cut_by_their_weights(blocks: list[list[int]], data: st.DataObject) -> None:
    blocks = [[*block, 1] for block in blocks]
    weights = [Decimal(weight) for block in blocks for weight in block]
    labels, start = [], 0
    for number, block in enumerate(blocks):
        inside = data.draw(st.integers(0, len(block) - 1))
        labels.append(Label(f"第{number}级", Decimal(sum(block)), start + inside))
        start += len(block)
    cut = cut_rows(weights, labels)
    assert cut.is_certain
    totals = {label.name: Decimal(0) for label in labels}
    for name, weight in zip(cut.names, weights, strict=True):
        totals[name] += weight
    assert totals == {label.name: label.weight for label in labels}
    assert list(dict.fromkeys(cut.names)) == [label.name for label in labels]


def test_the_report_file_goes_round(sample: Report) -> None:
    assert parse_report(render_report(sample)) == sample
