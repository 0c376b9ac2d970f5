"""Whatever must always hold is seen to be broken, each breach by its own line, and by no more than it breaks."""

# ruff: noqa: S608 - the harm is SQL of our own

import pytest

from deploy.operator.invariants.check import Check
from tests.integration.operator.account_breaches import ACCOUNT_BREACHES
from tests.integration.operator.budget_breaches import BUDGET_BREACHES
from tests.integration.operator.case_breaches import CASE_BREACHES
from tests.integration.operator.confirming_breaches import CONFIRMING_BREACHES
from tests.integration.operator.conftest import Scratch
from tests.integration.operator.corrected_breaches import CORRECTED_BREACHES
from tests.integration.operator.fair_breaches import FAIR_BREACHES
from tests.integration.operator.filed_paper_breaches import FILED_PAPER_BREACHES
from tests.integration.operator.import_breaches import IMPORT_BREACHES
from tests.integration.operator.listing_breaches import LISTING_BREACHES
from tests.integration.operator.on_site_breaches import ON_SITE_BREACHES
from tests.integration.operator.people_breaches import PEOPLE_BREACHES
from tests.integration.operator.plausible_breaches import PLAUSIBLE_BREACHES

# A breach is what a superuser does past every trigger and key, what undoes it, and the lines that must fail.
_ENTRY = (
    "(unit_id, seq) = (SELECT unit_id, seq FROM entry WHERE kind = 'purchase'"
    " AND year = (SELECT max(year) FROM entry WHERE kind = 'purchase') ORDER BY unit_id, seq LIMIT 1)"
)
"""A purchase of the running year: those of the closed one are in the frame of a sample, once that is drawn."""
_LINE = (
    "(order_id, line_id) = (SELECT order_id, line_id FROM order_lines"
    " WHERE accepted_quantity > 1 AND returned_quantity = 0 AND credited_fen = 0 ORDER BY 1, 2 LIMIT 1)"
)
_ACCEPTED = "id = (SELECT id FROM outbox WHERE type = 'acceptance.recorded' ORDER BY id OFFSET 5 LIMIT 1)"
_HEARD = "(door, key) = (SELECT door, key FROM inbox WHERE door = 'procurement_quota-order' ORDER BY key LIMIT 1)"
_TWO = "a supplier was recommended by one and admitted from above by another"

BREACHES = {
    "a ledger amount": (
        "procurement_quota",
        f"UPDATE entry SET amount_fen = amount_fen + 1 WHERE {_ENTRY}",
        f"UPDATE entry SET amount_fen = amount_fen - 1 WHERE {_ENTRY}",
        {
            "the ledger is what was accepted, returned, credited and recorded, where it belongs",
            "every order's ledger, balance and payments are the order's own",
            "running totals are the sums of their entries",
            "every purchase stands as the rules and lists of its day say",
            "what is read as of a past day is what was recorded",
        },
    ),
    "a gap in a chain": (
        "procurement_quota",
        "UPDATE entry SET seq = seq + 100000 WHERE (unit_id, seq) ="
        " (SELECT unit_id, max(seq) FROM entry GROUP BY unit_id ORDER BY unit_id LIMIT 1)",
        "UPDATE entry SET seq = seq - 100000 WHERE seq > 100000",
        {"every unit's entries are one chain without a gap", "what is read as of a past day is what was recorded"},
    ),
    "a day that was folded": (
        "procurement_quota",
        "UPDATE figure_day SET base_fen = base_fen + 1 WHERE recorded_on = (SELECT min(recorded_on) FROM figure_day)",
        "UPDATE figure_day SET base_fen = base_fen - 1 WHERE recorded_on = (SELECT min(recorded_on) FROM figure_day)",
        {"what is read as of a past day is what was recorded"},
    ),
    "a payment that is never folded": (
        "procurement_quota",
        "UPDATE chain_folded SET seq = seq + 1 WHERE unit_id = '00000000-0000-0000-0000-000000000000'",
        "UPDATE chain_folded SET seq = seq - 1 WHERE unit_id = '00000000-0000-0000-0000-000000000000'",
        {"what is read as of a past day is what was recorded"},
    ),
    "a running total": (
        "procurement_quota",
        "UPDATE total SET counted_fen = counted_fen + 1 WHERE entries = (SELECT max(entries) FROM total)",
        "UPDATE total SET counted_fen = counted_fen - 1 WHERE entries = (SELECT max(entries) FROM total)",
        {"running totals are the sums of their entries"},
    ),
    "changes that nobody counts": (
        "procurement_quota",
        "ALTER TABLE attestation DISABLE TRIGGER attestation_insert_counts",
        "ALTER TABLE attestation ENABLE ALWAYS TRIGGER attestation_insert_counts",
        {"every change of what a statement is read from is counted"},
    ),
    "a unit that stands elsewhere": (
        "procurement_quota",
        "UPDATE unit SET path = replace(path, '/430200/', '/430100/') WHERE code = '430224'",
        "UPDATE unit SET path = replace(path, '/430100/', '/430200/') WHERE code = '430224'",
        {"every unit stands where its path says"},
    ),
    "the ledger's role may change it": (
        "procurement_quota",
        "GRANT UPDATE ON entry TO procurement_quota_app",
        "REVOKE UPDATE ON entry FROM procurement_quota_app",
        {"the ledger's role can only add to it"},
    ),
    "an order that nobody heard of": (
        "procurement_quota",
        "UPDATE ordered SET ended_at = placed_at, amount_fen = -amount_fen WHERE ended_at IS NULL",
        "UPDATE ordered SET ended_at = NULL, amount_fen = -amount_fen WHERE amount_fen < 0",
        {"every copy is as new as what it is of"},
    ),
    "an order at what nobody agreed to": (
        "procurement_quota",
        "INSERT INTO ordered_amount SELECT order_id, 1, amount_fen + 1, placed_at, now() FROM ordered"
        " WHERE ended_at IS NULL AND accepted_on IS NULL",
        "DELETE FROM ordered_amount WHERE version = 1",
        {"every copy is as new as what it is of"},
    ),
    "a promise drifts": (
        "order",
        "UPDATE stock SET promised = promised + 1 WHERE listing_id = (SELECT min(listing_id::text)::uuid FROM stock)",
        "UPDATE stock SET promised = promised - 1 WHERE listing_id = (SELECT min(listing_id::text)::uuid FROM stock)",
        {"what is promised is what open orders hold"},
    ),
    "a season's window that counts what nobody ordered": (
        "order",
        "UPDATE stock SET windows = ARRAY['[2020-01-01,2099-01-01)'::daterange], window_max = '{NULL}',"
        " window_promised = ARRAY[1 + (SELECT coalesce(sum(CASE WHEN o.state IN"
        " ('placed', 'confirmed', 'packed', 'declined', 'cancelled') THEN l.promised_quantity"
        " ELSE l.packed_quantity END), 0)::bigint FROM order_lines l JOIN orders o USING (order_id)"
        " WHERE l.listing_id = stock.listing_id)] WHERE listing_id = (SELECT min(listing_id::text)::uuid FROM stock)",
        "UPDATE stock SET windows = NULL, window_max = NULL, window_promised = NULL"
        " WHERE listing_id = (SELECT min(listing_id::text)::uuid FROM stock)",
        {"what a season's window has promised is its orders'"},
    ),
    "an order holds what it shipped": (
        "order",
        f"UPDATE order_lines SET promised_quantity = 1 WHERE {_LINE}",
        f"UPDATE order_lines SET promised_quantity = 0 WHERE {_LINE}",
        {
            "what is promised is what open orders hold",
            "an order holds its goods until it is fulfilled or ended, once",
        },
    ),
    "a payment booked twice": (
        "order",
        "UPDATE payments SET paid_fen = paid_fen + 1, amount_fen = amount_fen + 1, authorised_fen = authorised_fen + 1"
        " WHERE payment_id = (SELECT min(payment_id::text)::uuid FROM payments WHERE state = 'paid')",
        "UPDATE payments SET paid_fen = paid_fen - 1, amount_fen = amount_fen - 1, authorised_fen = authorised_fen - 1"
        " WHERE payment_id = (SELECT min(payment_id::text)::uuid FROM payments WHERE state = 'paid')",
        {
            "what an order has as paid came in and did not go back",
            "no order is promised more by transfer than was accepted of it",
        },
    ),
    "a promise that ended twice": (
        "order",
        "CREATE TABLE twice AS SELECT max(id) AS id FROM order_steps WHERE step = 'ship';"
        " INSERT INTO order_steps (order_id, at, step, state, reason)"
        " SELECT order_id, at, 'cancel', state, '重复' FROM order_steps JOIN twice USING (id)",
        "DELETE FROM order_steps WHERE step = 'cancel' AND reason = '重复'; DROP TABLE twice",
        {"every promise ends once: fulfilled, released or expired"},
    ),
    "a weight after the acceptance": (
        "order",
        f"CREATE TABLE weighed AS SELECT order_id, line_id FROM order_lines WHERE {_LINE};"
        " UPDATE order_lines l SET returned_quantity = 1 FROM weighed w"
        " WHERE (l.order_id, l.line_id) = (w.order_id, w.line_id)",
        "UPDATE order_lines l SET returned_quantity = 0 FROM weighed w"
        " WHERE (l.order_id, l.line_id) = (w.order_id, w.line_id); DROP TABLE weighed",
        {
            "ordered, packed, accepted, returned are one weight chain",
            "every amount follows from the weight kept and the price agreed",
        },
    ),
    "a lost event": (
        "order",
        f"CREATE TABLE lost AS SELECT * FROM outbox WHERE {_ACCEPTED}; DELETE FROM outbox WHERE {_ACCEPTED}",
        "INSERT INTO outbox OVERRIDING SYSTEM VALUE SELECT * FROM lost; DROP TABLE lost",
        {"what happened was said", "nothing was acted on that nobody said"},
    ),
    "an event that nobody acted on": (
        "procurement_quota",
        f"CREATE TABLE lost AS SELECT * FROM inbox WHERE {_HEARD}; DELETE FROM inbox WHERE {_HEARD}",
        "INSERT INTO inbox SELECT * FROM lost; DROP TABLE lost",
        {"what was said was acted on"},
    ),
    "a parked event": (
        "order",
        "INSERT INTO parked (consumer, key, event_id, body, why)"
        " VALUES ('order-catalog', 'k', gen_random_uuid(), '{}', 'planted')",
        "DELETE FROM parked WHERE why = 'planted'",
        {"no event is parked"},
    ),
    "a copy that is behind": (
        "catalog",
        "UPDATE units SET version = version - 1 WHERE path = '/430000/'",
        "UPDATE units SET version = version + 1 WHERE path = '/430000/'",
        {"every copy is as new as what it is of"},
    ),
    "somebody who admitted themselves": (
        "catalog",
        "UPDATE supplier_reviews r SET reviewed_by = s.applicant_account_id FROM suppliers s"
        " WHERE s.supplier_id = r.supplier_id AND r.review_id = 1",
        "UPDATE supplier_reviews SET reviewed_by = gen_random_uuid() WHERE review_id = 1",
        {"nobody decided on their own request"},
    ),
    "somebody who admitted whom they recommended": (
        "catalog",
        "UPDATE supplier_reviews a SET reviewed_by = r.reviewed_by FROM supplier_reviews r"
        " WHERE (a.supplier_id, a.outcome, r.outcome) = (r.supplier_id, 'admit', 'recommend')",
        "UPDATE supplier_reviews SET reviewed_by = gen_random_uuid() WHERE outcome = 'admit'",
        {_TWO},
    ),
    "an admission from the supplier's own level": (
        "catalog",
        "ALTER TABLE supplier_reviews DROP CONSTRAINT supplier_reviews_from_above_check;"
        " CREATE TABLE above AS SELECT review_id, reviewer_path FROM supplier_reviews;"
        " UPDATE supplier_reviews SET reviewer_path = unit_path WHERE outcome = 'admit'",
        "UPDATE supplier_reviews r SET reviewer_path = a.reviewer_path FROM above a"
        " WHERE a.review_id = r.review_id; DROP TABLE above",
        {_TWO},
    ),
    "an admission that nobody recommended": (
        "catalog",
        "CREATE TABLE lost AS SELECT * FROM supplier_reviews WHERE outcome = 'recommend';"
        " DELETE FROM supplier_reviews WHERE outcome = 'recommend'",
        "INSERT INTO supplier_reviews OVERRIDING SYSTEM VALUE SELECT * FROM lost; DROP TABLE lost",
        {_TWO},
    ),
    "a figure that is not whole": (
        "order",
        "ALTER TABLE orders ADD COLUMN inexact double precision",
        "ALTER TABLE orders DROP COLUMN inexact",
        {"no column holds a figure that is not whole"},
    ),
    "a report that nobody signed": (
        "procurement_quota",
        "INSERT INTO issued_report SELECT 'AAAA-AAAA-AAAA-AAAA', id, 'hunan-2020-canteen', 1, 2025, '2025-09-30',"
        " now(), 0, repeat('0', 64), '{}', repeat('0', 64), decode(repeat('00', 64), 'hex'),"
        " decode(repeat('00', 32), 'hex'), id, now() FROM unit WHERE path = '/430000/'",
        "DELETE FROM issued_report WHERE code = 'AAAA-AAAA-AAAA-AAAA'",
        {"what was issued is what was signed"},
    ),
    "what was filed": (
        "procurement_quota",
        "UPDATE closing SET filed = jsonb_set(filed, '{hunan-2020-canteen,figures,counted_fen}',"
        " to_jsonb((filed #>> '{hunan-2020-canteen,figures,counted_fen}')::bigint + 1))",
        "UPDATE closing SET filed = jsonb_set(filed, '{hunan-2020-canteen,figures,counted_fen}',"
        " to_jsonb((filed #>> '{hunan-2020-canteen,figures,counted_fen}')::bigint - 1))",
        {
            "what was filed is what the ledger of that moment gives",
            "what was filed or restated is what its entry says",
            "what was declared is what was filed and signed",
        },
    ),
}

BREACHES |= CORRECTED_BREACHES | FAIR_BREACHES | FILED_PAPER_BREACHES | IMPORT_BREACHES
BREACHES |= ACCOUNT_BREACHES | BUDGET_BREACHES | CASE_BREACHES | CONFIRMING_BREACHES
BREACHES |= LISTING_BREACHES | ON_SITE_BREACHES | PEOPLE_BREACHES | PLAUSIBLE_BREACHES


def failing(checks: list[Check]) -> set[str]:
    return {check.says for check in checks if not check.holds}


class TestCheckInvariants:
    async def test_a_sound_copy_holds(self, scratch: Scratch) -> None:
        assert failing(await scratch.checks()) == set()

    @pytest.mark.parametrize("breach", BREACHES)
    async def test_sees(self, scratch: Scratch, breach: str) -> None:
        service, harm, mend, expected = BREACHES[breach]
        async with scratch.tampered(service, harm, mend):
            checks = await scratch.checks()
        assert failing(checks) == expected
        assert all(check.offenders[0] for check in checks if not check.holds)

    async def test_every_harm_was_undone(self, scratch: Scratch) -> None:
        """Each breach fails no line but its own, so what one left shows in the next; here the last."""
        assert failing(await scratch.checks()) == set()
