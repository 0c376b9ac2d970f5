"""A file of purchases made elsewhere is read and shown with what is wrong in which cell; finance books what is good."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from gateway.pages.finance.off_platform import own_canteens
from gateway.pages.kit import write
from gateway.pages.kit.asking import Refused
from gateway.pages.kit.frame import Mark
from gateway.pages.kit.language import N_, Speech
from gateway.pages.kit.lists import rest_of
from gateway.pages.kit.page import Page
from shared.contracts.authority import Role
from shared.ids import new_id
from shared.media import CSV, XLSX

KINDS = (XLSX, CSV, "application/vnd.ms-excel", "application/csv", "text/plain", "application/octet-stream")
"""By which names browsers send a table; what it is, its bytes tell."""
ROWS = 50
REASON_MAX = 500
NAME_MAX = 120
WORKING = ("checking", "accepting", "undoing")
STATES: Mapping[str, str] = {
    "checking": N_("Being checked"),
    "checked": N_("Checked, nothing booked yet"),
    "accepting": N_("Being booked"),
    "accepted": N_("Booked"),
    "undoing": N_("Being taken back"),
    "undone": N_("Taken back"),
    "unreadable": N_("Cannot be read"),
}
TONES: Mapping[str, str] = {"checked": "warn", "accepted": "good", "undone": "calm", "unreadable": "bad"}
COUNTS: Mapping[str, str] = {
    "good": N_("rows are good"),
    "bad": N_("rows are to be mended"),
    "posted": N_("rows are booked"),
    "refused": N_("rows were refused"),
    "undone": N_("rows were taken back"),
}
ROW_STATES: Mapping[str, str] = {
    "good": N_("Good"),
    "bad": N_("To be mended"),
    "posted": N_("Booked"),
    "refused": N_("Not booked"),
    "undone": N_("Taken back"),
}
ROW_TONES: Mapping[str, str] = {"good": "good", "posted": "good", "bad": "bad", "refused": "bad"}


@dataclass(frozen=True, slots=True)
class ImportFormView:
    id: str
    subjects: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Said:
    """What is wrong with a cell, or was read otherwise than it is written, and how to mend it."""

    where: str
    value: str
    says: str
    mend: str


@dataclass(frozen=True, slots=True)
class ImportRow:
    name: str
    mark: Mark
    url: str
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class ImportView:
    here: str
    name: str
    state: Mark
    working: bool
    says: str
    done: str
    whole: str
    counts: tuple[tuple[str, str], ...]
    problems: tuple[str, ...]
    notes: tuple[str, ...]
    rows: tuple[ImportRow, ...]
    next_url: str
    first_url: str
    accept: str
    accept_url: str
    undo: str
    undo_url: str
    once: str


async def show_form(page: Page) -> Response:
    """Show the form that takes a file."""
    return page.show("finance/import_form.html", await _form_view(page, str(new_id())))


async def _form_view(page: Page, import_id: str) -> ImportFormView:
    speech = page.speech
    subjects = [(f"canteen:{code}", name) for code, name in await own_canteens(page)]
    for seat in page.seats(Role.FINANCE):
        whole = speech(N_("%(unit)s: the file names the canteen in each row"), unit=seat.organisation_name)
        subjects.append((f"unit:{seat.organisation_id}", whole))
    return ImportFormView(import_id, subjects)


async def bring_file(page: Page) -> Response:
    """Take a file in; nothing of it is booked."""
    form = page.form
    import_id = form.id("import_id")
    view = await _form_view(page, str(import_id or new_id()))
    subject = form.choice("subject", [code for code, _ in view.subjects])
    brought = await form.upload("file", kinds=KINDS)
    if form.ok and brought and subject:
        kind, _, its_id = subject.partition(":")
        name = (form.files["file"].filename or "")[:NAME_MAX]
        query: dict[str, str | int | None] = {kind: its_id, "name": name if name.isprintable() else ""}
        media_type = CSV if name.lower().endswith((".csv", ".txt", ".tsv")) else XLSX
        try:
            await page.ask("put_import", query=query, body=brought[0], media_type=media_type, import_id=import_id)
        except Refused as refused:
            if not refused.mendable:
                raise
            form.take(refused, {"file": "file", "name": "file", "canteen": "subject"})
            # What was refused may come again mended, and another file is another import.
            view = ImportFormView(str(new_id()), view.subjects)
            form.values.pop("import_id", None)
        else:
            return page.go(f"/off-platform/imports/{import_id}")
    return page.show("finance/import_form.html", view)


async def show_import(page: Page) -> Response:
    """Show how far an import is, and what is wrong with which row."""
    return page.show("finance/import.html", await _view(page))


async def _view(page: Page) -> ImportView:
    speech, import_id = page.speech, page.part("import_id")
    query: dict[str, str | int | None] = {"limit": ROWS, "cursor": page.asked("cursor")}
    found = await page.ask("get_import", query=query, import_id=import_id)
    state, progress, here = found["state"], found["progress"], f"/off-platform/imports/{import_id}"
    good, posted = progress["good"], progress["posted"]
    next_url, first_url = rest_of(page, {"next": found["rows"]["next"]})
    done = progress["checked"] if state == "checking" else posted + progress["refused"] + progress["undone"]
    return ImportView(
        here=here,
        name=found["name"],
        state=Mark(speech(STATES[state]), TONES.get(state, "calm")),
        working=state in WORKING,
        says=_says(speech, state, progress),
        done=str(min(done, progress["rows"])),
        whole=str(max(1, progress["rows"])),
        counts=tuple((str(progress[word]), speech(text)) for word, text in COUNTS.items() if progress[word]),
        problems=tuple(_spoken(speech, one["says"]) for one in found["problems"]),
        notes=tuple(_spoken(speech, one) for one in found["notes"]),
        rows=tuple(_row(speech, one) for one in found["rows"]["items"]),
        next_url=next_url,
        first_url=first_url,
        accept=speech(N_("Book the good row") if good == 1 else N_("Book the %(num)s good rows"), num=good),
        accept_url=f"{here}/acceptance" if state == "checked" and good else "",
        undo=speech(N_("Take the import back") if state == "accepted" else N_("Throw the file away")),
        undo_url=f"{here}/undo" if state == "checked" or (state == "accepted" and posted) else "",
        once=page.form.value("once") or str(new_id()),
    )


def _spoken(speech: Speech, said: dict[str, Any]) -> str:
    return str(said[speech.language])


def _says(speech: Speech, state: str, progress: dict[str, int]) -> str:
    """Say what comes next."""
    if state in WORKING:
        return speech(N_("This goes on by itself; you may leave this page and come back."))
    if state == "checked" and progress["bad"] and progress["good"]:
        return speech(N_("Mend the file and bring it again, or book the good rows now; the others stay out."))
    if state == "checked" and progress["bad"]:
        return speech(N_("No row is good. Mend the file by what is said below, and bring it again."))
    if state == "checked":
        return speech(N_("Every row is good. Nothing is booked until you say so."))
    if state == "accepted":
        return speech(
            N_("The purchases stand in the ledger. A claimed origin counts once a unit above has verified it.")
        )
    return ""


def _row(speech: Speech, one: dict[str, Any]) -> ImportRow:
    return ImportRow(
        name=speech(N_("Row %(number)s"), number=one["row"]),
        mark=Mark(speech(ROW_STATES[one["state"]]), ROW_TONES.get(one["state"], "calm")),
        url=f"/off-platform/{one['purchase_id']}" if one["purchase_id"] else "",
        said=tuple(_said(speech, cell) for cell in (*one["errors"], *one["notes"])),
    )


def _said(speech: Speech, cell: dict[str, Any]) -> Said:
    title = cell.get("title") or ""
    return Said(
        where=f"{cell['column']}{cell['row']} {title}".strip() if cell["column"] else title,
        value=cell["value"] or write.NOTHING,
        says=_spoken(speech, cell["says"]),
        mend=_spoken(speech, cell["mend"]) if "mend" in cell else "",
    )


async def accept(page: Page) -> Response:
    """Have the good rows booked."""
    return await _step(page, "accept_import", None)


async def undo(page: Page) -> Response:
    """Have an import taken back, or a file thrown away."""
    return await _step(page, "undo_import", {"reason": page.form.text("reason", most=REASON_MAX)})


async def _step(page: Page, operation: str, content: dict[str, str] | None) -> Response:
    form, import_id = page.form, page.part("import_id")
    if form.ok:
        try:
            await page.ask(operation, json=content, once=form.value("once"), import_id=import_id)
        except Refused as refused:
            if not refused.mendable:
                raise
            form.take(refused)
        else:
            return page.go(f"/off-platform/imports/{import_id}")
    return page.show("finance/import.html", await _view(page))
