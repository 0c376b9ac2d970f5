"""Changed prices that wait to be seen, as they are stored, each beside what stood before and what was seen last."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as insert_or_not

from services.catalog.store.price_look_tables import price_looks, prices_to_see
from shared.db.unit_of_work import ReadTx, Tx

_TO_SEE = """
SELECT u.change_id, u.listing_id, u.version, u.changed_at, c.changed_by, l.published_version,
       s.supplier_id, s.name AS supplier_name, s.county_code,
       n.name, n.category, n.item_code, n.measure, n.unit_name, n.unit_quantity, n.piece_grams,
       n.price_fen, n.price_tiers,
       b.version AS before_version, b.price_fen AS before_fen, b.price_tiers AS before_tiers,
       v.version AS seen_version, v.price_fen AS seen_fen, v.price_tiers AS seen_tiers,
       coalesce(k.seen_at, v.published_at) AS seen_at, k.seen_at IS NOT NULL AS seen_in_queue
FROM prices_to_see u
JOIN price_changes c ON c.change_id = u.change_id
JOIN listings l ON l.listing_id = u.listing_id
JOIN suppliers s ON s.supplier_id = l.supplier_id
JOIN listing_versions n ON n.listing_id = u.listing_id AND n.version = u.version
LEFT JOIN LATERAL (
  SELECT * FROM listing_versions w WHERE w.listing_id = u.listing_id AND w.version < u.version
    AND w.published_at IS NOT NULL ORDER BY w.version DESC LIMIT 1) b ON true
LEFT JOIN LATERAL (
  SELECT w.version FROM listing_versions w WHERE w.listing_id = u.listing_id AND w.version < u.version
    AND w.published_by = 'officer' ORDER BY w.version DESC LIMIT 1) o ON true
LEFT JOIN LATERAL (
  SELECT w.version, w.seen_at FROM price_looks w WHERE w.listing_id = u.listing_id AND w.version < u.version
    AND w.version > coalesce(o.version, 0) ORDER BY w.version DESC LIMIT 1) k ON true
LEFT JOIN listing_repeats r ON r.listing_id = u.listing_id
LEFT JOIN listing_versions v
  ON v.listing_id = CASE WHEN coalesce(k.version, o.version) IS NULL THEN r.reviewed_listing_id ELSE u.listing_id END
  AND v.version = coalesce(k.version, o.version, r.reviewed_version)
WHERE s.unit_path ^@ ANY (CAST(:paths AS text[]))
  AND (CAST(:supplier_id AS uuid) IS NULL OR s.supplier_id = :supplier_id)
  AND (CAST(:after_at AS timestamptz) IS NULL OR (u.changed_at, u.change_id) > (:after_at, :after_id))
ORDER BY u.changed_at, u.change_id LIMIT :limit
"""
_PAGE = sa.text(_TO_SEE).bindparams(
    sa.bindparam("supplier_id", type_=sa.Uuid),
    sa.bindparam("after_at", type_=sa.DateTime(timezone=True)),
    sa.bindparam("after_id", type_=sa.Uuid),
)


async def page(
    tx: ReadTx,
    paths: Sequence[str],
    *,
    supplier_id: UUID | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[sa.Row[Any]]:
    """Give changes that wait to be seen of suppliers below these paths, the one that has waited longest first."""
    after_at, after_id = after or (None, None)
    return await tx.rows(
        _PAGE,
        {"paths": list(paths), "supplier_id": supplier_id, "after_at": after_at, "after_id": after_id, "limit": limit},
    )


async def wait(tx: Tx, change: Mapping[str, Any]) -> None:
    """Let a change that held at once wait to be seen."""
    names = ("change_id", "listing_id", "version", "changed_at")
    await tx.execute(sa.insert(prices_to_see), {name: change[name] for name in names})


async def take_out(tx: Tx, listing_id: UUID, version: int) -> int:
    """Let no change of a listing up to a version wait any longer; gives how many did."""
    table = prices_to_see.c
    waited = sa.delete(prices_to_see).where(table.listing_id == listing_id, table.version <= version)
    return len(await tx.rows(waited.returning(table.change_id)))


async def note(tx: Tx, values: Mapping[str, Any]) -> None:
    """Note who saw a version; of two who did, the first."""
    await tx.execute(insert_or_not(price_looks).values(**values).on_conflict_do_nothing())
