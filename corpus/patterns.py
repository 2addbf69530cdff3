"""Turn a report's sentences into patterns, and fill a pattern from another report's 数据."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from corpus.names import find_names, take_apart
from corpus.passages import Passage, cut_report
from corpus.slots import Pattern, Slot
from scoring.numbers.binder import bind
from scoring.numbers.facts import Fact, facts
from scoring.numbers.mention import Mention, Verdict
from scoring.numbers.precision import states
from scoring.numbers.vocabulary import as_read, unit_of
from scoring.report import NARRATIVES, Report

_Span = tuple[int, int, Slot]
_YEAR: Final = re.compile(
    r"((?:19|20)\d{2})(年(?:度|底|末|初|上半年|下半年|前?[一二三四]季度|第[一二三四]季度|12月31日|12月底)?)"
)
_KEPT_DATE: Final = re.compile(r"季度|半年|^1[-—–~至到]+12月$")
_COUNTED_ORDINAL: Final = re.compile(r"第.*[届批期轮次]$")
_PLAN: Final = re.compile(
    r"(?:力争|确保|争取|计划|目标|不少于|不低于|控制在|提高到|提升到|提升至|提高至)[^。；]*$"
)
_MOST_DECIMALS = 2


def patterns(report: Report) -> tuple[tuple[Passage, Pattern], ...]:
    """Every passage of ``report`` with its pattern."""
    verdicts = bind(report)
    known = facts(report)
    return tuple(
        (passage, _pattern(passage.text, _within(passage, verdicts), known, report, passage.section))
        for passage in cut_report(report)
    )


def to_pattern(sentence: str, report: Report) -> Pattern:
    """The pattern of one sentence, its numbers read against ``report``."""
    section = next((label for label in NARRATIVES if sentence in report.narrative(label)), NARRATIVES[0])
    verdicts = [v for v in bind(report.with_narrative(section, sentence)) if v.field == section]
    return _pattern(sentence, verdicts, facts(report), report, section)


def _within(passage: Passage, verdicts: Iterable[Verdict]) -> list[Verdict]:
    """The verdicts on numbers of a passage, with offsets into its text."""
    inside = []
    for verdict in verdicts:
        mention = verdict.mention
        if verdict.field == passage.section and passage.start <= mention.start and mention.end <= passage.end:
            moved = replace(mention, start=mention.start - passage.start, end=mention.end - passage.start)
            inside.append(replace(verdict, mention=moved))
    return inside


def _pattern(
    text: str, verdicts: Iterable[Verdict], known: tuple[Fact, ...], report: Report, section: str
) -> Pattern:
    slots: list[_Span] = []
    for verdict in verdicts:
        if slot := _slot(text, verdict, known, report, section):
            slots.append((verdict.mention.start, verdict.mention.end, slot))
    taken = {position for start, end, _ in slots for position in range(start, end)}
    for name in find_names(text, take_apart(report.budget_unit)):
        if taken.isdisjoint(range(name.start, name.end)):
            slots.append((name.start, name.end, Slot(name.kind)))
    return _joined(text, sorted(slots, key=lambda found: found[0]))


def _joined(text: str, slots: list[_Span]) -> Pattern:
    parts: list[str | Slot] = []
    position = 0
    for start, end, slot in slots:
        if start < position:
            continue
        parts += [text[position:start], slot]
        position = end
    return Pattern(tuple(part for part in (*parts, text[position:]) if part))


def _slot(text: str, verdict: Verdict, known: Sequence[Fact], report: Report, section: str) -> Slot | None:
    """The slot for one mention; None where it is wording (双随机, 第三方, 四季度)."""
    mention = verdict.mention
    if mention.is_fact:
        is_planned = section == "改进措施" and _PLAN.search(text[: mention.start])
        if _is_part_of_a_name(text, mention, known):
            return None
        return _number_slot(verdict, known, bool(is_planned))
    if mention.kind == "date":
        return _date_slot(as_read(mention.text), report.year)
    if mention.kind == "ordinal":
        return Slot("ordinal") if _COUNTED_ORDINAL.match(mention.text) else None
    return _reference_slot(mention.text)


def _is_part_of_a_name(text: str, mention: Mention, known: Sequence[Fact]) -> bool:
    """65岁 in 65岁及以上老年人口, where that is a metric's name."""
    words = {word for fact in known for word in fact.words if mention.text in word}
    return any(text.startswith(word, max(0, mention.start - word.index(mention.text))) for word in words)


def _number_slot(verdict: Verdict, known: Sequence[Fact], is_planned: bool) -> Slot:
    mention = verdict.mention
    slot = Slot(
        "money" if mention.kind == "money" else "percent" if mention.kind == "percent" else "quantity",
        unit=mention.unit,
        places=mention.places,
        is_chinese=mention.chinese,
        manner="," if "," in as_read(mention.text) else "百分之" if "百分之" in mention.text else "",
    )
    if is_planned:
        return slot
    if fact := _stated(verdict, known):
        names, others = fact.words, verdict.metrics[1:]
        return replace(slot, metric=fact.name, names=names, others=others, role=fact.role)
    if verdict.status == "derived" and verdict.metrics and verdict.relation:
        return replace(slot, others=verdict.metrics, relation=verdict.relation.split("：")[0])
    return slot


def _stated(verdict: Verdict, known: Sequence[Fact]) -> Fact | None:
    """The fact that a mention states as it is; None where it is calculated, planned, a score or a range."""
    mention = verdict.mention
    if verdict.status != "bound" or not verdict.metrics or mention.value_to is not None:
        return None
    base = unit_of(mention.unit).base
    fitting = [
        fact
        for fact in known
        if fact.name == verdict.metrics[0]
        and fact.role != "score"
        and fact.name != "年度目标"
        and fact.unit.base == base
        and states(mention, fact.base_value)
    ]
    for role, word in (("last_year", "上年值"), ("target", "目标")):
        said = [fact for fact in fitting if fact.role == role and word in verdict.reason]
        if said:
            return said[0]
    return fitting[0] if fitting else None


def _date_slot(text: str, report_year: int) -> Slot | None:
    if match := _YEAR.fullmatch(text):
        return Slot("year", offset=int(match[1]) - report_year, suffix=match[2])
    return None if _KEPT_DATE.search(text) and not re.search(r"\d{4}", text) else Slot("date")


def _reference_slot(text: str) -> Slot | None:
    if text.startswith("《"):
        return Slot("title")
    if re.search(r"[〔\[（(【]\s*\d{4}.*号|\d{6}", text):
        return Slot("document")
    if re.match(r"\d+\s*号", text):
        return Slot("place")
    return Slot("plan_period") if re.search(r"十[一二三四五六七]五", text) else None
