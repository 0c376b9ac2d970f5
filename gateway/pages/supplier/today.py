"""A seller reads what needs them now, first and alone; everything else is one tap away."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from gateway.pages.kit import write
from gateway.pages.kit.frame import Mark
from gateway.pages.kit.language import N_
from gateway.pages.kit.page import Page
from gateway.pages.supplier.business import SAYS, Task, application_tasks
from gateway.pages.views.businesses import days_left, state_mark
from shared.contracts.authority import SUPPLIER_ROLES, Role
from shared.contracts.words import OrderState

LISTS = (Role.SUPPLIER, Role.SELLER, Role.HELPER)
SUPPLIERS_MAX = 10
COUNTED_MAX = 50
SHOWN_MAX = 5
PAPER_DAYS = 60
URGENT_DAYS = 7
ORDERS_WAIT: tuple[tuple[str, str, str], ...] = (
    (OrderState.PLACED, N_("%(num)s order to confirm"), N_("%(num)s orders to confirm")),
    (OrderState.CONFIRMED, N_("%(num)s order to pack"), N_("%(num)s orders to pack")),
    (OrderState.PACKED, N_("%(num)s order to send"), N_("%(num)s orders to send")),
    (
        OrderState.WEIGHED,
        N_("%(num)s delivery weighed: see whether you agree"),
        N_("%(num)s deliveries weighed: see whether you agree"),
    ),
)


@dataclass(frozen=True, slots=True)
class Need:
    """Something that waits for the seller, and where it is dealt with."""

    url: str
    text: str
    hint: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class TodayRow:
    id: str
    name: str
    state: Mark
    says: str
    sells: bool
    lists: bool
    needs: tuple[Need, ...]
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class TodayView:
    suppliers: tuple[TodayRow, ...]
    tasks: tuple[Task, ...]
    """The way in, for who has no business here yet."""


async def show_today(page: Page) -> Response:
    """Show of each of the reader's businesses what waits, or how its application stands."""
    own = {str(seat.organisation_id) for seat in page.seats(*SUPPLIER_ROLES)}
    own.update(cookie for cookie in page.request.cookies.get("applied", "").split("~") if cookie)
    found = [
        one
        for supplier_id in sorted(own)[:SUPPLIERS_MAX]
        if (one := await page.ask_or(None, "get_supplier", supplier_id=supplier_id)) is not None
    ]
    rows = tuple([await _row(page, one) for one in found])
    tasks = () if rows else application_tasks(page, None)
    return page.show("supplier/today.html", TodayView(rows, tasks))


async def _row(page: Page, found: dict[str, Any]) -> TodayRow:
    supplier_id, state = found["supplier_id"], found["state"]
    sells = state == "admitted" and page.is_seated(supplier_id, *SUPPLIER_ROLES)
    return TodayRow(
        id=supplier_id,
        name=found["name"],
        state=state_mark(state, page.speech),
        says=page.speech(SAYS[state]) if state in SAYS and state != "admitted" else "",
        sells=sells,
        lists=state == "admitted" and page.is_seated(supplier_id, *LISTS),
        needs=await _needs(page, supplier_id) if sells else (),
        tasks=() if state == "admitted" else application_tasks(page, found),
    )


async def _needs(page: Page, supplier_id: str) -> tuple[Need, ...]:
    """List what waits for an answer; a part that is away leaves its own out."""
    asked = await asyncio.gather(
        *(_orders(page, supplier_id, *one) for one in ORDERS_WAIT),
        _returns(page, supplier_id),
        _listings(page, supplier_id),
        _papers(page, supplier_id),
        _late(page, supplier_id),
    )
    return tuple(need for needs in asked for need in needs)


async def _found(page: Page, operation: str, **query: Any) -> Sequence[dict[str, Any]]:
    answer = await page.ask_or({"items": []}, operation, query=query)
    items: Sequence[dict[str, Any]] = answer["items"]
    return items


async def _orders(page: Page, supplier_id: str, state: str, one: str, several: str) -> list[Need]:
    found = await _found(page, "list_orders", supplier=supplier_id, state=state, limit=COUNTED_MAX)
    if not found:
        return []
    first = min(found, key=lambda item: str(item["wanted_on"]))
    wanted = write.wanted(first, page.language)
    text = page.speech(one if len(found) == 1 else several, num=len(found))
    if len(found) == COUNTED_MAX:
        text = page.speech(N_("%(text)s, or more"), text=text)
    hint = page.speech(N_("The first is wanted on %(day)s: %(canteen)s"), day=wanted, canteen=first["canteen"]["name"])
    url = f"/orders?supplier={supplier_id}&state={state}"
    return [Need(url, text, hint, Mark(page.speech(N_("Now")), "warn"))]


async def _returns(page: Page, supplier_id: str) -> list[Need]:
    found = await _found(page, "list_returns", supplier=supplier_id, state="proposed", limit=SHOWN_MAX)
    return [
        Need(
            f"/orders/{one['order_id']}",
            page.speech(N_("A return to answer: %(canteen)s"), canteen=one["canteen"]["name"]),
            page.speech(N_("Answer until %(day)s"), day=write.moment(one["reply_due_at"], page.language)),
            Mark(page.speech(N_("Now")), "warn"),
        )
        for one in found
    ]


async def _listings(page: Page, supplier_id: str) -> list[Need]:
    found = await _found(page, "search_listings", supplier=supplier_id, state="returned", limit=SHOWN_MAX)
    return [
        Need(
            f"/supplier/{supplier_id}/listings/{one['listing_id']}",
            page.speech(N_("A product was sent back: %(name)s"), name=one["name"]),
            page.speech(N_("Read why, mend it, and submit it again.")),
            Mark(page.speech(N_("To mend")), "warn"),
        )
        for one in found
    ]


async def _papers(page: Page, supplier_id: str) -> list[Need]:
    found = await _found(page, "list_reminders", supplier=supplier_id, days=PAPER_DAYS, limit=SHOWN_MAX)
    needs = []
    for one in found:
        left = one["days_left"]
        if left < 0:
            mark = Mark(page.speech(N_("No longer holds")), "bad")
        else:
            tone = "bad" if left <= URGENT_DAYS else "warn"
            mark = Mark(days_left(page.speech, left), tone)
        text = page.speech(N_("A paper ends: %(name)s"), name=one["name"])
        hint = page.speech(N_("It holds until %(day)s"), day=write.day(one["valid_to"], page.language))
        needs.append(Need(f"/supplier/{supplier_id}/papers", text, hint, mark))
    return needs


async def _late(page: Page, supplier_id: str) -> list[Need]:
    found = await _found(page, "list_overdue_payments", supplier=supplier_id, limit=COUNTED_MAX)
    if not found:
        return []
    owed = write.money(sum(one["owed_fen"] for one in found))
    hint = page.speech(N_("See who owes it, and since when."))
    text = page.speech(N_("%(owed)s should have been paid to you by now"), owed=owed)
    return [Need(f"/supplier/{supplier_id}/money", text, hint, Mark(page.speech(N_("Late")), "bad"))]
