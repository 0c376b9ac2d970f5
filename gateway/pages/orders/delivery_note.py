"""The delivery note of an order is a page that is printed: who gets what, how much of it, and where they sign."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from gateway.pages.kit import write
from gateway.pages.kit.geography import short_county
from gateway.pages.kit.language import N_, Speech
from gateway.pages.kit.page import Page
from gateway.pages.views.goods import ordered_and_confirmed
from shared.contracts.words import Measure

SIGNS = {
    "sender": N_("Sent by"),
    "carrier": N_("Driven by"),
    "receiver": N_("Received by"),
    "second_receiver": N_("Second receiver"),
}


@dataclass(frozen=True, slots=True)
class NotedLine:
    name: str
    origin: str
    lot: str
    ordered: str
    packed: str
    received: str


@dataclass(frozen=True, slots=True)
class NoteView:
    number: str
    code: str
    facts: tuple[tuple[str, str], ...]
    lines: tuple[NotedLine, ...]
    together: str
    signs: tuple[tuple[str, str], ...]
    back: str
    url: str
    pdf_url: str


async def show_delivery_note(page: Page) -> Response:
    """Show an order's delivery note, to be looked at or printed."""
    speech = page.speech
    found = await page.ask("get_delivery_note", order_id=page.part("order_id"))
    here = f"/orders/{found['order_id']}"
    view = NoteView(
        number=found["number"],
        code=found["check_code"],
        facts=_facts(speech, found),
        lines=tuple(_line(speech, line, found["lines"]) for line in found["lines"]),
        together=_together(speech, found),
        signs=tuple(
            (speech(SIGNS[one["side"]]), (one["name"] or "") if one["side"] != "carrier" else "")
            for one in found["signatures"]
        ),
        back=here,
        url=found["url"],
        pdf_url=f"/api/v1{here}/delivery-note?format=pdf&lang={speech.language}",
    )
    return page.show("orders/delivery_note.html", view)


def _facts(speech: Speech, found: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    language, shipment = speech.language, found["shipment"] or {}
    rows = [
        (speech(N_("Supplier")), found["supplier"]["name"]),
        (speech(N_("Canteen")), found["canteen"]["name"]),
        (speech(N_("Unit")), found["unit"]["name"]),
    ]
    if found["sold_on"]:
        rows.append((speech(N_("Sold on")), write.day(found["sold_on"], language)))
    else:
        rows.append((speech(N_("Wanted on")), write.wanted(found, language)))
        if shipment:
            rows.append((speech(N_("Left at")), write.moment(shipment["shipped_at"], language)))
    if found["packed_at"]:
        rows.append((speech(N_("Packed at")), write.moment(found["packed_at"], language)))
    for label, name in ((N_("Carrier"), "carrier"), (N_("Plate or tracking number"), "tracking"), (N_("Note"), "note")):
        if shipment.get(name):
            rows.append((speech(label), shipment[name]))
    return tuple(rows)


def _line(speech: Speech, line: dict[str, Any], lines: list[dict[str, Any]]) -> NotedLine:
    def amount(name: str) -> str:
        return write.quantity(line[name], line["measure"], speech, line["unit_name"])

    origin = short_county(line["origin_county_code"])
    replaced = next((one["name"] for one in lines if one["line_id"] == line["replaces_line_id"]), "")
    if replaced:
        origin = speech(N_("%(origin)s · in place of %(name)s"), origin=origin, name=replaced)
    return NotedLine(
        name=line["name"],
        origin=origin,
        lot=line["lot_number"] or write.NOTHING,
        ordered=ordered_and_confirmed(speech, line),
        packed=amount("packed_quantity"),
        received="" if line["accepted_quantity"] is None else amount("accepted_quantity"),
    )


def _together(speech: Speech, found: dict[str, Any]) -> str:
    """Sum what is weighed; of what is counted, each unit by itself."""
    counted: dict[str, int] = {}
    for line in found["lines"]:
        if line["measure"] == Measure.PIECE:
            counted[line["unit_name"]] = counted.get(line["unit_name"], 0) + line["packed_quantity"]
    sums = [write.weight(found["packed_grams"], speech)] if found["packed_grams"] else []
    sums += [write.quantity(count, Measure.PIECE.value, speech, unit) for unit, count in counted.items()]
    return " + ".join(sums)
