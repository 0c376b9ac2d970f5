"""Every database is built and changed by Alembic alone, as its owner, with locks that give up early.

A service's `migrations/env.py` is three lines:

    from shared.db.migrate import run_env
    from services.catalog.store.tables import metadata
    run_env(metadata)

Each migration is a transaction of its own. A CHECK or a foreign key on a table that may hold rows is added NOT VALID in
one migration and validated (`VALIDATE CONSTRAINT`) in a later one, so that nobody who writes waits for the scan.
"""

from typing import Any

import sqlalchemy as sa
from alembic import command, context
from alembic.config import Config
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from shared.db.plumbing import Plumbing
from shared.settings import project_root

LOCK_TIMEOUT = "5s"


def config(scripts: str, owner_url: str, app_role: str) -> Config:
    """Configure Alembic for the migrations in `scripts` (a path below the project's root)."""
    cfg = Config()
    cfg.set_main_option("script_location", str(project_root() / scripts).replace("%", "%%"))
    cfg.attributes["owner_url"] = owner_url
    cfg.attributes["app_role"] = app_role
    return cfg


def upgrade(scripts: str, owner_url: str, app_role: str, revision: str = "head") -> None:
    """Bring a database to a revision, and grant its app role what it needs: nothing of a ledger but INSERT, SELECT."""
    command.upgrade(config(scripts, owner_url, app_role), revision)


def downgrade(scripts: str, owner_url: str, app_role: str, revision: str) -> None:
    command.downgrade(config(scripts, owner_url, app_role), revision)


def check(scripts: str, owner_url: str, app_role: str) -> None:
    """Raise when the tables in code and the migrated database differ."""
    command.check(config(scripts, owner_url, app_role))


def run_env(metadata: sa.MetaData) -> None:
    """Run the migrations of one service; called by its `env.py`."""
    import asyncio  # noqa: PLC0415 - Alembic runs this file inside a synchronous command

    asyncio.run(_run(metadata))


async def _run(metadata: sa.MetaData) -> None:
    url = make_url(context.config.attributes["owner_url"]).set(drivername="postgresql+asyncpg")
    given_up = {"server_settings": {"lock_timeout": LOCK_TIMEOUT}}
    engine = create_async_engine(url, poolclass=NullPool, connect_args=given_up)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(_migrate, metadata)
    finally:
        await engine.dispose()


def _migrate(connection: sa.Connection, metadata: sa.MetaData) -> None:
    context.configure(
        connection=connection,
        target_metadata=[metadata, Plumbing.metadata],
        compare_type=True,
        compare_server_default=False,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def app_role() -> str:
    """Name the role that runs, for the GRANTs of a migration."""
    role: Any = context.config.attributes["app_role"]
    return str(role)


def grant_app(op: Any, *, append_only: tuple[str, ...] = ()) -> None:
    """Grant the app role its tables: everything but TRUNCATE, and on `append_only` SELECT and INSERT alone."""
    role = app_role()
    op.execute(f'GRANT USAGE ON SCHEMA public TO "{role}"')
    op.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO "{role}"')
    op.execute(f'GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO "{role}"')
    op.execute(f'REVOKE ALL ON alembic_version FROM "{role}"')
    op.execute(f'GRANT SELECT ON alembic_version TO "{role}"')
    for table in append_only:
        op.execute(f'REVOKE UPDATE, DELETE, TRUNCATE ON "{table}" FROM "{role}"')
    op.execute("GRANT USAGE ON SCHEMA public TO zhucai_operator")
    op.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO zhucai_operator")
