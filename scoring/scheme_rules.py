"""The rules a scoring scheme is made of: sections, execution rate, indicators, over-achievement."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field, field_validator, model_validator

from scoring.bands import Deduction, Num, Part, Step, Texts, YesNo, check_cover
from scoring.decimals import plain

SectionKind = Literal["执行", "管理", "产出", "成本", "效益", "效果", "影响力", "满意度", "履职", "其他"]
Topic = Literal["计分", "权重", "执行率", "正向", "反向", "等于", "超额", "定性", "指标", "等级", "说明"]
Occasion = Literal["未完成", "超额", "执行率低", "预算调整"]


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
