"""What anyone may read: the home page, the catalogue's neighbours, and what a problem means."""

import asyncio
import re
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from gateway.pages.anyone.counts import Declared, public_counts
from gateway.pages.kit import write
from gateway.pages.kit.asking import Refused
from gateway.pages.kit.frame import Link, ways
from gateway.pages.kit.key_counties import key_counties
from gateway.pages.kit.language import N_
from gateway.pages.kit.page import Page, problem_view
from gateway.pages.kit.words import STATUSES, say
from shared.contracts.authority import Role
from shared.errors import Refusal
from shared.http.problems import status_of

FAIRS_SHOWN = 3
SLUG = re.compile(r"[a-z][a-z0-9-]{1,60}")


@dataclass(frozen=True, slots=True)
class RuleRow:
    name: str
    share: str
    in_force: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StatusCounts:
    says: str
    counts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class HomeView:
    signed_in: bool
    counts: tuple[tuple[str, str], ...]
    declared: StatusCounts | None
    fairs: tuple[Link, ...]
    ways: tuple[Link, ...]
    rules: tuple[RuleRow, ...]
    statement_url: str
    statement_name: str


async def show_home(page: Page) -> Response:
    """Say what this is, how much of it there is, and which rules bind."""
    nothing: dict[str, Any] = {"items": [], "next": None}
    fairs_now: dict[str, Any] = {"state": "open", "limit": FAIRS_SHOWN}
    rules, counts, counties, fairs = await asyncio.gather(
        page.ask_or(nothing, "list_rules"),
        public_counts(page),
        key_counties(page),
        page.ask_or(nothing, "list_fairs", query=fairs_now),
    )
    bound = [seat for seat in page.seats() if seat.path and seat.role is not Role.BUYER]
    highest = min(bound, key=lambda seat: len(seat.path), default=None)
    view = HomeView(
        signed_in=page.session is not None,
        counts=(
            (str(counts.bases), page.speech(N_("disabled-run bases"))),
            (str(counts.employed), page.speech(N_("disabled people employed by them"))),
            (str(counts.suppliers), page.speech(N_("admitted suppliers"))),
            (str(counts.canteens), page.speech(N_("canteens"))),
            (str(len(counties)), page.speech(N_("key counties"))),
        ),
        declared=_declared(page, counts.declared),
        fairs=tuple(Link(f"/fairs/{one['fair_id']}", f"{one['name']} · {one['place']}") for one in fairs["items"]),
        ways=ways(page.identity, "/", page.speech)[2:],
        rules=tuple(_rule(page, rule) for rule in rules["items"]),
        statement_url=f"/statements/{highest.organisation_id}" if highest else "",
        statement_name=highest.organisation_name if highest else "",
    )
    return page.show("anyone/home.html", view, known_as="/")


def _declared(page: Page, declared: Declared | None) -> StatusCounts | None:
    if declared is None:
        return None
    says = page.speech(N_("How canteens stand by their published declarations of %(year)s"), year=declared.year)
    return StatusCounts(
        says,
        tuple((str(count), say(STATUSES, status, page.speech)) for status, count in declared.by_status.items()),
    )


def _rule(page: Page, rule: dict[str, Any]) -> RuleRow:
    if rule.get("rate_bp") is None:
        share = page.speech(N_("Preference only"))
    elif rule.get("designated_unit_rate_bp"):
        share = page.speech(
            N_("%(general)s; %(own)s for the federations of the listed counties"),
            general=write.rate(rule["rate_bp"]),
            own=write.rate(rule["designated_unit_rate_bp"]),
        )
    else:
        share = write.rate(rule["rate_bp"])
    stretches = tuple(_stretch(page, stretch) for stretch in rule.get("in_force", []))
    name = rule["name"] if page.language == "zh" else rule["name_en"] or rule["name"]
    return RuleRow(name, share, stretches)


def _stretch(page: Page, stretch: dict[str, Any]) -> str:
    until = page.speech(N_("open"))
    if stretch.get("valid_to"):
        until = write.day(stretch["valid_to"], page.language)
    return f"{write.day(stretch['valid_from'], page.language)} – {until} · {stretch['document']}"


async def show_problem(page: Page) -> Response:
    """Say what a problem's type means: the page behind `/problems/{slug}`."""
    slug = page.part("slug")
    kind = kinds_of_refusal().get(slug)
    if kind is not None:
        found = Refused(status_of(kind()), kind.title(page.language), slug)
    elif SLUG.fullmatch(slug):
        found = Refused(200, page.speech(N_("A request was refused: %(slug)s."), slug=slug.replace("-", " ")), slug)
    else:
        raise Refused(404, page.speech(N_("There is no such page.")))
    return page.show("kit/problem.html", problem_view(found, page.speech))


def kinds_of_refusal() -> dict[str, type[Refusal]]:
    """Give every refusal that this program knows, by slug."""
    known: dict[str, type[Refusal]] = {}
    waiting = list(Refusal.__subclasses__())
    while waiting:
        kind = waiting.pop()
        known.setdefault(kind.slug(), kind)
        waiting.extend(kind.__subclasses__())
    return known
