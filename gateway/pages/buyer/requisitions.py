"""A requisition waits in a queue that works on a phone; who asked does not decide."""

import asyncio
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
from gateway.pages.kit.page import Page, today
from gateway.pages.kit.words import FUNDS, REQUISITION_STATES, ROLES, options, say, tone
from gateway.usecases.list_deciders import DECIDING
from shared.contracts.authority import Role
from shared.ids import new_id

REASON_MAX = 500
LOOKED_AT_MAX = 30
"""Of how many lines the page looks up what changed."""
STEPS: dict[str, str] = {
    "endorse": N_("One of several yeses"),
    "approve": N_("Approved"),
    "refuse": N_("Refused"),
    "withdraw": N_("Taken back"),
    "escalate": N_("Handed up, as nobody decided in time"),
    "expire": N_("Not decided in time"),
}


@dataclass(frozen=True, slots=True)
class RequisitionRow:
    url: str
    title: str
    state: Mark
    amount: str
    when: str
    waits: str
    """Whom it waits for and until when; empty once it is decided."""


@dataclass(frozen=True, slots=True)
class RequisitionsView:
    hands_over: bool
    """Whether the reader decides, and so may let another do it."""
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
    changed: str
    """What changed about it since it was asked for; empty where nothing did."""


@dataclass(frozen=True, slots=True)
class StepRow:
    what: str
    when: str
    reason: str


@dataclass(frozen=True, slots=True)
class RequisitionView:
    canteen: str
    state: Mark
    facts: tuple[tuple[str, str], ...]
    lines: tuple[WantedLine, ...]
    budget: Mark | None
    orders: tuple[Link, ...]
    changes: str
    """How many lines changed since they were asked for, in a sentence."""
    story: tuple[StepRow, ...]
    stead: str
    """In whose stead the reader decides; empty where it is their own place."""
    deciding: bool
    decide_url: str
    once: str


async def show_requisitions(page: Page) -> Response:
    """List requisitions; who decides sees first those that wait."""
    default = "awaiting" if page.seats(*DECIDING) else ""
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
            waits=_waits(page, item),
        )
        for item in found["items"]
    )
    states = [("all", page.speech(N_("All"))), *options(REQUISITION_STATES, page.speech)]
    hands_over = bool(page.seats(*DECIDING))
    view = RequisitionsView(hands_over, states, state or "all", rows, *rest_of(page, found))
    return page.show("buyer/requisitions.html", view)


def _waits(page: Page, found: dict[str, Any]) -> str:
    """Say whom a requisition waits for, and until when."""
    waiting = found["approval"]
    if waiting is None:
        return ""
    return page.speech(
        N_("Waits for: %(role)s, %(unit)s, until %(due)s"),
        role=say(ROLES, waiting["role"], page.speech),
        unit=waiting["unit"]["name"],
        due=write.moment(waiting["due_at"], page.language),
    )


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
    changed = await _changed(page, found["lines"]) if waits else {}
    stead = await _stead(page, found) if waits and not own else None
    count = sum(bool(one) for one in changed.values())
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
                changed=changed.get(line["listing_id"], ""),
            )
            for line in found["lines"]
        ),
        budget=budget_line(speech, found["budget"]) if found["budget"] else None,
        orders=orders,
        changes=speech(N_("Lines that changed since they were asked for: %(count)s"), count=count) if count else "",
        story=_story(page, found),
        stead=stead or "",
        deciding=stead is not None,
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
    if found.get("most_fen") and found["most_fen"] != found["amount_fen"]:
        rows.append((speech(N_("At most, by weight")), write.money(found["most_fen"])))
    if waiting := found["approval"]:
        rows.append((speech(N_("Waits for")), f"{waiting['unit']['name']} · {say(ROLES, waiting['role'], speech)}"))
        rows.append((speech(N_("To be decided by")), write.moment(waiting["due_at"], speech.language)))
        if waiting["stages"] > 1 or waiting["people"] > 1:
            told = speech(
                N_("stage %(stage)s of %(stages)s, %(approved)s of %(people)s yeses"),
                stage=waiting["stage"],
                stages=waiting["stages"],
                approved=waiting["approved"],
                people=waiting["people"],
            )
            rows.append((speech(N_("How far it is")), told))
    if found.get("decided_by_name"):
        decided = f"{found['decided_by_name']} · {write.moment(found['decided_at'], speech.language)}"
        rows.append((speech(N_("Decided by")), decided))
    if found.get("reason"):
        rows.append((speech(N_("Reason")), found["reason"]))
    return tuple(rows)


async def _stead(page: Page, found: dict[str, Any]) -> str | None:
    """Tell in whose stead the reader decides this: empty for their own place, None where they do not decide it.

    What was handed up is still decided by whoever it waited for before, too.
    """
    waiting = found["approval"]
    role, unit_id = waiting["role"], waiting["unit"]["id"]
    handed_up = any(step["step"] == "escalate" for step in found["steps"])
    if any(handed_up or str(seat.organisation_id) == unit_id for seat in page.seats(Role(role))):
        return ""
    day, own = today(page).isoformat(), str(page.identity.account_id) if page.identity else ""
    given = await page.ask_or({"items": []}, "list_delegations")
    for one in given["items"]:
        in_force = one["ended_at"] is None and one["first_day"] <= day <= one["last_day"]
        here = one["role"] == role and (handed_up or one["unit_id"] == unit_id)
        if in_force and here and one["to_account_id"] == own and one["account_id"] != found["requested_by"]:
            return str(one["account_name"])
    return None


async def _changed(page: Page, lines: list[dict[str, Any]]) -> dict[str, str]:
    """Tell of each line what changed about its goods since they were asked for."""
    speech = page.speech
    shown = lines[:LOOKED_AT_MAX]
    now = await asyncio.gather(
        *(page.ask_or(None, "get_listing", listing_id=line["listing_id"]) for line in shown),
    )
    changed: dict[str, str] = {}
    for line, found in zip(shown, now, strict=True):
        says = ""
        if found is None or not found.get("on_sale", True):
            says = speech(N_("no longer on sale"))
        elif found["price_fen"] != line["price_fen"]:
            price = f"{write.money(found['price_fen'])} / {found['unit_name']}"
            says = speech(N_("now costs %(price)s"), price=price)
        elif found["listing_version"] != line["listing_version"]:
            says = speech(N_("its description changed"))
        changed[line["listing_id"]] = says
    return changed


def _story(page: Page, found: dict[str, Any]) -> tuple[StepRow, ...]:
    """List what was done to it after it was asked for."""
    speech = page.speech
    rows = []
    for step in found["steps"]:
        by = step["account_name"]
        if step["for_account_name"]:
            by = speech(N_("%(name)s for %(other)s"), name=by, other=step["for_account_name"])
        what = " · ".join(part for part in (say(STEPS, step["step"], speech), by) if part)
        rows.append(StepRow(what, write.moment(step["at"], page.language), step["reason"]))
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
