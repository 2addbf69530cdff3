"""Speaks to an OpenAI-compatible endpoint: streams one answer, bounds its time and trusts none of its forms."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Final

from assistant.client import address, chat_model, http_client
from assistant.failures import OFFER, Again, check_end, failure_of
from assistant.settings import Settings
from scoring.errors import InputError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

Messages = Sequence[tuple[str, str]]
"""Pairs of role (system, human, ai) and text."""

_LONGEST_ANSWER: Final = 20_000
_LONGEST_WAIT: Final = 30
_POLL_SECONDS: Final = 0.05
_DONE: Final = object()
_THINK: Final = re.compile(r"<think>.*?</think>\s*|<think>.*\Z", re.DOTALL)


class Stopped(Exception):  # noqa: N818 - not an error: the user asked for it
    """The answer is no longer wanted."""


@dataclass
class Usage:
    """What the answers cost so far: tokens as the endpoint counts them, requests sent, seconds passed."""

    sent: int = 0
    received: int = 0
    requests: int = 0
    seconds: float = 0


@dataclass
class Endpoint:
    """One endpoint for one draft; ``cancelled`` is asked while an answer is waited for."""

    settings: Settings
    cancelled: Callable[[], bool] = lambda: False
    usage: Usage = field(default_factory=Usage)
    _models: dict[str, Any] = field(default_factory=dict, repr=False)

    def answer(self, messages: Messages, form: dict[str, Any] | None = None) -> Iterator[str]:
        """The pieces of one answer as they come, without what stands between <think> marks.

        The last piece is followed by the end of the iteration only where the endpoint said that the answer
        is complete. ``form`` is the response_format to ask for.

        Raises:
            InputError: the endpoint failed, in one sentence that holds no key and nothing of its reply.
            Stopped: ``cancelled`` said so.
        """
        self.settings.check_host()
        started = time.monotonic()
        try:
            for attempt in range(self.settings.retries + 1):
                self.usage.requests += 1
                try:
                    yield from _without_thoughts(self._pieces(messages, form, started))
                    return
                except Again as again:
                    if attempt == self.settings.retries:
                        raise InputError("大模型", again.problem + OFFER) from None
                    self._wait(again.wait if again.wait is not None else 0.5 * 2**attempt, started)
        finally:
            self.usage.seconds += time.monotonic() - started

    def whole(self, messages: Messages, form: dict[str, Any] | None = None) -> str:
        """The whole answer; errors as :meth:`answer`."""
        return "".join(self.answer(messages, form))

    def _pieces(self, messages: Messages, form: dict[str, Any] | None, started: float) -> Iterator[str]:
        """The pieces of one try, read in a thread so that deadline and cancelling need no byte to arrive."""
        told: SimpleQueue[Any] = SimpleQueue()
        gone = Event()
        Thread(target=_read, args=(self._model, messages, form, told, gone), daemon=True).start()
        length, finished = 0, ""
        try:
            while True:
                self._check_time(started)
                try:
                    piece = told.get(timeout=_POLL_SECONDS)
                except Empty:
                    continue
                if piece is _DONE:
                    break
                if isinstance(piece, BaseException):
                    raise failure_of(piece, has_begun=length > 0) from None
                finished = piece.finish or finished
                self.usage.sent += piece.sent
                self.usage.received += piece.received
                length += len(piece.text)
                if length > _LONGEST_ANSWER:
                    raise InputError("大模型", "回答过长，没有采用" + OFFER)
                if piece.text:
                    yield piece.text
        finally:
            gone.set()
        check_end(finished, length)

    def _model(self, form: dict[str, Any] | None) -> BaseChatModel:
        """The client for a form of answer, made once: making it takes longer than asking."""
        key = json.dumps(form)
        if key not in self._models:
            self._models[key] = chat_model(self.settings, form)
        model: BaseChatModel = self._models[key]
        return model

    def _check_time(self, started: float) -> None:
        if self.cancelled():
            raise Stopped
        if time.monotonic() - started > self.settings.deadline:
            raise InputError("大模型", f"{self.settings.deadline}秒内没有答完，已停止等待" + OFFER)

    def _wait(self, seconds: float, started: float) -> None:
        until = time.monotonic() + min(seconds, _LONGEST_WAIT)
        while time.monotonic() < until:
            self._check_time(started)
            time.sleep(_POLL_SECONDS)


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    finish: str
    sent: int
    received: int


def _read(
    model: Callable[[dict[str, Any] | None], BaseChatModel],
    messages: Messages,
    form: dict[str, Any] | None,
    told: SimpleQueue[Any],
    gone: Event,
) -> None:
    """Read one stream into ``told``; ends early where ``gone`` is set."""
    try:
        from langsmith import tracing_context

        with tracing_context(enabled=False):
            for chunk in model(form).stream(list(messages)):
                if gone.is_set():
                    return
                counted: dict[str, Any] = dict(chunk.usage_metadata or {})
                told.put(
                    _Piece(
                        chunk.text,
                        str(chunk.response_metadata.get("finish_reason") or ""),
                        int(counted.get("input_tokens") or 0),
                        int(counted.get("output_tokens") or 0),
                    )
                )
        told.put(_DONE)
    except (
        BaseException
    ) as error:  # a door: whatever the endpoint's bytes did to the client, told as one failure
        told.put(error)


def models(settings: Settings) -> tuple[str, ...]:
    """The ids of the models that the endpoint offers, for the settings check.

    Raises:
        InputError: the endpoint does not answer as one should.
    """
    import openai

    settings.check_host()
    url = address(settings)
    client = openai.OpenAI(
        base_url=url,
        api_key=settings.api_key.get_secret_value() or "none",
        timeout=float(settings.read_timeout),
        max_retries=0,
        http_client=http_client(url),
    )
    try:
        return tuple(sorted(model.id for model in client.models.list().data))
    except (openai.OpenAIError, ValueError, TypeError, AttributeError) as error:
        failure = failure_of(error, has_begun=False)
        problem = failure.problem if isinstance(failure, Again) else "接口没有按约定给出模型列表"
        raise (failure if isinstance(failure, InputError) else InputError("大模型", problem)) from None


def _without_thoughts(pieces: Iterator[str]) -> Iterator[str]:
    """The pieces without <think>…</think>, which may be cut anywhere."""
    held = ""
    for piece in pieces:
        held += piece
        held = re.sub(r"<think>.*?</think>\s*", "", held, flags=re.DOTALL)
        cut = held.find("<think>")
        safe = cut if cut >= 0 else len(held) - _possible_start(held)
        if safe:
            yield held[:safe]
            held = held[safe:]
    if rest := _THINK.sub("", held):
        yield rest


def _possible_start(text: str) -> int:
    """How many characters at the end of ``text`` may begin a <think>."""
    return next((size for size in range(6, 0, -1) if text.endswith("<think>"[:size])), 0)
