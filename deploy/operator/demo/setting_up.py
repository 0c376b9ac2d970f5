"""Before the first order there are the tree, the rules, the canteens, the suppliers and what they offer."""

from datetime import date, datetime, timedelta

from deploy.operator.demo.calendar import moment
from deploy.operator.demo.dice import between
from deploy.operator.demo.paper import pdf, photo
from deploy.operator.demo.people import MARK
from deploy.operator.demo.producers import Offer, Producer
from deploy.operator.demo.standing import stand_for, stands_from
from deploy.operator.demo.tree import Canteen
from deploy.operator.demo.world import World, each
from services.catalog.domain.listings import ListingOutcome
from services.catalog.domain.origin import PaperPurpose, is_processed
from services.catalog.domain.suppliers import DocumentKind, SupplierOutcome
from services.catalog.usecases.put_listing import PutListing, put_listing
from services.catalog.usecases.put_listing_paper import put_listing_paper
from services.catalog.usecases.put_listing_photo import put_listing_photo
from services.catalog.usecases.put_supplier import BankAccount, PutSupplier, put_supplier
from services.catalog.usecases.put_supplier_document import PutDocument, put_supplier_document
from services.catalog.usecases.review_listing import ReviewListing, review_listing
from services.catalog.usecases.review_supplier import ReviewSupplier, review_supplier
from services.catalog.usecases.submit_listing import submit_listing
from services.procurement_quota.domain.seeded_rules import HUNAN_CANTEEN, HUNAN_UNION
from services.procurement_quota.usecases.load_reference import load_reference
from services.procurement_quota.usecases.put_canteen import PutCanteen, PutHolder, PutShares, put_canteen
from services.procurement_quota.usecases.put_rule import ContinueRule, continue_rule
from shared.contracts.words import CanteenKind
from shared.darkroom import WAITING_MAX
from shared.ids import derived_id
from shared.papers.paper import Paper

CONTINUED_BY = f"演示文件第1号：关于延续执行2020年第17项措施的通知{MARK}，并无此文件，仅供演示"

PHOTOS_AT_ONCE = WAITING_MAX - 2
"""The darkroom lets no more than its own bound wait in line."""


def begins(world: World) -> datetime:
    """Name the moment at which the demo's preparations begin: in the December before its two years."""
    return moment(date(world.plan.calendar.closed_year - 1, 12, 10), 9)


async def put_reference(world: World) -> str:
    """Load tree, lists and rules as any installation does, continue the rules, and open the canteens."""
    desk, start = world.desks["procurement_quota"], begins(world)
    with world.clock.at(start):
        loaded = await load_reference(desk)
        for code in (HUNAN_CANTEEN, HUNAN_UNION):
            await continue_rule(desk, ContinueRule(rule_code=code, valid_from=date(2021, 1, 1), document=CONTINUED_BY))

        async def open_canteen(canteen: Canteen) -> None:
            await put_canteen(desk, canteen.canteen_id, _canteen(world, canteen))

        canteens = await each(world.plan.canteens, open_canteen)
    return f"{loaded.units} units, {len(loaded.lists)} county lists, {len(loaded.rules)} rules, {canteens} canteens"


def _canteen(world: World, canteen: Canteen) -> PutCanteen:
    year = world.plan.calendar.closed_year
    approved_on = date(year - 1, 12, 5)
    above = f"{world.plan.units[canteen.unit.parent_code].short_name}残疾人联合会{MARK}"
    needs_approval = canteen.kind in (CanteenKind.NONE, CanteenKind.OUTSOURCED)
    shares = None
    if canteen.shares:
        shares = PutShares(
            year=year,
            holders=[
                PutHolder(
                    unit_id=world.plan.units[share.unit_code].unit_id if share.unit_code else None,
                    name="" if share.unit_code else share.holder_name,
                    weight_bp=share.weight_bp,
                )
                for share in canteen.shares
            ],
            evidence=canteen.evidence,
            approved_by=above,
            approved_on=approved_on,
        )
    return PutCanteen(
        unit_id=canteen.unit.unit_id,
        name=canteen.name,
        kind=canteen.kind,
        valid_from=date(year, 1, 1),
        evidence=canteen.evidence,
        approved_by=above if needs_approval else None,
        approved_on=approved_on if needs_approval else None,
        shares=shares,
    )


async def admit(world: World, producer: Producer) -> None:
    """Let a supplier apply with a document, its county's officer recommend it, and one above admit it."""
    day = begins(world).date() + timedelta(days=1 + between(0, 4, "applies", producer.supplier_id))
    await _apply(world, producer, moment(day, 10))
    await _recommend(world, producer, moment(day + timedelta(days=1), 9))
    with world.clock.at(moment(day + timedelta(days=1), 15)):
        await review_supplier(
            world.desks["catalog"],
            world.officer(producer.county_code),
            producer.supplier_id,
            ReviewSupplier(outcome=SupplierOutcome.ADMIT, reason=f"材料齐全，推荐属实{MARK}"),
        )
    await stand_for(world, producer, stands_from(day + timedelta(days=1)))


async def _recommend(world: World, producer: Producer, at: datetime) -> None:
    with world.clock.at(at):
        await review_supplier(
            world.desks["catalog"],
            world.county_officer(producer.county_code),
            producer.supplier_id,
            ReviewSupplier(outcome=SupplierOutcome.RECOMMEND, reason=f"经实地走访，同意推荐{MARK}"),
        )


async def _apply(world: World, producer: Producer, at: datetime) -> None:
    desk, applicant = world.desks["catalog"], world.supplier(producer.supplier_id)
    with world.clock.at(at):
        await put_supplier(
            desk,
            applicant,
            producer.supplier_id,
            PutSupplier(
                name=producer.name,
                kind=producer.kind,
                county_code=producer.county_code,
                credit_code=producer.credit_code,
                registration_number=producer.registration_number,
                contact_name=producer.contact_name,
                contact_phone=producer.contact_phone,
                address=producer.address,
                bank_account=BankAccount(
                    bank_name=producer.bank_name,
                    account_name=producer.name,
                    account_number=producer.bank_account_number,
                ),
            ),
        )
        await put_supplier_document(
            desk,
            applicant,
            producer.supplier_id,
            producer.document_id,
            PutDocument(kind=DocumentKind.RECOGNITION, name=f"认定证明{MARK}.pdf"),
            pdf(f"Zhucai demo document, not real: {producer.county_code} {producer.kind.value}"),
            "application/pdf",
        )


async def publish(world: World, producer: Producer, offer: Offer) -> None:
    """Let a supplier offer its goods with a photo and a first stock, and an officer publish them."""
    day = begins(world).date() + timedelta(days=8 + between(0, 6, "offers", offer.listing_id))
    await _offer(world, offer, moment(day, 9, between(0, 59, "minute", offer.listing_id)))
    with world.clock.at(moment(day + timedelta(days=1), 16)):
        await review_listing(
            world.desks["catalog"],
            world.officer(producer.county_code),
            offer.listing_id,
            ReviewListing(outcome=ListingOutcome.PUBLISH),
        )


async def _offer(world: World, offer: Offer, at: datetime) -> None:
    desk, supplier, good = world.desks["catalog"], world.supplier(offer.supplier_id), offer.good
    with world.clock.at(at):
        await put_listing(
            desk,
            supplier,
            offer.listing_id,
            PutListing(
                supplier_id=offer.supplier_id,
                name=offer.name,
                category=good.category,
                description=offer.description,
                measure=good.measure,
                unit_name=good.unit_name,
                unit_quantity=good.unit_quantity,
                piece_grams=good.piece_grams,
                price_fen=offer.price_fen,
                minimum_quantity=good.minimum_quantity,
                step_quantity=good.step_quantity,
                origin_county_code=offer.origin_county_code,
                item_code=offer.item_code,
                harvest_months=good.harvest_months,
                first_stock_quantity=offer.first_stock,
            ),
        )
        picture = photo(good.category, between(0, 3, "variety", good.name))
        await put_listing_photo(desk, supplier, offer.listing_id, offer.photo_id, picture, "image/png")
        if is_processed(offer.item_code, good.category):
            body = pdf(f"Zhucai demo document, not real: {offer.origin_county_code} {offer.item_code}")
            paper = Paper(
                derived_id("origin", offer.listing_id), f"主要原料来源证明{MARK}.pdf", body, "application/pdf"
            )
            await put_listing_paper(desk, supplier, offer.listing_id, PaperPurpose.ORIGIN, paper)
        await submit_listing(desk, supplier, offer.listing_id)


async def leave_for_review(world: World) -> str:
    """Leave an application to the county's officer, one recommended to an officer above, and a listing to either."""
    yesterday = world.plan.calendar.yesterday
    await _apply(world, world.plan.applicant, moment(yesterday, 10))
    await _apply(world, world.plan.recommended, moment(yesterday, 9))
    await _recommend(world, world.plan.recommended, moment(yesterday, 15))
    await _offer(world, world.plan.submitted, moment(yesterday, 11))
    return "two applications and a listing to review"
