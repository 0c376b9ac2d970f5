"""A seller reads who owes what and by when, canteen by canteen, and what was sold, month by month."""

import asyncio
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from starlette.responses import Response

from gateway.pages.kit import write
from gateway.pages.kit.asking import Refused
from gateway.pages.kit.chart import LEAF, Chart, Series, bars
from gateway.pages.kit.frame import Mark
from gateway.pages.kit.language import N_
from gateway.pages.kit.page import Page, today
from gateway.pages.views.accounts import lateness, statement_mark, statement_month

AHEAD_DAYS = 365
OWED_MAX = 100
STATEMENTS_MAX = 24
FIRST_YEAR = 2020


@dataclass(frozen=True, slots=True)
class OwedOrder:
    url: str
    accepted: str
    due: str
    mark: Mark
    owed: str


@dataclass(frozen=True, slots=True)
class Debtor:
    """One canteen: all that it owes, and each order that it owes for, the first due on top."""

    id: str
    name: str
    owed: str
    late: str
    orders: tuple[OwedOrder, ...]


@dataclass(frozen=True, slots=True)
class StatementRow:
    url: str
    month: str
    canteen: str
    state: Mark
    closing: str
    due: str


@dataclass(frozen=True, slots=True)
class MoneyView:
    counts: tuple[tuple[str, str], ...]
    debtors: tuple[Debtor, ...]
    more: bool
    statements: tuple[StatementRow, ...]
    sales_url: str


@dataclass(frozen=True, slots=True)
class SalesView:
    year: int
    here: str
    before: int
    after: int
    chart: Chart | None
    head: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, ...], ...]
    foot: tuple[str, ...]
    complete: bool


async def show_money(page: Page) -> Response:
    """Show what is owed and when it comes."""
    supplier_id, day = page.part("supplier_id"), today(page)
    ahead = (day + timedelta(days=AHEAD_DAYS)).isoformat()
    owed, statements = await asyncio.gather(
        page.ask("list_overdue_payments", query={"supplier": supplier_id, "due_by": ahead, "limit": OWED_MAX}),
        page.ask("list_account_statements", query={"supplier": supplier_id, "limit": STATEMENTS_MAX}),
    )
    items, speech = owed["items"], page.speech
    late = [one for one in items if one["days_overdue"]]
    month = (day + timedelta(days=30)).isoformat()
    soon = [one for one in items if not one["days_overdue"] and one["due_on"] <= month]
    view = MoneyView(
        counts=(
            (write.money(_sum(items)), speech(N_("Owed to you"))),
            (write.money(_sum(soon)), speech(N_("Due within 30 days"))),
            (write.money(_sum(late)), speech(N_("Late"))),
        ),
        debtors=_debtors(page, items),
        more=owed["next"] is not None,
        statements=tuple(_statement(page, one) for one in statements["items"]),
        sales_url=f"/supplier/{supplier_id}/sales",
    )
    crumbs = (("/supplier", speech(N_("My business"))), (f"/supplier/{supplier_id}/money", speech(N_("My money"))))
    return page.show("supplier/money.html", view, crumbs=crumbs)


def _sum(items: list[dict[str, Any]]) -> int:
    return sum(int(one["owed_fen"]) for one in items)


def _debtors(page: Page, items: list[dict[str, Any]]) -> tuple[Debtor, ...]:
    by_canteen: dict[str, list[dict[str, Any]]] = {}
    for one in sorted(items, key=lambda item: (item["due_on"], item["order_id"])):
        by_canteen.setdefault(one["canteen"]["id"], []).append(one)
    return tuple(_debtor(page, canteen_id, found) for canteen_id, found in by_canteen.items())


def _debtor(page: Page, canteen_id: str, items: list[dict[str, Any]]) -> Debtor:
    late = _sum([one for one in items if one["days_overdue"]])
    return Debtor(
        id=canteen_id,
        name=items[0]["canteen"]["name"],
        owed=write.money(_sum(items)),
        late=page.speech(N_("%(owed)s of it is late"), owed=write.money(late)) if late else "",
        orders=tuple(_owed(page, one) for one in items),
    )


def _owed(page: Page, one: dict[str, Any]) -> OwedOrder:
    return OwedOrder(
        url=f"/orders/{one['order_id']}",
        accepted=write.day(one["accepted_on"], page.language),
        due=write.day(one["due_on"], page.language),
        mark=lateness(page.speech, one["days_overdue"]),
        owed=write.money(one["owed_fen"]),
    )


def _statement(page: Page, one: dict[str, Any]) -> StatementRow:
    return StatementRow(
        url=f"/accounts/{one['statement_id']}",
        month=statement_month(one, page.language),
        canteen=one["canteen"]["name"],
        state=statement_mark(page.speech, one["state"]),
        closing=write.money(one["closing_fen"]),
        due=write.day(one["due_on"], page.language),
    )


async def show_sales(page: Page) -> Response:
    """Show a year's sales in a picture, in its table, and canteen by canteen."""
    supplier_id, this_year = page.part("supplier_id"), today(page).year
    asked = page.asked("year", str(this_year))
    if not asked.isdecimal() or not FIRST_YEAR <= int(asked) <= this_year:
        raise Refused(404, page.speech(N_("There are no sales of that year.")))
    year = int(asked)
    found = await page.ask("get_sales", query={"year": year}, supplier_id=supplier_id)
    here = f"/supplier/{supplier_id}/sales"
    months: dict[int, int] = {}
    for one in found["items"]:
        number = int(one["month"][5:])
        months[number] = months.get(number, 0) + one["kept_fen"]
    speech = page.speech
    view = SalesView(
        year=year,
        here=here,
        before=year - 1 if year > FIRST_YEAR else 0,
        after=year + 1 if year < this_year else 0,
        chart=await _chart(page, year, months) if months else None,
        head=(
            (speech(N_("Month")), ""),
            (speech(N_("Canteen")), ""),
            (speech(N_("Orders")), "figure end"),
            (speech(N_("Sold")), "figure end"),
            (speech(N_("Paid")), "figure end"),
        ),
        rows=tuple(_month_row(page, one) for one in found["items"]),
        foot=_foot(page, found["items"]),
        complete=found["complete"],
    )
    crumbs = (("/supplier", speech(N_("My business"))), (here, speech(N_("Sales by month"))))
    return page.show("supplier/sales.html", view, crumbs=crumbs)


async def _chart(page: Page, year: int, months: dict[int, int]) -> Chart:
    last = 12 if year < today(page).year else today(page).month
    numbers = range(1, last + 1)
    names = [date(year, number, 1).strftime("%m") for number in numbers]
    fen = tuple(months.get(number, 0) for number in numbers)
    series = Series(page.speech(N_("Sold, in yuan")), fen, tuple(write.money(one) for one in fen), LEAF)
    caption = page.speech(N_("What canteens kept of your goods in %(year)s, by month"), year=year)
    return await bars(page, caption, page.speech(N_("Month")), names, [series], scale=100)


def _month_row(page: Page, one: dict[str, Any]) -> tuple[str, ...]:
    year, number = one["month"].split("-")
    return (
        write.month(int(year), int(number), page.language),
        one["canteen"]["name"],
        str(one["orders"]),
        write.money(one["kept_fen"]),
        write.money(one["paid_fen"]),
    )


def _foot(page: Page, items: list[dict[str, Any]]) -> tuple[str, ...]:
    orders = sum(one["orders"] for one in items)
    kept, paid = (sum(one[name] for one in items) for name in ("kept_fen", "paid_fen"))
    return (page.speech(N_("Together")), "", str(orders), write.money(kept), write.money(paid))
