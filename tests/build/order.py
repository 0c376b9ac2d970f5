"""A small world for order's tests: units, canteens, suppliers and goods as they are heard, and people with seats."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa

from services.order.store.all_tables import metadata
from services.order.usecases.accept_order import accept_order
from services.order.usecases.answer_weighing import agree_weight
from services.order.usecases.commands import (
    AcceptOrder,
    AnswerWeighing,
    PackOrder,
    PutBasket,
    PutRequisition,
    ShipOrder,
)
from services.order.usecases.confirm_order import confirm_order
from services.order.usecases.desk import Desk
from services.order.usecases.keep_copies import keep_copies
from services.order.usecases.pack_order import pack_order
from services.order.usecases.put_basket import put_basket
from services.order.usecases.put_requisition import put_requisition
from services.order.usecases.ship_order import ship_order
from shared.contracts.authority import Identity, Role, Seat
from shared.contracts.catalog import ListingFacts, ListingPublished, ListingWithdrawn, SupplierChanged
from shared.contracts.envelope import Event, Opened
from shared.contracts.procurement_quota import CanteenChanged, UnitChanged
from shared.contracts.words import CanteenKind, Fund, Measure, SupplierKind, SupplierState, UnitLevel
from shared.db.plumbing import Plumbing
from shared.events import Delivery
from shared.ids import new_id

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Monday, nine in the morning in Shanghai."""
WANTED = date(2026, 3, 5)


def heard(*events: Event) -> list[Delivery[Any]]:
    """Deliver events as JetStream would."""
    return [
        Delivery(
            f"order-{event.stream}",
            Opened(id=new_id(), type=event.type, source=event.stream, key=event.key, at=START, data={}),
            event,
        )
        for event in events
    ]


def an_identity(*seats: Seat, name: str = "李梅") -> Identity:
    return Identity(new_id(), new_id(), name, seats)


def goods_facts(supplier_id: UUID, **other: Any) -> ListingFacts:
    """State ginger by the jin at 6.50 yuan, unless told."""
    facts: dict[str, Any] = {
        "listing_id": new_id(),
        "listing_version": 1,
        "supplier_id": supplier_id,
        "supplier_name": "云阳残疾人帮扶基地",
        "supplier_kind": SupplierKind.DISABLED_BASE,
        "name": "茶陵生姜",
        "category": "vegetables",
        "measure": Measure.WEIGHT,
        "unit_name": "斤",
        "unit_quantity": 500,
        "piece_grams": None,
        "price_fen": 650,
        "minimum_quantity": 1_000,
        "step_quantity": 500,
        "origin_county_code": "430224",
    }
    return ListingFacts.model_validate({**facts, **other})


@dataclass
class Town:
    """One unit with its canteen and its people, and the suppliers that it buys from."""

    desk: Desk
    unit_id: UUID = field(default_factory=new_id)
    canteen_id: UUID = field(default_factory=new_id)
    path: str = ""
    limit_fen: int = 1_000_000
    buyer: Identity = field(init=False)
    approver: Identity = field(init=False)
    finance: Identity = field(init=False)
    suppliers: dict[UUID, Identity] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.path = self.path or f"/430000/430200/{self.unit_id.int % 10**12}/"
        self.buyer = an_identity(Seat(Role.BUYER, self.canteen_id, self.path), name="王采购")
        self.approver = an_identity(Seat(Role.APPROVER, self.unit_id, self.path), name="赵审批")
        self.finance = an_identity(Seat(Role.FINANCE, self.unit_id, self.path), name="钱财务")

    async def heard_of(self, *, version: int = 1, active: bool = True) -> "Town":
        """Let order hear of the unit and the canteen."""
        unit = UnitChanged(
            unit_id=self.unit_id,
            version=version,
            code="430224",
            name="茶陵县残联",
            level=UnitLevel.COUNTY,
            parent_id=None,
            path=self.path,
            division_code="430224",
            approval_limit_fen=self.limit_fen,
        )
        canteen = CanteenChanged(
            canteen_id=self.canteen_id,
            version=version,
            unit_id=self.unit_id,
            name="茶陵县残联食堂",
            kind=CanteenKind.OWN,
            active=active,
        )
        await keep_copies(self.desk, heard(unit, canteen))
        return self

    async def a_supplier(self, state: SupplierState = SupplierState.ADMITTED, version: int = 1, **known: Any) -> UUID:
        """Let order hear of a supplier; gives its id."""
        supplier_id: UUID = known.get("supplier_id") or new_id()
        event = SupplierChanged(
            supplier_id=supplier_id,
            version=version,
            name="云阳残疾人帮扶基地",
            kind=SupplierKind.DISABLED_BASE,
            county_code="430224",
            state=state,
            applicant_account_id=new_id(),
        )
        await keep_copies(self.desk, heard(event))
        if supplier_id not in self.suppliers:
            self.suppliers[supplier_id] = an_identity(Seat(Role.SUPPLIER, supplier_id), name="陈小红")
        return supplier_id

    async def goods(self, supplier_id: UUID | None = None, *, stock: int = 1_000_000, **other: Any) -> ListingFacts:
        """Let order hear of a published listing, with its first stock."""
        supplier_id = supplier_id or await self.a_supplier()
        facts = goods_facts(supplier_id, **other)
        await self.publish(facts, stock)
        return facts

    async def publish(self, facts: ListingFacts, stock: int | None = None) -> None:
        await keep_copies(self.desk, heard(ListingPublished(listing=facts, on_hand_quantity=stock, published_at=START)))

    async def withdraw(self, facts: ListingFacts) -> None:
        event = ListingWithdrawn(listing_id=facts.listing_id, listing_version=facts.listing_version, reason="季节已过")
        await keep_copies(self.desk, heard(event))

    async def basket(self, *lines: tuple[ListingFacts, int], **other: Any) -> UUID:
        """Fill a basket, with its fund and the tolerance of its lines where told; gives its id."""
        basket_id = new_id()
        await put_basket(self.desk, self.buyer, basket_id, basket_of(self.canteen_id, *lines, **other))
        return basket_id

    async def order(
        self, *lines: tuple[ListingFacts, int], wanted: Mapping[str, Any] | None = None, **other: Any
    ) -> dict[str, Any]:
        """Ask for goods, by other days or hours where told; gives the requisition as answered."""
        basket_id = await self.basket(*lines, **other)
        asked = PutRequisition.model_validate({"basket_id": basket_id, "wanted_on": WANTED, **(wanted or {})})
        return await put_requisition(self.desk, self.buyer, new_id(), asked)

    async def an_order(self, *lines: tuple[ListingFacts, int], upto: str = "placed", **other: Any) -> "Walk":
        """Place one order with one supplier and walk it up to a state."""
        placed = await self.order(*lines, **other)
        walk = Walk(self, UUID(placed["orders"][0]["order_id"]), self.suppliers[lines[0][0].supplier_id])
        for state, step in (
            ("confirmed", walk.confirm),
            ("packed", walk.pack),
            ("shipped", walk.ship),
            ("accepted", walk.accept),
        ):
            if upto == "placed":
                break
            await step()
            if state == upto:
                break
        return walk


def basket_of(
    canteen_id: UUID, *lines: tuple[ListingFacts, int], fund: Fund = Fund.CANTEEN, tolerance_bp: int | None = None
) -> PutBasket:
    return PutBasket.model_validate(
        {
            "canteen_id": canteen_id,
            "fund": fund,
            "lines": [
                {
                    "listing_id": facts.listing_id,
                    "listing_version": facts.listing_version,
                    "quantity": quantity,
                    "tolerance_bp": tolerance_bp,
                }
                for facts, quantity in lines
            ],
        }
    )


@dataclass
class Walk:
    """One order as its two sides walk it."""

    town: Town
    order_id: UUID
    seller: Identity
    view: dict[str, Any] = field(default_factory=dict)

    @property
    def desk(self) -> Desk:
        return self.town.desk

    def line_ids(self) -> list[UUID]:
        return [UUID(line["line_id"]) for line in self.view["lines"]]

    async def confirm(self) -> dict[str, Any]:
        self.view = await confirm_order(self.desk, self.seller, self.order_id)
        return self.view

    async def pack(self, *packed: int, lots: Sequence[str] = ()) -> dict[str, Any]:
        quantities = packed or tuple(line["ordered_quantity"] for line in self.view["lines"])
        lines = [
            {"line_id": line_id, "packed_quantity": quantity, "lot_number": lots[place] if lots else ""}
            for place, (line_id, quantity) in enumerate(zip(self.line_ids(), quantities, strict=True))
        ]
        self.view = await pack_order(self.desk, self.seller, self.order_id, PackOrder.model_validate({"lines": lines}))
        return self.view

    async def ship(self) -> dict[str, Any]:
        self.view = await ship_order(self.desk, self.seller, self.order_id, ShipOrder(carrier="自送"))
        return self.view

    def acceptance(self, *accepted: int, **other: Any) -> AcceptOrder:
        quantities = accepted or tuple(line["packed_quantity"] for line in self.view["lines"])
        lines = [
            {"line_id": line_id, "accepted_quantity": quantity}
            for line_id, quantity in zip(self.line_ids(), quantities, strict=True)
        ]
        return AcceptOrder.model_validate({"acceptance_id": new_id(), "lines": lines, **other})

    async def agree(self, outcome: str = "agree", reason: str = "") -> dict[str, Any]:
        """Let the seller agree to the weight that waits, or object to it."""
        self.view = await agree_weight(self.desk, self.seller, self.order_id, self.yes(outcome, reason))
        return self.view

    def yes(self, outcome: str = "agree", reason: str = "") -> AnswerWeighing:
        content = {"acceptance_id": self.view["weighing"]["acceptance_id"], "outcome": outcome, "reason": reason}
        return AnswerWeighing.model_validate(content)

    async def accept(self, *accepted: int, **other: Any) -> dict[str, Any]:
        self.view = await accept_order(self.desk, self.town.buyer, self.order_id, self.acceptance(*accepted, **other))
        return self.view


async def content(desk: Desk) -> dict[str, tuple[Any, ...]]:
    """Digest every table of the database, outbox and inbox included."""
    found: dict[str, tuple[Any, ...]] = {}
    async with desk.uow.glance() as tx:
        for table in [*metadata.sorted_tables, *Plumbing.metadata.sorted_tables]:
            row = await tx.first(
                sa.text(
                    f"SELECT count(*), coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') "  # noqa: S608
                    f'FROM "{table.name}" t'
                )
            )
            assert row is not None
            found[table.name] = tuple(row)
    return found


@asynccontextmanager
async def untouched(desk: Desk) -> AsyncIterator[None]:
    """Assert that the block leaves every table as it was."""
    before = await content(desk)
    yield
    assert await content(desk) == before


async def said(desk: Desk, key: UUID, *types: str) -> list[dict[str, Any]]:
    """Read what was said about one thing, in order."""
    async with desk.uow.glance() as tx:
        rows = await tx.rows(sa.text("SELECT type, body FROM outbox WHERE key = :key ORDER BY id"), {"key": str(key)})
    wanted: Iterable[str] = types or {row.type for row in rows}
    return [orjson.loads(row.body)["data"] | {"type": row.type} for row in rows if row.type in wanted]
