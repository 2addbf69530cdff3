"""The index: Chroma collections, one a narrative and shelf, filled from the store."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from langchain_core.embeddings import Embeddings

from corpus.embedding import Vectors
from corpus.lookup import Changes, Shelved
from corpus.vectors import Progress
from scoring.errors import InputError

_SECTIONS: Final = {"主要绩效": "achievements", "主要问题": "problems", "改进措施": "measures"}
_COSINE: Final[Any] = {"hnsw": {"space": "cosine"}}
_BATCH: Final = 1000


class BrokenIndexError(Exception):
    """The index does not answer, or does not hold what the store holds; it can be made anew."""


class Index:
    """An open index of one library, made by one embedding.

    Args:
        client: a Chroma client of a folder or of a server.
        vectors: gives the vectors of passages, from the store where it has them.
        library: the store's id; libraries that share a server stay apart.
        embedding: the embedding's name; vectors of two embeddings are never in one collection.
    """

    def __init__(self, client: Any, vectors: Embeddings, library: str, embedding: str) -> None:
        self._client = client
        self._vectors = vectors
        self._library = library[:12]
        self._embedding = _tag(embedding)
        self._counts: Mapping[Shelved, int] = {}
        self._opened: dict[Shelved, Any] = {}
        self._asked: dict[Shelved, Any] = {}

    def nearest(self, query: Vectors, places: Sequence[Shelved], limit: int) -> list[tuple[int, float]]:
        """The passages nearest to ``query`` in some places, as (id, cosine distance), nearest first.

        Raises:
            BrokenIndexError: the index cannot answer.
        """
        vector = query.tolist()
        found: list[tuple[float, int]] = []
        with _as_broken():
            for place in places:
                if count := self._counts.get(place, 0):
                    found += self._query(place, vector, min(limit, count))
        return [(passage, distance) for distance, passage in sorted(found)[:limit]]

    def _query(self, place: Shelved, vector: list[float], limit: int) -> Iterator[tuple[float, int]]:
        """Distances and ids alone: the texts come from the store, and fetching them here takes as long again."""
        if place not in self._asked:
            self._asked[place] = self._client.get_collection(self._name(place), embedding_function=None)
        found = self._asked[place].query(query_embeddings=[vector], n_results=limit, include=["distances"])
        for passage, distance in zip(found["ids"][0], found["distances"][0], strict=True):
            yield distance, int(passage)

    def apply(self, changed: Changes, progress: Progress | None = None) -> None:
        """Take out what is gone and take in what was added.

        Raises:
            BrokenIndexError: the index cannot be written.
        """
        added: dict[Shelved, list[tuple[str, str]]] = {}
        for placed in changed.added:
            added.setdefault(placed.where, []).append((str(placed.id), placed.text))
        done = 0
        with _as_broken():
            for place, ids in changed.gone.items():
                self._collection(place).delete([str(passage) for passage in ids])
            for place, passages in added.items():
                for start in range(0, len(passages), _BATCH):
                    ids, texts = zip(*passages[start : start + _BATCH], strict=True)
                    self._collection(place).add_texts(list(texts), ids=list(ids))
                    done += len(ids)
                    if progress:
                        progress(done, len(changed.added))
        self._counts = changed.counts

    def verify(self, places: Collection[Shelved]) -> None:
        """Compare how many passages the index holds in some places with what the store holds.

        Raises:
            BrokenIndexError: they differ, or the index cannot tell.
        """
        with _as_broken():
            for place in places:
                self._collection(place)  # made where it is not there
                held = self._client.get_collection(self._name(place)).count()
                if held != self._counts.get(place, 0):
                    raise BrokenIndexError(f"{place}: {held}")

    def clear(self) -> None:
        """Delete all collections of this library and embedding."""
        with _as_broken():
            for collection in self._client.list_collections():
                name = collection.name
                if name.startswith(f"{self._library}-") and name.endswith(f"-{self._embedding}"):
                    self._client.delete_collection(name)
        self._opened.clear()
        self._asked.clear()

    def close(self) -> None:
        """Let go of the folder's files."""
        with _as_broken():
            self._client.close()

    def _collection(self, place: Shelved) -> Any:
        if place not in self._opened:
            from langchain_chroma import Chroma

            self._opened[place] = Chroma(
                collection_name=self._name(place),
                embedding_function=self._vectors,
                client=self._client,
                collection_configuration=_COSINE,
            )
        return self._opened[place]

    def _name(self, place: Shelved) -> str:
        """ASCII letters and digits only: Chroma takes no others."""
        section = _SECTIONS[place.section]
        return f"{self._library}-{section}-{place.shelf}-{_tag(place.owner)}-{self._embedding}"


def folder_client(folder: Path) -> Any:
    """A Chroma client of a folder; one process at a time may have one.

    Raises:
        BrokenIndexError: the folder cannot be opened.
    """
    import chromadb

    with _as_broken():
        return chromadb.PersistentClient(path=str(folder), settings=_settings())


def server_client(url: str) -> Any:
    """A Chroma client of a server at ``url`` (http://host:port).

    Raises:
        InputError: ``url`` is no address.
        BrokenIndexError: nothing answers there.
    """
    import chromadb

    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InputError("ZIPING_CHROMA_URL", f"应如 http://127.0.0.1:8000，读到「{url[:60]}」")
    is_https = parts.scheme == "https"
    with _as_broken():
        return chromadb.HttpClient(
            host=parts.hostname,
            port=parts.port or (443 if is_https else 8000),
            ssl=is_https,
            settings=_settings(),
        )


def _settings() -> Any:
    from chromadb.config import Settings

    return Settings(anonymized_telemetry=False)


@contextmanager
def _as_broken() -> Iterator[None]:
    """Whatever Chroma raises means one thing here: the index is no good."""
    import httpx
    from chromadb.errors import ChromaError

    try:
        yield
    except (ChromaError, httpx.HTTPError, ValueError, RuntimeError, OSError) as error:
        raise BrokenIndexError(str(error)) from error


def _tag(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:8]
