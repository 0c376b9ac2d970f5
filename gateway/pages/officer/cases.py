"""An officer takes up a case, hands it on with its evidence, answers it, and closes it with an outcome."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.responses import Response

from gateway.pages.kit import write
from gateway.pages.kit.asking import Refused
from gateway.pages.kit.frame import Link, Mark
from gateway.pages.kit.language import N_
from gateway.pages.kit.lists import rest_of
from gateway.pages.kit.page import Page
from gateway.pages.kit.words import options, say
from gateway.pages.views.cases import (
    CASE_KINDS,
    CASE_OUTCOMES,
    CASE_STATES,
    REASON_MAX,
    Happened,
    PaperRow,
    case_facts,
    case_mark,
    case_papers,
    case_story,
    case_subject,
)
from shared.contracts.authority import Role
from shared.ids import new_id

WAYS_ON: dict[str, str] = {
    "accept": N_("Take it up"),
    "answer": N_("Answer it"),
    "close": N_("Close it with an outcome"),
    "hand_on": N_("Hand it on to another unit, with its evidence"),
}
UNITS_MAX = 500


@dataclass(frozen=True, slots=True)
class CaseRow:
    url: str
    title: str
    state: Mark
    when: str
    late: bool


@dataclass(frozen=True, slots=True)
class CasesView:
    states: list[tuple[str, str]]
    state: str
    rows: tuple[CaseRow, ...]
    next_url: str
    first_url: str


@dataclass(frozen=True, slots=True)
class CaseDesk:
    """A case, for whoever deals with it."""

    id: str
    title: str
    state: Mark
    facts: tuple[tuple[str, str], ...]
    text: str
    subject: Link | None
    story: tuple[Happened, ...]
    papers: tuple[PaperRow, ...]
    steps: list[tuple[str, str]]
    outcomes: list[tuple[str, str]]
    units: list[tuple[str, str]]
    once: str


async def show_cases(page: Page) -> Response:
    """List the cases in the hands of the reader's units."""
    state = page.asked("state") if page.asked("state") in CASE_STATES else ""
    found = await page.ask("list_cases", query={"state": state, "limit": 50, "cursor": page.asked("cursor")})
    states = [("", page.speech(N_("All"))), *options(CASE_STATES, page.speech)]
    return page.show(
        "officer/cases.html",
        CasesView(states, state, tuple(_row(page, one) for one in found["items"]), *rest_of(page, found)),
    )


def _row(page: Page, one: dict[str, Any]) -> CaseRow:
    speech = page.speech
    open_still = one["state"] in ("received", "handed_on", "accepted")
    due = speech(N_("answer due by %(day)s"), day=write.day(one["reply_due_at"], page.language))
    brought = speech(N_("brought up on %(day)s"), day=write.day(one["raised_at"], page.language))
    return CaseRow(
        url=f"/cases/queue/{one['case_id']}",
        title=f"{say(CASE_KINDS, one['kind'], speech)} · {one['unit']['name']}",
        state=case_mark(one["state"], speech),
        when=f"{brought} · {due}" if open_still else brought,
        late=open_still and datetime.fromisoformat(one["reply_due_at"]) < page.request.app.state.desk.clock.now(),
    )


async def show_case(page: Page) -> Response:
    """Show a case with its evidence and what may be done next."""
    return page.show("officer/case.html", await _desk(page), crumbs=_crumbs(page))


def _crumbs(page: Page) -> tuple[tuple[str, str], ...]:
    return (("/cases/queue", page.speech(N_("Cases"))),)


async def _desk(page: Page) -> CaseDesk:
    found, speech = await page.ask("get_case", case_id=page.part("case_id")), page.speech
    open_steps = [step for step in found["open_steps"] if step in WAYS_ON]
    units = await _units(page) if open_steps and found["contact"] is not None else []
    path = next((one["path"] for one in units if one["id"] == found["unit"]["id"]), "")
    acting = any(path.startswith(seat.path) for seat in page.seats(Role.OFFICER) if seat.path)
    steps = [(step, speech(text)) for step, text in WAYS_ON.items() if acting and step in open_steps]
    return CaseDesk(
        id=found["case_id"],
        title=say(CASE_KINDS, found["kind"], speech),
        state=case_mark(found["state"], speech),
        facts=case_facts(speech, found),
        text=found["text"],
        subject=case_subject(speech, found),
        story=case_story(speech, found),
        papers=case_papers(speech, found),
        steps=steps,
        outcomes=options(CASE_OUTCOMES, speech) if "close" in open_steps else [],
        units=[(one["id"], one["name"]) for one in units if one["id"] != found["unit"]["id"]]
        if "hand_on" in open_steps
        else [],
        once=str(new_id()),
    )


async def _units(page: Page) -> list[dict[str, Any]]:
    """List the units, from above down."""
    units: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None and len(units) < UNITS_MAX:
        found = await page.ask_or({"items": [], "next": None}, "list_units", query={"limit": 100, "cursor": cursor})
        units += found["items"]
        cursor = found["next"]
    return units


async def step_case(page: Page) -> Response:
    """Record what is done with a case."""
    form, case_id = page.form, page.part("case_id")
    step = form.choice("step", WAYS_ON)
    content: dict[str, Any] = {"step": step, "reason": form.text("reason", most=REASON_MAX)}
    if step == "hand_on":
        content["unit_id"] = str(form.id("unit_id")) if form.value("unit_id") else None
        if content["unit_id"] is None:
            form.wrong("unit_id", page.speech(N_("Choose the unit that shall have it.")))
    if step == "close":
        content["outcome"] = form.choice("outcome", CASE_OUTCOMES)
    if form.ok:
        try:
            await page.ask("step_case", json=content, once=form.value("once"), case_id=case_id)
        except Refused as refused:
            if not refused.mendable:
                raise
            form.take(refused)
        else:
            return page.go("/cases/queue" if step == "hand_on" else f"/cases/queue/{case_id}", "case_moved")
    return page.show("officer/case.html", await _desk(page), crumbs=_crumbs(page))
