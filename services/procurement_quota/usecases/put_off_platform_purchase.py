"""A purchase made elsewhere enters the base when it is entered; the origin it claims counts only once verified."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.procurement_quota.domain.payees import is_payee
from services.procurement_quota.store.purchases import purchase_by_id
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.enter_purchases import (
    CoveredByOpening,
    PurchaseDiffers,
    Wanted,
    enter_purchases,
)
from services.procurement_quota.usecases.gather_basis import YEAR_MIN, canteen_of
from services.procurement_quota.usecases.purchase_view import answer_purchase
from services.procurement_quota.usecases.texts import Line
from shared.clock import today
from shared.contracts.authority import Identity, Owned, require
from shared.contracts.words import Channel, Fund
from shared.errors import InvalidFields, field_problem
from shared.invoices import numbers_problem
from shared.money import AMOUNT_FEN_MAX
from shared.reference import CATEGORIES, county

__all__ = [
    "CoveredByOpening",
    "PurchaseDiffers",
    "PutInvoice",
    "PutOffPlatformPurchase",
    "PutReceipt",
    "put_off_platform_purchase",
]


class PutInvoice(BaseModel):
    """The invoice of a purchase: 20 digits of an e-invoice, or 8 digits beside the 10 or 12 of its code."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: str = Field(pattern=r"^[0-9]{8,20}$", examples=["24432000000012345678"])
    code: str | None = Field(default=None, pattern=r"^[0-9]{10,12}$")
    total_fen: int | None = Field(default=None, gt=0, le=AMOUNT_FEN_MAX)
    """What the whole invoice is worth; needed when only a part of it is entered here."""


class PutReceipt(BaseModel):
    """What there is instead of an invoice for a small purchase: a receipt, and who was paid."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: str = Field(pattern=r"^[0-9A-Za-z-]{1,32}$", examples=["0012"])
    payee_id: str = Field(pattern=r"^[0-9A-Z]{18}$", examples=["91430224MA4L16JQ9B"])
    """An ID card's number, or a unified social credit code."""


class PutOffPlatformPurchase(BaseModel):
    """A purchase made elsewhere (平台外采购)."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "canteen_id": "019a0000-0000-7000-8000-0000000000c1",
                    "fund": "canteen",
                    "category": "vegetables",
                    "seller": "茶陵县农贸市场李记",
                    "invoice": {"number": "24432000000012345678"},
                    "bought_on": "2025-06-03",
                    "amount_fen": 128_000,
                    "origin_county": "430224",
                }
            ]
        },
    )

    canteen_id: UUID
    fund: Fund
    category: str = Field(min_length=1, max_length=40)
    seller: Line
    invoice: PutInvoice | None = None
    receipt: PutReceipt | None = None
    """Exactly one of the two; a receipt goes up to a cap a payee and day."""
    bought_on: date
    amount_fen: int = Field(gt=0, le=AMOUNT_FEN_MAX)
    origin_county: str | None = Field(default=None, pattern=r"^[0-9]{6}$")
    channel: Channel = Channel.OTHER
    order_number: str | None = Field(default=None, pattern=r"^[0-9A-Za-z][0-9A-Za-z-]{3,39}$")


async def put_off_platform_purchase(
    desk: Desk, identity: Identity, purchase_id: UUID, command: PutOffPlatformPurchase
) -> tuple[dict[str, Any], bool]:
    """Enter a purchase; gives it, and whether it is new. Raises PurchaseDiffers, and what its papers refuse."""
    async with desk.uow.glance() as reading:
        canteen = await canteen_of(reading, command.canteen_id)
    require(identity, "put_off_platform_purchase", Owned(canteen_id=canteen.id, unit_path=canteen.unit_path))
    if problems := problems_of(command, today(desk.clock), desk.receipt_fen_max):
        raise InvalidFields(*problems)
    async with desk.uow.begin() as tx:
        before = await purchase_by_id(tx, purchase_id)
        wanted = Wanted(purchase_id, canteen, given_by(command), identity.account_id)
        if (refused := (await enter_purchases(desk, tx, [wanted]))[purchase_id]) is not None:
            raise refused
        return await answer_purchase(tx, purchase_id), before is None


def problems_of(command: PutOffPlatformPurchase, day: date, receipt_fen_max: int) -> list[dict[str, Any]]:
    """List what is wrong with a purchase by itself, field by field."""
    problems = _paper_problems(command, receipt_fen_max)
    if command.category not in CATEGORIES:
        problems.append(field_problem("category", "is not a known category", "不是已知的品类"))
    if not date(YEAR_MIN, 1, 1) <= command.bought_on <= day:
        problems.append(
            field_problem("bought_on", f"is a day from {YEAR_MIN} up to today", "应为2020年以来至今天的日期")
        )
    if command.origin_county is not None and county(command.origin_county) is None:
        problems.append(field_problem("origin_county", "is not the code of a county", "不是县级行政区划代码"))
    if command.channel is Channel.ZHUCAI:
        problems.append(
            field_problem("channel", "orders placed here count by themselves", "本平台订单自动入账，无需录入")
        )
    return problems


def _paper_problems(command: PutOffPlatformPurchase, receipt_fen_max: int) -> list[dict[str, Any]]:
    if (command.invoice is None) == (command.receipt is None):
        return [
            field_problem("invoice", "is needed, or else a receipt, not both", "应填写发票，无发票时填写收据，二者择一")
        ]
    problems = []
    if command.invoice is not None:
        if wrong := numbers_problem(command.invoice.number, command.invoice.code or ""):
            problems.append(field_problem(f"invoice.{wrong[0]}", *wrong[1:]))
        if command.invoice.total_fen is not None and command.amount_fen > command.invoice.total_fen:
            problems.append(field_problem("amount_fen", "is more than the whole invoice", "超过发票总额"))
    if command.receipt is not None:
        if not is_payee(command.receipt.payee_id):
            problems.append(
                field_problem(
                    "receipt.payee_id",
                    "is no ID card number or unified social credit code",
                    "不是有效的身份证号码或统一社会信用代码",
                )
            )
        if command.amount_fen > receipt_fen_max:
            problems.append(
                field_problem(
                    "amount_fen",
                    f"is more than {receipt_fen_max} fen, above which an invoice is needed",
                    f"超过{receipt_fen_max}分，须取得发票",
                )
            )
    return problems


def given_by(command: PutOffPlatformPurchase) -> dict[str, Any]:
    """Give a purchase by the columns it is kept in."""
    invoice, receipt = command.invoice, command.receipt
    return {
        "canteen_id": command.canteen_id,
        "fund": command.fund.value,
        "category": command.category,
        "seller": command.seller,
        "invoice_number": invoice and invoice.number,
        "invoice_code": (invoice and invoice.code) or "",
        "invoice_total_fen": invoice and invoice.total_fen,
        "receipt_number": receipt and receipt.number,
        "payee_id": receipt and receipt.payee_id,
        "bought_on": command.bought_on,
        "amount_fen": command.amount_fen,
        "origin_county": command.origin_county,
        "channel": command.channel.value,
        "order_number": command.order_number,
    }
