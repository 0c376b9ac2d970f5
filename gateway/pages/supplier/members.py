"""A seller lets others help: by a code that opens one role once, and ends what they may do (帮办).

The code is answered to whoever makes it and shown on that page alone: it stands in no address, and is kept nowhere.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from starlette.responses import Response

from gateway.pages.kit import write
from gateway.pages.kit.asking import Refused
from gateway.pages.kit.frame import Mark
from gateway.pages.kit.language import N_, Speech
from gateway.pages.kit.lists import rest_of
from gateway.pages.kit.page import Page, today
from gateway.pages.kit.table_out import table_out
from gateway.pages.kit.words import options, say
from shared.contracts.authority import Role
from shared.ids import new_id

HELP_DAYS = 90
"""For how long a helper is let in, unless another day is chosen."""
MEMBER_ROLES: dict[str, str] = {
    "helper": N_("Helper: does everything for you, until a day"),
    "seller": N_("Products: lists them, sets prices and stock"),
    "packer": N_("Orders: confirms, packs and sends"),
    "owner": N_("Owner: may do all that you may"),
}
ROLE_NAMES: dict[str, str] = {
    "helper": N_("Helper"),
    "seller": N_("Products"),
    "packer": N_("Packing and sending"),
    "owner": N_("Owner"),
}
ACTED_AS: dict[str, str] = {
    "own": N_("One of our own people"),
    "helper": N_("A helper"),
    "officer": N_("An officer"),
}
ACTS: dict[str, str] = {
    "accept_invitation": N_("Came in by a code"),
    "accept_listing_import": N_("Took over products from a table"),
    "appeal_flag": N_("Appealed against a red flag"),
    "change_price": N_("Changed a price"),
    "end_member": N_("Ended what somebody may do"),
    "put_appeal": N_("Appealed against a decision"),
    "put_capacity": N_("Stated what a plot yields"),
    "put_certificate": N_("Filed a certificate"),
    "put_fair_sale": N_("Stated sales at a fair"),
    "put_fair_supplier": N_("Asked to take part in a fair"),
    "put_figure": N_("Stated who is employed"),
    "put_flag_answer": N_("Explained a red flag"),
    "put_invitation": N_("Made a code for somebody"),
    "put_listing": N_("Wrote a product"),
    "put_listing_import": N_("Sent in a table of products"),
    "put_listing_paper": N_("Added a paper to a product"),
    "put_listing_photo": N_("Added a photo to a product"),
    "put_outside_sale": N_("Stated what was sold elsewhere"),
    "put_plot": N_("Stated a plot of land"),
    "put_readiness_package": N_("Packed papers together"),
    "put_recognition": N_("Filed a recognition"),
    "put_showcase": N_("Chose what is shown at a fair"),
    "put_supplier": N_("Wrote the application"),
    "put_supplier_document": N_("Uploaded a document"),
    "repeat_listing": N_("Listed a product again"),
    "submit_listing": N_("Sent a product to the officer"),
    "withdraw_appeal": N_("Withdrew an appeal"),
    "withdraw_invitation": N_("Made a code open nothing"),
    "withdraw_listing": N_("Took a product off sale"),
}
"""What is written down of a supplier's people, by the name of the operation."""
SAVED_MAX = 2_000
NOT_FOUND = 404
"""How a code that opens nothing is answered, whether it was mistyped, used or is over."""
HEAD = (N_("When"), N_("Who"), N_("Acted as"), N_("What"))


@dataclass(frozen=True, slots=True)
class MemberRow:
    name: str
    role: Mark
    since: str
    until: str
    end_url: str


@dataclass(frozen=True, slots=True)
class CodeRow:
    role: str
    by: str
    expires: str
    end_url: str


@dataclass(frozen=True, slots=True)
class MembersView:
    here: str
    acts_url: str
    rows: tuple[MemberRow, ...]
    gone: tuple[MemberRow, ...]
    codes: tuple[CodeRow, ...]
    roles: list[tuple[str, str]]
    may_invite: bool
    id: str
    until: str
    until_min: str
    until_max: str


@dataclass(frozen=True, slots=True)
class CodeView:
    here: str
    code: str
    spelt: str
    """The same for who hears it: sign by sign."""
    role: str
    until: str
    expires: str


@dataclass(frozen=True, slots=True)
class EndView:
    here: str
    url: str
    name: str
    role: str
    once: str


@dataclass(frozen=True, slots=True)
class ActsView:
    here: str
    ways: list[tuple[str, str]]
    acted_as: str
    head: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, ...], ...]
    save_url: str
    next_url: str
    first_url: str


def _here(page: Page) -> str:
    return f"/supplier/{page.part('supplier_id')}/members"


def _crumbs(page: Page, *, deeper: bool = False) -> tuple[tuple[str, str], ...]:
    business = ("/supplier", page.speech(N_("My business")))
    return (business, (_here(page), page.speech(N_("Who helps me")))) if deeper else (business,)


async def show_members(page: Page) -> Response:
    """Show who acts for a supplier, the codes that are still open, and how to let somebody in."""
    found = await page.ask("list_members", supplier_id=page.part("supplier_id"))
    speech, here, owns = page.speech, _here(page), _owns(page)
    me = str(page.identity.account_id) if page.identity else ""
    ends_helpers = owns or bool(page.seats(Role.OFFICER))
    members = [
        (one, _member(page, one, may_end=owns or one["account_id"] == me or (ends_helpers and one["role"] == "helper")))
        for one in found["items"]
    ]
    this_day = today(page)
    view = MembersView(
        here=here,
        acts_url=f"{here}/acts",
        rows=tuple(row for one, row in members if one["ended_at"] is None),
        gone=tuple(row for one, row in members if one["ended_at"] is not None),
        codes=tuple(
            CodeRow(
                say(ROLE_NAMES, one["role"], speech),
                one["invited_by_name"],
                write.day(one["expires_at"], page.language),
                f"{here}/codes/{one['invitation_id']}/end" if owns else "",
            )
            for one in found["invitations"]
        ),
        roles=options(MEMBER_ROLES, speech),
        may_invite=owns,
        id=page.form.value("id") or str(new_id()),
        until=(this_day + timedelta(days=HELP_DAYS)).isoformat(),
        until_min=this_day.isoformat(),
        until_max=(this_day + timedelta(days=366)).isoformat(),
    )
    return page.show("supplier/members.html", view, crumbs=_crumbs(page))


def _owns(page: Page) -> bool:
    """Tell whether the reader owns the supplier, or applied for it and nobody sits in it yet."""
    supplier_id = page.part("supplier_id")
    applied = not page.is_seated(supplier_id) and not page.seats(Role.OFFICER, Role.AUDITOR)
    return applied or page.is_seated(supplier_id, Role.SUPPLIER)


def _member(page: Page, one: dict[str, Any], *, may_end: bool) -> MemberRow:
    speech = page.speech
    return MemberRow(
        one["name"],
        Mark(say(ROLE_NAMES, one["role"], speech), "good" if one["ended_at"] is None else "calm"),
        write.day(one["accepted_at"], page.language),
        write.day(one["ended_at"] or one["until"], page.language) if one["ended_at"] or one["until"] else "",
        f"{_here(page)}/{one['account_id']}/end" if may_end and one["ended_at"] is None else "",
    )


async def make_code(page: Page) -> Response:
    """Make a code and show it, on this page alone; the same form sent twice shows the same code."""
    form = page.form
    role, invitation_id = form.choice("role", MEMBER_ROLES), form.id("id")
    until: date | None = form.day("until") if role == "helper" else None
    if form.ok:
        content = {"role": role} | ({"until": until.isoformat()} if until else {})
        try:
            made = await page.ask(
                "put_invitation", json=content, supplier_id=page.part("supplier_id"), invitation_id=invitation_id
            )
        except Refused as refused:
            if not refused.mendable:
                raise
            form.take(refused, {"until": "until", "role": "role"})
        else:
            return page.show("supplier/code.html", _code(page, made), crumbs=_crumbs(page, deeper=True))
    return await show_members(page)


def _code(page: Page, made: dict[str, Any]) -> CodeView:
    code = made["code"] or ""
    return CodeView(
        here=_here(page),
        code=f"{code[:5]}-{code[5:]}" if code else "",
        spelt=" ".join(code),
        role=say(ROLE_NAMES, made["role"], page.speech),
        until=write.day(made["until"], page.language) if made["until"] else "",
        expires=write.day(made["expires_at"], page.language),
    )


async def end_code(page: Page) -> Response:
    """Make a code open nothing any more."""
    invitation_id = page.part("invitation_id")
    await page.ask(
        "withdraw_invitation",
        once=f"withdraw-{invitation_id}",
        supplier_id=page.part("supplier_id"),
        invitation_id=invitation_id,
    )
    return page.go(_here(page), "code_ended")


async def show_end(page: Page) -> Response:
    """Ask once more before somebody may do nothing any more."""
    found = await page.ask("list_members", supplier_id=page.part("supplier_id"))
    account_id = page.part("account_id")
    living = (one for one in found["items"] if one["account_id"] == account_id and one["ended_at"] is None)
    member = next(living, None)
    if member is None:
        return page.go(_here(page))
    role = say(ROLE_NAMES, member["role"], page.speech)
    url = f"{_here(page)}/{account_id}/end"
    view = EndView(_here(page), url, member["name"], role, page.form.value("once") or str(new_id()))
    return page.show("supplier/member_end.html", view, crumbs=_crumbs(page, deeper=True))


async def end_member(page: Page) -> Response:
    """End what somebody may do for a supplier."""
    once = page.form.id("once")
    if page.form.ok:
        try:
            await page.ask(
                "end_member",
                once=str(once),
                supplier_id=page.part("supplier_id"),
                account_id=page.part("account_id"),
            )
        except Refused as refused:
            if not refused.mendable:
                raise
            page.form.take(refused)
        else:
            return page.go(_here(page), "member_ended")
    return await show_end(page)


async def show_invited(page: Page) -> Response:
    """Ask for the code by which somebody comes in."""
    return page.show("supplier/invited.html", None, crumbs=_crumbs(page))


async def come_in(page: Page) -> Response:
    """Come in by a code."""
    code = page.form.text("code", most=40)
    if page.form.ok:
        try:
            await page.ask("accept_invitation", json={"code": code})
        except Refused as refused:
            if not refused.mendable and refused.status != NOT_FOUND:
                raise
            page.form.wrong("code", refused.sentence(page.speech))
        else:
            return page.go("/supplier", "came_in")
    return await show_invited(page)


async def show_acts(page: Page) -> Response:
    """List what was done for a supplier, by whom and in whose place, newest first."""
    found, speech = await _acts(page, page.asked("cursor"), 50), page.speech
    here = f"{_here(page)}/acts"
    asked = page.request.url.query
    view = ActsView(
        here,
        [("", speech(N_("All"))), *options(ACTED_AS, speech)],
        _acted_as(page),
        tuple((speech(text), "") for text in HEAD),
        tuple(_act(page, one) for one in found["items"]),
        f"{here}.csv?{asked}" if asked else f"{here}.csv",
        *rest_of(page, found),
    )
    return page.show("supplier/acts.html", view, crumbs=_crumbs(page, deeper=True))


async def save_acts(page: Page) -> Response:
    """Save the list, as it was narrowed."""
    rows: list[tuple[str, ...]] = []
    cursor = ""
    while len(rows) < SAVED_MAX:
        found = await _acts(page, cursor, 100)
        rows += [_act(page, one) for one in found["items"]]
        cursor = found["next"] or ""
        if not cursor:
            break
    return table_out("acts", [page.speech(text) for text in HEAD], rows)


def _acted_as(page: Page) -> str:
    return page.asked("as") if page.asked("as") in ACTED_AS else ""


async def _acts(page: Page, cursor: str, limit: int) -> Any:
    query: dict[str, str | int] = {"acted_as": _acted_as(page), "cursor": cursor, "limit": limit}
    supplier_id = page.part("supplier_id")
    return await page.ask("list_supplier_acts", query=query, supplier_id=supplier_id)


def _act(page: Page, one: dict[str, Any]) -> tuple[str, ...]:
    speech: Speech = page.speech
    return (
        write.moment(one["at"], page.language),
        one["account_name"],
        say(ACTED_AS, one["acted_as"], speech),
        say(ACTS, one["operation"], speech),
    )
