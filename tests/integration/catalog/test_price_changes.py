"""An officer sees what sellers changed of their prices by themselves, and what was seen waits no longer."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.catalog.domain.listings import ListingNotFound, ListingVersionNotFound
from services.catalog.usecases.change_price import change_price
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.list_price_changes import ListPriceChanges, list_price_changes
from services.catalog.usecases.see_prices import SeePrices, see_prices
from shared.clock import SettableClock
from shared.contracts.authority import Identity, NotAllowed, OwnRequest, Role, Seat
from shared.errors import InvalidFields
from shared.ids import new_id
from tests.build.catalog import COUNTY, ELSEWHERE, PROVINCE, Seller, admitted, an_officer, on_sale, publish
from tests.build.prices import a_price, an_id_made_at
from tests.build.sold import a_line, accepted, hear
from tests.integration.catalog.conftest import NOW, Kept

OFFICER = an_officer(COUNTY)
TIERS = [{"from_quantity": 50_000, "price_fen": 600}]


async def changed(desk: Desk, seller: Seller, listing: UUID, price_fen: int, seen: int = 1, **other: Any) -> None:
    made = an_id_made_at(desk.clock.now())
    told = await change_price(desk, seller.person, listing, made, a_price(price_fen, seen_version=seen, **other))
    assert told["outcome"] == "published"


async def waiting(desk: Desk, who: Identity = OFFICER, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await list_price_changes(desk, who, ListPriceChanges(**query)))["items"]
    return found


async def seen(desk: Desk, who: Identity, listing: UUID, version: int) -> int:
    told = await see_prices(desk, who, listing, SeePrices(listing_version=version))
    return int(told["seen"])


class TestListPriceChanges:
    async def test_tells_old_and_new_and_how_far_from_what_was_seen(self, desk: Desk) -> None:
        """6.50 yuan the jin that an officer published becomes 7.00 and then 7.20: 10.76 % above what was seen."""
        seller = await admitted(desk)
        listing = await on_sale(desk, seller)
        await changed(desk, seller, listing, 700)
        await changed(desk, seller, listing, 720, seen=2)
        first, second = await waiting(desk)
        assert (first["before"]["price_fen"], first["now"]["price_fen"], first["drift_bp"]) == (650, 700, 769)
        assert (second["before"]["price_fen"], second["now"]["price_fen"], second["drift_bp"]) == (700, 720, 1_076)
        assert (second["seen"]["listing_version"], second["seen"]["price_fen"], second["seen"]["in_queue"]) == (
            1,
            650,
            False,
        )
        assert (second["before"]["price_fen_per_kg"], second["now"]["price_fen_per_kg"]) == (1_400, 1_440)
        assert ([one["on_sale"] for one in (first, second)], second["band"]) == ([False, True], None)
        assert second["changed_by"] == str(seller.person.account_id)

    async def test_the_drift_is_where_it_is_most_and_below_zero_for_what_is_cheaper(self, desk: Desk) -> None:
        seller = await admitted(desk)
        listing = await on_sale(desk, seller, price_tiers=TIERS)
        cheaper = [{"from_quantity": 50_000, "price_fen": 540}]
        await changed(desk, seller, listing, 640, price_tiers=cheaper)
        (one,) = await waiting(desk)
        assert (one["drift_bp"], one["now"]["price_tiers"]) == (-1_000, cheaper)

    async def test_tells_how_the_price_stands_to_its_band(self, desk: Desk) -> None:
        sellers = [await admitted(desk) for _ in range(3)]
        listings = [await on_sale(desk, one, item_code="ginger") for one in sellers]
        for place in range(6):
            line = a_line(listings[place % 3], 10_000, price_fen=600 + 20 * place)
            await hear(desk, accepted(sellers[place % 3].id, line, on=date(2026, 3, 1)))
        await changed(desk, sellers[0], listings[0], 660)
        (one,) = await waiting(desk)
        assert (one["band"]["source"], one["band"]["high_fen_per_kg"], one["band"]["verdict"]) == (
            "accepted",
            1_400,
            "within",
        )

    async def test_comes_in_pages_the_longest_waiting_first(self, desk: Desk, clock: SettableClock) -> None:
        seller = await admitted(desk)
        listings = [await on_sale(desk, seller, name=f"生姜{place}号") for place in range(3)]
        for hours, listing in enumerate(listings):
            clock.set(NOW + timedelta(hours=hours))
            await changed(desk, seller, listing, 700)
        told, cursor = [], None
        for _ in range(3):
            page = await list_price_changes(desk, OFFICER, ListPriceChanges(limit=1, cursor=cursor))
            told += [one["listing_id"] for one in page["items"]]
            cursor = page["next"]
        assert (told, cursor) == ([str(one) for one in listings], None)
        with pytest.raises(InvalidFields):
            await list_price_changes(desk, OFFICER, ListPriceChanges(cursor="WyJvdGhlciIsMSwiMSJd"))

    async def test_shows_each_officer_and_auditor_their_own_path(self, desk: Desk) -> None:
        seller, other = await admitted(desk), await admitted(desk)
        for one in (seller, other):
            await changed(desk, one, await on_sale(desk, one), 700)
        assert len(await waiting(desk, an_officer(PROVINCE, Role.AUDITOR))) == 2
        assert [one["supplier_id"] for one in await waiting(desk, supplier=other.id)] == [str(other.id)]
        assert await waiting(desk, an_officer(ELSEWHERE)) == await waiting(desk, seller.person) == []


class TestSeePrices:
    async def test_what_was_seen_waits_no_longer_and_is_what_the_next_is_held_against(
        self, desk: Desk, kept: Kept
    ) -> None:
        seller = await admitted(desk)
        listing = await on_sale(desk, seller)
        await changed(desk, seller, listing, 680)
        await changed(desk, seller, listing, 700, seen=2)
        assert await seen(desk, OFFICER, listing, 3) == 2
        assert await waiting(desk) == []
        async with kept.unchanged():
            assert await seen(desk, OFFICER, listing, 3) == 0
        await changed(desk, seller, listing, 735, seen=3)
        (one,) = await waiting(desk)
        assert (one["seen"]["listing_version"], one["seen"]["in_queue"], one["drift_bp"]) == (3, True, 500)

    async def test_is_no_review_so_a_jump_is_still_one(self, desk: Desk) -> None:
        seller = await admitted(desk)
        listing = await on_sale(desk, seller)
        await changed(desk, seller, listing, 740)
        assert await seen(desk, OFFICER, listing, 2) == 1
        made = an_id_made_at(desk.clock.now())
        told = await change_price(desk, seller.person, listing, made, a_price(760, seen_version=2))
        assert told["outcome"] == "submitted"
        await publish(desk, listing)
        assert await waiting(desk) == []

    async def test_a_publication_sees_what_changed_before_it(self, desk: Desk) -> None:
        seller = await admitted(desk)
        listing = await on_sale(desk, seller)
        await changed(desk, seller, listing, 740)
        made = an_id_made_at(desk.clock.now())
        await change_price(desk, seller.person, listing, made, a_price(900, seen_version=2))
        assert len(await waiting(desk)) == 1
        await publish(desk, listing)
        assert await waiting(desk) == []

    async def test_is_for_an_officer_of_the_path_who_has_no_part_in_it(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        listing = await on_sale(desk, seller)
        await changed(desk, seller, listing, 700)
        both = replace(OFFICER, seats=(*OFFICER.seats, Seat(role=Role.PACKER, organisation_id=seller.id)))
        async with kept.unchanged():
            for who in (an_officer(ELSEWHERE), an_officer(PROVINCE, Role.AUDITOR), seller.person):
                with pytest.raises(NotAllowed):
                    await seen(desk, who, listing, 2)
            with pytest.raises(OwnRequest):
                await seen(desk, both, listing, 2)
            with pytest.raises(ListingVersionNotFound):
                await seen(desk, OFFICER, listing, 3)
            with pytest.raises(ListingNotFound):
                await seen(desk, OFFICER, new_id(), 2)
        assert len(await waiting(desk)) == 1
