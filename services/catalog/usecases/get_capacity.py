"""What a supplier declared is read by its own people, its officers and auditors: one by one, and as a queue."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.catalog.domain.capacity import CapacityNotFound, CapacityState, PlotNotFound
from services.catalog.store import plots
from services.catalog.usecases.capacity_shapes import capacity_view, plot_view
from services.catalog.usecases.cursors import moment_of, number_of, tagged
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.reach import reached
from services.catalog.usecases.texts import COMMAND
from shared.contracts.authority import Identity, Reach, seats_that_reach
from shared.http.paging import LIMIT_DEFAULT, LIMIT_MAX, decode_cursor, encode_cursor


class ListCapacities(BaseModel):
    """Which capacities, and which page of them."""

    model_config = COMMAND

    state: CapacityState = CapacityState.FILED
    limit: int = Field(default=LIMIT_DEFAULT, ge=1, le=LIMIT_MAX)
    cursor: str | None = Field(default=None, max_length=300)


async def get_plot(desk: Desk, identity: Identity, supplier_id: UUID, plot_id: UUID) -> dict[str, Any]:
    """Give a parcel as declared. Raises PlotNotFound."""
    async with desk.uow.glance() as tx:
        await reached(tx, identity, "get_plot", supplier_id)
        plot = await plots.find_plot(tx, plot_id)
        if plot is None or plot.supplier_id != supplier_id:
            raise PlotNotFound(plot_id=str(plot_id))
        return plot_view(plot)


async def get_capacity(desk: Desk, identity: Identity, supplier_id: UUID, capacity_id: UUID) -> dict[str, Any]:
    """Give a capacity with what follows from it. Raises CapacityNotFound."""
    async with desk.uow.read() as tx:
        await reached(tx, identity, "get_capacity", supplier_id)
        capacity = await plots.find_capacity(tx, capacity_id)
        if capacity is None or capacity.supplier_id != supplier_id:
            raise CapacityNotFound(capacity_id=str(capacity_id))
        return capacity_view(capacity, await plots.uses_of(tx, [capacity_id]))


async def list_capacities(desk: Desk, identity: Identity, query: ListCapacities) -> dict[str, Any]:
    """List what suppliers below the asker's units filed, the oldest first: an officer's queue."""
    keys = decode_cursor(query.cursor, str, int, UUID)
    if keys is not None:
        tagged(keys[0], "declared")
    after = None if keys is None else (moment_of(keys[1]), keys[2])
    reaching = seats_that_reach(identity, "list_capacities")
    paths = [seat.path for reach, seat in reaching if reach is Reach.SUBTREE and seat.path]
    async with desk.uow.read() as tx:
        found = await plots.filed_page(tx, paths, query.state, after, query.limit + 1) if paths else []
        page = found[: query.limit]
        uses = await plots.uses_of(tx, [one.capacity_id for one in page])
    following = None
    if len(found) > query.limit:
        following = encode_cursor(["declared", number_of(page[-1].filed_at), str(page[-1].capacity_id)])
    return {"items": [capacity_view(one, uses) for one in page], "next": following}
