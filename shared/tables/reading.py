"""The rows of a table are read a few at a time, and one that nobody foresaw is a bad row, not the end of the file."""

from itertools import islice

from shared.logs import logger
from shared.tables.cells import RowReading, TableRow, Wrong, problem, read_row
from shared.tables.opening import ImportUnreadable, Table, too_many_rows, unreadable

log = logger(__name__)


def take_rows(table: Table, count: int) -> list[TableRow]:
    """Take the next rows. Raises ImportUnreadable for a file that breaks off, or that goes on too long."""
    try:
        rows = list(islice(table.rows, count))
    except ImportUnreadable:
        raise
    except Exception as error:
        says, zh = "breaks off; open it in a spreadsheet and save it anew", "内容不完整，请用表格软件打开后另存"
        raise unreadable("broken", says, zh) from error
    if any(row.number > table.schema.rows_max + 1 and not row.blank for row in rows):
        raise too_many_rows(table.schema)
    return rows


def read_or_refuse(row: TableRow, table: Table) -> RowReading:
    """Read a row; one that nobody foresaw is a bad row with a problem, and the file goes on behind it."""
    try:
        return read_row(row, table.schema, table.header, table.titles, table.epoch_1904)
    except Exception:
        log.exception("a row could not be read", extra={"row": row.number})
        wrong = Wrong(
            "unreadable",
            "无法读取该行",
            "cannot be read",
            "核对各单元格，重新填写后再导入",
            "check its cells, type them again and import anew",
        )
        return RowReading(row.number, errors=[problem(row.number, "", "", "", "", wrong)])
