"""A supplier enters what walk-in buyers bought at an event; what canteens order comes by their orders alone."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.catalog.domain.fairs import (
    FAIR_SALE,
    SOLD_AT,
    EntryState,
    FairFixed,
    FairNotFound,
    FairSaleFixed,
    FairSaleState,
    NotTakingPart,
    sale_problems,
)
from services.catalog.store import fairs
from services.catalog.store.fairs import Fair, FairSale
from services.catalog.usecases.acts import log_act
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.fair_shapes import sale_view
from services.catalog.usecases.recent import Kind
from services.catalog.usecases.texts import COMMAND
from shared.clock import business_date
from shared.contracts.authority import Identity, Owned, require
from shared.contracts.words import FairState
from shared.db.unit_of_work import Tx
from shared.errors import InvalidFields
from shared.reference.items import items

SUM_MAX = 10**12


class PutFairSale(BaseModel):
    """What was sold of one item on one day, in all."""

    model_config = COMMAND | {
        "json_schema_extra": {
            "examples": [
                {
                    "supplier_id": "019a0000-0000-7000-8000-000000000001",
                    "item_code": "ginger",
                    "grams": 250000,
                    "amount_fen": 325000,
                    "sold_on": "2026-12-03",
                }
            ]
        }
    }

    supplier_id: UUID
    item_code: Annotated[str, Field(min_length=1, max_length=40)] = Field(description="of the list of items")
    grams: int | None = Field(default=None, ge=1, le=SUM_MAX, description="or else pieces")
    pieces: int | None = Field(default=None, ge=1, le=SUM_MAX)
    amount_fen: int = Field(ge=1, le=SUM_MAX)
    sold_on: date


async def put_fair_sale(
    desk: Desk, identity: Identity, fair_id: UUID, sale_id: UUID, command: PutFairSale
) -> dict[str, Any]:
    """Enter a sale, or change one that is not confirmed; the same again changes nothing."""
    require(identity, "put_fair_sale", Owned(supplier_id=command.supplier_id))
    async with desk.recent.changing(Kind.FAIR_RESULTS), desk.uow.begin() as tx:
        fair = await fairs.lock(tx, fair_id)
        if fair is None or fair.state is FairState.DRAFT:
            raise FairNotFound(fair_id=fair_id)
        known = await fairs.find_sale(tx, sale_id)
        if known is not None:
            require(identity, "put_fair_sale", Owned(supplier_id=known.supplier_id))
        content = command.model_dump() | {"fair_id": fair_id}
        same = known is not None and {name: getattr(known, name) for name in content} == content
        if known is not None and same and known.state is not FairSaleState.RETURNED:
            return sale_view(known)
        await _check(tx, fair, known, command)
        entered = {"state": FairSaleState.ENTERED.value, "entered_by": identity.account_id, "entered_at": tx.now}
        values = {**content, **entered, "reviewed_by": None, "reviewed_at": None, "reason": ""}
        sale = await fairs.put_sale(tx, sale_id, values, revision=known.revision + 1 if known else 1)
        await log_act(tx, identity, command.supplier_id, "put_fair_sale", sale_id, sale.revision)
        return sale_view(sale)


async def _check(tx: Tx, fair: Fair, known: FairSale | None, command: PutFairSale) -> None:
    entry = await fairs.find_entry(tx, fair.fair_id, command.supplier_id)
    if entry is None or entry.state is not EntryState.ADMITTED:
        raise NotTakingPart(fair_id=fair.fair_id)
    if fair.state not in SOLD_AT:
        raise FairFixed(fair_id=fair.fair_id, state=fair.state.value)
    elsewhere = known is not None and (known.fair_id, known.supplier_id) != (fair.fair_id, command.supplier_id)
    if known is not None and (elsewhere or not FAIR_SALE.allows(known.state, "enter")):
        raise FairSaleFixed(sale_id=known.sale_id, state=known.state.value)
    problems = sale_problems(
        item_known=command.item_code in items(),
        grams=command.grams,
        pieces=command.pieces,
        sold_on=command.sold_on,
        days=(fair.begins_on, fair.ends_on),
        today=business_date(tx.now),
    )
    if problems:
        raise InvalidFields(*problems)
