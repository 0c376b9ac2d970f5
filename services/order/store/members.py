"""Helpers of suppliers are kept as they were last heard, to tell whose last day has passed."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from services.order.store.member_tables import members
from shared.contracts.authority import Role
from shared.contracts.catalog import SupplierMemberChanged
from shared.db.unit_of_work import ReadTx, Tx


async def keep_member(tx: Tx, event: SupplierMemberChanged) -> None:
    """Keep what a person may do for a supplier; an older version changes nothing."""
    told = {"version": event.version, "role": event.role, "until": event.until}
    statement = insert(members).values(supplier_id=event.supplier_id, account_id=event.account_id, **told)
    await tx.execute(
        statement.on_conflict_do_update(
            index_elements=["supplier_id", "account_id"],
            set_={name: statement.excluded[name] for name in told},
            where=members.c.version < statement.excluded.version,
        )
    )


async def whom_no_longer_helped(tx: ReadTx, account_id: UUID, supplier_ids: Sequence[UUID], day: date) -> set[UUID]:
    """Tell which of these suppliers a person no longer helps on a day, as far as it was heard."""
    rows = await tx.rows(
        sa.select(members.c.supplier_id).where(
            members.c.account_id == account_id,
            members.c.supplier_id.in_(supplier_ids),
            sa.or_(members.c.role.is_distinct_from(Role.HELPER.value), members.c.until < day),
        )
    )
    return {row.supplier_id for row in rows}


async def may_no_longer(tx: ReadTx, account_id: UUID, supplier_id: UUID, day: date, roles: Sequence[Role]) -> bool:
    """Tell whether a person has none of these roles in a supplier on a day any more, as far as it was heard."""
    ended = sa.or_(members.c.role.is_(None), members.c.role.not_in([role.value for role in roles]))
    known = await tx.first(
        sa.select(members.c.account_id).where(
            members.c.account_id == account_id,
            members.c.supplier_id == supplier_id,
            sa.or_(ended, members.c.until < day),
        )
    )
    return known is not None
