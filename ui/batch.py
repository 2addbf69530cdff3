"""Checks many files and runs the benchmark, on all cores where there is enough to do, in the order given."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from functools import cache, partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, TypeVar

from scoring.errors import InputError

if TYPE_CHECKING:
    from corpus.last_year import Carried
    from corpus.library import Library
    from scoring.bench.annotated import Annotated
    from scoring.bench.measure import Tally
    from scoring.report import Report

_T = TypeVar("_T")
_R = TypeVar("_R")
_ENOUGH_FOR_ALL_CORES = 24


def check_files(files: Sequence[Path], as_json: bool, alone: bool) -> Iterator[tuple[str, int]]:
    """Check each of ``files``; yields (what to print, exit status: 0, 1 findings, 2 unreadable).

    Args:
        files: report files and forms.
        as_json: one JSON object a file instead of text for people.
        alone: the only file of the call, shown with all its findings; of several each gets a summary and its errors.
    """
    yield from _on_all_cores(partial(_check_file, as_json=as_json, alone=alone), files)


def measured(items: Sequence[Annotated], seed: int, rounds: int) -> Tally:
    """The benchmark's counts over all of ``items``; each draws its errors by ``seed`` and its own name."""
    from scoring.bench.measure import together

    return together(_on_all_cores(partial(_measure, seed=seed, rounds=rounds), items))


def _measure(item: Annotated, seed: int, rounds: int) -> Tally:
    from scoring.bench.measure import measure

    return measure(item, Random(f"{seed} {item.name}"), rounds)


def _on_all_cores(work: Callable[[_T], _R], items: Sequence[_T]) -> Iterator[_R]:
    cores = os.cpu_count() or 1
    if len(items) < _ENOUGH_FOR_ALL_CORES or cores == 1:
        yield from map(work, items)
        return
    with ProcessPoolExecutor(max_workers=cores) as pool:
        yield from pool.map(work, items, chunksize=8)


def _check_file(path: Path, as_json: bool, alone: bool) -> tuple[str, int]:
    from corpus.forms import read_form
    from scoring.check import check
    from scoring.scheme import load
    from ui.text import check_lines

    try:
        report = read_form(path)
        checked = check(report, load(report.scheme))
    except (InputError, OSError) as error:
        problem = str(error) if isinstance(error, InputError) else f"{path}：{error.strerror or '无法读取'}"
        return (
            json.dumps({"file": str(path), "error": problem}, ensure_ascii=False) if as_json else problem
        ), 2
    status = 1 if checked.has_errors else 0
    taken_over = _carried(report)
    if as_json:
        shown = {**checked.to_json(str(path)), "carried": [asdict(one) for one in taken_over]}
        return json.dumps(shown, ensure_ascii=False), status
    return "\n".join(check_lines(str(path), report, checked, taken_over, alone)), status


def _carried(report: Report) -> tuple[Carried, ...]:
    """The sentences taken over from the unit's last report; nothing is opened where there is no store yet."""
    from corpus.store import home

    if not (home() / "ziping.db").exists():
        return ()
    from corpus.last_year import carried

    try:
        return carried(report, _library(home()))
    except InputError:
        return ()  # the check stands without the library


@cache
def _library(folder: Path) -> Library:
    from corpus.library import Library

    return Library(folder)
