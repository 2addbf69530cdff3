"""Long work in a thread of its own, told of step by step, that a stop ends at its next step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Any, TypeVar

T = TypeVar("T")
_POLL_SECONDS = 0.1
_DONE = object()


class StoppedError(Exception):
    """The work was stopped; raised inside it at its next step."""


def told_by(work: Callable[[Callable[[T], None]], None], stop: Event) -> Iterator[T]:
    """Run ``work`` in a thread and give what it tells, until it is done or ``stop`` is set.

    Args:
        work: takes the function by which it tells of each step; that raises StoppedError once ``stop``
            is set, so that the work ends there.
        stop: set by whoever wants it to end; what is told after that is not given.

    Raises:
        Exception: whatever the work raised.
    """
    told: SimpleQueue[Any] = SimpleQueue()

    def tell(step: T) -> None:
        if stop.is_set():
            raise StoppedError
        told.put((step, None))

    def run() -> None:
        try:
            work(tell)
        except StoppedError:
            pass
        except Exception as error:  # handed over to the thread that waits
            told.put((None, error))
        told.put((_DONE, None))

    Thread(target=run, daemon=True).start()
    while not stop.is_set():
        try:
            step, error = told.get(timeout=_POLL_SECONDS)
        except Empty:
            continue
        if error is not None:
            raise error
        if step is _DONE:
            return
        yield step
