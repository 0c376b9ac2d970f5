"""At the home county's fair of these days one sale is an order by now, and one waits for the canteen's buyer."""

from datetime import timedelta

from deploy.operator.demo.calendar import moment
from deploy.operator.demo.fairs import Fair
from deploy.operator.demo.holding_fairs import GRAMS_PER_KG, prepare_fair
from deploy.operator.demo.people import HOME_COUNTY, MARK
from deploy.operator.demo.producers import Offer
from deploy.operator.demo.trading import FIRST_VERSION
from deploy.operator.demo.world import World
from services.order.usecases.answer_on_site_sale import confirm_on_site_sale
from services.order.usecases.on_site_commands import (
    ConfirmedSaleLine,
    ConfirmOnSiteSale,
    PutOnSiteSale,
    SoldLineTold,
)
from services.order.usecases.put_on_site_sale import put_on_site_sale
from shared.contracts.words import FairKind, Fund, Measure
from shared.ids import derived_id

SOLD = ((5, 16), (3, 17))
"""Of each sale, in kilograms and by the hour of yesterday; the last one waits."""
TARE_GRAMS = 400


def fair_of_today(world: World) -> Fair:
    """Plan the home county's fair: it began yesterday and ends tomorrow."""
    calendar, unit = world.plan.calendar, world.plan.units[HOME_COUNTY]
    return Fair(
        fair_id=derived_id("demo-fair", unit.code, calendar.today),
        unit=unit,
        county_code=unit.code,
        kind=FairKind.EXHIBITION,
        begins_on=calendar.yesterday,
        shown={world.plan.producers[0].supplier_id: frozenset()},
    )


async def open_stall(world: World) -> None:
    """Hold the fair; what is sold at it is told once orders have heard of it."""
    await prepare_fair(world, fair_of_today(world))


async def sell_at_stall(world: World) -> int:
    """Tell what the demo's supplier sold for the union's festival, and confirm all but the last; gives how many."""
    desk, calendar, home = world.desks["order"], world.plan.calendar, world.plan.home
    fair, own = fair_of_today(world), world.plan.producers[0]
    offer = next(offer for offer in own.offers if offer.good.measure is Measure.WEIGHT)
    for number, (kilograms, hour) in enumerate(SOLD, 1):
        sale_id = derived_id("demo-on-site-sale", fair.fair_id, number)
        sale = PutOnSiteSale(
            supplier_id=own.supplier_id,
            fair_id=fair.fair_id,
            canteen_id=home.canteen_id,
            fund=Fund.UNION,
            sold_on=calendar.yesterday,
            lines=(_line(offer, kilograms * GRAMS_PER_KG),),
            note=f"展位现场购买{MARK}",
        )
        told_at = moment(calendar.yesterday, hour)
        with world.clock.at(told_at):
            told = await put_on_site_sale(desk, world.supplier(own.supplier_id), sale_id, sale)
        if number < len(SOLD):
            received = ConfirmedSaleLine(listing_id=offer.listing_id, quantity=kilograms * GRAMS_PER_KG)
            yes = ConfirmOnSiteSale(amount_fen=told["amount_fen"], lines=(received,))
            with world.clock.at(told_at + timedelta(minutes=30)):
                await confirm_on_site_sale(desk, world.buyer(home), sale_id, yes)
    return len(SOLD)


def _line(offer: Offer, grams: int) -> SoldLineTold:
    """Sell at a tenth below the listed price, by the scale."""
    return SoldLineTold(
        listing_id=offer.listing_id,
        listing_version=FIRST_VERSION,
        gross_grams=grams + TARE_GRAMS,
        tare_grams=TARE_GRAMS,
        price_fen=max(1, offer.price_fen * 9 // 10),
    )
