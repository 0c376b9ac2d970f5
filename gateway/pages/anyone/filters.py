"""Beside each filter of the catalogue stands how much it would leave; a filter that leaves nothing is not offered."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.pages.kit.geography import hunan_counties, short_county
from gateway.pages.kit.language import N_, Speech
from gateway.pages.kit.page import Page
from gateway.pages.kit.words import categories
from shared.reference import CATEGORIES

WORD_MAX = 60
IDENTIFIER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CERTIFICATE = re.compile(r"[a-z_]{1,40}")
BANDS = ("within", "outside", "none")
TICKED: Mapping[str, str] = {
    "base_run": N_("Only from disabled-run bases"),
    "harvest_now": N_("Only what is in season"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter with several answers."""

    name: str
    label: str
    every: str
    value: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A filter that is on or off."""

    name: str
    label: str
    on: bool


def asked_filters(page: Page, canteens: list[tuple[str, str]]) -> dict[str, str]:
    """Read what a search is narrowed by; what is no filter of ours is left out."""
    category, county, band = page.asked("category"), page.asked("county"), page.asked("price_band")
    counts_for, certificate = page.asked("counts_for"), page.asked("certificate")
    wanted = {
        "q": page.asked("q")[:WORD_MAX],
        "category": category if category in CATEGORIES else "",
        "county": county if re.fullmatch(r"\d{6}", county) else "",
        "price_band": band if band in BANDS else "",
        "certificate": certificate if CERTIFICATE.fullmatch(certificate) else "",
        "supplier": page.asked("supplier") if IDENTIFIER.fullmatch(page.asked("supplier")) else "",
        "counts_for": counts_for if any(counts_for == one[0] for one in canteens) else "",
        **{name: "true" for name in TICKED if page.asked(name) in ("true", "1")},
    }
    return {name: value for name, value in wanted.items() if value}


def filters(
    speech: Speech, asked: Mapping[str, str], found: dict[str, Any] | None
) -> tuple[tuple[Choice, ...], tuple[Tick, ...]]:
    """Offer the filters with their counts; without counts, where these cannot be had."""
    counted = {one["facet"]: one["values"] for one in found["facets"]} if found else {}
    named = {
        "category": (speech(N_("Category")), speech(N_("All"))),
        "county": (speech(N_("Origin")), speech(N_("Anywhere"))),
        "certificate": (speech(N_("Certificate")), speech(N_("With or without"))),
        "price_band": (speech(N_("Price band")), speech(N_("Any price"))),
    }
    choices = tuple(
        Choice(name, label, every, asked.get(name, ""), _options(speech, name, asked.get(name, ""), counted))
        for name, (label, every) in named.items()
    )
    ticks = []
    for name, sentence in TICKED.items():
        most = counted.get(name, [])
        ticks.append(Tick(name, f"{speech(sentence)}{_count(most[0]) if most else ''}", name in asked))
    return tuple(one for one in choices if one.options), tuple(ticks)


def _options(
    speech: Speech, name: str, chosen: str, counted: Mapping[str, list[dict[str, Any]]]
) -> tuple[tuple[str, str], ...]:
    if not counted:
        bare = {"category": tuple(categories(speech)), "county": hunan_counties()}
        return bare.get(name, ())
    options = [(one["value"], f"{_named(speech, name, one)}{_count(one)}") for one in counted.get(name, [])]
    if chosen and all(chosen != value for value, _ in options):
        none = {"value": chosen, "name": chosen, "name_en": chosen}
        options.append((chosen, f"{_named(speech, name, none)} (0)"))
    return tuple(options)


def _named(speech: Speech, name: str, one: Mapping[str, Any]) -> str:
    if name == "county" and re.fullmatch(r"\d{6}", one["value"]):
        return short_county(one["value"])
    if name == "category" and one["value"] in CATEGORIES:
        return dict(categories(speech))[one["value"]]
    return str(one["name"] if speech.language == "zh" else one["name_en"])


def _count(one: Mapping[str, Any]) -> str:
    return f" ({one['count']}{'+' if one['at_least'] else ''})"


def total(speech: Speech, found: dict[str, Any] | None) -> str:
    """Say how much was found; nothing where it was not counted."""
    if not found:
        return ""
    count = found["total"]
    text = f"{count['count']:,}{'+' if count['at_least'] else ''}"
    return speech(N_("%(count)s on sale that fit"), count=text)
