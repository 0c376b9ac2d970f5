"""The demo goes in through the same use cases as a person's would, on empty databases, in the demo's own time.

Two processes open the programs with a clock that stands where it is set (see `hands`), and speak over the real
JetStream: copies and ledger are filled by events, month by month, as they would have been.

Decision: what a month says is sent at its end, and heard before the next begins. Why: an entry of the ledger is
recorded at the demo's time, so statements as of a past day are right; a year closes only when nothing is on its way;
and relays and consumers work in full batches. Price: within a month nothing is heard, so what must be known by
another service (a supplier, a listing) is entered a stage before it is used.
"""

import asyncio
import csv
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial

import sqlalchemy as sa

from deploy.operator.demo.budgets import put_budgets
from deploy.operator.demo.calendar import moment
from deploy.operator.demo.hands import POOLS, Hands, Share, all_hear, fork_hands
from deploy.operator.demo.people import PASSWORD, SIGN_INS, SignIn
from deploy.operator.demo.plan import Plan, make_plan
from deploy.operator.demo.progress import Percent, Progress, Say
from deploy.operator.demo.setting_up import begins, leave_for_review, put_reference
from deploy.operator.demo.stages import HEARD_BY_THE_OTHER, STAGES
from deploy.operator.demo.stall import open_stall, sell_at_stall
from deploy.operator.demo.trading import carry_out
from deploy.operator.demo.world import World, account_id, each
from deploy.operator.programs import ALL, opened, settings_of
from deploy.operator.reading import snapshots
from gateway.usecases.commands import CreateAccount, GrantSeat
from gateway.usecases.create_account import create_account
from gateway.usecases.grant_seat import grant_seat
from services.catalog.usecases.expire import expire
from services.procurement_quota.usecases.checkpoint_ledger import write_checkpoint
from services.procurement_quota.usecases.fold_ledger import fold_whole_ledger
from services.procurement_quota.usecases.load_reference import DATA
from shared.app import Program
from shared.clock import SettableClock, SystemClock, today
from shared.db.plumbing import outbox
from shared.events.broker import STREAMS
from shared.events.consumer import settle
from shared.events.relay import Relay
from shared.files import S3ObjectStore

SECONDS_MAX = 180.0
"""How long one stage may take, a month of the two years being one; the longest takes a tenth of it."""
USED = {"catalog": "suppliers", "order": "orders", "procurement_quota": "unit", "gateway": "accounts"}
"""By service, the table in which a used installation has rows."""


class Stuck(Exception):
    """A stage of the demo did not end in time; says which."""


@asynccontextmanager
async def within(stage: str, *facts: int) -> AsyncIterator[None]:
    """Bound a stage in time, so that a demo that stands still says where and ends. Raises Stuck."""
    try:
        async with asyncio.timeout(SECONDS_MAX):
            yield
    except TimeoutError as error:
        named = " ".join([stage, *(str(fact) for fact in facts)])
        raise Stuck(
            f"The demo stood still: {named} did not end in {SECONDS_MAX:g} s."
            " Way out: begin anew (make down; rm -rf var; make up)"
        ) from error


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
    hands, whole = fork_hands(settings, plan, STAGES, HEARD_BY_THE_OTHER), False
    try:
        await _ensure_bucket(settings)
        clock = SettableClock(moment(date(plan.calendar.closed_year - 1, 12, 1), 9))
        hears = {name: "consume" for name in ALL if name not in HEARD_BY_THE_OTHER}
        async with opened(settings, ALL, run=hears, clock=clock, **POOLS) as programs:
            world = World(plan, clock, {name: program.desk for name, program in programs.items()})
            async with within("opening the programs"):
                await all_hear(programs, hears)
                await hands.ready()
            years = f"a closed year {plan.calendar.closed_year}, a running year {plan.calendar.running_year}"
            progress.done("plan", years)
            work = _Work(world, hands, programs)
            await _prepare(work, progress)
            await _trade(work, progress, say)
            await _finish(work, progress)
        whole = True
    finally:
        await hands.end(at_once=not whole)
    say(f"  the demo is in, after {progress.total_seconds:.1f} s")
    return plan


@dataclass(frozen=True)
class _Work:
    """What this process does with the other one's help."""

    world: World
    hands: Hands
    programs: Mapping[str, Program]

    async def both(self, stage: str, *facts: int, more: Callable[[int], None] = lambda n: None) -> int:
        """Let each process do its share of a stage; gives how many things were done."""
        async with within(stage, *facts), asyncio.TaskGroup() as group:
            other = group.create_task(self.hands.ask(stage, facts, more))
            own = group.create_task(STAGES[stage](self.world, Share(), facts, more))
        return own.result() + other.result()

    async def heard(self) -> None:
        async with within("sending what was said, and hearing it"):
            await everything_heard(self.programs)


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
        while True:
            relays = (Relay(program.uow, program.broker, program.telemetry) for program in speakers)
            await asyncio.gather(*(relay.drain() for relay in relays))
            await settle(consumers, seconds=SECONDS_MAX)
            if not any([await _unsent(program) for program in speakers]):
                return


async def on_disk(programs: Iterable[Program]) -> None:
    """Wait until all that was committed is on disk: a commit that waits takes whatever came before it along."""
    for program in programs:
        async with program.uow.begin() as tx:
            await tx.execute(sa.text("SET LOCAL synchronous_commit = on"))
            await tx.execute(sa.text("SELECT pg_current_xact_id()"))


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


async def _prepare(work: _Work, progress: Progress) -> None:
    """Put what must be there before the first order."""
    work.world.clock.set(begins(work.world))
    async with within("reference"):
        what = await put_reference(work.world)
    await work.heard()
    progress.done("reference", what)
    count = await work.both("suppliers")
    await work.heard()
    progress.done("suppliers", f"{count} suppliers admitted, each on a document")
    count = await work.both("listings")
    await work.heard()
    progress.done("listings", f"{count} listings published, each with a photo")


async def _trade(work: _Work, progress: Progress, say: Say) -> None:
    """Live through the two years, month by month."""
    plan = work.world.plan
    percent = Percent(say, "orders", sum(1 for _ in plan.every_order()))
    for year, month in plan.calendar.months:
        if plan.restocks.get((year, month)):
            await work.both("restock", year, month)
        await work.both("month", year, month, more=percent.one_more)
        await work.heard()
    filed = sum(len(of_month) for of_month in plan.attestations.values())
    elsewhere = sum(len(of_month) for of_month in plan.elsewhere.values())
    progress.done("two years", f"{percent.count} orders, {elsewhere} purchases elsewhere, {filed} attestations")


async def _finish(work: _Work, progress: Progress) -> None:
    """Leave something to do for everybody who signs in, and sign the ledger."""
    world = work.world
    world.clock.set(world.plan.calendar.horizon)
    async with within("the fair of today"):
        await open_stall(world)
    await work.heard()
    async with within("today"):
        await put_budgets(world)
        await each(world.plan.live, partial(carry_out, world))
        sold = await sell_at_stall(world)
        waiting = await leave_for_review(world)
        await expire(world.desks["catalog"])
    await work.heard()
    live = f"{len(world.plan.live)} requisitions and orders under way, {sold} sales at a fair"
    progress.done("today", f"{live}, {waiting}")
    async with within("accounts"):
        with world.clock.at(world.plan.calendar.horizon):
            key = await write_checkpoint(world.desks["procurement_quota"])
            await fold_whole_ledger(world.desks["procurement_quota"])
            await on_disk(work.programs.values())
            await each(SIGN_INS, partial(_sign_in, world), at_once=2)
            await on_disk(work.programs.values())
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
