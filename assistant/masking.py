"""Names leave the machine as placeholders and come back as names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

from corpus.names import find_names, take_apart
from prompts import data
from scoring.errors import InputError
from scoring.report import Report
from scoring.texts import texts

_STEMS: Final = "甲乙丙丁戊己庚辛壬癸"
_HIDDEN: Final = ("own_unit", "own_place", "unit", "enterprise")


_OPEN: Final = ("", "公开", "主动公开")


def is_secret(report: Report) -> bool:
    """Whether the report's 密级 (内部 or the like) forbids to send it."""
    return report.secrecy.strip() not in _OPEN


def refuse_secret(report: Report) -> None:
    """Refuse to send a report whose 密级 forbids it.

    Raises:
        InputError: the report is marked 内部 or the like.
    """
    if is_secret(report):
        raise InputError(
            "密级", f"报告标为“{report.secrecy}”，不能发送给大模型，可改用内置写作（--writer offline）"
        )


class Masked:
    """Hides the names of units, places, enterprises and persons of one report, and shows them again.

    Args:
        report: whose names; those of its own texts and 数据 are hidden.
        more: further texts that will be sent.

    Raises:
        InputError: the report may not be sent at all.
    """

    def __init__(self, report: Report, more: Iterable[str] = ()) -> None:
        refuse_secret(report)
        unit = take_apart(report.budget_unit)
        names = {report.budget_unit, *unit.places, *re.split("[、，,；; ]+", report.office)}
        written = (placed.text for placed in texts(report))
        named = (text for one in report.metrics for text in (one.name, *one.aliases, one.source))
        text = "\n\n".join((*written, *named, *more))  # no name goes beyond its line
        found = find_names(text, unit)
        names |= {text[name.start : name.end] for name in found if name.kind in _HIDDEN}
        names |= {match.group(1) for match in _person().finditer(text)}
        kept = sorted((name for name in names if len(name) > 1), key=lambda name: (-len(name), name))
        self._names = {name: f"〈{_stem(number)}〉" for number, name in enumerate(kept)}

    def hide(self, text: str) -> str:
        """``text`` as it may leave the machine."""
        for name, placeholder in self._names.items():
            text = text.replace(name, placeholder)
        return text

    def show(self, text: str) -> str:
        """``text`` with the names in place of their placeholders."""
        for name, placeholder in self._names.items():
            text = text.replace(placeholder, name)
        return text

    def hidden(self, text: str) -> tuple[tuple[str, str], ...]:
        """The placeholders in ``text`` with the names that they stand for."""
        return tuple((placeholder, name) for name, placeholder in self._names.items() if placeholder in text)


def _stem(number: int) -> str:
    """甲, 乙 … 癸, 乙甲 …: a placeholder without a digit."""
    return "名" + "".join(_STEMS[int(digit)] for digit in str(number))


@cache
def _person() -> re.Pattern[str]:
    words = data("lock")
    return re.compile(
        f"(?<![\\u4e00-\\u9fff])?([{words['surnames']}][\\u4e00-\\u9fff]{{1,2}}?)(?={words['callings']})"
    )
