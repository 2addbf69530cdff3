"""The trail: each save leaves an entry and no entry is without it; whatever is altered afterwards is named."""

from __future__ import annotations

import itertools
import shutil
import sqlite3
import time
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import fault_child
import pytest
import trail_child
from alembic import command
from alembic.config import Config
from fault_child import library_at, received
from hypothesis import given, settings
from hypothesis import strategies as st
from postgres_server import Server
from sqlalchemy import Engine
from test_corpus_faults import running, warm_children  # noqa: F401 - a fixture
from test_corpus_store import report_text

from corpus import accounts, store
from corpus.changes import SHORT, changes
from corpus.database import connect
from corpus.store_files import export_store, import_store, verify_trail
from corpus.trail import BEGINNING, Act, Entry, entries
from corpus.trail_check import BrokenTrailError, Verified, verify
from scoring.errors import InputError
from scoring.report_file import parse_report

NOW = datetime(2024, 1, 15, 9, 30, tzinfo=UTC)
Row = tuple[int | None, str, str]


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return store.open_store(tmp_path / "home")


def verified(engine: Engine, last: str = "") -> Verified:
    with store.reading(engine) as session:
        return verify(session, last)


def told(engine: Engine, report_id: int | None = None) -> list[Entry]:
    with store.reading(engine) as session:
        return list(entries(session, report_id))


# What is told


def test_each_save_tells_who_changed_what_when_and_whose_words_it_brought(engine: Engine) -> None:
    first = store.create(engine, report_text(), "张三", NOW).report_id
    act = Act("draft", "model", "qwen3", "7")
    store.save(engine, first, report_text("人手不足"), 1, "李四", NOW, "送审稿", act)
    created, drafted = (one.noted for one in told(engine, first))
    assert (created.act, created.who, created.when) == (Act("create"), "张三", NOW)
    assert created.details["changes"] == []
    assert (drafted.act, drafted.who, drafted.report_id) == (act, "李四", first)
    newest = store.newest(engine, first)
    assert newest is not None
    digest = store.checksum("人手不足")
    assert drafted.details == {
        "version": 2,
        "parent": 1,
        "name": "送审稿",
        "text": store.checksum(newest.text),
        "changes": [["主要问题", "", f"4字 sha256:{digest}"]],
    }


def test_changes_are_told_by_their_place_old_and_new() -> None:
    rows = "数据:\n- {名称: 打捞水葫芦, 数值: 1200, 单位: 吨, 待确认: 是}\n- {名称: 巡查, 数值: 1.0}\n"
    after = (
        rows.replace("1200", "1225").replace(", 待确认: 是", "").replace("1.0", "1.00")
        + "绩效等级: 良\n合计: 88.5\n忽略:\n- {规则: 合计, 位置: 合计, 理由: 已核}\n"
    )
    found = changes(parse_report(report_text() + rows), parse_report(report_text() + after))
    assert {(one.place, one.before, one.after) for one in found} == {
        ("数据「打捞水葫芦」.数值", "1200", "1225"),
        ("数据「打捞水葫芦」.待确认", "是", ""),
        ("数据「巡查」.数值", "1.0", "1.00"),
        ("绩效等级", "", "良"),
        ("合计", "", "88.5"),
        ("忽略「合计·合计」", "", "规则 合计；位置 合计；理由 已核"),
    }


@pytest.mark.parametrize("secrecy", ["内部", "秘密"])
def test_of_a_secret_report_no_value_is_told(secrecy: str) -> None:
    old = (
        report_text()
        + f"密级: {secrecy}\n当年预算数: 211820.00\n数据:\n- {{名称: 甲, 数值: 48, 来源: 某处}}\n"
    )
    new = old.replace("211820.00", "993377.00").replace("48", "8461").replace("某处", "另外某处")
    found = changes(parse_report(old), parse_report(new))
    assert {(one.place, one.before, one.after) for one in found} == {
        ("当年预算数", "9字", "9字"),
        ("数据「甲」.数值", "2字", "4字"),
        ("数据「甲」.来源", "2字", "4字"),
    }


def test_rows_that_only_change_places_are_told_and_long_texts_are_not() -> None:
    rows = ["- {名称: 甲, 数值: 1}\n", "- {名称: 乙, 数值: 2}\n"]
    old, new = (report_text() + "数据:\n" + "".join(order) for order in (rows, rows[::-1]))
    (moved,) = changes(parse_report(old), parse_report(new))
    assert (moved.place, moved.before, moved.after) == ("数据的顺序", "甲、乙", "乙、甲")
    (goal,) = changes(parse_report(old), parse_report(old + f"项目总目标: {'长' * (SHORT + 1)}\n"))
    assert goal.after.startswith(f"{SHORT + 1}字 sha256:")


def test_the_library_and_the_accounts_leave_entries_without_passwords(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(fault_child.text(1), "utf-8")
    with library_at(tmp_path / "home") as library:
        (record,) = library.add([path], who="张三").added
        library.release(record.id, "张三")
        library.withdraw(record.id, "张三")
        path.write_text(fault_child.text(1).replace("船舶老化", "船舶陈旧"), "utf-8")
        library.add([path], who="李四")
        library.remove(record.id, "李四")
    engine = store.open_store(tmp_path / "home")
    accounts.add(engine, "王五", "writer", ["甲局"], "correct horse 9", NOW, "管理员")
    accounts.change_password(engine, "王五", "battery staple 8", NOW, "管理员")
    accounts.remove(engine, "王五", NOW, "管理员")
    assert [(one.noted.act.what, one.noted.who) for one in told(engine)] == [
        ("library_add", "张三"),
        ("library_share", "张三"),
        ("library_withdraw", "张三"),
        ("library_update", "李四"),
        ("library_remove", "李四"),
        ("user_add", "管理员"),
        ("user_password", "管理员"),
        ("user_remove", "管理员"),
    ]
    assert verified(engine).entries == 8
    kept = str(rows_of(engine))
    assert "correct" not in kept
    assert "battery" not in kept
    assert "argon2" not in kept


def test_a_refused_save_and_one_asked_for_twice_leave_no_entry(engine: Engine) -> None:
    first = store.create(engine, report_text(), "张三", NOW).report_id
    for _ in range(2):
        store.save(engine, first, report_text("甲"), 1, "张三", NOW)
    with pytest.raises(store.StaleParentError):
        store.save(engine, first, report_text("乙"), 1, "李四", NOW)
    with pytest.raises(InputError):
        store.save(engine, first, "不是报告", 2, "李四", NOW)
    assert [one.noted.details["version"] for one in told(engine)] == [1, 2]
    assert verified(engine).entries == 2


# What was altered is named


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("empty")
    store.open_store(folder).dispose()
    return folder


SAVES = st.lists(st.tuples(st.integers(0, 2), st.text("甲乙丙12。", max_size=6)), min_size=2, max_size=7)


def saved(folder: Path, saves: list[tuple[int, str]]) -> Engine:
    """Reports and versions as drawn: which report, what its problem is."""
    engine = store.open_store(folder)
    last: dict[int, store.Version] = {}
    for number, (report, problem) in enumerate(saves):
        when, text = NOW + timedelta(minutes=number), report_text(f'"{problem}"')
        if report not in last:
            last[report] = store.create(engine, text, f"用户{report}", when)
        else:
            before = last[report]
            last[report] = store.save(engine, before.report_id, text, before.n, f"用户{number}", when)
    return engine


def rows_of(engine: Engine) -> dict[int, Row]:
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT n, report_id, entry, hash FROM trail").all()
    return {n: (report_id, entry, digest) for n, report_id, entry, digest in found}


def put(engine: Engine, rows: dict[int, Row]) -> None:
    """Other rows in the place of those of the trail, past the program."""
    with sqlite3.connect(str(engine.url.database)) as connection:
        connection.execute("DELETE FROM trail")
        connection.executemany(
            "INSERT INTO trail (n, report_id, entry, hash) VALUES (?, ?, ?, ?)",
            [(n, *row) for n, row in rows.items()],
        )


def byte_changed(draw: Any, rows: dict[int, Row]) -> dict[int, Row]:
    n = draw(st.sampled_from(sorted(rows)))
    report_id, *texts = rows[n]
    which = draw(st.integers(0, 1))
    at = draw(st.integers(0, len(texts[which]) - 1))
    other = draw(st.sampled_from('0a" 甲').filter(lambda sign: sign != texts[which][at]))
    texts[which] = texts[which][:at] + other + texts[which][at + 1 :]
    return {**rows, n: (report_id, *texts)}


def report_changed(draw: Any, rows: dict[int, Row]) -> dict[int, Row]:
    n = draw(st.sampled_from(sorted(rows)))
    return {**rows, n: (draw(st.sampled_from([None, 77])), *rows[n][1:])}


def deleted(draw: Any, rows: dict[int, Row]) -> dict[int, Row]:
    n = draw(st.sampled_from(sorted(rows)))
    return {number: row for number, row in rows.items() if number != n}


def closed_up(draw: Any, rows: dict[int, Row]) -> dict[int, Row]:
    """One taken out and the later ones moved up into the gap."""
    n = draw(st.sampled_from(sorted(rows)))
    return {number - (number > n): row for number, row in rows.items() if number != n}


def swapped(draw: Any, rows: dict[int, Row]) -> dict[int, Row]:
    one, other = draw(st.lists(st.sampled_from(sorted(rows)), min_size=2, max_size=2, unique=True))
    return {**rows, one: rows[other], other: rows[one]}


def inserted(draw: Any, rows: dict[int, Row]) -> dict[int, Row]:
    at = draw(st.integers(-1, len(rows) + 1))
    copy = rows[draw(st.sampled_from(sorted(rows)))]
    return {**{number + (number >= at > 0): row for number, row in rows.items()}, at: copy}


HOWS = (byte_changed, report_changed, deleted, closed_up, swapped, inserted)


@settings(max_examples=40, deadline=None)
@given(data=st.data(), saves=SAVES, how=st.sampled_from(HOWS))
def test_any_row_altered_is_named(
    empty: Path,
    tmp_path_factory: pytest.TempPathFactory,
    data: st.DataObject,
    saves: list[tuple[int, str]],
    how: Callable[[Any, dict[int, Row]], dict[int, Row]],
) -> None:
    folder = tmp_path_factory.mktemp("altered")
    engine = saved(Path(shutil.copytree(empty, folder, dirs_exist_ok=True)), saves)
    before = rows_of(engine)
    assert verified(engine) == Verified(len(saves), before[len(saves)][2])
    after = how(data.draw, before)
    put(engine, after)
    first = min(n for n in before.keys() | after.keys() if before.get(n) != after.get(n))
    with pytest.raises(BrokenTrailError, match=f"修改记录第 {first} 条") as broken:
        verified(engine)
    assert broken.value.n == first
    put(engine, before)
    assert verified(engine).entries == len(saves)
    engine.dispose()
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("UPDATE versions SET text = replace(text, '甲', '乙') WHERE n = 2", "第 2 条：所记的报告 1 第 2 版已不是当时"),
        ("UPDATE versions SET who = '王五' WHERE n = 1", "第 1 条：所记的报告 1 第 1 版已不是当时"),
        ("UPDATE versions SET saved_at = '2020-01-01 00:00:00.000000' WHERE n = 3", "第 3 条"),
        ("UPDATE versions SET name = '定稿' WHERE n = 3", "第 3 条"),
        ("DELETE FROM versions WHERE n = 3", "第 3 条：所记的报告 1 第 3 版不见了"),
        ("INSERT INTO versions SELECT 99, 1, 9, 3, '', text, '', who, saved_at FROM versions WHERE n = 3", "报告 1 第 9 版：没有"),
        ("UPDATE state SET value = '2 ' || (SELECT hash FROM trail WHERE n = 2) WHERE key = 'trail'", "第 3 条：是加在链尾之后"),
        ("UPDATE state SET value = replace(value, substr(value, 9, 3), '___') WHERE key = 'trail'", "第 3 条：与链尾的标记对不上"),
        ("DELETE FROM state WHERE key = 'trail'", "第 4 条：链尾的标记不见了"),
    ],
)  # fmt: skip
def test_versions_and_the_mark_of_the_end_are_held_against_the_chain(
    engine: Engine, sql: str, says: str
) -> None:
    saved(Path(str(engine.url.database)).parent, [(0, ""), (0, "甲"), (0, "丙")])
    with sqlite3.connect(str(engine.url.database)) as connection:
        assert connection.execute(sql).rowcount == 1
    with pytest.raises(InputError) as broken:
        verified(engine)
    assert says in str(broken.value)


def test_a_chain_cut_with_its_mark_or_made_anew_is_told_by_a_hash_that_was_kept(engine: Engine) -> None:
    folder = Path(str(engine.url.database)).parent
    saved(folder, [(0, ""), (0, "甲"), (0, "丙")])
    kept = verified(engine).last
    store.save(engine, 1, report_text("丁"), 3, "", NOW)
    assert verified(engine, kept).entries == 4  # it has grown since
    assert verified(engine, BEGINNING).entries == 4
    with sqlite3.connect(str(engine.url.database)) as connection:
        connection.execute("DELETE FROM trail WHERE n > 2")
        connection.execute("DELETE FROM versions WHERE n > 2")
        connection.execute(
            "UPDATE state SET value = '2 ' || (SELECT hash FROM trail WHERE n = 2) WHERE key = 'trail'"
        )
    assert verified(engine).entries == 2, "it cannot tell by itself"
    with pytest.raises(BrokenTrailError, match="末尾被截去，或整条链被重做"):
        verified(engine, kept)


# Faults


def test_a_save_killed_before_any_of_its_statements_leaves_neither_version_nor_entry(tmp_path: Path) -> None:
    home = tmp_path / "home"
    store.create(store.open_store(home), fault_child.text(1), "张三", NOW)
    killed = 0
    while True:
        with running(trail_child.save_killed_before, home, killed + 1) as (_, telling):
            done = list(received(telling))
        engine = store.open_store(home)
        assert verified(engine).entries == len(store.versions(engine, 1)) == 1 + len(done)
        engine.dispose()
        if done:
            break
        killed += 1
    assert killed >= 8, "killed before the version, before its entry, before the mark and before the commit"


def killed_while_two_append(home: Path, url: str) -> int:
    engine = store.open_store(home, url)
    reports = [store.create(engine, fault_child.text(0), "", NOW).report_id for _ in range(2)]
    engine.dispose()
    with (
        running(fault_child.saves, home, url, reports[0], 1) as (one, hearing),
        running(fault_child.saves, home, url, reports[1], 2) as (other, hearing_other),
    ):
        first = [hearing.recv(), hearing_other.recv()]
        time.sleep(0.7)
        one.kill()
        other.kill()
        one.join()
        other.join()
        acknowledged = len(first) + len([*received(hearing), *received(hearing_other)])
    found = verified(engine).entries
    kept = sum(len(store.versions(engine, report)) for report in reports)
    assert found == kept >= acknowledged + 2
    who = [one.noted.report_id for one in told(engine)]
    assert any(before != after for before, after in itertools.pairwise(who[2:])), "they took turns"
    return acknowledged


def test_two_processes_that_append_at_once_and_are_killed_keep_one_chain(tmp_path: Path) -> None:
    assert killed_while_two_append(tmp_path / "home", "") > 2


def test_two_processes_keep_one_chain_on_postgresql(postgres: Server, tmp_path: Path) -> None:
    assert killed_while_two_append(tmp_path / "home", postgres.database()) > 2


def test_on_postgresql_an_altered_entry_is_named(postgres: Server, tmp_path: Path) -> None:
    engine = store.open_store(tmp_path, postgres.database())
    first = store.create(engine, report_text(), "张三", NOW).report_id
    store.save(engine, first, report_text("甲"), 1, "张三", NOW)
    assert verified(engine).entries == 2
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE trail SET entry = replace(entry, '张三', '李四') WHERE n = 2")
    with pytest.raises(BrokenTrailError, match=r"第 2 条.*被改动过"):
        verified(engine)


def test_versions_from_before_the_trail_become_its_first_entries(tmp_path: Path) -> None:
    old = connect(f"sqlite:///{tmp_path / 'ziping.db'}")
    config = Config()
    config.set_main_option("script_location", "corpus:migrations")
    with old.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        connection.exec_driver_sql(
            "INSERT INTO reports VALUES (5, '', '大队', 2023, '执法', '', '', '', 0, 0, '2023-01-01 08:00:00.000000')"
        )
        for n in (1, 2):
            connection.exec_driver_sql(
                "INSERT INTO versions VALUES (?, 5, ?, ?, '', ?, '', '张三', '2023-01-01 08:00:00.000000')",
                (n, n, n - 1, report_text(str(n))),
            )
    old.dispose()
    engine = store.open_store(tmp_path)
    assert verified(engine).entries == 2
    assert {one.noted.act for one in told(engine, 5)} == {Act("before", "unknown")}
    store.save(engine, 5, report_text("3"), 2, "李四", NOW)
    assert verified(engine).entries == 3


def test_the_trail_goes_along_in_an_export_and_the_other_store_tells_where_it_ended(
    engine: Engine, tmp_path: Path
) -> None:
    first = store.create(engine, report_text(), "张三", NOW).report_id
    store.save(engine, first, report_text("甲"), 1, "李四", NOW)
    kept, path = verified(engine), tmp_path / "all.zip"
    export_store(engine, path)
    assert verify_trail(path, kept.last) == kept
    other = store.open_store(tmp_path / "other")
    import_store(other, path, NOW, "王五")
    assert verified(other).entries == 3
    *loaded, past = (one.noted for one in told(other))
    assert [(one.act, one.who) for one in loaded] == [
        (Act("load", "imported"), "张三"),
        (Act("load", "imported"), "李四"),
    ]
    assert (past.who, past.details) == ("王五", {"file": "all.zip", "entries": 2, "last": kept.last})
    assert import_store(other, path, NOW).known == 1
    assert verified(other).entries == 3


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("李四", "王五", "第 2 条：与它的哈希对不上"),
        ('{"n": 1,', '{"n": 3,', "第 1 条：不见了"),
        ('{"n": 2,', "[", "有一行无法读取"),
    ],
)
def test_an_altered_trail_in_an_export_is_named_and_the_reports_are_still_taken_in(
    engine: Engine, tmp_path: Path, old: str, new: str, says: str
) -> None:
    first = store.create(engine, report_text(), "张三", NOW).report_id
    store.save(engine, first, report_text("甲"), 1, "李四", NOW)
    export_store(engine, tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as whole, zipfile.ZipFile(tmp_path / "x.zip", "w") as altered:
        for name in whole.namelist():
            text = whole.read(name).decode()
            altered.writestr(name, text.replace(old, new) if name == "trail.jsonl" else text)
    with pytest.raises(InputError) as broken:
        verify_trail(tmp_path / "x.zip")
    assert says in str(broken.value)
    other = store.open_store(tmp_path / "other")
    assert import_store(other, tmp_path / "x.zip", NOW).new == 1
    assert says in told(other)[-1].noted.details["problem"]
