"""Other metrics that the words may mean: one named better, one whose item or quarter the sentence names."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from scoring.numbers.book import FAINT, Case
from scoring.numbers.facts import Fact
from scoring.numbers.precision import states

FIRMLY = 600
"""A change or an average is taken for a metric of its own only when the words name it this well."""
_TELLING_ITEM = 2
_ALIKE = 3
_TOLD_SO_FAR_BACK = 16


def rival_of(
    ranked: Sequence[tuple[int, Fact]], fact: Fact, own_score: int, case: Case
) -> tuple[int, Fact | None]:
    """The best named value that the number does not state; a form's field only where ``fact`` is not named at all."""
    mention = case.mention
    for score, other in ranked:
        # 行政处罚款 names 举报案件行政处罚款 in short
        if other.role != "value" or other.name in fact.name or states(mention, other.base_value):
            continue
        is_plain = mention.base_unit == "%" and score >= FIRMLY and own_score < FAINT
        if other.rank <= fact.rank or is_plain or (mention.base_unit == "%" and named_outright(other, case)):
            return score, other
    return 0, None


def owner_of_item(
    case: Case, ranked: Sequence[tuple[int, Fact]], agreeing: Sequence[tuple[int, Fact]]
) -> Fact | None:
    """The value that has the number's item of a respective list in its name, where none that agrees has it."""
    item = case.context.item
    if not item or any(_has(fact, item) for _, fact in agreeing):
        return None
    owners = [fact for _, fact in ranked if fact.role == "value" and _has(fact, item)]
    # 村 of 学校、村和企业 tells where one name alone has it
    return owners[0] if owners and (len(item) >= _TELLING_ITEM or len(owners) == 1) else None


def sibling_told(
    case: Case, fact: Fact, ranked: Sequence[tuple[int, Fact]], agreeing: Sequence[tuple[int, Fact]]
) -> Fact | None:
    """The value of another quarter or street than ``fact``'s, which alone the sentence has named: 二季度, not 四季度."""
    if fact.role != "value" or len(agreeing) > 1:
        return None
    told = case.context.prior[-_TOLD_SO_FAR_BACK:] + case.context.lead
    behind = case.context.tail
    found: list[tuple[int, Fact]] = []
    for _, other in ranked:
        apart = _told_apart_by(fact.name, other.name) if other.role == "value" else None
        if apart is None:
            continue
        own, others = apart
        if own in told or own in behind:
            return None
        if others in told:
            found.append((told.rindex(others), other))
    return max(found, key=lambda place: place[0])[1] if found else None


def _told_apart_by(name: str, other: str) -> tuple[str, str] | None:
    """What each of two names opens with where they end alike: 四季 and 二季 of 四季度修补坑槽, 二季度修补坑槽."""
    ends = zip(reversed(name), reversed(other), strict=False)
    alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], ends))
    if alike < _ALIKE or alike in (len(name), len(other)):
        return None
    first, second = (one[: max(len(one) - alike, 2)] for one in (name, other))
    return first, second


def _has(fact: Fact, item: str) -> bool:
    return any(item in word for word in fact.words)


def named_outright(fact: Fact, case: Case) -> bool:
    """Whether a whole name of the fact stands right before the number: 好评率100%."""
    return any(len(word) > 2 and case.context.lead.endswith(word) for word in fact.words)


def is_narrower(rival: Fact, fact: Fact) -> bool:
    """Whether the rival's name holds the fact's: 水环境应急监测 is not 应急监测."""
    return rival.rank == fact.rank == 0 and fact.name in rival.name
