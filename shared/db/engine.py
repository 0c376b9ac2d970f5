"""One program has one engine, and where it is hot one bare pool, both made in its `main`.

Decision: the hot write runs on an asyncpg pool of its own with `plan_cache_mode=force_generic_plan`.
Why: that keeps 0.82 of pgbench where SQLAlchemy's text() keeps 0.42; search, on the other hand, needs custom plans.
Price: two pools on one database, so `max_connections` counts both.
"""

from typing import Any

import orjson
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from shared.db.acquainted import AcquaintedConnection
from shared.db.hot_pool import HotPool

STATEMENT_TIMEOUT_MS = 15_000
LOCK_TIMEOUT_MS = 5_000
IDLE_IN_TRANSACTION_TIMEOUT_MS = 30_000
GENERIC_PLANS = "force_generic_plan"


def dumps(value: Any) -> str:
    """Write JSON as text, keys in the order given."""
    return orjson.dumps(value).decode()


def make_engine(
    url: str, *, program: str, connections_max: int = 10, commits_wait: bool = True, **kwargs: Any
) -> AsyncEngine:
    """Make the engine of a program; it connects when first used. `url` is `postgresql://user:password@host:port/db`."""
    return create_async_engine(
        make_url(url).set(drivername="postgresql+asyncpg"),
        pool_size=connections_max,
        max_overflow=0,
        pool_timeout=10,
        pool_pre_ping=False,
        json_serializer=dumps,
        json_deserializer=orjson.loads,
        hide_parameters=True,  # An error is logged as it is written, and what a statement was given may be a secret.
        connect_args={
            "timeout": 10,
            "connection_class": AcquaintedConnection,
            "server_settings": _server_settings(program, commits_wait),
        },
        **kwargs,
    )


async def make_hot_pool(
    url: str, *, program: str, connections_max: int = 10, plans: str = GENERIC_PLANS, commits_wait: bool = True
) -> HotPool:
    """Make the bare pool for single statements, whose generic plan is the right one unless `plans` says otherwise."""
    pool = HotPool(
        make_url(url).set(drivername="postgresql").render_as_string(hide_password=False),
        connections_max=connections_max,
        server_settings={**_server_settings(f"{program}-hot", commits_wait), "plan_cache_mode": plans},
    )
    await pool.connect()
    return pool


def _server_settings(program: str, commits_wait: bool) -> dict[str, str]:
    return {
        "application_name": f"zhucai-{program}",
        "timezone": "UTC",
        "statement_timeout": str(STATEMENT_TIMEOUT_MS),
        "lock_timeout": str(LOCK_TIMEOUT_MS),
        "idle_in_transaction_session_timeout": str(IDLE_IN_TRANSACTION_TIMEOUT_MS),
        "jit": "off",
        "synchronous_commit": "on" if commits_wait else "off",
    }
