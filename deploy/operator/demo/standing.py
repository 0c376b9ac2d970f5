"""What a supplier stands for is on paper: its recognition, whom it employs, what it was given, what it can bring.

All of it is invented and marked so. One recognition ends soon after the demo's today, so that there is something to be
reminded of; the first base declares its parcels and what grows on them, and the last one so few that what it sells
beyond them is flagged.
"""

from datetime import date, datetime, timedelta

from deploy.operator.demo.calendar import moment
from deploy.operator.demo.dice import between, pick
from deploy.operator.demo.paper import pdf
from deploy.operator.demo.people import MARK
from deploy.operator.demo.producers import Offer, Producer
from deploy.operator.demo.world import World
from services.catalog.domain.capacity import CapacityOutcome, Extent, PlotKind
from services.catalog.domain.filings import FilingOutcome
from services.catalog.domain.recognition import FigureEvidence, FigureKind, Mode, RecognitionLevel, SupportKind
from services.catalog.domain.suppliers import DocumentKind
from services.catalog.usecases.filing_commands import PutFigure, PutFiling, PutRecognition, ReviewFiling
from services.catalog.usecases.put_capacity import PutCapacity, UseOfPlot, put_capacity
from services.catalog.usecases.put_filing import put_filing
from services.catalog.usecases.put_plot import PutPlot, put_plot
from services.catalog.usecases.put_supplier_document import PutDocument, put_supplier_document
from services.catalog.usecases.put_support import PutSupport, put_support
from services.catalog.usecases.review_capacity import ReviewCapacity, review_capacity
from services.catalog.usecases.review_filing import review_filing
from shared.contracts.words import Measure, SupplierKind
from shared.ids import derived_id

LEVELS = {
    RecognitionLevel.COUNTY: "县级",
    RecognitionLevel.MUNICIPAL: "市级",
    RecognitionLevel.PROVINCIAL: "省级",
}
TITLES = {
    SupplierKind.DISABLED_BASE: "残疾人就业帮扶基地",
    SupplierKind.DEMONSTRATION_HOUSEHOLD: "阳光致富示范户",
}
ENDS_SOON_DAYS = 40
YIELD_GRAMS = 4_000
"""Of a square metre a year: sixty tonnes of a parcel of one and a half hectares."""
PARCEL_M2 = 15_000
SCANT_PARCEL_M2 = 60


async def stand_for(world: World, producer: Producer, at: datetime) -> None:
    """File what a recognised supplier stands for and have its county confirm it; other kinds have nothing to file."""
    if producer.kind not in TITLES:
        return
    level = pick(list(LEVELS), "level", producer.supplier_id)
    with world.clock.at(at):
        await _confirmed(world, producer, "recognition", _recognition(world, producer, level))
        if producer.kind is SupplierKind.DISABLED_BASE:
            await _employs(world, producer, at.date())
            await _was_given(world, producer, level, at.date())
        if producer is world.plan.producers[0]:
            await _declares(world, producer, PARCEL_M2)
        elif producer is _of_kind(world, SupplierKind.DISABLED_BASE)[-1]:
            await _declares(world, producer, SCANT_PARCEL_M2)


def _recognition(world: World, producer: Producer, level: RecognitionLevel) -> PutRecognition:
    calendar = world.plan.calendar
    soon = producer in _of_kind(world, SupplierKind.DEMONSTRATION_HOUSEHOLD)[:1]
    return PutRecognition(
        level=level,
        title=f"{LEVELS[level]}{TITLES[producer.kind]}{MARK}",
        modes=(pick(list(Mode), "mode", producer.supplier_id),),
        issuer=f"残疾人联合会{MARK}",
        number=f"演示〔{calendar.closed_year - 1}〕{between(1, 99, 'number', producer.supplier_id)}号",
        valid_from=date(calendar.closed_year - 1, 1, 1),
        valid_to=calendar.yesterday + timedelta(days=ENDS_SOON_DAYS)
        if soon
        else date(calendar.running_year + 1, 12, 31),
        document_ids=(producer.document_id,),
    )


def _of_kind(world: World, kind: SupplierKind) -> list[Producer]:
    return [producer for producer in world.plan.producers if producer.kind is kind]


async def _employs(world: World, producer: Producer, day: date) -> None:
    desk, own = world.desks["catalog"], world.supplier(producer.supplier_id)
    wages = derived_id("demo-wages", producer.supplier_id)
    content = pdf("Zhucai demo document, not real: wages paid")
    document = PutDocument(kind=DocumentKind.WAGE, name=f"工资发放记录{MARK}.pdf")
    await put_supplier_document(desk, own, producer.supplier_id, wages, document, content, "application/pdf")
    employed = PutFigure(
        kind=FigureKind.EMPLOYED,
        as_of=day,
        count=between(6, 48, "employed", producer.supplier_id),
        evidence=FigureEvidence.WAGE,
        document_ids=(wages,),
    )
    await _confirmed(world, producer, "figure", employed)


async def _confirmed(world: World, producer: Producer, what: str, command: PutFiling) -> None:
    desk, filing_id = world.desks["catalog"], derived_id(f"demo-{what}", producer.supplier_id)
    filed = await put_filing(desk, world.supplier(producer.supplier_id), producer.supplier_id, filing_id, command)
    await review_filing(
        desk,
        world.county_officer(producer.county_code),
        command.subject,
        producer.supplier_id,
        filing_id,
        ReviewFiling(revision=filed["revision"], outcome=FilingOutcome.CONFIRM, reason=f"与原件核对一致{MARK}"),
    )


async def _was_given(world: World, producer: Producer, level: RecognitionLevel, day: date) -> None:
    await put_support(
        world.desks["catalog"],
        world.county_officer(producer.county_code),
        producer.supplier_id,
        derived_id("demo-support", producer.supplier_id),
        PutSupport(
            kind=SupportKind.AWARD,
            amount_fen=between(2, 20, "award", producer.supplier_id) * 1_000_000,
            given_on=day,
            giver=f"残疾人联合会{MARK}",
            document=f"演示奖补文件（{LEVELS[level]}）{MARK}",
        ),
    )


async def _declares(world: World, producer: Producer, area_m2: int) -> None:
    """Declare a parcel of so many square metres for each item sold by weight, and what it brings in both years."""
    sold = [offer for offer in producer.offers if offer.good.measure is Measure.WEIGHT and offer.item_code]
    for offer in {offer.item_code: offer for offer in sold}.values():
        plot = derived_id("demo-plot", offer.listing_id)
        await put_plot(
            world.desks["catalog"],
            world.supplier(producer.supplier_id),
            producer.supplier_id,
            plot,
            PutPlot(
                kind=PlotKind.FIELD,
                certificate_number=f"演示承包经营权第{between(1, 10**6, 'plot', offer.listing_id):06d}号",
                county_code=offer.origin_county_code,
                area_m2=area_m2,
                declared_from=date(world.plan.calendar.closed_year, 1, 1),
            ),
        )
        for year in (world.plan.calendar.closed_year, world.plan.calendar.running_year):
            await _brings(world, producer, offer, UseOfPlot(plot_id=plot, extent=area_m2), year)


async def _brings(world: World, producer: Producer, offer: Offer, use: UseOfPlot, year: int) -> None:
    desk, capacity = world.desks["catalog"], derived_id("demo-capacity", offer.listing_id, year)
    filed = await put_capacity(
        desk,
        world.supplier(producer.supplier_id),
        producer.supplier_id,
        capacity,
        PutCapacity(
            item_code=offer.item_code,
            year=year,
            measure=Extent.AREA,
            uses=(use,),
            yield_grams=YIELD_GRAMS,
            harvest_months=tuple(range(1, 13)),
            keeps_months=0,
        ),
    )
    review = ReviewCapacity(outcome=CapacityOutcome.CONFIRM, version=filed["version"], reason=f"现场丈量属实{MARK}")
    officer = world.county_officer(producer.county_code)
    await review_capacity(desk, officer, producer.supplier_id, capacity, review)


def stands_from(admitted_on: date) -> datetime:
    """Name the moment at which a supplier files what it stands for: the day after it was admitted."""
    return moment(admitted_on + timedelta(days=1), 10)
