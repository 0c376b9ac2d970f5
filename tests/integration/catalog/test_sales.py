"""What canteens accepted is kept once, net of what went back, and belongs to the day on which it was accepted."""

from datetime import date

import pytest

from services.catalog.domain.sold import SaleUnknown
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.keep_sales import keep_sales
from services.catalog.usecases.see_capacity import see_capacity
from shared.contracts.words import Measure
from shared.ids import new_id
from tests.build.catalog import admitted
from tests.build.sold import a_line, accepted, back, credited, hear, returned
from tests.integration.catalog.conftest import Kept

NET = "SELECT coalesce(sum(grams), 0) || ' g, ' || coalesce(sum(amount_fen), 0) || ' fen' FROM sales WHERE year = :year"


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

    async def test_tells_apart_what_no_capacity_can_be_held_against(self, desk: Desk) -> None:
        seller = await admitted(desk)
        baskets = a_line(new_id(), 0, measure=Measure.PIECE, quantity=3, unit_quantity=1, amount_fen=9_000)
        await hear(desk, accepted(seller.id, a_line(new_id(), 10_000), baskets))
        seen = await see_capacity(desk, seller.person, seller.id, 2026)
        assert seen["items"] == []
        assert seen["item_unknown"] == {"lines": 2, "grams": 10_000, "amount_fen": 22_000}
        assert seen["weight_unknown"] == {"lines": 0, "grams": 0, "amount_fen": 0}
