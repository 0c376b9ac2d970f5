"""Which board is asked for stands in its address whole, so that a link opens the same board for another reader."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlencode
from uuid import UUID

from gateway.pages.kit import read
from gateway.pages.kit.language import N_
from gateway.pages.kit.page import Page, today
from gateway.pages.kit.words import STATUSES
from shared.contracts.authority import Role

READING = (Role.FINANCE, Role.OFFICER, Role.AUDITOR, Role.APPROVER)
YEARS = (2020, 2100)
PAGES_MAX = 1_000
BACK_DAYS = 30
"""How far back what moved is told from when no earlier day is named."""
ORDERS: Mapping[str, str] = {
    "action": N_("What needs action"),
    "short": N_("Largest gap"),
    "share": N_("Lowest share"),
    "name": N_("Name"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A board: of a unit, under a rule (the unit's own where empty), of a year, as of a day (today where None)."""

    unit: str
    rule: str
    year: int
    as_of: date | None
    status: str
    order: str
    page: int

    @property
    def query(self) -> dict[str, str | int | None]:
        """The part of it that the service is asked by."""
        day = self.as_of.isoformat() if self.as_of else None
        return {"rule": self.rule, "year": self.year, "happened_by": day, "known_by": day}

    def url(self, path: str = "/board", **other: str | int) -> str:
        """Give the address of a board that differs in this."""
        its = replace(self, **other) if other else self  # type: ignore[arg-type]
        known = {
            "unit": its.unit,
            "rule": its.rule,
            "year": str(its.year),
            "as_of": its.as_of.isoformat() if its.as_of else "",
            "status": its.status,
            "order": its.order if its.order != "action" else "",
            "page": str(its.page) if its.page > 1 else "",
        }
        return f"{path}?{urlencode({name: value for name, value in known.items() if value})}"

    def report_url(self) -> str:
        """Give the address of the report of the same."""
        day = self.as_of.isoformat() if self.as_of else ""
        known = {"rule": self.rule, "year": str(self.year), "as_of": day}
        return f"/reports/{self.unit}?{urlencode({name: text for name, text in known.items() if text})}"

    def statement_query(self) -> str:
        """Write which statement shows the same."""
        return urlencode({name: value for name, value in self.query.items() if value})


def read_asked(page: Page) -> Asked | None:
    """Read which board is asked for; what cannot be read is noted beside its field, and a default is taken.

    None for a reader without a seat in a unit, who names none either.
    """
    seats = [seat for role in READING for seat in page.seats(role)]
    unit = page.asked("unit") or (str(seats[0].organisation_id) if seats else "")
    return asked_of(page, unit) if unit and _is_id(unit) else None


def asked_of(page: Page, unit: str) -> Asked:
    """Read what is asked of a unit, from the address or from a form that was sent."""
    keep_typed(page, "rule", "year", "as_of")
    number = page.asked("page", "1")
    return Asked(
        unit=unit,
        rule=page.form.value("rule")[:40],
        year=read_year(page),
        as_of=read_day(page, "as_of"),
        status=page.asked("status") if page.asked("status") in STATUSES else "",
        order=page.asked("order") if page.asked("order") in ORDERS else "action",
        page=min(PAGES_MAX, int(number)) if number.isdecimal() and number.isascii() and len(number) < 9 else 1,
    )


def keep_typed(page: Page, *names: str) -> None:
    """Keep what was typed, so that it stands in its field again; an empty word leaves the default there."""
    page.form.values.update({name: page.asked(name) for name in names if page.asked(name)})


def read_year(page: Page) -> int:
    """Read the year that is asked for, the present one where none is."""
    year = page.form.value("year")
    if not year:
        return today(page).year
    if year.isascii() and year.isdecimal() and len(year) == 4 and YEARS[0] <= int(year) <= YEARS[1]:
        return int(year)
    page.form.wrong("year", page.speech(N_("Write a year, for example 2026.")))
    return today(page).year


def read_day(page: Page, name: str) -> date | None:
    """Read a day that may be left out; the future knows nothing yet, so it is noted as wrong."""
    if not page.form.value(name):
        return None
    try:
        day = read.day(page.form.value(name))
    except read.CannotRead as error:
        page.form.wrong(name, page.speech(str(error)))
        return None
    if not date(YEARS[0], 1, 1) <= day <= today(page):
        page.form.wrong(name, page.speech(N_("Choose a day from 2020 to today.")))
        return None
    return day


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def moved_url(page: Page, subject_id: str, year: int, rule: str, until: date | None) -> str:
    """Give the address of what moved in the month before a day, or before today."""
    since = (until or today(page)) - timedelta(days=BACK_DAYS)
    days = {"since": since.isoformat(), "until": until.isoformat() if until else ""}
    known = {"year": str(year), "rule": rule, **days}
    return f"/statements/{subject_id}/moved?{urlencode({name: text for name, text in known.items() if text})}"
