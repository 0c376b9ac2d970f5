"""A purchase made elsewhere is written the same way wherever it is read."""

from datetime import datetime
from typing import Any

from services.procurement_quota.domain.chain import moment_text
from services.procurement_quota.domain.payees import masked


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
