"""A requisition waits in a queue that works on a phone; who asked does not decide."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from gateway.pages.buyer.budget_line import budget_line
from gateway.pages.kit import write
from gateway.pages.kit.asking import Refused
from gateway.pages.kit.frame import Link, Mark
from gateway.pages.kit.geography import short_county
from gateway.pages.kit.language import N_
from gateway.pages.kit.lists import rest_of
from gateway.pages.kit.page import Page
from gateway.pages.kit.words import FUNDS, REQUISITION_STATES, options, say, tone
from shared.contracts.authority import Role
from shared.ids import new_id

REASON_MAX = 500


@dataclass(frozen=True, slots=True)
class RequisitionRow:
    url: str
    title: str
    state: Mark
    amount: str
    when: str


@dataclass(frozen=True, slots=True)
class RequisitionsView:
    states: list[tuple[str, str]]
    state: str
    rows: tuple[RequisitionRow, ...]
    next_url: str
    first_url: str


@dataclass(frozen=True, slots=True)
class WantedLine:
    name: str
    supplier: str
    origin: str
    price: str
    unit: str
    quantity: str
    amount: str


@dataclass(frozen=True, slots=True)
class RequisitionView:
    canteen: str
    state: Mark
    facts: tuple[tuple[str, str], ...]
    lines: tuple[WantedLine, ...]
    budget: Mark | None
    orders: tuple[Link, ...]
    deciding: bool
    decide_url: str
    once: str


async def show_requisitions(page: Page) -> Response:
    """List requisitions; an approver sees first those that wait."""
    default = "awaiting" if page.seats(Role.APPROVER) else ""
    state = page.asked("state", default)
    state = state if state in REQUISITION_STATES else ""
    found = await page.ask("list_requisitions", query={"state": state, "cursor": page.asked("cursor")})
    rows = tuple(
        RequisitionRow(
            url=f"/requisitions/{item['requisition_id']}",
            title=f"{item['canteen']['name']} · {item['requested_by_name']}",
            state=_mark(page, item["state"]),
            amount=write.money(item["amount_fen"]),
            when=page.speech(N_("wanted on %(day)s"), day=write.wanted(item, page.language)),
        )
        for item in found["items"]
    )
    states = [("all", page.speech(N_("All"))), *options(REQUISITION_STATES, page.speech)]
    return page.show("buyer/requisitions.html", RequisitionsView(states, state or "all", rows, *rest_of(page, found)))


def _mark(page: Page, state: str) -> Mark:
    return Mark(say(REQUISITION_STATES, state, page.speech), "good" if state == "placed" else tone(state))


async def show_requisition(page: Page) -> Response:
    """Show what is asked for, and to its approver the decision."""
    return page.show("buyer/requisition.html", await _view(page))


async def _view(page: Page) -> RequisitionView:
    found, speech = await page.ask("get_requisition", requisition_id=page.part("requisition_id")), page.speech
    own = page.identity is not None and found["requested_by"] == str(page.identity.account_id)
    waits = found["state"] == "awaiting"
    orders = tuple(_order(one) for one in found["orders"]) if found["state"] == "placed" else ()
    suppliers = {one["supplier_id"]: one["supplier_name"] for one in found["orders"]}
    return RequisitionView(
        canteen=found["canteen"]["name"],
        state=_mark(page, found["state"]),
        facts=_facts(page, found),
        lines=tuple(
            WantedLine(
                name=line["name"],
                supplier=suppliers.get(line["supplier_id"], ""),
                origin=short_county(line["origin_county_code"]),
                price=write.money(line["price_fen"]),
                unit=line["unit_name"],
                quantity=write.quantity(line["quantity"], line["measure"], speech, line["unit_name"]),
                amount=write.money(line["amount_fen"]),
            )
            for line in found["lines"]
        ),
        budget=budget_line(speech, found["budget"]) if found["budget"] else None,
        orders=orders,
        deciding=waits and not own and bool(page.seats(Role.APPROVER)),
        decide_url=f"/requisitions/{found['requisition_id']}/decision",
        once=str(new_id()),
    )


def _order(one: dict[str, Any]) -> Link:
    return Link(f"/orders/{one['order_id']}", f"{one['supplier_name']} · {write.money(one['amount_fen'])}")


def _facts(page: Page, found: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    speech = page.speech
    rows = [
        (speech(N_("Asked by")), found["requested_by_name"]),
        (speech(N_("Asked on")), write.moment(found["requested_at"], speech.language)),
        (speech(N_("Wanted on")), write.wanted(found, speech.language)),
        (speech(N_("Paid from")), say(FUNDS, found["fund"], speech)),
        (speech(N_("Together")), write.money(found["amount_fen"])),
    ]
    if found.get("decided_by_name"):
        decided = f"{found['decided_by_name']} · {write.moment(found['decided_at'], speech.language)}"
        rows.append((speech(N_("Decided by")), decided))
    if found.get("reason"):
        rows.append((speech(N_("Reason")), found["reason"]))
    return tuple(rows)


async def decide(page: Page) -> Response:
    """Approve, or refuse with a reason."""
    form, requisition_id = page.form, page.part("requisition_id")
    outcome = form.choice("outcome", ("approve", "refuse"))
    reason = form.text("reason", most=REASON_MAX, needed=outcome == "refuse")
    if form.ok:
        try:
            await page.ask(
                "decide_requisition",
                json={"outcome": outcome, "reason": reason},
                once=form.value("once"),
                requisition_id=requisition_id,
            )
        except Refused as refused:
            if not refused.mendable:
                raise
            form.take(refused, {"outcome": "reason"})
        else:
            return page.go(f"/requisitions/{requisition_id}", "approved" if outcome == "approve" else "refused")
    return page.show("buyer/requisition.html", await _view(page))
