"""Where a form differs from its score card: each field with what was entered, what is right, and why."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from scoring.decimals import plain, rounded, shown
from scoring.execution import why_no_rate
from scoring.report import Report, rate_text
from scoring.row_score import NO_TARGET, RowScore
from scoring.scheme_rules import Section
from scoring.scorecard import Difference, Scorecard


def find_differences(report: Report, card: Scorecard) -> Iterator[Difference]:
    """Every difference between ``report`` and its ``card``, in the order of the form."""
    yield from _rate(report, card)
    if card.is_foreign:
        yield from _foreign(card)
        return
    yield from _grade(report, card)
    yield from _total(report, card)
    yield from _weights(report, card)
    has_no_targets = _lacks_targets(card)
    if has_no_targets:
        message = "各行都没有填年度指标值，无法按指标值复核，暂按自评分计，请补填年度指标值和实际完成值"
        yield Difference("指标", None, None, message)
    for row in card.rows:
        if not (has_no_targets and row.obstacle == NO_TARGET):
            yield from _row(row, card)


def _lacks_targets(card: Scorecard) -> bool:
    """Whether the form has no 年度指标值 at all, which is said once."""
    asked = [row for row in card.rows if row.obstacle == NO_TARGET]
    return len(asked) > 1 and not any(row.indicator.target_value.strip() for row in card.rows)


def _foreign(card: Scorecard) -> Iterator[Difference]:
    """A form of other sections: only the execution rate can be scored."""
    labels = "、".join(dict.fromkeys(row.indicator.first_level.strip() for row in card.rows))
    own = "、".join(section.name for section in card.scheme.sections)
    message = f"表中的一级指标（{labels}）与「{card.scheme.name}」的（{own}）不对应，不适用，算不出合计和等级"
    yield Difference("指标", None, None, message)
    earned = card.money_row.computed if card.money_row else None
    for row in card.rows:
        if row.topic == "执行率" and earned is not None and card.money_row is not None:
            message = (
                f"「{row.indicator.name}」表中权重 {shown(row.weight)}，该方案预算执行率单列 "
                f"{shown(card.money_row.weight)} 分，按{_rule_name(card)}计为 {plain(earned)} 分"
            )
            entered = shown(row.entered)
            yield Difference(row.place("自评分"), entered, plain(earned), message)


def _rule_name(card: Scorecard) -> str:
    return card.scheme.execution.rule if card.scheme.execution else ""


def _rate(report: Report, card: Scorecard) -> Iterator[Difference]:
    rate, entered = card.execution_rate, report.execution_rate
    if rate is None:
        field, message = why_no_rate(report)
        amount = report.budget if field == "当年预算数" else report.executed
        yield Difference(field, None if amount is None else f"{amount:f}", None, message)
    elif entered is not None:
        places = max(-int(entered.as_tuple().exponent), 2)
        right = rounded(rate, places)
        if right != entered:
            message = (
                f"预算执行数 {report.executed:f} ÷ 当年预算数 {report.budget:f} = {rate_text(right)}，"
                f"填的是 {rate_text(entered)}"
            )
            yield Difference("预算执行率", rate_text(entered), rate_text(right), message)


def _grade(report: Report, card: Scorecard) -> Iterator[Difference]:
    entered, scheme = report.grade.strip(), card.scheme
    if not entered or not scheme.grades:
        return
    if card.grade is None:
        why = "合计算不出" if card.total is None else f"合计 {plain(card.total)} 分还缺分值或超出满分"
        yield Difference("绩效等级", entered, None, f"{why}，定不了等级，填的是「{entered}」")
        return
    if entered == card.grade or card.total is None:
        return
    words = "、".join(f"{band.label}" for band in scheme.grades)
    if scheme.canonical_grade(entered) == card.grade:
        message = f"等级说明的用语是{words}，填的「{entered}」应写作「{card.grade}」"
    else:
        message = f"合计 {plain(card.total)} 分应为「{card.grade}」，填的是「{entered}」"
        if scheme.canonical_grade(entered) not in words.split("、"):
            message += f"，等级说明的用语是{words}"
    yield Difference("绩效等级", entered, card.grade, message)


def _total(report: Report, card: Scorecard) -> Iterator[Difference]:
    entered, scheme = report.total, card.scheme
    if not scheme.is_scored:
        if entered is not None:
            yield Difference("合计", plain(entered), None, f"「{scheme.name}」不打分，填的合计没有依据")
        return
    if card.total is None:
        yield Difference("指标", None, None, "没有填写带自评分的指标，算不出合计和绩效等级，请补填指标")
        return
    caps = [cap.at_most for cap in scheme.execution.caps] if scheme.execution else []
    if entered is None or entered == card.total:
        return
    by_self = sum((row.entered for row in card.rows if row.entered is not None), Decimal(0))
    how = "各行自评分相加" if by_self == card.total else f"按指标值计分（自评分相加为 {plain(by_self)}）"
    capped = "，并按预算执行率封顶" if card.total in caps else ""
    message = f"{how}{capped}得 {plain(card.total)} 分，填的合计是 {plain(entered)} 分"
    yield Difference("合计", plain(entered), plain(card.total), message)


def _weights(report: Report, card: Scorecard) -> Iterator[Difference]:
    scheme = card.scheme
    for section in card.sections:
        place = f"一级指标分值.{section.name}"
        declared, weight = shown(section.declared), shown(section.weight)
        if section.declared is not None and section.declared != section.weight:
            message = (
                f"「{section.name}」下没有带权重的指标，分值却印为 {declared}"
                if section.weight is None
                else f"「{section.name}」各行权重相加为 {weight}，印的分值是 {declared}"
            )
            yield Difference(place, declared, weight, message)
    for part, weight_there in fixed_weights(card):
        if part.weight is not None and weight_there != part.weight:
            right, found = plain(part.weight), plain(weight_there)
            message = f"「{scheme.name}」规定「{part.name}」为 {right} 分，各行权重相加为 {found}"
            yield Difference(f"一级指标分值.{part.name}", found, right, message)
    total = sum((section.weight for section in card.sections if section.weight is not None), Decimal(0))
    if scheme.is_scored and card.rows and total != scheme.total:
        message = f"各行权重相加为 {plain(total)}，应等于满分 {plain(scheme.total)}"
        yield Difference("权重合计", plain(total), plain(scheme.total), message)


def fixed_weights(card: Scorecard) -> Iterator[tuple[Section, Decimal]]:
    """The scheme's sections of fixed weight that the form has, each with the weight it has there."""
    for part in card.scheme.sections:
        own = [section.weight for section in card.sections if part.is_named(section.name)]
        present = [weight for weight in own if weight is not None]
        if part.weight is not None and present and not card.scheme.weights_adjustable:
            yield part, sum(present, Decimal(0))


def _row(row: RowScore, card: Scorecard) -> Iterator[Difference]:
    scheme, name = card.scheme, row.indicator.name.strip() or f"第{row.number}行"
    if not scheme.is_scored:
        return
    place, weight = row.place("自评分"), row.weight or Decimal(0)
    entered = shown(row.entered)
    if row.weight is not None and row.weight < 0:
        yield Difference(row.place("权重"), plain(row.weight), None, f"「{name}」的权重不能为负")
    elif row.entered is not None and not 0 <= row.entered <= weight:
        message = f"「{name}」自评 {entered} 分，应在 0 与权重 {plain(weight)} 之间"
        yield Difference(place, entered, None, message)
    if row.computed is not None:
        yield from _computed(row, name, card)
    elif row.obstacle and (row.topic != "执行率" or scheme.basis == "指标值"):
        kept = f"，暂按自评分 {entered} 分计" if entered is not None else "，未计入合计"
        yield Difference(place, entered, None, f"「{name}」{row.obstacle}{kept}")
    elif row.entered is None and weight > 0:
        message = f"「{name}」权重 {plain(weight)}，没有填自评分，未计入合计"
        yield Difference(place, None, None, message)
    elif row.band is not None and row.entered is not None:
        yield from _banded(row, name, weight)


def _computed(row: RowScore, name: str, card: Scorecard) -> Iterator[Difference]:
    """The row's own values against its self score."""
    assert row.computed is not None
    assert row.weight is not None
    right = row.computed
    if row.entered is None:
        message = f"「{name}」没有填自评分，{_why(row, card)}为 {plain(right)} 分"
        yield Difference(row.place("自评分"), None, plain(right), message)
    elif right != row.entered:
        off = "高出" if row.entered > right else "少计"
        message = (
            f"「{name}」{_why(row, card)}为 {plain(right)} 分，自评 {plain(row.entered)} 分，"
            f"{off} {plain(abs(row.entered - right))} 分"
        )
        yield Difference(row.place("自评分"), plain(row.entered), plain(right), message)


def _why(row: RowScore, card: Scorecard) -> str:
    weight = plain(row.weight or Decimal(0))
    rule = card.scheme.execution
    if row.topic == "执行率" and card.execution_rate is not None and rule is not None:
        rate = rate_text(rounded(card.execution_rate, 2 + card.scheme.rounding.rate))
        how = "方案未写明计分办法，建议按比例计" if rule.only_advised else f"按{rule.rule}计"
        return f"预算执行率 {rate}，权重 {weight}，{how}"
    if row.topic == "指标":
        return f"完成 {row.indicator.actual_value.strip()}，按方案对该指标的规则计，"
    target, actual = row.indicator.target_value.strip(), row.indicator.actual_value.strip()
    return f"指标值 {target}、完成 {actual}，权重 {weight}，按{row.topic}规则计"


def _banded(row: RowScore, name: str, weight: Decimal) -> Iterator[Difference]:
    """A qualitative row whose self score lies outside the band that its own words name."""
    assert row.band is not None
    assert row.entered is not None
    low, high = row.band.low * weight, row.band.high * weight
    is_top = row.band.high == 1
    if low <= row.entered < high or (is_top and row.entered == high):
        return
    message = (
        f"「{name}」写明「{row.indicator.actual_value.strip()[:20]}」，应得 {plain(low)} 至 {plain(high)} 分"
        f"{'' if is_top else '（不含）'}，自评 {plain(row.entered)} 分"
    )
    yield Difference(row.place("自评分"), plain(row.entered), None, message)
