"""An order is one page for both sides: its weights, its payments, what happened, and what can be done now."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from starlette.responses import Response

from gateway.pages.kit import write
from gateway.pages.kit.frame import Mark
from gateway.pages.kit.geography import short_county
from gateway.pages.kit.language import N_, Speech
from gateway.pages.kit.page import Page, today
from gateway.pages.kit.words import (
    DISPUTED,
    FUNDS,
    METHODS,
    ORDER_STATES,
    ORDER_STEPS,
    PAYMENT_STATES,
    REMEDIES,
    RETURN_STATES,
    say,
    tone,
)
from gateway.pages.views.goods import line_reason, ordered_and_confirmed
from shared.contracts.authority import Role
from shared.contracts.words import ENDED, KEEPING, NOTED
from shared.ids import new_id

REPLACED_AFTER_DAYS = 3
SENDS = (Role.SUPPLIER, Role.PACKER, Role.HELPER)
DUE = {
    "proposed": N_("Answer until"),
    "refused": N_("May be taken to the unit above until"),
    "escalated": N_("The unit above decides until"),
}
"""What is said of the moment at which a return in this state goes on by itself."""
RETURN_STEPS: tuple[tuple[str, bool, str, str, str, str], ...] = (
    ("agree", True, "agreement", N_("Agree to the return"), "", ""),
    ("refuse", True, "refusal", N_("Refuse the return"), "stop", N_("Why you refuse the return")),
    (
        "escalate",
        False,
        "escalation",
        N_("Have the unit above decide"),
        "second",
        N_("What the unit above should know"),
    ),
    ("withdraw", False, "withdrawal", N_("Take the return back"), "second", N_("Why you take the return back")),
)
"""A step, whether it is the seller's, its address, its button, the button's kind, and what is asked."""


@dataclass(frozen=True, slots=True)
class OrderLine:
    name: str
    origin: str
    price: str
    unit: str
    ordered: str
    packed: str
    accepted: str
    returned: str
    amount: str


@dataclass(frozen=True, slots=True)
class Step:
    """Something the reader can do now: a link to a form, or a button with at most one question."""

    url: str
    text: str
    kind: str = ""
    link: bool = False
    field: str = ""
    label: str = ""
    day: str = ""
    """The day that a question for one is filled with; empty asks for a text."""


@dataclass(frozen=True, slots=True)
class GivenBack:
    title: str
    state: Mark
    amount: str
    facts: tuple[tuple[str, str], ...]
    steps: tuple[Step, ...] = ()
    again_url: str = ""
    """The order by which the same goods come again."""


@dataclass(frozen=True, slots=True)
class Payment:
    title: str
    amount: str
    state: Mark
    voucher_url: str
    upload_url: str
    confirm_url: str
    seen_fen: int
    """What the supplier sees on the page, and says has arrived."""
    deny_url: str
    withdraw_url: str
    field: str
    reason: str
    why: str
    disputes: tuple[str, ...]
    """What its card's holder wants back by the bank, and what became of that."""


@dataclass(frozen=True, slots=True)
class Happened:
    what: str
    when: str
    reason: str


@dataclass(frozen=True, slots=True)
class Offered:
    """Goods that the supplier offers in a line's place, and how each rule would count them."""

    name: str
    says: str
    until: str
    counts: tuple[str, ...]
    take_url: str
    refuse_url: str


@dataclass(frozen=True, slots=True)
class OrderView:
    number: str
    state: Mark
    marks: tuple[Mark, ...]
    facts: tuple[tuple[str, str], ...]
    lines: tuple[OrderLine, ...]
    total: str
    returns: tuple[GivenBack, ...]
    payments: tuple[Payment, ...]
    paying: bool
    pay_url: str
    payment_id: str
    methods: list[tuple[str, str]]
    owed: str
    substitutes: tuple[Offered, ...]
    note_url: str
    again_url: str
    """Where its buyer has the same come each week."""
    replaces_url: str
    """The order of whose returned goods it is the replacement."""
    replaces: str
    """What that is to the reader: how it is paid, or that it does not come."""
    steps: tuple[Step, ...]
    events: tuple[Happened, ...]
    once: str


def order_mark(speech: Speech, state: str) -> Mark:
    """Give the tag of an order's state."""
    return Mark(say(ORDER_STATES, state, speech), tone(state))


async def show_order(page: Page) -> Response:
    """Show an order."""
    return page.show("orders/order.html", await order_view(page))


async def order_view(page: Page) -> OrderView:
    """Put together what a reader sees of an order, and what they can do with it."""
    found, speech = await page.ask("get_order", order_id=page.part("order_id")), page.speech
    offered = [one for one in found["substitutes"] if one["state"] == "offered"]
    sends = page.is_seated(found["supplier"]["id"], *SENDS)
    owns = page.is_seated(found["supplier"]["id"], Role.SUPPLIER)
    buys = page.is_seated(found["canteen"]["id"], Role.BUYER)
    pays = buys or page.is_seated(found["unit"]["id"], Role.FINANCE)
    seconds = pays or page.is_seated(found["unit"]["id"], Role.APPROVER)
    here, owed = f"/orders/{found['order_id']}", found["owed_fen"]
    kept = found["state"] in KEEPING
    return OrderView(
        number=number_of(found["order_id"]),
        state=order_mark(speech, found["state"]),
        marks=(Mark(speech(N_("Left to pay: %(owed)s"), owed=write.money(owed)), "warn"),) if kept and owed > 0 else (),
        facts=_facts(speech, found),
        lines=tuple(_line(speech, line, kept) for line in found["lines"]),
        total=write.money(found["kept_fen"] if kept else agreed_fen(found)),
        returns=_given_back(speech, found, here, today(page), sends=sends, buys=buys),
        payments=tuple(_payment(speech, item, here, pays=pays, owns=owns) for item in found["payments"]),
        paying=pays and kept and owed > found["pending_fen"],
        pay_url=f"{here}/payments",
        payment_id=str(new_id()),
        methods=[("bank_transfer", say(METHODS, "bank_transfer", speech))],
        owed=write.plain_money(max(0, owed - found["pending_fen"])),
        substitutes=tuple([await _substitute(page, one, here, buys=buys) for one in offered]),
        note_url=f"{here}/delivery-note" if found["state"] in NOTED else "",
        again_url=f"/standing-orders/new?order={found['order_id']}" if buys and not found["replaces"] else "",
        replaces_url=f"/orders/{found['replaces']['order_id']}" if found["replaces"] else "",
        replaces=_replaces(speech, found),
        steps=_steps(speech, found, here, sends=sends, owns=owns, buys=buys, seconds=seconds),
        events=_events(speech, found),
        once=str(new_id()),
    )


def agreed_fen(told: dict[str, Any]) -> int:
    """Give what an order or a line comes to as the supplier confirmed it, or else as it was ordered."""
    agreed: int = told["ordered_fen"] if told["confirmed_fen"] is None else told["confirmed_fen"]
    return agreed


def number_of(order_id: str) -> str:
    """Give the short form of an order's id by which people name it."""
    return order_id[-8:].upper()


def _facts(speech: Speech, found: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    rows = [
        (speech(N_("Supplier")), found["supplier"]["name"]),
        (speech(N_("Canteen")), found["canteen"]["name"]),
        (speech(N_("Unit")), found["unit"]["name"]),
        (speech(N_("Ordered by")), found["placed_by_name"]),
        (speech(N_("Wanted on")), write.wanted(found, speech.language)),
        (speech(N_("Paid from")), say(FUNDS, found["fund"], speech)),
    ]
    if shipment := found.get("shipment"):
        text = " · ".join(part for part in (shipment["carrier"], shipment["tracking"], shipment["note"]) if part)
        rows.append((speech(N_("Shipment")), text or write.moment(shipment["shipped_at"], speech.language)))
    if acceptance := found.get("acceptance"):
        who = f"{write.day(acceptance['accepted_on'], speech.language)} · {acceptance['accepted_by_name']}"
        rows.append((speech(N_("Accepted on")), who))
    if found["paid_fen"]:
        rows.append((speech(N_("Paid")), write.money(found["paid_fen"])))
    return tuple(rows)


def _line(speech: Speech, line: dict[str, Any], kept: bool) -> OrderLine:
    def amount(name: str) -> str:
        return write.quantity(line[name], line["measure"], speech, line["unit_name"])

    return OrderLine(
        name=line["name"],
        origin=short_county(line["origin_county_code"]),
        price=write.money(line["price_fen"]),
        unit=line["unit_name"],
        ordered=ordered_and_confirmed(speech, line),
        packed=amount("packed_quantity"),
        accepted=amount("accepted_quantity"),
        returned=amount("returned_quantity") if line["returned_quantity"] else write.NOTHING,
        amount=write.money(line["kept_fen"] if kept else agreed_fen(line)),
    )


async def _substitute(page: Page, one: dict[str, Any], here: str, *, buys: bool) -> Offered:
    """Show goods that wait for the canteen's answer, to its buyer with what they do to the share."""
    speech, counts = page.speech, []
    if buys:
        ids = {"order_id": page.part("order_id"), "substitute_id": one["substitute_id"]}
        preview = await page.ask_or({"rules": []}, "preview_substitute", **ids)
        for rule in preview["rules"]:
            name = rule["name"] if speech.language == "zh" else rule["name_en"] or rule["name"]
            counts += [f"{name}: {line_reason(speech, line)}" for line in rule.get("counts", [])]
    at = f"{here}/substitutes/{one['substitute_id']}"
    return Offered(
        name=one["name"],
        says=speech(
            N_("%(quantity)s from %(origin)s at %(price)s / %(unit)s, together %(amount)s"),
            quantity=write.quantity(one["quantity"], one["measure"], speech, one["unit_name"]),
            origin=short_county(one["origin_county_code"]),
            price=write.money(one["price_fen"]),
            unit=one["unit_name"],
            amount=write.money(one["amount_fen"]),
        ),
        until=speech(N_("To be answered until %(until)s"), until=write.moment(one["due_at"], speech.language)),
        counts=tuple(counts),
        take_url=f"{at}/acceptance" if buys else "",
        refuse_url=f"{at}/refusal" if buys else "",
    )


def _given_back(
    speech: Speech, found: dict[str, Any], here: str, day: date, *, sends: bool, buys: bool
) -> tuple[GivenBack, ...]:
    lines = {line["line_id"]: line for line in found["lines"]}
    rows = [_return(speech, item, lines, here, day, sends=sends, buys=buys) for item in found["returns"]]
    for item in found["credits"]:
        amount = -sum(part["amount_fen"] for part in item["lines"])
        booked = Mark(write.day(item["agreed_on"], speech.language), "good")
        rows.append(
            GivenBack(speech(N_("Credit")), booked, write.money(amount), ((speech(N_("Reason")), item["reason"]),))
        )
    return tuple(rows)


def _return(
    speech: Speech,
    item: dict[str, Any],
    lines: dict[str, Any],
    here: str,
    day: date,
    *,
    sends: bool,
    buys: bool,
) -> GivenBack:
    at, state, language = f"{here}/returns/{item['return_id']}", item["state"], speech.language
    facts = [
        (
            write.quantity(
                part["quantity"], lines[part["line_id"]]["measure"], speech, lines[part["line_id"]]["unit_name"]
            ),
            f"{lines[part['line_id']]['name']} · {part['reason']}",
        )
        for part in item["lines"]
    ]
    if item["remedy"]:
        facts.append((speech(N_("What is wanted for it")), say(REMEDIES, item["remedy"], speech)))
    due = {"proposed": "reply_due_at", "refused": "escalate_until", "escalated": "ruling_due_at"}.get(state)
    if due and item[due]:
        facts.append((speech(DUE[state]), write.moment(item[due], language)))
    said = [step for step in item["steps"] if step["reason"]]
    facts += [(f"{step['account_name'] or speech(N_('The system'))}", step["reason"]) for step in said[-2:]]
    open_steps = set(item["open_steps"])
    steps = [
        Step(
            f"{at}/{address}",
            speech(text),
            kind,
            field=f"{step}-{item['return_id'][-6:]}" if label else "",
            label=speech(label) if label else "",
        )
        for step, of_seller, address, text, kind, label in RETURN_STEPS
        if step in open_steps and (sends if of_seller else buys)
        if step != "agree" or item["remedy"] != "replacement"
    ]
    agreed, again = state == "agreed", item["replacement_order_id"]
    if item["replacement_state"] in ENDED:
        facts.append(
            (speech(N_("The same goods again")), speech(N_("They do not come. Less is owed, or it is paid back.")))
        )
    elif again:
        facts.append((speech(N_("The same goods again")), say(ORDER_STATES, item["replacement_state"], speech)))
    return GivenBack(
        title=speech(N_("Return")),
        state=Mark(say(RETURN_STATES, state, speech), tone(state)),
        amount=write.money(sum(part["amount_fen"] for part in item["lines"])) if agreed else "",
        facts=tuple(facts),
        steps=(*_replacing(speech, item, at, day, sends=sends), *steps),
        again_url=f"/orders/{again}" if again else "",
    )


def _replaces(speech: Speech, found: dict[str, Any]) -> str:
    """Say of goods that come in the place of returned ones what is paid for them, or that they do not come."""
    if not found["replaces"]:
        return ""
    if found["state"] in ENDED:
        return speech(N_("These goods do not come again. What was booked for what went back stands."))
    return speech(N_("These goods come in the place of what went back. They are weighed and paid by themselves."))


def _replacing(speech: Speech, item: dict[str, Any], at: str, today: date, *, sends: bool) -> tuple[Step, ...]:
    """Offer the seller, of a return that wants the same goods again, to send them, or to take less."""
    if not sends or item["remedy"] != "replacement" or "agree" not in item["open_steps"]:
        return ()
    field, label = f"again-{item['return_id'][-6:]}", speech(N_("The day on which they come"))
    day = (today + timedelta(days=REPLACED_AFTER_DAYS)).isoformat()
    return (
        Step(f"{at}/replacement", speech(N_("Agree, and send the goods again")), field=field, label=label, day=day),
        Step(f"{at}/credit", speech(N_("Agree to less to pay instead")), "second"),
    )


def _payment(speech: Speech, item: dict[str, Any], here: str, *, pays: bool, owns: bool) -> Payment:
    at, state = f"{here}/payments/{item['payment_id']}", item["state"]
    alone = item["method"] == "bank_transfer" and item.get("together") is None
    is_open = alone and state in ("registered", "submitted")
    voucher = f"/api/v1/orders/{item['order_id']}/payments/{item['payment_id']}/voucher"
    return Payment(
        title=f"{say(METHODS, item['method'], speech)} {write.day(item['registered_at'], speech.language)}",
        amount=write.money(item["paid_fen"] if state == "paid" else item["amount_fen"]),
        state=Mark(say(PAYMENT_STATES, state, speech), tone(state)),
        voucher_url=voucher if item.get("voucher") else "",
        upload_url=f"{at}/voucher" if is_open and pays else "",
        confirm_url=f"{at}/confirmation" if is_open and owns else "",
        seen_fen=item["amount_fen"],
        deny_url=f"{at}/denial" if is_open and owns else "",
        withdraw_url=f"{at}/withdrawal" if is_open and pays and state == "registered" else "",
        field=f"voucher-{item['payment_id'][-6:]}",
        reason=item["reason"] if state in ("denied", "withdrawn") else "",
        why=f"why-{item['payment_id'][-6:]}",
        disputes=tuple(_dispute(speech, one) for one in item["disputes"]),
    )


def _dispute(speech: Speech, one: dict[str, Any]) -> str:
    """Say how a dispute stands; what the bank took back may be less than what was disputed."""
    fen = one["taken_back_fen"] if one["state"] == "lost" else one["amount_fen"]
    text = DISPUTED[one["state"]]
    return speech(text, amount=write.money(fen), day=write.day(one["closed_at"] or one["opened_at"], speech.language))


def _steps(
    speech: Speech, found: dict[str, Any], here: str, *, sends: bool, owns: bool, buys: bool, seconds: bool
) -> tuple[Step, ...]:
    steps, open_steps = [], set(found["open_steps"])
    if sends and "confirm" in open_steps:
        steps.append(Step(f"{here}/confirmation", speech(N_("Confirm the order")), "big"))
        steps.append(Step(f"{here}/confirmation", speech(N_("Confirm line by line")), "second", link=True))
    if sends and "pack" in open_steps:
        steps.append(Step(f"{here}/packing", speech(N_("Pack by weight")), "big", link=True))
    if sends and "ship" in open_steps:
        steps.append(Step(f"{here}/shipment", speech(N_("Send the goods")), "big", link=True))
    if sends and "decline" in open_steps:
        label = speech(N_("Why you cannot deliver"))
        says = N_("The goods cannot be sent again") if found["replaces"] else N_("Decline the order")
        steps.append(Step(f"{here}/decline", speech(says), "stop", field="reason", label=label))
    if owns and "credit" in open_steps:
        steps.append(Step(f"{here}/credit", speech(N_("Give a credit")), "second", link=True))
    if buys and "accept" in open_steps:
        steps.append(Step(f"{here}/acceptance", speech(N_("Receive by weight")), "big", link=True))
    if sends and "agree_cancel" in open_steps:
        label = speech(N_("Why you do not agree"))
        steps.append(Step(f"{here}/cancellation/agreement", speech(N_("Agree to cancel")), "second"))
        at = f"{here}/cancellation/agreement/objection"
        steps.append(Step(at, speech(N_("Deliver all the same")), "stop", field="reason", label=label))
    steps += _weighing_steps(speech, found, here, sends=sends, seconds=seconds and "second_weight" in open_steps)
    if buys and "return" in open_steps:
        steps.append(Step(f"{here}/return", speech(N_("Send something back")), "second", link=True))
    if buys and {"cancel", "ask_cancel"} & open_steps:
        label = speech(N_("Why you cancel"))
        says = N_("Ask the supplier to cancel") if "ask_cancel" in open_steps else N_("Cancel the order")
        steps.append(Step(f"{here}/cancellation", speech(says), "stop", field="reason", label=label))
    return tuple(steps)


def _weighing_steps(speech: Speech, found: dict[str, Any], here: str, *, sends: bool, seconds: bool) -> list[Step]:
    """Ask for the yes or no that a weight waits for; what was weighed stands in the question."""
    weighing = found.get("weighing")
    if weighing is None or not (seconds or (sends and "agree_weight" in found["open_steps"])):
        return []
    at = f"{here}/weighings/{weighing['acceptance_id']}/{'second' if seconds else 'agreement'}"
    names = {line["line_id"]: line for line in found["lines"]}
    weights = "，".join(
        f"{names[one['line_id']]['name']} "
        + write.quantity(
            one["accepted_quantity"], names[one["line_id"]]["measure"], speech, names[one["line_id"]]["unit_name"]
        )
        for one in weighing["lines"]
    )
    return [
        Step(at, speech(N_("The weights are right: %(weights)s"), weights=weights)),
        Step(
            f"{at}/objection",
            speech(N_("Object to the weights")),
            "stop",
            field="reason",
            label=speech(N_("What is wrong with the weights")),
        ),
    ]


def _events(speech: Speech, found: dict[str, Any]) -> tuple[Happened, ...]:
    placed = Happened(
        f"{say(ORDER_STEPS, 'place', speech)} · {found['placed_by_name']}",
        write.moment(found["placed_at"], speech.language),
        "",
    )
    later = tuple(
        Happened(
            what=f"{say(ORDER_STEPS, item['step'], speech)} · {_who(speech, item)}".rstrip(" ·"),
            when=write.moment(item["at"], speech.language),
            reason=item["reason"],
        )
        for item in found["steps"]
        if item["step"] != "place"
    )
    return (placed, *later)


def _who(speech: Speech, step: dict[str, Any]) -> str:
    """Name who took a step, and say so where they acted for the seller."""
    name: str = step["account_name"]
    return speech(N_("%(name)s, for the seller"), name=name) if step["acted_as"] == "helper" else name
