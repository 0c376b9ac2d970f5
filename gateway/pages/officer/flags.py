"""Goods beyond what a base can have grown, or far from their price band, stand here with the evidence (疑点)."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from gateway.pages.kit import write
from gateway.pages.kit.asking import Refused
from gateway.pages.kit.frame import Link, Mark
from gateway.pages.kit.language import N_, Speech
from gateway.pages.kit.lists import rest_of
from gateway.pages.kit.page import Page
from gateway.pages.kit.words import FLAG_KINDS, FLAG_STATES, options, say
from shared.contracts.authority import Role
from shared.ids import new_id

REASON_MAX = 500
VERSION_MAX = 2_000_000_000
OUTCOMES: dict[str, str] = {
    "clear": N_("Set aside: it is explained"),
    "uphold": N_("Uphold: it cannot be explained"),
    "confirm": N_("Confirm what was decided, against the appeal"),
}
STEPS: dict[str, str] = {
    "raise": N_("Found"),
    "grow": N_("More of it found"),
    "answer": N_("The supplier explained"),
    "clear": N_("Set aside"),
    "uphold": N_("Upheld"),
    "appeal": N_("The supplier appealed"),
    "confirm": N_("Confirmed for good"),
}
EVIDENCE: dict[str, str] = {
    "expected_grams": N_("Confirmed capacity in this time"),
    "found_grams": N_("Sold in all channels in this time"),
    "elsewhere_grams": N_("Of it sold elsewhere, as told"),
    "lots_of_excess": N_("Deliveries beyond the capacity"),
    "lines": N_("Deliveries at this price"),
    "per_kg_fen": N_("Price of a kilogram"),
    "low_fen_per_kg": N_("Price band from"),
    "high_fen_per_kg": N_("Price band to"),
    "source_name": N_("Source of the band"),
    "newest_on": N_("Newest price of the band"),
}
TONES = {"open": "warn", "answered": "warn", "appealed": "warn", "cleared": "good", "upheld": "bad", "final": "bad"}


@dataclass(frozen=True, slots=True)
class FlagRow:
    url: str
    title: str
    state: Mark
    says: str
    when: str


@dataclass(frozen=True, slots=True)
class FlagsView:
    states: list[tuple[str, str]]
    state: str
    kinds: list[tuple[str, str]]
    kind: str
    rows: tuple[FlagRow, ...]
    next_url: str
    first_url: str


@dataclass(frozen=True, slots=True)
class FlagStepRow:
    what: str
    when: str
    reason: str


@dataclass(frozen=True, slots=True)
class FlagView:
    id: str
    version: int
    title: str
    state: Mark
    says: str
    evidence: tuple[tuple[str, str], ...]
    lots: int
    supplier: Link
    story: tuple[FlagStepRow, ...]
    papers: tuple[Link, ...]
    """What the supplier answered with."""
    outcomes: list[tuple[str, str]]
    once: str


async def show_flags(page: Page) -> Response:
    """List the flags in the reader's area, the oldest first."""
    state = page.asked("state") if page.asked("state") in FLAG_STATES else ""
    kind = page.asked("kind") if page.asked("kind") in FLAG_KINDS else ""
    query: dict[str, str | int] = {"state": state, "kind": kind, "limit": 50, "cursor": page.asked("cursor")}
    found, speech = await page.ask("list_flags", query=query), page.speech
    rows = tuple(
        FlagRow(
            url=f"/flags/{one['flag_id']}",
            title=_title(speech, one),
            state=_mark(speech, one["state"]),
            says=one["reason"] if page.language == "zh" else one["reason_en"],
            when=write.day(one["raised_at"], page.language),
        )
        for one in found["items"]
    )
    every = ("", speech(N_("All")))
    view = FlagsView(
        [every, *options(FLAG_STATES, speech)],
        state,
        [every, *options(FLAG_KINDS, speech)],
        kind,
        rows,
        *rest_of(page, found),
    )
    return page.show("officer/flags.html", view)


def _title(speech: Speech, one: dict[str, Any]) -> str:
    item = one["item_name"] if speech.language == "zh" else one["item_name_en"]
    return f"{say(FLAG_KINDS, one['kind'], speech)} · {item} · {one['year']}"


def _mark(speech: Speech, state: str) -> Mark:
    return Mark(say(FLAG_STATES, state, speech), TONES.get(state, "calm"))


async def show_flag(page: Page) -> Response:
    """Show a flag with its evidence, what was said about it, and the decision to whoever may make it."""
    return page.show("officer/flag.html", await _view(page), crumbs=_crumbs(page))


def _crumbs(page: Page) -> tuple[tuple[str, str], ...]:
    return (("/flags", page.speech(N_("Red flags"))),)


async def _view(page: Page) -> FlagView:
    found, speech = await page.ask("get_flag", flag_id=page.part("flag_id")), page.speech
    supplier = await page.ask_or({}, "get_supplier", supplier_id=found["supplier_id"])
    decides = bool(page.seats(Role.OFFICER, Role.AUDITOR))
    papers = dict.fromkeys(paper for step in found["steps"] for paper in step["document_ids"])
    kept = f"/api/v1/suppliers/{found['supplier_id']}/documents/"
    return FlagView(
        id=found["flag_id"],
        version=found["version"],
        title=_title(speech, found),
        state=_mark(speech, found["state"]),
        says=found["reason"] if page.language == "zh" else found["reason_en"],
        evidence=_evidence(speech, found["evidence"]),
        lots=len(found["lots"]),
        supplier=Link(f"/suppliers/{found['supplier_id']}", supplier.get("name") or speech(N_("The supplier"))),
        story=tuple(_step(page, step) for step in found["steps"]),
        papers=tuple(
            Link(f"{kept}{one}", speech(N_("Paper %(number)s"), number=at)) for at, one in enumerate(papers, start=1)
        ),
        outcomes=[(name, speech(text)) for name, text in OUTCOMES.items() if decides and name in found["open_steps"]],
        once=str(new_id()),
    )


def _evidence(speech: Speech, evidence: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Write the figures that a flag rests on, each in its unit."""
    rows = []
    for name, label in EVIDENCE.items():
        value = evidence.get(name)
        if value is None:
            continue
        if name.endswith("_grams"):
            said = write.weight(value, speech)
        elif "_fen" in name:
            said = f"{write.money(value)} / kg"
        else:
            said = write.day(value, speech.language) if name.endswith("_on") else str(value)
        rows.append((speech(label), said))
    return tuple(rows)


def _step(page: Page, step: dict[str, Any]) -> FlagStepRow:
    what = " · ".join(part for part in (say(STEPS, step["step"], page.speech), step["by_name"]) if part)
    text = step["text_en"] if page.language == "en" and step["text_en"] else step["text"]
    return FlagStepRow(what, write.moment(step["at"], page.language), text)


async def decide_flag(page: Page) -> Response:
    """Record a decision about a flag, of the version that was looked at."""
    form = page.form
    outcome = form.choice("outcome", OUTCOMES)
    reason = form.text("reason", most=REASON_MAX)
    version = form.value("version")
    if not version.isascii() or not version.isdigit() or not 1 <= int(version[:11]) <= VERSION_MAX:
        form.wrong("", page.speech(N_("This form is incomplete; open the page again.")))
    if form.ok:
        content = {"outcome": outcome, "version": int(version), "reason": reason}
        try:
            await page.ask("decide_flag", json=content, once=form.value("once"), flag_id=page.part("flag_id"))
        except Refused as refused:
            if not refused.mendable:
                raise
            form.take(refused)
        else:
            return page.go(f"/flags/{page.part('flag_id')}", "reviewed")
    return page.show("officer/flag.html", await _view(page), crumbs=_crumbs(page))
