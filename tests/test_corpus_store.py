"""The store: versions are only added, a stale save is refused, a torn one leaves nothing."""

from __future__ import annotations

import sqlite3
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from corpus import store
from corpus.database import HEAD
from corpus.history import last_or_first, may_open, moments, reports_of
from corpus.tables import ReportRow, Table
from scoring.errors import InputError

NOW = datetime(2024, 1, 15, 9, 30, tzinfo=UTC)


def report_text(problem: str = "") -> str:
    return f"方案: 闵行-2020\n年度: 2023\n项目名称: 安全执法\n预算单位: 云州市执法大队\n主要问题: {problem}\n"


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return store.open_store(tmp_path / "数据")


def test_versions_are_kept_in_order_with_their_parents(engine: Engine) -> None:
    first = store.create(engine, report_text(), "张三", NOW)
    second = store.save(engine, first.report_id, report_text("人手不足"), 1, "李四", NOW, name="送审稿")
    assert [(v.n, v.parent, v.who, v.name) for v in store.versions(engine, first.report_id)] == [
        (1, 0, "张三", ""),
        (2, 1, "李四", "送审稿"),
    ]
    assert store.newest(engine, first.report_id) == second
    assert second.saved_at == NOW


def test_a_save_on_an_old_version_is_refused_and_brings_the_newer_one(engine: Engine) -> None:
    report_id = store.create(engine, report_text(), "张三", NOW).report_id
    newer = store.save(engine, report_id, report_text("甲"), 1, "李四", NOW)
    with pytest.raises(store.StaleParentError, match=r"李四.*第2版.*合并") as refused:
        store.save(engine, report_id, report_text("乙"), 1, "张三", NOW)
    assert refused.value.newer == newer
    assert len(store.versions(engine, report_id)) == 2


def test_of_saves_that_meet_one_wins_and_none_is_lost(engine: Engine) -> None:
    report_id = store.create(engine, report_text(), "", NOW).report_id

    def attempt(name: str) -> str:
        try:
            store.save(engine, report_id, report_text(name), 1, name, NOW)
        except store.StaleParentError:
            return "refused"
        return "kept"

    with ThreadPoolExecutor(8) as pool:
        outcomes = Counter(pool.map(attempt, "甲乙丙丁戊己庚辛"))
    assert outcomes == {"kept": 1, "refused": 7}
    assert [v.n for v in store.versions(engine, report_id)] == [1, 2]


@pytest.mark.parametrize("text", ["", "方案: x", "- 一\n", "年度: 二〇"])
def test_what_is_no_report_is_not_saved(engine: Engine, text: str) -> None:
    report_id = store.create(engine, report_text(), "", NOW).report_id
    with pytest.raises(InputError):
        store.save(engine, report_id, text, 1, "", NOW)
    assert len(store.versions(engine, report_id)) == 1


def test_the_same_save_asked_for_twice_is_kept_once(engine: Engine) -> None:
    report_id = store.create(engine, report_text(), "张三", NOW).report_id
    kept = store.save(engine, report_id, report_text("甲"), 1, "张三", NOW)
    assert store.save(engine, report_id, report_text("甲"), 1, "张三", NOW + timedelta(seconds=9)) == kept
    for text, who in ((report_text("甲"), "李四"), (report_text("乙"), "张三")):
        with pytest.raises(store.StaleParentError):
            store.save(engine, report_id, text, 1, who, NOW)
    assert len(store.versions(engine, report_id)) == 2


def test_a_first_report_is_made_once_for_each_writer(engine: Engine) -> None:
    with ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(lambda who: last_or_first(engine, who, report_text(), NOW), "甲乙" * 4))
    assert len({version.report_id for version in opened}) == 2
    kept = opened[0]
    newer = store.save(engine, kept.report_id, report_text("续"), kept.n, "甲", NOW)
    assert last_or_first(engine, "甲", report_text(), NOW) == newer
    assert may_open(engine, newer.report_id, "甲")
    assert not may_open(engine, newer.report_id, "乙")


def test_a_clock_that_goes_backwards_changes_no_order(engine: Engine) -> None:
    first = store.create(engine, report_text("0"), "", NOW)
    other = store.create(engine, report_text("另一份"), "", NOW + timedelta(days=400))
    n = 1
    for days in (-1, 300, -700, 0):
        n = store.save(engine, first.report_id, report_text(str(n)), n, "", NOW + timedelta(days=days)).n
    found = store.versions(engine, first.report_id)
    assert [version.n for version in found] == [1, 2, 3, 4, 5]
    assert "主要问题: 4" in found[-1].text
    assert store.newest(engine, first.report_id) == found[-1]
    assert [moment.n for moment in moments(engine, first.report_id)] == [5, 4, 3, 2, 1]
    # the report saved last comes first, though the other bears the later date
    assert [draft.report_id for draft in reports_of(engine, "")] == [first.report_id, other.report_id]


def test_a_failing_transaction_leaves_the_store_as_it_was(engine: Engine) -> None:
    def fail_after_adding() -> None:
        with store.writing(engine) as session:
            session.add(ReportRow(budget_unit="甲", year=2023, project="乙", created=NOW))
            session.flush()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail_after_adding()
    with store.reading(engine) as session:
        assert session.query(ReportRow).count() == 0


def test_a_store_opens_again_with_what_it_held(tmp_path: Path) -> None:
    kept = store.create(store.open_store(tmp_path), report_text("甲"), "", NOW)
    assert store.newest(store.open_store(tmp_path), kept.report_id) == kept


def test_migrations_give_the_declared_tables(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", "corpus:migrations")
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Table.metadata) == []


def test_a_store_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    store.open_store(tmp_path).dispose()
    with sqlite3.connect(tmp_path / "ziping.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(InputError, match="升级本程序"):
        store.open_store(tmp_path)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ziping.db").write_text("这不是数据库" * 500)
    with pytest.raises(InputError, match="数据库无法读写"):
        store.open_store(tmp_path)


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="数据文件夹无法使用"):
        store.open_store(tmp_path / "file" / "data")


@pytest.mark.parametrize("url", ["sqlite", "nosuch://x/y", "://"])
def test_a_wrong_database_address_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(InputError, match="ZIPING_DATABASE"):
        store.open_store(tmp_path, url)


def test_home_is_the_set_folder_or_the_platforms() -> None:
    assert store.home({"ZIPING_HOME": "/数据/自评"}) == Path("/数据/自评")
    assert store.home({}).name == "ziping"
