"""The packaged words of the rules, compiled once."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@cache
def words() -> dict[str, Any]:
    """The content of words.yaml."""
    text = (files("scoring") / "words.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return loaded


@cache
def pattern(name: str) -> re.Pattern[str]:
    """The pattern under ``name``; {} in it stands for the words that may come before 目标."""
    raw: str = words()[name]
    return re.compile(raw.replace("{}", words()["before_target"]) if name in ("met", "missed") else raw)


@cache
def filler() -> frozenset[str]:
    """Pairs of characters that say nothing of what a sentence is about."""
    return frozenset(words()["filler"])
