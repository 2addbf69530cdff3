"""Live numbers: when a metric changes, the numbers that rest on it are written anew in the writer's own sentences."""

from __future__ import annotations

from dataclasses import dataclass, replace

from scoring.numbers.binder import bind, explain
from scoring.numbers.facts import Fact, facts
from scoring.numbers.mention import Verdict
from scoring.numbers.precision import states
from scoring.numbers.rewrite import rewrite
from scoring.report import NARRATIVES, Report


@dataclass(frozen=True, slots=True)
class Change:
    """One number to write anew: ``old`` at ``start``–``end`` of ``field`` becomes ``new``.

    ``reason`` tells why in one sentence; ``flipped`` is the comparison word before it that no longer holds
    (增长, 超额完成), for the writer to reword: words are never changed by the program.
    """

    field: str
    start: int
    end: int
    old: str
    new: str
    reason: str
    flipped: str = ""


def live_changes(before: Report, after: Report) -> tuple[Change, ...]:
    """What must change in the narratives because the facts of ``after`` differ from those of ``before``.

    Both reports hold the same narratives. Stated metrics keep their manner (万元 stays 万元, 四期 stays a
    Chinese numeral); calculated numbers are calculated again by the relation that gave them.
    """
    old = bind(before)
    stated = {
        (verdict.field, verdict.mention.start): change
        for verdict in old
        if verdict.status == "bound" and (change := _stated(verdict, before, after)) is not None
    }
    halfway = apply(after, tuple(stated.values()))
    changes = dict(stated)
    moved_names = _changed_names(before, after) | {change.old for change in stated.values()}
    for verdict, moved in zip(old, _same_places(halfway, old), strict=False):
        if verdict.status == "derived" and moved is not None and moved_names & set(verdict.metrics):
            change = _calculated(verdict, moved, halfway)
            if change is not None:
                moved_names.add(change.old)
                changes[verdict.field, verdict.mention.start] = change
    changes = _with_flips(after, changes)
    order = {field: position for position, field in enumerate(NARRATIVES)}
    return tuple(sorted(changes.values(), key=lambda change: (order[change.field], change.start)))


def apply(report: Report, changes: tuple[Change, ...]) -> Report:
    """``report`` with ``changes`` made in its narratives."""
    for field in NARRATIVES:
        text = report.narrative(field)
        for change in sorted((c for c in changes if c.field == field), key=lambda c: -c.start):
            text = text[: change.start] + change.new + text[change.end :]
        report = report.with_narrative(field, text)
    return report


def _stated(verdict: Verdict, before: Report, after: Report) -> Change | None:
    """The number written anew where the very fact that it stated (value, target or last year's) changed."""
    old = next((fact for fact in facts(before) if _is_stated(fact, verdict)), None)
    if old is None:
        return None
    new = next((f for f in facts(after) if (f.name, f.role, f.rank) == (old.name, old.role, old.rank)), None)
    mention = verdict.mention
    if new is None or new.unit.base != old.unit.base or states(mention, new.base_value):
        return None
    text = rewrite(mention, new.base_value)
    reason = f"「{old.name}」由{old.printed}改为{new.printed}"
    return Change(verdict.field, mention.start, mention.end, mention.text, text, reason)


def _is_stated(fact: Fact, verdict: Verdict) -> bool:
    mention = verdict.mention
    same_name = fact.name == verdict.metrics[0] and fact.unit.base == mention.base_unit
    return same_name and states(mention, fact.base_value)


def _changed_names(before: Report, after: Report) -> set[str]:
    return {fact.name for fact in set(facts(before)) ^ set(facts(after))}


def _same_places(report: Report, old: tuple[Verdict, ...]) -> list[Verdict | None]:
    """The verdicts of ``report``, number for number as in ``old``; None where the count differs."""
    new = bind(report)
    return list(new) if len(new) == len(old) else [None] * len(old)


def _with_flips(after: Report, changes: dict[tuple[str, int], Change]) -> dict[tuple[str, int], Change]:
    """The changes, each with the comparison word that the new numbers belie."""
    old = bind(after)
    flips = {}
    for verdict, moved in zip(old, _same_places(apply(after, tuple(changes.values())), old), strict=False):
        if moved is not None and moved.cue:
            flips[verdict.field, verdict.mention.start] = moved.cue
    return {
        place: replace(change, flipped=flips[place]) if place in flips else change
        for place, change in changes.items()
    }


def _against(formula: str) -> str:
    """What a difference was taken against: 上年, 目标 or nothing said."""
    return next((word for word in ("（上年）", "（目标）") if formula.endswith(word)), "")


def _calculated(old: Verdict, moved: Verdict, report: Report) -> Change | None:
    """The derived number ``old``, now at ``moved``, calculated again by its own relation."""
    relation, _, formula = (old.relation or "").partition("：")
    for result in explain(report, moved.field, moved.mention.start):
        same = result.relation == relation and result.names == old.metrics
        if same and _against(result.formula) == _against(formula):
            new = rewrite(moved.mention, abs(result.value))
            if new == old.mention.text:
                return None
            reason = f"按{result.formula}重新计算"
            return Change(old.field, old.mention.start, old.mention.end, old.mention.text, new, reason)
    return None
