"""One statement shows what moved, what is owed and by when, and what each side can say to it or pay of it."""

import csv
import io
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from gateway.pages.kit import write
from gateway.pages.kit.frame import Mark
from gateway.pages.kit.language import N_, Speech
from gateway.pages.kit.page import Page, today
from gateway.pages.kit.words import FUNDS, PAYMENT_STATES, say
from gateway.pages.views.accounts import lateness, statement_mark, statement_month
from shared.contracts.authority import Role
from shared.ids import new_id

MOVES = (
    ("opening_fen", N_("Owed before")),
    ("accepted_fen", N_("Accepted")),
    ("returned_fen", N_("Returned")),
    ("credited_fen", N_("Credited")),
    ("paid_fen", N_("Paid")),
    ("refunded_fen", N_("Refunded")),
    ("late_fen", N_("Left out before")),
    ("closing_fen", N_("Owed at the month's end")),
)
OPEN_PAYMENTS = ("registered", "submitted")
TONES = {"registered": "warn", "submitted": "warn", "paid": "good", "denied": "bad", "withdrawn": "calm"}


SHOWN = ("accepted_fen", "paid_fen", "closing_fen")
"""The moves that stand on every page; another does where something of it happened, so that the table stays narrow."""


@dataclass(frozen=True, slots=True)
class AccountLine:
    url: str
    accepted: str
    due: str
    mark: Mark | None
    moves: tuple[str, ...]
    owed_now: str


@dataclass(frozen=True, slots=True)
class Objection:
    title: str
    reason: str
    state: Mark
    note: str
    order_url: str
    close_url: str
    field: str


@dataclass(frozen=True, slots=True)
class Transfer:
    title: str
    amount: str
    state: Mark
    parts: str
    reason: str
    voucher_url: str
    upload_url: str
    confirm_url: str
    deny_url: str
    withdraw_url: str
    field: str
    why: str


@dataclass(frozen=True, slots=True)
class AccountView:
    here: str
    number: str
    title: str
    state: Mark
    late: str
    facts: tuple[tuple[str, str], ...]
    counts: tuple[tuple[str, str], ...]
    heads: tuple[str, ...]
    lines: tuple[AccountLine, ...]
    foot: tuple[str, ...]
    owed_now: str
    complete: bool
    objections: tuple[Objection, ...]
    payments: tuple[Transfer, ...]
    confirms: bool
    objects: bool
    orders: tuple[tuple[str, str], ...]
    pays: bool
    left: str
    payment_id: str
    objection_id: str
    once: str


async def show_account(page: Page) -> Response:
    """Show one statement whole."""
    return await show_again(page)


async def show_again(page: Page) -> Response:
    """Show the statement, with what is wrong with what was asked of it."""
    view = await account_view(page)
    crumbs = (("/accounts", page.speech(N_("Monthly statements"))), (view.here, view.number))
    return page.show("accounts/account.html", view, crumbs=crumbs)


async def export_lines(page: Page) -> Response:
    """Give the statement's lines as a table that a spreadsheet opens: days, and amounts in yuan."""
    found, speech = await page.ask("get_account_statement", statement_id=page.part("statement_id")), page.speech
    text = io.StringIO()
    table = csv.writer(text)
    first = (N_("Order"), N_("Accepted on"), N_("Due on"))
    last = (N_("Owed now"),)
    table.writerow([speech(one) for one in (*first, *(word for _, word in MOVES), *last)])
    for line in found["lines"]:
        amounts = [write.plain_money(line[name]) for name, _ in MOVES]
        days = (line["order_id"], line["accepted_on"], line["due_on"])
        table.writerow([*days, *amounts, write.plain_money(line["owed_now_fen"])])
    headers = {
        "content-disposition": f'attachment; filename="account-{found["month"]}-{found["statement_id"][-6:]}.csv"',
        "cache-control": "no-store",
    }
    return Response("\ufeff" + text.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


async def account_view(page: Page) -> AccountView:
    """Put one statement together for who reads it."""
    found, speech = await page.ask("get_account_statement", statement_id=page.part("statement_id")), page.speech
    here, day = f"/accounts/{found['statement_id']}", today(page).isoformat()
    buys = page.is_seated(found["canteen"]["id"], Role.BUYER) or page.is_seated(found["unit"]["id"], Role.FINANCE)
    sells = page.is_seated(found["supplier"]["id"], Role.SUPPLIER)
    mine = [at for is_mine, at in ((sells, "supplier"), (buys, "canteen")) if is_mine]
    said = bool(mine) and all(found[f"{side}_confirmed_at"] for side in mine)
    under_way = sum(one["amount_fen"] for one in found["payments"] if one["state"] in OPEN_PAYMENTS)
    moves = tuple((name, word) for name, word in MOVES if name in SHOWN or any(line[name] for line in found["lines"]))
    left, late = max(0, found["owed_now_fen"] - under_way), _late_fen(found, day)
    return AccountView(
        here=here,
        number=found["number"],
        title=f"{found['supplier']['name']} → {found['canteen']['name']}",
        state=statement_mark(speech, found["state"]),
        late=speech(N_("%(owed)s of it is late"), owed=write.money(late)) if late else "",
        facts=_facts(page, found),
        counts=(
            (write.money(found["closing_fen"]), speech(N_("Owed at the month's end"))),
            (write.money(found["owed_now_fen"]), speech(N_("Owed now"))),
            (write.money(under_way), speech(N_("Of it under way by transfer"))),
            (write.money(late), speech(N_("Late"))),
        ),
        heads=tuple(speech(word) for _, word in moves),
        lines=tuple(_line(page, line, day, moves) for line in found["lines"]),
        foot=tuple(write.money(found[name]) for name, _ in moves),
        owed_now=write.money(found["owed_now_fen"]),
        complete=found["complete"],
        objections=tuple(_objection(page, one, here, mine) for one in found["objections"]),
        payments=tuple(_payment(speech, one, here, pays=buys, owns=sells) for one in found["payments"]),
        confirms=bool(mine) and not said and found["state"] == "issued",
        objects=bool(mine) and found["state"] in ("issued", "disputed"),
        orders=tuple((line["order_id"], _order_name(page, line)) for line in found["lines"]),
        pays=buys and left > 0,
        left=write.plain_money(left),
        payment_id=page.form.value("payment_id") or str(new_id()),
        objection_id=page.form.value("objection_id") or str(new_id()),
        once=str(new_id()),
    )


def _late_fen(found: dict[str, Any], day: str) -> int:
    return sum(line["owed_now_fen"] for line in found["lines"] if line["due_on"] < day and line["owed_now_fen"] > 0)


def _facts(page: Page, found: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    speech = page.speech
    waits = speech(N_("not yet"))
    facts = (
        (N_("Month"), statement_month(found, page.language)),
        (N_("Supplier"), found["supplier"]["name"]),
        (N_("Canteen"), found["canteen"]["name"]),
        (N_("Unit"), found["unit"]["name"]),
        (N_("Paid from"), say(FUNDS, found["fund"], speech)),
        (N_("All due by"), write.day(found["due_on"], page.language)),
        (N_("Confirmed by the canteen"), _when(page, found["canteen_confirmed_at"]) or waits),
        (N_("Confirmed by the supplier"), _when(page, found["supplier_confirmed_at"]) or waits),
    )
    return tuple((speech(name), value) for name, value in facts)


def _when(page: Page, moment: str | None) -> str:
    return write.moment(moment, page.language) if moment else ""


def _order_name(page: Page, line: dict[str, Any]) -> str:
    accepted, amount = write.day(line["accepted_on"], page.language), write.money(line["accepted_fen"])
    return page.speech(N_("Accepted on %(day)s, %(amount)s"), day=accepted, amount=amount)


def _line(page: Page, line: dict[str, Any], day: str, moves: tuple[tuple[str, str], ...]) -> AccountLine:
    owes = line["owed_now_fen"] > 0
    days = (today(page) - today(page).fromisoformat(line["due_on"])).days if line["due_on"] < day else 0
    return AccountLine(
        url=f"/orders/{line['order_id']}",
        accepted=write.day(line["accepted_on"], page.language),
        due=write.day(line["due_on"], page.language),
        mark=lateness(page.speech, days) if owes and days else None,
        moves=tuple(write.money(line[name]) for name, _ in moves),
        owed_now=write.money(line["owed_now_fen"]),
    )


def _objection(page: Page, one: dict[str, Any], here: str, mine: list[str]) -> Objection:
    speech, is_open = page.speech, one["closed_at"] is None
    side = speech(N_("The canteen objects") if one["side"] == "canteen" else N_("The supplier objects"))
    return Objection(
        title=f"{side} · {one['raised_by_name']} · {write.day(one['raised_at'], page.language)}",
        reason=one["reason"],
        state=Mark(speech(N_("Not settled yet")), "bad") if is_open else Mark(speech(N_("Resolved")), "good"),
        note=one["note"],
        order_url=f"/orders/{one['order_id']}" if one["order_id"] else "",
        close_url=f"{here}/objections/{one['objection_id']}/closing" if is_open and one["side"] in mine else "",
        field=f"note-{one['objection_id'][-6:]}",
    )


def _payment(speech: Speech, one: dict[str, Any], here: str, *, pays: bool, owns: bool) -> Transfer:
    at, state = f"{here}/payments/{one['payment_id']}", one["state"]
    is_open, tail = state in OPEN_PAYMENTS, one["payment_id"][-6:]
    voucher = f"/api/v1/account-statements/{one['statement_id']}/payments/{one['payment_id']}/voucher"
    orders = len(one["parts"])
    return Transfer(
        title=f"{speech(N_('Bank transfer'))} {write.day(one['registered_at'], speech.language)}",
        amount=write.money(one["amount_fen"]),
        state=Mark(say(PAYMENT_STATES, state, speech), TONES[state]),
        parts=speech(N_("Over %(num)s order") if orders == 1 else N_("Over %(num)s orders"), num=orders),
        reason=one["reason"] if state in ("denied", "withdrawn") else "",
        voucher_url=voucher if one["voucher"] else "",
        upload_url=f"{at}/voucher" if is_open and pays else "",
        confirm_url=f"{at}/confirmation" if is_open and owns else "",
        deny_url=f"{at}/denial" if is_open and owns else "",
        withdraw_url=f"{at}/withdrawal" if state == "registered" and pays else "",
        field=f"voucher-{tail}",
        why=f"why-{tail}",
    )
