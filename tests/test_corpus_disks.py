"""Disks that are full or read-only: told in one sentence, nothing lost."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from test_corpus_index import Bigrams
from test_corpus_store import report_text
from test_ui_cli import SAMPLE, Run, run  # noqa: F401 - run is a fixture

from corpus import store
from corpus.accounts import ALONE
from corpus.forms import read_form, write_form
from corpus.library import Library
from scoring.errors import InputError
from scoring.report_file import parse_report
from ui.page.calls import answer
from ui.page.desk import open_desk
from ui.page.messages import everything

NOW = datetime(2024, 1, 15, 9, 30, tzinfo=UTC)
FULL = "磁盘已满，这一步没有写入，此前保存的内容都在；请清理磁盘空间后再试"


def _mount(*words: str) -> None:
    done = subprocess.run(["mount", *words], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"这里不能挂载 tmpfs，磁盘写满和只读的测试没有做：{done.stderr.strip()}")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    _mount("-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder))
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(disk: Path) -> Path:
    """A file that takes all the space there is."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"x" * 4096)
    assert shutil.disk_usage(disk).free == 0
    return filler


def until_full(step: Callable[[int], object]) -> str:
    """Repeat a step until it is refused, and then how it was refused."""
    for number in range(1, 500):
        try:
            step(number)
        except InputError as error:
            return str(error)
    return "never refused"


def test_a_full_disk_loses_nothing_and_says_what_to_do(small_disk: Path) -> None:
    home = small_disk / "home"
    engine = store.open_store(home)
    kept = [store.create(engine, report_text("第1稿"), "张三", NOW)]
    report_id = kept[0].report_id
    filler = fill(small_disk)

    def go_on(n: int) -> None:
        kept.append(store.save(engine, report_id, report_text("稿" * 3000 + str(n)), n, "张三", NOW))

    assert FULL in until_full(go_on)
    assert store.versions(engine, report_id) == tuple(kept)
    engine.dispose()
    filler.unlink()
    engine = store.open_store(home)
    assert store.versions(engine, report_id) == tuple(kept)
    again = store.save(engine, report_id, report_text("续写"), kept[-1].n, "张三", NOW)
    assert store.newest(engine, report_id) == again


def test_a_store_on_a_full_disk_says_why_it_does_not_open(small_disk: Path) -> None:
    home = small_disk / "home"
    engine = store.open_store(home)
    kept = store.create(engine, report_text("甲"), "", NOW)
    engine.dispose()
    filler = fill(small_disk)
    for folder in (home, small_disk / "another"):
        with pytest.raises(InputError, match=FULL):
            store.open_store(folder)
    filler.unlink()
    assert store.newest(store.open_store(home), kept.report_id) == kept


def test_an_import_on_a_full_disk_is_whole_or_absent(small_disk: Path, tmp_path: Path) -> None:
    paths = []
    for year in range(2001, 2021):
        paths.append(tmp_path / f"{year}.yaml")
        paths[-1].write_text(report_text("船舶老化。" * 20).replace("2023", str(year)), "utf-8")
    home = small_disk / "home"
    with Library(home, environ={}, samples=tmp_path / "none", embedding=Bigrams()) as library:
        library.add(paths[:1])
        filler = fill(small_disk)
        assert FULL in until_full(lambda number: library.add([paths[number]]))
        held = len(library.list())
        filler.unlink()
    with Library(home, environ={}, samples=tmp_path / "none", embedding=Bigrams()) as library:
        assert len(library.list()) == held
        assert len(library.add(paths).added) == len(paths) - held
        assert library.search("船舶老化")


def test_a_window_on_a_full_disk_keeps_what_was_written_and_saves_it_later(
    small_disk: Path, tmp_path: Path
) -> None:
    engine = store.open_store(small_disk / "home")
    library = Library(tmp_path, environ={}, samples=tmp_path / "none", embedding=Bigrams())
    desk = open_desk(engine, library, lambda: NOW, ALONE, 0, lambda: parse_report(report_text()))
    filler = fill(small_disk)
    n = 0
    while not desk.unsaved:
        n += 1
        desk.keep(desk.report.with_narrative("主要问题", "稿" * 3000 + str(n)))
    assert desk.n == n  # the first version was the empty form; the last text is not in the store
    shown = str(everything(desk)["view:head"])
    assert "没有保存" in shown
    assert FULL in shown
    assert "已自动保存" not in shown
    told = answer(desk, "new_report", {"project": "另一项"})["toast"]["text"]
    assert "未保存" in told, "the desk is not cleared of what is nowhere else"
    assert FULL in answer(desk, "name_version", {"name": "送审稿"})["toast"]["text"]
    assert desk.report.problems.endswith(str(n))
    filler.unlink()
    assert answer(desk, "save_again", {})["toast"]["text"] == "已保存"
    kept = store.newest(engine, desk.report_id)
    assert kept is not None
    assert parse_report(kept.text) == desk.report
    assert "已自动保存" in str(everything(desk)["view:head"])


@pytest.mark.parametrize("suffix", [".docx", ".xlsx", ".html"])
def test_an_export_to_a_full_disk_leaves_the_old_file(small_disk: Path, suffix: str) -> None:
    path = small_disk / f"form{suffix}"
    path.write_bytes(b"old")
    filler = fill(small_disk)
    with pytest.raises(InputError, match="磁盘已满"):
        write_form(read_form(SAMPLE), path)
    assert path.read_bytes() == b"old"
    assert {file.name for file in small_disk.iterdir()} == {path.name, filler.name}
    filler.unlink()
    write_form(read_form(SAMPLE), path)
    assert path.stat().st_size > 1000


def turn(disk: Path, way: str) -> None:
    _mount("-o", f"remount,{way}", str(disk))


def test_a_read_only_data_folder_is_named_and_checking_goes_on(
    small_disk: Path,
    run: Run,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    home = small_disk / "home"
    store.open_store(home).dispose()
    turn(small_disk, "ro")
    monkeypatch.setenv("ZIPING_HOME", str(home))
    for words in (("corpus", "list"), ("draft", SAMPLE), ("ui", "--no-browser", "--port", "0")):
        done = run(*words)
        assert (done.status, done.out.strip()) == (2, ""), done
        assert str(home) in done.err
        assert "是只读的，不能写入；请检查权限或写保护，或换一个文件夹" in done.err
        assert len(done.err.splitlines()) == 1
    for words in (("check", SAMPLE), ("score", SAMPLE)):
        done = run(*words)
        assert done.status in (0, 1)
        assert done.out
        assert not done.err


def test_a_disk_that_turns_read_only_loses_nothing(small_disk: Path) -> None:
    home = small_disk / "home"
    engine = store.open_store(home)
    kept = store.create(engine, report_text("甲"), "", NOW)
    engine.dispose()
    turn(small_disk, "ro")
    with pytest.raises(InputError, match="是只读的"):
        store.save(engine, kept.report_id, report_text("乙"), 1, "", NOW)
    engine.dispose()
    turn(small_disk, "rw")
    assert store.versions(store.open_store(home), kept.report_id) == (kept,)
    assert store.save(engine, kept.report_id, report_text("乙"), 1, "", NOW).n == 2
