"""Files on the disk: written whole or not at all, and what it means where that fails."""

from __future__ import annotations

import errno
import os
import secrets
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Final

from scoring.errors import InputError

FULL: Final = "磁盘已满，这一步没有写入，此前保存的内容都在；请清理磁盘空间后再试"
READ_ONLY: Final = "是只读的，不能写入；请检查权限或写保护，或换一个文件夹（数据文件夹由 ZIPING_HOME 指定）"
_FORBIDDEN: Final = "没有权限读写；请检查权限，或换一个文件夹（数据文件夹由 ZIPING_HOME 指定）"
_PROBLEMS: Final = {
    errno.ENOSPC: FULL,
    getattr(errno, "EDQUOT", errno.ENOSPC): FULL,
    errno.EROFS: READ_ONLY,
    errno.EACCES: _FORBIDDEN,
    errno.EPERM: _FORBIDDEN,
}
_STALE_SECONDS: Final = 60


def disk_problem(error: OSError) -> str:
    """What a failed call of the operating system means and what to do, to follow a file's or folder's name."""
    reason = error.strerror or "被另一个程序占用"
    return _PROBLEMS.get(error.errno or 0, f"无法使用（{reason}），请检查权限和磁盘")


def write_whole(path: Path, content: bytes) -> None:
    """Put ``content`` in the place of ``path`` at once: it holds the old content, or all of the new.

    What a program that was killed in the midst of writing ``path`` left beside it is removed.

    Raises:
        InputError: the folder is not there or cannot be written; nothing is changed.
    """
    if not path.parent.is_dir():
        raise InputError(str(path), "文件夹不存在，请先建立")
    mark = f".{sha256(path.name.encode('utf-8', 'surrogateescape')).hexdigest()[:12]}"
    temporary = path.with_name(f"{mark}.{secrets.token_hex(4)}.part")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise InputError(str(path), disk_problem(error)) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
    _sweep(path, mark)


def _sweep(path: Path, mark: str) -> None:
    """Remove what older writers left; younger than a minute by the disk's own time, one may still be at it."""
    with suppress(OSError):
        now = path.stat().st_mtime
        for left in path.parent.glob(f"{mark}.*.part"):
            if now - left.stat().st_mtime > _STALE_SECONDS:
                left.unlink(missing_ok=True)
