"""Writing: the texts as they are written, their corrections, and findings set aside."""

from __future__ import annotations

from corpus.trail import Act
from scoring.errors import InputError
from scoring.numbers.aliases import with_learned_aliases
from scoring.numbers.binder import bind
from scoring.report import NARRATIVES
from ui.page import edits
from ui.page.calls.loose import LOOSE, checked_loose
from ui.page.calls.registry import Arg, aside, call
from ui.page.desk import Desk
from ui.page.messages import Messages, everything, results, texts, toast
from ui.page.review import paragraph_of, reviewed
from ui.page.show import grids, numbers
from ui.page.show.diff import sentence_around
from ui.page.show.sentence import recorded_around, sentence_panel


@aside
def check_text(desk: Desk, arg: Arg) -> Messages:
    """The marks of a text that is being written, nothing saved."""
    if arg["field"] == LOOSE:
        desk.loose = str(arg["text"])
        return checked_loose(desk, desk.loose)
    label, text = _narrative(arg)
    draft = desk.report.with_narrative(label, text)
    return {f"text:{label}": {"text": text, "marks": numbers.marks(draft, label, text, bind(draft))}}


@call
def text(desk: Desk, arg: Arg) -> Messages:
    """Another text of a narrative, saved."""
    if arg["field"] == LOOSE:
        return check_text(desk, arg)
    label, written = _narrative(arg)
    desk.keep(desk.report.with_narrative(label, written))
    return results(desk)


@call
def correct(desk: Desk, arg: Arg) -> Messages:
    """One field corrected, wholly or in one place, as the check offers."""
    label, start, end = str(arg["field"]), arg.get("start"), arg.get("end")
    changed = edits.corrected(desk.report, label, start, end, str(arg["text"]), str(arg["expected"]))
    desk.keep(changed, act=Act("correct", "program"))
    said = toast(f"已改为 {arg['expected']}")
    if label in NARRATIVES:
        return {**results(desk), **texts(desk, put=(label,)), **said}
    return {**everything(desk), **said}


@aside
def sentence(desk: Desk, arg: Arg) -> Messages:
    """Where the sentence at ``at`` (UTF-16 units) of a narrative comes from."""
    label = str(arg["field"])
    if label not in NARRATIVES:
        return {}
    whole = desk.report.narrative(label)
    at = len(whole.encode("utf-16-le")[: 2 * int(arg["at"])].decode("utf-16-le", "ignore"))
    start, end = sentence_around(whole, at, at)
    found = recorded_around(desk.report, label, at) or whole[start:end].strip()
    return {"view:sentence": sentence_panel(desk.report, label, found)}


@call
def lock(desk: Desk, arg: Arg) -> Messages:
    """A sentence locked against drafts and revisions, or freed."""
    chosen = str(arg["sentence"])
    kept = [one for one in desk.report.locked if one != chosen]
    locked = tuple([*kept, chosen] if arg["on"] else kept)
    desk.keep(desk.report.model_copy(update={"locked": locked}), act=Act("lock"))
    return {**results(desk), "view:sentence": sentence_panel(desk.report, str(arg["field"]), chosen)}


@call
def review(desk: Desk, arg: Arg) -> Messages:
    """A number, or all of its paragraph, marked as checked by a person, or no longer so."""
    verdicts = desk.checked.verdicts
    spot = (str(arg["field"]), int(arg["start"]))
    chosen = [one for one in verdicts if (one.field, one.mention.start) == spot]
    if not chosen:
        return toast("这处文字已经改动，请重新点选", "warning")
    if arg.get("paragraph"):
        chosen = paragraph_of(desk.report, chosen[0], verdicts)
    done = bool(arg["done"])
    changed = with_learned_aliases(desk.report, chosen) if done else desk.report
    learned = [
        f"「{'、'.join(new.aliases[len(old.aliases) :])}」也认作「{new.name}」"
        for old, new in zip(desk.report.metrics, changed.metrics, strict=True)
        if new != old
    ]
    # the proof of a number that was just given another name is the same: its mark is made with the new report
    verdicts = bind(changed) if learned else verdicts
    places = {(one.field, one.mention.start) for one in chosen}
    chosen = [one for one in verdicts if (one.field, one.mention.start) in places]
    desk.keep(reviewed(changed, verdicts, chosen, done), act=Act("review"))
    if not learned:
        return results(desk)
    said = toast(f"以后{'，'.join(learned)}")
    return {"grid:数据": grids.metric_rows(desk.report), **results(desk), **said}


@call
def set_aside(desk: Desk, arg: Arg) -> Messages:
    """A finding set aside, with the reason."""
    reason = str(arg.get("reason", ""))
    changed = edits.with_disposition(desk.report, str(arg["rule"]), str(arg["place"]), reason)
    desk.keep(changed, act=Act("set_aside"))
    return results(desk)


@call
def take_up(desk: Desk, arg: Arg) -> Messages:
    """A finding taken up again."""
    desk.keep(edits.without_disposition(desk.report, int(arg["index"])), act=Act("take_up"))
    return results(desk)


def _narrative(arg: Arg) -> tuple[str, str]:
    label = str(arg["field"])
    if label not in NARRATIVES:
        raise InputError(label, "不是叙述部分")
    return label, str(arg["text"]).replace("\r\n", "\n")
