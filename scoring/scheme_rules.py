"""The parts a scoring scheme is made of: bands, steps, and the rules for rate, indicators and grades."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Annotated, Literal, Protocol

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from scoring.report import parse_decimal

SectionKind = Literal["执行", "管理", "产出", "成本", "效益", "效果", "影响力", "满意度", "履职", "其他"]
Topic = Literal["计分", "权重", "执行率", "正向", "反向", "等于", "超额", "定性", "指标", "等级", "说明"]
Occasion = Literal["未完成", "超额", "执行率低", "预算调整"]


def _number(raw: object) -> object:
    """A Decimal from its literal text, ``90%`` as 0.90."""
    if isinstance(raw, bool | float):
        raise ValueError("应给出数的原文")
    if not isinstance(raw, str):
        return raw
    text = unicodedata.normalize("NFKC", raw).strip()
    value = parse_decimal(text, ("%",))
    return value.scaleb(-2) if text.endswith("%") else value


def _texts(raw: object) -> object:
    return (raw,) if isinstance(raw, str) else () if raw is None else raw


Num = Annotated[Decimal, BeforeValidator(_number)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_texts)]
YesNo = Annotated[bool, BeforeValidator(lambda raw: {"是": True, "否": False}.get(str(raw), raw))]


class Part(BaseModel):
    """A part of a scheme file: keys are Chinese labels, unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class _Interval(Protocol):
    @property
    def low(self) -> Decimal: ...
    @property
    def high(self) -> Decimal: ...


def plain(value: Decimal) -> str:
    """The shortest plain digits of a Decimal: 36.00 → 36, 7.820 → 7.82."""
    text = f"{value:f}" if value else "0"
    return text.rstrip("0").rstrip(".") if "." in text else text


def shown(value: Decimal | None) -> str | None:
    """A Decimal as text, None as it is."""
    return None if value is None else plain(value)


def check_cover(bands: Sequence[_Interval], low: Decimal, high: Decimal) -> None:
    """See that ``bands`` cover [low, high] without a gap or an overlap.

    Raises:
        PydanticCustomError: the first gap or overlap, in Chinese, with the row (from 0) in its context.
    """
    for row, band in enumerate(bands):
        if band.low >= band.high:
            raise _refused(row, f"下限 {plain(band.low)} 应小于上限 {plain(band.high)}")
    edge, row = low, 0
    for row in sorted(range(len(bands)), key=lambda index: bands[index].low):
        band = bands[row]
        if band.low > edge:
            raise _refused(row, f"{plain(edge)} 与 {plain(band.low)} 之间有空档，其间的数没有归属")
        if band.low < edge:
            raise _refused(row, f"{plain(band.low)} 与 {plain(edge)} 之间重叠，其间的数有两个归属")
        edge = band.high
    if edge != high:
        raise _refused(row, f"最高一档的上限应为 {plain(high)}，读到 {plain(edge)}")


def _refused(row: int, problem: str) -> PydanticCustomError:
    return PydanticCustomError("row", "{problem}", {"problem": problem, "row": row})


class Band(Part):
    """A half-open band [low, high) with its name; the highest band of a row includes its upper end.

    ``aliases`` are other words for it that the form's own legend does not use (优 for 优秀).
    """

    label: str = Field(alias="名称", min_length=1)
    low: Num = Field(alias="下限")
    high: Num = Field(alias="上限")
    aliases: Texts = Field((), alias="又称")


def band_of(bands: Iterable[Band], value: Decimal) -> Band | None:
    """The one band that holds ``value``; the highest includes its upper end; None outside all."""
    ordered = sorted(bands, key=lambda band: band.low)
    for band in ordered:
        if band.low <= value < band.high or (band is ordered[-1] and value == band.high):
            return band
    return None


class Step(Part):
    """What a value between ``low`` and ``high`` earns (or loses): 分 or a share, as the rule says."""

    low: Num = Field(alias="下限")
    high: Num = Field(alias="上限")
    earns: Num = Field(alias="得")


def step_of(steps: Iterable[Step], value: Decimal, right_closed: bool = False) -> Step | None:
    """The step that holds ``value``: [low, high), or (low, high] when ``right_closed``.

    A step whose ends are equal holds that one value; the last step holds its upper end, and a value
    beyond the last step belongs to it.
    """
    ordered = sorted(steps, key=lambda step: (step.low, step.high))
    for step in ordered:
        if step.low == step.high == value:
            return step
        if right_closed and step.low < value <= step.high:
            return step
        if not right_closed and step.low <= value < step.high:
            return step
    beyond = bool(ordered) and value >= ordered[-1].high
    return ordered[-1] if beyond else None


class Deduction(Part):
    """What an excess over the target between ``low`` and ``high`` costs: a share of the weight."""

    low: Num = Field(alias="下限")
    high: Num = Field(alias="上限")
    share: Num = Field(alias="扣", ge=0, le=1)


class Section(Part):
    """A 一级指标 of the scheme; ``weight`` is fixed, or lies in [``least``, ``most``]."""

    name: str = Field(alias="名称", min_length=1)
    kind: SectionKind = Field("其他", alias="类别")
    weight: Num | None = Field(None, alias="分值")
    least: Num | None = Field(None, alias="最低分值")
    most: Num | None = Field(None, alias="最高分值")
    aliases: Texts = Field((), alias="又名")

    def is_named(self, name: str) -> bool:
        """Whether a form's first-level label means this section."""
        return name == self.name or name in self.aliases


class TotalCap(Part):
    """The total may not exceed ``at_most`` where the execution rate is below ``below``."""

    below: Num = Field(alias="执行率低于")
    at_most: Num = Field(alias="总分不超过")


class ExecutionRule(Part):
    """How the execution rate (执行数 ÷ 预算数) is scored.

    ``weight`` is the scheme's (None: the row's printed weight). 线性: weight × rate, full from
    ``full_from`` on; 分段: the step's share of the weight; 达标满分: full from ``full_from`` on, else
    nothing. ``only_advised`` marks a form that does not say how to score the row.
    """

    weight: Num | None = Field(None, alias="分值")
    names: Texts = Field(("预算执行率",), alias="指标名称")
    rule: Literal["线性", "分段", "达标满分"] = Field("线性", alias="规则")
    full_from: Num = Field(Decimal(1), alias="满分线", gt=0)
    steps: tuple[Step, ...] = Field((), alias="分段")
    denominator: str = Field("当年预算数", alias="分母")
    only_advised: YesNo = Field(False, alias="仅建议")
    explain_below: Num | None = Field(None, alias="低于须说明")
    caps: tuple[TotalCap, ...] = Field((), alias="总分上限")

    @field_validator("steps")
    @classmethod
    def _steps_cover(cls, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        if steps:
            check_cover(steps, Decimal(0), max(step.high for step in steps))
        return steps

    @model_validator(mode="after")
    def _steps_where_needed(self) -> ExecutionRule:
        if (self.rule == "分段") != bool(self.steps):
            raise ValueError("规则为“分段”时应给出分段，其他规则不能给出分段")
        return self


class QuantitativeRule(Part):
    """How an indicator with a numeric target is scored: A is the target, B the actual value.

    Met earns the full weight w. Unmet: 按比例 w × B ÷ A, 不得分 0. Reverse (≤) unmet: 按反比 w × A ÷ B,
    两倍归零 w × (1 − (B − A) ÷ A), nothing from 2A on. ``equal``: 同正向, or only A itself earns w.
    """

    positive: Literal["按比例", "不得分"] = Field("按比例", alias="正向未完成")
    negative: Literal["按反比", "两倍归零", "不得分"] = Field("按反比", alias="反向未完成")
    equal: Literal["同正向", "相等得分"] = Field("同正向", alias="等于")


class OverCompletion(Part):
    """When an actual value far over its target must be explained, and what it costs.

    ``threshold`` is the excess (B − A) ÷ A; where A is 0 the actual value itself is held against
    ``zero_target``. ``deductions`` is empty where the scheme only asks for a reason.
    """

    threshold: Num = Field(Decimal("0.3"), alias="阈值")
    inclusive: YesNo = Field(True, alias="含阈值")
    zero_target: Num | None = Field(None, alias="指标值为零时")
    reason_required: YesNo = Field(True, alias="须说明")
    deductions: tuple[Deduction, ...] = Field((), alias="扣分")
    is_default: YesNo = Field(False, alias="工具缺省")

    def is_passed(self, excess: Decimal) -> bool:
        """Whether an excess (0.531 for 153.1 %) is past the threshold."""
        return excess >= self.threshold if self.inclusive else excess > self.threshold


class IndicatorRule(Part):
    """An indicator that the scheme itself defines, with its own way of scoring a value.

    扣分: full up to ``full_to``, then ``per_point`` 分 off for each percentage point or ``per_unit`` 分 off
    for each case; 分段: steps of 分; 选项: the named case earns its 分.
    """

    name: str = Field(alias="名称", min_length=1)
    aliases: Texts = Field((), alias="又名")
    weight: Num = Field(alias="权重", gt=0)
    rule: Literal["扣分", "分段", "选项"] = Field(alias="规则")
    full_to: Num | None = Field(None, alias="满分上限")
    per_point: Num | None = Field(None, alias="每百分点扣", gt=0)
    per_unit: Num | None = Field(None, alias="每例扣", gt=0)
    steps: tuple[Step, ...] = Field((), alias="分段")
    right_closed: YesNo = Field(False, alias="含上限")
    options: dict[str, Num] = Field({}, alias="选项")

    @model_validator(mode="after")
    def _whole(self) -> IndicatorRule:
        needed = {
            "扣分": self.full_to is not None and (self.per_point is None) != (self.per_unit is None),
            "分段": bool(self.steps),
            "选项": bool(self.options),
        }
        if not needed[self.rule]:
            what = {"扣分": "满分上限，以及每百分点扣、每例扣中的一项", "分段": "分段", "选项": "选项"}[
                self.rule
            ]
            raise ValueError(f"规则为“{self.rule}”时应给出{what}")
        return self

    @field_validator("steps")
    @classmethod
    def _steps_cover(cls, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        spans = [step for step in steps if step.low != step.high]
        if spans:
            check_cover(spans, min(step.low for step in spans), max(step.high for step in spans))
        return steps

    @model_validator(mode="after")
    def _within_weight(self) -> IndicatorRule:
        earned = [step.earns for step in self.steps] + list(self.options.values())
        if any(not 0 <= score <= self.weight for score in earned):
            raise ValueError(f"得分应在 0 与权重 {plain(self.weight)} 之间")
        return self

    def is_named(self, name: str) -> bool:
        """Whether a form's indicator name means this one; quotation marks and spaces don't count."""
        return _bare(name) in {_bare(own) for own in (self.name, *self.aliases)}


def _bare(name: str) -> str:
    return name.translate({ord(mark): None for mark in "“”\"' 　\n"})


class Rounding(Part):
    """Decimal places of scores and of the rate in %; always half up, always at the end."""

    score: int = Field(2, alias="得分", ge=0, le=6)
    rate: int = Field(2, alias="比率", ge=0, le=6)
