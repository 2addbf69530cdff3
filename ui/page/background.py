"""Long work in a thread of its own, told of step by step, that can be stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Any, TypeVar

T = TypeVar("T")
_POLL_SECONDS = 0.1
_GRACE_SECONDS = 1.0
_DONE = object()


class StoppedError(Exception):
    """The work was stopped; for the work itself to raise where it can end."""


def told_by(work: Callable[[Callable[[T], None]], None], stop: Event) -> Iterator[T]:
    """Run ``work`` in a thread and give what it tells, until it is done.

    Args:
        work: takes the function by which it tells of each step; it looks at ``stop`` itself.
        stop: set by whoever wants it to end; work that has not ended a while later is no longer waited for.

    Raises:
        Exception: whatever the work raised.
    """
    told: SimpleQueue[Any] = SimpleQueue()

    def run() -> None:
        try:
            work(lambda step: told.put((step, None)))
        except StoppedError:
            pass
        except Exception as error:  # handed over to the thread that waits
            told.put((None, error))
        told.put((_DONE, None))

    Thread(target=run, daemon=True).start()
    waited = 0.0
    while waited < _GRACE_SECONDS:
        try:
            step, error = told.get(timeout=_POLL_SECONDS)
        except Empty:
            waited += _POLL_SECONDS if stop.is_set() else 0.0
            continue
        if error is not None:
            raise error
        if step is _DONE:
            return
        yield step
