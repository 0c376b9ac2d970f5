"""A supplier says which of its goods it shows at an event."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.catalog.domain.fairs import (
    JOINABLE,
    SHOWN_OF_A_SUPPLIER_MAX,
    EntryState,
    FairFixed,
    FairNotFound,
    NotTakingPart,
)
from services.catalog.store import fairs
from services.catalog.usecases.acts import log_act
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.fair_shapes import entry_view
from services.catalog.usecases.texts import COMMAND
from shared.contracts.authority import Identity, Owned, require
from shared.contracts.words import FairState
from shared.errors import InvalidFields, field_problem


class PutShowcase(BaseModel):
    """What is shown; whatever is not named is shown no more."""

    model_config = COMMAND | {
        "json_schema_extra": {"examples": [{"listing_ids": ["019a0000-0000-7000-8000-000000000001"]}]}
    }

    listing_ids: Annotated[tuple[UUID, ...], Field(max_length=SHOWN_OF_A_SUPPLIER_MAX)]


async def put_showcase(
    desk: Desk, identity: Identity, fair_id: UUID, supplier_id: UUID, command: PutShowcase
) -> dict[str, Any]:
    """Write the showcase of a supplier that asked or was admitted; buyers see what of it is on sale."""
    require(identity, "put_showcase", Owned(supplier_id=supplier_id))
    async with desk.uow.begin() as tx:
        fair = await fairs.lock(tx, fair_id)
        if fair is None or fair.state is FairState.DRAFT:
            raise FairNotFound(fair_id=fair_id)
        entry = await fairs.find_entry(tx, fair_id, supplier_id)
        if entry is None or entry.state not in (EntryState.ASKED, EntryState.ADMITTED):
            raise NotTakingPart(fair_id=fair_id)
        wanted = sorted(set(command.listing_ids))
        if wanted != await fairs.shown_ids(tx, fair_id, supplier_id):
            if fair.state not in JOINABLE:
                raise FairFixed(fair_id=fair_id, state=fair.state.value)
            if await fairs.foreign_listings(tx, supplier_id, wanted):
                raise InvalidFields(
                    field_problem("listing_ids", "names goods of another supplier", "包含其他供应方的商品")
                )
            await fairs.show(tx, fair_id, supplier_id, wanted)
            await log_act(tx, identity, supplier_id, "put_showcase", fair_id, entry.revision)
        return entry_view(entry, wanted)
