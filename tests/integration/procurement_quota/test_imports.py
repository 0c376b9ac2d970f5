"""A file is imported when somebody takes its good rows, once, whatever ends in between, and is undone as a whole."""

import asyncio
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.procurement_quota.domain.import_schema import PURCHASES
from services.procurement_quota.domain.words import Outcome
from services.procurement_quota.usecases.accept_import import NothingToAccept, accept_import
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.put_import import PutImport, get_import, put_import
from services.procurement_quota.usecases.put_off_platform_purchase import PutInvoice
from services.procurement_quota.usecases.put_red_letter import NothingToReverse, PutRedLetter, put_red_letter
from services.procurement_quota.usecases.undo_import import ImportFollowed, NothingToUndo, UndoImport, undo_import
from services.procurement_quota.usecases.verify_off_platform_purchase import (
    NothingToVerify,
    VerifyPurchase,
    verify_off_platform_purchase,
)
from services.procurement_quota.usecases.work_on_imports import import_worker
from shared.contracts.authority import NotAllowed
from shared.errors import InvalidFields
from shared.ids import new_id
from shared.imports.taking import ImportDiffers
from shared.imports.worker import ROWS_AT_ONCE
from shared.media import FileTooLarge
from shared.tables.opening import ImportUnreadable
from shared.tables.template import template
from tests.build.quota import Kitchen, an_invoice_number
from tests.build.sheets import ENDLESS, HEADER, a_bomb, a_book, a_csv, a_row, with_part
from tests.integration.procurement_quota.conftest import MakeKitchen, Unchanged

ACCEPT = VerifyPurchase(outcome=Outcome.ACCEPT, reason="随货证明与发票一致")
WRONG_FILE = UndoImport(reason="导入了错误月份的文件")
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


async def work(desk: Desk, steps: int = 1_000) -> None:
    """Work as the program's background does, until nothing is left or so many batches are done."""
    worker = import_worker(desk)
    for _ in range(steps):
        if not await worker.step():
            return


async def bring(desk: Desk, kitchen: Kitchen, body: bytes, name: str = "purchases", *, unit_wide: bool = False) -> UUID:
    """Take a file in and have it checked."""
    import_id = new_id()
    whose = {"unit": kitchen.unit_id} if unit_wide else {"canteen": kitchen.canteen_id}
    await put_import(desk, kitchen.finance, import_id, PutImport(**whose, name=name), body)
    await work(desk)
    return import_id


async def report(desk: Desk, kitchen: Kitchen, import_id: UUID, state: str | None = None) -> dict[str, Any]:
    return await get_import(desk, kitchen.finance, import_id, state=state, limit=100, cursor=None)


async def errors_of(desk: Desk, kitchen: Kitchen, import_id: UUID) -> list[dict[str, Any]]:
    found = await report(desk, kitchen, import_id, "bad")
    return [error for row in found["rows"]["items"] for error in row["errors"]]


def _merged(book: Any, sheet: Any, cells: str = "B2:B3") -> None:
    sheet.append(a_row())
    sheet.merge_cells(cells)


def _hidden(book: Any, sheet: Any) -> None:
    book.create_sheet("另一张")
    sheet.title, sheet.sheet_state = "采购", "hidden"


def _formula(book: Any, sheet: Any) -> None:
    sheet["D2"] = "=SUM(1,2)"


def _number_lost(book: Any, sheet: Any) -> None:
    sheet["E2"] = 24432000000012345678


def _no_header(book: Any, sheet: Any) -> None:
    sheet.delete_rows(1)


UNREADABLE: dict[str, tuple[bytes, str, str]] = {
    "nothing at all": (b"", "a.csv", "empty"),
    "an old workbook, or one with a password": (OLE2, "a.xls", "old_or_locked"),
    "a workbook that may hold macros": (a_book(), "a.xlsm", "macros"),
    "a workbook that holds macros": (with_part(a_book(), "xl/vbaProject.bin", b"x"), "a.xlsx", "macros"),
    "a workbook called csv": (a_book(), "a.csv", "wrong_ending"),
    "a csv called xlsx": (a_csv(), "a.xlsx", "wrong_ending"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a.csv", "binary"),
    "a picture called so": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a.png", "wrong_ending"),
    "a zip bomb": (a_bomb(), "a.xlsx", "unsafe_archive"),
    "half a workbook": (a_book()[:3_000], "a.xlsx", "unsafe_archive"),
    "a zip that is no workbook": (
        b"PK\x05\x06" + b"\0" * 18,
        "a.csv",
        "binary",
    ),
    "a workbook whose sheet is no XML": (
        with_part(a_book(), "xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row"),
        "a.xlsx",
        "broken",
    ),
    "a workbook with entities": (
        with_part(
            a_book(),
            "xl/workbook.xml",
            b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><workbook>&a;</workbook>',
        ),
        "a.xlsx",
        "broken",
    ),
    "two sheets and none named": (a_book(bend=lambda book, sheet: book.create_sheet("b")), "a.xlsx", "which_sheet"),
    "a hidden sheet": (a_book(bend=_hidden), "a.xlsx", "hidden_sheet"),
    "a merged header": (a_book(bend=lambda b, s: s.merge_cells("A1:B1")), "a.xlsx", "merged_header"),
    "a workbook without a header": (a_book(bend=_no_header), "a.xlsx", "no_header"),
    "a csv without a header": (a_csv(header=a_row()), "a.csv", "no_header"),
    "an empty first row": (b"\r\n" + a_csv(), "a.csv", "no_header"),
    "a wrong header": (a_csv(header=(*HEADER[:5], "备注")), "a.csv", "unknown_column"),
    "a header twice": (a_csv(header=(*HEADER[:5], "金额")), "a.csv", "column_twice"),
    "a header that lacks the amount": (
        a_csv(a_row()[:3], header=HEADER[:3]),
        "a.csv",
        "column_missing",
    ),
    "more columns than there can be": (
        a_csv(header=[*HEADER, *(f"c{n}" for n in range(60))]),
        "a.csv",
        "too_many_columns",
    ),
    **ENDLESS,
    "UTF-16": (a_csv(encoding="utf-16"), "a.csv", "encoding"),
    "neither UTF-8 nor GB18030": (a_csv() + b"\xff\xff\xff", "a.csv", "encoding"),
    "NUL": (a_csv() + b"\0", "a.csv", "binary"),
}
"""Files that are refused at once: what they are, what they are called, and the rule that refuses."""

BAD_ROWS: dict[str, tuple[bytes, str, str, str]] = {
    "a day that is none": (a_csv(a_row(day="2022-02-31")), "A", "no_such_day", "bought_on"),
    "no day": (a_csv(a_row(day="昨天")), "A", "not_a_day", "bought_on"),
    "a day to come": (a_csv(a_row(day="2025-06-21")), "A", "value", "bought_on"),
    "a day before the ledger": (a_csv(a_row(day="2019-12-31")), "A", "value", "bought_on"),
    "nothing where something is needed": (a_csv(a_row(seller="")), "B", "missing", "seller"),
    "a name of 200 characters": (a_csv(a_row(seller="长" * 200)), "B", "too_long", "seller"),
    "a mark that turns the line": (a_csv(a_row(seller="a\u202eb")), "B", "unseen", "seller"),
    "a digit in a circle": (a_csv(a_row(day="❶")), "A", "not_a_day", "bought_on"),
    "a digit of Ethiopia": (a_csv(a_row(day="\u1369")), "A", "not_a_day", "bought_on"),
    "a category that is none": (a_csv(a_row(category="砖头")), "C", "not_a_word", "category"),
    "an amount in words": (a_csv(a_row(amount="壹佰")), "D", "not_an_amount", "amount_yuan"),
    "an amount with a wrong comma": (a_csv(a_row(amount='"1,23.50"')), "D", "not_an_amount", "amount_yuan"),
    "a negative amount": (a_csv(a_row(amount="-5")), "D", "not_positive", "amount_yuan"),
    "no amount at all": (a_csv(a_row(amount="0")), "D", "not_positive", "amount_yuan"),
    "10^18": (a_csv(a_row(amount="1000000000000000000")), "D", "too_large", "amount_yuan"),
    "1e999": (a_csv(a_row(amount="1e999")), "D", "not_an_amount", "amount_yuan"),
    "a tenth of a fen": (a_csv(a_row(amount="1.005")), "D", "decimals", "amount_yuan"),
    "an amount with a comma and no quotes": (a_csv(a_row(amount="1,234.50")), "G", "beyond_header", ""),
    "a formula": (a_book(bend=_formula), "D", "formula", "amount_yuan"),
    "a formula in a csv": (a_csv(a_row(seller="=cmd|'/c calc'!A1")), "B", "formula", "seller"),
    "a number whose digits are lost": (a_book(bend=_number_lost), "E", "number_not_text", "invoice_number"),
    "the same in a csv": (a_csv(a_row(invoice="2.4432E+19")), "E", "number_not_text", "invoice_number"),
    "an invoice number of 12 digits": (a_csv(a_row(invoice="244320000000")), "E", "format", "invoice_number"),
    "8 digits without the code": (a_csv(a_row(invoice="12345678")), "", "value", "invoice_code"),
    "no paper": (a_csv(a_row(invoice="")), "E", "value", "invoice_number"),
    "a county by name": (a_csv(a_row(origin="茶陵县")), "F", "format", "origin_county"),
    "a county that is none": (a_csv(a_row(origin="999999")), "F", "value", "origin_county"),
    "merged cells": (a_book(bend=_merged), "", "merged", ""),
    "a value that is true": (a_book(a_row(amount=True)), "D", "unreadable", "amount_yuan"),
    "an error of the spreadsheet": (a_book(a_row(amount="#DIV/0!")), "D", "unreadable", "amount_yuan"),
    "a canteen of another unit": (
        a_csv([*a_row(), "别家食堂"], header=(*HEADER, "食堂")),
        "G",
        "not_this_canteen",
        "canteen",
    ),
    "a quote amid a row": (a_csv(a_row(seller='"李"记"')), "", "", ""),
}
"""Files that are taken in with a bad row: the column's letter, the rule and the field that the report names."""


class TestHostileFiles:
    @pytest.mark.parametrize("what", UNREADABLE)
    async def test_that_are_no_table_are_refused_and_nothing_is_kept(
        self, desk: Desk, kitchen: Kitchen, unchanged: Unchanged, files: Any, what: str
    ) -> None:
        body, name, rule = UNREADABLE[what]
        keys = await desk.files.keys("imports/")
        async with unchanged():
            with pytest.raises(ImportUnreadable) as refused:
                await put_import(
                    desk, kitchen.finance, new_id(), PutImport(canteen=kitchen.canteen_id, name=name), body
                )
        error = refused.value.facts["errors"][0]
        assert (error["rule"], bool(error["says"]), bool(error["says_zh"])) == (rule, True, True)
        assert await desk.files.keys("imports/") == keys

    @pytest.mark.parametrize("what", [name for name, row in BAD_ROWS.items() if row[2]])
    async def test_name_row_column_what_is_wrong_and_how_to_mend_it(
        self, desk: Desk, kitchen: Kitchen, files: Any, what: str
    ) -> None:
        body, column, rule, field = BAD_ROWS[what]
        import_id = await bring(desk, kitchen, body)
        errors = await errors_of(desk, kitchen, import_id)
        error = next((one for one in errors if one["rule"] == rule), errors[0])
        assert (error["row"], error["column"], error["rule"], error["field"]) == (2, column, rule, field)
        assert all(error[told][language] for told in ("says", "mend") for language in ("zh", "en"))
        if (await report(desk, kitchen, import_id))["progress"]["good"] == 0:
            with pytest.raises(NothingToAccept):
                await accept_import(desk, kitchen.finance, import_id)
        assert await kitchen.lines() == []

    async def test_that_break_off_later_are_refused_as_a_whole(self, desk: Desk, kitchen: Kitchen, files: Any) -> None:
        body = a_csv(a_row(), a_row(seller='"李"记"'))
        found = await report(desk, kitchen, await bring(desk, kitchen, body))
        assert (found["state"], found["problems"][0]["rule"], found["progress"]["checked"]) == (
            "unreadable",
            "quotes",
            0,
        )

    async def test_of_too_many_rows_are_refused(self, desk: Desk, kitchen: Kitchen, files: Any) -> None:
        body = a_csv(*[a_row()] * 20_001)
        found = await report(desk, kitchen, await bring(desk, kitchen, body))
        assert (found["state"], found["problems"][0]["rule"]) == ("unreadable", "too_many_rows")

    async def test_have_a_bound(self, desk: Desk, kitchen: Kitchen, unchanged: Unchanged) -> None:
        async with unchanged():
            with pytest.raises(FileTooLarge):
                await put_import(
                    desk, kitchen.finance, new_id(), PutImport(canteen=kitchen.canteen_id), b"x" * (10 * 1024**2 + 1)
                )
            for command in (PutImport(), PutImport(canteen=kitchen.canteen_id, unit=kitchen.unit_id)):
                with pytest.raises(InvalidFields):
                    await put_import(desk, kitchen.finance, new_id(), command, a_csv())
            with pytest.raises(NotAllowed):
                await put_import(desk, kitchen.buyer, new_id(), PutImport(unit=kitchen.unit_id), a_csv())


class TestReading:
    @pytest.mark.parametrize(
        ("encoding", "told"), [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-bom"), ("gb18030", "gb18030")]
    )
    @pytest.mark.parametrize("separator", [",", ";", "\t"])
    async def test_takes_each_encoding_and_separator(
        self, desk: Desk, kitchen: Kitchen, files: Any, encoding: str, told: str, separator: str
    ) -> None:
        import_id = await bring(desk, kitchen, a_csv(separator=separator, encoding=encoding))
        found = await report(desk, kitchen, import_id)
        assert (found["encoding"], found["separator"], found["progress"]["good"]) == (told, separator, 1)

    async def test_says_what_it_read_otherwise(self, desk: Desk, kitchen: Kitchen, files: Any) -> None:
        rows = (
            a_row(amount="１２３"),
            a_row(amount='"1,234.50"'),
            a_row(day="45811"),
            a_row(day="2025年6月3日"),
            a_row(origin="４３０２２４"),
        )
        import_id = await bring(desk, kitchen, a_csv(*rows))
        items = (await report(desk, kitchen, import_id))["rows"]["items"]
        told = [note["says"]["en"] for item in items for note in item["notes"]]
        assert told == [f"read as “{one}”" for one in ("123", "1234.50", "2025-06-03", "2025-06-03", "430224")]
        await accept_import(desk, kitchen.finance, import_id)
        await work(desk)
        amounts = [line["amount_fen"] for line in await kitchen.lines()]
        assert amounts == [12_300, 123_450, 12_800, 12_800, 12_800]

    async def test_takes_a_workbook_with_its_own_dates_and_numbers(
        self, desk: Desk, kitchen: Kitchen, files: Any
    ) -> None:
        rows = [a_row(day=date(2025, 6, 3), amount=1280.1), a_row(day=45811, amount=0.07), [None] * 6, a_row(amount=7)]
        import_id = await bring(desk, kitchen, a_book(*rows), "六月.xlsx")
        await accept_import(desk, kitchen.finance, import_id)
        await work(desk)
        assert [line["amount_fen"] for line in await kitchen.lines()] == [128_010, 7, 700]

    @pytest.mark.parametrize("language", ["zh", "en"])
    @pytest.mark.parametrize("media_type", ["text/csv", "xlsx"])
    async def test_takes_its_own_template(
        self, desk: Desk, kitchen: Kitchen, files: Any, language: str, media_type: str
    ) -> None:
        body = template(PURCHASES, media_type, language)
        import_id = await bring(desk, kitchen, body)
        found = await report(desk, kitchen, import_id)
        wrong = {error["rule"] for row in found["rows"]["items"] for error in row["errors"]}
        assert found["progress"]["good"] + found["progress"]["bad"] == 1
        assert wrong <= {"invoice-twice"}  # Its sample names one invoice, which somebody may have entered here before.

    def test_publishes_its_schema(self) -> None:
        fields = PURCHASES.published()["fields"]
        assert [one["name"] for one in fields] == [column.name for column in PURCHASES.columns]
        assert {one["type"] for one in fields} == {"string", "date", "number"}


class TestDuplicates:
    async def test_of_rows_and_of_what_is_recorded_are_told(self, desk: Desk, kitchen: Kitchen, files: Any) -> None:
        known, twice = an_invoice_number(), a_row()
        await kitchen.buy_elsewhere(100, invoice=PutInvoice(number=known))
        import_id = await bring(desk, kitchen, a_csv(twice, twice, a_row(invoice=known), a_row()))
        errors = await errors_of(desk, kitchen, import_id)
        assert [(error["row"], error["column"], error["rule"]) for error in errors] == [
            (3, "E", "invoice-twice"),
            (4, "E", "invoice-twice"),
        ]
        assert "第2行" in errors[0]["says"]["zh"]

    async def test_the_same_file_twice_is_one(
        self, desk: Desk, kitchen: Kitchen, files: Any, unchanged: Unchanged
    ) -> None:
        body, command = a_csv(a_row(), a_row()), PutImport(canteen=kitchen.canteen_id)
        first, second = [await bring(desk, kitchen, body) for _ in range(2)]
        async with unchanged():
            again, new = await put_import(desk, kitchen.finance, first, command, body)
            assert (again["id"], new) == (str(first), False)
            with pytest.raises(ImportDiffers):
                await put_import(desk, kitchen.finance, first, command, a_csv())
        for one in (first, second):
            await accept_import(desk, kitchen.finance, one)
        await work(desk)
        assert (await report(desk, kitchen, first))["progress"]["posted"] == 2
        found = await report(desk, kitchen, second)
        assert (found["progress"]["posted"], found["progress"]["refused"]) == (0, 2)
        assert {error["rule"] for row in found["rows"]["items"] for error in row["errors"]} == {"invoice-twice"}
        third = await bring(desk, kitchen, body)
        assert (await report(desk, kitchen, third))["progress"]["bad"] == 2
        assert len(await kitchen.lines()) == 2

    async def test_a_split_fills_its_invoice_and_no_more(
        self, desk: Desk, kitchen: Kitchen, kitchen_of: MakeKitchen, files: Any
    ) -> None:
        header, invoice = (*HEADER, "发票总额"), an_invoice_number()
        rows = [[*a_row(invoice=invoice, category=one), "300.00"] for one in ("蔬菜", "水果", "蛋类")]
        import_id = await bring(desk, kitchen, a_csv(*rows, header=header))
        [error] = await errors_of(desk, kitchen, import_id)
        assert (error["row"], error["rule"], error["column"]) == (4, "invoice-exceeded", "D")


class TestUndo:
    async def test_takes_everything_back_by_entries_that_point_at_it(
        self, desk: Desk, kitchen: Kitchen, files: Any, unchanged: Unchanged
    ) -> None:
        await kitchen.attest(6, 20_000)
        body = a_csv(a_row(), a_row())
        import_id = await bring(desk, kitchen, body)
        await accept_import(desk, kitchen.finance, import_id)
        await work(desk)
        assert (await kitchen.statement())["figures"]["base_fen"] == 25_600
        await undo_import(desk, kitchen.finance, import_id, WRONG_FILE)
        await work(desk)
        found = await report(desk, kitchen, import_id)
        assert (found["state"], found["progress"]["undone"]) == ("undone", 2)
        figures = (await kitchen.statement())["figures"]
        assert (figures["ledger_fen"], figures["base_fen"]) == (0, 20_000)
        bought, taken = (await kitchen.lines())[0], (await kitchen.lines())[2]
        assert (taken["kind"], taken["amount_fen"], taken["happened_on"]) == ("reversal", -12_800, "2025-06-03")
        assert taken["corrects"] == {"unit_id": bought["unit_id"], "seq": bought["seq"]}
        async with unchanged():
            with pytest.raises(NothingToUndo):
                await undo_import(desk, kitchen.finance, import_id, WRONG_FILE)
            with pytest.raises(NothingToVerify):
                await verify_off_platform_purchase(desk, kitchen.above, UUID(bought["source_id"]), ACCEPT)
        again = await bring(desk, kitchen, body)
        assert (await report(desk, kitchen, again))["progress"]["good"] == 2

    async def test_ends_once_any_of_it_is_verified(
        self, desk: Desk, kitchen: Kitchen, files: Any, unchanged: Unchanged
    ) -> None:
        import_id = await bring(desk, kitchen, a_csv(a_row(), a_row()))
        await accept_import(desk, kitchen.finance, import_id)
        await work(desk)
        posted = (await report(desk, kitchen, import_id, "posted"))["rows"]["items"]
        await verify_off_platform_purchase(desk, kitchen.above, UUID(posted[0]["purchase_id"]), ACCEPT)
        async with unchanged():
            with pytest.raises(ImportFollowed):
                await undo_import(desk, kitchen.finance, import_id, WRONG_FILE)

    async def test_and_verifying_at_once_are_never_both(self, desk: Desk, kitchen_of: MakeKitchen, files: Any) -> None:
        for _ in range(4):
            kitchen = await kitchen_of()
            import_id = await bring(desk, kitchen, a_csv(a_row()))
            await accept_import(desk, kitchen.finance, import_id)
            await work(desk)
            [row] = (await report(desk, kitchen, import_id, "posted"))["rows"]["items"]
            done: list[Any] = await asyncio.gather(
                verify_off_platform_purchase(desk, kitchen.above, UUID(row["purchase_id"]), ACCEPT),
                undo_import(desk, kitchen.finance, import_id, WRONG_FILE),
                return_exceptions=True,
            )
            await work(desk)
            kinds = {type(one) for one in done}
            assert kinds in ({dict, ImportFollowed}, {dict, NothingToVerify}), kinds

    async def test_lets_nothing_follow_before_its_entries_are_posted(
        self, desk: Desk, kitchen: Kitchen, files: Any, unchanged: Unchanged
    ) -> None:
        import_id = await bring(desk, kitchen, a_csv(a_row()))
        await accept_import(desk, kitchen.finance, import_id)
        await work(desk)
        [row] = (await report(desk, kitchen, import_id, "posted"))["rows"]["items"]
        await undo_import(desk, kitchen.finance, import_id, WRONG_FILE)
        bought = UUID(row["purchase_id"])
        red = PutRedLetter(
            invoice=PutInvoice(number=an_invoice_number()), issued_on=date(2025, 6, 12), amount_fen=1, reason="退货"
        )
        async with unchanged():
            with pytest.raises(NothingToVerify) as refused:
                await verify_off_platform_purchase(desk, kitchen.above, bought, ACCEPT)
            with pytest.raises(NothingToReverse):
                await put_red_letter(desk, kitchen.finance, bought, new_id(), red)
        assert refused.value.facts["state"] == "undone"
        await work(desk)
        assert sum(line["amount_fen"] for line in await kitchen.lines()) == 0

    async def test_drops_what_was_never_accepted(self, desk: Desk, kitchen: Kitchen, files: Any) -> None:
        import_id = await bring(desk, kitchen, a_csv())
        await undo_import(desk, kitchen.finance, import_id, WRONG_FILE)
        assert (await report(desk, kitchen, import_id))["state"] == "undone"
        with pytest.raises(NothingToAccept):
            await accept_import(desk, kitchen.finance, import_id)
        assert await kitchen.lines() == []


def many(count: int) -> Sequence[Sequence[Any]]:
    return [a_row(day=f"2025-0{1 + n % 5}-1{n % 10}", amount=f"{1 + n % 900}.{n % 100:02d}") for n in range(count)]


class TestTenThousandRows:
    @pytest.mark.parametrize(("make", "count"), [(a_csv, 3_000), (a_book, 10_000)], ids=["csv", "xlsx"])
    async def test_show_progress_survive_any_end_and_can_be_undone(
        self, desk: Desk, kitchen: Kitchen, files: Any, make: Any, count: int
    ) -> None:
        rows, import_id = many(count), new_id()
        total = sum(round(float(row[3]) * 100) for row in rows)
        await put_import(desk, kitchen.finance, import_id, PutImport(canteen=kitchen.canteen_id), make(*rows))
        await work(desk, 3)
        found = await report(desk, kitchen, import_id)
        assert (found["state"], found["progress"]["rows"], found["progress"]["checked"]) == (
            "checking",
            count,
            3 * ROWS_AT_ONCE,
        )
        await work(desk)  # Another worker, as after a kill -9: it holds nothing of the first.
        found = await report(desk, kitchen, import_id)
        assert (found["state"], found["progress"]["good"], found["progress"]["bad"]) == ("checked", count, 0)
        await accept_import(desk, kitchen.finance, import_id)
        await asyncio.gather(work(desk, 5), work(desk, 5))  # Two programs at once.
        assert 0 < (await report(desk, kitchen, import_id))["progress"]["posted"] < count
        await work(desk)
        found = await report(desk, kitchen, import_id)
        assert (found["state"], found["progress"]["posted"]) == ("accepted", count)
        assert (await kitchen.statement())["figures"]["ledger_fen"] == total
        await undo_import(desk, kitchen.finance, import_id, WRONG_FILE)
        await work(desk, 7)
        await work(desk)
        found = await report(desk, kitchen, import_id)
        assert (found["state"], found["progress"]["undone"]) == ("undone", count)
        assert (await kitchen.statement())["figures"]["ledger_fen"] == 0


class TestUnitWide:
    async def test_names_the_canteen_of_each_row(self, desk: Desk, kitchen: Kitchen, files: Any) -> None:
        header = (*HEADER, "食堂")
        rows = [[*a_row(), "机关食堂"], [*a_row(), str(kitchen.canteen_id)], [*a_row(), ""], [*a_row(), str(new_id())]]
        import_id = await bring(desk, kitchen, a_csv(*rows, header=header), unit_wide=True)
        found = await report(desk, kitchen, import_id)
        assert (found["progress"]["good"], found["progress"]["bad"]) == (2, 2)
        with pytest.raises(ImportUnreadable):
            await bring(desk, kitchen, a_csv(), unit_wide=True)


class TestFoundLater:
    async def test_never_counts_twice_beside_what_was_attested(self, desk: Desk, kitchen: Kitchen, files: Any) -> None:
        """An imported purchase of an attested month lowers the remainder by as much; the base stands."""
        await kitchen.attest_until(5, 100_000)
        before = (await kitchen.statement())["figures"]
        import_id = await bring(desk, kitchen, a_csv(a_row(day="2025-05-06"), a_row(day="2025-04-06")))
        await accept_import(desk, kitchen.finance, import_id)
        await work(desk)
        after = (await kitchen.statement())["figures"]
        assert (before["ledger_fen"], after["ledger_fen"]) == (0, 25_600)
        assert before["base_fen"] == after["base_fen"] == 100_000


def test_the_table_of_hostile_files_is_long_enough() -> None:
    assert len(UNREADABLE) + len(BAD_ROWS) >= 40
    assert Path(__file__).name == "test_imports.py"
