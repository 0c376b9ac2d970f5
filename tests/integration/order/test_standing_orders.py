"""A standing order drafts one basket for each of its days, tells its buyers, and never orders anything by itself."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest
import sqlalchemy as sa

from services.order.domain.refusals import (
    NoSuchCanteen,
    NoSuchStandingOrder,
    StandingOrderTaken,
    TooManyStandingOrders,
)
from services.order.domain.standing import ACTIVE_MAX, KEPT_MAX
from services.order.store.standing_tables import standing_orders
from services.order.store.tables import orders, requisitions
from services.order.usecases.commands import PutRequisition, PutStandingOrder
from services.order.usecases.desk import Desk
from services.order.usecases.draft_standing_orders import draft_standing_orders
from services.order.usecases.get_basket import get_basket
from services.order.usecases.get_standing_order import get_standing_order
from services.order.usecases.list_standing_orders import list_standing_orders
from services.order.usecases.put_requisition import put_requisition
from services.order.usecases.put_standing_order import put_standing_order
from shared.clock import SettableClock, business_date
from shared.contracts.authority import NotAllowed, Role, Seat
from shared.contracts.catalog import ListingFacts
from shared.errors import InvalidFields
from shared.ids import new_id
from tests.build.order import START, Town, an_identity, said, untouched

MONDAY = business_date(START)
DAY = timedelta(days=1)
FRIDAY, NEXT_MONDAY = MONDAY + 4 * DAY, MONDAY + 7 * DAY


def standing(town: Town, *lines: tuple[ListingFacts, int], **other: Any) -> PutStandingOrder:
    """Want goods on Mondays and Fridays, drafted three days ahead, within four weeks, unless told."""
    return PutStandingOrder.model_validate(
        {
            "canteen_id": town.canteen_id,
            "name": "每周菜单",
            "fund": "canteen",
            "weekdays": [5, 1],
            "lead_days": 3,
            "until": MONDAY + 28 * DAY,
            "lines": [
                {"listing_id": facts.listing_id, "listing_version": facts.listing_version, "quantity": quantity}
                for facts, quantity in lines
            ],
            **other,
        }
    )


async def put(town: Town, command: PutStandingOrder) -> UUID:
    standing_order_id = new_id()
    await put_standing_order(town.desk, town.buyer, standing_order_id, command)
    return standing_order_id


async def drafts(town: Town, standing_order_id: UUID) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await get_standing_order(town.desk, town.buyer, standing_order_id))["drafts"]
    return found


async def on(clock: SettableClock, desk: Desk, day: date) -> None:
    """Let the round come round on a day, twice as two programs do, and once more."""
    clock.set(START + (day - MONDAY))
    await asyncio.gather(*(draft_standing_orders(desk) for _ in range(3)))
    await draft_standing_orders(desk)


@pytest.fixture(autouse=True)
async def alone(desk: Desk) -> None:
    """Stop what other tests want again and again."""
    async with desk.uow.begin() as tx:
        await tx.execute(sa.update(standing_orders).values(active=False, draft_on=None))


class TestDrafting:
    async def test_makes_one_basket_a_day_whoever_comes_first(
        self, desk: Desk, clock: SettableClock, town: Town
    ) -> None:
        ginger = await town.goods()
        hours = {"wanted_from": "07:30", "wanted_until": "09:00"}
        standing_order_id = await put(town, standing(town, (ginger, 5_000), **hours))
        days = {}
        for day in range(8):
            await on(clock, desk, MONDAY + day * DAY)
            days[day] = [one["wanted_on"] for one in await drafts(town, standing_order_id)]
        assert days[0] == [MONDAY]
        assert days[1] == days[3] == [FRIDAY, MONDAY]
        assert days[4] == days[7] == [NEXT_MONDAY, FRIDAY, MONDAY]
        view = await get_standing_order(desk, town.buyer, standing_order_id)
        assert (view["draft_on"], view["next_wanted_on"]) == (MONDAY + 8 * DAY, MONDAY + 11 * DAY)
        assert (view["wanted_from"], view["wanted_until"]) == ("07:30", "09:00")
        for draft in view["drafts"]:
            basket = await get_basket(desk, town.buyer, UUID(draft["basket_id"]))
            assert [(one["listing_id"], one["quantity"]) for one in basket["lines"]] == [
                (str(ginger.listing_id), 5_000)
            ]
            assert (basket["orderable"], basket["requisition_id"], draft["told"]) == (True, None, [])

    async def test_tells_the_buyers_and_orders_nothing(self, desk: Desk, clock: SettableClock, town: Town) -> None:
        ginger, garlic = await town.goods(), await town.goods(name="大蒜")
        standing_order_id = await put(town, standing(town, (ginger, 5_000), (garlic, 1_000)))
        await town.withdraw(garlic)
        await on(clock, desk, MONDAY)
        (draft,) = await drafts(town, standing_order_id)
        (notice,) = await said(desk, UUID(draft["basket_id"]), "notice.raised")
        assert (notice["kind"], notice["by_account_id"]) == ("standing_drafted", None)
        assert notice["audience"] == [{"organisation_id": str(town.canteen_id), "roles": ["buyer"]}]
        assert {fact["name"]: fact["value"] for fact in notice["facts"]} == {
            "canteen": "茶陵县残联食堂",
            "name": "每周菜单",
            "wanted_on": str(MONDAY),
            "amount_fen": "6500",
            "lines": "1",
            "left_out": "1",
            "standing_order_id": str(standing_order_id),
        }
        assert [(one["name"], one["in_basket"], one["reasons"]) for one in draft["told"]] == [
            ("大蒜", False, ["off_sale"])
        ]
        async with desk.uow.glance() as tx:
            for table in (orders, requisitions):
                assert await tx.value(sa.select(sa.func.count()).where(table.c.canteen_id == town.canteen_id)) == 0

    async def test_is_ordered_from_by_a_person(self, desk: Desk, clock: SettableClock, town: Town) -> None:
        standing_order_id = await put(town, standing(town, (await town.goods(), 5_000)))
        await on(clock, desk, MONDAY)
        (draft,) = await drafts(town, standing_order_id)
        asked = PutRequisition(basket_id=UUID(draft["basket_id"]), wanted_on=draft["wanted_on"])
        assert (await put_requisition(desk, town.buyer, new_id(), asked))["state"] == "placed"
        await on(clock, desk, MONDAY + DAY)
        assert [one["wanted_on"] for one in await drafts(town, standing_order_id)] == [FRIDAY, MONDAY]

    async def test_of_nothing_that_is_on_sale_has_no_basket_and_says_so(
        self, desk: Desk, clock: SettableClock, town: Town
    ) -> None:
        ginger = await town.goods()
        standing_order_id = await put(town, standing(town, (ginger, 5_000)))
        await town.withdraw(ginger)
        await on(clock, desk, MONDAY)
        (draft,) = await drafts(town, standing_order_id)
        assert (draft["basket_id"], [one["reasons"] for one in draft["told"]]) == (None, [["off_sale"]])
        assert len(await said(desk, standing_order_id, "notice.raised")) == 1

    async def test_of_a_closed_canteen_passes_its_days_over_in_silence(
        self, desk: Desk, clock: SettableClock, town: Town
    ) -> None:
        standing_order_id = await put(town, standing(town, (await town.goods(), 5_000)))
        await town.heard_of(version=2, active=False)
        await on(clock, desk, MONDAY)
        (draft,) = await drafts(town, standing_order_id)
        assert (draft["basket_id"], [one["reasons"] for one in draft["told"]]) == (None, [["canteen_closed"]])
        assert await said(desk, standing_order_id) == []

    async def test_takes_up_today_what_a_stopped_program_missed(
        self, desk: Desk, clock: SettableClock, town: Town
    ) -> None:
        standing_order_id = await put(town, standing(town, (await town.goods(), 5_000)))
        await on(clock, desk, MONDAY + 9 * DAY)
        assert [one["wanted_on"] for one in await drafts(town, standing_order_id)] == [MONDAY + 11 * DAY]

    async def test_ends_with_its_last_day(self, desk: Desk, clock: SettableClock, town: Town) -> None:
        standing_order_id = await put(town, standing(town, (await town.goods(), 5_000), until=FRIDAY))
        for day in (0, 2, 9, 16):
            await on(clock, desk, MONDAY + day * DAY)
        view = await get_standing_order(desk, town.buyer, standing_order_id)
        assert ([one["wanted_on"] for one in view["drafts"]], view["draft_on"]) == ([FRIDAY, MONDAY], None)

    async def test_drafts_no_day_again_after_it_was_changed(self, desk: Desk, clock: SettableClock, town: Town) -> None:
        ginger = await town.goods()
        standing_order_id = await put(town, standing(town, (ginger, 5_000)))
        await on(clock, desk, MONDAY)
        changed = standing(town, (ginger, 6_000), weekdays=[1, 2])
        await put_standing_order(desk, town.buyer, standing_order_id, changed)
        await on(clock, desk, MONDAY)
        assert [one["wanted_on"] for one in await drafts(town, standing_order_id)] == [MONDAY + DAY, MONDAY]
        stopped = await put_standing_order(
            desk, town.buyer, standing_order_id, changed.model_copy(update={"active": False})
        )
        assert (stopped["version"], stopped["draft_on"]) == (3, None)
        await on(clock, desk, MONDAY + 7 * DAY)
        assert len(await drafts(town, standing_order_id)) == 2


class TestPutting:
    async def test_the_same_again_changes_nothing(self, desk: Desk, town: Town) -> None:
        command = standing(town, (await town.goods(), 5_000))
        standing_order_id = new_id()
        first = await put_standing_order(desk, town.buyer, standing_order_id, command)
        async with untouched(desk):
            assert await put_standing_order(desk, town.buyer, standing_order_id, command) == first
        assert first == await get_standing_order(desk, town.buyer, standing_order_id)
        assert (first["weekdays"], first["next_wanted_on"]) == ((1, 5), MONDAY)

    async def test_is_stopped_with_its_goods_however_they_are_sold_now(self, desk: Desk, town: Town) -> None:
        ginger = await town.goods()
        standing_order_id, command = new_id(), standing(town, (ginger, 5_000))
        put = await put_standing_order(desk, town.buyer, standing_order_id, command)
        await town.publish(ginger.model_copy(update={"listing_version": 2, "minimum_quantity": 7_000}))
        lines = [line | {"tolerance_bp": put["lines"][0]["tolerance_bp"]} for line in command.model_dump()["lines"]]
        as_it_is = command.model_dump() | {"lines": lines}
        stopped = PutStandingOrder.model_validate(as_it_is | {"active": False})
        for other in (as_it_is, as_it_is | {"active": False, "lines": [lines[0] | {"quantity": 4_500}]}):
            async with untouched(desk):
                with pytest.raises(InvalidFields) as refused:
                    await put_standing_order(
                        desk, town.buyer, standing_order_id, PutStandingOrder.model_validate(other | {"lead_days": 1})
                    )
            assert refused.value.facts["errors"][0]["field"] == "lines.0.quantity"
        view = await put_standing_order(desk, town.buyer, standing_order_id, stopped)
        assert (view["active"], view["draft_on"], view["lines"]) == (False, None, put["lines"])

    @pytest.mark.parametrize(
        ("told", "field"),
        [
            ({"weekdays": [1, 1]}, "weekdays"),
            ({"until": MONDAY - DAY}, "until"),
            ({"until": MONDAY + 367 * DAY}, "until"),
            ({"weekdays": [7], "until": FRIDAY}, "until"),
            ({"wanted_from": "08:00"}, "wanted_until"),
        ],
    )
    async def test_names_the_field_that_is_wrong(
        self, desk: Desk, town: Town, told: dict[str, Any], field: str
    ) -> None:
        ginger = await town.goods()
        async with untouched(desk):
            with pytest.raises(InvalidFields) as refused:
                await put_standing_order(desk, town.buyer, new_id(), standing(town, (ginger, 5_000), **told))
            with pytest.raises(InvalidFields):
                await put_standing_order(desk, town.buyer, new_id(), standing(town, (ginger, 1_250)))
            with pytest.raises(InvalidFields):
                await put_standing_order(desk, town.buyer, new_id(), standing(town, (ginger, 500), (ginger, 500)))
        assert [one["field"] for one in refused.value.facts["errors"]] == [field]

    async def test_is_its_canteens_buyers_alone(self, desk: Desk, town: Town) -> None:
        ginger = await town.goods()
        command = standing(town, (ginger, 5_000))
        standing_order_id = await put(town, command)
        other = await Town(desk).heard_of()
        both = an_identity(*town.buyer.seats, *other.buyer.seats)
        theirs, nobodys = (command.model_copy(update={"canteen_id": one}) for one in (other.canteen_id, new_id()))
        async with untouched(desk):
            for who in (other.buyer, town.approver, town.finance, an_identity(Seat(Role.SUPPLIER, ginger.supplier_id))):
                with pytest.raises(NotAllowed):
                    await put_standing_order(desk, who, standing_order_id, command)
            with pytest.raises(NotAllowed):
                await put_standing_order(desk, other.buyer, standing_order_id, theirs)
            with pytest.raises(StandingOrderTaken):
                await put_standing_order(desk, both, standing_order_id, theirs)
            with pytest.raises(NotAllowed):
                await get_standing_order(desk, other.buyer, standing_order_id)
            with pytest.raises(NoSuchStandingOrder):
                await get_standing_order(desk, town.buyer, new_id())
            with pytest.raises(NoSuchCanteen):
                await put_standing_order(desk, town.buyer, new_id(), nobodys)

    async def test_has_a_bound_that_a_race_does_not_pass(self, desk: Desk, town: Town) -> None:
        command = standing(town, (await town.goods(), 5_000))
        for _ in range(ACTIVE_MAX - 1):
            await put(town, command)
        done = await asyncio.gather(*(put(town, command) for _ in range(4)), return_exceptions=True)
        assert [type(one) for one in done if isinstance(one, BaseException)] == [TooManyStandingOrders] * 3

    async def test_at_rest_have_a_bound_too_and_may_still_be_changed(self, desk: Desk, town: Town) -> None:
        ginger = await town.goods()
        rests = standing(town, (ginger, 5_000), active=False)
        first = await put(town, rests)
        async with desk.uow.begin() as tx:
            await tx.execute(
                sa.text(
                    "INSERT INTO standing_orders SELECT (jsonb_populate_record(s, jsonb_build_object("
                    "'standing_order_id', gen_random_uuid()))).* FROM standing_orders s,"
                    " generate_series(1, :more) WHERE s.standing_order_id = :id"
                ),
                {"id": first, "more": KEPT_MAX - 2},
            )
        done = await asyncio.gather(*(put(town, rests) for _ in range(3)), return_exceptions=True)
        assert [type(one) for one in done if isinstance(one, BaseException)] == [TooManyStandingOrders] * 2
        async with untouched(desk):
            with pytest.raises(TooManyStandingOrders):
                await put(town, standing(town, (ginger, 5_000)))
        await put_standing_order(desk, town.buyer, first, standing(town, (ginger, 6_000)))

    async def test_are_listed_newest_first_for_who_may_see_them(self, desk: Desk, town: Town) -> None:
        command = standing(town, (await town.goods(), 5_000))
        put_ids = [str(await put(town, command)) for _ in range(3)]
        other = await Town(desk).heard_of()
        seen: list[str] = []
        cursor = None
        while True:
            page = orjson.loads(await list_standing_orders(desk, town.approver, None, 2, cursor))
            seen += [one["standing_order_id"] for one in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
        assert seen == put_ids[::-1]
        assert orjson.loads(await list_standing_orders(desk, other.buyer, None, 2, None))["items"] == []
        with pytest.raises(NotAllowed):
            await list_standing_orders(desk, other.buyer, town.canteen_id, 2, None)
