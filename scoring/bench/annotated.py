"""Clean reports whose every number is annotated by hand: ⟦1225家次⟧{检查企业}, ⟦25%⟧{=}, ⟦48小时⟧{-}."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files

from scoring.report import NARRATIVES, Report
from scoring.report_file import parse_mapping

_MARK = re.compile(r"⟦([^⟧]*)⟧\{([^}]*)\}")


@dataclass(frozen=True, slots=True)
class Gold:
    """One annotated number: its span in ``field`` and what it states.

    ``states`` is the names of metrics or form labels, ``目标`` for a restated target, ``=`` for a calculated
    number, ``-`` for a plan or a rule.
    """

    field: str
    start: int
    end: int
    text: str
    states: str


@dataclass(frozen=True, slots=True)
class Annotated:
    """A report without its marks, and the marks; every number that is not marked states no quantity."""

    name: str
    report: Report
    gold: tuple[Gold, ...]


def parse_annotated(text: str, name: str) -> Annotated:
    """The report and the annotations of one marked report file.

    Raises:
        InputError: the file is no report.
    """
    mapping = parse_mapping(text, name)
    gold: list[Gold] = []
    for field in NARRATIVES:
        marked = mapping.get(field) or ""
        plain, position = "", 0
        for match in _MARK.finditer(marked):
            plain += marked[position : match.start()]
            gold.append(Gold(field, len(plain), len(plain) + len(match[1]), match[1], match[2]))
            plain += match[1]
            position = match.end()
        mapping[field] = plain + marked[position:]
    return Annotated(name, Report.from_mapping(mapping, name), tuple(gold))


def packaged_annotated() -> tuple[Annotated, ...]:
    """The annotated reports that ship with the benchmark."""
    folder = files("scoring.bench") / "reports"
    texts = sorted((item.name, item.read_text(encoding="utf-8")) for item in folder.iterdir())
    return tuple(parse_annotated(text, name) for name, text in texts if name.endswith(".yaml"))
