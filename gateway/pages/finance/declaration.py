"""A closed year is declared step by step, each on a page: prepared, checked and signed, countersigned, published."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from gateway.pages.finance.statements import spoken
from gateway.pages.finance.year import DECLARATION_STATES, DECLARATION_TONES, check_finance, declaration_of, read_year
from gateway.pages.kit import write
from gateway.pages.kit.asking import Refused
from gateway.pages.kit.frame import Mark
from gateway.pages.kit.gauge import Gauge, draw, share_of
from gateway.pages.kit.language import N_, Speech
from gateway.pages.kit.page import Page
from gateway.pages.kit.words import STATUSES, options, say, tone
from shared.contracts.authority import Role, is_topmost
from shared.ids import new_id

UNPAID_MAX = 50
CAPACITY_MAX, REASON_MAX = 120, 500
STEP_NAMES = (N_("Year closed"), N_("Prepared"), N_("Signed in the unit"), N_("Countersigned and published"))
PLACE = {"prepared": 3, "signed": 4, "returned": 2, "published": 5}
"""At which step a declaration stands; beyond the last is done."""
STEPS: Mapping[str, str] = {
    "sign": N_("Signed"),
    "countersign": N_("Countersigned"),
    "return": N_("Sent back"),
}
OUTCOMES: Mapping[str, str] = {
    "countersign": N_("Countersign and publish it"),
    "return": N_("Return it with a reason"),
}


@dataclass(frozen=True, slots=True)
class ReadyView:
    """A year before it is declared, with what its declaration would be taken from."""

    canteen: str
    year: str
    back: str
    url: str
    id: str
    step_names: tuple[str, ...]
    now: int
    facts: tuple[tuple[str, str], ...]
    ready: bool
    says: str


@dataclass(frozen=True, slots=True)
class DeclaredRule:
    name: str
    mark: Mark
    gauge: Gauge | None
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class UnpaidRow:
    url: str
    name: str
    accepted: str
    paid: str
    unpaid: str


@dataclass(frozen=True, slots=True)
class Event:
    what: str
    when: str
    reason: str


@dataclass(frozen=True, slots=True)
class DeclarationView:
    title: str
    unit: str
    state: Mark
    step_names: tuple[str, ...]
    now: int
    facts: tuple[tuple[str, str], ...]
    rules: tuple[DeclaredRule, ...]
    unpaid: tuple[UnpaidRow, ...]
    more_unpaid: int
    events: tuple[Event, ...]
    sign_url: str
    decide_url: str
    once: str
    outcomes: list[tuple[str, str]]
    published_url: str
    year_url: str
    says: str


async def show_ready(page: Page) -> Response:
    """Show what a closed year's declaration would be taken from, or the one that stands."""
    its = await read_year(page)
    found = await declaration_of(page, its)
    if found is not None and found["state"] != "returned":
        return page.go(f"/filings/declarations/{found['id']}")
    check_finance(page, its)
    return page.show("finance/declaration_ready.html", _ready(page, its))


def _ready(page: Page, its: Any) -> ReadyView:
    speech, filed = page.speech, its.statement.get("as_filed")
    figures = filed["figures"] if filed else None
    rows = []
    if filed and figures:
        rate = write.rate(filed["rate_bp"])
        rows = [
            (speech(N_("Closed on")), write.day(filed["closed_at"], page.language)),
            (speech(N_("Status")), say(STATUSES, filed["status"], speech)),
            (speech(N_("Share")), f"{write.share(share_of(figures))} / {rate}"),
            (speech(N_("Base")), write.money(figures["base_fen"])),
            (speech(N_("Counted")), write.money(figures["counted_fen"])),
        ]
    says = speech(
        N_("From what is counted, what was still unpaid on 31 January is left out; each such order is listed.")
    )
    if not filed:
        says = speech(N_("Close the year first; its declaration is taken from what was filed then."))
    return ReadyView(
        canteen=its.name,
        year=str(its.year),
        back=its.url,
        url=f"{its.url}/declaration",
        id=page.form.value("declaration_id") or str(new_id()),
        step_names=tuple(speech(name) for name in STEP_NAMES),
        now=2 if filed else 1,
        facts=tuple(rows),
        ready=filed is not None,
        says=says,
    )


async def prepare(page: Page) -> Response:
    """Prepare a declaration."""
    form, its = page.form, await read_year(page)
    check_finance(page, its)
    declaration_id = form.id("declaration_id")
    if form.ok:
        try:
            content = {"canteen_id": its.canteen_id, "year": its.year}
            await page.ask("put_declaration", json=content, declaration_id=declaration_id)
        except Refused as refused:
            if not refused.mendable:
                raise
            form.take(refused)
        else:
            return page.go(f"/filings/declarations/{declaration_id}", "prepared")
    return page.show("finance/declaration_ready.html", _ready(page, its))


async def show_declaration(page: Page) -> Response:
    """Show a declaration: what it says, who signed it, and to who may, the next step."""
    return page.show("finance/declaration.html", await _view(page))


async def _view(page: Page) -> DeclarationView:
    speech = page.speech
    found = await page.ask("get_declaration", declaration_id=page.part("declaration_id"))
    state, path, here = found["state"], found["unit_path"], f"/filings/declarations/{found['id']}"
    me = str(page.identity.account_id) if page.identity else ""
    signed = {one["account_id"] for one in found["steps"]}
    mine = found["said"]["prepared"].get("account_id") == me
    signs = page.is_seated(found["unit_id"], Role.APPROVER, Role.OFFICER) and me not in signed and not mine
    own = [seat.path for seat in page.seats(Role.FINANCE, Role.OFFICER) if seat.path]
    above = any(path.startswith(at) and (path != at or is_topmost(at)) for at in own)
    unpaid = found["said"]["unpaid"]
    rates = {one["rule"]: one["rate_bp"] for one in found["said"]["rules"]}
    return DeclarationView(
        title=speech(N_("Declaration %(year)s: %(canteen)s"), year=found["year"], canteen=found["name"]),
        unit=found["unit_name"],
        state=Mark(speech(DECLARATION_STATES[state]), DECLARATION_TONES[state]),
        step_names=tuple(speech(name) for name in STEP_NAMES),
        now=PLACE[state],
        facts=(
            (speech(N_("Verification code")), found["code"]),
            (speech(N_("Number")), str(found["number"])),
            (
                speech(N_("Prepared by")),
                f"{found['prepared_by']} · {write.moment(found['prepared_at'], page.language)}",
            ),
        ),
        rules=tuple(_rule(speech, one, rates[one["rule"]]) for one in found["rules"]),
        unpaid=tuple(_unpaid(one) for one in unpaid[:UNPAID_MAX]),
        more_unpaid=max(0, len(unpaid) - UNPAID_MAX),
        events=tuple(_event(speech, one) for one in found["steps"]),
        sign_url=f"{here}/signatures" if signs and "sign" in found["open_steps"] else "",
        decide_url=f"{here}/decisions" if above and "countersign" in found["open_steps"] and not mine else "",
        once=page.form.value("once") or str(new_id()),
        outcomes=options(OUTCOMES, speech),
        published_url=f"/verify?code={found['code']}" if state == "published" else "",
        year_url=f"/filings/{found['canteen_id']}/{found['year']}",
        says=_says(speech, state, signs=signs, mine=mine),
    )


def _says(speech: Speech, state: str, *, signs: bool, mine: bool) -> str:
    """Say what comes next, for who has nothing to do about it now too."""
    if state == "prepared" and not signs:
        who = N_("You prepared it: others of your unit sign it.") if mine else N_("People of the unit sign it next.")
        return speech(who)
    if state == "signed":
        return speech(N_("The level above countersigns it, which publishes it, or returns it with a reason."))
    if state == "returned":
        return speech(N_("It was returned. Finance of the unit prepares another from the list of the year."))
    return ""


def _rule(speech: Speech, one: dict[str, Any], rate_bp: int | None) -> DeclaredRule:
    required = one["required_fen"]
    facts = [
        (speech(N_("Share")), write.share(share_of(one))),
        (speech(N_("Base")), write.money(one["base_fen"])),
        (speech(N_("Counted")), write.money(one["counted_fen"])),
        (speech(N_("Left out, unpaid on 31 January")), write.money(one["left_out_fen"])),
    ]
    if required is not None:
        facts.append((speech(N_("Required")), write.money(required)))
        facts.append((speech(N_("Short by")), write.money(one["shortfall_fen"])))
    return DeclaredRule(
        name=spoken(one, "name", speech.language),
        mark=Mark(say(STATUSES, one["status"], speech), tone(one["status"])),
        gauge=draw(speech, share_of(one), rate_bp),
        facts=tuple(facts),
    )


def _unpaid(one: dict[str, Any]) -> UnpaidRow:
    return UnpaidRow(
        url=f"/orders/{one['order_id']}",
        name=str(one["order_id"])[-6:],
        accepted=write.money(one["accepted_fen"]),
        paid=write.money(one["paid_fen"]),
        unpaid=write.money(one["unpaid_fen"]),
    )


def _event(speech: Speech, one: dict[str, Any]) -> Event:
    what = f"{speech(STEPS[one['step']])}: {one['name']} · {one['capacity']}"
    return Event(what, write.moment(one["at"], speech.language), one["reason"])


async def sign(page: Page) -> Response:
    """Sign a declaration in the reader's own name."""
    content = {"capacity": page.form.text("capacity", most=CAPACITY_MAX)}
    return await _step(page, "sign_declaration", content, "signed")


async def decide(page: Page) -> Response:
    """Countersign a declaration, which publishes it, or return it."""
    form = page.form
    returns = form.value("outcome") == "return"
    content = {
        "outcome": form.choice("outcome", OUTCOMES),
        "capacity": form.text("capacity", most=CAPACITY_MAX),
        "reason": form.text("reason", most=REASON_MAX, needed=returns),
    }
    return await _step(page, "decide_declaration", content, "sent_back" if returns else "published")


async def _step(page: Page, operation: str, content: dict[str, Any], done: str) -> Response:
    form, declaration_id = page.form, page.part("declaration_id")
    if form.ok:
        try:
            await page.ask(operation, json=content, once=form.value("once"), declaration_id=declaration_id)
        except Refused as refused:
            if not refused.mendable:
                raise
            form.take(refused)
        else:
            return page.go(f"/filings/declarations/{declaration_id}", done)
    return page.show("finance/declaration.html", await _view(page))
