"""What differs between two versions of a report, place by place and in short: 数据「打捞水葫芦」.数值 1200 → 1225."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from scoring.report import NARRATIVES, Report

SHORT: Final = 80
"""The most signs of a value that is told as it is."""

_NAMED_BY: Final = {
    "指标": ("一级指标", "二级指标", "指标名称"),
    "数据": ("名称",),
    "忽略": ("规则", "位置"),
}
_NEVER_TOLD: Final = (*NARRATIVES, "导入提示", "草稿记录", "锁定", "已核对")
_OPEN: Final = ("", "公开", "主动公开")


@dataclass(frozen=True, slots=True)
class Change:
    """One place that changed; a value is ``""`` where there is none.

    A narrative and a long text are told by length and SHA-256 only (``128字 sha256:9f86…``), all but a
    narrative of a report whose 密级 is not open by length only: a short value is guessed from its hash.
    """

    place: str
    before: str
    after: str


def changes(before: Report, after: Report) -> tuple[Change, ...]:
    """Every place in which ``after`` differs from ``before``, in the form's order."""
    is_open = all(report.secrecy.strip() in _OPEN for report in (before, after))
    return tuple(
        Change(place, _told(old, label, is_open), _told(new, label, is_open))
        for place, label, old, new in _different("", before.to_mapping(), after.to_mapping())
    )


def _different(place: str, old: Any, new: Any) -> Iterator[tuple[str, str, Any, Any]]:
    """The places under ``place``: place, its label where the values are never told, and both values."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for label in dict.fromkeys([*old, *new]):
            was, now = old.get(label), new.get(label)
            if not place and label in _NAMED_BY:
                for row, first, second in _rows(label, was or (), now or ()):
                    yield from _different(row, first, second)
            elif not place and label in _NEVER_TOLD:
                if was != now:
                    yield label, label, was, now
            else:
                yield from _different(f"{place}.{label}" if place else str(label), was, now)
    elif _text(old) != _text(new):
        yield place, "", old, new


def _rows(
    label: str, old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[str, Any, Any]]:
    """The rows of both by what names them, and their order where it alone differs."""
    was, now = (_by_name(rows, _NAMED_BY[label]) for rows in (old, new))
    for name in dict.fromkeys([*was, *now]):
        yield f"{label}「{name}」", was.get(name), now.get(name)
    if list(was) != list(now) and was.keys() == now.keys():
        yield f"{label}的顺序", "、".join(was), "、".join(now)


def _by_name(rows: Sequence[Mapping[str, Any]], labels: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    met: Counter[str] = Counter()
    for row in rows:
        name = "·".join(str(row[label]) for label in labels if row.get(label))
        met[name] += 1
        found[f"{name}#{met[name]}" if met[name] > 1 else name] = row
    return found


def _told(held: Any, label: str, is_open: bool) -> str:
    text = _text(held)
    if not text or (is_open and not label and len(text) <= SHORT and "\n" not in text):
        return text
    if not is_open and label not in NARRATIVES:
        return f"{len(text)}字"
    return f"{len(text)}字 sha256:{sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _text(held: Any) -> str:
    if isinstance(held, Mapping):
        return "；".join(f"{label} {_text(one)}" for label, one in held.items() if one not in (None, "", []))
    if isinstance(held, Sequence) and not isinstance(held, str):
        return "、".join(map(_text, held))
    return "" if held is None else str(held)
