"""Finance says what a canteen may order in a month, and whoever buys or checks sees what is used of it."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from gateway.pages.kit import write
from gateway.pages.kit.asking import Refused
from gateway.pages.kit.frame import Link, Mark
from gateway.pages.kit.gauge import Gauge, draw
from gateway.pages.kit.language import N_, Speech
from gateway.pages.kit.lists import rest_of
from gateway.pages.kit.page import Page, today
from gateway.pages.kit.words import FUNDS, options, say
from shared.contracts.authority import Role
from shared.ids import new_id
from shared.money import BP_WHOLE

REASON_MAX = 500
CANTEENS_MAX = 100
MONTHS_AHEAD = 12
STOPS: dict[str, str] = {
    "hard": N_("Stop: nothing is ordered beyond it"),
    "soft": N_("Ask: another person approves what goes beyond it"),
    "none": N_("Show only: it stops nothing"),
}
STOP_TAGS: dict[str, tuple[str, str]] = {
    "hard": (N_("Stops"), "bad"),
    "soft": (N_("Asks"), "warn"),
    "none": (N_("Shows only"), "calm"),
}


@dataclass(frozen=True, slots=True)
class BudgetRow:
    url: str
    title: str
    fund: str
    stop: Mark
    every: str
    gauge: Gauge
    figures: tuple[tuple[str, str], ...]
    over: str


@dataclass(frozen=True, slots=True)
class BudgetsView:
    month: str
    before: Link
    after: Link
    rows: tuple[BudgetRow, ...]
    puts: bool
    new_url: str
    empty: str
    next_url: str
    first_url: str


@dataclass(frozen=True, slots=True)
class VersionRow:
    when: str
    amount: str
    stop: Mark
    who: str
    reason: str


@dataclass(frozen=True, slots=True)
class BudgetView:
    here: str
    title: str
    facts: tuple[tuple[str, str], ...]
    versions: tuple[VersionRow, ...]
    changes: bool
    version: int
    amount: str
    stop: str
    stops: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class BudgetFormView:
    id: str
    canteens: list[tuple[str, str]]
    canteen: str
    funds: list[tuple[str, str]]
    months: list[tuple[str, str]]
    month: str
    stops: list[tuple[str, str]]


def _stop(speech: Speech, stop: str) -> Mark:
    text, tone = STOP_TAGS[stop]
    return Mark(speech(text), tone)


async def show_budgets(page: Page) -> Response:
    """List the budgets that rule a month, with what is used, waits and is left."""
    first = _month(page)
    found = await page.ask("list_budgets", query={"month": f"{first:%Y-%m}", "cursor": page.asked("cursor")})
    puts, speech = bool(page.seats(Role.FINANCE)), page.speech
    empty = N_("No canteen that you see has a budget in this month. Finance of its unit puts one.")
    if puts:
        empty = N_("No canteen has a budget in this month: nothing is stopped. Put one to bound what is ordered.")
    view = BudgetsView(
        month=write.month(first.year, first.month, page.language),
        before=_way(page, first, -1),
        after=_way(page, first, 1),
        rows=tuple(_row(page, one) for one in found["items"]),
        puts=puts,
        new_url=f"/budgets/new?{urlencode({'month': f'{first:%Y-%m}'})}",
        empty=speech(empty),
        next_url=rest_of(page, found)[0],
        first_url=rest_of(page, found)[1],
    )
    return page.show("finance/budgets.html", view)


def _month(page: Page) -> date:
    """Give the first day of the month that the address names, or of this one."""
    try:
        asked = date.fromisoformat(f"{page.asked('month')}-01")
    except ValueError:
        return today(page).replace(day=1)
    return asked if 2020 <= asked.year < 2099 else today(page).replace(day=1)


def _step(first: date, by: int) -> date:
    months = first.year * 12 + first.month - 1 + by
    return date(months // 12, months % 12 + 1, 1)


def _way(page: Page, first: date, by: int) -> Link:
    to = _step(first, by)
    return Link(f"/budgets?{urlencode({'month': f'{to:%Y-%m}'})}", write.month(to.year, to.month, page.language))


def _row(page: Page, one: dict[str, Any]) -> BudgetRow:
    speech, use, amount = page.speech, one["use"], one["amount_fen"]
    used, waiting, left = use["used_fen"], use["waiting_fen"], use["left_fen"]
    bar = draw(speech, min(BP_WHOLE, used * BP_WHOLE // amount) if amount else BP_WHOLE, BP_WHOLE)
    assert bar is not None
    says = speech(N_("%(used)s of %(amount)s is used."), used=write.money(used), amount=write.money(amount))
    return BudgetRow(
        url=f"/budgets/{one['budget_id']}",
        title=one["canteen"]["name"],
        fund=say(FUNDS, one["fund"], speech),
        stop=_stop(speech, one["stop"]),
        every=speech(N_("Each month from then on")) if one["every_month"] else "",
        gauge=replace(bar, mark="", short=left <= 0, says=says),
        figures=(
            (write.money(amount), speech(N_("Budget"))),
            (write.money(used), speech(N_("Used"))),
            (write.money(waiting), speech(N_("Waits for approval"))),
            (write.money(left), speech(N_("Left"))),
        ),
        over=speech(N_("More is used than it allows: nothing more is placed.")) if left < 0 else "",
    )


async def show_budget(page: Page) -> Response:
    """Show a budget with its versions, and the form that changes it."""
    return await _show(page)


async def _show(page: Page) -> Response:
    found, speech = await page.ask("get_budget", budget_id=page.part("budget_id")), page.speech
    year, number = found["month"].split("-")
    month = write.month(int(year), int(number), page.language)
    over = not found["every_month"] and found["month"] < f"{today(page):%Y-%m}"
    view = BudgetView(
        here=f"/budgets/{found['budget_id']}",
        title=f"{found['canteen']['name']} · {say(FUNDS, found['fund'], speech)}",
        facts=(
            (
                speech(N_("Rules")),
                speech(N_("each month from %(month)s on"), month=month) if found["every_month"] else month,
            ),
            (speech(N_("Budget")), write.money(found["amount_fen"])),
            (speech(N_("What goes beyond it")), say(STOPS, found["stop"], speech)),
        ),
        versions=tuple(_version(page, one) for one in found["versions"]),
        changes=bool(page.seats(Role.FINANCE)) and not over,
        version=found["version"],
        amount=write.plain_money(found["amount_fen"]),
        stop=found["stop"],
        stops=options(STOPS, speech),
    )
    crumbs = (("/budgets", speech(N_("Budgets"))), (view.here, view.title))
    return page.show("finance/budget.html", view, crumbs=crumbs)


def _version(page: Page, one: dict[str, Any]) -> VersionRow:
    return VersionRow(
        when=write.moment(one["put_at"], page.language),
        amount=write.money(one["amount_fen"]),
        stop=_stop(page.speech, one["stop"]),
        who=one["put_by_name"],
        reason=one["reason"],
    )


async def change_budget(page: Page) -> Response:
    """Put its next version, if it still stands as it was seen."""
    budget_id, form = page.part("budget_id"), page.form
    amount, stop = form.fen("amount"), form.choice("stop", STOPS)
    reason, seen = form.text("reason", most=REASON_MAX), form.pieces("seen_version")
    if form.ok:
        found = await page.ask("get_budget", budget_id=budget_id)
        of = {name: found[name] for name in ("fund", "month", "every_month")}
        content = {"canteen_id": found["canteen"]["id"], **of, "amount_fen": amount, "stop": stop, "reason": reason}
        if await _put(page, budget_id, content | {"seen_version": seen}):
            return page.go(f"/budgets/{budget_id}", "saved")
    return await _show(page)


async def _put(page: Page, budget_id: str, content: dict[str, Any]) -> bool:
    """Put it; tells whether it is put, or notes what is wrong."""
    try:
        await page.ask("put_budget", json=content, budget_id=budget_id)
    except Refused as refused:
        if not refused.mendable:
            raise
        page.form.take(refused, {"amount_fen": "amount", "canteen_id": "canteen_id"})
        if refused.slug == "budget-changed":  # The page shows it anew, with what was changed on top of its history.
            page.form.values.pop("seen_version", None)
        return False
    return True


async def new_budget(page: Page) -> Response:
    """Ask what a canteen may order."""
    return await _form(page)


async def _form(page: Page) -> Response:
    if not page.seats(Role.FINANCE):
        raise Refused(403, page.speech(N_("Only finance puts budgets.")))
    speech, this = page.speech, today(page).replace(day=1)
    canteens: dict[str, str] = {}
    for seat in page.seats(Role.FINANCE):
        found = await page.ask("list_canteens", query={"below": str(seat.organisation_id), "limit": CANTEENS_MAX})
        canteens |= {one["id"]: one["name"] for one in found["items"]}
    months = [_step(this, by) for by in range(MONTHS_AHEAD)]
    asked = f"{_month(page):%Y-%m}"
    view = BudgetFormView(
        id=page.form.value("id") or str(new_id()),
        canteens=sorted(canteens.items(), key=lambda one: one[1]),
        canteen=page.asked("canteen"),
        funds=options(FUNDS, speech),
        months=[(f"{one:%Y-%m}", write.month(one.year, one.month, page.language)) for one in months],
        month=asked if asked >= f"{this:%Y-%m}" else f"{this:%Y-%m}",
        stops=options(STOPS, speech),
    )
    return page.show("finance/budget_form.html", view, crumbs=(("/budgets", speech(N_("Budgets"))),))


async def make_budget(page: Page) -> Response:
    """Put a new one; said twice, it is one."""
    form = page.form
    budget_id, canteen_id = form.id("id"), form.text("canteen_id", most=36)
    fund, stop, month = form.choice("fund", FUNDS), form.choice("stop", STOPS), form.text("month", most=7)
    amount, reason = form.fen("amount"), form.text("reason", most=REASON_MAX, needed=False)
    if form.ok:
        content = {
            "canteen_id": canteen_id,
            "fund": fund,
            "month": month,
            "every_month": form.value("every_month") == "1",
            "amount_fen": amount,
            "stop": stop,
            "reason": reason,
        }
        if await _put(page, str(budget_id), content):
            return page.go(f"/budgets/{budget_id}", "saved")
    return await _form(page)
