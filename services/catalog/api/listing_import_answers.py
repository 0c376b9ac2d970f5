"""How a sheet of new prices is answered: how far it is, and its rows."""

from services.catalog.api.answers import Answer, TierAnswer
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
    """One row: what is on sale, and what is asked for; a price or tiers that are null stay as they are."""

    unit_name: str
    price_fen: int | None
    new_price_fen: int | None
    price_tiers: list[TierAnswer] | None
    new_price_tiers: list[TierAnswer] | None
    foreseen: str | None


class ListingImportAnswer(Answer, SheetAnswer):
    """A sheet of new prices: how far it is, and a page of its rows."""

    counts: ListingImportCounts
    rows: list[ListingImportRow]
