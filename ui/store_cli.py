"""The commands on the whole store: written to one file, and taken in from one."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sqlalchemy import Engine

store_app = typer.Typer(help="全部报告的备份与恢复。", no_args_is_help=True, rich_markup_mode=None)
ZipFile = Annotated[Path, typer.Argument(metavar="FILE", help=".zip 文件")]


@store_app.command("export")
def export_command(file: ZipFile) -> None:
    """把全部报告、所有版本和修改记录写进一个文件；账号和密码不写入，已有的文件不会被覆盖。"""
    from corpus.store_files import export_store

    count = export_store(_store(), file)
    print(f"已导出 {count} 份报告：{file}")


@store_app.command("import")
def import_command(file: ZipFile) -> None:
    """取回导出的报告；已有的内容不会被改动，要么全部取回，要么一份也不取。"""
    from corpus.store_files import import_store

    done = import_store(_store(), file, datetime.now(UTC))
    print(f"新取回 {done.new} 份，接着已有版本补上 {done.continued} 份，原已有 {done.known} 份")
    for name in done.conflicts:
        print(f"没有取回：{name}，资料库中已有这份报告的另一内容")


def _store() -> Engine:
    from corpus.store import home, open_store

    return open_store(home(), os.environ.get("ZIPING_DATABASE", "").strip())
