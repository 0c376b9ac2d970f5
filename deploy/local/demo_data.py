"""A first start shows something: where the databases are empty the demo is loaded whole, before any program runs.

A load that was cut off is not built upon: what it left is removed and the demo begins again.
"""

import asyncio
import shutil
from collections.abc import Mapping

import asyncpg

from deploy.local.layout import CannotStart, Layout

USED = {"catalog": "suppliers", "order": "orders", "procurement_quota": "unit", "gateway": "accounts"}
"""By service, the table in which a used installation has rows; the same as the demo itself looks at."""

REPLACEABLE = ("POSTGRES_URL", "NATS_URL", "S3_URL")


def is_wanted(given: Mapping[str, str]) -> bool:
    """Say whether the demo was not declined by `DEMO=0`."""
    return given.get("DEMO", "1") not in ("0", "no", "false")


async def is_empty(settings: Mapping[str, str]) -> bool:
    """Say whether none of the four databases has been used."""
    used = await asyncio.gather(*(_has_rows(settings, service, table) for service, table in USED.items()))
    return not any(used)


async def _has_rows(settings: Mapping[str, str], service: str, table: str) -> bool:
    connection = await asyncpg.connect(settings[f"{service.upper()}_OWNER_DATABASE_URL"], timeout=20)
    try:
        return bool(await connection.fetchval(f"SELECT EXISTS (SELECT FROM {table})"))  # noqa: S608 - names of our own
    finally:
        await connection.close()


def begin_again_if_unfinished(layout: Layout, given: Mapping[str, str]) -> bool:
    """Remove what a load that was cut off left behind; True when it did. Only what is embedded is ever removed."""
    if not layout.demo_unfinished.exists():
        return False
    replaced = [name for name in REPLACEABLE if name in given]
    if replaced:
        raise CannotStart(
            f"The demo was cut off while it was loaded, and {', '.join(replaced)} is not ours to empty. "
            f"Way out: drop what it left there, then remove {layout.demo_unfinished}"
        )
    for folder in (layout.postgres, layout.nats, layout.s3, layout.stripe):
        shutil.rmtree(folder, ignore_errors=True)
    layout.demo_unfinished.unlink()
    return True
