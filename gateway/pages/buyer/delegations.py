"""Who is away lets another decide in their stead, from day to day, and ends it when they are back (审批委托)."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from starlette.responses import Response

from gateway.pages.kit import write
from gateway.pages.kit.asking import Refused
from gateway.pages.kit.frame import Mark
from gateway.pages.kit.language import N_
from gateway.pages.kit.page import Page, today
from gateway.pages.kit.words import ROLES, say
from gateway.usecases.list_deciders import DECIDING, list_deciders, names_of
from shared.ids import new_id

REASON_MAX = 500


@dataclass(frozen=True, slots=True)
class DelegationRow:
    """A delegation that the reader gave or was given."""

    id: str
    title: str
    state: Mark
    when: str
    reason: str
    may_end: bool
    once: str


@dataclass(frozen=True, slots=True)
class DelegationsView:
    rows: tuple[DelegationRow, ...]
    seats: list[tuple[str, str]]
    people: list[tuple[str, str]]
    id: str
    today: str


async def show_delegations(page: Page) -> Response:
    """List in whose stead whom the reader knows decides, with the form that hands decisions over."""
    return page.show("buyer/delegations.html", await _view(page), crumbs=_crumbs(page))


def _crumbs(page: Page) -> tuple[tuple[str, str], ...]:
    return (("/requisitions", page.speech(N_("Requisitions"))),)


async def _view(page: Page) -> DelegationsView:
    assert page.session is not None
    desk, own = page.request.app.state.desk, page.session.account_id
    found = await page.ask("list_delegations")
    seats = page.seats(*DECIDING)
    people = await list_deciders(desk, own, [seat.path for seat in seats])
    names = await names_of(desk, [UUID(one["to_account_id"]) for one in found["items"]])
    return DelegationsView(
        rows=tuple(_row(page, one, names) for one in found["items"]),
        seats=[
            (f"{seat.role}:{seat.organisation_id}", f"{say(ROLES, seat.role, page.speech)} · {seat.organisation_name}")
            for seat in seats
        ],
        people=[(str(one.account_id), f"{one.name} · {one.unit_name}") for one in people],
        id=page.form.value("id") or str(new_id()),
        today=today(page).isoformat(),
    )


def _row(page: Page, one: dict[str, Any], names: dict[UUID, str]) -> DelegationRow:
    speech, now = page.speech, today(page)
    first, last = date.fromisoformat(one["first_day"]), date.fromisoformat(one["last_day"])
    given = page.identity is not None and one["account_id"] == str(page.identity.account_id)
    over = one["ended_at"] is not None or last < now
    if over:
        state = Mark(speech(N_("Over")))
    else:
        state = Mark(speech(N_("In force now")), "good") if first <= now else Mark(speech(N_("From then on")), "warn")
    if given:
        name = names.get(UUID(one["to_account_id"]), "")
        title = speech(N_("%(name)s decides for you"), name=name or speech(N_("Another person")))
    else:
        title = speech(N_("You decide for %(name)s"), name=one["account_name"])
    return DelegationRow(
        id=one["delegation_id"],
        title=f"{title} · {say(ROLES, one['role'], speech)}",
        state=state,
        when=f"{write.day(first, page.language)} – {write.day(last, page.language)}",
        reason=one["reason"],
        may_end=given and not over,
        once=str(new_id()),
    )


async def delegate(page: Page) -> Response:
    """Hand one's decisions over for some days."""
    form = page.form
    delegation_id = form.id("id")
    seats = {f"{seat.role}:{seat.organisation_id}": seat for seat in page.seats(*DECIDING)}
    seat = form.choice("seat", seats)
    to_account = form.text("to_account_id", most=36)
    first, last = form.day("first_day"), form.day("last_day")
    reason = form.text("reason", most=REASON_MAX)
    if form.ok:
        assert first is not None
        assert last is not None
        content = {
            "unit_id": str(seats[str(seat)].organisation_id),
            "role": str(seats[str(seat)].role),
            "to_account_id": to_account,
            "first_day": first.isoformat(),
            "last_day": last.isoformat(),
            "reason": reason,
        }
        try:
            await page.ask("put_delegation", json=content, delegation_id=delegation_id)
        except Refused as refused:
            if not refused.mendable:
                raise
            form.take(refused)
        else:
            return page.go("/delegations", "delegated")
    return page.show("buyer/delegations.html", await _view(page), crumbs=_crumbs(page))


async def end(page: Page) -> Response:
    """Decide oneself again, from now on."""
    await page.ask("end_delegation", once=page.form.value("once"), delegation_id=page.part("delegation_id"))
    return page.go("/delegations", "delegation_ended")
