"""F25–F30: the rows of 数据: each metric once, with a value, its parts known and adding up."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from scoring.answers import own_target
from scoring.decimals import plain
from scoring.finding import Finding
from scoring.numbers.vocabulary import unit_of
from scoring.reading import Reading
from scoring.report import Metric, Report
from scoring.rules.base import rule


def _metrics(report: Report) -> list[tuple[int, Metric]]:
    return list(enumerate(report.metrics, 1))


def _by_name(report: Report) -> dict[str, Metric]:
    return {name: metric for metric in report.metrics for name in (*metric.aliases, metric.name)}


def _shown(metric: Metric) -> str:
    return f"{metric.value:f}{metric.unit}" if metric.value is not None else "（空）"


@rule("F25", "error")
def metric_twice(reading: Reading) -> Iterator[Finding]:
    """数据里同一个名称录了两次。

    反例：检查企业录了两次
    正例：每项数据只录一次
    依据：同一事实只能有一个数。
    处理：删去重复的一行；不是同一回事的，改用不同名称。
    """
    first: dict[str, tuple[int, Metric]] = {}
    for number, metric in _metrics(reading.report):
        name = metric.name.strip()
        if name in first:
            earlier, before = first[name]
            yield Finding(
                f"数据[{number}].名称",
                f"「{name}」录了两次：第{earlier}行{_shown(before)}，第{number}行{_shown(metric)}。",
                0,
                len(metric.name),
                metric.name,
                metric=metric.name,
                advice="删去重复的一行，或改用不同名称",
            )
        else:
            first[name] = (number, metric)


@rule("F26", "warning")
def metric_without_value(reading: Reading) -> Iterator[Finding]:
    """数据里有一行没有数值。

    反例：检查企业没有数值
    正例：数值为零也是数值
    依据：没有数值的数据不能作为依据。
    处理：补填数值，或删去这一行。
    """
    for number, metric in _metrics(reading.report):
        if metric.value is None:
            message = f"数据「{metric.name}」没有数值。"
            yield Finding(
                f"数据[{number}].数值", message, metric=metric.name, advice="补填数值，或删去这一行"
            )


@rule("F27", "error")
def part_unknown(reading: Reading) -> Iterator[Finding]:
    """“其中”写的分项在数据里没有。

    反例：其中的一般程序案件没有录入
    正例：其中的分项都已录入
    依据：分项要能与总数核对。
    处理：补录这个分项，或改正分项的名称。
    """
    known = _by_name(reading.report)
    for number, metric in _metrics(reading.report):
        for place, part in enumerate(metric.parts, 1):
            if part not in known:
                near = next((name for name in known if part in name or name in part), None)
                hint = f"，是不是「{near}」" if near and near != metric.name else ""
                yield Finding(
                    f"数据[{number}].其中[{place}]",
                    f"「{metric.name}」的其中项「{part}」在数据里没有{hint}。",
                    0,
                    len(part),
                    part,
                    metric=metric.name,
                    advice="补录这个分项，或改正名称",
                )


@rule("F28", "error")
def parts_do_not_add_up(reading: Reading) -> Iterator[Finding]:
    """分项之和不等于总数。

    反例：分项21加2不等于24
    正例：分项22加2等于24
    依据：总数应等于各分项之和。
    处理：核对总数和各分项，改正录错的一项；分项没有列全的，补全或删去“其中”。
    """
    known = _by_name(reading.report)
    for number, metric in _metrics(reading.report):
        parts = [known[part] for part in metric.parts if part in known]
        total = _base(metric)
        values = [_base(part) for part in parts]
        bases = {unit_of(part.unit).base for part in (metric, *parts)}
        if total is None or not parts or len(parts) < len(metric.parts) or len(bases) > 1 or "%" in bases:
            continue
        present = [value for value in values if value is not None]
        added = sum(present, Decimal(0))
        if len(present) == len(parts) and added != total:
            factor = unit_of(metric.unit).factor
            sum_text = " + ".join(f"{_shown(part)}" for part in parts)
            yield Finding(
                f"数据[{number}].数值",
                f"「{metric.name}」的分项 {sum_text} = {plain(added / factor)}{metric.unit}，"
                f"总数录的是{_shown(metric)}，相差{plain(abs(added - total) / factor)}{metric.unit}。",
                metric=metric.name,
                expected=f"{plain(added / factor)}{metric.unit}",
                advice="核对总数和各分项，改正录错的一项",
            )


def _base(metric: Metric) -> Decimal | None:
    return None if metric.value is None else metric.value * unit_of(metric.unit).factor


@rule("F29", "error")
def actual_value_contradicts_metric(reading: Reading) -> Iterator[Finding]:
    """指标的实际完成值与数据里同名的一项不一致。

    反例：1252家次
    正例：1225家次
    依据：同一事实在表内各处应当一致。
    处理：核对后改正指标的实际完成值或数据的数值。
    """
    known = _by_name(reading.report)
    for number, row in enumerate(reading.report.indicators, 1):
        metric = known.get(row.name.strip())
        if metric is None or metric.value is None or not row.actual_value.strip():
            continue
        stated = own_target(row.actual_value, metric.unit)
        actual = stated.in_unit(metric.value, metric.unit) if stated.value is not None else None
        if actual is not None and stated.value_to is None and actual != stated.goal:
            yield Finding(
                f"指标[{number}].实际完成值",
                f"「{row.name}」的实际完成值填「{row.actual_value}」，数据录的是{_shown(metric)}。",
                0,
                len(row.actual_value),
                row.actual_value,
                metric=metric.name,
                expected=_shown(metric),
                advice="核对后改正其中一处",
            )


@rule("F30", "warning")
def unit_of_parts_differs(reading: Reading) -> Iterator[Finding]:
    """总数与分项用了不同的计量单位，像是同一类事却混用两个单位。

    反例：立案24起，分项用件
    正例：立案24起，分项也用起
    依据：同一指标应使用同一计量单位。
    处理：统一单位，如都用“起”或都用“件”。
    """
    known = _by_name(reading.report)
    for number, metric in _metrics(reading.report):
        units = {metric.unit: metric.name}
        for part in metric.parts:
            if part in known and known[part].unit:
                units.setdefault(known[part].unit, part)
        factors = {unit_of(unit).factor for unit in units}
        if metric.unit and len(units) > 1 and len(factors) == 1:
            told = "、".join(f"「{name}」用“{unit}”" for unit, name in units.items())
            yield Finding(
                f"数据[{number}].单位",
                f"总数与分项的单位不一致：{told}。",
                0,
                len(metric.unit),
                metric.unit,
                metric=metric.name,
                advice="统一为一个单位",
            )


RULES = (
    metric_twice,
    metric_without_value,
    part_unknown,
    parts_do_not_add_up,
    actual_value_contradicts_metric,
    unit_of_parts_differs,
)
