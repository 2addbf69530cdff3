"""The people who may use the store over a network: their units, roles and hashed passwords."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Final, Literal, get_args

from sqlalchemy import Engine, Select, String, Text, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from corpus.store import reading, writing
from corpus.tables import Table
from corpus.trail import Act, Noted, note
from scoring.errors import InputError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

Role = Literal["writer", "reviewer", "admin"]
ROLES: Final[dict[Role, str]] = {"writer": "填报", "reviewer": "复核", "admin": "管理"}
"""What each role is called: who writes a unit's reports, who only reads them, who keeps the accounts."""

SHORTEST: Final = 10
"""The fewest signs of a password."""

_LONGEST: Final = 200
_LONGEST_NAME: Final = 64


class AccountRow(Table):
    """One person; ``units`` is JSON, ``password`` an Argon2 hash, ``changes`` counts what was changed."""

    __tablename__ = "accounts"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(_LONGEST_NAME), unique=True)
    role: Mapped[str] = mapped_column(String(20))
    units: Mapped[str] = mapped_column(Text)
    password: Mapped[str] = mapped_column(Text)
    changes: Mapped[int] = mapped_column(default=0)
    created: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Account:
    """A person and what they may see: a writer's one unit, the units given to a reviewer or an admin.

    Two states of an account are equal only where nothing was changed between them, the password neither.
    """

    id: int
    name: str
    role: Role
    units: tuple[str, ...]
    changes: int

    @property
    def may_write(self) -> bool:
        """Whether the reports of the unit are theirs to write."""
        return self.role == "writer"


ALONE: Final = Account(0, "", "writer", ("",), 0)
"""Whoever sits at a machine of their own: no name, and the reports that belong to no unit."""


def add(
    engine: Engine, name: str, role: str, units: Sequence[str], password: str, when: datetime, by: str = ""
) -> Account:
    """Keep a new person, added ``by`` an admin (empty for whoever has the command line).

    Raises:
        InputError: the name is taken or unusable, the role unknown, the units do not fit it, or the
            password is too short.
    """
    row = AccountRow(name=_name(name), changes=0, created=when)
    row.role, row.units = _role(role), json.dumps(_units(role, units), ensure_ascii=False)
    row.password = _hashed(password, row.name)
    try:
        with writing(engine) as session:
            session.add(row)
            session.flush()
            told = {"user": row.name, "role": row.role, "units": json.loads(row.units)}
            note(session, Noted(Act("user_add"), by, when, details=told))
            return _account(row)
    except IntegrityError as error:
        raise InputError(f"用户 {row.name}", "已有这个用户名，请换一个") from error


def remove(engine: Engine, name: str, when: datetime, by: str = "") -> None:
    """Remove a person; what they wrote stays their unit's.

    Raises:
        InputError: there is no such person.
    """
    with writing(engine) as session:
        row = session.scalars(_row(name)).one_or_none() or _nobody(name)
        note(session, Noted(Act("user_remove"), by, when, details={"user": row.name}))
        session.delete(row)


def change_password(engine: Engine, name: str, password: str, when: datetime, by: str = "") -> None:
    """Give a person another password; whoever is logged in by the old one no longer is.

    Raises:
        InputError: there is no such person, or the password is too short.
    """
    hashed = _hashed(password, plain(name))
    with writing(engine) as session:
        row = session.scalars(_row(name)).one_or_none() or _nobody(name)
        row.password, row.changes = hashed, row.changes + 1
        note(session, Noted(Act("user_password"), by, when, details={"user": row.name}))


def accounts(engine: Engine) -> tuple[Account, ...]:
    """Everybody, by name."""
    with reading(engine) as session:
        return tuple(_account(row) for row in session.scalars(select(AccountRow).order_by(AccountRow.name)))


def has_accounts(engine: Engine) -> bool:
    """Whether there is anybody."""
    with reading(engine) as session:
        return bool(session.scalar(select(func.count()).select_from(AccountRow)))


def account(engine: Engine, name: str) -> Account | None:
    """The person of this name; None where there is none."""
    with reading(engine) as session:
        row = session.scalars(_row(name)).one_or_none()
        return None if row is None else _account(row)


def verified(engine: Engine, name: str, password: str) -> Account | None:
    """The person whose name and password these are, else None.

    It takes as long for a name that nobody has as for a wrong password.
    """
    from argon2.exceptions import InvalidHashError, VerificationError

    with reading(engine) as session:
        row = session.scalars(_row(name)).one_or_none()
        kept = _nobodys() if row is None else row.password
        known = None if row is None else _account(row)
    try:
        _hasher().verify(kept, plain(password)[:_LONGEST])
    except (VerificationError, InvalidHashError):
        return None
    return known


def plain(text: str) -> str:
    """A name or password as it is compared: full-width letters as half-width ones, nothing around it."""
    return unicodedata.normalize("NFKC", text).strip()


def _row(name: str) -> Select[AccountRow]:
    return select(AccountRow).where(AccountRow.name == plain(name))


def _nobody(name: str) -> AccountRow:
    raise InputError(f"用户 {plain(name)[:_LONGEST_NAME]}", "没有这个用户，请用 ziping users list 查看")


def _account(row: AccountRow) -> Account:
    return Account(row.id, row.name, _role(row.role), tuple(json.loads(row.units)), row.changes)


def _name(name: str) -> str:
    chosen = plain(name)
    if not chosen or len(chosen) > _LONGEST_NAME or not chosen.isprintable() or ":" in chosen:
        raise InputError("用户名", f"应为 1 至 {_LONGEST_NAME} 个字，不含冒号和控制字符")
    return chosen


def _role(role: str) -> Role:
    if role not in get_args(Role):
        told = "、".join(f"{one}（{label}）" for one, label in ROLES.items())
        raise InputError("角色", f"应为 {told} 之一，读到「{role[:20]}」")
    return role  # type: ignore[return-value]


def _units(role: str, units: Sequence[str]) -> list[str]:
    chosen = list(dict.fromkeys(filter(None, map(plain, units))))
    if any(len(unit) > _LONGEST or not unit.isprintable() for unit in chosen):
        raise InputError("单位", f"名称不超过 {_LONGEST} 个字，不含控制字符")
    if role == "writer" and len(chosen) != 1:
        raise InputError("单位", "填报人员属于一个单位，请用 --unit 指明")
    if role == "reviewer" and not chosen:
        raise InputError("单位", "请用 --unit 指明复核哪些单位的报告，可重复")
    return chosen


def _hashed(password: str, name: str) -> str:
    chosen = plain(password)
    if not SHORTEST <= len(chosen) <= _LONGEST:
        raise InputError("密码", f"应为 {SHORTEST} 至 {_LONGEST} 个字符")
    if (len(name) > 2 and name in chosen) or len(set(chosen)) < SHORTEST // 2:
        raise InputError("密码", "太容易猜中：不能含用户名，也不能只由几个字符重复而成")
    return _hasher().hash(chosen)


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _nobodys() -> str:
    """A hash that no password is asked for, to spend as long on a name that nobody has."""
    return _hasher().hash("")
