"""A delivery note is read, and printed, by whoever may read its order: it is the order's own figures on one sheet."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.order.clients.delivery_paper import LAYOUT, paper_of
from services.order.domain.delivery_note import note_of
from services.order.store.order_view import order_view
from services.order.usecases.desk import Desk
from services.order.usecases.steps import look_at_order
from shared.contracts.authority import Identity


class NoteFormat(StrEnum):
    """What a delivery note is given as."""

    JSON = "json"
    PDF = "pdf"


async def read_delivery_note(desk: Desk, identity: Identity, order_id: UUID) -> dict[str, Any]:
    """Read what was packed of an order. Raises NoSuchOrder, NothingToDeliver."""
    async with desk.uow.read() as tx:
        await look_at_order(tx, identity, "get_delivery_note", order_id)
        order = await order_view(tx, order_id)
    return note_of(order, f"{desk.public_url}/orders/{order_id}")


async def print_delivery_note(desk: Desk, note: Mapping[str, Any], language: str) -> bytes:
    """Lay a note out as PDF. Raises PressBusy, PressTooSlow, FontMissing, PressBroken."""
    return await desk.press.lay_out(paper_of(note, language, desk.clock.now()), LAYOUT)
