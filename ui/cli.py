"""The command line: reads files, calls the layers below, prints, and decides the exit status."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scoring.errors import InputError
from ui.store_cli import store_app
from ui.trail_cli import trail_app
from ui.users_cli import users_app

if TYPE_CHECKING:
    from corpus.library import Library
    from scoring.report import Report
    from scoring.scheme import Scheme

FINE, FINDINGS, UNUSABLE, UNEXPECTED = 0, 1, 2, 70

app = typer.Typer(
    name="ziping",
    help="自评：起草项目绩效自评价的文字，并逐个核对其中的数。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
library_app = typer.Typer(help="往年报告库。", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(library_app, name="corpus")
app.add_typer(users_app, name="users")
app.add_typer(trail_app, name="trail")
app.add_typer(store_app, name="store")

ReportPath = Annotated[
    Path, typer.Argument(metavar="REPORT", help="报告文件或可导入的表格", show_default=False)
]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON")]
OutPath = Annotated[Path | None, typer.Option("-o", "--out", help="写入的文件", show_default=False)]
SUFFIXES = (".yaml", ".yml", ".txt", ".docx", ".xlsx", ".pdf")


def main() -> None:
    """Run the command line; the one place where an error becomes a line and an exit status."""
    try:
        _read_env_file()
        sys.exit(app(standalone_mode=False) or FINE)
    except InputError as error:
        _fail(str(error), UNUSABLE)
    except typer.Exit as stop:
        sys.exit(stop.exit_code)
    except typer.Abort:
        _fail("已取消", UNUSABLE)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(FINE)
    except OSError as error:
        _fail(f"{error.filename or ''}：{_os_problem(error)}".lstrip("："), UNUSABLE)
    except Exception as error:
        if hasattr(error, "format_message"):
            _fail(f"命令用法有误：{error.format_message()}（用 ziping --help 查看用法）", UNUSABLE)
        _fail(f"意外的错误，详情见 {_log(error)}", UNEXPECTED)


@app.command("score")
def score_command(
    report: ReportPath,
    as_json: AsJson = False,
    scheme: Annotated[str, typer.Option("--scheme", help="改用另一评分方案", show_default=False)] = "",
    compare: Annotated[bool, typer.Option("--compare", help="与其他方案对照")] = False,
) -> None:
    """重新计算执行率、各一级指标得分、合计和等级，并指出与填报不同之处。"""
    from scoring.score import score
    from ui.text import comparison_lines, score_lines

    loaded = _read(report)
    if compare:
        from scoring.compare import compare as compare_schemes

        comparisons = compare_schemes(loaded)
        _print_json([c.to_json() for c in comparisons]) if as_json else _print(comparison_lines(comparisons))
        return
    card = score(loaded, _scheme(scheme or loaded.scheme))
    _print_json([card.to_json()]) if as_json else _print(score_lines(loaded, card))


@app.command("check")
def check_command(
    reports: Annotated[list[Path], typer.Argument(metavar="REPORT…", help="报告文件、表格或文件夹")],
    as_json: AsJson = False,
) -> None:
    """核对每个数、每项分数和每个目标，列出问题。"""
    from ui.batch import check_files

    files = list(_files(reports))
    if not files:
        raise InputError("、".join(map(str, reports)), f"没有可核对的文件（{'、'.join(SUFFIXES)}）")
    worst = FINE
    for line, status in check_files(files, as_json, alone=len(files) == 1):
        print(line, file=sys.stderr if status == UNUSABLE and not as_json else sys.stdout, flush=True)
        worst = max(worst, status)
    raise typer.Exit(worst)


@app.command("rules")
def rules_command(as_json: AsJson = False) -> None:
    """列出全部核对规则及说明。"""
    from scoring.rules import RULES
    from ui.text import rule_json, rule_lines

    if as_json:
        _print_json([rule_json(rule) for rule in RULES])
    else:
        _print(line for rule in RULES for line in rule_lines(rule))


@app.command("bench")
def bench_command(
    reports: Annotated[list[Path] | None, typer.Argument(metavar="[REPORT…]", help="自己的无误报告")] = None,
    rounds: Annotated[int, typer.Option("--rounds", help="每类错误植入几次")] = 3,
    seed: Annotated[int, typer.Option("--seed", help="随机种子")] = 1,
    missed: Annotated[bool, typer.Option("--missed", help="列出未查出的")] = False,
) -> None:
    """在无误的报告里逐个植入错误，统计核对查出多少、误报多少。"""
    from corpus.samples import sample_reports
    from scoring.bench.annotated import Annotated, packaged_annotated
    from scoring.bench.measure import table
    from ui.batch import measured

    own = [(str(path), _read(path)) for path in _files(reports or [])]
    clean = [Annotated(name, report, ()) for name, report in own or sample_reports()]
    tally = measured([*clean, *(() if own else packaged_annotated())], seed, rounds)
    _print(table(tally))
    if missed:
        _print(["", *tally.missed])


@app.command("import")
def import_command(form: Annotated[Path, typer.Argument(metavar="FORM")], out: OutPath = None) -> None:
    """把 .txt .docx .xlsx .pdf 表格读成报告文件；放不下的内容列在标准错误上。"""
    from scoring.report_file import render_report
    from ui.text import import_note_lines

    loaded = _read(form)
    _write_text(out, render_report(loaded))
    for line in import_note_lines(loaded):
        print(line, file=sys.stderr)


@app.command("export")
def export_command(
    report: ReportPath,
    out: Annotated[Path, typer.Option("-o", "--out", help=".docx .xlsx 或 .html")],
    with_provenance: Annotated[
        bool, typer.Option("--with-provenance", help="附上每句话的数据来源与计算说明")
    ] = False,
) -> None:
    """导出正式表格。"""
    from corpus.forms import write_form

    write_form(_read(report), out, with_provenance)
    print(f"已导出：{out}")


@app.command("draft")
def draft_command(
    report: ReportPath,
    out: OutPath = None,
    section: Annotated[list[str] | None, typer.Option("--section", help="只起草这一部分，可重复")] = None,
    writer: Annotated[str, typer.Option("--writer", help="offline（内置）或 model（大模型）")] = "",
) -> None:
    """起草主要绩效、主要问题、改进措施；每个数都出自录入的数据。"""
    from assistant.drafting import Notice, SectionWritten, SentenceWritten, choose_writer, draft, drafted
    from assistant.settings import Settings
    from scoring.report import NARRATIVES
    from scoring.report_file import render_report

    loaded = _read(report)
    sections = tuple(section or NARRATIVES)
    for name in sections:
        if name not in NARRATIVES:
            raise InputError("--section", f"应为{'、'.join(NARRATIVES)}之一，读到「{name}」")
    chosen = choose_writer(Settings.load(), writer or None)
    events = []
    with _library() as library:
        for event in draft(loaded, sections, chosen, library):
            events.append(event)
            if isinstance(event, Notice):
                print(event.text, file=sys.stderr)
            elif isinstance(event, SentenceWritten) and out is not None:
                print(event.text, end="", flush=True)
            elif isinstance(event, SectionWritten) and out is not None:
                print(f"\n——以上为{event.section}——\n", flush=True)
    _write_text(out, render_report(drafted(loaded, events)))


@library_app.command("add")
def library_add(paths: Annotated[list[Path], typer.Argument(metavar="PATH…")]) -> None:
    """加入往年报告（文件或文件夹）；重复的不再加入。"""
    from ui.text import added_lines

    files = list(_files(paths))
    with _library() as library, typer.progressbar(length=len(files), label="加入", file=sys.stderr) as bar:
        result = library.add(files, progress=lambda done, _: bar.update(done - bar.pos))
    _print(added_lines(result))


@library_app.command("search")
def library_search(
    query: str,
    section: Annotated[str, typer.Option("--section", help="主要绩效、主要问题或改进措施")] = "",
    sector: Annotated[str, typer.Option("--sector", help="领域")] = "",
    year: Annotated[int, typer.Option("--year", help="年度")] = 0,
    unit: Annotated[str, typer.Option("--unit", help="预算单位")] = "",
    limit: Annotated[int, typer.Option("--limit", help="最多几条")] = 10,
    as_json: AsJson = False,
) -> None:
    """在往年报告里找相近的写法。"""
    from ui.text import hit_json, hit_lines

    with _library() as library:
        hits = library.search(query, section or None, sector or None, year or None, unit or None, limit)
    if as_json:
        _print_json([hit_json(hit) for hit in hits])
    else:
        _print(line for hit in hits for line in hit_lines(hit))


@library_app.command("list")
def library_list(as_json: AsJson = False) -> None:
    """列出库中报告：编号、年度、单位、项目。"""
    from ui.text import record_json, record_line

    with _library() as library:
        records = library.list()
    _print_json([record_json(record) for record in records]) if as_json else _print(map(record_line, records))


@library_app.command("remove")
def library_remove(report_id: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """从库中移除一份报告及其全部段落。"""
    with _library() as library:
        library.remove(report_id)
    print(f"已移除：{report_id}")


@app.command("ui")
def ui_command(
    host: Annotated[str, typer.Option("--host")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="被占用时取下一个空闲端口")] = 7860,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="打开浏览器")] = True,
    mcp: Annotated[
        bool, typer.Option("--mcp", help="同时作为 MCP 服务：score、check、draft、corpus_search")
    ] = False,
) -> None:
    """打开编辑页面。"""
    from ui.page import serve

    serve(host, port, browser, mcp)


def _read(path: Path) -> Report:
    from corpus.forms import read_form

    return read_form(path)


def _scheme(scheme_id: str) -> Scheme:
    from scoring.scheme import load

    return load(scheme_id)


@contextmanager
def _library() -> Iterator[Library]:
    """The library of this user's data folder; what it has to say is told on standard error."""
    from corpus.library import Library
    from corpus.store import home

    with Library(home()) as library:
        yield library
        for notice in library.notices:
            print(notice, file=sys.stderr)


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files named, and those of a readable format in the folders named, in order of name."""
    for path in paths:
        if path.is_dir():
            yield from sorted(
                file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file()
            )
        else:
            yield path


def _write_text(out: Path | None, text: str) -> None:
    """Write whole or not at all."""
    if out is None:
        print(text, end="")
        return
    from corpus.disk import write_whole

    write_whole(out, text.encode())


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)


def _print_json(objects: Iterable[object]) -> None:
    for item in objects:
        print(json.dumps(item, ensure_ascii=False))


def _read_env_file() -> None:
    """Settings in a .env file of this folder; what the environment says goes first."""
    if Path(".env").is_file():
        from dotenv import load_dotenv

        load_dotenv(".env")


def _fail(message: str, status: int) -> None:
    print(" ".join(message.split()), file=sys.stderr)
    sys.exit(status)


def _os_problem(error: OSError) -> str:
    problems: dict[type[OSError], str] = {
        FileNotFoundError: "文件不存在，请检查路径",
        PermissionError: "没有权限读写，请检查权限",
        IsADirectoryError: "这是一个文件夹，应为文件",
    }
    return problems.get(type(error), error.strerror or "读写失败")


def _log(error: Exception) -> Path:
    """Write the traceback to a log file for the technician and name it."""
    with tempfile.NamedTemporaryFile(
        "w", prefix="ziping-", suffix=".log", delete=False, encoding="utf-8"
    ) as log:
        traceback.print_exception(error, file=log)
    return Path(log.name)


if __name__ == "__main__":
    main()
