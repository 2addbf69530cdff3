"""The plan of a draft: shown as the data suggest it, changed by the writer."""

from __future__ import annotations

from dataclasses import replace

from assistant.plan import Plan, Point, make_plan
from scoring.errors import InputError
from scoring.report import NARRATIVES
from ui.page.calls.registry import Arg, call
from ui.page.desk import Desk
from ui.page.messages import Messages
from ui.page.show.plan import plan_panel


@call
def plan(desk: Desk, arg: Arg) -> Messages:
    """The plan as it is."""
    return {"view:plan": plan_panel(desk.plan or make_plan(desk.report), desk.plan is not None)}


@call
def plan_anew(desk: Desk, arg: Arg) -> Messages:
    """The plan that the data suggest, in place of the writer's."""
    desk.plan = None
    return plan(desk, arg)


@call
def move_point(desk: Desk, arg: Arg) -> Messages:
    """A point moved up or down."""
    points = _points(desk, arg)
    number = int(arg["number"])
    to = number + int(arg["by"])
    if 0 <= to < len(points):
        points[number], points[to] = points[to], points[number]
    return _with(desk, arg, points)


@call
def drop_point(desk: Desk, arg: Arg) -> Messages:
    """A point left out."""
    points = _points(desk, arg)
    del points[int(arg["number"])]
    return _with(desk, arg, points)


@call
def add_point(desk: Desk, arg: Arg) -> Messages:
    """A point of the writer's own, with the metrics whose names its title holds."""
    title = str(arg.get("title", "")).strip()
    if not title:
        raise InputError("计划", "请先写出要点")
    metrics = tuple(one.name for one in desk.report.metrics if one.name in title or title in one.name)
    return _with(desk, arg, [*_points(desk, arg), Point(title, "数据" if metrics else "请补充", metrics)])


def _points(desk: Desk, arg: Arg) -> list[Point]:
    if arg["section"] not in NARRATIVES:
        raise InputError(str(arg["section"]), "不是叙述部分")
    return list((desk.plan or make_plan(desk.report)).points.get(arg["section"], ()))


def _with(desk: Desk, arg: Arg, points: list[Point]) -> Messages:
    old: Plan = desk.plan or make_plan(desk.report)
    desk.plan = replace(old, points={**old.points, arg["section"]: tuple(points)})
    return plan(desk, arg)
