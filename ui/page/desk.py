"""A desk: the report that one browser window has open, each change of it kept as a version in the store."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from assistant.opinion import Opinion
from assistant.plan import Plan
from assistant.revision import Edit
from corpus import store
from corpus.accounts import Account
from corpus.history import Draft, last_or_first, may_open, reports_of, version
from corpus.last_year import Carried, carried
from corpus.library import Library
from corpus.merging import Merge, Side, merge
from corpus.store import StaleParentError, Version
from corpus.trail import EDIT, Act
from scoring.check import Checked, check
from scoring.errors import InputError
from scoring.numbers.live import Change, live_changes
from scoring.report import NARRATIVE_FIELDS, Report
from scoring.report_file import parse_report, render_report
from scoring.scheme import load
from ui.page.chosen import Chosen
from ui.page.show.grids import Entry
from ui.page.transfers import Transfers

if TYPE_CHECKING:
    from sqlalchemy import Engine

Clock = Callable[[], datetime]


@dataclass
class Desk:
    """What one window works on."""

    engine: Engine
    library: Library
    clock: Clock

    account: Account
    """Who sits at it."""
    unit: str
    """Whose report lies on it."""
    report: Report
    report_id: int
    n: int
    """The version that the report was made from."""
    saved_at: datetime
    key: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    """What the page's script shows to be let to this desk."""

    # saving
    refused: Version | None = None
    """A newer version by another window, found when saving: until it is dealt with nothing more is saved."""
    sides: dict[str, Side] | None = None
    """The sides chosen so far for merging with ``refused``; None while nobody asked to merge."""
    unsaved: str = ""
    """Why the report could not be saved (a full disk), empty where it is: every further change tries again."""
    unsaved_act: Act = EDIT
    """Whose words are on the desk and in no version yet."""

    # the sheet
    entries: dict[str, Entry] = field(default_factory=dict)
    """What the two tables show beyond the report."""
    wrong: dict[str, str] = field(default_factory=dict)
    """Fields that could not be read: what was typed stays on the screen and is not in the report."""
    base: Report | None = None
    """The report as its texts last agreed with its facts, while their numbers are on offer to be written anew."""
    told: int = 0
    """How many states of the report the page was told of."""
    serials: dict[str, int] = field(default_factory=dict)
    """The last of what was typed, by place."""

    # writing
    chosen: Chosen = field(default_factory=Chosen)
    """Who is to write."""
    plan: Plan | None = None
    """What the writer made of the draft's plan."""
    proposed: list[Edit] = field(default_factory=list)
    """Edits on offer."""
    refining: Edit | None = None
    """The edit on offer that the next wish is about."""
    offered_by: dict[tuple[str, str], Act] = field(default_factory=dict)
    """Who made the edits, by narrative and new text."""
    opinions: tuple[Opinion, ...] | None = None
    """What a model said of the texts."""
    stop: threading.Event = field(default_factory=threading.Event)
    """Ends the long work that is under way for this window."""

    # the rest of the page
    notices_read: int = 0
    """How many of the library's notices were taken note of."""
    loose: str = ""
    """A text that is only checked."""
    loose_against_desk: bool = False
    transfers: Transfers = field(default_factory=Transfers)
    lock: threading.RLock = field(default_factory=threading.RLock)
    _checked: tuple[Report, Checked] | None = None
    _carried: tuple[Report, tuple[Carried, ...]] | None = None

    @property
    def who(self) -> str:
        """The name of who sits at it, empty where one desk has the machine to itself."""
        return self.account.name

    def check_may_write(self) -> None:
        """See that the report, and the unit's library, are this account's to change.

        Raises:
            InputError: they are only its to read.
        """
        if not self.account.may_write:
            raise InputError("只读", "这个用户只能查看、核对和导出，不能修改")

    @property
    def checked(self) -> Checked:
        """The findings, verdicts and score card of the report as it is."""
        if self._checked is None or self._checked[0] is not self.report:
            self._checked = (self.report, check(self.report, load(self.report.scheme)))
        return self._checked[1]

    @property
    def carried(self) -> tuple[Carried, ...]:
        """The sentences taken over from the unit's last report of the project."""
        if self._carried is None or self._carried[0] is not self.report:
            try:
                found = carried(self.report, self.library)
            except InputError:
                found = ()  # the library is told of where it is used
            self._carried = (self.report, found)
        return self._carried[1]

    def keep(self, report: Report, name: str = "", act: Act = EDIT) -> None:
        """Make ``report`` the one on the desk and save it by ``act`` as the next version, where it differs.

        Where it cannot be saved it stays on the desk, with the reason as ``unsaved``.

        Raises:
            InputError: the report is only to be read, or a version with a name could not be saved.
        """
        self.check_may_write()
        if report == self.report and not name and not self.unsaved:
            return
        self.report, act = report, self._all_of(act)
        self.unsaved_act = act
        if self.refused is not None:
            return
        try:
            text = render_report(report)
            version = store.save(self.engine, self.report_id, text, self.n, self.who, self.clock(), name, act)
        except StaleParentError as stale:
            self.refused, self.unsaved = stale.newer, ""
        except InputError as error:
            self.unsaved = str(error)
            if name:  # asked for in so many words
                raise
        else:
            self.n, self.saved_at = version.n, version.saved_at
            self.unsaved, self.unsaved_act = "", EDIT

    def _all_of(self, act: Act) -> Act:
        """An act that is saved together with what could not be saved before: a model's words stay a model's."""
        before = self.unsaved_act
        if act.origin == "person":
            return replace(before, what=act.what)
        return act if act.model else replace(act, model=before.model, prompt=before.prompt)

    def keep_facts(self, report: Report) -> None:
        """Like :meth:`keep` for changed facts: the texts' numbers that rest on them are offered anew."""
        self.check_may_write()
        if self.base is None:
            self.base = self.report
        self.keep(report)

    @property
    def stale(self) -> tuple[Change, ...]:
        """The numbers of the texts that the changed facts make stale."""
        if self.base is None:
            return ()
        texts = {name: getattr(self.report, name) for name in NARRATIVE_FIELDS.values()}
        changes = live_changes(self.base.model_copy(update=texts), self.report)
        if not changes:
            self.base = None
        return changes

    def put(self, version: Version) -> None:
        """Lay another version, or another report's, on the desk."""
        self.report = parse_report(version.text)
        self.report_id, self.n, self.saved_at = version.report_id, version.n, version.saved_at
        self.refused, self.sides, self.unsaved, self.unsaved_act = None, None, "", EDIT
        self.entries, self.wrong, self.base, self.plan, self.proposed = {}, {}, None, None, []
        self.opinions, self.refining = None, None

    def start(self, report: Report, act: Act) -> None:
        """Lay a new report on the desk, kept in the store as a report of its own."""
        self.check_may_write()
        self.settle()
        text = render_report(report)
        self.put(store.create(self.engine, text, self.who, self.clock(), self.unit, act))

    def settle(self) -> None:
        """Save what could not be saved before something else is laid on the desk.

        Raises:
            InputError: it still cannot be saved.
        """
        if self.unsaved:
            self.keep(self.report)
        if self.unsaved:
            raise InputError("未保存", self.unsaved)

    def reports(self) -> tuple[Draft, ...]:
        """The reports that may be opened here, the last saved of each unit first."""
        return tuple(one for unit in self.account.units for one in reports_of(self.engine, unit))

    def take_theirs(self) -> None:
        """After a refused save: lay the other window's newest version on the desk."""
        newest = store.newest(self.engine, self.report_id)
        if newest is not None:
            self.put(newest)

    @property
    def merging(self) -> Merge | None:
        """After a refused save, where merging was asked for: what comes of it with the sides chosen so far."""
        if self.refused is None or self.sides is None:
            return None
        base = parse_report(version(self.engine, self.report_id, self.n).text)
        return merge(base, self.report, parse_report(self.refused.text), self.sides)

    def take_merge(self) -> bool:
        """Save what comes of merging, once a side is chosen everywhere; returns whether it is."""
        merging, theirs = self.merging, self.refused
        if merging is None or theirs is None or merging.conflicts:
            return False
        act = self._all_of(Act("merge", "merged"))
        self.put(theirs)
        self.keep(merging.merged, act=act)
        return True

    def split_off(self) -> None:
        """After a refused save: keep what is on this desk as a report of its own."""
        self.start(self.report, self._all_of(Act("split")))


def open_desk(
    engine: Engine,
    library: Library,
    clock: Clock,
    account: Account,
    report_id: int,
    sample: Callable[[], Report],
) -> Desk:
    """A desk with the report ``report_id``, else the one last worked on, else ``sample`` as a new report.

    For who only reads, ``sample`` is not kept.
    """
    unit, version = _found(engine, account, report_id) or _last(engine, account) or (account.units[0], None)
    if version is None and account.may_write:
        version = last_or_first(engine, unit, render_report(sample()), clock(), account.name)
    report = sample() if version is None else parse_report(version.text)
    number, n, saved_at = (version.report_id, version.n, version.saved_at) if version else (0, 0, clock())
    return Desk(engine, library.for_unit(unit), clock, account, unit, report, number, n, saved_at)


def open_report(desk: Desk, report_id: int) -> None:
    """Lay another of the account's reports on the desk.

    Raises:
        InputError: there is no such report among the account's.
    """
    found = _found(desk.engine, desk.account, report_id)
    if found is None:
        raise InputError(f"报告 {report_id}", "没有这份报告，可能已被移除")
    desk.settle()
    desk.unit, version = found
    desk.library = desk.library.for_unit(desk.unit)
    desk.put(version)


def _found(engine: Engine, account: Account, report_id: int) -> tuple[str, Version] | None:
    """A report that the account may open, with its unit."""
    for unit in account.units if report_id else ():
        if may_open(engine, report_id, unit) and (version := store.newest(engine, report_id)):
            return unit, version
    return None


def _last(engine: Engine, account: Account) -> tuple[str, Version] | None:
    """For who only reads: the report saved last in the first unit that has any."""
    for unit in () if account.may_write else account.units:
        for draft in reports_of(engine, unit)[:1]:
            return _found(engine, account, draft.report_id)
    return None
