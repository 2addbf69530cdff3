"""A model's opinions of the texts: asked for, shown apart, set aside."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from assistant.opinion import Opinion
from ui.page.background import told_by
from ui.page.calls.registry import Arg, call
from ui.page.chosen import may_ask
from ui.page.desk import Desk
from ui.page.messages import Messages, toast
from ui.page.show.opinions import opinions_panel, waiting_panel

Opinions = tuple[Opinion, ...]


def opining(desk: Desk) -> Iterator[Messages]:
    """Ask the model for its opinions; stopped or failed, those it gave before stay."""
    desk.stop.clear()
    yield {"view:opinions": waiting_panel()}
    try:
        found = list(told_by(_asking(desk), desk.stop))
    except Exception:
        yield _shown(desk)
        raise
    if found:
        desk.opinions = found[0]
    yield {**_shown(desk), **({} if found else toast("已停止，没有新的意见", "warning"))}


def _asking(desk: Desk) -> Callable[[Callable[[Opinions], None]], None]:
    def work(tell: Callable[[Opinions], None]) -> None:
        from assistant.endpoint import Endpoint, Stopped
        from assistant.opinion import opinions

        settings = desk.chosen.settings()
        try:
            tell(opinions(desk.report, settings, Endpoint(settings, desk.stop.is_set).answer))
        except Stopped:
            return

    return work


@call
def dismiss_opinion(desk: Desk, arg: Arg) -> Messages:
    """An opinion set aside."""
    number = int(arg["number"])
    held = desk.opinions or ()
    desk.opinions = held[:number] + held[number + 1 :]
    return _shown(desk)


def _shown(desk: Desk) -> Messages:
    return {"view:opinions": opinions_panel(desk.report, desk.opinions, may_ask(desk.report))}
