"""Two reports made from one: what only one of them changed is taken over, the rest is for a person to choose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from corpus.three_ways import Clash, three_ways
from scoring.report import NARRATIVES, Report

Side = Literal["mine", "theirs"]

_ROWS: Final = {
    "指标": ("一级指标", "二级指标", "指标名称"),
    "数据": ("名称",),
    "忽略": ("规则", "位置"),
}
"""The labels whose values are rows, and what tells one row from another."""

_GONE: Final = "（已删除）"


@dataclass(frozen=True, slots=True)
class Conflict:
    """A place that both changed, each otherwise: the three texts as a reader sees them."""

    place: str
    base: str
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Merge:
    """What came of merging; in a place still in conflict ``merged`` has my text."""

    merged: Report
    conflicts: tuple[Conflict, ...]


def merge(base: Report, mine: Report, theirs: Report, chosen: Mapping[str, Side] | None = None) -> Merge:
    """Merge two reports that were both made from ``base``.

    Fields are merged one by one, rows of 指标 and 数据 by their names and there cell by cell, narratives
    and lists line by line.

    Args:
        base: the version that both started from.
        mine: the report that was refused.
        theirs: the newest version.
        chosen: whose text to take, by the place of a conflict.
    """
    return _Merging(chosen or {}).reports(base, mine, theirs)


class _Merging:
    """Collects the conflicts that nobody has chosen a side of."""

    def __init__(self, chosen: Mapping[str, Side]) -> None:
        self._chosen = chosen
        self._conflicts: list[Conflict] = []

    def reports(self, base: Report, mine: Report, theirs: Report) -> Merge:
        merged = self._mappings("", base.to_mapping(), mine.to_mapping(), theirs.to_mapping())
        return Merge(Report.from_mapping(merged), tuple(self._conflicts))

    def _mappings(self, place: str, base: Any, mine: Any, theirs: Any) -> dict[str, Any]:
        merged = {}
        for label in _in_order(mine, theirs):
            held = self._values(
                f"{place}.{label}" if place else label,
                label,
                *(one.get(label) for one in (base, mine, theirs)),
            )
            if held is not None:
                merged[label] = held
        return merged

    def _values(self, place: str, label: str, base: Any, mine: Any, theirs: Any) -> Any:
        if mine in (theirs, base) or theirs == base:
            return theirs if mine == base else mine
        if label in _ROWS:
            return self._rows(label, *(one or [] for one in (base, mine, theirs)))
        if label in NARRATIVES or label == "项目总目标":
            texts = [(one or "").split("\n") for one in (base, mine, theirs)]
            return "\n".join(self._lines(place, *texts))
        if all(_is_lines(one) for one in (base, mine, theirs)):
            return self._lines(place, *(one or [] for one in (base, mine, theirs)))
        if label == "草稿记录":
            return _records(mine or {}, theirs or {})
        if all(isinstance(one, dict | None) for one in (base, mine, theirs)):
            return self._mappings(place, *(one or {} for one in (base, mine, theirs)))
        return self._choose(place, base, mine, theirs, _shown)

    def _lines(
        self, place: str, base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]
    ) -> list[str]:
        merged: list[str] = []
        number = 0
        for piece in three_ways(base, mine, theirs):
            if isinstance(piece, Clash):
                number += 1
                merged += self._choose(
                    f"{place}[{number}]", piece.base, piece.mine, piece.theirs, lambda lines: "\n".join(lines)
                )
            else:
                merged += piece
        return merged

    def _rows(self, label: str, base: Any, mine: Any, theirs: Any) -> list[Any]:
        tables = [_by_name(rows, _ROWS[label]) for rows in (base, mine, theirs)]
        merged = []
        for name in _in_order(tables[1], tables[2], tables[0]):
            row = self._row(f"{label}「{'·'.join(filter(None, name))}」", *(one.get(name) for one in tables))
            if row is not None:
                merged.append(row)
        return merged

    def _row(self, place: str, base: Any, mine: Any, theirs: Any) -> Any:
        if mine in (theirs, base) or theirs == base:
            return theirs if mine == base else mine
        if base is not None and (mine is None or theirs is None):
            return self._choose(place, base, mine, theirs, lambda row: _GONE if row is None else _shown(row))
        return self._mappings(place, base or {}, mine, theirs)

    def _choose(self, place: str, base: Any, mine: Any, theirs: Any, shown: Callable[[Any], str]) -> Any:
        side = self._chosen.get(place)
        if side is None:
            self._conflicts.append(Conflict(place, shown(base), shown(mine), shown(theirs)))
        return theirs if side == "theirs" else mine


def _in_order(*held: Mapping[Any, Any]) -> Iterator[Any]:
    """All keys: mine in my order, what only the others have behind what it stands behind there."""
    order = list(held[0])
    for other in held[1:]:
        before = None
        for key in other:
            if key not in order:
                order.insert(order.index(before) + 1 if before in order else 0, key)
            before = key
    return iter(order)


def _by_name(rows: Sequence[Mapping[str, Any]], labels: Sequence[str]) -> dict[tuple[str, ...], Any]:
    """Rows by what names them; of equally named ones the second is told by a 2, and so on."""
    found: dict[tuple[str, ...], Any] = {}
    met: Counter[tuple[str, ...]] = Counter()
    for row in rows:
        name = tuple(str(row.get(label) or "") for label in labels)
        met[name] += 1
        found[*name, str(met[name]) if met[name] > 1 else ""] = row
    return found


def _is_lines(held: Any) -> bool:
    return held is None or (isinstance(held, list) and all(isinstance(line, str) for line in held))


def _records(mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    """What each sentence rests on, by section: my record, and of theirs the sentences that mine lacks."""
    merged = {**theirs, **mine}
    for section in mine.keys() & theirs.keys():
        told = [*mine[section].get("句子", ())]
        known = {sentence.get("句") for sentence in told}
        told += [one for one in theirs[section].get("句子", ()) if one.get("句") not in known]
        merged[section] = {**mine[section], "句子": told}
    return merged


def _shown(held: Any) -> str:
    if isinstance(held, Mapping):
        return "　".join(f"{label} {_shown(one)}" for label, one in held.items() if one not in (None, "", []))
    if isinstance(held, list):
        return "\n".join(_shown(one) for one in held)
    return "" if held is None else str(held)
