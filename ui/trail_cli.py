"""The commands on the audit trail: verified, and listed."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sqlalchemy import Engine

trail_app = typer.Typer(help="修改记录：谁何时改了什么。", no_args_is_help=True, rich_markup_mode=None)


@trail_app.command("verify")
def trail_verify(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="改为核验 ziping store export 写出的文件中的修改记录"),
    ] = None,
    last: Annotated[
        str, typer.Option("--last", metavar="HASH", help="以前核验时抄下的哈希，须仍在链中")
    ] = "",
) -> None:
    """核验修改记录没有被改动、删去、调换或截断，各版本与记录一致；有一处不符即以状态 1 结束。"""
    from corpus.store import reading
    from corpus.store_files import verify_trail
    from corpus.trail_check import verify
    from scoring.errors import InputError

    try:
        if file is not None:
            found = verify_trail(file, last)
        else:
            with reading(_store()) as session:
                found = verify(session, last)
    except InputError as broken:
        print(broken, file=sys.stderr)
        raise typer.Exit(1) from None
    print(f"{found.entries} 条修改记录完整，最后一条的哈希：{found.last}")


@trail_app.command("list")
def trail_list(
    report: Annotated[int | None, typer.Option("--report", metavar="ID", help="只列这份报告")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """按先后列出修改记录：序号、时间、谁、哪份报告第几版、做了什么。"""
    from corpus.store import reading
    from corpus.trail import entries
    from ui.trail_text import entry_json, entry_line

    with reading(_store()) as session:
        for entry in entries(session, report):
            print(json.dumps(entry_json(entry), ensure_ascii=False) if as_json else entry_line(entry))


def _store() -> Engine:
    from corpus.store import home, open_store

    return open_store(home(), os.environ.get("ZIPING_DATABASE", "").strip())
