"""What a model thinks of the narratives: pointed out, always marked as its opinion, never blocking."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.endpoint import Endpoint
from assistant.lock import SLOT
from assistant.masking import Masked
from assistant.model import Ask
from assistant.rewriting import slotted
from assistant.settings import Settings
from prompts import data, load
from scoring.errors import InputError
from scoring.report import NARRATIVES, Report

MARK: Final = "大模型的看法，仅供参考"
"""Stands before every remark."""
_MOST = 20


@dataclass(frozen=True, slots=True)
class Opinion:
    """One sentence that a model finds doubtful: where it stands (code points, half-open) and why."""

    field: str
    start: int
    end: int
    text: str
    kind: str
    message: str


class _Said(BaseModel):
    model_config = ConfigDict(strict=True)

    kind: str
    quote: str


class _Answer(BaseModel):
    model_config = ConfigDict(strict=True)

    opinions: list[_Said]


def opinions(report: Report, settings: Settings, ask: Ask | None = None) -> tuple[Opinion, ...]:
    """What the model of ``settings`` points out; nothing where its answer cannot be read.

    The model only chooses a kind and quotes a sentence, which must stand in the report; the remark is ours.

    Raises:
        InputError: the model does not answer, or the report may not be sent.
    """
    remarks: dict[str, str] = data("opinion")["kinds"]
    masked = Masked(report)
    numbers: dict[str, str] = {}
    sent = {label: slotted(report.narrative(label), numbers) for label in NARRATIVES}
    prompt = load("opinion").fill(
        kinds="、".join(remarks),
        achievements=sent["主要绩效"],
        problems=sent["主要问题"],
        measures=sent["改进措施"],
    )
    form = None if settings.mode == "text" else {"type": "json_object"}
    asked = [(role, masked.hide(part)) for role, part in prompt]
    said = "".join((ask or Endpoint(settings).answer)(asked, form)).strip()
    try:
        answer = _Answer.model_validate(json.loads(said.removeprefix("```json").strip("`\n ")))
    except (ValueError, ValidationError, RecursionError):
        raise InputError("大模型", "看法没有按约定给出，没有采用") from None
    found = (_placed(report, one, masked, numbers, remarks) for one in answer.opinions[:_MOST])
    return tuple(dict.fromkeys(opinion for places in found for opinion in places))


def _placed(
    report: Report, said: _Said, masked: Masked, numbers: dict[str, str], remarks: dict[str, str]
) -> Iterator[Opinion]:
    """The opinion where its quotation stands; nothing where it stands nowhere or its kind is unknown."""
    quote = SLOT.sub(lambda match: numbers.get(match[1].strip(), "{"), masked.show(said.quote)).strip()
    if said.kind not in remarks or len(quote) < 4:
        return
    for label in NARRATIVES:
        start = report.narrative(label).find(quote)
        if start >= 0:
            message = f"{MARK}：{remarks[said.kind]}"
            yield Opinion(label, start, start + len(quote), quote, said.kind, message)
            return
