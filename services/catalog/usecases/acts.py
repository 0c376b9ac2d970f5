"""Whatever is done for a supplier is written down in the same transaction: who did it, and in whose place.

Each use case by which a supplier's people change something asks `log_act` once it has written, and never where it
wrote nothing; a test compares the use cases with the policy.
"""

from typing import Any
from uuid import UUID

from services.catalog.domain.members import ActedAs, HelpEnded
from services.catalog.store import acts, members
from services.catalog.store.members import Member
from shared.clock import business_date
from shared.contracts.authority import Identity, Role, acting_as
from shared.db.unit_of_work import Tx


async def log_act(
    tx: Tx,
    identity: Identity,
    supplier_id: UUID,
    operation: str,
    subject_id: UUID | None = None,
    version: int | None = None,
) -> None:
    """Write down that somebody did this for a supplier. Raises HelpEnded for who no longer may."""
    place = await place_of(tx, identity, supplier_id)
    await write_act(tx, identity, supplier_id, place, operation, subject_id, version)


async def place_of(tx: Tx, identity: Identity, supplier_id: UUID) -> ActedAs:
    """Tell in whose place somebody acts for a supplier. Raises HelpEnded for who no longer may.

    A seat may outlive its end by the minutes until the gateway has heard of it; nothing is done with it meanwhile.
    """
    role = acting_as(identity, supplier_id)
    known = await members.find(tx, supplier_id, identity.account_id)
    if role is not None and _is_over(tx, known):
        raise HelpEnded(supplier_id=supplier_id)
    living = known is not None and known.ended_at is None
    of_its_own = ActedAs.OWN if role is not None or living else ActedAs.OFFICER
    return ActedAs.HELPER if role is Role.HELPER else of_its_own


async def has_ended(tx: Tx, supplier_id: UUID, account_id: UUID) -> bool:
    """Tell whether somebody who acted for a supplier no longer may, for what is done in the background."""
    return _is_over(tx, await members.find(tx, supplier_id, account_id))


def _is_over(tx: Tx, known: Member | None) -> bool:
    if known is None:
        return False
    return known.ended_at is not None or (known.until is not None and known.until < business_date(tx.now))


async def write_act(
    tx: Tx,
    identity: Identity,
    supplier_id: UUID,
    acted_as: ActedAs,
    operation: str,
    subject_id: UUID | None = None,
    version: int | None = None,
) -> None:
    """Write down what somebody did, in the place that is known already."""
    values: dict[str, Any] = {
        "supplier_id": supplier_id,
        "at": tx.now,
        "account_id": identity.account_id,
        "account_name": identity.name,
        "acted_as": acted_as.value,
        "operation": operation,
        "subject_id": subject_id,
        "version": version,
    }
    await acts.add(tx, values)
