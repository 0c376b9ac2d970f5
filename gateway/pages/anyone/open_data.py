"""Anyone finds the open data, takes a table away, and reads what its columns mean and when it last changed."""

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from starlette.responses import Response

from gateway.pages.kit import write
from gateway.pages.kit.frame import Link
from gateway.pages.kit.language import N_
from gateway.pages.kit.page import Page
from gateway.usecases.data_catalogue import FORMATS, data_catalogue, download
from gateway.usecases.linked_data import data_block

API = "/api/v1"


@dataclass(frozen=True, slots=True)
class TableRow:
    """A table: what it is, when it last changed, and the ways to have it."""

    name: str
    title: str
    modified: str
    files: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class OpenDataView:
    tables: tuple[TableRow, ...]
    licence: Link
    meaning: tuple[Link, ...]
    data: Markup
    """The same for machines."""


async def show_open_data(page: Page) -> Response:
    """List the tables of supply, and what explains them and the figures of the quota."""
    package = await page.ask("get_supply_data_schema")
    licence = package["licenses"][0]
    view = OpenDataView(
        tables=tuple(_row(page, one) for one in package["resources"]),
        licence=Link(licence["path"], licence["title"]),
        meaning=(
            Link(f"{API}/supply-data/schema", page.speech(N_("What the columns of these tables mean"))),
            Link(f"{API}/open-data/catalogue", page.speech(N_("This catalogue for machines (DCAT)"))),
            Link(f"{API}/open-data/method?format=md", page.speech(N_("How every figure of the shares comes about"))),
            Link(f"{API}/open-data/schema", page.speech(N_("What the files of a year's shares hold"))),
        ),
        data=data_block(data_catalogue(package, page.site)),
    )
    return page.show("anyone/open_data.html", view, known_as="/open-data")


def _row(page: Page, one: dict[str, Any]) -> TableRow:
    title = one["title"] if page.language == "zh" else one["title_en"]
    return TableRow(
        name=one["name"],
        title=title,
        modified=write.moment(one["modified"], page.language) if one["modified"] else "",
        files=tuple(Link(download(one["name"], form), form.upper()) for form in FORMATS),
    )
