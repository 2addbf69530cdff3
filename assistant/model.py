"""A writer behind any OpenAI-compatible endpoint: it writes words round slots, the core writes the numbers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.embedded import heading, sentences_of
from assistant.endpoint import Endpoint, Messages
from assistant.figures import false_claims, faults
from assistant.lock import is_past_measure
from assistant.plan import Brief, Point
from assistant.request import Job, Request, job_for
from assistant.settings import Settings
from assistant.slots import Rendered, Slot, render
from assistant.writer import Basis, Notice, Sentence
from prompts import load
from scoring.errors import InputError
from scoring.numbers.binder import bind
from scoring.report import Report

_END: Final = re.compile(r"[^。！？\n]*[。！？]+[”」）]*|[^。！？\n]*\n")
_MARK: Final = re.compile(r"^\s*(?:[-*•#>]+|\d{1,2}[.、．)]|[（(]\d{1,2}[）)])\s*|[*`]+")
_EMBEDDED_ONLY: Final = ("未报告", "请补充")
_BLANKS: Final = ("（责任处室）", "（完成时限）")
_SHORTEST: Final = 8
_OLLAMA_PORT, _OLLAMA_PROMPT = ":11434", 4000
Ask = Callable[[Messages, dict[str, Any] | None], Iterator[str]]


class _Answer(BaseModel):
    """The form of an answer in the two JSON modes."""

    model_config = ConfigDict(extra="forbid", strict=True)

    sentences: list[str]


class ModelWriter:
    """Asks a model for the words of each point; a sentence that breaks the lock is repaired once.

    What still breaks it, and what the model left out, is said by the embedded writer, with a notice.

    Args:
        settings: names the model.
        ask: answers a request, in place of the endpoint.
    """

    name = "大模型"

    def __init__(self, settings: Settings, ask: Ask | None = None) -> None:
        settings.check_host()
        self._settings = settings
        self._endpoint = Endpoint(settings)
        self._ask = ask or self._endpoint.answer
        self.model = settings.model
        self.prompt_version = load("narrative").version

    def write(self, brief: Brief) -> Iterator[Sentence | Notice]:
        """The sentences of the narrative, each locked and checked.

        Raises:
            InputError: the model does not answer as the protocol says; one sentence, with what to do.
            Stopped: the brief was cancelled while the model was waited for.
        """
        brief = replace(brief, tone=self._settings.tone)
        self._endpoint.cancelled = brief.cancelled
        written = ""
        for number, point in enumerate(brief.points, 1):
            head = heading(brief.section, number, point)
            for said in self._point(brief, point, written):
                if isinstance(said, Notice):
                    yield said
                    continue
                plain = head + said.plain if said.plain else ""
                yield Sentence(head + said.text, said.basis, plain)
                written += ("\n" if head and written else "") + head + said.text
                head = ""
        usage = self._endpoint.usage
        if usage.requests:
            yield Notice(
                f"{brief.section}：大模型{self.model}共用时{usage.seconds:.0f}秒，请求{usage.requests}次，"
                f"发送{usage.sent}、接收{usage.received}个词元"
            )

    def requests(self, brief: Brief) -> Iterator[Request]:
        """What would be sent for ``brief``, exactly; repairs aside."""
        for point in brief.points:
            if point.kind not in _EMBEDDED_ONLY:
                yield job_for(brief, point, self._settings).request

    def _point(self, brief: Brief, point: Point, written: str) -> Iterator[Sentence | Notice]:
        """One point: the model's sentences that hold, then what is left to say."""
        if point.kind in _EMBEDDED_ONLY:
            yield from sentences_of(brief, point)
            return
        job = job_for(brief, point, self._settings)
        if len(str(job.messages)) > _OLLAMA_PROMPT and _OLLAMA_PORT in self._settings.base_url:
            yield Notice(f"“{point.title}”发送的内容较长，Ollama 可能截去一部分，请调大它的上下文长度")
        told: set[str] = set()
        said_any, faulty = False, ""
        for raw in self._sentences(job):
            rendered = self._locked(raw, job, written)
            if rendered.fault:
                faulty = rendered.fault
                continue
            said_any = True
            told |= set(rendered.owners)
            written += rendered.text
            yield Sentence(rendered.text, _basis(rendered, job))
        left = _left(point, told, brief.section, said_any)
        if faulty or left is not None:
            faulty = faulty.replace("槽位以外的数", "数据里没有的数")
            problem = f"模型有一句不合要求（{faulty}）" if faulty else "模型没有写全"
            done = "没有采用" if left is None else "已由内置写作补上"
            yield Notice(f"{brief.section}“{point.title}”：{problem}，{done}")
        if left is not None:
            yield from sentences_of(brief, left)

    def _sentences(self, job: Job) -> Iterator[str]:
        """The sentences of the model's answer, as they come in or, in the JSON modes, once it is whole."""
        form = _form(self._settings.mode)
        if form is None:
            yield from _cut(self._ask(job.messages, None))
            return
        for attempt in range(2):
            answer = "".join(self._ask(job.messages, form))
            try:
                parsed = _Answer.model_validate(json.loads(answer))
            except (ValueError, ValidationError, RecursionError):
                if attempt:
                    raise InputError(
                        "大模型",
                        "回答不是约定的 JSON，可设 ZIPING_MODEL_MODE=text 再试，或改用内置写作（--writer offline）",
                    ) from None
                continue
            for text in parsed.sentences:
                yield from _cut(iter([text]))
            return

    def _locked(self, raw: str, job: Job, written: str) -> Rendered:
        """The sentence rendered, after one repair if need be; else with what is wrong."""
        rendered = _checked(job.masked.show(raw), job, written)
        if not rendered.fault:
            return rendered
        prompt = load("repair").fill(
            sentence=job.masked.hide(raw[:400]),
            fault=job.masked.hide(rendered.fault),
            names=job.masked.hide("、".join(f"{{{{{name}}}}}" for name in job.slots)),
        )
        again = " ".join(_cut(self._ask(prompt, None)))
        mended = _checked(job.masked.show(again), job, written) if again else rendered
        return mended if not mended.fault else rendered


def _checked(sentence: str, job: Job, written: str) -> Rendered:
    """The sentence rendered and held against the report: its words, its numbers, its claims."""
    rendered = render(sentence, job.slots, job.brief.report)
    if rendered.fault:
        return rendered
    section = job.brief.section
    if not rendered.owners and len(rendered.text) < _SHORTEST:
        return Rendered("", (), "句子没有内容")
    if section == "改进措施":
        if is_past_measure(rendered.text):
            return Rendered("", (), "写成了已经做过的工作")
        if any(blank not in rendered.text for blank in _BLANKS):
            return Rendered("", (), "没有写“（责任处室）”“（完成时限）”")
    text = f"{written}\n{rendered.text}"
    report = job.brief.report
    if faults(report, section, text, len(written)):
        return Rendered("", (), "数与它前面的名称对不上")
    if section != "改进措施" and _is_plan(
        report.with_narrative(section, text), section, len(written), job.slots
    ):
        return Rendered("", (), "把完成的事写成了计划")
    if words := false_claims(report, section, text, len(written)):
        return Rendered("", (), f"“{words[0]}”与完成情况不符")
    return rendered


def _is_plan(report: Report, section: str, start: int, slots: Mapping[str, Slot]) -> bool:
    """Whether a number after ``start`` that is no target's reads as planned."""
    goals = {slot.text for slot in slots.values() if slot.role == "target"}
    return any(
        verdict.status == "exempt" and verdict.mention.is_fact and verdict.mention.text not in goals
        for verdict in bind(report)
        if verdict.field == section and verdict.mention.end > start
    )


def _left(point: Point, told: set[str], section: str, said_any: bool) -> Point | None:
    """What the model left unsaid of a point; None where it is whole."""
    if section == "主要绩效" and point.metrics:
        rest = tuple(name for name in point.metrics if name not in told)
        return replace(point, metrics=rest) if rest else None
    shown_by = set() if section == "改进措施" else _shown_by(point)
    return None if said_any and (told & shown_by or not shown_by) else point


def _shown_by(point: Point) -> set[str]:
    """The numbers of which one at least must stand in a point, or nothing shows what it says."""
    owner = {"预算执行": "预算执行率", "执行率": "预算执行率", "预算变动": "当年预算数"}.get(point.kind)
    return {owner} if owner else {*point.metrics, point.subject} - {""}


def _basis(rendered: Rendered, job: Job) -> Basis:
    goals = (line.target.text for line in job.brief.coverage if line.metric in rendered.owners)
    return Basis(rendered.owners, tuple(dict.fromkeys(goals)), job.passages)


def _form(mode: str) -> dict[str, Any] | None:
    """The response_format of a mode; None for plain text."""
    if mode == "text":
        return None
    if mode == "json_object":
        return {"type": "json_object"}
    schema = {**_Answer.model_json_schema(), "additionalProperties": False}
    return {"type": "json_schema", "json_schema": {"name": "sentences", "strict": True, "schema": schema}}


def _cut(pieces: Iterator[str]) -> Iterator[str]:
    """Whole sentences as they come in, without list marks and signs of markdown."""
    held = ""
    for piece in pieces:
        held += piece
        while match := _END.match(held):
            held = held[match.end() :]
            if sentence := _MARK.sub("", match.group()).strip():
                yield sentence
    if rest := _MARK.sub("", held).strip():
        yield rest if rest[-1] in "。！？" else f"{rest}。"
