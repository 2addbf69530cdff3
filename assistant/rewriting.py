"""Has a model rewrite one passage: its numbers go out as slots and come back as they were."""

from __future__ import annotations

import re
from typing import Final

from assistant.endpoint import Endpoint
from assistant.figures import faults
from assistant.lock import SLOT, stray
from assistant.masking import Masked
from assistant.model import Ask
from assistant.revision import Refused, Rewrite, conversation
from assistant.settings import Settings
from prompts import load
from scoring.numbers.reader import read
from scoring.report import Report
from scoring.texts import texts

_STEMS: Final = "甲乙丙丁戊己庚辛壬癸"
_TURNS: Final = 4
_SPACE: Final = re.compile(r"\s*\n\s*")


def prompt_version() -> str:
    """Which version of the prompt asks for rewritings."""
    return load("revise").version


def rewriter(settings: Settings, ask: Ask | None = None) -> Rewrite:
    """The rewriting of passages by the model of ``settings``; ``ask`` answers in place of its endpoint."""
    answer = ask or Endpoint(settings).answer

    def rewrite(report: Report, section: str, wish: str, start: int, end: int) -> str:
        """The passage as wished, its numbers untouched.

        Raises:
            Refused: the model broke the lock.
            InputError: the model does not answer, or the report may not be sent.
        """
        text = report.narrative(section)
        passage = text[start:end]
        numbers: dict[str, str] = {}
        asked_of = slotted(passage, numbers)
        masked = Masked(report)
        before = "；".join(turn["问"] for turn in conversation(report)[-_TURNS:]) or "无"
        prompt = load("revise").fill(before=before, wish=wish, passage=asked_of)
        asked = [(role, masked.hide(part)) for role, part in prompt]
        written = masked.show(_SPACE.sub("", "".join(answer(asked, None)).strip()))
        if fault := _fault(written, numbers, report):
            raise Refused(fault)
        after = SLOT.sub(lambda match: numbers[match[1].strip()], written)
        whole = text[:start] + after + text[end:]
        was, now = faults(report, section, text), faults(report, section, whole)
        new = {fault.mention.text for fault in now} - {fault.mention.text for fault in was}
        if new or len(now) > len(was):
            raise Refused("数与它前面的名称对不上")
        return after

    return rewrite


def slotted(passage: str, numbers: dict[str, str]) -> str:
    """The passage with every number, date and reference as a slot; ``numbers`` gains what each slot holds."""
    text, position = "", 0
    for mention in read(passage):
        if mention.kind == "ordinal" or mention.start < position:
            continue
        name = "数" + "".join(_STEMS[int(digit)] for digit in str(len(numbers)))
        numbers[name] = passage[mention.start : mention.end]
        text += f"{passage[position : mention.start]}{{{{{name}}}}}"
        position = mention.end
    return text + passage[position:]


def _fault(written: str, numbers: dict[str, str], report: Report) -> str:
    """What is wrong with an answer that should have each slot once and count nothing beside them."""
    names = {metric.name for metric in report.metrics} | {row.name for row in report.indicators}
    own_texts = "\n".join(placed.text for placed in texts(report))
    slots = [name.strip() for name in SLOT.findall(written)]
    pieces = [piece for piece in re.split(r"(?<=[。！？；])", written) if piece.strip()]
    if not pieces:
        return "没有给出文字"
    if found := next(filter(None, (stray(piece, names, own_texts) for piece in pieces)), ""):
        return found.replace("槽位以外的数", "原文没有的数")
    return "" if sorted(slots) == sorted(numbers) else "原文的数被改动、漏掉或重复"
