"""The exact search: all vectors of the library in memory, compared one by one."""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine

from corpus.embedding import Vectors
from corpus.lookup import Changes, Placed, changes, revision
from corpus.vectors import recall
from scoring.report import NARRATIVES

_SECTIONS: Final = {label: code for code, label in enumerate(NARRATIVES)}
_SHELVES: Final = {shelf: code for code, shelf in enumerate(("own", "sample", "shared"))}


class ExactSearch:
    """The vectors of every passage, kept up with the store by what changed.

    Under 200,000 sentences it is faster than an index that has to filter, and right while an index is
    broken or held by another process.
    """

    def __init__(self, engine: Engine, model: str) -> None:
        self._engine = engine
        self._model = model
        self._lock = threading.Lock()
        self._revision = 0
        self._rows = np.zeros((4, 0), np.int64)  # passage, report, section, shelf
        self._vectors: Vectors = np.zeros((0, 0), np.float32)

    def nearest(
        self,
        query: Vectors,
        sections: Collection[str],
        own: Collection[int],
        others: Collection[int],
        limit: int,
    ) -> list[tuple[int, float]]:
        """The passages nearest to ``query``, as (id, cosine distance), nearest first.

        Args:
            query: a vector of length 1.
            sections: labels of the narratives to search.
            own: ids of the searcher's reports, searched on their own shelf.
            others: ids of all other reports, searched on the shelves ``sample`` and ``shared``.
            limit: how many at most.
        """
        rows, vectors = self._current()
        wanted = _among(rows[2], [_SECTIONS[label] for label in sections]) & _visible(rows, own, others)
        places = np.flatnonzero(wanted)
        if not len(places):
            return []
        few = len(places) < len(vectors) // 4  # then copying them out costs less than comparing all
        likeness = _likeness(vectors[places], query) if few else _likeness(vectors, query)[places]
        best = np.argpartition(-likeness, min(limit, len(places)) - 1)[:limit]
        best = best[np.lexsort((rows[0, places[best]], -likeness[best]))]
        return [(int(rows[0, places[one]]), 1 - float(likeness[one])) for one in best]

    def _current(self) -> tuple[NDArray[np.int64], Vectors]:
        """The rows and vectors as of now: new ones appended, gone ones left out."""
        with self._lock:
            if revision(self._engine) != self._revision:
                self._follow(changes(self._engine, self._revision))
            return self._rows, self._vectors

    def _follow(self, changed: Changes) -> None:
        gone = [passage for ids in changed.gone.values() for passage in ids]
        kept = ~np.isin(self._rows[0], gone)
        known = recall(self._engine, self._model, {placed.text_hash for placed in changed.added})
        new = [placed for placed in changed.added if placed.text_hash in known]
        self._rows, self._vectors = self._rows[:, kept], self._vectors[kept]
        if new:
            added = np.stack([known[placed.text_hash] for placed in new])
            old = self._vectors if len(self._vectors) else added[:0]  # whose width is not known before
            self._vectors = np.concatenate((old, added))
            self._rows = np.concatenate((self._rows, _rows(new)), axis=1)
        self._revision = changed.revision


def _likeness(vectors: Vectors, query: Vectors) -> Vectors:
    """The cosine of each vector with the question.

    Not by ``@``: its threads go on spinning and double the time of the next question's embedding.
    """
    cosines: Vectors = np.einsum("ij,j->i", vectors, query)
    return cosines


def _visible(rows: NDArray[np.int64], own: Collection[int], others: Collection[int]) -> NDArray[np.bool_]:
    """Which rows stand on the own shelf of a report in ``own``, or on another shelf of one in ``others``."""
    is_own = rows[3] == _SHELVES["own"]
    visible: NDArray[np.bool_] = np.where(is_own, _among(rows[1], own), _among(rows[1], others))
    return visible


def _among(column: NDArray[np.int64], ids: Collection[int]) -> NDArray[np.bool_]:
    """Which numbers of ``column`` are in ``ids``, by a table of them: sorting takes longer than comparing."""
    table = np.zeros(max(int(column.max(initial=0)), max(ids, default=0)) + 1, np.bool_)
    table[list(ids)] = True
    found: NDArray[np.bool_] = table[column]
    return found


def _rows(placed: Sequence[Placed]) -> NDArray[np.int64]:
    return np.array(
        [
            [one.id for one in placed],
            [one.report_id for one in placed],
            [_SECTIONS[one.where.section] for one in placed],
            [_SHELVES[one.where.shelf] for one in placed],
        ],
        np.int64,
    )
