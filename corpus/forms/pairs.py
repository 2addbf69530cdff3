"""Labels and their values above the indicator table: right of the label, under it, or in its own cell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from corpus.forms.labels import FIELDS, plain_label
from corpus.forms.rows import tidy
from scoring.report import NARRATIVES

_LONG: Final = ("项目年度总目标", "项目总目标", "年度目标", "实际完成情况", *NARRATIVES)
_HEADS: Final = ("项目年度总目标", "实际完成情况")
"""Labels that the national form prints over their texts."""

# 项目名称：甲 · 主要绩效 and its text on the lines below
_IN_CELL: Final = re.compile(r"\s*(?P<label>[^：:\n]{2,20}?)\s*(?:[：:]|\n)(?P<value>.*)", re.S)
_GAP: Final = re.compile(r"\t|[ 　]{2,}")


class Pairs:
    """What the labels of a form have for values, in :attr:`found` by key; the first value of a key stays.

    Args:
        is_own: the form was written here: values stand right of their labels and are taken as they are.
    """

    def __init__(self, is_own: bool) -> None:
        self.found: dict[str, str] = {}
        self._is_own = is_own
        self._below: dict[int, str] = {}

    def row(self, cells: Sequence[str]) -> list[str]:
        """Take one row of cells; returns those that hold neither a label nor a value."""
        below, self._below = self._below, {}
        loose = []
        index = 0
        while index < len(cells):
            key = FIELDS.get(plain_label(cells[index]))
            value = cells[index + 1] if index + 1 < len(cells) else ""
            if key is None:
                if index in below and cells[index].strip():
                    self._keep(below[index], cells[index])
                elif not self._in_cell(cells[index]) and cells[index].strip():
                    loose.append(cells[index])
            elif key in _HEADS and not self._is_own and (not value.strip() or plain_label(value) in FIELDS):
                self._below[index] = key
            else:
                self._keep(key, value)
                index += 1
            index += 1
        return loose

    def line(self, text: str) -> None:
        """Take what a line outside the tables says of the short fields: 项目名称：甲　　预算单位：乙."""
        for piece in _GAP.split(text):
            for key, value in self._labelled(piece):
                if key not in _LONG:
                    self._keep(key, value)

    def _in_cell(self, cell: str) -> bool:
        """Whether the cell holds a label and its value both, which are taken."""
        for key, value in self._labelled(cell):
            self._keep(key, value)
            return True
        return False

    def _labelled(self, text: str) -> Iterator[tuple[str, str]]:
        match = None if self._is_own else _IN_CELL.match(text)
        key = FIELDS.get(plain_label(match["label"])) if match else None
        if match and key:
            yield key, match["value"]

    def _keep(self, key: str, value: str) -> None:
        if not self._is_own:
            value = value.strip() if key in _LONG else tidy(value)
        self.found.setdefault(key, value)
