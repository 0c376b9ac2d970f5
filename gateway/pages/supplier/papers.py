"""A seller sees which papers hold, until when and for how many days still, and which an officer has yet to read."""

import asyncio
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.responses import Response

from gateway.pages.kit import write
from gateway.pages.kit.frame import Mark
from gateway.pages.kit.language import N_
from gateway.pages.kit.page import Page, today
from gateway.pages.views.businesses import DocumentRow, days_left, document_rows

FILINGS_MAX = 50
SOON_DAYS, URGENT_DAYS = 60, 7
SUBJECTS = {
    "recognition": N_("Recognition"),
    "certificate": N_("Certificate"),
    "figure": N_("Record of those employed"),
}
STATES = (
    ("returned", N_("Returned for mending"), "warn"),
    ("confirmed", N_("Confirmed"), "good"),
    ("filed", N_("With the officer"), "calm"),
)


@dataclass(frozen=True, slots=True)
class PaperRow:
    name: str
    until: str
    left: Mark
    state: Mark


@dataclass(frozen=True, slots=True)
class PapersView:
    rows: tuple[PaperRow, ...]
    documents: tuple[DocumentRow, ...]
    upload_url: str


async def show_papers(page: Page) -> Response:
    """List what is filed, what ends first on top."""
    supplier_id = page.part("supplier_id")
    found, reminders, *filed = await asyncio.gather(
        page.ask("get_supplier", supplier_id=supplier_id),
        page.ask("list_reminders", query={"supplier": supplier_id, "days": 365, "limit": FILINGS_MAX}),
        *(
            page.ask("list_filings", query={"supplier": supplier_id, "state": state, "limit": FILINGS_MAX})
            for state, _, _ in STATES
        ),
    )
    names = {one["subject_id"]: one["name"] for one in reminders["items"]}
    rows = [
        (item["valid_to"] or "9999", _row(page, item, names, Mark(page.speech(text), tone)))
        for (_, text, tone), answer in zip(STATES, filed, strict=True)
        for item in answer["items"]
    ]
    rows.sort(key=lambda one: one[0])
    view = PapersView(
        rows=tuple(row for _, row in rows),
        documents=document_rows(page.speech, found),
        upload_url=f"/supplier/{supplier_id}/application",
    )
    here = f"/supplier/{supplier_id}/papers"
    return page.show("supplier/papers.html", view, crumbs=_crumbs(page, here))


def _crumbs(page: Page, here: str) -> tuple[tuple[str, str], ...]:
    return (("/supplier", page.speech(N_("My business"))), (here, page.speech(N_("My papers"))))


def _row(page: Page, item: dict[str, Any], names: dict[str, str], state: Mark) -> PaperRow:
    speech = page.speech
    name = names.get(item["subject_id"]) or speech(SUBJECTS[item["subject"]])
    ends = item["valid_to"]
    if ends is None:
        left = Mark(speech(N_("Without end")))
    else:
        days = (date.fromisoformat(ends) - today(page)).days
        tone = "bad" if days <= URGENT_DAYS else "warn" if days <= SOON_DAYS else "good"
        left = Mark(speech(N_("No longer holds")) if days < 0 else days_left(speech, days), tone)
    return PaperRow(name, write.day(ends, page.language) if ends else "", left, state)
