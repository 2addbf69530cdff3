"""Changes of a report as the page sends them: a field, the rows of a table, a text, a correction."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from scoring.errors import InputError
from scoring.report import Disposition, Indicator, Metric, Report
from ui.page.show.grids import LISTS

Row = Mapping[str, Any]
_ROW_FIELD = re.compile(r"([^\[\]]+)\[(\d+)\](?:\.(.+))?")
_NAMES_APART = re.compile("[、，,;；]\\s*")


def with_field(report: Report, label: str, value: str) -> Report:
    """The report with another text in one field of the sheet.

    A changed 年度 makes every metric unconfirmed: last year's figures are not this year's.

    Raises:
        InputError: the text cannot be read as that field; the problem alone is its ``problem``.
    """
    if label not in Report.labels().values():
        raise InputError(label, "表中没有这一项")
    changed = Report.from_mapping(
        {**report.to_mapping(), label: value.strip() if "\n" not in value else value}
    )
    if changed.year != report.year:
        metrics = tuple(metric.model_copy(update={"unconfirmed": True}) for metric in changed.metrics)
        return changed.model_copy(update={"metrics": metrics})
    return changed


def with_rows(report: Report, grid: str, rows: Sequence[Row]) -> tuple[Report, list[int], dict[str, str]]:
    """The report with other rows in 数据 or 指标.

    Args:
        report: the report before.
        grid: 数据 or 指标.
        rows: ``{"cells": {label: text}, "extra": {unknown key: value}}`` in order; empty ones are left out.

    Returns:
        The report; the table's row (from 0) of each row that the report now has; and what could not be
        read, by "row.label" of the table. Such a cell is empty in the report, a metric without a name
        is not in it.
    """
    model: type[Metric] | type[Indicator] = Metric if grid == "数据" else Indicator
    kept: list[Any] = []
    placed: list[int] = []
    wrong: dict[str, str] = {}
    for number, row in enumerate(rows):
        made = _row(model, row, number, wrong)
        if made is not None:
            kept.append(made)
            placed.append(number)
    field = "metrics" if grid == "数据" else "indicators"
    return report.model_copy(update={field: tuple(kept)}), placed, wrong


def _row(
    model: type[Metric] | type[Indicator], row: Row, number: int, wrong: dict[str, str]
) -> Metric | Indicator | None:
    labels = set(model.labels().values())
    texts = {label: str(text).strip() for label, text in row["cells"].items() if label in labels}
    if not any(texts.values()):
        return None
    mapping: dict[str, Any] = {
        key: held for key, held in (row.get("extra") or {}).items() if key not in labels
    }
    for label, text in texts.items():
        mapping[label] = [part for part in _NAMES_APART.split(text) if part] if label in LISTS else text
    for _ in range(len(mapping) + 1):
        try:
            return model.model_validate(mapping)
        except ValidationError as error:
            label, problem = _problem(error)
            wrong[f"{number}.{label}"] = problem
            if label not in mapping or label == "名称":
                return None
            del mapping[label]
    return None


def _problem(error: ValidationError) -> tuple[str, str]:
    first = error.errors()[0]
    label = str(first["loc"][0]) if first["loc"] else "名称"
    if first["type"] in ("string_too_short", "missing"):
        return label, "请填写名称"
    return label, first["msg"].removeprefix("Value error, ")


def corrected(
    report: Report, field: str, start: int | None, end: int | None, text: str, expected: str
) -> Report:
    """The report with ``expected`` in place of ``text`` at code points [start, end) of a field.

    ``field`` is any label of the form: 主要绩效, 绩效等级, 指标[4].自评分, 年度目标[2]. Without ``start`` the whole
    field is replaced.

    Raises:
        InputError: there is no such field, the text there is another by now, or the new one cannot be read.
    """
    label, number, part = _taken_apart(field)
    mapping = report.to_mapping()
    held = mapping.get(label)
    if number is None:
        return Report.from_mapping({**mapping, label: _replaced(field, held, start, end, text, expected)})
    if not isinstance(held, list) or not 0 < number <= len(held):
        raise InputError(field, "这一行已经不在，请重新核对")
    row = held[number - 1]
    if isinstance(row, dict):
        changed: Any = {**row, part: _replaced(field, row.get(part), start, end, text, expected)}
    else:
        changed = _replaced(field, row, start, end, text, expected)
    return Report.from_mapping({**mapping, label: [*held[: number - 1], changed, *held[number:]]})


def _taken_apart(field: str) -> tuple[str, int | None, str]:
    found = _ROW_FIELD.fullmatch(field)
    return (found[1], int(found[2]), found[3] or "") if found else (field, None, "")


def _replaced(field: str, held: Any, start: int | None, end: int | None, text: str, expected: str) -> str:
    whole = "" if held is None else str(held)
    if start is None or end is None:
        return expected
    if whole[start:end] != text:
        raise InputError(field, "这处文字已经改动，请重新核对后再改")
    return f"{whole[:start]}{expected}{whole[end:]}"


def with_disposition(report: Report, rule: str, place: str, reason: str) -> Report:
    """The report with a finding set aside.

    Raises:
        InputError: no reason is given.
    """
    if not reason.strip():
        raise InputError("忽略", "请写明理由")
    entry = Disposition(rule=rule, place=place, reason=reason.strip())
    kept = tuple(one for one in report.dispositions if (one.rule, one.place) != (rule, place))
    return report.model_copy(update={"dispositions": (*kept, entry)})


def without_disposition(report: Report, index: int) -> Report:
    """The report with a finding taken up again."""
    kept = tuple(entry for n, entry in enumerate(report.dispositions) if n != index)
    return report.model_copy(update={"dispositions": kept})


def confirmed(report: Report, row: int | None) -> Report:
    """The report with one metric confirmed (``row`` from 1), or all of them."""
    metrics = tuple(
        metric.model_copy(update={"unconfirmed": False}) if row in (None, number) else metric
        for number, metric in enumerate(report.metrics, 1)
    )
    return report.model_copy(update={"metrics": metrics})


def with_metric(report: Report, name: str, value: str, unit: str) -> Report:
    """The report with one more metric at the end of 数据, to be named and sourced by the writer."""
    metric = Metric.model_validate({"名称": name, "数值": value, "单位": unit, "待确认": "是"})
    return report.model_copy(update={"metrics": (*report.metrics, metric)})
