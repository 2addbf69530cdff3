"""What the binder weighs: the facts of a report, and one number with its surroundings."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from scoring.numbers.affinity import FILLER, FULL, Grams, grams, names_of, seen_grams
from scoring.numbers.context import Context, contexts
from scoring.numbers.cues import Cues, read_cues
from scoring.numbers.facts import Fact
from scoring.numbers.mention import Mention, Verdict
from scoring.numbers.precision import states
from scoring.numbers.reader import read
from scoring.numbers.relations.operand import Operand, together
from scoring.numbers.vocabulary import as_read, unit_of
from scoring.report import Report

NAMED = 450
"""From here on (of 1000) the words name a metric clearly enough to say that its value is contradicted."""
FAINT = 120
"""Below this a small number that agrees is taken for a coincidence."""
_FEW = 2
_ANYTHING = frozenset(("个", "项", "次", "条", "家", "人", "件", "%", "元", "年", "天", "分", "分钟", ""))
"""Units of all kinds of things."""
_NOUN_BEHIND = re.compile("[\u4e00-\u9fff]{2,4}")
_NOUN_BEFORE = re.compile("[\u4e00-\u9fff]{2,4}$")
_COUNTED_AS = {"项": re.compile("项目|任务|课题|工程|事项|活动"), "人": re.compile("(?:就业)?岗位")}
# 日处理380吨 · 日供水能力由12万吨提高到15万吨
_DAILY = re.compile("(?:日均?|每[日天])[\u4e00-\u9fff]{1,6}(?:由|从)?[^，。；]*$")
_DAILY_BEFORE = 24
_LARGEST_FAMILY = 4
_MOST_COUNTS = 80
_CLOSE = 600
"""Words of at least this nearness stand in the number's own clause."""


@dataclass(frozen=True, slots=True)
class Case:
    """One number with all that is known of its surroundings."""

    field: str
    mention: Mention
    context: Context
    cues: Cues
    seen: Grams


@dataclass(frozen=True, slots=True)
class Narrative:
    """One narrative: its text as the reader sees it, every mention, and the numbers among them as cases."""

    field: str
    text: str
    mentions: tuple[Mention, ...]
    cases: tuple[Case, ...]


def read_narrative(report: Report, field: str) -> Narrative:
    """Read the narrative with the label ``field``; the units of 数据 are read like the packaged ones."""
    text = report.narrative(field)
    seen = as_read(text)
    named = _numbers_of_names(report)
    mentions = tuple(
        mention
        for mention in read(text, frozenset(metric.unit for metric in report.metrics))
        if not (mention.chinese and seen.startswith(named, mention.start))
    )
    numbers = [_as_counted(mention, seen, report) for mention in mentions if mention.is_fact]
    cases = tuple(
        Case(
            field,
            mention,
            context,
            read_cues(mention, context, field == "改进措施", report.year),
            seen_grams(context),
        )
        for mention, context in zip(numbers, contexts(seen, numbers), strict=True)
    )
    return Narrative(field, seen, mentions, cases)


def _numbers_of_names(report: Report) -> tuple[str, ...]:
    """Numerals that are part of a metric's name, with the word behind them: 两项补贴 of 两项补贴发放."""
    names = (name for metric in report.metrics for name in (metric.name, *metric.aliases))
    found = ((name, mention) for name in names for mention in read(name) if mention.chinese)
    return tuple(
        name[mention.start : mention.end + 2] for name, mention in found if len(name) >= mention.end + 2
    )


def _as_counted(mention: Mention, seen: str, report: Report) -> Mention:
    """The mention, 个 of 58个项目 and 203个岗位 read as the 项 and 人 in which 数据 counts them, 吨 of 日处理420吨 as its 吨/天."""
    head = seen[max(0, mention.start - _DAILY_BEFORE) : mention.start]
    for base in {unit_of(metric.unit).base for metric in report.metrics} if _DAILY.search(head) else ():
        if base in (f"{mention.unit}/天", f"{mention.unit}/日"):
            return replace(mention, base_unit=base, scale=mention.scale / unit_of(mention.unit).factor)
    counted_as = [base for base, noun in _COUNTED_AS.items() if noun.match(seen, mention.end)]
    if mention.base_unit != "个" or not counted_as:
        return mention
    held = {unit_of(metric.unit).base for metric in report.metrics if metric.value == mention.value}
    return (
        replace(mention, base_unit=counted_as[0]) if counted_as[0] in held and "个" not in held else mention
    )


class Book:
    """The facts of a report, found by unit, each with how well a place names it."""

    def __init__(self, entries: Sequence[Fact]) -> None:
        self.entries = entries
        self.by_base: dict[str, list[Fact]] = defaultdict(list)
        for fact in entries:
            self.by_base[fact.unit.base].append(fact)
        self.by_name: dict[str, list[Fact]] = defaultdict(list)
        for fact in entries:
            self.by_name[fact.name].append(fact)
        self.targets: dict[str, list[Decimal]] = defaultdict(list)
        self.last_years: dict[str, Decimal] = {}
        for fact in entries:
            if fact.role == "target":
                self.targets[fact.name].append(fact.base_value)
            elif fact.role == "last_year":
                self.last_years[fact.name] = fact.base_value
        if "上年预算金额" in self.last_years:
            self.last_years["当年预算数"] = self.last_years["上年预算金额"]
        self._names = names_of(tuple(word for fact in entries for word in fact.words))
        self._scores: dict[int, tuple[Grams, dict[str, int]]] = {}
        self._adopt_targets()

    @cached_property
    def counts(self) -> tuple[Operand, ...]:
        """Every value of the report as an operand, for relations that a word beside the number calls for."""
        return tuple(operand_of(fact, self, False) for fact in self.entries if fact.role == "value")

    def counts_near(self, case: Case) -> tuple[Operand, ...]:
        """``counts``; of a report with very many only those that the words name best, or pairs would take minutes."""
        if len(self.counts) <= _MOST_COUNTS:
            return self.counts
        values = [fact for fact in self.entries if fact.role == "value"]
        scores = [self.affinity(fact, case.seen) for fact in values]
        best = sorted(range(len(scores)), key=lambda i: -scores[i])[:_MOST_COUNTS]
        return tuple(self.counts[i] for i in sorted(best))

    @cached_property
    def families(self) -> dict[str, Operand]:
        """What all metrics of a kind make together, by the ending of their names: 隐患 of 一般隐患 and 重大隐患."""
        kinds: dict[tuple[str, str], list[Operand]] = defaultdict(list)
        for operand in {operand.name: operand for operand in self.counts}.values():
            for size in range(2, len(operand.name)):
                kinds[operand.base, operand.name[-size:]].append(operand)
        return {
            ending: together(members)
            for (base, ending), members in kinds.items()
            if 1 < len(members) <= _LARGEST_FAMILY and base != "%"
        }

    def _adopt_targets(self) -> None:
        """Give a metric without a target of its own the 年度目标 that names it in the same unit."""
        lines = [fact for fact in self.entries if fact.name == "年度目标"]
        own = set(self.targets)
        for line in lines:
            seen = dict.fromkeys(grams(line.words[-1]), FULL)
            named = [
                (self.affinity(fact, seen), fact.name)
                for fact in self.by_base[line.unit.base]
                if fact.role == "value" and fact.name not in own
            ]
            score, name = max(named, default=(0, ""))
            alone = len({name for _, name in named}) == 1
            if score >= (FAINT if alone else NAMED):
                self.targets[name].append(line.base_value)

    def affinity(self, fact: Fact, seen: Grams) -> int:
        """How well the words of a place name ``fact``, 0 to 1000."""
        held = self._scores.get(id(seen))
        if held is None or held[0] is not seen:
            held = self._scores[id(seen)] = (seen, self._names.affinities(seen))
        scores = held[1]
        return max([scores.get(word, 0) for word in fact.words], default=0)

    def abbreviates(self, fact: Fact, context: Context) -> bool:
        """Whether the noun beside the number shortens a name of the fact: 8座水站 of 水质自动站."""
        behind = _NOUN_BEHIND.match(context.tail)
        beside = [behind.group()[:n] for n in (2, 3, 4) if len(behind.group()) >= n] if behind else []
        before = _NOUN_BEFORE.search(context.lead)
        beside += [before.group()[-n:] for n in (2, 3, 4) if len(before.group()) >= n] if before else []
        return any(_is_within(short, word) for short in beside for word in fact.words)

    def is_of_few(self, fact: Fact) -> bool:
        """Whether hardly another metric counts in the fact's unit, which says what is counted (座, 公里, not 个)."""
        names = {other.name for other in self.by_base[fact.unit.base] if other.rank == 0}
        return fact.name in names and len(names) <= _FEW and fact.unit.base not in _ANYTHING

    def value_of(self, verdict: Verdict | None) -> Fact | None:
        """The value that a bound number states; None where it states a target, last year's value or nothing."""
        if verdict is None or verdict.status != "bound":
            return None
        for fact in self.by_name.get(verdict.metrics[0], ()):
            if fact.role == "value" and states(verdict.mention, fact.base_value):
                return fact
        return None

    def names_apart(self, fact: Fact, rival: Fact, seen: Grams) -> bool:
        """Whether what only ``fact``'s name has (not the rival's) stands close by: 城镇 of 登记人口中城镇169.6万人."""
        others = {gram for word in rival.words for gram in grams(word)}
        # 年新 of 上半年新增担保 is in 全年新增担保 too: what lies across the rival's name says nothing
        apart = (part for word in fact.words for part in _without(word, rival.words))
        own = {gram for part in apart for gram in grams(part)} - others - FILLER
        return any(seen.get(gram, 0) >= _CLOSE for gram in own)

    def candidates(self, mention: Mention) -> list[Fact]:
        """Facts of the mention's unit; of every unit where the mention has none."""
        return list(self.entries) if not mention.base_unit else self.by_base.get(mention.base_unit, [])


def _without(word: str, others: Sequence[str]) -> list[str]:
    """The parts of ``word`` beside the longest of ``others`` that it holds; all of it where it holds none."""
    inside = max((other for other in others if other in word), key=len, default="")
    return [part for part in word.split(inside) if part] if inside else [word]


def _is_within(short: str, word: str) -> bool:
    """Whether the characters of ``short`` stand in ``word`` in their order, the last one at its end."""
    rest = iter(word)
    return word.endswith(short[-1]) and all(char in rest for char in short)


def operand_of(
    fact: Fact, book: Book, same: bool, offset: int | None = None, introduces: bool = False
) -> Operand:
    """A fact as an operand, with last year's value and the targets of its metric."""
    is_level = fact.role == "value"
    return Operand(
        fact.name,
        fact.base_value,
        fact.unit.base,
        fact.printed,
        book.last_years.get(fact.name) if is_level else None,
        tuple(book.targets.get(fact.name, ())) if is_level else (),
        same,
        fact.role == "last_year",
        offset,
        introduces,
        unit=fact.unit,
        is_field=fact.rank == 1,
    )
