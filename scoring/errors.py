"""The one error that a person can mend: input that cannot be read."""

from __future__ import annotations


class InputError(ValueError):
    """Input that cannot be used; its text is one Chinese sentence to show to the user.

    Args:
        place: where it is (a file, a field label such as 指标[3].权重).
        problem: what was expected and what was found.
    """

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"{place}：{problem}" if place else problem)
        self.place = place
        self.problem = problem
