"""What the routes of capacity, flags and prices answer, as OpenAPI shows it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.catalog.api.answers import Answer, BandAnswer
from services.catalog.domain.bands import PriceImportState
from services.catalog.domain.capacity import CapacityState, CapacityStatus, Extent, OutsideChannel, PlotKind
from services.catalog.domain.flags import FlagStep
from shared.contracts.words import FlagKind, FlagState


class PlotAnswer(Answer):
    plot_id: UUID
    supplier_id: UUID
    kind: PlotKind
    certificate_number: str
    county_code: str
    county_name: str
    area_m2: int
    declared_from: date
    declared_to: date | None


class UseAnswer(Answer):
    plot_id: UUID
    extent: int


class CapacityAnswer(Answer):
    """A declared capacity; `monthly_grams` is by month, January first, what can be sold within it alone."""

    capacity_id: UUID
    supplier_id: UUID
    item_code: str
    item_name: str
    year: int
    version: int
    state: CapacityState
    measure: Extent
    extent: int
    yield_grams: int
    harvest_months: list[int]
    keeps_months: int
    yearly_grams: int
    monthly_grams: list[int]
    uses: list[UseAnswer]
    document_ids: list[UUID]
    replaces: UUID | None
    filed_at: datetime
    reviewer_name: str | None
    reviewed_at: datetime | None
    reason: str
    open_steps: list[str]


class Capacities(Answer):
    items: list[CapacityAnswer]
    next: str | None


class DeclaredAnswer(Answer):
    capacity_id: UUID
    state: CapacityState
    yearly_grams: int


class ExcessAnswer(Answer):
    """A stretch of months in which more was sold than is plausible, by more than 10 %."""

    from_month: int
    to_month: int
    expected_grams: int
    found_grams: int


class ItemCapacityAnswer(Answer):
    """One item in a year; `status` is within, beyond, or unconfirmed where no officer confirmed a capacity."""

    item_code: str
    item_name: str
    status: CapacityStatus
    capacity_id: UUID | None
    yearly_grams: int | None
    monthly_grams: list[int] | None
    declared: list[DeclaredAnswer]
    sold_grams: int
    sold_here_grams: list[int]
    sold_elsewhere_grams: list[int]
    left_grams: int | None
    excess: ExcessAnswer | None


class NotJudgedAnswer(Answer):
    """Sales that no capacity is held against."""

    lines: int
    grams: int
    amount_fen: int


class SupplierCapacityAnswer(Answer):
    supplier_id: UUID
    year: int
    items: list[ItemCapacityAnswer]
    item_unknown: NotJudgedAnswer
    weight_unknown: NotJudgedAnswer
    plots: list[PlotAnswer]


class OutsideSaleAnswer(Answer):
    sale_id: UUID
    supplier_id: UUID
    item_code: str
    item_name: str
    channel: OutsideChannel
    order_number: str
    grams: int
    sold_from: date
    sold_to: date
    document_ids: list[UUID]
    reverses: UUID | None
    reason: str


class LotAnswer(Answer):
    acceptance_id: UUID
    line_id: UUID


class FlagStepAnswer(Answer):
    """A step; `text_en` is there where `text` tells what was found, and null where a person wrote it."""

    step_id: UUID
    version: int
    step: FlagStep
    text: str
    text_en: str | None
    document_ids: list[UUID]
    evidence: dict[str, Any]
    by_name: str
    at: datetime


class FlagLine(Answer):
    """A flag; `evidence` tells in numbers what was found, and `reason` and `reason_en` in words."""

    flag_id: UUID
    version: int
    kind: FlagKind
    state: FlagState
    supplier_id: UUID
    item_code: str
    item_name: str
    item_name_en: str
    year: int
    reason: str
    reason_en: str
    evidence: dict[str, Any]
    raised_at: datetime
    changed_at: datetime
    appeal_until: date | None
    open_steps: list[str]


class FlagAnswer(FlagLine):
    lots: list[LotAnswer]
    steps: list[FlagStepAnswer]


class Flags(Answer):
    items: list[FlagLine]
    next: str | None


class PriceBandsAnswer(Answer):
    item_code: str
    item_name: str
    on: date
    bands: list[BandAnswer]


class PriceImportRow(Answer):
    row: int
    errors: list[dict[str, Any]]
    notes: list[dict[str, Any]]


class PriceImportLine(Answer):
    """A file of reference prices, how far it is, and by whom and why it was refused."""

    import_id: UUID
    source: str
    demo: bool
    name: str
    state: PriceImportState
    sha256: str
    rows_read: int
    good: int
    bad: int
    problems: list[dict[str, Any]]
    notes: list[dict[str, Any]]
    put_by: UUID
    put_at: datetime
    accepted_at: datetime | None
    refused_by: UUID | None
    refused_name: str | None
    refused_at: datetime | None
    refused_because: str | None


class PriceImportAnswer(PriceImportLine):
    """A file of reference prices, with its rows that have an error or a note."""

    rows: list[PriceImportRow]
    next: str | None


class PriceImports(Answer):
    items: list[PriceImportLine]
    next: str | None
