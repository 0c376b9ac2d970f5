"""Invoices are written once, read with their lines, and held against the lines of orders in one statement."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert

from services.order.domain.invoices import Line
from services.order.store.copies import reached
from services.order.store.invoice_tables import invoice_lines, invoice_resolutions, invoices
from services.order.store.tables import canteens, order_lines, orders, units
from shared.contracts.authority import Reach, Seat
from shared.db.unit_of_work import ReadTx, Tx

_VIEW = sa.text(
    """
SELECT json_build_object(
  'invoice_id', i.invoice_id, 'number', i.number, 'code', i.code, 'kind', i.kind, 'net_fen', i.net_fen,
  'tax_fen', i.tax_fen, 'gross_fen', i.gross_fen, 'tax_rate_bp', i.tax_rate_bp, 'issued_on', i.issued_on,
  'reverses_id', i.reverses_id, 'put_by_name', i.put_by_name, 'put_at', i.put_at,
  'canteen', json_build_object('id', i.canteen_id, 'name', coalesce(c.name, '')),
  'supplier', json_build_object('id', i.supplier_id, 'name', i.supplier_name),
  'file', CASE WHEN i.file_sha256 IS NOT NULL THEN json_build_object('sha256', i.file_sha256,
    'media_type', i.file_media_type, 'size_bytes', i.file_bytes) END,
  'lines', (SELECT json_agg(json_build_object('order_id', l.order_id, 'line_id', l.line_id, 'gross_fen', l.gross_fen)
    ORDER BY l.order_id, l.line_id) FROM invoice_lines l WHERE l.invoice_id = i.invoice_id))::text AS told, i.put_at
FROM invoices i LEFT JOIN canteens c ON c.canteen_id = i.canteen_id
WHERE i.invoice_id = ANY(:invoice_ids) ORDER BY i.put_at DESC, i.invoice_id DESC
"""
).bindparams(sa.bindparam("invoice_ids", type_=ARRAY(sa.Uuid)))


async def invoice_views(tx: ReadTx, invoice_ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Read invoices as they are answered, the newest first."""
    return [orjson.loads(row.told) for row in await tx.rows(_VIEW, {"invoice_ids": list(invoice_ids)})]


async def find_invoice(tx: ReadTx, invoice_id: UUID, *, lock: bool = False) -> sa.Row[Any] | None:
    """Read an invoice, and the path of its canteen's unit; None for one that is not there."""
    chosen = (
        sa.select(invoices, units.c.path.label("unit_path"))
        .join(canteens, canteens.c.canteen_id == invoices.c.canteen_id)
        .join(units, units.c.unit_id == canteens.c.unit_id)
        .where(invoices.c.invoice_id == invoice_id)
    )
    return await tx.first(chosen.with_for_update(key_share=True, of=invoices) if lock else chosen)


async def add_invoice(tx: Tx, values: dict[str, Any], lines: Sequence[tuple[UUID, UUID, int]]) -> bool:
    """Write an invoice with its lines; False when this id, or this paper, is there."""
    row = await tx.first(insert(invoices).values(**values).on_conflict_do_nothing().returning(invoices.c.invoice_id))
    if row is None:
        return False
    await tx.execute(
        sa.insert(invoice_lines),
        [
            {"invoice_id": values["invoice_id"], "order_id": order_id, "line_id": line_id, "gross_fen": gross_fen}
            for order_id, line_id, gross_fen in lines
        ],
    )
    return True


async def keep_file(tx: Tx, invoice_id: UUID, sha256: str, media_type: str, size: int) -> None:
    await tx.execute(
        sa.update(invoices)
        .where(invoices.c.invoice_id == invoice_id)
        .values(file_sha256=sha256, file_media_type=media_type, file_bytes=size)
    )


async def reversed_fen(tx: ReadTx, invoice_id: UUID) -> int:
    """Sum what red-letter invoices took back of an invoice; 0 or less."""
    summed = sa.func.coalesce(sa.func.sum(invoices.c.gross_fen), 0)
    return int(await tx.value(sa.select(summed).where(invoices.c.reverses_id == invoice_id)))


async def invoices_page(
    tx: ReadTx,
    reach: Sequence[tuple[Reach, Seat]],
    *,
    canteen_id: UUID | None,
    supplier_id: UUID | None,
    after: tuple[Any, UUID] | None,
    limit: int,
) -> Sequence[sa.Row[Any]]:
    """List the invoices that these seats reach, the newest first."""
    told = invoices.c
    chosen = (
        sa.select(told.invoice_id, told.put_at)
        .join(canteens, canteens.c.canteen_id == told.canteen_id)
        .join(units, units.c.unit_id == canteens.c.unit_id)
        .where(reached(reach, told.canteen_id, told.supplier_id))
    )
    if canteen_id is not None:
        chosen = chosen.where(told.canteen_id == canteen_id)
    if supplier_id is not None:
        chosen = chosen.where(told.supplier_id == supplier_id)
    if after is not None:
        chosen = chosen.where(sa.tuple_(told.put_at, told.invoice_id) < sa.tuple_(*map(sa.literal, after)))
    return await tx.rows(chosen.order_by(told.put_at.desc(), told.invoice_id.desc()).limit(limit))


_INVOICED = (
    sa.select(invoice_lines.c.order_id, invoice_lines.c.line_id, sa.func.sum(invoice_lines.c.gross_fen).label("fen"))
    .group_by(invoice_lines.c.order_id, invoice_lines.c.line_id)
    .subquery()
)


async def matched_lines(
    tx: ReadTx,
    *,
    of_orders: Sequence[UUID] | None = None,
    reach: Sequence[tuple[Reach, Seat]] | None = None,
    canteen_id: UUID | None = None,
    supplier_id: UUID | None = None,
    after: tuple[UUID, UUID] | None = None,
    limit: int,
) -> list[tuple[Line, sa.Row[Any]]]:
    """Read lines that have invoices, with what all these say, in the order of their ids."""
    line = order_lines.c
    chosen = (
        sa.select(
            line.order_id,
            line.line_id,
            line.name,
            sa.cast(
                sa.func.div(
                    sa.func.coalesce(line.confirmed_quantity, line.quantity) * line.price_fen
                    + sa.func.div(line.unit_quantity, 2),
                    line.unit_quantity,
                ),
                sa.BigInteger,
            ).label("ordered_fen"),
            line.kept_fen,
            line.accepted_quantity.is_not(None).label("accepted"),
            sa.cast(_INVOICED.c.fen, sa.BigInteger).label("invoiced_fen"),
            orders.c.canteen_id,
            canteens.c.name.label("canteen_name"),
            orders.c.unit_id,
            orders.c.supplier_id,
            orders.c.supplier_name,
        )
        .join(_INVOICED, sa.and_(_INVOICED.c.order_id == line.order_id, _INVOICED.c.line_id == line.line_id))
        .join(orders, orders.c.order_id == line.order_id)
        .join(canteens, canteens.c.canteen_id == orders.c.canteen_id)
        .join(units, units.c.unit_id == canteens.c.unit_id)
    )
    if of_orders is not None:
        chosen = chosen.where(line.order_id.in_(of_orders))
    if reach is not None:
        chosen = chosen.where(reached(reach, orders.c.canteen_id, orders.c.supplier_id))
    if canteen_id is not None:
        chosen = chosen.where(orders.c.canteen_id == canteen_id)
    if supplier_id is not None:
        chosen = chosen.where(orders.c.supplier_id == supplier_id)
    if after is not None:
        chosen = chosen.where(sa.tuple_(line.order_id, line.line_id) > sa.tuple_(*map(sa.literal, after)))
    rows = await tx.rows(chosen.order_by(line.order_id, line.line_id).limit(limit))
    return [
        (Line(row.order_id, row.line_id, row.ordered_fen, row.kept_fen, row.accepted, row.invoiced_fen), row)
        for row in rows
    ]


async def resolved(tx: ReadTx, order_ids: Sequence[UUID]) -> set[tuple[UUID, UUID, str, int]]:
    """List how differences of these orders stood when they were resolved: (order, line, kind, fen)."""
    r = invoice_resolutions.c
    rows = await tx.rows(sa.select(r.order_id, r.line_id, r.kind, r.fen).where(r.order_id.in_(order_ids)))
    return {(row.order_id, row.line_id, row.kind, row.fen) for row in rows}


async def add_resolution(tx: Tx, values: dict[str, Any]) -> bool:
    row = await tx.first(
        insert(invoice_resolutions)
        .values(**values)
        .on_conflict_do_nothing()
        .returning(invoice_resolutions.c.resolution_id)
    )
    return row is not None


async def find_resolution(tx: ReadTx, resolution_id: UUID) -> sa.Row[Any] | None:
    return await tx.first(sa.select(invoice_resolutions).where(invoice_resolutions.c.resolution_id == resolution_id))
