"""The whole demo is one value, made from nothing but the day: the same day gives the same demo, figure for figure.

`Plan.expected` says where each canteen must end; the tests hold the loaded statements against it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from deploy.operator.demo.calendar import CLOSING_DAY, Calendar, moment
from deploy.operator.demo.fairs import Fair, fairs_of, tagged
from deploy.operator.demo.filings import (
    Attestation,
    Elsewhere,
    Reservation,
    attestations_of,
    purchases_elsewhere,
    reservation_of,
)
from deploy.operator.demo.goods import goods
from deploy.operator.demo.people import HOME_COUNTY
from deploy.operator.demo.producers import Offer, Producer, applicant, one_more_offer, producers
from deploy.operator.demo.purchases import (
    End,
    Line,
    Market,
    Order,
    Requisition,
    Tally,
    plan_order,
    requisitions_of,
)
from deploy.operator.demo.tree import FLIPPED_UNIT, Canteen, Fate, Unit, canteens, units
from shared.contracts.words import Fund, Measure
from shared.ids import derived_id, order_id
from shared.money import BP_WHOLE, line_amount_fen, meets

Month = tuple[int, int]
ABOVE_LIMIT_FEN = 620_000
"""An amount for which an approver of the home unit is asked."""


@dataclass(frozen=True, slots=True)
class Expected:
    """Where a canteen's year must stand under the Hunan rule, in fen."""

    ledger_fen: int
    attested_fen: int | None
    base_fen: int
    counted_fen: int
    status: str


@dataclass
class Plan:
    """Everything that the demo will do, in order of months."""

    calendar: Calendar
    units: dict[str, Unit]
    canteens: tuple[Canteen, ...]
    producers: tuple[Producer, ...]
    applicant: Producer
    """Waits for the county's officer, who recommends."""
    recommended: Producer
    """Waits for an officer above, who admits."""
    submitted: Offer
    requisitions: dict[Month, list[Requisition]] = field(default_factory=dict)
    elsewhere: dict[Month, list[Elsewhere]] = field(default_factory=dict)
    attestations: dict[Month, list[Attestation]] = field(default_factory=dict)
    """By the month in which they are filed."""
    reservations: dict[Month, list[Reservation]] = field(default_factory=dict)
    live: list[Requisition] = field(default_factory=list)
    """What waits for somebody now, in the home canteen."""
    restocks: dict[Month, list[Offer]] = field(default_factory=dict)
    """What is counted anew at the beginning of a month."""
    flipped: Requisition | None = None
    """The purchase whose return, after the closing, turns a filed *met* into a restated *missed*."""
    fairs: list[Fair] = field(default_factory=list)
    expected: dict[tuple[UUID, int], Expected] = field(default_factory=dict)

    @property
    def home(self) -> Canteen:
        return next(canteen for canteen in self.canteens if canteen.unit.code == HOME_COUNTY)

    def every_requisition(self) -> Iterator[Requisition]:
        for of_month in self.requisitions.values():
            yield from of_month
        yield from self.live

    def every_order(self) -> Iterator[Order]:
        for requisition in self.every_requisition():
            if not requisition.awaits:
                yield from requisition.orders


def make_plan(today: date, counties_51: frozenset[str]) -> Plan:
    """Plan the demo as of a day."""
    calendar = Calendar(today)
    made = producers(tuple(sorted(counties_51)))
    plan = Plan(
        calendar=calendar,
        units=units(),
        canteens=canteens(counties_51),
        producers=made,
        applicant=applicant(HOME_COUNTY),
        recommended=applicant("430225", 61),
        submitted=one_more_offer(made[0], next(good for good in goods() if good.name == "红薯粉条")),
    )
    market = Market.of([offer for producer in made for offer in producer.offers], counties_51)
    for canteen in plan.canteens:
        if canteen.buys:
            for year in (calendar.closed_year, calendar.running_year):
                _plan_year(plan, canteen, year, market)
        else:
            for year in (calendar.closed_year, calendar.running_year):
                plan.expected[canteen.canteen_id, year] = Expected(0, None, 0, 0, "no_duty")
    _plan_fairs(plan)
    _plan_live(plan, market)
    _plan_restocks(plan)
    return plan


def _plan_fairs(plan: Plan) -> None:
    """Plan the events of the running year, and tag what is asked for at them."""
    year = plan.calendar.running_year
    months = [month for month in plan.requisitions if month[0] == year]
    asked = [requisition for month in months for requisition in plan.requisitions[month]]
    plan.fairs = fairs_of(plan.calendar, plan.units, plan.producers, asked)
    at = {one.requisition_id: fair.fair_id for fair in plan.fairs for one in tagged(asked, fair.unit, fair.begins_on)}
    for month in months:
        plan.requisitions[month] = [
            replace(one, fair_id=at.get(one.requisition_id)) for one in plan.requisitions[month]
        ]


def _plan_year(plan: Plan, canteen: Canteen, year: int, market: Market) -> None:
    calendar, tally = plan.calendar, Tally()
    closed = year == calendar.closed_year
    fate = canteen.closed if closed else canteen.running
    flips = closed and canteen.unit.code == FLIPPED_UNIT
    fate = Fate.MISSED if flips else fate
    for month in [month for known, month in calendar.months if known == year]:
        for purchase in purchases_elsewhere(canteen, year, month, fate, calendar, market.counties_51):
            plan.elsewhere.setdefault((year, month), []).append(purchase)
            tally.add(year * 100 + month, purchase.amount_fen, counts=purchase.counts(market.counties_51))
        found = list(requisitions_of(canteen, year, month, fate, tally, market, calendar))
        plan.requisitions.setdefault((year, month), []).extend(found)
    if flips:
        _plan_flip(plan, canteen, year, tally, market)
        fate = Fate.MET
    attested: Attestation | None = None
    due = calendar.months_due(year)
    filed = list(attestations_of(canteen, year, fate, tally, calendar))
    for attested in filed:
        filed_in = (attested.filed_on.year, attested.filed_on.month)
        plan.attestations.setdefault(filed_in, []).append(attested)
    if reservation := reservation_of(canteen, year, calendar):
        plan.reservations.setdefault((year, 1), []).append(reservation)
    missing = len(filed) < len(due)
    plan.expected[canteen.canteen_id, year] = _expect(canteen, year, tally, attested, missing=missing, closed=closed)
    if flips:
        _expect_flip(plan, canteen, year)


def _expect(
    canteen: Canteen, year: int, tally: Tally, attested: Attestation | None, *, missing: bool, closed: bool
) -> Expected:
    base, less = tally.ledger_fen, False
    if attested is not None:
        upto = year * 100 + attested.month
        covered = sum(fen for posted, fen in tally.by_month.items() if posted <= upto)
        base += max(0, attested.farm_produce_fen - covered)
        less = covered > attested.farm_produce_fen
    if missing or less:
        status = "unproven"
    elif meets(tally.counted_fen, base, canteen.rate_bp):
        status = "met" if closed else "on_pace"
    else:
        status = "missed" if closed else "behind"
    return Expected(tally.ledger_fen, attested.farm_produce_fen if attested else None, base, tally.counted_fen, status)


def _plan_flip(plan: Plan, canteen: Canteen, year: int, tally: Tally, market: Market) -> None:
    """Plan one large order at the end of December that alone brings the canteen over its line."""
    lacking = canteen.rate_bp * tally.ledger_fen - tally.counted_fen * BP_WHOLE
    wanted_fen = lacking * 12 // (10 * (BP_WHOLE - canteen.rate_bp)) + 100_000
    offer = max((offer for of_it in market.inside.values() for offer in of_it), key=lambda one: one.price_fen)
    requisition_id = derived_id("demo-requisition", canteen.canteen_id, year, "flip")
    good = offer.good
    per_step = line_amount_fen(good.step_quantity, offer.price_fen, good.unit_quantity)
    quantity = -(-wanted_fen // per_step) * good.step_quantity
    line = Line(offer, quantity, quantity, quantity)
    placed_at = moment(date(year, 12, 23), 9)
    order = Order(
        order_id=order_id(requisition_id, offer.supplier_id),
        requisition_id=requisition_id,
        supplier_id=offer.supplier_id,
        lines=(line,),
        end=End.ACCEPTED,
        confirmed_at=moment(date(year, 12, 23), 14),
        packed_at=moment(date(year, 12, 27), 8),
        shipped_at=moment(date(year, 12, 27), 10),
        accepted_at=moment(date(year, 12, 28), 10),
    )
    basket_id = derived_id("demo-basket", requisition_id)
    requisition = Requisition(requisition_id, basket_id, canteen, Fund.CANTEEN, placed_at, (order,))
    plan.requisitions[(year, 12)].append(requisition)
    back = replace(order, lines=(replace(line, returned=line.accepted),))
    plan.flipped = replace(requisition, orders=(back,))
    tally.add(year * 100 + 12, line.accepted_fen, counts=True)


def _expect_flip(plan: Plan, canteen: Canteen, year: int) -> None:
    """What was expected of the year as filed becomes, after the return, the restated figures."""
    assert plan.flipped is not None
    if plan.calendar.horizon < flip_returned_at(plan.calendar):
        return
    filed, back = plan.expected[canteen.canteen_id, year], plan.flipped.orders[0].lines[0].accepted_fen
    base, counted = filed.base_fen - back, filed.counted_fen - back
    status = "met" if meets(counted, base, canteen.rate_bp) else "missed"
    plan.expected[canteen.canteen_id, year] = Expected(
        filed.ledger_fen - back, filed.attested_fen, base, counted, status
    )


def flip_returned_at(calendar: Calendar) -> datetime:
    """Name the moment at which the large December order goes back: an hour after its year was closed."""
    return moment(date(calendar.running_year, 1, CLOSING_DAY), 10)


def _plan_live(plan: Plan, market: Market) -> None:
    """Plan what waits today: orders in every state before acceptance, and a requisition above the limit."""
    own, calendar = plan.producers[0], plan.calendar
    offers = market.inside[own.supplier_id]
    for number, end in enumerate((End.PLACED, End.CONFIRMED, End.PACKED, End.SHIPPED)):
        requisition = _home_requisition(plan, number, moment(calendar.yesterday, 8, number * 10), offers, 90_000)
        order = replace(
            requisition.orders[0],
            end=end,
            confirmed_at=moment(calendar.yesterday, 10, number),
            packed_at=moment(calendar.yesterday, 12, number),
            shipped_at=moment(calendar.yesterday, 14, number),
            accepted_at=moment(calendar.today + timedelta(days=1), 9),
        )
        plan.live.append(replace(requisition, orders=(order,)))
    plan.live.append(_offered_requisition(plan, [offer for offer in offers if offer.good.measure is Measure.WEIGHT]))
    dear = tuple(sorted(offers, key=lambda offer: -offer.price_fen)[:1])
    waiting = _home_requisition(plan, "awaits", moment(calendar.yesterday, 15), dear, ABOVE_LIMIT_FEN)
    plan.live.append(replace(waiting, awaits=True))


def _offered_requisition(plan: Plan, offers: list[Offer]) -> Requisition:
    """Plan an order of which half is missing, with the cheapest of the supplier's other goods in its place."""
    asked = _home_requisition(plan, "offered", moment(plan.calendar.yesterday, 16), tuple(offers[:1]), 90_000)
    instead = min(offers[1:], key=lambda offer: (offer.price_fen, offer.listing_id))
    confirmed_at = moment(plan.calendar.yesterday, 19)
    order = replace(asked.orders[0], end=End.OFFERED, confirmed_at=confirmed_at, instead=instead)
    return replace(asked, orders=(order,))


def _plan_restocks(plan: Plan) -> None:
    """Plan a fresh count at each quarter of what sells more than two thirds of its first stock in the two years."""
    ordered: dict[UUID, int] = {}
    for order in plan.every_order():
        for line in order.lines:
            ordered[line.offer.listing_id] = ordered.get(line.offer.listing_id, 0) + line.ordered
    sold = [
        offer
        for producer in plan.producers
        for offer in producer.offers
        if ordered.get(offer.listing_id, 0) * 3 > offer.first_stock * 2
    ]
    for year, month in plan.calendar.months[3::3]:
        plan.restocks[year, month] = sold


def _home_requisition(
    plan: Plan, fact: object, placed_at: datetime, offers: tuple[Offer, ...], target_fen: int
) -> Requisition:
    requisition_id = derived_id("demo-live", plan.home.canteen_id, plan.calendar.today, fact)
    order = plan_order(requisition_id, placed_at, offers[0].supplier_id, offers, target_fen, plan.calendar)
    basket_id = derived_id("demo-basket", requisition_id)
    return Requisition(requisition_id, basket_id, plan.home, Fund.CANTEEN, placed_at, (order,))
