"""Who is logged in: sessions that end, logins that are slowed down, both kept in memory."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from threading import BoundedSemaphore, Lock
from typing import TYPE_CHECKING, Final

from corpus import accounts
from corpus.accounts import Account

if TYPE_CHECKING:
    from sqlalchemy import Engine

LONGEST: Final = 12 * 3600
"""How many seconds a session lasts at most."""

_IDLE: Final = 4 * 3600
_FREE_BY_NAME: Final = 4
_FREE_BY_ADDRESS: Final = 20
_LONGEST_WAIT: Final = 300
_FORGOTTEN: Final = 3600
_MOST: Final = 10_000
_AT_ONCE: Final = 2


class WaitError(Exception):
    """Too many logins failed; ``seconds`` until the next one is looked at."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"登录失败次数过多，请 {seconds} 秒后再试")
        self.seconds = seconds


@dataclass
class _Tries:
    count: int
    last: float
    until: float


class Throttle:
    """Failed logins by name and by address: after some free ones each doubles the wait, up to five minutes.

    A try counts as failed from its beginning, so that many at once gain nothing. ``elapsed`` gives seconds
    that nobody can set back.
    """

    def __init__(self, elapsed: Callable[[], float]) -> None:
        self._elapsed = elapsed
        self._lock = Lock()
        self._tries: dict[tuple[str, str], _Tries] = {}

    def begin(self, name: str, address: str) -> None:
        """Count a try.

        Raises:
            WaitError: it comes too early; it is not counted, the password must not be looked at.
        """
        now = self._elapsed()
        free = {("name", name): _FREE_BY_NAME, ("address", address): _FREE_BY_ADDRESS}
        with self._lock:
            self._forget(now)
            held = [self._tries[key].until for key in free if key in self._tries]
            if (until := max(held, default=now)) > now:
                raise WaitError(max(1, round(until - now)))
            for key, most in free.items():
                tries = self._tries.setdefault(key, _Tries(0, now, now))
                tries.count, tries.last = tries.count + 1, now
                over = min(tries.count - most, _LONGEST_WAIT.bit_length())
                tries.until = now + (min(2**over, _LONGEST_WAIT) if over >= 0 else 0)

    def passed(self, name: str, address: str) -> None:
        """A try was right: the name starts afresh, the address is rid of this try."""
        with self._lock:
            self._tries.pop(("name", name), None)
            if tries := self._tries.get(("address", address)):
                tries.count, tries.until = tries.count - 1, tries.last

    def _forget(self, now: float) -> None:
        if len(self._tries) < _MOST:
            stale = [key for key, tries in self._tries.items() if now - tries.last > _FORGOTTEN]
        else:
            stale = sorted(self._tries, key=lambda key: self._tries[key].last)[: _MOST // 10]
        for key in stale:
            del self._tries[key]


@dataclass
class _Session:
    account: Account
    since: float
    seen: float


class Access:
    """Logs people in and tells who a session is of; a changed or removed account ends its sessions.

    Args:
        engine: the store with the accounts.
        clock: tells the time, for what is kept.
        elapsed: gives seconds that nobody can set back, for what ends.
    """

    def __init__(
        self, engine: Engine, clock: Callable[[], datetime], elapsed: Callable[[], float] = time.monotonic
    ) -> None:
        self.engine = engine
        self.clock = clock
        self._elapsed = elapsed
        self._throttle = Throttle(elapsed)
        self._sessions: dict[str, _Session] = {}
        self._hashing = BoundedSemaphore(_AT_ONCE)  # each password check takes 64 MB

    def verified(self, name: str, password: str, address: str) -> Account | None:
        """The person whose name and password these are, else None.

        Raises:
            WaitError: too many failed before.
        """
        asked = accounts.plain(name)[:100]
        self._throttle.begin(asked, address)
        with self._hashing:
            found = accounts.verified(self.engine, asked, password)
        if found is not None:
            self._throttle.passed(asked, address)
        return found

    def open(self, account: Account) -> str:
        """Begin a session; returns the secret that its cookie carries."""
        now = self._elapsed()
        for key in [key for key, held in list(self._sessions.items()) if _is_over(held, now)]:
            self._sessions.pop(key, None)
        token = secrets.token_urlsafe(32)
        self._sessions[_key(token)] = _Session(account, now, now)
        return token

    def account(self, token: str) -> Account | None:
        """Whose session this is, as the account is now; None where it is over."""
        now, key = self._elapsed(), _key(token)
        held = self._sessions.get(key)
        if held is None:
            return None
        if _is_over(held, now) or accounts.account(self.engine, held.account.name) != held.account:
            self._sessions.pop(key, None)
            return None
        held.seen = now
        return held.account

    def close(self, token: str) -> None:
        """End a session."""
        self._sessions.pop(_key(token), None)


def _key(token: str) -> str:
    """Sessions are found by the hash of their secret: how long that takes tells nothing of it."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _is_over(session: _Session, now: float) -> bool:
    return now - session.since > LONGEST or now - session.seen > _IDLE
