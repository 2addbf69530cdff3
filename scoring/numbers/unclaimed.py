"""Numbers that nothing proves, held against what the rest of the report states and leaves unsaid.

Words alone often name a metric too faintly for a small number: 9家胜出 states 中标供应商. That no other number
states the metric, that its unit and value are the number's, and that no other such metric has more of its
characters round the number, tells what the words alone do not. A metric that is stated elsewhere may be told
again under half of its name: 对5个重大项目逐个排定.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from scoring.numbers.affinity import AKIN, shared_run
from scoring.numbers.book import Book, Case
from scoring.numbers.direct import agrees_with
from scoring.numbers.facts import Fact
from scoring.numbers.mention import Verdict
from scoring.numbers.rewrite import rewrite
from scoring.numbers.verdicts import misstates, states_fact
from scoring.numbers.vocabulary import TIME_UNITS

Claims = Mapping[tuple[str, int], Verdict]
"""Verdicts by field and start of the number."""
_SAYS_NOTHING = frozenset("的个数量额人次家户项件率年度总和及等")
"""Characters that the names of all kinds of metrics have."""
_DENIES = frozenset("未不无非没缺欠逾超漏低")
_PAIR = 3
"""What two characters in a row count, of which each counts one."""
_WINDOW = 40


def claims(pairs: Iterable[tuple[Case, Verdict]], book: Book) -> dict[tuple[str, int], Verdict]:
    """The verdicts on numbers that state a metric which no other number does, by field and start.

    Args:
        pairs: every number of the report with the verdict that its own words gave.
        book: the facts of the report.
    """
    judged = list(pairs)
    claimed = {name for _, verdict in judged if verdict.status == "bound" for name in verdict.metrics}
    free = [f for f in book.entries if f.role == "value" and not f.rank and f.name not in claimed]
    stated = {fact for _, verdict in judged if (fact := book.value_of(verdict)) is not None}
    found: dict[tuple[str, int], Verdict] = {}
    unproven = [case for case, verdict in judged if verdict.status in ("unsupported", "exempt")]
    for case, verdict in judged:
        own = [fact for fact in free if fact.unit.base == case.mention.base_unit]
        claim = _claim(case, verdict, own, unproven) if own else None
        if claim is None and verdict.status == "unsupported":
            claim = _stated_elsewhere(case, stated)
        if claim is not None:
            found[case.field, case.mention.start] = claim
    return found


def _claim(case: Case, verdict: Verdict, own: Sequence[Fact], unproven: Sequence[Case]) -> Verdict | None:
    if verdict.status == "exempt" and case.mention.base_unit in TIME_UNITS:
        return _slip(case, own[0]) if len(own) == 1 else None
    is_open = verdict.status == "unsupported"
    if not is_open and not _may_count(case, verdict):
        return None
    agreeing = [fact for fact in own if agrees_with(fact, case)]
    best = max(agreeing, key=lambda fact: _told(fact, case), default=None)
    if best is None:
        return None
    told = _told(best, case)
    if not is_open and told < _PAIR:
        return None
    if verdict.status == "contradicts" and _DENIES.isdisjoint(best.name):
        return None  # 23个行政村没有助餐点 is no number of 助餐点, but one of 未覆盖行政村
    others = (fact for fact in own if fact not in agreeing and not _fits_another(fact, case, unproven))
    most = max((_told(fact, case) for fact in others), default=0)
    is_only = is_open and len(agreeing) == 1 and not most and case.mention.kind == "quantity"
    return states_fact(case, best, (best.name,)) if told > most or is_only else None


def _may_count(case: Case, verdict: Verdict) -> bool:
    """Whether a number that is called no fact, or wrong where the words deny something, may state one after all."""
    cues = case.cues
    if verdict.status == "exempt":
        return not (cues.planned or cues.target or cues.rule or cues.standard)
    return verdict.status == "contradicts" and bool(cues.negated or cues.remain)


def _fits_another(fact: Fact, case: Case, unproven: Sequence[Case]) -> bool:
    """Whether another number that nothing proves agrees with the fact."""
    same = (other for other in unproven if other.mention.base_unit == fact.unit.base)
    return any(other is not case and agrees_with(fact, other) for other in same)


def _stated_elsewhere(case: Case, stated: Iterable[Fact]) -> Verdict | None:
    beside = f"{case.context.lead}　{case.context.tail}"
    same = [
        f for f in stated if (f.unit.base, f.base_value) == (case.mention.base_unit, case.mention.base_value)
    ]
    named = [(shared_run(fact.name, beside), fact.name, fact) for fact in same]
    run, _, fact = max(named, default=(0, "", None))
    return states_fact(case, fact, (fact.name,)) if fact is not None and run >= AKIN else None


def _told(fact: Fact, case: Case) -> int:
    """How much of the fact's name stands round the number."""
    context = case.context
    beside = f"{context.prior[-_WINDOW:]}{context.lead}　{context.after[:_WINDOW]}"
    return max(_shared(word, beside) for word in fact.words)


def _shared(word: str, text: str) -> int:
    chars = sum(1 for char in set(word) - _SAYS_NOTHING if char in text)
    return chars + (_PAIR - 1) * sum(1 for i in range(len(word) - 1) if word[i : i + 2] in text)


def _slip(case: Case, fact: Fact) -> Verdict | None:
    """The verdict on a span of time that is the fact's but for one digit, two exchanged or a factor of ten."""
    value, stated = case.mention.base_value, fact.base_value
    if value is None or value == stated or not _is_slip(f"{value:f}", f"{stated:f}"):
        return None
    reason = f"「{fact.name}」录入为{fact.printed}，文中写{case.mention.text}"
    return misstates(case, fact, rewrite(case.mention, stated), reason)


def _is_slip(digits: str, stated: str) -> bool:
    if len(stated.strip("0.")) < 2:
        return False  # 5天 may be anything
    if len(digits) != len(stated):
        return digits in (f"{stated}0", stated[:-1]) and "." not in digits
    other = [i for i in range(len(digits)) if digits[i] != stated[i]]
    return len(other) == 1 or (len(other) == 2 and sorted(digits) == sorted(stated))
