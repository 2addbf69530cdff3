"""What a model thinks of the texts: apart from the findings, each marked as its opinion, never counted."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.opinion import Opinion
from scoring.report import Report
from ui.page.show.node import Node, ask, button, goto, node, utf16

_MARK = "模型意见"


def opinions_panel(report: Report, opinions: Sequence[Opinion] | None, may_ask: bool) -> Node:
    """The opinions that still stand in ``report``; None where the model was not asked yet.

    Where no model may be asked there is nothing to show.
    """
    if not may_ask:
        return None
    standing = [(number, *found) for number, found in _standing(report, opinions or ())]
    said = "模型看的是去掉数、换掉名称的三段文字：问题与措施是否对应、措施是否已做过、活动是否当成了效果。"
    if opinions is not None:
        said = f"模型提出 {len(standing)} 条，请自行判断。" if standing else "模型没有提出意见。"
    return node(
        "div",
        "z-opinions",
        node(
            "div",
            "z-summary",
            node("h3", "", "模型意见（仅供参考）"),
            button(
                "再问一次" if opinions is not None else "请模型提意见", {"click": "#z-opine"}, id_="z-ask"
            ),
            node("span", "z-hint", f"{said}不计入错误和提醒。"),
        ),
        *(_opinion(report, number, opinion, start) for number, opinion, start in standing),
    )


def waiting_panel() -> Node:
    """What is shown while the model reads."""
    return node(
        "div",
        "z-opinions",
        node(
            "div",
            "z-summary",
            node("span", "z-writing-line", "模型正在看三段文字……"),
            button("停止", {"click": "#z-opine-stop"}),
        ),
    )


def _standing(report: Report, opinions: Sequence[Opinion]) -> list[tuple[int, tuple[Opinion, int]]]:
    """The opinions whose sentence still stands, with where it does by now."""
    places = [(one, report.narrative(one.field).find(one.text)) for one in opinions]
    return [(number, place) for number, place in enumerate(places) if place[1] >= 0]


def _opinion(report: Report, number: int, opinion: Opinion, start: int) -> Node:
    text = report.narrative(opinion.field)
    end = start + len(opinion.text)
    return node(
        "div",
        "z-finding z-opinion",
        node(
            "div",
            "z-finding-head",
            node("span", "z-chip", _MARK),
            node("span", "z-said", node("span", "z-hint", f"{opinion.field}　"), _remark(opinion)),
        ),
        node("p", "z-quote z-hint", opinion.text),
        node(
            "div",
            "z-actions",
            button("到此处", goto(opinion.field, utf16(text, start), utf16(text, end))),
            button("不采纳", ask("dismiss_opinion", number=number)),
        ),
    )


def _remark(opinion: Opinion) -> str:
    """The remark without the mark that the panel shows itself."""
    return opinion.message.partition("：")[2]
