"""Transfers are read with both canteens, their units, and what was decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from services.procurement_quota.domain.words import EntryKind, TransferState
from services.procurement_quota.store.tables import canteen, entry, unit
from services.procurement_quota.store.transfer_tables import transfer, transfer_decision
from shared.db.unit_of_work import ReadTx, Tx


@dataclass(frozen=True, slots=True)
class Transfer:
    """A transfer as it was asked for, where both canteens stand in the tree now, and what was decided."""

    id: UUID
    lots: list[UUID]
    order_id: UUID | None
    purchase_id: UUID | None
    from_canteen_id: UUID
    to_canteen_id: UUID
    payer: str
    receiver: str
    delivery_address: str
    reason: str
    asked_by: UUID
    recorded_at: datetime
    from_name: str
    from_unit_id: UUID
    from_path: str
    to_name: str
    to_unit_id: UUID
    to_path: str
    outcome: str | None
    decided_because: str | None
    decided_by: UUID | None
    decided_at: datetime | None

    @property
    def state(self) -> TransferState:
        return _STATES[self.outcome]


_STATES = {None: TransferState.ASKED, "approve": TransferState.APPROVED, "refuse": TransferState.REFUSED}
_OUTCOMES = {state: outcome for outcome, state in _STATES.items()}

_from, _to = canteen.alias("from_canteen"), canteen.alias("to_canteen")
_from_unit, _to_unit = unit.alias("from_unit"), unit.alias("to_unit")
_TRANSFERS = (
    sa.select(
        transfer,
        _from.c.name.label("from_name"),
        _from.c.unit_id.label("from_unit_id"),
        _from_unit.c.path.label("from_path"),
        _to.c.name.label("to_name"),
        _to.c.unit_id.label("to_unit_id"),
        _to_unit.c.path.label("to_path"),
        transfer_decision.c.outcome,
        transfer_decision.c.reason.label("decided_because"),
        transfer_decision.c.decided_by,
        transfer_decision.c.recorded_at.label("decided_at"),
    )
    .join(_from, _from.c.id == transfer.c.from_canteen_id)
    .join(_from_unit, _from_unit.c.id == _from.c.unit_id)
    .join(_to, _to.c.id == transfer.c.to_canteen_id)
    .join(_to_unit, _to_unit.c.id == _to.c.unit_id)
    .outerjoin(transfer_decision, transfer_decision.c.transfer_id == transfer.c.id)
)


async def transfer_by_id(tx: ReadTx, transfer_id: UUID) -> Transfer | None:
    row = await tx.first(_TRANSFERS.where(transfer.c.id == transfer_id))
    return None if row is None else Transfer(**row._mapping)


async def list_transfers(
    tx: ReadTx,
    *,
    paths: Sequence[str],
    canteen_id: UUID | None,
    state: TransferState | None,
    before: UUID | None,
    limit: int,
) -> list[Transfer]:
    """List, newest id first, the transfers from or to a canteen of the units below some paths."""
    sides = (_from_unit.c.path, _to_unit.c.path)
    reach = [side.startswith(path, autoescape=True) for path in paths for side in sides]
    asked = _TRANSFERS.where(sa.or_(*reach)).order_by(transfer.c.id.desc()).limit(limit)
    if canteen_id is not None:
        asked = asked.where(sa.or_(transfer.c.from_canteen_id == canteen_id, transfer.c.to_canteen_id == canteen_id))
    if state is not None:
        asked = asked.where(transfer_decision.c.outcome.is_not_distinct_from(_OUTCOMES[state]))
    if before is not None:
        asked = asked.where(transfer.c.id < before)
    return [Transfer(**row._mapping) for row in await tx.rows(asked)]


async def open_transfer_of(tx: ReadTx, *, order_id: UUID | None, purchase_id: UUID | None) -> UUID | None:
    """Give the transfer of an order, or of a purchase made elsewhere, that nobody has decided yet."""
    of = transfer.c.order_id == order_id if order_id is not None else transfer.c.purchase_id == purchase_id
    asked = sa.select(transfer.c.id).outerjoin(transfer_decision, transfer_decision.c.transfer_id == transfer.c.id)
    found: UUID | None = await tx.value(asked.where(of, transfer_decision.c.transfer_id.is_(None)).limit(1))
    return found


async def write_transfer(tx: Tx, values: dict[str, Any]) -> bool:
    """Keep a transfer that is asked for; tells whether its id was free."""
    kept = insert(transfer).values(values).on_conflict_do_nothing(index_elements=[transfer.c.id])
    return bool(await tx.rows(kept.returning(transfer.c.id)))


async def write_decision(tx: Tx, values: dict[str, Any]) -> None:
    await tx.execute(sa.insert(transfer_decision), values)


async def entries_of_transfers(tx: ReadTx, ids: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """List the entries by which some transfers were booked, what left before what came."""
    rows = await tx.rows(
        sa.select(
            entry.c.source_id,
            entry.c.unit_id,
            entry.c.seq,
            entry.c.canteen_id,
            entry.c.happened_on,
            entry.c.amount_fen,
            entry.c.facts["transfer"]["side"].astext.label("side"),
        )
        .where(
            entry.c.source_id == sa.any_(sa.cast(list(ids), sa.ARRAY(sa.Uuid))),
            entry.c.kind == EntryKind.TRANSFER.value,
        )
        .order_by(entry.c.source_id, sa.desc("side"), entry.c.seq)
    )
    found: dict[UUID, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row.source_id, []).append(dict(row._mapping))
    return found
