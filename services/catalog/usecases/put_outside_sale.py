"""What a supplier sold beside this platform is entered with its proof, for its capacity is one over all channels."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from services.catalog.domain.capacity import (
    OutsideChannel,
    OutsideSaleFixed,
    OutsideSaleNotFound,
    OutsideSaleReversed,
)
from services.catalog.domain.items import item_problems
from services.catalog.store import sales, suppliers
from services.catalog.store.sales import OutsideSale
from services.catalog.usecases.acts import log_act
from services.catalog.usecases.capacity_shapes import outside_view
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.judge_sales import judge_sales
from services.catalog.usecases.named_papers import document_problems
from services.catalog.usecases.put_capacity import YEAR_MAX, YEAR_MIN, ItemCode
from services.catalog.usecases.reach import reached
from services.catalog.usecases.texts import COMMAND, Reason
from shared.clock import business_date
from shared.contracts.authority import Identity
from shared.db.unit_of_work import Tx
from shared.errors import InvalidFields, field_problem
from shared.texts import LINE

GRAMS_MAX = 10**11


class PutOutsideSale(BaseModel):
    """What was sold where, within one month, and by which papers that is proven."""

    model_config = COMMAND | {
        "json_schema_extra": {
            "examples": [
                {
                    "item_code": "ginger",
                    "channel": "platform_832",
                    "order_number": "832202609150001",
                    "grams": 500000,
                    "sold_from": "2026-03-02",
                    "sold_to": "2026-03-02",
                }
            ]
        }
    }

    item_code: ItemCode
    channel: OutsideChannel
    order_number: Annotated[str, StringConstraints(max_length=60, pattern=LINE)] = Field(
        default="", description="required of the 832 platform"
    )
    grams: int = Field(ge=1, le=GRAMS_MAX)
    sold_from: date
    sold_to: date = Field(description="of the same month as the first day")
    document_ids: Annotated[tuple[UUID, ...], Field(max_length=20)] = Field(
        default=(), description="documents of the supplier that prove it; required but of the 832 platform"
    )
    reverses: UUID | None = Field(default=None, description="the sale that this takes back; all else is said as there")
    reason: Reason = Field(default="", description="required to take a sale back")


async def put_outside_sale(
    desk: Desk, identity: Identity, supplier_id: UUID, sale_id: UUID, command: PutOutsideSale
) -> dict[str, Any]:
    """Enter a sale, or take one back; what is entered never changes, and the same again changes nothing.

    Raises OutsideSaleFixed, OutsideSaleNotFound, OutsideSaleReversed.
    """
    async with desk.uow.begin() as tx:
        await reached(tx, identity, "put_outside_sale", supplier_id)
        sale = _sale(supplier_id, sale_id, command)
        await suppliers.lock(tx, supplier_id)
        known = await sales.find_outside(tx, sale_id)
        if known is not None:
            if known != sale:
                raise OutsideSaleFixed(sale_id=str(sale_id))
            return outside_view(known)
        await _check(tx, supplier_id, command)
        if command.reverses is not None:
            await _check_reversed(tx, command.reverses, sale)
        await sales.insert_outside(tx, _columns(sale, identity, tx))
        await log_act(tx, identity, supplier_id, "put_outside_sale", sale_id)
        await judge_sales(tx, [(supplier_id, sale.item_code, sale.sold_from.year)])
        return outside_view(sale)


def _sale(supplier_id: UUID, sale_id: UUID, command: PutOutsideSale) -> OutsideSale:
    said = command.model_dump() | {
        "grams": command.grams if command.reverses is None else -command.grams,
        "document_ids": sorted(command.document_ids),
    }
    return OutsideSale(sale_id=sale_id, supplier_id=supplier_id, **said)


def _columns(sale: OutsideSale, identity: Identity, tx: Tx) -> dict[str, Any]:
    said = {name: getattr(sale, name) for name in sale.__slots__}
    return said | {
        "channel": sale.channel.value,
        "year": sale.sold_from.year,
        "month": sale.sold_from.month,
        "entered_by": identity.account_id,
        "entered_at": tx.now,
    }


async def _check(tx: Tx, supplier_id: UUID, command: PutOutsideSale) -> None:
    problems = item_problems("item_code", command.item_code)
    first, last = command.sold_from, command.sold_to
    if last < first or (first.year, first.month) != (last.year, last.month):
        problems.append(
            field_problem(
                "sold_to", "is not of the same month, or before it began", "应与起始日期在同一个月，且不早于起始日期"
            )
        )
    elif last > business_date(tx.now) or not YEAR_MIN <= first.year <= YEAR_MAX:
        problems.append(field_problem("sold_to", "is to come, or before 2020", "不能晚于今天，也不能早于2020年"))
    if command.channel is OutsideChannel.PLATFORM_832:
        if not command.order_number:
            problems.append(
                field_problem("order_number", "is required of the 832 platform", "832平台销售须填写订单编号")
            )
    elif not command.document_ids:
        problems.append(field_problem("document_ids", "a sale elsewhere is proven by a document", "请提供销售凭证材料"))
    if command.reverses is not None and not command.reason:
        problems.append(field_problem("reason", "is required to take a sale back", "冲销须填写理由"))
    problems += await document_problems(tx, supplier_id, command.document_ids)
    if problems:
        raise InvalidFields(*problems)


async def _check_reversed(tx: Tx, reverses: UUID, sale: OutsideSale) -> None:
    """Refuse to take back what is not there, was taken back, or is said otherwise than it was entered."""
    first = await sales.find_outside(tx, reverses)
    if first is None or first.supplier_id != sale.supplier_id or first.reverses is not None:
        raise OutsideSaleNotFound(sale_id=str(reverses))
    facts = ("item_code", "channel", "order_number", "sold_from", "sold_to")
    if first.grams != -sale.grams or any(getattr(first, name) != getattr(sale, name) for name in facts):
        says, zh = "names a sale that was entered with other facts", "与被冲销的销售内容不一致"
        raise InvalidFields(field_problem("reverses", says, zh))
    if await sales.reversal_of(tx, reverses) is not None:
        raise OutsideSaleReversed(sale_id=str(reverses))
