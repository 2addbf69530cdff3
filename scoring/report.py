"""The report: what the writer entered, under the official form's own labels, and nothing computed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Final

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    model_validator,
)

from scoring.characters import size, writable
from scoring.errors import InputError

NARRATIVES: Final = ("主要绩效", "主要问题", "改进措施")
"""The labels of the three narratives, in the form's order."""

MONEY_LABELS: Final = ("当年预算数", "上年预算金额", "预算执行数")
"""The labels of the money fields, all in 元."""

# 211,820.00 · -4660 · 97.8
_DECIMAL = re.compile(r"[-+]?\d+(,\d{3})*(\.\d+)?|[-+]?\.\d+")
_MAX_DIGITS = 30
# Far beyond any report. The check takes time in proportion to the numbers of the texts times the facts.
_LONGEST_TEXT = 2_000_000
_MOST_TEXT = 5_000_000
_MOST_ROWS = 5000
_MOST_FACTS = 2000


def parse_decimal(raw: str, suffixes: tuple[str, ...] = ()) -> Decimal:
    """Read a Decimal out of its literal text (full-width digits and thousands separators allowed).

    Args:
        raw: the text as entered, e.g. ``211,820.00``.
        suffixes: units that may follow and are dropped, e.g. ``("元",)``.

    Raises:
        ValueError: the text is not one plain number.
    """
    text = unicodedata.normalize("NFKC", raw).strip().replace("−", "-")
    for suffix in suffixes:
        text = text.removesuffix(suffix).rstrip()
    if not _DECIMAL.fullmatch(text) or len(text) > _MAX_DIGITS:
        raise ValueError(f"应为一个数，读到「{raw[:_MAX_DIGITS]}」")
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation as error:  # pragma: no cover - the pattern admits only decimals
        raise ValueError(f"应为一个数，读到「{raw}」") from error


def _literal(raw: object, suffixes: tuple[str, ...] = ()) -> Decimal | None:
    if raw is None or isinstance(raw, Decimal):
        return raw
    if isinstance(raw, bool | float):
        raise ValueError("应给出数的原文，不能经浮点数转换")
    if isinstance(raw, str | int):
        return parse_decimal(str(raw), suffixes) if str(raw).strip() else None
    raise ValueError("应为一个数，读到一组内容")


def _rate(raw: object) -> Decimal | None:
    """97.80% → 0.9780; the printed places stay visible in the exponent."""
    if not isinstance(raw, str) or not raw.strip():
        return _literal(raw)
    text = unicodedata.normalize("NFKC", raw).strip()
    value = parse_decimal(text, ("%",))
    as_percent = text.endswith("%") or value > Decimal("1.5")
    return value.scaleb(-2) if as_percent else value


def _text(raw: object) -> str:
    if raw is None:
        return ""
    if isinstance(raw, str):
        return _bounded(raw)
    if isinstance(raw, Decimal | int) and not isinstance(raw, bool):
        return str(raw)
    raise ValueError("应为文字，读到一组内容")


def _bounded(text: str) -> str:
    if len(text) > _LONGEST_TEXT:
        raise ValueError(f"有{len(text)}字，超过{_LONGEST_TEXT}字，请确认内容")
    return text


def _lines(raw: object) -> object:
    """A list of texts; a block of text is cut into its lines."""
    if raw is None:
        return ()
    if isinstance(raw, str):
        return tuple(line.strip() for line in raw.splitlines() if line.strip())
    return raw


def _none_to_empty(raw: object) -> object:
    return () if raw is None else raw


def _none_to_mapping(raw: object) -> object:
    return {} if raw is None else raw


def rate_text(rate: Decimal) -> str:
    """The printed form of a rate: 0.9780 → 97.80%."""
    return f"{rate.scaleb(2):f}%"


Text = Annotated[str, BeforeValidator(_text)]
Number = Annotated[Decimal | None, BeforeValidator(lambda raw: _literal(raw, ("分",)))]
Money = Annotated[Decimal | None, BeforeValidator(lambda raw: _literal(raw, ("元",)))]
Rate = Annotated[
    Decimal | None,
    BeforeValidator(_rate),
    PlainSerializer(lambda rate: None if rate is None else rate_text(rate)),
]
Texts = Annotated[tuple[Text, ...], Field(max_length=_MOST_ROWS), BeforeValidator(_lines)]
Targets = Annotated[tuple[Text, ...], Field(max_length=_MOST_FACTS), BeforeValidator(_lines)]
Confirmation = Annotated[
    bool, BeforeValidator(lambda raw: raw if isinstance(raw, bool) else _text(raw).strip() in ("是", "true"))
]


class _Entered(BaseModel):
    """What a person entered: labels are the form's, unknown keys are kept in ``model_extra``."""

    model_config = ConfigDict(frozen=True, extra="allow", populate_by_name=True)

    @classmethod
    def labels(cls) -> dict[str, str]:
        """Field name → label on the form."""
        return {name: field.alias or name for name, field in cls.model_fields.items()}

    @property
    def unknown(self) -> Mapping[str, Any]:
        """Keys that the form does not have, with their values as loaded."""
        return self.model_extra or {}

    @model_validator(mode="before")
    @classmethod
    def _written(cls, data: Any) -> Any:
        return writable(data)


class Metric(_Entered):
    """One row of 数据: a fact that the writer enters and answers for.

    ``value`` and ``last_year_value`` are in ``unit`` (家次, 万元, % …); ``parts`` names the metrics that
    add up to this one (其中); ``unconfirmed`` marks a row that an importer proposed from the form's own
    text and nobody confirmed (待确认).
    """

    name: Text = Field(alias="名称", min_length=1)
    value: Number = Field(None, alias="数值")
    unit: Text = Field("", alias="单位")
    target: Text = Field("", alias="目标")
    source: Text = Field("", alias="来源")
    last_year_value: Number = Field(None, alias="上年值")
    parts: Texts = Field((), alias="其中")
    aliases: Texts = Field((), alias="别名")
    unconfirmed: Confirmation = Field(False, alias="待确认")


class Indicator(_Entered):
    """One row of 指标: weight and self score in 分; target and actual values as printed on the form."""

    first_level: Text = Field("", alias="一级指标")
    second_level: Text = Field("", alias="二级指标")
    name: Text = Field("", alias="指标名称")
    explanation: Text = Field("", alias="指标解释")
    target_value: Text = Field("", alias="年度指标值")
    actual_value: Text = Field("", alias="实际完成值")
    weight: Number = Field(None, alias="权重")
    self_score: Number = Field(None, alias="自评分")
    deviation_reason: Text = Field("", alias="偏差原因")
    note: Text = Field("", alias="备注")


class Disposition(_Entered):
    """A finding that the writer sets aside, with the reason (忽略).

    ``place`` is a field label; where it is empty the rule is set aside in the whole report.
    """

    rule: Text = Field(alias="规则", min_length=1)
    place: Text = Field("", alias="位置")
    reason: Text = Field("", alias="理由")


class Report(_Entered):
    """A 项目绩效自评价 as entered: money in 元, scores in 分, ``execution_rate`` as a fraction (0.9780).

    Everything the core recomputes (rate, total, grade) is held here only as the writer entered it.
    ``import_notes`` (导入提示) is what an importer saw and the form has no field for; ``draft_record``
    (草稿记录) is who wrote each section and what each sentence rests on; ``locked`` (锁定) are sentences
    that no revision may change; ``reviewed`` (已核对) are the digests of the numbers a person checked.
    """

    scheme: Text = Field(alias="方案", min_length=1)
    year: int = Field(alias="年度", ge=1990, le=2100)
    project: Text = Field(alias="项目名称", min_length=1)
    budget_unit: Text = Field(alias="预算单位", min_length=1)
    sector: Text = Field("", alias="领域")
    office: Text = Field("", alias="具体实施处室")
    recurring: Text = Field("", alias="经常性项目")
    budget: Money = Field(None, alias="当年预算数")
    last_year_budget: Money = Field(None, alias="上年预算金额")
    executed: Money = Field(None, alias="预算执行数")
    execution_rate: Rate = Field(None, alias="预算执行率")
    overall_goal: Text = Field("", alias="项目总目标")
    targets: Targets = Field((), alias="年度目标")
    assessed_on: Text = Field("", alias="自评时间")
    grade: Text = Field("", alias="绩效等级")
    total: Number = Field(None, alias="合计")
    indicators: Annotated[tuple[Indicator, ...], BeforeValidator(_none_to_empty)] = Field(
        (), alias="指标", max_length=_MOST_ROWS
    )
    first_level_weights: Annotated[dict[str, Number], BeforeValidator(_none_to_mapping)] = Field(
        {}, alias="一级指标分值"
    )
    metrics: Annotated[tuple[Metric, ...], BeforeValidator(_none_to_empty)] = Field(
        (), alias="数据", max_length=_MOST_FACTS
    )
    achievements: Text = Field("", alias="主要绩效")
    problems: Text = Field("", alias="主要问题")
    measures: Text = Field("", alias="改进措施")
    secrecy: Text = Field("", alias="密级")
    dispositions: Annotated[tuple[Disposition, ...], BeforeValidator(_none_to_empty)] = Field(
        (), alias="忽略", max_length=_MOST_ROWS
    )
    locked: Texts = Field((), alias="锁定")
    reviewed: Texts = Field((), alias="已核对")
    import_notes: Any = Field(None, alias="导入提示")
    draft_record: Any = Field(None, alias="草稿记录")

    @model_validator(mode="before")
    @classmethod
    def _not_too_much(cls, data: Any) -> Any:
        if (characters := size(data)) > _MOST_TEXT:
            raise ValueError(f"全部内容有{characters}字，超过{_MOST_TEXT}字，请确认内容")
        return data

    @model_validator(mode="before")
    @classmethod
    def _year_text(cls, data: Any) -> Any:
        if isinstance(data, Mapping) and isinstance(raw := data.get("年度"), str):
            digits = unicodedata.normalize("NFKC", raw).strip().removesuffix("度").removesuffix("年")
            return {**data, "年度": digits}
        return data

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any], origin: str = "") -> Report:
        """The report in a mapping of form labels to literal texts (as a report file holds them).

        Args:
            mapping: labels → texts, lists and mappings.
            origin: the file's name, put before the place in an error.

        Raises:
            InputError: a required label is missing or a field cannot be read; names the place.
        """
        try:
            return cls.model_validate(dict(mapping))
        except ValidationError as error:
            place, problem = _in_chinese(error)
            raise InputError(f"{origin} {place}".strip(), problem) from error

    def to_mapping(self) -> dict[str, Any]:
        """Form labels → values, in the form's order; optional keys only where they hold something."""
        return _dump(self, keep=_ALWAYS_WRITTEN)

    def narrative(self, label: str) -> str:
        """The text of the narrative with the form label ``label``."""
        return str(getattr(self, NARRATIVE_FIELDS[label]))

    def with_narrative(self, label: str, text: str) -> Report:
        """The same report with another text under one narrative's label.

        Raises:
            InputError: the text is longer than any narrative.
        """
        try:
            _bounded(text)
        except ValueError as error:
            raise InputError(label, str(error)) from error
        return self.model_copy(update={NARRATIVE_FIELDS[label]: text})

    def money_fields(self) -> Iterator[tuple[str, Decimal]]:
        """The filled money fields, label and amount in 元."""
        for label, amount in zip(
            MONEY_LABELS, (self.budget, self.last_year_budget, self.executed), strict=True
        ):
            if amount is not None:
                yield label, amount


NARRATIVE_FIELDS: Final = dict(zip(NARRATIVES, ("achievements", "problems", "measures"), strict=True))
"""Narrative label → field name of Report."""

_OPTIONAL_KEYS = {"sector", "secrecy", "dispositions", "locked", "reviewed", "import_notes", "draft_record"}
_ALWAYS_WRITTEN: Final = frozenset(Report.model_fields) - _OPTIONAL_KEYS


def _dump(entered: _Entered, keep: frozenset[str] = frozenset()) -> dict[str, Any]:
    dumped: dict[str, Any] = {}
    for name, label in type(entered).labels().items():
        value = getattr(entered, name)
        if name not in keep and value in (None, "", (), False):
            continue
        dumped[label] = _plain(value)
    if isinstance(entered, Report) and entered.execution_rate is not None:
        dumped["预算执行率"] = rate_text(entered.execution_rate)
    if isinstance(entered, Metric) and entered.unconfirmed:
        dumped["待确认"] = "是"
    return dumped | dict(entered.unknown)


def _plain(value: Any) -> Any:
    if isinstance(value, _Entered):
        keep = frozenset({"first_level", "name", "explanation", "weight", "self_score", "note"})
        return _dump(value, keep if isinstance(value, Indicator) else frozenset())
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


_PROBLEMS: Final = {
    "missing": "缺少此项，必须填写",
    "string_too_short": "不能为空",
    "int_parsing": "应为四位年份",
    "int_parsing_size": "应为四位年份",
    "int_type": "应为四位年份",
    "int_from_float": "应为四位年份",
    "greater_than_equal": "应为 1990 至 2100 之间的年份",
    "less_than_equal": "应为 1990 至 2100 之间的年份",
    "too_long": "超过{max_length}项，请确认内容",
    "tuple_type": "应为一个列表，每项以“- ”开头",
    "dict_type": "应为“名称: 数值”的对照",
    "model_type": "应为“标签: 内容”的对照",
}


def _in_chinese(error: ValidationError) -> tuple[str, str]:
    """The first problem that pydantic found: (place in form labels, what is wrong)."""
    first = error.errors()[0]
    place = ""
    for part in first["loc"]:
        place += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if place else part
    read = first.get("input")
    seen = f"，读到「{read[:30]}」" if isinstance(read, str) and read else ""
    if first["type"] == "value_error":
        return place, first["msg"].removeprefix("Value error, ")
    problem = _PROBLEMS.get(first["type"], "填写的内容无法读取")
    return place, problem.format(**first.get("ctx", {})) + seen
