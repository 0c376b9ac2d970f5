"""All that is said of goods is kept with its version, shown to buyers, and told to order as far as they agree to it."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import orjson
import pytest
import sqlalchemy as sa

from services.catalog.domain.filings import FilingSubject
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.get_listing import get_listing
from services.catalog.usecases.put_listing import put_listing
from services.catalog.usecases.repeat_listing import RepeatListing, repeat_listing
from services.catalog.usecases.search_listings import SearchListings, search_listings
from services.catalog.usecases.submit_listing import submit_listing
from shared.clock import SettableClock
from shared.errors import InvalidFields
from shared.ids import new_id
from tests.build.catalog import COUNTY, a_listing, admitted, an_officer, on_sale, publish
from tests.build.filings import confirmed, decided, filed
from tests.integration.catalog.conftest import NOW, Kept

TERMS: dict[str, Any] = {
    "item_code": "ginger",
    "specification": "每块100克以上",
    "price_tiers": [{"from_quantity": 50_000, "price_fen": 600}],
    "shelf_life_days": 30,
    "storage": "cool",
    "delivery_areas": ["430224", "430200"],
    "lead_days": 2,
    "main_ingredient": "姜",
    "origin_shares": [{"county_code": "430224", "share_bp": 10_000}],
    "explanation": "今年雨水多，收成减半",
}


class TestTerms:
    async def test_are_shown_as_they_were_said_but_for_the_explanation(self, desk: Desk) -> None:
        listing_id = await on_sale(desk, await admitted(desk), **TERMS)
        shown = await get_listing(desk, None, listing_id)
        expected = {
            **TERMS,
            "item_name": "姜",
            "delivery_areas": ["430200", "430224"],
            "origin_shares": [
                {"county_code": "430224", "share_bp": 10_000, "county_name": "湖南省株洲市茶陵县"},
            ],
        }
        expected.pop("explanation")
        assert {name: shown[name] for name in expected} == expected
        assert "explanation" not in shown
        assert (await get_listing(desk, an_officer(COUNTY), listing_id))["explanation"] == TERMS["explanation"]

    async def test_stand_in_the_line_of_a_list_as_far_as_a_buyer_compares(self, desk: Desk) -> None:
        await on_sale(desk, await admitted(desk), **TERMS)
        (line,) = orjson.loads(await search_listings(desk, SearchListings(q="生姜")))["items"]
        compared = ("price_tiers", "item_code", "specification")
        assert {name: line[name] for name in compared} == {name: TERMS[name] for name in compared}
        assert "explanation" not in line

    async def test_that_are_left_out_are_not_told(self, desk: Desk) -> None:
        listing_id = await on_sale(desk, await admitted(desk))
        shown = await get_listing(desk, None, listing_id)
        nothing: dict[str, Any] = {
            "item_code": "",
            "price_tiers": [],
            "storage": None,
            "delivery_areas": [],
            "certificate_ids": [],
        }
        assert {name: shown[name] for name in nothing} == nothing

    async def test_the_same_again_changes_nothing_in_whatever_order(self, desk: Desk, kept: Kept) -> None:
        seller, listing_id = await admitted(desk), new_id()
        first = await put_listing(desk, seller.person, listing_id, a_listing(seller.id, **TERMS))
        again = {**TERMS, "delivery_areas": TERMS["delivery_areas"][::-1]}
        async with kept.unchanged():
            assert await put_listing(desk, seller.person, listing_id, a_listing(seller.id, **again)) == first

    async def test_each_that_differs_is_another_version_and_is_named_when_it_is_published(
        self, desk: Desk, kept: Kept
    ) -> None:
        seller = await admitted(desk)
        listing_id = await on_sale(desk, seller, **TERMS)
        other = {**TERMS, "price_tiers": [], "storage": "chilled", "explanation": "", "price_fen": 700}
        await put_listing(desk, seller.person, listing_id, a_listing(seller.id, **other))
        await submit_listing(desk, seller.person, listing_id)
        await publish(desk, listing_id)
        first, second = [one.data for one in await kept.said() if one.type == "listing.published"]
        assert first["listing"]["price_tiers"] == TERMS["price_tiers"]
        assert (first["listing"]["item_code"], first["listing"]["fields_changed"]) == ("ginger", [])
        assert second["listing"]["price_tiers"] == []
        assert second["listing"]["fields_changed"] == ["price_fen", "price_tiers", "storage"]

    @pytest.mark.parametrize(
        ("other", "field"),
        [
            ({"item_code": "apple"}, "item_code"),
            ({"price_tiers": [{"from_quantity": 5_000, "price_fen": 600}]}, "price_tiers.0.from_quantity"),
            ({"price_tiers": [{"from_quantity": 50_000, "price_fen": 650}]}, "price_tiers.0.price_fen"),
            ({"delivery_areas": ["999999"]}, "delivery_areas.0"),
            ({"origin_shares": [{"county_code": "430200", "share_bp": 1}]}, "origin_shares.0.county_code"),
            ({"certificate_ids": [str(new_id())]}, "certificate_ids.0"),
        ],
    )
    async def test_that_do_not_hold_together_are_refused_by_name(
        self, desk: Desk, kept: Kept, other: dict[str, Any], field: str
    ) -> None:
        seller = await admitted(desk)
        async with kept.unchanged():
            with pytest.raises(InvalidFields) as refused:
                await put_listing(desk, seller.person, new_id(), a_listing(seller.id, **{**TERMS, **other}))
        assert [error["field"] for error in refused.value.facts["errors"]] == [field]


class TestCertificates:
    async def test_are_the_suppliers_own(self, desk: Desk, kept: Kept) -> None:
        seller, rival = await admitted(desk), await admitted(desk, name="对手")
        own = await filed(desk, seller, FilingSubject.CERTIFICATE)
        theirs = await filed(desk, rival, FilingSubject.CERTIFICATE)
        view = await put_listing(desk, seller.person, new_id(), a_listing(seller.id, certificate_ids=[own]))
        assert view["certificate_ids"] == [str(own)]
        async with kept.unchanged():
            with pytest.raises(InvalidFields) as refused:
                await put_listing(desk, seller.person, new_id(), a_listing(seller.id, certificate_ids=[own, theirs]))
        assert [error["field"] for error in refused.value.facts["errors"]] == ["certificate_ids.1"]

    async def test_that_hold_no_longer_let_nothing_be_repeated_without_a_review(
        self, desk: Desk, clock: SettableClock
    ) -> None:
        seller = await admitted(desk)
        own = await confirmed(desk, seller, FilingSubject.CERTIFICATE)
        await on_sale(desk, seller, certificate_ids=[own])
        again = RepeatListing(supplier_id=seller.id)
        assert (await repeat_listing(desk, seller.person, new_id(), again))["state"] == "published"
        async with desk.uow.glance() as tx:
            until = await tx.value(sa.text("SELECT valid_to FROM certificates"))
        clock.set(datetime.combine(until + timedelta(days=1), time(9), tzinfo=UTC))
        assert (await repeat_listing(desk, seller.person, new_id(), again))["state"] == "submitted"

    async def test_are_shown_to_anyone_while_they_hold_of_such_goods(self, desk: Desk, clock: SettableClock) -> None:
        seller, subject = await admitted(desk), FilingSubject.CERTIFICATE
        green = await confirmed(desk, seller, subject, valid_to="2026-03-10")
        commitment = await confirmed(
            desk, seller, subject, kind="commitment", item_codes=[], number=None, valid_to=None
        )
        others = [
            await filed(desk, seller, subject, kind="organic"),
            await confirmed(desk, seller, subject, item_codes=["garlic"]),
            await confirmed(desk, seller, subject, kind="business_licence", item_codes=[]),
            await confirmed(desk, seller, subject, kind="gi", valid_from="2026-03-03"),
        ]
        await decided(desk, seller, subject, ended := await confirmed(desk, seller, subject, kind="gi"), "end")
        named = [green, commitment, *others, ended]
        listing_id = await on_sale(desk, seller, item_code="ginger", certificate_ids=named)
        told = (await get_listing(desk, None, listing_id))["certificates"]
        assert [one["certificate_id"] for one in told] == [str(commitment), str(green)]
        assert told[1] == {
            "certificate_id": str(green),
            "kind": "green",
            "kind_name": "绿色食品",
            "title": "绿色食品证书",
            "issuer": "中国绿色食品发展中心",
            "number": "LB-15-24061200001A",
            "valid_from": "2024-06-01",
            "valid_to": "2026-03-10",
        }
        with clock.at(NOW + timedelta(days=9)):
            told = (await get_listing(desk, None, listing_id))["certificates"]
            assert [one["kind"] for one in told] == ["commitment", "gi"]
