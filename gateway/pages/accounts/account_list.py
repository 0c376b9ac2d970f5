"""What is paid late stands above the monthly statements, for both sides and for the units above."""

import asyncio
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from gateway.pages.kit import write
from gateway.pages.kit.frame import Mark
from gateway.pages.kit.language import N_
from gateway.pages.kit.lists import rest_of
from gateway.pages.kit.page import Page
from gateway.pages.kit.words import FUNDS, options, say
from gateway.pages.views.accounts import STATEMENT_STATES, lateness, statement_mark, statement_month
from shared.contracts.authority import SUPPLIER_ROLES, Role

LATE_MAX = 50
BUDGET_READERS = (Role.BUYER, Role.APPROVER, Role.FINANCE, Role.OFFICER, Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class LateRow:
    url: str
    title: str
    due: str
    mark: Mark
    owed: str


@dataclass(frozen=True, slots=True)
class AccountRow:
    url: str
    title: str
    sides: str
    state: Mark
    closing: str
    due: str
    fund: str


@dataclass(frozen=True, slots=True)
class AccountsView:
    late: tuple[LateRow, ...]
    more_late: bool
    together: str
    states: list[tuple[str, str]]
    state: str
    rows: tuple[AccountRow, ...]
    empty: str
    next_url: str
    first_url: str
    budgets: bool
    """Whether the reader's seats open the budgets of canteens."""


async def show_accounts(page: Page) -> Response:
    """List the statements that the reader's seats reach, newest month first."""
    state = page.asked("state")
    query = {"state": state if state in STATEMENT_STATES else "", "cursor": page.asked("cursor")}
    late, found = await asyncio.gather(
        page.ask("list_overdue_payments", query={"limit": LATE_MAX}),
        page.ask("list_account_statements", query=query),
    )
    sells = bool(page.seats(*SUPPLIER_ROLES))
    empty = N_("There is no statement in this state.")
    if not query["state"]:
        empty = N_("A month's statement stands here on the first days of the next, once something was accepted.")
    view = AccountsView(
        late=tuple(_late(page, one, sells=sells) for one in late["items"]),
        more_late=late["next"] is not None,
        together=write.money(sum(one["owed_fen"] for one in late["items"])),
        states=options(STATEMENT_STATES, page.speech),
        state=query["state"],
        rows=tuple(_row(page, one, sells=sells) for one in found["items"]),
        empty=page.speech(empty),
        next_url=rest_of(page, found)[0],
        first_url=rest_of(page, found)[1],
        budgets=bool(page.seats(*BUDGET_READERS)),
    )
    return page.show("accounts/accounts.html", view)


def _sides(one: dict[str, Any], *, sells: bool) -> str:
    """Name the other side; a canteen's own reader wants its name too, who may see several."""
    return str(one["canteen"]["name"]) if sells else f"{one['supplier']['name']} → {one['canteen']['name']}"


def _late(page: Page, one: dict[str, Any], *, sells: bool) -> LateRow:
    return LateRow(
        url=f"/orders/{one['order_id']}",
        title=_sides(one, sells=sells),
        due=write.day(one["due_on"], page.language),
        mark=lateness(page.speech, one["days_overdue"]),
        owed=write.money(one["owed_fen"]),
    )


def _row(page: Page, one: dict[str, Any], *, sells: bool) -> AccountRow:
    return AccountRow(
        url=f"/accounts/{one['statement_id']}",
        title=statement_month(one, page.language),
        sides=_sides(one, sells=sells),
        state=statement_mark(page.speech, one["state"]),
        closing=write.money(one["closing_fen"]),
        due=write.day(one["due_on"], page.language),
        fund=say(FUNDS, one["fund"], page.speech),
    )
