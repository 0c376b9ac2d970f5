"""A listing's papers prove its price and origin to officers, stay hidden from buyers, and old photos stay readable."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.catalog.domain.listings import ListingNotFound, ListingOutcome, PhotoNotFound
from services.catalog.domain.origin import OriginUnproven, PaperPurpose
from services.catalog.usecases.change_price import change_price
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.get_listing import get_listing
from services.catalog.usecases.get_listing_paper import get_listing_paper
from services.catalog.usecases.get_listing_photo import PhotoSize, find_listing_photo
from services.catalog.usecases.link_files import get_linked_file, link_listing_paper
from services.catalog.usecases.put_listing import put_listing
from services.catalog.usecases.put_listing_paper import put_listing_paper
from services.catalog.usecases.put_listing_photo import put_listing_photo
from services.catalog.usecases.repeat_listing import RepeatListing, repeat_listing
from services.catalog.usecases.review_listing import ReviewListing, review_listing
from services.catalog.usecases.submit_listing import submit_listing
from services.catalog.usecases.withdraw_listing import WithdrawListing, withdraw_listing
from shared.clock import SettableClock
from shared.contracts.authority import NotAllowed, Role, Seat
from shared.files.links import LINK_SECONDS, Link, LinkDead
from shared.ids import new_id
from shared.papers.evidence import DOCUMENTS_MAX, EvidenceFixed, EvidenceUnknown, TooMuchEvidence
from shared.papers.paper import Paper
from tests.build.catalog import (
    COUNTY,
    PROVINCE,
    Seller,
    a_listing,
    a_person,
    a_photo,
    admitted,
    an_officer,
    on_sale,
    publish,
    submitted,
)
from tests.build.papers import PDF
from tests.build.prices import a_price, an_id_made_at
from tests.integration.catalog.conftest import NOW, Kept

TOFU: dict[str, Any] = {"name": "攸县香干", "item_code": "tofu", "category": "processed"}


def a_paper(document_id: UUID | None = None, name: str = "证明.pdf", body: bytes = PDF) -> Paper:
    return Paper(document_id or new_id(), name, body, "application/pdf")


async def file(desk: Desk, seller: Seller, listing_id: UUID, purpose: PaperPurpose, paper: Paper | None = None) -> Any:
    return await put_listing_paper(desk, seller.person, listing_id, purpose, paper or a_paper())


class TestPapers:
    async def test_are_filed_once_and_read_by_whoever_may(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        listing_id, paper = await on_sale(desk, seller), a_paper()
        view, new = await file(desk, seller, listing_id, PaperPurpose.PRICE_PROOF, paper)
        assert (new, view["purpose"], view["name"], view["size_bytes"]) == (True, "price_proof", "证明.pdf", len(PDF))
        async with kept.unchanged():
            assert await file(desk, seller, listing_id, PaperPurpose.PRICE_PROOF, paper) == (view, False)
        auditor = an_officer(PROVINCE, Role.AUDITOR)
        for reader in (seller.person, an_officer(COUNTY), auditor):
            record, found = await get_listing_paper(desk, reader, listing_id, paper.document_id)
            assert (record["name"], found.body) == ("证明.pdf", PDF)
        assert (await get_listing(desk, auditor, listing_id))["papers"] == [view]

    async def test_no_buyer_sees_one(self, desk: Desk, kept: Kept) -> None:
        seller, rival = await admitted(desk), await admitted(desk, name="对手")
        listing_id, paper = await on_sale(desk, seller), a_paper()
        await file(desk, seller, listing_id, PaperPurpose.PRICE_PROOF, paper)
        buyer = a_person(Seat(Role.BUYER, new_id(), COUNTY))
        packer = a_person(Seat(Role.PACKER, seller.id))
        async with kept.unchanged():
            for other in (buyer, rival.person, packer, an_officer("/430000/430100/")):
                with pytest.raises(NotAllowed):
                    await get_listing_paper(desk, other, listing_id, paper.document_id)
                with pytest.raises(NotAllowed):
                    await link_listing_paper(desk, other, listing_id, paper.document_id)
            with pytest.raises(EvidenceUnknown):
                await get_listing_paper(desk, seller.person, listing_id, new_id())
            with pytest.raises(ListingNotFound):
                await get_listing_paper(desk, seller.person, new_id(), paper.document_id)
        assert "papers" not in await get_listing(desk, None, listing_id)

    async def test_do_not_change_and_have_a_bound(self, desk: Desk, kept: Kept) -> None:
        seller = await admitted(desk)
        listing_id, paper = await on_sale(desk, seller), a_paper()
        await file(desk, seller, listing_id, PaperPurpose.ORIGIN, paper)
        async with kept.unchanged():
            with pytest.raises(EvidenceFixed):
                await file(desk, seller, listing_id, PaperPurpose.PRICE_PROOF, paper)
            with pytest.raises(EvidenceFixed):
                await file(desk, seller, listing_id, PaperPurpose.ORIGIN, a_paper(paper.document_id, "别的.pdf"))
        more = [a_paper() for _ in range(DOCUMENTS_MAX + 2)]
        answers = await asyncio.gather(
            *(file(desk, seller, listing_id, PaperPurpose.ORIGIN, one) for one in more), return_exceptions=True
        )
        assert sum(isinstance(one, tuple) for one in answers) == DOCUMENTS_MAX - 1
        assert {type(one) for one in answers if not isinstance(one, tuple)} == {TooMuchEvidence}

    async def test_are_opened_by_a_link_for_some_minutes(self, desk: Desk, clock: SettableClock) -> None:
        seller = await admitted(desk)
        listing_id, paper = await on_sale(desk, seller), a_paper()
        await file(desk, seller, listing_id, PaperPurpose.ORIGIN, paper)
        await link_listing_paper(desk, an_officer(COUNTY), listing_id, paper.document_id)
        link = desk.links.link("listing-paper", listing_id, paper.document_id, new_id())
        name, found = await get_linked_file(desk, paper.document_id, link)
        assert (name, found.body) == ("证明.pdf", PDF)
        for other in (
            Link.model_validate(link.model_dump() | {"of": new_id()}),
            desk.links.link("supplier-document", listing_id, paper.document_id, new_id()),
        ):
            with pytest.raises(LinkDead):
                await get_linked_file(desk, paper.document_id, other)
        clock.set(clock.now() + timedelta(seconds=LINK_SECONDS + 1))
        with pytest.raises(LinkDead):
            await get_linked_file(desk, paper.document_id, link)


class TestOriginOfProcessedGoods:
    async def test_wants_a_paper_before_it_is_submitted(self, desk: Desk, kept: Kept) -> None:
        seller, listing_id = await admitted(desk), new_id()
        await put_listing(desk, seller.person, listing_id, a_listing(seller.id, **TOFU))
        await put_listing_photo(desk, seller.person, listing_id, new_id(), a_photo(), "image/jpeg")
        await file(desk, seller, listing_id, PaperPurpose.PRICE_PROOF)
        async with kept.unchanged():
            with pytest.raises(OriginUnproven):
                await submit_listing(desk, seller.person, listing_id)
        await file(desk, seller, listing_id, PaperPurpose.ORIGIN)
        assert (await submit_listing(desk, seller.person, listing_id))["state"] == "submitted"
        await publish(desk, listing_id)
        event = (await kept.said())[-1]
        assert event.data["listing"]["origin_county_code"] == "430224"

    async def test_wants_one_at_a_new_price_or_offered_again_though_it_came_on_sale_without(
        self, desk: Desk, kept: Kept, owner: Any
    ) -> None:
        seller, listing_id = await admitted(desk), new_id()
        await put_listing(desk, seller.person, listing_id, a_listing(seller.id, **TOFU))
        await put_listing_photo(desk, seller.person, listing_id, new_id(), a_photo(), "image/jpeg")
        await file(desk, seller, listing_id, PaperPurpose.ORIGIN)
        await submit_listing(desk, seller.person, listing_id)
        await publish(desk, listing_id)
        await owner.execute("TRUNCATE listing_papers")  # As of a listing that was published before papers were.
        for price in (a_price(660), a_price(6_500)):
            async with kept.unchanged():
                with pytest.raises(OriginUnproven):
                    await change_price(desk, seller.person, listing_id, an_id_made_at(NOW), price)
        again = RepeatListing(supplier_id=seller.id)
        async with kept.unchanged():
            with pytest.raises(OriginUnproven):
                await repeat_listing(desk, seller.person, new_id(), again)
        await file(desk, seller, listing_id, PaperPurpose.ORIGIN)
        changed = await change_price(desk, seller.person, listing_id, an_id_made_at(NOW), a_price(660))
        assert changed["outcome"] == "published"
        assert (await repeat_listing(desk, seller.person, new_id(), again))["state"] == "published"

    async def test_is_empty_where_no_county_has_over_half_and_is_sold_all_the_same(
        self, desk: Desk, kept: Kept
    ) -> None:
        halves = [{"county_code": code, "share_bp": 5_000} for code in ("430224", "430225")]
        seller = await admitted(desk)
        mixed = {**TOFU, "origin_county_code": "", "origin_shares": halves}
        listing_id = await on_sale(desk, seller, **mixed)
        shown = await get_listing(desk, None, listing_id)
        assert (shown["origin_county_code"], shown["origin_county_name"], shown["on_sale"]) == ("", "", True)
        assert (await kept.said())[-1].data["listing"]["origin_county_code"] == ""

    async def test_follows_from_the_shares(self, desk: Desk) -> None:
        most = [{"county_code": "430225", "share_bp": 6_000}]
        seller, listing_id = await admitted(desk), new_id()
        mostly = a_listing(seller.id, **{**TOFU, "origin_county_code": "", "origin_shares": most})
        assert (await put_listing(desk, seller.person, listing_id, mostly))["origin_county_code"] == "430225"
        assert (await put_listing(desk, seller.person, listing_id, mostly))["listing_version"] == 1

    async def test_of_what_is_not_processed_wants_none(self, desk: Desk) -> None:
        await submitted(desk, await admitted(desk), item_code="ginger")


class TestEarlierPhotos:
    async def test_stay_readable_for_whom_an_order_names_the_version(self, desk: Desk) -> None:
        seller = await admitted(desk)
        listing_id = await on_sale(desk, seller)
        (photo,) = (await get_listing(desk, None, listing_id))["photo_ids"]
        unseen = new_id()
        await put_listing_photo(desk, seller.person, listing_id, unseen, a_photo(colour="seagreen"), "image/jpeg")
        await withdraw_listing(desk, seller.person, listing_id, WithdrawListing())
        assert (await find_listing_photo(desk, None, listing_id, UUID(photo), PhotoSize.FULL)).is_public
        with pytest.raises(PhotoNotFound):
            await find_listing_photo(desk, None, listing_id, unseen, PhotoSize.FULL)

    async def test_of_what_was_suspended_are_for_its_people_and_officers(self, desk: Desk) -> None:
        seller = await admitted(desk)
        listing_id = await on_sale(desk, seller)
        (photo,) = (await get_listing(desk, None, listing_id))["photo_ids"]
        stop = ReviewListing(outcome=ListingOutcome.SUSPEND, reason="照片盗用")
        await review_listing(desk, an_officer(COUNTY), listing_id, stop)
        with pytest.raises(PhotoNotFound):
            await find_listing_photo(desk, None, listing_id, UUID(photo), PhotoSize.FULL)
        assert not (await find_listing_photo(desk, seller.person, listing_id, UUID(photo), PhotoSize.FULL)).is_public
