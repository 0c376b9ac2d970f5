"""Finance of either unit asks that a purchase booked to the wrong canteen moves to the right one; nothing moves yet."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.procurement_quota.store import ledger
from services.procurement_quota.store.canteens import Canteen, canteen_by_id
from services.procurement_quota.store.purchases import purchase_by_id
from services.procurement_quota.store.transfers import Transfer, open_transfer_of, transfer_by_id, write_transfer
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.gather_basis import canteen_of
from services.procurement_quota.usecases.texts import Line, Said
from services.procurement_quota.usecases.transfer_view import booked, either, transfers_written
from shared.contracts.authority import Identity, Owned, allows, require
from shared.db.unit_of_work import ReadTx, Tx
from shared.errors import Conflict, InvalidFields, NotFound, field_problem

OPERATION = "put_transfer"


class NotBooked(NotFound):
    """This purchase is not in the ledger.

    zh: 账簿中没有这笔采购。
    """


class TransferDiffers(Conflict):
    """A transfer with this id was asked for with other content, which does not change.

    zh: 该编号的划转申请已按其他内容提交，不能更改。
    """


class TransferWaits(Conflict):
    """Another transfer of this purchase waits to be decided.

    zh: 该笔采购已有待批准的划转申请。
    """


class NothingToTransfer(Conflict):
    """Nothing is left of this purchase: all of it was returned, credited or taken back.

    zh: 该笔采购已全部退回或冲销，无可划转。
    """


class PutTransfer(BaseModel):
    """Which purchase is booked to the wrong canteen, where it belongs, and who truly paid and received it."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "order_id": "0197a2c4-5b1e-7c3a-9f20-3c5d7e9f1a2b",
                    "to_canteen_id": "0197a2c4-5b1e-7c3a-9f20-3c5d7e9f1a2c",
                    "payer": "长沙市芙蓉区残疾人联合会",
                    "receiver": "芙蓉区残联机关食堂",
                    "delivery_address": "长沙市芙蓉区人民东路189号",
                    "reason": "下单时误选了市残联食堂，货物由区残联验收并付款",
                }
            ]
        },
    )

    order_id: UUID | None = None
    """An order placed here, with all that was accepted of it."""
    purchase_id: UUID | None = None
    """Or a purchase made elsewhere."""
    to_canteen_id: UUID
    payer: Line
    receiver: Line
    delivery_address: Line
    reason: Said


GIVEN = ("order_id", "purchase_id", "to_canteen_id", "payer", "receiver", "delivery_address", "reason")


async def put_transfer(
    desk: Desk, identity: Identity, transfer_id: UUID, command: PutTransfer
) -> tuple[dict[str, Any], bool]:
    """Ask for a transfer; gives it, and whether it is new.

    Raises CanteenUnknown, NotBooked, TransferDiffers, TransferWaits, NothingToTransfer, InvalidFields.
    """
    if (command.order_id is None) == (command.purchase_id is None):
        raise InvalidFields(
            field_problem("order_id", "or `purchase_id`, one of both, is named", "与 purchase_id 二者须填其一")
        )
    async with desk.uow.glance() as reading:
        to = await canteen_of(reading, command.to_canteen_id)
        lots = await _lots(reading, command)
        await _require(reading, identity, await transfer_by_id(reading, transfer_id), to, lots)
    async with desk.uow.begin() as tx:
        await ledger.lock_lots(tx, lots)
        known = await transfer_by_id(tx, transfer_id)
        if known is None:
            await _ask(tx, identity, transfer_id, command, lots, to)
        elif any(getattr(known, name) != getattr(command, name) for name in GIVEN):
            raise TransferDiffers(transfer_id=str(transfer_id))
        found = await transfer_by_id(tx, transfer_id)
        assert found is not None
        [written] = await transfers_written(tx, identity, [found])
        return written, known is None


async def _require(tx: ReadTx, identity: Identity, known: Transfer | None, to: Canteen, lots: list[UUID]) -> None:
    """Refuse who is finance of neither unit: those that a known transfer names, wherever the goods stand by now.

    Raises NotAllowed, NotBooked.
    """
    if known is not None:
        require(identity, OPERATION, Owned(unit_path=either(OPERATION, identity, known)))
        return
    stands = await booked(tx, lots)
    wrong = None if stands is None else await canteen_by_id(tx, stands.canteen_id)
    if wrong is None or not allows(identity, OPERATION, Owned(canteen_id=wrong.id, unit_path=wrong.unit_path)):
        require(identity, OPERATION, Owned(canteen_id=to.id, unit_path=to.unit_path))
    if stands is None:
        raise NotBooked()


async def _lots(tx: ReadTx, command: PutTransfer) -> list[UUID]:
    if command.order_id is not None:
        return sorted(await ledger.acceptances_of_order(tx, command.order_id))
    assert command.purchase_id is not None
    found = await purchase_by_id(tx, command.purchase_id)
    return [] if found is None else [command.purchase_id]


async def _ask(
    tx: Tx, identity: Identity, transfer_id: UUID, command: PutTransfer, lots: list[UUID], to: Canteen
) -> None:
    stands = await booked(tx, lots)
    assert stands is not None
    waiting = await open_transfer_of(tx, order_id=command.order_id, purchase_id=command.purchase_id)
    if waiting is not None:
        raise TransferWaits(transfer_id=str(waiting))
    if stands.canteen_id == to.id:
        raise InvalidFields(
            field_problem("to_canteen_id", "is where the purchase is booked already", "该笔采购已记在此食堂")
        )
    if stands.amount_fen <= 0:
        raise NothingToTransfer(left_fen=stands.amount_fen)
    values = {name: getattr(command, name) for name in GIVEN}
    kept = await write_transfer(
        tx,
        {
            "id": transfer_id,
            "lots": lots,
            "from_canteen_id": stands.canteen_id,
            **values,
            "asked_by": identity.account_id,
            "recorded_at": tx.now,
        },
    )
    if not kept:
        raise TransferDiffers(transfer_id=str(transfer_id))
