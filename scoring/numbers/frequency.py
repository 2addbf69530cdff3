"""A number told of a period, 每月1次, held against what the year has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from scoring.numbers.book import Case
from scoring.numbers.mention import Verdict
from scoring.numbers.relations.operand import Operand
from scoring.numbers.relations.results import PER_YEAR

# 实现每月1次的目标
_DEMANDED = re.compile("的(?:目标|要求|频次|标准|计划|任务)")
_REACHED = re.compile("(?:做到|实现|达到|保持)了?每[一-鿿]{1,3}$")
# 培训24期，每月2期
_BARE_FREQUENCY = re.compile("(?:平均|相当于)?每个?[\u4e00-\u9fff]{1,2}")
_HALF, _TWICE = Decimal("0.5"), Decimal(2)


def per_period(case: Case, operands: Sequence[Operand]) -> Verdict | None:
    """The verdict on 全年12场，实现每月1人次的目标 or 每月10场: over the year the units or the numbers do not agree."""
    times, value = PER_YEAR.get(case.cues.every), case.mention.value
    is_done = _DEMANDED.match(case.context.after) or _REACHED.search(case.context.clause)
    if times is None or value is None or case.cues.planned:
        return None
    if not is_done:
        return _told_of_the_last(case, operands, times, value)
    near = [o for o in operands if o.same_sentence and o.base not in ("%", "元")]
    own = [o for o in near if o.base == case.mention.base_unit and o.offset in (-1, 1)]
    over_the_year = [o for o in near if o.value == value * times]
    if own and all(2 * o.value < value * times for o in own):
        stated = f"，文中全年{own[0].printed}"
        reason = (
            f"每{case.cues.every}{case.mention.text}，全年应有{value * times:f}{case.mention.unit}{stated}"
        )
        return Verdict(case.field, case.mention, "contradicts", reason=reason)
    beside = [o for o in over_the_year if o.offset in (-1, 1)]
    is_spoken_of = any(o.base == case.mention.base_unit for o in (over_the_year if beside else near))
    if not over_the_year or is_spoken_of:
        return None
    printed = (beside or over_the_year)[0].printed
    reason = f"每{case.cues.every}{case.mention.text}与全年{printed}单位不一致"
    return Verdict(case.field, case.mention, "contradicts", reason=reason)


def _told_of_the_last(case: Case, operands: Sequence[Operand], times: int, value: Decimal) -> Verdict | None:
    """The verdict on 培训24期，每月9期, where nothing but the frequency stands behind the number of the year."""
    last = [o for o in operands if o.same_sentence and o.offset == -1 and o.base == case.mention.base_unit]
    if not _BARE_FREQUENCY.fullmatch(case.context.clause) or not last or not last[0].value:
        return None
    if _HALF <= value * times / last[0].value <= _TWICE:
        return None
    total = f"{value * times:f}{case.mention.unit}"
    reason = f"每{case.cues.every}{case.mention.text}，全年应有{total}，文中全年{last[0].printed}"
    return Verdict(case.field, case.mention, "contradicts", reason=reason)
