"""An officer from above, who decided nothing of it before, upholds an appeal or dismisses it."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field
from sqlalchemy.exc import IntegrityError

from services.catalog.domain.appeals import (
    APPEAL,
    LEFT_BY,
    UPHELD_BY,
    AppealNotFound,
    AppealOutcome,
    DecidedByYou,
    NothingToAppeal,
)
from services.catalog.domain.suppliers import (
    SUPPLIER,
    AlreadyAdmitted,
    ChangedMeanwhile,
    RecommendedByYou,
    SupplierOutcome,
)
from services.catalog.store import appeals, suppliers
from services.catalog.store.appeals import Appeal
from services.catalog.store.suppliers import Supplier
from services.catalog.usecases.appeal_shapes import appeal_view
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.reach import under_review_by
from services.catalog.usecases.shapes import supplier_changed
from services.catalog.usecases.texts import COMMAND, Reason
from shared.clock import business_date
from shared.contracts.authority import Identity, Owned, Role, is_topmost, require
from shared.contracts.catalog import SupplierReinstated
from shared.db.unit_of_work import Stamp, Tx


class DecideAppeal(BaseModel):
    """A decision about an appeal, which always says why."""

    model_config = COMMAND | {
        "json_schema_extra": {
            "examples": [
                {"outcome": "uphold", "reason": "复核采收记录属实，撤销原决定"},
                {"outcome": "dismiss", "reason": "所附材料与抽查批次不符"},
            ]
        }
    }

    outcome: AppealOutcome
    reason: Reason = Field(min_length=1)


async def decide_appeal(
    desk: Desk, identity: Identity, appeal_id: UUID, command: DecideAppeal, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Decide about an appeal that still fits the supplier; one that no longer does can only be dismissed.

    Nobody decides who made the review, who recommended a supplier that would be admitted again by it, or who belongs to
    the supplier or ever did. Of two who decide at once, one wins.
    Raises AppealNotFound, NotAllowed, OwnRequest, DecidedByYou, RecommendedByYou, WrongState, NothingToAppeal,
    AlreadyAdmitted, ChangedMeanwhile.
    """
    async with desk.uow.begin(once=once) as tx:
        if once is not None and not tx.fresh:
            return dict(tx.answered)
        appeal = await appeals.find(tx, appeal_id)
        if appeal is None:
            raise AppealNotFound(appeal_id=appeal_id)
        path = await _decided_from(tx, identity, appeal, command)
        supplier = await suppliers.lock_and_find(tx, appeal.supplier_id)
        tx.look_at_the_clock()
        state = APPEAL.check(appeal.state, command.outcome.value)
        decided = await appeals.change(
            tx,
            appeal,
            {
                "state": state.value,
                "reason": command.reason,
                "decided_by": identity.account_id,
                "decider_name": identity.name,
                "decider_path": path,
                "decided_at": tx.now,
            },
        )
        if decided is None:
            raise ChangedMeanwhile(appeal_id=appeal_id)
        if command.outcome is AppealOutcome.UPHOLD:
            await _set_back(tx, supplier, decided, command.reason)
        view = appeal_view(decided)
        await tx.answer(view)
        return view


async def _decided_from(tx: Tx, identity: Identity, appeal: Appeal, command: DecideAppeal) -> str:
    """Give the path of the unit from which somebody may decide; raises the problem that names who may instead."""
    supplier = await suppliers.find(tx, appeal.supplier_id)
    assert supplier is not None
    theirs = await under_review_by(tx, identity, supplier, appeal.filed_by)
    require(identity, "decide_appeal", Owned(unit_path=appeal.reviewer_path, asked_by=theirs.asked_by))
    if identity.account_id == appeal.reviewed_by:
        raise DecidedByYou(appeal_id=appeal.appeal_id)
    recommended = await suppliers.recommended_by(tx, [appeal.supplier_id])
    admits = command.outcome is AppealOutcome.UPHOLD and appeal.outcome is not SupplierOutcome.RETURN
    if admits and recommended.get(appeal.supplier_id) == identity.account_id:
        raise RecommendedByYou(outcome=command.outcome.value)
    paths = [seat.path for seat in identity.seats_as(Role.OFFICER) if seat.path]
    above = [
        path
        for path in paths
        if appeal.reviewer_path.startswith(path) and (path != appeal.reviewer_path or is_topmost(path))
    ]
    return max(above, key=len)


async def _set_back(tx: Tx, supplier: Supplier, appeal: Appeal, reason: str) -> None:
    """Set the supplier back to how it stood, if it still stands as the review left it, and say so."""
    newest = await appeals.newest_review(tx, supplier.supplier_id)
    stands = newest is not None and newest.supplier_version == appeal.review_version
    if not stands or supplier.state is not LEFT_BY[appeal.outcome]:
        raise NothingToAppeal(review_version=appeal.review_version, state=supplier.state.value)
    state = SUPPLIER.check(supplier.state, UPHELD_BY[appeal.outcome])
    try:
        changed = await suppliers.change(tx, supplier, {"state": state.value, "changed_at": tx.now})
    except IntegrityError as error:
        raise AlreadyAdmitted(credit_code=supplier.credit_code) from error
    if changed is None:
        raise ChangedMeanwhile(supplier_id=supplier.supplier_id)
    await tx.publish(supplier_changed(changed))
    if appeal.outcome is SupplierOutcome.REVOKE:
        await tx.publish(
            SupplierReinstated(
                supplier_id=changed.supplier_id,
                version=changed.version,
                revoked_version=appeal.review_version + 1,
                reason=reason,
                reinstated_on=business_date(tx.now),
            )
        )
