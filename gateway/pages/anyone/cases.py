"""Anybody brings up what is wrong, with or without an account, and follows it by the code of its receipt.

Decision: what a form sent is answered with the case itself, and no redirect. Why: the code would have to stand in the
address of the page after it, where histories and logs keep it; what is sent twice is one case all the same, because
its id was made with the form. Price: reloading an answer asks whether to send the form again.
"""

import asyncio
import re
from dataclasses import dataclass
from typing import Any

from starlette.responses import RedirectResponse, Response

from gateway.pages.kit import write
from gateway.pages.kit.asking import Refused
from gateway.pages.kit.frame import Mark
from gateway.pages.kit.language import N_
from gateway.pages.kit.lists import rest_of
from gateway.pages.kit.page import Page, today
from gateway.pages.kit.words import options
from gateway.pages.views.cases import (
    CASE_KINDS,
    REASON_MAX,
    TEXT_MAX,
    Happened,
    PaperRow,
    case_facts,
    case_mark,
    case_papers,
    case_story,
)
from shared.ids import new_id

CODE = re.compile(r"[A-Z2-7]{16}")
PAPERS = ("application/pdf", "application/ofd", "image/jpeg", "image/png")
SUBJECTS = ("order", "canteen", "supplier")
HOME = (("/cases", N_("Complaints and suggestions")),)
YEAR_FIRST = 2020


@dataclass(frozen=True, slots=True)
class TellView:
    """The form that brings something up."""

    case_id: str
    kinds: list[tuple[str, str]]
    kind: str
    subject: str
    subject_id: str
    about: str
    """The name of what it is about; empty when that is nothing of here."""
    units: list[tuple[str, str]]
    signed_in: bool


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case, for whoever brought it up."""

    id: str
    code: str
    """Of the receipt, in groups of four; empty where the account opens it."""
    is_new: bool
    state: Mark
    facts: tuple[tuple[str, str], ...]
    text: str
    story: tuple[Happened, ...]
    papers: tuple[PaperRow, ...]
    may_add: bool
    may_reopen: bool
    document_id: str


@dataclass(frozen=True, slots=True)
class UnitRow:
    name: str
    cases: str
    closed: str
    late: str
    upheld: str
    days: str


@dataclass(frozen=True, slots=True)
class NumbersView:
    year: int
    years: tuple[int, ...]
    counts: tuple[tuple[str, str], ...]
    units: tuple[UnitRow, ...]
    next_url: str
    first_url: str


async def show_cases(page: Page) -> Response:
    """Say how to bring something up, and how to follow it."""
    return page.show("anyone/cases.html", known_as="/cases")


async def show_tell(page: Page) -> Response:
    """Ask what is wrong."""
    return page.show("anyone/case_form.html", await _tell_view(page), crumbs=_crumbs(page))


def _crumbs(page: Page) -> tuple[tuple[str, str], ...]:
    return tuple((url, page.speech(text)) for url, text in HOME)


async def _tell_view(page: Page) -> TellView:
    form = page.form
    subject = form.value("subject") or page.asked("about")
    subject_id = form.value("subject_id") or page.asked("id")
    known = subject if subject in SUBJECTS and re.fullmatch(r"[0-9a-fA-F-]{36}", subject_id) else ""
    nothing: dict[str, Any] = {"items": []}
    about, units = await asyncio.gather(
        _named(page, known, subject_id),
        page.ask_or(nothing, "list_units", query={"level": "prefecture", "limit": 100}),
    )
    return TellView(
        case_id=form.value("case_id") or str(new_id()),
        kinds=options(CASE_KINDS, page.speech),
        kind="complaint",
        subject=known if about else "none",
        subject_id=subject_id if about else "",
        about=about,
        units=[] if about else [(one["id"], one["name"]) for one in units["items"]],
        signed_in=page.session is not None,
    )


async def _named(page: Page, subject: str, subject_id: str) -> str:
    """Name what a case shall be about; empty for what this reader does not know."""
    if subject == "supplier":
        found = await page.ask_or({}, "get_supplier", supplier_id=subject_id)
        return str(found.get("name", ""))
    if subject == "order":
        found = await page.ask_or({}, "get_order", order_id=subject_id) if page.session else {}
        if not found:
            return ""
        return page.speech(N_("The order at %(name)s"), name=found["supplier"]["name"])
    if subject == "canteen":
        found = await page.ask_or({"items": []}, "list_canteens", query={"limit": 100})
        return str(next((one["name"] for one in found["items"] if one["id"] == subject_id), ""))
    return ""


async def tell(page: Page) -> Response:
    """Take what is brought up, and answer with the receipt."""
    form = page.form
    case_id, kind = form.id("case_id"), form.choice("kind", CASE_KINDS)
    subject = form.choice("subject", (*SUBJECTS, "none"))
    content: dict[str, Any] = {
        "kind": kind,
        "subject": subject,
        "subject_id": None if subject == "none" else form.value("subject_id"),
        "unit_id": form.value("unit_id") or None,
        "text": form.text("text", most=TEXT_MAX),
        "contact": form.text("contact", most=REASON_MAX, needed=False),
    }
    if form.ok:
        nameless = page.session is not None and form.value("nameless") == "1"
        try:
            found = await page.ask("put_case", json=content, nameless=nameless, case_id=case_id)
        except Refused as refused:
            if not refused.mendable:
                raise
            form.take(refused, {"subject_id": "text"})
        else:
            return _shown(page, found, found["code"], is_new=True)
    return page.show("anyone/case_form.html", await _tell_view(page), crumbs=_crumbs(page))


async def follow(page: Page) -> Response:
    """Show the case that a code follows."""
    code = _code(page)
    if page.form.ok:
        try:
            return _shown(page, await page.ask("follow_case", json={"code": code}), code)
        except Refused as refused:
            if refused.status != 404:
                raise
            page.form.wrong("code", page.speech(N_("No case has this code. Compare it letter by letter.")))
    return page.show("anyone/cases.html")


def _code(page: Page) -> str:
    """Read a code as it was written down: in any case, with gaps or hyphens or without."""
    typed = page.form.text("code", most=60)
    code = re.sub(r"[\s-]+", "", typed).upper()
    if typed and not CODE.fullmatch(code):
        page.form.wrong("code", page.speech(N_("A code has 16 letters A–Z and digits 2–7.")))
    return code


async def show_case(page: Page) -> Response:
    """Show a case to whoever brought it up by their account; who deals with it is led to their desk."""
    found = await page.ask("get_case", case_id=page.part("case_id"))
    if found["contact"] is not None:
        return page.go(f"/cases/queue/{found['case_id']}")
    return _shown(page, found, "")


def _shown(page: Page, found: dict[str, Any], code: str, *, is_new: bool = False) -> Response:
    speech = page.speech
    view = CaseView(
        id=found["case_id"],
        code=" ".join(code[at : at + 4] for at in range(0, len(code), 4)),
        is_new=is_new,
        state=case_mark(found["state"], speech),
        facts=case_facts(speech, found),
        text=found["text"],
        story=case_story(speech, found),
        papers=case_papers(speech, found),
        may_add=found["state"] != "closed",
        may_reopen="reopen" in found["open_steps"],
        document_id=str(new_id()),
    )
    return page.show("anyone/case.html", view, crumbs=_crumbs(page))


async def add_paper(page: Page) -> Response:
    """Take evidence of whoever brought a case up."""
    form, case_id, code = page.form, page.part("case_id"), _told_code(page)
    document_id, sent = form.id("document_id"), await form.upload("paper", kinds=PAPERS)
    found = await _of_raiser(page, code)
    if form.ok and sent:
        name = re.sub(r"[^\w. -]", "_", form.files["paper"].filename or "")[-120:].strip() or "paper"
        try:
            found = await page.ask(
                "put_case_paper",
                query={"name": name},
                body=sent[0],
                media_type=sent[1],
                case_code=code,
                case_id=case_id,
                document_id=document_id,
            )
        except Refused as refused:
            if not refused.mendable:
                raise
            form.take(refused, {"body": "paper", "content-type": "paper"})
    return _answered(page, found, code)


async def reopen(page: Page) -> Response:
    """Ask, once, that a closed case be looked at again."""
    form, code = page.form, _told_code(page)
    reason = form.text("reason", most=REASON_MAX)
    found = await _of_raiser(page, code)
    if form.ok:
        try:
            content = {"reason": reason, "code": code or None}
            found = await page.ask("reopen_case", json=content, case_id=page.part("case_id"))
        except Refused as refused:
            if not refused.mendable:
                raise
            form.take(refused)
    return _answered(page, found, code)


def _told_code(page: Page) -> str:
    code = re.sub(r"[\s-]+", "", page.form.value("code")).upper()
    return code if CODE.fullmatch(code) else ""


async def _of_raiser(page: Page, code: str) -> dict[str, Any]:
    """Ask for the case that a form is of: by its code, or by the account."""
    case_id = page.part("case_id")
    if not code and page.session is None:
        raise Refused(404, page.speech(N_("There is no such case.")))
    found: dict[str, Any] = (
        await page.ask("follow_case", json={"code": code}) if code else await page.ask("get_case", case_id=case_id)
    )
    if found["case_id"] != case_id:
        raise Refused(404, page.speech(N_("There is no such case.")))
    return found


def _answered(page: Page, found: dict[str, Any], code: str) -> Response:
    """Answer a form: what an account opens by a redirect, what a code opens with the page itself."""
    return _shown(page, found, code) if code or not page.form.ok else page.go(f"/cases/{found['case_id']}", "sent")


async def open_paper(page: Page) -> Response:
    """Lead whoever may read evidence to it, by a link of some minutes."""
    link = await page.ask("link_case_paper", case_id=page.part("case_id"), document_id=page.part("document_id"))
    return RedirectResponse(f"/api/v1{link['href']}", 303, {"cache-control": "no-store"})


async def show_numbers(page: Page) -> Response:
    """Show how many cases were brought up in a year, and how long an answer took."""
    this = today(page).year
    years = tuple(range(this, YEAR_FIRST - 1, -1))
    asked = page.asked("year")
    year = int(asked) if re.fullmatch(r"20\d\d", asked) and int(asked) in years else this
    found = await page.ask("get_case_statistics", query={"year": year, "limit": 50, "cursor": page.asked("cursor")})
    total, speech = found["total"], page.speech
    next_url, first_url = rest_of(page, found)
    view = NumbersView(
        year=year,
        years=years,
        counts=(
            (str(total["cases"]), speech(N_("brought up"))),
            (str(total["closed"]), speech(N_("closed"))),
            (str(total["late"]), speech(N_("past their day and still open"))),
            (str(total["upheld"]), speech(N_("found to be true, or in part"))),
            (_days(total), speech(N_("days to an answer (median)"))),
        ),
        units=tuple(
            UnitRow(
                one["unit_name"],
                str(one["cases"]),
                str(one["closed"]),
                str(one["late"]),
                str(one["upheld"]),
                _days(one),
            )
            for one in found["units"]
        ),
        next_url=next_url,
        first_url=first_url,
    )
    return page.show("anyone/case_numbers.html", view, crumbs=_crumbs(page), known_as="/cases/statistics")


def _days(counts: dict[str, Any]) -> str:
    days = counts["median_days_to_answer"]
    return write.NOTHING if days is None else str(days)
