"""A supplier as its readers see it: its state, its facts, its documents, what was decided about it."""

from dataclasses import dataclass
from typing import Any

from gateway.pages.kit import write
from gateway.pages.kit.frame import Mark
from gateway.pages.kit.geography import short_county
from gateway.pages.kit.language import N_, Speech
from gateway.pages.kit.words import DOCUMENT_KINDS, SUPPLIER_KINDS, SUPPLIER_STATES, say, tone


@dataclass(frozen=True, slots=True)
class DocumentRow:
    url: str
    text: str
    note: str


@dataclass(frozen=True, slots=True)
class ReviewRow:
    what: str
    when: str
    reason: str


def state_mark(state: str, speech: Speech) -> Mark:
    """Give the tag of a supplier's state."""
    return Mark(say(SUPPLIER_STATES, state, speech), tone(state))


def days_left(speech: Speech, days: int) -> str:
    """Say how many days something still holds."""
    return speech(N_("%(num)s day left") if days == 1 else N_("%(num)s days left"), num=days)


def supplier_facts(speech: Speech, found: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """List what is known of a supplier, as far as this reader was told."""
    rows = [
        (speech(N_("Kind of business")), say(SUPPLIER_KINDS, found["kind"], speech)),
        (speech(N_("County")), short_county(found["county_code"])),
        (speech(N_("Unified social credit code")), found.get("credit_code")),
        (speech(N_("Registration number of the household")), found.get("registration_number")),
        (speech(N_("Address")), found.get("address")),
        (speech(N_("Contact person")), found.get("contact_name")),
        (speech(N_("Telephone")), found.get("contact_phone")),
    ]
    if bank := found.get("bank_account"):
        account = " ".join(str(bank[part]) for part in ("bank_name", "account_name", "account_number"))
        rows.append((speech(N_("Bank account")), account))
    for name, sentence in (("applied_at", N_("Applied on")), ("admitted_at", N_("Admitted on"))):
        if found.get(name):
            rows.append((speech(sentence), write.moment(found[name], speech.language)))
    return tuple((label, str(value)) for label, value in rows if value)


def document_rows(speech: Speech, found: dict[str, Any]) -> tuple[DocumentRow, ...]:
    """List a supplier's documents."""
    return tuple(
        DocumentRow(
            url=f"/api/v1/suppliers/{found['supplier_id']}/documents/{item['document_id']}",
            text=item["name"],
            note=f"{say(DOCUMENT_KINDS, item['kind'], speech)} · {write.moment(item.get('put_at'), speech.language)}",
        )
        for item in found.get("documents", [])
    )


def review_rows(speech: Speech, reviews: list[dict[str, Any]], outcomes: dict[str, str]) -> tuple[ReviewRow, ...]:
    """List the decisions about a supplier or a listing, newest last."""
    return tuple(
        ReviewRow(
            what=f"{say(outcomes, item['outcome'], speech)} · {item.get('reviewer_name', '')}".rstrip(" ·"),
            when=write.moment(item.get("reviewed_at"), speech.language),
            reason=item.get("reason", ""),
        )
        for item in reviews
    )
