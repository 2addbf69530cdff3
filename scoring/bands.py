"""Bands and steps as scheme files give them: half-open, without gaps, read from literal texts."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Annotated, Protocol

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from scoring.decimals import plain
from scoring.report import parse_decimal


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
