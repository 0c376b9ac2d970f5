"""Finance finds the years of its canteens to file in; who is above finds what waits for them."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from gateway.pages.finance.year import DECLARATION_STATES, DECLARATION_TONES, NOTHING, RESERVATION_STATES, TONES
from gateway.pages.kit import write
from gateway.pages.kit.frame import Mark
from gateway.pages.kit.language import N_
from gateway.pages.kit.page import Page, today
from gateway.store.accounts import Seated
from shared.contracts.authority import Role, is_topmost

CANTEENS_MAX = 100
WAITING_MAX = 50


@dataclass(frozen=True, slots=True)
class Row:
    url: str
    title: str
    hint: str
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class OwnRow:
    """One canteen with the years that are filed in now."""

    name: str
    unit: str
    years: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class FilingsView:
    own: tuple[OwnRow, ...]
    waiting: tuple[Row, ...]
    more: bool
    files: bool


async def show_filings(page: Page) -> Response:
    """Show the canteens whose filings are the reader's, and what waits for the reader above them."""
    own, waiting = await asyncio.gather(_own(page), _waiting(page))
    files = bool(page.seats(Role.FINANCE))
    return page.show("finance/filings.html", FilingsView(own, waiting[:WAITING_MAX], len(waiting) > WAITING_MAX, files))


async def _own(page: Page) -> tuple[OwnRow, ...]:
    rows = []
    year = today(page).year
    for seat in page.seats(Role.FINANCE):
        query = {"unit": str(seat.organisation_id), "limit": CANTEENS_MAX}
        found = await page.ask_or(NOTHING, "list_canteens", query=query)
        rows += [
            OwnRow(
                one["name"],
                seat.organisation_name,
                tuple((f"/filings/{one['id']}/{at}", str(at)) for at in (year, year - 1)),
            )
            for one in found["items"]
        ]
    return tuple(rows)


async def _waiting(page: Page) -> tuple[Row, ...]:
    """List the reservations that wait for finance above, and the declarations that wait for a name."""
    year, rows = today(page).year, {}
    for seat in page.seats(Role.FINANCE):
        for at in (year + 1, year):
            query = {"unit": str(seat.organisation_id), "year": at, "state": "submitted", "limit": WAITING_MAX}
            for one in (await page.ask_or(NOTHING, "list_reservations", query=query))["items"]:
                if _stands_below(one, seat):
                    rows[one["id"]] = _reservation(page, one)
    for seat in page.seats(Role.FINANCE, Role.OFFICER, Role.APPROVER):
        for state, roles in WAITS_FOR.items():
            if seat.role not in roles:
                continue
            query = {"unit": str(seat.organisation_id), "state": state, "limit": WAITING_MAX}
            for one in (await page.ask_or(NOTHING, "list_declarations", query=query))["items"]:
                if _stands_below(one, seat) if state == "signed" else one["unit_path"] == seat.path:
                    rows[one["id"]] = _declaration(page, one)
    return tuple(rows.values())


WAITS_FOR: Mapping[str, frozenset[Role]] = {
    "prepared": frozenset({Role.APPROVER, Role.OFFICER}),
    "signed": frozenset({Role.FINANCE, Role.OFFICER}),
}
"""Who signs in the unit, and who countersigns from above."""


def _stands_below(one: dict[str, Any], seat: Seated) -> bool:
    """Tell whether a unit stands below a seat's; the topmost has nobody above and decides on its own."""
    return one["unit_path"] != seat.path or is_topmost(one["unit_path"])


def _reservation(page: Page, one: dict[str, Any]) -> Row:
    title = page.speech(N_("Reservation %(year)s: %(canteen)s"), year=one["year"], canteen=one["canteen_name"])
    hint = f"{one['unit_name']} · {write.day(one['filed_at'], page.language)}"
    mark = Mark(page.speech(RESERVATION_STATES[one["state"]]), TONES[one["state"]])
    return Row(f"/filings/{one['canteen_id']}/{one['year']}/reservation", title, hint, mark)


def _declaration(page: Page, one: dict[str, Any]) -> Row:
    title = page.speech(N_("Declaration %(year)s: %(canteen)s"), year=one["year"], canteen=one["name"])
    hint = f"{one['unit_name']} · {write.day(one['prepared_at'], page.language)}"
    mark = Mark(page.speech(DECLARATION_STATES[one["state"]]), DECLARATION_TONES[one["state"]])
    return Row(f"/filings/declarations/{one['id']}", title, hint, mark)
