"""A case (信访、投诉) as its readers see it: in whose hands it is, what was said, what came of it."""

from dataclasses import dataclass
from typing import Any

from gateway.pages.kit import write
from gateway.pages.kit.frame import Link, Mark
from gateway.pages.kit.language import N_, Speech
from gateway.pages.kit.words import say, tone

CASE_KINDS: dict[str, str] = {
    "complaint": N_("A complaint"),
    "dispute": N_("A dispute between buyer and seller"),
    "conflict_of_interest": N_("A conflict of interest"),
    "other": N_("A suggestion, or something else"),
}
CASE_STATES: dict[str, str] = {
    "received": N_("Received"),
    "handed_on": N_("Handed on"),
    "accepted": N_("Being dealt with"),
    "answered": N_("Answered"),
    "closed": N_("Closed"),
}
CASE_OUTCOMES: dict[str, str] = {
    "upheld": N_("Found to be true"),
    "partly_upheld": N_("Found to be true in part"),
    "not_upheld": N_("Not found to be true"),
    "settled": N_("Settled between those concerned"),
}
CASE_STEPS: dict[str, str] = {
    "receive": N_("Received"),
    "accept": N_("Taken up"),
    "hand_on": N_("Handed on to another unit"),
    "answer": N_("Answered"),
    "close": N_("Closed"),
    "reopen": N_("Opened again"),
}
TONES = {"received": "warn", "handed_on": "warn", "accepted": "warn", "answered": "good", "closed": "calm"}
TEXT_MAX = 4_000
REASON_MAX = 500


@dataclass(frozen=True, slots=True)
class Happened:
    """One step of a case, as a timeline shows it."""

    what: str
    when: str
    reason: str


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A paper of a case: its name, and the address that opens it for whoever may."""

    id: str
    name: str
    when: str


def case_mark(state: str, speech: Speech) -> Mark:
    """Give the tag of a case's state."""
    return Mark(say(CASE_STATES, state, speech), TONES.get(state, tone(state)))


def case_facts(speech: Speech, found: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """List what is known of a case, as far as this reader was told."""
    rows = [
        (speech(N_("What it is")), say(CASE_KINDS, found["kind"], speech)),
        (speech(N_("In the hands of")), found["unit"]["name"]),
        (speech(N_("Brought up on")), write.moment(found["raised_at"], speech.language)),
    ]
    if found["state"] != "closed":
        rows.append((speech(N_("Answer due by")), write.moment(found["reply_due_at"], speech.language)))
    if found.get("outcome"):
        rows.append((speech(N_("Outcome")), say(CASE_OUTCOMES, found["outcome"], speech)))
    if found.get("contact"):
        rows.append((speech(N_("How to reach who brought it up")), found["contact"]))
    return tuple(rows)


def case_subject(speech: Speech, found: dict[str, Any]) -> Link | None:
    """Name what a case is about, with the way there."""
    about = {
        "order": ("/orders/{}", N_("The order that it is about")),
        "canteen": ("/statements/{}", N_("The canteen that it is about")),
        "supplier": ("/suppliers/{}", N_("The supplier that it is about")),
    }.get(found["subject"])
    return None if about is None else Link(about[0].format(found["subject_id"]), speech(about[1]))


def case_story(speech: Speech, found: dict[str, Any]) -> tuple[Happened, ...]:
    """List what happened to a case, oldest first."""
    return tuple(
        Happened(
            what=" · ".join(
                part
                for part in (
                    say(CASE_STEPS, step["step"], speech),
                    say(CASE_OUTCOMES, step["outcome"], speech) if step["outcome"] else "",
                    step["unit"]["name"] if step["step"] in ("receive", "hand_on") else "",
                    step["account_name"],
                )
                if part
            ),
            when=write.moment(step["at"], speech.language),
            reason=step["reason"],
        )
        for step in found["steps"]
    )


def case_papers(speech: Speech, found: dict[str, Any]) -> tuple[PaperRow, ...]:
    """List the evidence of a case."""
    return tuple(
        PaperRow(one["document_id"], one["name"], write.moment(one["put_at"], speech.language))
        for one in found["papers"]
    )
