"""Reference prices bind once a second officer takes them; outside a band a seller explains, and buyers see it."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.catalog.domain.bands import PriceUnexplained
from services.catalog.domain.origin import PaperPurpose
from services.catalog.usecases.change_price import ChangePrice, change_price
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.get_flags import ListFlags, get_flag, list_flags
from services.catalog.usecases.get_listing import get_listing
from services.catalog.usecases.import_prices import (
    PriceImportUnknown,
    PutPriceImport,
    accept_price_import,
    get_price_import,
    price_import_worker,
    put_price_import,
)
from services.catalog.usecases.price_band import see_price_bands
from services.catalog.usecases.put_listing import put_listing
from services.catalog.usecases.put_listing_paper import put_listing_paper
from services.catalog.usecases.submit_listing import submit_listing
from shared.clock import SettableClock
from shared.contracts.authority import Identity, NotAllowed, OwnRequest
from shared.contracts.order import AcceptanceRecorded
from shared.errors import InvalidFields
from shared.ids import new_id
from shared.imports.taking import ImportDiffers, NothingToAccept
from shared.papers.paper import Paper
from shared.tables.opening import ImportUnreadable
from tests.build.catalog import COUNTY, PROVINCE, Seller, a_listing, admitted, an_officer, on_sale, publish, submitted
from tests.build.papers import PDF
from tests.build.prices import an_id_made_at
from tests.build.sold import a_line, accepted, hear
from tests.integration.catalog.conftest import NOW, Kept

HEADER = "品种,报价日期,计价单位,最低价,中间价,最高价,地区或市场"
GINGER = "姜,2026-03-01,斤,4.00,5.00,6.00,长沙红星市场"
"""8 to 12 yuan a kilogram; ginger at 6.50 a jin is above it."""


def a_file(*rows: str) -> bytes:
    return "\n".join([HEADER, *rows]).encode()


async def worked(desk: Desk) -> None:
    """Let the background do all that there is to do."""
    worker = price_import_worker(desk)
    while await worker.step():
        pass


async def brought(desk: Desk, *rows: str, demo: bool = False) -> tuple[UUID, Identity]:
    """Have an officer of the province bring a file, and let it be checked."""
    import_id, officer = new_id(), an_officer(PROVINCE)
    command = PutPriceImport(source="批发价格周报", name="prices.csv", demo=demo)
    await put_price_import(desk, officer, import_id, command, a_file(*rows))
    await worked(desk)
    return import_id, officer


async def referenced(desk: Desk, *rows: str, demo: bool = False) -> None:
    """Have reference prices brought by one officer, and taken by another."""
    import_id, _ = await brought(desk, *rows, demo=demo)
    await accept_price_import(desk, an_officer(PROVINCE), import_id)
    await worked(desk)


async def band_seen(desk: Desk, listing: UUID) -> dict[str, Any]:
    found: dict[str, Any] = (await get_listing(desk, None, listing))["price_band"]
    return found


class TestImport:
    async def test_tells_what_is_wrong_with_which_row(self, desk: Desk) -> None:
        import_id, officer = await brought(
            desk,
            GINGER,
            "独角兽,2026-03-01,斤,1,2,3,",
            "土豆,2026-03-01,筐,1,2,3,",
            "马铃薯,2026-03-03,公斤,1,2,3,",
            "马铃薯,2026-03-01,公斤,3,2,1,",
            GINGER,
        )
        told = await get_price_import(desk, officer, import_id, limit=50, cursor=None)
        assert (told["state"], told["good"], told["bad"]) == ("checked", 1, 5)
        wrong = [(row["row"], [error["field"] for error in row["errors"]]) for row in told["rows"]]
        assert wrong == [(3, ["item"]), (4, ["unit"]), (5, ["priced_on"]), (6, ["median"]), (7, ["item"])]
        assert [row["errors"][0]["value"] for row in told["rows"][2:]] == ["2026-03-03", "2.00", "姜"]

    async def test_binds_nobody_before_another_takes_it(self, desk: Desk, kept: Kept) -> None:
        import_id, officer = await brought(desk, GINGER)
        async with kept.unchanged():
            with pytest.raises(OwnRequest):
                await accept_price_import(desk, officer, import_id)
            with pytest.raises(NotAllowed):
                await accept_price_import(desk, an_officer(COUNTY), import_id)
            with pytest.raises(PriceImportUnknown):
                await accept_price_import(desk, an_officer(PROVINCE), new_id())
        assert (await see_price_bands(desk, "ginger"))["bands"] == []
        await accept_price_import(desk, an_officer(PROVINCE), import_id)
        await worked(desk)
        with pytest.raises(NothingToAccept):
            await accept_price_import(desk, an_officer(PROVINCE), import_id)
        (band,) = (await see_price_bands(desk, "ginger"))["bands"]
        assert (band["low_fen_per_kg"], band["mid_fen_per_kg"], band["high_fen_per_kg"]) == (800, 1_000, 1_200)
        assert (band["source"], band["source_name"], band["age_days"], band["binds"]) == (
            "imported",
            "批发价格周报",
            1,
            True,
        )

    async def test_the_same_file_again_is_known_and_another_is_refused(self, desk: Desk, kept: Kept) -> None:
        import_id, officer = await brought(desk, GINGER)
        command = PutPriceImport(source="批发价格周报", name="prices.csv")
        async with kept.unchanged():
            _, new = await put_price_import(desk, officer, import_id, command, a_file(GINGER))
            assert not new
            with pytest.raises(ImportDiffers):
                await put_price_import(desk, officer, import_id, command, a_file())
            with pytest.raises(ImportUnreadable):
                await put_price_import(desk, officer, new_id(), command, b"a,b\n1,2\n")
            with pytest.raises(NotAllowed):
                await put_price_import(desk, an_officer(COUNTY), new_id(), command, a_file(GINGER))


class TestSubmit:
    async def _written(self, desk: Desk, **said: Any) -> tuple[Seller, UUID]:
        """Have ginger written and published once before there was a band, and written anew."""
        seller = await admitted(desk)
        listing = await on_sale(desk, seller, item_code="ginger")
        await referenced(desk, GINGER)
        await put_listing(desk, seller.person, listing, a_listing(seller.id, item_code="ginger", **said))
        return seller, listing

    async def test_outside_the_band_is_explained_first(self, desk: Desk, kept: Kept) -> None:
        seller, listing = await self._written(desk, price_fen=640)
        async with kept.unchanged():
            with pytest.raises(PriceUnexplained) as refused:
                await submit_listing(desk, seller.person, listing)
        assert refused.value.facts["verdict"] == "above"
        assert refused.value.facts["high_fen_per_kg"] == 1_200
        explained = a_listing(seller.id, item_code="ginger", price_fen=640, explanation="有机种植，人工除草")
        await put_listing(desk, seller.person, listing, explained)
        async with kept.unchanged():
            with pytest.raises(PriceUnexplained):
                await submit_listing(desk, seller.person, listing)
        proof = Paper(new_id(), "发票.pdf", PDF, "application/pdf")
        await put_listing_paper(desk, seller.person, listing, PaperPurpose.PRICE_PROOF, proof)
        assert (await submit_listing(desk, seller.person, listing))["state"] == "submitted"

    async def test_within_it_nothing_is_asked(self, desk: Desk) -> None:
        seller, listing = await self._written(desk, price_fen=600)
        assert (await submit_listing(desk, seller.person, listing))["state"] == "submitted"

    async def test_a_small_change_out_of_it_waits_for_an_officer(self, desk: Desk) -> None:
        seller = await admitted(desk)
        listing = await on_sale(desk, seller, item_code="ginger", price_fen=590)
        await referenced(desk, GINGER)
        told = []
        for seen, fen in ((1, 600), (2, 610)):
            made, command = an_id_made_at(NOW + timedelta(seconds=seen)), ChangePrice(price_fen=fen, seen_version=seen)
            told.append((await change_price(desk, seller.person, listing, made, command))["outcome"])
        assert told == ["published", "submitted"]

    async def test_a_demo_and_an_old_price_ask_nothing(self, desk: Desk, clock: SettableClock) -> None:
        seller = await admitted(desk)
        await referenced(desk, GINGER, demo=True)
        listing = await submitted(desk, seller, item_code="ginger")
        await publish(desk, listing)
        band = await band_seen(desk, listing)
        assert (band["verdict"], band["demo"], band["binds"]) == ("above", True, False)
        await referenced(desk, GINGER)
        assert (await band_seen(desk, listing))["demo"] is False
        clock.set(NOW + timedelta(days=92))
        await submitted(desk, seller, name="陈年生姜", item_code="ginger")

    async def test_goods_without_an_item_have_no_verdict(self, desk: Desk) -> None:
        await referenced(desk, GINGER)
        listing = await on_sale(desk, await admitted(desk))
        assert (await get_listing(desk, None, listing))["price_band"] is None


class TestFarPrices:
    """Ginger at 13 yuan the jin is 26 yuan a kilogram: more than twice 12, the top of its band."""

    async def _sold(self, desk: Desk, listing: UUID, seller: Seller, price_fen: int = 1_300) -> None:
        await hear(desk, accepted(seller.id, a_line(listing, 1_000, price_fen=price_fen)))

    async def test_that_nobody_explained_are_flagged_line_by_line(self, desk: Desk) -> None:
        seller = await admitted(desk)
        listing = await on_sale(desk, seller, item_code="ginger")
        await referenced(desk, GINGER)
        await self._sold(desk, listing, seller, price_fen=1_200)
        assert (await list_flags(desk, seller.person, ListFlags()))["items"] == []
        for lines in (1, 2):
            await self._sold(desk, listing, seller)
            (flag,) = (await list_flags(desk, seller.person, ListFlags()))["items"]
            assert (flag["kind"], flag["state"], flag["version"]) == ("price", "open", lines)
            assert (flag["evidence"]["lines"], flag["evidence"]["per_kg_fen"]) == (lines, 2_600)
            assert flag["reason_en"].startswith("Ginger, 2026: sold at CNY 26.00 a kilogram, far from its band of ")
        told = await get_flag(desk, seller.person, UUID(flag["flag_id"]))
        assert len(told["lots"]) == 2

    async def test_that_were_explained_or_are_of_a_demo_are_not(self, desk: Desk) -> None:
        seller = await admitted(desk)
        explained = await on_sale(desk, seller, item_code="ginger", explanation="有机种植")
        plain = await on_sale(desk, seller, item_code="ginger", name="普通生姜")
        await referenced(desk, GINGER, demo=True)
        await self._sold(desk, plain, seller)
        await referenced(desk, GINGER)
        await self._sold(desk, explained, seller)
        assert (await list_flags(desk, seller.person, ListFlags()))["items"] == []


class TestABatch:
    async def test_holds_each_line_against_its_own_days(self, desk: Desk) -> None:
        """26.20 yuan a kilogram is not far from December's 20, and is far from what was paid since: 12.80 to 12.90."""
        sellers = [await admitted(desk) for _ in range(3)]
        listings = [await on_sale(desk, one, item_code="ginger") for one in sellers]

        def sold(place: int, price_fen: int, on: date, grams: int = 10_000) -> AcceptanceRecorded:
            line = a_line(listings[place % 3], grams, price_fen=price_fen)
            return accepted(sellers[place % 3].id, line, on=on)

        dear = [sold(place, 1_000, date(2025, 12, 1 + place)) for place in range(6)]
        cheap = [sold(place, 640 + place, date(2026, 5, 1 + place)) for place in range(6)]
        then, now = (sold(1, 1_310, date(2026, month, 9), grams=1_000) for month in (3, 6))
        await hear(desk, now, *dear, *cheap, then)
        flags = [(await list_flags(desk, one.person, ListFlags()))["items"] for one in sellers]
        assert [len(of_seller) for of_seller in flags] == [0, 1, 0]
        told = await get_flag(desk, sellers[1].person, UUID(flags[1][0]["flag_id"]))
        assert [lot["acceptance_id"] for lot in told["lots"]] == [str(now.acceptance_id)]
        assert told["evidence"]["high_fen_per_kg"] == 1_290


class TestAcceptedPrices:
    async def test_make_a_band_of_three_by_three(self, desk: Desk) -> None:
        sellers = [await admitted(desk) for _ in range(3)]
        listings = [await on_sale(desk, one, item_code="ginger") for one in sellers]
        canteens = [new_id() for _ in range(3)]
        for place in range(4):
            line = a_line(listings[place % 3], 10_000, price_fen=600 + 10 * place)
            await hear(desk, accepted(sellers[place % 3].id, line, canteen_id=canteens[place % 3]))
        assert (await see_price_bands(desk, "ginger"))["bands"] == []
        line = a_line(listings[0], 10_000, price_fen=650)
        await hear(desk, accepted(sellers[0].id, line, canteen_id=canteens[1], on=date(2026, 3, 1)))
        (band,) = (await see_price_bands(desk, "ginger"))["bands"]
        assert (band["low_fen_per_kg"], band["mid_fen_per_kg"], band["high_fen_per_kg"]) == (1_200, 1_240, 1_300)
        assert (band["source"], band["observations"], band["newest_on"]) == ("accepted", 5, "2026-03-02")
        assert (await band_seen(desk, listings[0]))["verdict"] == "within"
        await referenced(desk, GINGER)
        sources = [one["source"] for one in (await see_price_bands(desk, "ginger"))["bands"]]
        assert sources == ["imported", "accepted"]

    async def test_of_an_item_that_is_none_are_refused(self, desk: Desk) -> None:
        with pytest.raises(InvalidFields):
            await see_price_bands(desk, "unicorn")

    async def test_a_line_is_no_part_of_what_judges_it(self, desk: Desk) -> None:
        """Half a ton at 13 yuan the jin is the ninetieth percent of all, and far from what the others paid."""
        sellers = [await admitted(desk) for _ in range(4)]
        listings = [await on_sale(desk, one, item_code="ginger") for one in sellers]
        for place in range(6):
            line = a_line(listings[place % 3], 10_000, price_fen=600 + 5 * place)
            await hear(desk, accepted(sellers[place % 3].id, line))
        await hear(desk, accepted(sellers[3].id, a_line(listings[3], 500_000, price_fen=1_300)))
        (band,) = (await see_price_bands(desk, "ginger"))["bands"]
        assert (band["high_fen_per_kg"], band["observations"]) == (2_600, 7)
        (flag,) = (await list_flags(desk, sellers[3].person, ListFlags()))["items"]
        assert (flag["evidence"]["per_kg_fen"], flag["evidence"]["high_fen_per_kg"]) == (2_600, 1_250)
        for fair in sellers[:3]:
            assert (await list_flags(desk, fair.person, ListFlags()))["items"] == []
