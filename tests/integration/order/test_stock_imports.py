"""A supplier counts much stock by one sheet; what has moved or is promised is told by row, and never overwritten."""

import asyncio
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from deploy.operator.invariants.imports import COUNTS
from services.order.api.stock_import_models import StockImportView
from services.order.domain.refusals import NoSuchSupplier, StockImportUnknown, SupplierIsRevoked
from services.order.usecases.commands import PutStock
from services.order.usecases.desk import Desk
from services.order.usecases.get_stock import get_stock
from services.order.usecases.import_stock import (
    PutStockImport,
    accept_stock_import,
    get_stock_import,
    put_stock_import,
    write_stock_import_report,
    write_stock_sheet,
)
from services.order.usecases.judge_counts import stock_import_worker
from services.order.usecases.keep_copies import keep_copies
from services.order.usecases.put_stock import put_stock
from shared.clock import SettableClock
from shared.contracts.authority import Identity, NotAllowed, Role, Seat
from shared.contracts.catalog import ListingFacts, SupplierMemberChanged
from shared.contracts.words import Measure, SupplierState
from shared.db.unit_of_work import Stamp
from shared.ids import new_id
from shared.imports.taking import ImportDiffers, NothingToAccept
from shared.media import CSV, XLSX
from shared.tables.opening import ImportUnreadable
from shared.tables.schema import plain
from tests.build.order import START, Town, an_identity, heard, said, untouched
from tests.build.sheets import Line, read, written

COUNTED = "盘点数量"
EGGS = {"name": "土鸡蛋", "measure": Measure.PIECE, "unit_name": "盒", "unit_quantity": 1, "minimum_quantity": 1}
RICE = {"name": "大米", "unit_name": "袋", "unit_quantity": 2_500}


class Shop:
    """A supplier with stock of three kinds: by the jin, by the piece and by the bag of 2.5 kg."""

    def __init__(self, desk: Desk, town: Town) -> None:
        self.desk, self.town = desk, town
        self.goods: dict[str, ListingFacts] = {}

    async def opened(self) -> "Shop":
        self.id = await self.town.a_supplier()
        for stock, terms in ((500_000, {}), (40, EGGS | {"step_quantity": 1}), (1_250_000, RICE)):
            facts = await self.town.goods(self.id, stock=stock, **terms)
            self.goods[facts.name] = facts
        self.person = self.town.suppliers[self.id]
        return self

    async def taken(self) -> list[Line]:
        return read(await write_stock_sheet(self.desk, self.person, self.id, CSV, "zh"))

    async def filled_in(self, **counts: str) -> bytes:
        return written(line | {COUNTED: counts.get(line["名称"], "")} for line in await self.taken())

    async def brought(self, body: bytes, person: Identity | None = None) -> UUID:
        import_id, command = new_id(), PutStockImport(supplier=self.id, name="盘点.csv")
        await put_stock_import(self.desk, person or self.person, import_id, command, body)
        await worked(self.desk)
        return import_id

    async def accepted(self, import_id: UUID, person: Identity | None = None) -> dict[str, int]:
        await accept_stock_import(self.desk, person or self.person, import_id)
        await worked(self.desk)
        return await self.counted(import_id)

    async def told(self, import_id: UUID, state: Any = None) -> dict[str, Any]:
        told = await get_stock_import(self.desk, self.person, import_id, state=state, limit=50, cursor=None)
        StockImportView.model_validate(told)
        return told

    async def counted(self, import_id: UUID) -> dict[str, int]:
        return {state: rows for state, rows in (await self.told(import_id))["counts"].items() if rows}

    async def wrong(self, import_id: UUID) -> list[tuple[int, list[tuple[str, str]]]]:
        rows = (await self.told(import_id))["rows"]
        return [(row["row"], [(one["field"], one["rule"]) for one in row["errors"]]) for row in rows if row["errors"]]

    async def on_hand(self, name: str) -> int:
        return int((await get_stock(self.desk, self.person, self.goods[name].listing_id))["on_hand"])

    async def counts_kept(self) -> list[tuple[Any, ...]]:
        """Give every count of this supplier's stock: before, after, why, and in which role."""
        asked = sa.text(
            "SELECT before, after, reason, acted_as FROM stock_changes JOIN stock USING (listing_id)"
            " WHERE supplier_id = :id ORDER BY id"
        )
        async with self.desk.uow.glance() as tx:
            assert not await tx.rows(sa.text(COUNTS))
            return [tuple(row) for row in await tx.rows(asked, {"id": self.id})]


@pytest.fixture
async def shop(desk: Desk, town: Town) -> Shop:
    return await Shop(desk, town).opened()


async def worked(desk: Desk, until: Callable[[], bool] = lambda: False) -> None:
    """Let the background do all that there is to do, or until it is stopped."""
    worker = stock_import_worker(desk)
    while not until() and await worker.step():
        pass


async def one_step(desk: Desk) -> None:
    """Let a program of its own do one batch, and end."""
    calls = iter((False, True))
    await worked(desk, until=lambda: next(calls))


class TestTheSheet:
    async def test_shows_what_lies_there_in_the_unit_it_is_sold_by(self, shop: Shop) -> None:
        lines = {line["名称"]: line for line in await shop.taken()}
        ginger = lines["茶陵生姜"]
        assert ginger == {
            "商品编号": str(shop.goods["茶陵生姜"].listing_id),
            "名称": "茶陵生姜",
            "单位": "斤",
            "现有数量": "1000",
            "其中已订": "0",
            COUNTED: "",
            "原因": "",
            "结果": "",
            "问题": "",
        }
        assert [(lines[name]["单位"], lines[name]["现有数量"]) for name in ("土鸡蛋", "大米")] == [
            ("件", "40"),
            ("公斤", "1250"),
        ]

    async def test_comes_as_a_workbook_in_either_language(self, shop: Shop) -> None:
        book = await write_stock_sheet(shop.desk, shop.person, shop.id, XLSX, "en")
        import_id = new_id()
        await put_stock_import(shop.desk, shop.person, import_id, PutStockImport(supplier=shop.id, name="a.xlsx"), book)
        await worked(shop.desk)
        assert await shop.counted(import_id) == {"unchanged": 3}

    async def test_is_for_the_suppliers_own_people(self, shop: Shop) -> None:
        with pytest.raises(NotAllowed):
            await write_stock_sheet(shop.desk, shop.town.buyer, shop.id, CSV, "zh")
        with pytest.raises(NoSuchSupplier):
            await write_stock_sheet(shop.desk, shop.person, new_id(), CSV, "zh")


class TestFilledIn:
    async def test_is_done_with_its_reason_once_accepted(self, shop: Shop) -> None:
        lines = {line["名称"]: line for line in await shop.taken()}
        body = written(
            [
                lines["茶陵生姜"] | {COUNTED: "９８０．５", "原因": "月末盘点"},
                lines["土鸡蛋"] | {COUNTED: "0"},
                lines["大米"] | {"单位": "市斤", "现有数量": "2,500", COUNTED: "2,600"},
            ]
        )
        import_id = await shop.brought(body)
        assert await shop.counted(import_id) == {"good": 3}
        assert [await shop.on_hand(name) for name in shop.goods] == [500_000, 40, 1_250_000]
        good = (await shop.told(import_id, "good"))["rows"]
        assert [(row["unit"], row["on_hand"], row["counted"]) for row in good] == [
            ("jin", 500_000, 490_250),
            ("piece", 40, 0),
            ("jin", 1_250_000, 1_300_000),
        ]
        assert await shop.accepted(import_id) == {"done": 3}
        assert [await shop.on_hand(name) for name in shop.goods] == [490_250, 0, 1_300_000]
        assert await shop.counts_kept() == [
            (500_000, 490_250, "月末盘点", "supplier"),
            (40, 0, "盘点表", "supplier"),
            (1_250_000, 1_300_000, "盘点表", "supplier"),
        ]
        crossed = await said(shop.desk, shop.goods["土鸡蛋"].listing_id, "stock.changed")
        assert [one["available"] for one in crossed] == [False]

    async def test_tells_all_that_is_wrong_with_a_row_at_once(self, shop: Shop) -> None:
        lines = {line["名称"]: line for line in await shop.taken()}
        ginger, eggs = lines["茶陵生姜"], lines["土鸡蛋"]
        other = await shop.town.goods()
        rows = [
            ginger | {"名称": "土鸡蛋", "单位": "件", COUNTED: "-5"},
            eggs | {"单位": "斤", COUNTED: "1.5"},
            eggs | {"商品编号": str(other.listing_id), COUNTED: "1"},
            ginger | {COUNTED: "=B2+1"},
            {**ginger, "商品编号": "", "现有数量": "1000", COUNTED: "0.001"},
            {**ginger, "商品编号": "", "名称": "大米", "单位": "克", "现有数量": "", COUNTED: "9999999999999"},
            {**eggs, "商品编号": "", COUNTED: "二十"},
        ]
        import_id = await shop.brought(written(rows))
        assert await shop.wrong(import_id) == [
            (2, [("counted", "negative"), ("name", "differs"), ("unit", "wrong_unit")]),
            (3, [("unit", "wrong_unit")]),
            (4, [("listing", "listing-not-found")]),
            (5, [("counted", "formula"), ("listing", "twice")]),
            (6, [("listing", "twice"), ("counted", "not_whole")]),
            (7, [("counted", "too_large")]),
            (8, [("counted", "not_a_number"), ("listing", "twice")]),
        ]
        with pytest.raises(NothingToAccept):
            await accept_stock_import(shop.desk, shop.person, import_id)

    async def test_with_more_than_ten_thousand_rows_is_refused_as_a_whole(self, shop: Shop) -> None:
        import_id = await shop.brought(("盘点数量,现有数量,名称\n" + "7,6,生姜\n" * 10_001).encode())
        assert (await shop.told(import_id))["state"] == "unreadable"
        async with untouched(shop.desk):
            with pytest.raises(ImportUnreadable):
                await shop.brought(b"a,b\n1,2\n")

    async def test_reads_the_shelf_through_once_for_many_names(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folded: list[str] = []

        def fold(text: str) -> str:
            folded.append(text)
            return plain(text)

        monkeypatch.setattr("shared.imports.naming.plain", fold)
        rows = [line | {"商品编号": ""} for line in await shop.taken()]
        assert await shop.counted(await shop.brought(written(rows))) == {"unchanged": 3}
        assert sorted(folded) == sorted([*shop.goods, *shop.goods])

    async def test_of_what_was_withdrawn_counts_what_still_lies_there(self, shop: Shop) -> None:
        await shop.town.withdraw(shop.goods["茶陵生姜"])
        import_id = await shop.brought(await shop.filled_in(茶陵生姜="0"))
        assert await shop.accepted(import_id) == {"done": 1, "unchanged": 2}
        assert len(await shop.taken()) == 2


class TestStale:
    async def test_a_count_that_moved_since_is_told_with_both_and_left_alone(self, shop: Shop) -> None:
        body = await shop.filled_in(茶陵生姜="980")
        ginger = shop.goods["茶陵生姜"].listing_id
        await put_stock(shop.desk, shop.person, ginger, PutStock(on_hand=600_000, reason="新收一批"))
        import_id = await shop.brought(body)
        [row] = (await shop.told(import_id))["rows"]
        [error] = row["errors"]
        assert (error["rule"], error["says"]["zh"]) == ("count_changed", "下载后数量已变：表中1000斤，现为1200斤")
        assert await shop.on_hand("茶陵生姜") == 600_000

    async def test_a_count_that_moves_between_looking_and_doing_is_refused(self, shop: Shop) -> None:
        import_id = await shop.brought(await shop.filled_in(茶陵生姜="980", 土鸡蛋="38"))
        ginger = shop.goods["茶陵生姜"].listing_id
        await put_stock(shop.desk, shop.person, ginger, PutStock(on_hand=600_000, reason="新收一批"))
        assert await shop.accepted(import_id) == {"done": 1, "refused": 1, "unchanged": 1}
        assert [await shop.on_hand(name) for name in ("茶陵生姜", "土鸡蛋")] == [600_000, 38]

    async def test_a_count_is_not_taken_for_what_was_shipped_since(self, shop: Shop) -> None:
        body = await shop.filled_in(茶陵生姜="980")
        looked_at = await shop.brought(body)
        await shop.town.an_order((shop.goods["茶陵生姜"], 10_000), upto="shipped")
        assert await shop.on_hand("茶陵生姜") == 490_000
        assert await shop.accepted(looked_at) == {"refused": 1, "unchanged": 2}
        brought = await shop.brought(body)
        assert await shop.counted(brought) == {"bad": 1, "unchanged": 2}
        for import_id in (looked_at, brought):
            [error] = [error for row in (await shop.told(import_id))["rows"] for error in row["errors"]]
            assert (error["rule"], error["says"]["zh"], error["mend"]["zh"]) == (
                "count_changed",
                "下载后数量已变：表中1000斤，现为980斤，与盘点数量相同",
                "本表已导入过的，不必再导；否则重新下载盘点表并清点",
            )
        assert await shop.on_hand("茶陵生姜") == 490_000

    async def test_a_count_without_the_figure_before_it_is_none(self, shop: Shop) -> None:
        [ginger] = [line for line in await shop.taken() if line["名称"] == "茶陵生姜"]
        import_id = await shop.brought(written([ginger | {"现有数量": "", COUNTED: "1000"}]))
        assert await shop.wrong(import_id) == [(2, [("on_hand", "missing")])]

    async def test_never_goes_below_what_is_promised(self, shop: Shop) -> None:
        before, after = await shop.filled_in(茶陵生姜="100"), await shop.filled_in(茶陵生姜="100", 土鸡蛋="5")
        second = await shop.brought(after)
        await shop.town.an_order((shop.goods["茶陵生姜"], 100_000), (shop.goods["土鸡蛋"], 10))
        first = await shop.brought(before, an_identity(Seat(Role.PACKER, shop.id)))
        [row] = (await shop.told(first))["rows"]
        assert row["errors"][0]["says"]["zh"] == "低于已订未发的200斤"
        assert await shop.accepted(second) == {"refused": 2, "unchanged": 1}
        assert [await shop.on_hand(name) for name in ("茶陵生姜", "土鸡蛋")] == [500_000, 40]

    async def test_beside_orders_that_are_placed_meanwhile_nothing_is_oversold(self, shop: Shop) -> None:
        import_id = await shop.brought(await shop.filled_in(土鸡蛋="12"))
        await accept_stock_import(shop.desk, shop.person, import_id)
        placed = [shop.town.an_order((shop.goods["土鸡蛋"], 10)) for _ in range(4)]
        answers = await asyncio.gather(worked(shop.desk), *placed, return_exceptions=True)
        walks = sum(not isinstance(one, BaseException) for one in answers[1:])
        stock = await get_stock(shop.desk, shop.person, shop.goods["土鸡蛋"].listing_id)
        assert (stock["promised"], stock["on_hand"] >= stock["promised"]) == (10 * walks, True)
        assert stock["on_hand"] == (12 if await shop.counted(import_id) == {"done": 1, "unchanged": 2} else 40)


class TestOnce:
    async def test_the_same_sheet_again_is_one_import_and_one_count(self, shop: Shop) -> None:
        body, import_id = await shop.filled_in(茶陵生姜="980"), new_id()
        command = PutStockImport(supplier=shop.id, name="盘点.csv")
        put = [put_stock_import(shop.desk, shop.person, import_id, command, body) for _ in range(6)]
        assert sorted(new for _, new in await asyncio.gather(*put)) == [False] * 5 + [True]
        await worked(shop.desk)
        once = Stamp.of_request("accept", str(import_id), b"")
        first = await accept_stock_import(shop.desk, shop.person, import_id, once=once)
        await worked(shop.desk)
        async with untouched(shop.desk):
            assert await accept_stock_import(shop.desk, shop.person, import_id, once=once) == first
            assert (await accept_stock_import(shop.desk, shop.person, import_id))["state"] == "accepted"
            with pytest.raises(ImportDiffers):
                await put_stock_import(shop.desk, shop.person, import_id, command, body + b"\n")
        assert await shop.counted(await shop.brought(body)) == {"bad": 1, "unchanged": 2}
        assert len(await shop.counts_kept()) == 1

    async def test_ended_anywhere_it_goes_on_and_nothing_is_half_done(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("shared.imports.worker.ROWS_AT_ONCE", 1)
        body, import_id = await shop.filled_in(茶陵生姜="980", 土鸡蛋="38", 大米="1200"), new_id()
        await put_stock_import(shop.desk, shop.person, import_id, PutStockImport(supplier=shop.id), body)
        for _ in range(2):
            await one_step(shop.desk)
        await worked(shop.desk)
        await accept_stock_import(shop.desk, shop.person, import_id)
        await one_step(shop.desk)
        assert (await shop.counted(import_id), len(await shop.counts_kept())) == ({"done": 1, "good": 2}, 1)
        await worked(shop.desk)
        assert (await shop.counted(import_id), len(await shop.counts_kept())) == ({"done": 3}, 3)


class TestWho:
    async def test_a_revoked_supplier_counts_nothing(self, shop: Shop) -> None:
        import_id = await shop.brought(await shop.filled_in(茶陵生姜="980"))
        await accept_stock_import(shop.desk, shop.person, import_id)
        await shop.town.a_supplier(SupplierState.REVOKED, 2, supplier_id=shop.id)
        await worked(shop.desk)
        assert await shop.counted(import_id) == {"refused": 1, "unchanged": 2}
        async with untouched(shop.desk):
            with pytest.raises(SupplierIsRevoked):
                await shop.brought(await shop.filled_in(茶陵生姜="970"))

    async def test_a_helper_counts_as_such_until_the_last_day(self, shop: Shop, clock: SettableClock) -> None:
        helper = an_identity(Seat(Role.HELPER, shop.id), name="孙帮办")
        until = date(2026, 3, 2)
        member = SupplierMemberChanged(
            supplier_id=shop.id, account_id=helper.account_id, version=1, role="helper", until=until
        )
        await keep_copies(shop.desk, heard(member))
        await shop.accepted(await shop.brought(await shop.filled_in(茶陵生姜="980"), helper), helper)
        assert await shop.counts_kept() == [(500_000, 490_000, "盘点表", "helper")]
        second = await shop.brought(await shop.filled_in(茶陵生姜="970"), helper)
        await accept_stock_import(shop.desk, helper, second)
        clock.set(START + timedelta(days=1))
        await worked(shop.desk)
        [row] = (await shop.told(second, "refused"))["rows"]
        assert (row["errors"][0]["rule"], await shop.on_hand("茶陵生姜")) == ("help-ended", 490_000)

    @pytest.mark.parametrize("role", [Role.SUPPLIER, Role.PACKER])
    @pytest.mark.parametrize("now", [None, Role.SELLER])
    async def test_who_was_ended_after_accepting_counts_nothing_more(
        self, shop: Shop, role: Role, now: Role | None
    ) -> None:
        person = an_identity(Seat(role, shop.id))
        import_id = await shop.brought(await shop.filled_in(茶陵生姜="980"), person)
        known = {"supplier_id": shop.id, "account_id": person.account_id, "until": None}
        await keep_copies(shop.desk, heard(SupplierMemberChanged(**known, version=1, role=role)))
        await accept_stock_import(shop.desk, person, import_id)
        await keep_copies(shop.desk, heard(SupplierMemberChanged(**known, version=2, role=now)))
        await worked(shop.desk)
        [row] = (await shop.told(import_id, "refused"))["rows"]
        assert (row["errors"][0]["rule"], await shop.on_hand("茶陵生姜")) == ("help-ended", 500_000)
        assert await shop.counts_kept() == []

    async def test_another_supplier_sees_and_does_nothing(self, shop: Shop) -> None:
        rival = await Shop(shop.desk, shop.town).opened()
        body = await shop.filled_in(茶陵生姜="980")
        import_id, command = await shop.brought(body), PutStockImport(supplier=shop.id)
        async with untouched(shop.desk):
            for ask in (
                accept_stock_import(shop.desk, rival.person, import_id),
                put_stock_import(shop.desk, rival.person, new_id(), command, body),
                write_stock_import_report(shop.desk, rival.person, import_id, CSV, "zh", every=True),
            ):
                with pytest.raises(NotAllowed):
                    await ask
            with pytest.raises(StockImportUnknown):
                await accept_stock_import(shop.desk, shop.person, new_id())
        assert await rival.counted(await rival.brought(body)) == {"bad": 3}


class TestHandedBack:
    async def test_what_went_wrong_is_mended_on_the_sheet_it_came_on(self, shop: Shop) -> None:
        import_id = await shop.brought(await shop.filled_in(茶陵生姜="九百", 土鸡蛋="38"))
        await shop.accepted(import_id)
        report = await write_stock_import_report(shop.desk, shop.person, import_id, CSV, "zh", every=False)
        [line] = read(report)
        assert (line[COUNTED], line["结果"]) == ("九百", "有误，未导入")
        assert line["问题"] == "“盘点数量”不是数字，只填数字，单位写在单位列"
        assert await shop.accepted(await shop.brought(written([line | {COUNTED: "900"}]))) == {"done": 1}
        assert await shop.on_hand("茶陵生姜") == 450_000
