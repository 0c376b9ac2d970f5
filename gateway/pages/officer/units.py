"""The units and canteens of one's area (单位与食堂): what stands below a unit, what it was on a day, how it moved."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.responses import Response

from gateway.pages.kit import write
from gateway.pages.kit.language import N_
from gateway.pages.kit.page import Page, today
from gateway.pages.kit.table_out import table_out
from gateway.pages.kit.words import CANTEEN_KINDS, say
from shared.contracts.authority import Role

READING = (Role.OFFICER, Role.AUDITOR)
PARTS_MAX = 30
PART_ROWS = 100
NAMED_MAX = 60
HEAD = (N_("Unit"), N_("Code of the unit"), N_("Division code (GB/T 2260)"), N_("Path"))
CANTEEN_HEAD = (N_("Canteen"), N_("Kind"), N_("State"))
PLACE_HEAD = (N_("Held from"), N_("Path"), N_("Division code (GB/T 2260)"), N_("Recorded"))
MOVE_HEAD = (N_("Held from"), N_("Change of place"), N_("From path"), N_("To path"), N_("Document"))
MOVES = {"move": N_("Moved"), "merge": N_("Merged")}

Row = dict[str, Any]
Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnitsView:
    roots: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class UnitView:
    url: str
    name: str
    code: str
    path: str
    board_url: str
    named: str
    named_max: int
    on: str
    on_wrong: bool
    below: tuple[tuple[str, Cells], ...]
    head: Cells
    canteens: tuple[Cells, ...]
    canteen_head: tuple[tuple[str, str], ...]
    places: tuple[Cells, ...]
    place_head: tuple[tuple[str, str], ...]
    moves: tuple[Cells, ...]
    move_head: tuple[tuple[str, str], ...]
    save_url: str
    more: bool
    """Whether more stands below than is walked."""


async def show_units(page: Page) -> Response:
    """List the units that the reader answers for, where the tree begins for them."""
    own = {str(seat.organisation_id): seat.organisation_name for seat in page.seats(*READING)}
    return page.show("officer/units.html", UnitsView(tuple((f"/units/{one}", name) for one, name in own.items())))


async def show_unit(page: Page) -> Response:
    """Show a unit: what stands below it, its canteens, and what it was until a day."""
    speech, unit_id = page.speech, page.part("unit_id")
    found = await page.ask("get_unit_history", unit_id=unit_id)
    below, more = await _below(page, "list_units", {"parent": unit_id})
    canteens, more_canteens = await _below(page, "list_canteens", {"unit": unit_id})
    named, on = page.asked("q")[:NAMED_MAX], _day(page.asked("on"))
    until = (on or today(page)).isoformat()
    kept = [one for one in below if _fits(named, one["name"], one["code"], one["division_code"])]
    query = page.request.url.query
    allowed = any(seat.path and found["path"].startswith(seat.path) for seat in page.seats(*READING))

    def headed(head: Cells) -> tuple[tuple[str, str], ...]:
        return tuple((speech(text), "") for text in head)

    view = UnitView(
        f"/units/{unit_id}",
        found["name"],
        found["code"],
        found["path"],
        f"/board?unit={unit_id}" if allowed else "",
        named,
        NAMED_MAX,
        on.isoformat() if on else "",
        bool(page.asked("on")) and on is None,
        tuple((f"/units/{one['id']}", _unit_row(one)) for one in kept),
        tuple(speech(text) for text in HEAD),
        tuple(_canteen_row(page, one) for one in canteens if _fits(named, one["name"])),
        headed(CANTEEN_HEAD),
        tuple(
            (one["valid_from"], one["path"], one["division_code"] or "", write.day(one["recorded_at"], page.language))
            for one in found["places"]
            if one["valid_from"] <= until
        ),
        headed(PLACE_HEAD),
        tuple(
            (one["valid_from"], say(MOVES, one["kind"], speech), one["from_path"], one["to_path"], one["document"])
            for one in found["moves"]
            if one["valid_from"] <= until
        ),
        headed(MOVE_HEAD),
        f"/units/{unit_id}/table.csv?{query}" if query else f"/units/{unit_id}/table.csv",
        more or more_canteens,
    )
    return page.show(
        "officer/unit.html", view, crumbs=(("/units", speech(N_("Units and canteens"))), (page.here, found["name"]))
    )


async def save_unit(page: Page) -> Response:
    """Save what stands below a unit, as it was narrowed."""
    unit_id, named = page.part("unit_id"), page.asked("q")[:NAMED_MAX]
    await page.ask("get_unit_history", unit_id=unit_id)
    below, _ = await _below(page, "list_units", {"parent": unit_id})
    canteens, _ = await _below(page, "list_canteens", {"unit": unit_id})
    rows = [
        (*_unit_row(one), one["id"]) for one in below if _fits(named, one["name"], one["code"], one["division_code"])
    ]
    rows += [(one["name"], "", "", one["unit_path"], one["id"]) for one in canteens if _fits(named, one["name"])]
    return table_out("units", [page.speech(text) for text in (*HEAD, N_("Id"))], rows)


async def _below(page: Page, operation: str, query: dict[str, str]) -> tuple[list[Row], bool]:
    """Walk what stands directly below a unit; tells whether there is more."""
    rows: list[Row] = []
    cursor: str | None = None
    for _ in range(PARTS_MAX):
        part = await page.ask(operation, query={**query, "limit": PART_ROWS, "cursor": cursor})
        rows += part["items"]
        cursor = part["next"]
        if cursor is None:
            return rows, False
    return rows, True


def _fits(named: str, *words: str | None) -> bool:
    return any(named in (word or "") for word in words)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _unit_row(one: Row) -> Cells:
    return (one["name"], one["code"], one["division_code"] or "", one["path"])


def _canteen_row(page: Page, one: Row) -> Cells:
    speech = page.speech
    state = speech(N_("In use")) if one["active"] else speech(N_("Not in use any more"))
    return (one["name"], say(CANTEEN_KINDS, one["kind"], speech), state)
