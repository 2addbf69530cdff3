import ast
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parent.parent
_FILES = sorted((_ROOT / "scoring").rglob("*.py"))
_THIRD_PARTY = {"yaml", "pydantic", "pydantic_core", "scoring"}
# what reaches outside: the network, other programs, the clock, chance, files
_BARRED = {"socket", "ssl", "http", "urllib", "subprocess", "multiprocessing", "random", "secrets", "time",
           "sqlite3", "tempfile", "shutil", "os", "io", "pathlib", "logging"}  # fmt: skip
_BARRED_CALLS = {"open", "input", "print", "eval", "exec", "float"}
_BARRED_METHODS = {"now", "today", "utcnow", "write_text", "write_bytes", "from_float", "as_integer_ratio"}


def _name(path: Path) -> str:
    return path.relative_to(_ROOT).as_posix()


@pytest.mark.parametrize("path", _FILES, ids=_name)
def test_no_float(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), node.lineno
        annotations = []
        if isinstance(node, ast.FunctionDef):
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            annotations = [node.returns, *(argument.annotation for argument in arguments)]
        elif isinstance(node, ast.AnnAssign):
            annotations = [node.annotation]
        assert not any("float" in ast.unparse(annotation) for annotation in annotations if annotation)


@pytest.mark.parametrize("path", _FILES, ids=_name)
def test_nothing_reaches_outside(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        modules: list[str] = []
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            # a source of chance that is passed in is fine
            names = {alias.name for alias in node.names}
            modules = [] if (node.module, names) == ("random", {"Random"}) else [node.module or ""]
        for module in modules:
            top = module.partition(".")[0]
            assert top in _THIRD_PARTY or top in sys.stdlib_module_names, module
            assert top not in _BARRED, module
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in _BARRED_CALLS, node.lineno
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            assert node.func.attr not in _BARRED_METHODS, node.lineno


def test_scoring_starts_without_the_heavy_libraries() -> None:
    code = (
        "import sys, scoring.check, scoring.compare, scoring.score\n"
        "from scoring.scheme import load\n"
        "load('闵行-2020')\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    run = [sys.executable, "-X", "utf8", "-c", code]
    loaded = set(subprocess.run(run, cwd=_ROOT, capture_output=True, text=True, check=True).stdout.split())
    heavy = {"gradio", "chromadb", "langchain", "langchain_core", "openai", "sqlalchemy", "docx", "openpyxl",
             "pdfplumber", "numpy", "pandas", "jieba", "typer", "httpx"}  # fmt: skip
    assert not loaded & heavy
