"""The sheet on which a supplier counts its stock shows each listing as it stands, and takes new counts alone.

Decision: a count is the whole that lies there, beside the figure that stood there when the sheet was taken, and is
refused where that figure has moved. Why: goods were packed or counted by another meanwhile, and a sum of the two would
be wrong without anybody seeing it. Price: what moved is counted once more.
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from uuid import UUID

from shared.contracts.words import Measure
from shared.money import JIN_GRAMS
from shared.tables.harmless import harmless
from shared.tables.outcome import OUTCOME_COLUMNS
from shared.tables.schema import Column, Holds, TableSchema, plain

ROWS_MAX = 10_000
NEEDED = ("on_hand", "counted")
REASON_DEFAULT = "盘点表"
GRAMS_OF = {"kg": 1_000, "jin": JIN_GRAMS, "g": 1}
PIECE = "piece"
UNITS = {"kg": ("公斤", "kg"), "jin": ("斤", "jin (500 g)"), "g": ("克", "g"), PIECE: ("件", "piece")}
_ALSO = {
    "kg": ("千克",),
    "jin": ("市斤", "jin"),
    PIECE: ("个", "只", "盒", "袋", "瓶", "箱", "包", "份", "罐", "pieces"),
}
_UUID = r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}"


@dataclass(frozen=True, slots=True)
class OnSheet:
    """A listing's stock as a sheet shows it; quantities are grams for goods by weight, else pieces."""

    listing_id: UUID
    on_sale: bool
    name: str
    measure: Measure
    unit_quantity: int
    on_hand: int
    promised: int

    @property
    def unit(self) -> str:
        """Tell in which unit it is counted unless told: in jin what is sold by the jin, else in kilograms or pieces."""
        if self.measure is not Measure.WEIGHT:
            return PIECE
        return "jin" if self.unit_quantity == JIN_GRAMS else "kg"

    def cells(self, language: str) -> dict[str, str]:
        """Write it as a row of the sheet, with the count left to fill in."""
        return {
            "listing": str(self.listing_id),
            "name": self.name,
            "unit": UNITS[self.unit][0 if language == "zh" else 1],
            "on_hand": amount(self.on_hand, self.unit),
            "promised": amount(self.promised, self.unit),
        }

    def is_called(self, name: str) -> bool:
        return plain(name) in (plain(self.name), plain(harmless(self.name)))

    def counts_in(self, unit: str) -> bool:
        """Tell whether goods like these are counted in a unit."""
        return (unit == PIECE) == (self.measure is not Measure.WEIGHT)


def quantity(number: Decimal, unit: str) -> int | None:
    """Give a number of a unit as whole grams or pieces; None where it is none."""
    whole = number * GRAMS_OF.get(unit, 1)
    return int(whole) if whole == int(whole) else None


def amount(whole: int, unit: str) -> str:
    """Write grams or pieces as a number of a unit, with nothing rounded."""
    number = Decimal(whole) / GRAMS_OF.get(unit, 1)
    return f"{number.normalize():f}"


def with_unit(whole: int, unit: str) -> tuple[str, str]:
    """Write grams or pieces with their unit, in both languages."""
    zh, en = UNITS[unit]
    return f"{amount(whole, unit)}{zh}", f"{amount(whole, unit)} {en}"


@cache
def stock_table() -> TableSchema:
    """Give the table; a listing is named by its id, or without one by its exact name."""
    shown = ("按现状填好，不修改", "as it stands; leave it as it is")
    return TableSchema(
        name="stock-counts",
        title="库存盘点表 · Counts of stock",
        sheet=("盘点", "Stock"),
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
            Column("name", "名称", "Name", Holds.TEXT, "茶陵生姜", *shown, characters_max=100),
            Column(
                "unit",
                "单位",
                "Unit",
                Holds.WORD,
                "斤",
                "本行各数量的单位；留空同下载时",
                "of the figures of this row; empty is as the sheet came",
                words=UNITS,
                words_also=_ALSO,
            ),
            Column("on_hand", "现有数量", "On hand", Holds.QUANTITY, "500", *shown),
            Column("promised", "其中已订", "Of it promised", Holds.QUANTITY, "120", *shown),
            Column(
                "counted",
                "盘点数量",
                "Counted",
                Holds.QUANTITY,
                "480",
                "实有数量，含已订未发；不更改则留空",
                "all that lies there, promised goods too; empty leaves it as it is",
                also=("盘点数",),
            ),
            Column("reason", "原因", "Reason", Holds.TEXT, "月末盘点", "可不填", "may be empty", characters_max=200),
            *OUTCOME_COLUMNS,
        ),
        rows_max=ROWS_MAX,
    )
