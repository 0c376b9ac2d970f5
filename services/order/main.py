"""The order program: its HTTP API, its relay, its consumers and its rounds, chosen here."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI

from services.order.api import ROUTERS
from services.order.api.hot import HOT_ROUTES
from services.order.clients.stripe import StripeCards
from services.order.consumers import SUBSCRIPTIONS
from services.order.settings import Settings
from services.order.store.baskets import reading_line
from services.order.store.placing import placing_line
from services.order.store.stepping import looking_line, stepping_line
from services.order.usecases.desk import Desk
from services.order.usecases.judge_counts import stock_import_worker
from services.order.usecases.rounds import ROUNDS
from shared.app import Program, open_program, serve, service_app
from shared.clock import Clock, SystemClock
from shared.darkroom import Darkroom
from shared.db.unit_of_work import UnitOfWork
from shared.files import S3ObjectStore
from shared.files.links import LinkSigner
from shared.http.identity import IdentityVerifier
from shared.press import Press
from shared.settings import Listen
from shared.worker import Worker

NAME = "order"


@asynccontextmanager
async def opened(settings: Settings, *, clock: Clock | None = None, stream_prefix: str = "") -> AsyncIterator[Program]:
    """Open the program's database, relay and consumers; for `build`, for the demo and for tests."""
    clock = clock or SystemClock()
    files = S3ObjectStore(settings.s3_url, settings.s3_access_key, settings.s3_secret_key, settings.s3_bucket)
    darkroom = Darkroom()
    cards = (
        StripeCards(settings.stripe_api_key, settings.stripe_webhook_secret, base_url=settings.stripe_api_base)
        if settings.stripe_api_key
        else None
    )

    async def make_desk(uow: UnitOfWork) -> Desk:
        return Desk(
            uow=uow,
            clock=clock,
            files=files,
            links=LinkSigner(settings.order_link_key, clock),
            cards=cards,
            ocds_prefix=settings.ocds_prefix,
            public_url=settings.public_url,
            tolerance_bp=settings.order_tolerance_bp,
            approval_days=settings.order_approval_days,
            answer_days=settings.order_answer_days,
            on_site_entry_days=settings.order_on_site_entry_days,
            on_site_answer_days=settings.order_on_site_answer_days,
            closing_days=settings.order_closing_days,
            second_person_fen=settings.order_second_person_fen,
            darkroom=darkroom,
            press=Press(),
            substitute_hours=settings.order_substitute_hours,
            case_reply_days=settings.order_case_reply_days,
            return_days=settings.order_return_days,
            return_reply_days=settings.order_return_reply_days,
            return_escalation_days=settings.order_return_escalation_days,
            ruling_days=settings.order_ruling_days,
            read_to_place=reading_line(uow, settings.order_tolerance_bp),
            place_new=placing_line(uow),
            look_at=looking_line(uow),
            step_on=stepping_line(uow, settings.order_second_person_fen),
        )

    worker = Worker()
    try:
        async with open_program(
            name=NAME,
            settings=settings,
            database_url=settings.order_database_url,
            clock=clock,
            make_desk=make_desk,
            subscriptions=SUBSCRIPTIONS,
            hot=True,
            probes={"files": files.ready},
            stream_prefix=stream_prefix,
        ) as program:
            if "consume" in settings.runs:
                worker.start("importing stock", lambda: stock_import_worker(program.desk).run())
            if "relay" in settings.runs:
                for one in ROUNDS:
                    worker.start(one.name, partial(one.keep_going, program.desk))
            try:
                yield program
            finally:
                await worker.stop()
    finally:
        files.close()
        darkroom.close()
        if cards is not None:
            await cards.close()


def build(settings: Settings, *, clock: Clock | None = None, stream_prefix: str = "") -> FastAPI:
    """Build the program's HTTP application."""
    clock = clock or SystemClock()
    return service_app(
        name=NAME,
        title="Zhucai orders 订单",
        open_it=lambda: opened(settings, clock=clock, stream_prefix=stream_prefix),
        routers=ROUTERS,
        hot_routes=HOT_ROUTES,
        verifier=IdentityVerifier(settings.identity_public_key, NAME, clock),
    )


def main() -> None:
    """Run the program as this process."""
    settings = Settings()
    serve(build(settings), Listen(settings.order_listen), settings, NAME)


if __name__ == "__main__":
    main()
