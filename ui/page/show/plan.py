"""The plan panel: the points that a draft will write, to be put in order, dropped, renamed or added to."""

from __future__ import annotations

from assistant.plan import Plan, Point
from scoring.report import NARRATIVES
from ui.page.show.node import Node, ask, button, node


def plan_panel(plan: Plan, is_own: bool) -> Node:
    """The points of each narrative; ``is_own`` tells that the writer changed what the data suggest."""
    return node(
        "div",
        "z-plan",
        node("p", "z-hint", "起草将按这些要点来写：每个要点写哪些数据，先后如何，都可以调整。"),
        *(_section(label, plan.points.get(label, ())) for label in NARRATIVES),
        button("按数据重新拟定", ask("plan_anew")) if is_own else None,
    )


def _section(label: str, points: tuple[Point, ...]) -> Node:
    return node(
        "div",
        "",
        node("h4", "", label),
        node(
            "ol",
            "z-points",
            *(_point(label, number, point, len(points)) for number, point in enumerate(points)),
        ),
        node(
            "div",
            "z-form",
            node(
                "input",
                "",
                id=f"z-plan-{label}",
                name="title",
                type="text",
                data_keep="",
                placeholder="增加一个要点",
            ),
            button("增加", ask("add_point", section=label)),
        ),
    )


def _point(label: str, number: int, point: Point, count: int) -> Node:
    spot = {"section": label, "number": number}
    return node(
        "li",
        "",
        node(
            "div",
            "z-point",
            node("span", "", point.title),
            node(
                "span",
                "z-actions",
                button("↑", {"ask": "move_point", "arg": {**spot, "by": -1}}, "z-small", "上移")
                if number
                else None,
                button("↓", {"ask": "move_point", "arg": {**spot, "by": 1}}, "z-small", "下移")
                if number < count - 1
                else None,
                button("去掉", {"ask": "drop_point", "arg": spot}, "z-small"),
            ),
        ),
        node("div", "z-hint", "、".join(point.metrics)) if point.metrics else None,
    )
