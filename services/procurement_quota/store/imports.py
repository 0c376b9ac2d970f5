"""Imports of purchases, whose they are, and what followed from them; how they move on is the same for every import."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from services.procurement_quota.store.import_tables import OPEN, WORKING, import_row, purchase_import
from services.procurement_quota.store.purchase_tables import origin_claim, purchase_reversal
from services.procurement_quota.store.tables import unit, verification
from services.procurement_quota.store.transfer_tables import transfer, transfer_decision
from shared.db.unit_of_work import ReadTx, Tx
from shared.imports.store import ImportStore

STORE = ImportStore(purchase_import, import_row, WORKING, OPEN)
_IMPORTS = sa.select(purchase_import, unit.c.path.label("unit_path")).join(unit, unit.c.id == purchase_import.c.unit_id)


async def import_by_id(tx: ReadTx, import_id: UUID) -> dict[str, Any] | None:
    """Give an import with the path of its unit."""
    row = await tx.first(_IMPORTS.where(purchase_import.c.id == import_id))
    return None if row is None else dict(row._mapping)


async def hold_import(tx: Tx, purchase_id: UUID) -> bool:
    """Let nobody move the import that brought a purchase meanwhile; tells whether it is, or was, taken back."""
    row = await tx.first(
        sa.select(purchase_import.c.state)
        .join(import_row, import_row.c.import_id == purchase_import.c.id)
        .where(import_row.c.purchase_id == purchase_id)
        .with_for_update(read=True, of=purchase_import)
    )
    return row is not None and row.state in ("undoing", "undone")


async def importer_of(tx: ReadTx, purchase_id: UUID) -> UUID | None:
    """Tell who brought the import that a purchase came with, if one did."""
    found: UUID | None = await tx.value(
        sa.select(purchase_import.c.put_by)
        .join(import_row, import_row.c.import_id == purchase_import.c.id)
        .where(import_row.c.purchase_id == purchase_id)
    )
    return found


async def rows_of_papers(tx: ReadTx, import_id: UUID, papers: Iterable[str]) -> list[dict[str, Any]]:
    """Give the good rows of an import that name any of these papers."""
    rows = await tx.rows(
        sa.select(import_row.c.row, import_row.c.given)
        .where(
            import_row.c.import_id == import_id,
            import_row.c.state == "good",
            import_row.c.papers.overlap(sa.cast(list(papers), ARRAY(sa.Text))),
        )
        .order_by(import_row.c.row)
    )
    return [dict(row._mapping) for row in rows]


async def is_followed(tx: ReadTx, import_id: UUID) -> bool:
    """Tell whether anything of an import was verified, claimed anew, taken back by a red letter, or transferred."""
    mine = sa.select(import_row.c.purchase_id).where(import_row.c.import_id == import_id)
    for table in (verification, origin_claim):
        if await tx.first(sa.select(table.c.purchase_id).where(table.c.purchase_id.in_(mine)).limit(1)):
            return True
    red = sa.select(purchase_reversal.c.id).where(
        purchase_reversal.c.purchase_id.in_(mine), purchase_reversal.c.kind == "red_letter"
    )
    moved = (
        sa.select(transfer.c.id)
        .join(transfer_decision, transfer_decision.c.transfer_id == transfer.c.id)
        .where(transfer.c.purchase_id.in_(mine), transfer_decision.c.outcome == "approve")
    )
    return any([await tx.first(found.limit(1)) is not None for found in (red, moved)])
