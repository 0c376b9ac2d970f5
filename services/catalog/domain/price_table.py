"""The table that reference prices are imported from is published: its columns, words and examples."""

from functools import cache

from shared.money import JIN_GRAMS, KG_GRAMS, line_amount_fen
from shared.reference.items import items
from shared.tables.schema import Column, Holds, TableSchema

UNIT_GRAMS = {"kg": KG_GRAMS, "jin": JIN_GRAMS}
UNITS = {"kg": ("公斤", "kg"), "jin": ("斤", "jin (500 g)")}
ROWS_MAX = 5_000


def per_kg_fen(fen: int, unit: str) -> int:
    """Give a price of a unit as one of a kilogram, half a fen rounded up."""
    return line_amount_fen(KG_GRAMS, fen, UNIT_GRAMS[unit])


@cache
def price_table() -> TableSchema:
    """Give the table; an item is named by its code or its name in either language."""
    words = {one.code: (one.name_zh, one.name_en) for one in items().values()}
    also = {one.code: one.also for one in items().values()}
    price_zh, price_en = "元，每计价单位", "yuan for one unit"
    return TableSchema(
        name="reference-prices",
        title="参考价导入表 · Reference prices",
        sheet=("参考价", "Prices"),
        columns=(
            Column(
                "item",
                "品种",
                "Item",
                Holds.WORD,
                "姜",
                "品种名称或代码",
                "its name or code",
                True,
                words=words,
                words_also=also,
            ),
            Column(
                "priced_on",
                "报价日期",
                "Priced on",
                Holds.DAY,
                "2026-03-02",
                "报价所在日期",
                "the day of the price",
                True,
            ),
            Column("unit", "计价单位", "Unit", Holds.WORD, "公斤", "公斤或斤", "kg or jin", True, words=UNITS),
            Column("low", "最低价", "Lowest", Holds.YUAN, "8.00", price_zh, price_en, True),
            Column("median", "中间价", "Median", Holds.YUAN, "10.00", price_zh, price_en, True, also=("平均价",)),
            Column("high", "最高价", "Highest", Holds.YUAN, "13.00", price_zh, price_en, True),
            Column(
                "region",
                "地区或市场",
                "Region or market",
                Holds.TEXT,
                "长沙红星市场",
                "报价来自哪里",
                "where it was seen",
                characters_max=60,
            ),
        ),
        rows_max=ROWS_MAX,
    )
