"""A monthly statement of account as lists show it."""

from collections.abc import Mapping
from typing import Any

from gateway.pages.kit import write
from gateway.pages.kit.frame import Mark
from gateway.pages.kit.language import N_, Language, Speech

STATEMENT_STATES: Mapping[str, str] = {
    "issued": N_("To be checked"),
    "disputed": N_("Objected to"),
    "confirmed": N_("Confirmed by both"),
}
STATEMENT_TONES: Mapping[str, str] = {"issued": "warn", "disputed": "bad", "confirmed": "good"}


def statement_mark(speech: Speech, state: str) -> Mark:
    """Say in which state a statement is."""
    return Mark(speech(STATEMENT_STATES[state]), STATEMENT_TONES[state])


def statement_month(found: Mapping[str, Any], language: Language) -> str:
    """Write the month of a statement."""
    year, number = found["month"].split("-")
    return write.month(int(year), int(number), language)


def lateness(speech: Speech, days: int) -> Mark:
    """Say whether a payment is late, and by how many days."""
    if not days:
        return Mark(speech(N_("On time")), "good")
    return Mark(speech(N_("%(num)s day late") if days == 1 else N_("%(num)s days late"), num=days), "bad")
