"""Pictures of a report: actual against target, score by section, budget year on year."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from scoring.check import Checked
from scoring.decimals import plain, rounded
from scoring.report import Report
from scoring.targets import read_target
from ui.page.show.node import Node, empty, node

_WIDTH, _LABEL, _ROW = 720, 170, 26
_BAR = _WIDTH - _LABEL - 130


def charts(report: Report, checked: Checked) -> Node:
    """All pictures of the report under each other."""
    return node(
        "div",
        "z-charts",
        node("h3", "", "完成情况：实际与目标"),
        _completion(report),
        node("h3", "", "各一级指标得分"),
        _sections(checked),
        node("h3", "", "预算与执行"),
        _money(report, checked),
    )


def _completion(report: Report) -> Node:
    lines = list(_completions(report))
    if not lines:
        return empty("“数据”中还没有同时填写数值和目标的项")
    top = max(Decimal(1), *(share for _, share, _, _ in lines))
    top = min(top, Decimal(2))
    parts: list[Node] = []
    for number, (name, share, text, met) in enumerate(lines):
        y = number * _ROW
        width = int(_BAR * min(share, top) / top)
        parts += _bar(y, name, width, "z-fill-ok" if met else "z-fill-bad", text)
    goal = _LABEL + int(_BAR / top)
    height = len(lines) * _ROW
    parts.append(node("line", "z-goal", x1=goal, x2=goal, y1=0, y2=height))
    parts.append(node("text", "z-axis", "目标", x=goal, y=height + 14, text_anchor="middle"))
    return _svg(height + 20, "各项数据的完成程度，竖线为目标", parts)


def _completions(report: Report) -> Iterator[tuple[str, Decimal, str, bool]]:
    for metric in report.metrics:
        if metric.value is None or not metric.target.strip():
            continue
        target = read_target(
            f"{metric.target}{metric.unit}" if metric.target[-1:].isdigit() else metric.target
        )
        goal = target.goal
        share = target.completion(metric.value)
        if goal is None or share is None:
            continue
        text = f"{metric.value:f}{metric.unit}　{plain(rounded(share * 100, 1))}%"
        yield metric.name, share, text, target.judge(metric.value) != "missed"


def _sections(checked: Checked) -> Node:
    sections = [one for one in checked.scorecard.sections if one.weight]
    if not sections:
        return empty("还没有指标")
    most = max((one.weight or Decimal(0)) for one in sections)
    parts: list[Node] = []
    for number, section in enumerate(sections):
        weight, score = section.weight or Decimal(0), section.score or Decimal(0)
        y = number * _ROW
        parts.append(node("rect", "z-track", x=_LABEL, y=y + 5, width=int(_BAR * weight / most), height=16))
        width = int(_BAR * max(score, Decimal(0)) / most)
        text = f"{plain(rounded(score, 2))} / {plain(weight)}"
        parts += _bar(y, section.name, width, "z-fill-ok" if score >= weight else "z-fill", text)
    return _svg(len(sections) * _ROW + 4, "各一级指标的得分与权重", parts)


def _money(report: Report, checked: Checked) -> Node:
    amounts = [
        ("上年预算金额", report.last_year_budget),
        ("当年预算数", report.budget),
        ("预算执行数", report.executed),
    ]
    filled = [(name, amount) for name, amount in amounts if amount is not None and amount >= 0]
    if not filled or not max(amount for _, amount in filled):
        return empty("还没有填写预算金额")
    most = max(amount for _, amount in filled)
    parts: list[Node] = []
    for number, (name, amount) in enumerate(filled):
        text = f"{plain(rounded(amount / 10000, 2))} 万元"
        parts += _bar(number * _ROW, name, int(_BAR * amount / most), "z-fill", text)
    note = ""
    if report.last_year_budget and report.budget is not None:
        change = (report.budget - report.last_year_budget) / report.last_year_budget * 100
        note = f"预算较上年{'增长' if change >= 0 else '下降'} {plain(abs(rounded(change, 1)))}%"
    rate = checked.scorecard.execution_rate
    if rate is not None:
        note += f"{'；' if note else ''}预算执行率 {plain(rounded(rate * 100, 2))}%"
    return node("div", "", _svg(len(filled) * _ROW + 4, "预算与执行金额", parts), node("p", "z-hint", note))


def _bar(y: int, name: str, width: int, look: str, text: str) -> list[Node]:
    return [
        node("text", "z-label", name[:13], x=_LABEL - 8, y=y + 18, text_anchor="end"),
        node("rect", look, x=_LABEL, y=y + 5, width=max(width, 1), height=16),
        node("text", "z-value", text, x=_LABEL + max(width, 1) + 6, y=y + 18),
    ]


def _svg(height: int, label: str, parts: list[Node]) -> Node:
    return node(
        "svg", "z-chart", *parts, viewBox=f"0 0 {_WIDTH} {height}", width="100%", role="img", aria_label=label
    )
