"""The four programs run as children with the settings they may know, and a program is up when it says it is ready."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from typing import NamedTuple

from deploy.local.child import Child, die_with_parent
from deploy.local.layout import ROOT, CannotStart, Layout
from deploy.local.settings import loopback, settings_for

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


def program_child(program: Program, layout: Layout, settings: Mapping[str, str]) -> Child:
    """Describe a program's process; nothing starts."""
    return Child(
        name=program.name,
        argv=[sys.executable, "-m", program.module],
        log=layout.log / f"{program.name}.log",
        env=_surroundings() | settings_for(program.name, settings),
        cwd=str(ROOT),
        stop_seconds=STOP_SECONDS,
    )


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


async def run_command(*arguments: str, settings: Mapping[str, str], quiet: bool = False) -> str:
    """Run a `zhucai` command to its end with every setting; shown as it goes, or quietly returned.

    Raises `CannotStart` with what it said when it fails. Cancelled, it takes the command along.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "deploy.operator.main", *arguments),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE if quiet else None,
        stderr=asyncio.subprocess.STDOUT if quiet else None,
        env=_surroundings() | dict(settings),
        cwd=str(ROOT),
        preexec_fn=die_with_parent(signal.SIGKILL),
    )
    try:
        said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    text = (said or b"").decode(errors="replace")
    if process.returncode:
        end = "\n".join(f"    {line}" for line in text.splitlines()[-20:])
        raise CannotStart(f"zhucai {' '.join(arguments)} failed with code {process.returncode}:\n{end}")
    return text


def _surroundings() -> dict[str, str]:
    """What a program inherits: the machine's environment, without a setting of ours that another may not know."""
    kept = {name: value for name, value in os.environ.items() if not _is_secret(name)}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "TZ": "UTC"}


def _is_secret(name: str) -> bool:
    return name.endswith(("_DATABASE_URL", "_PRIVATE_KEY")) or name.startswith("STRIPE_") or name == "POSTGRES_URL"
