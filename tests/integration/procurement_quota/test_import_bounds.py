"""What a file or a person may not do by an import: hide rows, leave files, verify their own, strip what was moved."""

import io
import zipfile

import pytest

from services.procurement_quota.clients.tables_in import ImportUnreadable, Table, open_table
from services.procurement_quota.domain.import_cells import Cell, CellKind, TableRow
from services.procurement_quota.usecases.work_on_imports import read_or_refuse
from tests.build.sheets import a_book, a_row, with_merged_columns, with_part


def a_far_row(place: int) -> bytes:
    """Write a good row, and another one far below."""
    sheet, book = "xl/worksheets/sheet1.xml", a_book(a_row(), a_row())
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        before = archive.read(sheet)
    assert b'r="3"' in before
    return with_part(book, sheet, before.replace(b'r="3"', b'r="%d"' % place))


def test_a_row_far_below_is_never_left_out_in_silence() -> None:
    table = open_table(a_far_row(100_005), "a.xlsx", unit_wide=False)
    assert [row.number for row in table.rows if not row.blank] == [2, 100_005]
    table = open_table(a_far_row(9_999_999), "a.xlsx", unit_wide=False)
    with pytest.raises(ImportUnreadable) as refused:
        list(table.rows)
    assert refused.value.facts["errors"][0]["rule"] == "too_many_rows"


def test_a_row_tells_a_few_of_a_thousand_ranges_that_touch_it() -> None:
    table = open_table(with_merged_columns(1_000), "a.xlsx", unit_wide=False)
    [row] = [row for row in table.rows if not row.blank]
    assert row.merged == ["A2:A1048576"] * 3


def test_a_row_that_nobody_foresaw_is_a_bad_row() -> None:
    table = Table("text/csv", ["no such column"], ["?"], iter(()), 1)
    reading = read_or_refuse(TableRow(7, [Cell(CellKind.TEXT, "x")]), table)
    assert [(error["row"], error["rule"]) for error in reading.errors] == [(7, "unreadable")]
