"""What finance files of a canteen in a year is one list, in its order: the reservation, months, close, declaration."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from starlette.responses import Response

from gateway.pages.kit import write
from gateway.pages.kit.asking import Refused
from gateway.pages.kit.frame import Mark
from gateway.pages.kit.language import N_, Speech
from gateway.pages.kit.page import Page, today
from shared.contracts.authority import Role, is_topmost

YEARS = (2020, 2100)
PAGES_MAX = 10
NOTHING: dict[str, Any] = {"items": [], "next": None}
RESERVATION_STATES: Mapping[str, str] = {
    "draft": N_("Draft, not submitted"),
    "submitted": N_("Waits for the level above"),
    "returned": N_("Sent back"),
    "accepted": N_("Accepted by the level above"),
}
TONES: Mapping[str, str] = {"draft": "calm", "submitted": "warn", "returned": "bad", "accepted": "good"}


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to file; without an address there is nothing to do about it now."""

    text: str
    url: str
    hint: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class YearView:
    canteen: str
    unit: str
    year: str
    before_url: str
    after_url: str
    tasks: tuple[Task, ...]
    months: tuple[Task, ...]
    statement_url: str


@dataclass(frozen=True, slots=True)
class CanteenYear:
    """Whose year it is, as its statement says."""

    canteen_id: str
    year: int
    statement: dict[str, Any]

    @property
    def unit_id(self) -> str:
        return str(self.statement["subject"]["unit_id"])

    @property
    def name(self) -> str:
        return str(self.statement["subject"]["name"])

    @property
    def url(self) -> str:
        return f"/filings/{self.canteen_id}/{self.year}"

    @property
    def closed_on(self) -> str:
        """The moment at which the year was closed, or an empty text."""
        filed = self.statement.get("as_filed")
        return str(filed["closed_at"]) if filed else ""


async def read_year(page: Page) -> CanteenYear:
    """Read whose year the address names. Raises Refused for what is no canteen's year."""
    canteen_id, year = page.part("canteen_id"), int(page.part("year"))
    if not YEARS[0] <= year <= YEARS[1]:
        raise Refused(404, page.speech(N_("There is no such year here.")))
    found = await page.ask("get_statement", query={"year": year}, subject_id=canteen_id)
    if found["subject"]["kind"] != "canteen":
        raise Refused(404, page.speech(N_("A unit files nothing itself; each of its canteens does.")))
    return CanteenYear(canteen_id, year, found)


async def show_year(page: Page) -> Response:
    """Show what is filed of a canteen's year, and what is to be filed next."""
    its = await read_year(page)
    reservation = await reservation_of(page, its)
    declaration = await declaration_of(page, its)
    files = page.is_seated(its.unit_id, Role.FINANCE)
    view = YearView(
        canteen=its.name,
        unit=its.statement["subject"]["unit_name"],
        year=str(its.year),
        before_url=f"/filings/{its.canteen_id}/{its.year - 1}" if its.year > YEARS[0] else "",
        after_url=f"/filings/{its.canteen_id}/{its.year + 1}" if its.year <= today(page).year else "",
        tasks=(
            _reservation(page.speech, its, reservation, files=files),
            _closing(page, its, files=files),
            _declaration(page, its, declaration, files=files),
        ),
        months=_months(page, its, files=files),
        statement_url=f"/statements/{its.canteen_id}?year={its.year}",
    )
    return page.show("finance/year.html", view)


async def found_in(page: Page, operation: str, its: CanteenYear) -> dict[str, Any] | None:
    """Find the newest of a canteen's year in a list of its unit; None where there is none."""
    cursor = None
    for _ in range(PAGES_MAX):
        query = {"unit": its.unit_id, "year": its.year, "limit": 100, "cursor": cursor}
        part = await page.ask_or(NOTHING, operation, query=query)
        for one in part["items"]:
            if one["canteen_id"] == its.canteen_id:
                return dict(one)
        cursor = part["next"]
        if cursor is None:
            return None
    return None


async def reservation_of(page: Page, its: CanteenYear) -> dict[str, Any] | None:
    """Give the reservation of a canteen's year, its newest version that was submitted, else its draft."""
    return await found_in(page, "list_reservations", its)


async def declaration_of(page: Page, its: CanteenYear) -> dict[str, Any] | None:
    """Give the newest declaration of a canteen's year."""
    return await found_in(page, "list_declarations", its)


def _reservation(speech: Speech, its: CanteenYear, found: dict[str, Any] | None, *, files: bool) -> Task:
    text, url = speech(N_("Reserve for the year")), f"{its.url}/reservation" if files or found else ""
    if found is None:
        mark = Mark(speech(N_("Not filed")), "warn")
        return Task(text, url, speech(N_("At least the rate of what is expected, at the start of the year.")), mark)
    hint = speech(N_("Expected: %(amount)s"), amount=write.money(found["expected_base_fen"]))
    return Task(text, url, hint, Mark(speech(RESERVATION_STATES[found["state"]]), TONES[found["state"]]))


def _closing(page: Page, its: CanteenYear, *, files: bool) -> Task:
    speech, text = page.speech, page.speech(N_("Close the year"))
    if its.closed_on:
        hint = speech(N_("Closed on %(day)s"), day=write.day(its.closed_on, speech.language))
        mark = Mark(speech(N_("Closed, figures frozen")), "good")
        return Task(text, f"{its.url}/closing" if files else "", hint, mark)
    if its.year >= today(page).year:
        return Task(text, "", speech(N_("Once the year is over.")), Mark(speech(N_("Not open yet"))))
    hint = speech(N_("Its figures are frozen as they are filed."))
    return Task(text, f"{its.url}/closing" if files else "", hint, Mark(speech(N_("To do")), "warn"))


def _declaration(page: Page, its: CanteenYear, found: dict[str, Any] | None, *, files: bool) -> Task:
    speech, text = page.speech, page.speech(N_("Declare the year"))
    if found is not None:
        mark = Mark(speech(DECLARATION_STATES[found["state"]]), DECLARATION_TONES[found["state"]])
        return Task(text, f"/filings/declarations/{found['id']}", "", mark)
    opens = date(its.year + 1, 2, 1)
    if not its.closed_on or today(page) < opens:
        hint = speech(N_("From %(day)s, once the year is closed."), day=write.day(opens, speech.language))
        return Task(text, "", hint, Mark(speech(N_("Not open yet"))))
    hint = speech(N_("From the closed year, without what was still unpaid on 31 January."))
    return Task(text, f"{its.url}/declaration" if files else "", hint, Mark(speech(N_("To do")), "warn"))


DECLARATION_STATES: Mapping[str, str] = {
    "prepared": N_("Waits for signatures"),
    "signed": N_("Waits for the level above"),
    "returned": N_("Sent back"),
    "published": N_("Published"),
}
DECLARATION_TONES: Mapping[str, str] = {"prepared": "warn", "signed": "warn", "returned": "bad", "published": "good"}


def _months(page: Page, its: CanteenYear, *, files: bool) -> tuple[Task, ...]:
    speech = page.speech
    closed = {one["month"] for one in its.statement.get("closed_months", [])}
    open_ones = [one for one in its.statement.get("months") or [] if one["month"] not in closed]
    following = open_ones[0]["month"] if open_ones and not its.closed_on else None
    tasks = []
    for one in its.statement.get("months") or []:
        number = int(one["month"])
        text = write.month(its.year, number, speech.language)
        hint = write.money(one["ledger_fen"]) if one["ledger_fen"] else ""
        url = ""
        if number in closed:
            mark = Mark(speech(N_("Closed, figures frozen")), "good")
        elif its.closed_on:
            mark = Mark(speech(N_("Closed with the year")))
        elif one["attested"]:
            mark = Mark(speech(N_("Attested, not closed")), "good")
            url = f"{its.url}/months/{number}/closing" if files and number == following else ""
        elif is_over(page, its.year, number):
            mark = Mark(speech(N_("To attest")), "warn")
            url = f"/attestations/{its.canteen_id}/{its.year}/{number}" if files else ""
        else:
            mark = Mark(speech(N_("Not over")))
        tasks.append(Task(text, url, hint, mark))
    return tuple(tasks)


def is_over(page: Page, year: int, month: int) -> bool:
    """Tell whether a month is over."""
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1) < today(page)


def check_finance(page: Page, its: CanteenYear) -> None:
    """Raises Refused for who is not finance of the canteen's own unit."""
    if not page.is_seated(its.unit_id, Role.FINANCE):
        raise Refused(403, page.speech(N_("Only finance of the canteen's own unit files here.")))


def is_above(page: Page, its: CanteenYear, *roles: Role) -> bool:
    """Tell whether the reader has a seat in a unit above the canteen's, as finance or in one of these roles."""
    path = str(its.statement["subject"]["unit_path"])
    own = [seat.path for seat in page.seats(*(roles or (Role.FINANCE,))) if seat.path]
    return any(path.startswith(at) and (path != at or is_topmost(at)) for at in own)
