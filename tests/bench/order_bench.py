"""How many requisitions of five lines a second, through the gateway, beside the same work by pgbench."""

import contextlib
from collections.abc import Iterator
from typing import Any

import asyncpg
import psutil

from shared.clock import SystemClock, today
from shared.ids import new_id
from tests.bench.load import Outcome, request_bytes, run_load
from tests.bench.seed import CANTEENS, Seeded
from tests.whole import Whole

SECONDS = 15


async def place_orders(whole: Whole, seeded: Seeded) -> tuple[Outcome, dict[str, float]]:
    """Place as fast as two hundred sessions can; gives the outcome and the CPU seconds of each process."""
    day = today(SystemClock()).isoformat().encode()
    queues = [_requests(seeded, number, day) for number in range(CANTEENS)]
    before = cpu_seconds(whole)
    outcome = await _load(whole, lambda number: next(queues[number], None), SECONDS)
    after = cpu_seconds(whole)
    return outcome, {name: after[name] - before.get(name, 0.0) for name in after}


async def backlog_left(order_url: str) -> dict[str, Any]:
    """Tell what the relay has still to send."""
    connection = await asyncpg.connect(order_url)
    unsent = await connection.fetchval("SELECT count(*) FROM outbox WHERE sent_at IS NULL")
    orders = await connection.fetchval("SELECT count(*) FROM orders")
    await connection.close()
    return {"outbox_unsent": unsent, "orders": orders}


def cpu_seconds(whole: Whole) -> dict[str, float]:
    """Tell the CPU seconds of each program, of the parts, and of this load."""
    spent: dict[str, float] = {"load": _cpu(psutil.Process())}
    for name, child in whole.children.items():
        spent[name] = _cpu(psutil.Process(child.pid))
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):  # A connection's process may end while we look.
            name = process.name()
            part = next((part for part in ("postgres", "nats", "weed") if name.startswith(part)), None)
            if part:
                spent[part] = spent.get(part, 0.0) + _cpu(process)
    return spent


def _cpu(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system)


def _requests(seeded: Seeded, number: int, day: bytes) -> Iterator[bytes]:
    headers = {"authorization": f"Bearer {seeded.tokens[number]}"}
    for basket in seeded.baskets[number]:
        body = b'{"basket_id":"%b","wanted_on":"%b"}' % (str(basket).encode(), day)
        yield request_bytes("PUT", f"/api/v1/requisitions/{new_id()}", headers=headers, body=body)


async def _load(whole: Whole, next_request: Any, seconds: float) -> Outcome:
    host, _, port = whole.env["GATEWAY_LISTEN"].rpartition(":")
    return await run_load(host, int(port), next_request, connections=CANTEENS, seconds=seconds)
