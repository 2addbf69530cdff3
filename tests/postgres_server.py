"""A PostgreSQL server of the tests' own, on loopback, from Debian's package."""

from __future__ import annotations

import itertools
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

_COUNT = itertools.count()


class Server:
    """A server that runs; each test takes a database of its own."""

    def __init__(self, programs: Path, folder: Path, user: str | None) -> None:
        self._programs, self._folder, self._user = programs, folder, user
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._run("initdb", "-U", "ziping", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        self.start()

    def start(self) -> None:
        # A killed server loses nothing that the system holds, synced or not; syncing only takes long.
        options = f"-p {self.port} -c fsync=off -c listen_addresses=127.0.0.1 -c unix_socket_directories='{self._folder}'"
        self._run("pg_ctl", "-w", "-o", options, "-l", str(self._folder / "log"), "start")

    def stop(self, how: str) -> None:
        """``fast`` sends everybody away, ``immediate`` is a crash."""
        self._run("pg_ctl", "-w", "-m", how, "stop")

    def database(self, template: str = "template1") -> str:
        """The address of a new database, empty or a copy of ``template``."""
        name = f"t{next(_COUNT)}"
        engine = create_engine(self.address("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        engine.dispose()
        return self.address(name)

    def address(self, name: str) -> str:
        return f"postgresql+psycopg://ziping@127.0.0.1:{self.port}/{name}"

    def _run(self, program: str, *words: str) -> None:
        subprocess.run(
            [self._programs / program, "-D", self._folder / "data", *words],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            user=self._user,
            cwd=self._folder,
        )


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """The server; where Debian's ``postgresql`` is not installed the test is skipped with that reason."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not programs:
        pytest.skip("没有安装 PostgreSQL（apt-get install postgresql），数据库的这些测试没有做")
    folder = Path(tempfile.mkdtemp(prefix="ziping-postgres-"))
    user = None
    if os.geteuid() == 0:  # which PostgreSQL refuses to run as
        user = "postgres"
        shutil.chown(folder, user)
    server = None
    try:
        server = Server(programs[-1].parent, folder, user)
        yield server
    finally:
        if server:
            server.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)
