"""An event of selling is held from its draft to its results, by its unit and its suppliers, each for their part."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest
import sqlalchemy as sa

from services.catalog.domain.fairs import (
    AnotherUnitsFair,
    FairFixed,
    FairNotFound,
    FairSaleFixed,
    NotTakingPart,
)
from services.catalog.domain.listings import SupplierNotAdmitted
from services.catalog.domain.suppliers import ChangedMeanwhile, SupplierOutcome
from services.catalog.store import fairs
from services.catalog.store.sales_tables import sales
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.get_fair import get_fair
from services.catalog.usecases.get_fair_results import get_fair_results
from services.catalog.usecases.keep_copies import keep_units
from services.catalog.usecases.list_fair_duties import ListFairDuties, list_fair_duties
from services.catalog.usecases.list_fairs import ListFairs, list_fairs
from services.catalog.usecases.list_showcase import ListShowcase, list_showcase
from services.catalog.usecases.put_fair import PutFair, put_fair
from services.catalog.usecases.put_fair_sale import PutFairSale, put_fair_sale
from services.catalog.usecases.put_fair_supplier import PutFairSupplier, put_fair_supplier
from services.catalog.usecases.put_showcase import PutShowcase, put_showcase
from services.catalog.usecases.review_fair_sale import ReviewFairSale, review_fair_sale
from services.catalog.usecases.review_fair_supplier import ReviewFairSupplier, review_fair_supplier
from services.catalog.usecases.see_capacity import see_capacity
from services.catalog.usecases.step_fair import StepFair, step_fair
from shared.clock import SettableClock
from shared.contracts.authority import NotAllowed, OwnRequest
from shared.contracts.words import UnitLevel
from shared.errors import InvalidFields
from shared.ids import derived_id, new_id
from shared.states import WrongState
from tests.build.catalog import ELSEWHERE, PREFECTURE, Seller, admitted, an_officer, decide, on_sale, seated
from tests.build.fairs import a_fair, a_sale
from tests.build.rivals import overtaken
from tests.build.sold import confirmed
from tests.integration.catalog.conftest import NOW, Kept, a_unit, heard

UNIT, DAY = derived_id("unit", "430200"), date(2026, 3, 2)
ORGANISER = an_officer(PREFECTURE)


async def a_draft(desk: Desk, **other: Any) -> UUID:
    fair_id = new_id()
    await put_fair(desk, ORGANISER, fair_id, PutFair.model_validate(a_fair(UNIT, DAY, **other)))
    return fair_id


async def test_of_two_who_write_one_event_first_the_second_changes_it(
    desk: Desk, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    fair_id = new_id()
    first, second = (PutFair.model_validate(a_fair(UNIT, DAY, name=name)) for name in ("秋季展销", "冬季展销"))

    async def rival() -> None:
        await put_fair(desk, ORGANISER, fair_id, first)

    overtaken(monkeypatch, fairs, "insert", rival)
    told = await put_fair(desk, ORGANISER, fair_id, second)
    assert (told["name"], told["version"]) == ("冬季展销", 2)
    assert await kept.value("SELECT name FROM fairs") == "冬季展销"


async def stepped(desk: Desk, fair_id: UUID, *steps: str) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for step in steps:
        told = await step_fair(desk, ORGANISER, fair_id, StepFair.model_validate({"step": step, "reason": "天气"}))
    return told


async def ask(desk: Desk, seller: Seller, fair_id: UUID, wish: str = "ask") -> dict[str, Any]:
    return await put_fair_supplier(
        desk, seller.person, fair_id, seller.id, PutFairSupplier.model_validate({"wish": wish})
    )


async def review(desk: Desk, fair_id: UUID, seller: Seller, outcome: str = "admit", **other: Any) -> dict[str, Any]:
    who = other.pop("who", ORGANISER)
    said = ReviewFairSupplier.model_validate({"outcome": outcome, "reason": "展位已满", **other})
    return await review_fair_supplier(desk, who, fair_id, seller.id, said)


async def taking_part(desk: Desk, fair_id: UUID, seller: Seller) -> None:
    await ask(desk, seller, fair_id)
    await review(desk, fair_id, seller)


async def enter(desk: Desk, seller: Seller, fair_id: UUID, sale_id: UUID, **other: Any) -> dict[str, Any]:
    said = PutFairSale.model_validate(a_sale(seller.id, DAY, **other))
    return await put_fair_sale(desk, seller.person, fair_id, sale_id, said)


async def confirm(desk: Desk, fair_id: UUID, sale_id: UUID, outcome: str = "confirm", who: Any = ORGANISER) -> Any:
    said = ReviewFairSale.model_validate({"outcome": outcome, "reason": "金额不符"})
    return await review_fair_sale(desk, who, fair_id, sale_id, said)


class TestHolding:
    async def test_from_its_draft_to_its_report_it_is_said_how_it_stands(self, desk: Desk, kept: Kept) -> None:
        fair_id, seller = await a_draft(desk), await admitted(desk)
        with pytest.raises(FairNotFound):
            await get_fair(desk, None, fair_id)
        assert (await get_fair(desk, ORGANISER, fair_id))["state"] == "draft"
        await stepped(desk, fair_id, "announce")
        await taking_part(desk, fair_id, seller)
        told = await stepped(desk, fair_id, "open", "close", "report")
        assert (told["state"], told["version"], told["open_steps"]) == ("reported", 6, [])
        said = [event for event in await kept.said() if event.type == "fair.changed"]
        assert [(event.data["version"], event.data["state"], event.data["supplier_ids"]) for event in said] == [
            (2, "announced", []),
            (3, "announced", [str(seller.id)]),
            (4, "open", [str(seller.id)]),
            (5, "closed", [str(seller.id)]),
            (6, "reported", [str(seller.id)]),
        ]

    async def test_the_same_again_changes_nothing_and_another_content_is_the_next_version(
        self, desk: Desk, kept: Kept
    ) -> None:
        fair_id = await a_draft(desk)
        async with kept.unchanged():
            again = await put_fair(desk, ORGANISER, fair_id, PutFair.model_validate(a_fair(UNIT, DAY)))
        assert again["version"] == 1
        renamed = PutFair.model_validate(a_fair(UNIT, DAY, name="助残年货节"))
        assert (await put_fair(desk, ORGANISER, fair_id, renamed))["version"] == 2
        await stepped(desk, fair_id, "announce", "open")
        async with kept.unchanged():
            assert (await put_fair(desk, ORGANISER, fair_id, renamed))["state"] == "open"
            with pytest.raises(FairFixed):
                await put_fair(desk, ORGANISER, fair_id, PutFair.model_validate(a_fair(UNIT, DAY)))

    async def test_is_its_units_own(self, desk: Desk, kept: Kept) -> None:
        fair_id = await a_draft(desk)
        theirs = PutFair.model_validate(a_fair(derived_id("unit", "430100"), DAY))
        async with kept.unchanged():
            for other in (an_officer(ELSEWHERE), an_officer("/430000/")):
                with pytest.raises(NotAllowed):
                    await put_fair(desk, other, fair_id, PutFair.model_validate(a_fair(UNIT, DAY, name="夺来")))
                with pytest.raises(NotAllowed):
                    await step_fair(desk, other, fair_id, StepFair.model_validate({"step": "announce"}))
            with pytest.raises(NotAllowed):
                await put_fair(desk, an_officer(ELSEWHERE), fair_id, theirs)
            both = an_officer(PREFECTURE)
            both = seated(both, new_id())
            seats = (*both.seats, *an_officer(ELSEWHERE).seats)
            both = type(both)(both.account_id, both.session_id, both.name, seats)
            with pytest.raises(AnotherUnitsFair):
                await put_fair(desk, both, fair_id, theirs)

    async def test_opens_on_its_days_and_goes_no_step_twice(self, desk: Desk, kept: Kept, clock: SettableClock) -> None:
        fair_id = await a_draft(desk, begins_on="2026-03-05", ends_on="2026-03-06")
        await stepped(desk, fair_id, "announce")
        async with kept.unchanged():
            with pytest.raises(InvalidFields) as refused:
                await stepped(desk, fair_id, "open")
            assert refused.value.facts["errors"][0]["field"] == "step"
            with pytest.raises(WrongState):
                await stepped(desk, fair_id, "announce")
            with pytest.raises(ChangedMeanwhile):
                await step_fair(desk, ORGANISER, fair_id, StepFair.model_validate({"step": "cancel", "version": 1}))
            with pytest.raises(InvalidFields):
                await step_fair(desk, ORGANISER, fair_id, StepFair.model_validate({"step": "cancel"}))
        with clock.at(NOW + timedelta(days=3)):
            assert (await stepped(desk, fair_id, "open"))["state"] == "open"
        again = await a_draft(desk)
        assert (await stepped(desk, again, "cancel"))["reason"] == "天气"

    async def test_a_bent_event_is_refused_by_its_field(self, desk: Desk, kept: Kept) -> None:
        async with kept.unchanged():
            for other, field in (
                ({"ends_on": "2036-03-02"}, "ends_on"),
                ({"stream_url": "javascript:alert(1)"}, "stream_url"),
                ({"place": None}, "place"),
                ({"county_code": "999999"}, "county_code"),
            ):
                with pytest.raises(InvalidFields) as refused:
                    await a_draft(desk, **other)
                assert [one["field"] for one in refused.value.facts["errors"]] == [field]

    async def test_moves_with_its_unit(self, desk: Desk) -> None:
        fair_id = await a_draft(desk)
        await keep_units(desk, [heard(a_unit("430200", UnitLevel.PREFECTURE, "/430000/430900/430200/", version=2))])
        moved = an_officer("/430000/430900/430200/")
        assert (await get_fair(desk, moved, fair_id))["state"] == "draft"
        with pytest.raises(FairNotFound):
            await get_fair(desk, ORGANISER, fair_id)


class TestTakingPart:
    async def test_who_asks_is_seen_by_its_officers_and_itself_and_who_is_admitted_by_anyone(self, desk: Desk) -> None:
        fair_id, one, other = await a_draft(desk), await admitted(desk), await admitted(desk, name="另一家")
        await stepped(desk, fair_id, "announce")
        for seller in (one, other):
            assert (await ask(desk, seller, fair_id))["state"] == "asked"
        await review(desk, fair_id, one)
        assert (await review(desk, fair_id, other, "refuse"))["reason"] == "展位已满"

        async def shown(identity: Any) -> list[tuple[str, str, bool]]:
            told = (await get_fair(desk, identity, fair_id))["suppliers"]
            return [(row["supplier_name"], row["state"], "note" in row) for row in told]

        first = "云阳残疾人帮扶基地"
        assert await shown(None) == [(first, "admitted", False)]
        assert await shown(ORGANISER) == [(first, "admitted", True), ("另一家", "refused", True)]
        assert await shown(other.person) == [(first, "admitted", False), ("另一家", "refused", True)]

    async def test_asks_once_leaves_and_asks_again(self, desk: Desk, kept: Kept) -> None:
        fair_id, seller = await a_draft(desk), await admitted(desk)
        with pytest.raises(FairNotFound):
            await ask(desk, seller, fair_id)
        await stepped(desk, fair_id, "announce")
        await ask(desk, seller, fair_id)
        async with kept.unchanged():
            assert (await ask(desk, seller, fair_id))["revision"] == 1
        await review(desk, fair_id, seller)
        async with kept.unchanged():
            assert (await ask(desk, seller, fair_id))["state"] == "admitted"
        assert (await ask(desk, seller, fair_id, "leave"))["state"] == "left"
        assert [event.data["supplier_ids"] for event in await kept.said() if event.type == "fair.changed"][-1] == []
        assert (await ask(desk, seller, fair_id))["state"] == "asked"

    async def test_nobody_admits_what_they_asked_for(self, desk: Desk, kept: Kept) -> None:
        fair_id, seller = await a_draft(desk), await admitted(desk)
        await stepped(desk, fair_id, "announce")
        await ask(desk, seller, fair_id)
        async with kept.unchanged():
            with pytest.raises(OwnRequest):
                await review(desk, fair_id, seller, who=seated(an_officer(PREFECTURE), seller.id))
            with pytest.raises(NotAllowed):
                await review(desk, fair_id, seller, who=an_officer(ELSEWHERE))
            with pytest.raises(ChangedMeanwhile):
                await review(desk, fair_id, seller, revision=2)

    async def test_only_an_admitted_supplier_takes_part(self, desk: Desk, kept: Kept) -> None:
        fair_id, seller, other = await a_draft(desk), await admitted(desk), await admitted(desk, name="另一家")
        await stepped(desk, fair_id, "announce")
        await ask(desk, seller, fair_id)
        for one in (seller, other):
            await decide(desk, one.id, SupplierOutcome.SUSPEND)
        async with kept.unchanged():
            with pytest.raises(SupplierNotAdmitted):
                await review(desk, fair_id, seller)
            with pytest.raises(SupplierNotAdmitted):
                await ask(desk, other, fair_id)

    async def test_two_officers_at_once_decide_once(self, desk: Desk) -> None:
        fair_id, seller = await a_draft(desk), await admitted(desk)
        await stepped(desk, fair_id, "announce")
        await ask(desk, seller, fair_id)
        other = an_officer("/430000/")
        done = await asyncio.gather(
            review(desk, fair_id, seller), review(desk, fair_id, seller, "refuse", who=other), return_exceptions=True
        )
        assert sorted(isinstance(one, WrongState) for one in done) == [False, True]

    async def test_shows_its_own_goods_and_buyers_see_what_is_on_sale(self, desk: Desk, kept: Kept) -> None:
        fair_id, seller, other = await a_draft(desk), await admitted(desk), await admitted(desk, name="另一家")
        await stepped(desk, fair_id, "announce")
        goods = [await on_sale(desk, seller, name=name) for name in ("生姜", "大蒜")]
        foreign = await on_sale(desk, other)

        async def show(*ids: UUID) -> dict[str, Any]:
            return await put_showcase(desk, seller.person, fair_id, seller.id, PutShowcase(listing_ids=ids))

        with pytest.raises(NotTakingPart):
            await show(*goods)
        await ask(desk, seller, fair_id)
        with pytest.raises(InvalidFields) as refused:
            await show(foreign)
        assert refused.value.facts["errors"][0]["field"] == "listing_ids"
        await show(*goods)

        async def seen(**query: Any) -> dict[str, Any]:
            page: dict[str, Any] = orjson.loads(await list_showcase(desk, None, fair_id, ListShowcase(**query)))
            return page

        assert (await seen())["items"] == []
        await review(desk, fair_id, seller)
        first = await seen(limit=1)
        second = await seen(limit=1, cursor=first["next"])
        assert sorted(one["name"] for one in first["items"] + second["items"]) == ["大蒜", "生姜"]
        assert second["next"] is None
        async with kept.unchanged():
            await show(*reversed(goods))
        await show(goods[0])
        assert [one["name"] for one in (await seen())["items"]] == ["生姜"]


class TestWalkInSales:
    async def an_open_fair(self, desk: Desk) -> tuple[UUID, Seller]:
        fair_id, seller = await a_draft(desk), await admitted(desk)
        await stepped(desk, fair_id, "announce")
        await taking_part(desk, fair_id, seller)
        await stepped(desk, fair_id, "open")
        return fair_id, seller

    async def test_count_once_another_confirmed_them(self, desk: Desk, kept: Kept) -> None:
        fair_id, seller = await self.an_open_fair(desk)
        sale, pieces = new_id(), new_id()
        await enter(desk, seller, fair_id, sale)
        async with kept.unchanged():
            assert (await enter(desk, seller, fair_id, sale))["revision"] == 1
        await enter(desk, seller, fair_id, pieces, grams=None, pieces=30, amount_fen=4_200)
        walked_in = (await get_fair_results(desk, None, fair_id))["walk_in"]
        assert (walked_in["amount_fen"], walked_in["waiting"]) == (0, 2)
        for one in (sale, pieces):
            await confirm(desk, fair_id, one)
        told = await get_fair_results(desk, None, fair_id)
        assert told["amount_fen"] == told["walk_in"]["amount_fen"] == 329_200
        assert told["walk_in"]["by_supplier_kind"] == [
            {
                "supplier_kind": "disabled_base",
                "suppliers": 1,
                "sales": 2,
                "grams": 250_000,
                "pieces": 30,
                "amount_fen": 329_200,
            }
        ]
        async with kept.unchanged():
            with pytest.raises(FairSaleFixed):
                await enter(desk, seller, fair_id, sale, amount_fen=1)

    async def test_beyond_what_was_grown_they_are_flagged_once_they_are_confirmed(self, desk: Desk, kept: Kept) -> None:
        fair_id, seller = await self.an_open_fair(desk)
        await confirmed(desk, seller)
        plausible = 6_670_000  # Grams of ginger in March, of the capacity of the builder.
        few, many, pieces = new_id(), new_id(), new_id()
        await enter(desk, seller, fair_id, few, grams=plausible)
        await enter(desk, seller, fair_id, many, grams=plausible)
        await enter(desk, seller, fair_id, pieces, grams=None, pieces=30)
        for sale_id, flags in ((few, 0), (pieces, 0), (many, 1)):
            assert await kept.value("SELECT count(*) FROM flags") == 0
            await confirm(desk, fair_id, sale_id)
            assert await kept.value("SELECT count(*) FROM flags") == flags
        told = await see_capacity(desk, seller.person, seller.id, DAY.year)
        (ginger,) = told["items"]
        assert (ginger["status"], ginger["sold_grams"]) == ("beyond", 2 * plausible)
        assert ginger["sold_elsewhere_grams"][DAY.month - 1] == 2 * plausible

    async def test_returned_they_are_mended_and_reported_they_stay(self, desk: Desk, kept: Kept) -> None:
        fair_id, seller = await self.an_open_fair(desk)
        sale = new_id()
        await enter(desk, seller, fair_id, sale)
        await confirm(desk, fair_id, sale, "return")
        assert (await enter(desk, seller, fair_id, sale))["state"] == "entered"
        await confirm(desk, fair_id, sale)
        await stepped(desk, fair_id, "close", "report")
        async with kept.unchanged():
            with pytest.raises(FairFixed):
                await confirm(desk, fair_id, sale, "return")
            with pytest.raises(FairFixed):
                await enter(desk, seller, fair_id, new_id())

    async def test_nobody_confirms_what_they_entered(self, desk: Desk, kept: Kept) -> None:
        fair_id, seller = await self.an_open_fair(desk)
        sale = new_id()
        await enter(desk, seller, fair_id, sale)
        async with kept.unchanged():
            with pytest.raises(OwnRequest):
                await confirm(desk, fair_id, sale, who=seated(an_officer(PREFECTURE), seller.id))
            with pytest.raises(NotAllowed):
                await confirm(desk, fair_id, sale, who=an_officer(ELSEWHERE))

    async def test_of_other_days_goods_or_suppliers_are_refused(self, desk: Desk, kept: Kept) -> None:
        fair_id, seller = await self.an_open_fair(desk)
        other = await admitted(desk, name="另一家")
        async with kept.unchanged():
            for bent, field in (
                ({"sold_on": "2026-03-03"}, "sold_on"),
                ({"item_code": "gold"}, "item_code"),
                ({"pieces": 3}, "grams"),
            ):
                with pytest.raises(InvalidFields) as refused:
                    await enter(desk, seller, fair_id, new_id(), **bent)
                assert [one["field"] for one in refused.value.facts["errors"]] == [field]
            with pytest.raises(NotTakingPart):
                await enter(desk, other, fair_id, new_id())

    async def test_what_canteens_kept_of_orders_stands_beside_them(self, desk: Desk) -> None:
        fair_id, seller = await self.an_open_fair(desk)
        kept_lines = [(new_id(), 5_000, 6_500), (new_id(), -1_000, -1_300)]
        async with desk.uow.begin() as tx:
            for step_id, grams, amount in kept_lines:
                await tx.execute(sa.insert(sales), a_step(step_id, kept_lines[0][0], seller.id, fair_id, grams, amount))
        told = await get_fair_results(desk, None, fair_id)
        assert (told["canteens"], told["orders"]["acceptances"], told["orders"]["amount_fen"]) == (1, 1, 5_200)
        assert told["orders"]["by_supplier_kind"][0]["grams"] == 4_000


def a_step(step: UUID, acceptance: UUID, supplier: UUID, fair: UUID, grams: int, amount: int) -> dict[str, Any]:
    """Write one step of a lot as the sales keep it."""
    return {
        "step_id": step,
        "line_id": UUID(int=1),
        "acceptance_id": acceptance,
        "supplier_id": supplier,
        "listing_id": UUID(int=2),
        "listing_version": 1,
        "item_code": "ginger",
        "category": "vegetables",
        "canteen_id": UUID(int=3),
        "accepted_on": DAY,
        "booked_on": DAY,
        "year": DAY.year,
        "month": DAY.month,
        "quantity": grams,
        "grams": grams,
        "amount_fen": amount,
        "per_kg_fen": 1_300,
        "fair_id": fair,
    }


class TestListsAndDuties:
    async def test_a_list_hides_drafts_but_from_its_officers(self, desk: Desk) -> None:
        hidden, told = await a_draft(desk), await a_draft(desk)
        await stepped(desk, told, "announce")

        async def listed(identity: Any, **query: Any) -> list[str]:
            return [one["fair_id"] for one in (await list_fairs(desk, identity, ListFairs(**query)))["items"]]

        assert await listed(None) == await listed(an_officer(ELSEWHERE)) == [str(told)]
        assert set(await listed(ORGANISER)) == {str(hidden), str(told)}
        first = await list_fairs(desk, ORGANISER, ListFairs(limit=1))
        rest = await list_fairs(desk, ORGANISER, ListFairs(limit=1, cursor=first["next"]))
        assert {one["fair_id"] for one in first["items"] + rest["items"]} == {str(hidden), str(told)}
        assert rest["next"] is None
        assert await listed(None, year=2025) == []

    async def test_each_prefecture_owes_one_a_year(self, desk: Desk, clock: SettableClock) -> None:
        async def duties(**query: Any) -> dict[str, str]:
            told = await list_fair_duties(desk, ListFairDuties(**query))
            return {row["division_code"]: row["state"] for row in told["items"]}

        assert await duties() == {"430100": "missing", "430200": "missing"}
        of_county = PutFair.model_validate(a_fair(derived_id("unit", "430224"), DAY))
        fair_id, officer = new_id(), an_officer("/430000/430200/430224/")
        await put_fair(desk, officer, fair_id, of_county)
        found = ["missing"]
        for step in ("announce", "open", "close", "report"):
            await step_fair(desk, officer, fair_id, StepFair.model_validate({"step": step}))
            found.append((await duties())["430200"])
        assert found == ["missing", "planned", "open", "open", "met"]
        with clock.at(NOW + timedelta(days=365)):
            assert await duties(year=2026) == {"430100": "missed", "430200": "met"}
