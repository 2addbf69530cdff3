"""What a writer is: something that turns a brief into sentences; two of them are there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from assistant.plan import Brief
from assistant.settings import Settings
from scoring.errors import InputError


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


def choose_writer(settings: Settings, name: str | None = None) -> Writer:
    """The writer called ``name`` (offline, model); without a name the embedded one unless a model is set up.

    Raises:
        InputError: the name is unknown, or no model is set up.
    """
    if name not in (None, "", "offline", "model"):
        raise InputError("--writer", f"应为 offline 或 model，读到「{name}」")
    if name == "model" or (not name and settings.has_model):
        if not settings.has_model:
            raise InputError(
                "--writer model",
                "没有设置大模型（ZIPING_MODEL），请设置后再用，或改用内置写作（--writer offline）",
            )
        from assistant.model import ModelWriter

        return ModelWriter(settings)
    from assistant.embedded import EmbeddedWriter

    return EmbeddedWriter(settings.tone)
