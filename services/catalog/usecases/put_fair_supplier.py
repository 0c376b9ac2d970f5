"""A supplier asks to take part in an event, or leaves it."""

from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.catalog.domain.fairs import (
    ENTRY,
    JOINABLE,
    SUPPLIERS_MAX,
    EntryState,
    FairFixed,
    FairNotFound,
    NotTakingPart,
    TooManySuppliers,
)
from services.catalog.domain.listings import SupplierNotAdmitted
from services.catalog.store import fairs, suppliers
from services.catalog.store.fairs import Entry, Fair
from services.catalog.usecases.acts import log_act
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.fair_shapes import entry_view, say_fair
from services.catalog.usecases.texts import COMMAND, Reason
from shared.contracts.authority import Identity, Owned, require
from shared.contracts.words import FairState, SupplierState
from shared.db.unit_of_work import Tx

ASKED_MAX = SUPPLIERS_MAX + 200
"""How many may ask to take part; some are refused."""


class Wish(StrEnum):
    """What a supplier wants of an event."""

    ASK = "ask"
    LEAVE = "leave"


class PutFairSupplier(BaseModel):
    """Whether a supplier wants to take part."""

    model_config = COMMAND | {"json_schema_extra": {"examples": [{"wish": "ask", "note": "需要一个展位"}]}}

    wish: Wish = Wish.ASK
    note: Reason = ""


async def put_fair_supplier(
    desk: Desk, identity: Identity, fair_id: UUID, supplier_id: UUID, command: PutFairSupplier
) -> dict[str, Any]:
    """Ask to take part, or leave; the same again changes nothing. Raises FairFixed, SupplierNotAdmitted, WrongState."""
    require(identity, "put_fair_supplier", Owned(supplier_id=supplier_id))
    async with desk.uow.begin() as tx:
        fair = await fairs.lock(tx, fair_id)
        if fair is None or fair.state is FairState.DRAFT:
            raise FairNotFound(fair_id=fair_id)
        known = await fairs.find_entry(tx, fair_id, supplier_id)
        asks = command.wish is Wish.ASK
        done = (EntryState.ASKED, EntryState.ADMITTED) if asks else (EntryState.LEFT,)
        if known is not None and known.state in done and (known.note == command.note or not asks):
            return entry_view(known, await fairs.shown_ids(tx, fair_id, supplier_id))
        if fair.state not in JOINABLE:
            raise FairFixed(fair_id=fair_id, state=fair.state.value)
        entry = await (_ask(tx, identity, fair, supplier_id, known, command) if asks else _leave(tx, fair, known))
        await log_act(tx, identity, supplier_id, "put_fair_supplier", fair_id, entry.revision)
        return entry_view(entry, await fairs.shown_ids(tx, fair_id, supplier_id))


async def _ask(
    tx: Tx, identity: Identity, fair: Fair, supplier_id: UUID, known: Entry | None, command: PutFairSupplier
) -> Entry:
    supplier = await suppliers.hold(tx, supplier_id)
    if supplier is None or supplier.state is not SupplierState.ADMITTED:
        raise SupplierNotAdmitted(supplier_id=supplier_id)
    if known is None and await fairs.count_entries(tx, fair.fair_id) >= ASKED_MAX:
        raise TooManySuppliers(fair_id=fair.fair_id, suppliers_max=SUPPLIERS_MAX)
    state = EntryState.ASKED if known is None else ENTRY.check(known.state, "ask")
    asked = {"asked_by": identity.account_id, "asked_at": tx.now, "reason": ""}
    unreviewed = {"reviewed_by": None, "reviewer_name": None, "reviewed_at": None}
    values = {"state": state.value, "note": command.note, **asked, **unreviewed}
    return await fairs.put_entry(tx, fair.fair_id, supplier_id, values)


async def _leave(tx: Tx, fair: Fair, known: Entry | None) -> Entry:
    if known is None:
        raise NotTakingPart(fair_id=fair.fair_id)
    state = ENTRY.check(known.state, "leave")
    entry = await fairs.put_entry(tx, fair.fair_id, known.supplier_id, entry_values(known) | {"state": state.value})
    if known.state is EntryState.ADMITTED:
        await say_fair(tx, await fairs.change(tx, fair, {}))
    return entry


def entry_values(entry: Entry) -> dict[str, Any]:
    """Give an entry as columns, but for its keys."""
    kept = {
        name: getattr(entry, name) for name in entry.__slots__ if name not in ("fair_id", "supplier_id", "revision")
    }
    return kept | {"state": entry.state.value}
