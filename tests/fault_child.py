"""What a process does until it is killed; it acknowledges on a pipe what it was told is done."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

# Imported by the fork server once, so that a child starts at once.
import chromadb  # noqa: F401
import docx  # noqa: F401
import langchain_chroma  # noqa: F401
import openpyxl  # noqa: F401
from test_corpus_index import Bigrams

import corpus.index_home  # noqa: F401
from corpus import store
from corpus.accounts import ALONE
from corpus.disk import write_whole
from corpus.forms import write_form
from corpus.library import Library
from scoring.errors import InputError
from scoring.report import NARRATIVES, Report
from scoring.report_file import parse_report
from ui.page.desk import open_desk
from ui.page.drafts import drafting

VERBS = ("打捞", "清理", "巡查", "修缮", "培训", "慰问", "抽检", "补种")
SAVES = 30
THINGS = ("水葫芦", "岸线垃圾", "排水口", "护栏", "船员", "困难家庭", "水样", "行道树")


def now() -> datetime:
    return datetime.now(UTC)


def text(serial: int, sentences: int = 6) -> str:
    """A report file, another one for each ``serial``."""
    draw = random.Random(serial)
    said = (f"{draw.choice(VERBS)}{draw.choice(THINGS)}{draw.randint(100, 9999)}处" for _ in range(sentences))
    return (
        f"方案: 闵行-2020\n年度: 2023\n项目名称: 项目{serial}\n预算单位: 河口区水务局\n领域: 水务\n"
        f"当年预算数: {draw.randint(10_000, 99_999)}.00\n"
        f"数据:\n- {{名称: 打捞水葫芦, 数值: {draw.randint(100, 9999)}, 单位: 吨, 目标: '≥100'}}\n"
        f"主要绩效: 第{serial}号。{'。'.join(said)}。\n主要问题: 第{serial}号船舶老化。\n"
    )


def library_at(home: Path) -> Library:
    """A library without samples and with an embedding that costs nothing."""
    return Library(home, environ={}, samples=home / "no samples", embedding=Bigrams())


def saves(told: Connection, home: Path, url: str, report_id: int, seed: int) -> None:
    """Save versions of one report, one on the other; tells (number, checksum) of each."""
    engine = store.open_store(home, url)
    newest = store.newest(engine, report_id)
    assert newest is not None
    for serial in itertools.count(seed * 10_000):
        newest = store.save(engine, report_id, text(serial, 200), newest.n, "张三", now())
        told.send((newest.n, store.checksum(newest.text)))


def imports(told: Connection, home: Path, seed: int) -> None:
    """Add reports to the library and remove every third; tells before and after."""
    folder = home.parent / f"import-{seed}"
    folder.mkdir(parents=True, exist_ok=True)
    with library_at(home) as library:
        for serial in itertools.count(seed * 10_000):
            path = folder / f"{serial}.yaml"
            path.write_text(text(serial), "utf-8")
            (record,) = library.add([path]).added
            told.send(("added", path.name))
            if serial % 3 == 0:
                told.send(("removing", path.name))
                library.remove(record.id)
                told.send(("removed", path.name))


def indexing(told: Connection, home: Path) -> None:
    """Take so many sentences into the index that Chroma writes its own files; tells of each batch."""
    with library_at(home) as library:
        library._opened.catch_up(lambda done, total: told.send((done, total)))
        time.sleep(60)


def drafts(told: Connection, home: Path, seed: int) -> None:
    """Draft a report on the desk of a window, again and again; tells the version each draft became."""
    engine = store.open_store(home)
    with library_at(home) as library:
        desk = open_desk(engine, library, now, ALONE, 0, lambda: parse_report(text(seed)))
        for serial in itertools.count(seed * 10_000):
            empty = {"achievements": "", "problems": "", "measures": ""}
            desk.keep(parse_report(text(serial)).model_copy(update=empty))
            told.send((desk.n, ""))
            for _message in drafting(desk, NARRATIVES):
                pass
            told.send((desk.n, desk.report.achievements))


def exports(told: Connection, folder: Path, seed: int) -> None:
    """Write the form over and over, in each format to one place; tells what stands there."""
    for serial in itertools.count(seed * 10_000):
        for suffix in (".docx", ".xlsx", ".html"):
            write_form(report(serial), folder / f"form{suffix}")
            told.send((suffix, serial))


def big_files(told: Connection, path: Path, seed: int) -> None:
    """Write one large file over and over."""
    content = b"x" * 20_000_000
    told.send("begun")
    while True:
        write_whole(path, content)


def starts(told: Connection, home: Path, samples: Path, url: str = "") -> None:
    """Start as the program does on its first day: the store, the library with samples, a desk."""
    environ = {"ZIPING_DATABASE": url}
    with Library(home, environ=environ, samples=samples, embedding=Bigrams()) as library:
        told.recv()  # until all are there
        library.ensure()
        desk = open_desk(store.open_store(home, url), library, now, ALONE, 0, lambda: parse_report(text(1)))
        told.send((desk.report_id, len(library.list()), len(library.search("打捞水葫芦", limit=50))))


def rivals(told: Connection, home: Path, url: str, report_id: int, seed: int) -> None:
    """Save on what was seen last, as a window does that knows nothing of the other; tells what became of it."""
    engine = store.open_store(home, url)
    told.send("ready")
    told.recv()
    for serial in range(seed * 10_000, seed * 10_000 + SAVES):
        seen = store.newest(engine, report_id)
        assert seen is not None
        mine = text(serial)
        try:
            kept = store.save(engine, report_id, mine, seen.n, str(seed), now())
            told.send(("kept", kept.n, mine, ""))
        except store.StaleParentError as stale:
            told.send(("refused", stale.newer.n, mine, stale.newer.text))


def stubborn(told: Connection, home: Path, url: str, report_id: int, seed: int) -> None:
    """Save versions until told to stop; what is refused is tried again. Tells (number, checksum) or (0, why)."""
    engine = store.open_store(home, url)
    n = 1
    for serial in itertools.count(seed * 10_000):
        mine, when = text(serial), now()
        while True:
            try:
                kept = store.save(engine, report_id, mine, n, str(seed), when)
            except InputError as error:
                told.send((0, str(error)))
                time.sleep(0.05)
            else:
                n = kept.n
                told.send((n, store.checksum(kept.text)))
                break
        if told.poll():
            return


def report(serial: int) -> Report:
    """The report of ``serial``."""
    return parse_report(text(serial))


def received(told: Connection) -> Iterator[Any]:
    """All that a child told before it was killed."""
    try:
        while True:
            yield told.recv()
    except (EOFError, OSError):
        return
