"""Finance files in the demo what it would file: reservations, purchases made elsewhere, attestations, closings."""

from datetime import date

from deploy.operator.demo.calendar import CLOSING_DAY, moment
from deploy.operator.demo.filings import Attestation, Claim, Elsewhere, Reservation
from deploy.operator.demo.people import MARK
from deploy.operator.demo.tree import Canteen
from deploy.operator.demo.world import World
from services.procurement_quota.domain.reservations import ReviewOutcome
from services.procurement_quota.domain.seeded_rules import HUNAN_CANTEEN
from services.procurement_quota.domain.words import Outcome
from services.procurement_quota.usecases.close_year import CloseYear, close_year
from services.procurement_quota.usecases.put_attestation import PutAttestation, PutBridge, put_attestation
from services.procurement_quota.usecases.put_heads import PutHeads, put_heads
from services.procurement_quota.usecases.put_off_platform_purchase import (
    PutInvoice,
    PutOffPlatformPurchase,
    put_off_platform_purchase,
)
from services.procurement_quota.usecases.put_reservation import PutReservation, PutReserved, put_reservation
from services.procurement_quota.usecases.review_reservation import ReviewReservation, review_reservation
from services.procurement_quota.usecases.verify_off_platform_purchase import (
    VerifyPurchase,
    verify_off_platform_purchase,
)
from shared.contracts.words import Fund


async def reserve(world: World, reservation: Reservation) -> None:
    """File what a canteen reserves for its year, and its unit's heads; let the level above accept what is reserved."""
    desk = world.desks["procurement_quota"]
    with world.clock.at(moment(reservation.filed_on, 11)):
        await put_reservation(
            desk,
            world.finance(reservation.canteen.unit),
            reservation.reservation_id,
            PutReservation(
                canteen_id=reservation.canteen.canteen_id,
                year=reservation.year,
                expected_base_fen=reservation.expected_base_fen,
                reserved=[PutReserved(rule=HUNAN_CANTEEN, amount_fen=reservation.reserved_fen)],
                explanation=reservation.explanation,
            ),
        )
        heads = PutHeads(heads=reservation.heads, source=f"{reservation.year}年工会会员名册{MARK}")
        unit = reservation.canteen.unit
        await put_heads(desk, world.finance(unit), unit.unit_id, reservation.year, heads)
    above = reservation.canteen.unit.parent_code in world.plan.units
    if not reservation.accepted or not above:
        return
    with world.clock.at(moment(reservation.accepted_on, 14)):
        await review_reservation(
            desk,
            world.finance_above(reservation.canteen.unit),
            reservation.reservation_id,
            ReviewReservation(version=1, outcome=ReviewOutcome.ACCEPT),
        )


async def buy_elsewhere(world: World, purchase: Elsewhere) -> None:
    """Enter a purchase made elsewhere, and let the finance above decide on the origin it claims."""
    desk = world.desks["procurement_quota"]
    with world.clock.at(moment(purchase.entered_on, 15)):
        await put_off_platform_purchase(
            desk,
            world.buyer(purchase.canteen),
            purchase.purchase_id,
            PutOffPlatformPurchase(
                canteen_id=purchase.canteen.canteen_id,
                fund=Fund.CANTEEN,
                category=purchase.category,
                seller=purchase.seller,
                invoice=PutInvoice(number=purchase.invoice),
                bought_on=purchase.bought_on,
                amount_fen=purchase.amount_fen,
                origin_county=purchase.origin_county,
                channel=purchase.channel,
                order_number=purchase.order_number,
            ),
        )
    if purchase.claim not in (Claim.ACCEPTED, Claim.REJECTED):
        return
    accepted = purchase.claim is Claim.ACCEPTED
    reason = f"随货产地证明与发票一致{MARK}" if accepted else f"产地证明与发票不符{MARK}"
    with world.clock.at(moment(purchase.verified_on, 10)):
        await verify_off_platform_purchase(
            desk,
            world.finance_above(purchase.canteen.unit),
            purchase.purchase_id,
            VerifyPurchase(outcome=Outcome.ACCEPT if accepted else Outcome.REJECT, reason=reason),
        )


async def attest(world: World, attestation: Attestation) -> None:
    """Attest a month, year to date."""
    with world.clock.at(moment(attestation.filed_on, 16)):
        await put_attestation(
            world.desks["procurement_quota"],
            world.finance(attestation.canteen.unit),
            attestation.canteen.canteen_id,
            attestation.year,
            attestation.month,
            PutAttestation(farm_produce_fen=attestation.farm_produce_fen, bridge=PutBridge()),
        )


async def close(world: World, canteen: Canteen) -> None:
    """Close a canteen's year."""
    year = world.plan.calendar.closed_year
    with world.clock.at(moment(date(year + 1, 1, CLOSING_DAY), 9)):
        await close_year(
            world.desks["procurement_quota"],
            world.finance(canteen.unit),
            canteen.canteen_id,
            CloseYear(year=year),
        )
