"""A supplier has an owner, nobody acts for it beyond their end, and nobody who belonged to it decided its appeal."""

from deploy.operator.invariants.check import Check, count_of
from deploy.operator.reading import Snapshots

_OWNERLESS = """
SELECT supplier_id AS id FROM suppliers s
WHERE NOT EXISTS (SELECT 1 FROM supplier_members m
  WHERE m.supplier_id = s.supplier_id AND m.role = 'owner' AND m.ended_at IS NULL)
ORDER BY 1
"""
_PAST = """
SELECT supplier_id, account_id FROM supplier_members
WHERE ended_at IS NULL AND until < CAST(now() AT TIME ZONE 'Asia/Shanghai' AS date) - 1 ORDER BY 1, 2
"""
"""A day's grace, for the program that ends them may have stood still."""
_AFTER_THE_END = """
SELECT a.act_id AS id FROM supplier_acts a JOIN supplier_members m USING (supplier_id, account_id)
WHERE m.ended_at < a.at AND a.acted_as IN ('own', 'helper') ORDER BY 1
"""
_DECIDED_BY_THEIRS = """
SELECT p.appeal_id AS id FROM supplier_appeals p
WHERE p.decided_by IS NOT NULL AND (
  EXISTS (SELECT 1 FROM supplier_members m WHERE (m.supplier_id, m.account_id) = (p.supplier_id, p.decided_by)
    AND m.accepted_at < p.decided_at)
  OR EXISTS (SELECT 1 FROM supplier_acts a WHERE (a.supplier_id, a.account_id) = (p.supplier_id, p.decided_by)
    AND a.acted_as IN ('own', 'helper') AND a.at < p.decided_at))
ORDER BY 1
"""
_SAID = """
SELECT supplier_id, account_id, version, ended_at IS NULL AS living FROM supplier_members
WHERE version > 1 OR invited_by IS NOT NULL
"""
"""Who applied is told with the supplier itself."""
_HEARD = "SELECT supplier_id, account_id, version FROM supplier_members"
_SEATS = """
SELECT DISTINCT organisation_id, account_id FROM seats WHERE organisation_kind = 'supplier'
"""


async def people_checks(read: Snapshots) -> list[Check]:
    """Look at who belongs to suppliers, what they did, and who decided about them."""
    return [await _belong(read), await _acted(read), await _appeals(read), await _seated(read)]


async def _belong(read: Snapshots) -> Check:
    wrong = [f"supplier {row.id} has no owner" for row in await read.rows("catalog", _OWNERLESS)]
    wrong += [
        f"helper {row.account_id} of supplier {row.supplier_id} is beyond the last day"
        for row in await read.rows("catalog", _PAST)
    ]
    members = await read.value("catalog", "SELECT count(*) FROM supplier_members")
    return Check(9, "every supplier has an owner, and a helper has an end", count_of(members, "members"), wrong)


async def _acted(read: Snapshots) -> Check:
    wrong = [f"act {row.id}" for row in await read.rows("catalog", _AFTER_THE_END)]
    acts = await read.value("catalog", "SELECT count(*) FROM supplier_acts")
    return Check(9, "nobody acted for a supplier after their end", count_of(acts, "acts"), wrong)


async def _appeals(read: Snapshots) -> Check:
    wrong = [f"appeal {row.id}" for row in await read.rows("catalog", _DECIDED_BY_THEIRS)]
    appeals = await read.value("catalog", "SELECT count(*) FROM supplier_appeals WHERE decided_by IS NOT NULL")
    return Check(9, "nobody who belonged to a supplier decided its appeal", count_of(appeals, "appeals"), wrong)


async def _seated(read: Snapshots) -> Check:
    """Look for a person whom the gateway does not know as catalog said, or who kept a seat after the end."""
    said = await read.rows("catalog", _SAID)
    heard = {(row.supplier_id, row.account_id): row.version for row in await read.rows("gateway", _HEARD)}
    seats = {(row.organisation_id, row.account_id) for row in await read.rows("gateway", _SEATS)}
    wrong = []
    for row in said:
        person = (row.supplier_id, row.account_id)
        if heard.get(person) != row.version:
            wrong.append(f"member {row.account_id} of supplier {row.supplier_id} was not heard of at the gateway")
        elif not row.living and person in seats:
            wrong.append(f"member {row.account_id} of supplier {row.supplier_id} has a seat after the end")
    return Check(9, "whoever was let in or ended is seated so", count_of(said, "members"), wrong)
