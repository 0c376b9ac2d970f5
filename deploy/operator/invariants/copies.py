"""Every copy of a thing is as new as the thing itself."""

from deploy.operator.invariants.check import Check, count_of
from deploy.operator.reading import Snapshots
from shared.contracts.words import ON_THE_WAY
from shared.states import sql_words

_UNITS = ("procurement_quota", "SELECT id, version FROM unit")
_CANTEENS = ("procurement_quota", "SELECT id, version FROM canteen")
_SUPPLIERS = ("catalog", "SELECT supplier_id AS id, version FROM suppliers")
_ON_SALE = (
    "catalog",
    "SELECT listing_id AS id, published_version AS version FROM listings WHERE published_version IS NOT NULL",
)
_FLAGS = ("catalog", "SELECT flag_id AS id, version FROM flags")
_ON_THEIR_WAY = (
    "order",
    "SELECT order_id AS id, coalesce(confirmed_fen, ordered_fen) AS version FROM orders"  # noqa: S608 - of constants
    f" WHERE state IN ({sql_words(ON_THE_WAY)})",
)
"""What an order on its way comes to changes only with what is said of it, so that the amount is its version."""
_STILL_OPEN = """
SELECT o.order_id AS id, coalesce((SELECT a.amount_fen FROM ordered_amount a WHERE a.order_id = o.order_id
  ORDER BY a.version DESC LIMIT 1), o.amount_fen) AS version
FROM ordered o WHERE o.ended_at IS NULL AND o.accepted_on IS NULL
"""

_COPIES = (
    (_UNITS, "catalog", "SELECT unit_id AS id, version FROM units", "unit"),
    (_UNITS, "order", "SELECT unit_id AS id, version FROM units", "unit"),
    (_UNITS, "gateway", "SELECT id, version FROM units", "unit"),
    (_CANTEENS, "catalog", "SELECT canteen_id AS id, version FROM canteens", "canteen"),
    (_CANTEENS, "order", "SELECT canteen_id AS id, version FROM canteens", "canteen"),
    (_CANTEENS, "gateway", "SELECT id, version FROM canteens", "canteen"),
    (_SUPPLIERS, "order", "SELECT supplier_id AS id, version FROM suppliers", "supplier"),
    (_SUPPLIERS, "procurement_quota", "SELECT id, version FROM supplier", "supplier"),
    (_SUPPLIERS, "gateway", "SELECT id, version FROM suppliers", "supplier"),
    (_FLAGS, "procurement_quota", "SELECT flag_id AS id, version FROM flag", "flag"),
    (_ON_SALE, "order", "SELECT listing_id AS id, version FROM listings WHERE on_sale", "listing on sale"),
    (_ON_THEIR_WAY, "procurement_quota", _STILL_OPEN, "open order"),
)

_SUMS = {
    "canteens of a unit that nobody knows": (
        "order",
        "SELECT canteen_id AS id FROM canteens c WHERE NOT EXISTS (SELECT FROM units u WHERE u.unit_id = c.unit_id)",
    ),
    "stock of a listing that nobody knows": (
        "order",
        "SELECT listing_id AS id FROM stock s"
        " WHERE NOT EXISTS (SELECT FROM listings l WHERE l.listing_id = s.listing_id)",
    ),
}


async def copy_checks(read: Snapshots) -> list[Check]:
    """Compare each copy with what it is of."""
    behind, looked_at = [], 0
    for (owner, own), service, copy, thing in _COPIES:
        has = {row.id: row.version for row in await read.rows(owner, own)}
        kept = {row.id: row.version for row in await read.rows(service, copy)}
        looked_at += len(kept)
        behind += [
            f"{service} has {thing} {one} at version {kept.get(one)}, {owner} at {has.get(one)}"
            for one in sorted(has.keys() | kept.keys())
            if has.get(one) != kept.get(one)
        ]
    behind += [f"{what}: {row.id}" for what, (service, sql) in _SUMS.items() for row in await read.rows(service, sql)]
    return [Check(2, "every copy is as new as what it is of", count_of(looked_at, "copies"), behind)]
