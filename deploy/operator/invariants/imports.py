"""What a sheet says that it did was done by it: each accepted row is one change, and each change has its row."""

from deploy.operator.invariants.check import Check, count_of
from deploy.operator.reading import Snapshots

PRICES = """
WITH rows AS (
  SELECT r.import_id, r.row, r.change_id, r.listing_id, r.state, r.given, i.accepted_by
  FROM listing_import_rows r JOIN listing_imports i ON i.id = r.import_id
), by_sheet AS (
  SELECT * FROM price_changes WHERE substr(CAST(change_id AS text), 15, 1) = '5'
)
SELECT r.import_id, r.row, c.change_id AS change FROM rows r FULL JOIN by_sheet c USING (change_id)
LEFT JOIN listing_versions v ON (v.listing_id, v.version) = (c.listing_id, c.version)
WHERE CASE
  WHEN c.change_id IS NULL THEN r.state IN ('published', 'submitted')
  ELSE (r.state, r.listing_id, r.accepted_by) IS DISTINCT FROM (c.outcome, c.listing_id, c.changed_by)
    OR (v.price_fen, v.price_tiers) IS DISTINCT FROM (c.price_fen, c.price_tiers)
    OR coalesce(CAST(r.given ->> 'new_price_fen' AS bigint), c.price_fen) <> c.price_fen
    OR coalesce(nullif(r.given -> 'new_price_tiers', 'null'), c.price_tiers) <> c.price_tiers
END
ORDER BY 1, 2, 3
"""
"""A change by a sheet is named after its row (RFC 9562, version 5), one by a device by when it was made (version 7)."""

COUNTS = """
WITH rows AS (
  SELECT r.import_id, r.row, r.listing_id, r.state, r.given, i.accepted_by
  FROM stock_import_rows r JOIN stock_imports i ON i.id = r.import_id
), by_sheet AS (
  SELECT *, import_row AS row FROM stock_changes WHERE import_id IS NOT NULL
)
SELECT r.import_id, r.row, c.id AS change FROM rows r FULL JOIN by_sheet c USING (import_id, row)
WHERE CASE
  WHEN c.id IS NULL THEN r.state = 'done'
  ELSE (r.state, r.listing_id, r.accepted_by) IS DISTINCT FROM ('done', c.listing_id, c.account_id)
    OR (r.given ->> 'on_hand', r.given ->> 'counted')
      IS DISTINCT FROM (CAST(c.before AS text), CAST(c.after AS text))
END
ORDER BY 1, 2, 3
"""


async def import_checks(read: Snapshots) -> list[Check]:
    """Hold the sheets of prices and of stock against what was changed by them."""
    return [
        await _one_to_one(read, "catalog", PRICES, "listing_import_rows", "of new prices"),
        await _one_to_one(read, "order", COUNTS, "stock_import_rows", "of counted stock"),
    ]


async def _one_to_one(read: Snapshots, service: str, sql: str, table: str, what: str) -> Check:
    wrong = [
        f"change {row.change} is of no row of a sheet"
        if row.import_id is None
        else f"import {row.import_id} row {row.row} is not the change that it says"
        for row in await read.rows(service, sql)
    ]
    rows = await read.value(service, f"SELECT count(*) FROM {table}")  # noqa: S608 - a table of ours
    return Check(2, f"each row {what} that was done is one change, and no other", count_of(rows, "rows"), wrong)
