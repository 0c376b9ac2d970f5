"""`python -m deploy.docker.prepare` leaves roles, databases, newest tables, a bucket and the reference data behind.

Run again, it changes nothing but what a newer version brings. With `DEMO=1` it begins with the demo data, before any
program runs; what was not loaded whole is not built upon.

The one-shot of docker-compose.yml, and of any other place where the programs run in containers.
"""

import asyncio
import os
import sys

from deploy.operator.demo.load import NotEmpty, load_demo
from deploy.operator.doctor import demo_year
from deploy.operator.migrate import migrate_all
from deploy.operator.programs import opened
from deploy.operator.reading import snapshots
from deploy.postgres.databases import databases_named_by, prepare
from services.procurement_quota.usecases.load_reference import load_reference
from shared.files import S3ObjectStore


def main() -> None:
    """Prepare by POSTGRES_URL (a role that may create roles) and every setting of the programs."""
    wanted = databases_named_by(os.environ)
    asyncio.run(prepare(os.environ["POSTGRES_URL"], wanted))
    print("databases:", ", ".join(database.name for database in wanted))
    print("migrated:", ", ".join(migrate_all(os.environ)))
    try:
        asyncio.run(_fill())
    except NotEmpty:
        sys.exit(
            "DEMO=1 wants databases that are empty, or hold the whole demo; these are used, or a load was cut off. "
            "Way out: take DEMO=1 out of .env, or remove all data (docker compose down -v)"
        )


async def _fill() -> None:
    bucket = os.environ.get("S3_BUCKET") or "zhucai"
    keys = os.environ["S3_ACCESS_KEY"], os.environ["S3_SECRET_KEY"]
    store = S3ObjectStore(os.environ["S3_URL"], *keys, bucket)
    try:
        await store.ensure_bucket()
        await store.prove()
    finally:
        store.close()
    print("bucket:", bucket)
    if await _has_demo():
        print("demo data: in")
        return
    if os.environ.get("DEMO") == "1":
        await load_demo(os.environ, print)
        return
    async with opened(os.environ, ["procurement_quota"]) as programs:
        loaded = await load_reference(programs["procurement_quota"].desk)
    print("reference data:", f"{loaded.units} units changed;", *loaded.lists, *loaded.rules)


async def _has_demo() -> bool:
    async with snapshots(os.environ) as read:
        return await demo_year(read) is not None


if __name__ == "__main__":
    main()
