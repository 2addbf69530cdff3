"""Proposes the 数据 rows that a form's own text suggests, each to be confirmed: a text can't prove itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import product

from scoring.numbers.affinity import FULL, Names, grams
from scoring.numbers.binder import bind
from scoring.numbers.book import read_narrative
from scoring.numbers.context import Context, contexts
from scoring.numbers.mention import Mention, Verdict
from scoring.numbers.reader import read
from scoring.numbers.vocabulary import as_read, unit_of
from scoring.report import NARRATIVES, Metric, Report

_LEADING = re.compile(
    r"^(?:其中|目前|全年|年内|累计|共计?|合计|总计|完成|开展了?|组织了?|举办了?|此次|本次|今年|先后|现有|对|给予|按照?|"
    r"向|为|将|把|由|并|且|已|分别|专项资金|另有|另外|同时|以及|和|及|与|、|，|发出|出动|实现|予以|的|确定的|参与的)+"
)
_TRAILING = re.compile(
    r"(?:的|分别|为|达到?|约|近|共计?|均|都|了|有|是|计|超过?|逾|总数|合计|累计|各|等|至|到|分成|处理|审理的?|、|[（(“”\"'])+$"
)
_RATE = re.compile(r"[\u4e00-\u9fff]{0,10}?(?:率|占比|比例|满意度|覆盖面|比重)")
_LIST = re.compile(r"、|和|及|与")
_CUT = re.compile(r"开展|进行|给予|，|。|、|；|（|\)|参加|等")
_TAIL_VERB = re.compile(r"(?:给予|予以|进行)([\u4e00-\u9fff]{2,8})$")
_SUBJECT = re.compile(r"(?:对|将|把|向|在|于|以|按)?(?:[\u4e00-\u9fff]{0,20}的)?([\u4e00-\u9fff]{2,12})$")
# the words before the number say whose or where; what is counted follows it: 对…等28家重点企业
_MODIFIER = re.compile(
    r"(?:的|对[\u4e00-\u9fff]*|等|开展|组织|区域|范围内|确定|联合|覆盖|涉及|服务|分成|为)$|^对|^在|^为"
)
_LONGEST = 14
# 批复预算8个项目985万元 is money of the budget, no metric called 项目
_OF_THE_NUMBER_BEFORE = frozenset(("项目", "单位", "企业", "人员", "课题", "工程"))
_COUNT_BEHIND = re.compile(r"[\d.,]+[^\d]{0,4}$")


def propose_metrics(report: Report) -> tuple[Metric, ...]:
    """One unconfirmed metric for each number of the narratives that nothing in ``report`` proves yet.

    Names come from the words beside the number and are unique; a rate that two names share
    (办结率、回复率均为100%) gives two metrics. Targets are taken from the 年度目标 that names the metric.
    """
    taken = {metric.name for metric in report.metrics}
    proposed: list[Metric] = []
    for field in NARRATIVES:
        for name, verdict in _named_numbers(report, field):
            mention = verdict.mention
            unit = mention.unit or _shared_unit(mention)
            if any((m.name, m.value, m.unit) == (name, mention.value, unit) for m in proposed):
                continue
            unique = _unique(name, taken, proposed[-1].name if proposed else "")
            taken.add(unique)
            proposed.append(
                Metric(
                    name=unique,
                    value=mention.value,
                    unit=unit,
                    target=_target(report, unique, mention),
                    source=f"{field}原文",
                    unconfirmed=True,
                )
            )
    return _told_apart(report, proposed)


def _told_apart(report: Report, proposed: Sequence[Metric]) -> tuple[Metric, ...]:
    """The proposals, those that the text itself seems to exchange called also by all the words before their number.

    现区级保留的政务服务事项515项 gives 政务服务事项, which 区级取消政务服务事项18项 names as well.
    """
    taken = report.model_copy(update={"metrics": (*report.metrics, *proposed)})
    fuller: dict[tuple[Decimal | None, str], str] = {}
    for field in NARRATIVES:
        narrative = read_narrative(taken, field)
        leads = {case.mention.start: _trimmed(case.context.clause)[-_LONGEST:] for case in narrative.cases}
        for verdict in bind(taken):
            if verdict.field == field and verdict.status == "wrong-metric":
                mention = verdict.mention
                fuller[mention.value, mention.unit or _shared_unit(mention)] = leads[mention.start]
    return tuple(
        metric.model_copy(update={"aliases": (alias,)})
        if (alias := fuller.get((metric.value, metric.unit), "")) not in ("", metric.name)
        and not any(map(str.isdigit, alias))
        else metric
        for metric in proposed
    )


def _shared_unit(mention: Mention) -> str:
    """The unit that a number of a list has from the last one, with its scale: 万元 of 12 in 12、15万元."""
    base = unit_of(mention.base_unit)
    scale = next((word for word, factor in (("亿", 10**8), ("万", 10**4)) if mention.scale == factor), "")
    return f"{scale}{base.word}"


def _named_numbers(report: Report, field: str) -> Iterator[tuple[str, Verdict]]:
    text = report.narrative(field)
    numbers = [mention for mention in read(text) if mention.is_fact]
    around = dict(zip((mention.start for mention in numbers), contexts(as_read(text), numbers), strict=True))
    for verdict in bind(report):
        mention = verdict.mention
        if verdict.field != field or mention.value is None or not mention.is_fact:
            continue
        if verdict.status in ("unsupported", "contradicts", "wrong-metric"):
            for name in _names(mention, around[mention.start]):
                yield name, verdict


def _names(mention: Mention, context: Context) -> Iterator[str]:
    lead = _trimmed(context.lead)
    if mention.unit == "%":
        parts = [part for part in _LIST.split(_TRAILING.sub("", context.clause)) if part.endswith("率")]
        rates = [_LEADING.sub("", part)[-_LONGEST:] for part in parts] or [
            match.group() for match in _RATE.finditer(lead)
        ][-1:]
        yield from rates or [lead[-_LONGEST:] or "比率"]
        return
    tail = context.tail.strip()
    if not context.tail_shared and (verb := _TAIL_VERB.search(tail)):
        yield verb.group(1)
        return
    noun = _CUT.split(tail)[0].removeprefix("的")
    if context.lead_shared and lead in _OF_THE_NUMBER_BEFORE:
        prior = _COUNT_BEHIND.sub("", re.split(r"[，。；：（(]", context.prior)[-1])
        yield _last_phrase(_trimmed(prior)) or lead
    elif len(lead) >= 2 and not (len(noun) >= 2 and _MODIFIER.search(context.lead)):
        yield _last_phrase(lead)
    elif len(noun) >= 2:
        yield noun[-_LONGEST:] if "的" in noun else noun[:_LONGEST]
    else:
        prior = _trimmed(
            _COUNT_BEHIND.sub("", re.split(r"[，。；：]", context.prior.rstrip("，；：、和"))[-1])
        )
        yield _last_phrase(prior) or f"{mention.unit}数"


def _trimmed(words: str) -> str:
    words = "".join(
        char for char in words if "\u4e00" <= char <= "\u9fff" or char.isalnum() or char in "、（）"
    )
    return _LEADING.sub("", _TRAILING.sub("", words))


def _last_phrase(words: str) -> str:
    match = _SUBJECT.search(words)
    return _LEADING.sub("", match.group(1) if match else words)[-_LONGEST:] or words[-_LONGEST:]


def _unique(name: str, taken: set[str], before: str) -> str:
    """A free name: the number before tells whose it is (举报属实案件 · 行政处罚款), or 甲, 乙 … behind it.

    No digit is put behind a name: it would run into the value where both are printed.
    """
    if name not in taken:
        return name
    told = f"{before}{name}"
    if before and told not in taken and len(told) <= 2 * _LONGEST:
        return told
    marks = (
        f"{name}（{''.join(chosen)}）" for n in (1, 2, 3) for chosen in product("甲乙丙丁戊己庚辛", repeat=n)
    )
    return next(mark for mark in marks if mark not in taken)


def _target(report: Report, name: str, mention: Mention) -> str:
    """The 年度目标 of the same unit that names the metric, as a comparison; empty where none does."""
    names = Names([name])
    for line in report.targets:
        for target in read(line):
            same_unit = unit_of(target.unit).base == mention.base_unit
            if not target.is_fact or target.value is None or not same_unit:
                continue
            if names.affinities(dict.fromkeys(grams(line), FULL)).get(name, 0) >= FULL // 2:
                return f"{target.comparator or '≥'}{target.value:f}{target.unit}"
    return ""
