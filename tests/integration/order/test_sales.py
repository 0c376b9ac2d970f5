"""What was sold is summed up as it is kept, and what falls due is told ahead, to its own supplier alone."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.order.domain.accounts import TERM_DAYS
from services.order.domain.refusals import NoSuchSupplier
from services.order.usecases.overdue_payments import list_overdue_payments
from services.order.usecases.tell_sales import get_sales
from shared.clock import SettableClock
from shared.contracts.authority import NotAllowed
from shared.errors import InvalidFields
from shared.ids import new_id
from tests.build.accounts import accepted
from tests.build.order import Town
from tests.integration.order.test_accounts import Year


@pytest.fixture
def at() -> Year:
    return Year()


class TestWhatASupplierSold:
    async def test_is_summed_by_month_and_canteen_as_it_is_kept(
        self, town: Town, clock: SettableClock, at: Year
    ) -> None:
        goods = await town.goods()
        for month, day in ((1, 3), (1, 20), (2, 2)):
            walk = await accepted(town, clock, at(month, day), goods, 1_000)
        supplier_id, seller = UUID(walk.view["supplier"]["id"]), walk.seller
        told = await get_sales(town.desk, seller, supplier_id, at.number)
        mine = [(one["month"], one["orders"], one["kept_fen"], one["paid_fen"]) for one in told["items"]]
        assert mine == [(f"{at.number}-02", 1, 1_300, 0), (f"{at.number}-01", 2, 2_600, 0)]
        assert {one["canteen"]["id"] for one in told["items"]} == {str(town.canteen_id)}
        assert (await get_sales(town.desk, seller, supplier_id, at.number + 1))["items"] == []
        with pytest.raises(NotAllowed):
            await get_sales(town.desk, town.buyer, supplier_id, at.number)
        with pytest.raises(NoSuchSupplier):
            await get_sales(town.desk, seller, new_id(), at.number)

    async def test_what_falls_due_stands_there_when_it_is_asked_for(
        self, town: Town, clock: SettableClock, at: Year
    ) -> None:
        walk = await accepted(town, clock, at(3, 10), await town.goods(), 1_000)
        asked: dict[str, Any] = {"canteen": town.canteen_id, "supplier": None, "limit": 100, "cursor": None}
        due = date(at.number, 3, 10) + timedelta(days=TERM_DAYS)
        for by, found in ((due - timedelta(days=1), []), (due, [str(walk.order_id)])):
            told = await list_overdue_payments(town.desk, town.buyer, due_by=by, **asked)
            assert [one["order_id"] for one in told["items"] if one["due_on"] == due] == found
            assert all(one["days_overdue"] == 0 for one in told["items"] if one["due_on"] == due)
        with pytest.raises(InvalidFields):
            await list_overdue_payments(town.desk, town.buyer, due_by=due + timedelta(days=500), **asked)
