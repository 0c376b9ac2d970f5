"""What one sees as a table can be saved as one: CSV in UTF-8 with BOM, of which no cell is taken for a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from starlette.responses import Response

from shared.tables.harmless import harmless

_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def table_out(name: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> Response:
    """Answer with a table under a file's name of letters, digits and dashes."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows([cell if _NUMBER.fullmatch(cell) else harmless(cell) for cell in row] for row in rows)
    headers = {"content-disposition": f'attachment; filename="{name}.csv"', "cache-control": "no-store"}
    return Response("\ufeff" + text.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)
