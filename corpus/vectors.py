"""Vectors of texts, kept in the store once made: making one is fifty times dearer than keeping it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

import numpy as np
from langchain_core.embeddings import Embeddings
from sqlalchemy import Engine, exists, select
from sqlalchemy.dialects import postgresql, sqlite

from corpus.embedding import TextEmbedding, Vectors, prepare
from corpus.lookup import chunks
from corpus.store import checksum, reading, writing
from corpus.tables import PassageRow, VectorRow

Progress = Callable[[int, int], None]
"""Called with how many are done and how many there are."""

_BATCH: Final = 64
_FLOAT32: Final = np.dtype("<f4")


class Remembered(Embeddings):
    """A LangChain embedding that makes a text's vector once and takes it from the store ever after."""

    def __init__(self, engine: Engine, embedding: TextEmbedding) -> None:
        self._engine = engine
        self._embedding = embedding

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """The vectors of sentences to be found."""
        by_key = {text_key(text): text for text in texts}
        remember(self._engine, self._embedding, by_key)
        known = recall(self._engine, self._embedding.name, by_key)
        return [known[text_key(text)].tolist() for text in texts]

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question; questions are not kept."""
        return self._embedding.embed_query(text)


def text_key(text: str) -> str:
    """The key of a text's vector: what an embedding sees of it."""
    return checksum(prepare(text))


def recall(engine: Engine, model: str, keys: Iterable[str]) -> dict[str, Vectors]:
    """The vectors by ``model`` that the store has, by text key."""
    known: dict[str, Vectors] = {}
    with reading(engine) as session:
        for chunk in chunks(list(keys)):
            query = select(VectorRow.text_hash, VectorRow.vector).where(
                VectorRow.model == model, VectorRow.text_hash.in_(chunk)
            )
            known.update((key, np.frombuffer(raw, _FLOAT32)) for key, raw in session.execute(query))
    return known


def keep(engine: Engine, model: str, vectors: Mapping[str, Vectors]) -> None:
    """Keep vectors by ``model`` under their text keys; those that are there stay."""
    insert = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert
    rows = [
        {"text_hash": key, "model": model, "vector": vector.astype(_FLOAT32).tobytes()}
        for key, vector in vectors.items()
    ]
    if rows:
        with writing(engine) as session:
            session.execute(insert(VectorRow).on_conflict_do_nothing(), rows)


def remember(
    engine: Engine, embedding: TextEmbedding, texts: Mapping[str, str], progress: Progress | None = None
) -> None:
    """Make and keep the vectors that ``texts`` (text key → text) lack, batch by batch.

    What a batch made is kept even if the next one fails, so that a long import goes on where it stopped.
    """
    known = recall(engine, embedding.name, texts)
    missing = [key for key in texts if key not in known]
    for start in range(0, len(missing), _BATCH):
        batch = missing[start : start + _BATCH]
        rows = embedding.passages([texts[key] for key in batch])
        keep(engine, embedding.name, dict(zip(batch, rows, strict=True)))
        if progress:
            progress(start + len(batch), len(missing))


def remember_all(engine: Engine, embedding: TextEmbedding, progress: Progress | None = None) -> int:
    """Make and keep the vectors that passages of the library lack; returns how many were made."""
    has_one = exists().where(VectorRow.text_hash == PassageRow.text_hash, VectorRow.model == embedding.name)
    query = select(PassageRow.text_hash, PassageRow.text).where(~has_one)
    with reading(engine) as session:
        texts = {row.text_hash: row.text for row in session.execute(query)}
    remember(engine, embedding, texts, progress)
    return len(texts)
