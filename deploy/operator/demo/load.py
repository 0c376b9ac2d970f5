"""The demo goes in through the same use cases as a person's would, on empty databases, in the demo's own time.

All four programs are opened in this process with a clock that stands where it is set, and speak over the real
JetStream: copies and ledger are filled by events, month by month, as they would have been.

Decision: what a month says is sent at its end, and heard before the next begins. Why: an entry of the ledger is
recorded at the demo's time, so statements as of a past day are right; a year closes only when nothing is on its way;
and relays and consumers work in full batches. Price: within a month nothing is heard, so what must be known by
another service (a supplier, a listing) is entered a stage before it is used.
"""

import asyncio
import csv
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from functools import partial

import sqlalchemy as sa

from deploy.operator.demo.calendar import moment, month_end
from deploy.operator.demo.filing import attest, buy_elsewhere, close, reserve
from deploy.operator.demo.people import PASSWORD, SIGN_INS, SignIn
from deploy.operator.demo.plan import Month, Plan, flip_returned_at, make_plan
from deploy.operator.demo.progress import Percent, Progress, Say
from deploy.operator.demo.setting_up import admit_suppliers, begins, leave_for_review, publish_listings, put_reference
from deploy.operator.demo.trading import carry_out, restock, send_back
from deploy.operator.demo.world import World, account_id, each
from deploy.operator.programs import ALL, opened, settings_of
from deploy.operator.reading import snapshots
from gateway.usecases.commands import CreateAccount, GrantSeat
from gateway.usecases.create_account import create_account
from gateway.usecases.grant_seat import grant_seat
from services.procurement_quota.usecases.checkpoint_ledger import write_checkpoint
from services.procurement_quota.usecases.load_reference import DATA
from shared.app import Program
from shared.clock import SettableClock, SystemClock, today
from shared.db.plumbing import outbox
from shared.events.broker import STREAMS
from shared.events.consumer import settle
from shared.events.relay import Relay
from shared.files import S3ObjectStore

CONNECTIONS_MAX = 20
SECONDS_MAX = 120.0
"""How long the demo waits for everything said to be heard, and for the programs to be connected."""
USED = {"catalog": "suppliers", "order": "orders", "procurement_quota": "unit", "gateway": "accounts"}
"""By service, the table in which a used installation has rows."""

Heard = Callable[[], Awaitable[None]]


class NotEmpty(Exception):
    """The demo is loaded into empty databases only."""


def counties_51() -> frozenset[str]:
    """Read the codes of the 51 key counties, as an installation loads them."""
    with (DATA / "hunan_51_counties.csv").open(encoding="utf-8", newline="") as lines:
        return frozenset(row["code"] for row in csv.DictReader(lines))


async def load_demo(settings: Mapping[str, str], say: Say, *, plan: Plan | None = None) -> Plan:
    """Load the demo, as of today unless another plan is given; gives what was planned. Raises NotEmpty."""
    await refuse_unless_empty(settings)
    progress = Progress(say)
    plan = plan or make_plan(today(SystemClock()), counties_51())
    await _ensure_bucket(settings)
    clock = SettableClock(moment(date(plan.calendar.closed_year - 1, 12, 1), 9))
    many = CONNECTIONS_MAX
    async with opened(settings, ALL, run="consume", clock=clock, pool_connections_max=many) as programs:
        world = World(plan, clock, {name: program.desk for name, program in programs.items()})
        async with asyncio.timeout(SECONDS_MAX):
            for program in programs.values():
                for consumer in program.consumers:
                    await consumer.hears.wait()
        progress.done("plan", f"a closed year {plan.calendar.closed_year}, a running year {plan.calendar.running_year}")
        heard = partial(everything_heard, programs)
        await _prepare(world, progress, heard)
        await _trade(world, progress, say, heard)
        await _finish(world, progress, heard)
    say(f"  the demo is in, after {progress.total_seconds:.1f} s")
    return plan


async def refuse_unless_empty(settings: Mapping[str, str]) -> None:
    """Raise NotEmpty when any database has been used."""
    async with snapshots(settings) as read:
        for service, table in USED.items():
            if await read.value(service, f'SELECT EXISTS (SELECT FROM "{table}")'):  # noqa: S608 - names of our own
                raise NotEmpty(
                    f"The database of {service} is not empty, and the demo goes into empty ones only."
                    " Way out: use what is there, or begin anew (make down; rm -rf var; make up)"
                )


async def everything_heard(programs: Mapping[str, Program]) -> None:
    """Send all that was said and wait until it is acted on, and whatever that said too. Raises TimeoutError."""
    consumers = [consumer for program in programs.values() for consumer in program.consumers]
    speakers = [program for program in programs.values() if program.name in STREAMS]
    async with asyncio.timeout(SECONDS_MAX):
        while any([await _unsent(program) for program in speakers]):
            for program in speakers:
                await Relay(program.uow, program.broker, program.telemetry).drain()
            await settle(consumers, seconds=SECONDS_MAX)


async def _unsent(program: Program) -> bool:
    async with program.uow.glance() as tx:
        return bool(await tx.value(sa.select(sa.exists().where(outbox.c.sent_at.is_(None)))))


async def _ensure_bucket(settings: Mapping[str, str]) -> None:
    read = settings_of("catalog", settings)
    files = S3ObjectStore(read.s3_url, read.s3_access_key, read.s3_secret_key, read.s3_bucket)
    try:
        await files.ensure_bucket()
    finally:
        files.close()


async def _prepare(world: World, progress: Progress, heard: Heard) -> None:
    """Put what must be there before the first order."""
    for stage, work in (("reference", put_reference), ("suppliers", admit_suppliers), ("listings", publish_listings)):
        world.clock.set(begins(world))
        what = await work(world)
        await heard()
        progress.done(stage, what)


async def _trade(world: World, progress: Progress, say: Say, heard: Heard) -> None:
    """Live through the two years, month by month."""
    plan = world.plan
    percent = Percent(say, "orders", sum(1 for _ in plan.every_order()))
    for year, month in plan.calendar.months:
        last = min(moment(month_end(year, month), 23), plan.calendar.horizon)
        world.clock.set(last)
        await _file(world, (year, month))
        counted_at = moment(date(year, month, 1), 8)
        await each(plan.restocks.get((year, month), []), partial(restock, world, counted_at))
        requisitions = sorted(plan.requisitions.get((year, month), []), key=lambda one: one.placed_at)
        await each(requisitions, partial(carry_out, world, ordered=percent.one_more))
        await heard()
    orders = percent.count
    filed = sum(len(of_month) for of_month in plan.attestations.values())
    elsewhere = sum(len(of_month) for of_month in plan.elsewhere.values())
    progress.done("two years", f"{orders} orders, {elsewhere} purchases elsewhere, {filed} attestations")


async def _file(world: World, month: Month) -> None:
    """Let finance file what falls into a month; a closed year's closing follows its last attestation."""
    plan = world.plan
    await each(plan.attestations.get(month, []), partial(attest, world))
    await each(plan.reservations.get(month, []), partial(reserve, world))
    if month == (plan.calendar.running_year, 1):
        await each([canteen for canteen in plan.canteens if canteen.buys], partial(close, world))
        if plan.flipped is not None and flip_returned_at(plan.calendar) < plan.calendar.horizon:
            await send_back(world, plan.flipped, flip_returned_at(plan.calendar))
    await each(plan.elsewhere.get(month, []), partial(buy_elsewhere, world))


async def _finish(world: World, progress: Progress, heard: Heard) -> None:
    """Leave something to do for everybody who signs in, and sign the ledger."""
    world.clock.set(world.plan.calendar.horizon)
    await each(world.plan.live, partial(carry_out, world))
    waiting = await leave_for_review(world)
    await heard()
    progress.done("today", f"{len(world.plan.live)} requisitions and orders under way, {waiting}")
    with world.clock.at(world.plan.calendar.horizon):
        key = await write_checkpoint(world.desks["procurement_quota"])
        await each(SIGN_INS, partial(_sign_in, world), at_once=2)
    progress.done("accounts", f"{len(SIGN_INS)} sign-ins; the ledger signed as {key}")


async def _sign_in(world: World, one: SignIn) -> None:
    """Make an account last of all, so that a demo which broke off is never taken for a whole one."""
    desk = world.desks["gateway"]
    await create_account(
        desk,
        CreateAccount(account=one.account, name=one.name, password=PASSWORD),
        account_id=account_id(one.account),
    )
    for seat in world.seats(one.role):
        command = GrantSeat(account_id=account_id(one.account), role=seat.role, organisation_id=seat.organisation_id)
        await grant_seat(desk, command)
