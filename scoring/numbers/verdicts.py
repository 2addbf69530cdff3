"""What is said of a number: it states a fact, misstates it, follows from others, or is another metric's."""

from __future__ import annotations

from scoring.numbers.book import Case
from scoring.numbers.facts import Fact
from scoring.numbers.mention import Verdict
from scoring.numbers.relations.operand import Result
from scoring.numbers.rewrite import rewrite


def states_fact(case: Case, fact: Fact, names: tuple[str, ...]) -> Verdict:
    """The verdict that the number states ``fact``, and with it all of ``names``."""
    return Verdict(
        case.field,
        case.mention,
        "bound",
        names,
        reason=f"与「{fact.name}」{role_word(fact)}{fact.printed}一致",
        confirmed=fact.confirmed,
    )


def misstates(case: Case, fact: Fact, expected: str | None, reason: str, cue: str = "") -> Verdict:
    """The verdict that the number is said of ``fact`` and is not what it is, or not what ``cue`` says of it."""
    names, confirmed = (fact.name,), fact.confirmed
    return Verdict(
        case.field, case.mention, "contradicts", names, expected, reason=reason, confirmed=confirmed, cue=cue
    )


def follows(case: Case, result: Result) -> Verdict:
    """The verdict that the number follows from others as ``result`` tells."""
    relation, reason = f"{result.relation}：{result.formula}", f"由{result.formula}得出"
    return Verdict(case.field, case.mention, "derived", result.names, relation=relation, reason=reason)


def miscalculated(case: Case, result: Result, why: str = "") -> Verdict:
    """The verdict that ``result`` should stand there; ``why`` goes before the formula."""
    expected = rewrite(case.mention, abs(result.value))
    return Verdict(
        case.field,
        case.mention,
        "contradicts",
        result.names,
        expected,
        relation=f"{result.relation}：{result.formula}",
        reason=f"{why}按{result.formula}应为{expected}，文中写{case.mention.text}",
    )


def misplaced(case: Case, fact: Fact, rival: Fact) -> Verdict:
    """The verdict that the value of ``fact`` stands where the words say ``rival``."""
    expected = rewrite(case.mention, rival.base_value)
    return Verdict(
        case.field,
        case.mention,
        "wrong-metric",
        (rival.name,),
        expected,
        reason=f"此处说的是「{rival.name}」（{rival.printed}），{case.mention.text}是「{fact.name}」的数",
        confirmed=rival.confirmed,
    )


def role_word(fact: Fact) -> str:
    """What of the metric the fact is, as it stands behind its name; empty for its value."""
    return {"target": "的目标", "last_year": "的上年值", "deduction": "的扣分"}.get(fact.role, "")
