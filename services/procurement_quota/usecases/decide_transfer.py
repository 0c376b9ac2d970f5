"""The finance of a unit above both approves a transfer, which books it in both chains at once, or refuses it."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.procurement_quota.domain.transfers import Move, transferred
from services.procurement_quota.domain.words import TransferOutcome, TransferState
from services.procurement_quota.store import flags, heard, ledger
from services.procurement_quota.store.canteens import places
from services.procurement_quota.store.imports import hold_import
from services.procurement_quota.store.openings import standing_openings
from services.procurement_quota.store.transfers import Transfer, write_decision
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.put_opening_balance import OpeningOverlaps
from services.procurement_quota.usecases.put_transfer import NothingToTransfer
from services.procurement_quota.usecases.texts import Said
from services.procurement_quota.usecases.transfer_view import Booked, booked, known_transfer, transfers_written
from shared.contracts.authority import Identity, Owned, require
from shared.db.unit_of_work import Stamp, Tx
from shared.errors import Conflict

OPERATION = "decide_transfer"


class TransferDecided(Conflict):
    """This transfer was decided already.

    zh: 该划转申请已有审批结论。
    """


class DecideTransfer(BaseModel):
    """What a common superior decides, and why."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={"examples": [{"outcome": "approve", "reason": "已核对送货单与付款凭证"}]},
    )

    outcome: TransferOutcome
    reason: Said


async def decide_transfer(
    desk: Desk, identity: Identity, transfer_id: UUID, command: DecideTransfer, *, once: Stamp | None = None
) -> dict[str, Any]:
    """Approve or refuse a transfer.

    Raises TransferUnknown, OwnRequest, TransferDecided, NothingToTransfer, OpeningOverlaps.
    """
    async with desk.uow.glance() as reading:
        found = await known_transfer(reading, transfer_id)
    for path in (found.from_path, found.to_path):
        require(identity, OPERATION, Owned(unit_path=path, asked_by=found.asked_by))
    async with desk.uow.begin(once=once) as tx:
        if tx.answered is not None:
            answered: dict[str, Any] = tx.answered
            return answered
        await _decide(desk, tx, identity, found, command)
        [answer] = await transfers_written(tx, identity, [await known_transfer(tx, transfer_id)])
        await tx.answer(answer)
        return answer


async def _decide(desk: Desk, tx: Tx, identity: Identity, asked: Transfer, command: DecideTransfer) -> None:
    undone = asked.purchase_id is not None and await hold_import(tx, asked.purchase_id)
    await ledger.lock_revocations(tx, alone=True)
    to = (await places(tx, [asked.to_canteen_id]))[asked.to_canteen_id]
    units = await ledger.units_of_lots(tx, asked.lots)
    heads = await ledger.lock_heads(tx, {*units, to.unit_id})
    now = await known_transfer(tx, asked.id)
    if now.state is not TransferState.ASKED:
        raise TransferDecided(transfer_id=str(asked.id), state=now.state.value)
    await write_decision(
        tx,
        {
            "transfer_id": asked.id,
            "outcome": command.outcome.value,
            "reason": command.reason,
            "decided_by": identity.account_id,
            "recorded_at": tx.now,
        },
    )
    if command.outcome is TransferOutcome.REFUSE:
        return
    stands = await booked(tx, asked.lots)
    if stands is None or undone or stands.amount_fen <= 0:
        raise NothingToTransfer(left_fen=0 if stands is None or undone else stands.amount_fen)
    await _check_openings(tx, asked.to_canteen_id, stands)
    move = Move(asked.id, to, asked.payer, asked.receiver, asked.delivery_address, asked.reason)
    held = await flags.flagged(tx, asked.lots)
    revoked = await heard.revocations(tx, {row["supplier_id"] for row in stands.rows if row["supplier_id"]})
    await ledger.post(tx, heads, transferred(stands.rows, move, await desk.reference.current(tx), held, revoked))
    if asked.order_id is not None:
        await ledger.move_order(tx, asked.order_id, asked.to_canteen_id)


async def _check_openings(tx: Tx, to_canteen_id: UUID, stands: Booked) -> None:
    """Refuse what the right canteen's opening balance covers already. Raises OpeningOverlaps."""
    openings = await standing_openings(tx, [to_canteen_id])
    for row in stands.rows:
        balance = openings.get((to_canteen_id, row["fund"], row["year"]))
        if balance is not None and row["happened_on"] <= balance["bought_until"]:
            raise OpeningOverlaps(first_on=row["happened_on"].isoformat())
