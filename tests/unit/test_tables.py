"""A table of any columns is opened, read and published by the same rules; its schema alone says what differs."""

from decimal import Decimal

import pytest

from shared.media import CSV, XLSX
from shared.tables.cells import RowReading
from shared.tables.opening import ImportUnreadable, Table, open_table
from shared.tables.reading import read_or_refuse, take_rows
from shared.tables.schema import Column, Holds, TableSchema
from shared.tables.template import filled, template

UNIT = Column("unit", "单位", "Unit", Holds.WORD, "斤", "计价单位", "what a price is for", words={"jin": ("斤", "jin")})
PRICES = TableSchema(
    name="prices",
    title="价格表 · Prices",
    sheet=("价格", "Prices"),
    columns=(
        Column("item", "品名", "Item", Holds.TEXT, "生姜", "品名", "what it is", required=True, characters_max=4),
        Column("price_yuan", "价格（元）", "Price (yuan)", Holds.YUAN, "6.50", "含税", "with tax", also=("价格",)),
        UNIT,
    ),
    rows_max=2,
)

COUNTS = TableSchema(
    name="counts",
    title="",
    sheet=("盘点", "Counts"),
    columns=(Column("count", "数量", "Count", Holds.QUANTITY, "5", "", ""),),
)


def opened(*lines: str) -> Table:
    return open_table("\n".join(lines).encode(), "prices.csv", PRICES)


def only(table: Table) -> RowReading:
    [row] = take_rows(table, 10)
    return read_or_refuse(row, table)


class TestASchema:
    def test_is_read_by_its_own_columns_and_words(self) -> None:
        reading = only(opened("Unit,品名,价格", "斤,生姜,¥6.5"))
        assert (reading.values, reading.errors) == ({"unit": "jin", "item": "生姜", "price_yuan": 650}, [])

    def test_bounds_its_own_texts_and_says_how_to_mend(self) -> None:
        errors = only(opened("品名,价格", "一二三四五,0")).errors
        assert [(one["column"], one["rule"]) for one in errors] == [("A", "too_long"), ("B", "not_positive")]
        assert errors[1]["mend"] == {"zh": "填写大于零的金额", "en": "write what it comes to"}

    def test_bounds_its_own_rows(self) -> None:
        assert len(take_rows(opened("品名", "a", "b"), 10)) == 2
        with pytest.raises(ImportUnreadable) as refused:
            take_rows(opened("品名", "a", "b", "c"), 10)
        assert refused.value.facts["errors"][0]["says"] == "has more than 2 rows; split it"

    def test_passes_over_blank_rows_far_below_and_still_sees_what_stands_under_them(self) -> None:
        assert len(take_rows(opened("品名,价格", *[",,"] * 5_000), 10_000)) == 9
        with pytest.raises(ImportUnreadable, match="too_many_rows"):
            take_rows(opened("品名,价格", *[""] * 5_000, "生姜,7"), 10_000)

    @pytest.mark.parametrize("name", ["prices", "3.2调价", "调价（2）.csv", "a.b.CSV ", "新价.", "调价.2026"])
    def test_is_not_misled_by_points_in_a_name(self, name: str) -> None:
        assert open_table("品名,价格\n生姜,7".encode(), name, PRICES).header == ["item", "price_yuan"]

    @pytest.mark.parametrize("name", ["a.xlsx", "a.png", "调价.pdf", "a.csv.exe"])
    def test_refuses_a_name_that_says_otherwise(self, name: str) -> None:
        with pytest.raises(ImportUnreadable, match="wrong_ending"):
            open_table("品名,价格\n生姜,7".encode(), name, PRICES)

    def test_asks_for_more_columns_where_they_are_needed(self) -> None:
        with pytest.raises(ImportUnreadable) as refused:
            open_table("品名\n生姜".encode(), "prices.csv", PRICES, ("unit",))
        assert [(one["rule"], one["title"]) for one in refused.value.facts["errors"]] == [("column_missing", "单位")]

    def test_is_published_with_what_it_holds(self) -> None:
        fields = {one["name"]: one for one in PRICES.published()["fields"]}
        assert {name: one["type"] for name, one in fields.items()} == {
            "item": "string",
            "price_yuan": "number",
            "unit": "string",
        }
        assert fields["unit"]["constraints"] == {"required": False, "enum": ["jin", "斤", "jin"]}

    def test_writes_the_template_that_it_reads(self) -> None:
        table = open_table(template(PRICES, CSV, "en"), "prices.csv", PRICES)
        assert only(table).values == {"item": "生姜", "price_yuan": 650, "unit": "jin"}

    @pytest.mark.parametrize(
        ("text", "read"),
        [("0", "0"), ("980.5", "980.5"), ("９８０．５", "980.5"), ('"1,280"', "1280"), ("+5", "5"), ("-0", "0")],
    )
    def test_reads_a_quantity_as_a_decimal(self, text: str, read: str) -> None:
        assert only(open_table(f"数量\n{text}".encode(), "a.csv", COUNTS)).values["count"] == Decimal(read)

    @pytest.mark.parametrize(
        ("text", "rule"),
        [("-1", "negative"), ('"1,28"', "not_a_number"), ("5斤", "not_a_number"), ("1e3", "not_a_number")],
    )
    def test_refuses_what_is_no_quantity(self, text: str, rule: str) -> None:
        assert [one["rule"] for one in only(open_table(f"数量\n{text}".encode(), "a.csv", COUNTS)).errors] == [rule]

    @pytest.mark.parametrize("media_type", [CSV, XLSX])
    def test_writes_rows_of_which_a_spreadsheet_computes_none(self, media_type: str) -> None:
        body = filled(PRICES, media_type, "zh", [{"item": "=1+", "price_yuan": "6.50"}, {"item": "@b"}])
        table = open_table(body, "", PRICES)
        rows = [read_or_refuse(row, table) for row in take_rows(table, 10) if not row.blank]
        assert [row.values for row in rows] == [{"item": "'=1+", "price_yuan": 650}, {"item": "'@b"}]

    def test_refuses_two_columns_under_one_title(self) -> None:
        again = Column("name", "品名", "Name", Holds.TEXT, "", "", "")
        with pytest.raises(ValueError, match="one title"):
            TableSchema("twice", "", ("表", "Sheet"), (again, *PRICES.columns))
