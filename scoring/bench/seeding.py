"""Seeds one error at a time into a clean report, as tired people make them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from scoring.numbers.book import read_narrative
from scoring.numbers.mention import Mention, Verdict
from scoring.numbers.precision import states
from scoring.numbers.reader import read
from scoring.numbers.rewrite import rewrite
from scoring.report import NARRATIVES, Report
from scoring.scheme import load


@dataclass(frozen=True, slots=True)
class Seeded:
    """A report with one error: its class, the narrative and the span (code points) of the changed text.

    ``spans`` holds both places of a swap; it is empty where text was left out.
    """

    kind: str
    report: Report
    field: str
    spans: tuple[tuple[int, int], ...]
    note: str


_MEASURE_WORDS = {
    "家次": "家",
    "人次": "人",
    "家": "家次",
    "户次": "户",
    "公里": "米",
    "吨": "公斤",
    "亩": "平方米",
    "平方米": "亩",
    "件": "人次",
    "起": "人次",
    "项": "家",
    "人": "人次",
    "次": "家",
    "个": "人",
    "场": "人次",
}
_SCALES = (("万元", "元"), ("亿元", "万元"), ("万人次", "人次"), ("万人", "人"))
_OPPOSITES = (
    ("增长", "下降"),
    ("下降", "增长"),
    ("增加", "减少"),
    ("减少", "增加"),
    ("提高", "降低"),
    ("超额完成", "未完成"),
    ("高于", "低于"),
    ("低于", "高于"),
)
_INVENTED = ("走访群众{}户", "印发资料{}份", "召开座谈会{}场", "化解矛盾{}起", "惠及居民{}人")


def seed(report: Report, verdicts: tuple[Verdict, ...], random: Random) -> Iterator[Seeded]:
    """One error of each class that ``report`` has room for, at a random place.

    Args:
        report: a clean report.
        verdicts: the verdicts on its numbers (which of them are proven, and by what).
        random: where chance comes from.
    """
    past = _without_plans(report, verdicts)
    for kind, maker in _MAKERS.items():
        made = maker(report, past, random)
        if made is not None:
            field, spans, changed, note = made
            yield Seeded(kind, changed, field, spans, note)


def _without_plans(report: Report, verdicts: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
    """The verdicts without those on plans: another number planned is no error."""
    plans = {
        (field, case.mention.start)
        for field in NARRATIVES
        for case in read_narrative(report, field).cases
        if case.cues.planned
    }
    return tuple(v for v in verdicts if (v.field, v.mention.start) not in plans)


Made = tuple[str, tuple[tuple[int, int], ...], Report, str] | None
_Maker = Callable[[Report, tuple[Verdict, ...], Random], Made]


def _proven(verdicts: tuple[Verdict, ...], *statuses: str) -> list[Verdict]:
    return [v for v in verdicts if v.status in statuses and v.mention.is_fact and v.mention.value is not None]


def _replace(report: Report, field: str, mention: Mention, text: str) -> Made:
    old = report.narrative(field)
    if any(
        m.is_fact
        and mention.base_value is not None
        and m.base_unit == mention.base_unit
        and states(m, mention.base_value)
        for m in read(text)
    ):
        return None  # rounded otherwise, but still true
    changed = report.with_narrative(field, old[: mention.start] + text + old[mention.end :])
    return field, ((mention.start, mention.start + len(text)),), changed, f"{mention.text}→{text}"


def _pick(items: list[Verdict], random: Random) -> Verdict | None:
    return random.choice(items) if items else None


def _with_digits(verdicts: tuple[Verdict, ...], least: int = 1) -> list[Verdict]:
    return [
        v
        for v in _proven(verdicts, "bound", "derived")
        if not v.mention.chinese
        and len(re.findall(r"[0-9]", v.mention.text)) >= least
        and not v.mention.approx
    ]


def _digit(report: Report, verdicts: tuple[Verdict, ...], random: Random) -> Made:
    chosen = _pick(_with_digits(verdicts), random)
    if chosen is None:
        return None
    text = chosen.mention.text
    places = [m.start() for m in re.finditer(r"[0-9]", text)]
    place = random.choice(places)
    others = [d for d in "123456789" if d != text[place]]
    return _replace(
        report, chosen.field, chosen.mention, text[:place] + random.choice(others) + text[place + 1 :]
    )


def _transposition(report: Report, verdicts: tuple[Verdict, ...], random: Random) -> Made:
    chosen = _pick(_with_digits(verdicts, 2), random)
    if chosen is None:
        return None
    text = chosen.mention.text
    pairs = [m.start() for m in re.finditer(r"(?=([0-9])(?!\1)[0-9])", text)]
    pairs = [place for place in pairs if not (place == 0 and text[1] == "0")]
    if not pairs:
        return None
    place = random.choice(pairs)
    swapped = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    return _replace(report, chosen.field, chosen.mention, swapped)


def _factor_ten(report: Report, verdicts: tuple[Verdict, ...], random: Random) -> Made:
    chosen = _pick([v for v in _with_digits(verdicts) if v.mention.value], random)
    if chosen is None or chosen.mention.base_value is None:
        return None
    return _replace(
        report, chosen.field, chosen.mention, rewrite(chosen.mention, chosen.mention.base_value * 10)
    )


def _scale(report: Report, verdicts: tuple[Verdict, ...], random: Random) -> Made:
    pool = [
        (v, old, new)
        for v in _proven(verdicts, "bound", "derived")
        for old, new in _SCALES
        if v.mention.text.endswith(old)
    ]
    if not pool:
        return None
    chosen, old, new = random.choice(pool)
    return _replace(report, chosen.field, chosen.mention, chosen.mention.text.removesuffix(old) + new)


def _percent(report: Report, verdicts: tuple[Verdict, ...], random: Random) -> Made:
    pool = [v for v in _proven(verdicts, "derived") if v.mention.unit in ("个百分点", "%")]
    pool = [v for v in pool if v.mention.text.endswith(v.mention.unit)]
    pool = [v for v in pool if v.mention.unit == "个百分点" or "增长" in (v.relation or "")]
    chosen = _pick(pool, random)
    if chosen is None:
        return None
    unit = chosen.mention.unit
    other = "%" if unit == "个百分点" else "个百分点"
    return _replace(report, chosen.field, chosen.mention, chosen.mention.text.removesuffix(unit) + other)


def _measure_word(report: Report, verdicts: tuple[Verdict, ...], random: Random) -> Made:
    chosen = _pick([v for v in _proven(verdicts, "bound") if v.mention.unit in _MEASURE_WORDS], random)
    if chosen is None:
        return None
    unit = chosen.mention.unit
    text = chosen.mention.text.removesuffix(unit) + _MEASURE_WORDS[unit]
    return _replace(report, chosen.field, chosen.mention, text)


def _metric_swap(report: Report, verdicts: tuple[Verdict, ...], random: Random) -> Made:
    pool = [v for v in _proven(verdicts, "bound") if v.metrics]
    pairs = [
        (a, b)
        for i, a in enumerate(pool)
        for b in pool[i + 1 :]
        if a.field == b.field
        and a.mention.base_unit == b.mention.base_unit
        and a.mention.base_value != b.mention.base_value
        and a.metrics != b.metrics
        and not a.mention.approx
        and not b.mention.approx
    ]
    if not pairs:
        return None
    a, b = random.choice(pairs)
    text = report.narrative(a.field)
    changed = (
        text[: a.mention.start]
        + b.mention.text
        + text[a.mention.end : b.mention.start]
        + a.mention.text
        + text[b.mention.end :]
    )
    shift = len(b.mention.text) - len(a.mention.text)
    second = b.mention.start + shift
    spans = (
        (a.mention.start, a.mention.start + len(b.mention.text)),
        (second, second + len(a.mention.text)),
    )
    return a.field, spans, report.with_narrative(a.field, changed), f"{a.mention.text}⇄{b.mention.text}"


def _part_whole(report: Report, verdicts: tuple[Verdict, ...], random: Random) -> Made:
    parts = {name for metric in report.metrics for name in metric.parts}
    pool = [v for v in _proven(verdicts, "bound") if v.metrics and v.metrics[0] in parts]
    pool += [v for v in _proven(verdicts, "derived") if (v.relation or "").startswith(("合计", "余数"))]
    chosen = _pick([v for v in pool if not v.mention.approx], random)
    if chosen is None or chosen.mention.base_value is None:
        return None
    step = chosen.mention.scale.scaleb(-chosen.mention.places)
    changed = rewrite(chosen.mention, chosen.mention.base_value + step * random.choice((1, 2, 3)))
    return _replace(report, chosen.field, chosen.mention, changed)


def _rate(report: Report, verdicts: tuple[Verdict, ...], random: Random) -> Made:
    pool = [
        v for v in _proven(verdicts, "derived", "bound") if v.mention.unit == "%" and not v.mention.approx
    ]
    chosen = _pick([v for v in pool if v.mention.value is not None and v.mention.value > 5], random)
    if chosen is None or chosen.mention.value is None:
        return None
    off = Decimal(random.choice((-4, -3, -2, 2, 3, 4))).scaleb(-min(chosen.mention.places, 1))
    return _replace(report, chosen.field, chosen.mention, rewrite(chosen.mention, chosen.mention.value + off))


def _comparator(report: Report, verdicts: tuple[Verdict, ...], random: Random) -> Made:
    pool = []
    for verdict in _proven(verdicts, "derived"):
        text = report.narrative(verdict.field)
        before = text[max(0, verdict.mention.start - 8) : verdict.mention.start]
        for word, opposite in _OPPOSITES:
            at = before.rfind(word)
            if at >= 0 and verdict.relation and not verdict.relation.startswith(("占比", "合计")):
                pool.append((verdict, verdict.mention.start - len(before) + at, word, opposite))
    if not pool:
        return None
    verdict, place, word, opposite = random.choice(pool)
    text = report.narrative(verdict.field)
    changed = text[:place] + opposite + text[place + len(word) :]
    end = verdict.mention.end + len(opposite) - len(word)
    return verdict.field, ((place, end),), report.with_narrative(verdict.field, changed), f"{word}→{opposite}"


def _year(report: Report, verdicts: tuple[Verdict, ...], random: Random) -> Made:
    pool = [
        (field, match.start())
        for field in NARRATIVES[:2]
        for match in re.finditer(rf"{report.year}年", report.narrative(field))
        if not re.search(r"[较比从自至到]$|截至$|截止$", report.narrative(field)[: match.start()][-3:])
    ]
    if not pool:
        return None
    field, place = random.choice(pool)
    text = report.narrative(field)
    changed = text[:place] + str(report.year - 1) + text[place + 4 :]
    return field, ((place, place + 5),), report.with_narrative(field, changed), "年份"


def _chinese_numeral(report: Report, verdicts: tuple[Verdict, ...], random: Random) -> Made:
    pool = [v for v in _proven(verdicts, "bound") if v.mention.chinese and not v.mention.approx]
    chosen = _pick(pool, random)
    if chosen is None or chosen.mention.base_value is None:
        return None
    off = chosen.mention.scale * random.choice((1, 2, 3))
    return _replace(
        report, chosen.field, chosen.mention, rewrite(chosen.mention, chosen.mention.base_value + off)
    )


def _carry_over(report: Report, verdicts: tuple[Verdict, ...], random: Random) -> Made:
    last = {
        m.name: m
        for m in report.metrics
        if m.value and m.last_year_value is not None and m.value != m.last_year_value
    }
    pool = [
        v for v in _proven(verdicts, "bound") if v.metrics and v.metrics[0] in last and not v.mention.approx
    ]
    pool = [v for v in pool if "上年" not in v.reason and "目标" not in v.reason]
    chosen = _pick(pool, random)
    if chosen is None:
        return None
    metric = last[chosen.metrics[0]]
    assert metric.last_year_value is not None
    assert metric.value
    assert chosen.mention.base_value is not None
    stale = chosen.mention.base_value / metric.value * metric.last_year_value
    return _replace(report, chosen.field, chosen.mention, rewrite(chosen.mention, stale))


def _invented(report: Report, verdicts: tuple[Verdict, ...], random: Random) -> Made:
    field = "主要绩效"
    text = report.narrative(field)
    ends = [match.start() for match in re.finditer("。", text)]
    if not ends:
        return None
    place = random.choice(ends)
    clause = "，" + random.choice(_INVENTED).format(random.randrange(11, 2000))
    number = re.search(r"\d+.", clause)
    assert number is not None
    start = place + number.start()
    changed = text[:place] + clause + text[place:]
    return field, ((start, place + number.end()),), report.with_narrative(field, changed), clause


def _grade_word(report: Report, verdicts: tuple[Verdict, ...], random: Random) -> Made:
    field = "主要绩效"
    text = report.narrative(field)
    words = [band.label for band in load(report.scheme).grades if band.label != report.grade]
    if not words:
        return None
    wrong = random.choice(words)
    clause = f"自评等级为{wrong}。"
    changed = report.with_narrative(field, text + clause)
    return field, ((len(text) + 5, len(text) + 5 + len(wrong)),), changed, clause


def _omitted_target(report: Report, verdicts: tuple[Verdict, ...], random: Random) -> Made:
    with_target = {m.name for m in report.metrics if m.target and m.value is not None}
    named = [v for v in _proven(verdicts, "bound") if v.metrics and v.metrics[0] in with_target]
    once = [v for v in named if sum(w.metrics[0] == v.metrics[0] for w in named) == 1]
    chosen = _pick([v for v in once if v.field == "主要绩效"], random)
    if chosen is None:
        return None
    text = report.narrative(chosen.field)
    start = max(text.rfind(mark, 0, chosen.mention.start) for mark in "，。；\n") + 1
    ends = [at for mark in "，。；\n" if (at := text.find(mark, chosen.mention.end)) >= 0]
    changed = text[:start] + text[min(ends, default=len(text)) + 1 :]
    return chosen.field, (), report.with_narrative(chosen.field, changed), f"略去{chosen.metrics[0]}"


_MAKERS: dict[str, _Maker] = {
    "一位数字": _digit,
    "相邻颠倒": _transposition,
    "差十倍": _factor_ten,
    "万与元": _scale,
    "%与百分点": _percent,
    "量词": _measure_word,
    "张冠李戴": _metric_swap,
    "分项与合计": _part_whole,
    "比率": _rate,
    "增减高低": _comparator,
    "年份": _year,
    "等级用语": _grade_word,
    "漏报目标": _omitted_target,
    "无中生有": _invented,
    "中文数字": _chinese_numeral,
    "旧数沿用": _carry_over,
}
KINDS = tuple(_MAKERS)
"""The classes of errors, in the order of the table."""
