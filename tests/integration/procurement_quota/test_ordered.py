"""A statement shows what is ordered and on its way, as of any day, whatever order the news of it came in."""

import random
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from services.procurement_quota.domain.figures import Asked
from services.procurement_quota.store.ordered import ordered_fen
from services.procurement_quota.store.ordered_tables import ordered
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.get_statement import AskStatement, get_statement
from services.procurement_quota.usecases.keep_heard import keep_ends, keep_orders
from shared.clock import business_date, end_of_day
from shared.contracts.order import OrderMoved, OrderPlaced
from shared.contracts.words import CanteenKind, Fund
from shared.ids import new_id
from tests.build.quota import Kitchen, a_line, heard, noon
from tests.integration.procurement_quota.conftest import MakeKitchen

PLACED, ENDED = noon(date(2025, 8, 4)), noon(date(2025, 8, 11))


def an_order(kitchen: Kitchen, amount_fen: int = 1_000, **other: Any) -> OrderPlaced:
    facts: dict[str, Any] = {
        "order_id": new_id(),
        "requisition_id": new_id(),
        "canteen_id": kitchen.canteen_id,
        "unit_id": kitchen.unit_id,
        "supplier_id": new_id(),
        "fund": Fund.CANTEEN,
        "placed_at": PLACED,
        "wanted_on": date(2025, 8, 12),
        "amount_fen": amount_fen,
        "lines": (),
    }
    return OrderPlaced(**facts | other)


def moved(placed: OrderPlaced, state: str, at: datetime = ENDED, **other: Any) -> OrderMoved:
    facts: dict[str, Any] = {
        "order_id": placed.order_id,
        "canteen_id": placed.canteen_id,
        "supplier_id": placed.supplier_id,
        "version": 2,
        "state": state,
        "at": at,
    }
    return OrderMoved(**facts | other)


async def on_its_way(kitchen: Kitchen, subject: UUID | None = None, **dates: Any) -> int:
    who = kitchen.auditor if subject else kitchen.finance
    ask = AskStatement("hunan-2020-canteen", dates.pop("year", 2025), **dates)
    found = await get_statement(kitchen.desk, who, subject or kitchen.canteen_id, ask)
    return int(found["ordered_fen"])


async def test_of_its_fund_and_year_and_of_the_unit_above(desk: Desk, kitchen: Kitchen) -> None:
    orders = [
        an_order(kitchen, 1_200),
        an_order(kitchen, 34),
        an_order(kitchen, 7, fund=Fund.UNION),
        an_order(kitchen, 900, wanted_on=date(2026, 1, 3)),
    ]
    await keep_orders(desk, heard(*orders))
    assert [await on_its_way(kitchen), await on_its_way(kitchen, kitchen.unit_id)] == [1_234, 1_234]
    assert await on_its_way(kitchen, year=2026) == 900


@pytest.mark.parametrize("state", ["refused", "declined", "cancelled"])
async def test_until_it_ends_and_as_of_a_day_before_still(desk: Desk, kitchen: Kitchen, state: str) -> None:
    kitchen.clock.set(PLACED)
    placed = an_order(kitchen)
    await keep_orders(desk, heard(placed))
    kitchen.clock.set(ENDED)
    await keep_ends(desk, heard(*(moved(placed, step) for step in ("confirmed", "packed", "shipped", "accepted"))))
    assert await on_its_way(kitchen) == 1_000
    await keep_ends(desk, heard(moved(placed, state)))
    assert await on_its_way(kitchen) == 0
    kitchen.clock.set(noon(date(2025, 9, 1)))
    ended, before, placed_on = ENDED.date(), ENDED.date() - timedelta(days=1), PLACED.date()
    days = {placed_on - timedelta(days=1): 0, placed_on: 1_000, before: 1_000, ended: 0}
    assert {day: await on_its_way(kitchen, happened_by=day) for day in days} == days
    assert {day: await on_its_way(kitchen, known_by=day) for day in days} == days


async def test_until_it_is_in_the_ledger_on_just_the_days_on_which_it_is_not(desk: Desk, kitchen: Kitchen) -> None:
    """Accepted on the 10th and heard of on the 13th: as of every two days it is in one figure of the two."""
    kitchen.clock.set(PLACED)
    placed = an_order(kitchen)
    await keep_orders(desk, heard(placed))
    kitchen.clock.set(noon(date(2025, 8, 13)))
    await kitchen.accept(a_line(1_000), on=date(2025, 8, 10), ordered_on=PLACED.date(), order_id=placed.order_id)
    kitchen.clock.set(noon(date(2025, 8, 20)))
    for happened_by in (date(2025, 8, 9), date(2025, 8, 10), date(2025, 8, 19)):
        for known_by in (date(2025, 8, 9), date(2025, 8, 12), date(2025, 8, 13), None):
            asked: dict[str, Any] = {"happened_by": happened_by, "known_by": known_by}
            accepted = (await kitchen.statement(**asked))["figures"]["accepted_fen"]
            booked = happened_by >= date(2025, 8, 10) and known_by not in (date(2025, 8, 9), date(2025, 8, 12))
            assert (accepted, await on_its_way(kitchen, **asked)) == ((1_000, 0) if booked else (0, 1_000)), asked
    assert await on_its_way(kitchen) == 0


async def test_what_was_heard_of_later_was_not_known_before(desk: Desk, kitchen: Kitchen) -> None:
    kitchen.clock.set(noon(date(2025, 8, 20)))
    await keep_orders(desk, heard(an_order(kitchen)))
    kitchen.clock.set(noon(date(2025, 8, 22)))
    assert [await on_its_way(kitchen, known_by=date(2025, 8, day)) for day in (19, 20)] == [0, 1_000]


async def test_the_end_may_be_heard_before_the_beginning_and_both_twice(desk: Desk, kitchen: Kitchen) -> None:
    ended, open_, accepted = an_order(kitchen, 5), an_order(kitchen, 8), an_order(kitchen, 13)
    await kitchen.accept(a_line(13), on=date(2025, 6, 12), order_id=accepted.order_id)
    for _ in range(2):
        await keep_ends(desk, heard(moved(ended, "cancelled")))
        assert await on_its_way(kitchen) in (0, 8)
        await keep_orders(desk, heard(ended, open_, open_, accepted))
        assert await on_its_way(kitchen) == 8


async def test_at_what_was_agreed_by_a_day_as_far_as_it_was_known(desk: Desk, kitchen: Kitchen) -> None:
    """Placed for 1,000 on the 4th, confirmed at 600 on the 5th, 850 with a substitute on the 7th, heard on the 9th."""
    kitchen.clock.set(PLACED)
    placed = an_order(kitchen)
    await keep_orders(desk, heard(placed, an_order(kitchen, 10)))
    lower = moved(placed, "confirmed", noon(date(2025, 8, 5)), amount_fen=600)
    substituted = moved(placed, "confirmed", noon(date(2025, 8, 7)), version=3, amount_fen=850)
    kitchen.clock.set(noon(date(2025, 8, 5)))
    await keep_ends(desk, heard(lower))
    assert await on_its_way(kitchen) == 610
    kitchen.clock.set(noon(date(2025, 8, 9)))
    await keep_ends(desk, heard(substituted, lower, moved(placed, "packed", noon(date(2025, 8, 8)), version=4)))
    kitchen.clock.set(noon(date(2025, 8, 20)))
    assert await on_its_way(kitchen) == 860
    days = {4: 1_010, 5: 610, 6: 610, 7: 860, 19: 860}
    assert {day: await on_its_way(kitchen, happened_by=date(2025, 8, day)) for day in days} == days
    known = {4: 1_010, 5: 610, 8: 610, 9: 860}
    assert {day: await on_its_way(kitchen, known_by=date(2025, 8, day)) for day in known} == known
    both: dict[str, Any] = {"happened_by": date(2025, 8, 7), "known_by": date(2025, 8, 8)}
    assert await on_its_way(kitchen, **both) == 610
    before = await on_its_way(kitchen, **both)
    await kitchen.accept(a_line(870), on=date(2025, 8, 19), order_id=placed.order_id)
    assert (await on_its_way(kitchen), await on_its_way(kitchen, **both)) == (10, before)


async def test_the_newest_amount_stands_whatever_order_it_is_heard_in(desk: Desk, kitchen: Kitchen) -> None:
    kitchen.clock.set(ENDED)
    placed = an_order(kitchen)
    steps = [
        moved(placed, "confirmed", PLACED, amount_fen=600),
        moved(placed, "confirmed", noon(date(2025, 8, 5)), version=3, amount_fen=0),
        moved(placed, "confirmed", noon(date(2025, 8, 6)), version=4, amount_fen=700),
    ]
    await keep_ends(desk, heard(*reversed(steps)))
    await keep_ends(desk, heard(*steps))
    await keep_orders(desk, heard(placed))
    assert await on_its_way(kitchen) == 700
    assert await on_its_way(kitchen, happened_by=date(2025, 8, 5)) == 0


async def test_nothing_is_nothing(desk: Desk, kitchen_of: MakeKitchen) -> None:
    kitchen = await kitchen_of(kind=CanteenKind.OWN)
    assert await on_its_way(kitchen) == 0


PLAINLY = """
SELECT coalesce(sum(amount_fen), 0) FROM ordered WHERE canteen_id = :canteen_id AND year = 2025 AND fund = 'canteen'
  AND placed_at <= :day_ends AND recorded_at <= :known_by
  AND NOT coalesce(accepted_on <= :day AND accepted_recorded_at <= :known_by, false)
  AND NOT coalesce(ended_at <= :day_ends AND ended_recorded_at <= :known_by, false)
"""


async def test_as_of_any_two_dates_whether_orders_were_over_soon_or_late(desk: Desk) -> None:
    chance, canteen_id, first = random.Random(3), new_id(), noon(date(2025, 1, 1))

    def later(moment: datetime) -> datetime:
        return moment + timedelta(hours=chance.choice([0, 5, 50, 900, 959, 960, 961, 985, 1_100, 4_000]))

    def an_end(placed_at: datetime) -> tuple[datetime | None, datetime | None]:
        at = later(placed_at)
        return (at, later(at)) if chance.random() < 0.6 else (None, None)

    rows = []
    for _ in range(200):
        placed_at = first + timedelta(hours=chance.randrange(6_000))
        (accepted, accepted_known), (ended, ended_known) = an_end(placed_at), an_end(placed_at)
        rows.append(
            {
                "order_id": new_id(),
                "canteen_id": canteen_id,
                "fund": "canteen",
                "year": 2025,
                "amount_fen": chance.randrange(1, 90_000),
                "placed_at": placed_at,
                "recorded_at": later(placed_at),
                "accepted_on": accepted and business_date(accepted),
                "accepted_recorded_at": accepted_known,
                "ended_at": ended,
                "ended_recorded_at": ended_known,
            }
        )
    async with desk.uow.begin() as tx:
        await tx.execute(sa.insert(ordered), rows)
    async with desk.uow.read() as reading:
        for _ in range(80):
            day, known = (business_date(first + timedelta(hours=chance.randrange(9_000))) for _ in range(2))
            given = {"canteen_id": canteen_id, "day": day, "day_ends": end_of_day(day), "known_by": end_of_day(known)}
            asked = Asked("hunan-2020-canteen", Fund.CANTEEN, 2025, day, end_of_day(known))
            plainly = int(await reading.value(sa.text(PLAINLY), given))
            assert await ordered_fen(reading, [canteen_id], asked) == plainly, (day, known)
