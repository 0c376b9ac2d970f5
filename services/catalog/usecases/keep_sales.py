"""What canteens accepted, gave back and were credited is kept line by line, so that sales stand beside capacity."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.catalog.domain.sold import SaleUnknown, per_kg_fen_of
from services.catalog.store import flags, sales
from services.catalog.store.sales import Pair
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.judge_prices import judge_prices
from services.catalog.usecases.judge_sales import judge_sales
from services.catalog.usecases.recent import Kind
from shared.contracts.order import AcceptanceRecorded, CreditRecorded, KeptLine, ReturnRecorded
from shared.db.unit_of_work import Tx
from shared.events import Delivery

Heard = AcceptanceRecorded | ReturnRecorded | CreditRecorded


async def keep_sales(desk: Desk, deliveries: Sequence[Delivery[Heard]]) -> None:
    """Keep steps of sales; each belongs to the day and the item of the acceptance that it is a step of.

    Streams have no order between them, and neither have retries: a return or credit that is heard before its
    acceptance raises SaleUnknown, and is heard again.
    """
    async with desk.uow.begin(once=deliveries) as tx:
        heard: list[Heard] = [delivery.event for delivery in tx.fresh]
        accepted = [event for event in heard if isinstance(event, AcceptanceRecorded)]
        versions = {(line.listing_id, line.listing_version) for event in accepted for line in event.lines}
        named = await sales.items_of_versions(tx, versions)
        items: dict[Pair, str] = {
            (event.acceptance_id, line.line_id): named.get((line.listing_id, line.listing_version), "")
            for event in accepted
            for line in event.lines
        }
        items |= await _accepted_before(tx, heard, items)
        rows = [row for event in heard for row in _rows(event, items)]
        await sales.insert(tx, rows)
        await flags.alone(tx, {row["supplier_id"] for row in rows})
        await judge_prices(tx, rows)
        await judge_sales(tx, {(row["supplier_id"], row["item_code"], row["year"]) for row in rows})
    if any(row["fair_id"] for row in rows):
        desk.recent.forget(Kind.FAIR_RESULTS)


async def _accepted_before(tx: Tx, heard: Iterable[Heard], items: dict[Pair, str]) -> dict[Pair, str]:
    """Give the items of lots that steps were heard of, but for those accepted in this batch. Raises SaleUnknown."""
    steps = [event for event in heard if not isinstance(event, AcceptanceRecorded)]
    wanted = {(event.acceptance_id, line.line_id) for event in steps for line in event.lines} - items.keys()
    known = await sales.accepted_items(tx, wanted) if wanted else {}
    for acceptance_id, line_id in sorted(wanted - known.keys()):
        raise SaleUnknown(acceptance_id=str(acceptance_id), line_id=str(line_id))
    return known


def _rows(event: Heard, items: dict[Pair, str]) -> list[dict[str, Any]]:
    if isinstance(event, AcceptanceRecorded):
        return [
            _row(event, event.acceptance_id, event.accepted_on, event.accepted_on, one, items) for one in event.lines
        ]
    step_id = event.return_id if isinstance(event, ReturnRecorded) else event.credit_id
    return [_row(event, step_id, event.reverses_accepted_on, event.agreed_on, one, items) for one in event.lines]


def _row(
    event: Heard, step_id: UUID, accepted_on: date, booked_on: date, line: KeptLine, items: dict[Pair, str]
) -> dict[str, Any]:
    return {
        "step_id": step_id,
        "line_id": line.line_id,
        "acceptance_id": event.acceptance_id,
        "supplier_id": event.purchase.supplier_id,
        "listing_id": line.listing_id,
        "listing_version": line.listing_version,
        "item_code": items[event.acceptance_id, line.line_id],
        "category": line.category,
        "canteen_id": event.purchase.canteen_id,
        "accepted_on": accepted_on,
        "booked_on": booked_on,
        "year": accepted_on.year,
        "month": accepted_on.month,
        "quantity": line.quantity,
        "grams": line.grams,
        "amount_fen": line.amount_fen,
        "per_kg_fen": per_kg_fen_of(line.measure, line.quantity, line.grams, line.unit_quantity, line.price_fen),
        "fair_id": event.purchase.fair_id,
    }
