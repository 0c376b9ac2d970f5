"""What canteens accepted is kept once, net of what went back, and belongs to the day on which it was accepted."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from services.catalog.domain.sold import SaleUnknown
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.keep_sales import keep_sales
from services.catalog.usecases.see_capacity import see_capacity
from shared.contracts.order import AcceptanceRecorded
from shared.contracts.words import Measure
from shared.ids import new_id
from tests.build.catalog import admitted, on_sale
from tests.build.sold import a_line, accepted, back, confirmed, credited, hear, returned
from tests.integration.catalog.conftest import Kept

NET = "SELECT coalesce(sum(grams), 0) || ' g, ' || coalesce(sum(amount_fen), 0) || ' fen' FROM sales WHERE year = :year"


async def statements_of(desk: Desk, events: list[AcceptanceRecorded]) -> list[str]:
    """Let catalog hear of sales, all at once; gives the statements that the database was asked meanwhile."""
    asked: list[str] = []

    def note(record: Any) -> None:
        asked.append(record.query)

    def listen(connection: Any, *_: object) -> None:
        connection.driver_connection.add_query_logger(note)

    def stop(connection: Any, *_: object) -> None:
        connection.driver_connection.remove_query_logger(note)

    pool = desk.uow.engine.sync_engine.pool
    sa.event.listen(pool, "checkout", listen)
    sa.event.listen(pool, "checkin", stop)
    try:
        await hear(desk, *events)
    finally:
        sa.event.remove(pool, "checkout", listen)
        sa.event.remove(pool, "checkin", stop)
    return asked


class TestKeepSales:
    async def test_keeps_each_step_once_in_the_year_of_its_acceptance(self, desk: Desk, kept: Kept) -> None:
        seller, line = await admitted(desk), a_line(new_id(), 10_000)
        acceptance = accepted(seller.id, line, a_line(new_id(), 5_000), on=date(2025, 12, 28))
        lowered = line.model_copy(update={"quantity": 0, "grams": 0, "amount_fen": -100})
        events = (
            acceptance,
            returned(acceptance, back(line, 2_000), on=date(2026, 1, 8)),
            credited(acceptance, lowered),
        )
        heard = await hear(desk, *events)
        async with kept.unchanged():
            await keep_sales(desk, heard)
            await keep_sales(desk, heard[1:])
        assert await kept.value(NET, year=2025) == "13000 g, 16800 fen"
        assert await kept.value(NET, year=2026) == "0 g, 0 fen"

    async def test_a_return_before_its_acceptance_is_heard_again(self, desk: Desk, kept: Kept) -> None:
        seller, line = await admitted(desk), a_line(new_id(), 10_000)
        acceptance = accepted(seller.id, line)
        early = returned(acceptance, back(line, 4_000))
        async with kept.unchanged():
            with pytest.raises(SaleUnknown):
                await hear(desk, early)
        await hear(desk, early, acceptance)
        assert await kept.value(NET, year=2026) == "6000 g, 7800 fen"

    async def test_asks_as_little_of_many_lines_as_of_few(self, desk: Desk) -> None:
        """Twelve days of three items by three bases, heard all at once, ask what two days of them do."""
        sellers = [await admitted(desk) for _ in range(3)]
        items = ("ginger", "potato", "tomato")
        goods = [(one, await on_sale(desk, one, item_code=item, name=item)) for one in sellers for item in items]
        await confirmed(desk, sellers[0])

        def on_day(day: int) -> list[AcceptanceRecorded]:
            return [accepted(one.id, a_line(listing, 1_000), on=date(2026, 3, day)) for one, listing in goods]

        few = await statements_of(desk, [*on_day(1), *on_day(2)])
        many = await statements_of(desk, [event for day in range(1, 13) for event in on_day(day)])
        assert len(many) == len(few) < 20

    async def test_tells_apart_what_no_capacity_can_be_held_against(self, desk: Desk) -> None:
        seller = await admitted(desk)
        baskets = a_line(new_id(), 0, measure=Measure.PIECE, quantity=3, unit_quantity=1, amount_fen=9_000)
        await hear(desk, accepted(seller.id, a_line(new_id(), 10_000), baskets))
        seen = await see_capacity(desk, seller.person, seller.id, 2026)
        assert seen["items"] == []
        assert seen["item_unknown"] == {"lines": 2, "grams": 10_000, "amount_fen": 22_000}
        assert seen["weight_unknown"] == {"lines": 0, "grams": 0, "amount_fen": 0}
