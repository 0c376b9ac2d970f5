"""A listing goes through its versions, is decided about by officers, and is on sale exactly while it may be."""

import asyncio
import io
from typing import Any
from uuid import UUID

import pytest
from PIL import Image
from pydantic import ValidationError

from services.catalog.domain.listings import (
    AnotherSuppliersListing,
    ListingNotFound,
    ListingOutcome,
    ListingState,
    ListingVersionNotFound,
    NothingToReview,
    NotOnSale,
    PhotoFixed,
    PhotoNotFound,
    PhotoWanted,
    SupplierNotAdmitted,
    TooManyPhotos,
)
from services.catalog.domain.suppliers import ChangedMeanwhile, RevokedSupplier, SupplierNotFound, SupplierOutcome
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.get_listing import get_listing
from services.catalog.usecases.get_listing_photo import PhotoSize, find_listing_photo, get_listing_photo
from services.catalog.usecases.list_listings import list_listings
from services.catalog.usecases.put_listing import put_listing
from services.catalog.usecases.put_listing_photo import put_listing_photo
from services.catalog.usecases.review_listing import ReviewListing, review_listing
from services.catalog.usecases.search_listings import SearchListings
from services.catalog.usecases.submit_listing import submit_listing
from services.catalog.usecases.withdraw_listing import WithdrawListing, withdraw_listing
from shared.contracts.authority import Identity, NotAllowed, OwnRequest, Role, Seat
from shared.db.unit_of_work import Stamp
from shared.errors import InvalidFields
from shared.ids import new_id
from shared.states import WrongState
from tests.build.catalog import (
    COUNTY,
    ELSEWHERE,
    PREFECTURE,
    PROVINCE,
    a_listing,
    a_person,
    a_photo,
    admitted,
    an_officer,
    applied,
    decide,
    on_sale,
    publish,
    submitted,
)
from tests.integration.catalog.conftest import Kept

PUBLISH = ReviewListing(outcome=ListingOutcome.PUBLISH)
RETURN = ReviewListing(outcome=ListingOutcome.RETURN, reason="照片不清")
SUSPEND = ReviewListing(outcome=ListingOutcome.SUSPEND, reason="接到投诉")


class TestPutListing:
    async def test_writes_a_draft_that_nobody_else_sees(self, desk: Desk, kept: Kept) -> None:
        seller, listing_id = await admitted(desk), new_id()
        view = await put_listing(desk, seller.person, listing_id, a_listing(seller.id))
        expected = {
            "listing_version": 1,
            "state": "draft",
            "published_version": None,
            "price_fen": 650,
            "price_fen_per_kg": 1300,
            "category_name": "蔬菜",
            "origin_county_name": "湖南省株洲市茶陵县",
            "harvest_months": [9, 10],
            "first_stock_quantity": 2_000_000,
            "on_sale": False,
            "photo_ids": [],
        }
        assert {name: view[name] for name in expected} == expected
        with pytest.raises(ListingNotFound):
            await get_listing(desk, None, listing_id)
        with pytest.raises(ListingNotFound):
            await get_listing(desk, None, listing_id, 1)
        assert (await get_listing(desk, an_officer(COUNTY), listing_id))["state"] == "draft"

    async def test_the_same_again_changes_nothing(self, desk: Desk, kept: Kept) -> None:
        seller, listing_id = await admitted(desk), new_id()
        first = await put_listing(desk, seller.person, listing_id, a_listing(seller.id))
        async with kept.unchanged():
            assert await put_listing(desk, seller.person, listing_id, a_listing(seller.id)) == first

    async def test_a_double_click_is_one_listing(self, desk: Desk, kept: Kept) -> None:
        seller, listing_id = await admitted(desk), new_id()
        views = await asyncio.gather(
            *(put_listing(desk, seller.person, listing_id, a_listing(seller.id)) for _ in range(4))
        )
        assert all(view == views[0] for view in views)
        assert await kept.value("SELECT count(*) FROM listing_versions") == 1

    async def test_what_is_on_sale_stays_until_another_version_is_published(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        listing_id = await on_sale(desk, seller)
        view = await put_listing(desk, seller.person, listing_id, a_listing(seller.id, price_fen=700))
        assert (view["listing_version"], view["state"], view["published_version"]) == (2, "draft", 1)
        shown = await get_listing(desk, None, listing_id)
        assert (shown["listing_version"], shown["price_fen"], shown["on_sale"]) == (1, 650, True)
        await submit_listing(desk, seller.person, listing_id)
        await publish(desk, listing_id)
        shown = await get_listing(desk, None, listing_id)
        assert (shown["listing_version"], shown["price_fen"]) == (2, 700)
        old = await get_listing(desk, None, listing_id, 1)
        assert (old["price_fen"], old["on_sale"], old["available"]) == (650, False, False)
        with pytest.raises(ListingVersionNotFound):
            await get_listing(desk, None, listing_id, 3)

    async def test_refuses_whoever_is_not_seated_in_the_supplier(self, desk: Desk, kept: Kept) -> None:
        seller, rival = await admitted(desk), await admitted(desk, name="对手")
        listing_id = await on_sale(desk, seller)
        async with kept.unchanged():
            for identity in (rival.person, an_officer(PROVINCE), a_person()):
                with pytest.raises(NotAllowed):
                    await put_listing(desk, identity, listing_id, a_listing(seller.id, price_fen=1))
            with pytest.raises(NotAllowed):
                await put_listing(desk, rival.person, listing_id, a_listing(rival.id))
            with pytest.raises(SupplierNotFound):
                await put_listing(desk, seller.person, new_id(), a_listing(new_id()))

    async def test_stays_with_its_supplier(self, desk: Desk, kept: Kept) -> None:
        one, other = await admitted(desk), await admitted(desk, name="第二家")
        both = Identity(new_id(), new_id(), "两家", (Seat(Role.SUPPLIER, one.id), Seat(Role.SUPPLIER, other.id)))
        listing_id = await on_sale(desk, one)
        async with kept.unchanged():
            with pytest.raises(AnotherSuppliersListing):
                await put_listing(desk, both, listing_id, a_listing(other.id))

    @pytest.mark.parametrize(
        ("terms", "fields"),
        [
            ({"category": "gold"}, ["category"]),
            ({"origin_county_code": "430200"}, ["origin_county_code"]),
            ({"measure": "piece"}, ["unit_quantity"]),
            ({"piece_grams": 60}, ["piece_grams"]),
            ({"minimum_quantity": 700}, ["minimum_quantity"]),
            ({"harvest_months": [9, 9]}, ["harvest_months"]),
        ],
    )
    async def test_names_the_fields_that_need_mending(
        self, desk: Desk, kept: Kept, terms: dict[str, Any], fields: list[str]
    ) -> None:
        seller = await admitted(desk)
        async with kept.unchanged():
            with pytest.raises(InvalidFields) as refused:
                await put_listing(desk, seller.person, new_id(), a_listing(seller.id, **terms))
        assert [problem["field"] for problem in refused.value.facts["errors"]] == fields

    @pytest.mark.parametrize(
        "terms",
        [{"price_fen": 0}, {"price_fen": 1.5}, {"unit_quantity": 0}, {"harvest_months": [13]}, {"name": "x" * 81}],
    )
    def test_bounds_every_figure(self, terms: dict[str, Any]) -> None:
        with pytest.raises(ValidationError):
            a_listing(new_id(), **terms)


class TestSubmitAndReview:
    async def test_publishing_says_all_that_a_buyer_agrees_to(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        listing_id = await on_sale(desk, seller)
        event = (await kept.said())[-1]
        assert event.type == "listing.published"
        assert event.data["on_hand_quantity"] == 2_000_000
        assert event.data["published_at"].startswith("2026-03-02T01:00:00")
        assert event.data["listing"] == {
            "listing_id": str(listing_id),
            "listing_version": 1,
            "supplier_id": str(seller.id),
            "supplier_name": "云阳残疾人帮扶基地",
            "supplier_kind": "disabled_base",
            "name": "茶陵生姜",
            "category": "vegetables",
            "measure": "weight",
            "unit_name": "斤",
            "unit_quantity": 500,
            "piece_grams": None,
            "price_fen": 650,
            "minimum_quantity": 5000,
            "step_quantity": 500,
            "origin_county_code": "430224",
            "price_tiers": [],
            "item_code": "",
            "fields_changed": [],
        }

    async def test_first_stock_is_said_once(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        listing_id = await on_sale(desk, seller)
        await put_listing(desk, seller.person, listing_id, a_listing(seller.id, first_stock_quantity=9))
        await submit_listing(desk, seller.person, listing_id)
        await publish(desk, listing_id)
        event = (await kept.said())[-1]
        assert (event.data["listing"]["listing_version"], event.data["on_hand_quantity"]) == (2, None)

    async def test_wants_a_photo(self, desk: Desk, kept: Kept) -> None:
        seller, listing_id = await admitted(desk), new_id()
        await put_listing(desk, seller.person, listing_id, a_listing(seller.id))
        async with kept.unchanged():
            with pytest.raises(PhotoWanted):
                await submit_listing(desk, seller.person, listing_id)

    async def test_wants_an_admitted_supplier(self, desk: Desk, kept: Kept) -> None:
        seller = await applied(desk)
        listing_id = new_id()
        await put_listing(desk, seller.person, listing_id, a_listing(seller.id))
        await put_listing_photo(desk, seller.person, listing_id, new_id(), a_photo())
        async with kept.unchanged():
            with pytest.raises(SupplierNotAdmitted):
                await submit_listing(desk, seller.person, listing_id)

    async def test_a_revoked_supplier_writes_nothing_more(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        listing_id = await on_sale(desk, seller)
        await decide(desk, seller.id, SupplierOutcome.REVOKE, ground="lapse")
        async with kept.unchanged():
            with pytest.raises(RevokedSupplier):
                await put_listing(desk, seller.person, new_id(), a_listing(seller.id))
            with pytest.raises(RevokedSupplier):
                await put_listing(desk, seller.person, listing_id, a_listing(seller.id, price_fen=1))
            with pytest.raises(RevokedSupplier):
                await put_listing_photo(desk, seller.person, listing_id, new_id(), a_photo())
            with pytest.raises(SupplierNotAdmitted):
                await submit_listing(desk, seller.person, listing_id)

    async def test_only_officers_of_its_county_and_above_decide(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        listing_id = await submitted(desk, seller)
        seats = (*seller.person.seats, *an_officer(PREFECTURE).seats)
        own = Identity(seller.person.account_id, new_id(), "两职", seats)
        async with kept.unchanged():
            for identity in (an_officer(ELSEWHERE), an_officer(COUNTY, Role.AUDITOR), seller.person, a_person()):
                with pytest.raises(NotAllowed):
                    await review_listing(desk, identity, listing_id, PUBLISH)
            with pytest.raises(OwnRequest):
                await review_listing(desk, own, listing_id, PUBLISH)
        assert (await review_listing(desk, an_officer(PREFECTURE), listing_id, PUBLISH))["state"] == "published"

    async def test_of_two_who_decide_at_once_one_wins(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        listing_id = await submitted(desk, seller)
        answers = await asyncio.gather(
            *(review_listing(desk, an_officer(), listing_id, one) for one in (PUBLISH, RETURN, PUBLISH)),
            return_exceptions=True,
        )
        assert sum(isinstance(answer, dict) for answer in answers) == 1
        assert sum(isinstance(answer, ChangedMeanwhile | WrongState) for answer in answers) == 2
        assert await kept.value("SELECT count(*) FROM listing_reviews") == 1
        assert (await kept.types_said()).count("listing.published") <= 1

    async def test_what_was_looked_at_is_what_is_published(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        listing_id = await submitted(desk, seller)
        await put_listing(desk, seller.person, listing_id, a_listing(seller.id, price_fen=999))
        await submit_listing(desk, seller.person, listing_id)
        looked_at = ReviewListing(outcome=ListingOutcome.PUBLISH, listing_version=1)
        async with kept.unchanged():
            with pytest.raises(ChangedMeanwhile) as refused:
                await review_listing(desk, an_officer(), listing_id, looked_at)
        assert refused.value.facts["listing_version"] == 2

    async def test_returned_with_a_reason_then_submitted_again(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        listing_id = await submitted(desk, seller)
        async with kept.unchanged():
            with pytest.raises(InvalidFields):
                await review_listing(desk, an_officer(), listing_id, ReviewListing(outcome=ListingOutcome.RETURN))
        view = await review_listing(desk, an_officer(), listing_id, RETURN)
        assert (view["state"], view["reviews"][0]["reason"]) == ("returned", "照片不清")
        view = await submit_listing(desk, seller.person, listing_id)
        assert (view["state"], view["listing_version"]) == ("submitted", 1)

    async def test_nothing_changed_is_nothing_to_review(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        listing_id = await on_sale(desk, seller)
        async with kept.unchanged():
            with pytest.raises(NothingToReview):
                await submit_listing(desk, seller.person, listing_id)
        await put_listing_photo(desk, seller.person, listing_id, new_id(), a_photo(colour="red"))
        view = await submit_listing(desk, seller.person, listing_id)
        assert (view["state"], view["listing_version"], view["published_version"]) == ("submitted", 2, 1)

    async def test_a_suspended_listing_is_off_sale_at_once(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        listing_id = await on_sale(desk, seller)
        await put_listing(desk, seller.person, listing_id, a_listing(seller.id, price_fen=700))
        view = await review_listing(desk, an_officer(), listing_id, SUSPEND)
        assert (view["state"], view["published_version"], view["reviews"][-1]["listing_version"]) == (
            "suspended",
            None,
            1,
        )
        event = (await kept.said())[-1]
        assert event.type == "listing.withdrawn"
        assert event.data == {"listing_id": str(listing_id), "listing_version": 1, "reason": "接到投诉"}
        assert await kept.value("SELECT count(*) FROM on_sale") == 0
        async with kept.unchanged():
            with pytest.raises(WrongState):
                await review_listing(desk, an_officer(), listing_id, SUSPEND)

    async def test_a_suspension_of_what_is_not_on_sale_is_refused(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        listing_id = await submitted(desk, seller)
        async with kept.unchanged():
            with pytest.raises(NotOnSale):
                await review_listing(desk, an_officer(), listing_id, SUSPEND)

    async def test_a_supplier_suspended_beside_it_never_ends_up_on_sale(self, desk: Desk, kept: Kept) -> None:
        for _ in range(5):
            seller = await admitted(desk)
            listing_id = await submitted(desk, seller)
            await asyncio.gather(
                publish(desk, listing_id),
                decide(desk, seller.id, SupplierOutcome.SUSPEND),
                return_exceptions=True,
            )
            state = await kept.value("SELECT state FROM suppliers WHERE supplier_id = :id", id=seller.id)
            count = await kept.value("SELECT count(*) FROM on_sale WHERE supplier_id = :id", id=seller.id)
            assert (state, count) == ("suspended", 0)


class TestWithdrawListing:
    async def test_a_version_goes_on_sale_once(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        listing_id = await on_sale(desk, seller)
        view = await withdraw_listing(desk, seller.person, listing_id, WithdrawListing(reason="本季售完"))
        assert (view["state"], view["published_version"]) == ("withdrawn", None)
        event = (await kept.said())[-1]
        assert event.data == {"listing_id": str(listing_id), "listing_version": 1, "reason": "本季售完"}
        with pytest.raises(ListingNotFound):
            await get_listing(desk, None, listing_id)
        await submit_listing(desk, seller.person, listing_id)
        view = await publish(desk, listing_id)
        assert (view["listing_version"], view["price_fen"], view["published_version"]) == (2, 650, 2)

    async def test_takes_a_submission_out_of_the_queue_without_a_word(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        listing_id = await submitted(desk, seller)
        before = await kept.types_said()
        view = await withdraw_listing(desk, seller.person, listing_id, WithdrawListing())
        assert view["state"] == "withdrawn"
        assert await kept.types_said() == before

    async def test_refuses_others_and_what_is_not_on_sale(self, desk: Desk, kept: Kept) -> None:
        seller, listing_id = await admitted(desk), new_id()
        await put_listing(desk, seller.person, listing_id, a_listing(seller.id))
        async with kept.unchanged():
            with pytest.raises(NotOnSale):
                await withdraw_listing(desk, seller.person, listing_id, WithdrawListing())
            for identity in (a_person(), an_officer(PROVINCE)):
                with pytest.raises(NotAllowed):
                    await withdraw_listing(desk, identity, listing_id, WithdrawListing())
            with pytest.raises(ListingNotFound):
                await withdraw_listing(desk, seller.person, new_id(), WithdrawListing())

    async def test_a_repeat_is_one_withdrawal(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        listing_id = await on_sale(desk, seller)
        once = Stamp("withdraw_listing:x", "k", "a")
        views = await asyncio.gather(
            *(withdraw_listing(desk, seller.person, listing_id, WithdrawListing(), once=once) for _ in range(3))
        )
        assert all(view == views[0] for view in views)
        assert (await kept.types_said()).count("listing.withdrawn") == 1


class TestPhotos:
    async def test_are_seen_once_published_and_by_their_own_before(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        listing_id = await submitted(desk, seller)
        [photo_id] = map(UUID, (await get_listing(desk, seller.person, listing_id))["photo_ids"])
        for identity in (None, a_person(), an_officer(ELSEWHERE)):
            with pytest.raises(PhotoNotFound):
                await find_listing_photo(desk, identity, listing_id, photo_id, PhotoSize.FULL)
        assert not (await find_listing_photo(desk, an_officer(), listing_id, photo_id, PhotoSize.FULL)).is_public
        await publish(desk, listing_id)
        found = await find_listing_photo(desk, None, listing_id, photo_id, PhotoSize.THUMB)
        assert found.is_public
        body = (await get_listing_photo(desk, found)).body
        with Image.open(io.BytesIO(body)) as image:
            assert (image.format, image.size) == ("JPEG", (60, 40))

    async def test_one_put_after_publication_waits_for_review(self, desk: Desk, kept: Kept) -> None:
        seller, photo_id = await admitted(desk), new_id()
        listing_id = await on_sale(desk, seller)
        await put_listing_photo(desk, seller.person, listing_id, photo_id, a_photo(colour="red"))
        with pytest.raises(PhotoNotFound):
            await find_listing_photo(desk, None, listing_id, photo_id, PhotoSize.FULL)
        assert len((await get_listing(desk, None, listing_id))["photo_ids"]) == 1

    async def test_the_same_bytes_again_change_nothing_and_others_are_refused(self, desk: Desk, kept: Kept) -> None:
        seller, photo_id = await admitted(desk), new_id()
        listing_id = await on_sale(desk, seller)
        body = a_photo(2000, 1000)
        view = await put_listing_photo(desk, seller.person, listing_id, photo_id, body)
        assert (view["width_pixels"], view["height_pixels"], view["position"]) == (1600, 800, 2)
        async with kept.unchanged():
            assert await put_listing_photo(desk, seller.person, listing_id, photo_id, body) == view
            with pytest.raises(PhotoFixed):
                await put_listing_photo(desk, seller.person, listing_id, photo_id, a_photo(10, 10))
            for identity in (a_person(), an_officer(PROVINCE)):
                with pytest.raises(NotAllowed):
                    await put_listing_photo(desk, identity, listing_id, new_id(), body)

    async def test_at_most_eight_whoever_comes_at_once(self, desk: Desk, kept: Kept) -> None:
        seller, listing_id = await admitted(desk), new_id()
        await put_listing(desk, seller.person, listing_id, a_listing(seller.id))
        answers = await asyncio.gather(
            *(put_listing_photo(desk, seller.person, listing_id, new_id(), a_photo(10 + n, 10)) for n in range(11)),
            return_exceptions=True,
        )
        assert sum(isinstance(answer, TooManyPhotos) for answer in answers) == 3
        positions = await kept.value("SELECT array_agg(position ORDER BY position) FROM listing_photos")
        assert positions == [1, 2, 3, 4, 5, 6, 7, 8]


class TestListListings:
    async def test_each_sees_their_own_work(self, desk: Desk) -> None:
        one, other = await admitted(desk), await admitted(desk, county_code="430102")
        first, second, third = (
            await submitted(desk, one),
            await submitted(desk, other),
            await submitted(desk, one, name="茶油"),
        )

        async def ids(identity: Identity, state: ListingState = ListingState.SUBMITTED, **query: Any) -> list[str]:
            page = await list_listings(desk, identity, state, SearchListings(**query))
            return [item["listing_id"] for item in page["items"]]

        assert await ids(one.person) == [str(first), str(third)]
        assert await ids(one.person, ListingState.DRAFT) == []
        assert await ids(an_officer(COUNTY)) == [str(first), str(third)]
        assert await ids(an_officer(PROVINCE)) == [str(first), str(second), str(third)]
        assert await ids(an_officer(PROVINCE), supplier=other.id) == [str(second)]
        assert await ids(a_person()) == []
        page = await list_listings(desk, an_officer(PROVINCE), ListingState.SUBMITTED, SearchListings(limit=2))
        rest = SearchListings(limit=2, cursor=page["next"])
        last = await list_listings(desk, an_officer(PROVINCE), ListingState.SUBMITTED, rest)
        assert [item["listing_id"] for item in last["items"]] == [str(third)]
        assert last["next"] is None
