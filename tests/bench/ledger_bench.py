"""How fast the ledger drains a backlog, and how long after an acceptance its entry stands at a hundred a second."""

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import aiohttp
import asyncpg

from shared.contracts.envelope import seal
from shared.contracts.order import AcceptanceRecorded, KeptLine, PurchaseFacts
from shared.contracts.words import Fund, Measure, SupplierKind
from shared.events import Broker
from shared.ids import derived_id, new_id
from tests.bench.seed import CANTEENS, COUNTY, Seeded, supplier
from tests.whole import Whole

if TYPE_CHECKING:
    from tests.bench.__main__ import Bench

DELIVERIES = 20_000
PER_SECOND = 100
LAG_SECONDS = 12


async def measure(bench: "Bench", running: Whole, seeded: Seeded) -> None:
    """Measure lag with everything running, then the drain of a backlog that grew while the program was away."""
    quota = await bench.connect("procurement_quota")
    try:
        lags = await _lags(bench, running, seeded, quota)
        ordered = sorted(lags)
        bench.found(
            "ledger_lag_p99_ms",
            ordered[int(len(ordered) * 0.99)],
            acceptances=len(ordered),
            p50_ms=round(ordered[len(ordered) // 2], 1),
            most_ms=round(ordered[-1], 1),
        )
        bench.found("ledger_drain_per_s", await drained_per_s(bench, running, seeded, quota), deliveries=DELIVERIES)
    finally:
        await quota.close()


async def drained_per_s(bench: "Bench", running: Whole, seeded: Seeded, quota: "asyncpg.Connection") -> float:
    """Let a backlog of acceptances grow while the program is away; give how many a second it books when it is back."""
    before = await quota.fetchval("SELECT count(*) FROM entry")
    await running.kill("procurement_quota")
    await _publish(bench.env["NATS_URL"], [_acceptance(seeded, number) for number in range(DELIVERIES)])
    await running.start("procurement_quota")
    async with asyncio.timeout(300):
        while await quota.fetchval("SELECT count(*) FROM entry") < before + DELIVERIES:
            await asyncio.sleep(0.5)
    first, last = await quota.fetchrow(
        "SELECT min(recorded_at), max(recorded_at) FROM (SELECT recorded_at FROM entry ORDER BY recorded_at DESC"
        " LIMIT $1) AS mine",
        DELIVERIES,
    )
    return float(DELIVERIES / (last - first).total_seconds())


def _acceptance(seeded: Seeded, number: int) -> AcceptanceRecorded:
    at, day = number % CANTEENS, datetime.now(UTC).date()
    return AcceptanceRecorded(
        acceptance_id=new_id(),
        purchase=PurchaseFacts(
            order_id=new_id(),
            requisition_id=new_id(),
            canteen_id=seeded.canteens[at],
            unit_id=seeded.units[at],
            fund=Fund.CANTEEN,
            supplier_id=supplier(at),
            supplier_name=f"bench {at}",
            supplier_kind=SupplierKind.DISABLED_BASE,
            ordered_on=day,
        ),
        accepted_on=day,
        lines=(
            KeptLine(
                line_id=new_id(),
                listing_id=new_id(),
                listing_version=1,
                name="大米",
                category="grain_oil",
                measure=Measure.WEIGHT,
                quantity=5_000,
                grams=5_000,
                amount_fen=3_000,
                price_fen=300,
                unit_quantity=500,
                origin_county_code=COUNTY,
            ),
        ),
    )


async def _publish(nats_url: str, events: Sequence[AcceptanceRecorded]) -> None:
    broker = Broker(nats_url, program="bench")
    await broker.connect()
    for start in range(0, len(events), 500):
        batch = []
        for event in events[start : start + 500]:
            envelope, body = seal(event, source="order", at=datetime.now(UTC), request_id="bench")
            batch.append((event.subject(), str(envelope), body.encode()))
        if not all(await broker.publish(batch)):
            raise RuntimeError("JetStream did not take a batch")
    await broker.close()


async def _lags(bench: "Bench", running: Whole, seeded: Seeded, quota: "asyncpg.Connection") -> list[float]:
    order = await bench.connect("order")
    count = PER_SECOND * LAG_SECONDS
    orders = await _seed_shipped(order, seeded, count)
    accepted = await _accept_steadily(running, seeded, orders)
    async with asyncio.timeout(60):
        while await quota.fetchval("SELECT count(*) FROM entry WHERE lot_id = ANY($1)", accepted) < count:
            await asyncio.sleep(0.2)
    said = await order.fetch(
        "SELECT (body::jsonb #>> '{data,acceptance_id}')::uuid AS id, written_at FROM outbox"
        " WHERE type = 'acceptance.recorded'"
    )
    await order.close()
    written = {row["id"]: row["written_at"] for row in said}
    entries = await quota.fetch("SELECT lot_id, recorded_at FROM entry WHERE lot_id = ANY($1)", accepted)
    return [(row["recorded_at"] - written[row["lot_id"]]).total_seconds() * 1000 for row in entries]


async def _accept_steadily(running: Whole, seeded: Seeded, orders: list[tuple[int, UUID, UUID]]) -> list[UUID]:
    """Accept a hundred orders a second, each at its time, whatever the answers take."""
    names: list[UUID] = []
    started = time.perf_counter()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=64)) as session:

        async def accept(number: int, at: int, order: UUID, line: UUID) -> None:
            await asyncio.sleep(max(0.0, started + number / PER_SECOND - time.perf_counter()))
            name = new_id()
            names.append(name)
            answer = await session.post(
                f"{running.base_url}/api/v1/orders/{order}/acceptance",
                json={"acceptance_id": str(name), "lines": [{"line_id": str(line), "accepted_quantity": 1000}]},
                headers={"authorization": f"Bearer {seeded.tokens[at]}", "idempotency-key": str(name)},
            )
            if answer.status not in (200, 201):
                raise RuntimeError(f"{answer.status} {(await answer.text())[:300]}")

        await asyncio.gather(*(accept(number, *one) for number, one in enumerate(orders)))
    return names


async def _seed_shipped(order: "asyncpg.Connection", seeded: Seeded, count: int) -> list[tuple[int, UUID, UUID]]:
    """Write orders that wait for their acceptance, one line each."""
    now = datetime.now(UTC) - timedelta(hours=2)
    made = [(n % CANTEENS, derived_id("bench", "shipped", n), derived_id("bench", "line", n)) for n in range(count)]
    await order.copy_records_to_table(
        "requisitions",
        columns=[
            "requisition_id", "basket_id", "canteen_id", "unit_id", "fund", "state", "wanted_on", "amount_fen",
            "requested_by", "requested_by_name", "requested_at",
        ],
        records=[
            (one, line, seeded.canteens[at], seeded.units[at], "canteen", "placed", now.date(), 600,
             seeded.accounts[at], "bench", now)
            for at, one, line in made
        ],
    )  # fmt: skip
    await order.copy_records_to_table(
        "orders",
        columns=[
            "order_id", "requisition_id", "canteen_id", "unit_id", "supplier_id", "supplier_name", "supplier_kind",
            "fund", "state", "version", "wanted_on", "placed_at", "placed_by", "placed_by_name", "ordered_fen",
            "shipped_at",
        ],
        records=[
            (one, one, seeded.canteens[at], seeded.units[at], supplier(at), f"bench {at}", "disabled_base", "canteen",
             "shipped", 4, now.date(), now, seeded.accounts[at], "bench", 600, now)
            for at, one, _ in made
        ],
    )  # fmt: skip
    await order.copy_records_to_table(
        "order_lines",
        columns=[
            "order_id", "line_id", "position", "listing_id", "listing_version", "name", "category", "measure",
            "unit_name", "unit_quantity", "price_fen", "origin_county_code", "quantity", "promised_quantity",
            "packed_quantity",
        ],
        records=[
            (one, line, 1, derived_id("bench", "listing", at, 0), 1, "大米", "grain_oil", "weight", "斤", 500, 300,
             COUNTY, 1000, 0, 1000)
            for at, one, line in made
        ],
    )  # fmt: skip
    return made
