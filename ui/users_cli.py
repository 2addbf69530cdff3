"""The commands for the people of a shared server: add, list, remove, and another password."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from getpass import getpass
from typing import TYPE_CHECKING, Annotated

import typer

from scoring.errors import InputError

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from corpus.accounts import Account

users_app = typer.Typer(help="多人共用一台服务时的用户。", no_args_is_help=True, rich_markup_mode=None)

Name = Annotated[str, typer.Argument(metavar="NAME", help="用户名", show_default=False)]
FromStdin = Annotated[bool, typer.Option("--password-stdin", help="从标准输入读一行作为密码")]


@users_app.command("add")
def users_add(
    name: Name,
    role: Annotated[str, typer.Option("--role", help="writer（填报）、reviewer（复核）或 admin（管理）")],
    unit: Annotated[
        list[str] | None, typer.Option("--unit", help="所属单位；复核人员可重复，为可查看的单位")
    ] = None,
    password_stdin: FromStdin = False,
) -> None:
    """增加一个用户；密码输入两次，不显示。"""
    from corpus import accounts

    kept = accounts.add(_store(), name, role, unit or (), _password(password_stdin), datetime.now(UTC))
    print(f"已增加：{_line(kept)}")


@users_app.command("list")
def users_list(as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False) -> None:
    """列出用户：用户名、角色、单位。"""
    from corpus import accounts

    for one in accounts.accounts(_store()):
        told = {"name": one.name, "role": one.role, "units": list(one.units)}
        print(json.dumps(told, ensure_ascii=False) if as_json else _line(one))


@users_app.command("remove")
def users_remove(name: Name) -> None:
    """移除一个用户；已登录的随即退出，其单位的报告都保留。"""
    from corpus import accounts

    accounts.remove(_store(), name, datetime.now(UTC))
    print(f"已移除：{name}")


@users_app.command("password")
def users_password(name: Name, password_stdin: FromStdin = False) -> None:
    """改一个用户的密码；用旧密码登录的随即退出。"""
    from corpus import accounts

    store = _store()
    if accounts.account(store, name) is None:
        raise InputError(f"用户 {name}", "没有这个用户，请用 ziping users list 查看")
    accounts.change_password(store, name, _password(password_stdin), datetime.now(UTC))
    print(f"已改密码：{name}")


@users_app.command("adopt")
def users_adopt(
    unit: Annotated[str, typer.Option("--unit", help="从此拥有这些报告的单位")],
) -> None:
    """改为多人使用后，把此前单机编写和入库的报告交给一个单位。"""
    from corpus.accounts import plain
    from corpus.records import hand_over

    if not plain(unit):
        raise InputError("--unit", "请指明单位")
    count = hand_over(_store(), plain(unit), "", datetime.now(UTC))
    print(f"已交给{plain(unit)}：{count} 份报告")


def _store() -> Engine:
    from corpus.store import home, open_store

    return open_store(home(), os.environ.get("ZIPING_DATABASE", "").strip())


def _password(from_stdin: bool) -> str:
    """What was typed twice without being shown, or the first line of standard input."""
    from corpus.accounts import SHORTEST

    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise InputError("密码", "这里不能输入密码；请在终端里运行，或加 --password-stdin 从标准输入读取")
    typed = getpass(f"密码（至少 {SHORTEST} 个字符，输入时不显示）：")
    if getpass("再输入一次：") != typed:
        raise InputError("密码", "两次输入的不一样，请重新运行")
    return typed


def _line(account: Account) -> str:
    from corpus.accounts import ROLES

    return "\t".join((account.name, ROLES[account.role], "、".join(account.units) or "—"))
