"""A library that is open: its store, embedding, index and exact search, each made ready at its first use."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.lookup import Shelved, report_ids, revision
from corpus.records import add_samples, state
from corpus.store import open_store

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from corpus.embedding import TextEmbedding, Vectors
    from corpus.exact import ExactSearch
    from corpus.index_home import IndexHome
    from corpus.vectors import Progress


class Opened:
    """What the libraries of all units of one data folder share.

    Args:
        home: the data folder.
        environ: the settings.
        samples: the folder of the sample reports.
        embedding: makes the vectors, in place of the one that the settings choose.
        clock: tells the time.
        tell: called with a sentence that the user should read.
    """

    def __init__(
        self,
        home: Path,
        environ: Mapping[str, str],
        samples: Path,
        embedding: TextEmbedding | None,
        clock: Callable[[], datetime],
        tell: Callable[[str], None],
    ) -> None:
        self.clock = clock
        self._home = home
        self._environ = environ
        self._samples = samples
        self._chosen = embedding
        self._tell = tell
        self._turn = threading.Lock()
        self._prepared = -1

    @cached_property
    def store(self) -> Engine:
        """The relational store."""
        return open_store(self._home, self._environ.get("ZIPING_DATABASE", "").strip())

    @cached_property
    def embedding(self) -> TextEmbedding:
        """What makes the vectors."""
        from corpus.embedding import embedding_for

        return self._chosen or embedding_for(self._environ)

    @cached_property
    def _exact(self) -> ExactSearch:
        from corpus.exact import ExactSearch

        return ExactSearch(self.store, self.embedding.name)

    @cached_property
    def _index(self) -> IndexHome:
        from corpus.index_home import IndexHome

        url = self._environ.get("ZIPING_CHROMA_URL", "").strip()
        return IndexHome(self._home / "library", self.store, self.embedding, url, self._tell)

    def close(self) -> None:
        """Let go of the index and the store; a further use opens them again."""
        if "_index" in self.__dict__:
            self._index.close()
        if "store" in self.__dict__:
            self.store.dispose()
        for opened in ("_index", "_exact", "store"):
            self.__dict__.pop(opened, None)
        self._prepared = -1

    def prepare(self, progress: Progress | None = None) -> None:
        """The shipped samples in the store, and a vector for each sentence."""
        with self._turn:
            if revision(self.store) == self._prepared:
                return
            self._add_samples()
            self._complete_vectors(progress)
            self._prepared = revision(self.store)

    def _add_samples(self) -> None:
        from corpus import samples

        if (digest := samples.digest(self._samples)) == state(self.store, "samples"):
            return
        from corpus.vectors import keep

        keep(self.store, self.embedding.name, samples.cached_vectors(self.embedding.name, self._samples))
        add_samples(self.store, samples.reports(self._samples), digest, self.clock())

    def _complete_vectors(self, progress: Progress | None) -> None:
        """After an embedding was changed, a sentence has no vector by the new one."""
        from corpus.records import set_state
        from corpus.vectors import remember_all

        name, made_by = self.embedding.name, state(self.store, "embedding")
        remember_all(self.store, self.embedding, progress)
        if name != made_by:
            if made_by:
                self._tell(f"资料库原由嵌入模型 {made_by} 建立，现已改用 {name} 重新计算全部句子。")
            set_state(self.store, "embedding", name)

    def catch_up(self, progress: Progress | None = None) -> None:
        """The index as the store is now, where this process has it."""
        from corpus.index import BrokenIndexError

        try:
            self._index.current(progress)
        except (BrokenIndexError, OSError) as error:
            self._tell(f"检索索引暂不可用（{error}），已改为逐句比较，结果相同。")

    def nearest(
        self,
        vector: Vectors,
        sections: Collection[str],
        owner: str,
        filters: tuple[str | None, int | None, str | None],
        limit: int,
    ) -> list[int]:
        """The ids of the passages nearest to ``vector`` that ``owner`` may see, nearest first.

        Args:
            vector: of the question.
            sections: labels of the narratives to search.
            owner: who searches.
            filters: 领域, 年度 and a part of the 预算单位, each None for any.
            limit: how many at most.
        """
        found = None if any(filters) else self._by_index(vector, sections, owner, limit)
        if found is None:
            own, others = report_ids(self.store, owner, *filters)
            found = self._exact.nearest(vector, sections, own, others, limit)
        return [passage for passage, _ in found]

    def _by_index(
        self, vector: Vectors, sections: Collection[str], owner: str, limit: int
    ) -> list[tuple[int, float]] | None:
        """None where the index is not at hand; it is right, but not needed for a right answer."""
        from corpus.index import BrokenIndexError

        places = [
            Shelved(section, shelf, owner if shelf == "own" else "")
            for section in sections
            for shelf in ("own", "sample", "shared")
        ]
        try:
            if (index := self._index.current()) is not None:
                return index.nearest(vector, places, limit)
        except (BrokenIndexError, OSError) as error:
            self._tell(f"检索索引暂不可用（{error}），已改为逐句比较，结果相同。")
            self._index.start_over()
        return None
