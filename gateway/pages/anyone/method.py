"""Anybody reads in plain words how each figure comes about, which declarations stand, and where to ask for help."""

import re
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from gateway.pages.anyone.verifying import DeclaredRow, declared_row
from gateway.pages.kit.lists import rest_of
from gateway.pages.kit.page import Page, today

PAGE_ROWS = 50
YEAR_FIRST = 2020
OPEN_FIRST = ("counted", "statuses")
"""The sections that a reader wants first; the others open at a press."""


@dataclass(frozen=True, slots=True)
class Section:
    code: str
    title: str
    paragraphs: tuple[str, ...]
    is_open: bool


@dataclass(frozen=True, slots=True)
class MethodView:
    sections: tuple[Section, ...]
    text_url: str


@dataclass(frozen=True, slots=True)
class DeclarationsView:
    year: str
    years: tuple[str, ...]
    rows: tuple[DeclaredRow, ...]
    next_url: str
    first_url: str


async def show_method(page: Page) -> Response:
    """Tell how every figure comes about, from the constants that the ledger computes with."""
    found, language = await page.ask("get_method"), page.language
    view = MethodView(
        tuple(
            Section(
                one["code"],
                one["title"] if language == "zh" else one["title_en"],
                tuple(paragraph[language] for paragraph in one["paragraphs"]),
                one["code"] in OPEN_FIRST,
            )
            for one in found["sections"]
        ),
        f"/api/v1/open-data/method?format=md&lang={language}",
    )
    return page.show("anyone/method.html", view, known_as="/method")


async def show_declarations(page: Page) -> Response:
    """List the declarations that were published, newest first, of all years or of one."""
    this = today(page).year
    years = tuple(str(year) for year in range(this, YEAR_FIRST - 1, -1))
    year = page.asked("year") if re.fullmatch(r"20\d\d", page.asked("year")) and page.asked("year") in years else ""
    query: dict[str, Any] = {"year": year, "limit": PAGE_ROWS, "cursor": page.asked("cursor")}
    found = await page.ask("list_published_declarations", query=query)
    rows = tuple(declared_row(page, one) for one in found["items"])
    view = DeclarationsView(year, years, rows, *rest_of(page, found))
    return page.show("anyone/declarations.html", view, known_as="/declarations")


async def show_help(page: Page) -> Response:
    """Say what to do when one does not get on, and whom to call."""
    phone: str = page.request.app.state.help_phone
    return page.show("anyone/help.html", {"phone": phone, "call": re.sub(r"[^\d+]", "", phone)}, known_as="/help")
