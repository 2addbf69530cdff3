"""What the tool adds to the wait for a model's first word; run by ``make bench`` only."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from endpoint_double import Step, endpoint, told
from test_corpus_benchmark import fill

from assistant.drafting import draft
from assistant.model import ModelWriter
from assistant.settings import Settings
from corpus.forms import read_form
from corpus.library import Library

PASSAGES = 10_000
ROUNDS = 60
REPORT = read_form(Path(__file__).parent.parent / "corpus" / "sample_project.yaml")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    home = tmp_path_factory.mktemp("bench")
    fill(home, PASSAGES)
    with Library(home, environ={}, samples=home / "no samples") as opened:
        opened.ensure()
        yield opened


@pytest.mark.benchmark(group="draft")
def test_from_the_call_of_a_draft_to_its_first_request(benchmark: Any, library: Library) -> None:
    """Plan, slots, past passages, names hidden, the client made anew and its connection opened."""
    arrived: list[float] = []

    def arrive(_: dict[str, Any]) -> list[Step]:
        arrived.append(time.perf_counter())
        return told("没有数。")

    waits: list[float] = []

    def first_word() -> None:
        arrived.clear()
        started = time.perf_counter()
        next(draft(REPORT, writer=ModelWriter(settings), library=library))
        waits.append(arrived[0] - started)

    with endpoint(arrive) as double:
        values = {"OPENAI_BASE_URL": double.url, "ZIPING_MODEL": "m", "ZIPING_RETRIES": 0}
        settings = Settings.model_validate(values)
        benchmark.pedantic(first_word, rounds=ROUNDS, warmup_rounds=3)
    shown(benchmark, sorted(waits[3:]))


def shown(benchmark: Any, waits: list[float]) -> None:
    """Median and p95 of the wait alone, with the machine's load; the double's answer is not in them."""
    median, p95 = (round(waits[int(share * len(waits))] * 1000, 1) for share in (0.5, 0.95))
    load = round(os.getloadavg()[0], 1)
    benchmark.extra_info.update(median_ms=median, p95_ms=p95, load=load)
    print(f"\n{benchmark.name}: median {median} ms, p95 {p95} ms before the request; load {load}")
