"""How much there is of each is counted among at most so many rows, so that a count costs what a page costs."""

from dataclasses import dataclass, field

from services.catalog.domain.tags import DELIVERED
from services.catalog.store import search
from services.catalog.store.conditions import Filters, Given, Place, fitting
from services.catalog.store.search import Order
from shared.db.unit_of_work import UnitOfWork

COUNTED_ROWS_MAX = 10_000
EVERYTHING = Filters()

_LOOKED_AT = "category, origin_county_code, supplier_kind, supplier_id, price_rank, available, tags, grams, sounds"
_COUNTED = """
SELECT 'category' AS facet, category AS value, count(*) AS n FROM found GROUP BY 2
UNION ALL SELECT 'county', origin_county_code, count(*) FROM found WHERE origin_county_code <> '' GROUP BY 2
UNION ALL SELECT 'supplier_kind', supplier_kind, count(*) FROM found GROUP BY 2
UNION ALL SELECT 'delivers_to', (SELECT string_agg(tag, ' ') FROM unnest(tags) AS tag WHERE tag LIKE '{delivered}%'),
       count(*) FROM found GROUP BY 2
UNION ALL SELECT 'total', '', count(*) FROM found"""
_WHOLE = """
SELECT 'category' AS facet, category AS value, count(*) AS n FROM on_sale WHERE available GROUP BY 2
UNION ALL SELECT 'county', origin_county_code, count(*) FROM on_sale
 WHERE available AND origin_county_code <> '' GROUP BY 2"""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows have each value, by facet, and whether there may be more than was counted."""

    at_least: bool
    total: int
    by: dict[str, dict[str, int]] = field(default_factory=dict)


async def counted(uow: UnitOfWork, filters: Filters) -> Counts:
    """Count what fits, by category, county of origin, kind of supplier and areas of delivery."""
    return await _among(uow, filters, _COUNTED.format(delivered=DELIVERED))


async def how_many(uow: UnitOfWork, filters: Filters) -> Counts:
    """Count what fits and nothing of what it is."""
    return await _among(uow, filters, "SELECT 'total' AS facet, '' AS value, count(*) AS n FROM found")


async def _among(uow: UnitOfWork, filters: Filters, counts: str) -> Counts:
    """Count among at most so many rows: of what little fits, or of the newest where much is expected to.

    Left to itself the planner reads the whole table for the first rows that fit, seconds where none do.
    """
    given, bound = Given(), COUNTED_ROWS_MAX + 1
    if await search.expected(uow, filters, Place.ANYWHERE) < search.DENSE_ROWS:
        looked_at = (
            f"SELECT {_LOOKED_AT} FROM on_sale s "  # noqa: S608 - our own words; a stranger's are parameters
            f"WHERE {fitting(filters, Place.ANYWHERE, given)} LIMIT {bound}"
        )
        found = "looked_at"
    else:
        looked_at = (
            f"SELECT {_LOOKED_AT} FROM on_sale s WHERE {search.indexed(filters, Order.NEWEST, given)} "  # noqa: S608 - as above
            f"ORDER BY s.published_us DESC, s.listing_id DESC LIMIT {bound}"
        )
        found = f"looked_at AS s WHERE {fitting(filters, Place.ANYWHERE, given)}"
    rows = await uow.statement(
        f"WITH looked_at AS MATERIALIZED ({looked_at}), found AS (SELECT * FROM {found}) {counts} "  # noqa: S608 - as above
        "UNION ALL SELECT 'looked at', '', count(*) FROM looked_at",
        *given,
    )
    by = _read(rows)
    total, seen = by.pop("total", {}).get("", 0), by.pop("looked at")[""]
    return Counts(seen > COUNTED_ROWS_MAX, min(total, COUNTED_ROWS_MAX), by)


async def everything(uow: UnitOfWork) -> Counts:
    """Count all that is on sale by what an index keeps: its category and county; exact, and as slow as it is long."""
    by = _read(await uow.statement(_WHOLE))
    return Counts(False, sum(by.get("category", {}).values()), by)


def _read(rows: list[dict[str, object]]) -> dict[str, dict[str, int]]:
    by: dict[str, dict[str, int]] = {}
    for row in rows:
        by.setdefault(str(row["facet"]), {})[str(row["value"])] = int(str(row["n"]))
    return by
