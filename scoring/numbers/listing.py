"""Counts what a sentence lists beside a count: A、B、C 3个部门; 三项工作：A、B、C."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scoring.numbers.mention import Mention

MOST_LISTED = 20
"""So many things at most are listed one by one."""
_NOUN = 3
_SEPARATOR = re.compile(r"、")
_JOIN = re.compile(r"和|及|与|以及|并")
_BEFORE = re.compile(
    r"(?:^|[，,。；;：:（(]|\d)([^，,。；;：:（()）\d]*、[^，,。；;：:（()）\d]*?)(等|共|共计|合计|等共|等共计|这|分别|均|的)?(?:各)?$"
)
_AFTER = re.compile(
    r"^[^，,。；;：:（()）、\d]{0,14}(?:[：:（(]|，?(?:包括|即|分别为|分别是|涉及|有)[：:]?)([^。；;）)]+)"
)
# X203线K12+300至K15+800段
_CODED = re.compile(r"[A-Za-zＡ-Ｚ]+\d+(?:\+\d+)?")
# “观澜书房”“稻香书房”两个
_QUOTED = re.compile("(?:“[^“”]{2,20}”[、和及与]?){2,}(?:这|共|等)?$")


@dataclass(frozen=True, slots=True)
class Listing:
    """The items listed beside a number.

    ``counts`` are the numbers of items it may hold (和 may join two items or stand inside one);
    ``is_complete`` is False where 等 leaves the list open.
    """

    items: tuple[str, ...]
    counts: frozenset[int]
    is_complete: bool


def listing_beside(text: str, mention: Mention) -> Listing | None:
    """The list that stands right before or right after ``mention`` in ``text``, if any."""
    quoted = _QUOTED.search(text[max(0, mention.start - 120) : mention.start])
    if quoted is not None:
        items = tuple(re.findall("“[^“”]+”", quoted.group()))
        return Listing(items, frozenset((len(items),)), True)
    ahead = _CODED.sub(
        lambda code: "某" * len(code.group()), text[max(0, mention.start - 120) : mention.start]
    )
    before = _BEFORE.search(ahead)
    named = bool(re.match("[\u4e00-\u9fff]", text[mention.end : mention.end + 1]))
    if before is not None and ahead[before.start()].isdigit() and before.group(1).index("、") < _NOUN:
        before = None  # 安全巡检52次、断网切换演练2次
    if before is not None and (named or before.group(2)):
        return _listing(before.group(1), bool(before.group(2)) and "等" in before.group(2))
    after = _AFTER.match(text[mention.end : mention.end + 160])
    if after is not None and "、" in after.group(1):
        body = re.split(r"[，,]", after.group(1))[0]
        if re.search(rf"\d{re.escape(mention.unit)}", body):
            return None  # 不合格17批次，包括农药8批次、肥料9批次: parts of the number, not what it counts
        return _listing(body, "等" in body[-4:]) if "、" in body else None
    return None


def _listing(body: str, is_open: bool) -> Listing | None:
    parts = tuple(part for part in (p.strip() for p in _SEPARATOR.split(body)) if part)
    if len(parts) < 2:
        return None
    joined = len(_JOIN.findall(parts[-1]))
    inner = sum(len(_JOIN.findall(part)) for part in parts)
    counts = frozenset(range(len(parts), len(parts) + max(joined, inner) + 1))
    return Listing(parts, counts, not is_open and inner == 0 and all(len(part) >= 2 for part in parts))
