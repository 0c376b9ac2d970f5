"""What came of an event is told in one table: what canteens bought at it, and what walk-in buyers did."""

from typing import Any
from uuid import UUID

from services.catalog.domain.fairs import FairSaleState
from services.catalog.store import fairs
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.fair_shapes import fair_line, seen
from services.catalog.usecases.recent import Kind
from shared.contracts.authority import Identity


async def get_fair_results(desk: Desk, identity: Identity | None, fair_id: UUID) -> dict[str, Any]:
    """Give the results by kind of supplier: accepted and kept, net of returns and credits. Raises FairNotFound.

    Only confirmed walk-in sales are in the sums; how many are not yet confirmed stands beside them. Whether the asker
    may see the event is looked up each time; what is added up is the same for all who may, at most a minute old.
    """
    async with desk.uow.glance() as tx:
        fair = await seen(tx, identity, fair_id)
    results = await desk.recent.of(Kind.FAIR_RESULTS, fair_id, lambda: _results(desk, fair_id))
    return fair_line(fair) | results.found


async def _results(desk: Desk, fair_id: UUID) -> dict[str, Any]:
    async with desk.uow.read() as tx:
        ordered = await fairs.ordered_at(tx, fair_id)
        canteens = await fairs.canteens_at(tx, fair_id)
        walked_in = await fairs.walked_in(tx, fair_id)
        admitted = len(await fairs.admitted_ids(tx, fair_id))
    confirmed = [row for row in walked_in if row.state == FairSaleState.CONFIRMED.value]
    return {
        "suppliers": admitted,
        "canteens": canteens,
        "orders": {
            "acceptances": sum(row.acceptances for row in ordered),
            "amount_fen": sum(row.amount_fen for row in ordered),
            "by_supplier_kind": [
                {
                    "supplier_kind": row.kind,
                    "suppliers": row.suppliers,
                    "acceptances": row.acceptances,
                    "grams": row.grams,
                    "amount_fen": row.amount_fen,
                }
                for row in ordered
            ],
        },
        "walk_in": {
            "sales": sum(row.sales for row in confirmed),
            "amount_fen": sum(row.amount_fen for row in confirmed),
            "waiting": sum(row.sales for row in walked_in if row.state == FairSaleState.ENTERED.value),
            "by_supplier_kind": [
                {
                    "supplier_kind": row.kind,
                    "suppliers": row.suppliers,
                    "sales": row.sales,
                    "grams": row.grams,
                    "pieces": row.pieces,
                    "amount_fen": row.amount_fen,
                }
                for row in confirmed
            ],
        },
        "amount_fen": sum(row.amount_fen for row in (*ordered, *confirmed)),
    }
