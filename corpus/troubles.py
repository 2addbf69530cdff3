"""What a failing database means to the user: one sentence with what to do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import URL, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError

from corpus.disk import FULL, READ_ONLY, disk_problem
from scoring.errors import InputError

_BUSY: Final = "另一个程序正在写入，这一步没有写入，请稍后再试"
_GONE: Final = "与数据库的连接中断，最后一步可能没有写入；请稍后再试，一直不行请联系技术人员"
_CHECK: Final = "请检查磁盘空间和文件夹权限"
_DAMAGED: Final = "数据库文件已损坏或不是本程序的，请把它移走后用备份恢复"

_SQLITE: Final = {
    "SQLITE_FULL": FULL,
    "SQLITE_READONLY": f"数据库{READ_ONLY}",
    "SQLITE_BUSY": _BUSY,
    "SQLITE_LOCKED": _BUSY,
    "SQLITE_CORRUPT": _DAMAGED,
    "SQLITE_NOTADB": _DAMAGED,
}
# the first two signs of an SQLSTATE are its class
_POSTGRES: Final = {
    "08": _GONE,
    "25": f"数据库{READ_ONLY}",
    "28": "数据库不接受这个用户或密码，请检查 ZIPING_DATABASE",
    "3D": "没有这个数据库，请检查 ZIPING_DATABASE",
    "40": _BUSY,
    "53100": "数据库服务器的" + FULL,
    "57": _GONE,
}


_LEAST_BYTES: Final = 64 * 1024  # what SQLite needs to open a database beside which others write


@contextmanager
def plain_errors(engine: Engine) -> Iterator[None]:
    """Turn a failure of the database itself into one sentence; a violated constraint passes through."""
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as error:
        is_sqlite = engine.dialect.name == "sqlite"
        problem = _sqlite_problem(error, engine.url) if is_sqlite else _postgres_problem(error)
        raise InputError("资料库", f"数据库无法读写：{problem}") from error


def _sqlite_problem(error: DBAPIError, url: URL) -> str:
    code = str(getattr(error.orig, "sqlite_errorname", ""))
    base = "_".join(code.split("_")[:2])  # SQLITE_READONLY_DIRECTORY → SQLITE_READONLY
    return _SQLITE.get(base) or _state_of(Path(url.database or "").parent) or f"{error.orig}，{_CHECK}"


def _state_of(folder: Path) -> str:
    """What the disk itself tells where SQLite only knows that a file could not be opened or written."""
    try:
        if not os.access(folder, os.W_OK):
            return f"{folder}{READ_ONLY}"
        return FULL if shutil.disk_usage(folder).free < _LEAST_BYTES else ""
    except OSError as error:
        return f"{folder}{disk_problem(error)}"


def _postgres_problem(error: DBAPIError) -> str:
    state = str(getattr(error.orig, "sqlstate", "") or "")
    if error.connection_invalidated or not state:
        return _GONE
    return _POSTGRES.get(state) or _POSTGRES.get(state[:2]) or f"{error.orig}，请联系技术人员"
