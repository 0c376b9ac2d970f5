"""What a base grows, and what canteens accepted of it, for tests: declared as people do, and heard as order says it."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from services.catalog.domain.capacity import CapacityOutcome
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.keep_sales import keep_sales
from services.catalog.usecases.put_capacity import PutCapacity, put_capacity
from services.catalog.usecases.put_plot import PutPlot, put_plot
from services.catalog.usecases.review_capacity import ReviewCapacity, review_capacity
from shared.contracts.envelope import Opened
from shared.contracts.order import AcceptanceRecorded, CreditRecorded, KeptLine, PurchaseFacts, ReturnRecorded
from shared.contracts.words import Fund, Measure, SupplierKind
from shared.events import Delivery
from shared.ids import new_id
from tests.build.catalog import PROVINCE, Seller, an_officer

MU_M2 = 667
SAID_AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def a_plot(**other: Any) -> PutPlot:
    """Declare ten mu of field, by a certificate of its own."""
    said = {
        "kind": "field",
        "certificate_number": f"湘（2021）茶陵县农村土地承包经营权第{new_id().hex[-10:]}号",
        "county_code": "430224",
        "area_m2": 10 * MU_M2,
        "declared_from": "2026-01-01",
    }
    return PutPlot.model_validate({**said, **other})


def a_capacity(*plots: UUID, **other: Any) -> PutCapacity:
    """Declare ginger on all of these plots: 3 kg a square metre, ripe in September to November, kept four months."""
    said = {
        "item_code": "ginger",
        "year": 2026,
        "measure": "area",
        "uses": [{"plot_id": str(plot), "extent": 10 * MU_M2} for plot in plots],
        "yield_grams": 3_000,
        "harvest_months": [9, 10, 11],
        "keeps_months": 4,
    }
    return PutCapacity.model_validate({**said, **other})


async def plotted(desk: Desk, seller: Seller, **said: Any) -> UUID:
    """Have a plot declared."""
    plot_id = new_id()
    await put_plot(desk, seller.person, seller.id, plot_id, a_plot(**said))
    return plot_id


async def filed(desk: Desk, seller: Seller, **said: Any) -> UUID:
    """Have a capacity declared on a plot of its own."""
    capacity_id, plot = new_id(), await plotted(desk, seller)
    await put_capacity(desk, seller.person, seller.id, capacity_id, a_capacity(plot, **said))
    return capacity_id


async def confirmed(desk: Desk, seller: Seller, **said: Any) -> UUID:
    """Have a capacity declared and confirmed."""
    capacity_id = await filed(desk, seller, **said)
    command = ReviewCapacity(outcome=CapacityOutcome.CONFIRM, version=1)
    await review_capacity(desk, an_officer(PROVINCE), seller.id, capacity_id, command)
    return capacity_id


def a_line(listing_id: UUID, grams: int, **other: Any) -> KeptLine:
    """Keep ginger at 6.50 yuan the jin."""
    said = {
        "line_id": new_id(),
        "listing_id": listing_id,
        "listing_version": 1,
        "name": "茶陵生姜",
        "category": "vegetables",
        "measure": Measure.WEIGHT,
        "quantity": grams,
        "grams": grams,
        "amount_fen": grams * 650 // 500,
        "price_fen": 650,
        "unit_quantity": 500,
        "origin_county_code": "430224",
    }
    return KeptLine.model_validate({**said, **other})


def a_purchase(supplier_id: UUID, **other: Any) -> PurchaseFacts:
    """Say whose purchase it is."""
    said = {
        "order_id": new_id(),
        "requisition_id": new_id(),
        "canteen_id": new_id(),
        "unit_id": new_id(),
        "fund": Fund.CANTEEN,
        "supplier_id": supplier_id,
        "supplier_name": "云阳残疾人帮扶基地",
        "supplier_kind": SupplierKind.DISABLED_BASE,
        "ordered_on": date(2026, 2, 27),
    }
    return PurchaseFacts.model_validate({**said, **other})


def accepted(supplier_id: UUID, *lines: KeptLine, on: date = date(2026, 3, 2), **other: Any) -> AcceptanceRecorded:
    """Say that a canteen accepted goods."""
    purchase = a_purchase(supplier_id, **other)
    return AcceptanceRecorded(acceptance_id=new_id(), purchase=purchase, accepted_on=on, lines=lines)


def returned(acceptance: AcceptanceRecorded, *lines: KeptLine, on: date = date(2026, 3, 9)) -> ReturnRecorded:
    """Say that goods of an acceptance went back."""
    return ReturnRecorded(
        return_id=new_id(),
        acceptance_id=acceptance.acceptance_id,
        purchase=acceptance.purchase,
        agreed_on=on,
        reverses_accepted_on=acceptance.accepted_on,
        reason="有腐烂",
        lines=lines,
    )


def credited(acceptance: AcceptanceRecorded, *lines: KeptLine, on: date = date(2026, 3, 9)) -> CreditRecorded:
    """Say that the price of an acceptance was lowered."""
    return CreditRecorded(
        credit_id=new_id(),
        acceptance_id=acceptance.acceptance_id,
        purchase=acceptance.purchase,
        agreed_on=on,
        reverses_accepted_on=acceptance.accepted_on,
        reason="规格不符",
        lines=lines,
    )


def back(line: KeptLine, grams: int) -> KeptLine:
    """Give a part of a line back, at its price."""
    return line.model_copy(update={"quantity": -grams, "grams": -grams, "amount_fen": -(grams * 650 // 500)})


async def hear(desk: Desk, *events: Any) -> list[Delivery[Any]]:
    """Let catalog hear of sales, all at once; gives the deliveries, to be made again."""
    deliveries: list[Delivery[Any]] = []
    for event in events:
        envelope = Opened(id=new_id(), type=event.type, source="order", key=event.key, at=SAID_AT, data={})
        deliveries.append(Delivery("catalog-order", envelope, event))
    await keep_sales(desk, deliveries)
    return deliveries
