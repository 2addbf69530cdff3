"""The one error that a person can mend: input that cannot be read."""

from __future__ import annotations

from typing import Final

from scoring.characters import writable

_LONGEST: Final = 300


class InputError(ValueError):
    """Input that cannot be used; its text is one Chinese sentence to show to the user, on one line.

    Args:
        place: where it is (a file, a field label such as 指标[3].权重).
        problem: what was expected and what was found.
    """

    def __init__(self, place: str, problem: str) -> None:
        self.place = _line(place)
        self.problem = _line(problem)
        super().__init__(f"{self.place}：{self.problem}" if place else self.problem)


def _line(text: str) -> str:
    """What was found may be anything: of no great length and without line breaks here."""
    line = str(writable(text)).replace("\n", " ").replace("\t", " ")
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
