"""What a base brings about stands beside what it sells: whom it employs and leads, as an officer confirmed it."""

from dataclasses import dataclass
from typing import Any

from gateway.pages.kit import write
from gateway.pages.kit.language import N_, Speech


@dataclass(frozen=True, slots=True)
class Effect:
    """A base's effect: the sentence that says it, and what it rests on."""

    says: str
    facts: tuple[tuple[str, str], ...]


def effect_of(speech: Speech, found: dict[str, Any] | None) -> Effect | None:
    """Say the effect of a supplier; None where nothing of it was confirmed."""
    if found is None:
        return None
    employed, households = found["employed"], found["households"]
    facts = [
        (
            speech(N_("Recognised as")),
            speech(
                N_("%(title)s, by %(issuer)s, until %(day)s"),
                title=one["title"],
                issuer=one["issuer"],
                day=write.day(one["valid_to"], speech.language) if one["valid_to"] else speech(N_("further notice")),
            ),
        )
        for one in found["recognitions"][:5]
    ]
    if found["sales"]["lines"]:
        sold = write.money(found["sales"]["net_fen"])
        facts.append((speech(N_("Accepted by canteens in %(year)s"), year=found["year"]), sold))
    given = [one for one in found["supports"]["ever"] if one["amount_fen"]]
    if given:
        facts.append((speech(N_("Support received so far")), write.money(sum(one["amount_fen"] for one in given))))
    says = " ".join(
        speech(sentence, count=f"{one['count']:,}", day=write.day(one["as_of"], speech.language))
        for sentence, one in (
            (N_("This base employs %(count)s disabled people (confirmed, as of %(day)s)."), employed),
            (N_("It leads %(count)s households to work and income (as of %(day)s)."), households),
        )
        if one
    )
    return Effect(says, tuple(facts)) if says or facts else None
