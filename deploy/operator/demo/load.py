"""The demo goes in through the same use cases as a person's would, on empty databases, in the demo's own time.

All four programs are opened in this process with a clock that stands where it is set, relays and consumers running
against the real JetStream: copies and ledger are filled by events, month by month, as they would have been.

Decision: a month's work runs a bounded number at once, and at its end everything said is heard before the next begins.
Why: an entry of the ledger is recorded at the demo's time, so statements as of a past day are right; and a year closes
only when nothing is on its way. Price: the slowest of a month holds up the next.
"""

import csv
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import date, timedelta
from functools import partial

import sqlalchemy as sa

from deploy.operator.demo.calendar import Calendar, moment, month_end
from deploy.operator.demo.filing import attest, buy_elsewhere, close, reserve
from deploy.operator.demo.people import PASSWORD, SIGN_INS
from deploy.operator.demo.plan import Plan, flip_returned_at, make_plan
from deploy.operator.demo.progress import Percent, Progress, Say
from deploy.operator.demo.setting_up import (
    admit_suppliers,
    begins,
    leave_for_review,
    publish_listings,
    put_reference,
)
from deploy.operator.demo.trading import carry_out, restock, send_back
from deploy.operator.demo.world import World, account_id, each
from deploy.operator.programs import ALL, opened, settings_of
from deploy.operator.reading import snapshots
from gateway.store.tables import accounts
from gateway.usecases.commands import CreateAccount, GrantSeat
from gateway.usecases.create_account import create_account
from gateway.usecases.grant_seat import grant_seat
from services.procurement_quota.usecases.checkpoint_ledger import write_checkpoint
from services.procurement_quota.usecases.load_reference import DATA
from shared.app import Program
from shared.clock import SettableClock, SystemClock, today
from shared.events.consumer import settle
from shared.files import S3ObjectStore

CONNECTIONS_MAX = 20
SETTLE_SECONDS_MAX = 120.0
EMPTY = {
    "catalog": "suppliers",
    "order": "orders",
    "procurement_quota": "unit",
    "gateway": "accounts",
}
"""By service, the table that a used installation has rows in."""


class NotEmpty(Exception):
    """The demo is loaded into empty databases only."""


def counties_51() -> frozenset[str]:
    """Read the codes of the 51 key counties, as the installation loads them."""
    with (DATA / "hunan_51_counties.csv").open(encoding="utf-8", newline="") as lines:
        return frozenset(row["code"] for row in csv.DictReader(lines))


async def load_demo(settings: Mapping[str, str], say: Say, *, day: date | None = None) -> Plan:
    """Load the demo as of a day, today unless told. Raises NotEmpty."""
    await refuse_unless_empty(settings)
    progress = Progress(say)
    plan = make_plan(day or today(SystemClock()), counties_51())
    await _ensure_bucket(settings)
    clock = SettableClock(begins_clock(plan))
    async with opened(
        settings, ALL, run="relay,consume", clock=clock, pool_connections_max=CONNECTIONS_MAX
    ) as programs:
        world = World(plan, clock, {name: program.desk for name, program in programs.items()})
        heard = partial(_heard, programs)
        say(f"  demo of {plan.calendar.closed_year} (closed) and {plan.calendar.running_year} (running)")
        await _prepare(world, progress, heard)
        await _trade(world, progress, say, heard)
        await _finish(world, progress, heard)
    say(f"  loaded in {progress.total_seconds:.1f} s")
    return plan


async def refuse_unless_empty(settings: Mapping[str, str]) -> None:
    """Raise NotEmpty when any database has been used."""
    async with snapshots(settings) as read:
        for service, table in EMPTY.items():
            if await read.value(service, f'SELECT EXISTS (SELECT FROM "{table}")'):  # noqa: S608 - names of our own
                raise NotEmpty(
                    f"The {service} database is not empty, and the demo goes into empty ones only."
                    " Way out: leave it as it is, or begin anew with empty databases (make down; rm -rf var; make up)"
                )


async def _ensure_bucket(settings: Mapping[str, str]) -> None:
    read = settings_of("catalog", settings)
    files = S3ObjectStore(read.s3_url, read.s3_access_key, read.s3_secret_key, read.s3_bucket)
    try:
        await files.ensure_bucket()
    finally:
        files.close()


async def _heard(programs: Mapping[str, Program]) -> None:
    """Wait until everything that was said has been sent and acted on, and what that said too."""
    consumers = [consumer for program in programs.values() for consumer in program.consumers]
    while True:
        for program in programs.values():
            await _sent(program)
        await settle(consumers, seconds=SETTLE_SECONDS_MAX)
        if not [program for program in programs.values() if await _unsent(program)]:
            return
