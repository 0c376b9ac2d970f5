"""A purchase made elsewhere enters the base when it is entered; the origin it claims counts only once verified."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.procurement_quota.domain.chain import Draft, moment_text
from services.procurement_quota.domain.invoices import Invoice, check_invoice
from services.procurement_quota.domain.judging import Bought, judge
from services.procurement_quota.domain.words import EntryKind, Evidence
from services.procurement_quota.store import ledger
from services.procurement_quota.store.canteens import Canteen
from services.procurement_quota.store.filings import lock_name
from services.procurement_quota.store.purchases import of_invoice, purchase_by_id, write_purchase
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.gather_basis import YEAR_MIN, canteen_of
from services.procurement_quota.usecases.texts import Line
from shared.clock import today
from shared.contracts.authority import Identity, Owned, require
from shared.contracts.words import Channel, Fund
from shared.db.unit_of_work import Tx
from shared.errors import Conflict, InvalidFields, NotSignedIn, field_problem
from shared.money import AMOUNT_FEN_MAX
from shared.reference import CATEGORIES, county


class PurchaseDiffers(Conflict):
    """A purchase with this id was entered with other content; what was entered does not change.

    zh: 该编号的采购已按其他内容录入，已录入的内容不能更改。
    """


class PutInvoice(BaseModel):
    """The invoice of a purchase; a 20-digit e-invoice number says all, an older one has a code too."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: str = Field(pattern=r"^[0-9A-Za-z-]{1,32}$", examples=["24432000000012345678"])
    code: str | None = Field(default=None, pattern=r"^[0-9A-Za-z-]{1,32}$")
    total_fen: int | None = Field(default=None, gt=0, le=AMOUNT_FEN_MAX)
    """What the whole invoice is worth; needed when only a part of it is entered here."""


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
    invoice: PutInvoice
    bought_on: date
    amount_fen: int = Field(gt=0, le=AMOUNT_FEN_MAX)
    origin_county: str | None = Field(default=None, pattern=r"^[0-9]{6}$")
    channel: Channel = Channel.OTHER
    order_number: str | None = Field(default=None, pattern=r"^[0-9A-Za-z-]{1,40}$")


async def put_off_platform_purchase(
    desk: Desk, identity: Identity | None, purchase_id: UUID, command: PutOffPlatformPurchase
) -> tuple[dict[str, Any], bool]:
    """Enter a purchase; gives it, and whether it is new. Raises PurchaseDiffers, InvoiceTwice, InvoiceExceeded."""
    async with desk.uow.glance() as reading:
        canteen = await canteen_of(reading, command.canteen_id)
    require(identity, "put_off_platform_purchase", Owned(canteen_id=canteen.id, unit_path=canteen.unit_path))
    if identity is None:
        raise NotSignedIn()
    _check(command, today(desk.clock))
    async with desk.uow.begin() as tx:
        await lock_name(tx, f"invoice {command.invoice.number}")
        heads = await ledger.lock_heads(tx, [canteen.unit_id])
        known = await purchase_by_id(tx, purchase_id)
        if known is not None:
            if not _same(known, command):
                raise PurchaseDiffers(purchase_id=str(purchase_id))
            return purchase_written(known), False
        check_invoice(_invoice(command), [_entered(row) for row in await of_invoice(tx, command.invoice.number)])
        await write_purchase(tx, _row(purchase_id, canteen, command, identity.account_id, tx.now))
        await ledger.post(tx, heads, [await _draft(desk, tx, purchase_id, canteen, command)])
        written = await purchase_by_id(tx, purchase_id)
        assert written is not None
        return purchase_written(written), True


def _check(command: PutOffPlatformPurchase, day: date) -> None:
    problems = []
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
    if command.invoice.total_fen is not None and command.amount_fen > command.invoice.total_fen:
        problems.append(field_problem("amount_fen", "is more than the whole invoice", "超过发票总额"))
    if problems:
        raise InvalidFields(*problems)


def _row(
    purchase_id: UUID, canteen: Canteen, command: PutOffPlatformPurchase, entered_by: UUID, now: datetime
) -> dict[str, Any]:
    return {
        "id": purchase_id,
        "canteen_id": canteen.id,
        "unit_id": canteen.unit_id,
        "fund": command.fund.value,
        "category": command.category,
        "seller": command.seller,
        "invoice_number": command.invoice.number,
        "invoice_code": command.invoice.code or "",
        "invoice_total_fen": command.invoice.total_fen,
        "bought_on": command.bought_on,
        "amount_fen": command.amount_fen,
        "origin_county": command.origin_county,
        "channel": command.channel.value,
        "order_number": command.order_number,
        "entered_by": entered_by,
        "entered_at": now,
    }


_GIVEN = (
    "canteen_id",
    "fund",
    "category",
    "seller",
    "invoice_number",
    "invoice_code",
    "invoice_total_fen",
    "bought_on",
    "amount_fen",
    "origin_county",
    "channel",
    "order_number",
)


def _same(known: dict[str, Any], command: PutOffPlatformPurchase) -> bool:
    asked = {
        **command.model_dump(exclude={"invoice"}),
        "invoice_number": command.invoice.number,
        "invoice_code": command.invoice.code or "",
        "invoice_total_fen": command.invoice.total_fen,
    }
    return all(known[name] == asked[name] for name in _GIVEN)


def _invoice(command: PutOffPlatformPurchase) -> Invoice:
    return Invoice(
        number=command.invoice.number,
        code=command.invoice.code or "",
        total_fen=command.invoice.total_fen,
        amount_fen=command.amount_fen,
        line=(str(command.canteen_id), command.fund.value, command.category, command.origin_county or ""),
    )


def _entered(row: dict[str, Any]) -> Invoice:
    return Invoice(
        number=row["invoice_number"],
        code=row["invoice_code"],
        total_fen=row["invoice_total_fen"],
        amount_fen=row["amount_fen"],
        line=(str(row["canteen_id"]), row["fund"], row["category"], row["origin_county"] or ""),
    )


async def _draft(desk: Desk, tx: Tx, purchase_id: UUID, canteen: Canteen, command: PutOffPlatformPurchase) -> Draft:
    reference = await desk.reference.current(tx)
    bought = Bought(
        category=command.category,
        origin=command.origin_county,
        evidence=Evidence.CLAIMED,
        eligible_on=command.bought_on,
        channel=command.channel,
        order_number=command.order_number,
    )
    rules = reference.binding(command.fund, canteen.unit_path, command.bought_on)
    return Draft(
        unit_id=canteen.unit_id,
        kind=EntryKind.OFF_PLATFORM,
        canteen_id=canteen.id,
        fund=command.fund,
        year=command.bought_on.year,
        happened_on=command.bought_on,
        amount_fen=command.amount_fen,
        source_id=purchase_id,
        source_line=purchase_id,
        lot_id=purchase_id,
        lot_line=purchase_id,
        order_id=None,
        supplier_id=None,
        listing_id=None,
        facts={
            **bought.facts(),
            "supplier": command.seller,
            "invoice_number": command.invoice.number,
            "invoice_code": command.invoice.code or "",
        },
        judgements=tuple(judge(rule, bought, command.amount_fen, reference) for rule in rules),
    )


def purchase_written(row: dict[str, Any]) -> dict[str, Any]:
    """Write a purchase as readers get it."""
    return {
        "id": str(row["id"]),
        "canteen_id": str(row["canteen_id"]),
        "unit_id": str(row["unit_id"]),
        "fund": row["fund"],
        "category": row["category"],
        "seller": row["seller"],
        "invoice": {
            "number": row["invoice_number"],
            "code": row["invoice_code"] or None,
            "total_fen": row["invoice_total_fen"],
        },
        "bought_on": row["bought_on"].isoformat(),
        "amount_fen": row["amount_fen"],
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
    }
