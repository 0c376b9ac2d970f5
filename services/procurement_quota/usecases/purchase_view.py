"""A purchase made elsewhere is reached by the same rule and written the same way, whatever is done with it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.procurement_quota.domain.chain import moment_text
from services.procurement_quota.domain.payees import masked
from services.procurement_quota.store.purchases import purchase_by_id
from shared.contracts.authority import Identity, Owned, require
from shared.db.unit_of_work import ReadTx
from shared.errors import NotFound


class PurchaseUnknown(NotFound):
    """There is no such off-platform purchase.

    zh: 没有这笔平台外采购。
    """


async def reach_purchase(tx: ReadTx, identity: Identity, operation: str, purchase_id: UUID) -> dict[str, Any]:
    """Give a purchase to someone who may do this with it. Raises PurchaseUnknown, NotAllowed, OwnRequest."""
    purchase = await purchase_by_id(tx, purchase_id)
    if purchase is None:
        raise PurchaseUnknown(purchase_id=str(purchase_id))
    owned = Owned(canteen_id=purchase["canteen_id"], unit_path=purchase["unit_path"], asked_by=purchase["entered_by"])
    require(identity, operation, owned)
    return purchase


async def answer_purchase(tx: ReadTx, purchase_id: UUID) -> dict[str, Any]:
    """Write a purchase that is there as it stands now."""
    written = await purchase_by_id(tx, purchase_id)
    assert written is not None
    return purchase_written(written)


def purchase_written(row: dict[str, Any]) -> dict[str, Any]:
    """Write a purchase as readers get it; a payee's number is masked."""
    invoice = row["invoice_number"]
    return {
        "id": str(row["id"]),
        "canteen_id": str(row["canteen_id"]),
        "unit_id": str(row["unit_id"]),
        "fund": row["fund"],
        "category": row["category"],
        "seller": row["seller"],
        "invoice": invoice
        and {"number": invoice, "code": row["invoice_code"] or None, "total_fen": row["invoice_total_fen"]},
        "receipt": None if invoice else {"number": row["receipt_number"], "payee_id": masked(row["payee_id"])},
        "bought_on": row["bought_on"].isoformat(),
        "amount_fen": row["amount_fen"],
        "reversed_fen": sum(one["amount_fen"] for one in row["reversals"]),
        "origin_county": row["origin_county"],
        "channel": row["channel"],
        "order_number": row["order_number"],
        "state": row["state"],
        "entered_by": str(row["entered_by"]),
        "entered_at": moment_text(row["entered_at"]),
        "verification": (
            None
            if row["outcome"] is None
            else {
                "outcome": row["outcome"],
                "reason": row["reason"],
                "verified_by": str(row["verified_by"]),
                "verified_at": moment_text(row["verified_at"]),
            }
        ),
        "earlier_verifications": [
            _timed({name: one[name] for name in ("outcome", "reason", "verified_by", "verified_at")}, "verified_at")
            for one in row["findings"]
            if one["round"] < row["round"]
        ],
        "red_letters": [_red_letter(one) for one in row["reversals"] if one["kind"] == "red_letter"],
        "evidence": [_timed({**one}, "put_at") for one in row["evidence"]],
    }


def _red_letter(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": one["id"],
        "invoice": {"number": one["invoice_number"], "code": one["invoice_code"] or None},
        "issued_on": one["happened_on"],
        "amount_fen": one["amount_fen"],
        "reason": one["reason"],
        "entered_by": one["reversed_by"],
        "entered_at": moment_text(datetime.fromisoformat(one["reversed_at"])),
    }


def _timed(one: dict[str, Any], moment: str) -> dict[str, Any]:
    return {**one, moment: moment_text(datetime.fromisoformat(one[moment]))}
