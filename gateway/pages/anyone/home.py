"""What anyone may read: the home page, the catalogue's neighbours, and what a problem means."""

import asyncio
import re
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from gateway.pages.kit import write
from gateway.pages.kit.asking import Refused
from gateway.pages.kit.frame import Link, ways
from gateway.pages.kit.key_counties import key_counties
from gateway.pages.kit.language import N_
from gateway.pages.kit.page import Page, problem_view
from shared.contracts.authority import Role
from shared.errors import Refusal
from shared.http.problems import status_of

COUNT_MAX = 100
SLUG = re.compile(r"[a-z][a-z0-9-]{1,60}")


@dataclass(frozen=True, slots=True)
class RuleRow:
    name: str
    share: str
    in_force: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HomeView:
    signed_in: bool
    counts: tuple[tuple[str, str], ...]
    ways: tuple[Link, ...]
    rules: tuple[RuleRow, ...]
    statement_url: str
    statement_name: str


async def show_home(page: Page) -> Response:
    """Say what this is, how much of it there is, and which rules bind."""
    nothing: dict[str, Any] = {"items": [], "next": None}
    rules, suppliers, canteens, counties = await asyncio.gather(
        page.ask_or(nothing, "list_rules"),
        page.ask_or(nothing, "list_suppliers", query={"state": "admitted", "limit": COUNT_MAX}),
        page.ask_or(nothing, "list_canteens", query={"limit": COUNT_MAX}),
        key_counties(page),
    )
    bound = [seat for seat in page.seats() if seat.path and seat.role is not Role.BUYER]
    highest = min(bound, key=lambda seat: len(seat.path), default=None)
    view = HomeView(
        signed_in=page.session is not None,
        counts=(
            (_counted(suppliers), page.speech(N_("admitted suppliers"))),
            (_counted(canteens), page.speech(N_("canteens"))),
            (str(len(counties)), page.speech(N_("key counties"))),
        ),
        ways=ways(page.identity, "/", page.speech)[1:],
        rules=tuple(_rule(page, rule) for rule in rules["items"]),
        statement_url=f"/statements/{highest.organisation_id}" if highest else "",
        statement_name=highest.organisation_name if highest else "",
    )
    return page.show("anyone/home.html", view, known_as="/")


def _counted(found: dict[str, Any]) -> str:
    """Count a list as far as one page shows it."""
    return f"{len(found['items'])}{'+' if found['next'] else ''}"


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
