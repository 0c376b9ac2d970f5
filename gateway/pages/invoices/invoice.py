"""Invoices are listed, and each is held against order and acceptance line by line (三单匹配)."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from gateway.pages.kit import write
from gateway.pages.kit.asking import Refused
from gateway.pages.kit.frame import Link, Mark
from gateway.pages.kit.language import N_, Speech
from gateway.pages.kit.lists import rest_of
from gateway.pages.kit.page import Page
from gateway.pages.kit.words import say
from shared.contracts.authority import Role
from shared.contracts.words import KEEPING

KINDS: dict[str, str] = {
    "special": N_("Special VAT invoice"),
    "normal": N_("Ordinary VAT invoice"),
    "farm": N_("Farm produce invoice, free of tax"),
    "red": N_("Red-letter invoice"),
}
FILE_MEDIA = ("application/pdf", "image/jpeg", "image/png")
PAGE, PAGES_MAX = 100, 3
TOLERANCE_FEN = 5
"""What a line may be off by the rounding of its tax; as the order service matches."""


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    url: str
    number: str
    sides: str
    kind: Mark
    gross: str
    issued: str
    file: str


@dataclass(frozen=True, slots=True)
class InvoicesView:
    ways: tuple[Link, ...]
    rows: tuple[InvoiceRow, ...]
    empty: str
    next_url: str
    first_url: str


@dataclass(frozen=True, slots=True)
class MatchedLine:
    url: str
    order: str
    name: str
    here: str
    ordered: str
    kept: str
    invoiced: str
    state: Mark


@dataclass(frozen=True, slots=True)
class InvoiceView:
    here: str
    number: str
    kind: Mark
    facts: tuple[tuple[str, str], ...]
    lines: tuple[MatchedLine, ...]
    complete: bool
    file_url: str
    reverses_url: str
    red_url: str
    uploads: bool


def kind_mark(speech: Speech, kind: str) -> Mark:
    return Mark(say(KINDS, kind, speech), "bad" if kind == "red" else "calm")


async def show_invoices(page: Page) -> Response:
    """List the invoices that the reader's seats reach, newest first."""
    found = await page.ask("list_invoices", query={"cursor": page.asked("cursor")})
    speech, owns = page.speech, bool(page.seats(Role.SUPPLIER))
    ways = [Link("/invoices/differences", speech(N_("What differs")))]
    if owns:
        ways.insert(0, Link("/invoices/orders", speech(N_("Record an invoice"))))
    empty = N_("There is no invoice yet. A seller records it here; it is then held against what was accepted.")
    if owns:
        empty = N_("There is no invoice yet. Issue it as usual, then record its number here and upload the file.")
    view = InvoicesView(
        ways=tuple(ways),
        rows=tuple(_row(page, one, owns=owns) for one in found["items"]),
        empty=speech(empty),
        next_url=rest_of(page, found)[0],
        first_url=rest_of(page, found)[1],
    )
    return page.show("invoices/invoices.html", view)


def _row(page: Page, one: dict[str, Any], *, owns: bool) -> InvoiceRow:
    return InvoiceRow(
        url=f"/invoices/{one['invoice_id']}",
        number=one["number"],
        sides=one["canteen"]["name"] if owns else f"{one['supplier']['name']} → {one['canteen']['name']}",
        kind=kind_mark(page.speech, one["kind"]),
        gross=write.money(one["gross_fen"]),
        issued=write.day(one["issued_on"], page.language),
        file="" if one["file"] else page.speech(N_("No file yet")),
    )


async def show_invoice(page: Page) -> Response:
    """Show an invoice against order and acceptance."""
    found = await page.ask("get_invoice", invoice_id=page.part("invoice_id"))
    return await show_found(page, found)


async def show_found(page: Page, found: dict[str, Any]) -> Response:
    """Show one that was read, with what is wrong with what was asked of it."""
    view = await _view(page, found)
    crumbs = (("/invoices", page.speech(N_("Invoices"))), (view.here, view.number))
    return page.show("invoices/invoice.html", view, crumbs=crumbs)


async def _view(page: Page, found: dict[str, Any]) -> InvoiceView:
    here, speech = f"/invoices/{found['invoice_id']}", page.speech
    owns = page.is_seated(found["supplier"]["id"], Role.SUPPLIER)
    of = {"supplier": found["supplier"]["id"], "canteen": found["canteen"]["id"]}
    orders, (told, complete) = await asyncio.gather(
        read_orders(page, {line["order_id"] for line in found["lines"]}), read_invoices(page, of)
    )
    together = invoiced_of(told)
    lines = {(order["order_id"], line["line_id"]): (order, line) for order in orders for line in order["lines"]}
    red = found["kind"] == "red"
    return InvoiceView(
        here=here,
        number=found["number"],
        kind=kind_mark(speech, found["kind"]),
        facts=_facts(page, found),
        lines=tuple(
            _line(page, one, *lines[one["order_id"], one["line_id"]], together)
            for one in found["lines"]
            if (one["order_id"], one["line_id"]) in lines
        ),
        complete=complete,
        file_url=f"/api/v1/invoices/{found['invoice_id']}/file" if found["file"] else "",
        reverses_url=f"/invoices/{found['reverses_id']}" if found["reverses_id"] else "",
        red_url=f"{here}/red" if owns and not red else "",
        uploads=owns,
    )


async def read_orders(page: Page, order_ids: Iterable[str]) -> list[dict[str, Any]]:
    """Read orders by their ids, which are few."""
    return list(await asyncio.gather(*(page.ask("get_order", order_id=order_id) for order_id in sorted(order_ids))))


async def read_invoices(page: Page, of: dict[str, str]) -> tuple[list[dict[str, Any]], bool]:
    """Read the newest invoices between two; tells whether it is all of them."""
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    for _ in range(PAGES_MAX):
        told = await page.ask("list_invoices", query={**of, "limit": PAGE, "cursor": cursor})
        found += told["items"]
        cursor = told["next"]
        if cursor is None:
            break
    return found, cursor is None


def invoiced_of(told: list[dict[str, Any]]) -> dict[tuple[str, str], int]:
    """Sum what invoices say of each line, red-letter ones taken off."""
    summed: dict[tuple[str, str], int] = {}
    for invoice in told:
        for line in invoice["lines"]:
            at = (line["order_id"], line["line_id"])
            summed[at] = summed.get(at, 0) + line["gross_fen"]
    return summed


def _facts(page: Page, found: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    speech = page.speech
    rows = [(speech(N_("Invoice number")), found["number"])]
    if found["code"]:
        rows.append((speech(N_("Invoice code")), found["code"]))
    return (
        *rows,
        (speech(N_("Supplier")), found["supplier"]["name"]),
        (speech(N_("Canteen")), found["canteen"]["name"]),
        (speech(N_("Issued on")), write.day(found["issued_on"], page.language)),
        (speech(N_("Without tax")), write.money(found["net_fen"])),
        (speech(N_("Tax")), f"{write.money(found['tax_fen'])} ({write.rate(found['tax_rate_bp'])})"),
        (speech(N_("Tax included")), write.money(found["gross_fen"])),
        (speech(N_("Recorded by")), f"{found['put_by_name']} · {write.moment(found['put_at'], page.language)}"),
    )


def _line(
    page: Page,
    told: dict[str, Any],
    order: dict[str, Any],
    line: dict[str, Any],
    together: dict[tuple[str, str], int],
) -> MatchedLine:
    ordered = line["ordered_fen"] if line["confirmed_fen"] is None else line["confirmed_fen"]
    invoiced = together.get((told["order_id"], told["line_id"]), told["gross_fen"])
    off, speech = invoiced - line["kept_fen"], page.speech
    if order["state"] not in KEEPING:
        state = Mark(speech(N_("Not accepted yet")), "warn")
    elif abs(off) <= TOLERANCE_FEN:
        state = Mark(speech(N_("Agrees")), "good")
    else:
        text = N_("%(amount)s too much") if off > 0 else N_("%(amount)s too little")
        state = Mark(speech(text, amount=write.money(abs(off))), "bad")
    return MatchedLine(
        url=f"/orders/{order['order_id']}",
        order=order["order_id"][-8:].upper(),
        name=line["name"],
        here=write.money(told["gross_fen"]),
        ordered=write.money(ordered),
        kept=write.money(line["kept_fen"]),
        invoiced=write.money(invoiced),
        state=state,
    )


async def upload_file(page: Page) -> Response:
    """Put the invoice as a file, or a better one."""
    invoice_id = page.part("invoice_id")
    upload = await page.form.upload("file", kinds=FILE_MEDIA)
    if page.form.ok and upload is not None and await put_file(page, invoice_id, upload):
        return page.go(f"/invoices/{invoice_id}", "document")
    return await show_invoice(page)


async def put_file(page: Page, invoice_id: str, upload: tuple[bytes, str]) -> bool:
    """Put a file beside its invoice; tells whether it was taken, or notes what is wrong."""
    try:
        await page.ask("put_invoice_file", body=upload[0], media_type=upload[1], invoice_id=invoice_id)
    except Refused as refused:
        if not refused.mendable:
            raise
        page.form.wrong("file", refused.sentence(page.speech))
        return False
    return True
