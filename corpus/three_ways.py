"""Merging three sequences: which stretches only one side changed, and which both did."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True, slots=True)
class Clash:
    """A stretch that both sides changed, each otherwise."""

    base: list[str]
    mine: list[str]
    theirs: list[str]


def three_ways(
    base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]
) -> Iterator[list[str] | Clash]:
    """The merged lines in runs, with a clash where both changed the same stretch of ``base``."""
    at_base = at_mine = at_theirs = 0
    for anchor, in_mine, in_theirs in [
        *_kept_by_both(base, mine, theirs),
        (len(base), len(mine), len(theirs)),
    ]:
        yield _settled(
            list(base[at_base:anchor]), list(mine[at_mine:in_mine]), list(theirs[at_theirs:in_theirs])
        )
        if anchor < len(base):
            yield [base[anchor]]
        at_base, at_mine, at_theirs = anchor + 1, in_mine + 1, in_theirs + 1


def _settled(base: list[str], mine: list[str], theirs: list[str]) -> list[str] | Clash:
    if mine in (theirs, base):
        return theirs
    return mine if theirs == base else Clash(base, mine, theirs)


def _kept_by_both(
    base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]
) -> Iterator[tuple[int, int, int]]:
    """The places in all three of each line that neither side touched."""
    in_mine, in_theirs = _kept(base, mine), _kept(base, theirs)
    for place in sorted(in_mine.keys() & in_theirs.keys()):
        yield place, in_mine[place], in_theirs[place]


def _kept(base: Sequence[str], other: Sequence[str]) -> dict[int, int]:
    blocks = SequenceMatcher(None, base, other, autojunk=False).get_matching_blocks()
    return {block.a + step: block.b + step for block in blocks for step in range(block.size)}
