"""A seller changes tiers on the sheet of prices; a pair left alone stays, an emptied one ends, and each is told."""

import io
from typing import Any
from uuid import UUID

import openpyxl
import pytest

from deploy.operator.invariants.imports import PRICES
from services.catalog.domain.listings import ListingOutcome
from services.catalog.usecases.change_price import change_price
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.get_listing import get_listing
from services.catalog.usecases.import_listings import write_listing_import_report, write_listing_sheet
from services.catalog.usecases.review_listing import ReviewListing, review_listing
from shared.media import CSV, XLSX
from tests.build.catalog import COUNTY, Seller, admitted, an_officer, on_sale
from tests.build.price_sheets import NEW, accepted, brought, counted, rows_told, taken
from tests.build.prices import a_price, an_id_made_at
from tests.build.sheets import Line, read, written
from tests.integration.catalog.conftest import Kept

TIERS = [{"from_quantity": 50_000, "price_fen": 600}, {"from_quantity": 100_000, "price_fen": 580}]
TOLD = "50公斤起6.00元、100公斤起5.80元"
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
    "price_tiers": [{"from_quantity": 20, "price_fen": 2_800}],
}


async def shop(desk: Desk) -> tuple[Seller, UUID, Line]:
    """Have a seller of ginger with two tiers, and the row of its sheet."""
    seller = await admitted(desk)
    listing_id = await on_sale(desk, seller, price_tiers=TIERS)
    [line] = await taken(desk, seller)
    return seller, listing_id, line


async def prices_of(desk: Desk, listing_id: UUID) -> tuple[int, list[tuple[int, int]]]:
    full = await get_listing(desk, None, listing_id)
    return full["price_fen"], [(tier["from_quantity"], tier["price_fen"]) for tier in full["price_tiers"]]


async def changed(desk: Desk, seller: Seller, listing_id: UUID, tiers: list[dict[str, int]], seen: int = 1) -> None:
    """Change the tiers beside the sheet, as on a phone."""
    made = an_id_made_at(desk.clock.now())
    await change_price(desk, seller.person, listing_id, made, a_price(650, seen, price_tiers=tiers))


def places(rows: list[dict[str, Any]]) -> list[tuple[int, list[tuple[str, str]]]]:
    return [(row["row"], [(error["title"], error["rule"]) for error in row["errors"]]) for row in rows]


class TestTheSheet:
    async def test_shows_each_tier_in_a_pair_of_cells(self, desk: Desk) -> None:
        _, _, line = await shop(desk)
        shown = {name: cell for name, cell in line.items() if "档" in name or "阶梯" in name}
        assert shown == {
            "现阶梯价": TOLD,
            "待审阶梯价": "",
            "第1档起量": "50公斤",
            "第1档价（元）": "6.00",
            "第2档起量": "100公斤",
            "第2档价（元）": "5.80",
            **{f"第{place}档{cell}": "" for place in (3, 4, 5) for cell in ("起量", "价（元）")},
        }

    async def test_left_as_it_is_changes_nothing(self, desk: Desk, kept: Kept) -> None:
        seller, listing_id, line = await shop(desk)
        assert await counted(desk, seller, await brought(desk, seller, written([line]))) == {"unchanged": 1}
        done = await accepted(desk, seller, await brought(desk, seller, written([line | {NEW: "6.40"}])))
        assert (done, await prices_of(desk, listing_id)) == (
            {"published": 1},
            (640, [(50_000, 600), (100_000, 580)]),
        )


class TestFilledIn:
    async def test_a_tier_is_changed_and_another_added(self, desk: Desk, kept: Kept) -> None:
        seller, listing_id, line = await shop(desk)
        cells = {"第2档价（元）": "５.７０", "第3档起量": "４００斤", "第3档价（元）": "5.6"}
        body = written([line | cells])
        import_id = await brought(desk, seller, body)
        [row] = await rows_told(desk, seller, import_id, "good")
        assert (row["foreseen"], row["new_price_fen"], row["price_tiers"]) == ("published", None, TIERS)
        assert row["new_price_tiers"][1:] == [
            {"from_quantity": 100_000, "price_fen": 570},
            {"from_quantity": 200_000, "price_fen": 560},
        ]
        assert await accepted(desk, seller, import_id) == {"published": 1}
        now = (650, [(50_000, 600), (100_000, 570), (200_000, 560)])
        assert await prices_of(desk, listing_id) == now
        assert await counted(desk, seller, await brought(desk, seller, body)) == {"unchanged": 1}
        assert await kept.value("SELECT count(*) FROM price_changes") == 1
        both = written([line | cells | {NEW: "6.60"}])
        assert await accepted(desk, seller, await brought(desk, seller, both)) == {"published": 1}
        assert await prices_of(desk, listing_id) == (660, now[1])
        assert await kept.value(f"SELECT count(*) FROM ({PRICES}) AS wrong") == 0  # noqa: S608 - SQL of our own

    async def test_an_emptied_tier_is_told_before_it_ends(self, desk: Desk) -> None:
        seller, listing_id, line = await shop(desk)
        import_id = await brought(desk, seller, written([line | {"第1档起量": "", "第1档价（元）": ""}]))
        [row] = await rows_told(desk, seller, import_id)
        assert [(one["field"], one["says"]["zh"]) for one in row["notes"]] == [
            ("tier_1_from", "将取消“50公斤起6.00元”")
        ]
        assert row["new_price_tiers"] == TIERS[1:]
        assert await accepted(desk, seller, import_id) == {"published": 1}
        assert await prices_of(desk, listing_id) == (650, [(100_000, 580)])

    async def test_goods_by_the_piece_need_no_unit(self, desk: Desk) -> None:
        seller = await admitted(desk)
        eggs = await on_sale(desk, seller, **BY_PIECE)
        [line] = await taken(desk, seller)
        assert (line["现阶梯价"], line["第1档起量"]) == ("20盒起28.00元", "20")
        cells = {"第2档起量": "40盒", "第2档价（元）": "27"}
        assert await accepted(desk, seller, await brought(desk, seller, written([line | cells]))) == {"published": 1}
        assert await prices_of(desk, eggs) == (3_000, [(20, 2_800), (40, 2_700)])

    async def test_a_tier_that_jumps_waits_for_an_officer(self, desk: Desk) -> None:
        seller, listing_id, line = await shop(desk)
        import_id = await brought(desk, seller, written([line | {"第2档价（元）": "4.00"}]))
        [row] = await rows_told(desk, seller, import_id, "good")
        assert row["foreseen"] == "submitted"
        assert await accepted(desk, seller, import_id) == {"submitted": 1}
        assert await prices_of(desk, listing_id) == (650, [(50_000, 600), (100_000, 580)])
        [waits] = await taken(desk, seller)
        assert (waits["现阶梯价"], waits["待审阶梯价"]) == (TOLD, "50公斤起6.00元、100公斤起4.00元")
        assert await counted(desk, seller, await brought(desk, seller, written([waits]))) == {"unchanged": 1}
        [stale] = await rows_told(
            desk, seller, await brought(desk, seller, written([line | {"第2档价（元）": "5.70"}]))
        )
        assert stale["errors"][0]["says"]["zh"] == (
            f"下载后阶梯价已变：表中“{TOLD}”，现为“{TOLD}”（待审“50公斤起6.00元、100公斤起4.00元”）"
        )
        again = await brought(desk, seller, written([waits | {"第2档价（元）": "5.70"}]))
        assert await accepted(desk, seller, again) == {"published": 1}

    async def test_tiers_that_an_officer_returned_come_with_no_new_price(self, desk: Desk) -> None:
        seller, listing_id, _ = await shop(desk)
        await changed(desk, seller, listing_id, [TIERS[0], {"from_quantity": 100_000, "price_fen": 400}])
        back = ReviewListing(outcome=ListingOutcome.RETURN, reason="阶梯价过低")
        await review_listing(desk, an_officer(COUNTY), listing_id, back)
        [line] = await taken(desk, seller)
        assert (line["现阶梯价"], line["待审阶梯价"]) == (TOLD, "")
        import_id = await brought(desk, seller, written([line | {NEW: "6.40"}]))
        [row] = await rows_told(desk, seller, import_id, "good")
        assert (row["foreseen"], row["new_price_tiers"]) == ("published", None)
        assert await accepted(desk, seller, import_id) == {"published": 1}
        assert await prices_of(desk, listing_id) == (640, [(50_000, 600), (100_000, 580)])

    async def test_a_sheet_without_the_columns_leaves_them(self, desk: Desk) -> None:
        seller, listing_id, line = await shop(desk)
        old = {name: cell for name, cell in line.items() if "档" not in name and "阶梯" not in name}
        done = await accepted(desk, seller, await brought(desk, seller, written([old | {NEW: "6.40"}])))
        assert (done, await prices_of(desk, listing_id)) == ({"published": 1}, (640, [(50_000, 600), (100_000, 580)]))
        unseen = old | {"现价（元）": "6.40", "第1档起量": "60公斤", "第1档价（元）": "5.9"}
        [row] = await rows_told(desk, seller, await brought(desk, seller, written([unseen])))
        assert [(one["field"], one["rule"]) for one in row["errors"]] == [("tiers", "missing")]


class TestWrong:
    @pytest.mark.parametrize(
        ("cells", "wrong"),
        [
            ({"第1档价（元）": ""}, [("第1档价（元）", "missing")]),
            ({"第1档起量": ""}, [("第1档起量", "missing")]),
            ({"第1档起量": "50"}, [("第1档起量", "unit")]),
            ({"第1档起量": "五十公斤"}, [("第1档起量", "not_a_quantity")]),
            ({"第1档起量": "0公斤"}, [("第1档起量", "bounds")]),
            ({"第1档起量": "50.0001公斤"}, [("第1档起量", "not_whole")]),
            ({"第1档起量": "=B2"}, [("第1档起量", "formula")]),
            ({"第1档价（元）": "5.999"}, [("第1档价（元）", "decimals")]),
            ({"第1档价（元）": "0"}, [("第1档价（元）", "not_positive")]),
            ({"第1档价（元）": "7.00"}, [("第1档价（元）", "value")]),
            ({"第1档起量": "5公斤"}, [("第1档起量", "value")]),
            ({"第1档起量": "50.2公斤"}, [("第1档起量", "value")]),
            ({"第2档起量": "40公斤", "第2档价（元）": "6.10"}, [("第2档起量", "value"), ("第2档价（元）", "value")]),
            ({NEW: "5.90"}, [("第1档价（元）", "value")]),
            ({"第1档价（元）": "9000000.00", NEW: "6.60"}, [("第1档价（元）", "too_large")]),
        ],
    )
    async def test_is_told_at_its_own_cell(
        self, desk: Desk, kept: Kept, cells: dict[str, str], wrong: list[tuple[str, str]]
    ) -> None:
        seller, _, line = await shop(desk)
        import_id = await brought(desk, seller, written([line | cells]))
        told = await rows_told(desk, seller, import_id)
        assert places(told) == [(2, wrong)]
        assert all(error["mend"]["zh"] and error["mend"]["en"] for error in told[0]["errors"])
        [handed_back] = read(await write_listing_import_report(desk, seller.person, import_id, CSV, "zh", every=False))
        assert {name: handed_back[name].removeprefix("'") for name in cells} == cells


class TestAWorkbook:
    async def test_as_a_spreadsheet_leaves_it_is_read_cell_by_cell(self, desk: Desk) -> None:
        seller, ginger, _ = await shop(desk)
        eggs = await on_sale(desk, seller, **BY_PIECE)
        for name in ("大米", "小米", "红薯"):
            await on_sale(desk, seller, name=name)
        book = openpyxl.load_workbook(io.BytesIO(await write_listing_sheet(desk, seller.person, seller.id, XLSX, "zh")))
        sheet = book["调价"]
        at = {cell.value: cell.column_letter for cell in sheet[1]}
        row = {line[1].value: line[1].row for line in sheet.iter_rows(min_row=2, max_row=6)}
        sheet[f"{at['第2档价（元）']}{row['茶陵生姜']}"] = 5.7
        sheet[f"{at['第1档起量']}{row['土鸡蛋']}"] = 30
        sheet[f"{at[NEW]}{row['大米']}"] = 6.505
        sheet[f"{at[NEW]}{row['小米']}"] = f"={at['现价（元）']}{row['小米']}*1.1"
        sheet[f"{at[NEW]}{row['红薯']}"] = "６．６０"
        sheet.merge_cells(f"{at['起订量']}{row['红薯']}:{at['订货步长']}{row['红薯']}")
        sheet.cell(30_000, 3).number_format = "0.00"
        out = io.BytesIO()
        book.save(out)
        import_id = await brought(desk, seller, out.getvalue(), name="3.2调价")
        told = {
            one["name"]: [error["rule"] for error in one["errors"]]
            for one in await rows_told(desk, seller, import_id, "bad")
        }
        assert told == {"大米": ["decimals"], "小米": ["formula"], "红薯": ["merged"]}
        assert await accepted(desk, seller, import_id) == {"bad": 3, "published": 2}
        assert (await prices_of(desk, ginger))[1] == [(50_000, 600), (100_000, 570)]
        assert (await prices_of(desk, eggs))[1] == [(30, 2_800)]


class TestStale:
    async def test_tiers_that_moved_since_are_told_with_both_and_left_alone(self, desk: Desk) -> None:
        seller, listing_id, line = await shop(desk)
        await changed(desk, seller, listing_id, TIERS[:1])
        [row] = await rows_told(desk, seller, await brought(desk, seller, written([line | {"第2档价（元）": "5.70"}])))
        assert [(one["field"], one["says"]["zh"], one["says"]["en"]) for one in row["errors"]] == [
            (
                "tiers",
                f"下载后阶梯价已变：表中“{TOLD}”，现为“50公斤起6.00元”",
                f"have changed: “{TOLD}” on the sheet, “from 50 kg 6.00” now",
            )
        ]
        assert await counted(desk, seller, await brought(desk, seller, written([line]))) == {"unchanged": 1}
        assert await prices_of(desk, listing_id) == (650, [(50_000, 600)])

    async def test_a_new_price_alone_is_told_of_tiers_that_moved(self, desk: Desk) -> None:
        seller, listing_id, line = await shop(desk)
        await changed(desk, seller, listing_id, TIERS[:1])
        [row] = await rows_told(desk, seller, await brought(desk, seller, written([line | {NEW: "6.40"}])))
        assert [(one["field"], one["rule"]) for one in row["errors"]] == [("tiers", "tiers_changed")]
        assert await prices_of(desk, listing_id) == (650, [(50_000, 600)])

    async def test_tiers_that_move_between_looking_and_doing_are_refused(self, desk: Desk) -> None:
        seller, listing_id, line = await shop(desk)
        import_id = await brought(desk, seller, written([line | {"第2档价（元）": "5.70"}]))
        await changed(desk, seller, listing_id, TIERS[:1])
        assert await accepted(desk, seller, import_id) == {"refused": 1}
        [row] = await rows_told(desk, seller, import_id, "refused")
        assert [(one["field"], one["rule"]) for one in row["errors"]] == [("tiers", "tiers_changed")]
        assert await prices_of(desk, listing_id) == (650, [(50_000, 600)])
