"""On the parts that all tests share, one test run can have databases, streams and a bucket of its own."""

from collections.abc import Mapping

from deploy.postgres.databases import databases_named_by, prepare
from shared.files import S3ObjectStore
from tests.parts import TEMPLATE


async def own_set(env: Mapping[str, str], name: str) -> dict[str, str]:
    """Copy the migrated databases and name a stream prefix and a bucket, all after this name; gives the settings."""
    mark = f"{name}_{env['WORKER']}"
    made = dict(env)
    for setting, value in env.items():
        if setting.endswith("_DATABASE_URL"):
            made[setting] = value.removesuffix(f"_{env['WORKER']}") + f"_{mark}"
    await prepare(env["POSTGRES_URL"], databases_named_by(made), copy_of=TEMPLATE)
    made |= {"STREAM_PREFIX": f"{mark}_", "S3_BUCKET": f"zhucai-{name}-{env['WORKER']}"}
    files = S3ObjectStore(made["S3_URL"], made["S3_ACCESS_KEY"], made["S3_SECRET_KEY"], made["S3_BUCKET"])
    await files.ensure_bucket()
    files.close()
    return made
