"""What the routes of sheets of counted stock answer with."""

from pydantic import BaseModel

from shared.contracts.authority import Role
from shared.imports.door import SheetAnswer, SheetRow


class StockImportCounts(BaseModel):
    """Rows by state: before they are accepted `good`, then what became of each."""

    bad: int
    good: int
    unchanged: int
    done: int
    refused: int


class StockImportRow(SheetRow):
    """One row: what lay there as the sheet says and what was counted, in grams or pieces."""

    unit: str
    on_hand: int | None
    counted: int | None
    reason: str


class StockImportView(SheetAnswer):
    """A sheet of counted stock: how far it is, and a page of its rows."""

    counts: StockImportCounts
    accepted_as: Role | None
    rows: list[StockImportRow]
