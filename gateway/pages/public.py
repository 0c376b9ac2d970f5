"""What anyone may read: the home page, the catalogue's neighbours, and what a problem means."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from gateway.pages import write
from gateway.pages.asking import Refused
from gateway.pages.frame import Link, ways
from gateway.pages.language import N_
from gateway.pages.page import Page, problem_view
from shared.errors import Refusal
from shared.http.problems import status_of
from shared.reference import county_name

PROVINCE_CODE = "430000"


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


async def show_home(page: Page) -> Response:
    """Say what this is, how much of it there is, and which rules bind."""
    rules = await page.ask_or({"items": []}, "list_rules")
    lists = await page.ask_or({"items": []}, "list_designations")
    units = await page.ask_or({"items": []}, "list_units", query={"limit": 100})
    province = next((unit for unit in units["items"] if unit.get("code") == PROVINCE_CODE), None)
    bound = [seat for seat in page.seats() if seat.path]
    url = f"/statements/{province['id']}" if province and any(len(seat.path) <= 8 for seat in bound) else ""
    on_list = page.speech(N_("Counties on the list"))
    counts = tuple((str(len(one.get("counties", []))), f"{on_list} {one['name']}") for one in lists["items"])
    view = HomeView(
        signed_in=page.session is not None,
        counts=counts,
        ways=ways(page.identity, "/", page.speech)[1:],
        rules=tuple(_rule(page, rule) for rule in rules["items"]),
        statement_url=url,
    )
    return page.show("home.html", view)


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
    return RuleRow(rule["name"], share, stretches)


def _stretch(page: Page, stretch: dict[str, Any]) -> str:
    until = page.speech(N_("open"))
    if stretch.get("valid_to"):
        until = write.day(stretch["valid_to"], page.language)
    return f"{write.day(stretch['valid_from'], page.language)} – {until} · {stretch['document']}"


async def show_problem(page: Page) -> Response:
    """Say what a problem's type means: the page behind `/problems/{slug}`."""
    slug = page.part("slug")
    kind = kinds_of_refusal().get(slug)
    if kind is None:
        raise Refused(404, page.speech(N_("There is no such page.")))
    found = Refused(status_of(kind()), kind.title(page.language), slug)
    return page.show("problem.html", problem_view(found, page.speech))


def kinds_of_refusal() -> dict[str, type[Refusal]]:
    """Give every refusal that this program knows, by slug."""
    known: dict[str, type[Refusal]] = {}
    waiting = list(Refusal.__subclasses__())
    while waiting:
        kind = waiting.pop()
        known.setdefault(kind.slug(), kind)
        waiting.extend(kind.__subclasses__())
    return known


def place(code: str | None) -> str:
    """Name a county for a reader."""
    return county_name(code) if code else write.NOTHING
