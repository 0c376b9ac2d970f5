"""`python -m deploy.docker.prepare` leaves roles, databases, newest tables, a bucket and the reference data behind.

Run again, it changes nothing but what a newer version brings.

The one-shot of docker-compose.yml, and of any other place where the programs run in containers.
"""

import asyncio
import os

from deploy.operator.migrate import migrate_all
from deploy.operator.programs import opened
from deploy.postgres.databases import databases_named_by, prepare
from services.procurement_quota.usecases.load_reference import load_reference
from shared.files import S3ObjectStore


def main() -> None:
    """Prepare by POSTGRES_URL (a role that may create roles) and every setting of the programs."""
    wanted = databases_named_by(os.environ)
    asyncio.run(prepare(os.environ["POSTGRES_URL"], wanted))
    print("databases:", ", ".join(database.name for database in wanted))
    print("migrated:", ", ".join(migrate_all(os.environ)))
    asyncio.run(_fill())


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
    async with opened(os.environ, ["procurement_quota"]) as programs:
        loaded = await load_reference(programs["procurement_quota"].desk)
    print("reference data:", f"{loaded.units} units changed;", *loaded.lists, *loaded.rules)


if __name__ == "__main__":
    main()
