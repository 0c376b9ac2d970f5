"""The sheet on which a seller changes prices shows each of its listings as it stands, and takes new prices alone.

Decision: of all columns only the new price and the tiers change anything; the others say what the seller had before
it, and a cell that does not fit how the listing stands now is refused. Why: a sheet lies around for days and is
sorted, copied and edited, and a price that was set meanwhile, or a row that slipped by one, must not be overwritten in
silence. Price: other terms are changed listing by listing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from services.catalog.domain.sheet_tiers import (
    GRAMS_OF,
    PLACES,
    TIERS,
    WAITING_TIERS,
    Tiers,
    pair_of,
    quantity_of,
    tier_columns,
    told,
)
from shared.contracts.words import Measure
from shared.errors import NotFound
from shared.money import yuan
from shared.tables.cells import Wrong
from shared.tables.harmless import harmless
from shared.tables.outcome import OUTCOME_COLUMNS
from shared.tables.schema import Column, Holds, TableSchema, plain

ROWS_MAX = 10_000
NEEDED = ("price", "new_price")
SHOWN = ("name", "unit", "net_grams", "minimum", "step")
"""Columns that say how a listing stands, and change nothing."""
_UUID = r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}"


class ListingImportUnknown(NotFound):
    """There is no such import of prices.

    zh: 没有这次调价导入。
    """


@dataclass(frozen=True, slots=True)
class OnSheet:
    """A listing as a sheet shows it: its terms on sale, and beside its prices those that wait for an officer."""

    listing_id: UUID
    on_sale: bool
    name: str
    measure: Measure
    unit_name: str
    unit_quantity: int
    piece_grams: int | None
    minimum_quantity: int
    step_quantity: int
    price_fen: int
    waiting_fen: int | None
    tiers: Tiers
    waiting_tiers: Tiers | None

    @property
    def newest_fen(self) -> int:
        return self.price_fen if self.waiting_fen is None else self.waiting_fen

    @property
    def newest_tiers(self) -> Tiers:
        return self.tiers if self.waiting_tiers is None else self.waiting_tiers

    def cells(self, language: str) -> dict[str, str]:
        """Write it as a row of the sheet, with the new price left to fill in."""
        net = self.unit_quantity if self.measure is Measure.WEIGHT else self.piece_grams
        return {
            "listing": str(self.listing_id),
            "name": self.name,
            "unit": self.unit_name,
            "net_grams": "" if net is None else str(net),
            "price": yuan(self.price_fen),
            "waiting": "" if self.waiting_fen is None else yuan(self.waiting_fen),
            "minimum": self.quantity(self.minimum_quantity, language),
            "step": self.quantity(self.step_quantity, language),
            TIERS: self.tiers_told(self.tiers, language),
            WAITING_TIERS: self.waiting_told(language),
            **self._pairs(language),
        }

    def tiers_told(self, tiers: Tiers, language: str) -> str:
        """Write tiers in one cell; nothing where there are none."""
        unit = "" if self.measure is Measure.WEIGHT or self.unit_quantity != 1 else self.unit_name
        return told([(f"{self.quantity(start, language)}{unit}", fen) for start, fen in tiers], language)

    def waiting_told(self, language: str) -> str:
        """Write the tiers that wait for an officer in one cell; nothing where they are those on sale."""
        if self.waiting_tiers is None:
            return ""
        return self.tiers_told(self.waiting_tiers, language) or ("无" if language == "zh" else "none")

    def are_told(self, text: str, tiers: Tiers) -> bool:
        """Tell whether a text of a sheet says these tiers, in either language."""
        return plain(text) in {plain(self.tiers_told(tiers, language)) for language in ("zh", "en")}

    def is_waiting_told(self, text: str) -> bool:
        """Tell whether a text of a sheet says which tiers wait for an officer, in either language."""
        return plain(text) in {plain(self.waiting_told(language)) for language in ("zh", "en")}

    def quantity_of(self, text: str) -> int | Wrong:
        """Read how much a text says, in grams or pieces."""
        return quantity_of(text, self.unit_name, self.unit_quantity, by_weight=self.measure is Measure.WEIGHT)

    def differing(self, texts: Mapping[str, str]) -> list[str]:
        """Name the columns whose texts say otherwise than the listing stands; an empty cell says nothing."""
        forms = [self.cells("zh"), self.cells("en")]
        return [
            name
            for name in SHOWN
            if texts.get(name)
            and plain(texts[name]) not in {plain(text) for form in forms for text in (form[name], harmless(form[name]))}
            and not (name == "unit" and self._grams(texts[name]) == self.unit_quantity)
        ]

    def converted_fen(self, unit: str, price_fen: int) -> int | None:
        """Give the price of a unit of weight as one of the listing's own; None where it is none, or no whole fen."""
        grams = self._grams(unit)
        if grams is None or price_fen * self.unit_quantity % grams:
            return None
        return price_fen * self.unit_quantity // grams

    def _grams(self, unit: str) -> int | None:
        return GRAMS_OF.get(plain(unit)) if self.measure is Measure.WEIGHT else None

    def _pairs(self, language: str) -> dict[str, str]:
        cells: dict[str, str] = {}
        for place, (start, fen) in zip(PLACES, self.tiers, strict=False):
            cells |= dict(zip(pair_of(place), (self.quantity(start, language), yuan(fen)), strict=True))
        return cells

    def quantity(self, quantity: int, language: str) -> str:
        """Write how much, with its unit where goods are sold by weight."""
        if self.measure is not Measure.WEIGHT:
            return str(quantity)
        kilograms = f"{quantity // 1_000}.{quantity % 1_000:03d}".rstrip("0").rstrip(".")
        return f"{kilograms}{'公斤' if language == 'zh' else ' kg'}"


def _shown(name: str, zh: str, en: str, example: str, characters_max: int) -> Column:
    return Column(
        name,
        zh,
        en,
        Holds.TEXT,
        example,
        "按现状填好，不在本表修改",
        "as it stands; not changed on this sheet",
        characters_max=characters_max,
    )


@cache
def listing_table() -> TableSchema:
    """Give the table; a listing is named by its id, or without one by its exact name."""
    return TableSchema(
        name="listing-prices",
        title="商品调价表 · New prices of listings",
        sheet=("调价", "Prices"),
        columns=(
            Column(
                "listing",
                "商品编号",
                "Listing",
                Holds.DIGITS,
                "019A0000-0000-7000-8000-000000000001",
                "下载时已填好；留空则按名称查找",
                "filled in already; where it is empty the name is looked for",
                pattern=_UUID,
            ),
            _shown("name", "名称", "Name", "茶陵生姜", 100),
            _shown("unit", "计价单位", "Unit", "斤", 20),
            _shown("net_grams", "每单位净重（克）", "Net grams of a unit", "500", 20),
            Column(
                "price",
                "现价（元）",
                "Price now (yuan)",
                Holds.YUAN,
                "6.50",
                "填写新价时的在售价，不修改",
                "what it costs now; leave it as it is",
                also=("现价",),
            ),
            Column(
                "waiting",
                "待审价（元）",
                "Price in review (yuan)",
                Holds.YUAN,
                "",
                "正在审核的价格，不修改",
                "what waits for an officer; leave it as it is",
                also=("待审价",),
            ),
            Column(
                "new_price",
                "新价（元）",
                "New price (yuan)",
                Holds.YUAN,
                "6.80",
                "每计价单位的含税价；不调价则留空",
                "of one unit, tax included; empty leaves the price as it is",
                also=("新价",),
                mends={"not_positive": ("填写大于零的价格；停售请下架", "write a price; to stop selling, withdraw it")},
            ),
            _shown("minimum", "起订量", "Minimum order", "5公斤", 20),
            _shown("step", "订货步长", "Step", "0.5公斤", 20),
            *tier_columns(),
            *OUTCOME_COLUMNS,
        ),
        rows_max=ROWS_MAX,
    )
