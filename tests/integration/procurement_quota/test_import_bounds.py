"""What a file or a person may not do by an import: hide rows, leave files, verify their own, strip what was moved."""

import asyncio
import io
import zipfile
from typing import Any
from uuid import UUID

import pytest

from services.procurement_quota.domain.import_schema import PURCHASES
from services.procurement_quota.domain.words import TransferOutcome
from services.procurement_quota.usecases.accept_import import accept_import
from services.procurement_quota.usecases.decide_transfer import DecideTransfer, decide_transfer
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.put_import import PutImport, put_import
from services.procurement_quota.usecases.put_transfer import PutTransfer, put_transfer
from services.procurement_quota.usecases.undo_import import ImportFollowed, undo_import
from services.procurement_quota.usecases.verify_off_platform_purchase import verify_off_platform_purchase
from shared.contracts.authority import Identity, OwnRequest, Role, Seat
from shared.ids import new_id
from shared.imports.taking import OPEN_MAX, TooManyImports
from shared.tables.cells import Cell, CellKind, TableRow
from shared.tables.opening import ImportUnreadable, Table, open_table
from shared.tables.reading import read_or_refuse
from tests.build.quota import CHALING, FURONG, PROVINCE_PATH, Kitchen
from tests.build.sheets import a_book, a_csv, a_row, with_merged_columns, with_part
from tests.integration.procurement_quota.conftest import MakeKitchen, Unchanged
from tests.integration.procurement_quota.test_imports import ACCEPT, WRONG_FILE, report, work


def a_far_row(place: int) -> bytes:
    """Write a good row, and another one far below."""
    sheet, book = "xl/worksheets/sheet1.xml", a_book(a_row(), a_row())
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        before = archive.read(sheet)
    assert b'r="3"' in before
    return with_part(book, sheet, before.replace(b'r="3"', b'r="%d"' % place))


def test_a_row_far_below_is_never_left_out_in_silence() -> None:
    table = open_table(a_far_row(100_005), "a.xlsx", PURCHASES)
    assert [row.number for row in table.rows if not row.blank] == [2, 100_005]
    table = open_table(a_far_row(9_999_999), "a.xlsx", PURCHASES)
    with pytest.raises(ImportUnreadable) as refused:
        list(table.rows)
    assert refused.value.facts["errors"][0]["rule"] == "too_many_rows"


def test_a_row_tells_a_few_of_a_thousand_ranges_that_touch_it() -> None:
    table = open_table(with_merged_columns(1_000), "a.xlsx", PURCHASES)
    [row] = [row for row in table.rows if not row.blank]
    assert row.merged == ["A2:A1048576"] * 3


def test_a_row_that_nobody_foresaw_is_a_bad_row() -> None:
    table = Table(PURCHASES, "text/csv", ["no such column"], ["?"], iter(()), 1)
    reading = read_or_refuse(TableRow(7, [Cell(CellKind.TEXT, "x")]), table)
    assert [(error["row"], error["rule"]) for error in reading.errors] == [(7, "unreadable")]


async def test_a_refused_import_leaves_no_file(desk: Desk, kitchen: Kitchen, files: Any, unchanged: Unchanged) -> None:
    command = PutImport(canteen=kitchen.canteen_id)
    for _ in range(OPEN_MAX - 1):
        await put_import(desk, kitchen.finance, new_id(), command, a_csv())
    keys = await desk.files.keys("imports/")
    rivals = [put_import(desk, kitchen.finance, new_id(), command, a_csv()) for _ in range(2)]
    kinds = [type(one) for one in await asyncio.gather(*rivals, return_exceptions=True)]
    assert sorted(kind.__name__ for kind in kinds) == ["TooManyImports", "tuple"]
    assert len(await desk.files.keys("imports/")) == len(keys) + 1
    keys = await desk.files.keys("imports/")
    async with unchanged():
        with pytest.raises(TooManyImports):
            await put_import(desk, kitchen.finance, new_id(), command, a_csv())
    assert await desk.files.keys("imports/") == keys


async def accepted(desk: Desk, kitchen: Kitchen, brought_by: Identity) -> tuple[UUID, UUID]:
    """Bring one row and accept it; gives the import and its purchase."""
    import_id = new_id()
    await put_import(desk, brought_by, import_id, PutImport(canteen=kitchen.canteen_id), a_csv())
    await work(desk)
    await accept_import(desk, kitchen.finance, import_id)
    await work(desk)
    [row] = (await report(desk, kitchen, import_id, "posted"))["rows"]["items"]
    return import_id, UUID(row["purchase_id"])


async def test_who_brought_an_import_does_not_verify_what_it_claims(
    desk: Desk, kitchen: Kitchen, files: Any, unchanged: Unchanged
) -> None:
    seats = (Seat(Role.BUYER, kitchen.canteen_id, kitchen.path), Seat(Role.FINANCE, new_id(), PROVINCE_PATH))
    both = Identity(new_id(), new_id(), "刘洋", seats)
    _, purchase_id = await accepted(desk, kitchen, both)
    async with unchanged():
        with pytest.raises(OwnRequest):
            await verify_off_platform_purchase(desk, both, purchase_id, ACCEPT)
    await verify_off_platform_purchase(desk, kitchen.above, purchase_id, ACCEPT)
    assert (await kitchen.statement())["figures"]["counted_fen"] == 12_800


async def test_an_import_is_not_undone_once_any_of_it_was_transferred(
    desk: Desk, kitchen_of: MakeKitchen, files: Any, unchanged: Unchanged
) -> None:
    wrong, right = await kitchen_of(FURONG), await kitchen_of(CHALING)
    import_id, purchase_id = await accepted(desk, wrong, wrong.finance)
    transfer_id = new_id()
    asked = PutTransfer(
        purchase_id=purchase_id,
        to_canteen_id=right.canteen_id,
        payer="茶陵县残联",
        receiver="茶陵县残联食堂",
        delivery_address="茶陵县城",
        reason="录入错误",
    )
    await put_transfer(desk, wrong.finance, transfer_id, asked)
    await decide_transfer(
        desk, wrong.above, transfer_id, DecideTransfer(outcome=TransferOutcome.APPROVE, reason="属实")
    )
    async with unchanged():
        with pytest.raises(ImportFollowed):
            await undo_import(desk, wrong.finance, import_id, WRONG_FILE)
    assert (await right.statement())["figures"]["base_fen"] == 12_800
