"""A transfer is written the same way to whoever asks, and an amount only to who may see where it is booked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.procurement_quota.domain.chain import moment_text
from services.procurement_quota.domain.lots import standings
from services.procurement_quota.domain.words import TransferState
from services.procurement_quota.store import ledger
from services.procurement_quota.store.transfers import Transfer, entries_of_transfers, transfer_by_id
from shared.contracts.authority import Identity, Owned, allows
from shared.db.unit_of_work import ReadTx
from shared.errors import NotFound


class TransferUnknown(NotFound):
    """There is no such transfer.

    zh: 没有这笔划转申请。
    """


@dataclass(frozen=True, slots=True)
class Booked:
    """Where a purchase is booked now, with all its entries."""

    canteen_id: UUID
    amount_fen: int
    rows: Sequence[Mapping[str, Any]]


async def booked(tx: ReadTx, lots: Iterable[UUID]) -> Booked | None:
    """Tell where some lots, of one order or one purchase, are booked now; None when they are not."""
    rows = await ledger.entries_of_lots(tx, lots)
    standing = list(standings(rows).values())
    if not standing:
        return None
    return Booked(standing[0].canteen_id, sum(one.amount_fen for one in standing), rows)


async def known_transfer(tx: ReadTx, transfer_id: UUID) -> Transfer:
    """Give a transfer. Raises TransferUnknown."""
    found = await transfer_by_id(tx, transfer_id)
    if found is None:
        raise TransferUnknown(transfer_id=str(transfer_id))
    return found


def either(operation: str, identity: Identity, one: Transfer) -> str:
    """Give that of the two units' paths by which this may be done, else the one from which it would go."""
    return one.to_path if allows(identity, operation, Owned(unit_path=one.to_path)) else one.from_path


async def transfers_written(tx: ReadTx, identity: Identity, found: Sequence[Transfer]) -> list[dict[str, Any]]:
    """Write transfers as they stand now."""
    entries = await entries_of_transfers(tx, [one.id for one in found])
    waiting = {lot for one in found if one.state is TransferState.ASKED and _sees(identity, one) for lot in one.lots}
    amounts: dict[UUID, int] = {}
    if waiting:
        for lot, standing in standings(await ledger.entries_of_lots(tx, waiting)).items():
            amounts[lot[0]] = amounts.get(lot[0], 0) + standing.amount_fen
    return [_written(one, entries.get(one.id, []), amounts) for one in found]


def _sees(identity: Identity, one: Transfer) -> bool:
    owned = Owned(canteen_id=one.from_canteen_id, unit_path=one.from_path)
    return allows(identity, "get_statement", owned)


def _written(one: Transfer, entries: Sequence[Mapping[str, Any]], amounts: Mapping[UUID, int]) -> dict[str, Any]:
    amount_fen: int | None = None
    if entries:
        amount_fen = sum(entry["amount_fen"] for entry in entries if entry["side"] == "in")
    elif amounts.keys() & set(one.lots):
        amount_fen = sum(amounts.get(lot, 0) for lot in one.lots)
    return {
        "id": str(one.id),
        "order_id": None if one.order_id is None else str(one.order_id),
        "purchase_id": None if one.purchase_id is None else str(one.purchase_id),
        "from_canteen": _canteen(one.from_canteen_id, one.from_name, one.from_unit_id),
        "to_canteen": _canteen(one.to_canteen_id, one.to_name, one.to_unit_id),
        "amount_fen": amount_fen,
        "payer": one.payer,
        "receiver": one.receiver,
        "delivery_address": one.delivery_address,
        "reason": one.reason,
        "asked_by": str(one.asked_by),
        "asked_at": moment_text(one.recorded_at),
        "state": one.state.value,
        "decision": _decision(one),
        "entries": [_entry(entry) for entry in entries],
    }


def _canteen(canteen_id: UUID, name: str, unit_id: UUID) -> dict[str, str]:
    return {"canteen_id": str(canteen_id), "name": name, "unit_id": str(unit_id)}


def _decision(one: Transfer) -> dict[str, Any] | None:
    if one.decided_at is None:
        return None
    return {
        "outcome": one.outcome,
        "reason": one.decided_because,
        "decided_by": str(one.decided_by),
        "decided_at": moment_text(one.decided_at),
    }


def _entry(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "unit_id": str(entry["unit_id"]),
        "seq": entry["seq"],
        "canteen_id": str(entry["canteen_id"]),
        "side": entry["side"],
        "happened_on": entry["happened_on"].isoformat(),
        "amount_fen": entry["amount_fen"],
    }
