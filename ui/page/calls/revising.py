"""Revision: wishes turned into edits on offer, each accepted or not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from assistant.revision import Edit, Reply, Rewrite, conversation, refined, remembered, reply
from corpus.trail import Act
from scoring.errors import InputError
from scoring.report import NARRATIVES, Report
from ui.page.background import told_by
from ui.page.calls.registry import Arg, call
from ui.page.desk import Desk
from ui.page.messages import Messages, results, texts, toast
from ui.page.show.node import node
from ui.page.show.revision import conversation_panel, proposals_panel, refining_panel


def revising(desk: Desk, section: str, wish: str) -> Iterator[Messages]:
    """Answer a wish about ``section``; edits are put on offer, the conversation is kept with the report.

    Raises:
        InputError: nothing was said, or the model cannot be asked.
    """
    if not wish.strip():
        raise InputError("修订", "请先写下想怎么改，或想问的问题")
    desk.check_may_write()
    desk.stop.clear()
    waiting = node("p", "z-writing-line", "正在考虑……可随时停止。")
    yield {"revising": True, "view:revise-state": waiting}
    asked: list[Act] = []
    answers = list(told_by(_asking(desk, section, wish.strip(), asked), desk.stop))
    over: Messages = {"revising": False, "view:revise-state": None}
    if not answers:
        yield {**over, **toast("已停止，原文未动", "warning")}
        return
    with desk.lock:
        act = asked[-1] if asked else Act("discuss", "embedded")
        _put_on_offer(desk, answers[0], replace(act, what="revise"))
        desk.keep(remembered(desk.report, wish.strip(), answers[0]), act=act)
    yield {**over, **revision(desk, {})}


def _asking(
    desk: Desk, section: str, wish: str, asked: list[Act]
) -> Callable[[Callable[[Reply], None]], None]:
    """The work of answering; that a model was asked is added to ``asked``."""

    def work(tell: Callable[[Reply], None]) -> None:
        rewrite = None
        if desk.chosen.writer(desk.report) == "model":
            rewrite = _by_model(desk, asked)
        if desk.refining is not None:
            tell(refined(desk.report, desk.refining, wish, rewrite))
        else:
            tell(reply(desk.report, section, wish, rewrite))

    return work


def _by_model(desk: Desk, asked: list[Act]) -> Rewrite:
    from assistant.rewriting import prompt_version, rewriter

    settings = desk.chosen.settings()
    ask = rewriter(settings)

    def rewrite(report: Report, section: str, wish: str, start: int, end: int) -> str:
        asked.append(Act("discuss", "model", settings.model, prompt_version()))
        return ask(report, section, wish, start, end)

    return rewrite


def _put_on_offer(desk: Desk, answer: Reply, act: Act) -> None:
    """The edits of an answer, each ``act`` when it is accepted; of a refinement, in place of the edit that it refines."""
    if desk.refining is not None and act.origin != "model":  # made shorter, a model's words remain a model's
        act = _offered_by(desk, desk.refining)
    desk.offered_by.update({(one.section, one.after): act for one in answer.edits})
    if desk.refining is None:
        desk.proposed = list(answer.edits)
    elif answer.edits:
        desk.proposed = [answer.edits[0] if one == desk.refining else one for one in desk.proposed]
        desk.refining = None


def _offered_by(desk: Desk, edit: Edit) -> Act:
    return desk.offered_by.get((edit.section, edit.after), Act("revise", "embedded"))


@call
def revision(desk: Desk, arg: Arg) -> Messages:
    """The conversation and the edits on offer."""
    return {
        "view:conversation": conversation_panel(conversation(desk.report)),
        "view:proposals": proposals_panel(desk.proposed, desk.refining),
        "view:refining": refining_panel(desk.refining),
        "refining": desk.refining is not None,
    }


@call
def refine_edit(desk: Desk, arg: Arg) -> Messages:
    """The next wish is about one edit on offer (``number``), or about the text again."""
    number = arg.get("number")
    desk.refining = None if number is None else desk.proposed[int(number)]
    return revision(desk, {})


@call
def accept_edits(desk: Desk, arg: Arg) -> Messages:
    """One edit on offer made in its text (``number``), or all of them."""
    chosen = _chosen(desk, arg)
    desk.refining = None
    done = 0
    for edit in sorted(chosen, key=lambda one: -one.start):
        changed = edit.apply(desk.report)
        done += changed != desk.report
        desk.keep(changed, act=_offered_by(desk, edit))
        desk.proposed = [_moved(one, edit) for one in desk.proposed if one is not edit]
    said = toast(f"已采用 {done} 处")
    if done < len(chosen):
        said = toast(f"{len(chosen) - done} 处的文字已经改动，没有采用，请重新提出", "warning")
    return {**results(desk), **texts(desk, put=NARRATIVES), **revision(desk, {}), **said}


@call
def reject_edits(desk: Desk, arg: Arg) -> Messages:
    """One edit on offer left out, or all of them."""
    chosen = _chosen(desk, arg)
    desk.proposed = [one for one in desk.proposed if one not in chosen]
    desk.refining = None
    return revision(desk, {})


def _chosen(desk: Desk, arg: dict[str, Any]) -> list[Edit]:
    number = arg.get("number")
    return list(desk.proposed) if number is None else desk.proposed[int(number) : int(number) + 1]


def _moved(edit: Edit, accepted: Edit) -> Edit:
    """An edit behind an accepted one in the same text, where it stands by now."""
    if edit.section != accepted.section or edit.start < accepted.end:
        return edit
    by = len(accepted.after) - len(accepted.before)
    return replace(edit, start=edit.start + by, end=edit.end + by)
