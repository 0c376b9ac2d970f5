"""What every canteen asks for, receives and pays, month by month, is settled to the gram and the fen beforehand.

Each order goes to a supplier inside or outside the 51, whichever brings the canteen's share nearer to the fate that
`tree` dealt it. Nothing here is random: see `dice`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from deploy.operator.demo.calendar import Calendar, moment
from deploy.operator.demo.dice import between, chance, draw, pick
from deploy.operator.demo.producers import Offer
from deploy.operator.demo.tree import Canteen, Fate
from shared.contracts.words import Fund, Measure
from shared.ids import derived_id, order_id
from shared.money import BP_WHOLE, line_amount_fen

CANTEEN_GOODS = frozenset(
    {"vegetables", "fruit", "grain_oil", "meat_poultry", "eggs", "aquatic", "dairy", "dry_goods", "processed"}
)
UNION_GOODS = frozenset({"fruit", "grain_oil", "dry_goods", "processed", "tea", "handicraft"})
ORDERS_WANTED = 3_900
"""Dealt to canteens and months; with the orders of the union's fund there are about 4,000."""
STEPS_MAX = 800
"""The most steps of one line: 400 kg, or 800 pieces of what is sold by one."""


class End(StrEnum):
    """How far an order gets."""

    PLACED = "placed"
    CONFIRMED = "confirmed"
    OFFERED = "offered"  # confirmed at less, with other goods in the place of what is missing
    PACKED = "packed"
    SHIPPED = "shipped"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Line:
    """One line, with its whole weight chain."""

    offer: Offer
    ordered: int
    packed: int
    accepted: int
    returned: int = 0
    credited_fen: int = 0

    @property
    def accepted_fen(self) -> int:
        return line_amount_fen(self.accepted, self.offer.price_fen, self.offer.good.unit_quantity)

    @property
    def kept_fen(self) -> int:
        kept = line_amount_fen(self.accepted - self.returned, self.offer.price_fen, self.offer.good.unit_quantity)
        return kept - self.credited_fen

    @property
    def ordered_fen(self) -> int:
        return line_amount_fen(self.ordered, self.offer.price_fen, self.offer.good.unit_quantity)


@dataclass(frozen=True, slots=True)
class Order:
    """One order of a requisition, and the moments at which it goes on."""

    order_id: UUID
    requisition_id: UUID
    supplier_id: UUID
    lines: tuple[Line, ...]
    end: End
    confirmed_at: datetime
    packed_at: datetime
    shipped_at: datetime
    accepted_at: datetime
    returned_at: datetime | None = None
    credited_at: datetime | None = None
    paid_at: datetime | None = None
    with_voucher: bool = False
    instead: Offer | None = None
    """What is offered in the place of its first line, and waits for the buyer's answer."""

    @property
    def kept_fen(self) -> int:
        return sum(line.kept_fen for line in self.lines) if self.end is End.ACCEPTED else 0


@dataclass(frozen=True, slots=True)
class Requisition:
    """One basket that is asked for."""

    requisition_id: UUID
    basket_id: UUID
    canteen: Canteen
    fund: Fund
    placed_at: datetime
    orders: tuple[Order, ...]
    awaits: bool = False
    """Nobody has decided on it yet."""
    fair_id: UUID | None = None
    """The event of selling that it is asked for at."""

    @property
    def wanted_on(self) -> date:
        return self.placed_at.date() + timedelta(days=3)

    @property
    def ordered_fen(self) -> int:
        return sum(line.ordered_fen for order in self.orders for line in order.lines)


@dataclass(frozen=True)
class Market:
    """Who offers what: by supplier, what counts for the quota and what does not."""

    inside: dict[UUID, tuple[Offer, ...]]
    outside: dict[UUID, tuple[Offer, ...]]
    union: dict[UUID, tuple[Offer, ...]]
    counties_51: frozenset[str]

    @staticmethod
    def of(offers: list[Offer], counties_51: frozenset[str]) -> "Market":
        def by_supplier(chosen: list[Offer]) -> dict[UUID, tuple[Offer, ...]]:
            found: dict[UUID, list[Offer]] = {}
            for offer in chosen:
                found.setdefault(offer.supplier_id, []).append(offer)
            return {supplier: tuple(of_it) for supplier, of_it in found.items()}

        food = [offer for offer in offers if offer.good.category in CANTEEN_GOODS]
        return Market(
            inside=by_supplier([offer for offer in food if offer.origin_county_code in counties_51]),
            outside=by_supplier([offer for offer in food if offer.origin_county_code not in counties_51]),
            union=by_supplier([offer for offer in offers if offer.good.category in UNION_GOODS]),
            counties_51=counties_51,
        )

    def counts(self, offer: Offer) -> bool:
        return offer.origin_county_code in self.counties_51


@dataclass
class Tally:
    """What a canteen has bought with its own fund in a year, and what of it counts."""

    ledger_fen: int = 0
    counted_fen: int = 0
    by_month: dict[int, int] = field(default_factory=dict)
    """What was posted in a month, YYYYMM."""

    def add(self, posting_month: int, amount_fen: int, *, counts: bool) -> None:
        self.ledger_fen += amount_fen
        self.counted_fen += amount_fen if counts else 0
        self.by_month[posting_month] = self.by_month.get(posting_month, 0) + amount_fen

    def wants_inside(self, fate: Fate, rate_bp: int, next_fen: int) -> bool:
        """Tell whether the next order, of about `next_fen`, should count, to end as the fate says."""
        after = self.ledger_fen + next_fen
        if fate is Fate.MISSED:
            return (self.counted_fen + next_fen) * BP_WHOLE <= rate_bp // 2 * after
        wanted = rate_bp * 14 // 10 if fate in (Fate.MET, Fate.EXACT) else rate_bp
        return self.counted_fen * BP_WHOLE < min(wanted, 9_500) * after


def requisitions_of(
    canteen: Canteen, year: int, month: int, fate: Fate, tally: Tally, market: Market, calendar: Calendar
) -> Iterator[Requisition]:
    """Plan what a canteen asks for in a month, and add to the tally what it keeps by the horizon."""
    for number in range(_how_many(canteen, year, month, calendar)):
        requisition = _requisition(canteen, year, month, number, fate, tally, market, calendar)
        if requisition is None:
            continue
        yield requisition
        for order in requisition.orders:
            _add(order, tally, market)
    if month in (1, 9) and chance(22, "union", canteen.canteen_id, year, month):
        union = _union_requisition(canteen, year, month, market, calendar)
        if union is not None:
            yield union


def _how_many(canteen: Canteen, year: int, month: int, calendar: Calendar) -> int:
    """Spread what is wanted over canteens and months; a requisition places two orders."""
    per_mille = ORDERS_WANTED * 1000 // (2 * 128 * len(calendar.months))
    whole, rest = divmod(per_mille, 1000)
    return whole + (draw("how many", canteen.canteen_id, year, month) % 1000 < rest)


def _requisition(
    canteen: Canteen,
    year: int,
    month: int,
    number: int,
    fate: Fate,
    tally: Tally,
    market: Market,
    calendar: Calendar,
) -> Requisition | None:
    requisition_id = derived_id("demo-requisition", canteen.canteen_id, year, month, number)
    placed_at = _placed_at(requisition_id, year, month)
    if placed_at > calendar.horizon:
        return None
    used: list[UUID] = []
    orders = []
    ahead = Tally(tally.ledger_fen, tally.counted_fen)
    for place in range(2):
        target_fen = between(110_000, 290_000, "target", requisition_id, place)
        inside = ahead.wants_inside(fate, canteen.rate_bp, target_fen)
        pool = market.inside if inside else market.outside
        supplier_id = pick([one for one in pool if one not in used], "supplier", requisition_id, place)
        used.append(supplier_id)
        order = plan_order(requisition_id, placed_at, supplier_id, pool[supplier_id], target_fen, calendar)
        _add(order, ahead, market)
        orders.append(order)
    basket_id = derived_id("demo-basket", requisition_id)
    return Requisition(requisition_id, basket_id, canteen, Fund.CANTEEN, placed_at, tuple(orders))


def _union_requisition(
    canteen: Canteen, year: int, month: int, market: Market, calendar: Calendar
) -> Requisition | None:
    requisition_id = derived_id("demo-union-requisition", canteen.canteen_id, year, month)
    placed_at = _placed_at(requisition_id, year, month)
    if placed_at > calendar.horizon:
        return None
    supplier_id = pick(list(market.union), "supplier", requisition_id)
    target_fen = between(120_000, 320_000, "target", requisition_id)
    order = plan_order(requisition_id, placed_at, supplier_id, market.union[supplier_id], target_fen, calendar)
    basket_id = derived_id("demo-basket", requisition_id)
    return Requisition(requisition_id, basket_id, canteen, Fund.UNION, placed_at, (order,))


def _placed_at(requisition_id: UUID, year: int, month: int) -> datetime:
    day = date(year, month, between(2, 14, "day", requisition_id))
    return moment(day, 9, between(0, 59, "minute", requisition_id))


def plan_order(
    requisition_id: UUID,
    placed_at: datetime,
    supplier_id: UUID,
    offers: tuple[Offer, ...],
    target_fen: int,
    calendar: Calendar,
) -> Order:
    """Plan one order of about `target_fen`, and how far it gets by the horizon; all of it within 14 days."""
    this = order_id(requisition_id, supplier_id)
    day, minute = placed_at.date(), between(0, 59, "order minute", this)
    shipped_on = day + timedelta(days=between(1, 3, "shipped", this))
    accepted_at = moment(shipped_on, 16, minute) if chance(40, "same day", this) else moment(shipped_on, 20, minute)
    moments = {
        End.CONFIRMED: moment(day, 14, minute),
        End.PACKED: moment(shipped_on, 7, minute),
        End.SHIPPED: moment(shipped_on, 9, minute),
        End.ACCEPTED: accepted_at,
    }
    end = _end(this)
    if end in (End.ACCEPTED, End.REFUSED):
        reached = [stage for stage, at in moments.items() if at <= calendar.horizon]
        end = end if len(reached) == len(moments) else (reached[-1] if reached else End.PLACED)
    elif moments[End.CONFIRMED] > calendar.horizon:
        end = End.PLACED
    after = {} if end is not End.ACCEPTED else _afterwards(this, accepted_at, calendar)
    count = min(len(offers), 1 + chance(40, "two lines", this))
    first = draw("offer", this) % len(offers)
    chosen = [offers[(first + place) % len(offers)] for place in range(count)]
    lines = tuple(_line(this, offer, target_fen // count, after) for offer in chosen)
    return Order(
        order_id=this,
        requisition_id=requisition_id,
        supplier_id=supplier_id,
        lines=tuple(sorted(lines, key=lambda line: line.offer.listing_id)),
        end=end,
        confirmed_at=moments[End.CONFIRMED],
        packed_at=moments[End.PACKED],
        shipped_at=moments[End.SHIPPED],
        accepted_at=accepted_at,
        returned_at=after.get("returned"),
        credited_at=after.get("credited"),
        paid_at=after.get("paid"),
        with_voucher=chance(50, "voucher", this),
    )


def _end(order: UUID) -> End:
    roll = draw("end", order) % 1000
    if roll < 8:
        return End.DECLINED
    if roll < 16:
        return End.CANCELLED
    return End.REFUSED if roll < 20 else End.ACCEPTED


def _afterwards(order: UUID, accepted_at: datetime, calendar: Calendar) -> dict[str, datetime]:
    """Draw whether something goes back, or is credited, and whether it is paid, each some days after."""
    day = accepted_at.date()
    roll = draw("afterwards", order) % 100
    after = {}
    if roll < 3:
        after["returned"] = moment(day + timedelta(days=1), 10)
    elif roll < 5:
        after["credited"] = moment(day + timedelta(days=2), 10)
    if chance(12, "paid", order):
        after["paid"] = moment(day + timedelta(days=between(4, 9, "paid", order)), 11)
    return {name: at for name, at in after.items() if at + timedelta(hours=8) <= calendar.horizon}


def _line(order: UUID, offer: Offer, target_fen: int, after: dict[str, datetime]) -> Line:
    good = offer.good
    per_step = max(1, line_amount_fen(good.step_quantity, offer.price_fen, good.unit_quantity))
    steps = max(good.minimum_quantity // good.step_quantity, min(STEPS_MAX, target_fen // per_step))
    ordered = steps * good.step_quantity
    packed = accepted = ordered
    if good.measure is Measure.WEIGHT:
        packed = ordered + ordered * between(-20, 30, "packed", order, offer.listing_id) // 1000
        short = 0 if chance(80, "short", order, offer.listing_id) else between(1, 25, "short by", order)
        accepted = packed - packed * short // 1000
    line = Line(offer, ordered, packed, accepted)
    returned = max(1, accepted // 5) if "returned" in after else 0
    credited_fen = max(1, line.accepted_fen // 10) if "credited" in after else 0
    return Line(offer, ordered, packed, accepted, returned, credited_fen)


def _add(order: Order, tally: Tally, market: Market) -> None:
    if order.end is End.ACCEPTED:
        month = order.accepted_at.year * 100 + order.accepted_at.month
        for line in order.lines:
            tally.add(month, line.kept_fen, counts=market.counts(line.offer))
