"""What is asked of a model for one point: facts without values, past phrasing, and no name that is hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from assistant.endpoint import Messages
from assistant.masking import Masked
from assistant.plan import Brief, Point
from assistant.settings import Settings
from assistant.slots import Slot, facts_json, slots_of
from prompts import data, load

_HITS: Final = 4


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent for one point: pairs of role and text, and the names hidden in them with what stands there."""

    section: str
    title: str
    messages: Messages
    names: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Job:
    """One point to be written: its brief, its slots, its request with names hidden, its past passages."""

    brief: Brief
    point: Point
    slots: dict[str, Slot]
    masked: Masked
    messages: Messages
    passages: tuple[str, ...]

    @property
    def request(self) -> Request:
        """What is sent, with the names hidden in it."""
        names = self.masked.hidden("".join(text for role, text in self.messages if role != "system"))
        return Request(self.brief.section, self.point.title, self.messages, names)


def job_for(brief: Brief, point: Point, settings: Settings) -> Job:
    """The job of one point, in the tone and the form of answer that ``settings`` ask for."""
    slots = slots_of(brief, point)
    hits = _past(brief, point)
    blanked = [hit.pattern.blanked for hit in hits]
    words = data("narrative")
    prompt = load("narrative").fill(
        tone=settings.tone,
        section=brief.section,
        title=point.title,
        rules=words["rules"][brief.section],
        facts=facts_json(brief, slots),
        passages="\n".join(f"- {text}" for text in blanked) or "（无）",
        form=words["forms"][settings.mode],
    )
    masked = Masked(brief.report, blanked)
    messages = [(role, masked.hide(text)) for role, text in prompt]
    places = tuple(f"{hit.unit}{hit.year}年{hit.section}{hit.place}" for hit in hits)
    return Job(brief, point, slots, masked, messages, places)


def _past(brief: Brief, point: Point) -> Sequence[Any]:
    """Past passages on the point's matter."""
    if brief.library is None:
        return ()
    query = "、".join((*point.metrics, point.subject or point.title))[:200]
    return brief.library.search(query, brief.section, limit=_HITS)
