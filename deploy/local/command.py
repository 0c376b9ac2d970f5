"""A `zhucai` command runs whether or not the whole does: where nothing runs, its parts are started for it alone."""

import asyncio

from deploy.local.layout import CannotStart, Layout
from deploy.local.programs import run_command
from deploy.local.record import RunningAlready, sole, sweep
from deploy.local.running import start_parts
from deploy.local.settings import GATEWAY_PORT, chosen_settings, keep_settings, kept_settings


def run_zhucai(layout: Layout, arguments: list[str]) -> int:
    """Run one command to its end with every setting; give its exit code."""
    try:
        with sole(layout):
            sweep(layout)
            return asyncio.run(_with_parts(layout, arguments))
    except RunningAlready:
        return asyncio.run(_code(layout, arguments, kept_settings(layout)))


async def _with_parts(layout: Layout, arguments: list[str]) -> int:
    running = await start_parts(layout.var, chosen_settings(), gateway_port=GATEWAY_PORT)
    try:
        settings = await running.create_databases()
        keep_settings(layout, settings | {"POSTGRES_URL": running.admin_url})
        return await _code(layout, arguments, settings)
    finally:
        await running.stop()


async def _code(layout: Layout, arguments: list[str], settings: dict[str, str]) -> int:
    try:
        await run_command(*arguments, settings=settings, layout=layout)
    except CannotStart:
        return 1
    return 0
