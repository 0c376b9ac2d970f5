"""How much there is of each is counted among at most so many rows, so that a count costs what a page costs.

Decision: what fits is gathered by the index of words and tags until there are COUNTED_ROWS_MAX. Only a word that
stands in a good part of all rows is looked for among the newest NEWEST_ROWS_MAX.
Why: the words lie beside the row, and the planner would read them for the whole table where it expects that much.
Price: of such a word the counts say less than they could.
"""

from dataclasses import dataclass, field

from services.catalog.domain.tags import BAND, CERTIFICATE, DELIVERED, LABEL
from services.catalog.store import search
from services.catalog.store.conditions import Filters, Given, Place, fitting
from services.catalog.store.frequencies import Known
from services.catalog.store.search import Order
from services.catalog.store.ways import common, gathered
from shared.db.unit_of_work import UnitOfWork

COUNTED_ROWS_MAX = 10_000
NEWEST_ROWS_MAX = 2_000
COMMON_PART = 0.15
EVERYTHING = Filters()
TOLD = (CERTIFICATE, BAND, LABEL)

_LOOKED_AT = "category, origin_county_code, supplier_id, price_rank, available, recognised_to, tags"
_COUNTED = """
SELECT 'category' AS facet, category AS value, count(*) AS n FROM found GROUP BY 2
UNION ALL SELECT 'county', origin_county_code, count(*) FROM found WHERE origin_county_code <> '' GROUP BY 2
UNION ALL SELECT 'tag', tag, count(*) FROM found, unnest(tags) AS tag WHERE left(tag, 2) = ANY ('{{{told}}}') GROUP BY 2
UNION ALL SELECT 'recognised_to', recognised_to::text, count(*) FROM found WHERE recognised_to IS NOT NULL GROUP BY 2
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


async def counted(uow: UnitOfWork, known: Known, filters: Filters) -> Counts:
    """Count what fits, by category, county of origin, areas of delivery, last days of recognition, and TOLD tags."""
    return await _among(uow, known, filters, _COUNTED.format(delivered=DELIVERED, told=",".join(TOLD)))


async def how_many(uow: UnitOfWork, known: Known, filters: Filters) -> Counts:
    """Count what fits and nothing of what it is."""
    return await _among(uow, known, filters, "SELECT 'total' AS facet, '' AS value, count(*) AS n FROM found")


async def _among(uow: UnitOfWork, known: Known, filters: Filters, counts: str) -> Counts:
    """Count among at most so many rows: of what fits, or of the newest where a word is common."""
    given = Given()
    if filters.words and common(known, filters) > COMMON_PART:
        most = NEWEST_ROWS_MAX
        looked_at = (
            f"SELECT {_LOOKED_AT}, grams, sounds FROM on_sale s WHERE {search.indexed(filters, Order.NEWEST, given)} "  # noqa: S608 - our own words; a stranger's are parameters
            f"ORDER BY s.published_us DESC, s.listing_id DESC LIMIT {most + 1}"
        )
        found = f"looked_at AS s WHERE {fitting(filters, Place.ANYWHERE, given)}"
    else:
        most = COUNTED_ROWS_MAX
        by_row = gathered(known, filters, Place.ANYWHERE).by_row
        fit = f"SELECT {_LOOKED_AT} FROM on_sale s WHERE {fitting(filters, Place.ANYWHERE, given, by_row)}"  # noqa: S608 - as above
        # Planned for all that fits, and read only so far: planned for the first rows, it would read the whole table.
        looked_at = f"WITH fit AS MATERIALIZED ({fit}) SELECT * FROM fit LIMIT {most + 1}"  # noqa: S608 - as above
        found = "looked_at"
    rows = await uow.statement(
        f"WITH looked_at AS MATERIALIZED ({looked_at}), found AS (SELECT * FROM {found}) {counts} "  # noqa: S608 - as above
        "UNION ALL SELECT 'looked at', '', count(*) FROM looked_at",
        *given,
    )
    by = _read(rows)
    total, seen = by.pop("total", {}).get("", 0), by.pop("looked at")[""]
    return Counts(seen > most, min(total, most), by)


async def everything(uow: UnitOfWork) -> Counts:
    """Count all that is on sale by what an index keeps: its category and county; exact, and as slow as it is long."""
    by = _read(await uow.statement(_WHOLE))
    return Counts(False, sum(by.get("category", {}).values()), by)


def _read(rows: list[dict[str, object]]) -> dict[str, dict[str, int]]:
    by: dict[str, dict[str, int]] = {}
    for row in rows:
        by.setdefault(str(row["facet"]), {})[str(row["value"])] = int(str(row["n"]))
    return by
