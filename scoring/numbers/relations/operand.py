"""A proven number near a mention, what a relation gives, and which numbers the words compare."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from scoring.decimals import plain
from scoring.numbers.cues import Cues
from scoring.numbers.vocabulary import Unit

_PLACES = 4
"""So many decimals of an average are shown."""
_SINCE = 3
"""So many numbers back may stand what a change since last year's value is told of."""
JOINT = "\n"
"""Between the names of what one operand counts together; no name holds a line break."""


@dataclass(frozen=True, slots=True)
class Operand:
    """A proven number near a mention: the fact, with last year's value and the target of the same metric.

    ``offset`` is its place among the numbers of the text, counted from the mention (-1 is the one before);
    None for a fact that only the words name. ``place`` is the same of its own mention, None where only a number
    calculated from it stands at ``offset``. ``introduces`` tells that its parts follow (其中, 分别, ：),
    ``named`` that the words right before the mention name it; ``unit`` is the fact's, None for a number of the text;
    ``is_field`` tells that it is the form's own (budget, execution), no row of 数据, ``is_change`` that it is a difference.
    """

    name: str
    value: Decimal
    base: str
    printed: str
    last_year: Decimal | None = None
    targets: tuple[Decimal, ...] = ()
    same_sentence: bool = True
    is_last_year: bool = False
    offset: int | None = None
    introduces: bool = False
    named: bool = False
    unit: Unit | None = None
    is_field: bool = False
    is_change: bool = False
    place: int | None = None

    def tell(self, value: Decimal) -> str:
        """``value`` (in the base unit: last year's, a target) as the report holds this number: 12.05万吨."""
        if self.unit is None:
            return f"{plain(value)}{self.base}"
        told = value / self.unit.factor
        return f"{plain(told if told == round(told, _PLACES) else round(told, _PLACES))}{self.unit.word}"

    @property
    def then(self) -> Operand | None:
        """Last year's value of the same metric (较上年的人均4200元); None where it is not known."""
        if self.last_year is None:
            return None
        printed = f"上年{self.tell(self.last_year)}"
        return replace(self, value=self.last_year, printed=printed, last_year=None, is_last_year=True)

    @property
    def is_metric(self) -> bool:
        """Whether it states a fact of the report, not only what the text counts or computes."""
        return self.name != self.printed


def together(members: Sequence[Operand]) -> Operand:
    """What ``members``, all in one unit, make together, and made last year where all of them tell it."""
    before = [member.last_year for member in members]
    known = [value for value in before if value is not None]
    return Operand(
        JOINT.join(member.name for member in members),
        sum((member.value for member in members), Decimal(0)),
        members[0].base,
        f"（{'＋'.join(member.printed for member in members)}）",
        last_year=sum(known, Decimal(0)) if len(known) == len(before) else None,
        unit=members[0].unit,
    )


@dataclass(frozen=True, slots=True)
class Result:
    """What a relation gives: a value in the mention's base unit, its name and its formula."""

    value: Decimal
    relation: str
    formula: str
    operands: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all that it is calculated from, each by itself."""
        return tuple(dict.fromkeys(name for joint in self.operands for name in joint.split(JOINT)))


def subjects(cues: Cues, operands: Sequence[Operand]) -> Sequence[Operand]:
    """What a change, a completion or an excess is told of.

    The metric that the words name, or the one stated last before the change, in its sentence or an earlier
    one; all of the sentence where it says 分别; what stands near where nothing before it can change.
    """
    able = [o for o in operands if o.last_year is not None or o.targets]
    own = [o for o in able if o.same_sentence or o.named]
    stated = next((o.value for o in operands if o.offset == -1), None)
    since = [o for o in own if stated is not None and o.last_year == stated]
    if cues.since_stated and since:
        return since  # 较上年的44批次减少9批次
    if cues.referring or (cues.respective and own):
        return able if cues.referring else own
    for choice in (own, able):
        before = [o.offset for o in choice if o.offset is not None and o.offset < 0]
        chosen = [o for o in choice if o.named or (before and o.offset == max(before))]
        if chosen:
            # 收购8.25万吨，其中夏粮3.85万吨、秋粮4.4万吨，同比增加0.53万吨 may be told of the whole
            chosen += [o for o in choice if o.introduces and o not in chosen and (o.offset or 0) < 0]
            return sorted(chosen, key=lambda operand: not operand.named)
    return own or operands


def since_stated(cues: Cues, operands: Sequence[Operand]) -> Iterator[tuple[Operand, Operand]]:
    """The number before last year's and last year's, where both are told: 占58.0%，比上年末的54.0%提高4个百分点."""
    before = {operand.offset: operand for operand in operands[::-1] if operand.same_sentence}
    since = before.get(-1)
    if since is None or not cues.since_stated:
        return
    for offset in range(-2, -2 - _SINCE, -1):
        now = before.get(offset)
        if now is None or now.name == since.name or now.base != since.base:
            continue
        # 每亩补助160元，共支出768万元，较上年每亩150元提高10元 is no change of the 768万元
        if offset == -2 or now.value < 2 * since.value < 4 * now.value:
            yield now, since


def compared(cues: Cues, operand: Operand) -> Iterator[tuple[Decimal, str]]:
    """What the words compare ``operand`` with: last year's value, its targets, or either."""
    if operand.last_year is not None and cues.against != "目标":
        yield operand.last_year, "上年"
    if cues.against != "上年":
        yield from ((target, "目标") for target in operand.targets)


def minus(operand: Operand, other: Decimal, what: str) -> str:
    """The formula of the difference from ``other`` (last year's value, a target), the larger one first."""
    printed = f"{operand.tell(other)}（{what}）"
    return f"{operand.printed}－{printed}" if operand.value >= other else f"{printed}－{operand.printed}"


def larger_first(pair: tuple[Operand, Operand]) -> tuple[Operand, Operand]:
    """The two in the order in which their difference is calculated by hand."""
    return pair if pair[0].value >= pair[1].value else pair[::-1]


def pairs(operands: Sequence[Operand], same_base: bool) -> Iterator[tuple[Operand, Operand]]:
    """Ordered pairs, those of the mention's own sentence first."""
    chosen = [
        (a, b) for a in operands for b in operands if a is not b and (a.base == b.base or not same_base)
    ]
    chosen.sort(key=lambda pair: not (pair[0].same_sentence and pair[1].same_sentence))
    return iter(chosen)
