"""Suppliers as they are shown, and as they are said."""

from typing import Any

from services.catalog.store import appeals, documents, suppliers
from services.catalog.store.documents import Document
from services.catalog.store.suppliers import Supplier
from services.catalog.usecases.appeal_shapes import appeal_view
from services.catalog.usecases.open_steps import supplier_steps
from services.catalog.usecases.reach import acted_for, review_steps
from shared.contracts.authority import Identity
from shared.contracts.catalog import RecognisedSpan, SupplierChanged
from shared.db.unit_of_work import ReadTx
from shared.reference import county_name


def public_supplier(supplier: Supplier) -> dict[str, Any]:
    """Show what anyone may know: no person, no number, no document."""
    return {
        "supplier_id": str(supplier.supplier_id),
        "version": supplier.version,
        "state": supplier.state.value,
        "name": supplier.name,
        "kind": supplier.kind.value,
        "county_code": supplier.county_code,
        "county_name": county_name(supplier.county_code),
        "applied_at": supplier.applied_at.isoformat(),
        "admitted_at": supplier.admitted_at.isoformat() if supplier.admitted_at else None,
    }


async def full_supplier(tx: ReadTx, supplier: Supplier, identity: Identity) -> dict[str, Any]:
    """Show everything, with documents and decisions, to those who may see it, and what the reader may do now."""
    bank = None
    if supplier.bank_name is not None:
        bank = {
            "bank_name": supplier.bank_name,
            "account_name": supplier.bank_account_name,
            "account_number": supplier.bank_account_number,
        }
    by = await suppliers.recommended_by(tx, [supplier.supplier_id])
    acted = bool(await acted_for(tx, identity, [supplier.supplier_id]))
    reviews = review_steps(identity, supplier, by.get(supplier.supplier_id), acted=acted)
    return public_supplier(supplier) | {
        "credit_code": supplier.credit_code,
        "registration_number": supplier.registration_number,
        "contact_name": supplier.contact_name,
        "contact_phone": supplier.contact_phone,
        "address": supplier.address,
        "bank_account": bank,
        "applicant_account_id": str(supplier.applicant_account_id),
        "unit_path": supplier.unit_path,
        "changed_at": supplier.changed_at.isoformat(),
        "open_steps": await supplier_steps(tx, identity, supplier, reviews),
        "review_steps": reviews,
        "documents": [document_view(one) for one in await documents.of_supplier(tx, supplier.supplier_id)],
        "reviews": [
            {
                "outcome": row.outcome,
                "reason": row.reason,
                "ground": row.ground,
                "effective_from": row.effective_from.isoformat() if row.effective_from else None,
                "listing_ids": [str(listing_id) for listing_id in row.listing_ids],
                "supplier_version": row.supplier_version,
                "reviewer_name": row.reviewer_name,
                "reviewed_by": str(row.reviewed_by),
                "reviewer_path": row.reviewer_path,
                "reviewed_at": row.reviewed_at.isoformat(),
            }
            for row in await suppliers.reviews(tx, supplier.supplier_id)
        ],
        "appeals": [appeal_view(one) for one in await appeals.of_supplier(tx, supplier.supplier_id)],
    }


def document_view(document: Document) -> dict[str, Any]:
    """Show a document's record."""
    return {
        "document_id": str(document.document_id),
        "kind": document.kind,
        "name": document.name,
        "media_type": document.media_type,
        "sha256": document.sha256,
        "size_bytes": document.size_bytes,
        "put_at": document.put_at.isoformat(),
    }


def supplier_changed(supplier: Supplier) -> SupplierChanged:
    """Say how a supplier now stands."""
    return SupplierChanged(
        supplier_id=supplier.supplier_id,
        version=supplier.version,
        name=supplier.name,
        kind=supplier.kind,
        county_code=supplier.county_code,
        state=supplier.state,
        applicant_account_id=supplier.applicant_account_id,
        recognised=recognised_of(supplier),
    )


def recognised_of(supplier: Supplier) -> tuple[RecognisedSpan, ...] | None:
    """Give the days that its confirmed recognitions hold; None for one that never had any."""
    if supplier.recognised is None:
        return None
    return tuple(
        RecognisedSpan.model_validate({"valid_from": one[0], "valid_to": one[1]}) for one in supplier.recognised
    )
