"""What a writer is: something that turns a brief into sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from assistant.plan import Brief


@dataclass(frozen=True, slots=True)
class Basis:
    """What a sentence rests on: names of metrics and form labels, texts of targets, places of past passages."""

    metrics: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    passages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a draft, numbers rendered; ``plain`` is the same said as plainly as can be."""

    text: str
    basis: Basis = Basis()
    plain: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that the writer of the report should read about the draft."""

    text: str


class Writer(Protocol):
    """Writes one narrative from a brief; numbers come from the report alone."""

    name: str
    model: str
    prompt_version: str

    def write(self, brief: Brief) -> Iterator[Sentence | Notice]:
        """The sentences of the brief's narrative, in order.

        Raises:
            InputError: the writer cannot go on (a model that does not answer); nothing is lost.
        """
        ...
