"""What is on sale is a version that was let on sale, and nobody changes a version that somebody has seen."""

# ruff: noqa: S608 - names of our own

from typing import Any
from uuid import UUID

from deploy.operator.invariants.check import Check, count_of
from deploy.operator.reading import Snapshots
from services.catalog.domain.grams import STEPS_SINCE
from services.catalog.domain.prices import Prices, is_jump
from services.catalog.domain.steps import (
    NEWEST_STEP,
    NEWEST_STEP_BITS,
    PRICE_STEP,
    STAIRS_MAX,
    STEPS_OF_A_STAIR,
    price_floor,
)
from services.catalog.domain.terms import TIERS_MAX, tier_problems
from services.order.domain.on_site import OVER_LISTED_BP_MAX

_ROLE = "catalog_app"
_MARKS = ("photo_ids", "published_at", "published_by")
"""What is noted on a version after it was written."""

_NEVER_PUBLISHED = """
SELECT l.listing_id AS id FROM listings l LEFT JOIN listing_versions v
  ON (v.listing_id, v.version) = (l.listing_id, l.published_version)
WHERE l.published_version IS NOT NULL AND (v.published_at IS NULL
  OR l.last_published_version IS DISTINCT FROM l.published_version)
ORDER BY 1
"""
_ROWS_APART = """
SELECT coalesce(o.listing_id, l.listing_id) AS id FROM on_sale o
FULL JOIN (SELECT * FROM listings WHERE published_version IS NOT NULL) l ON l.listing_id = o.listing_id
LEFT JOIN listing_versions v ON (v.listing_id, v.version) = (l.listing_id, l.published_version)
WHERE (o.version, o.supplier_id, o.category) IS DISTINCT FROM (l.published_version, l.supplier_id, v.category)
  OR coalesce(o.origin_county_code, '') <> v.origin_county_code
  OR o.published_us <> CAST(extract(epoch FROM v.published_at) * 1000000 AS bigint)
  OR CAST(o.item AS jsonb) @> jsonb_build_object('listing_version', v.version, 'name', v.name,
    'price_fen', v.price_fen, 'unit_quantity', v.unit_quantity, 'minimum_quantity', v.minimum_quantity,
    'step_quantity', v.step_quantity) IS NOT TRUE
ORDER BY 1
"""
_NOT_ADMITTED = """
SELECT l.listing_id AS id FROM listings l JOIN suppliers s USING (supplier_id)
WHERE s.state <> 'admitted' AND (l.published_version IS NOT NULL
  OR EXISTS (SELECT FROM on_sale o WHERE o.listing_id = l.listing_id))
ORDER BY 1
"""

_IN_STEPS = "(o.folding = 0 OR o.folding >= :since)"
_STEP = "width_bucket(o.price_rank, CAST(:floors AS bigint[]))"
_OUT_OF_STEP = f"""
SELECT o.listing_id AS id FROM on_sale o WHERE {_IN_STEPS}
  AND NOT o.tags @> ARRAY['{PRICE_STEP}' || {_STEP}, '{NEWEST_STEP}' || (o.published_us >> {NEWEST_STEP_BITS})]
ORDER BY 1
"""
_NOT_NOTED = f"""
SELECT DISTINCT o.listing_id AS id FROM on_sale o CROSS JOIN LATERAL (
  SELECT 'g' || gram AS word FROM unnest(o.grams) AS gram UNION ALL SELECT 's' || sound FROM unnest(o.sounds) AS sound
  UNION ALL SELECT 't' || tag FROM unnest(o.tags) AS tag WHERE left(tag, 2) NOT IN ('{PRICE_STEP}', '{NEWEST_STEP}')
) AS own LEFT JOIN word_stairs k ON k.word = own.word
WHERE {_IN_STEPS} AND (k.word IS NULL OR get_bit(k.stairs, {_STEP} / {STEPS_OF_A_STAIR}) = 0)
ORDER BY 1
"""
_FLOORS = [price_floor(step) for step in range(1, STAIRS_MAX * STEPS_OF_A_STAIR)]

_MAY = """
SELECT column_name AS name FROM information_schema.columns
WHERE table_schema = 'public' AND table_name = 'listing_versions' AND column_name <> ALL (:marks)
  AND has_column_privilege(:role, 'listing_versions', column_name, 'UPDATE')
UNION ALL SELECT 'rows of versions' WHERE has_table_privilege(:role, 'listing_versions', 'DELETE')
ORDER BY 1
"""
_AGREED = """
SELECT listing_id, version, md5(CAST(jsonb_build_object('name', name, 'category', category, 'measure', measure,
    'unit_name', unit_name, 'unit_quantity', unit_quantity, 'piece_grams', piece_grams, 'price_fen', price_fen,
    'price_tiers', price_tiers, 'minimum_quantity', minimum_quantity, 'step_quantity', step_quantity,
    'origin_county_code', origin_county_code) AS text)) AS terms
FROM listing_versions WHERE published_at IS NOT NULL
"""
_TOLD = "SELECT listing_id, version, md5(CAST(terms AS text)) AS terms FROM listing_terms"

_TIERS = """
SELECT listing_id AS id, version, price_fen, price_tiers, minimum_quantity, step_quantity FROM listing_versions
WHERE price_tiers <> '[]' ORDER BY 1, 2
"""
_BY_THEMSELVES = """
SELECT n.listing_id AS id, n.version, n.price_fen, n.price_tiers, v.price_fen AS seen_fen, v.price_tiers AS seen_tiers
FROM listing_versions n LEFT JOIN LATERAL (
  SELECT * FROM listing_versions b WHERE b.listing_id = n.listing_id AND b.version < n.version
    AND b.published_by = 'officer' ORDER BY b.version DESC LIMIT 1) own ON true
LEFT JOIN listing_repeats r ON r.listing_id = n.listing_id
LEFT JOIN listing_versions v ON (v.listing_id, v.version) = (coalesce(own.listing_id, r.reviewed_listing_id),
  coalesce(own.version, r.reviewed_version))
WHERE n.published_by IN ('price_change', 'repeat') ORDER BY 1, 2
"""
_WAITS_NOWHERE = """
SELECT change_id AS id FROM price_changes c WHERE outcome = 'published'
  AND NOT EXISTS (SELECT FROM prices_to_see u WHERE u.change_id = c.change_id)
  AND NOT EXISTS (SELECT FROM price_looks k WHERE k.listing_id = c.listing_id AND k.version >= c.version)
  AND NOT EXISTS (SELECT FROM listing_versions v WHERE v.listing_id = c.listing_id AND v.version > c.version
    AND v.published_by = 'officer')
ORDER BY 1
"""
_LINES = f"""
SELECT l.order_id AS id, l.line_id FROM order_lines l JOIN orders o USING (order_id)
JOIN listing_terms t ON (t.listing_id, t.version) = (l.listing_id, l.listing_version)
WHERE CASE o.channel WHEN 'on_site' THEN
  l.price_fen NOT BETWEEN 1 AND CAST(t.terms ->> 'price_fen' AS bigint)
    + CAST(t.terms ->> 'price_fen' AS bigint) * {OVER_LISTED_BP_MAX} / 10000
  OR t.terms ->> 'origin_county_code' <> l.origin_county_code
ELSE l.price_fen <> coalesce((
    SELECT CAST(tier ->> 'price_fen' AS bigint) FROM jsonb_array_elements(t.terms -> 'price_tiers') AS tier
    WHERE CAST(tier ->> 'from_quantity' AS bigint) <= l.quantity
    ORDER BY CAST(tier ->> 'from_quantity' AS bigint) DESC LIMIT 1), CAST(t.terms ->> 'price_fen' AS bigint))
  OR l.quantity < CAST(t.terms ->> 'minimum_quantity' AS bigint)
  OR (l.quantity - CAST(t.terms ->> 'minimum_quantity' AS bigint)) % CAST(t.terms ->> 'step_quantity' AS bigint) <> 0
END
ORDER BY 1, 2
"""
"""At a stall goods are sold by what the scale shows, at a price of the spot."""


async def listing_checks(read: Snapshots) -> list[Check]:
    """Look at what is on sale, at what was ever on sale, and at what was ordered of it."""
    return [await _on_sale(read), await _kept(read), await _priced(read), await _ordered(read)]


async def _on_sale(read: Snapshots) -> Check:
    wrong = [
        f"listing {row.id} is on sale in a version that was not let on sale"
        for row in await read.rows("catalog", _NEVER_PUBLISHED)
    ]
    wrong += [
        f"listing {row.id} is found otherwise than it was published" for row in await read.rows("catalog", _ROWS_APART)
    ]
    wrong += [
        f"listing {row.id} is on sale, and its supplier is not admitted"
        for row in await read.rows("catalog", _NOT_ADMITTED)
    ]
    steps = {"since": STEPS_SINCE, "floors": _FLOORS}
    wrong += [
        f"listing {row.id} stands in another step than its price or its time"
        for row in await read.rows("catalog", _OUT_OF_STEP, **steps)
    ]
    wrong += [
        f"listing {row.id} has a word that is not known to be on sale at its price"
        for row in await read.rows("catalog", _NOT_NOTED, **steps)
    ]
    rows = await read.value("catalog", "SELECT count(*) FROM on_sale")
    return Check(9, "what is on sale was let on sale, of who may sell", count_of(rows, "listings"), wrong)


async def _kept(read: Snapshots) -> Check:
    """Hold each version that was ever on sale against what the order service was told of it."""
    may = await read.rows("catalog", _MAY, role=_ROLE, marks=list(_MARKS))
    wrong = [f"{_ROLE} may change {row.name}" for row in may]
    told = {(row.listing_id, row.version): row.terms for row in await read.rows("order", _TOLD)}
    for row in await read.rows("catalog", _AGREED):
        if told.get((row.listing_id, row.version), row.terms) != row.terms:
            wrong.append(f"listing {row.listing_id} version {row.version} is not what was told of it")
    return Check(6, "the terms of a published version never change", count_of(told, "versions"), wrong)


async def _priced(read: Snapshots) -> Check:
    """Look for tiers that do not fall, and for a price far from what an officer saw that no officer let on sale."""
    wrong, looked_at = [], 0
    for row in await read.rows("catalog", _TIERS):
        looked_at += 1
        said = {
            "price_fen": row.price_fen,
            "minimum_quantity": row.minimum_quantity,
            "step_quantity": row.step_quantity,
        }
        if len(row.price_tiers) > TIERS_MAX or tier_problems(row.price_tiers, **said):
            wrong.append(f"the tiers of {_named(row.id, row.version)} do not fall")
    for row in await read.rows("catalog", _BY_THEMSELVES):
        looked_at += 1
        if row.seen_fen is None or is_jump(
            _prices(row.seen_fen, row.seen_tiers), _prices(row.price_fen, row.price_tiers)
        ):
            wrong.append(f"{_named(row.id, row.version)} is on sale at a price that no officer saw")
    wrong += [f"change {row.id} waits for nobody" for row in await read.rows("catalog", _WAITS_NOWHERE)]
    return Check(
        9, "tiers fall, and a price that nobody looked at is near one that was", count_of(looked_at, "versions"), wrong
    )


async def _ordered(read: Snapshots) -> Check:
    wrong = [
        f"order {row.id} line {row.line_id} is not within the terms of its version"
        for row in await read.rows("order", _LINES)
    ]
    lines = await read.value("order", "SELECT count(*) FROM order_lines")
    return Check(7, "what was ordered is within the terms of its version", count_of(lines, "lines"), wrong)


def _prices(price_fen: int, tiers: Any) -> Prices:
    return Prices.of(price_fen, tiers)


def _named(listing_id: UUID, version: int) -> str:
    return f"listing {listing_id} version {version}"
