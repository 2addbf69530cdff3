"""What a user is told of a failure: one sentence, the rest in a log file for the technician."""

from __future__ import annotations

import tempfile
import traceback
from collections import deque
from pathlib import Path

from scoring.errors import InputError
from ui.page.messages import Messages, toast

_OPTION = "（--writer offline）"
"""Of use on the command line only."""

_MOST_LOGS = 100
_LOGS: deque[Path] = deque()


def problem_of(error: Exception) -> str:
    """The failure in one sentence without a full stop."""
    said = str(error) if isinstance(error, InputError) else "意外的错误，这一步没有完成"
    return said.replace(_OPTION, "").rstrip("。")


def told(error: Exception) -> Messages:
    """The failure as a line on the page."""
    if isinstance(error, InputError):
        return toast(problem_of(error), "error")
    with tempfile.NamedTemporaryFile(
        "w", prefix="ziping-", suffix=".log", delete=False, encoding="utf-8"
    ) as log:
        traceback.print_exception(error, file=log)
    _LOGS.append(Path(log.name))
    if len(_LOGS) > _MOST_LOGS:
        _LOGS.popleft().unlink(missing_ok=True)
    return toast(f"意外的错误，这一步没有完成，已录入的内容没有丢失。详情见 {log.name}", "error")
