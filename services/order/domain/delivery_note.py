"""A delivery note (送货单, GS1 despatch advice) says what is in the boxes, as the order itself says it.

Decision: no price stands on it. Why: GS1's despatch advice carries goods, quantities, lots and parties and leaves
prices to the order and the invoice; whoever drives need not know them, and weight is paid as it is accepted, not as it
was packed. Price: who wants to reckon at the gate opens the order, whose address stands on the paper.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson

from services.order.domain.weights import grams_of
from shared.contracts.words import NOTED, Measure
from shared.errors import Conflict
from shared.reference.divisions import county_name

CODE_BYTES = 5
_LINE = (
    *("line_id", "listing_id", "listing_version", "name", "category", "origin_county_code", "measure", "unit_name"),
    *("unit_quantity", "piece_grams", "ordered_quantity", "confirmed_quantity", "packed_quantity", "lot_number"),
    *("replaces_line_id", "accepted_quantity", "refused_quantity"),
)
"""What a line of the note says as the order's line does."""


class NothingToDeliver(Conflict):
    """A delivery note is there from packing on; this order is not packed yet, or was declined or cancelled.

    zh: 备货后才有送货单；该订单尚未备货，或已拒单、取消。
    """


def number_of(order_id: UUID | str) -> str:
    """Give the short form of an order's id by which people name it."""
    return str(order_id)[-8:].upper()


def note_of(order: Mapping[str, Any], url: str) -> dict[str, Any]:
    """Write the delivery note of an order as it was read; `url` is where people read the order.

    Raises NothingToDeliver before it is packed, and for what came to nothing.
    """
    if order["state"] not in NOTED:
        raise NothingToDeliver(order_id=order["order_id"], state=order["state"])
    lines = [_line(line) for line in order["lines"]]
    packed = next((step for step in reversed(order["steps"]) if step["step"] == "pack"), None)
    shipment = order["shipment"]
    return {
        "order_id": order["order_id"],
        "number": number_of(order["order_id"]),
        "check_code": check_code(order["order_id"], lines),
        "url": url,
        "state": order["state"],
        "channel": order["channel"],
        **{side: order[side] for side in ("supplier", "canteen", "unit")},
        **{name: order[name] for name in ("wanted_on", "wanted_from", "wanted_until", "sold_on")},
        "packed_at": None if packed is None else packed["at"],
        "shipment": shipment,
        "lines": lines,
        "packed_grams": sum(line["packed_quantity"] for line in lines if line["measure"] == Measure.WEIGHT),
        "packed_pieces": sum(line["packed_quantity"] for line in lines if line["measure"] == Measure.PIECE),
        "signatures": _signatures(order, packed),
    }


def check_code(order_id: str, lines: Sequence[Mapping[str, Any]]) -> str:
    """Give the letters by which a paper is told from one that was printed before the goods were packed anew.

    40 bits of the digest of what is in the boxes: goods, quantities and lots.
    """
    names = ("line_id", "listing_id", "listing_version", "packed_quantity", "lot_number")
    told = orjson.dumps([str(order_id), [[line[name] for name in names] for line in lines]])
    text = base64.b32encode(hashlib.sha256(b"zhucai delivery note 1\0" + told).digest()[:CODE_BYTES]).decode()
    return f"{text[:4]}-{text[4:]}"


def _line(line: Mapping[str, Any]) -> dict[str, Any]:
    packed, measure = line["packed_quantity"] or 0, Measure(line["measure"])
    return {
        **{name: line[name] for name in _LINE},
        "origin": county_name(line["origin_county_code"]),
        "packed_quantity": packed,
        "packed_grams": grams_of(packed, measure, line["piece_grams"]),
    }


def _signatures(order: Mapping[str, Any], packed: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Name who stands for what: what the order knows is filled in, and the rest is signed by hand."""
    packing = packed or {}
    accepted = order["acceptance"] or {}
    shipment = order["shipment"] or {}
    return [
        _signed("sender", packing.get("account_name"), packing.get("at")),
        _signed("carrier", shipment.get("carrier"), shipment.get("shipped_at") if shipment.get("carrier") else None),
        _signed("receiver", accepted.get("accepted_by_name"), accepted.get("accepted_at")),
        _signed("second_receiver", accepted.get("second_by_name"), None),
    ]


def _signed(side: str, name: str | None, at: str | None) -> dict[str, Any]:
    return {"side": side, "name": name or None, "at": at or None}
