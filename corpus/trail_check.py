"""Verifying the trail: that no entry was changed, taken out, moved or cut off, and that the versions agree with it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from corpus.store import checksum
from corpus.tables import VersionRow
from corpus.trail import BEGINNING, Noted, TrailRow, end_of, link, position, read
from scoring.errors import InputError

Facts = tuple[str, int, str, str, datetime]
"""What an entry and a version must agree on: the hash of the text, parent, name, who and when."""


_ROWS: Final = select(TrailRow).order_by(TrailRow.n).execution_options(yield_per=500)


class BrokenTrailError(InputError):
    """The trail does not hold; ``n`` is the first entry that is wrong or missing."""

    def __init__(self, n: int, problem: str) -> None:
        super().__init__(f"修改记录第 {n} 条", problem)
        self.n = n


@dataclass(frozen=True, slots=True)
class Verified:
    """A whole trail: how many entries it has, and the hash of the last one, to be kept elsewhere."""

    entries: int
    last: str


def verify(session: Session, kept: str = "") -> Verified:
    """See that the trail is whole and that every version kept is the one it tells of.

    Whoever can write to the database can also make a whole new chain: only a hash ``kept`` elsewhere, from
    an earlier verification, tells that nothing before it was made anew or cut off.

    Raises:
        BrokenTrailError: the first entry that does not hold.
    """
    n, last = 0, BEGINNING
    versions: dict[tuple[int, int], tuple[int, Facts]] = {}
    removed: set[int] = set()
    for row, noted in _chained(session.scalars(_ROWS), kept):
        n, last = row.n, row.hash
        if noted.report_id is None:
            continue
        if "version" in noted.details:
            told = noted.details
            facts = (told["text"], told["parent"], told["name"], noted.who, noted.when)
            versions[noted.report_id, told["version"]] = n, facts
        elif noted.act.what == "library_remove":
            removed.add(noted.report_id)
    _see_end(session, n, last)
    _see_versions(session, versions, removed)
    return Verified(n, last)


def verify_lines(lines: Iterable[str], kept: str = "") -> Verified:
    """See that the lines of :func:`corpus.trail.lines` are a whole chain, with the hash ``kept`` in it.

    Raises:
        BrokenTrailError: the first entry that does not hold.
    """
    n, last = 0, BEGINNING
    for row, _ in _chained(map(_of_line, lines), kept):
        n, last = row.n, row.hash
    return Verified(n, last)


def _of_line(line: str) -> TrailRow:
    try:
        told = json.loads(line)
        noted = read(told["entry"])
        report = noted.report_id if noted else None
        return TrailRow(n=int(told["n"]), report_id=report, entry=told["entry"], hash=told["hash"])
    except (ValueError, KeyError, TypeError):
        raise InputError("修改记录", f"有一行无法读取：{line[:40]}") from None


def _chained(rows: Iterable[TrailRow], kept: str) -> Iterator[tuple[TrailRow, Noted]]:
    """The rows as long as each follows from the one before; one of them has the hash ``kept``."""
    n, last, kept = 0, BEGINNING, kept.strip().lower()
    met = kept in ("", last)
    for n, row in enumerate(rows, 1):
        if row.n < n:
            raise BrokenTrailError(row.n, "是多出来的，不属于这条链")
        if row.n > n:
            raise BrokenTrailError(n, "不见了，已被删去")
        noted = read(row.entry)
        if noted is None or link(last, row.entry) != row.hash or row.report_id != noted.report_id:
            raise BrokenTrailError(n, _wrong(row))
        last = row.hash
        met = met or last == kept
        yield row, noted
    if not met:
        raise BrokenTrailError(n + 1, f"链中没有 {kept[:64]}：记录的末尾被截去，或整条链被重做")


def _wrong(row: TrailRow) -> str:
    try:
        stands = json.loads(row.entry)["n"]
    except (ValueError, KeyError, TypeError):
        stands = row.n
    if stands != row.n:
        return f"不在原来的位置：这里是原来的第 {stands} 条，次序被调换或有记录被插入、删去"
    return "与它的哈希对不上：这一条或它的哈希被改动过"


def _see_end(session: Session, n: int, last: str) -> None:
    """The store's own mark of the end; a chain cut off there is shorter."""
    try:
        should_be, with_hash = position(end_of(session))
    except ValueError:
        raise BrokenTrailError(n + 1, "链尾的标记不见了或被改动，不能确定后面是否还有记录") from None
    if n < should_be:
        raise BrokenTrailError(n + 1, f"不见了：应有 {should_be} 条，末尾被截去 {should_be - n} 条")
    if n > should_be:
        raise BrokenTrailError(should_be + 1, "是加在链尾之后的，不是本程序写入的")
    if last != with_hash:
        raise BrokenTrailError(n, "与链尾的标记对不上：末尾的记录被改动或重做过")


def _see_versions(
    session: Session, told: dict[tuple[int, int], tuple[int, Facts]], removed: set[int]
) -> None:
    """Nothing saved without its entry, no entry without what it saved."""
    found = set()
    of = VersionRow
    query = select(of.report_id, of.n, of.text, of.parent, of.name, of.who, of.saved_at).order_by(of.id)
    for report_id, number, text, *others in session.execute(query.execution_options(yield_per=100)):
        place = f"报告 {report_id} 第 {number} 版"
        if (report_id, number) not in told:
            raise InputError(place, "没有对应的修改记录，不是本程序保存的")
        n, facts = told[report_id, number]
        if (checksum(text), *others) != facts:
            raise BrokenTrailError(n, f"所记的{place}已不是当时保存的：内容、名称、保存人或时间被改动过")
        found.add((report_id, number))
    for (report_id, number), (n, _) in told.items():
        if (report_id, number) not in found and report_id not in removed:
            raise BrokenTrailError(n, f"所记的报告 {report_id} 第 {number} 版不见了，也没有移除它的记录")
