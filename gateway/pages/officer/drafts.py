"""A second officer reads what a draft of a rule or a list would change, and for whom, before it is put in force."""

import re
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from gateway.pages.kit import write
from gateway.pages.kit.asking import Refused
from gateway.pages.kit.frame import Mark
from gateway.pages.kit.language import N_, Speech
from gateway.pages.kit.lists import rest_of
from gateway.pages.kit.page import Page, today
from gateway.pages.kit.words import FUNDS, STATUSES, say, tone
from shared.contracts.authority import Role
from shared.ids import new_id

REASON_MAX = 500
YEAR_FIRST = 2020
TRIED_ROWS = 50
DRAFT_STATES: dict[str, str] = {
    "drafted": N_("Waits for a second officer"),
    "returned": N_("Returned for mending"),
    "in_force": N_("Put in force"),
    "withdrawn": N_("Taken back"),
}
OUTCOMES: dict[str, str] = {"enforce": N_("Put it in force"), "return": N_("Return it for mending")}
DECIDED: dict[str, str] = {
    "enforce": N_("Put in force"),
    "return": N_("Returned for mending"),
    "withdraw": N_("Taken back"),
}
CHANGES: dict[str, str] = {"add": N_("joins the list"), "end": N_("leaves the list")}
TONES = {"drafted": "warn", "returned": "warn", "in_force": "good", "withdrawn": "calm"}
KINDS = ("rule", "designation")


@dataclass(frozen=True, slots=True)
class DraftRow:
    url: str
    title: str
    state: Mark
    when: str


@dataclass(frozen=True, slots=True)
class DraftsView:
    rules: tuple[DraftRow, ...]
    lists: tuple[DraftRow, ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision, as a timeline shows it."""

    what: str
    when: str
    reason: str


@dataclass(frozen=True, slots=True)
class Tried:
    """A canteen as it would stand under a drafted rule, beside how it stands."""

    name: str
    now: Mark | None
    then: Mark
    share: str
    shortfall: str


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Whom a drafted rule would have bound in a year, and who would have fallen short."""

    years: tuple[int, ...]
    year: int
    says: str
    rows: tuple[Tried, ...]
    next_url: str
    first_url: str


@dataclass(frozen=True, slots=True)
class DraftView:
    url: str
    title: str
    state: Mark
    facts: tuple[tuple[str, str], ...]
    reading: str
    changes: tuple[tuple[str, str], ...]
    story: tuple[Decided, ...]
    what_if: WhatIf | None
    outcomes: list[tuple[str, str]]
    version: int
    once: str


async def show_drafts(page: Page) -> Response:
    """List the drafts that the reader may see, the newest first."""
    rules = await page.ask("list_rule_drafts", query={"limit": 50})
    lists = await page.ask("list_designation_drafts", query={"limit": 50})
    view = DraftsView(
        tuple(_row(page, "rule", one) for one in rules["items"]),
        tuple(_row(page, "designation", one) for one in lists["items"]),
    )
    return page.show("officer/drafts.html", view)


def _row(page: Page, kind: str, one: dict[str, Any]) -> DraftRow:
    when = f"{one['drafter_name']} · {write.day(one['drafted_at'], page.language)}"
    return DraftRow(f"/drafts/{kind}/{one['id']}", _title(page, kind, one), _mark(page.speech, one["state"]), when)


def _title(page: Page, kind: str, one: dict[str, Any]) -> str:
    if kind == "rule":
        return str(one["rule"]["name"] if page.language == "zh" else one["rule"]["name_en"])
    return str(one["name"] or one["list_code"])


def _mark(speech: Speech, state: str) -> Mark:
    return Mark(say(DRAFT_STATES, state, speech), TONES.get(state, "calm"))


def _kind(page: Page) -> str:
    kind = page.part("kind")
    if kind not in KINDS:
        raise Refused(404, page.speech(N_("There is no such page.")))
    return kind


async def show_draft(page: Page) -> Response:
    """Show a draft with what it would change, and the decision to another officer."""
    return page.show("officer/draft.html", await _view(page), crumbs=_crumbs(page))


def _crumbs(page: Page) -> tuple[tuple[str, str], ...]:
    return (("/drafts", page.speech(N_("Rules and lists"))),)


async def _view(page: Page) -> DraftView:
    kind, speech, draft_id = _kind(page), page.speech, page.part("draft_id")
    found = await page.ask(f"get_{kind}_draft", draft_id=draft_id)
    own = page.identity is not None and found["drafted_by"] == str(page.identity.account_id)
    decides = any(seat.path == found["owner_path"] for seat in page.seats(Role.OFFICER)) and not own
    return DraftView(
        url=f"/drafts/{kind}/{draft_id}",
        title=_title(page, kind, found),
        state=_mark(speech, found["state"]),
        facts=_rule_facts(speech, found) if kind == "rule" else _list_facts(speech, found),
        reading=(found["rule"]["reading"] if page.language == "zh" else found["rule"]["reading_en"])
        if kind == "rule"
        else "",
        changes=tuple(_change(speech, one) for one in found.get("changes", ())),
        story=tuple(
            Decided(
                f"{say(DECIDED, one['outcome'], speech)} · {one['decider_name']}",
                write.moment(one["decided_at"], page.language),
                one["reason"],
            )
            for one in found["decisions"]
        ),
        what_if=await _what_if(page) if kind == "rule" else None,
        outcomes=[(name, speech(text)) for name, text in OUTCOMES.items() if decides and name in found["open_steps"]],
        version=found["version"],
        once=str(new_id()),
    )


def _rule_facts(speech: Speech, found: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    rule = found["rule"]
    until = write.day(found["valid_to"], speech.language) if found["valid_to"] else speech(N_("open"))
    return (
        (speech(N_("Paid from")), say(FUNDS, rule["fund"], speech)),
        (speech(N_("Share")), write.rate(rule["rate_bp"])),
        (speech(N_("Share of federations of listed counties")), write.rate(rule["designated_unit_rate_bp"])),
        (speech(N_("Lists of counties")), "、".join(rule["list_codes"]) or write.NOTHING),
        (speech(N_("Shall bind")), f"{write.day(found['valid_from'], speech.language)} – {until}"),
        (speech(N_("Document")), found["document"]),
        *_drafted(speech, found),
    )


def _list_facts(speech: Speech, found: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return (
        (speech(N_("List")), found["list_code"]),
        (speech(N_("Document")), found["document"]),
        *_drafted(speech, found),
    )


def _drafted(speech: Speech, found: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    by = f"{found['drafter_name']} · {write.moment(found['drafted_at'], speech.language)}"
    return ((speech(N_("Drafted by")), by), (speech(N_("Version")), str(found["version"])))


def _change(speech: Speech, one: dict[str, Any]) -> tuple[str, str]:
    day = one["valid_from"] if one["change"] == "add" else one["valid_to"]
    told = f"{say(CHANGES, one['change'], speech)} · {write.day(day, speech.language)}"
    return f"{one['county_name']} ({one['county_code']})", f"{told} · {one['note']}" if one["note"] else told


async def _what_if(page: Page) -> WhatIf | None:
    """Try the rule on a year that is booked, last year unless another is asked for."""
    this, asked, speech = today(page).year, page.asked("year"), page.speech
    years = tuple(range(this, YEAR_FIRST - 1, -1))
    year = int(asked) if re.fullmatch(r"20\d\d", asked) and int(asked) in years else this - 1
    query: dict[str, str | int] = {"year": year, "limit": TRIED_ROWS, "cursor": page.asked("cursor")}
    found = await page.ask_or(None, "what_if_rule", query=query, draft_id=page.part("draft_id"))
    if found is None:
        return None
    says = speech(
        N_("Of %(tried)s canteens looked at (%(all)s are bound), %(short)s would fall short, by %(sum)s together."),
        tried=found["tried"],
        all=found["canteens"],
        short=found["short"],
        sum=write.money(found["shortfall_fen"]),
    )
    return WhatIf(years, year, says, tuple(_tried(speech, one) for one in found["items"]), *rest_of(page, found))


def _tried(speech: Speech, one: dict[str, Any]) -> Tried:
    now = one["in_force"]
    return Tried(
        name=f"{one['unit_name']} · {one['name']}",
        now=Mark(say(STATUSES, now["status"], speech), tone(now["status"])) if now else None,
        then=Mark(say(STATUSES, one["status"], speech), tone(one["status"])),
        share=write.share(one["share_bp"]),
        shortfall=write.money(one["shortfall_fen"]),
    )


async def decide_draft(page: Page) -> Response:
    """Put the version that was read in force, or return it with a reason."""
    form, kind = page.form, _kind(page)
    outcome = form.choice("outcome", OUTCOMES)
    reason = form.text("reason", most=REASON_MAX, needed=outcome == "return")
    version = form.pieces("version")
    if form.ok:
        try:
            content = {"version": version, "outcome": outcome, "reason": reason}
            await page.ask(
                f"decide_{kind}_draft", json=content, once=form.value("once"), draft_id=page.part("draft_id")
            )
        except Refused as refused:
            if not refused.mendable:
                raise
            form.take(refused)
        else:
            return page.go(f"/drafts/{kind}/{page.part('draft_id')}", "reviewed")
    return page.show("officer/draft.html", await _view(page), crumbs=_crumbs(page))
