"""By what a supplier is reached and paid now stands among its contacts, as it is compared."""

from uuid import UUID

from deploy.operator.invariants.check import Check, count_of
from deploy.operator.reading import Snapshots
from services.catalog.domain.contacts import contacts_of

_STANDING = """
SELECT s.supplier_id, s.bank_account_number, s.contact_phone, s.address, c.kind, c.value
FROM suppliers s JOIN supplier_contacts c ON c.supplier_id = s.supplier_id AND c.until IS NULL
ORDER BY s.supplier_id, c.kind
"""
"""Of whom nothing is noted yet, as just after an upgrade, the program notes it soon after its start."""


async def contact_checks(read: Snapshots) -> list[Check]:
    """Look for a supplier whose ties would be sought by what it does not give."""
    given: dict[UUID, dict[str, str]] = {}
    noted: dict[UUID, dict[str, str]] = {}
    for row in await read.rows("catalog", _STANDING):
        told = contacts_of(
            bank_account_number=row.bank_account_number, contact_phone=row.contact_phone, address=row.address
        )
        given[row.supplier_id] = {kind.value: value for kind, value in told.items()}
        noted.setdefault(row.supplier_id, {})[row.kind] = row.value
    wrong = [f"supplier {supplier_id}" for supplier_id, told in given.items() if told != noted[supplier_id]]
    return [Check(6, "what a supplier gives stands among its contacts", count_of(given, "suppliers"), wrong)]
