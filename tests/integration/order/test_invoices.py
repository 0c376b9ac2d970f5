"""An invoice is entered once, held against order and acceptance by line, and what differs is resolved by finance."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from services.order.domain.invoice_refusals import InvoiceDiffers, InvoiceExceeded, InvoiceTwice, NoSuchDifference
from services.order.usecases.invoice_commands import PutInvoice, ResolveDifference
from services.order.usecases.invoices import (
    get_invoice_file,
    list_invoice_differences,
    list_invoices,
    put_invoice,
    put_invoice_file,
    resolve_invoice_difference,
)
from shared.contracts.authority import Identity, NotAllowed
from shared.errors import InvalidFields
from shared.ids import new_id
from tests.build.order import Town, Walk, said, untouched
from tests.build.papers import PDF


def number() -> str:
    return f"{new_id().int % 10**20:020d}"


def invoice(*lines: tuple[Walk, int], **other: Any) -> PutInvoice:
    """Write an invoice free of tax over the first lines of some orders."""
    gross = sum(fen for _, fen in lines)
    told: dict[str, Any] = {
        "number": number(),
        "kind": "farm",
        "net_fen": gross,
        "tax_fen": 0,
        "gross_fen": gross,
        "tax_rate_bp": 0,
        "issued_on": "2026-03-02",
        "lines": [{"order_id": walk.order_id, "line_id": walk.line_ids()[0], "gross_fen": fen} for walk, fen in lines],
    }
    return PutInvoice.model_validate({**told, **other})


async def differing(town: Town, who: Identity | None = None) -> list[tuple[str, int]]:
    page = await list_invoice_differences(
        town.desk, who or town.finance, canteen=None if who else town.canteen_id, supplier=None, cursor=None
    )
    return [(one["kind"], one["fen"]) for one in page["items"]]


class TestMatching:
    async def test_of_what_was_accepted_differs_nowhere(self, town: Town) -> None:
        goods = await town.goods()
        one = await town.an_order((goods, 1_000), upto="accepted")
        two = await town.an_order((goods, 2_000), upto="accepted")
        told = await put_invoice(town.desk, one.seller, new_id(), invoice((one, 1_300), (two, 2_603)))
        assert [line["gross_fen"] for line in told["lines"]] in ([1_300, 2_603], [2_603, 1_300])
        assert await differing(town) == []

    async def test_tells_over_under_and_before_acceptance(self, town: Town) -> None:
        goods = await town.goods()
        over = await town.an_order((goods, 1_000), upto="accepted")
        under = await town.an_order((goods, 1_000), upto="accepted")
        early = await town.an_order((goods, 1_000), upto="confirmed")
        less = await town.an_order((goods, 2_000), upto="shipped")
        await less.accept(1_800)
        for walk, fen in ((over, 1_306), (under, 1_294), (early, 1_300), (less, 2_600)):
            invoice_id = new_id()
            await put_invoice(town.desk, walk.seller, invoice_id, invoice((walk, fen)))
            (notice,) = await said(town.desk, invoice_id, "notice.raised")
            assert notice["kind"] == "invoice_differs"
        expected = [("not_accepted", 1_300), ("over", 260), ("over_ordered", 6), ("under", -6)]
        assert sorted(await differing(town)) == expected
        assert await differing(await Town(town.desk).heard_of()) == []

    async def test_is_mended_by_a_red_letter_or_resolved_by_finance(self, town: Town) -> None:
        walk = await town.an_order((await town.goods(), 1_000), upto="accepted")
        first = new_id()
        await put_invoice(town.desk, walk.seller, first, invoice((walk, 1_400)))
        line_id = walk.line_ids()[0]
        resolution = ResolveDifference.model_validate(
            {"resolution_id": new_id(), "line_id": line_id, "kind": "over_ordered", "fen": 100, "note": "下月冲回"}
        )
        await resolve_invoice_difference(town.desk, town.finance, walk.order_id, resolution)
        assert await differing(town) == []
        red = invoice((walk, -60), kind="red", reverses_id=first)
        await put_invoice(town.desk, walk.seller, new_id(), red)
        assert await differing(town) == [("over_ordered", 40)]  # Another difference is open anew.
        again = resolution.model_copy(update={"resolution_id": new_id()})
        more = invoice((walk, -1_341), kind="red", reverses_id=first)
        async with untouched(town.desk):
            with pytest.raises(NoSuchDifference):
                await resolve_invoice_difference(town.desk, town.finance, walk.order_id, again)
            with pytest.raises(NotAllowed):
                await resolve_invoice_difference(town.desk, town.buyer, walk.order_id, resolution)
            with pytest.raises(InvoiceExceeded):
                await put_invoice(town.desk, walk.seller, new_id(), more)
        await put_invoice(town.desk, walk.seller, new_id(), invoice((walk, -40), kind="red", reverses_id=first))
        assert await differing(town) == []


class TestEntering:
    async def test_is_done_once_whatever_comes_at_once(self, town: Town) -> None:
        walk = await town.an_order((await town.goods(), 1_000), upto="accepted")
        command = invoice((walk, 1_300))
        asked = [put_invoice(town.desk, walk.seller, new_id(), command) for _ in range(4)]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        assert sorted(type(one).__name__ for one in answers) == [*["InvoiceTwice"] * 3, "dict"]
        (taken,) = [one for one in answers if isinstance(one, dict)]
        invoice_id = UUID(taken["invoice_id"])
        assert await put_invoice(town.desk, walk.seller, invoice_id, command) == taken
        async with untouched(town.desk):
            with pytest.raises(InvoiceDiffers):
                await put_invoice(town.desk, walk.seller, invoice_id, invoice((walk, 1_300)))
            with pytest.raises(InvoiceTwice):
                await put_invoice(town.desk, walk.seller, new_id(), command)

    @pytest.mark.parametrize(
        "bent",
        [
            {"number": "123"},
            {"number": "12345678"},
            {"net_fen": 1_299},
            {"gross_fen": -1_300, "net_fen": -1_300},
            {"tax_rate_bp": 900},
            {"issued_on": "2026-03-03"},
            {"kind": "red"},
            {"net_fen": 1_400, "gross_fen": 1_400},
        ],
    )
    async def test_refuses_what_does_not_add_up(self, town: Town, bent: dict[str, Any]) -> None:
        walk = await town.an_order((await town.goods(), 1_000), upto="accepted")
        async with untouched(town.desk):
            with pytest.raises(InvalidFields):
                await put_invoice(town.desk, walk.seller, new_id(), invoice((walk, 1_300), **bent))

    async def test_is_for_ones_own_orders_alone(self, town: Town) -> None:
        walk = await town.an_order((await town.goods(), 1_000), upto="accepted")
        other = await town.an_order((await town.goods(), 1_000), upto="accepted")
        both = invoice((walk, 1_300), (other, 1_300))
        async with untouched(town.desk):
            for who in (walk.seller, other.seller, town.finance):
                with pytest.raises(NotAllowed):
                    await put_invoice(town.desk, who, new_id(), both)

    async def test_keeps_its_file_and_is_listed_for_both_sides(self, town: Town) -> None:
        walk = await town.an_order((await town.goods(), 1_000), upto="accepted")
        invoice_id = new_id()
        await put_invoice(town.desk, walk.seller, invoice_id, invoice((walk, 1_300)))
        view = await put_invoice_file(town.desk, walk.seller, invoice_id, PDF)
        assert (await get_invoice_file(town.desk, town.finance, invoice_id)).body == PDF
        for who in (town.buyer, town.finance, walk.seller):
            page = await list_invoices(town.desk, who, canteen=None, supplier=None, limit=5, cursor=None)
            assert page["items"] == [view]
