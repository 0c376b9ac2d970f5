"""The operator reads the four databases side by side, as a role that can write none of them."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import sqlalchemy as sa

from deploy.operator.settings import SERVICES, operator_url
from shared.clock import SystemClock
from shared.db.engine import make_engine
from shared.db.unit_of_work import ReadTx, UnitOfWork

PATIENCE = "300s"
"""How long one of the operator's statements may take; they read whole tables."""


class Snapshots:
    """One snapshot of each database; they are taken one after the other, not at one moment."""

    def __init__(self, by_service: Mapping[str, ReadTx]) -> None:
        self._by_service = by_service

    def __getitem__(self, service: str) -> ReadTx:
        return self._by_service[service]

    async def rows(self, service: str, sql: str, **parameters: Any) -> Sequence[sa.Row[Any]]:
        """Read rows by SQL of our own."""
        return await self._by_service[service].rows(sa.text(sql), parameters)

    async def value(self, service: str, sql: str, **parameters: Any) -> Any:
        """Read one value by SQL of our own."""
        return await self._by_service[service].value(sa.text(sql), parameters)


async def with_patience(tx: ReadTx) -> None:
    """Let the statements of this transaction take as long as the operator's may."""
    await tx.execute(sa.text(f"SET LOCAL statement_timeout = '{PATIENCE}'"))


@asynccontextmanager
async def snapshots(settings: Mapping[str, str], services: Sequence[str] = SERVICES) -> AsyncIterator[Snapshots]:
    """Open a read-only snapshot of each database, the services' before the ledger's, so that it knows what they said.

    Raises SettingMissing, and what the driver raises where a database does not answer.
    """
    async with AsyncExitStack() as stack:
        opened: dict[str, ReadTx] = {}
        for service in services:
            engine = make_engine(operator_url(settings, service), program="operator", connections_max=2)
            stack.push_async_callback(engine.dispose)
            uow = UnitOfWork(engine, source="operator", clock=SystemClock())
            tx = await stack.enter_async_context(uow.read())
            await with_patience(tx)
            opened[service] = tx
        yield Snapshots(opened)
