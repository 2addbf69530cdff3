"""What is left: of a whole less its parts, behind a rate, across units, of what is not done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import combinations, permutations

from scoring.numbers.affinity import shared_run
from scoring.numbers.cues import Cues
from scoring.numbers.mention import Mention
from scoring.numbers.relations.operand import Operand, Result

_HUNDRED = Decimal(100)
_DAYS_OF_A_YEAR = (Decimal(365), Decimal(366))
_CLOSE = Decimal("0.05")
_PEOPLE = frozenset(("人", "户"))
_EVENTS = frozenset(("场", "次", "期", "项", "起", "件", "篇", "份"))
_FEW = 4
"""So few metrics of a unit make two of them unlikely to give a number by chance."""
_TELLING = 10
_MANY = 2
"""So many parts of a sentence make a rest of what an earlier one told."""
_CONTRARY = {"合格": ("阳性", "超标"), "达标": ("超标",), "阴性": ("阳性",)}
_VAGUE = frozenset("的能有到被能得了全及时")
"""Characters that say nothing of what was not done."""


def behind_rates(rates: Sequence[Operand], same: Sequence[Operand]) -> Iterator[Result]:
    """The difference of the two numbers that a rate nearby was computed from: 参训率92% is 230÷250, 20 are left."""
    for rate in rates:
        for part in same:
            for whole in same:
                if (
                    0 < whole.value > part.value
                    and abs(part.value / whole.value * _HUNDRED - rate.value) < _CLOSE
                ):
                    formula = f"{whole.printed}－{part.printed}"
                    yield Result(whole.value - part.value, "余数", formula, (whole.name, part.name))


def across_units(
    mention: Mention, cues: Cues, operands: Sequence[Operand], everything: Sequence[Operand]
) -> Iterator[Result]:
    """The difference of two numbers in different units: 460张床位, 入住378人, 空置82张."""
    denied = cues.negated[:2]
    telling = mention.value is not None and mention.value >= _HUNDRED
    near = [o for o in operands if o.same_sentence or o.named]
    near += [o for o in everything if len(denied) > 1 and denied in o.name]  # 信访事项中尚有18件未化解
    own = [o for o in operands if telling and o.base == mention.base_unit]
    for a in (*near, *own):
        for b in (*near, *(o for o in everything if telling and _takes(o, a))):
            units = (a.base, b.base)
            happens = not _EVENTS.isdisjoint(units) and not _PEOPLE.isdisjoint(units)
            if (
                units[0] != units[1]
                and not happens
                and mention.base_unit in units
                and not {"%", "元"} & set(units)
            ):
                yield Result(abs(a.value - b.value), "差额", f"{a.printed}－{b.printed}", (a.name, b.name))


def vacancies(mention: Mention, everything: Sequence[Operand]) -> Iterator[Result]:
    """What people do not take up of what there is: 1260个岗位, 安置1218人, 空岗42个."""
    for all_of_them in everything:
        for taken in everything if all_of_them.base == mention.base_unit else ():
            if taken.base in _PEOPLE and all_of_them.base not in _PEOPLE | _EVENTS:
                formula = f"{all_of_them.printed}－{taken.printed}"
                rest = all_of_them.value - taken.value
                yield Result(rest, "余数", formula, (all_of_them.name, taken.name))


def _takes(operand: Operand, other: Operand) -> bool:
    """Whether one counts people and the other what they take up: 床位 and 入住, not 讲座 and 听众."""
    return (operand.base in _PEOPLE) != (other.base in _PEOPLE) and not {operand.base, other.base} & _EVENTS


def left_of_few(mention: Mention, same: Sequence[Operand]) -> Iterator[Result]:
    """What is left between two metrics of a unit that few have: 尚有810张券未用 of 2592张 and 1782张."""
    if len(same) <= _FEW and mention.value is not None and mention.value >= _TELLING:
        for whole, part in permutations(same, 2):
            if whole.value > part.value:
                formula = f"{whole.printed}－{part.printed}"
                yield Result(whole.value - part.value, "余数", formula, (whole.name, part.name))


def not_done(cues: Cues, same: Sequence[Operand]) -> Iterator[Result]:
    """What is left of a whole of which a metric counts what is done: 15件未结 of 立案 486 and 结案 471."""
    done = [o for o in same if set(cues.negated[:3]) & set(o.name) - _VAGUE]
    for part in done:
        for whole in same:
            if part.value < whole.value:
                formula = f"{whole.printed}－{part.printed}"
                yield Result(whole.value - part.value, "余数", formula, (whole.name, part.name))


def affirmed(word: str, same: Sequence[Operand], rates: Sequence[Operand]) -> Iterator[Result]:
    """What is so: 合格946批次 of 抽检960批次 and 不合格14批次, or of 抽检960批次 and 合格率98.5%."""
    for rate in rates if word else ():
        if f"{word}率" in rate.name:
            for whole in (o for o in same if o.same_sentence):
                done = (whole.value * rate.value / _HUNDRED).quantize(Decimal(1), rounding=ROUND_HALF_UP)
                formula = f"{whole.printed}×{rate.printed}"
                yield Result(done, "乘积", formula, (whole.name, rate.name))
    for denied in same if word else ():
        if any(no in denied.name for no in (f"不{word}", f"未{word}", f"非{word}", *_CONTRARY.get(word, ()))):
            for whole in same:
                if whole.value > denied.value:
                    formula = f"{whole.printed}－{denied.printed}"
                    yield Result(whole.value - denied.value, "余数", formula, (whole.name, denied.name))


def remainders(same: Sequence[Operand]) -> Iterator[Result]:
    """The largest number less the others of the sentence: 32起, 其中属实4起, 其余28起."""
    near = [operand for operand in same if operand.same_sentence]
    earlier = (o for o in same if not o.same_sentence and o.is_metric and (o.offset or 0) < 0)
    for whole in (*(o for o in same if o.same_sentence or o.named), *earlier):
        others = [operand for operand in near if operand.value < whole.value]
        fewest = 1 if whole.same_sentence or whole.named else _MANY
        for size in range(fewest, min(len(others), 5) + 1):
            for chosen in combinations(others[:6], size):
                rest = whole.value - sum((operand.value for operand in chosen), Decimal(0))
                if rest > 0:
                    formula = "－".join(operand.printed for operand in (whole, *chosen))
                    yield Result(rest, "余数", formula, tuple(o.name for o in (whole, *chosen)))


def about_a_rate(operands: Sequence[Operand], same: Sequence[Operand]) -> Iterator[Result]:
    """What a rate just told makes of a whole: 仍有13.5%的馆藏未数字化，约5.2万卷."""
    for rate in operands:
        if rate.base == "%" and rate.offset == -1 and rate.same_sentence:
            for whole in same:
                formula = f"{whole.printed}×{rate.printed}"
                value = whole.value * rate.value / _HUNDRED
                yield Result(value, "乘积", formula, (whole.name, rate.name))


def beside_its_rate(
    same: Sequence[Operand], near: Sequence[Operand], rates: Sequence[Operand]
) -> Iterator[Result]:
    """What the rate told next, or just before, makes of a whole: 调解结案1474件，调解率46.8% of 审结3150件."""
    for rate in rates:
        if rate.offset in (1, -1) and rate.same_sentence and rate.is_metric and rate.value < _HUNDRED:
            then = [o.then or o for o in same] if rate.is_last_year else []
            told = [o for o in near if o.offset == -2] if rate.offset == -1 else then or same
            for whole in told:
                done = (whole.value * rate.value / _HUNDRED).quantize(Decimal(1), rounding=ROUND_HALF_UP)
                if done >= _TELLING:
                    yield Result(done, "乘积", f"{whole.printed}×{rate.printed}", (whole.name, rate.name))


def denied_of(item: str, same: Sequence[Operand]) -> Iterator[Result]:
    """What is not so of one thing of a list: 不合格 of 抽检肥料280批次 and 肥料合格273批次."""
    named = [o for o in same if item in o.name] if item else []
    for whole, part in permutations(named, 2):
        if whole.value > part.value:
            formula = f"{whole.printed}－{part.printed}"
            yield Result(whole.value - part.value, "余数", formula, (whole.name, part.name))


def denied_by_rate(cues: Cues, same: Sequence[Operand], rates: Sequence[Operand]) -> Iterator[Result]:
    """What a rate leaves of a whole, where the words deny what it tells: 1个文化站不达标 of 24 and 达标率95.8%."""
    denied = cues.negated[:2]
    for rate in rates if len(denied) > 1 else ():
        for whole in same if f"{denied}率" in rate.name else ():
            share = _HUNDRED - rate.value
            rest = (whole.value * share / _HUNDRED).quantize(Decimal(1), rounding=ROUND_HALF_UP)
            if rest and shared_run(rate.name, whole.name) > 1:
                yield Result(rest, "余数", f"{whole.printed}×{share:f}%", (whole.name, rate.name))


def rest_of_the_year(same: Sequence[Operand]) -> Iterator[Result]:
    """The other days of the year: 优良天数318天, 超标天数47天."""
    for operand in same:
        for days in _DAYS_OF_A_YEAR if operand.is_metric else ():
            yield Result(days - operand.value, "余数", f"{days}天－{operand.printed}", (operand.name,))


def by_rate(same: Sequence[Operand], rates: Sequence[Operand]) -> Iterator[Result]:
    """What a rate leaves of a number: 318件, 及时率98.4% → 5件逾期."""
    for whole in same:
        for rate in rates:
            share = _HUNDRED - rate.value
            rest = (whole.value * share / _HUNDRED).quantize(Decimal(1), rounding=ROUND_HALF_UP)
            is_near = all(one.same_sentence or one.named for one in (whole, rate))
            # 问题934个，整改896个，整改率95.93%: the rest is of 934, not of 896
            is_done = any(abs(whole.value - o.value * rate.value / _HUNDRED) < 1 for o in same if o.value)
            if is_near and not is_done and rest != whole.value:
                yield Result(rest, "余数", f"{whole.printed}×{share:f}%", (whole.name, rate.name))
