"""One look tells whether an installation stands: its parts, its migrations, what waits, and when it last signed.

The doctor mends nothing. A line that begins with `FAILED` says what is wrong and the way out, and makes the exit
code 1; `note` is worth knowing and no fault.
"""

import asyncio
import sys
import tomllib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

import asyncpg
import httpx
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError

from deploy.operator.demo.people import SIGN_INS
from deploy.operator.programs import settings_of, subscriptions
from deploy.operator.reading import Snapshots, snapshots
from deploy.operator.settings import SCRIPTS, SERVICES, SettingMissing, needed, operator_url
from services.procurement_quota.domain.checkpoints import CheckpointForged, Signer, read_checkpoint
from services.procurement_quota.usecases.checkpoint_ledger import last_checkpoint
from shared.db import migrate
from shared.errors import Refusal
from shared.events.broker import Broker
from shared.events.consumer import hearings
from shared.files import S3ObjectStore
from shared.press import FONT_PACKAGE, fonts_here
from shared.settings import project_root

PATIENCE_SECONDS = 5.0
BACKLOG_NOTED = 1_000


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at."""

    verdict: str
    what: str
    says: str

    def __str__(self) -> str:
        if self.verdict == "demo":
            return f"demo year {self.says}"
        return f"{self.verdict:<7} {self.what:<34} {self.says}"


def ok(what: str, says: str) -> Line:
    return Line("ok", what, says)


def note(what: str, says: str) -> Line:
    return Line("note", what, says)


def failed(what: str, says: str, way_out: str) -> Line:
    return Line("FAILED", what, f"{says}. Way out: {way_out}")


async def examine(settings: Mapping[str, str]) -> AsyncIterator[Line]:
    """Look at everything there is, one line each."""
    yield ok("zhucai", f"{_version('zhucai')}, Python {sys.version.split()[0]}")
    yield _fonts(await asyncio.to_thread(fonts_here))
    reachable = []
    for service in SERVICES:
        line = await _database(settings, service)
        reachable += [service] if line.verdict == "ok" else []
        yield line
    async for line in _files(settings):
        yield line
    async for line in _events(settings, reachable):
        yield line
    for program in SERVICES:
        yield await _program(settings, program)
    if len(reachable) == len(SERVICES):
        async with snapshots(settings) as read:
            if (year := await demo_year(read)) is not None:
                yield Line("demo", "", str(year))


def _fonts(found: Mapping[str, str]) -> Line:
    if not found:
        return note(
            "fonts", f"none is Chinese, so no report or delivery note is given as PDF. Way out: install {FONT_PACKAGE}"
        )
    return ok("fonts", f"{found['serif']} and {found['sans']}, for reports as PDF")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:  # The image holds the code as it is, not installed.
        project = tomllib.loads((project_root() / "pyproject.toml").read_text())["project"]
        return str(project["version"])


async def _database(settings: Mapping[str, str], service: str) -> Line:
    what = f"database {service}"
    try:
        connection = await asyncpg.connect(operator_url(settings, service), timeout=PATIENCE_SECONDS)
    except SettingMissing as missing:
        return Line("FAILED", what, str(missing))
    except (TimeoutError, OSError, asyncpg.PostgresError) as error:
        return failed(what, f"does not answer ({type(error).__name__})", "start PostgreSQL, or mend its URL")
    try:
        server = connection.get_settings().server_version.split()[0]
        head = ScriptDirectory.from_config(migrate.config(SCRIPTS[service], "", "")).get_current_head()
        at = await connection.fetchval("SELECT version_num FROM alembic_version")
    except asyncpg.PostgresError as error:
        return failed(what, f"cannot be read ({type(error).__name__})", "zhucai migrate")
    finally:
        await connection.close()
    if at != head:
        return failed(what, f"stands at migration {at}, the code at {head}", "zhucai migrate")
    return ok(what, f"PostgreSQL {server}, migration {at} is the newest")


async def _files(settings: Mapping[str, str]) -> AsyncIterator[Line]:
    quota = settings_of("procurement_quota", settings)
    files = S3ObjectStore(quota.s3_url, quota.s3_access_key, quota.s3_secret_key, quota.s3_bucket)
    try:
        if not await files.ready():
            yield failed("files", f"bucket {quota.s3_bucket} does not answer", "start the S3 server, or mend S3_URL")
            return
        yield ok("files", f"bucket {quota.s3_bucket} answers")
        yield _checkpoint(await last_checkpoint(files), Signer(quota.checkpoint_private_key).public_key)
    except Refusal as refused:
        yield failed("files", refused.title(), "start the S3 server, or mend S3_URL")
    finally:
        files.close()


def _checkpoint(last: tuple[str, bytes] | None, public_key: bytes) -> Line:
    what = "last checkpoint"
    if last is None:
        return note(what, "none yet; the first is signed within a day of running")
    try:
        signed = read_checkpoint(last[1], public_key)
    except CheckpointForged as error:
        return failed(
            what, f"{last[0]} cannot be believed: {error}", "keep the bucket as it is, and look who wrote to it"
        )
    return ok(what, f"{last[0]}, {len(signed.heads)} chains")


async def _events(settings: Mapping[str, str], reachable: list[str]) -> AsyncIterator[Line]:
    quota = settings_of("procurement_quota", settings)
    broker = Broker(quota.nats_url, program="doctor", prefix=quota.stream_prefix)
    try:
        await asyncio.wait_for(broker.connect(), PATIENCE_SECONDS)
        nats = broker.client.connected_server_version
        yield ok("events", f"NATS {nats.major}.{nats.minor}.{nats.patch} with JetStream answers")
        for consumer, waiting in (await backlogs(broker)).items():
            yield _backlog(f"consumer {consumer}", waiting, "events wait")
    except (Refusal, TimeoutError) as error:
        yield failed("events", f"JetStream does not answer ({type(error).__name__})", "start NATS, or mend NATS_URL")
    finally:
        await broker.close()
    if not reachable:
        return
    async with snapshots(settings, reachable) as read:
        for service in reachable:
            if service in subscriptions():
                waiting = await read.value(service, "SELECT count(*) FROM outbox WHERE sent_at IS NULL")
                yield _backlog(f"outbox {service}", int(waiting), "events are unsent")
        for service in reachable:
            for row in await read.rows(service, "SELECT consumer, count(*) AS n FROM parked GROUP BY 1 ORDER BY 1"):
                yield failed(
                    f"parked {row.consumer}", f"{row.n} events are put aside", f"zhucai replay --parked {row.consumer}"
                )


def _backlog(what: str, waiting: int, says: str) -> Line:
    return note(what, f"{waiting:,} {says}") if waiting > BACKLOG_NOTED else ok(what, f"{waiting:,} {says}")


async def backlogs(broker: Broker) -> dict[str, int]:
    """Count what each consumer has not acted on yet."""
    return {
        name: sum([await broker.backlog(stream, hearing.durable) for hearing in hearings(name, heard)])
        for program, streams in subscriptions().items()
        for stream, heard in streams.items()
        if (name := f"{program}-{stream}")
    }


async def _program(settings: Mapping[str, str], program: str) -> Line:
    what = f"program {program}"
    try:
        url = needed(settings, "PUBLIC_URL" if program == "gateway" else f"{program.upper()}_URL")
        async with httpx.AsyncClient(timeout=PATIENCE_SECONDS, trust_env=False) as client:
            answer = await client.get(f"{url}/health/ready")
    except SettingMissing as missing:
        return Line("FAILED", what, str(missing))
    except httpx.HTTPError as error:
        return failed(what, f"does not answer ({type(error).__name__})", "make up, or see its log")
    if answer.status_code != httpx.codes.OK:
        return failed(what, f"is not ready: {answer.text[:200]}", "look at the parts above")
    return ok(what, f"ready at {url}")


async def demo_year(read: Snapshots) -> int | None:
    """Tell the closed year of the demo data; None where none is loaded."""
    try:
        demo = await read["gateway"].value(
            sa.text("SELECT EXISTS (SELECT FROM accounts WHERE account = :account)"), {"account": SIGN_INS[0].account}
        )
        year = await read.value("procurement_quota", "SELECT max(year) FROM closing") if demo else None
    except SQLAlchemyError:
        return None
    return None if year is None else int(year)
