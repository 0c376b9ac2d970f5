"""What finance files is planned: purchases elsewhere, reservations, and attestations by which a year ends as dealt."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from deploy.operator.demo.calendar import Calendar, due_on
from deploy.operator.demo.dice import between, chance, pick
from deploy.operator.demo.people import MARK
from deploy.operator.demo.purchases import Tally
from deploy.operator.demo.tree import Canteen, Fate
from shared.contracts.words import Channel, UnitLevel
from shared.ids import derived_id
from shared.money import BP_WHOLE

SELLERS = ("城北农贸市场", "惠民粮油批发部", "清水桥生鲜超市", "南门禽蛋行", "国道水产批发站")


class Claim(StrEnum):
    """What becomes of a claimed origin."""

    NONE = "none"  # none is claimed
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A purchase made off the platform."""

    purchase_id: UUID
    canteen: Canteen
    category: str
    seller: str
    invoice: str
    bought_on: date
    amount_fen: int
    origin_county: str | None
    channel: Channel
    order_number: str | None
    claim: Claim

    @property
    def entered_on(self) -> date:
        return self.bought_on + timedelta(days=1)

    @property
    def verified_on(self) -> date:
        return self.bought_on + timedelta(days=3)

    def counts(self, counties_51: frozenset[str]) -> bool:
        return self.claim is Claim.ACCEPTED and self.origin_county in counties_51


@dataclass(frozen=True, slots=True)
class Attestation:
    """One month of one canteen, year to date."""

    canteen: Canteen
    year: int
    month: int
    farm_produce_fen: int

    @property
    def filed_on(self) -> date:
        return due_on(self.year, self.month) - timedelta(days=between(1, 5, "filed", self.canteen.canteen_id))


@dataclass(frozen=True, slots=True)
class Reservation:
    """What a canteen reserves for a year, filed in its January."""

    reservation_id: UUID
    canteen: Canteen
    year: int
    filed_on: date
    expected_base_fen: int
    reserved_fen: int
    explanation: str
    accepted: bool
    heads: int

    @property
    def accepted_on(self) -> date:
        return self.filed_on + timedelta(days=7)


def purchases_elsewhere(
    canteen: Canteen, year: int, month: int, fate: Fate, calendar: Calendar, counties_51: frozenset[str]
) -> Iterator[Elsewhere]:
    """Plan what a canteen buys elsewhere in a month; who is to meet its share claims what is then accepted."""
    if not chance(7, "elsewhere", canteen.canteen_id, year, month):
        return
    purchase_id = derived_id("demo-elsewhere", canteen.canteen_id, year, month)
    bought_on = date(year, month, between(2, 24, "bought", purchase_id))
    if bought_on + timedelta(days=1) > calendar.yesterday:
        return
    claim = _claim(canteen, fate, purchase_id, bought_on, calendar)
    on_832 = claim is not Claim.NONE and chance(50, "832", purchase_id)
    origin = pick(sorted(counties_51), "origin", purchase_id) if claim is not Claim.NONE else None
    yield Elsewhere(
        purchase_id=purchase_id,
        canteen=canteen,
        category=pick(("vegetables", "grain_oil", "meat_poultry", "aquatic", "eggs"), "category", purchase_id),
        seller=f"832平台供应方{MARK}" if on_832 else f"{pick(SELLERS, 'seller', purchase_id)}{MARK}",
        invoice=f"{between(10**19, 10**20 - 1, 'invoice', purchase_id)}",
        bought_on=bought_on,
        amount_fen=between(40_000, 200_000, "elsewhere", purchase_id),
        origin_county=origin,
        channel=Channel.PLATFORM_832 if on_832 else Channel.OTHER,
        order_number=f"832-DEMO-{between(10**7, 10**8 - 1, 'number', purchase_id)}" if on_832 else None,
        claim=claim,
    )


def _claim(canteen: Canteen, fate: Fate, purchase_id: UUID, bought_on: date, calendar: Calendar) -> Claim:
    verified = bought_on + timedelta(days=3) <= calendar.yesterday
    if canteen.unit.level is UnitLevel.PROVINCE:
        return Claim.NONE
    if fate in (Fate.MET, Fate.EXACT):
        return Claim.ACCEPTED if verified else Claim.WAITING
    if not verified or (bought_on.year == calendar.running_year and chance(25, "waits", purchase_id)):
        return Claim.WAITING
    return pick((Claim.NONE, Claim.NONE, Claim.REJECTED), "claim", purchase_id)


def attestations_of(canteen: Canteen, year: int, fate: Fate, tally: Tally, calendar: Calendar) -> Iterator[Attestation]:
    """Plan the attestations of a year so that it ends, or now stands, as its fate says."""
    due = calendar.months_due(year)
    if not due:
        return
    covered = {month: _covered(tally, year, month) for month in due}
    remainder = _remainder(canteen, fate, tally)
    forgotten = _forgotten(canteen, fate, due)
    floor = 0
    for month in due:
        whole = max(1, tally.ledger_fen)
        attested = covered[month] + remainder * min(covered[month], whole) // whole
        if month == due[-1]:
            attested = covered[month] + remainder
            if fate is Fate.UNPROVEN and forgotten is None:
                attested = covered[month] * 9 // 10
        floor = attested if month == due[-1] else max(floor, attested)
        if month != forgotten:
            yield Attestation(canteen, year, month, floor)


def _covered(tally: Tally, year: int, month: int) -> int:
    return sum(fen for posted, fen in tally.by_month.items() if year * 100 < posted <= year * 100 + month)


def _remainder(canteen: Canteen, fate: Fate, tally: Tally) -> int:
    """Choose what was bought beyond the ledger: it qualifies for nothing, and moves the share to where it is to be."""
    on_the_line = tally.counted_fen * BP_WHOLE // canteen.rate_bp - tally.ledger_fen
    if fate is Fate.EXACT:
        return on_the_line
    if fate is Fate.MET:
        return max(0, min(on_the_line // 2, tally.ledger_fen // 8))
    return tally.ledger_fen // 20


def _forgotten(canteen: Canteen, fate: Fate, due: list[int]) -> int | None:
    """Name the month that nobody attested; None too for a third of the unproven, which attested less than they have."""
    if fate is not Fate.UNPROVEN or chance(33, "less", canteen.canteen_id):
        return None
    return due[-1]


def reservation_of(canteen: Canteen, year: int, calendar: Calendar) -> Reservation | None:
    """Plan what is reserved; two in three canteens file it."""
    filed_on = date(year, 1, between(5, 11, "reserved on", canteen.canteen_id))
    if filed_on > calendar.yesterday or not chance(67, "reserves", canteen.canteen_id, year):
        return None
    base_fen, reserved_fen = _expected(canteen, year), _reserved(canteen, year)
    lower = base_fen < _expected(canteen, year - 1) or reserved_fen < _reserved(canteen, year - 1)
    return Reservation(
        reservation_id=derived_id("demo-reservation", canteen.canteen_id, year),
        canteen=canteen,
        year=year,
        filed_on=filed_on,
        expected_base_fen=base_fen,
        reserved_fen=reserved_fen,
        explanation=f"就餐人数比上年减少{MARK}" if lower else "",
        accepted=filed_on + timedelta(days=7) <= calendar.yesterday
        and chance(75, "reservation accepted", canteen.canteen_id, year),
        heads=between(15, 160, "heads", canteen.unit.code),
    )


def _expected(canteen: Canteen, year: int) -> int:
    return between(250, 400, "expected", canteen.canteen_id, year) * 10_000


def _reserved(canteen: Canteen, year: int) -> int:
    rate_bp = canteen.rate_bp + between(0, 1_200, "reserved", canteen.canteen_id)
    return _expected(canteen, year) * rate_bp // BP_WHOLE
