"""Drafts narratives: plan, write, check each sentence, and keep who wrote what and on what it rests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from assistant.endpoint import Stopped
from assistant.figures import false_claims, faults
from assistant.masking import refuse_secret
from assistant.plan import Brief, Passages, Plan, Standing, make_plan
from assistant.settings import Settings
from assistant.writer import Basis, Notice, Sentence, Writer
from scoring.errors import InputError
from scoring.report import NARRATIVES, Report
from scoring.scheme import load

__all__ = ["Event", "Notice", "SectionWritten", "SentenceWritten", "choose_writer", "draft", "drafted"]


@dataclass(frozen=True, slots=True)
class SentenceWritten:
    """A sentence that passed the check and now stands at the end of ``section``."""

    section: str
    text: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class SectionWritten:
    """A narrative is finished; ``record`` is what 草稿记录 keeps of it."""

    section: str
    text: str
    record: dict[str, Any]


Event = SentenceWritten | SectionWritten | Notice


def choose_writer(settings: Settings, name: str | None = None) -> Writer:
    """The writer called ``name`` (offline, model); without a name the embedded one unless a model is set up.

    Raises:
        InputError: the name is unknown, or no model is set up.
    """
    if name not in (None, "", "offline", "model"):
        raise InputError("--writer", f"应为 offline 或 model，读到「{name}」")
    if name == "model" or (not name and settings.has_model):
        if not settings.has_model:
            raise InputError(
                "--writer model",
                "没有设置大模型（ZIPING_MODEL），请设置后再用，或改用内置写作（--writer offline）",
            )
        from assistant.model import ModelWriter

        return ModelWriter(settings)
    from assistant.embedded import EmbeddedWriter

    return EmbeddedWriter(settings.tone)


def draft(
    report: Report,
    sections: Sequence[str] = NARRATIVES,
    writer: Writer | None = None,
    library: Passages | None = None,
    plan: Plan | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Event]:
    """Draft ``sections``, sentence by sentence; no number is shown that the report does not prove.

    Args:
        report: what the writer entered; its narratives of ``sections`` are written anew.
        sections: labels of narratives.
        writer: who writes; the embedded writer where none is given.
        library: past phrasing.
        plan: the points; made from the report where none is given.
        cancelled: asked before each sentence; what is written by then stays.

    Raises:
        InputError: 密级 forbids the writer, or the writer cannot go on.
    """
    if writer is None:
        from assistant.embedded import EmbeddedWriter

        writer = EmbeddedWriter()
    if writer.model:
        refuse_secret(report)
    standing = Standing.of(report)
    plan = plan or make_plan(report, standing)
    for section in sections:
        report = report.with_narrative(section, "")
    for section in sections:
        points = plan.points.get(section, ())
        brief = Brief(report, section, points, standing.coverage, library, cancelled=cancelled)
        for event in _section(report, writer, brief):
            if isinstance(event, SectionWritten):
                report = report.with_narrative(section, event.text)
            yield event
        if cancelled():
            return


def _section(report: Report, writer: Writer, brief: Brief) -> Iterator[Event]:
    """One narrative, sentence by sentence, up to the length that the scheme allows."""
    section, text = brief.section, ""
    limit = load(report.scheme).text_limits.get(section)
    kept: list[tuple[str, Basis]] = []
    left: list[str] = []
    for said in _until_stopped(writer.write(brief)):
        if brief.cancelled():
            break
        if isinstance(said, Notice):
            yield said
            continue
        if limit is not None and said.basis == Basis() and not text:
            continue  # the opening is the first thing to go
        written = _accepted(report, section, text, said)
        if written not in (said.text, said.plain):
            yield Notice(f"{section}有一句的数无法核对，已改写：{written[:40]}")
        if left or (limit is not None and _length(text + written) > limit):
            left += said.basis.metrics or said.basis.targets or (written[:20],)
            continue
        separator = "\n" if text and written[:1].isdigit() else ""
        text += separator + written
        kept.append((written, said.basis))
        yield SentenceWritten(section, separator + written, said.basis)
    if left:
        missing = "、".join(dict.fromkeys(left))
        yield Notice(f"方案规定{section}不超过{limit}字，没有写入的有：{missing}；请精简后自行补写")
    yield SectionWritten(section, text, _record(writer, kept))


def _length(text: str) -> int:
    return len("".join(text.split()))


def _until_stopped(said: Iterator[Sentence | Notice]) -> Iterator[Sentence | Notice]:
    """What is said until the user stops it."""
    with suppress(Stopped):
        yield from said


def drafted(report: Report, events: Iterable[Any]) -> Report:
    """``report`` with what ``events`` have written so far, and with the record of it."""
    texts: dict[str, str] = {}
    records: dict[str, Any] = dict(report.draft_record or {}) if isinstance(report.draft_record, dict) else {}
    for event in events:
        if isinstance(event, SentenceWritten):
            texts[event.section] = texts.get(event.section, "") + event.text
        elif isinstance(event, SectionWritten):
            texts[event.section] = event.text
            records[event.section] = event.record
    for section, text in texts.items():
        report = report.with_narrative(section, text)
    return report.model_copy(update={"draft_record": records or None})


def _accepted(report: Report, section: str, before: str, said: Sentence) -> str:
    """The sentence if it holds, else its plain form, else the plain form without the numbers that fail."""
    for text in (said.text, said.plain):
        whole = f"{before}\n{text}"
        if text and not (
            faults(report, section, whole, len(before)) or false_claims(report, section, whole, len(before))
        ):
            return text
    text = said.plain or said.text
    for _ in range(20):
        found = faults(report, section, before + "\n" + text, len(before))
        if not found:
            return text
        start, end = (found[0].mention.start - len(before) - 1, found[0].mention.end - len(before) - 1)
        text = f"{text[: max(start, 0)]}（请补充）{text[end:]}"
    return "（请补充：这一句的数未能核对，请手工填写）"


def _record(writer: Writer, kept: Sequence[tuple[str, Basis]]) -> dict[str, Any]:
    sentences = []
    for text, basis in kept:
        entry: dict[str, Any] = {"句": text}
        for label, values in (("数据", basis.metrics), ("目标", basis.targets), ("往年段落", basis.passages)):
            if values:
                entry[label] = list(values)
        sentences.append(entry)
    record: dict[str, Any] = {"写作": writer.name, "提示词版本": writer.prompt_version}
    return {**record, **({"模型": writer.model} if writer.model else {}), "句子": sentences}
