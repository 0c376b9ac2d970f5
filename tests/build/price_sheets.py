"""Sheets of new prices for tests, filled in as a seller does: the sheet as it was taken, with some cells changed."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from services.catalog.api.listing_import_answers import ListingImportAnswer
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.import_listings import (
    PutListingImport,
    accept_listing_import,
    get_listing_import,
    put_listing_import,
    write_listing_sheet,
)
from services.catalog.usecases.judge_new_prices import listing_import_worker
from shared.contracts.authority import Identity
from shared.ids import new_id
from shared.media import CSV
from tests.build.catalog import Seller
from tests.build.sheets import Line, read, written

NEW = "新价（元）"


async def taken(desk: Desk, seller: Seller, person: Identity | None = None) -> list[Line]:
    """Take the sheet of what a seller has on sale."""
    return read(await write_listing_sheet(desk, person or seller.person, seller.id, CSV, "zh"))


async def filled_in(desk: Desk, seller: Seller, **prices: str) -> bytes:
    """Take a seller's sheet, and write a new price beside each of these names."""
    lines = await taken(desk, seller)
    return written(line | {NEW: prices.get(line["名称"], "")} for line in lines)


async def brought(
    desk: Desk, seller: Seller, body: bytes, person: Identity | None = None, name: str = "调价.csv"
) -> UUID:
    """Bring a sheet, and let it be checked."""
    import_id, command = new_id(), PutListingImport(supplier=seller.id, name=name)
    await put_listing_import(desk, person or seller.person, import_id, command, body)
    await worked(desk)
    return import_id


async def accepted(desk: Desk, seller: Seller, import_id: UUID, person: Identity | None = None) -> dict[str, int]:
    """Accept a sheet, and let it be done; gives its rows by state."""
    await accept_listing_import(desk, person or seller.person, import_id)
    await worked(desk)
    return await counted(desk, seller, import_id)


async def counted(desk: Desk, seller: Seller, import_id: UUID) -> dict[str, int]:
    """Give a sheet's rows by state, those that there are."""
    told = await get_listing_import(desk, seller.person, import_id, state=None, limit=50, cursor=None)
    return {state: rows for state, rows in told["counts"].items() if rows}


async def rows_told(desk: Desk, seller: Seller, import_id: UUID, state: Any = None) -> list[dict[str, Any]]:
    """Give the rows of a sheet with something to tell, or those of a state."""
    told = await get_listing_import(desk, seller.person, import_id, state=state, limit=50, cursor=None)
    ListingImportAnswer.model_validate(told)
    found: list[dict[str, Any]] = told["rows"]
    return found


async def worked(desk: Desk, until: Callable[[], bool] = lambda: False) -> None:
    """Let the background do all that there is to do, or until it is stopped."""
    worker = listing_import_worker(desk)
    while not until() and await worker.step():
        pass
