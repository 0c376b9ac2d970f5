"""Each stage of the demo is a list of things to do, of which each process does its share."""

from collections.abc import Mapping, Sequence
from functools import partial

from deploy.operator.demo.calendar import moment, month_end
from deploy.operator.demo.declaring import count_meals, declare, declaring
from deploy.operator.demo.filing import attest, buy_elsewhere, close, reserve
from deploy.operator.demo.hands import More, Share, Stage
from deploy.operator.demo.holding_fairs import conclude_fair, prepare_fair
from deploy.operator.demo.plan import Month, flip_returned_at
from deploy.operator.demo.sampling import sample
from deploy.operator.demo.setting_up import PHOTOS_AT_ONCE, admit, begins, publish
from deploy.operator.demo.trading import carry_out, restock, send_back
from deploy.operator.demo.world import World, each

HEARD_BY_THE_OTHER = ("procurement_quota",)
"""Whose consumers run in the second process: the ledger's, beside the relays of the first."""


async def _admit_suppliers(world: World, share: Share, facts: Sequence[int], more: More) -> int:
    world.clock.set(begins(world))
    return await each(share.own(world.plan.producers), partial(admit, world))


async def _publish_listings(world: World, share: Share, facts: Sequence[int], more: More) -> int:
    world.clock.set(begins(world))
    offers = [(producer, offer) for producer in world.plan.producers for offer in producer.offers]
    return await each(share.own(offers), lambda one: publish(world, *one), at_once=PHOTOS_AT_ONCE)


async def _restock(world: World, share: Share, facts: Sequence[int], more: More) -> int:
    """Count anew what sells well, before anybody orders in the month."""
    month = _enter(world, facts)
    counted_at = moment(month_end(*month).replace(day=1), 8)
    return await each(share.own(world.plan.restocks.get(month, [])), partial(restock, world, counted_at))


async def _live_a_month(world: World, share: Share, facts: Sequence[int], more: More) -> int:
    """File what finance files in a month, and carry out what canteens ask for; `more` is told of each order."""
    month = _enter(world, facts)
    count = await _file(world, share, month)
    fairs = share.own(world.plan.fairs)
    await each((fair for fair in fairs if fair.held_in == month), partial(conclude_fair, world))
    await each((fair for fair in fairs if fair.prepared_in == month), partial(prepare_fair, world))
    asked = sorted(world.plan.requisitions.get(month, []), key=lambda one: one.placed_at)
    return count + await each(share.own(asked), partial(carry_out, world, ordered=partial(more, 1)))


async def _file(world: World, share: Share, month: Month) -> int:
    """A canteen's filings are one process's: a closed year's closing follows its last attestation."""
    plan = world.plan
    own = {canteen.canteen_id for canteen in share.own(plan.canteens)}
    attested = [one for one in plan.attestations.get(month, []) if one.canteen.canteen_id in own]
    reserved = [one for one in plan.reservations.get(month, []) if one.canteen.canteen_id in own]
    elsewhere = [one for one in plan.elsewhere.get(month, []) if one.canteen.canteen_id in own]
    count = await each(attested, partial(attest, world)) + await each(reserved, partial(reserve, world))
    count += await each(attested, partial(count_meals, world))
    declared = [canteen for canteen in declaring(plan, month) if canteen.canteen_id in own]
    count += await each(declared, partial(declare, world))
    if month == (plan.calendar.running_year, 1):
        buying = [canteen for canteen in plan.canteens if canteen.buys and canteen.canteen_id in own]
        count += await each(buying, partial(close, world))
        back_at = flip_returned_at(plan.calendar)
        if plan.flipped and plan.flipped.canteen.canteen_id in own and back_at < plan.calendar.horizon:
            await send_back(world, plan.flipped, back_at)
    if plan.home.canteen_id in own:
        await sample(world, month)
    return count + await each(elsewhere, partial(buy_elsewhere, world))


def _enter(world: World, facts: Sequence[int]) -> Month:
    """Name the month, and set the clock to its end: what is heard is recorded then."""
    year, month = facts
    world.clock.set(min(moment(month_end(year, month), 23), world.plan.calendar.horizon))
    return year, month


STAGES: Mapping[str, Stage] = {
    "suppliers": _admit_suppliers,
    "listings": _publish_listings,
    "restock": _restock,
    "month": _live_a_month,
}
