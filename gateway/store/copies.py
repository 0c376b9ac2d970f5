"""Copies of the organisations that seats are in; a copy applies only a higher version."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from gateway.store.tables import canteens, members, suppliers, units
from shared.contracts.authority import Role
from shared.db.unit_of_work import ReadTx, Tx


async def keep_unit(tx: Tx, values: dict[str, Any]) -> bool:
    """Keep a unit as it now stands; tells whether this was news."""
    return await _keep(tx, units, values)


async def keep_canteen(tx: Tx, values: dict[str, Any]) -> bool:
    return await _keep(tx, canteens, values)


async def keep_supplier(tx: Tx, values: dict[str, Any]) -> tuple[bool, sa.Row[Any] | None]:
    """Keep a supplier as it now stands; tells whether this was news, and how it stood before."""
    before = await tx.first(
        sa.select(suppliers.c.state, suppliers.c.applicant_account_id)
        .where(suppliers.c.id == values["id"])
        .with_for_update()
    )
    return await _keep(tx, suppliers, values), before


async def keep_member(tx: Tx, values: dict[str, Any]) -> bool:
    """Keep a person of a supplier as they now stand; tells whether this was news."""
    offered = insert(members).values(values)
    kept = await tx.first(
        offered.on_conflict_do_update(
            index_elements=[members.c.supplier_id, members.c.account_id],
            set_={"version": offered.excluded.version, "role": offered.excluded.role},
            where=members.c.version < offered.excluded.version,
        ).returning(members.c.version)
    )
    return kept is not None


async def canteen_names(tx: ReadTx, canteen_ids: Collection[UUID]) -> dict[UUID, str]:
    """Name the canteens of these that were heard of."""
    rows = await tx.rows(sa.select(canteens.c.id, canteens.c.name).where(canteens.c.id.in_(list(canteen_ids))))
    return {row.id: row.name for row in rows}


async def supplier_names(tx: ReadTx, supplier_ids: Collection[UUID]) -> dict[UUID, str]:
    """Name the suppliers of these that were heard of."""
    rows = await tx.rows(sa.select(suppliers.c.id, suppliers.c.name).where(suppliers.c.id.in_(list(supplier_ids))))
    return {row.id: row.name for row in rows}


async def hold_supplier_state(tx: Tx, supplier_id: UUID) -> str | None:
    """Tell how a supplier stands, None before it was heard of; it stays so until this transaction ends."""
    row = await tx.first(sa.select(suppliers.c.state).where(suppliers.c.id == supplier_id).with_for_update(read=True))
    return None if row is None else str(row.state)


async def roles_of_members(tx: ReadTx, supplier_id: UUID) -> dict[UUID, Role | None]:
    """Give each person of a supplier that catalog spoke of, with their role, None for who has ended."""
    query = sa.select(members.c.account_id, members.c.role).where(members.c.supplier_id == supplier_id)
    return {row.account_id: Role(row.role) if row.role else None for row in await tx.rows(query)}


async def _keep(tx: Tx, table: sa.Table, values: dict[str, Any]) -> bool:
    offered = insert(table).values(values)
    kept = await tx.first(
        offered.on_conflict_do_update(
            index_elements=[table.c.id],
            set_={name: offered.excluded[name] for name in values if name != "id"},
            where=table.c.version < offered.excluded.version,
        ).returning(table.c.id)
    )
    return kept is not None
