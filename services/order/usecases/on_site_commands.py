"""What can be asked of a sale at a fair, with a bound on every text, list and number."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from services.order.usecases.commands import (
    EXAMPLE_ID,
    LINES_MAX,
    AmountFen,
    Command,
    Quantity,
    Reason,
    Remark,
    ShortText,
)
from shared.contracts.words import Fund


def _example(**content: Any) -> ConfigDict:
    return ConfigDict(frozen=True, extra="forbid", json_schema_extra={"examples": [content]})


class SoldLineTold(Command):
    """What was sold of one listing: by the scale, or by its quantity in grams or pieces."""

    listing_id: UUID
    listing_version: Annotated[int, Field(ge=1, le=10**9)]
    quantity: Quantity | None = Field(
        default=None, description="grams, or pieces; may be left out where the scale's figures are given"
    )
    gross_grams: Quantity | None = Field(default=None, description="what the scale showed (毛重)")
    tare_grams: Annotated[int, Field(ge=0, le=10**9)] | None = Field(
        default=None, description="of which packaging (皮重)"
    )
    price_fen: AmountFen | None = Field(
        default=None,
        description="of a unit, as agreed at the stall; the listed price if left out, at most 15 % above it",
    )
    lot_number: ShortText = Field(default="", description="the lot (批次) that it came from")


class PutOnSiteSale(Command):
    """Tell what was sold to a canteen at a fair (展销会现场销售), for its buyer to confirm; the same again is one."""

    model_config = _example(
        supplier_id=EXAMPLE_ID,
        fair_id=EXAMPLE_ID,
        canteen_id=EXAMPLE_ID,
        fund="canteen",
        sold_on="2026-03-05",
        lines=[
            {
                "listing_id": EXAMPLE_ID,
                "listing_version": 1,
                "gross_grams": 5_300,
                "tare_grams": 300,
                "price_fen": 600,
            }
        ],
        note="3号展位",
    )

    supplier_id: UUID
    fair_id: UUID
    canteen_id: UUID
    fund: Fund
    sold_on: date = Field(description="a past day of the fair, in Shanghai")
    lines: Annotated[tuple[SoldLineTold, ...], Field(min_length=1, max_length=LINES_MAX)]
    note: Remark = ""


class ConfirmedSaleLine(Command):
    """What was received of one listing, in grams or pieces."""

    listing_id: UUID
    quantity: Quantity


class ConfirmOnSiteSale(Command):
    """Stand by what was received and what it comes to: both as the seller told them, or nothing is confirmed."""

    model_config = _example(amount_fen=6_000, lines=[{"listing_id": EXAMPLE_ID, "quantity": 5_000}])

    amount_fen: AmountFen
    lines: Annotated[tuple[ConfirmedSaleLine, ...], Field(min_length=1, max_length=LINES_MAX)]


class DenyOnSiteSale(Command):
    """Say that it was not so, with a reason for the seller, who may tell it anew."""

    model_config = _example(reason="实收 4.5 千克，与录入不符")

    reason: Reason


class WithdrawOnSiteSale(Command):
    """Take back what was not confirmed, with a reason for the canteen."""

    model_config = _example(reason="录错食堂")

    reason: Reason
