"""Nothing acknowledged is lost: processes killed at any moment, full and read-only disks, two at once."""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import fault_child
import pytest
from fault_child import THINGS, VERBS, library_at, now, received, text

from corpus import store
from corpus.disk import write_whole
from corpus.forms import read_form
from corpus.forms.html_out import html_bytes
from corpus.library import Library
from corpus.passages import cut_report
from scoring.report import NARRATIVES
from scoring.report_file import parse_report

ROUNDS = int(os.environ.get("ZIPING_FAULT_ROUNDS", "3"))
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["fault_child"])
WHERE = "东西南北中内外上下左右前后春夏秋"
Child = Callable[..., None]


@pytest.fixture(scope="module", autouse=True)
def warm_children() -> None:
    """The fork server, which imports ``fault_child`` once; it finds modules by its environment only."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).parent))
        forkserver.ensure_running()


@contextmanager
def running(child: Child, *args: Any) -> Iterator[tuple[Any, Connection]]:
    told, telling = PROCESSES.Pipe()
    process = PROCESSES.Process(target=child, args=(telling, *args), daemon=True)
    process.start()
    telling.close()
    try:
        yield process, told
    finally:
        process.kill()
        process.join()
        told.close()


def killed(child: Child, *args: Any, seed: int, within: float = 1.0) -> list[Any]:
    """What a child acknowledged until it was killed: in the seconds of its start, or after its first word."""
    draw = random.Random(seed)
    with running(child, *args, seed) as (process, told):
        first = []
        if draw.random() < 0.7:
            first.append(told.recv())
        time.sleep(draw.uniform(0, within))
        assert process.is_alive(), "the child failed before it was killed"
        process.kill()
        process.join()
        return [*first, *received(told)]


def test_a_killed_save_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    home = tmp_path / "home"
    report_id = store.create(store.open_store(home), text(0), "", now()).report_id
    acknowledged: dict[int, str] = {}
    for seed in range(1, ROUNDS + 1):
        acknowledged.update(killed(fault_child.saves, home, "", report_id, seed=seed, within=0.5))
        kept = store.versions(store.open_store(home), report_id)
        assert [version.n for version in kept] == list(range(1, len(kept) + 1))
        found = {version.n: store.checksum(version.text) for version in kept}
        assert acknowledged.items() <= found.items()
    print(f"\nkilled saves: {ROUNDS} rounds, {len(acknowledged)} versions acknowledged, none lost")
    assert acknowledged


def agrees(library: Library) -> int:
    """The index and the exact search find the passages of the stored reports, and nothing else."""
    stored = {record.source for record in library.list()}
    serials = [int(source.removesuffix(".yaml")) for source in stored]
    texts = {passage.text for serial in serials for passage in cut_report(fault_child.report(serial))}
    for sector in (None, "水务"):
        found = {
            hit.text
            for section in NARRATIVES
            for hit in library.search("打捞", section=section, sector=sector, limit=100_000)
        }
        assert found == texts
    return len(texts)


def test_a_killed_import_leaves_store_and_library_agreed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    present: set[str] = set()
    in_doubt: set[str] = set()
    passages = told = 0
    for seed in range(1, ROUNDS + 1):
        for what, name in killed(fault_child.imports, home, seed=seed):
            told += 1
            if what == "added":
                present.add(name)
            elif what == "removing":
                present.discard(name)
                in_doubt.add(name)
            else:
                in_doubt.discard(name)
        with library_at(home) as library:
            stored = {record.source for record in library.list()}
            assert present <= stored
            assert len(stored - present - in_doubt) <= seed  # at most one a round was on its way
            passages = agrees(library)
    print(
        f"\nkilled imports: {ROUNDS} rounds, {told} acknowledged, {len(present)} reports, {passages} passages agree"
    )
    assert present


@pytest.fixture(scope="module")
def many_sentences(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index that is behind its store by as many sentences as make Chroma write while it adds."""
    home = tmp_path_factory.mktemp("many") / "home"
    first, path = home.with_name("first.yaml"), home.with_name("many.yaml")
    said = [f"{verb}{thing}{where}段良好" for verb in VERBS for thing in THINGS for where in WHERE]
    first.write_text(text(1), "utf-8")
    path.write_text(text(2).replace("第2号船舶老化", "。".join(said)), "utf-8")
    with library_at(home) as library:
        library.add([first])
    shutil.copytree(home / "library", home / "behind")
    with library_at(home) as library:
        library.add([path])
    shutil.rmtree(home / "library")
    (home / "behind").rename(home / "library")
    return home


def test_an_index_killed_while_it_persists_is_set_aside_and_made_anew(
    many_sentences: Path, tmp_path: Path
) -> None:
    rebuilt, draw = 0, random.Random(1)
    for seed in range(1, ROUNDS + 1):
        home = shutil.copytree(many_sentences, tmp_path / str(seed))
        with running(fault_child.indexing, home) as (process, telling):
            told = [telling.recv() for _batch in range(draw.randint(1, 3))]
            time.sleep(draw.uniform(0, 0.05))
            process.kill()
            process.join()
            told += received(telling)
        with library_at(home) as library:
            every = library.search("打捞护栏", section="主要问题", sector="水务", limit=2000)  # exact
            assert len(every) == 1 + len(VERBS) * len(THINGS) * len(WHERE)
            nearest = library.search("打捞护栏", section="主要问题", limit=5)
            assert {hit.text for hit in nearest} <= {hit.text for hit in every[:50]}
            assert library._opened._index.current() is not None, "the index answers again"
            if library.notices:
                assert all("由保存的段落重建；资料没有丢失" in notice for notice in library.notices)
                assert list((home / "library").glob("broken-*"))
                rebuilt += 1
            else:  # complete, and killed a moment later
                done, total = told[-1]
                assert done == total, "used as it was, though it was never complete"
        shutil.rmtree(home)
    print(f"\nkilled indexing: {ROUNDS} rounds, {rebuilt} set aside and made anew, all answer")
    assert rebuilt


def test_a_killed_draft_is_kept_whole_or_not_at_all(tmp_path: Path) -> None:
    home = tmp_path / "home"
    told: dict[int, str] = {}
    for seed in range(1, ROUNDS + 1):
        told.update(killed(fault_child.drafts, home, seed=seed))
        engine = store.open_store(home)
        newest = store.newest(engine, 1)
        if newest is None:  # killed before the report was made
            continue
        kept = {version.n: parse_report(version.text) for version in store.versions(engine, 1)}
        assert list(kept) == list(range(1, newest.n + 1))
        for n, achievements in told.items():
            assert kept[n].achievements == achievements
        for report in kept.values():  # a draft is three narratives and its record, or it is not there
            assert bool(report.draft_record) == bool(report.achievements and report.measures)
    print(f"\nkilled drafts: {ROUNDS} rounds, {len(told)} versions acknowledged, none lost")
    assert told


def test_a_killed_export_leaves_the_old_file_or_the_new(tmp_path: Path) -> None:
    folder = tmp_path / "forms"
    folder.mkdir()
    written = 0
    for seed in range(1, ROUNDS + 1):
        for file in folder.iterdir():
            file.unlink()
        last: dict[str, int] = {}
        for suffix, serial in killed(fault_child.exports, folder, seed=seed):
            last[suffix] = serial
            written += 1
        for suffix, serial in last.items():
            assert any(is_whole(folder / f"form{suffix}", may_be) for may_be in (serial, serial + 1))
    print(f"\nkilled exports: {ROUNDS} rounds, {written} files acknowledged, none torn")
    assert written


def is_whole(path: Path, serial: int) -> bool:
    """Whether the file is the form of ``serial`` from its first to its last byte."""
    expected = fault_child.report(serial)
    if path.suffix == ".html":
        return path.read_text("utf-8") == html_bytes(expected).decode()
    read = read_form(path)
    return (read.project, read.achievements) == (expected.project, expected.achievements)


def test_what_killed_exports_left_is_swept_by_the_next(tmp_path: Path) -> None:
    path = tmp_path / "form.html"
    write_whole(path, b"old")
    draw = random.Random(1)
    for _ in range(20):
        with running(fault_child.big_files, path, 1) as (process, told):
            told.recv()
            time.sleep(draw.uniform(0, 0.05))
            process.kill()
        if left := list(tmp_path.glob(".*.part")):
            break
    assert left, "no kill met a file half written"
    other = left[0].with_name(left[0].name.replace(left[0].name[1:13], "0" * 12))
    for old in (*left, other):
        old.touch()
        os.utime(old, (time.time() - 120,) * 2)
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.glob(".*.part")) == [other]  # another file's, not ours to remove


START_ROUNDS = 5


def test_two_processes_that_start_on_one_empty_folder_make_one_of_everything(tmp_path: Path) -> None:
    samples = tmp_path / "samples"
    samples.mkdir()
    for serial in (1, 2):
        (samples / f"{serial}.yaml").write_text(text(serial), "utf-8")
    sentences = {passage.text for serial in (1, 2) for passage in cut_report(fault_child.report(serial))}
    for seed in range(START_ROUNDS):
        home = tmp_path / f"home{seed}"
        with (
            running(fault_child.starts, home, samples) as (_, one),
            running(fault_child.starts, home, samples) as (_, other),
        ):
            one.send("go")
            other.send("go")
            assert one.recv() == other.recv() == (3, 2, len(sentences))
        engine = store.open_store(home)
        with engine.connect() as connection:
            counts = {
                table: connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()
                for table in ("alembic_version", "reports", "versions")
            }
        assert counts == {"alembic_version": 1, "reports": 1 + 2, "versions": 1 + 2}


def test_of_two_processes_that_save_one_report_neither_loses_a_text(tmp_path: Path) -> None:
    home = tmp_path / "home"
    report_id = store.create(store.open_store(home), text(0), "", now()).report_id
    with (
        running(fault_child.rivals, home, "", report_id, 1) as (_, one),
        running(fault_child.rivals, home, "", report_id, 2) as (_, other),
    ):
        assert one.recv() == other.recv() == "ready"
        one.send("go")
        other.send("go")
        told = [*received(one), *received(other)]
    kept = {version.n: version.text for version in store.versions(store.open_store(home), report_id)}
    saved = {n: mine for what, n, mine, _ in told if what == "kept"}
    refused = [(n, mine, theirs) for what, n, mine, theirs in told if what == "refused"]
    assert len(saved) + len(refused) == 2 * fault_child.SAVES
    assert kept == {1: text(0), **saved}, "each save that was told is a version of its own"
    assert refused, "the two never met"
    for n, mine, theirs in refused:
        assert kept[n] == theirs != mine
        assert mine not in kept.values()
