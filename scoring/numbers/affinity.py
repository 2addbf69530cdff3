"""How well the words round a number name a metric: the share of the name's distinctive characters found there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from scoring.numbers.context import Context

Grams = Mapping[str, int]
# Weights are whole thousandths: scoring holds no floating-point numbers.
FULL = 1000
_LEAD, _ITEM, _TAIL, _CLAUSE, _PRIOR, _AFTER, _TOPIC = 1000, 1000, 850, 700, 380, 250, 150
_SHARED = 650
_FILLER = frozenset(
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


def grams(text: str) -> list[str]:
    """Pairs of neighbouring characters of ``text``, and single ones for short texts."""
    text = "".join(char for char in text if char.isalnum())
    return [text[i : i + 2] for i in range(len(text) - 1)] if len(text) > 1 else [text]


class Names:
    """The names that a number may have, each cut into pairs of characters weighted by rarity."""

    def __init__(self, names: Iterable[str]) -> None:
        unique = dict.fromkeys(name for name in names if name)
        counts = Counter(gram for name in unique for gram in set(grams(name)))
        total = len(unique) + 1
        self._rarity = {
            gram: 100 * (1 + total // count).bit_length() // (4 if gram in _FILLER else 1)
            for gram, count in counts.items()
        }
        self._grams = {name: tuple(dict.fromkeys(grams(name))) for name in unique}
        self._weight = {
            name: sum(self._rarity[gram] for gram in parts) or 1 for name, parts in self._grams.items()
        }

    def affinity(self, name: str, seen: Grams) -> int:
        """The share of ``name`` found among ``seen``, in thousandths (0 to 1000)."""
        found = sum(self._rarity[gram] * seen.get(gram, 0) for gram in self._grams.get(name, ()))
        return found // self._weight.get(name, 1)


def seen_grams(context: Context) -> Grams:
    """Pairs of characters round a mention → how near they stand, in thousandths."""
    seen: dict[str, int] = {}
    has_lead = any("\u4e00" <= char <= "\u9fff" for char in context.lead)
    tail = _SHARED if context.tail_shared else _TAIL if not has_lead else _TAIL - 150
    for text, weight in (
        (context.lead, _SHARED if context.lead_shared else _LEAD),
        (context.item, _ITEM),
        (context.tail, tail),
        (context.clause, _CLAUSE),
        (context.prior, _PRIOR),
        (context.after, _AFTER),
        (context.topic, _TOPIC),
    ):
        for gram in grams(text):
            if weight > seen.get(gram, 0):
                seen[gram] = weight
    return seen
