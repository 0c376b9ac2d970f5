"""The demo's events of selling are held as people hold them: announced, taken part in, opened, sold at, reported."""

from datetime import timedelta

from deploy.operator.demo.calendar import moment
from deploy.operator.demo.dice import between
from deploy.operator.demo.fairs import Fair
from deploy.operator.demo.people import MARK, stand_in
from deploy.operator.demo.producers import Offer, Producer
from deploy.operator.demo.world import World
from services.catalog.domain.fairs import EntryOutcome, FairSaleOutcome, FairStep
from services.catalog.usecases.put_fair import PutFair, put_fair
from services.catalog.usecases.put_fair_sale import PutFairSale, put_fair_sale
from services.catalog.usecases.put_fair_supplier import PutFairSupplier, put_fair_supplier
from services.catalog.usecases.put_showcase import PutShowcase, put_showcase
from services.catalog.usecases.review_fair_sale import ReviewFairSale, review_fair_sale
from services.catalog.usecases.review_fair_supplier import ReviewFairSupplier, review_fair_supplier
from services.catalog.usecases.step_fair import StepFair, step_fair
from shared.contracts.authority import Identity, Role
from shared.contracts.words import FairKind, Measure
from shared.ids import derived_id
from shared.money import line_amount_fen

GRAMS_PER_KG = 1_000


async def prepare_fair(world: World, fair: Fair) -> None:
    """Announce an event, admit who takes part with what it shows, and open it on its first morning."""
    desk, organiser = world.desks["catalog"], _organiser(fair)
    with world.clock.at(moment(fair.begins_on - timedelta(days=20), 9)):
        await put_fair(desk, organiser, fair.fair_id, _written(fair))
        await step_fair(desk, organiser, fair.fair_id, StepFair(step=FairStep.ANNOUNCE))
    for producer in _taking_part(world, fair):
        own, supplier_id = world.supplier(producer.supplier_id), producer.supplier_id
        with world.clock.at(moment(fair.begins_on - timedelta(days=12), 10)):
            await put_fair_supplier(desk, own, fair.fair_id, supplier_id, PutFairSupplier(note=f"需要一个展位{MARK}"))
            showcase = PutShowcase(listing_ids=tuple(offer.listing_id for offer in fair.shows(producer)))
            await put_showcase(desk, own, fair.fair_id, supplier_id, showcase)
        with world.clock.at(moment(fair.begins_on - timedelta(days=8), 15)):
            admitted = ReviewFairSupplier(outcome=EntryOutcome.ADMIT)
            await review_fair_supplier(desk, organiser, fair.fair_id, supplier_id, admitted)
    with world.clock.at(moment(fair.begins_on, 8)):
        await step_fair(desk, organiser, fair.fair_id, StepFair(step=FairStep.OPEN))


async def conclude_fair(world: World, fair: Fair) -> None:
    """Enter and confirm what walk-in buyers bought, close the event, and report what came of it."""
    desk, organiser = world.desks["catalog"], _organiser(fair)
    for producer in _taking_part(world, fair):
        sold = next((offer for offer in fair.shows(producer) if _by_weight(offer)), None)
        if sold is None:
            continue
        sale_id = derived_id("demo-fair-sale", fair.fair_id, producer.supplier_id)
        with world.clock.at(moment(fair.ends_on, 16)):
            await put_fair_sale(desk, world.supplier(producer.supplier_id), fair.fair_id, sale_id, _sale(fair, sold))
        with world.clock.at(moment(fair.ends_on, 17)):
            confirmed = ReviewFairSale(outcome=FairSaleOutcome.CONFIRM)
            await review_fair_sale(desk, organiser, fair.fair_id, sale_id, confirmed)
    for hour, step in ((18, FairStep.CLOSE), (19, FairStep.REPORT)):
        with world.clock.at(moment(fair.ends_on, hour)):
            await step_fair(desk, organiser, fair.fair_id, StepFair(step=step))


def _organiser(fair: Fair) -> Identity:
    return stand_in(Role.OFFICER, fair.unit.unit_id, fair.unit.path)


def _written(fair: Fair) -> PutFair:
    called = {FairKind.LIVESTREAM: "助残直播带货", FairKind.EXHIBITION: "助残农产品展销会"}
    live = fair.kind is FairKind.LIVESTREAM
    return PutFair(
        unit_id=fair.unit.unit_id,
        kind=fair.kind,
        name=f"{fair.unit.short_name}{fair.begins_on.year}年{called[fair.kind]}{MARK}",
        description=f"演示活动，并非真实举办{MARK}",
        begins_on=fair.begins_on,
        ends_on=fair.ends_on,
        place=None if live else f"{fair.unit.short_name}演示广场",
        county_code=fair.county_code,
        stream_url="https://live.example.com/zhucai-demo" if live else None,
    )


def _taking_part(world: World, fair: Fair) -> list[Producer]:
    return [producer for producer in world.plan.producers if producer.supplier_id in fair.shown]


def _by_weight(offer: Offer) -> bool:
    return offer.good.measure is Measure.WEIGHT and bool(offer.item_code)


def _sale(fair: Fair, offer: Offer) -> PutFairSale:
    grams = between(5, 60, "walk-in", fair.fair_id, offer.listing_id) * GRAMS_PER_KG
    return PutFairSale(
        supplier_id=offer.supplier_id,
        item_code=offer.item_code,
        grams=grams,
        amount_fen=line_amount_fen(grams, offer.price_fen, offer.good.unit_quantity),
        sold_on=fair.ends_on,
    )
