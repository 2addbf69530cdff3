"""What must hold for any bytes at all: the readers of reports, numbers and forms under a coverage-guided fuzzer.

``make fuzz`` gives each target a while; ``python tests/fuzz_targets.py TARGET`` takes libFuzzer's options, and
begins with real reports and forms where no folder of inputs is named. A target may refuse its input by an
InputError of one line; anything else that is raised is a bug, and its input is kept in tests/artefacts.
"""

from __future__ import annotations

import importlib
import importlib.util
import io
import json
import sys
import tempfile
import zipfile
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

Target = Callable[[bytes], None]
_ROOT = Path(__file__).parent.parent
_SAMPLE = _ROOT / "corpus" / "sample_project.yaml"
_FORM = _ROOT / "tests" / "forms" / "minhang.txt"
_ARTEFACTS = _ROOT / "tests" / "artefacts"
_LONGEST = 16_384
_INSTRUMENTED = (
    *(
        "scoring.check",
        "scoring.score",
        "scoring.report_file",
        "corpus.forms.build",
        "corpus.forms.excel",
        "corpus.forms.pdf",
    ),
    *("corpus.forms.text", "corpus.forms.word"),
)
_LABELS = (
    *(
        "方案",
        "年度",
        "项目名称",
        "预算单位",
        "当年预算数",
        "预算执行数",
        "预算执行率",
        "年度目标",
        "绩效等级",
    ),
    *("合计", "一级指标", "指标名称", "指标解释", "权重", "自评分", "备注", "二级指标", "年度指标值"),
    *("实际完成值", "主要绩效", "主要问题", "改进措施", "名称", "数值", "单位", "上年值", "其中", "2020年度"),
)


def text_of(data: bytes) -> str:
    """The bytes as text, lone surrogates among it."""
    return data.decode("utf-8", "surrogateescape")


def report_file(data: bytes) -> None:
    """A report file is refused in one line, or read and written and read again to the same report."""
    from scoring.report_file import parse_report, render_report

    given = _Given(data)
    text = given.rest() if given.count(3) == 0 else _report_lines(given)
    report = refused(lambda: parse_report(text))
    if report is not None:
        again = parse_report(render_report(report))
        assert again == report, "written and read again it is another report"


def numbers(data: bytes) -> None:
    """Every number lies where it says, none over another."""
    from scoring.numbers.reader import read

    text, end = text_of(data), 0
    for mention in read(text):
        assert end <= mention.start < mention.end <= len(text)
        assert mention.text == text[mention.start : mention.end]
        end = mention.end


def binder(data: bytes) -> None:
    """A report with any texts and metrics is checked."""
    from scoring.check import check
    from scoring.report import Report
    from scoring.scheme import ids, load

    given = _Given(data)
    scheme = load(given.one_of(ids()))
    metrics = [
        {
            "名称": given.text() or "数",
            "数值": f"{given.number():f}",
            "单位": given.text(),
            "目标": given.text(),
        }
        | {"其中": [given.text()], "别名": [given.text()], "上年值": f"{given.number():f}"}
        for _ in range(given.count(4))
    ]
    rows = [
        {"一级指标": given.one_of(("产出目标", "投入与管理", given.text())), "指标名称": given.text()}
        | {"权重": f"{given.number():f}", "自评分": f"{given.number():f}", "年度指标值": given.text()}
        | {"实际完成值": given.text(), "偏差原因": given.text(), "备注": given.text()}
        for _ in range(given.count(4))
    ]
    fields = {
        "方案": scheme.id,
        "年度": "2020",
        "项目名称": given.text() or "项目",
        "预算单位": given.text() or "甲",
    }
    fields |= {"绩效等级": given.text(), "合计": f"{given.number():f}", "自评时间": given.text()}
    money = {label: f"{given.number():f}" for label in ("当年预算数", "上年预算金额", "预算执行数")}
    texts = {label: given.text() for label in ("项目总目标", "主要绩效", "主要问题", "改进措施")}
    texts["主要绩效"] = given.rest()
    mapping: dict[str, Any] = {**fields, **money, **texts, "指标": rows, "数据": metrics}
    report = refused(lambda: Report.from_mapping(mapping | {"年度目标": [given.text()]}))
    if report is not None:
        check(report, scheme).to_json("report")


def commands(data: bytes) -> None:
    """The commands for programs answer any report file, or any JSON in its place, by what is JSON again."""
    from ui.page.api import check, score

    given = _Given(data)
    asked: Any = _json(given.rest()) if given.count(1) else _report_lines(given)
    for command in (score, check):
        told = refused(partial(command, asked, None))
        json.dumps(told, ensure_ascii=False, allow_nan=False)


def form_txt(data: bytes) -> None:
    """A text form is refused or read."""
    _form("a.txt", data)


def form_pdf(data: bytes) -> None:
    """A PDF is refused or read."""
    _form("a.pdf", data if data.startswith(b"%PDF") else b"%PDF-1.4\n" + data)


def form_docx(data: bytes) -> None:
    """A Word file of any cells, or of any XML, is refused or read."""
    given = _Given(data)
    if given.count(3) == 0:
        body = given.rest()
    else:
        rows = "".join(f"<w:tr>{''.join(map(_word_cell, row))}</w:tr>" for row in given.table())
        body = f"<w:tbl><w:tblPr/><w:tblGrid/>{rows}</w:tbl>{escape(given.rest())}"
    namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    document = f'<w:document xmlns:w="{namespace}"><w:body>{body}</w:body></w:document>'
    _form("a.docx", _with_part(_template("docx"), "word/document.xml", document))


def form_xlsx(data: bytes) -> None:
    """An Excel file of any cells, or of any XML, is refused or read."""
    given = _Given(data)
    if given.count(3) == 0:
        body = given.rest()
    else:
        rows = "".join(f"<row>{''.join(map(_excel_cell, row))}</row>" for row in given.table())
        body = f"<sheetData>{rows}</sheetData>"
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    _form(
        "a.xlsx",
        _with_part(
            _template("xlsx"),
            "xl/worksheets/sheet1.xml",
            f'<worksheet xmlns="{namespace}">{body}</worksheet>',
        ),
    )


TARGETS: dict[str, Target] = {
    one.__name__: one
    for one in (report_file, numbers, binder, commands, form_txt, form_pdf, form_docx, form_xlsx)
}


def refused(act: Callable[[], Any]) -> Any:
    """What ``act`` gives, or None where it refuses in one printable line."""
    from scoring.characters import writable
    from scoring.errors import InputError

    try:
        return act()
    except InputError as error:
        said = str(error)
        assert writable(said) == said, f"the refusal holds what is not seen: {said!r}"
        assert "\n" not in said, f"the refusal is more than a line: {said!r}"
        assert len(said) < 700, f"the refusal is {len(said)} characters long"
        assert any("一" <= char <= "鿿" for char in said), f"the refusal is not Chinese: {said!r}"
        return None


def _json(text: str) -> Any:
    """What a caller's JSON holds; the text itself where it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _form(name: str, data: bytes) -> None:
    from corpus.forms import read_form_bytes
    from scoring.report_file import parse_report, render_report

    report = refused(lambda: read_form_bytes(name, data))
    if report is not None:
        assert parse_report(render_report(report)).to_mapping() == report.to_mapping()


def _report_lines(given: _Given) -> str:
    """A report file with any text at its labels, also where numbers, lists and mappings belong."""
    lines = ["方案: 闵行-2020", "年度: 2020", "项目名称: 甲", "预算单位: 乙"]
    lines += [f"{given.one_of(_LABELS)}: {given.text()}" for _ in range(given.count(4))]
    lines += [f"{given.one_of(('数据', '指标', '忽略', '一级指标分值', '年度目标'))}:"]
    for _ in range(given.count(3)):
        row = ", ".join(f"{given.one_of(_LABELS)}: {given.text()}" for _ in range(given.count(5)))
        lines.append(given.one_of(("- {%s}", "- %s", "  %s", "  - [%s]")) % row)
    return "\n".join([*lines, given.rest()])


class _Given:
    """Texts, counts and numbers out of the fuzzer's bytes, one after another."""

    def __init__(self, data: bytes) -> None:
        self._left = data

    def count(self, most: int) -> int:
        taken, self._left = self._left[:1], self._left[1:]
        return taken[0] % (most + 1) if taken else 0

    def one_of(self, choices: tuple[str, ...]) -> str:
        return choices[self.count(len(choices) - 1)]

    def text(self) -> str:
        taken, _, self._left = self._left.partition(b"\xff")
        return text_of(taken)

    def number(self) -> Decimal:
        return Decimal(self.count(255)).scaleb(self.count(30) - 15)

    def cell(self) -> str:
        return self.one_of(_LABELS) if self.count(1) else self.text()

    def table(self) -> list[list[str]]:
        return [[self.cell() for _ in range(1 + self.count(5))] for _ in range(1 + self.count(7))]

    def rest(self) -> str:
        taken, self._left = self._left, b""
        return text_of(taken)


def _word_cell(text: str) -> str:
    return f"<w:tc><w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p></w:tc>"


def _excel_cell(text: str) -> str:
    is_number = text[:1].isascii() and text[:1].isdigit()
    if is_number:
        return f"<c><v>{escape(text)}</v></c>"
    return f'<c t="inlineStr"><is><t>{escape(text)}</t></is></c>'


def _with_part(template: dict[str, bytes], part: str, text: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in template.items():
            archive.writestr(name, text.encode("utf-8", "replace") if name == part else content)
    return written.getvalue()


def _template(kind: str) -> dict[str, bytes]:
    if kind not in _TEMPLATES:
        from scoring.report_file import parse_report

        report = parse_report(_SAMPLE.read_text("utf-8"))
        if kind == "docx":
            from corpus.forms.word_out import docx_bytes as written
        else:
            from corpus.forms.excel_out import xlsx_bytes as written
        with zipfile.ZipFile(io.BytesIO(written(report))) as archive:
            _TEMPLATES[kind] = {name: archive.read(name) for name in archive.namelist()}
    return _TEMPLATES[kind]


_TEMPLATES: dict[str, dict[str, bytes]] = {}


def _seeds() -> list[bytes]:
    """Real inputs to begin with: a form and a report file as they are, and for what takes them apart."""
    form, report = _FORM.read_bytes(), _SAMPLE.read_bytes()
    return [form, report, b"\x00" + report, b"\x01" + form.replace(b"\t", b"\xff").replace(b"\n", b"\xff")]


def main(arguments: list[str]) -> int:
    """Fuzz the target named first, or list them all; the rest goes to libFuzzer."""
    if arguments[1:] == ["--list"]:
        print(*TARGETS)
        return 0
    if importlib.util.find_spec("atheris") is None:
        print("没有安装 atheris，无法做模糊测试：.venv/bin/uv pip install -e '.[fuzz]'", file=sys.stderr)
        return 2
    atheris: Any = importlib.import_module("atheris")
    name = arguments[1] if len(arguments) > 1 else ""
    if name not in TARGETS:
        print(f"应为以下之一：{' '.join(TARGETS)}", file=sys.stderr)
        return 2
    with atheris.instrument_imports(include=["scoring", "corpus.forms"]):
        for module in _INSTRUMENTED:
            importlib.import_module(module)
    _ARTEFACTS.mkdir(exist_ok=True)
    options = ["-timeout=20", "-rss_limit_mb=2048", f"-max_len={_LONGEST}", f"-artifact_prefix={_ARTEFACTS}/"]
    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(_seeds()):
            (Path(folder) / str(number)).write_bytes(seed)
        inputs = [] if any(not one.startswith("-") for one in arguments[2:]) else [folder]
        atheris.Setup([arguments[0], *options, *arguments[2:], *inputs], TARGETS[name])
        atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
