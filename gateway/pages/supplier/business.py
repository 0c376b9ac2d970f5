"""A supplier applies in one form, shows its documents, and reads how its admission stands."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from gateway.pages.kit.asking import Refused
from gateway.pages.kit.form import Form
from gateway.pages.kit.frame import Mark
from gateway.pages.kit.geography import hunan_counties, read_county
from gateway.pages.kit.language import N_
from gateway.pages.kit.page import Page
from gateway.pages.kit.words import (
    DOCUMENT_KINDS,
    SUPPLIER_KINDS,
    SUPPLIER_OUTCOMES,
    options,
)
from gateway.pages.views.businesses import (
    DocumentRow,
    ReviewRow,
    document_rows,
    review_rows,
    state_mark,
    supplier_facts,
)
from gateway.session import sessions_of
from shared.ids import new_id

DOCUMENT_MEDIA = ("application/pdf", "image/jpeg", "image/png")
SAYS: dict[str, str] = {
    "applied": N_("Your application is with your county's federation. It needs at least one document."),
    "recommended": N_("Your county recommends you. The level above decides."),
    "returned": N_("Something needs mending. Read the reason below, change it, and it goes back to the officer."),
    "admitted": N_("You are admitted and may sell."),
    "suspended": N_("Selling is suspended. Read the reason below."),
    "revoked": N_("Your admission was revoked. Read the reason below."),
}
FIELDS = ("name", "kind", "credit_code", "registration_number", "address", "contact_name", "contact_phone")


@dataclass(frozen=True, slots=True)
class Task:
    """One step of an application, as a list of tasks shows it."""

    text: str
    url: str
    hint: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class ApplyView:
    id: str
    url: str
    reason: str
    kinds: list[tuple[str, str]]
    counties: tuple[tuple[str, str], ...]
    name: str = ""
    kind: str = "disabled_base"
    credit_code: str = ""
    registration_number: str = ""
    county: str = ""
    county_code: str = ""
    address: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    bank_name: str = ""
    bank_account_name: str = ""
    bank_account_number: str = ""


@dataclass(frozen=True, slots=True)
class ApplicationView:
    id: str
    name: str
    state: Mark
    says: str
    facts: tuple[tuple[str, str], ...]
    documents: tuple[DocumentRow, ...]
    reviews: tuple[ReviewRow, ...]
    document_url: str
    document_id: str
    kinds: list[tuple[str, str]]
    accept: str
    tasks: tuple[Task, ...]


def application_tasks(page: Page, found: dict[str, Any] | None) -> tuple[Task, ...]:
    """List the steps of coming in, each with how it stands; `found` is the application as it was last sent."""
    speech = page.speech
    state, documents = ("", 0) if found is None else (found["state"], len(found.get("documents", [])))
    at = f"/supplier/{found['supplier_id']}" if found else "/supplier"
    done, to_do = Mark(speech(N_("Done")), "good"), Mark(speech(N_("To do")), "warn")
    later, waits = Mark(speech(N_("Not yet"))), Mark(speech(N_("With the officer")))
    mend = Mark(speech(N_("To mend")), "warn")
    told = to_do if not state else mend if state == "returned" else done
    bank = (found or {}).get("bank_account")
    recommended = state in ("recommended", "admitted")
    return (
        Task(
            speech(N_("Tell us about the business")),
            "" if recommended else f"{at}/apply",
            speech(N_("Its name, where it is, and whom to call. It takes five minutes.")),
            told,
        ),
        Task(
            speech(N_("Show your documents")),
            f"{at}/application" if state else "",
            speech(N_("At least one: the business licence, or the recognition as a base. A photo of it will do.")),
            done if documents else to_do if state else later,
        ),
        Task(
            speech(N_("Say where canteens pay you")),
            f"{at}/apply" if state and not recommended else "",
            speech(N_("The bank account; you can add it later.")),
            done if bank else to_do if state else later,
        ),
        Task(
            speech(N_("Your county's federation recommends you")),
            "",
            "",
            done if recommended else waits if state == "applied" and documents else later,
        ),
        Task(
            speech(N_("The level above admits you, and you may sell")),
            "",
            "",
            done if state == "admitted" else waits if state == "recommended" else later,
        ),
    )


async def show_apply(page: Page) -> Response:
    """Show the application form, empty."""
    return page.show("supplier/supplier_apply.html", _apply_view(page, str(new_id()), "/supplier/apply"))


async def show_change(page: Page) -> Response:
    """Show the application form, as it was last sent."""
    supplier_id = page.part("supplier_id")
    found = await page.ask("get_supplier", supplier_id=supplier_id)
    return page.show("supplier/supplier_apply.html", _apply_view(page, supplier_id, "/supplier/apply", found))


async def apply(page: Page) -> Response:
    """Send an application, new or mended."""
    form = page.form
    supplier_id = form.id("supplier_id")
    content = _read_application(form)
    if form.ok:
        try:
            await page.ask("put_supplier", json=content, supplier_id=supplier_id)
        except Refused as refused:
            if not refused.mendable:
                raise
            form.take(refused, {"county_code": "county", "account_name": "bank_account_name"})
        else:
            response = page.go(f"/supplier/{supplier_id}/application", "applied")
            kept = [one for one in page.request.cookies.get("applied", "").split("~") if one][-4:]
            if str(supplier_id) not in kept:
                kept.append(str(supplier_id))
            secure = sessions_of(page.request).is_https
            response.set_cookie(
                "applied", "~".join(kept), max_age=90 * 86_400, httponly=True, samesite="lax", secure=secure
            )
            return response
    return page.show("supplier/supplier_apply.html", _apply_view(page, str(supplier_id or new_id()), "/supplier/apply"))


def _read_application(form: Form) -> dict[str, Any]:
    content: dict[str, Any] = {
        "name": form.text("name", most=80),
        "kind": form.choice("kind", SUPPLIER_KINDS),
        "county_code": read_county(form, "county", "county_code"),
        "contact_name": form.text("contact_name", most=80),
        "contact_phone": form.text("contact_phone", most=24),
    }
    for name in ("credit_code", "registration_number", "address"):
        content[name] = form.text(name, needed=False) or None
    bank = [form.text(name, needed=False) for name in ("bank_name", "bank_account_name", "bank_account_number")]
    if any(bank):
        if not all(bank):
            form.wrong("bank_name", form.speech(N_("Give all three of the bank account, or none.")))
        content["bank_account"] = dict(zip(("bank_name", "account_name", "account_number"), bank, strict=True))
    return content


def _apply_view(page: Page, supplier_id: str, url: str, found: dict[str, Any] | None = None) -> ApplyView:
    known = {name: str(found.get(name) or "") for name in FIELDS} if found else {}
    if found:
        code = str(found.get("county_code", ""))
        listed = any(code == option[0] for option in hunan_counties())
        bank = found.get("bank_account") or {}
        known |= {
            "county": code if listed else "",
            "county_code": "" if listed else code,
            "bank_name": str(bank.get("bank_name") or ""),
            "bank_account_name": str(bank.get("account_name") or ""),
            "bank_account_number": str(bank.get("account_number") or ""),
        }
    returned = [review for review in (found or {}).get("reviews", []) if review["outcome"] == "return"]
    reason = returned[-1]["reason"] if found and found["state"] == "returned" and returned else ""
    kinds = options(SUPPLIER_KINDS, page.speech)
    return ApplyView(supplier_id, url, reason, kinds, hunan_counties(), **known)


async def show_application(page: Page) -> Response:
    """Show an application, its documents and its reviews."""
    found = await page.ask("get_supplier", supplier_id=page.part("supplier_id"))
    return page.show("supplier/supplier_application.html", application_view(page, found))


async def upload_document(page: Page) -> Response:
    """File a document."""
    form, supplier_id = page.form, page.part("supplier_id")
    document_id, kind = form.id("document_id"), form.choice("kind", DOCUMENT_KINDS)
    upload = await form.upload("file", kinds=DOCUMENT_MEDIA)
    if form.ok and upload is not None:
        name = (form.files["file"].filename or "document")[-120:]
        try:
            await page.ask(
                "put_supplier_document",
                query={"kind": kind, "name": name},
                body=upload[0],
                media_type=upload[1],
                supplier_id=supplier_id,
                document_id=document_id,
            )
        except Refused as refused:
            if not refused.mendable:
                raise
            form.wrong("file", refused.sentence(page.speech))
        else:
            return page.go(f"/supplier/{supplier_id}/application", "document")
    found = await page.ask("get_supplier", supplier_id=supplier_id)
    return page.show("supplier/supplier_application.html", application_view(page, found))


def application_view(page: Page, found: dict[str, Any]) -> ApplicationView:
    """Put together what an applicant reads of their own application."""
    supplier_id, state = found["supplier_id"], found["state"]
    return ApplicationView(
        id=supplier_id,
        name=found["name"],
        state=state_mark(state, page.speech),
        says=page.speech(SAYS[state]) if state in SAYS else "",
        facts=supplier_facts(page.speech, found),
        documents=document_rows(page.speech, found),
        reviews=review_rows(page.speech, found.get("reviews", []), SUPPLIER_OUTCOMES),
        document_url=f"/supplier/{supplier_id}/documents",
        document_id=str(new_id()),
        kinds=options(DOCUMENT_KINDS, page.speech),
        accept=",".join(DOCUMENT_MEDIA),
        tasks=() if state == "admitted" else application_tasks(page, found),
    )
