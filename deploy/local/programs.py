"""The four programs run as children with the settings they may know, and a program is up when it says it is ready."""

import asyncio
import os
import sys
from collections.abc import Mapping
from typing import Any, NamedTuple

from deploy.local.child import Child
from deploy.local.forks import ForkedChild, Nursery
from deploy.local.layout import ROOT, CannotStart, Layout
from deploy.local.settings import loopback, settings_for

OPERATOR = "deploy.operator.main"
STOP_SECONDS = 10
ASK_SECONDS = 3.0


class Program(NamedTuple):
    """One of the four: its module, and the setting that says where it listens."""

    name: str
    module: str
    listen: str


PROGRAMS = (
    Program("catalog", "services.catalog.main", "CATALOG_LISTEN"),
    Program("order", "services.order.main", "ORDER_LISTEN"),
    Program("procurement_quota", "services.procurement_quota.main", "PROCUREMENT_QUOTA_LISTEN"),
    Program("gateway", "gateway.main", "GATEWAY_LISTEN"),
)


def program_child(program: Program, layout: Layout, settings: Mapping[str, str], nursery: Nursery | None) -> Child:
    """Describe a program's process; nothing starts. With a nursery it is a fork, else a Python of its own."""
    common: dict[str, Any] = {
        "name": program.name,
        "argv": [sys.executable, "-m", program.module],
        "log": layout.log / f"{program.name}.log",
        "env": surroundings() | settings_for(program.name, settings),
        "cwd": str(ROOT),
        "stop_seconds": STOP_SECONDS,
    }
    return ForkedChild(**common, nursery=nursery, module=program.module) if nursery else Child(**common)


def address_of(program: Program, settings: Mapping[str, str]) -> str:
    """Name where this machine reaches a program."""
    return loopback(settings[program.listen])


async def until_ready(child: Child, address: str, within_seconds: float) -> None:
    """Wait until the program answers `GET /health/ready` with 200; raise `CannotStart` when it ends or is late."""

    async def answers() -> None:
        status, body = await asyncio.wait_for(get(address, "/health/ready"), ASK_SECONDS)
        if status != 200:
            raise ValueError(f"{status} {body[:300]}")

    await child.until(answers, within_seconds, (OSError, ValueError, IndexError))


async def get(address: str, path: str) -> tuple[int, str]:
    """Ask a loopback address one question over HTTP/1.1; give the status and the body."""
    host, _, port = address.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        head, _, body = (await reader.read(65_536)).partition(b"\r\n\r\n")
        return int(head.split()[1]), body.decode(errors="replace")
    finally:
        writer.close()


async def run_command(
    *arguments: str, settings: Mapping[str, str], layout: Layout, nursery: Nursery | None = None, shows: bool = True
) -> str:
    """Run a `zhucai` command to its end with every setting; its output is shown as it goes, or returned.

    Raises `CannotStart` with what it said when it fails. Cancelled, it takes the command along.
    """
    log = layout.log / f"zhucai-{arguments[0]}.log"
    log.unlink(missing_ok=True)
    common: dict[str, Any] = {
        "name": f"zhucai {arguments[0]}",
        "argv": [sys.executable, "-m", OPERATOR, *arguments],
        "log": log,
        "env": surroundings() | dict(settings),
        "cwd": str(ROOT),
    }
    if nursery:
        await nursery.ready()
        child: Child = ForkedChild(**common, nursery=nursery, module=OPERATOR, arguments=arguments, shows=shows)
    else:
        child = Child(**common, shows=shows)
    child.start()
    try:
        await child.ended()
    finally:
        await child.stop()
    if child.exit_code:
        told = "" if shows else f":\n{child.last_lines(20)}"
        raise CannotStart(f"zhucai {' '.join(arguments)} failed with code {child.exit_code}{told}")
    return "" if shows else log.read_text(errors="replace")


def surroundings() -> dict[str, str]:
    """What a program inherits: the machine's environment, without a setting of ours that another may not know."""
    kept = {name: value for name, value in os.environ.items() if not _is_secret(name)}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "TZ": "UTC"}


def _is_secret(name: str) -> bool:
    return name.endswith(("_DATABASE_URL", "_PRIVATE_KEY")) or name.startswith("STRIPE_") or name == "POSTGRES_URL"
