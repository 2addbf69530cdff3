"""A writer behind any OpenAI-compatible endpoint: it writes words round slots, the core writes the numbers."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

from assistant.embedded import EmbeddedWriter
from assistant.masking import Masked
from assistant.figures import faults
from assistant.plan import Brief
from assistant.settings import Settings
from assistant.slots import Fact, facts_json, facts_of, render
from assistant.writer import Basis, Notice, Sentence
from prompts import load
from scoring.errors import InputError

_END = re.compile(r"[^。！？\n]*[。！？\n]+")
_THOUGHT = re.compile(r"<think>.*?</think>|<think>.*\Z", re.S)
_LONGEST = 20_000
_OFFER = "可改用 --writer offline（内置写作）"
_RULES = {
    "主要绩效": "按目标、做法、结果、比率的次序写。",
    "主要问题": "一句一题，只写要点里列出的问题，不编造原因。",
    "改进措施": "与主要问题同号，将来时，责任处室和完成时限写成“（责任处室）”“（完成时限）”。",
}


class ModelWriter:
    """Asks a model for the words, sentence by sentence; a sentence that breaks the lock is repaired once.

    What still breaks it is replaced by what the embedded writer says of the same point, with a notice.
    """

    name = "大模型"

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        settings.check_host()
        self._settings = settings
        self._clock = clock
        self.model = settings.model
        self.prompt_version = load("narrative").version

    def write(self, brief: Brief) -> Iterator[Sentence | Notice]:
        """The sentences of the narrative as the model writes them, each locked and checked.

        Raises:
            InputError: the model does not answer as the protocol says; one sentence, with what to do.
        """
        facts = facts_of(brief)
        masked = Masked(brief.report)
        messages = [(role, masked.hide(text)) for role, text in self.messages(brief, facts)]
        spare = [said for said in EmbeddedWriter().write(brief) if isinstance(said, Sentence)]
        written = ""
        for raw in self._sentences(messages):
            sentence = self._locked(masked.show(raw), facts, brief, written, masked)
            if isinstance(sentence, str):
                substitute = _spare_for(raw, facts, spare)
                yield Notice(f"{brief.section}：模型写的一句不合要求（{sentence}），已改用内置写作")
                if substitute is None:
                    continue
                sentence = substitute
            written += sentence.text
            yield sentence

    def messages(self, brief: Brief, facts: dict[str, Fact]) -> list[tuple[str, str]]:
        """What would be sent for ``brief``, before masking: names, units and status, never a value."""
        points = "\n".join(
            f"{n}. {p.title}：{'、'.join(p.metrics) or p.subject or p.kind}"
            for n, p in enumerate(brief.points, 1)
        )
        return load("narrative").fill(
            tone=brief.tone,
            section=brief.section,
            rules=_RULES[brief.section],
            points=points,
            facts=facts_json(facts),
            passages=_passages(brief),
        )

    def _locked(
        self, raw: str, facts: dict[str, Fact], brief: Brief, written: str, masked: Masked
    ) -> Sentence | str:
        """The rendered sentence, after one repair if need be; else what is wrong with it."""
        fault = ""
        for attempt in range(2):
            text, used, fault = render(raw, facts)
            if not fault and faults(brief.report, brief.section, f"{written}\n{text}", len(written)):
                fault = "数与名称对不上"
            if not fault:
                return Sentence(text.strip(), Basis(used))
            if attempt == 0:
                raw = masked.show(self._repaired(masked.hide(raw), fault, facts)) or raw
        return fault

    def _repaired(self, sentence: str, fault: str, facts: dict[str, Fact]) -> str:
        prompt = load("repair").fill(sentence=sentence, fault=fault, names="、".join(facts))
        return "".join(self._sentences(prompt)).strip()

    def _sentences(self, messages: list[tuple[str, str]]) -> Iterator[str]:
        """Whole sentences of the answer as they come in; thoughts are left out."""
        buffer, position = "", 0
        for piece in self._stream(messages):
            buffer += piece
            if len(buffer) > _LONGEST:
                raise InputError("大模型", f"回答过长，已停止；{_OFFER}")
            clean = _THOUGHT.sub("", buffer)
            if "<think>" in buffer and "</think>" not in buffer:
                continue
            while match := _END.match(clean, position):
                position = match.end()
                if match.group().strip():
                    yield match.group().strip()
        rest = _THOUGHT.sub("", buffer)[position:].strip()
        if rest:
            yield rest

    def _stream(self, messages: list[tuple[str, str]]) -> Iterator[str]:
        """The pieces of an answer; every way in which an endpoint fails becomes one clear sentence."""
        from langsmith import tracing_context

        started = self._clock()
        finished = ""
        try:
            with tracing_context(enabled=False):
                for chunk in self._chat().stream(messages):
                    finished = chunk.response_metadata.get("finish_reason") or finished
                    if self._clock() - started > self._settings.deadline:
                        raise InputError("大模型", f"{self._settings.deadline}秒内没有写完，已停止；{_OFFER}")
                    if isinstance(chunk.content, str) and chunk.content:
                        yield chunk.content
        except InputError:
            raise
        except Exception as error:  # a door: libraries raise whatever a strange answer makes of them
            raise InputError("大模型", f"{_problem(error)}；{_OFFER}") from None
        if finished != "stop":
            why = {"length": "回答被截断（超过长度上限）", "content_filter": "回答被内容过滤拦截"}
            raise InputError("大模型", f"{why.get(finished, '回答没有正常结束')}；{_OFFER}")

    def _chat(self) -> Any:
        from langchain.chat_models import init_chat_model

        settings = self._settings
        return init_chat_model(
            settings.model,
            model_provider="openai",
            base_url=settings.base_url or "https://api.openai.com/v1",
            api_key=settings.api_key.get_secret_value() or "none",
            timeout=(settings.connect_timeout, settings.read_timeout),
            max_retries=settings.retries,
            stream_usage=True,
            use_responses_api=False,
            extra_body={"max_tokens": settings.max_tokens},
        )


def models_of(settings: Settings) -> tuple[str, ...]:
    """The models that the endpoint offers, to choose from in the settings.

    Raises:
        InputError: the endpoint does not answer.
    """
    from openai import OpenAI, OpenAIError

    settings.check_host()
    client = OpenAI(
        base_url=settings.base_url or None,
        api_key=settings.api_key.get_secret_value() or "none",
        timeout=settings.connect_timeout,
        max_retries=0,
    )
    try:
        return tuple(sorted(model.id for model in client.models.list()))
    except (OpenAIError, json.JSONDecodeError, ValueError, TypeError, AttributeError) as error:
        raise InputError("OPENAI_BASE_URL", _problem(error)) from None


def _problem(error: Exception) -> str:
    """What went wrong, without the endpoint's own words (they may repeat keys or texts)."""
    status = getattr(error, "status_code", None)
    known = {
        401: "密钥无效（401），请检查 OPENAI_API_KEY",
        402: "账户余额不足（402）",
        403: "没有权限使用这个模型（403）",
        404: "没有这个模型或地址（404），请检查 ZIPING_MODEL 和 OPENAI_BASE_URL",
        429: "请求过多或额度用完（429），请稍后再试",
    }
    if isinstance(status, int):
        return known.get(status, f"模型服务出错（{status}）")
    name = type(error).__name__
    if "Timeout" in name:
        return "模型服务没有及时回答"
    if "Connection" in name or isinstance(error, OSError):
        return "连接不上模型服务，请检查 OPENAI_BASE_URL 和网络"
    return "模型服务的回答不合协议，无法读取"


def _passages(brief: Brief) -> str:
    if brief.library is None:
        return "（无）"
    query = "、".join(name for point in brief.points for name in point.metrics)[:200] or brief.report.project
    hits = brief.library.search(query, brief.section, limit=4)
    return "\n".join(f"- {hit.pattern.blanked}" for hit in hits) or "（无）"


def _spare_for(raw: str, facts: dict[str, Fact], spare: list[Sentence]) -> Sentence | None:
    """The embedded writer's sentence that tells most of what the refused one tried to tell; each once."""
    best = max(spare, key=lambda said: sum(name in raw for name in said.basis.metrics), default=None)
    if best is None or not any(name in raw for name in best.basis.metrics):
        return None
    spare.remove(best)
    return best
