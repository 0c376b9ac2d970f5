"""What must always hold (README) is asked of the running installation, through a role that can only read.

The services speak by events, so figures of two services agree only once everything said was heard: the checks wait
for that a little, and say so when it does not come.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping

from deploy.operator.doctor import backlogs
from deploy.operator.invariants.authority import authority_checks, bound_checks, whole_number_checks
from deploy.operator.invariants.budgets import budget_checks
from deploy.operator.invariants.changes import change_checks
from deploy.operator.invariants.check import Check
from deploy.operator.invariants.contacts import contact_checks
from deploy.operator.invariants.copies import copy_checks
from deploy.operator.invariants.corrected import corrected_checks
from deploy.operator.invariants.events import event_checks, unsent
from deploy.operator.invariants.fairs import fair_checks
from deploy.operator.invariants.filed_papers import filed_paper_checks
from deploy.operator.invariants.filings import filing_checks
from deploy.operator.invariants.folded import folded_checks
from deploy.operator.invariants.held import held_checks
from deploy.operator.invariants.imports import import_checks
from deploy.operator.invariants.judgements import judgement_checks
from deploy.operator.invariants.ledger import ledger_checks
from deploy.operator.invariants.listings import listing_checks
from deploy.operator.invariants.money import money_checks
from deploy.operator.invariants.on_site import on_site_checks
from deploy.operator.invariants.orders import order_checks
from deploy.operator.invariants.people import people_checks
from deploy.operator.invariants.plausible import plausible_checks
from deploy.operator.invariants.registers import register_checks
from deploy.operator.invariants.replaced import replacement_checks
from deploy.operator.invariants.reports import report_checks
from deploy.operator.invariants.samples import sample_checks
from deploy.operator.invariants.tree import tree_checks
from deploy.operator.programs import settings_of, subscriptions
from deploy.operator.reading import snapshots
from shared.events.broker import STREAMS, Broker, BrokerUnavailable

SETTLE_SECONDS = 20.0


async def check_everything(
    settings: Mapping[str, str], *, settle_seconds: float = SETTLE_SECONDS
) -> AsyncIterator[Check]:
    """Look at everything that must always hold, in the order of README."""
    waiting = await _settled(settings, settle_seconds)
    on_their_way = {name: count for name, count in waiting.items() if count}
    yield Check(
        2,
        "everything said was heard before looking",
        f"{len(waiting)} consumers and outboxes",
        [f"{name}: {count:,} on their way" for name, count in on_their_way.items()],
    )
    async with snapshots(settings) as read:
        checks = [
            *await order_checks(read),
            *await budget_checks(read),
            *await on_site_checks(read),
            *await replacement_checks(read),
            *await money_checks(read),
            *await event_checks(read, subscriptions(), on_their_way),
            *await copy_checks(read),
            *await ledger_checks(read, settings),
            *await judgement_checks(read),
            *await corrected_checks(read),
            *await held_checks(read),
            *await filing_checks(read),
            *await report_checks(read),
            *await sample_checks(read),
            *await change_checks(read),
            *await folded_checks(read),
            *await register_checks(read),
            *await filed_paper_checks(read),
            *await contact_checks(read),
            *await listing_checks(read),
            *await import_checks(read),
            *await whole_number_checks(read),
            *await authority_checks(read),
            *await people_checks(read),
            *await plausible_checks(read),
            *await fair_checks(read),
            *await tree_checks(read),
            *await bound_checks(read),
        ]
    for check in sorted(checks, key=lambda one: one.number):
        yield check


async def _settled(settings: Mapping[str, str], seconds: float) -> dict[str, int]:
    """Wait until nothing is on its way, or the time is over; gives what still is. Raises BrokerUnavailable."""
    quota = settings_of("procurement_quota", settings)
    broker = Broker(quota.nats_url, program="invariants", prefix=quota.stream_prefix)
    try:
        await broker.connect()
        until = asyncio.get_running_loop().time() + seconds
        while True:
            async with snapshots(settings, STREAMS) as read:
                waiting = {f"outbox {name}": count for name, count in (await unsent(read, STREAMS)).items()}
            waiting |= await backlogs(broker)
            if not any(waiting.values()) or asyncio.get_running_loop().time() > until:
                return waiting
            await asyncio.sleep(0.2)
    finally:
        await broker.close()


__all__ = ["BrokerUnavailable", "Check", "check_everything"]
