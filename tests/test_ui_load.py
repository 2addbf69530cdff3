"""Many writers at once through the real server: nothing lost, nothing of another's shown, memory flat."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean, median, quantiles

import pytest
from load_writer import FIELD, PASSWORD, Writer

from corpus import accounts, history, store
from corpus.store import reading
from corpus.trail_check import verify
from scoring.report_file import parse_report
from ui.page.address import free_port

WRITERS = int(os.environ.get("ZIPING_LOAD_WRITERS", "8"))
SECONDS = int(os.environ.get("ZIPING_LOAD_SECONDS", "10"))
PAUSE = float(os.environ.get("ZIPING_LOAD_PAUSE", "0.4"))
SETTLED = 120
"""From how many seconds on memory is expected to have settled after a third of the run."""


@pytest.fixture
def writers(own_home: Path) -> list[Writer]:
    engine = store.open_store(own_home)
    people = [Writer(number) for number in range(1, WRITERS + 1)]
    for one in people:
        accounts.add(engine, one.name, "writer", [one.unit], PASSWORD, datetime.now(UTC))
    engine.dispose()
    return people


@pytest.fixture
def errors(tmp_path: Path) -> Path:
    return tmp_path / "errors.txt"


@pytest.fixture
def server(writers: list[Writer], errors: Path) -> Iterator[subprocess.Popen[str]]:
    """The editor in a process of its own, asking for logins because it is behind a proxy on this machine."""
    port = str(free_port("127.0.0.1", 8460))
    command = [sys.executable, "-m", "ui.cli", "ui", "--no-browser", "--port", port]
    surroundings = {**os.environ, "ZIPING_PROXIES": "127.0.0.1", "PYTHONUTF8": "1"}
    with (
        errors.open("w") as said,
        subprocess.Popen(
            command, env=surroundings, stdout=subprocess.PIPE, stderr=said, text=True
        ) as process,
    ):
        yield process
        process.kill()


def test_many_writers_at_once(
    server: subprocess.Popen[str], writers: list[Writer], own_home: Path, errors: Path
) -> None:
    assert server.stdout is not None
    found = re.search(r"http://\S+?/", server.stdout.readline())
    assert found, errors.read_text("utf-8")
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(lambda one: one.enter(found[0]), writers))
        until = time.monotonic() + SECONDS
        at_work = [pool.submit(one.work, until, PAUSE) for one in writers]
        memory = []
        while not all(one.done() for one in at_work):
            memory.append(_megabytes(server.pid))
            time.sleep(1)
    third = len(memory) // 3
    middle, last = mean(memory[third : 2 * third]), mean(memory[-third:])
    print(f"\n{WRITERS} writers, {SECONDS} s, load {os.getloadavg()[0]:.1f}")
    _tell_times(writers)
    print(f"memory: first {memory[0]:.0f} MB, middle third {middle:.0f}, last third {last:.0f}")
    assert [one.result() for one in at_work] == [None] * WRITERS
    assert "Traceback" not in errors.read_text("utf-8")
    _see_everything_kept(own_home, writers)
    assert SECONDS < SETTLED or last < middle * 1.25


def _see_everything_kept(home: Path, writers: list[Writer]) -> None:
    """Every acknowledged save is the version that it was said to be, by its writer, in the unit's one report."""
    engine = store.open_store(home)
    for one in writers:
        assert [draft.report_id for draft in history.reports_of(engine, one.unit)] == [one.report]
        versions = {version.n: version for version in store.versions(engine, one.report)}
        assert one.kept
        assert set(versions) - {1} == set(one.kept)
        assert {version.who for version in versions.values()} == {one.name}
        last = store.newest(engine, one.report)
        assert last is not None
        assert parse_report(last.text).narrative(FIELD) == one.kept[max(one.kept)]
        for n, text in one.kept.items():
            assert text.rpartition(one.mark)[2] in versions[n].text
    with reading(engine) as session:
        verify(session)
    engine.dispose()


def _tell_times(writers: list[Writer]) -> None:
    for call, what in (("text", "save"), ("check_text", "check"), ("open", "open")):
        taken = [seconds for one in writers for seconds in one.seconds[call]]
        p95 = quantiles(taken, n=20)[18]
        print(
            f"{what}: {len(taken)}, median {median(taken):.3f} s, p95 {p95:.3f} s, longest {max(taken):.3f} s"
        )


def _megabytes(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1024
