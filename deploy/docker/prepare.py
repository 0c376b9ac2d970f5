"""`python -m deploy.docker.prepare` leaves roles, databases, newest tables and the bucket; again, it changes nothing.

The one-shot of docker-compose.yml, and of any other place where the programs run in containers.
"""

import asyncio
import os

from deploy.operator.migrate import migrate_all
from deploy.postgres.databases import databases_named_by, prepare
from shared.files import S3ObjectStore


def main() -> None:
    """Prepare by POSTGRES_URL (a role that may create roles), the twelve database URLs and the S3 settings."""
    wanted = databases_named_by(os.environ)
    asyncio.run(prepare(os.environ["POSTGRES_URL"], wanted))
    print("databases:", ", ".join(database.name for database in wanted))
    print("migrated:", ", ".join(migrate_all(os.environ)))
    asyncio.run(_bucket())


async def _bucket() -> None:
    bucket = os.environ.get("S3_BUCKET") or "zhucai"
    keys = os.environ["S3_ACCESS_KEY"], os.environ["S3_SECRET_KEY"]
    store = S3ObjectStore(os.environ["S3_URL"], *keys, bucket)
    try:
        await store.ensure_bucket()
        await store.prove()
    finally:
        store.close()
    print("bucket:", bucket)


if __name__ == "__main__":
    main()
