"""A target restated in prose is that of the metric just spoken of: 合格率为96.9%，低于97%的目标."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from scoring.numbers.book import NAMED, Book, Case
from scoring.numbers.facts import Fact
from scoring.numbers.mention import Verdict
from scoring.numbers.precision import states
from scoring.numbers.rewrite import rewrite
from scoring.numbers.verdicts import misstates

_COMPARES = re.compile(
    "(?:[低高好优快慢长短早晚少多大小]于|未达|没达到|未能达到|未到|没到|不及|距|离|比|较|与|超过|突破|[跨越][过上]|守住|达到了?)[^，。；]{0,8}$"
)
# 完成555人，目标600人
_BARE = re.compile(
    "(?:^|[，、（(]|完成|实现)了?(?:年度|年初|全年)?(?:目标|计划|任务|指标){1,2}(?:值|数)?(?:是|为)?$"
)
_CALLED_TARGET = re.compile(
    "以?[上下内]?(?:的|这一|这个)?[^，。；]{0,4}(?:目标|指标值|控制[数线值]|任务|要求|[上下]限|门槛)"
)
# Another body's threshold is not the report's own target.
_FOREIGN = re.compile(
    "上级|省|市级|国家|标准|考核线|规定|平均|合同|约定|红线|底线|周期|五年|十四五|终期|全部|总目标"
)
_DIRECTION = re.compile("(?<![不未没])(?:低于|高于|超过|少于|多于)(?=[^，。；]{0,8}$)")
# 超额完成年度目标50份
_EXCESS = re.compile("超额?(?:完成)?(?:年度|年初|全年)?(?:目标|计划|任务)(?:值|数)?$")
# 防汛演练5次（目标4次）
_IN_BRACKETS = re.compile("^(?:年度|年初|全年)?(?:目标|计划|任务)(?:值|数)?(?:是|为)?[≥≤]?$")
_BACK = 3
"""So many numbers back in the sentence the metric may have been stated."""


def held_against_own(
    direct: Sequence[Verdict | None], cases: Sequence[Case], book: Book
) -> list[Verdict | None]:
    """The verdicts, with a target that is not the one of the metric just stated called wrong."""
    return [
        _judged(verdict, index, direct, cases, book) if _restates(cases[index]) else verdict
        for index, verdict in enumerate(direct)
    ]


def _restates(case: Case) -> bool:
    words = case.context.clause + case.context.after[:8]
    return (
        case.cues.target
        and not case.cues.planned
        and bool(_COMPARES.search(case.context.clause) or _BARE.search(case.context.clause))
        and not _FOREIGN.search(words)
        and not _EXCESS.search(case.context.clause)
    )


def _judged(
    verdict: Verdict | None, index: int, direct: Sequence[Verdict | None], cases: Sequence[Case], book: Book
) -> Verdict | None:
    case = cases[index]
    subject = _subject(index, direct, cases, book)
    targets = book.targets[subject.name] if subject else []
    if subject is None or not targets:
        return verdict
    if (target := next((t for t in targets if states(case.mention, t)), None)) is not None:
        return _reversed(case, subject, target) or verdict or _stated(case, subject)
    if verdict is None and not _CALLED_TARGET.match(case.context.after):
        return verdict
    is_own_value = bool(_IN_BRACKETS.search(case.context.lead)) and case.context.prior.endswith(("（", "("))
    is_own_value = is_own_value and verdict is not None and verdict.metrics == (subject.name,)
    if verdict is not None and not is_own_value and _is_named(verdict, case, book):
        return verdict
    expected = rewrite(case.mention, targets[0])
    reason = f"「{subject.name}」的目标是{expected}，文中写{case.mention.text}"
    return misstates(case, subject, expected, reason)


def _reversed(case: Case, subject: Fact, target: Decimal) -> Verdict | None:
    """The verdict on 合格率为96.9%，高于97%的目标, where the word says the contrary of the two numbers."""
    match = _DIRECTION.search(case.context.clause)
    if match is None:
        return None
    is_below = match.group() in ("低于", "少于")
    if is_below == (subject.base_value < target) and subject.base_value != target:
        return None
    word, said = match.group(), case.context.clause[match.start() :]
    truth = "低于" if subject.base_value < target else "高于" if subject.base_value > target else "达到"
    reason = f"「{subject.name}」为{subject.printed}，{truth}{case.mention.text}的目标，文中写“{word}”"
    return misstates(case, subject, None, reason, said)


def _stated(case: Case, subject: Fact) -> Verdict:
    reason = f"与「{subject.name}」的目标一致"
    return Verdict(
        case.field, case.mention, "bound", (subject.name,), reason=reason, confirmed=subject.confirmed
    )


def _subject(index: int, direct: Sequence[Verdict | None], cases: Sequence[Case], book: Book) -> Fact | None:
    """The value that the sentence stated last before the number, in the number's unit."""
    for other in range(index - 1, max(-1, index - 1 - _BACK), -1):
        verdict, case = direct[other], cases[other]
        if case.context.sentence != cases[index].context.sentence:
            return None
        if verdict is None or verdict.status != "bound":
            continue
        fact = book.value_of(verdict)
        if fact is not None and fact.unit.base == cases[index].mention.base_unit:
            return fact
    return None


def _is_named(verdict: Verdict, case: Case, book: Book) -> bool:
    """Whether the words themselves name what the verdict says."""
    stated = [fact for name in verdict.metrics for fact in book.by_name.get(name, ())]
    return verdict.status != "bound" or any(book.affinity(fact, case.seen) >= NAMED for fact in stated)
