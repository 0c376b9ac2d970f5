"""How much there is of each is counted among at most so many rows, so that a count costs what a page costs."""

from dataclasses import dataclass, field

from services.catalog.domain.tags import DELIVERED
from services.catalog.store.conditions import Filters, Given, Place, fitting
from shared.db.unit_of_work import UnitOfWork

COUNTED_ROWS_MAX = 10_000
EVERYTHING = Filters()

_SAMPLE = """
WITH found AS MATERIALIZED (
  SELECT s.category, s.origin_county_code, s.supplier_kind, s.tags FROM on_sale s WHERE {where} LIMIT {rows}
)
SELECT 'category' AS facet, category AS value, count(*) AS n FROM found GROUP BY 2
UNION ALL SELECT 'county', origin_county_code, count(*) FROM found WHERE origin_county_code IS NOT NULL GROUP BY 2
UNION ALL SELECT 'supplier_kind', supplier_kind, count(*) FROM found GROUP BY 2
UNION ALL SELECT 'delivers_to', (SELECT string_agg(tag, ' ') FROM unnest(tags) AS tag WHERE tag LIKE '{delivered}%'),
       count(*) FROM found GROUP BY 2
UNION ALL SELECT 'total', '', count(*) FROM found"""
_WHOLE = """
SELECT 'category' AS facet, category AS value, count(*) AS n FROM on_sale WHERE available GROUP BY 2
UNION ALL SELECT 'county', origin_county_code, count(*) FROM on_sale
 WHERE available AND origin_county_code IS NOT NULL GROUP BY 2"""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows have each value, by facet, and whether there may be more than was counted."""

    at_least: bool
    total: int
    by: dict[str, dict[str, int]] = field(default_factory=dict)


async def counted(uow: UnitOfWork, filters: Filters) -> Counts:
    """Count what fits, by category, county of origin, kind of supplier and areas of delivery."""
    given = Given()
    statement = _SAMPLE.format(
        where=fitting(filters, Place.ANYWHERE, given), rows=COUNTED_ROWS_MAX + 1, delivered=DELIVERED
    )
    by = _read(await uow.statement(statement, *given))
    total = by.pop("total", {}).get("", 0)
    return Counts(total > COUNTED_ROWS_MAX, min(total, COUNTED_ROWS_MAX), by)


async def how_many(uow: UnitOfWork, filters: Filters) -> Counts:
    """Count what fits and nothing of what it is."""
    given = Given()
    rows = await uow.statement(
        f"SELECT count(*) AS n FROM (SELECT FROM on_sale s "  # noqa: S608 - our own words; a stranger's are parameters
        f"WHERE {fitting(filters, Place.ANYWHERE, given)} LIMIT {COUNTED_ROWS_MAX + 1}) AS found",
        *given,
    )
    return Counts(rows[0]["n"] > COUNTED_ROWS_MAX, min(rows[0]["n"], COUNTED_ROWS_MAX))


async def everything(uow: UnitOfWork) -> Counts:
    """Count all that is on sale by what an index keeps: its category and county; exact, and as slow as it is long."""
    by = _read(await uow.statement(_WHOLE))
    return Counts(False, sum(by.get("category", {}).values()), by)


def _read(rows: list[dict[str, object]]) -> dict[str, dict[str, int]]:
    by: dict[str, dict[str, int]] = {}
    for row in rows:
        by.setdefault(str(row["facet"]), {})[str(row["value"])] = int(str(row["n"]))
    return by
