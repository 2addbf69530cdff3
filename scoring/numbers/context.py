"""The words round each number: what stands before it, after it, and what the sentence was about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from scoring.numbers.mention import Mention

_SENTENCE = re.compile(r"[^。！!？?\n]*[。！!？?\n]?")
_BREAK = re.compile(r"[，,、：:（）()；;】]")
# 办结率、回复率均为 · A、B、C分别为
_RESPECTIVE = re.compile(r"(?:分别|依次|各)(?:为|是|达|达到|有|完成|[\u4e00-\u9fff]{0,8})$")
_CLAUSES = re.compile("[，,：:；;]")
# 财政预算8400万元由中央、市、区三级承担
_OPENING = re.compile(r"^[^、]*(?:[由对在按把将从]|\d[^、\d]{0,4})(?=[^、]{2,}、)")
_LIST_SIGN = re.compile(r"、|和|及|以及|与")
# 320户样本中成功回访280户: where the words between two numbers turn from the one to the other
_TURN = re.compile(r"中(?![心小学央医队国草药型等层])|(?=已|成功|实际|其中|累计)")
# 鼓楼、南湖、望江3个街道依次
_COUNT_OF_ITEMS = re.compile(
    "等?(?:\\d{1,2}|[两二三四五六七八九十]{1,2})[个家所处名座类支][\u4e00-\u9fff]{0,12}$"
)
_BARE = re.compile(r"\s*(?:、|和|及|与)\s*")
_WINDOW = 80
_CLAUSES_BACK = 2
"""So many clauses back a list may stand: 助餐、助洁、助浴三类，上门服务12.86万人次，依次为."""
_HEADING = re.compile("((?!其中|如下|分别|包括|以下)[\u4e00-\u9fff]{2,12})[：:]$")
# 民事（894件）
_IN_BRACKETS = re.compile("([\u4e00-\u9fff]{2,14})(?<!计划)(?<!目标)(?<!任务)(?<!指标)(?<!进度)[（(]$")
# 第一批至第四批分别为 · 一至四季度受理量依次为
_FROM_FIRST_TO_LAST = re.compile(
    "第?([一二三四五六])(?:[批期档季类轮组区号]|季度|批次|标段)?[至到]第?([二三四五六])(季度|批次|标段|[批期档类轮组区号])[\u4e00-\u9fff]{0,6}"
)
_ORDINALS = "一二三四五六"
_ALL_QUARTERS = re.compile("(?:四个|各个?|分)季度[\u4e00-\u9fff]{0,6}$")
_QUARTERS = "、".join(f"{one}季度" for one in _ORDINALS[:4])
# 中央30%、省级20%、区级50%，分别为
_ITS_NUMBER = re.compile(r"(?<=[\u4e00-\u9fff])\d[\d.,]*[万亿]?(?:%|[\u4e00-\u9fff]{1,2})$")
# 断面达标率目标95%以上，实际95.2%
_ACTUAL = re.compile("(?:全年|本年|年内)?(?:实际|已)(?:完成|达到|实现|为|值|数|达)*")
_WITH_ITS_TARGET = re.compile(
    r"([\u4e00-\u9fff]{2,14}?)[，,（(：:]?(?:年度|年初|全年)?(?:目标|计划|任务|指标)(?:值|数)?(?:为|是|设定为)?"
    r"[≥≤<>＞＜不少低高于超过小大]*\d[\d.,]*[^，,；。（）\d]{0,6}$"
)
_SENTENCE_HEADING = re.compile("[^：:，。；]{0,30}?([\u4e00-\u9fff]{2,20})(?:[：:]|方面[，,])")
_DIGIT = re.compile(r"\d")
_HAN = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Context:
    """The surroundings of one mention inside its sentence.

    ``lead`` is the text right before it (back to the last mark or number), ``tail`` the text right after
    it (up to the next mark or number), ``clause`` the whole clause before it, ``prior`` what the sentence
    said before that, ``after`` what follows in the sentence, ``topic`` the sentence before. ``shared``
    tells that lead or tail lies
    between two numbers without a mark and may belong to either; ``head`` is the clause without what belongs
    to the numbers before this one: 周边 in 周边59家企业、13家加油站; ``telling`` is the
    clause that tells what the number is, that of the first number of a bare list (压缩13.3%、12.5%);
    ``heading`` is what stands before a colon at the beginning of the sentence (完成率：高企105%，专利104%).
    """

    sentence: int
    lead: str
    tail: str
    clause: str
    prior: str
    after: str
    topic: str
    lead_shared: bool = False
    tail_shared: bool = False
    item: str = ""
    head: str = ""
    telling: str = ""
    heading: str = ""


def sentences(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences of ``text`` (ended by 。！？ or a line break)."""
    return [match.span() for match in _SENTENCE.finditer(text) if match.group().strip()]


def contexts(text: str, mentions: Sequence[Mention]) -> tuple[Context, ...]:
    """The context of each of ``mentions`` (all of one text, in order; only facts count as numbers)."""
    result: list[Context] = []
    topic = ""
    position = 0
    for index, (start, end) in enumerate(sentences(text)):
        inside = []
        while position < len(mentions) and mentions[position].start < end:
            inside.append(mentions[position])
            position += 1
        if inside:
            result.extend(_respective(_in_sentence(text, index, start, end, inside, topic), text, inside))
        topic = text[max(start, end - _WINDOW) : end]
    return tuple(result)


def _in_sentence(
    text: str, index: int, start: int, end: int, inside: list[Mention], topic: str
) -> list[Context]:
    found: list[Context] = []
    heading = _SENTENCE_HEADING.match(text, start, inside[0].start)
    for position, mention in enumerate(inside):
        previous = inside[position - 1].end if position else start
        following = inside[position + 1].start if position + 1 < len(inside) else end
        before, behind = text[previous : mention.start], text[mention.end : following]
        lead_cut = _last_break(before) if position else _last_break(before, clause_only=True)
        if position and not lead_cut and (turn := _TURN.search(before)):
            lead_cut = turn.end()
        tail_cut = _BREAK.search(behind) or (_TURN.search(behind) if position + 1 < len(inside) else None)
        lead = before[lead_cut:] or _headed(before) or bracketed(before)
        if _ACTUAL.fullmatch(lead) and (named := _WITH_ITS_TARGET.search(text, start, previous)):
            lead = named.group(1) + lead
        tail = behind[: tail_cut.start()] if tail_cut else behind.rstrip("。；;！!？?\n")
        clause = _clause(text, start, mention.start)
        opens = mention.start - len(clause)
        telling = clause or lead
        if position and _BARE.fullmatch(before) and found:
            telling = found[-1].telling
        first = next((other.start for other in inside if other.start >= opens), mention.start)
        found.append(
            Context(
                sentence=index,
                lead=lead[-_WINDOW:],
                tail=tail[:_WINDOW],
                clause=clause,
                head=text[opens:first],
                telling=telling,
                heading=heading.group(1) if heading else "",
                prior=text[max(start, mention.start - _WINDOW) : mention.start - len(lead)],
                after=text[mention.end : min(end, mention.end + _WINDOW)],
                topic=topic,
                lead_shared=bool(position) and lead_cut == 0 and bool(lead),
                tail_shared=position + 1 < len(inside) and tail_cut is None and bool(tail),
            )
        )
    return found


def _headed(before: str) -> str:
    """The words that head a number right behind their colon: 案件受理：1386件."""
    match = _HEADING.search(before)
    return match.group(1) if match else ""


def bracketed(before: str) -> str:
    """The noun before the bracket in which a number stands alone, empty where it stands in none: 民事（894件）."""
    match = _IN_BRACKETS.search(before)
    return match.group(1) if match else ""


def _last_break(before: str, clause_only: bool = False) -> int:
    """Where the words that belong to the next number begin; 、 joins list items, not clauses."""
    signs = "，,：:（()）；;】" if clause_only else "，,、：:（()）；;】"
    return max((before.rfind(sign) + 1 for sign in signs), default=0)


def _clause(text: str, start: int, end: int) -> str:
    clause = text[max(start, end - _WINDOW) : end]
    cut = max(clause.rfind(sign) for sign in "，,：:；;】")
    return clause[cut + 1 :]


def _respective(found: list[Context], text: str, inside: list[Mention]) -> Iterator[Context]:
    """Give each number of 「A、B、C分别为x、y、z」 its own item as the lead."""
    position = 0
    while position < len(found):
        context = found[position]
        match = _RESPECTIVE.search(context.clause)
        run = _run(text, inside, position) if match else 1
        listed = _listed(context, match.start(), run) if match and run > 1 else ""
        if match and listed:
            for offset, (item, named) in enumerate(_items(listed, run)):
                yield _with_item(found[position + offset], item, named, listed, match.group())
            position += run
            continue
        yield context
        position += 1


def _listed(context: Context, end: int, count: int) -> str:
    """The list that the clause opens with up to ``end``, else the one of the clause before: 由甲、乙承担，分别为."""
    own = _COUNT_OF_ITEMS.sub("", _ALL_QUARTERS.sub(_QUARTERS, context.clause[:end]))
    earlier = _CLAUSES.split(context.prior.rstrip("，,")) if context.prior.endswith(("，", ",")) else []
    before = [
        _COUNT_OF_ITEMS.sub("", _OPENING.sub("", clause)) for clause in earlier[: -_CLAUSES_BACK - 1 : -1]
    ]
    return next((text for text in (own, *before) if _items(text, count)), "")


def _run(text: str, inside: list[Mention], position: int) -> int:
    """How many numbers follow one another with nothing but list signs (and their nouns) between."""
    count = 1
    while position + count < len(inside):
        gap = text[inside[position + count - 1].end : inside[position + count].start]
        if len(gap) > 6 or not _LIST_SIGN.search(gap) or "；" in gap or "，" in gap:
            break
        count += 1
    return count


def _items(before: str, count: int) -> list[tuple[str, str]]:
    """The last ``count`` things of a list, each as it stands there and as it is called in full."""
    before = _FROM_FIRST_TO_LAST.sub(_each_between, before)
    parts = _LIST_SIGN.split(before)
    if len(parts) != count == before.count("、") + 1 > 2:
        parts = before.split("、")  # 批零住餐、服务业、建筑业及房地产业: three numbers tell of three things
    parts = [_ITS_NUMBER.sub("", part.strip()) for part in parts]
    items = parts[-count:]
    if len(parts) < count or not all(_HAN.search(item) and not _DIGIT.search(item) for item in items):
        return []
    # 佛、道、基督教: the last item's ending is said once for all
    ending = items[-1][-1]
    return [(item, f"{item}{ending}" if len(item) == 1 else item) for item in items]


def _each_between(match: re.Match[str]) -> str:
    first, last = _ORDINALS.index(match[1]), _ORDINALS.index(match[2])
    word = "" if "季" in match[3] else "第"
    return "、".join(f"{word}{one}{match[3]}" for one in _ORDINALS[first : last + 1]) or match[0]


def _with_item(context: Context, item: str, named: str, listed: str, word: str) -> Context:
    """The context of one number of a respective list, without the other items, which name other numbers."""
    return replace(
        context,
        lead=named,
        item=item,
        lead_shared=False,
        tail_shared=False,
        head="",
        clause=context.clause[context.clause.find(word) :] if word in context.clause else "",
        prior=context.prior.partition(listed)[0],
    )
