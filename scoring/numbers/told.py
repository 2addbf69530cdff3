"""What the words round a calculated number say it is calculated from: 中央资金占65%, 占人口的15%, 就业率85%."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scoring.numbers.affinity import AKIN, grams, shared_run
from scoring.numbers.book import Book, Case
from scoring.numbers.operands import wholes
from scoring.numbers.relations.operand import Operand, Result
from scoring.numbers.relations.shares import ACROSS_UNITS
from scoring.numbers.vocabulary import TIME_UNITS

_SHARE_OF = re.compile(
    "([\u4e00-\u9fff]{2,})?(?:约|仅|只|共|就|还|也|已|各|恰|刚好|正好)?占比?(?:达|为|约|到|了)?[^，。；]{0,4}$"
)
# 产业5568万元，占比: nothing stands between the number and its share
_OF_THE_LAST = re.compile(r"\d[^\d，。；（）()最]{1,8}[，（(]$")
# 训后找到工作的有153人，就业率81%
_RATE = re.compile("^([\u4e00-\u9fff]{1,7})率[约为达仅只有是到高]{0,4}$")
# 新增藏书中电子图书占比
_OUT_OF = re.compile("[\u4e00-\u9fff]{2,}中(?![央小心等学医药])")
_COMPARED = re.compile("(?:[多少高低]于|比|较)[^，]{0,12}，$")
# 夜间高于昼间9.38个百分点
_COMPARING = re.compile(
    "([\u4e00-\u9fff]{2,8}?)(高于|多于|大于|超过|高出|低于|少于|小于|不及)([\u4e00-\u9fff]{2,8}?)(?:的|出|了|有|约)?$"
)
# 四标段88.7分，低于平均3.4分 · 较控制价下降64万元
_THAN_ONE = re.compile(
    "(?:(高于|多于|大于|超过|高出)|(?:低于|少于|小于|不及))([\u4e00-\u9fff]{2,8}?)(?:的|出|了|有|约)?$|"
    "[较比](?!上年|去年|同期|年初|目标|计划)([\u4e00-\u9fff]{2,8}?)(?:(多|增长|增加|高|上升|提高)|(?:少|下降|减少|低|降低|节约|节省))[了出]?$"
)
_MORE = ("高于", "多于", "大于", "超过", "高出")
# 两项占支出的82.3%
_ALL_OF_THEM = re.compile("[以上述这]*[两二三四五六][项者类种部笔]")
# 分别为21860户、33740户，合计占比64.3%
_IN_ALL = re.compile("合计|共计|总计|总共|一共|合共|加起来|合起来")
_ORDER = {"后者": -1, "前者": -2}
_LIMITED_OR_LISTED = re.compile("限|、|分别|依次")


@dataclass(frozen=True, slots=True)
class Told:
    """The names that the words allow, each empty where they say nothing.

    ``called`` are the words before 占, ``part`` and ``whole`` the names of a share, ``rated`` those of which a
    rate takes one, ``shared_out`` is the money of an average; ``comparison`` are the words for more and less,
    ``than`` what another is compared with, and whether that is said to be more.
    """

    called: str
    part: frozenset[str]
    whole: frozenset[str]
    rated: frozenset[str]
    shared_out: frozenset[str]
    comparison: tuple[str, str] | None
    than: tuple[str, bool] | None

    def allows(self, result: Result, near: Mapping[str, Operand]) -> bool:
        """Whether ``result`` is calculated from what the words say; ``near`` are the numbers nearby by name."""
        names = result.operands
        if self.denies(result, near):
            return False
        if result.relation in ("占比", "比率", ACROSS_UNITS):
            is_of_part = not self.part or not self.part.isdisjoint(names[:-1] or names)
            is_of_part = is_of_part or any(
                shared_run(name, self.called) >= AKIN for name in names[:-1] or names
            )
            is_of_whole = not self.whole or names[-1] in self.whole
            return is_of_part and is_of_whole and not (self.rated and self.rated.isdisjoint(names))
        if result.relation == "平均":
            return not (self.shared_out and self.shared_out.isdisjoint(names))
        return True

    def denies(self, result: Result, near: Mapping[str, Operand]) -> bool:
        """Whether the words name another part of a share outright, or call that of two numbers less which is more."""
        names = result.operands
        if result.relation in ("占比", "比率"):
            bases = {near[name].base for name in result.names if name in near}
            outright = {
                name for name, operand in near.items() if operand.base in bases and name in self.called
            }
            return bool(outright) and outright.isdisjoint(result.names)
        if len(names) != 2 or result.relation not in ("差额", "百分点差"):
            return False
        if self.comparison and _is_contrary(self.comparison, names, near):
            return True
        return bool(self.than and result.relation == "差额" and _is_other_way(*self.than, names, near))


def told(case: Case, operands: Sequence[Operand], book: Book) -> Told:
    """What the words round ``case`` say of the numbers that it comes from."""
    return Told(
        case.cues.parts,
        _part(case, operands, book),
        frozenset(fact.name for fact in wholes(case, book)),
        _rated(case, operands),
        _shared_out(case, operands),
        _comparison(case, operands),
        _than(case),
    )


def _comparison(case: Case, operands: Sequence[Operand]) -> tuple[str, str] | None:
    """The words for what is more and what is less: 夜间高于昼间; the names themselves of 前者高于后者."""
    said = _COMPARING.search(case.context.clause)
    if said is None:
        return None
    told = {o.offset: o.name for o in operands if o.same_sentence}
    first, second = (told.get(_ORDER.get(word, 0), word) for word in (said[1], said[3]))
    return (first, second) if said[2] in _MORE else (second, first)


def _is_contrary(comparison: tuple[str, str], names: Sequence[str], near: Mapping[str, Operand]) -> bool:
    """Whether the two numbers compare the other way round."""
    more, less = (
        [name for name in names if name == word] or [name for name in names if shared_run(name, word) >= AKIN]
        for word in comparison
    )
    if len(more) != 1 or len(less) != 1 or more == less or not {*more, *less} <= near.keys():
        return False
    return near[more[0]].value < near[less[0]].value


def _than(case: Case) -> tuple[str, bool] | None:
    """What the words compare another number with, and whether they call that more: 平均, False of 低于平均3.4分."""
    said = _THAN_ONE.search(case.context.clause)
    return (said[2] or said[3], bool(said[1] or said[4])) if said else None


def _is_other_way(than: str, is_more: bool, names: Sequence[str], near: Mapping[str, Operand]) -> bool:
    """Whether the number compared with ``than`` is less where the words say more, or more where they say less."""
    named = [name for name in names if shared_run(name, than) >= AKIN]
    if len(named) != 1 or not near.keys() >= set(names):
        return False
    other = next(name for name in names if name != named[0])
    compared = near[other].value - near[named[0]].value
    return compared != 0 and (compared > 0) != is_more


def _part(case: Case, operands: Sequence[Operand], book: Book) -> frozenset[str]:
    """The names of which the words say that the share is taken: 产业5568万元，占56%; 中央资金占65%."""
    said = _SHARE_OF.search(case.context.clause)
    if said is None or case.context.clause.rstrip("为是达").endswith(("分别", "依次", "各")):
        return frozenset()
    if said.group(1) in _ORDER:
        return frozenset(o.name for o in operands if o.same_sentence and o.offset == _ORDER[said.group(1)])
    if said.group(1) and (_ALL_OF_THEM.match(said.group(1)) or _IN_ALL.fullmatch(said.group(1))):
        return frozenset()
    if said.group(1):
        told = grams(_OUT_OF.split(said.group(1))[-1])
        # the first word tells which: 中央 of 中央资金
        names = [o.name for o in operands if o.base != "%"]
        names += [f.name for f in book.entries if f.role == "value" and f.unit.base != "%" and not f.rank]
        alike = [name for name in names if set(told) & set(grams(name))]
        return frozenset([name for name in alike if told[0] in name] or alike)
    return _last_told(case, operands)


def _rated(case: Case, operands: Sequence[Operand]) -> frozenset[str]:
    """The names of which a rate must take one because it is told of the last number; empty where it may take any."""
    rate = _RATE.match(case.context.clause)
    if rate is None or not (last := _last_told(case, operands)):
        return frozenset()
    return last | {o.name for o in operands if shared_run(o.name, rate[1]) >= AKIN}


def _shared_out(case: Case, operands: Sequence[Operand]) -> frozenset[str]:
    """The names of the money that an average told right after it shares out: 投资1808万元，折合每公里40万元."""
    is_average = case.cues.average and case.mention.base_unit == "元"
    if not is_average or _LIMITED_OR_LISTED.search(case.context.prior[-30:]):
        return frozenset()
    last = _last_told(case, operands)
    return last if last <= {o.name for o in operands if o.base == "元"} else frozenset()


def _last_told(case: Case, operands: Sequence[Operand]) -> frozenset[str]:
    """The names of the number that the words before the clause end with; empty where they end with none."""
    if not _OF_THE_LAST.search(case.context.prior) or _COMPARED.search(case.context.prior):
        return frozenset()
    before = [o for o in operands if o.same_sentence and o.base != "%" and o.base not in TIME_UNITS]
    last = max((o.offset for o in before if o.offset is not None and o.offset < 0), default=0)
    return frozenset(o.name for o in before if o.offset == last)
