"""What nobody foresaw is recorded by its route's template: a path may hold a secret, as a calendar's link does."""

import httpx
import pytest
from fastapi import APIRouter
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from structlog.testing import capture_logs

from gateway.api.door import ApiDoor
from gateway.api.guard import Surprises
from gateway.session import Session
from shared.http import problems
from shared.http.hot import HotApp

SECRET = "c2VjcmV0LW9mLWEtY2FsZW5kYXI"


async def broken(request: Request) -> Response:
    raise ZeroDivisionError


async def broken_feed(request: Request, session: Session | None) -> Response:
    raise ZeroDivisionError


def gateway() -> Starlette:
    return Starlette(
        routes=[Route("/pages/{secret}", broken)],
        middleware=[Middleware(Surprises), Middleware(ApiDoor, own={"get_calendar_feed": broken_feed}, plain={})],
    )


def service() -> HotApp:
    cold = APIRouter(prefix="/cold")

    @cold.get("/{secret}")
    async def fail(secret: str) -> None:
        raise ZeroDivisionError

    made = HotApp()
    problems.install(made)
    made.include_router(cold)
    made.add_hot([Route("/hot/{secret}", broken, methods=["GET"])], program="test")
    return made


class TestWhatIsRecorded:
    @pytest.mark.parametrize(
        ("app", "before", "path"),
        [
            (gateway, "/api/v1/calendar-feeds/", "/calendar-feeds/{feed_token}"),
            (gateway, "/pages/", "/pages/{secret}"),
            (service, "/hot/", "/hot/{secret}"),
            (service, "/cold/", "/cold/{secret}"),
        ],
    )
    async def test_is_the_template_and_no_secret(self, app: type[Starlette], before: str, path: str) -> None:
        transport = httpx.ASGITransport(app=app(), raise_app_exceptions=False)
        with capture_logs() as told:
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                assert (await client.get(f"{before}{SECRET}")).status_code == 500
        recorded = [one for one in told if one["event"] == "unexpected"]
        assert [one["path"] for one in recorded] == [path]
        assert SECRET not in str([{**one, "exc_info": None} for one in told])
