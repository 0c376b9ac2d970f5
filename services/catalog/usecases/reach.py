"""Whose a supplier and its listings are, told to the policy in its own words."""

from services.catalog.store.suppliers import Supplier
from shared.contracts.authority import Identity, Owned, Role, allows


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
    seated = any(seat.organisation_id == supplier.supplier_id for seat in identity.seats_as(Role.SUPPLIER))
    own = seated or identity.account_id in (filed_by, supplier.applicant_account_id)
    return Owned(
        supplier_id=supplier.supplier_id,
        unit_path=supplier.unit_path or None,
        asked_by=identity.account_id if own else None,
    )
