"""The index is only an index: broken, missing or of another embedding, it is made anew from the store."""

from __future__ import annotations

import itertools
import json
import shutil
import socket
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corpus.embedding import TextEmbedding
from corpus.library import Library
from scoring.errors import InputError

PROBLEMS = ("泥浆偷倒难以发现。", "保洁船舶老化。", "岸线垃圾清运不及时。", "经费拨付较晚。")


class Bigrams(TextEmbedding):
    """Counts pairs of characters: an embedding that costs nothing."""

    def __init__(self, name: str = "bigrams-1", dimensions: int = 64) -> None:
        self.name = name
        self.dimensions = dimensions

    def _embed(self, texts: list[str], is_query: bool) -> Any:
        rows = np.zeros((len(texts), self.dimensions), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for pair in itertools.pairwise(text):
                row[zlib.crc32("".join(pair).encode()) % self.dimensions] += 1
        return rows + 1e-3


def report_text(year: int, problems: Sequence[str]) -> str:
    points = "".join(f"{number}.{problem}" for number, problem in enumerate(problems, 1))
    return f"方案: 闵行-2020\n年度: {year}\n项目名称: 保洁\n预算单位: 水务局\n主要问题: {points}\n"


@pytest.fixture(scope="session")
def filled_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one small report and no samples."""
    folder = tmp_path_factory.mktemp("filled")
    report = folder / "水务.yaml"
    report.write_text(report_text(2023, PROBLEMS), "utf-8")
    with opened(folder / "home") as library:
        library.add([report])
    return folder / "home"


@pytest.fixture
def home(filled_home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(filled_home, tmp_path / "home"))


def opened(home: Path, embedding: TextEmbedding | None = None, **environ: str) -> Library:
    no_samples = home.parent / "no samples"
    return Library(home, environ=environ, samples=no_samples, embedding=embedding or Bigrams())


def finds_all(library: Library) -> bool:
    return all(library.search(problem, limit=1)[0].text == problem for problem in PROBLEMS)


def index_folder(home: Path) -> Path:
    return home / "library" / json.loads((home / "library/index.json").read_text())["place"]


def test_a_whole_index_is_used_as_it_is(home: Path) -> None:
    before = index_folder(home)
    with opened(home) as library:
        assert finds_all(library)
        assert library.notices == []
    assert index_folder(home) == before


def _garbage_in_the_database(folder: Path) -> None:
    (folder / "chroma.sqlite3").write_bytes(b"not a database" * 1000)


def _cut_database(folder: Path) -> None:
    path = folder / "chroma.sqlite3"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])


def _nothing_left(folder: Path) -> None:
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


@pytest.mark.parametrize("damage", [_garbage_in_the_database, _cut_database, _nothing_left])
def test_a_damaged_index_is_set_aside_and_made_anew(home: Path, damage: Callable[[Path], None]) -> None:
    damage(index_folder(home))
    with opened(home) as library:
        assert finds_all(library)
        (notice,) = library.notices
        assert "检索索引不完整或已损坏" in notice
        assert "资料没有丢失" in notice
    assert len(list((home / "library").glob("broken-*"))) == 1
    with opened(home) as library:
        assert finds_all(library)
        assert library.notices == []


def test_an_index_that_breaks_while_open_is_made_anew(home: Path) -> None:
    with opened(home) as library:
        assert finds_all(library)
        index = library._opened._index.current()
        assert index is not None
        index.clear()
        index._opened.clear()
        shutil.rmtree(index_folder(home))
        assert finds_all(library)
        assert library.notices
    with opened(home) as library:
        assert finds_all(library)


def test_a_writer_that_did_not_finish_costs_a_new_index(home: Path) -> None:
    note = home / "library/index.json"
    note.write_text(json.dumps(json.loads(note.read_text()) | {"busy": True, "revision": 0}))
    with opened(home) as library:
        assert finds_all(library)
    assert json.loads(note.read_text())["busy"] is False


@pytest.mark.parametrize("note", ["", "{", "[]", '{"place": 3}', '{"other": 1}'])
def test_an_unreadable_note_costs_a_new_index(home: Path, note: str) -> None:
    (home / "library/index.json").write_text(note)
    with opened(home) as library:
        assert finds_all(library)


def test_a_missing_index_is_made(home: Path) -> None:
    shutil.rmtree(home / "library")
    with opened(home) as library:
        assert finds_all(library)


def test_another_embedding_makes_its_own_index_and_never_mixes(home: Path) -> None:
    old = index_folder(home)
    with opened(home, Bigrams("bigrams-2", 32)) as library:
        assert finds_all(library)
        assert any("bigrams-1" in notice and "bigrams-2" in notice for notice in library.notices)
    assert index_folder(home) != old
    assert not old.exists()
    with opened(home) as library:  # and back again
        assert finds_all(library)


def test_an_index_that_holds_less_than_the_store_is_made_anew(home: Path) -> None:
    with opened(home) as library:
        library.search("泥浆")
        index = library._opened._index.current()
        assert index is not None
        (place,) = (place for place, count in index._counts.items() if count)
        index._collection(place).delete([index._client.get_collection(index._name(place)).peek(1)["ids"][0]])
    note = home / "library/index.json"
    note.write_text(json.dumps(json.loads(note.read_text()) | {"busy": True}))
    with opened(home) as library:
        assert finds_all(library)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Chroma server on loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    chroma = Path(sys.executable).with_name("chroma")
    folder = tmp_path_factory.mktemp("server")
    command = [str(chroma), "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
        process.terminate()


def test_a_server_behaves_as_the_folder_does(home: Path, server: str, tmp_path: Path) -> None:
    extra = tmp_path / "新.yaml"
    extra.write_text(report_text(2022, ["夜航安全标志不足。"]), "utf-8")
    with opened(home, ZIPING_CHROMA_URL=server) as library:
        assert finds_all(library)
        (record,) = library.add([extra]).added
        assert library.search("夜航标志", limit=1)[0].report == record.id
        library.remove(record.id)
        assert library.search("夜航标志", limit=1)[0].report != record.id
        assert library.notices == []
        # a server that lost its collections is filled again
        index = library._opened._index.current()
        assert index is not None
        index.clear()
    with opened(home, ZIPING_CHROMA_URL=server) as library:
        assert finds_all(library)


def test_two_libraries_share_a_server_and_stay_apart(home: Path, server: str, tmp_path: Path) -> None:
    with (
        opened(home, ZIPING_CHROMA_URL=server) as library,
        opened(tmp_path / "other", ZIPING_CHROMA_URL=server) as other,
    ):
        assert finds_all(library)
        assert other.search(PROBLEMS[0]) == []


def test_a_server_that_does_not_answer_is_named_and_the_exact_search_steps_in(home: Path) -> None:
    with opened(home, ZIPING_CHROMA_URL="http://127.0.0.1:9") as library:
        assert finds_all(library)
        assert any("逐句比较" in notice for notice in library.notices)


def test_a_wrong_server_address_is_refused(home: Path) -> None:
    with (
        opened(home, ZIPING_CHROMA_URL="127.0.0.1:8000") as library,
        pytest.raises(InputError, match="ZIPING_CHROMA_URL"),
    ):
        library.search("泥浆")
