"""Accounts and their seats, read and written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from gateway.store.tables import accounts, canteens, seats, suppliers, units
from shared.contracts.authority import SUPPLIER_ROLES, Role
from shared.db.unit_of_work import ReadTx, Tx

KIND_OF_ROLE = {
    **dict.fromkeys(SUPPLIER_ROLES, "supplier"),
    Role.BUYER: "canteen",
    Role.APPROVER: "unit",
    Role.FINANCE: "unit",
    Role.OFFICER: "unit",
    Role.AUDITOR: "unit",
}
"""In what kind of organisation a role is held."""


@dataclass(frozen=True, slots=True)
class Account:
    id: UUID
    account: str
    name: str
    password_hash: str
    language: str
    disabled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Seated:
    """A seat with the names of what it is in; `path` is its unit's, empty for a supplier or while not known."""

    role: Role
    kind: str
    organisation_id: UUID
    organisation_name: str
    path: str
    unit_id: UUID | None
    unit_name: str


async def find_account(tx: ReadTx, *, account: str | None = None, account_id: UUID | None = None) -> Account | None:
    """Find an account by what its person signs in with, or by its id."""
    key = accounts.c.account == account if account is not None else accounts.c.id == account_id
    row = await tx.first(
        sa.select(
            accounts.c.id,
            accounts.c.account,
            accounts.c.name,
            accounts.c.password_hash,
            accounts.c.language,
            accounts.c.disabled_at,
        ).where(key)
    )
    return Account(**row._mapping) if row is not None else None


async def add_account(tx: Tx, values: dict[str, Any]) -> bool:
    """Write a new account; tells whether its name was free."""
    written = await tx.first(
        insert(accounts)
        .values(values)
        .on_conflict_do_nothing(index_elements=[accounts.c.account])
        .returning(accounts.c.id)
    )
    return written is not None


async def set_password_hash(tx: Tx, account_id: UUID, password_hash: str) -> None:
    await tx.execute(sa.update(accounts).where(accounts.c.id == account_id).values(password_hash=password_hash))


async def disable(tx: Tx, account_id: UUID) -> bool:
    """Disable an account; tells whether it was able to sign in before."""
    done = await tx.first(
        sa.update(accounts)
        .where(accounts.c.id == account_id, accounts.c.disabled_at.is_(None))
        .values(disabled_at=tx.now)
        .returning(accounts.c.id)
    )
    return done is not None


_own_unit, _its_unit = units.alias("own_unit"), units.alias("its_unit")
_SEATS_OF = (
    sa.select(
        seats.c.role,
        seats.c.organisation_kind,
        seats.c.organisation_id,
        sa.func.coalesce(suppliers.c.name, canteens.c.name, _own_unit.c.name, ""),
        sa.func.coalesce(_own_unit.c.path, _its_unit.c.path, ""),
        sa.func.coalesce(_own_unit.c.id, _its_unit.c.id),
        sa.func.coalesce(_own_unit.c.name, _its_unit.c.name, ""),
    )
    .outerjoin(suppliers, (seats.c.organisation_kind == "supplier") & (suppliers.c.id == seats.c.organisation_id))
    .outerjoin(canteens, (seats.c.organisation_kind == "canteen") & (canteens.c.id == seats.c.organisation_id))
    .outerjoin(_own_unit, (seats.c.organisation_kind == "unit") & (_own_unit.c.id == seats.c.organisation_id))
    .outerjoin(_its_unit, _its_unit.c.id == canteens.c.unit_id)
    .where(seats.c.account_id == sa.bindparam("account_id"))
    .order_by(seats.c.role, seats.c.organisation_id)
)


async def seats_of(tx: ReadTx, account_id: UUID) -> tuple[Seated, ...]:
    """List an account's seats, each with its unit's path as far as the gateway has heard of it."""
    rows: Sequence[Any] = await tx.rows(_SEATS_OF, {"account_id": account_id})
    return tuple(Seated(Role(role), *rest) for role, *rest in rows)


async def seat(tx: Tx, account_id: UUID, role: Role, organisation_id: UUID) -> bool:
    """Seat an account; tells whether it was not seated so before. An account that does not exist is not seated."""
    written = await tx.first(
        insert(seats)
        .from_select(
            ["account_id", "role", "organisation_id", "organisation_kind", "granted_at"],
            sa.select(
                accounts.c.id,
                sa.literal(role.value),
                sa.literal(organisation_id, sa.Uuid),
                sa.literal(KIND_OF_ROLE[role]),
                sa.literal(tx.now, sa.DateTime(timezone=True)),
            ).where(accounts.c.id == account_id),
        )
        .on_conflict_do_nothing()
        .returning(seats.c.account_id)
    )
    return written is not None


async def unseat(tx: Tx, role: Role, organisation_id: UUID, account_id: UUID | None = None) -> list[UUID]:
    """Take the seats of one account, or of everyone, in this role there; gives whose they were."""
    rows = await tx.rows(
        sa.delete(seats)
        .where(
            seats.c.role == role.value,
            seats.c.organisation_id == organisation_id,
            *([seats.c.account_id == account_id] if account_id is not None else []),
        )
        .returning(seats.c.account_id)
    )
    return [row.account_id for row in rows]


async def is_known(tx: ReadTx, kind: str, organisation_id: UUID) -> bool:
    """Tell whether the gateway has heard of an organisation."""
    table = {"supplier": suppliers, "canteen": canteens, "unit": units}[kind]
    return bool(await tx.value(sa.select(sa.exists().where(table.c.id == organisation_id))))


@dataclass(frozen=True, slots=True)
class Decider:
    """Somebody who is seated to decide in a unit."""

    account_id: UUID
    name: str
    unit_name: str


async def deciders_of(
    tx: ReadTx, paths: Sequence[str], roles: Sequence[Role], without: UUID, limit: int
) -> list[Decider]:
    """List who is seated in these roles in the units of these paths, each person once, without one of them."""
    rows = await tx.rows(
        sa.select(accounts.c.id, accounts.c.name, sa.func.min(units.c.name).label("unit_name"))
        .join(seats, seats.c.account_id == accounts.c.id)
        .join(units, (seats.c.organisation_kind == "unit") & (units.c.id == seats.c.organisation_id))
        .where(
            units.c.path.in_(paths),
            seats.c.role.in_([role.value for role in roles]),
            accounts.c.id != without,
            accounts.c.disabled_at.is_(None),
        )
        .group_by(accounts.c.id, accounts.c.name)
        .order_by(accounts.c.name, accounts.c.id)
        .limit(limit)
    )
    return [Decider(row.id, row.name, row.unit_name) for row in rows]


async def account_names(tx: ReadTx, account_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Give the names of accounts."""
    rows = await tx.rows(sa.select(accounts.c.id, accounts.c.name).where(accounts.c.id.in_(account_ids)))
    return {row.id: row.name for row in rows}
