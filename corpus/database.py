"""The database under the store: how it is connected to, and its layout brought up to date."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import URL, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from scoring.errors import InputError

HEAD: Final = "0003"
"""The newest migration under ``corpus/migrations``; a store that has it is opened without alembic."""

_BUSY_SECONDS: Final = 15


def connect(url: str | URL) -> Engine:
    """An engine for the database at ``url``; nothing is opened yet.

    Raises:
        InputError: ``url`` is no address, or the driver for it is not installed.
    """
    try:
        address = make_url(url)
        is_sqlite = address.get_backend_name() == "sqlite"
        # A shared database may have been restarted since a connection was last used.
        engine = create_engine(
            address,
            connect_args={"timeout": _BUSY_SECONDS} if is_sqlite else {"connect_timeout": _BUSY_SECONDS},
            pool_pre_ping=not is_sqlite,
        )
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        problem = "不是可用的数据库地址，应如 postgresql+psycopg://…"
        if isinstance(error, ModuleNotFoundError) and "psycopg" in str(error.name):
            problem = f"缺少数据库驱动 {error.name}，请技术人员安装：pip install 'psycopg[binary]'"
        raise InputError("ZIPING_DATABASE", problem) from error
    if is_sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun by _begin_sqlite, not by the driver
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    # A transaction that will write takes the write lock at once: taking it later fails under load.
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def migrate(engine: Engine) -> None:
    """Bring a database to the newest layout, a new one and an old one.

    Raises:
        InputError: it was made by a newer version of the program.
    """
    found = _layout(engine)
    if found == HEAD:
        return
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", "corpus:migrations")
    try:
        with engine.execution_options(writes=True).begin() as connection:
            if engine.dialect.name == "postgresql":  # two machines may start on one new database
                connection.execute(text("SELECT pg_advisory_xact_lock(20230101)"))
            config.attributes["connection"] = connection
            command.upgrade(config, HEAD)
    except CommandError as error:
        raise InputError("资料库", f"由更新版本的程序建立（{found}），请升级本程序后再打开") from error


def _layout(engine: Engine) -> str:
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return ""
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""
