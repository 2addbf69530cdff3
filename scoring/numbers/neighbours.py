"""What the numbers beside one tell of it: targets, parts and last year's value of the metric that it states."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from scoring.numbers.affinity import AKIN, shared_run
from scoring.numbers.book import FAINT, NAMED, Book, Case
from scoring.numbers.direct import agrees_with
from scoring.numbers.facts import Fact
from scoring.numbers.mention import Verdict
from scoring.numbers.rewrite import rewrite
from scoring.numbers.verdicts import misplaced, misstates, states_fact

_OPENS = re.compile("其中|由|包括|含|分别|：|（")
_PART_OF = re.compile("[，,]?(?:其中|只有|仅有)[^，,。；、]*$")
# 总数由21个增至26个
_FROM_TO = re.compile(
    r"[由从][^，。；]*\d[^，。；\d]*?(?:(增|升|提[高升]|扩大|上涨|攀升|跃升)|(减|降|下[降调]|压[缩减]|缩[短减]))[加少低高长到]{0,2}[至到为]$"
)
_IN_ALL = re.compile("[，,]?(?:[两三四五六]项)?(?:合计|共计|总计|一共|共)")
_MOST_PARTS = 8
_BACK = 3
_SENTENCES_BACK = 2
_EXECUTED = "预算执行数"
_SPENT = re.compile("(?:实际|已|累计|全年)?(?:支出|列支|支付|执行|使用|拨付)(?:资金|金额)?[为了达共]{0,2}$")
_DONE = re.compile("整改|办结|完成|结案|达标|合格|处置|化解|通过|解决|销号|查实|用掉|支出|拨付|使用")
_LISTED_NEXT = re.compile("[^（）()，；。、]*、")
_NOW_DONE = re.compile("(?:已|均已|现已)(?:全部)?(?:办|整改|处[置理]|化解|解决|销号|改造|拨付|支付|发放)")
_COMPARED = re.compile(r"[比较与增扩超多翻到至]|[，,、；（）()]")
_LAST_YEAR_ALONE = re.compile("(?:上年|去年|上一年)(?:度|同期)?的?(?:为|是)")
_COMPARES = re.compile("[，,]?(?:较|比|多于|少于|高于|低于)(?:上年|去年|上一年)(?:度|同期)?的?")


def by_neighbour(direct: list[Verdict | None], cases: Sequence[Case], book: Book) -> list[Verdict | None]:
    """A number that states the metric of the one beside it: 应建5个，建成4个; 适老化改造150户，所花60万元."""
    for index, case in enumerate(cases):
        if direct[index] is not None or case.cues.change or case.cues.planned or case.cues.target:
            continue
        for other in (index - 1, index + 1):
            verdict = direct[other] if 0 <= other < len(cases) else None
            if verdict is None or verdict.status != "bound":
                continue
            if cases[other].context.sentence != case.context.sentence:
                continue
            name = verdict.metrics[0]
            facts = [
                f for f in book.candidates(case.mention) if f.role == "value" and f.name.startswith(name)
            ]
            stated = next((f for f in facts if agrees_with(f, case)), None)
            if stated is not None and stated.unit.base == case.mention.base_unit:
                direct[index] = states_fact(case, stated, (stated.name,))
                break
    return direct


def beside_last_year(direct: list[Verdict | None], cases: Sequence[Case], book: Book) -> list[Verdict | None]:
    """A number of another metric than the one whose last year's value is compared with it: 接警75起，较上年的1264起."""
    for index, (verdict, following) in enumerate(pairwise(direct)):
        here, there = cases[index], cases[index + 1]
        stated = book.value_of(verdict)
        if following is None or following.status != "bound":
            continue
        name = following.metrics[0]
        same = here.context.sentence == there.context.sentence
        same_unit = here.mention.base_unit == there.mention.base_unit
        if verdict is None and same and same_unit and _LAST_YEAR_ALONE.fullmatch(there.context.lead):
            direct[index + 1] = None  # 整改率100%，上年为99%: of a rate that is calculated
            continue
        if stated is None:
            continue
        if name == stated.name or not _COMPARES.fullmatch(there.context.lead):
            continue
        has_own = stated.name in book.last_years
        compared = next((fact for fact in book.by_name[name] if fact.role == "value"), None)
        is_last = any(f.role == "last_year" and agrees_with(f, there) for f in book.by_name[name])
        if has_own and book.value_of(following) is not None and same_unit:
            expected = rewrite(there.mention, book.last_years[stated.name])
            reason = f"「{stated.name}」的上年值是{expected}，文中写{there.mention.text}"
            direct[index + 1] = misstates(there, stated, expected, reason)
            continue  # 结算率97.2%，较上年的94.3%, where 满意度 is 94.3%
        if compared is not None and is_last and has_own and compared.unit.base == stated.unit.base:
            direct[index] = misplaced(here, stated, compared)
    return direct


def before_parts(direct: list[Verdict | None], cases: Sequence[Case], book: Book) -> list[Verdict | None]:
    """A number of another metric than the one whose parts follow it: 48.6公里，由286.5公里县道、…构成."""
    for index, verdict in enumerate(direct):
        stated = book.value_of(verdict)
        if stated is None:
            continue
        parts = _parts_after(index, direct, cases, book)
        sums = [sum(part.base_value for part in parts[:size]) for size in range(2, len(parts) + 1)]
        if not sums or stated.base_value in sums:
            continue
        known = {fact.name for fact in parts} | {stated.name}
        wholes = [f for f in book.by_base[stated.unit.base] if f.role == "value" and f.name not in known]
        whole = next((fact for fact in wholes if fact.base_value in sums), None)
        if whole is not None and whole not in map(book.value_of, direct[:index]):
            direct[index] = misplaced(cases[index], stated, whole)
    return direct


def among_parts(direct: list[Verdict | None], cases: Sequence[Case], book: Book) -> list[Verdict | None]:
    """A number of another metric in the place of a whole's last part: 14个项目，校舍上12个，食堂上5个."""
    for index, verdict in enumerate(direct):
        whole = book.value_of(verdict)
        following = _same_sentence(index, cases)
        if whole is None or not whole.parts or not following:
            continue
        stated = {fact.name for i in following if (fact := book.value_of(direct[i])) is not None}
        missing = [name for name in whole.parts if name not in stated]
        part = next((f for f in book.by_name[missing[0]] if f.role == "value"), None) if missing else None
        if part is None or len(missing) > 1 or len(whole.parts) < 2:
            continue
        for i in following:
            other = book.value_of(direct[i])
            if other is None or other.name in whole.parts or other.unit.base != part.unit.base:
                continue
            is_better = book.affinity(part, cases[i].seen) > max(FAINT, book.affinity(other, cases[i].seen))
            if is_better and not book.names_apart(other, part, cases[i].seen):
                direct[i] = misplaced(cases[i], other, part)
    return direct


def within_whole(direct: list[Verdict | None], cases: Sequence[Case], book: Book) -> list[Verdict | None]:
    """A part that is more than its whole: 送检1批次，只有120批次超标; 297处隐患整改了312处."""
    for index, verdict in enumerate(direct):
        part, case = book.value_of(verdict), cases[index]
        if part is None or index == 0 or case.cues.target:
            continue
        opening = _whole_of(index, cases)
        if opening is None and _is_part_of_sentence_before(index, cases):
            opening = _stated_before(index - 1, part, direct, cases, book)
        elif opening is not None and book.value_of(direct[opening]) is None:
            opening = _stated_before(opening, part, direct, cases, book)
        listed_in = _whole_of(index - 1, cases)  # 其中消防类486条、交通类126条，已整改1011条 of all
        before = index - 1 if listed_in is None else listed_in
        whole = book.value_of(direct[before if opening is None else opening])
        if whole is None or whole.unit.base != part.unit.base or part.base_value <= whole.base_value:
            continue
        if opening is not None and cases[opening].cues.change:
            continue  # 比上年末增加809万人，其中城镇人口79298万人 are parts of all the people
        if opening is not None or _is_done_of(part, whole, cases[before], case):
            stated = cases[before if opening is None else opening].mention.text
            reason = f"{case.mention.text}是其中的一部分，却多于全部的{stated}"
            direct[index] = misstates(case, part, None, reason)
    return direct


def _is_part_of_sentence_before(index: int, cases: Sequence[Case]) -> bool:
    """Whether a sentence opens with 其中: 赛事38场，多于计划的30场。其中区级12场."""
    context, before = cases[index].context, cases[index - 1].context
    return context.sentence - before.sentence == 1 and context.lead.startswith("其中")


def _stated_before(
    index: int, part: Fact, direct: Sequence[Verdict | None], cases: Sequence[Case], book: Book
) -> int | None:
    """The index of the only value that the sentence stated lately, if it is akin: 宣讲318场，比目标多18场，其中进小区宣讲163场."""
    told = [
        before
        for before in range(index, max(-1, index - 1 - _BACK), -1)
        if cases[index].context.sentence == cases[before].context.sentence
        and (fact := book.value_of(direct[before])) is not None
        and fact.unit.base == part.unit.base
    ]
    if len(told) != 1 or cases[told[0]].context.item:
        return None
    whole = book.value_of(direct[told[0]])
    return told[0] if whole is not None and shared_run(whole.name, part.name) >= AKIN else None


def _whole_of(index: int, cases: Sequence[Case]) -> int | None:
    """The index of the number whose parts, this one among them, are listed behind 其中: 其中县道128公里、村道286公里."""
    while index > 0 and cases[index].context.sentence == cases[index - 1].context.sentence:
        if _PART_OF.match(cases[index].context.lead):
            return index - 1
        if not _LISTED_NEXT.match(cases[index - 1].context.after):
            return None
        index -= 1
    return None


def _is_done_of(part: Fact, whole: Fact, before: Case, case: Case) -> bool:
    """Whether a clause tells how much of one number is done, and nothing that compares: 隐患整改了."""
    if before.context.sentence != case.context.sentence:
        return False
    akin = shared_run(part.name, whole.name) >= AKIN
    if akin and _NOW_DONE.match(case.context.lead):  # 收到1864件诉求，已办1852件
        return case.context.prior.endswith("，") and not _PART_OF.match(before.context.lead)
    told = case.context.clause.partition(before.mention.text)[2]
    is_one_clause = bool(told) and before.mention.text in case.context.clause and not _COMPARED.search(told)
    return is_one_clause and bool(_DONE.search(told)) and akin


def against_direction(
    direct: list[Verdict | None], cases: Sequence[Case], book: Book
) -> list[Verdict | None]:
    """A number that a rise does not lead up to, or a fall not down to: 总数由26个增至21个."""
    for index in range(1, len(cases)):
        before, case = cases[index - 1], cases[index]
        said = _FROM_TO.search(case.context.clause)
        start, end = before.mention.base_value, case.mention.base_value
        is_one = (
            before.context.sentence == case.context.sentence and before.mention.text in case.context.clause
        )
        same_unit = before.mention.base_unit == case.mention.base_unit
        if said is None or not is_one or not same_unit or start is None or end is None:
            continue
        if (earlier := direct[index - 1]) is not None and earlier.status == "contradicts":
            continue  # the one that is wrong is known
        if (end <= start) if said[1] else (end >= start):
            direct[index - 1 : index + 1] = _wrong_way(said[1] or said[2], index, direct, cases, book)
    return direct


def _wrong_way(
    word: str, index: int, direct: list[Verdict | None], cases: Sequence[Case], book: Book
) -> tuple[Verdict | None, Verdict | None]:
    """The verdicts on 由26个增至21个: last year's value is wrong where the other one states this year's."""
    before, case = cases[index - 1], cases[index]
    reason = f"由{before.mention.text}到{case.mention.text}不是“{word}”"
    fact = book.value_of(direct[index])
    last = book.last_years.get(fact.name) if fact is not None else None
    if fact is None or last is None:
        return direct[index - 1], Verdict(case.field, case.mention, "contradicts", reason=reason)
    return misstates(before, fact, rewrite(before.mention, last), reason), direct[index]


def _same_sentence(index: int, cases: Sequence[Case]) -> list[int]:
    """The indexes of the numbers that follow in the sentence of ``cases[index]``, the nearest ones."""
    ahead = range(index + 1, min(len(cases), index + 8))
    return [i for i in ahead if cases[i].context.sentence == cases[index].context.sentence]


def after_parts(direct: list[Verdict | None], cases: Sequence[Case], book: Book) -> list[Verdict | None]:
    """A total that is one of its own parts: 空气站468次，水站1196次，合计728次."""
    for index, verdict in enumerate(direct):
        stated = book.value_of(verdict)
        if stated is None or not _IN_ALL.fullmatch(cases[index].context.lead):
            continue
        if _is_no_sum(index, stated, cases, book):
            direct[index] = None
            continue
        parts: list[Fact] = []
        for before in range(index - 1, max(-1, index - _MOST_PARTS), -1):
            part = book.value_of(direct[before])
            same = cases[before].context.sentence == cases[index].context.sentence
            if part is None or not same or part.unit.base != stated.unit.base:
                break
            parts.append(part)
        largest = max(parts, key=lambda part: part.base_value, default=None)
        rest = sum((part.base_value for part in parts), stated.base_value)
        if len(parts) > 1 and largest is not None and rest == 2 * largest.base_value:
            direct[index] = misplaced(cases[index], stated, largest)
    return direct


def _is_no_sum(index: int, stated: Fact, cases: Sequence[Case], book: Book) -> bool:
    """Whether a total of the numbers right before it is none of their sums, and no word names what it states."""
    case = cases[index]
    if not _IN_ALL.fullmatch(case.context.lead) or book.affinity(stated, case.seen) >= FAINT or stated.parts:
        return False
    before: list[Decimal] = []
    for other in cases[max(0, index - _MOST_PARTS) : index][::-1]:
        is_far = case.context.sentence - other.context.sentence > _SENTENCES_BACK
        if other.mention.base_value is None or is_far:
            break
        if other.mention.base_unit == case.mention.base_unit:
            before.append(other.mention.base_value)
    sums = {sum(before[:size]) for size in range(2, len(before) + 1)}
    return len(before) > 1 and case.mention.base_value not in sums


def beside_execution_rate(
    direct: list[Verdict | None], cases: Sequence[Case], book: Book
) -> list[Verdict | None]:
    """Another metric's money where the execution rate told next to it is the budget's: 实际列支201.6万元，98%的执行率."""
    executed = next((f for f in book.by_name.get(_EXECUTED, ()) if f.role == "value"), None)
    for index, (verdict, following) in enumerate(pairwise(direct)):
        stated = book.value_of(verdict)
        is_rate = following is not None and following.metrics == ("预算执行率",)
        if executed is None or stated is None or stated.rank or stated.unit.base != "元" or not is_rate:
            continue
        here, there = cases[index], cases[index + 1]
        is_same = here.context.sentence == there.context.sentence
        if is_same and _SPENT.search(here.context.lead) and book.affinity(stated, here.seen) < NAMED:
            direct[index] = misplaced(here, stated, executed)
    return direct


def _parts_after(
    index: int, direct: Sequence[Verdict | None], cases: Sequence[Case], book: Book
) -> list[Fact]:
    """The values in the number's unit that the sentence goes on with behind 其中 or 由."""
    parts: list[Fact] = []
    for i in _same_sentence(index, cases):
        case, fact = cases[i], book.value_of(direct[i])
        if fact is None or fact.unit.base != cases[index].mention.base_unit:
            continue
        if not parts and not _OPENS.search(case.context.lead):
            break
        parts.append(fact)
    return parts
