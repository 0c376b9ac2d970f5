"""A canteen with its people, and what is accepted, returned, credited and bought elsewhere there, for quota's tests."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

import orjson

from services.procurement_quota.domain.seeded_rules import HUNAN_CANTEEN
from services.procurement_quota.usecases.count_purchases import count_purchases
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.get_statement import AskStatement, get_statement
from services.procurement_quota.usecases.get_statement_lines import get_statement_lines
from services.procurement_quota.usecases.put_attestation import PutAttestation, put_attestation
from services.procurement_quota.usecases.put_canteen import PutCanteen, put_canteen
from services.procurement_quota.usecases.put_off_platform_purchase import (
    PutInvoice,
    PutOffPlatformPurchase,
    put_off_platform_purchase,
)
from services.procurement_quota.usecases.put_units import PutUnit, put_unit
from shared.clock import SHANGHAI, SettableClock
from shared.contracts.authority import Identity, Role, Seat
from shared.contracts.envelope import Event, Opened
from shared.contracts.order import AcceptanceRecorded, CreditRecorded, KeptLine, PurchaseFacts, ReturnRecorded
from shared.contracts.words import CanteenKind, Fund, Measure, SupplierKind, UnitLevel
from shared.events import Delivery
from shared.ids import new_id

CHALING = "430224"
"""茶陵县, one of the 51 and of the 832."""
FURONG = "430102"
"""芙蓉区, on no list."""
QIDONG = "430426"
"""祁东县, one of the 51 (provincial), not of the 832."""
NOW = datetime(2025, 6, 20, 1, 0, tzinfo=UTC)
"""20 June 2025, nine in the morning in Shanghai."""
PROVINCE_PATH = "/430000/"


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), SHANGHAI)


def heard(*events: Event, consumer: str = "procurement_quota-order") -> list[Delivery[Any]]:
    """Deliver events as JetStream would, each a first time."""
    return [
        Delivery(
            consumer,
            Opened(id=new_id(), type=event.type, source=event.stream, key=event.key, at=NOW, data={}),
            event,
        )
        for event in events
    ]


def someone(role: Role, organisation: UUID, path: str = "", name: str = "王芳") -> Identity:
    return Identity(new_id(), new_id(), name, (Seat(role, organisation, path),))


def a_line(amount_fen: int, **other: Any) -> KeptLine:
    """Keep vegetables from 茶陵 worth so much, unless told."""
    facts: dict[str, Any] = {
        "line_id": new_id(),
        "listing_id": new_id(),
        "listing_version": 1,
        "name": "生姜",
        "category": "vegetables",
        "measure": Measure.WEIGHT,
        "quantity": 500,
        "grams": 500,
        "amount_fen": amount_fen,
        "price_fen": abs(amount_fen),
        "unit_quantity": 500,
        "origin_county_code": CHALING,
    }
    return KeptLine(**facts | other)


def an_invoice_number() -> str:
    """Give the number of a new e-invoice."""
    return f"2443{new_id().int % 10**16:016d}"


@dataclass
class Kitchen:
    """One canteen of one unit below a county's federation."""

    desk: Desk
    clock: SettableClock
    unit_id: UUID
    path: str
    canteen_id: UUID = field(default_factory=new_id)

    def __post_init__(self) -> None:
        self.buyer = someone(Role.BUYER, self.canteen_id, self.path, "李梅")
        self.finance = someone(Role.FINANCE, self.unit_id, self.path)
        self.above = someone(Role.FINANCE, new_id(), PROVINCE_PATH, "赵敏")
        self.auditor = someone(Role.AUDITOR, new_id(), PROVINCE_PATH)

    def facts(self, ordered_on: date, **other: Any) -> PurchaseFacts:
        facts: dict[str, Any] = {
            "order_id": new_id(),
            "requisition_id": new_id(),
            "canteen_id": self.canteen_id,
            "unit_id": self.unit_id,
            "fund": Fund.CANTEEN,
            "supplier_id": new_id(),
            "supplier_name": "茶陵残疾人就业帮扶基地",
            "supplier_kind": SupplierKind.DISABLED_BASE,
            "ordered_on": ordered_on,
        }
        return PurchaseFacts(**facts | other)

    def acceptance(
        self, *lines: KeptLine, on: date = date(2025, 6, 10), ordered_on: date | None = None, **facts: Any
    ) -> AcceptanceRecorded:
        return AcceptanceRecorded(
            acceptance_id=new_id(), purchase=self.facts(ordered_on or on, **facts), accepted_on=on, lines=lines
        )

    async def accept(self, *lines: KeptLine, **facts: Any) -> AcceptanceRecorded:
        """Accept goods, and let the ledger hear of it."""
        event = self.acceptance(*lines, **facts)
        await count_purchases(self.desk, heard(event))
        return event

    async def give_back(
        self, accepted: AcceptanceRecorded, line: KeptLine, amount_fen: int, on: date
    ) -> ReturnRecorded:
        """Return goods worth so much of an accepted line."""
        event = a_return(accepted, line, amount_fen, on)
        await count_purchases(self.desk, heard(event))
        return event

    async def credit(self, accepted: AcceptanceRecorded, line: KeptLine, amount_fen: int, on: date) -> CreditRecorded:
        """Lower the price of an accepted line by so much."""
        event = CreditRecorded(
            credit_id=new_id(),
            acceptance_id=accepted.acceptance_id,
            purchase=accepted.purchase,
            agreed_on=on,
            reverses_accepted_on=accepted.accepted_on,
            reason="品相不佳",
            lines=(line.model_copy(update={"amount_fen": -amount_fen, "quantity": 0, "grams": 0}),),
        )
        await count_purchases(self.desk, heard(event))
        return event

    def elsewhere(self, amount_fen: int, **other: Any) -> PutOffPlatformPurchase:
        facts: dict[str, Any] = {
            "canteen_id": self.canteen_id,
            "fund": Fund.CANTEEN,
            "category": "vegetables",
            "seller": "茶陵县农贸市场李记",
            "invoice": PutInvoice(number=an_invoice_number()),
            "bought_on": date(2025, 6, 3),
            "amount_fen": amount_fen,
            "origin_county": CHALING,
        }
        return PutOffPlatformPurchase(**facts | other)

    async def buy_elsewhere(self, amount_fen: int, **other: Any) -> UUID:
        """Enter a purchase made elsewhere, as the buyer."""
        purchase_id = new_id()
        await put_off_platform_purchase(self.desk, self.buyer, purchase_id, self.elsewhere(amount_fen, **other))
        return purchase_id

    async def attest(self, month: int, farm_produce_fen: int, *, year: int = 2025, explanation: str = "") -> None:
        command = PutAttestation(farm_produce_fen=farm_produce_fen, explanation=explanation)
        await put_attestation(self.desk, self.finance, self.canteen_id, year, month, command)

    async def attest_until(self, month: int, amounts: Sequence[int] | int = 0, *, year: int = 2025) -> None:
        """Attest every month up to one, each with the same amount or with its own."""
        for at in range(1, month + 1):
            amount = amounts if isinstance(amounts, int) else amounts[at - 1]
            await self.attest(at, amount, year=year)

    async def statement(self, rule: str | None = HUNAN_CANTEEN, year: int = 2025, **dates: Any) -> dict[str, Any]:
        return await get_statement(self.desk, self.finance, self.canteen_id, AskStatement(rule, year, **dates))

    async def lines(self, rule: str | None = HUNAN_CANTEEN, year: int = 2025) -> list[dict[str, Any]]:
        """Give every line, oldest first."""
        page = await get_statement_lines(
            self.desk, self.finance, self.canteen_id, AskStatement(rule, year), limit=100, cursor=None
        )
        items: list[dict[str, Any]] = page["items"]
        return items[::-1]


async def stated(desk: Desk, reader: Identity, subject_id: UUID, ask: AskStatement) -> dict[str, Any]:
    """Give a statement as it is answered: its rows may be JSON already."""
    body: dict[str, Any] = orjson.loads(orjson.dumps(await get_statement(desk, reader, subject_id, ask)))
    return body


def a_return(accepted: AcceptanceRecorded, line: KeptLine, amount_fen: int, on: date) -> ReturnRecorded:
    return ReturnRecorded(
        return_id=new_id(),
        acceptance_id=accepted.acceptance_id,
        purchase=accepted.purchase,
        agreed_on=on,
        reverses_accepted_on=accepted.accepted_on,
        reason="变质",
        lines=(line.model_copy(update={"amount_fen": -amount_fen, "quantity": -line.quantity, "grams": -line.grams}),),
    )


async def a_kitchen(
    desk: Desk, clock: SettableClock, county: str = FURONG, kind: CanteenKind = CanteenKind.OWN, **other: Any
) -> Kitchen:
    """Open a canteen of a new unit below a county's federation, from 1 January 2025."""
    code = f"{county}-{new_id().hex[-12:]}"
    unit_id = await put_unit(
        desk,
        PutUnit(
            code=code,
            name=f"直属单位{code[-6:]}",
            level=UnitLevel.COUNTY,
            parent_code=county,
            division_code=county,
            valid_from=date(2020, 1, 1),
        ),
    )
    kitchen = Kitchen(desk, clock, unit_id, f"/430000/{county[:4]}00/{county}/{code}/")
    facts: dict[str, Any] = {"unit_id": unit_id, "name": "机关食堂", "kind": kind, "valid_from": date(2025, 1, 1)}
    await put_canteen(desk, kitchen.canteen_id, PutCanteen(**facts | other))
    return kitchen
