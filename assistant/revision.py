"""Talk about a report: questions answered from the ledger, wishes turned into edits that a person accepts or not."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

from assistant.edits import (
    MARK,
    NUMBER,
    POINT,
    SENTENCE,
    Edit,
    Reply,
    dropped,
    edits_of,
    in_unit,
    is_free,
    moved,
    shorter,
    unlocked,
    value_of,
    within,
)
from scoring.check import check
from scoring.reading import Reading
from scoring.report import Report
from scoring.scheme import load
from scoring.texts import Point, points

__all__ = ["Edit", "Refused", "Reply", "Rewrite", "conversation", "refined", "remembered", "reply"]

_DROP: Final = re.compile("删[去掉除]|去掉|不要")
_MOVE: Final = re.compile(
    f"{NUMBER}[点条项].{{0,4}}(?:移|放|调|挪)[到至](?:(最前|最后)|{NUMBER}[点条项]([前后]))"
)
_UNWRITTEN: Final = re.compile("(?:哪些|什么|有没有).{0,6}目标|目标.{0,6}(?:没|未|漏)")
_FAULTY: Final = re.compile("(?:哪里|哪些|什么).{0,6}(?:问题点|不对|错)|检查一[下遍]|核对一[下遍]")
_SHORTER: Final = re.compile("简练|精简|缩短|短一?些|压缩")
_MONEY: Final = re.compile("(?:金额|钱数?|单位).{0,6}?(万元|元)")
_ABLE: Final = (
    "不用大模型时可以：问“哪些目标没写到”“检查一下”，或说“删去第二点”“删去第二点第一句”"
    "“把第三点移到最前”“第二点写简练些”“金额改成万元”。"
)


Rewrite = Callable[[Report, str, str, int, int], str]
"""Rewrites a passage as wished: report, section, wish, start and end; or raises :class:`Refused`."""


class Refused(Exception):  # noqa: N818 - the model's answer is refused, nothing failed
    """A rewriting was not taken; says what is wrong with it."""


def reply(report: Report, section: str, wish: str, rewrite_by: Rewrite | None = None) -> Reply:
    """Answer a question about ``report``, or turn a wish about its ``section`` into edits.

    Args:
        report: as it stands.
        section: the narrative that is talked about.
        wish: what the user said.
        rewrite_by: rewrites with a model; without one only what is deterministic is offered.
    """
    if _UNWRITTEN.search(wish):
        return Reply(_unwritten(report))
    if _FAULTY.search(wish):
        return Reply(_findings(report, section))
    own = points(report.narrative(section))
    if move := _MOVE.search(wish):
        return moved(report, section, own, move)
    if _DROP.search(wish) and POINT.search(wish):
        return dropped(report, section, own, wish)
    if money := _MONEY.search(wish):
        return edits_of(report, section, "金额单位已统一", in_unit(report, section, money.group(1)))
    spans = _addressed(report, section, own, wish)
    if not spans:
        return Reply(f"“{section}”里没有这一点，共{len(own)}点。")
    if rewrite_by is not None:
        return _rewritten(report, section, wish, spans, rewrite_by)
    if _SHORTER.search(wish):
        return edits_of(report, section, "已去掉没有数据的句子", shorter(report, section, spans))
    return Reply(_ABLE)


def refined(report: Report, edit: Edit, wish: str, rewrite_by: Rewrite | None = None) -> Reply:
    """Change an edit on offer once more; the reply's one edit takes its place.

    Args:
        report: as it stands, the edit not made.
        edit: the edit.
        wish: what else is wished.
        rewrite_by: as for :func:`reply`.
    """
    offered = edit.apply(report)
    if offered == report:
        return Reply("这处文字已经改动，请重新提出。")
    start, end = edit.start, edit.start + len(edit.after)
    spans = tuple(unlocked(offered, offered.narrative(edit.section), start, end))
    if rewrite_by is not None:
        answer = _rewritten(offered, edit.section, wish, spans, rewrite_by)
    elif _SHORTER.search(wish):
        passages = shorter(offered, edit.section, spans)
        answer = edits_of(offered, edit.section, "已去掉没有数据的句子", passages)
    else:
        return Reply("不用大模型时，再改只能说“写简练些”；也可以先采用，再在正文里改。")
    for one in answer.edits:
        offered = one.apply(offered)
    end += sum(len(one.after) - len(one.before) for one in answer.edits)
    after = offered.narrative(edit.section)[start:end]
    return Reply(answer.text, (replace(edit, after=after),) if answer.edits else ())


def _rewritten(
    report: Report, section: str, wish: str, spans: Sequence[tuple[int, int]], rewrite_by: Rewrite
) -> Reply:
    """The passages as a model rewrote them; what of it was refused is told."""
    texts, refused = [], []
    for start, end in spans:
        try:
            texts.append((start, end, rewrite_by(report, section, wish, start, end)))
        except Refused as refusal:
            refused.append(str(refusal))
    if not refused:
        return edits_of(report, section, "已按要求改写，数没有变", texts)
    said = f"大模型有{len(refused)}处改写没有采用（{'；'.join(dict.fromkeys(refused))}），那里原文未动。"
    answer = edits_of(report, section, "其余已改写，数没有变", texts)
    return Reply(said + (answer.text if answer.edits else "可以换个说法再试。"), answer.edits)


def remembered(report: Report, wish: str, answer: Reply) -> Report:
    """The report with one more turn of the conversation kept in 草稿记录."""
    record: dict[str, Any] = dict(report.draft_record) if isinstance(report.draft_record, dict) else {}
    record["对话"] = [*conversation(report), {"问": wish, "答": answer.text}]
    return report.model_copy(update={"draft_record": record})


def conversation(report: Report) -> tuple[dict[str, str], ...]:
    """The turns kept with the report, the oldest first."""
    record = report.draft_record if isinstance(report.draft_record, dict) else {}
    turns = record.get("对话")
    kept = turns if isinstance(turns, list) else []
    return tuple(
        {"问": str(turn.get("问", "")), "答": str(turn.get("答", ""))}
        for turn in kept
        if isinstance(turn, dict)
    )


def _unwritten(report: Report) -> str:
    lines = Reading(report, load(report.scheme)).coverage
    told = {
        "unreported": "没有完成数",
        "other-measure": "只有口径不同的数",
    }
    missing = [
        f"“{line.target.text}”{told.get(line.status, '有完成数，正文没有写到')}"
        for line in lines
        if line.field.startswith("年度目标") and (line.status in told or not line.places)
    ]
    if not missing:
        return "各项年度目标都写到了。"
    return f"有{len(missing)}项年度目标没有写到：{'；'.join(dict.fromkeys(missing))}。"


def _findings(report: Report, section: str) -> str:
    found = [one for one in check(report, load(report.scheme)).findings if one.field.startswith(section)]
    if not found:
        return f"“{section}”没有发现问题点。"
    return (
        f"“{section}”有{len(found)}处问题点：" + "；".join(one.message.rstrip("。") for one in found) + "。"
    )


def _addressed(report: Report, section: str, own: Sequence[Point], wish: str) -> tuple[tuple[int, int], ...]:
    """The passages a wish is about, without their numbers and without locked sentences."""
    numbers = [value_of(match.group(1)) for match in POINT.finditer(wish)]
    chosen = [own[n - 1] for n in numbers if 0 < n <= len(own)] if numbers else list(own)
    text = report.narrative(section)
    spans: list[tuple[int, int]] = []
    for point in chosen:
        mark = MARK.match(text[point.start : point.end]) if point.style else None
        start = point.start + (mark.end() if mark else 0)
        end = point.start + len(text[point.start : point.end].rstrip())
        spans += unlocked(report, text, start, end)
    if (asked := SENTENCE.search(wish)) and len(chosen) == 1:
        inside = within(text, chosen[0])
        number = value_of(asked.group(1))
        spans = [span for span in spans if inside[number - 1 : number] == [span]] or [
            span for span in inside[number - 1 : number] if is_free(report, text[span[0] : span[1]])
        ]
    return tuple(span for span in spans if text[span[0] : span[1]].strip())
