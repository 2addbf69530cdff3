"""Who writes for a window: the embedded writer, or a model of the endpoint that is set up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args
from urllib.parse import urlsplit

from assistant.masking import is_secret
from assistant.settings import Settings, Tone
from scoring.errors import InputError
from scoring.report import Report

TONES: tuple[Tone, ...] = get_args(Tone)
_ANSWER_SECONDS = 5


@dataclass(frozen=True)
class Chosen:
    """What the writer of the report chose; each opening begins with the embedded writer: nothing is sent unasked.

    ``model`` and ``tone`` replace those of the settings. ``offered`` are the endpoint's models while one of
    them is to be chosen, ``problem`` tells why they cannot be listed.
    """

    with_model: bool = False
    model: str = ""
    tone: Tone | None = None
    is_choosing: bool = False
    offered: tuple[str, ...] = ()
    problem: str = ""

    def settings(self) -> Settings:
        """The settings in force, with what was chosen.

        Raises:
            InputError: a setting cannot be used.
        """
        settings = Settings.load()
        own = {"model": self.model if settings.has_model else "", "tone": self.tone}
        return settings.model_copy(update={name: value for name, value in own.items() if value})

    def writer(self, report: Report) -> str:
        """The name of who writes ``report``: a secret one is never sent."""
        return "model" if self.with_model and not is_secret(report) else "offline"

    def settings_and_writer(self, report: Report) -> tuple[Settings, str]:
        """What a draft of ``report`` needs; a model's setting that cannot be used holds the embedded writer not up."""
        name = self.writer(report)
        try:
            return self.settings(), name
        except InputError:
            if name == "model":
                raise
            return Settings.model_construct(tone=self.tone or TONES[0]), name


def host(settings: Settings) -> str:
    """Where requests go."""
    return urlsplit(settings.base_url or "https://api.openai.com").hostname or ""


def may_ask(report: Report) -> bool:
    """Whether a model is set up, its host is allowed, and the report may be sent to it."""
    try:
        settings = Settings.load()
        settings.check_host()
    except InputError:
        return False
    return settings.has_model and not is_secret(report)


def offered(settings: Settings) -> tuple[tuple[str, ...], str]:
    """The endpoint's models, and why there are none; it is given a few seconds to answer."""
    from assistant.endpoint import models

    try:
        found = models(settings.model_copy(update={"read_timeout": _ANSWER_SECONDS}))
    except InputError as error:
        return (), error.problem
    return found, "" if found else "接口没有列出模型"
