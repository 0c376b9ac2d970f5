"""What invoices say otherwise than was accepted waits in a queue until finance says what becomes of it."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from gateway.pages.kit import write
from gateway.pages.kit.asking import Refused
from gateway.pages.kit.frame import Mark
from gateway.pages.kit.language import N_
from gateway.pages.kit.lists import rest_of
from gateway.pages.kit.page import Page
from gateway.pages.kit.words import say
from shared.contracts.authority import Role
from shared.ids import new_id

REASON_MAX = 500
DIFFERENCES: dict[str, str] = {
    "over": N_("Invoiced more than was accepted"),
    "under": N_("Invoiced less than was accepted"),
    "not_accepted": N_("Invoiced before it was accepted"),
    "over_ordered": N_("Invoiced more than was ordered"),
}
WAYS_OUT: dict[str, str] = {
    "over": N_("The seller takes the difference back by a red-letter invoice; or write below why it stays."),
    "under": N_("The seller invoices the rest; or write below why nothing more comes."),
    "not_accepted": N_("It settles itself once the goods are weighed and accepted; pay nothing before."),
    "over_ordered": N_("The seller takes the difference back by a red-letter invoice; or write below why it stays."),
}


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    title: str
    sides: str
    kind: Mark
    by: str
    figures: tuple[tuple[str, str], ...]
    way_out: str
    order_url: str
    resolve_url: str
    hidden: tuple[tuple[str, str], ...]
    field: str


@dataclass(frozen=True, slots=True)
class DifferencesView:
    rows: tuple[DifferenceRow, ...]
    empty: str
    next_url: str
    first_url: str


async def show_differences(page: Page) -> Response:
    """List what differs and nobody has resolved."""
    found = await page.ask("list_invoice_differences", query={"cursor": page.asked("cursor")})
    empty = N_("Every invoice agrees with what was ordered and accepted.")
    if found["next"]:
        empty = N_("Nothing differs among these; look at the next page.")
    view = DifferencesView(
        rows=tuple(_row(page, one) for one in found["items"]),
        empty=page.speech(empty),
        next_url=rest_of(page, found)[0],
        first_url=rest_of(page, found)[1],
    )
    return page.show("invoices/differences.html", view, crumbs=(("/invoices", page.speech(N_("Invoices"))),))


def _row(page: Page, one: dict[str, Any]) -> DifferenceRow:
    speech = page.speech
    resolves = page.is_seated(one["unit_id"], Role.FINANCE)
    tail = one["line_id"][-6:]
    return DifferenceRow(
        title=f"{one['name']} · {one['order_id'][-8:].upper()}",
        sides=f"{one['supplier']['name']} → {one['canteen']['name']}",
        kind=Mark(say(DIFFERENCES, one["kind"], speech), "bad" if one["fen"] > 0 else "warn"),
        by=write.money(one["fen"]),
        figures=(
            (speech(N_("Ordered")), write.money(one["ordered_fen"])),
            (speech(N_("Accepted")), write.money(one["kept_fen"])),
            (speech(N_("Invoiced")), write.money(one["invoiced_fen"])),
        ),
        way_out=say(WAYS_OUT, one["kind"], speech),
        order_url=f"/orders/{one['order_id']}",
        resolve_url=f"/invoices/differences/{one['order_id']}" if resolves else "",
        hidden=(
            ("line_id", one["line_id"]),
            ("kind", one["kind"]),
            ("fen", str(one["fen"])),
            ("resolution_id", str(new_id())),
            ("once", str(new_id())),
        ),
        field=f"note-{tail}",
    )


async def resolve(page: Page) -> Response:
    """Say what becomes of a difference as it was seen; if it is another one meanwhile, it stays in the queue."""
    form = page.form
    line_id, resolution_id, kind = form.id("line_id"), form.id("resolution_id"), form.choice("kind", DIFFERENCES)
    field = f"note-{form.value('line_id')[-6:]}"
    note = form.text(field, most=REASON_MAX)
    fen = form.value("fen")
    if not fen.removeprefix("-").isdecimal():
        form.wrong("", page.speech(N_("This form is incomplete; open the page again.")))
    if form.ok:
        content = {
            "resolution_id": str(resolution_id),
            "line_id": str(line_id),
            "kind": kind,
            "fen": int(fen),
            "note": note,
        }
        try:
            await page.ask(
                "resolve_invoice_difference", json=content, once=form.value("once"), order_id=page.part("order_id")
            )
        except Refused as refused:
            # The difference is not there any more as it was seen: whoever reads the queue anew sees how it stands.
            if not refused.mendable and refused.slug != "no-such-difference":
                raise
            form.take(refused, {"note": field})
        else:
            return page.go("/invoices/differences", "resolved")
    return await show_differences(page)
