"""F05–F11: how the fields are written: residue, quotes, numbering, length."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scoring.finding import Finding
from scoring.reading import Reading
from scoring.rules.base import rule
from scoring.rules.notes import notes_of
from scoring.texts import points

_HTML = re.compile(
    r"</?[a-zA-Z][a-zA-Z0-9]*(?:\s[^<>]{0,200})?/?>|&(?:nbsp|lt|gt|amp|quot|ldquo|rdquo|#\d{1,5});"
)
_SECOND_GOAL = re.compile(r"(?:项目)?年度(?:绩效)?目标[:：]")
_QUOTES = {"“": "”", '"': '"', "「": "」", "『": "』"}
_NUMBERING = {
    "1、": re.compile(r"(?:^|(?<=[\n。；;]))\s*\d{1,2}、"),
    "1.": re.compile(r"(?:^|(?<=[\n。；;]))\s*\d{1,2}[.．](?!\d)"),
}


@rule("F05", "error")
def html_residue(reading: Reading) -> Iterator[Finding]:
    """文字里残留网页标记。

    反例：<p>全年检查企业1225家次。</p>
    正例：隐患整改率<98%的企业列入重点检查。
    依据：表内文字应为正式文字，不得有系统残留字符。
    处理：删去网页标记。
    """
    for placed in reading.texts:
        found = list(_HTML.finditer(placed.text)) if "<" in placed.text or "&" in placed.text else []
        if found:
            marks = "、".join(dict.fromkeys(match.group() for match in found[:4]))
            yield Finding(
                placed.field,
                f"文字里有{len(found)}处网页标记：{marks}。",
                found[0].start(),
                found[0].end(),
                found[0].group(),
                advice="删去网页标记",
            )
    for note in notes_of(reading.report, "html"):
        yield Finding(
            note.place, f"原表的文字里有网页标记：{note.text}。", advice="核对导入后的文字，删去残留的标记"
        )


@rule("F06", "warning")
def text_in_quotes(reading: Reading) -> Iterator[Finding]:
    """整段文字被一对引号包住，像是从别处粘贴来的。

    反例：“继续抓好业务学习，每月组织一次培训。”
    正例：“双随机”抽查与专项检查相结合，形成“一网统管”
    依据：引号用于引用，自评价的文字应为本单位所写。
    处理：删去首尾的引号；确是引文的，写明出处。
    """
    found = set()
    for placed in reading.texts:
        text = placed.text.strip()
        if len(text) > 8 and _is_wrapped(text):
            found.add(placed.field)
            start = placed.text.index(text)
            inner = "，且与里面的引号同级" if text[0] in text[1:-1] else ""
            yield Finding(
                placed.field,
                f"整段文字被一对{text[0]}{text[-1]}包住{inner}，像是从别处粘贴来的。",
                start,
                start + 1,
                text[0],
                advice="删去首尾的引号",
            )
    for note in notes_of(reading.report, "quotes"):
        if note.place not in found:
            yield Finding(note.place, "原表的整段文字被一对引号包住。", advice="核对后删去首尾的引号")


def _is_wrapped(text: str) -> bool:
    """Whether the first quotation mark is closed by the last character and by none before."""
    closing = _QUOTES.get(text[0])
    if closing is None or text[-1] != closing:
        return False
    if closing == text[0]:
        return text.count(closing) == 2
    depth = 0
    for index, char in enumerate(text):
        depth += (char == text[0]) - (char == closing)
        if depth == 0:
            return index == len(text) - 1
    return False


@rule("F07", "info")
def points_run_together(reading: Reading) -> Iterator[Finding]:
    """几点内容连排成一段，没有分段。

    反例：1.开展检查9次。2.查处案件24起。3.组织培训12次。
    正例：一是开展检查9次；二是查处案件24起。
    依据：层次应分段书写，编号后用规范的点号。
    处理：每点另起一段；编号用“（一）”“1．”等规范写法。
    """
    for placed in reading.texts:
        found = [point for point in points(placed.text) if point.style not in ("", "一是", "第一，")]
        joined = [point for point in found[1:] if "\n" not in placed.text[: point.start][-2:]]
        if found and len(joined) == len(found) - 1 and len(joined) >= 1:
            half = "，编号后用的是半角点" if re.search(r"(?:^|[。；])[“\"]?1\.", placed.text) else ""
            point = joined[0]
            yield Finding(
                placed.field,
                f"{len(found)}点连排成一段，没有分段{half}。",
                point.start,
                point.start + len(point.style),
                placed.text[point.start : point.start + len(point.style)],
                advice="每点另起一段",
            )


@rule("F08", "warning")
def two_goals_in_one_field(reading: Reading) -> Iterator[Finding]:
    """一栏里写了两组目标：总目标一栏里又写了年度目标。

    反例：项目总目标：提高执法水平。项目年度目标：检查不少于800家次。
    正例：围绕年度目标任务，提高执法水平。
    依据：总目标与年度目标应分栏填写。
    处理：把年度目标移到“年度目标”一栏，每条一行。
    """
    goal = reading.report.overall_goal
    if match := _SECOND_GOAL.search(goal):
        yield Finding(
            "项目总目标",
            "「项目总目标」一栏里又写了一组年度目标。",
            match.start(),
            match.end(),
            match.group(),
            advice="把年度目标移到“年度目标”一栏",
        )
    for note in notes_of(reading.report, "goals"):
        yield Finding(note.place, f"原表一栏里写了两组目标：{note.text}。", advice="核对两组目标是否分得正确")


@rule("F09", "info")
def numbering_mixed(reading: Reading) -> Iterator[Finding]:
    """各栏的编号写法不一，有的用“1、”，有的用“1.”。

    反例：一栏用“1、”另一栏用“1.”
    正例：各栏都用“1.”
    依据：同一份材料的层次编号应当一致。
    处理：统一为“1.”（数字后用点号，不用顿号）。
    """
    used: dict[str, list[str]] = {style: [] for style in _NUMBERING}
    for placed in reading.texts:
        for style, pattern in _NUMBERING.items():
            if pattern.search(placed.text):
                used[style].append(placed.field)
    if all(used.values()):
        where = "，".join(f"「{fields[0]}」用“{style}”" for style, fields in used.items())
        yield Finding(used["1、"][0], f"编号写法不一：{where}。", advice="统一为“1.”，数字后不用顿号")


@rule("F10", "warning")
def text_too_long(reading: Reading) -> Iterator[Finding]:
    """文字超过方案规定的字数。

    反例：改进措施超过200字
    正例：改进措施在200字以内
    依据：方案的“字数上限”，如四川表规定存在问题、改进措施各不超过200字。
    处理：压缩到规定字数以内。
    """
    for placed in reading.texts:
        limit = reading.scheme.text_limits.get(placed.field.rpartition(".")[2])
        length = len("".join(placed.text.split()))
        if limit is not None and length > limit:
            yield Finding(
                placed.field,
                f"「{placed.field}」有{length}字，方案规定不超过{limit}字。",
                advice=f"压缩到{limit}字以内",
            )


@rule("F11", "warning")
def disposition_without_reason(reading: Reading) -> Iterator[Finding]:
    """忽略了一条问题却没有写理由，忽略不生效。

    反例：忽略没有理由
    正例：忽略写了理由
    依据：忽略一条问题须说明理由，供复核时查看。
    处理：写明理由，或删去这条忽略。
    """
    for number, entry in enumerate(reading.report.dispositions, 1):
        if not entry.reason.strip():
            yield Finding(
                f"忽略[{number}].理由",
                f"忽略「{entry.rule}」没有写理由，不生效。",
                advice="写明理由，或删去这条忽略",
            )


RULES = (
    html_residue,
    text_in_quotes,
    points_run_together,
    two_goals_in_one_field,
    numbering_mixed,
    text_too_long,
    disposition_without_reason,
)
