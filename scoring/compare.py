"""What a report would get under another scheme, and which article decides each difference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from scoring.decimals import plain, rounded, shown
from scoring.differences import fixed_weights
from scoring.execution import execution_score
from scoring.report import Report
from scoring.row_score import RowScore
from scoring.scheme import Scheme, ids, load
from scoring.score import score
from scoring.scorecard import Scorecard


@dataclass(frozen=True, slots=True)
class ComparisonLine:
    """One item that the two schemes treat differently.

    ``own`` and ``other`` are what each gives (scores as 得分/分值, grade words); None is 不适用, for the
    ``reason``. ``article`` is the other scheme's clause that decides.
    """

    item: str
    own: str | None
    other: str | None
    article: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A report under another scheme: total and grade where they can be computed, and each difference."""

    scheme: Scheme
    total: str | None
    grade: str | None
    differences: tuple[ComparisonLine, ...]

    def lines(self) -> Iterator[str]:
        """The comparison for people: what the report would get, then each difference and its article."""
        doubt = "" if self.scheme.is_verified else "　未核对"
        total = "不适用" if self.total is None else f"{self.total}分"
        yield f"{self.scheme.id}（{self.scheme.name}）{doubt}：合计{total}，绩效等级{self.grade or '不适用'}"
        for entry in self.differences:
            article = f"　依据：{entry.article}" if entry.article else ""
            change = entry.reason or f"{entry.own or '无'} → {entry.other or '无'}"
            yield f"  {entry.item}：{change}{article}"
        if not self.differences:
            yield "  没有不同"

    def to_json(self) -> dict[str, Any]:
        """The comparison as ``ziping score --compare --json`` prints it."""
        return {
            "scheme": self.scheme.id,
            "name": self.scheme.name,
            "verified": self.scheme.is_verified,
            "total": self.total,
            "grade": self.grade,
            "differences": [
                {
                    "item": line.item,
                    "own": line.own,
                    "other": line.other,
                    "article": line.article,
                    "reason": line.reason,
                }
                for line in self.differences
            ],
        }


def compare(
    report: Report, schemes: Iterable[Scheme] | None = None, own: Scheme | None = None
) -> tuple[Comparison, ...]:
    """What ``report`` would get under each of ``schemes``, beside what it gets under its own.

    Args:
        report: the report.
        schemes: the schemes to try, all packaged ones by default; the report's own is left out.
        own: the report's own scheme, where it is not a packaged one.

    Raises:
        InputError: ``own`` is not given and the report names no packaged scheme.
    """
    own = own or load(report.scheme)
    card = score(report, own)
    tried = map(load, ids()) if schemes is None else schemes
    return tuple(_compared(report, card, scheme) for scheme in tried if scheme.id != own.id)


def _compared(report: Report, own: Scorecard, scheme: Scheme) -> Comparison:
    other = score(report, scheme)
    obstacle = _obstacle(own, other)
    total = None if obstacle else shown(other.total)
    grade = None if obstacle else other.grade
    lines = [
        *_sections(own, scheme),
        _execution(report, own, scheme),
        *([] if other.is_foreign else _rows(own, other)),
        *_reasons(own, other),
        _total(own, other, total, obstacle),
        _grade(own, other, grade, obstacle),
    ]
    return Comparison(
        scheme, total, grade, tuple(line for line in lines if line.own != line.other or line.reason)
    )


def _obstacle(own: Scorecard, other: Scorecard) -> str:
    """Why the report's rows cannot be added up under the scheme, or an empty text."""
    scheme = other.scheme
    if not scheme.is_scored:
        return "该方案不打分，也不评等级"
    if scheme.sections and not _shared(own, scheme):
        return "一级指标不对应"
    strange = [label for label in _labels(own, scheme) if scheme.sections and not scheme.section_named(label)]
    if strange:
        return f"本表的{'、'.join(strange)}在该方案中没有对应的一级指标"
    for part, weight in fixed_weights(other):
        if weight != part.weight:
            right = plain(part.weight or Decimal(0))
            return f"分值不同：该方案「{part.name}」为 {right} 分，本表为 {plain(weight)} 分，须重新分配权重"
    return "" if other.total is not None else "没有可以计分的指标"


def _labels(own: Scorecard, scheme: Scheme) -> list[str]:
    """The 一级指标 of the form, without the one that only holds the execution rate."""
    labels = dict.fromkeys(row.indicator.first_level.strip() for row in own.rows)
    parts = [(label, own.scheme.section_named(label) or scheme.section_named(label)) for label in labels]
    return [label for label, part in parts if label and (part is None or part.kind != "执行")]


def _shared(own: Scorecard, scheme: Scheme) -> bool:
    labels = _labels(own, scheme)
    return not labels or any(scheme.section_named(label) for label in labels)


def _sections(own: Scorecard, scheme: Scheme) -> Iterator[ComparisonLine]:
    """Sections that one side has and the other has not, and sections of another weight."""
    article = scheme.article("权重") or scheme.article("计分")
    if scheme.sections and not _shared(own, scheme):
        there = "、".join(part.name for part in scheme.sections)
        reason = f"不适用：该方案分为{there}"
        yield ComparisonLine("一级指标", "、".join(_labels(own, scheme)), None, article, reason)
        return
    weights = {section.name: section for section in own.sections}
    for label in _labels(own, scheme):
        if scheme.sections and scheme.section_named(label) is None:
            section = weights[label]
            own_score = f"{shown(section.score)}/{shown(section.weight)}"
            yield ComparisonLine(label, own_score, None, article, "不适用：该方案没有对应的一级指标")
    for part in (part for part in scheme.sections if part.kind != "执行"):
        here = [section.weight or Decimal(0) for name, section in weights.items() if part.is_named(name)]
        if not here:
            reason = "不适用：本表没有对应的一级指标"
            yield ComparisonLine(f"{part.name}分值", None, shown(part.weight), article, reason)
        elif part.weight is not None:
            total = sum(here, Decimal(0))
            yield ComparisonLine(f"{part.name}分值", shown(total), shown(part.weight), article)


def _execution(report: Report, own: Scorecard, scheme: Scheme) -> ComparisonLine:
    """The execution rate as each scheme scores it."""
    here = _rate_row(own)
    before = None if here is None else f"{shown(here.computed)}/{shown(here.weight)}"
    rule, after, reason = scheme.execution, None, ""
    weight = _rate_weight(scheme) or (here.weight if here else None)
    if rule is None:
        reason = "不适用：该方案不给预算执行率计分"
    elif own.execution_rate is None or report.executed is None or report.budget is None:
        reason = "不适用：缺少预算数或执行数，算不出预算执行率"
    elif weight is None:
        reason = "不适用：该方案没有规定分值，本表也没有预算执行率指标"
    else:
        earned = execution_score(rule, report.executed, report.budget, weight)
        after = f"{plain(rounded(earned, scheme.rounding.score))}/{plain(weight)}"
    article = scheme.article("执行率") or scheme.article("计分")
    return ComparisonLine("预算执行率", before, after, article, reason)


def _rate_row(card: Scorecard) -> RowScore | None:
    """The row of the execution rate: of the table, or of the form's money line."""
    rows = card.rows if card.money_row is None else (*card.rows, card.money_row)
    return next((row for row in rows if row.topic == "执行率" and row.computed is not None), None)


def _rate_weight(scheme: Scheme) -> Decimal | None:
    """The weight that the scheme itself gives the execution rate."""
    rule = scheme.execution
    if rule is None or rule.weight is not None:
        return rule.weight if rule else None
    return next(
        (scheme.fixed_indicators[name] for name in rule.names if name in scheme.fixed_indicators), None
    )


def _rows(own: Scorecard, other: Scorecard) -> Iterator[ComparisonLine]:
    """Rows that the two schemes score differently."""
    for here, there in zip(own.rows, other.rows, strict=True):
        if "执行率" in (here.topic, there.topic):
            continue
        item = f"{here.place('自评分')} {here.indicator.name.strip()}".strip()
        if shown(there.counted) != shown(here.counted):
            yield ComparisonLine(
                item, shown(here.counted), shown(there.counted), other.scheme.article(there.topic)
            )
        elif there.band != here.band and there.band is not None:
            yield ComparisonLine(item, _span(here), _span(there), other.scheme.article("定性"))


def _span(row: RowScore) -> str | None:
    if row.band is None:
        return None
    weight = row.weight or Decimal(0)
    return f"{plain(row.band.low * weight)}–{plain(row.band.high * weight)} 分"


def _reasons(own: Scorecard, other: Scorecard) -> Iterator[ComparisonLine]:
    """What one scheme wants explained and the other does not."""
    asked = [_must_explain_rate(own, own.scheme), _must_explain_rate(own, other.scheme)]
    if asked[0] != asked[1]:
        article = other.scheme.article("执行率")
        yield ComparisonLine("预算执行率偏低的原因", _word(asked[0]), _word(asked[1]), article)
    if {own.scheme.basis, other.scheme.basis} != {"指标值"} or other.is_foreign:
        return
    for here, there in zip(own.rows, other.rows, strict=True):
        passed = [_must_explain(here, own), _must_explain(there, other)]
        if passed[0] != passed[1]:
            item = f"{here.place('偏差原因')} {here.indicator.name.strip()}".strip()
            article = other.scheme.article("超额")
            yield ComparisonLine(item, _word(passed[0]), _word(passed[1]), article)


def _word(is_asked: bool) -> str:
    return "须说明" if is_asked else "不要求说明"


def _must_explain_rate(card: Scorecard, scheme: Scheme) -> bool:
    limit = scheme.execution.explain_below if scheme.execution else None
    return limit is not None and card.execution_rate is not None and card.execution_rate < limit


def _must_explain(row: RowScore, card: Scorecard) -> bool:
    rule = card.scheme.over_completion
    return row.excess is not None and rule.reason_required and rule.is_passed(row.excess)


def _total(own: Scorecard, other: Scorecard, total: str | None, obstacle: str) -> ComparisonLine:
    article = other.scheme.article("计分") or other.scheme.article("权重")
    reason = f"不适用：{obstacle}" if obstacle else ""
    return ComparisonLine("合计", shown(own.total), total, article, reason)


def _grade(own: Scorecard, other: Scorecard, grade: str | None, obstacle: str) -> ComparisonLine:
    scheme = other.scheme
    reason = ""
    if not scheme.grades:
        reason = "不适用：该方案没有规定等级界线"
    elif obstacle:
        would = None if own.total is None else scheme.grade_of(own.total)
        hint = f"；原合计 {shown(own.total)} 分按该方案的界线为「{would}」" if would else ""
        reason = f"不适用：{obstacle}{hint}"
    elif grade is None:
        reason = "不适用：分值没有给足，定不了等级"
    return ComparisonLine("绩效等级", own.grade, grade, scheme.article("等级"), reason)
