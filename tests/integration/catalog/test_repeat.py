"""A seller offers again what it offered before: at once where an officer saw it lately, else after a review."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.catalog.domain.listings import ListingNotFound, ListingOutcome, PhotoNotFound, SupplierNotAdmitted
from services.catalog.domain.prices import NothingToRepeat, RepeatDiffers
from services.catalog.domain.suppliers import SupplierNotFound, SupplierOutcome
from services.catalog.usecases.change_price import change_price
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.get_listing import get_listing
from services.catalog.usecases.get_listing_photo import PhotoSize, find_listing_photo
from services.catalog.usecases.put_listing import put_listing
from services.catalog.usecases.repeat_listing import RepeatListing, repeat_listing
from services.catalog.usecases.review_listing import ReviewListing, review_listing
from services.catalog.usecases.submit_listing import submit_listing
from services.catalog.usecases.withdraw_listing import WithdrawListing, withdraw_listing
from shared.clock import SettableClock
from shared.contracts.authority import NotAllowed
from shared.errors import InvalidFields
from shared.ids import new_id
from tests.build.catalog import PROVINCE, Seller, a_listing, admitted, an_officer, decide, on_sale, publish, submitted
from tests.build.prices import a_price, an_id_made_at
from tests.build.sold import a_line, accepted, confirmed, hear
from tests.integration.catalog.conftest import NOW, Kept

TIERS = [{"from_quantity": 50_000, "price_fen": 600}]


async def repeat(desk: Desk, seller: Seller, listing_id: UUID | None = None, **asked: Any) -> dict[str, Any]:
    command = RepeatListing.model_validate({"supplier_id": seller.id, **asked})
    return await repeat_listing(desk, seller.person, listing_id or new_id(), command)


async def last_season(desk: Desk, seller: Seller, **terms: Any) -> UUID:
    """Have a listing that was on sale and was withdrawn."""
    listing_id = await on_sale(desk, seller, **terms)
    await withdraw_listing(desk, seller.person, listing_id, WithdrawListing(reason="本季售完"))
    return listing_id


class TestRepeat:
    async def test_is_on_sale_at_once_with_all_that_was_said_and_shown(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        before_id = await last_season(desk, seller, price_tiers=TIERS, item_code="ginger", storage="cool")
        before = await get_listing(desk, None, before_id, 1)
        view = await repeat(desk, seller, price_fen=700, first_stock_quantity=90_000)
        listing_id = UUID(view["listing_id"])
        assert (view["state"], view["published_version"], view["newest_version"]) == ("published", 1, 1)
        now = await get_listing(desk, None, listing_id)
        own = ("listing_id", "price_fen", "price_fen_per_kg", "on_sale", "available", "published_at")
        assert {name: now[name] for name in now if name not in own} == {
            name: before[name] for name in before if name not in own
        }
        assert (now["price_fen"], now["on_sale"], len(now["photo_ids"])) == (700, True, 1)
        found = await find_listing_photo(desk, None, listing_id, UUID(now["photo_ids"][0]), PhotoSize.THUMB)
        assert found.is_public
        event = (await kept.said())[-1]
        assert (event.type, event.data["on_hand_quantity"]) == ("listing.published", 90_000)
        assert event.data["listing"]["listing_id"] == str(listing_id)

    async def test_without_a_word_is_what_came_on_sale_last(self, desk: Desk, clock: SettableClock) -> None:
        seller = await admitted(desk)
        await last_season(desk, seller, name="春笋")
        clock.set(NOW + timedelta(days=1))
        await last_season(desk, seller, name="生姜")
        view = await repeat(desk, seller)
        assert (view["name"], view["price_fen"], view["first_stock_quantity"]) == ("生姜", 650, 2_000_000)

    async def test_the_same_again_changes_nothing(self, desk: Desk, kept: Kept) -> None:
        seller, listing_id = await admitted(desk), new_id()
        await last_season(desk, seller)
        first = await repeat(desk, seller, listing_id)
        async with kept.unchanged():
            assert await repeat(desk, seller, listing_id) == first
            with pytest.raises(RepeatDiffers):
                await repeat(desk, seller, listing_id, price_fen=660)

    async def test_of_many_at_once_one_listing_is_made(self, desk: Desk, kept: Kept) -> None:
        seller, listing_id = await admitted(desk), new_id()
        await last_season(desk, seller)
        views = await asyncio.gather(*(repeat(desk, seller, listing_id) for _ in range(6)))
        assert all(view == views[0] for view in views)
        assert await kept.value("SELECT count(*) FROM listings") == 2
        assert (await kept.types_said()).count("listing.published") == 2

    async def test_its_price_is_measured_from_what_an_officer_saw_of_the_first(self, desk: Desk) -> None:
        seller = await admitted(desk)
        first_id = await last_season(desk, seller)
        second = await repeat(desk, seller, of=first_id, price_fen=740)
        third = await repeat(desk, seller, of=second["listing_id"], price_fen=800)
        assert (second["state"], third["state"]) == ("published", "submitted")
        made = an_id_made_at(NOW)
        changed = await change_price(desk, seller.person, UUID(second["listing_id"]), made, a_price(750))
        assert changed["outcome"] == "submitted"


class TestWaits:
    async def test_at_a_price_that_jumps(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        await last_season(desk, seller)
        said = await kept.types_said()
        view = await repeat(desk, seller, price_fen=748)
        assert (view["state"], view["published_version"]) == ("submitted", None)
        assert await kept.types_said() == said
        await publish(desk, UUID(view["listing_id"]))
        assert (await get_listing(desk, None, UUID(view["listing_id"])))["price_fen"] == 748

    async def test_a_year_after_an_officer_saw_it(self, desk: Desk, clock: SettableClock) -> None:
        seller = await admitted(desk)
        await last_season(desk, seller)
        clock.set(NOW + timedelta(days=364))
        assert (await repeat(desk, seller))["state"] == "published"
        clock.set(NOW + timedelta(days=367))
        assert (await repeat(desk, seller))["state"] == "submitted"

    async def test_while_a_flag_stands_on_its_suppliers_goods(self, desk: Desk) -> None:
        seller = await admitted(desk)
        await confirmed(desk, seller)
        listing_id = await last_season(desk, seller, item_code="ginger")
        await hear(desk, accepted(seller.id, a_line(listing_id, 50_000_000)))
        assert (await repeat(desk, seller))["state"] == "submitted"

    async def test_when_an_officer_took_it_off_sale(self, desk: Desk) -> None:
        seller = await admitted(desk)
        listing_id = await on_sale(desk, seller)
        stop = ReviewListing(outcome=ListingOutcome.SUSPEND, reason="接到投诉")
        await review_listing(desk, an_officer(PROVINCE), listing_id, stop)
        assert (await repeat(desk, seller, of=listing_id))["state"] == "submitted"

    async def test_however_often_its_seller_wrote_it_anew_since(self, desk: Desk) -> None:
        seller = await admitted(desk)
        listing_id = await on_sale(desk, seller)
        stop = ReviewListing(outcome=ListingOutcome.SUSPEND, reason="接到投诉")
        await review_listing(desk, an_officer(PROVINCE), listing_id, stop)
        draft = await put_listing(desk, seller.person, listing_id, a_listing(seller.id, description="换了一句话"))
        (photo,) = draft["photo_ids"]
        assert draft["state"] == "draft"
        assert (await repeat(desk, seller, of=listing_id))["state"] == "submitted"
        with pytest.raises(PhotoNotFound):
            await find_listing_photo(desk, None, listing_id, UUID(photo), PhotoSize.FULL)
        await submit_listing(desk, seller.person, listing_id)
        await publish(desk, listing_id)
        assert (await find_listing_photo(desk, None, listing_id, UUID(photo), PhotoSize.FULL)).is_public
        assert (await repeat(desk, seller, of=listing_id))["state"] == "published"

    async def test_when_an_officer_took_another_repeat_of_it_off_sale(self, desk: Desk) -> None:
        seller = await admitted(desk)
        first_id = await last_season(desk, seller)
        again = await repeat(desk, seller, of=first_id)
        stop = ReviewListing(outcome=ListingOutcome.SUSPEND, reason="接到投诉")
        await review_listing(desk, an_officer(PROVINCE), UUID(again["listing_id"]), stop)
        assert (await repeat(desk, seller, of=first_id))["state"] == "submitted"


class TestRefusals:
    async def test_there_is_nothing_to_repeat(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        draft = await submitted(desk, seller)
        async with kept.unchanged():
            with pytest.raises(NothingToRepeat):
                await repeat(desk, seller)
            with pytest.raises(NothingToRepeat):
                await repeat(desk, seller, of=draft)

    async def test_anothers_listing_is_none_of_ones_own(self, desk: Desk, kept: Kept) -> None:
        seller, rival = await admitted(desk), await admitted(desk, name="对手")
        theirs = await last_season(desk, rival)
        async with kept.unchanged():
            for of in (theirs, new_id()):
                with pytest.raises(ListingNotFound):
                    await repeat(desk, seller, of=of)
            with pytest.raises(NotAllowed):
                await repeat(desk, Seller(seller.id, rival.person))
            with pytest.raises(SupplierNotFound):
                await repeat(desk, Seller(new_id(), rival.person))

    async def test_an_id_that_is_taken_is_not_written_over(self, desk: Desk, kept: Kept) -> None:
        seller, rival = await admitted(desk), await admitted(desk, name="对手")
        await last_season(desk, seller)
        taken, theirs = new_id(), await on_sale(desk, rival)
        await put_listing(desk, seller.person, taken, a_listing(seller.id))
        async with kept.unchanged():
            for listing_id in (taken, theirs):
                with pytest.raises(RepeatDiffers):
                    await repeat(desk, seller, listing_id)

    async def test_a_suspended_supplier_offers_nothing_again(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        await last_season(desk, seller)
        await decide(desk, seller.id, SupplierOutcome.SUSPEND)
        async with kept.unchanged():
            with pytest.raises(SupplierNotAdmitted):
                await repeat(desk, seller)

    async def test_tiers_that_no_longer_fall_are_named(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        await last_season(desk, seller, price_tiers=TIERS)
        async with kept.unchanged():
            with pytest.raises(InvalidFields):
                await repeat(desk, seller, price_fen=600)
