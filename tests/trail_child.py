"""A process that is killed between two statements of a save."""

from __future__ import annotations

import os
import signal
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from fault_child import now, text
from sqlalchemy import event

from corpus import store


def save_killed_before(told: Connection, home: Path, statement: int) -> None:
    """Save a second version and be killed before the ``statement``-th statement, the commit being the last."""
    engine = store.open_store(home)
    done = 0

    def count(*_: Any) -> None:
        nonlocal done
        done += 1
        if done == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "before_cursor_execute", count)
    event.listen(engine, "commit", count)
    store.save(engine, 1, text(2), 1, "张三", now())
    told.send(done)
