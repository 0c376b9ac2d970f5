"""Whose a supplier and its listings are, told to the policy in its own words, and what of a review is whose."""

from typing import Any
from uuid import UUID

from services.catalog.domain.suppliers import (
    FROM_ABOVE,
    SUPPLIER,
    AdmittedFromAbove,
    RecommendedByYou,
    SupplierOutcome,
    reviewing_path,
)
from services.catalog.store.suppliers import Supplier
from shared.contracts.authority import Identity, Owned, OwnRequest, Role, allows, supplier_seats
from shared.errors import Forbidden


def owned_supplier(supplier: Supplier) -> Owned:
    """Tell whose supplier this is: its own people's, its applicant's, and its county's officers'."""
    return Owned(
        supplier_id=supplier.supplier_id,
        unit_path=supplier.unit_path or None,
        account_id=supplier.applicant_account_id,
    )


def may_see_all(identity: Identity | None, supplier: Supplier) -> bool:
    """Tell whether the asker sees what the public does not: whoever may read the documents may read the rest."""
    return identity is not None and allows(identity, "get_supplier_document", owned_supplier(supplier))


def under_review_by(identity: Identity, supplier: Supplier, filed_by: object) -> Owned:
    """Tell whose request is decided on: an officer with a seat in the supplier asks on its behalf, too."""
    seated = any(seat.organisation_id == supplier.supplier_id for seat in supplier_seats(identity))
    own = seated or identity.account_id in (filed_by, supplier.applicant_account_id)
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


def review_steps(identity: Identity, supplier: Supplier, recommended_by: UUID | None) -> list[dict[str, Any]] | None:
    """Tell an officer which reviews are open now, and of each that is for another by which problem; None to others."""
    owned = under_review_by(identity, supplier, supplier.applicant_account_id)
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
