"""Talk about a report: questions answered from the ledger, wishes turned into edits that a person accepts or not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from scoring.check import check
from scoring.numbers.binder import bind
from scoring.numbers.numerals import chinese_numeral, chinese_value
from scoring.numbers.rewrite import rewrite
from scoring.reading import Reading
from scoring.report import Report
from scoring.scheme import load
from scoring.texts import Point, points, sentences

_NUMBER: Final = r"第?\s*([一二三四五六七八九十\d]{1,3})\s*"
_POINT: Final = re.compile(_NUMBER + "[点条项]")
_SENTENCE: Final = re.compile(r"第\s*([一二三四五六七八九十\d]{1,3})\s*句")
_DROP: Final = re.compile("删[去掉除]|去掉|不要")
_MOVE: Final = re.compile(
    f"{_NUMBER}[点条项].{{0,4}}(?:移|放|调|挪)[到至](?:(最前|最后)|{_NUMBER}[点条项]([前后]))"
)
_UNWRITTEN: Final = re.compile("(?:哪些|什么|有没有).{0,6}目标|目标.{0,6}(?:没|未|漏)")
_FAULTY: Final = re.compile("(?:哪里|哪些|什么).{0,6}(?:问题点|不对|错)|检查一[下遍]|核对一[下遍]")
_SHORTER: Final = re.compile("简练|精简|缩短|短一?些|压缩")
_MONEY: Final = re.compile("(?:金额|钱数?|单位).{0,6}?(万元|元)")
_MARKS: Final = {
    "1.": "{0}.",
    "1、": "{0}、",
    "（1）": "（{0}）",
    "（一）": "（{1}）",
    "一、": "{1}、",
    "一是": "{1}是",
    "第一，": "第{1}，",
}
_MARK: Final = re.compile(
    r"^\s*(?:[（(](?:\d{1,2}|[一二三四五六七八九十]{1,3})[）)]|\d{1,2}[.．、]|[一二三四五六七八九十]{1,3}(?:、|是)|第[一二三四五六七八九十]{1,2}[，,、])"
)
_ABLE: Final = (
    "没有设置大模型时可以：问“哪些目标没写到”“检查一下”，或说“删去第二点”“删去第二点第一句”"
    "“把第三点移到最前”“第二点写简练些”“金额改成万元”。"
)


@dataclass(frozen=True, slots=True)
class Edit:
    """One passage of a narrative to be replaced: code points of ``section``, the text there and the new text."""

    section: str
    start: int
    end: int
    before: str
    after: str

    def apply(self, report: Report) -> Report:
        """The report with the edit accepted; unchanged where the passage is no longer what it was."""
        text = report.narrative(self.section)
        if text[self.start : self.end] != self.before:
            return report
        return report.with_narrative(self.section, text[: self.start] + self.after + text[self.end :])


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered to a wish, with the edits that it comes to."""

    text: str
    edits: tuple[Edit, ...] = ()


Rewrite = Callable[[Report, str, str, int, int], str]
"""Rewrites a passage as wished: report, section, wish, start and end; the passage itself where that fails."""


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
        return _moved(report, section, own, move)
    if _DROP.search(wish) and _POINT.search(wish):
        return _dropped(report, section, own, wish)
    if money := _MONEY.search(wish):
        return _edits(report, section, "金额单位已统一", _in_unit(report, section, money.group(1)))
    spans = _addressed(report, section, own, wish)
    if not spans:
        return Reply(f"“{section}”里没有这一点，共{len(own)}点。")
    if rewrite_by is not None:
        texts = ((start, end, rewrite_by(report, section, wish, start, end)) for start, end in spans)
        return _edits(report, section, "已按要求改写，数没有变", texts)
    if _SHORTER.search(wish):
        return _edits(report, section, "已去掉没有数据的句子", _shorter(report, section, spans))
    return Reply(_ABLE)


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


def _value(numeral: str) -> int:
    return int(numeral) if numeral.isdigit() else int(chinese_value(numeral) or 0)


def _addressed(report: Report, section: str, own: Sequence[Point], wish: str) -> tuple[tuple[int, int], ...]:
    """The passages a wish is about, without their numbers and without locked sentences."""
    numbers = [_value(match.group(1)) for match in _POINT.finditer(wish)]
    chosen = [own[n - 1] for n in numbers if 0 < n <= len(own)] if numbers else list(own)
    text = report.narrative(section)
    spans: list[tuple[int, int]] = []
    for point in chosen:
        mark = _MARK.match(text[point.start : point.end]) if point.style else None
        start = point.start + (mark.end() if mark else 0)
        end = point.start + len(text[point.start : point.end].rstrip())
        spans += _unlocked(report, text, start, end)
    if (asked := _SENTENCE.search(wish)) and len(chosen) == 1:
        inside = _within(text, chosen[0])
        number = _value(asked.group(1))
        spans = [span for span in spans if inside[number - 1 : number] == [span]] or [
            span for span in inside[number - 1 : number] if _is_free(report, text[span[0] : span[1]])
        ]
    return tuple(span for span in spans if text[span[0] : span[1]].strip())


def _within(text: str, point: Point) -> list[tuple[int, int]]:
    return [(first, last) for first, last in sentences(text) if point.start <= first < point.end]


def _is_free(report: Report, passage: str) -> bool:
    return not any(sentence.strip() and sentence.strip() in passage for sentence in report.locked)


def _unlocked(report: Report, text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The stretches of a passage between its locked sentences."""
    locked = [sentence.strip() for sentence in report.locked if sentence.strip()]
    places = sorted(
        (text.index(sentence, start, end), len(sentence))
        for sentence in locked
        if sentence in text[start:end]
    )
    for place, length in places:
        if place > start:
            yield start, place
        start = max(start, place + length)
    if start < end:
        yield start, end


def _dropped(report: Report, section: str, own: Sequence[Point], wish: str) -> Reply:
    text = report.narrative(section)
    numbers = {_value(match.group(1)) for match in _POINT.finditer(wish)}
    if not numbers <= set(range(1, len(own) + 1)):
        return Reply(f"“{section}”里没有这一点，共{len(own)}点。")
    if asked := _SENTENCE.search(wish):
        inside = _within(text, own[min(numbers) - 1])[_value(asked.group(1)) - 1 :][:1]
        if not inside or not _is_free(report, text[slice(*inside[0])]):
            return Reply("没有这一句，或这一句已经锁定。")
        return _edits(report, section, "已删去这一句", [(*inside[0], "")])
    if not all(_is_free(report, own[number - 1].text) for number in numbers):
        return Reply("这一点里有锁定的句子，没有删去。")
    rest = [point for number, point in enumerate(own, 1) if number not in numbers]
    note = "；主要问题与改进措施要逐条对应，另一部分请相应调整" if section != "主要绩效" else ""
    return _reordered(report, section, rest, f"已删去，其余各点重新编号{note}")


def _moved(report: Report, section: str, own: Sequence[Point], move: re.Match[str]) -> Reply:
    number = _value(move.group(1))
    goal = {"最前": 1, "最后": len(own)}.get(move.group(2) or "", _value(move.group(3) or "0"))
    if not (0 < number <= len(own) and 0 < goal <= len(own)):
        return Reply(f"“{section}”里没有这一点，共{len(own)}点。")
    rest = [point for at, point in enumerate(own, 1) if at != number]
    place = goal - 1 if not move.group(4) else goal - (goal > number) - (move.group(4) == "前")
    rest.insert(place, own[number - 1])
    return _reordered(report, section, rest, "已调整次序，各点重新编号")


def _reordered(report: Report, section: str, chosen: Sequence[Point], said: str) -> Reply:
    """The narrative with just the points ``chosen``, in their order, numbered anew."""
    text = report.narrative(section)
    old = points(text)
    separator = "\n" if "\n" in text[old[0].start : old[-1].end].strip() else ""
    marked = []
    for number, point in enumerate(chosen, 1):
        body = _MARK.sub("", point.text, count=1) if point.style else point.text
        marked.append(_MARKS.get(point.style, "").format(number, chinese_numeral(number)) + body)
    return _edits(report, section, said, [(old[0].start, len(text.rstrip()), separator.join(marked))])


def _shorter(
    report: Report, section: str, spans: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int, str]]:
    """The passages without their sentences that hold no number; the first of a passage stays."""
    numbers = [verdict.mention.start for verdict in bind(report) if verdict.field == section]
    text = report.narrative(section)
    for start, end in spans:
        inside = [(max(a, start), min(b, end)) for a, b in sentences(text) if a < end and b > start]
        kept = [text[a:b] for at, (a, b) in enumerate(inside) if not at or any(a <= n < b for n in numbers)]
        yield start, end, "".join(kept)


def _in_unit(report: Report, section: str, unit: str) -> Iterator[tuple[int, int, str]]:
    """Proven amounts of money printed in another unit, where nothing is lost by it."""
    scale = Decimal(10000) if unit == "万元" else Decimal(1)
    for verdict in bind(report):
        mention = verdict.mention
        if verdict.field != section or mention.kind != "money" or verdict.status != "bound":
            continue
        base = mention.base_value
        if base is None or mention.unit == unit or mention.approx or mention.base_unit != "元":
            continue
        if (base / scale * 100) % 1 == 0:
            printed = rewrite(replace(mention, unit=unit, scale=scale, places=0, text=f"1{unit}"), base)
            yield mention.start, mention.end, printed


def _edits(report: Report, section: str, said: str, changes: Any) -> Reply:
    """The changes that change anything, the last first, so that accepting one moves none of the others."""
    text = report.narrative(section)
    edits = [
        Edit(section, start, end, text[start:end], after)
        for start, end, after in changes
        if after != text[start:end]
    ]
    if not edits:
        return Reply("没有需要改的地方，原文未动。")
    return Reply(f"{said}，共{len(edits)}处，请逐处确认。", tuple(sorted(edits, key=lambda e: -e.start)))
