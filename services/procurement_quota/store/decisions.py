"""What an account decided about the things of a unit, or of a supplier, is found by the account, newest first."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from shared.db.unit_of_work import ReadTx

Key = tuple[datetime, str, UUID]

_OF_UNIT = """
SELECT 'purchase' AS kind, v.purchase_id AS id, v.outcome, v.verified_at AS decided_at, p.canteen_id, p.unit_id
FROM verification v JOIN off_platform_purchase p ON p.id = v.purchase_id WHERE v.verified_by = :account_id
UNION ALL
SELECT 'canteen_filing', f.id, r.outcome, r.recorded_at, f.canteen_id, f.unit_id
FROM filing_ruling r JOIN canteen_filing f ON f.id = r.filing_id WHERE r.ruled_by = :account_id
UNION ALL
SELECT 'opening_balance', o.id, r.outcome, r.recorded_at, o.canteen_id, o.unit_id
FROM filing_ruling r JOIN opening_balance o ON o.id = r.filing_id WHERE r.ruled_by = :account_id
UNION ALL
SELECT 'transfer', t.id, d.outcome, d.recorded_at, c.id, c.unit_id
FROM transfer_decision d JOIN transfer t ON t.id = d.transfer_id
JOIN LATERAL (SELECT c.id, c.unit_id FROM canteen c JOIN unit u ON u.id = c.unit_id
  WHERE c.id IN (t.from_canteen_id, t.to_canteen_id) AND starts_with(u.path, :path) ORDER BY c.id LIMIT 1) c ON true
WHERE d.decided_by = :account_id
UNION ALL
SELECT 'declaration', d.id, s.step, s.recorded_at, c.id, c.unit_id
FROM declaration_step s JOIN declaration d ON d.id = s.declaration_id JOIN canteen c ON c.id = d.canteen_id
WHERE s.account_id = :account_id
UNION ALL
SELECT 'reservation', v.reservation_id, v.outcome, v.recorded_at, c.id, c.unit_id
FROM reservation_review v
JOIN LATERAL (SELECT canteen_id FROM reservation r WHERE r.id = v.reservation_id LIMIT 1) r ON true
JOIN canteen c ON c.id = r.canteen_id WHERE v.reviewed_by = :account_id
"""
_OF_SUPPLIER = """
SELECT 'purchase' AS kind, v.purchase_id AS id, v.outcome, v.verified_at AS decided_at, p.canteen_id, p.unit_id
FROM verification v JOIN off_platform_purchase p ON p.id = v.purchase_id
JOIN supplier s ON s.id = :supplier_id AND s.name = p.seller WHERE v.verified_by = :account_id
UNION ALL
SELECT 'transfer', t.id, d.outcome, d.recorded_at, c.id, c.unit_id
FROM transfer_decision d JOIN transfer t ON t.id = d.transfer_id JOIN canteen c ON c.id = t.to_canteen_id
WHERE d.decided_by = :account_id AND EXISTS (SELECT FROM entry e WHERE e.supplier_id = :supplier_id
  AND e.kind = 'purchase' AND e.order_id = t.order_id)
"""
_PAGE = (
    "SELECT found.*, unit.name AS unit_name FROM ({source}) AS found JOIN unit ON unit.id = found.unit_id "
    "WHERE starts_with(unit.path, :path) AND decided_at >= :since AND decided_at <= :until "
    "AND (CAST(:before AS timestamptz) IS NULL OR (decided_at, kind, found.id) < "
    "(CAST(:before AS timestamptz), CAST(:before_kind AS text), CAST(:before_id AS uuid))) "
    "ORDER BY decided_at DESC, kind DESC, found.id DESC LIMIT :limit"
)
_PAGES = {"unit": sa.text(_PAGE.format(source=_OF_UNIT)), "supplier": sa.text(_PAGE.format(source=_OF_SUPPLIER))}


async def decisions_of(
    tx: ReadTx,
    account_id: UUID,
    *,
    path: str,
    supplier_id: UUID | None,
    since: datetime,
    until: datetime,
    before: Key | None,
    limit: int,
) -> Sequence[sa.Row[Any]]:
    """List what an account decided between two moments about a unit and all below it, or about a supplier's goods."""
    asked = {"account_id": account_id, "path": path, "since": since, "until": until, "limit": limit}
    moment, kind, one = before or (None, None, None)
    asked |= {"before": moment, "before_kind": kind, "before_id": one}
    if supplier_id is not None:
        asked["supplier_id"] = supplier_id
    return await tx.rows(_PAGES["unit" if supplier_id is None else "supplier"], asked)
