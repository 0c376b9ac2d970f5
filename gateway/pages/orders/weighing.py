"""What is packed, kept, sent back or credited is written line by line, by the scale where one stands there.

A weight is written as it is, or as what the scale shows (毛重) and what of it is packaging (皮重).
"""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from gateway.pages.kit import write
from gateway.pages.kit.asking import Refused
from gateway.pages.kit.language import N_
from gateway.pages.kit.page import Page, today
from gateway.pages.kit.words import REMEDIES, say
from gateway.pages.orders.sending import REASON_MAX, Again, send
from gateway.pages.views.goods import plain_quantity, quantity_unit
from shared.contracts.words import OrderState
from shared.ids import new_id

LOT_MAX = 100
OFFERED_REMEDIES = ("credit", "replacement", "refund")
PHOTO_MEDIA = ("image/jpeg", "image/png", "image/webp")
SCALE_PHOTOS_MAX = 20
"""As many as an order keeps; one a line, on its first lines."""


@dataclass(frozen=True, slots=True)
class WeighLine:
    id: str
    name: str
    measure: str
    hint: str
    unit: str
    value: str
    lot: str
    photo_id: str


@dataclass(frozen=True, slots=True)
class WeighView:
    title: str
    advice: str
    url: str
    once: str
    act_id: str
    label: str
    line_reason: str
    lines: tuple[WeighLine, ...]
    weighs: bool
    photo_label: str
    photo_types: str
    day_label: str
    day: str
    reason_label: str
    remedies: tuple[tuple[str, str], ...]
    send: str
    back: str
    queued: str
    """What this is called among what waits to be sent, where it may wait for a network."""


@dataclass(frozen=True, slots=True)
class Weighing:
    """What differs between the four forms that ask something of each line."""

    path: str
    title: str
    advice: str
    label: str
    send: str
    chain: str
    """The quantity that the form is filled with; empty begins at nothing."""
    hint: str
    asks_reason: bool = False
    receives: bool = False
    weighs: bool = False
    asks_one_reason: bool = False
    money: bool = False
    remedies: bool = False
    """Whether it asks what is wanted in return."""


PACK = Weighing(
    path="packing",
    title=N_("Pack by weight"),
    advice=N_(
        "Put each line on the scale and write what it shows. Goods by weight may differ a little from the order."
    ),
    label=N_("Packed"),
    send=N_("It is packed"),
    chain="ordered_quantity",
    hint=N_("To pack: %(quantity)s"),
    weighs=True,
)
RECEIVE = Weighing(
    path="acceptance",
    title=N_("Receive by weight"),
    advice=N_("Put each line on the scale and write what you keep. What you do not keep is not paid."),
    label=N_("Kept"),
    send=N_("I accept this"),
    chain="packed_quantity",
    hint=N_("Packed: %(quantity)s"),
    asks_reason=True,
    receives=True,
    weighs=True,
)
SEND_BACK = Weighing(
    path="return",
    title=N_("Send something back"),
    advice=N_("Write how much goes back and why. The supplier agrees, then it is booked."),
    label=N_("Goes back"),
    send=N_("Propose the return"),
    chain="",
    hint=N_("Kept: %(quantity)s"),
    asks_reason=True,
    remedies=True,
)
CREDIT = Weighing(
    path="credit",
    title=N_("Give a credit"),
    advice=N_("Write how much less each line costs. It is booked at once and cannot be undone."),
    label=N_("Less by"),
    send=N_("Give the credit"),
    chain="",
    hint=N_("Costs %(amount)s"),
    asks_one_reason=True,
    money=True,
)


def _shows(weighing: Weighing) -> Again:
    """Give the handler that shows a form."""

    async def show(page: Page) -> Response:
        return page.show("orders/weigh.html", await _weigh_view(page, weighing))

    return show


show_packing = _shows(PACK)
show_receiving = _shows(RECEIVE)
show_sending_back = _shows(SEND_BACK)
show_credit = _shows(CREDIT)


async def show_offline(page: Page) -> Response:
    """Say that there is no network, and what waits in this browser to be sent."""
    return page.show("orders/offline.html")


async def _weigh_view(page: Page, weighing: Weighing) -> WeighView:
    found, speech = await page.ask("get_order", order_id=page.part("order_id")), page.speech
    here = f"/orders/{found['order_id']}"
    lines = tuple(_weigh_line(page, weighing, line, place) for place, line in enumerate(found["lines"]))
    queued = f"{found['supplier']['name']} · {found['lines'][0]['name']}" if weighing.receives else ""
    return WeighView(
        title=speech(weighing.title),
        advice=speech(weighing.advice),
        url=f"{here}/{weighing.path}",
        once=page.form.value("once") or str(new_id()),
        act_id=page.form.value("act_id") or str(new_id()),
        label=speech(weighing.label),
        line_reason=_line_reason(page, weighing),
        lines=lines,
        weighs=weighing.weighs,
        photo_label=speech(N_("Photo of the scale")) if weighing.receives else "",
        photo_types=",".join(PHOTO_MEDIA),
        day_label=speech(N_("Accepted on")) if weighing.receives else "",
        day=today(page).isoformat(),
        reason_label=speech(N_("Reason")) if weighing.asks_one_reason else "",
        remedies=tuple((one, say(REMEDIES, one, speech)) for one in OFFERED_REMEDIES) if weighing.remedies else (),
        send=speech(weighing.send),
        back=here,
        queued=queued,
    )


def _line_reason(page: Page, weighing: Weighing) -> str:
    if not weighing.asks_reason:
        return ""
    return page.speech(N_("Why, if it is less")) if weighing.receives else page.speech(N_("Why"))


def _weigh_line(page: Page, weighing: Weighing, line: dict[str, Any], place: int) -> WeighLine:
    speech, measure = page.speech, line["measure"]
    chain = weighing.chain or "kept_quantity"
    if weighing is PACK and line["confirmed_quantity"] is not None:
        chain = "confirmed_quantity"
    quantity = write.quantity(line[chain], measure, speech, line["unit_name"])
    value = plain_quantity(speech, line[chain] or 0, measure) if weighing.chain else ""
    return WeighLine(
        id=line["line_id"],
        name=line["name"],
        measure=measure,
        hint=speech(weighing.hint, quantity=quantity, amount=write.money(line["kept_fen"])),
        unit=speech(N_("yuan")) if weighing.money else quantity_unit(speech, measure, line["unit_name"]),
        value=value,
        lot=line["lot_number"],
        photo_id=page.form.value(f"photo-id-{place}") or str(new_id()) if place < SCALE_PHOTOS_MAX else "",
    )


@dataclass(frozen=True, slots=True)
class Figure:
    """What was written of one line: its quantity, and with a scale what that showed."""

    place: int
    line_id: str
    quantity: int
    gross_grams: int | None = None
    tare_grams: int | None = None

    def told(self, field: str) -> dict[str, Any]:
        """Write it as JSON, its quantity under a name."""
        return {"line_id": self.line_id, field: self.quantity}


def read_lines(page: Page, *, money: bool = False, needed: bool = True) -> list[Figure]:
    """Read each line's figure; with `needed` False, an empty line is left out."""
    form, lines, place = page.form, [], 0
    while f"line-{place}" in form.values:
        figure = _read_line(page, place, money=money, needed=needed)
        if figure is not None and (needed or figure.quantity > 0):
            lines.append(figure)
        place += 1
    if not lines and form.ok:
        form.wrong("amount-0", page.speech(N_("Write a figure in at least one line.")))
    return lines


def _read_line(page: Page, place: int, *, money: bool, needed: bool) -> Figure | None:
    form, name, line_id = page.form, f"amount-{place}", str(page.form.id(f"line-{place}"))
    measure = form.value(f"measure-{place}")
    if money:
        amount = form.fen(name, needed=needed)
        return None if amount is None else Figure(place, line_id, amount)
    if measure == "weight" and (form.value(f"gross-{place}").strip() or form.value(f"tare-{place}").strip()):
        gross, tare = form.grams(f"gross-{place}"), form.grams(f"tare-{place}", needed=False) or 0
        if gross is None:
            return None
        if tare > gross:
            form.wrong(f"tare-{place}", page.speech(N_("The packaging cannot weigh more than all of it.")))
        return Figure(place, line_id, gross - tare, gross, tare)
    quantity = form.quantity(name, measure, needed=needed)
    return None if quantity is None else Figure(place, line_id, quantity)


async def pack(page: Page) -> Response:
    """Say what was packed, and of which lots."""
    form = page.form
    lines = [
        one.told("packed_quantity") | {"lot_number": form.text(f"lot-{one.place}", most=LOT_MAX, needed=False)}
        for one in read_lines(page)
    ]
    return await send(page, "pack_order", {"lines": lines}, "packed", show_packing)


async def receive(page: Page) -> Response:
    """Accept the goods by weight, after the photos of the scale: sent again, both are one."""
    form, lines = page.form, []
    for one in read_lines(page):
        if one.gross_grams is None:
            line = one.told("accepted_quantity")
        else:
            line = {"line_id": one.line_id, "gross_grams": one.gross_grams, "tare_grams": one.tare_grams}
        line["lot_number"] = form.text(f"lot-{one.place}", most=LOT_MAX, needed=False)
        line["reason"] = form.text(f"reason-{one.place}", most=REASON_MAX, needed=False)
        lines.append(line)
    accepted_on, act_id = form.day("day"), form.id("act_id")
    await _keep_photos(page)
    content = {
        "acceptance_id": str(act_id),
        "accepted_on": accepted_on.isoformat() if accepted_on else None,
        "lines": lines,
    }
    return await send(page, "accept_order", content, _received, show_receiving)


async def _keep_photos(page: Page) -> None:
    """Put what was taken of the scale, once nothing else is wrong with the form."""
    form = page.form
    for place in range(SCALE_PHOTOS_MAX):
        sent = form.files.get(f"photo-{place}")
        if not form.ok or sent is None or not sent.filename:
            continue
        photo_id, line_id = form.id(f"photo-id-{place}"), form.id(f"line-{place}")
        upload = await form.upload(f"photo-{place}", kinds=PHOTO_MEDIA)
        if upload is None or not form.ok:
            continue
        try:
            await page.ask(
                "put_scale_photo",
                query={"line": str(line_id)},
                body=upload[0],
                media_type=upload[1],
                order_id=page.part("order_id"),
                photo_id=photo_id,
            )
        except Refused as refused:
            if not refused.mendable:
                raise
            form.wrong(f"photo-{place}", refused.sentence(page.speech))


def _received(order: Any) -> str:
    return "waits" if order["state"] == OrderState.WEIGHED else "accepted"


async def send_back(page: Page) -> Response:
    """Propose a return."""
    form = page.form
    lines = [
        one.told("quantity") | {"reason": form.text(f"reason-{one.place}", most=REASON_MAX)}
        for one in read_lines(page, needed=False)
    ]
    remedy = form.choice("remedy", OFFERED_REMEDIES)
    content = {"return_id": str(form.id("act_id")), "remedy": remedy, "lines": lines}
    return await send(page, "return_goods", content, "returned", show_sending_back)


async def credit(page: Page) -> Response:
    """Lower what accepted goods cost."""
    lines = [one.told("amount_fen") for one in read_lines(page, money=True, needed=False)]
    content = {
        "credit_id": str(page.form.id("act_id")),
        "lines": lines,
        "reason": page.form.text("reason", most=REASON_MAX),
    }
    return await send(page, "credit_order", content, "credited", show_credit)
