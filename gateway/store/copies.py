"""Copies of the organisations that seats are in; a copy applies only a higher version."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from gateway.store.tables import canteens, suppliers, units
from shared.db.unit_of_work import Tx


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
