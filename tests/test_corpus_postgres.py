"""The store, the history and the library's records on PostgreSQL, which several machines may share."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import fault_child
import pytest
from fault_child import received
from postgres_server import Server
from sqlalchemy import Engine
from test_corpus_faults import running, warm_children  # noqa: F401 - a fixture
from test_corpus_library import (  # noqa: F401 - run here again, on the fixtures below
    library,
    samples_folder,
    test_a_better_file_of_the_same_report_takes_its_place,
    test_a_removed_sample_stays_away,
    test_an_added_report_is_found_where_it_stands,
    test_an_interrupted_import_leaves_the_library_as_it_was,
    test_filters_narrow_what_is_found,
    test_removing_a_report_removes_everything_of_it,
    test_the_same_file_twice_changes_nothing,
    test_units_see_their_own_the_samples_and_what_was_released,
    test_what_another_process_adds_is_found_at_once,
)
from test_corpus_store import (  # noqa: F401
    test_a_clock_that_goes_backwards_changes_no_order,
    test_a_failing_transaction_leaves_the_store_as_it_was,
    test_a_first_report_is_made_once_for_each_writer,
    test_a_save_on_an_old_version_is_refused_and_brings_the_newer_one,
    test_migrations_give_the_declared_tables,
    test_of_saves_that_meet_one_wins_and_none_is_lost,
    test_the_same_save_asked_for_twice_is_kept_once,
    test_versions_are_kept_in_order_with_their_parents,
    test_what_is_no_report_is_not_saved,
)
from test_corpus_store_files import content, exported_home, kept_home  # noqa: F401

from corpus import store
from corpus.library import Library
from corpus.records import set_state, state
from corpus.store_files import export_store, import_store
from scoring.errors import InputError


@pytest.fixture
def engine(postgres: Server, tmp_path: Path) -> Engine:
    return store.open_store(tmp_path, postgres.database())


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture(scope="module")
def filled(postgres: Server, samples_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> str:  # noqa: F811
    """The name of a database with the samples in it."""
    url = postgres.database()
    folder = tmp_path_factory.mktemp("filled")
    with Library(folder, environ={"ZIPING_DATABASE": url}, samples=samples_folder) as opened:
        opened.list()
    return url.rpartition("/")[2]


@pytest.fixture
def reopen(home: Path, postgres: Server, filled: str, samples_folder: Path) -> Callable[[], Library]:  # noqa: F811
    url = postgres.database(filled)
    return lambda: Library(home, environ={"ZIPING_DATABASE": url}, samples=samples_folder)


def test_processes_that_start_on_one_empty_database_make_one_of_everything(
    postgres: Server,
    samples_folder: Path,  # noqa: F811
    tmp_path: Path,
) -> None:
    """Each on a machine, that is with a data folder, of its own."""
    url = postgres.database()
    with (
        running(fault_child.starts, tmp_path / "1", samples_folder, url) as (_, one),
        running(fault_child.starts, tmp_path / "2", samples_folder, url) as (_, other),
    ):
        one.send("go")
        other.send("go")
        first = one.recv()
        assert first == other.recv()
        assert first[1] == 2
    with store.open_store(tmp_path, url).connect() as connection:
        counts = [
            connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()
            for table in ("alembic_version", "reports", "versions")
        ]
    assert counts == [1, 1 + 2, 1 + 2]


def test_two_that_set_one_fact_of_the_store_for_the_first_time_both_succeed(
    postgres: Server, tmp_path: Path
) -> None:
    url = postgres.database()
    engines = [store.open_store(tmp_path / name, url) for name in ("1", "2")]
    together = Barrier(len(engines), timeout=20)

    def set_all(engine: Engine) -> None:
        for key in range(20):
            together.wait()
            set_state(engine, f"fact {key}", "set")

    with ThreadPoolExecutor(len(engines)) as pool:
        for done in [pool.submit(set_all, engine) for engine in engines]:
            done.result(timeout=60)
    assert all(state(engines[0], f"fact {key}") == "set" for key in range(20))


def test_of_two_processes_that_save_one_report_neither_loses_a_text(postgres: Server, tmp_path: Path) -> None:
    url = postgres.database()
    report_id = store.create(
        store.open_store(tmp_path, url), fault_child.text(0), "", fault_child.now()
    ).report_id
    with (
        running(fault_child.rivals, tmp_path / "1", url, report_id, 1) as (_, one),
        running(fault_child.rivals, tmp_path / "2", url, report_id, 2) as (_, other),
    ):
        assert one.recv() == other.recv() == "ready"
        one.send("go")
        other.send("go")
        told = [*received(one), *received(other)]
    kept = {version.n: version.text for version in store.versions(store.open_store(tmp_path, url), report_id)}
    assert kept == {1: fault_child.text(0), **{n: mine for what, n, mine, _ in told if what == "kept"}}
    assert len(told) == 2 * fault_child.SAVES
    assert any(what == "refused" for what, *_ in told)


def test_a_database_restarted_under_load_loses_nothing_acknowledged(postgres: Server, tmp_path: Path) -> None:
    url = postgres.database()
    engine = store.open_store(tmp_path, url)
    reports = [store.create(engine, fault_child.text(0), "", fault_child.now()).report_id for _ in range(3)]
    engine.dispose()
    with (
        running(fault_child.stubborn, tmp_path / "1", url, reports[0], 1) as (_, one),
        running(fault_child.stubborn, tmp_path / "2", url, reports[1], 2) as (_, two),
        running(fault_child.stubborn, tmp_path / "3", url, reports[2], 3) as (_, three),
    ):
        writers = (one, two, three)
        before = [writer.recv() for writer in writers]
        for how in ("immediate", "fast", "immediate"):
            time.sleep(0.3)
            postgres.stop(how)
            postgres.start()
        time.sleep(0.5)
        for writer in writers:
            writer.send("stop")
        told = [[first, *received(writer)] for first, writer in zip(before, writers, strict=True)]
    for report_id, all_told in zip(reports, told, strict=True):
        kept = {version.n: store.checksum(version.text) for version in store.versions(engine, report_id)}
        acknowledged = {n: digest for n, digest in all_told if n}
        refused = [place for place, (n, _) in enumerate(all_told) if not n]
        assert acknowledged.items() <= kept.items()
        assert sorted(kept) == list(range(1, len(kept) + 1))
        assert refused, "no writer was met by a restart"
        assert all("数据库" in sentence for n, sentence in all_told if not n)
        assert all_told[-1][0], "it went on after the last restart"
        assert len(kept) - len(acknowledged) == 1, "the first version, and no text twice"


def test_a_store_moves_to_a_shared_database(kept_home: Path, postgres: Server, tmp_path: Path) -> None:  # noqa: F811
    """What ``ziping store export`` wrote on one machine, taken in by the database of all."""
    old, new = store.open_store(kept_home), store.open_store(tmp_path / "new", postgres.database())
    export_store(old, tmp_path / "all.zip")
    assert import_store(new, tmp_path / "all.zip", fault_child.now()).new == 4
    assert content(new, 4) == content(old, 4)
    assert import_store(new, tmp_path / "all.zip", fault_child.now()).known == 4


def test_a_missing_driver_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)  # to Python it is not installed
    with pytest.raises(InputError, match=r"缺少数据库驱动 psycopg，请技术人员安装：pip install"):
        store.open_store(tmp_path, "postgresql+psycopg://ziping@127.0.0.1/ziping")


@pytest.mark.parametrize(
    "url", ["postgresql+psycopg://x@127.0.0.1:9/x", "postgresql+psycopg://x@127.0.0.1:9"]
)
def test_a_database_that_does_not_answer_is_told_in_one_sentence(tmp_path: Path, url: str) -> None:
    with pytest.raises(InputError, match="与数据库的连接中断"):
        store.open_store(tmp_path, url)
