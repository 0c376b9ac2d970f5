"""Whatever is killed in the middle of the path, the same requests again complete it, and everything counted once.

Each program and each part is killed with its children while a request that needs it is under way, at several moments
of that request, and started again. The person at the door repeats the request; nothing else mends anything.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from deploy.operator.invariants import check_everything
from deploy.operator.verify import verify
from shared.contracts.authority import Role
from tests.build.door import open_door
from tests.build.everything import Everything, charged_fen
from tests.build.land import Land, lay_out
from tests.build.people import People, people_of
from tests.faults.path import (
    ACCEPTED_FEN,
    ACCEPTED_GRAMS,
    HELD_FEN,
    ORDERED_FEN,
    PACKED_GRAMS,
    STOCK_GRAMS,
    Errand,
    Path,
    undisturbed,
)
from tests.faults.power import Standing, standing, until_taken

CUTS: dict[str, dict[str, float]] = {
    "gateway": {"place": 0.004, "accept": 0.010},
    "catalog": {"admit": 0.003, "publish": 0.008},
    "order": {"place": 0.006, "confirm": 0.015, "accept": 0.008},
    "procurement_quota": {"ship": 0.0, "accept": 0.020},
    "postgres": {"place": 0.003, "accept": 0.006},
    "nats": {"publish": 0.0, "accept": 0.005},
    "s3": {"document": 0.002, "photo": 0.004},
    "stripe": {"confirm": 0.003, "accept": 0.003},
}
"""Which errands each is cut off in, and how many seconds after the request has left."""


@pytest.fixture(scope="module")
async def stands(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Standing]:
    async with standing(tmp_path_factory.mktemp("kill")) as up:
        yield up


@pytest.fixture(scope="module")
async def land(stands: Standing) -> Land:
    return await lay_out(stands.env)


@pytest.fixture
async def http(stands: Standing) -> AsyncIterator[httpx.AsyncClient]:
    await stands.ready()
    async with open_door(stands.base_url) as client:
        yield client


@pytest.fixture
async def people(stands: Standing, http: httpx.AsyncClient) -> AsyncIterator[People]:
    async with people_of(stands.env["GATEWAY_DATABASE_URL"], http) as made:
        yield made


async def a_path(people: People, land: Land) -> Path:
    seller, county, officer, buyer = await people.many(
        [
            ("seller", []),
            ("county's officer", [(Role.OFFICER, land.county)]),
            ("officer", [(Role.OFFICER, land.prefecture)]),
            ("buyer", [(Role.BUYER, land.canteen)]),
        ]
    )
    return Path(seller, county, officer, buyer, land.canteen)


@pytest.mark.parametrize("victim", CUTS)
async def test_the_path_completes_and_everything_counts_once(
    victim: str, stands: Standing, land: Land, people: People
) -> None:
    path = await a_path(people, land)

    async def through(name: str, errand: Errand) -> httpx.Response:
        if name not in CUTS[victim]:
            return await until_taken(errand)
        under_way = asyncio.ensure_future(until_taken(errand))
        await asyncio.sleep(CUTS[victim][name])
        await stands.cut(victim)
        await stands.come_back(victim)
        answer = await under_way
        # And once more, although it was taken: a repeat is the same thing.
        assert (await until_taken(errand)).is_success
        return answer

    await path.walk(through)
    await stands.ready()
    await _counted_once(stands, path)


async def test_orders_are_placed_while_messages_are_away_and_the_ledger_catches_up(
    stands: Standing, land: Land, people: People
) -> None:
    path = await a_path(people, land)
    errands = path.errands()
    names = list(errands)
    for name in names[: names.index("place")]:
        await path.before(name)
        await undisturbed(name, errands[name])
    await stands.cut("nats")
    for name in names[names.index("place") :]:
        await path.before(name)
        answer = await errands[name]()
        assert answer.is_success, f"{name} without messages: {answer.status_code} {answer.text[:500]}"
    looks = Everything(stands.env)
    await looks.open(with_messages=False)
    count = "SELECT count(*) FROM entry WHERE order_id = $1"
    assert await looks.value("procurement_quota", count, path.order_id) == 0
    await looks.close()
    await stands.come_back("nats")
    await _counted_once(stands, path)


async def test_what_must_always_hold_still_holds(stands: Standing) -> None:
    assert len(stands.cuts) >= len(CUTS)
    checks = [check async for check in check_everything(stands.env)]
    assert [check.line() for check in checks if not check.holds] == []
    report = await verify(stands.env)
    assert report.holds, report.lines()


async def _counted_once(stands: Standing, path: Path) -> None:
    """Assert every figure of a completed path, in each of the databases and at the card vendor."""
    await path.paid()
    looks = Everything(stands.env)
    await looks.open()
    try:
        await looks.settled()
        await _one_order(looks, path)
        await _one_stock(looks, path)
        await _one_capture(looks, path)
        await _one_entry(looks, path)
    finally:
        await looks.close()


async def _one_order(looks: Everything, path: Path) -> None:
    orders = await looks.rows("order", "SELECT * FROM orders WHERE requisition_id = $1", path.requisition_id)
    assert [(o["order_id"], o["ordered_fen"], o["kept_fen"]) for o in orders] == [
        (path.order_id, ORDERED_FEN, ACCEPTED_FEN)
    ]
    said = await looks.rows(
        "order", "SELECT type, count(*) AS times FROM outbox WHERE key = $1 GROUP BY 1", str(path.order_id)
    )
    times = {row["type"]: row["times"] for row in said}
    assert (times["order.placed"], times["acceptance.recorded"]) == (1, 1)


async def _one_stock(looks: Everything, path: Path) -> None:
    (stock,) = await looks.rows("order", "SELECT * FROM stock WHERE listing_id = $1", path.listing_id)
    # What was packed has left the shelf, and is promised no more.
    assert (stock["on_hand"], stock["promised"]) == (STOCK_GRAMS - PACKED_GRAMS, 0)


async def _one_capture(looks: Everything, path: Path) -> None:
    intents = [one for one in await looks.intents() if one["metadata"].get("order_id") == str(path.order_id)]
    charged = [(i["amount"], charged_fen(i)) for i in intents if i["status"] == "succeeded"]
    assert charged == [(HELD_FEN, ACCEPTED_FEN)]
    # An intent that was made and forgotten in a crash was never confirmed, and so never held anybody's money.
    forgotten = [i["status"] for i in intents if i["status"] != "succeeded"]
    assert set(forgotten) <= {"requires_confirmation", "canceled"}


async def _one_entry(looks: Everything, path: Path) -> None:
    entries: list[Any] = await looks.rows(
        "procurement_quota", "SELECT kind, amount_fen, canteen_id FROM entry WHERE order_id = $1", path.order_id
    )
    assert [(e["kind"], e["amount_fen"], e["canteen_id"]) for e in entries] == [
        ("purchase", ACCEPTED_FEN, path.canteen_id)
    ]
    assert ACCEPTED_GRAMS * 650 + 250 == ACCEPTED_FEN * 500
