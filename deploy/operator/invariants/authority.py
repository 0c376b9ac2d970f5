"""Nobody decided on their own request, figures are whole numbers, and what has a bound keeps within it."""

from deploy.operator.invariants.check import Check, count_of
from deploy.operator.reading import Snapshots
from deploy.operator.settings import SERVICES

_OWN = {
    "a requisition": (
        "order",
        "SELECT requisition_id AS id FROM requisitions WHERE decided_by = requested_by ORDER BY 1",
        "SELECT count(*) FROM requisitions WHERE decided_by IS NOT NULL",
    ),
    "a step of a requisition": (
        "order",
        "SELECT s.requisition_id AS id FROM requisition_steps s JOIN requisitions r USING (requisition_id)"
        " WHERE s.step IN ('endorse', 'approve', 'refuse')"
        " AND r.requested_by IN (s.account_id, s.for_account_id) ORDER BY 1",
        "SELECT count(*) FROM requisition_steps WHERE step IN ('endorse', 'approve', 'refuse')",
    ),
    "a rule of approval": (
        "order",
        "SELECT policy_id AS id FROM approval_policies WHERE decided_by = put_by ORDER BY 1",
        "SELECT count(*) FROM approval_policies WHERE decided_by IS NOT NULL",
    ),
    "a supplier": (
        "catalog",
        "SELECT supplier_id AS id FROM supplier_reviews r JOIN suppliers s USING (supplier_id)"
        " WHERE r.reviewed_by = s.applicant_account_id ORDER BY 1",
        "SELECT count(*) FROM supplier_reviews",
    ),
    "a listing": (
        "catalog",
        "SELECT r.listing_id AS id FROM listing_reviews r JOIN listing_versions v"
        " ON v.listing_id = r.listing_id AND v.version = r.listing_version"
        " WHERE r.reviewed_by = v.written_by ORDER BY 1",
        "SELECT count(*) FROM listing_reviews",
    ),
    "a purchase": (
        "procurement_quota",
        "SELECT p.id FROM verification v JOIN off_platform_purchase p ON p.id = v.purchase_id"
        " LEFT JOIN origin_claim c ON c.purchase_id = v.purchase_id AND c.round = v.round"
        " WHERE v.verified_by IN (p.entered_by, c.claimed_by) ORDER BY 1",
        "SELECT count(*) FROM verification",
    ),
    "a draft": (
        "procurement_quota",
        "SELECT DISTINCT d.draft_id AS id FROM draft_decision d JOIN draft_version v USING (draft_id)"
        " WHERE d.outcome <> 'withdraw' AND v.drafted_by = d.decided_by ORDER BY 1",
        "SELECT count(*) FROM draft_decision",
    ),
    "a reservation": (
        "procurement_quota",
        "SELECT DISTINCT v.reservation_id AS id FROM reservation_review v JOIN reservation r"
        " ON r.id = v.reservation_id AND r.recorded_at < v.recorded_at AND r.filed_by = v.reviewed_by ORDER BY 1",
        "SELECT count(*) FROM reservation_review",
    ),
    "a transfer": (
        "procurement_quota",
        "SELECT t.id FROM transfer t JOIN transfer_decision d ON d.transfer_id = t.id"
        " WHERE d.decided_by = t.asked_by ORDER BY 1",
        "SELECT count(*) FROM transfer_decision",
    ),
    "the result of a draw": (
        "procurement_quota",
        "SELECT s.draw_id AS id FROM sample s JOIN sample_result r"
        " ON r.draw_id = s.draw_id AND r.version = s.result_version WHERE r.entered_by = s.confirmed_by ORDER BY 1",
        "SELECT count(*) FROM sample",
    ),
    "a conflict of interest": (
        "procurement_quota",
        "SELECT DISTINCT r.id FROM register_version r JOIN register_version d ON d.id = r.id AND d.version < r.version"
        " WHERE r.register = 'conflict' AND r.state <> 'declared' AND d.state = 'declared'"
        " AND r.written_by IN (d.written_by, d.account_id) ORDER BY 1",
        "SELECT count(*) FROM register_version WHERE register = 'conflict' AND state <> 'declared'",
    ),
    "a referral": (
        "procurement_quota",
        "SELECT DISTINCT h.id FROM register_version h JOIN register_version d ON d.id = h.id AND d.version < h.version"
        " WHERE h.register = 'referral' AND h.state = 'handed_on' AND d.state = 'drafted'"
        " AND d.written_by = h.written_by ORDER BY 1",
        "SELECT count(*) FROM register_version WHERE register = 'referral' AND state = 'handed_on'",
    ),
    "a filing": (
        "procurement_quota",
        "SELECT f.id FROM filing_ruling r JOIN ("
        "SELECT id, filed_by FROM canteen_filing UNION ALL SELECT id, filed_by FROM opening_balance"
        ") f ON f.id = r.filing_id WHERE r.ruled_by = f.filed_by ORDER BY 1",
        "SELECT count(*) FROM filing_ruling",
    ),
}

_BELOW = """
SELECT review_id AS id FROM supplier_reviews WHERE outcome IN ('admit', 'revoke') AND reviewer_path IS NOT NULL
  AND NOT (starts_with(unit_path, reviewer_path) AND (unit_path <> reviewer_path OR reviewer_path ~ '^/[^/]+/$'))
ORDER BY 1
"""
"""The topmost unit, a path of one step, has nobody above it."""

_ALONE = """
SELECT a.supplier_id AS id FROM supplier_reviews a LEFT JOIN LATERAL (
  SELECT r.reviewed_by FROM supplier_reviews r WHERE r.supplier_id = a.supplier_id AND r.outcome = 'recommend'
    AND r.supplier_version < a.supplier_version ORDER BY r.supplier_version DESC LIMIT 1
) r ON true
WHERE a.outcome IN ('admit', 'revoke') AND a.reviewer_path IS NOT NULL AND (a.reviewed_by = r.reviewed_by
  OR r.reviewed_by IS NULL AND a.outcome = 'admit' AND NOT EXISTS (
    SELECT FROM supplier_reviews e WHERE e.supplier_id = a.supplier_id AND e.outcome = 'admit'
      AND e.supplier_version < a.supplier_version))
ORDER BY 1
"""
"""Who was admitted before reviews kept their path has no recommendation, and may be suspended and admitted again."""

_UNREVIEWED = """
SELECT supplier_id AS id FROM suppliers s WHERE state IN ('admitted', 'suspended')
  AND NOT EXISTS (SELECT FROM supplier_reviews r WHERE r.supplier_id = s.supplier_id AND r.outcome = 'admit')
ORDER BY 1
"""

_INEXACT = """
SELECT table_name || '.' || column_name AS name FROM information_schema.columns
WHERE table_schema = 'public' AND data_type IN ('real', 'double precision', 'numeric', 'money')
"""

_SHARES = """
SELECT canteen_id, year, sum(weight_bp) AS whole FROM canteen_share
GROUP BY canteen_id, year HAVING sum(weight_bp) <> 10000
"""

_NOT_WHOLE = """
SELECT unit_id, seq FROM entry, jsonb_each(judgements) AS judged
WHERE jsonb_typeof(value -> 'base_fen') <> 'number' OR jsonb_typeof(value -> 'counted_fen') <> 'number'
   OR value ->> 'base_fen' ~ '[.eE]' OR value ->> 'counted_fen' ~ '[.eE]'
ORDER BY 1, 2
"""

_BOUNDS = {
    "lines of a basket": ("order", "SELECT basket_id AS id FROM baskets WHERE cardinality(listing_ids) > 100"),
    "lines of an order": ("order", "SELECT order_id AS id FROM order_lines GROUP BY order_id HAVING count(*) > 100"),
    "photos of a listing": (
        "catalog",
        "SELECT listing_id AS id FROM listing_photos GROUP BY listing_id HAVING count(*) > 8",
    ),
    "documents of a supplier": (
        "catalog",
        "SELECT supplier_id AS id FROM supplier_documents GROUP BY supplier_id HAVING count(*) > 200",
    ),
    "members of a supplier": (
        "catalog",
        "SELECT supplier_id AS id FROM supplier_members WHERE ended_at IS NULL GROUP BY supplier_id"
        " HAVING count(*) > 20",
    ),
    "telephones of an account in a year": (
        "gateway",
        "SELECT account_id AS id FROM (SELECT account_id, since - lag(since, 10) OVER (PARTITION BY account_id"
        " ORDER BY since) AS passed FROM account_phones) AS given WHERE passed < interval '365 days'",
    ),
    "bytes of a document": ("catalog", "SELECT document_id AS id FROM supplier_documents WHERE size_bytes > 10485760"),
    "bytes of a voucher": ("order", "SELECT payment_id AS id FROM payments WHERE voucher_bytes > 10485760"),
    "bytes of a purchase's paper": (
        "procurement_quota",
        "SELECT document_id AS id FROM purchase_evidence WHERE size_bytes > 10485760",
    ),
    "papers of a purchase": (
        "procurement_quota",
        "SELECT purchase_id AS id FROM purchase_evidence GROUP BY purchase_id HAVING count(*) > 10",
    ),
    "papers of a filing": (
        "procurement_quota",
        "SELECT filing_id AS id FROM filing_evidence GROUP BY filing_id HAVING count(*) > 10",
    ),
    "versions of a record": (
        "procurement_quota",
        "SELECT id FROM register_version GROUP BY id HAVING count(*) > 100",
    ),
    "papers of a record": (
        "procurement_quota",
        "SELECT record_id AS id FROM register_paper GROUP BY record_id HAVING count(*) > 10",
    ),
    "lines of an opening balance": (
        "procurement_quota",
        "SELECT id FROM opening_balance WHERE jsonb_array_length(lines) > 100",
    ),
    "rows of an import": (
        "procurement_quota",
        "SELECT import_id AS id FROM import_row GROUP BY import_id HAVING count(*) > 20000",
    ),
    "bytes of an import": ("procurement_quota", "SELECT id FROM purchase_import WHERE size_bytes > 10485760"),
    "listings of a supplier": (
        "catalog",
        "SELECT supplier_id AS id FROM listings GROUP BY supplier_id HAVING count(*) > 5000",
    ),
}


async def authority_checks(read: Snapshots) -> list[Check]:
    """Look at who decided what."""
    own, looked_at = [], 0
    for thing, (service, sql, count) in _OWN.items():
        own += [f"{thing} {row.id}" for row in await read.rows(service, sql)]
        looked_at += await read.value(service, count)
    return [Check(9, "nobody decided on their own request", count_of(looked_at, "decisions"), own), await _two(read)]


async def _two(read: Snapshots) -> Check:
    """Look for a supplier that fewer than two people let in, or whom one of its own level let in or out."""
    wrong = [f"review {row.id} was not made from above" for row in await read.rows("catalog", _BELOW)]
    wrong += [f"supplier {row.id} was decided on by who recommended it" for row in await read.rows("catalog", _ALONE)]
    wrong += [f"supplier {row.id} was never admitted" for row in await read.rows("catalog", _UNREVIEWED)]
    counted = "SELECT count(*) FROM supplier_reviews WHERE outcome IN ('admit', 'revoke') AND reviewer_path IS NOT NULL"
    looked_at = await read.value("catalog", counted)
    return Check(
        9, "a supplier was recommended by one and admitted from above by another", count_of(looked_at, "reviews"), wrong
    )


async def whole_number_checks(read: Snapshots) -> list[Check]:
    """Look for a figure that is not whole, in any column and in any judgement."""
    inexact = [f"{service}: {row.name}" for service in SERVICES for row in await read.rows(service, _INEXACT)]
    columns = 0
    for service in SERVICES:
        columns += await read.value(
            service, "SELECT count(*) FROM information_schema.columns WHERE table_schema = 'public'"
        )
    shares = [
        f"canteen {row.canteen_id} of {row.year} sums to {row.whole} bp"
        for row in await read.rows("procurement_quota", _SHARES)
    ]
    judged = [f"unit {row.unit_id} entry {row.seq}" for row in await read.rows("procurement_quota", _NOT_WHOLE)]
    entries = await read.value("procurement_quota", "SELECT count(*) FROM entry")
    return [
        Check(8, "no column holds a figure that is not whole", count_of(columns, "columns"), inexact),
        Check(8, "every judgement is in whole fen", count_of(entries, "entries"), judged),
        Check(8, "the weights of a shared canteen sum to 100 %", "each canteen and year", shares),
    ]


async def bound_checks(read: Snapshots) -> list[Check]:
    """Look for more than there may be."""
    beyond = [f"{what} {row.id}" for what, (service, sql) in _BOUNDS.items() for row in await read.rows(service, sql)]
    return [Check(10, "what has a bound keeps within it", count_of(_BOUNDS, "bounds"), beyond)]
