"""A federation's officer decides about a supplier, with a reason, and whoever stops selling stops at once."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field
from sqlalchemy.exc import IntegrityError

from services.catalog.domain.listings import LISTING
from services.catalog.domain.suppliers import (
    SUPPLIER,
    AlreadyAdmitted,
    ChangedMeanwhile,
    DocumentWanted,
    SupplierNotFound,
    SupplierOutcome,
    review_problems,
)
from services.catalog.store import documents, listings, on_sale, suppliers
from services.catalog.store.suppliers import Supplier
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.reach import reviews_from, under_review_by
from services.catalog.usecases.shapes import full_supplier, supplier_changed
from services.catalog.usecases.texts import COMMAND, Reason
from shared.clock import business_date
from shared.contracts.authority import Identity, require
from shared.contracts.catalog import ListingWithdrawn, SupplierRevoked
from shared.contracts.words import RevocationGround
from shared.db.unit_of_work import Stamp, Tx
from shared.errors import InvalidFields, field_problem

LISTINGS_NAMED_MAX = 200


class ReviewSupplier(BaseModel):
    """A decision about a supplier."""

    model_config = COMMAND | {
        "json_schema_extra": {
            "examples": [
                {"outcome": "admit", "reason": "现场核验属实"},
                {"outcome": "return", "reason": "认定书已过期，请重新上传"},
                {
                    "outcome": "revoke",
                    "reason": "抽查发现货源并非本县",
                    "ground": "false_origin",
                    "effective_from": "2026-03-01",
                },
            ]
        }
    }

    outcome: SupplierOutcome
    reason: Reason = Field(default="", description="required but to recommend or admit")
    ground: RevocationGround | None = Field(default=None, description="required to revoke")
    effective_from: date | None = Field(
        default=None, description="required to revoke; a lapse is from today or later, and from today when left out"
    )
    listing_ids: Annotated[tuple[UUID, ...], Field(max_length=LISTINGS_NAMED_MAX)] = Field(
        default=(), description="for a false origin: the listings whose lots are named"
    )


async def review_supplier(
    desk: Desk, identity: Identity, supplier_id: UUID, command: ReviewSupplier, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Recommend, admit, return, suspend or revoke; to admit and to revoke is for an officer above, and another.

    Suspending and revoking take every listing off sale in the same transaction. Of two who decide at once, one wins
    and the other gets ChangedMeanwhile.
    """
    async with desk.uow.begin(once=once) as tx:
        if once is not None and not tx.fresh:
            return dict(tx.answered)
        known = await suppliers.find(tx, supplier_id)
        if known is None:
            raise SupplierNotFound(supplier_id=supplier_id)
        require(identity, "review_supplier", await under_review_by(tx, identity, known, known.applicant_account_id))
        path = await _path_of(tx, identity, known, command)
        command = await _checked(tx, known, command)
        supplier = await _decide(tx, known, command)
        await suppliers.insert_review(
            tx,
            {
                "supplier_id": supplier_id,
                "supplier_version": known.version,
                "outcome": command.outcome.value,
                "reason": command.reason,
                "ground": command.ground.value if command.ground else None,
                "effective_from": command.effective_from,
                "listing_ids": list(command.listing_ids),
                "reviewed_by": identity.account_id,
                "reviewer_name": identity.name,
                "reviewer_path": path,
                "unit_path": known.unit_path,
                "reviewed_at": tx.now,
            },
        )
        await _say(tx, supplier, command)
        view = await full_supplier(tx, supplier, identity)
        await tx.answer(view)
        return view


async def _path_of(tx: Tx, identity: Identity, known: Supplier, command: ReviewSupplier) -> str:
    """Give from where this officer decides; raises the problem that names who may instead."""
    by = await suppliers.recommended_by(tx, [known.supplier_id])
    found = reviews_from(identity, known, command.outcome, by.get(known.supplier_id))
    if not isinstance(found, str):
        raise found
    return found


async def _checked(tx: Tx, known: Supplier, command: ReviewSupplier) -> ReviewSupplier:
    """Check the decision against the supplier as it stands; gives it with its date filled in."""
    today = business_date(tx.now)
    problems = review_problems(
        command.outcome,
        reason=command.reason,
        ground=command.ground,
        effective_from=command.effective_from,
        listing_count=len(command.listing_ids),
        today=today,
    )
    if command.listing_ids:
        foreign = set(command.listing_ids) - await listings.ids_of_supplier(tx, known.supplier_id, command.listing_ids)
        if foreign:
            problems.append(field_problem("listing_ids", "names listings of another supplier", "包含其他供应方的商品"))
    if problems:
        raise InvalidFields(*problems)
    SUPPLIER.check(known.state, command.outcome.value)
    shown = command.outcome in (SupplierOutcome.RECOMMEND, SupplierOutcome.ADMIT)
    if shown and not await documents.of_supplier(tx, known.supplier_id):
        raise DocumentWanted(supplier_id=known.supplier_id)
    if command.outcome is SupplierOutcome.REVOKE and command.effective_from is None:
        return command.model_copy(update={"effective_from": today})
    return command


async def _decide(tx: Tx, known: Supplier, command: ReviewSupplier) -> Supplier:
    state = SUPPLIER.check(known.state, command.outcome.value)
    changes: dict[str, Any] = {"state": state.value, "changed_at": tx.now}
    if command.outcome is SupplierOutcome.ADMIT and known.admitted_at is None:
        changes["admitted_at"] = tx.now
    try:
        supplier = await suppliers.change(tx, known, changes)
    except IntegrityError as error:
        raise AlreadyAdmitted(credit_code=known.credit_code) from error
    if supplier is None:
        raise ChangedMeanwhile(supplier_id=known.supplier_id)
    return supplier


async def _say(tx: Tx, supplier: Supplier, command: ReviewSupplier) -> None:
    await tx.publish(supplier_changed(supplier))
    if command.outcome is SupplierOutcome.REVOKE:
        assert command.ground is not None
        assert command.effective_from is not None
        await tx.publish(
            SupplierRevoked(
                supplier_id=supplier.supplier_id,
                version=supplier.version,
                ground=command.ground,
                reason=command.reason,
                effective_from=command.effective_from,
                listing_ids=command.listing_ids,
            )
        )
    if command.outcome in (SupplierOutcome.SUSPEND, SupplierOutcome.REVOKE):
        await _withdraw_all(tx, supplier, command)


async def _withdraw_all(tx: Tx, supplier: Supplier, command: ReviewSupplier) -> None:
    """Take what is on sale off sale, and what waits for review out of the queue."""
    withdrawn = await listings.withdraw_all(tx, supplier.supplier_id, LISTING.open_from("withdraw"), tx.now)
    await on_sale.remove_all(tx, supplier.supplier_id)
    await tx.publish(
        *(
            ListingWithdrawn(listing_id=listing_id, listing_version=version, reason=command.reason)
            for listing_id, version in withdrawn
        )
    )
