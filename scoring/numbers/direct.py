"""One number held against the facts of the report: it states one, or stands beside another's name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from scoring.numbers.affinity import FULL, shared_run
from scoring.numbers.book import FAINT, NAMED, Book, Case
from scoring.numbers.exempt import is_level_elsewhere
from scoring.numbers.facts import Fact
from scoring.numbers.mention import Mention, Verdict
from scoring.numbers.precision import states
from scoring.numbers.relations.sums import sums_of
from scoring.numbers.rewrite import rewrite
from scoring.numbers.rivals import FIRMLY, is_narrower, named_outright, owner_of_item, rival_of, sibling_told
from scoring.numbers.verdicts import misplaced, misstates, states_fact
from scoring.numbers.vocabulary import TIME_UNITS

_MARGIN = 330
"""By so much another metric must be named better before an agreeing value is called wrong."""
_OF_LAST_YEAR = re.compile("(?:上年|去年|上一年|前一年)(?:度|同期)?的?(?:为|是|只有|仅有?)?$")
# 15家单位中有三家
_SOME_OF = re.compile("中[，,]?有$|其中$")
# 任务完成率97% is not the budget's
_OTHER_RATE = re.compile(
    "^(?:(?!预算|资金|经费|[支拨]付|支出|执行|使用|进度|到位)[^，])*率[约为达仅只有是到]{0,4}$"
)
_MONEY_LEFT = re.compile("(?:结余|结转|剩余|尚余|节余|未支出|未使用)(?:资金|金额)?(?:为|达|了)?$")
# 计划修建谷坊20座，受雨季影响还有2座未完工
_PLANNED = re.compile("[^，。；]{0,6}?(?:原|年初|年度|全年)?(?:计划|应)(?![付急对收])[\u4e00-\u9fff]")
# 实发4650人，较4800人少150人
_LESS_THAN = re.compile("[较比]$")
_BY_SO_MANY = re.compile(r"[多少高低超差][出了]?\d")
_POINTS = re.compile("(?:分值|权重|得|自评|满分|计|值|赋)(?!.*扣)")
_LOST = re.compile("扣|失分?|丢|减分|少得")
# 比目标快2分钟 · 超计划4公里
_BY_HOW_MUCH = re.compile(
    "(?:[快慢差缺短]|差距|相差|缺口|提前|高出|[多少高低](?!于)[了出]?|超[出额]?(?:完成)?(?:年度|年初|全年|原定?|既定)?(?:计划|目标|任务)数?)(?:为|约|近)?$"
)
_SHARED_BY_ALL = re.compile("均|都|同为|同样|双双|一律")
_IN_ALL = re.compile("(?:共|合计|共计|总计|合共|累计)[为达有]?$")
_ABBREVIATED = 200
"""What a name shortened to its characters counts."""
ELSEWHERE = 800
"""So well (an equal value counting 450) must a fact of another unit be named to blame the unit."""
_PIECE = 3
_ADDED = (
    "增设",
    "新开",
    "增配",
    "加装",
    "新增",
    "新建",
    "增补",
    "加派",
    "增派",
    "追加",
    "新添",
    "增添",
    "添",
    "加办",
    "增办",
)
"""What is said of things that were added, which a metric may count."""
_BY_CHANCE = Decimal("0.03")
_SAME_DIGITS = 450
_HINTED = 100
"""From here on the words bear out a value that many metrics might have."""
_RISES = re.compile("增长|增幅|增速|上升率|提升率|提高率")
_FALLS = re.compile("下降|降低率|降幅|减少率|压减率|压降率")
_LISTED = re.compile("[\u4e00-\u9fff](?:、|及|和|以及)[\u4e00-\u9fff]")
_DENIED = re.compile("[\u4e00-\u9fff]{0,8}?(?:未能?|没有?|没能)[\u4e00-\u9fff]{1,6}(?:[，。；]|$)")
_DENIED_BEFORE = re.compile("(?:未能?|没有?|没能)[\u4e00-\u9fff]{1,6}的$")
_UNMISTAKABLE = 5
"""So many digits agree with no other value by chance, even where they were rounded for print."""
_OF_A_FRACTION = Decimal(1)


def bind_directly(case: Case, book: Book, heed_rivals: bool = True) -> Verdict | None:
    """The verdict where the number states (or, beside another's name, misstates) a fact of the report."""
    mention, cues = case.mention, case.cues
    if mention.value is None:
        return None
    ranked = ranked_facts(case, book)
    agreeing = [(score, fact) for score, fact in ranked if agrees_with(fact, case)]
    if not agreeing:
        return None
    printed = mention.value
    if "分之" in mention.text:  # 四分之三 is rather 75.2% than 76.8%
        agreeing.sort(key=lambda pair: abs(pair[1].base_value - printed) > _OF_A_FRACTION)
    score, fact = agreeing[0]
    rival_score, rival = rival_of(ranked, fact, score, case)
    if cues.planned and rival_score >= NAMED and rival_score > score:
        return None
    if (
        cues.last_year
        and fact.role == "value"
        and (stale := _this_years(case, fact, agreeing, book)) is not None
    ):
        return stale
    if _says_otherwise(case, fact, score, book) or _is_denied(case, fact, ranked):
        return None
    if rival is not None and _is_listed_sum(case, book):
        return None  # 中央和省级补助共1.57亿元, even where another metric has that value
    if rival is not None and heed_rivals:
        if _is_what_some_are_of(rival, case):
            return states_fact(case, fact, _all_stated(case, agreeing))
        is_listed = rival.name in fact.parts and bool(_LISTED.search(case.context.clause))
        if is_listed:  # 对企业、工地、加油站开展检查1846家次
            return states_fact(case, fact, _all_stated(case, agreeing))
        narrower = is_narrower(rival, fact) and book.names_apart(rival, fact, case.seen)
        better = rival_score >= NAMED and rival_score - score >= _MARGIN and _in_one_piece(rival, case)
        better = better or (named_outright(rival, case) and not named_outright(fact, case))
        if narrower or (better and not book.names_apart(fact, rival, case.seen)):
            return misplaced(case, fact, rival)
    owner = owner_of_item(case, ranked, agreeing) or sibling_told(case, fact, ranked, agreeing)
    if owner is not None and heed_rivals:
        return misplaced(case, fact, owner)
    if score < _HINTED and _is_chance(case, fact, book):
        return None
    is_another_named = any(other and f.role == "value" for other, f in ranked)
    if not score and is_another_named and not _is_distinctive(mention):
        return None  # 开班90期 is rather said of 培训班 than of 按时拨付班次
    if (word := _contrary_word(case, fact)) is not None:
        reason = f"「{fact.name}」为{fact.printed}，文中写“{word}{mention.text}”"
        return misstates(case, fact, None, reason, word)
    return states_fact(case, fact, _all_stated(case, agreeing))


def _contrary_word(case: Case, fact: Fact) -> str | None:
    """The word that says the contrary of what the fact's own name tells: 增长一成 of 患者下降率10%."""
    cues = case.cues
    if case.mention.base_unit != "%" or fact.role != "value" or fact.value <= 0:
        return None
    rises, falls = bool(_RISES.search(fact.name)), bool(_FALLS.search(fact.name))
    if rises == falls or bool(cues.rise) == bool(cues.fall):
        return None
    return (cues.rise or cues.fall) if rises == bool(cues.fall) else None


def _is_what_some_are_of(rival: Fact, case: Case) -> bool:
    """Whether the number counts some of what the rival counts: 乡镇卫生院中能够开展检测的有17家."""
    return any(f"{word[-3:]}中" in case.context.clause for word in rival.words if len(word) > 2)


def _in_one_piece(rival: Fact, case: Case) -> bool:
    """Whether more of the rival's name than one pair of characters stands together: not 服务机构 in 服务合同的机构."""
    beside = f"{case.context.clause}　{case.context.tail}"
    return any(len(word) <= _PIECE or shared_run(word, beside) >= _PIECE for word in rival.words)


def _is_listed_sum(case: Case, book: Book) -> bool:
    """Whether the number is the sum of the metrics that the words list before it."""
    listed = case.cues.listed if _IN_ALL.search(case.context.lead) else ()
    counts = [o for o in book.counts if o.base == case.mention.base_unit] if listed else []
    return any(states(case.mention, result.value) for result in sums_of(listed, counts))


def _says_otherwise(case: Case, fact: Fact, score: int, book: Book) -> bool:
    """Whether the words make the number something else than ``fact``: a standard, a change, what is left."""
    mention, cues = case.mention, case.cues
    if (cues.standard and score < NAMED) or is_level_elsewhere(case):
        return True
    if fact.name == "预算执行率" and _OTHER_RATE.search(case.context.clause):
        return True
    if not (fact.role == "target" and cues.target) and _is_change(case, fact, score):
        is_change = cues.change or cues.exceed
        if score < (FIRMLY if is_change else NAMED) and (is_change or not book.is_of_few(fact)):
            return True
    is_rounded = fact.base_value != mention.base_value and not mention.approx
    is_unmistakable = _digits(mention) >= _UNMISTAKABLE or _is_hardly_chance(mention, book)
    if score < FAINT and is_rounded and not is_unmistakable:
        return True  # 95% is not 94.74% by chance, but 1622.11万元 is 16221072元
    if score < FAINT and _MONEY_LEFT.search(case.context.lead):
        return True
    is_some = _SOME_OF.search(case.context.clause) and score >= FAINT
    is_telling = is_some or _is_distinctive(mention) or book.is_of_few(fact)
    return cues.remain and score < FAINT * 2 and not is_telling


def _is_hardly_chance(mention: Mention, book: Book) -> bool:
    """Whether so few values of the unit lie near a rounded amount that hardly one would agree with it by chance."""
    value = mention.base_value
    if not value or mention.kind == "percent" or mention.approx:
        return False
    near = {fact.base_value for fact in book.candidates(mention) if value <= fact.base_value * 2 <= 4 * value}
    return len(near) * mention.scale.scaleb(-mention.places) <= value * _BY_CHANCE


def _is_denied(case: Case, fact: Fact, ranked: Sequence[tuple[int, Fact]]) -> bool:
    """Whether the words tell how many are not what another metric counts: 480人未持证 is not 护理员培训 480人."""
    denied = case.cues.negated[:2]
    is_denied = _DENIED.match(case.context.after) or _DENIED_BEFORE.search(case.context.clause)
    if len(denied) < 2 or not is_denied or denied in fact.name:
        return False
    return any(denied in other.name for _, other in ranked if other.role == "value")


def _is_chance(case: Case, fact: Fact, book: Book) -> bool:
    """Whether a value that no word names may well agree by chance."""
    mention = case.mention
    if fact.rank == 1 and mention.base_unit == "%":
        return True
    if mention.base_unit == "%" and case.cues.portion:
        return True
    is_plain_rate = mention.base_unit == "%" and not mention.places and mention.value != 100
    if is_plain_rate and case.cues.share:
        return True
    return not _is_distinctive(mention) and not book.is_of_few(fact)


def _is_change(case: Case, fact: Fact, score: int) -> bool:
    """Whether the words tell a change or an average, which the fact's own name, if it stands there, does not."""
    if score >= FAINT and any(
        word in fact.name for word in ("平均", "均", "增", "降", "减", "缩短", "标准", "单价")
    ):
        return False
    if fact.role == "last_year" and _OF_LAST_YEAR.search(case.context.clause):
        return False  # 多于上年的25个
    is_added = case.cues.rise.startswith(_ADDED) and fact.base_value == case.mention.base_value
    if is_added and (_digits(case.mention) >= _PIECE or any(char in fact.name for char in "新增加扩")):
        return False  # 增设436盏路灯
    average = case.cues.average and case.mention.base_unit not in TIME_UNITS
    return case.cues.change or average or case.cues.exceed


def _this_years(case: Case, fact: Fact, agreeing: Sequence[tuple[int, Fact]], book: Book) -> Verdict | None:
    """The verdict on 由上年的98.2%提高到98.2%: this year's value where the words speak of last year's."""
    last = book.last_years.get(fact.name)
    is_other = last is None or "上年" in fact.name or any(other.role == "last_year" for _, other in agreeing)
    if last is None or is_other or case.cues.change or not _OF_LAST_YEAR.search(case.context.clause):
        return None
    expected = rewrite(case.mention, last)
    reason = f"「{fact.name}」的上年值是{expected}，文中写{case.mention.text}，是本年的数"
    return misstates(case, fact, expected, reason)


def agrees_with(fact: Fact, case: Case) -> bool:
    """Whether the number states the fact: a count in the fact's own unit, and a result beside 目标, to the last digit."""
    mention = case.mention
    if case.cues.target and fact.role == "value" and fact.base_value != mention.base_value:
        return False
    counted = mention.kind == "quantity" and not mention.approx and mention.scale == fact.unit.factor
    if counted and mention.value_to is None and fact.base_value != mention.base_value:
        return False
    return states(mention, fact.base_value)


def ranked_facts(case: Case, book: Book) -> list[tuple[int, Fact]]:
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
        if score < FAINT and book.abbreviates(fact, case.context):
            score = _ABBREVIATED
        if fact.role == "value" and case.cues.target and case.mention.comparator in ("≥", "≤"):
            score //= 2
        ranked.append((score, fact))
    ranked.sort(key=lambda pair: (-pair[0], pair[1].rank))
    return ranked


def _admissible(fact: Fact, case: Case) -> bool:
    cues = case.cues
    match fact.role:
        case "target" if _BY_HOW_MUCH.search(case.context.lead) and not case.context.after.startswith("的"):
            return False
        case "target":
            return (
                cues.target
                or case.mention.comparator in ("≥", "≤")
                or cues.planned
                or ("目标" in case.context.lead and not cues.completion)
                or bool(_PLANNED.match(case.context.clause))
                or bool(_LESS_THAN.search(case.context.lead) and _BY_SO_MANY.match(case.context.after))
            )
        case "last_year":
            return cues.last_year
        case "score":
            return bool(_POINTS.search(case.context.clause))
        case "deduction":
            return bool(_LOST.search(case.context.clause + case.context.tail))
        case _:
            return True


def _is_distinctive(mention: Mention) -> bool:
    """Whether a value is unlikely to agree by chance: three digits, or two and not round."""
    if mention.value is None:
        return False
    return _digits(mention) >= 2 or mention.value >= 100


def _digits(mention: Mention) -> int:
    """How many digits tell the value: 6 of 1622.11, 1 of 300."""
    return len(f"{mention.value:f}".replace(".", "").strip("0"))


def _all_stated(case: Case, agreeing: Sequence[tuple[int, Fact]]) -> tuple[str, ...]:
    """The names of all metrics that the number states: one, or several under 均/都 (办结率、回复率均为100%)."""
    best, clause = agreeing[0][1].name, case.context.clause
    if not _SHARED_BY_ALL.search(clause):
        return (best,)
    named = [
        fact.name
        for score, fact in agreeing
        if fact.role == "value"
        and score >= NAMED
        and any(_short_in(word, case.context.clause) for word in fact.words)
    ]
    ordered = sorted(dict.fromkeys(named), key=lambda name: _place(name, clause))
    return tuple(ordered) if len(ordered) > 1 else (best,)


def _short_in(word: str, clause: str) -> bool:
    return word in clause or word[-4:] in clause or word[-3:] in clause


def _place(name: str, clause: str) -> int:
    return max(clause.rfind(name), clause.rfind(name[-4:]), clause.rfind(name[-3:]))


def named_in_other_unit(case: Case, book: Book) -> Fact | None:
    """The fact that the words name and whose printed value stands here under another unit."""
    best: tuple[int, Fact] | None = None
    if case.mention.base_unit == "分":  # points are told of a metric in any unit
        return None
    for fact in book.entries:
        same_digits = case.mention.value is not None and fact.value == case.mention.value
        # 护林员月补助1000元 is an average, whatever 护林员 counts
        is_share = (case.mention.base_unit in ("%", "个百分点") or case.cues.average) and not same_digits
        # 上半年合计60.3万件, 尾款合计49.8万元 is no 合计 of points
        is_form = fact.rank == 1 and (case.mention.base_unit != "元" or fact.name == "合计")
        is_span = case.mention.base_unit in TIME_UNITS and fact.unit.base not in TIME_UNITS
        if is_span and not same_digits:
            continue  # 一类点修复时限8小时, where 一类点 is 1856个
        if fact.role != "value" or fact.unit.base == case.mention.base_unit or is_share or is_form:
            continue
        score = book.affinity(fact, case.seen)
        if score + (_SAME_DIGITS if same_digits else 0) >= ELSEWHERE and (best is None or score > best[0]):
            best = (score, fact)
    return best[1] if best else None
