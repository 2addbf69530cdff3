"""How well the words round a number name a metric: the share of the name's distinctive characters found there."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from functools import lru_cache

from scoring.numbers.context import Context

Grams = Mapping[str, int]
# “互联网＋不动产登记” names a way of working and 《专利法》 a law, no metric
_SLOGAN = re.compile("“?互联网[＋+][^”，。；\\d]{2,8}(?:”|$)|《[^》]*》")
_SIGNS = re.compile(r"[\W_]+")
# Weights are whole thousandths: scoring holds no floating-point numbers.
FULL = 1000
_LEAD, _ITEM, _TAIL, _CLAUSE, _PRIOR, _AFTER, _TOPIC = 1000, 1000, 850, 700, 380, 250, 150
_SHARED = 650
AKIN = 2
"""Names with so many characters in a row in common tell of the same thing."""
FILLER = frozenset(
    [
        "数量",
        "次数",
        "人数",
        "户数",
        "个数",
        "件数",
        "总数",
        "完成",
        "开展",
        "全年",
        "累计",
        "工作",
        "情况",
        "组织",
        "实施",
        "实际",
        "本年",
        "项目",
        "年度",
        "数额",
        "金额",
        "总额",
        "进行",
    ]
)


@lru_cache(maxsize=2048)
def grams(text: str) -> tuple[str, ...]:
    """Pairs of neighbouring characters of ``text`` without its signs; the one character of a short text."""
    text = _SIGNS.sub("", text)
    return tuple(text[i : i + 2] for i in range(len(text) - 1)) if len(text) > 1 else (text,)


class Names:
    """The names that a number may have, each cut into pairs of characters weighted by rarity."""

    def __init__(self, names: Iterable[str]) -> None:
        unique = dict.fromkeys(name for name in names if name)
        counts = Counter(gram for name in unique for gram in set(grams(name)))
        total = len(unique) + 1
        rarity = {
            gram: 100 * (1 + total // count).bit_length() // (4 if gram in FILLER else 1)
            for gram, count in counts.items()
        }
        parts = {name: tuple(dict.fromkeys(grams(name))) for name in unique}
        self._weight = {name: sum(rarity[gram] for gram in found) or 1 for name, found in parts.items()}
        self._places: dict[str, list[tuple[str, int]]] = {}
        for name, found in parts.items():
            for gram in found:
                self._places.setdefault(gram, []).append((name, rarity[gram]))

    def affinities(self, seen: Grams) -> dict[str, int]:
        """Name → the share of it found among ``seen``, in thousandths; names of which nothing is found are left out."""
        found: dict[str, int] = defaultdict(int)
        for gram, nearness in seen.items():
            for name, rarity in self._places.get(gram, ()):
                found[name] += rarity * nearness
        return {name: amount // self._weight[name] for name, amount in found.items()}


@lru_cache(maxsize=64)
def names_of(words: tuple[str, ...]) -> Names:
    """The names that ``words`` give; a report that is being written is looked at again and again."""
    return Names(words)


def seen_grams(context: Context) -> Grams:
    """Pairs of characters round a mention → how near they stand, in thousandths."""
    seen: dict[str, int] = {}
    has_lead = any("\u4e00" <= char <= "\u9fff" for char in context.lead)
    tail = _SHARED if context.tail_shared else _TAIL if not has_lead else _TAIL - 150
    for text, weight in (
        (context.lead, _SHARED if context.lead_shared else _LEAD),
        (context.item, _ITEM),
        (context.tail, tail),
        (context.head, _CLAUSE),
        (context.clause, _PRIOR),
        (context.prior, _PRIOR),
        (context.after, _AFTER),
        (context.topic, _TOPIC),
    ):
        for gram in grams(_SLOGAN.sub("", text) if "互联网" in text or "《" in text else text):
            if weight > seen.get(gram, 0):
                seen[gram] = weight
    return seen


def shared_run(name: str, other: str) -> int:
    """The length of the longest run of characters that both names have."""
    return SequenceMatcher(None, name, other, autojunk=False).find_longest_match().size
