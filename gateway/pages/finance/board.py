"""Finance of a unit, and of those above it, sees on one page which canteens want something done, and what.

Decision: the board is put together from the unit's statement and its pace, and nothing is computed anew but the order
of its rows. Why: each figure is then the statement's own, as of the same day. Price: a unit of thousands of canteens is
read whole for a page of it; the service keeps that statement ready.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from starlette.responses import Response

from gateway.pages.finance.board_asked import ORDERS, READING, Asked, moved_url, read_asked
from gateway.pages.finance.board_view import BoardView, below_row, board_row, gap_chart, headline, paced_text
from gateway.pages.kit import write
from gateway.pages.kit.asking import Refused
from gateway.pages.kit.language import N_
from gateway.pages.kit.page import Page
from gateway.pages.kit.table_out import table_out
from gateway.pages.kit.words import STATUSES, options, say

ROWS = 25
"""Canteens on one page of the board."""
PACE_LIMIT = 100
AT_ONCE = 5
URGENT = ("unproven", "missed", "behind", "no_purchases", "on_pace", "preference", "met", "no_duty")
"""What wants action first: a month that is due and unattested, a rate that was missed, one that will be."""
NOT_RULED = ("rule-unknown", "rule-not-in-force", "rule-not-known-yet")
HEAD = (
    N_("Canteen"),
    N_("Unit"),
    N_("Status"),
    N_("Rate"),
    N_("Share"),
    N_("Base"),
    N_("Counted"),
    N_("Short by"),
    N_("Attested"),
    N_("Unproven months"),
)
Row = dict[str, Any]
KEYS: Mapping[str, Callable[[Row], Any]] = {
    "action": lambda row: (URGENT.index(row["status"]), -len(row["missing_months"]), -_gap(row), row["name"]),
    "short": lambda row: (-_gap(row), row["name"]),
    "share": lambda row: (row["share_bp"] is None, row["share_bp"] or 0, row["name"]),
    "name": lambda row: (row["name"], row["unit_path"]),
}


def _gap(row: Row) -> int:
    return row["shortfall_fen"] or 0


async def show_board(page: Page) -> Response:
    """Show the board of a unit and of all below it."""
    asked = read_asked(page)
    if asked is None:
        return page.show("finance/board_none.html")
    found = await _statement(page, asked)
    if found is None:
        return page.show("finance/board.html", _bare(page, asked))
    shown = _chosen(found, asked)
    last = max(1, -(-len(shown) // ROWS))
    at = min(asked.page, last)
    view = await _view(page, asked, found, shown[(at - 1) * ROWS : at * ROWS])
    view.pages = page.speech(N_("Page %(at)s of %(last)s; %(num)s in all"), at=at, last=last, num=len(shown))
    view.first_url = asked.url(page=1) if at > 1 else ""
    view.next_url = asked.url(page=at + 1) if at < last else ""
    return page.show("finance/board.html", view, crumbs=_crumbs(page, asked, found))


async def export_board(page: Page) -> Response:
    """Give the rows of the board that is shown, all pages of it, as a table: amounts in yuan, days as they are."""
    asked = read_asked(page)
    found = await _statement(page, asked) if asked else None
    if asked is None or found is None or not page.form.ok:
        raise Refused(422, page.speech(N_("This board cannot be saved; open it and mend what it names.")))
    speech = page.speech
    rows = (
        (
            row["name"],
            row["unit_name"],
            say(STATUSES, row["status"], speech),
            write.rate(row["rate_bp"]),
            write.share(row["share_bp"]),
            *(_yuan(row[name]) for name in ("base_fen", "counted_fen", "shortfall_fen", "attested_fen")),
            " ".join(f"{asked.year}-{month:02d}" for month in row["missing_months"]),
        )
        for row in _chosen(found, asked)
    )
    as_of = found["happened_by"]
    return table_out(f"board-{asked.year}-{as_of}", [speech(one) for one in HEAD], rows)


def _yuan(fen: int | None) -> str:
    return "" if fen is None else write.plain_money(fen)


async def _statement(page: Page, asked: Asked) -> Row | None:
    """Ask for the unit's statement; None, noted beside the day, where no rule was known by then."""
    try:
        found: Row = await page.ask("get_statement", query=asked.query, subject_id=asked.unit)
    except Refused as refused:
        if refused.slug not in NOT_RULED:
            raise
        page.form.wrong("as_of" if asked.as_of else "rule" if asked.rule else "year", refused.title)
        return None
    if found.get("canteens") is None:
        raise Refused(404, page.speech(N_("A board is of a unit; a canteen has its statement.")))
    return found


def _chosen(found: Row, asked: Asked) -> list[Row]:
    """Give the canteens with the status that is asked for, in the order that is asked for."""
    rows = [row for row in found["canteens"] if asked.status in ("", row["status"])]
    return sorted(rows, key=KEYS[asked.order])


async def _pace(page: Page, asked: Asked, rows: list[Row]) -> dict[str, Any]:
    """Ask where the year is going: the sum of all, and of each canteen that is shown, by unit and canteen."""
    found = await page.ask_or(None, "get_pace", query={**asked.query, "limit": PACE_LIMIT}, subject_id=asked.unit)
    items = found["items"] if found else []
    known = {(one["unit_id"], one["canteen_id"]): one for one in items}
    missing = [row for row in rows if (row["unit_id"], row["id"]) not in known] if found else []
    turn = asyncio.Semaphore(AT_ONCE)

    async def one_of(row: Row) -> None:
        async with turn:
            alone = await page.ask_or(None, "get_pace", query=asked.query, subject_id=row["id"])
        # A shared canteen alone is told at its own unit's rate, which may be another than this holder's.
        if alone and alone["items"] and row["weight_bp"] == 10_000:
            known[(row["unit_id"], row["id"])] = alone["items"][0]

    await asyncio.gather(*(one_of(row) for row in missing))
    return {"projected": found["projected"] if found else None, "of": known}


async def _view(page: Page, asked: Asked, found: Row, rows: list[Row]) -> BoardView:
    speech, pace = page.speech, await _pace(page, asked, rows)
    below = [one for one in found["units"] if one["canteens"]]
    named = await _named(page, found["subject"]["id"]) if below else {}
    return BoardView(
        subject=found["subject"]["name"],
        as_of_text=write.day(found["happened_by"], page.language),
        fields=_fields(page, asked, found),
        counts=tuple(
            (str(found["counts"][word]), speech(text), asked.url(status=word, page=1))
            for word, text in STATUSES.items()
            if found["counts"].get(word)
        ),
        says=headline(speech, found, pace["projected"]),
        warns=any(row["missing_months"] or row["shortfall_fen"] for row in found["canteens"]),
        chart=await gap_chart(page, rows),
        rows=tuple(
            board_row(page, asked, row, paced_text(speech, row, pace["of"].get((row["unit_id"], row["id"]))))
            for row in rows
        ),
        empty=speech(_EMPTY_STATUS if found["canteens"] else _EMPTY),
        all_url=asked.url(status="", page=1) if asked.status else "",
        below=tuple(below_row(speech, asked, one, named[one["path"]]) for one in below if one["path"] in named),
        csv_url=asked.url("/board.csv"),
        moved_url=moved_url(page, asked.unit, asked.year, found["rule"]["code"], asked.as_of),
        report_url=asked.report_url(),
        statement_url=f"/statements/{asked.unit}?{asked.statement_query()}",
    )


_EMPTY = N_(
    "There is no canteen here yet. Once a canteen of this unit, or of one below it, is registered, it stands here."
)
_EMPTY_STATUS = N_("No canteen stands so on this day.")


def _fields(page: Page, asked: Asked, found: Row | None) -> dict[str, Any]:
    """Say what the form offers, and what is chosen in it."""
    rules = found["rules"] if found else []
    name = "name_en" if page.language == "en" else "name"
    seats = {str(seat.organisation_id): seat.organisation_name for role in READING for seat in page.seats(role)}
    units = list(seats.items())
    if asked.unit not in seats:
        units.append(
            (asked.unit, found["subject"]["name"] if found else page.speech(N_("The unit that was asked for")))
        )
    return {
        "units": units if len(units) > 1 else [],
        "unit": asked.unit,
        "rules": [(one["code"], one[name]) for one in rules] or ([(asked.rule, asked.rule)] if asked.rule else []),
        "rule": found["rule"]["code"] if found else asked.rule,
        "year": str(asked.year),
        "as_of": asked.as_of.isoformat() if asked.as_of else "",
        "orders": options(ORDERS, page.speech),
        "order": asked.order,
        "statuses": options(STATUSES, page.speech),
        "status": asked.status,
    }


def _bare(page: Page, asked: Asked) -> BoardView:
    """Show the form alone, with what is wrong beside its field."""
    return BoardView(fields=_fields(page, asked, None))


async def _named(page: Page, unit_id: str) -> dict[str, Row]:
    """Give the units directly below one, by their path."""
    named: dict[str, Row] = {}
    cursor = None
    for _ in range(10):
        part = await page.ask_or(
            {"items": [], "next": None}, "list_units", query={"parent": unit_id, "limit": 100, "cursor": cursor}
        )
        named |= {unit["path"]: unit for unit in part["items"]}
        cursor = part["next"]
        if cursor is None:
            break
    return named


def _crumbs(page: Page, asked: Asked, found: Row) -> tuple[tuple[str, str], ...]:
    """Lead back to the boards of the reader's own units that stand above the shown one."""
    path, subject = found["subject"]["unit_path"], found["subject"]
    own = {seat.path: seat for role in READING for seat in page.seats(role) if seat.path}
    above = [seat for at, seat in sorted(own.items()) if path.startswith(at) and at != path]
    ways = [(asked.url(unit=str(seat.organisation_id), page=1), seat.organisation_name) for seat in above]
    return (*ways, (asked.url(page=1), subject["name"])) if ways else ()
