"""Each day's payments by card and wallet are held against what the vendor says, and the differences are reported.

Decision: a payment is looked at with the day on which it moved last, intent by intent; charges of that day are listed
beside, for those that we know nothing of. Why: a refund of today belongs to a charge of last month, which a list of
today's charges would miss. Price: one request or two a payment, a thousand payments a day at the most; a report says
when there were more.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from services.order.clients.cards import Cards
from services.order.domain.reconciling import Difference, DifferenceKind, Ours, differences
from services.order.domain.refusals import CardsUnavailable
from services.order.store.reconciliations import (
    add_reconciliation,
    days_not_reconciled,
    first_day_by_vendor,
    known_intents,
    moved_between,
    still_so,
    topmost_units,
)
from services.order.usecases.desk import Desk
from services.order.usecases.notices import raise_notice
from shared.clock import SHANGHAI, today
from shared.contracts.authority import Role
from shared.contracts.order import Audience
from shared.contracts.words import NoticeKind
from shared.ids import derived_id
from shared.logs import logger

log = logger(__name__)

PAYMENTS_MAX = 1_000
DIFFERENCES_KEPT = 100
TOLD_MAX = 5
FROM = time(2, 0)
"""When the day before is looked at, in Shanghai: by then what was under way at midnight is done."""


DAYS_BACK_MAX = 31
"""How far back days are made up for on which nobody reconciled, as when the program was down."""


async def reconcile_due(desk: Desk) -> int:
    """Reconcile the day before, and each day before it that was missed, in order and once; gives how many."""
    now = desk.clock.now().astimezone(SHANGHAI)
    if desk.cards is None or now.time() < FROM:
        return 0
    yesterday = today(desk.clock) - timedelta(days=1)
    async with desk.uow.glance() as tx:
        missed = await days_not_reconciled(tx, yesterday - timedelta(days=DAYS_BACK_MAX - 1), yesterday)
        first = await first_day_by_vendor(tx) if missed else None
    done = 0
    for day in missed:
        if first is None or day < first:
            continue
        try:
            done += await reconcile(desk, desk.cards, day)
        except CardsUnavailable as refusal:
            log.warning("reconciliation.later", day=str(day), **refusal.facts)
            break
    return done


async def reconcile(desk: Desk, cards: Cards, day: date) -> bool:
    """Reconcile a day and write what was found, were it nothing; False where another wrote it first.

    Raises CardsUnavailable, and writes nothing, while the vendor does not answer.
    """
    since = datetime.combine(day, time.min, SHANGHAI)
    until = since + timedelta(days=1)
    async with desk.uow.glance() as tx:
        moved = await moved_between(tx, since, until, PAYMENTS_MAX + 1)
    looked_at, found, captured_fen, back_fen = moved[:PAYMENTS_MAX], list[Difference](), 0, 0
    for ours in looked_at:
        theirs = await cards.look(ours.intent_id)
        captured_fen += 0 if theirs is None else theirs.captured_fen
        back_fen += 0 if theirs is None else sum(theirs.refunds.values())
        differing = list(differences(ours, theirs, desk.clock.now()))
        if differing and await _stands(desk, ours):
            found += differing
    found += await _unknown(desk, cards, since, until)
    async with desk.uow.begin() as tx:
        written = await add_reconciliation(
            tx,
            day,
            found,
            DIFFERENCES_KEPT,
            payments=len(looked_at),
            complete=len(moved) <= PAYMENTS_MAX,
            paid_fen=sum(ours.paid_fen for ours in looked_at),
            captured_fen=captured_fen,
            refunded_fen=sum(_done_fen(ours) for ours in looked_at),
            vendor_refunded_fen=back_fen,
        )
        if written and found:
            told = [
                Audience(organisation_id=one, roles=(Role.FINANCE,)) for one, _ in await topmost_units(tx, TOLD_MAX)
            ]
            facts = {"day": day, "differences": len(found)}
            await raise_notice(tx, NoticeKind.RECONCILIATION_DIFFERS, derived_id("reconciliation", day), told, facts)
    return written


async def _stands(desk: Desk, ours: Ours) -> bool:
    """Tell whether a payment did not move while the vendor was asked; if it did, it is looked at with its new day."""
    async with desk.uow.glance() as tx:
        return await still_so(tx, ours)


async def _unknown(desk: Desk, cards: Cards, since: datetime, until: datetime) -> Sequence[Difference]:
    """Give the charges that the vendor made in our name and we know nothing of."""
    charges = {one.intent_id: one for one in await cards.charges_between(since, until)}
    async with desk.uow.glance() as tx:
        known = await known_intents(tx, list(charges))
    return [
        Difference(DifferenceKind.CHARGE_UNKNOWN, one.intent_id, theirs=str(one.captured_fen))
        for one in charges.values()
        if one.intent_id not in known
    ]


def _done_fen(ours: Ours) -> int:
    return sum(refund.amount_fen for refund in ours.refunds.values() if refund.state.value == "done")
