"""A program is one HTTP application, one relay and its consumers, opened and closed together.

A service's `main.py` chooses and calls `open_program`; `serve` runs it as a process, tests and the demo open it in
their own.
"""

import gc
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
import uvicorn
from fastapi import APIRouter, FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from shared.clock import Clock
from shared.db.engine import GENERIC_PLANS, make_engine, make_hot_pool
from shared.db.hot_pool import HotPool
from shared.db.unit_of_work import UnitOfWork
from shared.events.broker import Broker
from shared.events.consumer import Consumer, Subscription
from shared.events.relay import Relay
from shared.http import problems
from shared.http.answers import json_answer
from shared.http.door import Door
from shared.http.hot import HotApp
from shared.http.identity import IdentityVerifier
from shared.http.wire import BoundedHttp
from shared.logs import configure_logging, logger
from shared.settings import Listen, ProgramSettings
from shared.telemetry import Telemetry
from shared.worker import Worker

log = logger(__name__)

Probe = Callable[[], Awaitable[bool]]
MakeDesk = Callable[[UnitOfWork], Awaitable[Any]]


@dataclass
class Program:
    """One opened program: its database, its broker, what its use cases may reach for, and its tasks."""

    name: str
    clock: Clock
    uow: UnitOfWork
    broker: Broker
    telemetry: Telemetry
    desk: Any
    consumers: list[Consumer] = field(default_factory=list)
    probes: dict[str, Probe] = field(default_factory=dict)

    async def ready(self) -> dict[str, bool]:
        """Ask each part that this program needs."""
        answers = {"database": await self._database(), "broker": self.broker.connected()}
        for name, probe in self.probes.items():
            answers[name] = await probe()
        return answers

    async def _database(self) -> bool:
        try:
            async with self.uow.glance() as tx:
                return bool(await tx.value(sa.text("SELECT true")))
        except Exception as error:  # noqa: BLE001 - a probe's answer is yes or no
            log.warning("probe.database", error=repr(error)[:300])
            return False


@asynccontextmanager
async def open_program(
    *,
    name: str,
    settings: ProgramSettings,
    database_url: str,
    clock: Clock,
    make_desk: MakeDesk,
    subscriptions: Mapping[str, Sequence[Subscription]],
    hot: bool = False,
    hot_plans: str = GENERIC_PLANS,
    probes: Mapping[str, Probe] | None = None,
    stream_prefix: str = "",
) -> AsyncIterator[Program]:
    """Open a program's database and start its relay and consumers; closes all of it at the end of the block.

    The broker is connected in the background and for as long as it takes: a program without it still answers,
    and its outbox keeps what it says. `subscriptions` is by stream. `hot_plans` is the hot pool's `plan_cache_mode`.
    """
    telemetry = Telemetry(name)
    most, wait = settings.pool_connections_max, settings.commits_wait
    engine = make_engine(database_url, program=name, connections_max=most, commits_wait=wait)
    pool: HotPool | None = None
    if hot:
        pool = await make_hot_pool(database_url, program=name, connections_max=most, plans=hot_plans, commits_wait=wait)
    uow = UnitOfWork(engine, source=name, clock=clock, hot_pool=pool)
    broker = Broker(settings.nats_url, program=name, prefix=stream_prefix or settings.stream_prefix)
    worker = Worker()
    try:
        desk = await make_desk(uow)
        program = Program(name, clock, uow, broker, telemetry, desk, probes=dict(probes or {}))
        program.consumers = [
            Consumer(
                program=name,
                stream=stream,
                subscriptions=subs,
                desk=desk,
                uow=uow,
                broker=broker,
                telemetry=telemetry,
            )
            for stream, subs in subscriptions.items()
        ]
        worker.start("link", _link(program, worker, settings.runs))
        yield program
    finally:
        await worker.stop()
        await broker.close()
        if pool is not None:
            await pool.close()
        await engine.dispose()


def _link(program: Program, worker: Worker, runs: frozenset[str]) -> Callable[[], Awaitable[None]]:
    async def link() -> None:
        if not program.broker.connected():
            await program.broker.connect()
        if "relay" in runs:
            worker.start("relay", Relay(program.uow, program.broker, program.telemetry).run)
        if "consume" in runs:
            for consumer in program.consumers:
                worker.start(consumer.name, consumer.run)
        await worker.forever()

    return link


def service_app(
    *,
    name: str,
    title: str,
    open_it: Callable[[], AbstractAsyncContextManager[Program]],
    routers: Sequence[APIRouter],
    verifier: IdentityVerifier,
    hot_routes: Sequence[Route] = (),
) -> FastAPI:
    """Make the HTTP application of a service; its `state.desk` and `state.program` exist while it is open.

    `hot_routes` are asked before all others: a bare Starlette route to the same endpoint as one of a router's, which
    then only describes it.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_it() as program:
            app.state.program = program
            app.state.desk = program.desk
            yield

    app = HotApp(title=title, version="1", lifespan=lifespan, docs_url=None, redoc_url=None, strict_content_type=False)
    app.state.verifier = verifier
    problems.install(app)
    for router in routers:
        app.include_router(router)
    add_health(app)
    app.add_middleware(Door, program=name)
    app.add_hot(hot_routes, program=name)
    return app


def add_health(app: Starlette) -> None:
    """Add `/health/live`, `/health/ready` and `/metrics`, for whoever runs this program."""

    async def live(request: Request) -> Response:
        return PlainTextResponse("live")

    async def ready(request: Request) -> Response:
        answers = await request.app.state.program.ready()
        return json_answer({"ready": all(answers.values()), "parts": answers}, 200 if all(answers.values()) else 503)

    async def metrics(request: Request) -> Response:
        return PlainTextResponse(request.app.state.program.telemetry.page().decode())

    app.add_route("/health/live", live, include_in_schema=False)
    app.add_route("/health/ready", ready, include_in_schema=False)
    app.add_route("/metrics", metrics, include_in_schema=False)


def serve(app: Any, listen: Listen, settings: ProgramSettings, program: str, *, behind_proxy: bool = False) -> None:
    """Serve until SIGTERM or SIGINT; requests under way get ten seconds to end.

    `behind_proxy`: whether another server may stand before it and tell whose address it is (FORWARDED_ALLOW_IPS).
    """
    configure_logging(program, level=settings.log_level, as_json=settings.log_format == "json")
    leave_the_lasting_alone()
    uvicorn.run(
        app,
        host=listen.host,
        port=listen.port,
        loop="uvloop",
        http=BoundedHttp,
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=behind_proxy,
        date_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=10,
        backlog=1024,
    )


def leave_the_lasting_alone() -> None:
    """Keep what was imported out of the garbage collector's rounds, and let it look seldom.

    Measured: a whole round over half a million lasting objects holds every request for up to 0.3 s.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
