"""A season stands with the stock, is read beside lines where a buyer looks, and each change of it is kept."""

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa

from services.order.domain.actors import Actor
from services.order.domain.seasons import Season, is_bounded, season_of, season_text, spans_text
from services.order.domain.states import SENT
from services.order.domain.wanted import AHEAD_DAYS_MAX
from services.order.store.season_tables import season_changes
from services.order.store.stock import Stock
from services.order.store.tables import stock
from shared.db.unit_of_work import ReadTx, Tx, UnitOfWork
from shared.states import sql_words

_READ = """
SELECT listing_id, coalesce(windows::text, season::text) AS season, window_max, window_promised
FROM stock WHERE listing_id = ANY ($1::uuid[]) AND season IS NOT NULL"""

_PROMISED = sa.text(
    f"""
SELECT (coalesce(sum(CASE WHEN o.state IN ({sql_words(SENT)}) THEN l.packed_quantity ELSE l.promised_quantity END), 0)
  + coalesce((SELECT sum(b.quantity) FROM substitutes b JOIN orders p ON p.order_id = b.order_id
    WHERE b.listing_id = :listing_id AND b.state = 'offered' AND p.wanted_on <@ w.span), 0))::bigint
FROM unnest(cast(:windows AS daterange[])) WITH ORDINALITY AS w(span, place)
LEFT JOIN orders o ON o.supplier_id = :supplier_id AND o.wanted_on <@ w.span
  AND o.placed_at >= lower(w.span) - {AHEAD_DAYS_MAX + 1}
LEFT JOIN order_lines l ON l.order_id = o.order_id AND l.listing_id = :listing_id
GROUP BY w.place, w.span ORDER BY w.place"""  # noqa: S608 - composed of constants
).bindparams(sa.bindparam("windows", type_=sa.Text))
"""What the lines of orders for each window hold, took with them or may get; no order is placed longer ahead."""


async def read_seasons(uow: UnitOfWork, listing_ids: Collection[UUID]) -> dict[UUID, Season]:
    """Read the seasons of those of these listings that have one."""
    rows = await uow.statement(_READ, list(listing_ids))
    return {row["listing_id"]: season_of(row["season"], row["window_max"], row["window_promised"]) for row in rows}


async def count_promised(tx: ReadTx, of: Stock, season: Season) -> list[int]:
    """Count anew, from the orders themselves, what each window has promised."""
    asked = {"windows": spans_text(season), "supplier_id": of.supplier_id, "listing_id": of.listing_id}
    return [row[0] for row in await tx.rows(_PROMISED, asked)]


async def set_season(tx: Tx, before: Stock, season: Season, *, by: Actor, reason: str) -> None:
    """Write the season of locked stock, what its bounded windows have promised, and who changed it and why.

    Whatever is promised or given back of these goods waits for the lock, so what is counted is all of it.
    """
    listing_id = before.listing_id
    written = sa.cast(sa.literal(season_text(season), sa.Text), stock.c.season.type)
    windows, most, promised = None, None, None
    if is_bounded(season):
        promised = await count_promised(tx, before, season)
        most = [one.quantity_max for one in season]
        windows = spans_text(season)
    spans = sa.cast(sa.literal(windows, sa.Text), stock.c.windows.type)
    await tx.execute(
        sa.update(stock)
        .where(stock.c.listing_id == listing_id)
        .values(season=written, windows=spans, window_max=most, window_promised=promised)
    )
    await tx.execute(
        sa.insert(season_changes).values(
            listing_id=listing_id,
            at=tx.now,
            account_id=by.account_id,
            acted_as=None if by.acted_as is None else by.acted_as.value,
            season=written,
            windows=spans,
            window_max=most,
            reason=reason,
        )
    )
