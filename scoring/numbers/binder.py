"""Binds each number of a report's narratives to the metric that it states, and proves or refuses it.

Two passes. The first weighs every fact of the same unit against the words round each number: a value that
agrees counts as much as a name found beside it, so that a number beside another metric's name is noticed
even where its value exists in the report. The second re-computes what is left (rates, sums, growth) from
the numbers that the first has proven nearby.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from scoring.numbers.affinity import FULL, Grams, Names, grams, seen_grams
from scoring.numbers.context import Context, contexts
from scoring.numbers.cues import TIME_UNITS, Cues, abstract_nouns, read_cues
from scoring.numbers.facts import Fact, facts
from scoring.numbers.listing import Listing, listing_beside
from scoring.numbers.mention import Mention, Verdict
from scoring.numbers.precision import states
from scoring.numbers.reader import read
from scoring.numbers.relations import Operand, Result, results
from scoring.numbers.rewrite import rewrite
from scoring.numbers.vocabulary import as_read
from scoring.numbers.years import judge_date
from scoring.report import NARRATIVES, Report

_MATCH = 450
"""What an agreeing value weighs against a name (a name found whole beside the number weighs 1000)."""
_NAMED = 450
"""From here on the words name a metric clearly enough to say that its value is contradicted."""
_MARGIN = 330
"""By so much another metric must be named better before an agreeing value is called wrong."""
_FAINT = 120
"""Below this a small number that agrees is taken for a coincidence."""
_MONEY = re.compile("预算|资金|支出|经费|投入|拨款|执行")
_CROSSED = 180
"""By so much two names must fit better when exchanged."""
_INTRODUCES = re.compile("[^，。；]{0,14}[，,]?(?:其中|分别|包括|：|:|（|中，)")
# 95%这一市级考核线 · 98%的财政通报线 · 1000万美元以上的企业
_STANDARD = re.compile("(?:的|这一|这个)(?![^，。；]{0,6}目标)[^，。；]{0,8}(?:线|标准|规定|限值|上限|下限|控制[数值])")
_CRITERION = re.compile("(?:以上|以下|以内)(?:贷款|资金|项目|企业|家庭)|(?:以上|以下|以内)?的(?:企业|单位|项目|主机|家庭|学校|人员|对象|区域|小区|路段|设备|房屋|老人|学生)")
_CLOSE = 600
"""Words of at least this nearness stand in the number's own clause."""
_NEAR_SENTENCES = 3
_MOST = 18
"""So many numbers near a place are tried as operands."""


@dataclass(frozen=True, slots=True)
class _Case:
    """One number with all that is known of its surroundings."""

    field: str
    mention: Mention
    context: Context
    cues: Cues
    seen: Grams


class _Book:
    """The facts of a report, found by unit, each with how well a place names it."""

    def __init__(self, entries: Sequence[Fact]) -> None:
        self.entries = entries
        self.by_base: dict[str, list[Fact]] = defaultdict(list)
        for fact in entries:
            self.by_base[fact.unit.base].append(fact)
        self.by_name: dict[str, list[Fact]] = defaultdict(list)
        for fact in entries:
            self.by_name[fact.name].append(fact)
        self.targets: dict[str, list[Decimal]] = defaultdict(list)
        self.last_years: dict[str, Decimal] = {}
        for fact in entries:
            if fact.role == "target":
                self.targets[fact.name].append(fact.base_value)
            elif fact.role == "last_year":
                self.last_years[fact.name] = fact.base_value
        if "上年预算金额" in self.last_years:
            self.last_years["当年预算数"] = self.last_years["上年预算金额"]
        self._names = Names(word for fact in entries for word in fact.words)
        self._adopt_targets()

    @cached_property
    def counts(self) -> tuple[Operand, ...]:
        """Every value of the report as an operand, for relations that a word beside the number calls for."""
        return tuple(_from_fact(fact, self, False) for fact in self.entries if fact.role == "value")

    def _adopt_targets(self) -> None:
        """Give a metric without a target of its own the 年度目标 that names it in the same unit."""
        lines = [fact for fact in self.entries if fact.name == "年度目标"]
        own = set(self.targets)
        for line in lines:
            seen = dict.fromkeys(grams(line.words[-1]), FULL)
            named = [
                (self.affinity(fact, seen), fact.name)
                for fact in self.by_base[line.unit.base]
                if fact.role == "value" and fact.name not in own
            ]
            score, name = max(named, default=(0, ""))
            if score >= _NAMED:
                self.targets[name].append(line.base_value)

    def affinity(self, fact: Fact, seen: Grams) -> int:
        """How well the words of a place name ``fact``, 0 to 1000."""
        return max((self._names.affinity(word, seen) for word in fact.words), default=0)

    def value_of(self, verdict: Verdict) -> Fact | None:
        """The value that a bound number states; None where it states a target or last year's value."""
        for fact in self.by_name.get(verdict.metrics[0], ()):
            if fact.role == "value" and states(verdict.mention, fact.base_value):
                return fact
        return None

    def names_apart(self, fact: Fact, rival: Fact, seen: Grams) -> bool:
        """Whether what only ``fact``'s name has (not the rival's) stands close by: 城镇 of 登记人口中城镇169.6万人."""
        others = {gram for word in rival.words for gram in grams(word)}
        own = {gram for word in fact.words for gram in grams(word)} - others
        return any(seen.get(gram, 0) >= _CLOSE for gram in own)

    def candidates(self, mention: Mention) -> list[Fact]:
        """Facts of the mention's unit; of every unit where the mention has none."""
        return list(self.entries) if not mention.base_unit else self.by_base.get(mention.base_unit, [])


def bind(report: Report) -> tuple[Verdict, ...]:
    """The verdict on every number of the three narratives, in the order of the form and the text."""
    book = _Book(facts(report))
    verdicts: list[Verdict] = []
    for field in NARRATIVES:
        verdicts.extend(_bind_field(report, field, book, verdicts))
    return tuple(verdicts)


def explain(report: Report, field: str, start: int) -> tuple[Result, ...]:
    """All relations that could give the number at code point ``start`` of ``field``, the likeliest first."""
    book = _Book(facts(report))
    _, cases = _cases(report, field)
    direct = _first_pass(cases, book)
    for index, case in enumerate(cases):
        if case.mention.start == start:
            operands = _operands(case, index, cases, direct, book)
            return tuple(results(case.mention, case.cues, operands, book.counts))
    return ()


def _cases(report: Report, field: str) -> tuple[tuple[Mention, ...], list[_Case]]:
    """Every mention of one narrative, and those that are numbers with their surroundings."""
    text = report.narrative(field)
    mentions = read(text, frozenset(metric.unit for metric in report.metrics))
    numbers = [mention for mention in mentions if mention.is_fact]
    cases = [
        _Case(field, mention, context, read_cues(mention, context, field == "改进措施"), seen_grams(context))
        for mention, context in zip(numbers, contexts(as_read(text), numbers), strict=True)
    ]
    return mentions, cases


def _first_pass(cases: Sequence[_Case], book: _Book) -> list[Verdict | None]:
    """The verdicts that need no calculation."""
    direct = [_bind_directly(case, book) for case in cases]
    return _untangled(_without_stated_rivals(direct, cases, book), cases, book)


def _without_stated_rivals(
    direct: list[Verdict | None], cases: Sequence[_Case], book: _Book
) -> list[Verdict | None]:
    """A rival that its own number states nearby is no rival: 10个监测断面中9个达标."""
    cleared = []
    for index, (case, verdict) in enumerate(zip(cases, direct, strict=True)):
        if verdict is not None and verdict.status == "wrong-metric":
            neighbours = [
                other
                for other, place in zip(direct[max(0, index - 3) : index + 3], cases[max(0, index - 3) :], strict=False)
                if other is not None and place.context.sentence == case.context.sentence
            ]
            if any(other.status == "bound" and other.metrics[0] == verdict.metrics[0] for other in neighbours):
                verdict = _bind_directly(case, book, heed_rivals=False)
        cleared.append(verdict)
    return cleared


def _bind_field(report: Report, field: str, book: _Book, earlier: Sequence[Verdict]) -> list[Verdict]:
    mentions, cases = _cases(report, field)
    direct = _first_pass(cases, book)
    seen_text = as_read(report.narrative(field))
    verdicts: list[Verdict] = []
    for index, (case, verdict) in enumerate(zip(cases, direct, strict=True)):
        known = [*verdicts, *direct[index:]]
        done = verdict or _derive(case, index, cases, known, book) or _repeated(case, earlier)
        verdicts.append(done or _refuse(case, seen_text, index, cases, known, book))
    text = report.narrative(field)
    others = [judge_date(field, mention, text, report.year) for mention in mentions if not mention.is_fact]
    return sorted((*verdicts, *others), key=lambda verdict: verdict.mention.start)


def _bind_directly(case: _Case, book: _Book, heed_rivals: bool = True) -> Verdict | None:
    """The verdict where the number states (or, beside another's name, misstates) a fact of the report."""
    mention, cues = case.mention, case.cues
    if mention.value is None:
        return None
    ranked = _ranked(case, book)
    agreeing = [(score, fact) for score, fact in ranked if _agrees_with(fact, case)]
    if not agreeing:
        return None
    score, fact = agreeing[0]
    rival_score, rival = _rival(ranked, fact, mention)
    if cues.planned and rival_score >= _NAMED and rival_score > score:
        return None
    is_target = fact.role == "target" and cues.target
    is_change = not is_target and (cues.change or cues.average or cues.exceed)
    if is_change and score < FULL * 6 // 10:
        return None
    if (cues.remain or cues.total) and score < _FAINT * 2 and not _is_distinctive(mention):
        return None
    if rival is not None and heed_rivals:
        narrower = rival_score >= FULL * 9 // 10 and _is_narrower(rival, fact)
        better = rival_score >= _NAMED and rival_score - score >= _MARGIN
        if narrower or (better and not book.names_apart(fact, rival, case.seen)):
            return _misplaced(case, fact, rival)
    if score < _FAINT and not _is_distinctive(mention):
        return None
    if score < _FAINT and mention.base_unit == "%" and cues.share and mention.value != 100:
        return None
    names = _all_stated(case, agreeing)
    return Verdict(
        case.field,
        mention,
        "bound",
        names,
        reason=f"与「{fact.name}」{_role_word(fact)}{fact.printed}一致",
        confirmed=fact.confirmed,
    )


def _untangled(
    direct: list[Verdict | None], cases: Sequence[_Case], book: _Book
) -> list[Verdict | None]:
    """The direct verdicts, with two numbers that stand at each other's names called wrong.

    Each value alone agrees with a fact; only together do the words show that the two were exchanged.
    """
    bound = [
        (i, fact)
        for i, verdict in enumerate(direct)
        if verdict is not None and verdict.status == "bound" and (fact := book.value_of(verdict)) is not None
    ]
    for position, (i, first) in enumerate(bound):
        for j, second in bound[position + 1 :]:
            if first.unit.base != second.unit.base or first.name == second.name:
                continue
            if first.base_value == second.base_value:
                continue
            straight = book.affinity(first, cases[i].seen) + book.affinity(second, cases[j].seen)
            crossed = book.affinity(second, cases[i].seen) + book.affinity(first, cases[j].seen)
            # 支出 or 执行 names a field of the form only loosely
            if crossed - straight >= (_CROSSED if first.rank == second.rank else 4 * _CROSSED):
                direct[i], direct[j] = _misplaced(cases[i], first, second), _misplaced(cases[j], second, first)
    return direct


def _agrees_with(fact: Fact, case: _Case) -> bool:
    """Whether the number states the fact; beside 目标 a result must agree to the last digit."""
    if case.cues.target and fact.role == "value" and fact.base_value != case.mention.base_value:
        return False
    return states(case.mention, fact.base_value)


def _ranked(case: _Case, book: _Book) -> list[tuple[int, Fact]]:
    """Facts that the number may state, best named first; 数据 before the form's fields on a tie."""
    ranked = []
    for fact in book.candidates(case.mention):
        if not _admissible(fact, case):
            continue
        score = book.affinity(fact, case.seen)
        if fact.role == "target" and case.cues.target:
            score = min(FULL, score + 300)
        if fact.role == "last_year" and case.cues.last_year:
            score = min(FULL, score + 200)
        if fact.role == "value" and case.cues.target and case.mention.comparator in ("≥", "≤"):
            score //= 2
        ranked.append((score, fact))
    ranked.sort(key=lambda pair: (-pair[0], pair[1].rank))
    return ranked


def _admissible(fact: Fact, case: _Case) -> bool:
    cues = case.cues
    match fact.role:
        case "target":
            return (
                cues.target
                or case.mention.comparator in ("≥", "≤")
                or cues.planned
                or "目标" in case.context.lead
            )
        case "last_year":
            return cues.last_year
        case "score":
            return any(word in case.context.clause for word in ("分值", "权重", "得分", "自评", "扣", "得"))
        case _:
            return True


def _rival(ranked: Sequence[tuple[int, Fact]], fact: Fact, mention: Mention) -> tuple[int, Fact | None]:
    """The best named value that the number does not state."""
    for score, other in ranked:
        if other.role != "value" or other.name == fact.name or states(mention, other.base_value):
            continue
        if other.rank <= fact.rank or fact.rank == 0 and other.rank == 0:
            return score, other
    return 0, None


def _is_narrower(rival: Fact, fact: Fact) -> bool:
    """Whether the rival's name holds the fact's: 水环境应急监测 is not 应急监测."""
    return rival.rank == fact.rank == 0 and fact.name in rival.name


def _is_distinctive(mention: Mention) -> bool:
    """Whether a value is unlikely to agree by chance: three digits, or two and not round."""
    if mention.value is None:
        return False
    digits = f"{mention.value:f}".replace(".", "").strip("0")
    return len(digits) >= 2 or mention.value >= 100


def _all_stated(case: _Case, agreeing: Sequence[tuple[int, Fact]]) -> tuple[str, ...]:
    """The names of all metrics that the number states: one, or several under 均/都 (办结率、回复率均为100%)."""
    best = agreeing[0][1].name
    lead = case.context.lead + case.context.clause
    if not any(word in lead for word in ("均", "都", "、", "和", "及", "双")):
        return (best,)
    named = [
        fact.name
        for score, fact in agreeing
        if fact.role == "value"
        and score >= FULL * 6 // 10
        and any(_short_in(word, case.context.clause) for word in fact.words)
    ]
    clause = case.context.clause
    ordered = sorted(dict.fromkeys(named), key=lambda name: _place(name, clause))
    return tuple(ordered) if len(ordered) > 1 and "均" in clause + "均" * ("都" in clause) else (best,)


def _short_in(word: str, clause: str) -> bool:
    return word in clause or word[-4:] in clause or word[-3:] in clause


def _place(name: str, clause: str) -> int:
    return max(clause.rfind(name), clause.rfind(name[-4:]), clause.rfind(name[-3:]))


def _role_word(fact: Fact) -> str:
    return {"target": "的目标", "last_year": "的上年值"}.get(fact.role, "")


def _misplaced(case: _Case, fact: Fact, rival: Fact) -> Verdict:
    expected = rewrite(case.mention, rival.base_value)
    return Verdict(
        case.field,
        case.mention,
        "wrong-metric",
        (rival.name,),
        expected,
        reason=f"此处说的是「{rival.name}」（{rival.printed}），{case.mention.text}是「{fact.name}」的数",
        confirmed=rival.confirmed,
    )


def _derive(
    case: _Case, index: int, cases: Sequence[_Case], verdicts: Sequence[Verdict | None], book: _Book
) -> Verdict | None:
    """The verdict ``derived`` where a relation between nearby numbers gives the printed value."""
    operands = _operands(case, index, cases, verdicts, book)
    found = list(results(case.mention, case.cues, operands, book.counts))
    own = [result for result in found if len(result.operands) == 1]
    for result in own:
        if _is_reversed(case, result) and not any(_agrees(case, other) for other in own):
            return _reversed(case, result)
    for result in found:
        if _agrees(case, result):
            return Verdict(
                case.field,
                case.mention,
                "derived",
                result.operands,
                relation=f"{result.relation}：{result.formula}",
                reason=f"由{result.formula}得出",
            )
    return None


def _repeated(case: _Case, earlier: Sequence[Verdict]) -> Verdict | None:
    """The verdict on a number that an earlier narrative has derived: 死亡242株 … 补植242株."""
    for verdict in earlier:
        stated = verdict.mention
        if (
            verdict.status == "derived"
            and not (verdict.relation or "").startswith("列举")
            and stated.base_unit == case.mention.base_unit
            and stated.base_value is not None
            and states(case.mention, stated.base_value)
        ):
            return replace(
                verdict, field=case.field, mention=case.mention, reason=f"与{verdict.field}中的{stated.text}一致"
            )
    return None


def _agrees(case: _Case, result: Result) -> bool:
    """Whether the result is what is printed; the direction of a change must be the word's."""
    value, cues = result.value, case.cues
    if cues.change and result.relation in ("增长率", "差额", "百分点差", "增长倍数", "超额率"):
        if cues.fall and not cues.rise:
            value = -value if value < 0 or result.relation != "差额" else value
            if result.relation == "差额" and result.value > 0 and len(result.operands) == 1:
                return False
        elif value < 0:
            if len(result.operands) == 1:
                return False
            value = -value
    elif result.relation in ("差额", "百分点差"):
        value = abs(value)
    return states(case.mention, value)


_DIRECTED = ("增长率", "差额", "百分点差", "增长倍数")


def _is_reversed(case: _Case, result: Result) -> bool:
    """Whether the amount of a change is right and the word before it says the contrary."""
    if not case.cues.change or len(result.operands) != 1 or result.relation not in _DIRECTED:
        return False
    falls = bool(case.cues.fall) and not case.cues.rise
    return falls == (result.value > 0) and result.value != 0 and states(case.mention, abs(result.value))


def _reversed(case: _Case, result: Result) -> Verdict:
    word = case.cues.fall or case.cues.rise
    truth = "增加" if result.value > 0 else "减少"
    return Verdict(
        case.field,
        case.mention,
        "contradicts",
        result.operands,
        relation=f"{result.relation}：{result.formula}",
        reason=f"「{result.operands[0]}」按{result.formula}是{truth}，文中写“{word}{case.mention.text}”",
        cue=word,
    )


def _operands(
    case: _Case, index: int, cases: Sequence[_Case], verdicts: Sequence[Verdict | None], book: _Book
) -> list[Operand]:
    """Proven numbers round ``case``: of its sentence, of the sentences near it, and facts named here."""
    operands: dict[tuple[str, Decimal], Operand] = {}
    here = case.context.sentence
    order = sorted(range(len(cases)), key=lambda i: (abs(cases[i].context.sentence - here), abs(i - index)))
    for i in order:
        distance = here - cases[i].context.sentence
        verdict = verdicts[i] if i < len(verdicts) else None
        if i == index or not -1 <= distance <= _NEAR_SENTENCES or verdict is None or len(operands) >= _MOST:
            continue
        opens = bool(_INTRODUCES.match(cases[i].context.after))
        for operand in _from_verdict(verdict, cases[i], book, distance == 0):
            placed = replace(operand, offset=i - index, introduces=opens)
            operands.setdefault((operand.name, operand.value), placed)
    for score, fact in _named(case, book):
        key = (fact.name, fact.base_value)
        operand = operands.get(key) or _from_fact(fact, book, False)
        operands[key] = replace(operand, named=score >= FULL * 7 // 10)
    return list(operands.values())


def _named(case: _Case, book: _Book) -> Iterator[tuple[int, Fact]]:
    """Facts that the words name, of the number's own unit even where they name them faintly; money last."""
    base = case.mention.base_unit
    scored = [
        (book.affinity(fact, case.seen), fact.unit.base == base, fact)
        for fact in book.entries
        if fact.role == "value"
    ]
    scored.sort(key=lambda entry: -entry[0])
    yield from ((score, fact) for score, same, fact in scored[:10] if score >= (_FAINT if same else 2 * _FAINT))
    if base == "元" or (base == "%" and _MONEY.search(case.context.prior + case.context.clause + case.context.tail)):
        yield from ((0, fact) for fact in book.entries if fact.rank == 1 and fact.unit.base == "元")


def _from_verdict(verdict: Verdict, case: _Case, book: _Book, same: bool) -> Iterator[Operand]:
    """The numbers that a proven neighbour stands for: itself, its metric's value, what it was computed from."""
    mention = case.mention
    if verdict.status not in ("bound", "derived", "exempt") or mention.base_value is None or case.cues.planned:
        return
    stated = Operand(mention.text, mention.base_value, mention.base_unit, mention.text, same_sentence=same)
    facts_named = [fact for name in verdict.metrics for fact in book.by_name.get(name, ())]
    if verdict.status == "bound":
        for fact in facts_named:
            if fact.unit.base == mention.base_unit and states(mention, fact.base_value):
                yield replace(_from_fact(fact, book, same), is_last_year=fact.role == "last_year")
                break
        yield from (_from_fact(fact, book, same) for fact in facts_named if fact.role == "value")
        return
    yield stated
    yield from (_from_fact(fact, book, same) for fact in facts_named if fact.role == "value")


def _from_fact(fact: Fact, book: _Book, same: bool) -> Operand:
    is_level = fact.role == "value"
    return Operand(
        fact.name,
        fact.base_value,
        fact.unit.base,
        fact.printed,
        book.last_years.get(fact.name) if is_level else None,
        tuple(book.targets.get(fact.name, ())) if is_level else (),
        same,
    )


def _refuse(
    case: _Case,
    text: str,
    index: int,
    cases: Sequence[_Case],
    verdicts: Sequence[Verdict | None],
    book: _Book,
) -> Verdict:
    """The verdict on a number that states no fact and follows from none: exempt, contradicting or unsupported."""
    mention = case.mention
    if case.cues.planned:
        return Verdict(case.field, mention, "exempt", reason="计划数，不是已完成的事实")
    if _STANDARD.match(case.context.after) or (mention.comparator and _CRITERION.match(case.context.after)):
        return Verdict(case.field, mention, "exempt", reason="规定、标准或条件中的数，不是完成值")
    if mention.text == "一半":
        return Verdict(case.field, mention, "exempt", reason="大致的说法，不是数据")
    countable = mention.kind == "quantity" and mention.base_unit not in TIME_UNITS
    listing = listing_beside(text, mention) if countable else None
    if (counted := _counted(case, listing)) is not None:
        return counted
    ranked = _ranked(case, book)
    score, fact = next(((s, f) for s, f in ranked if f.role == "value"), (0, None))
    small = mention.chinese and mention.base_unit in _ITEM_UNITS
    if (case.cues.every in _EVERY and score < _NAMED + 200) or (small and score < 2 * _FAINT):
        return Verdict(case.field, mention, "exempt", reason="频次安排或文中条目的计数，不是数据")
    if case.cues.rule and score < _NAMED + 200:
        return Verdict(case.field, mention, "exempt", reason="服务时限或规定，不是完成值")
    computed = case.cues.average or case.cues.change
    if mention.base_unit in TIME_UNITS and not computed and (fact is None or score < _NAMED):
        return Verdict(case.field, mention, "exempt", reason="时间长度，未录入为数据")
    if fact is not None and score >= _NAMED and not case.cues.change and not case.cues.average:
        return _contradicts(case, fact)
    if (other := _other_unit(case, book)) is not None:
        return _contradicts(case, other, "单位")
    operands = _operands(case, index, cases, verdicts, book)
    expected = next(iter(results(mention, case.cues, operands, ())), None)
    if (mixed := _points_for_percent(case, operands)) is not None:
        return mixed
    nearest = f"，最接近的是「{fact.name}」{fact.printed}" if fact is not None and score >= _FAINT else ""
    if (
        expected is not None
        and (case.cues.change or case.cues.exceed or case.cues.share)
        and mention.kind == "percent"
    ):
        return _miscalculated(case, expected)
    return Verdict(case.field, mention, "unsupported", reason=f"{mention.text}在数据中没有依据{nearest}")


_EVERY = frozenset(("周", "月", "季度", "季", "半年", "年", "天", "日", "双周", "旬"))
_ITEM_UNITS = frozenset(("个", "项", "条", "点", "类", "大类", "大", "种"))
def _points_for_percent(case: _Case, operands: Sequence[Operand]) -> Verdict | None:
    """0.8% written where a rate rose by 0.8个百分点, and the other way round."""
    mention = case.mention
    if mention.unit not in ("%", "个百分点") or not (case.cues.change or case.cues.target):
        return None
    other = "个百分点" if mention.unit == "%" else "%"
    exchanged = replace(mention, unit=other, base_unit=other)
    for result in results(exchanged, case.cues, operands, ()):
        if len(result.operands) == 1 and states(exchanged, abs(result.value)):
            expected = mention.text.replace(mention.unit, other)
            reason = f"{result.formula}是{expected}，文中写{mention.text}，百分点与百分比不能混用"
            return Verdict(case.field, mention, "contradicts", result.operands, expected, reason=reason)
    return None


_BACKWARD = ("上述", "以上", "这", "该", "其他", "另外", "另", "各")
"""After these words a count points back to what was listed before."""


def _counted(case: _Case, listing: Listing | None) -> Verdict | None:
    mention = case.mention
    noun = case.context.tail.lstrip()
    counts_items = mention.base_unit in _ITEM_UNITS and noun.startswith(abstract_nouns())
    is_abstract = counts_items or case.context.lead.endswith(_BACKWARD)
    if listing is not None and mention.value is not None:
        if mention.value in listing.counts:
            relation = f"列举数：{'、'.join(listing.items)}"
            return Verdict(
                case.field, mention, "derived", relation=relation, reason=f"文中列出{mention.value:f}项"
            )
        if listing.is_complete and not is_abstract:
            return Verdict(
                case.field,
                mention,
                "contradicts",
                expected=rewrite(mention, Decimal(len(listing.items))),
                reason=f"文中列出的是{len(listing.items)}项（{'、'.join(listing.items)}），写的是{mention.text}",
            )
    if is_abstract or (mention.chinese and mention.base_unit in ("大类", "大")):
        return Verdict(case.field, mention, "exempt", reason="文中条目的计数，不是数据")
    return None


def _contradicts(case: _Case, fact: Fact, what: str = "") -> Verdict:
    expected = fact.printed if what else rewrite(case.mention, fact.base_value)
    reason = f"「{fact.name}」录入为{fact.printed}，文中写{case.mention.text}"
    return Verdict(
        case.field,
        case.mention,
        "contradicts",
        (fact.name,),
        expected,
        reason=f"{reason}{'，单位不一致' if what else ''}",
        confirmed=fact.confirmed,
    )


def _other_unit(case: _Case, book: _Book) -> Fact | None:
    """The fact that the words name and whose printed value stands here under another unit."""
    best: tuple[int, Fact] | None = None
    for fact in book.entries:
        if fact.role != "value" or fact.unit.base == case.mention.base_unit:
            continue
        score = book.affinity(fact, case.seen)
        same_digits = case.mention.value is not None and fact.value == case.mention.value
        if score + (_MATCH if same_digits else 0) >= _NAMED + 350 and (best is None or score > best[0]):
            best = (score, fact)
    return best[1] if best else None


def _miscalculated(case: _Case, result: Result) -> Verdict:
    expected = rewrite(case.mention, abs(result.value))
    return Verdict(
        case.field,
        case.mention,
        "contradicts",
        result.operands,
        expected,
        relation=f"{result.relation}：{result.formula}",
        reason=f"按{result.formula}应为{expected}，文中写{case.mention.text}",
    )


def proven(verdicts: Iterable[Verdict]) -> bool:
    """Whether every number is bound, derived or exempt."""
    return all(verdict.status in ("bound", "derived", "exempt") for verdict in verdicts)
