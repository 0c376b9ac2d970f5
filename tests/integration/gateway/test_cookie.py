"""A browser's cookie alone changes nothing; and every answer tells a browser what it may do with it."""

import re

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from gateway.api.guard import Guard
from gateway.session import COOKIE, check_form, check_same_site, current, required, set_cookie, sign_in, sign_out
from shared.contracts.authority import Role
from shared.ids import new_id
from tests.integration.gateway.conftest import PASSWORD, Gateway
from tests.integration.gateway.test_signing_in import problem

OWN_ORIGIN = "http://zhucai.test"


async def in_browser(gateway: Gateway, account: str) -> tuple[httpx.AsyncClient, str]:
    """Sign in as a browser that holds the cookie; gives its CSRF token too."""
    bearer = await gateway.signed_in(account)
    token = bearer.headers["authorization"].removeprefix("Bearer ")
    csrf = (await bearer.get("/me")).json()["csrf_token"]
    return gateway.client(cookies={COOKIE: token}), csrf


class TestACookie:
    async def test_reads_without_more(self, gateway: Gateway) -> None:
        await gateway.person("li.na")
        client, _ = await in_browser(gateway, "li.na")
        assert (await client.get("/me")).json()["account"] == "li.na"

    @pytest.mark.parametrize(
        ("headers", "status"),
        [
            ({}, 403),
            ({"x-csrf-token": "forged"}, 403),
            ({"origin": "http://evil.test"}, 403),
            ({"origin": "null"}, 403),
            ({"sec-fetch-site": "cross-site", "origin": OWN_ORIGIN}, 403),
            ({"sec-fetch-site": "same-site"}, 403),
            ({"origin": OWN_ORIGIN}, 200),
            ({"sec-fetch-site": "same-origin"}, 200),
        ],
    )
    async def test_writes_only_from_our_own_pages(self, gateway: Gateway, headers: dict[str, str], status: int) -> None:
        await gateway.person("li.na", (Role.BUYER, new_id()))
        client, _ = await in_browser(gateway, "li.na")
        answer = await client.put(f"/baskets/{new_id()}", json={}, headers=headers)
        assert answer.status_code == status
        assert len(gateway.order.asked) == (1 if status == 200 else 0)
        if status == 403:
            assert problem(answer) == (403, "not-from-here")

    async def test_writes_with_the_token_of_its_session_and_of_no_other(self, gateway: Gateway) -> None:
        await gateway.person("li.na")
        client, csrf = await in_browser(gateway, "li.na")
        other, _ = await in_browser(gateway, "li.na")
        with_token = {"x-csrf-token": csrf}
        assert (await client.put(f"/baskets/{new_id()}", json={}, headers=with_token)).status_code == 200
        assert (await other.put(f"/baskets/{new_id()}", json={}, headers=with_token)).status_code == 403

    async def test_that_is_dead_leaves_the_public_s_pages_open(self, gateway: Gateway) -> None:
        client = gateway.client(cookies={COOKIE: "A" * 43})
        assert (await client.get("/listings")).status_code == 200
        assert problem(await client.get("/me")) == (401, "not-signed-in")

    async def test_is_not_needed_with_a_bearer_token(self, gateway: Gateway) -> None:
        await gateway.person("li.na")
        async with await gateway.signed_in("li.na", headers={"origin": "http://evil.test"}) as client:
            assert (await client.put(f"/baskets/{new_id()}", json={})).status_code == 200


class TestAPage:
    """`gateway/session.py` as pages use it, on a page of its own before the same sessions."""

    def _client(self, gateway: Gateway) -> httpx.AsyncClient:
        async def opens(request: Request) -> Response:
            check_same_site(request)
            response = PlainTextResponse("in")
            set_cookie(request, response, await sign_in(request, "li.na", PASSWORD))
            return response

        async def tells(request: Request) -> Response:
            session = await current(request)
            return PlainTextResponse(session.csrf if session else "nobody")

        async def acts(request: Request) -> Response:
            session = await required(request)
            check_form(request, session, request.query_params.get("csrf", ""))
            return PlainTextResponse("done")

        async def ends(request: Request) -> Response:
            await sign_out(request)
            return PlainTextResponse("out")

        app = Starlette(
            routes=[
                Route("/in", opens, methods=["POST"]),
                Route("/tell", tells),
                Route("/act", acts, methods=["POST"]),
                Route("/out", ends, methods=["POST"]),
            ]
        )
        app.state.sessions = gateway.sessions
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url=OWN_ORIGIN)

    async def test_signs_in_acts_and_signs_out(self, gateway: Gateway) -> None:
        await gateway.person("li.na")
        client = self._client(gateway)
        cookie = (await client.post("/in")).headers["set-cookie"]
        assert re.fullmatch(
            rf"{COOKIE}=[\w-]{{43}}; expires=[^;]+; HttpOnly; Path=/; SameSite=lax", cookie, re.IGNORECASE
        )
        csrf = (await client.get("/tell")).text
        assert (await client.post("/act", params={"csrf": csrf})).text == "done"
        assert (await client.post("/act", params={"csrf": "x"})).status_code == 500
        cross = {"sec-fetch-site": "cross-site"}
        assert (await client.post("/act", params={"csrf": csrf}, headers=cross)).status_code == 500
        await client.post("/out")
        assert (await client.get("/tell")).text == "nobody"

    async def test_is_not_signed_in_by_another_site(self, gateway: Gateway) -> None:
        await gateway.person("li.na")
        client = self._client(gateway)
        assert (await client.post("/in", headers={"origin": "http://evil.test"})).status_code == 500
        assert await gateway.rows("sessions") == 0


class TestEveryAnswer:
    async def test_carries_the_security_headers(self, gateway: Gateway) -> None:
        async with httpx.AsyncClient(base_url=gateway.url) as client:
            for path in ("/api/v1/listings", "/api/v1/nothing", "/api/v1/orders", "/api/nothing"):
                headers = (await client.get(path)).headers
                assert headers["content-security-policy"].startswith("default-src 'none'; base-uri 'none'")
                assert "frame-ancestors 'none'" in headers["content-security-policy"]
                assert headers["x-content-type-options"] == "nosniff"
                assert headers["cache-control"] == "no-store"
                assert headers["referrer-policy"] == "no-referrer"
                assert "strict-transport-security" not in headers
            page = (await client.get("/health/live")).headers["content-security-policy"]
            assert "script-src 'self'" in page
            assert "unsafe" not in page
            assert "frame-ancestors 'none'" in page

    async def test_of_a_private_operation_is_stored_by_nobody(self, gateway: Gateway) -> None:
        async def says(request: Request) -> Response:
            return Response(b"{}", headers={"cache-control": "public, max-age=600"})

        gateway.order.says["/orders"] = says
        await gateway.person("li.na")
        async with await gateway.signed_in("li.na") as client:
            assert (await client.get("/orders")).headers["cache-control"] == "no-store"

    async def test_asks_for_https_from_then_on_where_there_is_https(self) -> None:
        async def hello(scope: Scope, receive: Receive, send: Send) -> None:
            await PlainTextResponse("hello")(scope, receive, send)

        transport = httpx.ASGITransport(Guard(hello, is_https=True))
        async with httpx.AsyncClient(transport=transport, base_url="https://zhucai.test") as client:
            answer = await client.get("/")
        assert answer.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"
