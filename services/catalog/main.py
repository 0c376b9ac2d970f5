"""The catalog program: everything it is made of is chosen here."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import FastAPI
from starlette.routing import Route

from services.catalog.api import (
    appeals,
    capacities,
    categories,
    documents,
    effect,
    fairs,
    filings,
    finding,
    flags,
    linked_files,
    listing_imports,
    listing_papers,
    listings,
    members,
    photos,
    price_bands,
    price_changes,
    readiness,
    reminders,
    suppliers,
    supply_data,
    ties,
    window,
)
from services.catalog.consumers import SUBSCRIPTIONS
from services.catalog.domain.hanzi import readings
from services.catalog.settings import Settings
from services.catalog.usecases.build_packages import build_next, remove_next
from services.catalog.usecases.desk import Desk
from services.catalog.usecases.end_member import end_past_members
from services.catalog.usecases.expire import expire
from services.catalog.usecases.fold_again import fold_again
from services.catalog.usecases.import_prices import price_import_worker
from services.catalog.usecases.judge_new_prices import listing_import_worker
from services.catalog.usecases.note_contacts import note_of_before
from services.catalog.usecases.recent import Recent
from services.catalog.usecases.spread_bands import spread_bands
from shared.app import Program, open_program, serve, service_app
from shared.clock import Clock, SystemClock
from shared.darkroom import Darkroom
from shared.db.unit_of_work import UnitOfWork
from shared.files import S3ObjectStore
from shared.files.links import LinkSigner
from shared.http.identity import IdentityVerifier
from shared.logs import logger
from shared.worker import Worker

log = logger(__name__)
NAME = "catalog"
FOLD_LOOK_SECONDS = 60
BANDS_LOOK_SECONDS = 3600
EXPIRE_LOOK_SECONDS = 3600
"""A day begins in Shanghai whenever the program started; a look that finds nothing due costs next to nothing."""
MEMBERS_LOOK_SECONDS = 600
PACKAGE_LOOK_SECONDS = 1


@asynccontextmanager
async def _opened(settings: Settings, clock: Clock, stream_prefix: str) -> AsyncIterator[Program]:
    files = S3ObjectStore(settings.s3_url, settings.s3_access_key, settings.s3_secret_key, settings.s3_bucket)
    darkroom = Darkroom()
    worker = Worker()

    async def make_desk(uow: UnitOfWork) -> Desk:
        links, recent = LinkSigner(settings.file_link_key, clock), Recent(clock)
        uow.on_publish(recent.forget)
        return Desk(uow=uow, clock=clock, files=files, links=links, darkroom=darkroom, recent=recent)

    try:
        async with open_program(
            name=NAME,
            settings=settings,
            database_url=settings.catalog_database_url,
            clock=clock,
            make_desk=make_desk,
            subscriptions=SUBSCRIPTIONS,
            hot=True,
            hot_plans="auto",
            probes={"files": files.ready},
            stream_prefix=stream_prefix,
        ) as program:
            if "consume" in settings.runs:
                worker.start("importing prices", lambda: price_import_worker(program.desk).run())
                worker.start("importing listings", lambda: listing_import_worker(program.desk).run())
                worker.start("folding", lambda: _fold_again(program.desk))
                worker.start("bands", lambda: _spread_bands(program.desk))
                worker.start("expiring", lambda: _expire(program.desk))
                worker.start("members", lambda: _end_past_members(program.desk))
                worker.start("packing", lambda: _pack(program.desk))
            try:
                yield program
            finally:
                await worker.stop()
    finally:
        darkroom.close()
        files.close()


async def _fold_again(desk: Desk) -> None:
    """Bring rows of an older folding to this one, soon after the start; later only what a program of before wrote."""
    await asyncio.to_thread(readings, "助")  # opens the book of readings, for which no publication should wait
    while True:
        if rows := await fold_again(desk):
            log.info("listings folded again", rows=rows)
        await asyncio.sleep(FOLD_LOOK_SECONDS)


async def _spread_bands(desk: Desk) -> None:
    """Hold what is on sale against the bands of today."""
    while True:
        if rows := await spread_bands(desk):
            log.info("listings held against new bands", rows=rows)
        await asyncio.sleep(BANDS_LOOK_SECONDS)


async def _expire(desk: Desk) -> None:
    """Say in time which papers end, day by day; first, once, by what suppliers of before can be reached and paid."""
    while True:
        if noted := await note_of_before(desk):
            log.info("contacts noted", suppliers=noted)
        if notices := await expire(desk):
            log.info("endings said", notices=notices)
        await asyncio.sleep(EXPIRE_LOOK_SECONDS)


async def _end_past_members(desk: Desk) -> None:
    """End helpers whose last day has passed, within minutes of midnight."""
    while True:
        if ended := await end_past_members(desk):
            log.info("helpers ended", members=ended)
        await asyncio.sleep(MEMBERS_LOOK_SECONDS)


async def _pack(desk: Desk) -> None:
    """Build packages that were asked for, one at a time, and remove those whose days are over."""
    while True:
        if not (await build_next(desk) or await remove_next(desk)):
            await asyncio.sleep(PACKAGE_LOOK_SECONDS)


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
        title="Zhucai catalog",
        open_it=lambda: opened(settings, clock=clock),
        routers=[
            suppliers.router,
            members.router,
            appeals.router,
            documents.router,
            linked_files.router,
            finding.router,
            fairs.router,
            listings.router,
            listing_imports.router,
            listing_papers.router,
            photos.router,
            capacities.router,
            categories.router,
            filings.router,
            effect.router,
            reminders.router,
            flags.router,
            readiness.router,
            price_bands.router,
            price_changes.router,
            ties.router,
            window.router,
            supply_data.router,
        ],
        verifier=IdentityVerifier(settings.identity_public_key, NAME, clock),
        hot_routes=[Route("/listings", finding.search, methods=["GET"])],
    )


def main() -> None:
    """Serve until told to stop."""
    settings = Settings()
    serve(build(settings), settings.listen, settings, NAME)


if __name__ == "__main__":
    main()
