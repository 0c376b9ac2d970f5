"""A rejected listing is closed: off sale, not written, not submitted, until another officer above opens it again."""

import pytest

from services.catalog.domain.listings import ListingNotFound, ListingOutcome, ReopenedFromAbove
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.get_listing import get_listing
from services.catalog.usecases.put_listing import put_listing
from services.catalog.usecases.review_listing import ReviewListing, review_listing
from services.catalog.usecases.submit_listing import submit_listing
from services.catalog.usecases.withdraw_listing import WithdrawListing, withdraw_listing
from shared.errors import InvalidFields
from shared.states import WrongState
from tests.build.catalog import (
    COUNTY,
    PREFECTURE,
    PROVINCE,
    a_listing,
    admitted,
    an_officer,
    on_sale,
    publish,
    submitted,
)
from tests.integration.catalog.conftest import Kept

REJECT = ReviewListing(outcome=ListingOutcome.REJECT, reason="与照片不符，且多次退回")
REOPEN = ReviewListing(outcome=ListingOutcome.REOPEN, reason="复核后认为可以补正")


class TestRejected:
    async def test_ends_a_listing_until_an_officer_above_opens_it(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        listing_id = await submitted(desk, seller)
        officer = an_officer(COUNTY)
        view = await review_listing(desk, officer, listing_id, REJECT)
        assert (view["state"], view["open_steps"]) == ("rejected", [])
        steps = {
            who: (await get_listing(desk, person, listing_id))["open_steps"]
            for who, person in (("seller", seller.person), ("above", an_officer(PREFECTURE)))
        }
        assert steps == {"seller": [], "above": ["reopen"]}
        async with kept.unchanged():
            with pytest.raises(WrongState):
                await put_listing(desk, seller.person, listing_id, a_listing(seller.id, price_fen=1))
            with pytest.raises(WrongState):
                await submit_listing(desk, seller.person, listing_id)
            with pytest.raises(WrongState):
                await withdraw_listing(desk, seller.person, listing_id, WithdrawListing())
            with pytest.raises(ReopenedFromAbove):
                await review_listing(desk, an_officer(COUNTY), listing_id, REOPEN)
        view = await review_listing(desk, an_officer(PREFECTURE), listing_id, REOPEN)
        assert (view["state"], view["reviews"][-1]["outcome"]) == ("returned", "reopen")
        await submit_listing(desk, seller.person, listing_id)
        assert (await publish(desk, listing_id))["state"] == "published"

    async def test_whoever_rejected_it_does_not_open_it_again(self, desk: Desk, kept: Kept) -> None:
        listing_id = await submitted(desk, await admitted(desk))
        officer = an_officer(PROVINCE)
        await review_listing(desk, officer, listing_id, REJECT)
        async with kept.unchanged():
            with pytest.raises(ReopenedFromAbove):
                await review_listing(desk, officer, listing_id, REOPEN)
        await review_listing(desk, an_officer(PROVINCE), listing_id, REOPEN)

    async def test_takes_the_version_before_off_sale_too(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        listing_id = await on_sale(desk, seller)
        await put_listing(desk, seller.person, listing_id, a_listing(seller.id, name="进口生姜"))
        await submit_listing(desk, seller.person, listing_id)
        await review_listing(desk, an_officer(COUNTY), listing_id, REJECT)
        with pytest.raises(ListingNotFound):
            await get_listing(desk, None, listing_id)
        assert (await kept.types_said())[-1] == "listing.withdrawn"
        assert await kept.value("SELECT count(*) FROM on_sale") == 0

    async def test_wants_a_reason_and_something_submitted(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        listing_id, shown = await submitted(desk, seller), await on_sale(desk, seller)
        async with kept.unchanged():
            for outcome in (ListingOutcome.REJECT, ListingOutcome.REOPEN):
                with pytest.raises(InvalidFields):
                    await review_listing(desk, an_officer(COUNTY), listing_id, ReviewListing(outcome=outcome))
            with pytest.raises(WrongState):
                await review_listing(desk, an_officer(COUNTY), shown, REJECT)
            with pytest.raises(WrongState):
                await review_listing(desk, an_officer(PROVINCE), listing_id, REOPEN)
