"""An officer admits a supplier to an event, or refuses it with a reason; nobody admits what they asked for."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.catalog.domain.fairs import (
    ENTRY,
    JOINABLE,
    SUPPLIERS_MAX,
    EntryOutcome,
    FairFixed,
    FairNotFound,
    NotTakingPart,
    TooManySuppliers,
)
from services.catalog.domain.listings import SupplierNotAdmitted
from services.catalog.domain.suppliers import ChangedMeanwhile
from services.catalog.store import fairs, suppliers
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.fair_shapes import entry_view, owned_fair, say_fair, under_review
from services.catalog.usecases.put_fair_supplier import entry_values
from services.catalog.usecases.texts import COMMAND, Reason
from shared.contracts.authority import Identity, require
from shared.contracts.words import SupplierState
from shared.db.unit_of_work import Stamp
from shared.errors import InvalidFields, field_problem


class ReviewFairSupplier(BaseModel):
    """A decision about a supplier that asks to take part."""

    model_config = COMMAND | {
        "json_schema_extra": {"examples": [{"outcome": "admit"}, {"outcome": "refuse", "reason": "展位已满"}]}
    }

    outcome: EntryOutcome
    reason: Reason = Field(default="", description="required to refuse")
    revision: int | None = Field(
        default=None, ge=1, le=2_000_000_000, description="the revision that was looked at; refused if it has changed"
    )


async def review_fair_supplier(
    desk: Desk,
    identity: Identity,
    fair_id: UUID,
    supplier_id: UUID,
    command: ReviewFairSupplier,
    *,
    once: Stamp | None = None,
) -> dict[str, Any]:
    """Admit or refuse. Raises FairNotFound, NotTakingPart, WrongState, TooManySuppliers, ChangedMeanwhile."""
    async with desk.uow.begin(once=once) as tx:
        if once is not None and not tx.fresh:
            return dict(tx.answered)
        fair = await fairs.lock(tx, fair_id)
        if fair is None:
            raise FairNotFound(fair_id=fair_id)
        require(identity, "review_fair_supplier", owned_fair(fair))
        known = await fairs.find_entry(tx, fair_id, supplier_id)
        if known is None:
            raise NotTakingPart(fair_id=fair_id)
        require(identity, "review_fair_supplier", under_review(identity, fair, supplier_id, known.asked_by))
        if command.revision not in (None, known.revision):
            raise ChangedMeanwhile(fair_id=fair_id, revision=known.revision)
        state = ENTRY.check(known.state, command.outcome.value)
        if command.outcome is EntryOutcome.REFUSE and not command.reason:
            raise InvalidFields(field_problem("reason", "is required for this outcome", "请填写理由"))
        if fair.state not in JOINABLE:
            raise FairFixed(fair_id=fair_id, state=fair.state.value)
        if command.outcome is EntryOutcome.ADMIT:
            supplier = await suppliers.hold(tx, supplier_id)
            if supplier is None or supplier.state is not SupplierState.ADMITTED:
                raise SupplierNotAdmitted(supplier_id=supplier_id)
            if len(await fairs.admitted_ids(tx, fair_id)) >= SUPPLIERS_MAX:
                raise TooManySuppliers(fair_id=fair_id, suppliers_max=SUPPLIERS_MAX)
        decided = {
            "state": state.value,
            "reason": command.reason,
            "reviewed_by": identity.account_id,
            "reviewer_name": identity.name,
            "reviewed_at": tx.now,
        }
        entry = await fairs.put_entry(tx, fair_id, supplier_id, entry_values(known) | decided)
        if command.outcome is EntryOutcome.ADMIT:
            await say_fair(tx, await fairs.change(tx, fair, {}))
        view = entry_view(entry, await fairs.shown_ids(tx, fair_id, supplier_id))
        await tx.answer(view)
        return view
