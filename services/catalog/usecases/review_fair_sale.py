"""An officer confirms what walk-in buyers bought, or returns it with a reason; nobody confirms what they entered."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.catalog.domain.fairs import (
    FAIR_SALE,
    SOLD_AT,
    FairFixed,
    FairNotFound,
    FairSaleNotFound,
    FairSaleOutcome,
)
from services.catalog.domain.suppliers import ChangedMeanwhile
from services.catalog.store import fairs
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.fair_shapes import owned_fair, sale_view, under_review
from services.catalog.usecases.judge_sales import judge_sales
from services.catalog.usecases.recent import Kind
from services.catalog.usecases.texts import COMMAND, Reason
from shared.contracts.authority import Identity, require
from shared.db.unit_of_work import Stamp
from shared.errors import InvalidFields, field_problem


class ReviewFairSale(BaseModel):
    """A decision about a walk-in sale."""

    model_config = COMMAND | {
        "json_schema_extra": {
            "examples": [{"outcome": "confirm", "revision": 1}, {"outcome": "return", "reason": "金额与票据不符"}]
        }
    }

    outcome: FairSaleOutcome
    reason: Reason = Field(default="", description="required to return")
    revision: int | None = Field(
        default=None, ge=1, le=2_000_000_000, description="the revision that was looked at; refused if it has changed"
    )


async def review_fair_sale(
    desk: Desk, identity: Identity, fair_id: UUID, sale_id: UUID, command: ReviewFairSale, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Confirm or return; what is confirmed by weight is held against the capacity.

    Raises FairNotFound, FairSaleNotFound, WrongState, FairFixed, ChangedMeanwhile.
    """
    async with desk.recent.changing(Kind.FAIR_RESULTS), desk.uow.begin(once=once) as tx:
        if once is not None and not tx.fresh:
            return dict(tx.answered)
        fair = await fairs.lock(tx, fair_id)
        if fair is None:
            raise FairNotFound(fair_id=fair_id)
        require(identity, "review_fair_sale", owned_fair(fair))
        known = await fairs.find_sale(tx, sale_id)
        if known is None or known.fair_id != fair_id:
            raise FairSaleNotFound(sale_id=sale_id)
        require(identity, "review_fair_sale", under_review(identity, fair, known.supplier_id, known.entered_by))
        if command.revision not in (None, known.revision):
            raise ChangedMeanwhile(sale_id=sale_id, revision=known.revision)
        state = FAIR_SALE.check(known.state, command.outcome.value)
        if command.outcome is FairSaleOutcome.RETURN and not command.reason:
            raise InvalidFields(field_problem("reason", "is required for this outcome", "请填写理由"))
        if fair.state not in SOLD_AT:
            raise FairFixed(fair_id=fair_id, state=fair.state.value)
        kept = {name: getattr(known, name) for name in known.__slots__ if name not in ("sale_id", "revision")}
        decided = {
            "state": state.value,
            "reason": command.reason,
            "reviewed_by": identity.account_id,
            "reviewed_at": tx.now,
        }
        view = sale_view(await fairs.put_sale(tx, sale_id, kept | decided, revision=known.revision + 1))
        await judge_sales(tx, [(known.supplier_id, known.item_code, known.sold_on.year)])
        await tx.answer(view)
        return view
