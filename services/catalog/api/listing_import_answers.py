"""How a sheet of new prices is answered: how far it is, and its rows."""

from services.catalog.api.answers import Answer
from shared.imports.door import SheetAnswer, SheetRow


class ListingImportCounts(Answer):
    """Rows by state: before they are accepted `good`, then what became of each."""

    bad: int
    good: int
    unchanged: int
    published: int
    submitted: int
    refused: int


class ListingImportRow(Answer, SheetRow):
    unit_name: str
    price_fen: int | None
    new_price_fen: int | None
    foreseen: str | None


class ListingImportAnswer(Answer, SheetAnswer):
    """A sheet of new prices: how far it is, and a page of its rows."""

    counts: ListingImportCounts
    rows: list[ListingImportRow]
