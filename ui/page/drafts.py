"""Drafting on the page: the narratives as they are written, sentence by sentence, until done or stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from corpus.trail import Act, Origin
from scoring.numbers.binder import bind
from scoring.report import NARRATIVE_FIELDS, Report
from ui.page.background import told_by
from ui.page.desk import Desk
from ui.page.messages import Messages, results, texts, toast
from ui.page.show import numbers
from ui.page.show.drafting import failed_panel, notices_panel, writing_panel
from ui.page.trouble import problem_of, told


def drafting(desk: Desk, sections: Sequence[str]) -> Iterator[Messages]:
    """Draft ``sections`` with the writer that the desk has chosen.

    Each message repeats what was written so far: one that is lost on the way is made good by the next.
    Stopped, what was written stays; failed, nothing is overwritten.
    """
    from assistant.drafting import Notice, SentenceWritten, drafted

    desk.check_may_write()
    desk.stop.clear()
    before = desk.report
    events: list[Any] = []
    notices: list[str] = []
    acts = [Act("draft")]
    under_way = {"drafting": True, **{f"busy:{label}": True for label in sections}}
    over = {"drafting": False, **{f"busy:{label}": False for label in sections}}
    yield {**under_way, "view:draft-state": writing_panel(sections, notices)}
    try:
        for event in told_by(_writing(desk, before, sections, acts), desk.stop):
            events.append(event)
            if isinstance(event, Notice):
                notices.append(event.text)
            written = _so_far(drafted(before, events), sections)
            count = sum(isinstance(one, SentenceWritten) for one in events)
            yield {**under_way, **written, "view:draft-state": writing_panel(sections, notices, count)}
        with desk.lock:
            _keep(desk, drafted(before, events), sections, acts[-1])
    except Exception as error:  # a door: the editors are given back whatever happened
        by_model = desk.chosen.writer(before) == "model"
        way_on = failed_panel(problem_of(error), sections) if by_model else None
        yield {**over, **texts(desk, put=tuple(sections)), "view:draft-state": way_on, **told(error)}
        return
    said = (
        "已停止，写好的部分已保留"
        if desk.stop.is_set()
        else "起草完成，请逐句核对；原来的文字可在“版本”中找回"
    )
    shown = {**results(desk), **texts(desk, put=tuple(sections)), "view:draft-state": notices_panel(notices)}
    yield {**over, **shown, **toast(said)}


def _writing(
    desk: Desk, report: Report, sections: Sequence[str], acts: list[Act]
) -> Callable[[Callable[[Any], None]], None]:
    """The work of drafting; what it is, once it is known who writes, is added to ``acts``."""

    def work(tell: Callable[[Any], None]) -> None:
        from assistant.drafting import choose_writer, draft

        writer = choose_writer(*desk.chosen.settings_and_writer(report))
        origin: Origin = "model" if writer.model else "embedded"
        acts.append(Act("draft", origin, writer.model, writer.prompt_version))
        for event in draft(report, tuple(sections), writer, desk.library, desk.plan, desk.stop.is_set):
            tell(event)

    return work


def _so_far(report: Report, sections: Sequence[str]) -> Messages:
    verdicts = bind(report)
    messages: Messages = {}
    for label in sections:
        text = report.narrative(label)
        marks = numbers.marks(report, label, text, verdicts, can_change=False)
        messages[f"text:{label}"] = {"text": text, "marks": marks, "set": True}
    return messages


def _keep(desk: Desk, written: Report, sections: Sequence[str], act: Act) -> None:
    """Take the texts and their record over into the report as it is by now."""
    fields = {NARRATIVE_FIELDS[label]: written.narrative(label) for label in sections}
    record = {"draft_record": written.draft_record}
    desk.keep(desk.report.model_copy(update={**fields, **record}), act=act)
