"""A seller changes many prices by one sheet; what has moved, slipped or is another's is told by row, never done."""

import asyncio
import io
from datetime import timedelta
from typing import Any
from uuid import UUID

import openpyxl
import pytest

from deploy.operator.invariants.imports import PRICES
from services.catalog.domain.listing_table import ListingImportUnknown
from services.catalog.domain.listings import ListingOutcome, SupplierNotAdmitted
from services.catalog.domain.members import HelpEnded
from services.catalog.domain.suppliers import SupplierOutcome
from services.catalog.usecases.accept_invitation import AcceptInvitation, accept_invitation
from services.catalog.usecases.change_price import change_price
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.get_listing import get_listing
from services.catalog.usecases.import_listings import (
    PutListingImport,
    accept_listing_import,
    put_listing_import,
    write_listing_import_report,
    write_listing_sheet,
)
from services.catalog.usecases.put_invitation import PutInvitation, put_invitation
from services.catalog.usecases.put_listing import put_listing
from services.catalog.usecases.review_listing import ReviewListing, review_listing
from services.catalog.usecases.submit_listing import submit_listing
from services.catalog.usecases.withdraw_listing import WithdrawListing, withdraw_listing
from shared.clock import SettableClock
from shared.contracts.authority import Identity, NotAllowed, Role, Seat
from shared.db.unit_of_work import Stamp
from shared.ids import new_id
from shared.imports.taking import ImportDiffers, NothingToAccept
from shared.media import CSV, XLSX
from shared.tables.opening import ImportUnreadable
from tests.build.catalog import PROVINCE, Seller, a_listing, a_person, admitted, an_officer, decide, on_sale, publish
from tests.build.price_sheets import (
    NEW,
    accepted,
    brought,
    counted,
    filled_in,
    rows_told,
    taken,
    worked,
)
from tests.build.prices import a_price, an_id_made_at
from tests.build.sheets import read, written
from tests.integration.catalog.conftest import NOW, Kept

BY_PIECE = {
    "name": "土鸡蛋",
    "category": "eggs",
    "measure": "piece",
    "unit_name": "盒",
    "unit_quantity": 1,
    "piece_grams": 1_500,
    "price_fen": 3_000,
    "minimum_quantity": 2,
    "step_quantity": 1,
}
BY_KG = {"name": "大米", "category": "grain_oil", "unit_name": "kg", "unit_quantity": 1_000, "price_fen": 800}


async def shop(desk: Desk) -> tuple[Seller, dict[str, UUID]]:
    """Have a seller with three things on sale: by the jin, by the piece and by the kilogram."""
    seller = await admitted(desk)
    goods = {"茶陵生姜": {}, "土鸡蛋": BY_PIECE, "大米": BY_KG}
    return seller, {name: await on_sale(desk, seller, **terms) for name, terms in goods.items()}


async def price_of(desk: Desk, listing_id: UUID) -> int:
    return int((await get_listing(desk, None, listing_id))["price_fen"])


async def changed(desk: Desk, seller: Seller, listing_id: UUID, price_fen: int, seen: int = 1) -> None:
    made = an_id_made_at(desk.clock.now())
    await change_price(desk, seller.person, listing_id, made, a_price(price_fen, seen))


def rules(rows: list[dict[str, Any]]) -> list[tuple[int, list[tuple[str, str]]]]:
    return [(row["row"], [(error["field"], error["rule"]) for error in row["errors"]]) for row in rows]


async def helper_of(desk: Desk, seller: Seller, days: int) -> Identity:
    """Let a helper in for so many days."""
    until = (NOW + timedelta(days=days)).date()
    made = await put_invitation(desk, seller.person, seller.id, new_id(), PutInvitation(role="helper", until=until))
    person = a_person(Seat(Role.HELPER, seller.id), name="帮办人")
    await accept_invitation(desk, person, AcceptInvitation(code=made["code"]))
    return person


class TestTheSheet:
    async def test_shows_what_is_on_sale_as_it_stands(self, desk: Desk) -> None:
        seller, goods = await shop(desk)
        withdrawn = await on_sale(desk, seller, name="红薯")
        await withdraw_listing(desk, seller.person, withdrawn, WithdrawListing(reason="卖完了"))
        await changed(desk, seller, goods["大米"], 2_000)
        lines = {line["名称"]: line for line in await taken(desk, seller)}
        assert sorted(lines) == sorted(goods)
        assert lines["茶陵生姜"] == {
            "商品编号": str(goods["茶陵生姜"]),
            "名称": "茶陵生姜",
            "计价单位": "斤",
            "每单位净重（克）": "500",
            "现价（元）": "6.50",
            "待审价（元）": "",
            NEW: "",
            "起订量": "5公斤",
            "订货步长": "0.5公斤",
            "现阶梯价": "",
            "待审阶梯价": "",
            **{f"第{place}档{cell}": "" for place in range(1, 6) for cell in ("起量", "价（元）")},
            "结果": "",
            "问题": "",
        }
        assert (lines["土鸡蛋"]["每单位净重（克）"], lines["土鸡蛋"]["起订量"]) == ("1500", "2")
        assert (lines["大米"]["现价（元）"], lines["大米"]["待审价（元）"]) == ("8.00", "20.00")

    async def test_computes_nothing_of_what_a_seller_typed(self, desk: Desk) -> None:
        seller = await admitted(desk)
        listing_id = await on_sale(desk, seller, name='=HYPERLINK("http://x")')
        book = await write_listing_sheet(desk, seller.person, seller.id, XLSX, "en")
        sheet = openpyxl.load_workbook(io.BytesIO(book)).worksheets[0]
        assert [cell.data_type for cell in sheet[2] if cell.value] == ["s"] * 7
        assert sheet["A1"].value == "Listing"
        sheet["G2"] = "7"
        out = io.BytesIO()
        sheet.parent.save(out)
        assert await accepted(desk, seller, await brought_book(desk, seller, out.getvalue())) == {"published": 1}
        assert await price_of(desk, listing_id) == 700

    async def test_is_only_for_those_who_keep_the_shelf(self, desk: Desk) -> None:
        seller, rival = await admitted(desk), await admitted(desk)
        for person in (rival.person, a_person(Seat(Role.PACKER, seller.id))):
            with pytest.raises(NotAllowed):
                await write_listing_sheet(desk, person, seller.id, CSV, "zh")


async def brought_book(desk: Desk, seller: Seller, body: bytes) -> UUID:
    import_id = new_id()
    command = PutListingImport(supplier=seller.id, name="调价.xlsx")
    await put_listing_import(desk, seller.person, import_id, command, body)
    await worked(desk)
    return import_id


class TestFilledIn:
    async def test_is_looked_at_before_it_is_done(self, desk: Desk, kept: Kept) -> None:
        seller, goods = await shop(desk)
        body = await filled_in(desk, seller, 茶陵生姜="７.00", 大米="16,00.5", 土鸡蛋="30")
        import_id = await brought(desk, seller, body)
        assert await counted(desk, seller, import_id) == {"bad": 1, "good": 1, "unchanged": 1}
        [good] = await rows_told(desk, seller, import_id, "good")
        shown = (good["name"], good["unit_name"], good["price_fen"], good["new_price_fen"], good["foreseen"])
        assert shown == ("茶陵生姜", "斤", 650, 700, "published")
        assert good["notes"][0]["says"]["zh"] == "读作“7.00”"
        assert [await price_of(desk, one) for one in goods.values()] == [650, 3_000, 800]
        assert await kept.value("SELECT count(*) FROM price_changes") == 0

    async def test_holds_at_once_waits_for_an_officer_or_stays(self, desk: Desk, kept: Kept) -> None:
        seller, goods = await shop(desk)
        import_id = await brought(
            desk, seller, await filled_in(desk, seller, 茶陵生姜="7", 大米="1,600.00", 土鸡蛋="30")
        )
        assert [row["foreseen"] for row in await rows_told(desk, seller, import_id, "good")] == [
            "submitted",
            "published",
        ]
        done = await accepted(desk, seller, import_id)
        assert done == {"published": 1, "submitted": 1, "unchanged": 1}
        assert [await price_of(desk, one) for one in goods.values()] == [700, 3_000, 800]
        full = await get_listing(desk, seller.person, goods["大米"])
        assert (full["state"], full["price_fen"]) == ("submitted", 160_000)
        said = [event.data["listing"]["price_fen"] for event in await kept.said() if event.type == "listing.published"]
        assert said == [650, 3_000, 800, 700]
        acts = (
            "SELECT string_agg(acted_as || ' ' || operation, ', ' ORDER BY act_id) FROM supplier_acts"
            " WHERE operation IN ('put_listing_import', 'accept_listing_import', 'change_price')"
        )
        assert await kept.value(acts) == (
            "own put_listing_import, own accept_listing_import, own change_price, own change_price"
        )

    async def test_may_name_a_listing_by_its_exact_name_alone(self, desk: Desk) -> None:
        seller, goods = await shop(desk)
        await on_sale(desk, seller, **BY_PIECE)
        lines = [
            {"Name": "大米", "Price now": "8", "New price": "8.5"},
            {"Name": "土鸡蛋", "Price now": "30", "New price": "31"},
            {"Name": "火腿", "Price now": "30", "New price": "31"},
            {"Name": "", "Price now": "30", "New price": "31"},
        ]
        body = written(lines).replace(b"Price now", b"Price now (yuan)").replace(b"New price", b"new_price")
        import_id = await brought(desk, seller, body)
        assert rules(await rows_told(desk, seller, import_id, "bad")) == [
            (3, [("name", "several")]),
            (4, [("name", "not_on_sale")]),
            (5, [("listing", "missing")]),
        ]
        await accepted(desk, seller, import_id)
        assert await price_of(desk, goods["大米"]) == 850

    async def test_tells_all_that_is_wrong_with_a_row_at_once(self, desk: Desk) -> None:
        seller, goods = await shop(desk)
        [ginger] = [line for line in await taken(desk, seller) if line["名称"] == "茶陵生姜"]
        other = await on_sale(desk, await admitted(desk))
        rows = [
            ginger | {"名称": "大米", "计价单位": "公斤", "起订量": "10公斤", NEW: "13.60"},
            ginger | {NEW: "-7"},
            ginger | {"商品编号": "生姜", NEW: "=D2*1.1"},
            ginger | {"商品编号": str(other), NEW: "7"},
            ginger | {"商品编号": str(new_id()), NEW: "7"},
            ginger | {"商品编号": str(goods["大米"]), "名称": "", "计价单位": "", "每单位净重（克）": "", NEW: "0.001"},
            ginger | {NEW: "9999999"},
        ]
        import_id = await brought(desk, seller, written(rows))
        told = await rows_told(desk, seller, import_id)
        assert rules(told) == [
            (2, [("name", "differs"), ("unit", "differs"), ("minimum", "differs")]),
            (3, [("new_price", "not_positive"), ("listing", "twice")]),
            (4, [("listing", "format"), ("new_price", "formula")]),
            (5, [("listing", "listing-not-found")]),
            (6, [("listing", "listing-not-found")]),
            (7, [("new_price", "decimals")]),
            (8, [("listing", "twice"), ("new_price", "too_large")]),
        ]
        unit = told[0]["errors"][1]
        assert (unit["column"], unit["value"], unit["says"]["zh"]) == ("C", "公斤", "现为“斤”，与表中不符")
        assert unit["mend"]["zh"] == "改为每斤6.80元"
        with pytest.raises(NothingToAccept):
            await accept_listing_import(desk, seller.person, import_id)

    async def test_keeps_tiers_below_the_price(self, desk: Desk) -> None:
        seller = await admitted(desk)
        await on_sale(desk, seller, price_tiers=[{"from_quantity": 50_000, "price_fen": 600}])
        import_id = await brought(desk, seller, await filled_in(desk, seller, 茶陵生姜="5.9"))
        [row] = await rows_told(desk, seller, import_id)
        assert row["errors"][0]["says"]["zh"] == "应低于前一档的价格"

    async def test_with_a_foreign_header_or_too_many_rows_is_refused_as_a_whole(self, desk: Desk, kept: Kept) -> None:
        seller, _ = await shop(desk)
        async with kept.unchanged():
            for body in (b"a,b\n1,2\n", written([{"商品编号": "", "新价": "7"}]), b""):
                with pytest.raises(ImportUnreadable):
                    await brought(desk, seller, body)
        many = "新价,现价,名称\n" + "7,6,生姜\n" * 10_001
        import_id = await brought(desk, seller, many.encode())
        assert await kept.value("SELECT state FROM listing_imports WHERE id = :id", id=import_id) == "unreadable"


class TestStale:
    async def test_a_price_that_moved_since_is_told_with_both_and_left_alone(self, desk: Desk, kept: Kept) -> None:
        seller, goods = await shop(desk)
        body = await filled_in(desk, seller, 茶陵生姜="7", 大米="8.2")
        await changed(desk, seller, goods["茶陵生姜"], 680)
        await changed(desk, seller, goods["大米"], 2_000)
        import_id = await brought(desk, seller, body)
        told = await rows_told(desk, seller, import_id)
        assert sorted(row["errors"][0]["says"]["zh"] for row in told) == [
            "下载后价格已变：表中6.50，现为6.80",
            "下载后价格已变：表中8.00，现为8.00（待审20.00）",
        ]
        assert await counted(desk, seller, import_id) == {"bad": 2, "unchanged": 1}
        assert await price_of(desk, goods["茶陵生姜"]) == 680

    async def test_a_price_that_moves_between_looking_and_doing_is_refused(self, desk: Desk) -> None:
        seller, goods = await shop(desk)
        import_id = await brought(desk, seller, await filled_in(desk, seller, 茶陵生姜="7", 土鸡蛋="31", 大米="8.2"))
        await changed(desk, seller, goods["茶陵生姜"], 680)
        await withdraw_listing(desk, seller.person, goods["大米"], WithdrawListing(reason="卖完了"))
        assert await accepted(desk, seller, import_id) == {"published": 1, "refused": 2}
        told = await rows_told(desk, seller, import_id, "refused")
        assert sorted(error["rule"] for row in told for error in row["errors"]) == ["not-on-sale", "price_changed"]
        assert (await price_of(desk, goods["茶陵生姜"]), await price_of(desk, goods["土鸡蛋"])) == (680, 3_100)

    @pytest.mark.parametrize("shown", [("计价单位", "斤"), ("计价单位", "")])
    async def test_a_price_of_a_unit_that_was_corrected_meanwhile_is_refused(
        self, desk: Desk, shown: tuple[str, str]
    ) -> None:
        seller = await admitted(desk)
        listing_id = await on_sale(desk, seller)
        [line] = await taken(desk, seller)
        body = written([line | {shown[0]: shown[1], "每单位净重（克）": "", NEW: "6.80"}])
        import_id = await brought(desk, seller, body)
        kilogram = {"unit_name": "公斤", "unit_quantity": 1_000}
        await put_listing(desk, seller.person, listing_id, a_listing(seller.id, **kilogram))
        await submit_listing(desk, seller.person, listing_id)
        await publish(desk, listing_id)
        assert await accepted(desk, seller, import_id) == {"refused": 1}
        [row] = await rows_told(desk, seller, import_id, "refused")
        assert [(one["field"], one["rule"], one["says"]["zh"]) for one in row["errors"]] == [
            ("new_price", "listing_changed", "检查后商品已变：计价单位“斤”现为“公斤”，每单位净重（克）“500”现为“1000”")
        ]
        assert await price_of(desk, listing_id) == 650

    async def test_what_waits_for_an_officer_is_replaced_by_who_saw_it(self, desk: Desk) -> None:
        seller, goods = await shop(desk)
        await changed(desk, seller, goods["大米"], 2_000)
        import_id = await brought(desk, seller, await filled_in(desk, seller, 大米="8.5"))
        assert await accepted(desk, seller, import_id) == {"published": 1, "unchanged": 2}
        assert await price_of(desk, goods["大米"]) == 850

    async def test_what_an_officer_returned_is_proposed_anew(self, desk: Desk) -> None:
        seller, goods = await shop(desk)
        await changed(desk, seller, goods["大米"], 2_000)
        back = ReviewListing(outcome=ListingOutcome.RETURN, reason="高于市场价")
        await review_listing(desk, an_officer(PROVINCE), goods["大米"], back)
        import_id = await brought(desk, seller, await filled_in(desk, seller, 大米="20", 茶陵生姜="6.50"))
        assert [row["foreseen"] for row in await rows_told(desk, seller, import_id, "good")] == ["submitted"]
        assert await accepted(desk, seller, import_id) == {"submitted": 1, "unchanged": 2}
        full = await get_listing(desk, seller.person, goods["大米"])
        assert (full["state"], full["newest_version"], full["price_fen"]) == ("submitted", 3, 2_000)
        assert await counted(desk, seller, await brought(desk, seller, await filled_in(desk, seller, 大米="20"))) == {
            "unchanged": 3
        }

    async def test_a_change_made_before_on_a_phone_does_not_undo_a_sheet(self, desk: Desk) -> None:
        seller, goods = await shop(desk)
        queued = an_id_made_at(NOW - timedelta(hours=1))
        import_id = await brought(desk, seller, await filled_in(desk, seller, 茶陵生姜="7"))
        await accepted(desk, seller, import_id)
        with pytest.raises(Exception, match="changed"):
            await change_price(desk, seller.person, goods["茶陵生姜"], queued, a_price(600))
        assert await price_of(desk, goods["茶陵生姜"]) == 700


class TestOnce:
    async def test_the_same_sheet_again_is_one_import_and_one_change(self, desk: Desk, kept: Kept) -> None:
        seller, goods = await shop(desk)
        body, import_id = await filled_in(desk, seller, 茶陵生姜="7"), new_id()
        command = PutListingImport(supplier=seller.id, name="调价.csv")
        put = [put_listing_import(desk, seller.person, import_id, command, body) for _ in range(6)]
        assert sorted(new for _, new in await asyncio.gather(*put)) == [False] * 5 + [True]
        await worked(desk)
        assert await accepted(desk, seller, import_id) == {"published": 1, "unchanged": 2}
        async with kept.unchanged():
            _, new = await put_listing_import(desk, seller.person, import_id, command, body)
            assert not new
            assert (await accept_listing_import(desk, seller.person, import_id))["state"] == "accepted"
            with pytest.raises(ImportDiffers):
                await put_listing_import(desk, seller.person, import_id, command, body + b"\n")
            await worked(desk)
        again = await brought(desk, seller, body)
        assert await counted(desk, seller, again) == {"unchanged": 3}
        assert await kept.value("SELECT count(*) FROM price_changes") == 1
        assert len(await kept.files.keys("imports/")) >= 2
        assert await price_of(desk, goods["茶陵生姜"]) == 700

    async def test_an_acceptance_with_a_key_answers_the_same(self, desk: Desk) -> None:
        seller, _ = await shop(desk)
        import_id = await brought(desk, seller, await filled_in(desk, seller, 茶陵生姜="7"))
        once = Stamp.of_request("accept", "key", b"")
        first = await accept_listing_import(desk, seller.person, import_id, once=once)
        await worked(desk)
        assert await accept_listing_import(desk, seller.person, import_id, once=once) == first

    async def test_ended_anywhere_it_goes_on_and_nothing_is_half_done(
        self, desk: Desk, kept: Kept, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("shared.imports.worker.ROWS_AT_ONCE", 1)
        seller, _ = await shop(desk)
        body, import_id = await filled_in(desk, seller, 茶陵生姜="7", 土鸡蛋="31", 大米="8.2"), new_id()
        command = PutListingImport(supplier=seller.id, name="调价.csv")
        await put_listing_import(desk, seller.person, import_id, command, body)
        for _ in range(3):
            await one_step(desk)
        await worked(desk)
        await accept_listing_import(desk, seller.person, import_id)
        await one_step(desk)
        assert await kept.value(f"SELECT count(*) FROM ({PRICES}) AS wrong") == 0  # noqa: S608 - SQL of our own
        assert await counted(desk, seller, import_id) == {"published": 1, "good": 2}
        await worked(desk)
        assert await counted(desk, seller, import_id) == {"published": 3}
        assert await kept.value("SELECT count(*) FROM price_changes") == 3

    async def test_a_new_sheet_stands_in_the_place_of_one_not_accepted(self, desk: Desk, kept: Kept) -> None:
        seller, _ = await shop(desk)
        first = await brought(desk, seller, await filled_in(desk, seller, 茶陵生姜="7"))
        await brought(desk, seller, await filled_in(desk, seller, 茶陵生姜="7.1"))
        assert await kept.value("SELECT state FROM listing_imports WHERE id = :id", id=first) == "replaced"
        with pytest.raises(NothingToAccept):
            await accept_listing_import(desk, seller.person, first)


async def one_step(desk: Desk) -> None:
    """Let a program of its own do one batch, and end."""
    calls = iter((False, True))
    await worked(desk, until=lambda: next(calls))


class TestWho:
    async def test_a_revoked_supplier_changes_nothing(self, desk: Desk, kept: Kept) -> None:
        seller, _ = await shop(desk)
        body = await filled_in(desk, seller, 茶陵生姜="7")
        import_id = await brought(desk, seller, body)
        await accept_listing_import(desk, seller.person, import_id)
        await decide(desk, seller.id, SupplierOutcome.SUSPEND)
        await worked(desk)
        assert await counted(desk, seller, import_id) == {"refused": 1, "unchanged": 2}
        async with kept.unchanged():
            with pytest.raises(SupplierNotAdmitted):
                await brought(desk, seller, body)

    async def test_a_helper_acts_as_such_until_the_last_day(self, desk: Desk, kept: Kept, clock: SettableClock) -> None:
        seller, goods = await shop(desk)
        helper = await helper_of(desk, seller, days=1)
        body = await filled_in(desk, seller, 茶陵生姜="7", 大米="8.2")
        import_id = await brought(desk, seller, body, helper)
        await accepted(desk, seller, import_id, helper)
        acts = (
            "SELECT string_agg(operation, ' ' ORDER BY act_id) FROM supplier_acts"
            " WHERE acted_as = 'helper' AND account_name = '帮办人' AND operation <> 'accept_invitation'"
        )
        assert await kept.value(acts) == "put_listing_import accept_listing_import change_price change_price"
        second = await brought(desk, seller, await filled_in(desk, seller, 茶陵生姜="7.1"), helper)
        await accept_listing_import(desk, helper, second)
        clock.set(NOW + timedelta(days=2))
        await worked(desk)
        [row] = await rows_told(desk, seller, second, "refused")
        assert (row["errors"][0]["rule"], await price_of(desk, goods["茶陵生姜"])) == ("help-ended", 700)
        async with kept.unchanged():
            with pytest.raises(HelpEnded):
                await brought(desk, seller, body, helper)

    async def test_another_supplier_sees_and_does_nothing(self, desk: Desk, kept: Kept) -> None:
        seller, _ = await shop(desk)
        rival = await admitted(desk)
        body = await filled_in(desk, seller, 茶陵生姜="7")
        import_id = await brought(desk, seller, body)
        command = PutListingImport(supplier=seller.id, name="a.csv")
        async with kept.unchanged():
            for ask in (
                accept_listing_import(desk, rival.person, import_id),
                put_listing_import(desk, rival.person, new_id(), command, body),
                write_listing_import_report(desk, rival.person, import_id, CSV, "zh", every=True),
            ):
                with pytest.raises(NotAllowed):
                    await ask
            with pytest.raises(ListingImportUnknown):
                await accept_listing_import(desk, seller.person, new_id())
        assert await counted(desk, rival, await brought(desk, rival, body)) == {"bad": 3}


class TestHandedBack:
    async def test_what_went_wrong_is_mended_on_the_sheet_it_came_on(self, desk: Desk) -> None:
        seller, goods = await shop(desk)
        import_id = await brought(desk, seller, await filled_in(desk, seller, 茶陵生姜="七元", 大米="8.2", 土鸡蛋="31"))
        await accepted(desk, seller, import_id)
        report = await write_listing_import_report(desk, seller.person, import_id, CSV, "zh", every=False)
        [line] = read(report)
        assert (line["商品编号"].lower(), line[NEW], line["结果"]) == (str(goods["茶陵生姜"]), "七元", "有误，未导入")
        assert line["问题"] == "“新价（元）”不是金额，只填数字，如 1280.00"
        mended = await brought(desk, seller, written([line | {NEW: "7"}]))
        assert await accepted(desk, seller, mended) == {"published": 1}
        assert await price_of(desk, goods["茶陵生姜"]) == 700
        every = read(await write_listing_import_report(desk, seller.person, import_id, CSV, "en", every=True))
        assert sorted(one["Result"] for one in every) == ["on sale at the new price"] * 2 + ["wrong, not imported"]
