"""A month, then the year, is closed on a page of its own that says first what will be frozen."""

from dataclasses import dataclass

from starlette.responses import Response

from gateway.pages.finance.year import CanteenYear, check_finance, is_over, read_year
from gateway.pages.kit import write
from gateway.pages.kit.asking import Refused
from gateway.pages.kit.gauge import share_of
from gateway.pages.kit.language import N_
from gateway.pages.kit.page import Page, today
from gateway.pages.kit.words import STATUSES, say
from shared.ids import new_id

REASON_MAX = 1_000


@dataclass(frozen=True, slots=True)
class ClosingView:
    """What is about to be closed, or was; `url` is empty where there is nothing to send."""

    title: str
    canteen: str
    back: str
    says: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    url: str
    once: str
    button: str
    restate_url: str
    restated: tuple[tuple[str, str], ...]


async def show_month(page: Page) -> Response:
    """Show what closing a month freezes."""
    its, month = await _own_month(page)
    return page.show("finance/closing.html", _month_view(page, its, month))


async def _own_month(page: Page) -> tuple[CanteenYear, int]:
    its, month = await read_year(page), int(page.part("month"))
    check_finance(page, its)
    if not 1 <= month <= 12:
        raise Refused(404, page.speech(N_("There is no such month.")))
    return its, month


def _month_view(page: Page, its: CanteenYear, month: int) -> ClosingView:
    speech, name = page.speech, write.month(its.year, month, page.language)
    one = next((one for one in its.statement.get("months") or [] if one["month"] == month), None)
    closed = next((one for one in its.statement.get("closed_months", []) if one["month"] == month), None)
    facts = [(speech(N_("In the ledger in this month")), write.money(one["ledger_fen"] if one else 0))]
    if one and one["attested_fen"] is not None:
        facts.append((speech(N_("Attested, year to date")), write.money(one["attested_fen"])))
    says = [speech(N_("What becomes known later stands beside the frozen figures and moves none of them."))]
    if closed:
        facts.append((speech(N_("Closed on")), write.day(closed["closed_at"], page.language)))
    elif its.closed_on:
        says = [speech(N_("The year is closed, and this month with it."))]
    elif not is_over(page, its.year, month):
        says = [speech(N_("This month is not over."))]
    open_now = not closed and not its.closed_on and is_over(page, its.year, month)
    return ClosingView(
        title=speech(N_("Close %(month)s"), month=name),
        canteen=its.name,
        back=its.url,
        says=tuple(says),
        facts=tuple(facts),
        url=f"{its.url}/months/{month}/closing" if open_now else "",
        once=page.form.value("once") or str(new_id()),
        button=speech(N_("Close the month")),
        restate_url="",
        restated=(),
    )


async def close_month(page: Page) -> Response:
    """Close a month."""
    its, month = await _own_month(page)
    content = {"year": its.year, "month": month}
    try:
        await page.ask("close_month", json=content, once=page.form.value("once"), canteen_id=its.canteen_id)
    except Refused as refused:
        if not refused.mendable:
            raise
        _note(page, refused)
        return page.show("finance/closing.html", _month_view(page, its, month))
    return page.go(its.url, "closed")


def _note(page: Page, refused: Refused) -> None:
    """Say why it cannot be closed now, and which month is next; nothing on the page itself is to be mended."""
    said = [str(error.get("says", "")) for error in refused.errors] or [refused.sentence(page.speech)]
    for text in said:
        page.form.wrong("", text)
    following = refused.facts.get("next_month")
    if isinstance(following, int) and 1 <= following <= 12:
        name = write.month_alone(following, page.language)
        page.form.wrong("", page.speech(N_("Next is %(month)s."), month=name))


async def show_year(page: Page) -> Response:
    """Show what closing a year freezes, or what was frozen."""
    its = await read_year(page)
    check_finance(page, its)
    return page.show("finance/closing.html", _year_view(page, its))


def _year_view(page: Page, its: CanteenYear) -> ClosingView:
    speech, found = page.speech, its.statement
    figures, filed, rate_bp = found["figures"], found.get("as_filed"), found["rule"].get("rate_bp")
    if filed:
        figures = filed["figures"]
        status = filed["status"]
    else:
        status = found["status"]
    facts = [
        (speech(N_("Status")), say(STATUSES, status, speech)),
        (speech(N_("Share")), f"{write.share(share_of(figures))} / {write.rate(rate_bp)}"),
        (speech(N_("Base")), write.money(figures["base_fen"])),
        (speech(N_("Counted")), write.money(figures["counted_fen"])),
        (speech(N_("Short by")), write.money(figures["shortfall_fen"])),
    ]
    says = []
    if filed:
        facts.append((speech(N_("Closed on")), write.day(filed["closed_at"], page.language)))
        if found.get("restatement_due"):
            says.append(speech(N_("What is known now says otherwise: a numbered restatement is due.")))
    elif its.year >= today(page).year:
        says.append(speech(N_("This year is not over.")))
    else:
        says.append(speech(N_("A year is closed once and for good: these figures are frozen as they are filed.")))
        if missing := found.get("missing_months"):
            names = speech(N_(", ")).join(write.month_alone(month, page.language) for month in missing)
            says.append(
                speech(
                    N_("Not attested: %(months)s. Closed so, the year is unproven; attest them first."), months=names
                )
            )
    return ClosingView(
        title=speech(N_("Close the year %(year)s"), year=its.year),
        canteen=its.name,
        back=its.url,
        says=tuple(says),
        facts=tuple(facts),
        url=f"{its.url}/closing" if not filed and its.year < today(page).year else "",
        once=page.form.value("once") or str(new_id()),
        button=speech(N_("Close the year")),
        restate_url=f"{its.url}/restatements" if filed and found.get("restatement_due") else "",
        restated=tuple(
            (speech(N_("Restatement %(number)s"), number=one["number"]), write.day(one["filed_at"], page.language))
            for one in found.get("restatements", [])
        ),
    )


async def close_year(page: Page) -> Response:
    """Close a year."""
    its = await read_year(page)
    check_finance(page, its)
    try:
        await page.ask("close_year", json={"year": its.year}, once=page.form.value("once"), canteen_id=its.canteen_id)
    except Refused as refused:
        if not refused.mendable:
            raise
        _note(page, refused)
        return page.show("finance/closing.html", _year_view(page, its))
    return page.go(its.url, "closed")


async def restate_year(page: Page) -> Response:
    """File a closed year's figures again, with the reason."""
    its, form = await read_year(page), page.form
    check_finance(page, its)
    content = {"year": its.year, "reason": form.text("reason", most=REASON_MAX)}
    if form.ok:
        try:
            await page.ask("restate_year", json=content, once=form.value("once"), canteen_id=its.canteen_id)
        except Refused as refused:
            if not refused.mendable:
                raise
            form.take(refused)
        else:
            return page.go(f"{its.url}/closing", "restated")
    return page.show("finance/closing.html", _year_view(page, its))
