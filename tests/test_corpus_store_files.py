"""The whole store to one file and back: every version and the library, with nothing overwritten."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from test_corpus_index import Bigrams
from test_corpus_store import NOW, report_text
from test_ui_cli import Run, run  # noqa: F401 - run is a fixture

from corpus import store
from corpus.history import reports_of
from corpus.library import Library
from corpus.store_files import Restored, export_store, import_store
from scoring.errors import InputError


@pytest.fixture
def other(tmp_path: Path) -> Engine:
    """The store that is restored to."""
    return store.open_store(tmp_path / "other")


@pytest.fixture(scope="session")
def exported_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of two drafts (one begun like the other), and of two library reports of which one is released."""
    folder = tmp_path_factory.mktemp("exported")
    home = folder / "home"
    engine = store.open_store(home)
    store.create(engine, report_text(), "张三", NOW, "甲")
    draft = store.create(engine, report_text(), "张三", NOW + timedelta(seconds=1), "甲")
    store.save(engine, draft.report_id, report_text("写到一半"), 1, "李四", NOW - timedelta(days=9), "送审稿")
    with library_at(home) as library:
        paths = [folder / f"{year}.yaml" for year in (2021, 2022)]
        for path in paths:
            path.write_text(
                report_text(f"1.{path.stem}号船舶老化。2.经费拨付较晚。").replace("2023", path.stem)
            )
        released, _ = library.for_unit("甲").add(paths).added
        library.for_unit("甲").release(released.id)
    engine.dispose()
    return home


@pytest.fixture
def kept_home(exported_home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(exported_home, tmp_path / "home"))


def library_at(home: Path) -> Library:
    return Library(home, environ={}, samples=home / "none", embedding=Bigrams())


def content(engine: Engine, count: int) -> list[object]:
    """All that is told of reports and versions, without their numbers."""
    found: list[object] = []
    for report_id in range(1, count + 9):
        for version in store.versions(engine, report_id):
            found.append(
                (version.n, version.parent, version.name, version.text, version.who, version.saved_at)
            )
    return found


def test_what_was_exported_comes_back_whole(kept_home: Path, other: Engine, tmp_path: Path) -> None:
    engine = store.open_store(kept_home)
    assert export_store(engine, tmp_path / "all.zip") == 4
    assert import_store(other, tmp_path / "all.zip", NOW) == Restored(
        new=4, continued=0, known=0, conflicts=()
    )
    assert content(other, 4) == content(engine, 4)
    told = [(one.year, one.unit, one.project, one.saved_at) for one in reports_of(engine, "甲")]
    assert [(one.year, one.unit, one.project, one.saved_at) for one in reports_of(other, "甲")] == told
    other.dispose()
    with library_at(kept_home) as one, library_at(tmp_path / "other") as two:
        for unit in ("甲", "乙"):  # 乙 finds what was released, without its figures
            for query in ("船舶老化", "经费"):
                hits = [
                    [(hit.text, hit.year, hit.is_shared) for hit in library.for_unit(unit).search(query)]
                    for library in (one, two)
                ]
                assert hits[0] == hits[1] != []


def test_what_is_there_is_known_and_stays(kept_home: Path, tmp_path: Path) -> None:
    engine = store.open_store(kept_home)
    export_store(engine, tmp_path / "all.zip")
    newer = store.save(engine, 2, report_text("又写了"), 2, "李四", NOW)
    before = content(engine, 4)
    assert import_store(engine, tmp_path / "all.zip", NOW) == Restored(
        new=0, continued=0, known=4, conflicts=()
    )
    assert content(engine, 4) == before
    assert store.newest(engine, 2) == newer


def test_an_older_store_goes_on_with_what_came_later(kept_home: Path, other: Engine, tmp_path: Path) -> None:
    engine = store.open_store(kept_home)
    export_store(engine, tmp_path / "old.zip")
    import_store(other, tmp_path / "old.zip", NOW)
    store.save(engine, 2, report_text("又写了"), 2, "李四", NOW)
    export_store(engine, tmp_path / "new.zip")
    assert import_store(other, tmp_path / "new.zip", NOW) == Restored(
        new=0, continued=1, known=3, conflicts=()
    )
    assert content(other, 4) == content(engine, 4)


def test_a_report_that_went_another_way_here_is_kept_beside(
    kept_home: Path, other: Engine, tmp_path: Path
) -> None:
    engine = store.open_store(kept_home)
    export_store(engine, tmp_path / "old.zip")
    import_store(other, tmp_path / "old.zip", NOW)
    store.save(other, 2, report_text("这里写的"), 2, "王五", NOW)
    store.save(engine, 2, report_text("那里写的"), 2, "李四", NOW)
    export_store(engine, tmp_path / "new.zip")
    assert import_store(other, tmp_path / "new.zip", NOW).new == 1
    said = [store.versions(other, draft.report_id)[-1].text for draft in reports_of(other, "甲")]
    assert {report_text("这里写的"), report_text("那里写的")} <= set(said)


def test_a_library_report_of_another_content_stays_and_is_named(
    kept_home: Path, other: Engine, tmp_path: Path
) -> None:
    engine = store.open_store(kept_home)
    export_store(engine, tmp_path / "all.zip")
    path = tmp_path / "自己的.yaml"
    path.write_text(report_text("1.另有一个问题。").replace("2023", "2021"))
    with library_at(tmp_path / "other") as library:
        library.for_unit("甲").add([path])
        done = import_store(other, tmp_path / "all.zip", NOW)
        assert (done.new, done.conflicts) == (3, ("2021.yaml",))
        texts = {hit.text for hit in library.for_unit("甲").search("问题", year=2021)}
        assert texts == {"另有一个问题。"}


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-300])


def _flip(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 3] ^= 255
    path.write_bytes(bytes(raw))


def _leave_a_version_out(path: Path) -> None:
    _rewrite(path, lambda name, data: None if name.endswith("2/version-000002.yaml") else data)


def _no_report(path: Path) -> None:
    _rewrite(path, lambda name, data: b"- 1" if name.endswith("4/version-000001.yaml") else data)


def _wrong_note(path: Path) -> None:
    _rewrite(path, lambda name, data: data.replace(b"n: 2", b"n: 7") if "report.yaml" in name else data)


def _other_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")


def _text(path: Path) -> None:
    path.write_text("不是压缩文件")


def _absent(path: Path) -> None:
    path.unlink()


def _rewrite(path: Path, change: Callable[[str, bytes], bytes | None]) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            if (kept := change(name, data)) is not None:
                archive.writestr(name, kept)


@pytest.mark.parametrize(
    "damage", [_cut, _flip, _leave_a_version_out, _no_report, _wrong_note, _other_zip, _text, _absent]
)
def test_a_damaged_export_is_refused_whole(
    kept_home: Path, other: Engine, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    path = tmp_path / "all.zip"
    export_store(store.open_store(kept_home), path)
    damage(path)
    with pytest.raises(InputError):
        import_store(other, path, NOW)
    assert content(other, 4) == []


def test_a_file_that_is_there_is_not_overwritten(kept_home: Path, tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    path.write_text("别人的")
    with pytest.raises(InputError, match="已经存在，不会覆盖"):
        export_store(store.open_store(kept_home), path)
    assert path.read_text() == "别人的"


def test_the_commands_back_up_and_restore(
    kept_home: Path,
    tmp_path: Path,
    run: Run,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "备份.zip"
    monkeypatch.setenv("ZIPING_HOME", str(kept_home))
    assert run("store", "export", path).out == f"已导出 4 份报告：{path}\n"
    assert run("store", "export", path).status == 2
    monkeypatch.setenv("ZIPING_HOME", str(tmp_path / "new"))
    assert run("store", "import", path).out == "新取回 4 份，接着已有版本补上 0 份，原已有 0 份\n"
    assert run("store", "import", path).out == "新取回 0 份，接着已有版本补上 0 份，原已有 4 份\n"
