"""Statements of months that are over and refunds under way, which no door makes on the same day."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg

from shared.clock import SystemClock, business_date
from shared.ids import new_id
from tests.build.everything import Everything
from tests.build.land import Land
from tests.build.market import Seller

MOVES = {"statement": "6500, 0", "statement to confirm": "0, 6500"}
"""Accepted on each statement, and paid, in fen."""


async def end_two_months(everything: Everything, land: Land, seller: Seller, ids: dict[str, Any]) -> None:
    """Write two statements of one line each, of which the one is owed and the other paid."""
    ids["objection"], ids["terms"], day = new_id(), new_id(), business_date(SystemClock().now()).replace(day=1)
    async with _as_owner(everything) as admin:
        for statement, moves in MOVES.items():
            ids[statement], day = new_id(), (day - timedelta(days=1)).replace(day=1)
            await admin.execute(
                "INSERT INTO account_statements SELECT $1::uuid, $1::text, $2, $3, $4, '基地', 'canteen', $5, now(),"
                f" {moves}, 0, 0, 0, 0, 6500, $5, 'issued'",
                *(ids[statement], land.prefecture_canteen, land.prefecture, seller.id, day),
            )
            await admin.execute(
                f"INSERT INTO account_lines SELECT $1, $2, $3, $3, {moves}, 0, 0, 0, 0, 6500",
                *(ids[statement], ids["order on account"], day),
            )


async def give_money_back(everything: Everything, order_id: UUID, state: str) -> UUID:
    """Have 100 fen of an accepted order paid by wallet and on their way back; gives the refund's id."""
    refund_id = new_id()
    async with _as_owner(everything) as admin:
        await admin.execute("UPDATE orders SET paid_fen = 100 WHERE order_id = $1", order_id)
        await admin.execute(
            "INSERT INTO payments (payment_id, order_id, method, state, amount_fen, paid_fen, refunded_fen,"
            " paid_on, registered_at, registered_by, touched_at, intent_id)"
            " SELECT id, id, 'alipay', 'paid', 100, 100, 100, now(), now(), id, now(), 'pi_' || id"
            " FROM (SELECT CAST($1 AS uuid) AS id) o",
            order_id,
        )
        await admin.execute(
            "INSERT INTO refunds (refund_id, payment_id, state, amount_fen, reason, due_at, touched_at, attempt,"
            " sent_at) VALUES ($1, $2, $3, 100, '有腐烂', now(), now(), 1, CASE $3 WHEN 'sent' THEN now() END)",
            *(refund_id, order_id, state),
        )
    return refund_id


@asynccontextmanager
async def _as_owner(everything: Everything) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    name = everything.env["ORDER_DATABASE_URL"].rsplit("/", 1)[1]
    admin = await asyncpg.connect(everything.env["POSTGRES_URL"].rsplit("/", 1)[0] + f"/{name}")
    try:
        yield admin
    finally:
        await admin.close()
