"""The procurement_quota program: everything it is made of is chosen here."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import sqlalchemy as sa
from fastapi import FastAPI

from services.procurement_quota.api import (
    alerts,
    canteen_filings,
    conflicts,
    declarations,
    drafts,
    evidence,
    filings,
    imports,
    meals,
    open_data,
    openings,
    previews,
    published,
    purchases,
    reference,
    referrals,
    reports,
    reservations,
    sample_draws,
    statements,
    transfers,
    tree,
    union,
    visits,
)
from services.procurement_quota.consumers import SUBSCRIPTIONS
from services.procurement_quota.domain.checkpoints import Signer
from services.procurement_quota.settings import Settings
from services.procurement_quota.store.kept import KeptTables
from services.procurement_quota.usecases.add_up_changes import add_up_changes
from services.procurement_quota.usecases.begin_forms import begin_forms
from services.procurement_quota.usecases.checkpoint_ledger import write_daily_checkpoint
from services.procurement_quota.usecases.desk import Desk
from services.procurement_quota.usecases.fold_ledger import fold_ledger
from services.procurement_quota.usecases.work_on_imports import import_worker
from shared.app import Program, open_program, serve, service_app
from shared.clock import Clock, SystemClock
from shared.db.unit_of_work import UnitOfWork
from shared.events import Consumer
from shared.files import S3ObjectStore
from shared.http.identity import IdentityVerifier
from shared.logs import logger
from shared.worker import Worker

log = logger(__name__)
NAME = "procurement_quota"
CHECKPOINT_LOOK_SECONDS = 600
FORMS_LOOK_SECONDS = 600
ADD_UP_SECONDS = 60
FOLD_LOOK_SECONDS = 60


class ConsumerLag:
    """Tells how many events wait for the ledger, once this program's consumers exist."""

    def __init__(self) -> None:
        self.consumers: list[Consumer] = []

    async def __call__(self) -> int:
        return sum([await consumer.backlog(unhurried=False) for consumer in self.consumers])


@asynccontextmanager
async def _opened(settings: Settings, clock: Clock, stream_prefix: str) -> AsyncIterator[Program]:
    files = S3ObjectStore(settings.s3_url, settings.s3_access_key, settings.s3_secret_key, settings.s3_bucket)
    lag = ConsumerLag()
    worker = Worker()

    async def make_desk(uow: UnitOfWork) -> Desk:
        kept = KeptTables()
        # Nothing outlives the connections it was read through: a server that comes back may have lost a revision.
        sa.event.listen(uow.engine.sync_engine, "connect", lambda *_: kept.forget())
        return Desk(
            uow=uow,
            clock=clock,
            files=files,
            signer=Signer(settings.checkpoint_private_key),
            lag=lag,
            receipt_fen_max=settings.procurement_quota_receipt_fen_max,
            kept=kept,
        )

    try:
        async with open_program(
            name=NAME,
            settings=settings,
            database_url=settings.procurement_quota_database_url,
            clock=clock,
            make_desk=make_desk,
            subscriptions=SUBSCRIPTIONS,
            probes={"files": files.ready},
            stream_prefix=stream_prefix,
        ) as program:
            lag.consumers = program.consumers
            if "consume" in settings.runs:
                worker.start("checkpoint", lambda: _checkpoint_daily(program.desk))
                worker.start("forms", lambda: _begin_forms(program.desk))
                worker.start("changes", lambda: _add_up_changes(program.desk))
                worker.start("folding", lambda: _fold(program.desk))
                worker.start("imports", import_worker(program.desk).run)
            try:
                yield program
            finally:
                await worker.stop()
    finally:
        files.close()


async def _checkpoint_daily(desk: Desk) -> None:
    """Look now and then whether this day has its checkpoint yet."""
    while True:
        await asyncio.sleep(CHECKPOINT_LOOK_SECONDS)
        if key := await write_daily_checkpoint(desk):
            log.info("checkpoint", key=key)


async def _begin_forms(desk: Desk) -> None:
    """Look now and then whether a canteen's approved form holds from today on."""
    while True:
        await asyncio.sleep(FORMS_LOOK_SECONDS)
        if changed := await begin_forms(desk):
            log.info("forms begun", canteens=changed)


async def _add_up_changes(desk: Desk) -> None:
    """Keep the count of changes short, so that a revision is read at once."""
    while True:
        await asyncio.sleep(ADD_UP_SECONDS)
        await add_up_changes(desk)


async def _fold(desk: Desk) -> None:
    """Fold what was recorded, now and then, and rest between two steps for as long as one took."""
    while True:
        await asyncio.sleep(FOLD_LOOK_SECONDS)
        began = time.monotonic()
        while await fold_ledger(desk):
            await asyncio.sleep(time.monotonic() - began)
            began = time.monotonic()


def opened(
    settings: Settings, *, clock: Clock | None = None, stream_prefix: str = ""
) -> AbstractAsyncContextManager[Program]:
    """Open the program without HTTP, for the demo and for tests."""
    return _opened(settings, clock or SystemClock(), stream_prefix)


def build(settings: Settings, *, clock: Clock | None = None) -> FastAPI:
    """Make the HTTP application."""
    clock = clock or SystemClock()
    return service_app(
        name=NAME,
        title="Zhucai procurement quota",
        open_it=lambda: opened(settings, clock=clock),
        routers=[
            reference.router,
            drafts.router,
            tree.router,
            canteen_filings.router,
            filings.router,
            meals.router,
            reservations.router,
            openings.router,
            purchases.router,
            evidence.router,
            imports.router,
            statements.router,
            reports.router,
            previews.router,
            union.router,
            alerts.router,
            declarations.router,
            published.router,
            open_data.router,
            transfers.router,
            sample_draws.router,
            referrals.router,
            visits.router,
            conflicts.router,
        ],
        verifier=IdentityVerifier(settings.identity_public_key, NAME, clock),
    )


def main() -> None:
    """Serve until told to stop."""
    settings = Settings()
    serve(build(settings), settings.listen, settings, NAME)


if __name__ == "__main__":
    main()
