"""A seller changes a price in one request; it holds at once, waits for an officer, or is told what has changed."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.catalog.domain.listings import ListingNotFound, ListingOutcome, NotOnSale, SupplierNotAdmitted
from services.catalog.domain.prices import NewerTermsWaiting, PriceChangeDiffers
from services.catalog.domain.suppliers import ChangedMeanwhile, SupplierOutcome
from services.catalog.usecases.change_price import change_price
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.get_listing import get_listing
from services.catalog.usecases.put_listing import put_listing
from services.catalog.usecases.review_listing import ReviewListing, review_listing
from services.catalog.usecases.submit_listing import submit_listing
from services.catalog.usecases.withdraw_listing import WithdrawListing, withdraw_listing
from shared.contracts.authority import NotAllowed, OwnRequest, Role, Seat
from shared.errors import InvalidFields
from shared.ids import new_id
from tests.build.catalog import (
    PROVINCE,
    Seller,
    a_listing,
    a_person,
    admitted,
    an_officer,
    decide,
    on_sale,
    publish,
    submitted,
)
from tests.build.prices import a_price, an_id_made_at
from tests.integration.catalog.conftest import NOW, Kept

TIERS = [{"from_quantity": 50_000, "price_fen": 600}]
HOUR = timedelta(hours=1)


async def change(desk: Desk, seller: Seller, listing_id: UUID, price_fen: int, **other: Any) -> dict[str, Any]:
    """Change a price, at the moment that the desk's clock shows."""
    made = an_id_made_at(desk.clock.now())
    return await change_price(desk, seller.person, listing_id, made, a_price(price_fen, **other))


async def shown(desk: Desk, listing_id: UUID) -> tuple[int, int]:
    """Give the version and the price that buyers see."""
    view = await get_listing(desk, None, listing_id)
    return view["listing_version"], view["price_fen"]


class TestNearWhatAnOfficerSaw:
    async def test_holds_at_once_and_says_what_changed(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        listing_id = await on_sale(desk, seller, price_tiers=TIERS)
        made = an_id_made_at(NOW)
        view = await change_price(desk, seller.person, listing_id, made, a_price(700))
        assert view == {
            "change_id": str(made),
            "listing_id": str(listing_id),
            "listing_version": 2,
            "price_fen": 700,
            "price_tiers": TIERS,
            "outcome": "published",
            "changed_at": view["changed_at"],
        }
        assert await shown(desk, listing_id) == (2, 700)
        assert await kept.value("SELECT price_rank FROM on_sale") == 1_400
        event = (await kept.said())[-1]
        assert (event.type, event.data["on_hand_quantity"]) == ("listing.published", None)
        assert (event.data["listing"]["price_fen"], event.data["listing"]["fields_changed"]) == (700, ["price_fen"])
        full = await get_listing(desk, seller.person, listing_id)
        assert [one["published_by"] for one in full["versions"]] == ["price_change", "officer"]
        assert full["photo_ids"] == (await get_listing(desk, None, listing_id, 1))["photo_ids"] != []

    async def test_changes_the_tiers_with_it_or_takes_them_away(self, desk: Desk) -> None:
        seller = await admitted(desk)
        listing_id = await on_sale(desk, seller, price_tiers=TIERS)
        cheaper = [{"from_quantity": 50_000, "price_fen": 570}]
        assert (await change(desk, seller, listing_id, 640, price_tiers=cheaper))["price_tiers"] == cheaper
        view = await change(desk, seller, listing_id, 640, price_tiers=[], seen_version=2)
        assert (view["price_tiers"], view["outcome"]) == ([], "published")

    async def test_tiers_that_no_longer_fall_are_named(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        listing_id = await on_sale(desk, seller, price_tiers=TIERS)
        async with kept.unchanged():
            with pytest.raises(InvalidFields) as refused:
                await change(desk, seller, listing_id, 590)
        assert [error["field"] for error in refused.value.facts["errors"]] == ["price_tiers.0.price_fen"]

    async def test_the_same_price_is_no_new_version(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        listing_id = await on_sale(desk, seller)
        said = await kept.types_said()
        assert (await change(desk, seller, listing_id, 650))["outcome"] == "unchanged"
        assert (await shown(desk, listing_id), await kept.types_said()) == ((1, 650), said)


class TestJump:
    async def test_waits_for_an_officer_while_the_price_before_stays(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        listing_id = await on_sale(desk, seller)
        said = await kept.types_said()
        assert (await change(desk, seller, listing_id, 800))["outcome"] == "submitted"
        full = await get_listing(desk, seller.person, listing_id)
        assert (full["state"], full["newest_version"], full["published_version"]) == ("submitted", 2, 1)
        assert (await shown(desk, listing_id), await kept.types_said()) == ((1, 650), said)
        await publish(desk, listing_id)
        assert await shown(desk, listing_id) == (2, 800)

    async def test_is_measured_from_what_an_officer_saw_last(self, desk: Desk) -> None:
        seller = await admitted(desk)
        listing_id = await on_sale(desk, seller)
        assert (await change(desk, seller, listing_id, 740))["outcome"] == "published"
        assert (await change(desk, seller, listing_id, 800, seen_version=2))["outcome"] == "submitted"
        await publish(desk, listing_id)
        assert (await change(desk, seller, listing_id, 900, seen_version=3))["outcome"] == "published"
        assert await shown(desk, listing_id) == (4, 900)

    async def test_is_called_back_by_a_nearer_price(self, desk: Desk) -> None:
        seller = await admitted(desk)
        listing_id = await on_sale(desk, seller)
        await change(desk, seller, listing_id, 800)
        assert (await change(desk, seller, listing_id, 700, seen_version=2))["outcome"] == "published"
        full = await get_listing(desk, seller.person, listing_id)
        assert (full["state"], full["published_version"]) == ("published", 3)

    async def test_that_an_officer_returned_may_be_tried_nearer(self, desk: Desk) -> None:
        seller = await admitted(desk)
        listing_id = await on_sale(desk, seller)
        await change(desk, seller, listing_id, 800)
        back = ReviewListing(outcome=ListingOutcome.RETURN, reason="高于市场价")
        await review_listing(desk, an_officer(PROVINCE), listing_id, back)
        assert await shown(desk, listing_id) == (1, 650)
        assert (await change(desk, seller, listing_id, 700, seen_version=2))["outcome"] == "published"

    async def test_that_an_officer_returned_is_proposed_anew_when_it_is_asked_for_again(self, desk: Desk) -> None:
        seller = await admitted(desk)
        listing_id = await on_sale(desk, seller)
        await change(desk, seller, listing_id, 800)
        again = await change(desk, seller, listing_id, 800, seen_version=2)
        assert (again["outcome"], again["listing_version"]) == ("unchanged", 2)
        back = ReviewListing(outcome=ListingOutcome.RETURN, reason="高于市场价")
        await review_listing(desk, an_officer(PROVINCE), listing_id, back)
        asked_anew = await change(desk, seller, listing_id, 800, seen_version=2)
        assert (asked_anew["outcome"], asked_anew["listing_version"]) == ("submitted", 3)
        assert (await get_listing(desk, seller.person, listing_id))["state"] == "submitted"
        assert await shown(desk, listing_id) == (1, 650)
        await publish(desk, listing_id)
        assert await shown(desk, listing_id) == (3, 800)

    async def test_is_not_decided_on_by_who_proposed_it(self, desk: Desk) -> None:
        seller = await admitted(desk)
        listing_id = await on_sale(desk, seller)
        both = a_person(Seat(Role.SELLER, seller.id), Seat(Role.OFFICER, new_id(), PROVINCE))
        await change_price(desk, both, listing_id, an_id_made_at(NOW), a_price(800))
        with pytest.raises(OwnRequest):
            await review_listing(desk, both, listing_id, ReviewListing(outcome=ListingOutcome.PUBLISH))


class TestTheSameAgain:
    async def test_answers_the_same_and_changes_nothing(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        listing_id = await on_sale(desk, seller)
        made = an_id_made_at(NOW)
        first = await change_price(desk, seller.person, listing_id, made, a_price(700))
        await change(desk, seller, listing_id, 660, seen_version=2)
        async with kept.unchanged():
            assert await change_price(desk, seller.person, listing_id, made, a_price(700)) == first
        assert await shown(desk, listing_id) == (3, 660)

    async def test_with_other_content_or_of_another_listing_is_refused(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        listing_id, other_id = await on_sale(desk, seller), await on_sale(desk, seller)
        made = an_id_made_at(NOW)
        await change_price(desk, seller.person, listing_id, made, a_price(700))
        async with kept.unchanged():
            for of, asked in ((listing_id, a_price(710)), (other_id, a_price(700))):
                with pytest.raises(PriceChangeDiffers):
                    await change_price(desk, seller.person, of, made, asked)

    async def test_eight_times_at_once_is_one_version(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        listing_id = await on_sale(desk, seller)
        made = an_id_made_at(NOW)
        views = await asyncio.gather(
            *(change_price(desk, seller.person, listing_id, made, a_price(700)) for _ in range(8))
        )
        assert all(view == views[0] for view in views)
        assert await shown(desk, listing_id) == (2, 700)
        assert await kept.value("SELECT count(*) FROM listing_versions") == 2


class TestALateQueue:
    async def test_never_undoes_a_newer_price(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        listing_id = await on_sale(desk, seller)
        early, late = an_id_made_at(NOW - 2 * HOUR), an_id_made_at(NOW - HOUR)
        assert (await change_price(desk, seller.person, listing_id, late, a_price(700)))["outcome"] == "published"
        async with kept.unchanged():
            with pytest.raises(ChangedMeanwhile) as refused:
                await change_price(desk, seller.person, listing_id, early, a_price(600))
        assert (refused.value.facts["listing_version"], refused.value.facts["price_fen"]) == (2, 700)

    async def test_in_its_order_is_taken_whole(self, desk: Desk) -> None:
        """Both were made offline, with version 1 in sight."""
        seller = await admitted(desk)
        listing_id = await on_sale(desk, seller)
        for ago, price_fen in ((2, 600), (1, 700)):
            made = an_id_made_at(NOW - ago * HOUR)
            await change_price(desk, seller.person, listing_id, made, a_price(price_fen))
        assert await shown(desk, listing_id) == (3, 700)

    async def test_writes_over_nothing_of_anothers_that_was_not_seen(self, desk: Desk, kept: Kept) -> None:
        """Both had version 1 in sight: who comes second is told what the other set."""
        seller = await admitted(desk)
        listing_id = await on_sale(desk, seller)
        other = a_person(*seller.person.seats)
        await change_price(desk, other, listing_id, an_id_made_at(NOW - 2 * HOUR), a_price(600))
        async with kept.unchanged():
            with pytest.raises(ChangedMeanwhile) as refused:
                await change_price(desk, seller.person, listing_id, an_id_made_at(NOW - HOUR), a_price(700))
        assert (refused.value.facts["listing_version"], refused.value.facts["price_fen"]) == (2, 600)

    async def test_of_eight_at_once_the_newest_wins(self, desk: Desk) -> None:
        seller = await admitted(desk)
        listing_id = await on_sale(desk, seller)
        asks = [(an_id_made_at(NOW - minutes * HOUR / 60), 700 - minutes) for minutes in range(8)]
        answers = await asyncio.gather(
            *(change_price(desk, seller.person, listing_id, made, a_price(fen)) for made, fen in asks),
            return_exceptions=True,
        )
        assert {type(one) for one in answers} <= {dict, ChangedMeanwhile}
        assert (await shown(desk, listing_id))[1] == 700

    async def test_does_not_undo_other_terms_either(self, desk: Desk) -> None:
        seller = await admitted(desk)
        listing_id = await on_sale(desk, seller)
        await put_listing(desk, seller.person, listing_id, a_listing(seller.id, description="改了说明"))
        await submit_listing(desk, seller.person, listing_id)
        await publish(desk, listing_id)
        with pytest.raises(ChangedMeanwhile):
            await change(desk, seller, listing_id, 700, seen_version=1)

    @pytest.mark.parametrize("made", [new_id, lambda: UUID(int=0), lambda: an_id_made_at(NOW + HOUR)])
    async def test_that_is_not_of_a_time_or_of_the_future_is_refused_by_name(
        self, desk: Desk, kept: Kept, made: Any
    ) -> None:
        """The ids of today's tests are of the future: the desk's clock stands in March."""
        seller = await admitted(desk)
        listing_id = await on_sale(desk, seller)
        async with kept.unchanged():
            with pytest.raises(InvalidFields) as refused:
                await change_price(desk, seller.person, listing_id, made(), a_price(700))
        assert refused.value.facts["errors"][0]["field"] == "change_id"


class TestRefusals:
    async def test_newer_terms_that_wait_are_not_passed_over(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        listing_id = await on_sale(desk, seller)
        await put_listing(desk, seller.person, listing_id, a_listing(seller.id, origin_county_code="430225"))
        async with kept.unchanged():
            for seen in (1, 2):
                with pytest.raises(NewerTermsWaiting):
                    await change(desk, seller, listing_id, 700, seen_version=seen)

    async def test_what_is_not_on_sale_has_no_price_to_change(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        draft, gone = await submitted(desk, seller), await on_sale(desk, seller)
        await withdraw_listing(desk, seller.person, gone, WithdrawListing())
        async with kept.unchanged():
            for listing_id in (draft, gone):
                with pytest.raises(NotOnSale):
                    await change(desk, seller, listing_id, 700)
            with pytest.raises(ListingNotFound):
                await change(desk, seller, new_id(), 700)

    async def test_a_suspended_supplier_changes_no_price(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        listing_id = await on_sale(desk, seller)
        await decide(desk, seller.id, SupplierOutcome.SUSPEND)
        async with kept.unchanged():
            with pytest.raises((SupplierNotAdmitted, NotOnSale)):
                await change(desk, seller, listing_id, 700)

    async def test_nobody_changes_anothers(self, desk: Desk, kept: Kept) -> None:
        seller, rival = await admitted(desk), await admitted(desk, name="对手")
        listing_id = await on_sale(desk, seller)
        packer = a_person(Seat(Role.PACKER, seller.id))
        async with kept.unchanged():
            for other in (rival.person, packer, an_officer(PROVINCE)):
                with pytest.raises(NotAllowed):
                    await change_price(desk, other, listing_id, an_id_made_at(NOW), a_price(700))
