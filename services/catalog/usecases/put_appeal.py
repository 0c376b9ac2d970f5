"""An owner appeals against the review that a supplier stands under, once, with what proves it."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from services.catalog.domain.appeals import (
    APPEAL_DOCUMENTS_MAX,
    GROUNDS_MAX,
    LEFT_BY,
    AlreadyAppealed,
    AppealFixed,
    AppealLate,
    AppealState,
    NothingToAppeal,
    is_late,
)
from services.catalog.domain.suppliers import SupplierOutcome
from services.catalog.store import appeals, suppliers
from services.catalog.store.appeals import Appeal
from services.catalog.store.suppliers import Supplier
from services.catalog.usecases.acts import log_act
from services.catalog.usecases.appeal_shapes import appeal_view
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.named_papers import document_problems
from services.catalog.usecases.reach import reached
from services.catalog.usecases.texts import COMMAND
from shared.contracts.authority import Identity
from shared.db.unit_of_work import Tx
from shared.errors import InvalidFields
from shared.texts import PARAGRAPHS


class PutAppeal(BaseModel):
    """Against which review, on what grounds."""

    model_config = COMMAND | {
        "json_schema_extra": {
            "examples": [
                {
                    "review_version": 4,
                    "grounds": "抽查批次系本基地当日采收，附采收记录和检验报告。",
                    "document_ids": [],
                }
            ]
        }
    }

    review_version: int = Field(ge=1, le=2_000_000_000, description="`supplier_version` of the review")
    grounds: Annotated[str, StringConstraints(min_length=1, max_length=GROUNDS_MAX, pattern=PARAGRAPHS)]
    document_ids: Annotated[tuple[UUID, ...], Field(max_length=APPEAL_DOCUMENTS_MAX)] = Field(
        default=(), description="documents of the supplier that prove it"
    )


async def put_appeal(
    desk: Desk, identity: Identity, supplier_id: UUID, appeal_id: UUID, command: PutAppeal
) -> dict[str, Any]:
    """File an appeal within sixty days; the same again changes nothing.

    Raises SupplierNotFound, NotAllowed, AppealFixed, NothingToAppeal, AppealLate, AlreadyAppealed, InvalidFields.
    """
    async with desk.uow.begin() as tx:
        await reached(tx, identity, "put_appeal", supplier_id)
        supplier = await suppliers.lock_and_find(tx, supplier_id)
        tx.look_at_the_clock()
        known = await appeals.find(tx, appeal_id)
        if known is not None:
            return appeal_view(_again(known, supplier_id, command))
        if problems := await document_problems(tx, supplier_id, command.document_ids):
            raise InvalidFields(*problems)
        appeal = await _made(tx, identity, supplier, appeal_id, command)
        if not await appeals.insert(tx, appeal):
            raise AlreadyAppealed(review_version=command.review_version)
        await log_act(tx, identity, supplier_id, "put_appeal", appeal_id)
        return appeal_view(appeal)


def _again(known: Appeal, supplier_id: UUID, command: PutAppeal) -> Appeal:
    said = (supplier_id, command.review_version, command.grounds, list(command.document_ids))
    if (known.supplier_id, known.review_version, known.grounds, known.document_ids) != said:
        raise AppealFixed(appeal_id=known.appeal_id)
    return known


async def _made(tx: Tx, identity: Identity, supplier: Supplier, appeal_id: UUID, command: PutAppeal) -> Appeal:
    review = await appeals.newest_review(tx, supplier.supplier_id)
    outcome = None if review is None else SupplierOutcome(review.outcome)
    if review is None or outcome is None or review.supplier_version != command.review_version:
        raise NothingToAppeal(review_version=command.review_version)
    if LEFT_BY.get(outcome) is not supplier.state:
        raise NothingToAppeal(review_version=command.review_version, state=supplier.state.value)
    if is_late(review.reviewed_at, tx.now):
        raise AppealLate(reviewed_at=review.reviewed_at.isoformat())
    return Appeal(
        appeal_id=appeal_id,
        supplier_id=supplier.supplier_id,
        review_version=review.supplier_version,
        outcome=outcome,
        reviewed_by=review.reviewed_by,
        reviewer_path=review.reviewer_path or supplier.unit_path,
        grounds=command.grounds,
        document_ids=list(command.document_ids),
        filed_by=identity.account_id,
        filed_by_name=identity.name,
        filed_at=tx.now,
        state=AppealState.FILED,
        reason=None,
        decided_by=None,
        decider_name=None,
        decider_path=None,
        decided_at=None,
    )
