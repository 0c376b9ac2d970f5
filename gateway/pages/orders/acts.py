"""Each thing that is done to an order is one form: confirm, decline, pack, ship, receive, send back, pay."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from gateway.pages.kit import write
from gateway.pages.kit.asking import Refused
from gateway.pages.kit.language import N_
from gateway.pages.kit.page import Page
from gateway.pages.orders.order import order_view
from gateway.pages.views.goods import plain_quantity, quantity_unit
from shared.clock import business_date
from shared.contracts.words import OrderState
from shared.ids import new_id

REASON_MAX = 500
VOUCHER_MEDIA = ("application/pdf", "image/jpeg", "image/png")


@dataclass(frozen=True, slots=True)
class WeighLine:
    id: str
    name: str
    measure: str
    field: str
    hint: str
    unit: str
    value: str
    reason_field: str


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
    day_label: str
    day: str
    reason_label: str
    send: str
    back: str


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
    asks_day: bool = False
    asks_one_reason: bool = False
    money: bool = False


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
    asks_day=True,
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


async def _weigh_view(page: Page, weighing: Weighing) -> WeighView:
    found, speech = await page.ask("get_order", order_id=page.part("order_id")), page.speech
    here = f"/orders/{found['order_id']}"
    today = business_date(page.request.app.state.desk.clock.now())
    return WeighView(
        title=speech(weighing.title),
        advice=speech(weighing.advice),
        url=f"{here}/{weighing.path}",
        once=page.form.value("once") or str(new_id()),
        act_id=page.form.value("act_id") or str(new_id()),
        label=speech(weighing.label),
        line_reason=speech(N_("Why, if it is less")) if weighing.asks_day else speech(N_("Why")),
        lines=tuple(_weigh_line(page, weighing, line, place) for place, line in enumerate(found["lines"])),
        day_label=speech(N_("Accepted on")) if weighing.asks_day else "",
        day=today.isoformat(),
        reason_label=speech(N_("Reason")) if weighing.asks_one_reason else "",
        send=speech(weighing.send),
        back=here,
    )


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
        field=f"amount-{place}",
        hint=speech(weighing.hint, quantity=quantity, amount=write.money(line["kept_fen"])),
        unit=speech(N_("yuan")) if weighing.money else quantity_unit(speech, measure, line["unit_name"]),
        value=value,
        reason_field=f"reason-{place}" if weighing.asks_reason else "",
    )


async def show_packing(page: Page) -> Response:
    """Ask what was packed."""
    return page.show("orders/weigh.html", await _weigh_view(page, PACK))


async def show_receiving(page: Page) -> Response:
    """Ask what is kept."""
    return page.show("orders/weigh.html", await _weigh_view(page, RECEIVE))


async def show_sending_back(page: Page) -> Response:
    """Ask what goes back."""
    return page.show("orders/weigh.html", await _weigh_view(page, SEND_BACK))


async def show_credit(page: Page) -> Response:
    """Ask how much less it costs."""
    return page.show("orders/weigh.html", await _weigh_view(page, CREDIT))


def _read_lines(page: Page, field: str, *, money: bool = False, needed: bool = True) -> list[dict[str, Any]]:
    """Read each line's figure; with `needed` False, an empty line is left out."""
    form, lines = page.form, []
    place = 0
    while f"line-{place}" in form.values:
        name = f"amount-{place}"
        measure = form.value(f"measure-{place}")
        figure = form.fen(name, needed=needed) if money else form.quantity(name, measure, needed=needed)
        if figure is not None and (needed or figure > 0):
            lines.append({"line_id": str(form.id(f"line-{place}")), field: figure, "place": place})
        place += 1
    if not lines and form.ok:
        form.wrong("amount-0", page.speech(N_("Write a figure in at least one line.")))
    return lines


def _without_place(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in line.items() if name != "place"} for line in lines]


async def pack(page: Page) -> Response:
    """Say what was packed."""
    lines = _without_place(_read_lines(page, "packed_quantity"))
    return await _send(page, "pack_order", {"lines": lines}, "packed", PACK)


async def receive(page: Page) -> Response:
    """Accept the goods by weight."""
    form = page.form
    lines = _read_lines(page, "accepted_quantity")
    for line in lines:
        line["reason"] = form.text(f"reason-{line['place']}", most=REASON_MAX, needed=False)
    accepted_on, act_id = form.day("day"), form.id("act_id")
    content = {
        "acceptance_id": str(act_id),
        "accepted_on": accepted_on.isoformat() if accepted_on else None,
        "lines": _without_place(lines),
    }
    return await _send(page, "accept_order", content, _received, RECEIVE)


def _received(order: Any) -> str:
    return "waits" if order["state"] == OrderState.WEIGHED else "accepted"


async def send_back(page: Page) -> Response:
    """Propose a return."""
    form = page.form
    lines = _read_lines(page, "quantity", needed=False)
    for line in lines:
        line["reason"] = form.text(f"reason-{line['place']}", most=REASON_MAX)
    content = {"return_id": str(form.id("act_id")), "lines": _without_place(lines)}
    return await _send(page, "return_goods", content, "returned", SEND_BACK)


async def credit(page: Page) -> Response:
    """Lower what accepted goods cost."""
    lines = _without_place(_read_lines(page, "amount_fen", money=True, needed=False))
    content = {
        "credit_id": str(page.form.id("act_id")),
        "lines": lines,
        "reason": page.form.text("reason", most=REASON_MAX),
    }
    return await _send(page, "credit_order", content, "credited", CREDIT)


async def confirm(page: Page) -> Response:
    """Confirm an order."""
    return await _send(page, "confirm_order", None, "confirmed")


async def decline(page: Page) -> Response:
    """Decline an order, with a reason."""
    return await _send(page, "decline_order", {"reason": page.form.text("reason", most=REASON_MAX)}, "declined")


async def ship(page: Page) -> Response:
    """Say that the goods have left."""
    note = page.form.text("note", most=REASON_MAX, needed=False)
    return await _send(page, "ship_order", {"note": note}, "shipped")


async def cancel(page: Page) -> Response:
    """Cancel an order, with a reason."""
    return await _send(page, "cancel_order", {"reason": page.form.text("reason", most=REASON_MAX)}, "cancelled")


async def agree_weight(page: Page) -> Response:
    """Agree, as the seller, to a weight that is off."""
    return await _answer_weight(page, "agree_weight", "agree")


async def object_to_weight(page: Page) -> Response:
    """Object to it, with a reason."""
    return await _answer_weight(page, "agree_weight", "object")


async def second_weight(page: Page) -> Response:
    """Stand by a weight as the second person."""
    return await _answer_weight(page, "second_weight", "agree")


async def object_as_second(page: Page) -> Response:
    """Object to it as the second person, with a reason."""
    return await _answer_weight(page, "second_weight", "object")


async def _answer_weight(page: Page, operation: str, outcome: str) -> Response:
    reason = page.form.text("reason", most=REASON_MAX) if outcome == "object" else ""
    content = {"acceptance_id": str(page.part("acceptance_id")), "outcome": outcome, "reason": reason}
    return await _send(page, operation, content, "weighed")


async def take_substitute(page: Page) -> Response:
    """Accept goods in a line's place."""
    return await _answer_substitute(page, "accept")


async def refuse_substitute(page: Page) -> Response:
    """Refuse them."""
    return await _answer_substitute(page, "refuse")


async def _answer_substitute(page: Page, outcome: str) -> Response:
    given = {"outcome": outcome}
    return await _send(page, "answer_substitute", given, "substitute", substitute_id=page.part("substitute_id"))


async def agree_return(page: Page) -> Response:
    """Agree to a return."""
    return await _send(page, "agree_return", None, "agreed", return_id=page.part("return_id"))


async def refuse_return(page: Page) -> Response:
    """Refuse a return, with a reason for the canteen."""
    return await _answer_return(page, "refuse", "return_refused")


async def escalate_return(page: Page) -> Response:
    """Have the unit above decide on a return."""
    return await _answer_return(page, "escalate", "return_escalated")


async def withdraw_return(page: Page) -> Response:
    """Take a return back."""
    return await _answer_return(page, "withdraw", "return_withdrawn", needed=False)


async def _answer_return(page: Page, step: str, done: str, *, needed: bool = True) -> Response:
    return_id = page.part("return_id")
    field = f"{step}-{return_id[-6:]}"
    content = {"reason": page.form.text(field, most=REASON_MAX, needed=needed)}
    return await _send(page, f"{step}_return", content, done, return_id=return_id)


async def agree_cancel(page: Page) -> Response:
    """Agree, as the seller, that what is packed is cancelled."""
    return await _send(page, "agree_cancel", {"outcome": "agree", "reason": ""}, "cancelled")


async def object_to_cancel(page: Page) -> Response:
    """Deliver what is packed all the same, with a reason."""
    content = {"outcome": "object", "reason": page.form.text("reason", most=REASON_MAX)}
    return await _send(page, "agree_cancel", content, "kept")


async def confirm_payment(page: Page) -> Response:
    """Say that the money has arrived."""
    return await _send(page, "confirm_payment", None, "paid", payment_id=page.part("payment_id"))


async def deny_payment(page: Page) -> Response:
    """Say that a transfer has not arrived, and what was seen."""
    return await _end_payment(page, "deny_payment")


async def withdraw_payment(page: Page) -> Response:
    """Take back a transfer that was registered by mistake, and say why."""
    return await _end_payment(page, "withdraw_payment")


async def _end_payment(page: Page, operation: str) -> Response:
    payment_id = page.part("payment_id")
    content = {"reason": page.form.text(f"why-{payment_id[-6:]}", most=REASON_MAX)}
    return await _send(page, operation, content, "payment_ended", payment_id=payment_id)


async def _send(
    page: Page,
    operation: str,
    content: Any,
    done: str | Callable[[Any], str],
    weighing: Weighing | None = None,
    **path: Any,
) -> Response:
    """Do one step of an order, or show its form again with what is wrong and all that was typed.

    `done` says what is told then, or tells it of the order as it is answered.
    """
    form, order_id = page.form, page.part("order_id")
    if form.ok:
        try:
            answer = await page.ask(operation, json=content, once=form.value("once"), order_id=order_id, **path)
        except Refused as refused:
            if not refused.mendable:
                raise
            _take(page, refused)
        else:
            return page.go(f"/orders/{order_id}", done if isinstance(done, str) else done(answer))
    if weighing is not None:
        return page.show("orders/weigh.html", await _weigh_view(page, weighing))
    return page.show("orders/order.html", await order_view(page))


def _take(page: Page, refused: Refused) -> None:
    """Note a refusal whose errors name lines by their place: `lines.0.packed_quantity`."""
    for error in refused.errors:
        parts = str(error.get("field", "")).split(".")
        if len(parts) > 1 and parts[0] == "lines":
            error["field"] = f"{'reason' if parts[-1] == 'reason' else 'amount'}-{parts[1]}"
    page.form.take(refused, {"accepted_on": "day"})


async def pay(page: Page) -> Response:
    """Register a payment."""
    form, order_id = page.form, page.part("order_id")
    payment_id, method = form.id("payment_id"), form.choice("method", ("bank_transfer",))
    amount = form.fen("amount")
    if form.ok:
        try:
            content = {"method": method, "amount_fen": amount}
            await page.ask("put_payment", json=content, order_id=order_id, payment_id=payment_id)
        except Refused as refused:
            if not refused.mendable:
                raise
            form.take(refused, {"amount_fen": "amount"})
        else:
            return page.go(f"/orders/{order_id}", "paid")
    return page.show("orders/order.html", await order_view(page))


async def upload_voucher(page: Page) -> Response:
    """Put the voucher of a bank transfer."""
    form, order_id, payment_id = page.form, page.part("order_id"), page.part("payment_id")
    field = f"voucher-{payment_id[-6:]}"
    upload = await form.upload(field, kinds=VOUCHER_MEDIA)
    if form.ok and upload is not None:
        try:
            await page.ask(
                "put_voucher", body=upload[0], media_type=upload[1], order_id=order_id, payment_id=payment_id
            )
        except Refused as refused:
            if not refused.mendable:
                raise
            form.wrong(field, refused.sentence(page.speech))
        else:
            return page.go(f"/orders/{order_id}", "document")
    return page.show("orders/order.html", await order_view(page))
