"""Whose a supplier and its listings are, told to the policy in its own words, and what of a review is whose."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from services.catalog.domain.suppliers import (
    FROM_ABOVE,
    SUPPLIER,
    AdmittedFromAbove,
    RecommendedByYou,
    SupplierNotFound,
    SupplierOutcome,
    reviewing_path,
)
from services.catalog.store import acts, members, suppliers
from services.catalog.store.suppliers import Supplier
from shared.contracts.authority import Identity, Owned, OwnRequest, Role, allows, require, supplier_seats
from shared.db.unit_of_work import ReadTx
from shared.errors import Forbidden


async def owned_supplier(tx: ReadTx, identity: Identity, supplier: Supplier) -> Owned:
    """Tell whose supplier this is: its own people's, its owners' by catalog's own book, and its county's officers'.

    By the book an owner reaches it before a seat was given, and after a revocation took the seats.
    """
    owner = await members.is_owner(tx, supplier.supplier_id, identity.account_id)
    return Owned(
        supplier_id=supplier.supplier_id,
        unit_path=supplier.unit_path or None,
        account_id=identity.account_id if owner else None,
    )


async def reached(tx: ReadTx, identity: Identity, operation: str, supplier_id: UUID) -> Supplier:
    """Give a supplier to who may do this with it. Raises SupplierNotFound, NotAllowed."""
    supplier = await suppliers.find(tx, supplier_id)
    if supplier is None:
        raise SupplierNotFound(supplier_id=supplier_id)
    require(identity, operation, await owned_supplier(tx, identity, supplier))
    return supplier


async def may_see_all(tx: ReadTx, identity: Identity | None, supplier: Supplier) -> bool:
    """Tell whether the asker sees what the public does not: whoever may read the documents may read the rest."""
    if identity is None:
        return False
    return allows(identity, "get_supplier_document", await owned_supplier(tx, identity, supplier))


async def acted_for(tx: ReadTx, identity: Identity, supplier_ids: Collection[UUID]) -> set[UUID]:
    """Give those of these suppliers whose person the asker is or ever was, or for whom the asker ever did something."""
    if not supplier_ids:
        return set()
    account_id = identity.account_id
    belonged = await members.suppliers_of(tx, account_id, supplier_ids)
    return belonged | await acts.suppliers_of(tx, account_id, supplier_ids)


async def under_review_by(tx: ReadTx, identity: Identity, supplier: Supplier, filed_by: object) -> Owned:
    """Tell whose request is decided on: who belongs to the supplier, or ever did, asks on its behalf, too."""
    acted = await acted_for(tx, identity, [supplier.supplier_id])
    return _under_review(identity, supplier, filed_by, acted=bool(acted))


def _under_review(identity: Identity, supplier: Supplier, filed_by: object, *, acted: bool) -> Owned:
    seated = any(seat.organisation_id == supplier.supplier_id for seat in supplier_seats(identity))
    own = seated or acted or identity.account_id in (filed_by, supplier.applicant_account_id)
    return Owned(
        supplier_id=supplier.supplier_id,
        unit_path=supplier.unit_path or None,
        asked_by=identity.account_id if own else None,
    )


def reviews_from(
    identity: Identity, supplier: Supplier, outcome: SupplierOutcome, recommended_by: UUID | None
) -> str | Forbidden:
    """Give the path of the unit from which an officer may review a supplier so, or why that is for another."""
    path = reviewing_path(outcome, (seat.path for seat in identity.seats_as(Role.OFFICER)), supplier.unit_path)
    if path is None:
        return AdmittedFromAbove(outcome=outcome.value, unit_path=supplier.unit_path)
    if outcome in FROM_ABOVE and identity.account_id == recommended_by:
        return RecommendedByYou(outcome=outcome.value)
    return path


def review_steps(
    identity: Identity, supplier: Supplier, recommended_by: UUID | None, *, acted: bool
) -> list[dict[str, Any]] | None:
    """Tell an officer which reviews are open now, and of each that is for another by which problem; None to others."""
    owned = _under_review(identity, supplier, supplier.applicant_account_id, acted=acted)
    if not allows(identity, "review_supplier", owned):
        return None
    steps = []
    for outcome in SupplierOutcome:
        if not SUPPLIER.allows(supplier.state, outcome.value):
            continue
        found = reviews_from(identity, supplier, outcome, recommended_by)
        if owned.asked_by == identity.account_id:
            found = OwnRequest(operation="review_supplier")
        steps.append({"outcome": outcome.value, "withheld": None if isinstance(found, str) else found.slug()})
    return steps
