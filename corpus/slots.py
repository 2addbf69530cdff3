"""A sentence pattern: wording with typed slots where the facts of its report stood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from pydantic import TypeAdapter

from corpus.names import NameKind
from scoring.numbers.facts import Role

SlotKind = (
    Literal["quantity", "percent", "money", "year", "date", "ordinal", "plan_period", "title", "document"]
    | NameKind
)

_BLANKS: Final[Mapping[str, str]] = {
    "percent": "%",
    "money": "元",
    "year": "年份",
    "date": "日期",
    "ordinal": "届次",
    "plan_period": "规划期",
    "title": "文件",
    "document": "文号",
    "own_unit": "预算单位",
    "unit_kind": "单位",
    "level": "地区",
    "own_place": "地名",
    "unit": "单位",
    "enterprise": "企业",
    "place": "地名",
}
_ROLES: Final[Mapping[str, str]] = {"last_year": "·上年", "target": "·目标"}


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a pattern where a fact of its report stood.

    ``metric`` is the metric or form label that a number stated and ``names`` all names it goes by;
    ``role`` tells its value from last year's and from the target. ``others`` are further metrics: those
    that the same number stated too (办结率、回复率均为100%) or, where ``relation`` names how the number was
    calculated (增长率, 完成率), those it was calculated from; ``metric`` is empty then, as for numbers that
    were planned or unproven. ``unit`` is as printed; ``places``, ``is_chinese`` and ``manner`` ("," for
    thousands, 百分之) are how it was printed. ``offset`` is a year's distance to its report's, ``suffix``
    what followed it (年度, 年12月31日).
    """

    kind: SlotKind
    unit: str = ""
    metric: str = ""
    names: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    relation: str = ""
    role: Role = "value"
    places: int = 0
    is_chinese: bool = False
    manner: str = ""
    offset: int = 0
    suffix: str = ""

    @property
    def blank(self) -> str:
        """What a reader sees while the slot is open: 〔家次〕."""
        return f"〔{self.unit or _BLANKS.get(self.kind, '数')}〕"

    @property
    def notation(self) -> str:
        """The slot as a pattern shows it: {检查企业|家次}, {年度-1}, {企业}."""
        if self.kind == "year":
            return f"{{年度{self.offset:+d}}}{self.suffix}" if self.offset else f"{{年度}}{self.suffix}"
        if self.relation:
            return f"{{{'、'.join(self.others)}·{self.relation}|{self.unit}}}"
        if self.metric:
            return f"{{{self.metric}{_ROLES.get(self.role, '')}|{self.unit}}}"
        return f"{{{self.blank[1:-1]}}}"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A sentence whose facts are slots; the rest is its wording."""

    parts: tuple[str | Slot, ...]

    @property
    def notation(self) -> str:
        """The pattern to look at: 检查企业{检查企业|家次}。"""
        return "".join(part if isinstance(part, str) else part.notation for part in self.parts)

    @property
    def blanked(self) -> str:
        """The wording with every slot open: 检查企业〔家次〕。"""
        return "".join(part if isinstance(part, str) else part.blank for part in self.parts)

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The slots in order."""
        return tuple(part for part in self.parts if isinstance(part, Slot))

    def to_json(self) -> str:
        """The pattern as JSON; :func:`from_json` gives it back."""
        return _JSON.dump_json(self.parts, exclude_defaults=True).decode()


def from_json(text: str) -> Pattern:
    """The pattern that :meth:`Pattern.to_json` wrote."""
    return Pattern(_JSON.validate_json(text))


_JSON: Final = TypeAdapter(tuple[str | Slot, ...])
