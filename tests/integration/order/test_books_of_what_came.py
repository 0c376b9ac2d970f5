"""Invoices, statements and the operator's checks go by what came, be it other, less or more, or from a stall."""

from datetime import timedelta
from uuid import UUID

import pytest

from deploy.operator.invariants.money import money_checks
from deploy.operator.invariants.orders import order_checks
from deploy.operator.reading import Snapshots, with_patience
from services.order.usecases.desk import Desk
from services.order.usecases.get_order import get_order
from services.order.usecases.invoices import put_invoice
from shared.clock import SettableClock
from shared.ids import new_id
from tests.build.accounts import a_year, close_all, moment, statements
from tests.build.on_site import Stall, hold_fair
from tests.build.order import Town, Walk
from tests.integration.order.test_invoices import differing, invoice
from tests.integration.order.test_substitutes import an_offer, answered, offer


async def offenders(desk: Desk, order_id: UUID) -> list[str]:
    """List what the operator's checks of orders and money hold against an order."""
    async with desk.uow.read() as tx:
        await with_patience(tx)
        read = Snapshots({"order": tx})
        checks = [*await order_checks(read), *await money_checks(read)]
    return [f"{check.says}: {one}" for check in checks for one in check.offenders if str(order_id) in one]


@pytest.fixture
async def substituted(town: Town, clock: SettableClock) -> Walk:
    """Of five kilograms of ginger two were confirmed; three of garlic stood in their place."""
    may = moment(a_year(), 5, 2)
    clock.set(may)  # Of which no month is closed yet, as none is while the clock runs on.
    ginger = await town.goods(stock=20_000)
    garlic = await town.goods(ginger.supplier_id, stock=8_000, name="紫皮大蒜", price_fen=500)
    walk = await town.an_order((ginger, 5_000), wanted={"wanted_on": may.date() + timedelta(days=1)})
    await offer(walk, (2_000, an_offer(garlic, 3_000)))
    await answered(walk)
    await walk.pack(2_050, 3_000)
    await walk.ship()
    await walk.accept(2_080, 2_950)
    return walk


async def test_what_was_confirmed_lower_and_came_above_within_tolerance_is_no_breach(
    desk: Desk, substituted: Walk
) -> None:
    assert [line["accepted_quantity"] for line in substituted.view["lines"]] == [2_080, 2_950]
    assert substituted.view["accepted_fen"] == 2_704 + 2_950 > substituted.view["confirmed_fen"]
    assert await offenders(desk, substituted.order_id) == []


async def test_an_invoice_over_a_substitute_is_held_against_what_came_of_it(town: Town, substituted: Walk) -> None:
    ginger, garlic = (line["line_id"] for line in substituted.view["lines"])
    lines = [
        {"order_id": substituted.order_id, "line_id": ginger, "gross_fen": 2_704},
        {"order_id": substituted.order_id, "line_id": garlic, "gross_fen": 2_950},
    ]
    both = invoice(net_fen=5_654, gross_fen=5_654, lines=lines)
    await put_invoice(town.desk, substituted.seller, new_id(), both)
    assert await differing(town) == []
    more = invoice(net_fen=60, gross_fen=60, lines=[{**lines[1], "gross_fen": 60}])
    await put_invoice(town.desk, substituted.seller, new_id(), more)
    assert await differing(town) == [("over_ordered", 60)]


async def test_an_invoice_over_a_sale_at_a_stall_is_held_against_what_was_sold(
    desk: Desk, town: Town, clock: SettableClock
) -> None:
    clock.set(moment(a_year(), 5, 2))
    stall = await Stall.open(town)
    sold_on = clock.now().date()
    await hold_fair(
        town, stall.ginger.supplier_id, fair_id=stall.fair_id, version=2, begins_on=sold_on, ends_on=sold_on
    )
    sale = await stall.confirm(await stall.tell(stall.line(2_000), sold_on=sold_on))
    order = await get_order(desk, town.buyer, UUID(sale["order_id"]))
    line = {"order_id": order["order_id"], "line_id": order["lines"][0]["line_id"], "gross_fen": 2_400}
    invoice_id = new_id()
    await put_invoice(desk, stall.seller, invoice_id, invoice(net_fen=2_400, gross_fen=2_400, lines=[line]))
    assert await differing(town) == []
    red = {"kind": "red", "reverses_id": invoice_id, "net_fen": -60, "gross_fen": -60}
    await put_invoice(desk, stall.seller, new_id(), invoice(**red, lines=[{**line, "gross_fen": -60}]))
    assert await differing(town) == [("under", -60)]
    assert await offenders(desk, UUID(sale["order_id"])) == []


async def test_a_sale_confirmed_in_the_next_month_is_on_its_statement_by_the_day_it_was_sold(
    town: Town, clock: SettableClock
) -> None:
    """Sold on the 31st of May and confirmed on the 1st of June, when May is closed: accepted in June, due from May."""
    year = a_year()
    clock.set(moment(year, 5, 2))
    await close_all(town)
    clock.set(moment(year, 5, 31))
    stall = await Stall.open(town)
    sold_on = clock.now().date()
    fair = {"begins_on": sold_on, "ends_on": sold_on + timedelta(days=1)}
    await hold_fair(town, stall.ginger.supplier_id, fair_id=stall.fair_id, version=2, **fair)
    told = await stall.tell(stall.line(2_000), sold_on=sold_on)
    clock.set(moment(year, 6, 1))
    await close_all(town)
    assert await statements(town) == []
    sale = await stall.confirm(told)
    clock.set(moment(year, 7, 1))
    await close_all(town)
    (june,) = await statements(town)
    (line,) = june["lines"]
    assert (june["month"], line["order_id"], line["accepted_fen"], line["late"]) == (
        f"{year}-06",
        sale["order_id"],
        2_400,
        [],
    )
    assert (line["accepted_on"], line["due_on"]) == (sold_on.isoformat(), (sold_on + timedelta(days=30)).isoformat())
