"""A scoring scheme: one data file says how a form is scored, graded and explained."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, Final, Literal

import yaml
from pydantic import Field, ValidationError, ValidationInfo, field_validator

from scoring.bands import Band, Num, Part, Texts, YesNo, band_of, check_cover
from scoring.decimals import plain
from scoring.errors import InputError
from scoring.report_file import parse_mapping
from scoring.scheme_rules import (
    ExecutionRule,
    IndicatorRule,
    Occasion,
    OverCompletion,
    QuantitativeRule,
    Rounding,
    Section,
    Topic,
)

_SUFFIX: Final = ".yaml"


class Scheme(Part):
    """How a form is scored. Weights and scores in 分, shares and rates as fractions of 1.

    ``basis`` says where scores come from: 自评 (the rows' self scores are the scores), 指标值 (computed from
    年度指标值 and 实际完成值) or 不计分. ``evidence``: 原 read in the original, 码 in the source of a public
    system, 忆 from memory; ``unverified`` lists what nobody has held against the official text.
    ``articles`` is the clause that decides each topic. ``severities`` overrides rules by code.
    """

    id: str = Field(alias="方案", min_length=1)
    name: str = Field(alias="名称", min_length=1)
    jurisdiction: str = Field("", alias="适用")
    source: Texts = Field((), alias="来源")
    evidence: Literal["原", "码", "忆"] = Field("忆", alias="取证")
    unverified: Texts = Field((), alias="未核对")
    basis: Literal["自评", "指标值", "不计分"] = Field("自评", alias="计分")
    money_unit: Literal["元", "万元"] = Field("元", alias="金额单位")
    total: Num = Field(Decimal(100), alias="满分", gt=0)
    sections: tuple[Section, ...] = Field((), alias="一级指标")
    weights_adjustable: YesNo = Field(False, alias="权重可调")
    fixed_indicators: dict[str, Num] = Field({}, alias="固定指标")
    indicator_rules: tuple[IndicatorRule, ...] = Field((), alias="指标规则")
    execution: ExecutionRule | None = Field(None, alias="预算执行")
    quantitative: QuantitativeRule = Field(QuantitativeRule(), alias="定量")
    over_completion: OverCompletion = Field(OverCompletion(is_default=True), alias="超额")
    qualitative: tuple[Band, ...] = Field((), alias="定性")
    grades: tuple[Band, ...] = Field((), alias="等级")
    rounding: Rounding = Field(Rounding(), alias="舍入")
    reason_required_when: tuple[Occasion, ...] = Field((), alias="须说明")
    text_limits: dict[str, int] = Field({}, alias="字数上限")
    articles: dict[Topic, str] = Field({}, alias="条文")
    severities: dict[str, Literal["error", "warning", "info", "off"]] = Field({}, alias="规则级别")

    @property
    def is_verified(self) -> bool:
        """Whether every part was held against the official text or a printed form."""
        return not self.unverified

    @property
    def is_scored(self) -> bool:
        """Whether the form carries scores at all."""
        return self.basis != "不计分"

    def grade_of(self, total: Decimal) -> str | None:
        """The grade word of a total in 分; None where the scheme has no grades or the total is outside."""
        band = band_of(self.grades, total)
        return band.label if band else None

    def canonical_grade(self, word: str) -> str:
        """The legend's word for a grade as written: 优 → 优秀."""
        word = word.strip()
        return next((band.label for band in self.grades if word in band.aliases), word)

    def section_named(self, name: str) -> Section | None:
        """The scheme's 一级指标 that a form's label means."""
        return next((section for section in self.sections if section.is_named(name)), None)

    def article(self, topic: Topic) -> str:
        """The clause that decides ``topic``, or an empty text."""
        return self.articles.get(topic, "")

    @field_validator("sections")
    @classmethod
    def _sections_add_up(cls, sections: tuple[Section, ...], info: ValidationInfo) -> tuple[Section, ...]:
        total = info.data.get("total")
        if not sections or total is None:
            return sections
        least = sum((_first(part.weight, part.least, Decimal(0)) for part in sections), Decimal(0))
        most = sum((_first(part.weight, part.most, total) for part in sections), Decimal(0))
        if not least <= total <= most:
            read = least if least > total else most
            raise ValueError(f"一级指标分值之和 {plain(read)} 不等于满分 {plain(total)}")
        return sections

    @field_validator("qualitative", "grades")
    @classmethod
    def _bands_cover(cls, bands: tuple[Band, ...], info: ValidationInfo) -> tuple[Band, ...]:
        top = Decimal(1) if info.field_name == "qualitative" else info.data.get("total")
        if bands and top is not None:
            check_cover(bands, Decimal(0), top)
        return bands


def _first(*values: Decimal | None) -> Decimal:
    return next(value for value in values if value is not None)


def _folder() -> Traversable:
    return resources.files("scoring").joinpath("schemes")


def ids() -> tuple[str, ...]:
    """The ids of the packaged schemes, sorted."""
    names = (entry.name for entry in _folder().iterdir())
    return tuple(sorted(name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX)))


@lru_cache(maxsize=64)
def load(scheme_id: str) -> Scheme:
    """The packaged scheme with this id.

    Raises:
        InputError: no such scheme; the message lists the known ids.
    """
    known = ids()
    if scheme_id not in known:
        near = _nearest(scheme_id, known)
        hint = f"，是不是「{near}」" if near else ""
        raise InputError("方案", f"没有「{scheme_id[:40]}」这个方案{hint}；可用的有：{'、'.join(known)}")
    return parse_scheme(_folder().joinpath(scheme_id + _SUFFIX).read_text("utf-8"), scheme_id + _SUFFIX)


def parse_scheme(text: str, origin: str) -> Scheme:
    """The scheme in the YAML text of a scheme file.

    Args:
        text: the whole file.
        origin: the file's name for messages.

    Raises:
        InputError: the file cannot be used; names the file, the line, the place and the reason.
    """
    try:
        return Scheme.model_validate(parse_mapping(text, origin))
    except ValidationError as error:
        first = error.errors()[0]
        row = first.get("ctx", {}).get("row")
        path = first["loc"] if row is None else (*first["loc"], row)
        label = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path)
        place = f"{origin} 第{_line_of(text, path)}行 {label.lstrip('.')}".rstrip()
        raise InputError(place, _problem(dict(first))) from error


def _line_of(text: str, path: Sequence[int | str]) -> int:
    """The line (from 1) of the deepest node on ``path`` that the file has."""
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    line = 1
    for part in path:
        if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        elif isinstance(node, yaml.MappingNode):
            found = [(key, value) for key, value in node.value if key.value == part]
            if not found:
                break
            line, node = found[0][0].start_mark.line + 1, found[0][1]
    return line


_PROBLEMS: Final = {
    "missing": "缺少此项",
    "string_too_short": "不能为空",
    "bool_parsing": "应为“是”或“否”",
    "decimal_parsing": "应为一个数",
    "decimal_type": "应为一个数",
    "int_parsing": "应为一个整数",
    "greater_than": "应大于 0",
    "greater_than_equal": "数值过小",
    "less_than_equal": "数值过大",
    "tuple_type": "应为一个列表，每项以“- ”开头",
    "dict_type": "应为“名称: 内容”的对照",
    "model_type": "应为“标签: 内容”的对照",
}


def _problem(error: dict[str, Any]) -> str:
    kind, read = error["type"], error.get("input")
    seen = f"，读到「{read[:30]}」" if isinstance(read, str) and read else ""
    if kind in ("value_error", "row"):
        return str(error["msg"]).removeprefix("Value error, ")
    if kind == "extra_forbidden":
        return "没有这个标签" + _hint(str(error["loc"][-1]), _labels(error["loc"]))
    if kind == "literal_error":
        allowed = [word.strip("'") for word in error["ctx"]["expected"].replace(" or ", ", ").split(", ")]
        return f"应为 {'、'.join(allowed)} 之一{seen}" + _hint(str(read), allowed)
    return _PROBLEMS.get(kind, str(error["msg"])) + seen


def _hint(word: str, allowed: Sequence[str]) -> str:
    near = _nearest(word, allowed)
    return f"，是不是「{near}」" if near else f"，可用的有：{'、'.join(allowed)}"


def _nearest(word: str, allowed: Sequence[str]) -> str | None:
    """The allowed word that shares most characters with ``word``, if it shares half of its own."""
    common = {known: len(set(word) & set(known)) for known in allowed}
    near = max(allowed, key=lambda known: (common[known], -abs(len(known) - len(word))), default=None)
    return near if near is not None and 2 * common[near] >= len(set(near)) else None


def _labels(path: Sequence[int | str]) -> list[str]:
    """The labels allowed where the last key of ``path`` stands."""
    model: Any = Scheme
    for part in path[:-1]:
        if isinstance(part, int):
            continue
        fields = {field.alias: field.annotation for field in model.model_fields.values()}
        model = next(iter(_models(fields.get(part))), model)
    return [field.alias for field in model.model_fields.values()]


def _models(annotation: Any) -> list[type[Part]]:
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return [annotation]
    return [model for inner in getattr(annotation, "__args__", ()) for model in _models(inner)]
