"""Who writes: the embedded writer or a model, which model, in what tone, and what would be sent to it."""

from __future__ import annotations

from dataclasses import replace

from scoring.errors import InputError
from scoring.report import NARRATIVES
from ui.page.calls.registry import Arg, aside, call
from ui.page.chosen import TONES, offered
from ui.page.desk import Desk
from ui.page.messages import Messages, toast, writers
from ui.page.show.writer import preview_dialog


@call
def use_writer(desk: Desk, arg: Arg) -> Messages:
    """The embedded writer (offline) or the model."""
    with_model = arg["name"] == "model"
    desk.chosen = replace(desk.chosen, with_model=with_model, is_choosing=False)
    return {**writers(desk), "view:draft-state": None}


@call
def use_tone(desk: Desk, arg: Arg) -> Messages:
    """The tone of the drafts to come."""
    if arg["tone"] not in TONES:
        raise InputError("文风", f"应为{'、'.join(TONES)}之一")
    desk.chosen = replace(desk.chosen, tone=arg["tone"])
    return writers(desk)


@aside
def list_models(desk: Desk, arg: Arg) -> Messages:
    """The endpoint's models to choose from."""
    found, problem = offered(desk.chosen.settings())
    desk.chosen = replace(desk.chosen, is_choosing=True, offered=found, problem=problem)
    return writers(desk)


@call
def use_model(desk: Desk, arg: Arg) -> Messages:
    """Another model of the endpoint, as long as this window is open."""
    model = str(arg.get("model", "")).strip()
    if not model:
        raise InputError("模型", "请填写模型名称")
    desk.chosen = replace(desk.chosen, model=model[:200], is_choosing=False)
    return {**writers(desk), **toast(f"改用模型 {model[:60]}")}


@aside
def preview_sending(desk: Desk, arg: Arg) -> Messages:
    """Exactly what a draft of the three narratives would send."""
    from assistant.preview import preview

    settings = desk.chosen.settings()
    requests = preview(desk.report, NARRATIVES, settings, desk.library, desk.plan)
    return {"view:sending": preview_dialog(requests, settings)}
