"""Measures the check: errors found by class, clean text left alone, numbers read and bound, and an ablation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal
from random import Random

from scoring.bench.annotated import Annotated
from scoring.bench.seeding import KINDS, Seeded, seed
from scoring.check import check
from scoring.numbers.binder import bind
from scoring.numbers.facts import facts
from scoring.numbers.mention import Verdict
from scoring.numbers.precision import states
from scoring.numbers.reader import read
from scoring.report import Report
from scoring.scheme import Scheme, load

_REFUSED = ("contradicts", "wrong-metric", "unsupported")
# Classes whose error is no wrong number: found by the rules on scores and on targets.
_BY_RULE = {"等级用语": "S", "漏报目标": "T"}


@dataclass
class Tally:
    """Counts of one run; ``found`` and ``seeded`` by class of error."""

    seeded: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    found_by_value: Counter[str] = field(default_factory=Counter)
    found_by_reader: Counter[str] = field(default_factory=Counter)
    clean_numbers: int = 0
    false_alarms: int = 0
    gold_numbers: int = 0
    read: int = 0
    bound: int = 0
    bound_right: int = 0
    missed: list[str] = field(default_factory=list)


def measure(item: Annotated, random: Random, rounds: int) -> Tally:
    """Run the benchmark on one report.

    Args:
        item: a report without errors, to seed errors into; where its numbers are annotated, reading and
            binding are measured too.
        random: where chance comes from.
        rounds: how many errors of each class are seeded into it.
    """
    tally, verdicts = Tally(), bind(item.report)
    _read_and_bound(item, verdicts, tally)
    tally.clean_numbers = sum(verdict.mention.is_fact for verdict in verdicts)
    tally.false_alarms = sum(verdict.status in _REFUSED for verdict in verdicts)
    for _ in range(rounds):
        for seeded in seed(item.report, verdicts, random):
            _seeded(item.name, item.report, seeded, tally)
    return tally


def together(tallies: Iterable[Tally]) -> Tally:
    """The counts of several reports added up."""
    whole = Tally()
    for tally in tallies:
        for counted in fields(Tally):
            kept, more = getattr(whole, counted.name), getattr(tally, counted.name)
            setattr(whole, counted.name, kept + more)
    return whole


def table(tally: Tally) -> Iterator[str]:
    """The figures as a Markdown table, then what was read, bound and falsely alarmed."""
    yield "| 错误类别 | 植入 | 查出 | 查出率 | 只比数值和单位 | 只比数值 |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |"
    for kind in (*KINDS, "合计"):
        counts = [
            sum(c.values()) if kind == "合计" else c[kind]
            for c in (tally.seeded, tally.found, tally.found_by_reader, tally.found_by_value)
        ]
        if counts[0]:
            shares = " | ".join(_share(count, counts[0]) for count in counts[1:])
            yield f"| {kind} | {counts[0]} | {counts[1]} | {shares} |"
    yield ""
    yield f"- 干净文字中的数：{tally.clean_numbers}，误报 {tally.false_alarms}"
    if tally.gold_numbers:
        yield f"- 标注的数：{tally.gold_numbers}，读出 {_share(tally.read, tally.gold_numbers)}"
        yield f"- 标注为某项数据的数：{tally.bound}，绑定正确 {_share(tally.bound_right, tally.bound)}"


def _share(part: int, whole: int) -> str:
    return f"{Decimal(100 * part) / whole:.1f}%" if whole else "—"


def _read_and_bound(item: Annotated, verdicts: Sequence[Verdict], tally: Tally) -> None:
    for gold in item.gold:
        tally.gold_numbers += 1
        here = [v for v in verdicts if v.field == gold.field and v.mention.start < gold.end]
        here = [v for v in here if v.mention.end > gold.start and v.mention.is_fact]
        tally.read += any((v.mention.start, v.mention.end) == (gold.start, gold.end) for v in here)
        if gold.states not in ("=", "-", "目标"):
            tally.bound += 1
            named = set(gold.states.replace("，", ",").split(","))
            tally.bound_right += any(v.status == "bound" and named & set(v.metrics) for v in here)


def _seeded(name: str, clean: Report, seeded: Seeded, tally: Tally) -> None:
    tally.seeded[seeded.kind] += 1
    family = _BY_RULE.get(seeded.kind)
    if family:
        hit = _found_by_rule(clean, seeded, family)
    else:
        hit = any(v.status in _REFUSED and _touches(v, seeded) for v in bind(seeded.report))
        tally.found_by_value[seeded.kind] += _found_by_value(seeded, heed_unit=False)
        tally.found_by_reader[seeded.kind] += _found_by_value(seeded, heed_unit=True)
    tally.found[seeded.kind] += hit
    if not hit:
        tally.missed.append(f"{seeded.kind}　{name}　{seeded.note}")


def _touches(verdict: Verdict, seeded: Seeded) -> bool:
    start = verdict.mention.start - len(verdict.cue)
    return verdict.field == seeded.field and any(
        start < end and verdict.mention.end > begin for begin, end in seeded.spans
    )


def _found_by_rule(clean: Report, seeded: Seeded, family: str) -> bool:
    """Whether a finding of the family is there that the clean report does not have."""
    scheme = load(seeded.report.scheme)
    return bool(_messages(seeded.report, scheme, family) - _messages(clean, scheme, family))


def _messages(report: Report, scheme: Scheme, family: str) -> set[str]:
    return {f.message for f in check(report, scheme).findings if f.code.startswith(family)}


def _found_by_value(seeded: Seeded, heed_unit: bool) -> bool:
    """What a tool finds that only looks whether the value (and the unit) occurs somewhere in the data."""
    known = facts(seeded.report)
    for mention in read(seeded.report.narrative(seeded.field)):
        overlaps = any(mention.start < end and mention.end > start for start, end in seeded.spans)
        if not mention.is_fact or not overlaps:
            continue
        alike = (fact for fact in known if not heed_unit or fact.unit.base == mention.base_unit)
        if not any(states(mention, fact.base_value) for fact in alike):
            return True
    return False
