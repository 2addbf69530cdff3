"""Find the names in a sentence: the report's own unit and places, other bodies, enterprises, streets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

import yaml

NameKind = Literal["own_unit", "unit_kind", "level", "own_place", "unit", "enterprise", "place"]

_PLACES: Final = re.compile(
    r"(?P<province>[一-鿿]{2,7}?(?:省|自治区))?(?P<city>[一-鿿]{2,6}?(?:市|州|盟))?(?P<area>[一-鿿]{1,5}?(?:区|县|旗|市))?"
)
_HAN: Final = re.compile(r"[一-鿿]")
_LONGEST_BODY = 14
_KINDS: Final[dict[str, NameKind]] = {"企业": "enterprise", "单位": "unit", "机构": "unit", "地名": "place"}
# A place in a body's name; 社区, 城市 and 市场 hold none.
_PLACE_BEFORE: Final = re.compile(
    r"国家|第[一二三四五六七八九十]|省(?!级)|(?<!城)市(?![场级政容])|(?<![社小园片辖地城景校全我本])区(?![内级域])|县(?![级城内])|(?<![乡城街])镇"
)
_PLACE_NAME_LENGTH = 3
_CLASS_BEFORE: Final = re.compile(r"(?:[各个家所]|部分|有关|相关|基层|属地)$")


@dataclass(frozen=True, slots=True)
class Name:
    """One name in a text: code points (half-open) and what it names."""

    start: int
    end: int
    kind: NameKind


@dataclass(frozen=True, slots=True)
class Unit:
    """A budget unit's name taken apart.

    ``places`` are the places it begins with (云州市, 临江区), ``body`` the rest, ``kind`` what it ends with
    (局, 大队, 中心), ``level`` the kind of its innermost place (区).
    """

    full: str
    places: tuple[str, ...]
    body: str
    kind: str

    @property
    def level(self) -> str:
        """省, 市, 区, 县 …, empty where the name begins with no place."""
        return self.places[-1][-1] if self.places else ""


@cache
def take_apart(budget_unit: str) -> Unit:
    """The parts of a budget unit's name."""
    match = _PLACES.match(budget_unit)
    found = tuple(place for place in match.groups() if place) if match else ()
    body = budget_unit[sum(map(len, found)) :]
    if len(body) < 2:  # 云州市 alone: the place is the unit
        found, body = (), budget_unit
    kind = next((kind for kind in _words()["kinds"] if body.endswith(kind)), "")
    return Unit(budget_unit, found, body, kind)


def find_names(text: str, unit: Unit) -> tuple[Name, ...]:
    """The names in ``text`` of a report of ``unit``, in order, none overlapping; the longer name wins."""
    candidates = sorted((*_own(text, unit), *_others(text, unit)), key=lambda name: name.start - name.end)
    taken = bytearray(len(text))
    found: list[Name] = []
    for candidate in candidates:
        if not any(taken[candidate.start : candidate.end]):
            taken[candidate.start : candidate.end] = b"\x01" * (candidate.end - candidate.start)
            found.append(candidate)
    return tuple(sorted(found, key=lambda name: name.start))


def _own(text: str, unit: Unit) -> Iterator[Name]:
    """The report's own unit in full or shortened, its places, its kind and level (我局, 全区)."""
    yield from (Name(*match.span(), "own_unit") for match in re.finditer(re.escape(unit.full), text))
    if unit.kind:
        yield from _shortened(text, unit)
    for place in sorted(_place_words(unit.places), key=len, reverse=True):
        yield from (Name(*match.span(), "own_place") for match in re.finditer(re.escape(place), text))
    if unit.kind:
        alone = rf"(?:(?<![一-鿿])|(?<=[我本全]))({re.escape(unit.kind)})"
        yield from (Name(*match.span(1), "unit_kind") for match in re.finditer(alone, text))
    if unit.level:
        yield from (
            Name(*match.span(1), "level") for match in re.finditer(rf"[我全本]({unit.level})(?!别)", text)
        )


def _shortened(text: str, unit: Unit) -> Iterator[Name]:
    """Words made of the unit's own characters in their order: 安监大队 for 安全生产监察大队."""
    for match in re.finditer(re.escape(unit.kind[-1]), text):
        for start in range(max(0, match.end() - _LONGEST_BODY), match.end() - 2):
            word = text[start : match.end()]
            if len(word) > len(unit.kind) + 1 and _is_within(word, unit.full):
                if not _CLASS_BEFORE.search(text, 0, start):
                    yield Name(start, match.end(), "own_unit")
                break


def _is_within(word: str, whole: str) -> bool:
    """Whether the characters of ``word`` stand in ``whole`` in the same order."""
    rest = iter(whole)
    return all(char in rest for char in word)


def _place_words(places: tuple[str, ...]) -> set[str]:
    bare = {place.rstrip("省市区县州旗盟") for place in places}
    return {*places, *(name for name in bare if len(name) > 1)}


def _others(text: str, unit: Unit) -> Iterator[Name]:
    """Enterprises, other bodies and streets: known by their ending, read back to where they begin."""
    words = _words()
    for match in _ending().finditer(text):
        ending, end = match.group(), match.end()
        before, after = text[match.start() - 1 : match.start()], text[end : end + 1]
        if before in words["not_after"].get(ending, ()) or after in words["not_before"].get(ending, ()):
            continue
        label = words["kind_of"][ending]
        start = _beginning(text, match.start())
        place = _PLACE_BEFORE.search(text, start, match.start())
        if place and label in ("单位", "机构"):
            named = place.start() - start <= _PLACE_NAME_LENGTH  # 滨海市教育局, but not 严格控制市安监局
            yield Name(start if named else place.start(), end, "unit")
        elif ending == unit.kind and ending.endswith("队"):  # 修订大队制度: the report's own
            yield Name(match.start(), end, "unit_kind")
        elif label != "机构" and _is_name(text[start : match.start()], label):
            yield Name(start, end, _KINDS[label])


def _beginning(text: str, end: int) -> int:
    """Where a name that ends at ``end`` begins."""
    words = _words()
    start = end
    while start > max(0, end - _LONGEST_BODY) and _HAN.match(text[start - 1]):
        if text[start - 1] in words["before_characters"] or text.endswith(words["before_words"], 0, start):
            break
        start -= 1
    return start


def _is_name(body: str, label: str) -> bool:
    """Whether ``body`` before an ending makes a name of one, not of a class (物业公司)."""
    generic = tuple(_words()["generic"][label])
    while body.endswith(generic):
        body = body.removesuffix(max((word for word in generic if body.endswith(word)), key=len))
    return len(body) > 1


@cache
def _ending() -> re.Pattern[str]:
    return re.compile("|".join(sorted(_words()["kind_of"], key=len, reverse=True)))


@cache
def _words() -> Any:
    data = yaml.safe_load((files("corpus") / "names.yaml").read_text(encoding="utf-8"))
    data["kind_of"] = {ending: label for label, endings in data["endings"].items() for ending in endings}
    data["before_characters"] = frozenset(data["before_characters"])
    data["before_words"] = tuple(data["before_words"])
    for key in ("not_after", "not_before"):
        data[key] = {ending: frozenset(chars) for ending, chars in data[key].items()}
    return data
