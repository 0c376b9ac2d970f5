"""Whatever people do at the door, and whatever breaks behind it, no password, token or link of theirs is in the log."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway.session import COOKIE
from shared.contracts.authority import Role
from shared.ids import new_id
from tests.build.logbook import written_down
from tests.integration.gateway.conftest import PASSWORD, Gateway
from tests.integration.gateway.test_calendars import CANTEEN, linked
from tests.integration.gateway.test_calendars import Orders as Orders
from tests.integration.gateway.test_calendars import orders as orders

WRONG = "four-large-red-ships"


@asynccontextmanager
async def refusing(gateway: Gateway, table: str) -> AsyncIterator[None]:
    """Have the database refuse every new row of a table, and tell the row as it does."""
    await gateway.execute(f"ALTER TABLE {table} ADD CONSTRAINT nothing CHECK (false) NOT VALID")
    try:
        yield
    finally:
        await gateway.execute(f"ALTER TABLE {table} DROP CONSTRAINT nothing")


class TestTheLog:
    @pytest.mark.usefixtures("orders")
    async def test_holds_no_password_token_or_link(self, gateway: Gateway) -> None:
        await gateway.person("li.na", (Role.BUYER, CANTEEN))
        with written_down() as book:
            client = await gateway.signed_in("li.na")
            token = client.headers["authorization"].removeprefix("Bearer ")
            csrf = (await client.get("/me")).json()["csrf_token"]
            _, feed = await linked(gateway)
            async with gateway.client(cookies={COOKIE: token}) as browser, gateway.client() as public:
                await browser.get("/me")
                await public.post("/sessions", json={"account": "li.na", "password": WRONG})
                await public.post("/sessions", content=b'{"account": "li.na", "password": "' + WRONG.encode())

                async def nonsense(request: Request) -> Response:
                    return JSONResponse([1])

                gateway.order.says["/orders"] = nonsense
                assert (await public.get(feed)).status_code >= 500
                async with refusing(gateway, "sessions"):
                    signed = await public.post("/sessions", json={"account": "li.na", "password": PASSWORD})
                    assert signed.status_code == 500
                async with refusing(gateway, "calendars"):
                    put = await client.put(f"/calendars/{new_id()}", json={"organisation_id": str(CANTEEN)})
                    assert put.status_code == 500
            await client.aclose()
        log = book.getvalue()
        link = feed.rpartition("/")[2].removesuffix(".ics")
        assert log.count("CheckViolation") >= 2
        assert len(link) > 20
        for secret in (PASSWORD, WRONG, token, csrf, link, "Failing row", "[parameters: "):
            assert secret not in log, secret
