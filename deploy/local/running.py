"""Four real parts come up together on loopback, truly ready, in one folder, and go together.

async with parts(tmp_path / "var") as running:
    environment = await running.create_databases()      # the settings of every program, its databases made
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from os import PathLike
from typing import Protocol

from deploy.local.child import Child
from deploy.local.layout import Layout
from deploy.local.nats import Nats
from deploy.local.ports import remembered_ports
from deploy.local.postgres import Postgres
from deploy.local.s3 import S3
from deploy.local.secrets import Secrets
from deploy.local.settings import S3_BUCKET, all_settings, gateway_listen, loopback, needs_postgres
from deploy.local.stripe import Stripe
from deploy.postgres.databases import databases, databases_named_by, drop, prepare

NAMES = ("postgres", "nats", "s3", "stripe")


class Part(Protocol):
    """A server that others made and we start."""

    name: str
    address: str
    url: str
    child: Child | None

    async def start(self) -> Child: ...

    async def stop(self) -> None: ...


@dataclass
class Running:
    """The parts of one `var` folder, and the settings by which programs reach them."""

    layout: Layout
    env: dict[str, str]
    secrets: Secrets
    ports: dict[str, int]
    admin_url: str
    parts: list[Part] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    async def create_databases(self, suffix: str = "", copy_of: str | None = None) -> dict[str, str]:
        """Make roles and databases, and give all settings with these databases named. See `create_databases`."""
        if not suffix:
            await prepare(self.admin_url, databases_named_by(self.env))
            return dict(self.env)
        return self.env | await create_databases(self.admin_url, self.secrets, suffix, copy_of)

    async def drop_databases(self, suffix: str) -> None:
        """Drop one set of databases, whoever is connected."""
        await drop(self.admin_url, databases(self.admin_url, self.secrets.role_passwords, suffix))

    async def stop(self) -> None:
        """Stop every part, all at once; each has its own bound of time."""
        await asyncio.gather(*(part.stop() for part in self.parts), return_exceptions=True)


async def create_databases(
    admin_url: str, secrets: Secrets, suffix: str = "", copy_of: str | None = None
) -> dict[str, str]:
    """Create nine roles and four databases on a server, where missing, and give the settings that name them.

    `suffix` names a set of its own on the same server; `copy_of` the suffix of an unused set to copy, tables and all.
    """
    wanted = databases(admin_url, secrets.role_passwords, suffix)
    await prepare(admin_url, wanted, copy_of)
    return {name: value for database in wanted for name, value in database.settings().items()}


@asynccontextmanager
async def parts(
    var: str | PathLike[str],
    given: Mapping[str, str] | None = None,
    *,
    only: Collection[str] = NAMES,
    gateway_port: int | None = None,
) -> AsyncIterator[Running]:
    """Run the parts for as long as the block lasts.

    `given` replaces parts and settings by name (NATS_URL, S3_URL, …) and is the only source: no environment is read.
    """
    running = await start_parts(var, given, only=only, gateway_port=gateway_port)
    try:
        yield running
    finally:
        await running.stop()


async def start_parts(
    var: str | PathLike[str],
    given: Mapping[str, str] | None = None,
    *,
    only: Collection[str] = NAMES,
    gateway_port: int | None = None,
    with_postgres: Callable[[Running], Awaitable[None]] | None = None,
    on_ready: Callable[[Part, float], None] = lambda part, seconds: None,
    survives_power_cut: bool = True,
) -> Running:
    """Start the parts at once and return when each is ready; `Running.stop` ends them.

    `with_postgres` runs as soon as the database server answers, while slower parts still come up. One that cannot
    start stops all, and its reason is raised. Data that nobody will want after a power cut need not wait for the disk.
    """
    running = plan_parts(Layout.at(var), given or {}, only, gateway_port, survives_power_cut=survives_power_cut)
    try:
        await _start_all(running, with_postgres, on_ready)
    except BaseException:
        await running.stop()
        raise
    return running


def plan_parts(
    layout: Layout,
    given: Mapping[str, str],
    only: Collection[str] = NAMES,
    gateway_port: int | None = None,
    *,
    survives_power_cut: bool = True,
) -> Running:
    """Choose ports, secrets and parts, and start nothing."""
    ports, secrets = remembered_ports(layout), Secrets.kept_in(layout.secrets)
    gateway_port = gateway_port or ports["gateway"]
    gateway = loopback(gateway_listen(given, gateway_port))
    password = secrets.postgres_password
    postgres = Postgres(layout, ports["postgres"], password, survives_power_cut=survives_power_cut)
    nats = Nats(layout, ports["nats"], secrets.nats_password)
    keys = (
        given.get("S3_ACCESS_KEY", secrets.s3_access_key),
        given.get("S3_SECRET_KEY", secrets.s3_secret_key),
    )
    s3 = S3(layout, ports, *keys, given.get("S3_BUCKET", S3_BUCKET))
    stripe = Stripe(
        layout,
        ports["stripe"],
        given.get("STRIPE_API_KEY", secrets.stripe_api_key),
        f"http://{gateway}/api/v1/webhooks/stripe",
        given.get("STRIPE_WEBHOOK_SECRET", secrets.stripe_webhook_secret),
    )
    admin_url = given.get("POSTGRES_URL", postgres.url)
    urls = {"postgres": admin_url, "nats": nats.url, "s3": s3.url, "stripe": stripe.url}
    wanted: list[tuple[Part, bool]] = [
        (postgres, needs_postgres(given)),
        (nats, "NATS_URL" not in given),
        (s3, "S3_URL" not in given),
        (stripe, "STRIPE_API_BASE" not in given),
    ]
    return Running(
        layout=layout,
        env=all_settings(given, secrets, ports, urls, gateway_port),
        secrets=secrets,
        ports=ports,
        admin_url=admin_url,
        parts=[part for part, is_ours in wanted if is_ours and part.name in only],
    )


async def _start_all(
    running: Running,
    with_postgres: Callable[[Running], Awaitable[None]] | None,
    on_ready: Callable[[Part, float], None],
) -> None:
    async def start(part: Part) -> None:
        began = time.monotonic()
        await part.start()
        running.seconds[part.name] = time.monotonic() - began
        on_ready(part, running.seconds[part.name])
        if part.name == "postgres" and with_postgres:
            await with_postgres(running)

    tasks: list[Awaitable[None]] = [start(part) for part in running.parts]
    if with_postgres and not any(part.name == "postgres" for part in running.parts):
        tasks.append(with_postgres(running))
    await together(*tasks)


async def together(*work: Awaitable[None]) -> None:
    """Do it all at once; the first failure ends the rest and is raised."""
    tasks = [asyncio.ensure_future(one) for one in work]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
