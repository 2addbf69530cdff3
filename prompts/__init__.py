"""The words that a writer is given: one file a task, and their loader."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class Prompt:
    """A task for a model: the texts of its messages, with ``$name`` where a value goes, and their version."""

    name: str
    version: str
    system: str
    human: str

    def fill(self, **values: str) -> list[tuple[str, str]]:
        """The messages with their values; a missing or unknown value is a KeyError."""
        wanted = set(Template(self.system + self.human).get_identifiers())
        if wanted != set(values):
            raise KeyError(f"{self.name}: {sorted(wanted ^ set(values))}")
        return [
            (role, Template(text).substitute(values))
            for role, text in (("system", self.system), ("human", self.human))
        ]


@dataclass(frozen=True, slots=True)
class Phrases:
    """The wording of the embedded writer: sentence forms by name, headings by the words that call for them."""

    forms: dict[str, str]
    titles: tuple[tuple[tuple[str, ...], str], ...]
    rest: tuple[str, ...]
    pleased: str
    common: frozenset[str]

    def say(self, name: str, **values: str) -> str:
        """The sentence form ``name`` with its values."""
        return Template(self.forms[name]).substitute(values)


@cache
def load(name: str) -> Prompt:
    """The prompt in the file ``name``.yaml of this folder."""
    read = data(name)
    return Prompt(name, str(read["version"]), read["system"].strip(), read["human"].strip())


@cache
def phrases() -> Phrases:
    """The wording of the embedded writer."""
    read = data("phrases")
    titles = tuple((tuple(entry["words"]), entry["title"]) for entry in read["titles"])
    return Phrases(read["forms"], titles, tuple(read["rest"]), read["pleased"], frozenset(read["common"]))


@cache
def data(name: str) -> dict[str, Any]:
    """What the file ``name``.yaml of this folder holds."""
    text = (files("prompts") / f"{name}.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded
