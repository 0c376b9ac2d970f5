"""Who buys, approves, pays, decides and audits in the units and canteens of one's area (岗位人员)."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from gateway.api.people import NAMED_MAX
from gateway.pages.kit import write
from gateway.pages.kit.language import N_
from gateway.pages.kit.lists import rest_of
from gateway.pages.kit.page import Page
from gateway.pages.kit.table_out import table_out
from gateway.pages.kit.words import ROLES, options, say
from gateway.store.accounts import KIND_OF_ROLE
from gateway.usecases.list_people import AskedPeople, list_people
from shared.contracts.authority import Role
from shared.http.paging import LIMIT_MAX

OF_UNITS = {role: text for role, text in ROLES.items() if KIND_OF_ROLE[Role(role)] != "supplier"}
SAVED_MAX = 5_000
"""Rows of a table that is saved; of more a narrower one is asked."""
HEAD = (N_("Person"), N_("Role"), N_("Acts for"), N_("Unit"), N_("Since"), N_("State of the account"))


@dataclass(frozen=True, slots=True)
class PeopleView:
    roles: list[tuple[str, str]]
    role: str
    named: str
    named_max: int
    head: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, ...], ...]
    save_url: str
    next_url: str
    first_url: str


async def show_people(page: Page) -> Response:
    """List who sits where, by unit, canteen and role."""
    assert page.session is not None
    found = await list_people(
        page.request.app.state.desk, page.session.identity, _asked(page, page.asked("cursor"), 50)
    )
    speech, asked = page.speech, page.request.url.query
    view = PeopleView(
        [("", speech(N_("All"))), *options(OF_UNITS, speech)],
        page.asked("role") if page.asked("role") in OF_UNITS else "",
        page.asked("q")[:NAMED_MAX],
        NAMED_MAX,
        tuple((speech(text), "") for text in HEAD),
        tuple(_row(page, one) for one in found["items"]),
        f"/people.csv?{asked}" if asked else "/people.csv",
        *rest_of(page, found),
    )
    return page.show("officer/people.html", view)


async def save_people(page: Page) -> Response:
    """Save the whole list, as it was narrowed."""
    assert page.session is not None
    rows: list[tuple[str, ...]] = []
    cursor = ""
    while len(rows) < SAVED_MAX:
        found = await list_people(page.request.app.state.desk, page.session.identity, _asked(page, cursor, LIMIT_MAX))
        rows += [(*_row(page, one), one["account_id"]) for one in found["items"]]
        cursor = found["next"] or ""
        if not cursor:
            break
    return table_out("people", [page.speech(text) for text in (*HEAD, N_("Account id"))], rows)


def _asked(page: Page, cursor: str, limit: int) -> AskedPeople:
    role = page.asked("role")
    named = page.asked("q")[:NAMED_MAX].strip()
    return AskedPeople(Role(role) if role in OF_UNITS else None, None, named or None, limit, cursor or None)


def _row(page: Page, one: dict[str, Any]) -> tuple[str, ...]:
    speech = page.speech
    return (
        one["name"],
        say(ROLES, one["role"], speech),
        one["organisation"]["name"],
        one["unit"]["name"],
        write.day(one["granted_at"], page.language),
        speech(N_("Disabled")) if one["disabled"] else speech(N_("In use")),
    )
