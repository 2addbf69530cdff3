"""Installs the bundle's wheels beside itself, once and whole, and runs the program from there.

Only the standard library is at hand here. What it says is for the technician: one line, and what to do.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import site
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
APP = HERE / "app"
PART = HERE / "app.part"
LOG = HERE / "install.log"
AGAIN = "请重新解压安装包，再启动一次"


class RefusedError(Exception):
    """Why the bundle does not start: one line that says what to do."""


def main(args: list[str]) -> int:
    """Install where that is still to be done, then run ``ziping`` with the arguments, or the editor."""
    try:
        about = json.loads((HERE / "bundle.json").read_text("utf-8"))
        check_machine(about)
        if not args:
            own_settings()
        check_data_folder()
        if not is_installed():
            with alone():
                if not is_installed():
                    install(about)
    except RefusedError as refused:
        print(refused, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("已停止；安装没有完成，再启动一次会重新安装。", file=sys.stderr)
        return 2
    except (OSError, ValueError, KeyError) as error:
        print(f"不能启动（{error}）：请检查文件夹的权限和磁盘空间，或重新解压安装包。", file=sys.stderr)
        return 2
    return run(args)


def check_machine(about: dict[str, object]) -> None:
    """Refuse a machine that the bundle's wheels are not for."""
    own = sysconfig.get_platform()
    if own != about["platform"]:
        raise RefusedError(
            f"安装包是给 {about['platform']} 的，这里的 Python 是 {own} 的：请换用相应的安装包或 64 位 Python。"
        )
    if needed := about["glibc"]:
        assert isinstance(needed, list)
        kind, found = platform.libc_ver()
        numbers = [int(part) for part in found.split(".") if part.isdigit()]
        if kind != "glibc" or numbers < needed:
            wanted = ".".join(map(str, needed))
            raise RefusedError(f"系统太旧：需要 glibc {wanted}，这里是 {kind} {found}，请换一台较新的机器。")
    longest = len(str(PART)) + int(str(about["longest_path"])) + 2
    if sys.platform == "win32" and longest > 259:
        raise RefusedError(
            f"文件夹的路径太长：请把安装包解压到较短的路径，例如 D:\\{HERE.name}，再启动一次。"
        )


def own_settings() -> None:
    """Let the editor read the ``.env`` beside this file, wherever it was started from."""
    if chosen := os.environ.get("ZIPING_HOME", "").strip():
        os.environ["ZIPING_HOME"] = str(Path(chosen).expanduser().absolute())
    os.chdir(HERE)


def check_data_folder() -> None:
    """Refuse a data folder inside the bundle, which goes when the bundle is replaced."""
    chosen = os.environ.get("ZIPING_HOME", "").strip()
    if not chosen and Path(".env").is_file():
        lines = (line.partition("=") for line in Path(".env").read_text("utf-8").splitlines())
        chosen = next((value.strip(" '\"") for name, _, value in lines if name.strip() == "ZIPING_HOME"), "")
    if chosen:
        home = Path(chosen).expanduser().resolve()
        if home.is_relative_to(HERE):
            raise RefusedError(
                f"ZIPING_HOME 指向安装文件夹里面（{home}），更新时会丢失：请改为安装文件夹以外的路径。"
            )
        os.environ["ZIPING_HOME"] = str(home)


def stamp() -> str:
    """What an installation was made from: this bundle's files and this kind of Python."""
    sums = hashlib.sha256((HERE / "SHA256SUMS").read_bytes()).hexdigest()
    return f"{sums} {sys.implementation.cache_tag}\n"


def is_installed() -> bool:
    """Whether ``app`` is whole and from this bundle."""
    try:
        return (APP / ".installed").read_text("utf-8") == stamp()
    except FileNotFoundError:
        return False


@contextmanager
def alone() -> Iterator[None]:
    """Hold the folder's lock, so that a second start waits for the first one's installation."""
    try:
        lock = (HERE / ".lock").open("a+b")
    except PermissionError:
        raise RefusedError(
            f"没有权限写 {HERE}：请用有权限的账户启动一次来完成安装，或解压到自己的文件夹。"
        ) from None
    with lock:
        if sys.platform == "win32":
            import msvcrt

            try:
                msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
            except OSError:
                raise RefusedError("另一个窗口正在安装：请等它完成，再启动一次。") from None
        else:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX)
            # pip inherits it: an installation whose start was killed is waited for, then done again.
            os.set_inheritable(lock.fileno(), True)
        yield


def install(about: dict[str, object]) -> None:
    """Check every file of the bundle, install into ``app.part`` and give it its name when it is whole."""
    print("第一次启动：正在核对安装包……", flush=True)
    check_sums()
    needed = int(str(about["unpacked_bytes"])) * 3 // 2
    shutil.rmtree(PART, ignore_errors=True)
    if shutil.disk_usage(HERE).free < needed:
        raise RefusedError(
            f"磁盘空间不够：{HERE} 所在的磁盘要有 {needed / 1e9:.1f} GB 空闲，请清理后再启动。"
        )
    print("正在安装，约需一分钟……", flush=True)
    PART.mkdir()
    run_pip()
    (PART / ".installed").write_text(stamp(), "utf-8")
    old = HERE / "app.old"
    shutil.rmtree(old, ignore_errors=True)
    if APP.exists():
        APP.replace(old)
    PART.replace(APP)
    shutil.rmtree(old, ignore_errors=True)
    print("安装完成。", flush=True)


def check_sums() -> None:
    """Refuse a bundle with a file that is missing, changed or not its own."""
    wheels = {path.relative_to(HERE).as_posix() for path in (HERE / "wheels").iterdir()}
    for line in (HERE / "SHA256SUMS").read_text("utf-8").splitlines():
        expected, _, name = line.partition("  ")
        try:
            with (HERE / name).open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except FileNotFoundError:
            raise RefusedError(f"安装包不完整，缺少 {name}：{AGAIN}。") from None
        if found != expected:
            raise RefusedError(f"安装包已损坏，{name} 的校验值不符：{AGAIN}。")
        wheels.discard(name)
    if wheels:
        raise RefusedError(f"安装包里有来历不明的文件 {min(wheels)}：{AGAIN}。")


def run_pip() -> None:
    """Install what ``requirements.txt`` names from the wheels alone; what pip says goes to a log."""
    (pip,) = (HERE / "wheels").glob("pip-*.whl")
    options = ["--isolated", "--no-index", "--no-deps", "--no-cache-dir", "--no-compile", "--no-input"]
    options += ["--disable-pip-version-check", "--no-warn-script-location", "--find-links", str(pip.parent)]
    command = [
        sys.executable,
        "-I",
        "-X",
        "utf8",
        str(pip / "pip"),
        "install",
        *options,
        "--target",
        str(PART),
    ]
    scratch = PART / ".tmp"
    scratch.mkdir()
    own = {name: value for name, value in os.environ.items() if not name.upper().startswith("PIP_")}
    environment = own | {"PIP_CONFIG_FILE": os.devnull, "TMPDIR": str(scratch), "TEMP": str(scratch)}
    environment["TMP"] = str(scratch)
    with LOG.open("wb") as log:
        done = subprocess.run(
            [*command, "-r", str(HERE / "requirements.txt")],
            stdout=log,
            stderr=subprocess.STDOUT,
            env=environment,
            close_fds=False,
        )
    shutil.rmtree(scratch, ignore_errors=True)
    if done.returncode:
        shutil.rmtree(PART, ignore_errors=True)
        raise RefusedError(f"安装没有完成：请检查磁盘空间和权限后再启动一次；原因见 {LOG}。")


def run(args: list[str]) -> int:
    """Run the program from ``app``; without arguments the editor."""
    sys.path.insert(0, str(APP))
    site.addsitedir(str(APP))  # for the .pth files that pywin32 needs
    sys.argv = ["ziping", *(args or ["ui"])]
    from ui.cli import main as program

    program()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
