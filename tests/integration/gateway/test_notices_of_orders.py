"""A new order is told to whoever sells, and one that was shipped to its buyers, of what is said of the order itself."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from gateway.usecases.keep_organisations import keep_organisations
from gateway.usecases.notice_orders import NEWS_FOR, notice_orders
from shared.contracts.authority import Role
from shared.contracts.order import OrderMoved, OrderPlaced
from shared.contracts.procurement_quota import CanteenChanged
from shared.contracts.words import CanteenKind, Fund, OrderChannel
from shared.ids import new_id
from tests.integration.gateway.conftest import Gateway, heard

CANTEEN, UNIT, SUPPLIER, ORDER = new_id(), new_id(), new_id(), new_id()


def placed(at: datetime, **change: Any) -> Any:
    facts: dict[str, Any] = {
        "order_id": ORDER,
        "canteen_id": CANTEEN,
        "fund": Fund.CANTEEN,
        "placed_at": at,
        "wanted_on": (at + timedelta(days=3)).date(),
        "amount_fen": 13_000,
        "requisition_id": new_id(),
        "unit_id": UNIT,
        "supplier_id": SUPPLIER,
        "lines": (),
    }
    return heard(OrderPlaced(**{**facts, **change}))


def moved(at: datetime, state: str, by: UUID | None = None, **change: Any) -> Any:
    facts: dict[str, Any] = {
        "order_id": ORDER,
        "canteen_id": CANTEEN,
        "supplier_id": SUPPLIER,
        "version": 4,
        "state": state,
        "at": at,
        "account_id": by,
    }
    return heard(OrderMoved(**{**facts, **change}))


async def told(gateway: Gateway) -> list[tuple[UUID, str]]:
    async with gateway.engine.connect() as connection:
        rows = await connection.execute(sa.text("SELECT account_id, kind FROM notices ORDER BY kind, account_id"))
        return [(row.account_id, row.kind) for row in rows]


class TestANewOrder:
    async def test_is_told_to_whoever_sells_once_with_the_canteen_and_what_it_comes_to(self, gateway: Gateway) -> None:
        sellers = [
            await gateway.person(name, (role, SUPPLIER))
            for name, role in (("li.na", Role.SUPPLIER), ("wang.wu", Role.PACKER), ("sun.qi", Role.HELPER))
        ]
        await gateway.person("zhao.liu", (Role.BUYER, CANTEEN))
        await gateway.person("qian.ba", (Role.SUPPLIER, new_id()))
        name = CanteenChanged(
            canteen_id=CANTEEN, version=1, unit_id=UNIT, name="泸溪县残联食堂", kind=CanteenKind.OWN, active=True
        )
        await keep_organisations(gateway.desk, [heard(name)])
        news = placed(gateway.clock.now())
        for _ in range(3):
            await notice_orders(gateway.desk, [news])
        assert await told(gateway) == [(one, "order_placed") for one in sorted(sellers)]
        async with gateway.engine.connect() as connection:
            row = (await connection.execute(sa.text("SELECT * FROM notices LIMIT 1"))).one()
        assert (row.subject_id, row.facts["canteen"], row.facts["amount_fen"]) == (ORDER, "泸溪县残联食堂", "13000")

    @pytest.mark.parametrize("change", [{"channel": OrderChannel.ON_SITE}, {"replaces_return_id": new_id()}])
    async def test_that_its_seller_entered_or_agreed_to_is_no_news(
        self, gateway: Gateway, change: dict[str, Any]
    ) -> None:
        await gateway.person("li.na", (Role.SUPPLIER, SUPPLIER))
        await notice_orders(gateway.desk, [placed(gateway.clock.now(), **change)])
        assert await told(gateway) == []

    async def test_that_is_heard_of_long_after_is_no_news(self, gateway: Gateway) -> None:
        seller = await gateway.person("li.na", (Role.SUPPLIER, SUPPLIER))
        now = gateway.clock.now()
        await notice_orders(gateway.desk, [placed(now - NEWS_FOR - timedelta(minutes=1))])
        assert await told(gateway) == []
        await notice_orders(gateway.desk, [placed(now - NEWS_FOR + timedelta(minutes=1))])
        assert await told(gateway) == [(seller, "order_placed")]


class TestAShipment:
    async def test_is_told_to_the_buyers_and_no_other_step_is(self, gateway: Gateway) -> None:
        buyer = await gateway.person("zhao.liu", (Role.BUYER, CANTEEN))
        seller = await gateway.person("li.na", (Role.SUPPLIER, SUPPLIER))
        now = gateway.clock.now()
        steps = [moved(now, state, seller) for state in ("confirmed", "packed", "shipped", "accepted")]
        await notice_orders(gateway.desk, steps)
        assert await told(gateway) == [(buyer, "order_shipped")]

    async def test_of_what_was_handed_over_at_a_fair_is_no_news(self, gateway: Gateway) -> None:
        await gateway.person("zhao.liu", (Role.BUYER, CANTEEN))
        await notice_orders(gateway.desk, [moved(gateway.clock.now(), "shipped", channel=OrderChannel.ON_SITE)])
        assert await told(gateway) == []
