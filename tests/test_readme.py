"""What the README says is there is there."""

from __future__ import annotations

import re
from pathlib import Path

from scoring.scheme import ids
from ui.cli import app, library_app

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_scheme_is_listed() -> None:
    section = TEXT.partition("## Schemes")[2].partition("##")[0]
    assert set(re.findall(r"^\| (\S+) \|", section, re.M)) - {"id", "---"} == set(ids())


def test_every_command_is_listed() -> None:
    for command in app.registered_commands:
        assert f"ziping {command.name}" in TEXT, command.name
    for command in library_app.registered_commands:
        assert re.search(rf"ziping corpus [\w\\|]*{command.name}", TEXT), command.name


def test_every_folder_is_described_and_the_picture_is_there() -> None:
    for folder in ("scoring", "corpus", "prompts", "assistant", "ui"):
        assert f"`{folder}/`" in TEXT
    assert (ROOT / ".readme" / "page.png").is_file()
    assert not re.search(r"[A-Z]+_TABLE", TEXT)
