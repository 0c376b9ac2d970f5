"""The gateway is one program: pages and the JSON API, before three services that strangers cannot reach."""

import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response

from gateway import pages
from gateway.api.calendars import CALENDARS
from gateway.api.door import ApiDoor
from gateway.api.guard import Guard, Surprises
from gateway.api.hooks import HOOKS
from gateway.api.notices import NOTICES
from gateway.api.openapi import OpenApi
from gateway.api.own import OWN
from gateway.api.people import PEOPLE
from gateway.api.window import WINDOW
from gateway.clients.charts import ChartDrawer
from gateway.clients.hooks import Hooks
from gateway.clients.mail import Mailer
from gateway.clients.services import Services
from gateway.consumers import SUBSCRIPTIONS
from gateway.pages.anyone import sitemap
from gateway.session import Sessions
from gateway.settings import Settings
from gateway.usecases.desk import Desk
from gateway.usecases.linked_data import Site
from gateway.usecases.passwords import Passwords
from gateway.usecases.refusals import NoSuchAddress
from gateway.usecases.rounds import ROUNDS
from gateway.usecases.strangers import Strangers
from shared.app import Program, add_health, open_program, serve
from shared.clock import Clock, SystemClock
from shared.db.unit_of_work import UnitOfWork
from shared.errors import Invalid, Refusal
from shared.http.client import ServiceClient
from shared.http.door import Door
from shared.http.identity import IdentitySigner
from shared.http.problems import MethodNotAllowed, language_of, problem_response, status_of
from shared.worker import Worker

NAME = "gateway"


@asynccontextmanager
async def opened(settings: Settings, *, clock: Clock | None = None, stream_prefix: str = "") -> AsyncIterator[Program]:
    """Open the gateway's database, its consumers and its connections to the services; its desk is a `Desk`."""
    clock = clock or SystemClock()
    clients = {name: ServiceClient(url, service=name) for name, url in settings.service_urls.items()}
    services = Services(clients, IdentitySigner(settings.identity_private_key, clock), clock)
    passwords = Passwords()
    hooks = Hooks()
    mailer = Mailer(settings.smtp_url, settings.smtp_from) if settings.smtp_url else None
    secret = hmac.new(settings.identity_private_key, b"zhucai gateway digests", hashlib.sha256).digest()

    async def make_desk(uow: UnitOfWork) -> Desk:
        return Desk(
            uow=uow,
            clock=clock,
            passwords=passwords,
            services=services,
            mailer=mailer,
            hooks=hooks,
            public_url=settings.public_url,
            secret=secret,
        )

    try:
        async with open_program(
            name=NAME,
            settings=settings,
            database_url=settings.gateway_database_url,
            clock=clock,
            make_desk=make_desk,
            subscriptions=SUBSCRIPTIONS,
            probes={name: partial(services.ready, name) for name in clients},
            stream_prefix=stream_prefix,
        ) as program:
            yield program
    finally:
        passwords.close()
        await hooks.close()
        await services.close()


def build(settings: Settings, *, clock: Clock | None = None, stream_prefix: str = "") -> Starlette:
    """Make the application; while it is open its `state` has program, desk, services and sessions."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with opened(settings, clock=clock, stream_prefix=stream_prefix) as program:
            worker = Worker()
            app.state.program = program
            app.state.desk = program.desk
            app.state.services = program.desk.services
            app.state.charts = ChartDrawer()
            app.state.sessions = Sessions(program.desk, public_url=settings.public_url)
            worker.start("sessions", app.state.sessions.hear)
            if "consume" in settings.runs:
                for one in ROUNDS:
                    worker.start(one.name, partial(one.keep_going, program.desk))
            try:
                yield
            finally:
                await worker.stop()

    app = Starlette(
        lifespan=lifespan,
        middleware=[
            Middleware(Guard, is_https=settings.is_https),
            Middleware(Door, program=NAME, trust_request_id=False),
            Middleware(Surprises),
            Middleware(
                ApiDoor,
                own={**OWN, **PEOPLE, **NOTICES, **CALENDARS, **HOOKS, **WINDOW},
                plain={"/openapi.json": OpenApi()},
            ),
        ],
        exception_handlers={Refusal: _on_refusal, HTTPException: _on_http},
    )
    app.state.refuse = _refuse
    app.state.help_phone = settings.help_phone
    app.state.strangers = Strangers(clock or SystemClock())
    app.state.site = Site(settings.public_url)
    add_health(app)
    app.router.routes.extend([*pages.routes, *sitemap.routes])
    return app


async def _on_refusal(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return await _refuse(request, error, status_of(error))


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    known: Refusal = NoSuchAddress() if error.status_code == 404 else MethodNotAllowed(method=request.method)
    if error.status_code not in (404, 405):
        known = Invalid(reason=str(error.detail))
    response = await _refuse(request, known, error.status_code)
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    return response


async def _refuse(request: Request, refusal: Refusal, status: int) -> Response:
    """Answer a refusal as a problem document to a program, as a page to a person."""
    if request.scope["path"].startswith(("/api/", "/health/", "/metrics")):
        return problem_response(refusal, language=language_of(request.headers), status=status)
    return await pages.refused(request, refusal, status=status)


def main() -> None:
    """Run the gateway as a process."""
    settings = Settings()
    serve(build(settings), settings.listen, settings, NAME, behind_proxy=True)


if __name__ == "__main__":
    main()
