"""What passes to a service and back, unchanged or not at all."""

import asyncio
import hashlib
import socket
from collections.abc import AsyncIterator
from uuid import UUID

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from gateway.api.table import RoutingTable, WrongMethod
from gateway.usecases.refusals import NoSuchAddress
from shared.contracts.authority import POLICY, Role
from shared.http.identity import IdentitySigner
from shared.ids import new_id
from tests.integration.gateway.conftest import Gateway
from tests.integration.gateway.test_signing_in import problem

LISTING = new_id()
MEGABYTES_10 = 10 * 1024**2


async def raw(gateway: Gateway, request: bytes) -> bytes:
    """Send bytes as they are, and read until the gateway ends the connection or falls silent."""
    port = int(gateway.url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    taken = b""
    try:
        while piece := await asyncio.wait_for(reader.read(65_536), 1.0):
            taken += piece
    except TimeoutError:
        pass
    writer.close()
    return taken


class TestPassing:
    async def test_hands_on_method_address_query_and_body_as_they_came(self, gateway: Gateway) -> None:
        canteen = new_id()
        account_id = await gateway.person("li.na", (Role.BUYER, canteen))
        body = '{"canteen_id":"…",  "lines":[ ]}'.encode()
        async with await gateway.signed_in("li.na") as client:
            answer = await client.put(f"/baskets/{LISTING}?q=%E8%85%8A%E8%82%89&a=1&a=2", content=body)
        assert answer.status_code == 200
        asked = gateway.order.last
        assert (asked.method, asked.target) == ("PUT", f"/baskets/{LISTING}?q=%E8%85%8A%E8%82%89&a=1&a=2")
        assert asked.body == body
        assert asked.identity is not None
        assert asked.identity.account_id == account_id
        assert [(seat.role, seat.organisation_id) for seat in asked.identity.seats] == [(Role.BUYER, canteen)]

    async def test_hands_on_the_answer_as_it_is(self, gateway: Gateway) -> None:
        body = b'{"items": [1,  2], "next":null}'
        told = {"etag": '"7"', "content-language": "zh-CN", "set-cookie": "a=b", "server": "x", "x-inner": "y"}

        async def says(request: Request) -> Response:
            return Response(body, 409, told, "application/problem+json")

        gateway.catalog.says["/listings"] = says
        async with gateway.client() as client:
            answer = await client.get("/listings")
        assert (answer.status_code, answer.content) == (409, body)
        assert (answer.headers["etag"], answer.headers["content-language"]) == ('"7"', "zh-CN")
        assert not {"set-cookie", "server", "x-inner"} & set(answer.headers)

    async def test_hands_in_only_headers_that_are_named(self, gateway: Gateway) -> None:
        forged = {
            "x-forwarded-for": "10.0.0.1",
            "x-request-id": "019a0000-0000-7000-8000-00000000beef",
            "x-account-id": "1",
            "cookie": "a=b",
            "stripe-signature": "forged",
            "connection": "x-inner",
            "x-inner": "y",
            "idempotency-key": "k",
            "accept-language": "en",
        }
        async with gateway.client(headers=forged) as client:
            answer = await client.get("/listings")
        asked = gateway.catalog.last
        assert set(asked.headers) == {"host", "accept", "accept-language", "idempotency-key", "x-request-id"}
        assert asked.headers["x-request-id"] == answer.headers["x-request-id"] != forged["x-request-id"]
        assert UUID(asked.headers["x-request-id"]).version == 7

    async def test_passes_a_webhook_raw_and_without_an_identity(self, gateway: Gateway) -> None:
        await gateway.person("li.na")
        async with await gateway.signed_in("li.na", headers={"stripe-signature": "t=1,v1=abc"}) as client:
            await client.post("/webhooks/stripe", content=b'{ "id":"evt_1" }')
        asked = gateway.order.last
        assert (asked.target, asked.body) == ("/webhooks/stripe", b'{ "id":"evt_1" }')
        assert asked.headers["stripe-signature"] == "t=1,v1=abc"
        assert asked.identity is None
        assert "authorization" not in asked.headers

    async def test_signs_once_for_a_session_and_anew_when_a_seat_is_given(self, gateway: Gateway) -> None:
        await gateway.person("li.na", (Role.SUPPLIER, new_id()))
        async with await gateway.signed_in("li.na") as client:
            for _ in range(3):
                await client.get("/listings")
            await client.get("/orders")
        tokens = {asked.headers["authorization"] for asked in gateway.catalog.asked}
        assert len(tokens) == 1
        assert gateway.order.last.headers["authorization"] not in tokens


class TestTenMegabytes:
    async def test_stream_in(self, gateway: Gateway) -> None:
        await gateway.person("li.na")
        digest = hashlib.sha256()

        async def pieces() -> AsyncIterator[bytes]:
            for number in range(160):
                piece = bytes([number]) * 65_536
                digest.update(piece)
                yield piece

        for headers in ({"content-length": str(MEGABYTES_10)}, {}):
            digest = hashlib.sha256()
            async with await gateway.signed_in("li.na", headers={"content-type": "image/jpeg", **headers}) as client:
                answer = await client.put(f"/listings/{LISTING}/photos/{LISTING}", content=pieces())
            assert answer.status_code == 200
            asked = gateway.catalog.last
            assert (asked.body_bytes, asked.body_sha256) == (MEGABYTES_10, digest.hexdigest())

    async def test_stream_out(self, gateway: Gateway) -> None:
        async def pieces() -> AsyncIterator[bytes]:
            for number in range(160):
                yield bytes([number]) * 65_536

        async def says(request: Request) -> Response:
            return StreamingResponse(pieces(), media_type="image/jpeg", headers={"cache-control": "public, max-age=9"})

        path = f"/listings/{LISTING}/photos/{LISTING}"
        gateway.catalog.says[path] = says
        digest, size = hashlib.sha256(), 0
        async with gateway.client() as client, client.stream("GET", path) as answer:
            async for piece in answer.aiter_bytes():
                digest.update(piece)
                size += len(piece)
        expected = hashlib.sha256(b"".join(bytes([number]) * 65_536 for number in range(160))).hexdigest()
        assert (size, digest.hexdigest()) == (MEGABYTES_10, expected)
        assert answer.headers["cache-control"] == "public, max-age=9"

    async def test_are_refused_where_one_is_the_bound(self, gateway: Gateway) -> None:
        await gateway.person("li.na")

        async def pieces() -> AsyncIterator[bytes]:
            for _ in range(160):
                yield b" " * 65_536

        async with await gateway.signed_in("li.na", headers={"content-type": "application/json"}) as client:
            declared = await client.put(f"/baskets/{LISTING}", content=b" " * (1024**2 + 1))
            assert problem(declared) == (413, "body-too-large")
            in_pieces = await client.put(f"/baskets/{LISTING}", content=pieces())
            assert problem(in_pieces) == (413, "body-too-large")
        assert all(asked.body_bytes < 1024**2 for asked in gateway.order.asked)

    async def test_break_off_visibly_when_the_service_dies(self, gateway: Gateway) -> None:
        async def pieces() -> AsyncIterator[bytes]:
            yield b"x" * 500_000
            raise ConnectionAbortedError

        async def says(request: Request) -> Response:
            return StreamingResponse(pieces(), headers={"content-length": str(MEGABYTES_10)})

        path = f"/listings/{LISTING}/photos/{LISTING}"
        gateway.catalog.says[path] = says
        async with gateway.client() as client:
            with pytest.raises(httpx.RemoteProtocolError):
                await client.get(path)
            assert (await client.get("/listings")).status_code == 200


class TestAServiceThatIsAway:
    async def test_is_a_problem_that_names_it(self, gateway: Gateway) -> None:
        async def says(request: Request) -> Response:
            raise ConnectionAbortedError

        async def cut(request: Request) -> Response:
            async def pieces() -> AsyncIterator[bytes]:
                yield b"{"
                raise ConnectionAbortedError

            return StreamingResponse(pieces(), headers={"content-length": "1000"})

        gateway.catalog.says["/listings"] = cut
        async with gateway.client(headers={"accept-language": "en"}) as client:
            answer = await client.get("/listings")
            assert problem(answer) == (503, "service-unavailable")
            assert answer.json()["service"] == "catalog"
            assert answer.headers["retry-after"] == "1"
            gateway.catalog.says.clear()
            assert (await client.get("/listings")).status_code == 200


class TestAddresses:
    def test_lead_where_the_policy_says_and_nowhere_else(self) -> None:
        table = RoutingTable()
        for name, operation in POLICY.items():
            path = "/".join("019a" if part.startswith("{") else part for part in operation.path.split("/"))
            assert table.find(operation.method, path).name == name
            with pytest.raises(WrongMethod):
                table.find("PATCH", path)
            with pytest.raises(NoSuchAddress):
                table.find(operation.method, path + "/")
            with pytest.raises(NoSuchAddress):
                table.find(operation.method, path + "/more/than/that")

    @pytest.mark.parametrize(
        "path",
        [
            "/internal/quota-previews",
            "/listings/../internal/quota-previews",
            "/listings/%2e%2e/internal",
            "/listings/..%2finternal%2fquota-previews",
            "/listings//",
            "/listings/a%00b",
            "/listings/%E4%B8%AD",
            "/health/ready",
            "",
            "/",
            "/listings/" + "a" * 65,
        ],
    )
    async def test_that_nobody_named_answer_404(self, gateway: Gateway, path: str) -> None:
        told = await raw(gateway, f"GET /api/v1{path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".encode())
        assert told.startswith(b"HTTP/1.1 404 ")
        assert b"application/problem+json" in told
        assert [asked for upstream in gateway.upstreams.values() for asked in upstream.asked] == []

    async def test_answer_405_to_another_method(self, gateway: Gateway) -> None:
        async with gateway.client() as client:
            answer = await client.request("PATCH", f"/listings/{LISTING}")
            assert problem(answer) == (405, "method-not-allowed")
            assert answer.headers["allow"] == "GET, PUT"
            assert (await client.request("HEAD", "/listings")).status_code == 405
            assert (await client.post("/openapi.json")).status_code == 405

    async def test_are_for_those_who_signed_in_unless_public(self, gateway: Gateway) -> None:
        async with gateway.client() as client:
            answer = await client.get("/orders")
        assert problem(answer) == (401, "not-signed-in")
        assert answer.headers["www-authenticate"] == "Bearer"
        assert gateway.order.asked == []


class TestForgery:
    async def test_a_token_of_the_inside_opens_nothing_outside(self, gateway: Gateway) -> None:
        await gateway.person("li.na", (Role.BUYER, new_id()))
        async with await gateway.signed_in("li.na") as client:
            await client.get("/orders")
            inner = gateway.order.last.headers["authorization"]
        gateway.order.asked.clear()
        async with gateway.client(headers={"authorization": inner}) as client:
            assert problem(await client.get("/orders")) == (401, "session-ended")
        assert gateway.order.asked == []

    @pytest.mark.parametrize("token", ["Bearer x", "Bearer " + "A" * 43, "Basic bGk6bmE=", "Bearer", ""])
    async def test_a_token_that_is_none_is_refused_even_where_anyone_may(self, gateway: Gateway, token: str) -> None:
        async with gateway.client(headers={"authorization": token}) as client:
            assert problem(await client.get("/listings")) == (401, "session-ended")
        assert gateway.catalog.asked == []

    async def test_another_key_does_not_sign(self, gateway: Gateway) -> None:
        foreign = IdentitySigner(b"x" * 32, gateway.clock)
        await gateway.person("li.na")
        async with await gateway.signed_in("li.na") as client:
            await client.get("/listings")
        identity = gateway.catalog.last.identity
        assert identity is not None
        async with gateway.client(headers={"authorization": f"Bearer {foreign.sign(identity, 'catalog')}"}) as client:
            assert (await client.get("/listings")).status_code == 401

    @pytest.mark.parametrize(
        "request_head",
        [
            b"GET /api/v1/listings HTTP/1.1\r\nhost: x\r\nidempotency-key: a\rauthorization: Bearer b\r\n",
            b"GET /api/v1/listings HTTP/1.1\r\nhost: x\r\nidempotency-key: a\x00b\r\n",
            b"GET /api/v1/listings HTTP/1.1\r\nhost: x\r\naccept : y\r\n",
            b"GET /api/v1/listings\x0b HTTP/1.1\r\nhost: x\r\n",
            b"POST /api/v1/sessions HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n",
            b"POST /api/v1/sessions HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n",
            b"GET /api/v1/listings?" + b"a" * 9000 + b" HTTP/1.1\r\nhost: x\r\n",
            b"GET /api/v1/listings HTTP/1.1\r\n" + b"a: b\r\n" * 100,
            b"GET /api/v1/listings HTTP/1.1\r\na: " + b"b" * 70_000 + b"\r\n",
        ],
    )
    async def test_heads_that_mean_two_things_or_never_end_are_refused(
        self, gateway: Gateway, request_head: bytes
    ) -> None:
        told = await raw(gateway, request_head + b"\r\n0\r\n\r\n")
        assert told.startswith(b"HTTP/1.1 400 "), told[:200]
        assert gateway.catalog.asked == []
        assert await gateway.rows("sign_in_attempts") == 0

    @pytest.mark.parametrize("letter", [b"\xff", b"\xe8\x85\x8a", b"\x7f"])
    async def test_an_address_that_is_not_written_as_one_is_refused(self, gateway: Gateway, letter: bytes) -> None:
        told = await raw(
            gateway, b"GET /api/v1/listings?q=" + letter + b" HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
        )
        assert told.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 422 "))
        assert gateway.catalog.asked == []

    async def test_a_header_twice_is_refused(self, gateway: Gateway) -> None:
        twice = b"content-type: image/png\r\ncontent-type: application/json\r\n"
        told = await raw(
            gateway, b"GET /api/v1/listings HTTP/1.1\r\nhost: x\r\nconnection: close\r\n" + twice + b"\r\n"
        )
        assert told.startswith(b"HTTP/1.1 422 ")
        assert b"header-repeated" in told
        assert gateway.catalog.asked == []


class TestAReaderWhoLeaves:
    async def test_ends_the_service_s_work_too(self, gateway: Gateway) -> None:
        await gateway.person("li.na")
        async with await gateway.signed_in("li.na") as client:
            bearer = client.headers["authorization"]
        port = int(gateway.url.rpartition(":")[2])
        connection = socket.create_connection(("127.0.0.1", port))
        head = f"PUT /api/v1/listings/{LISTING}/photos/{LISTING} HTTP/1.1\r\nhost: x\r\nauthorization: {bearer}\r\n"
        await asyncio.to_thread(
            connection.sendall, (head + "content-type: image/jpeg\r\ncontent-length: 5000000\r\n\r\n").encode()
        )
        await asyncio.to_thread(connection.sendall, b"x" * 400_000)
        await asyncio.sleep(0.2)
        connection.close()
        await asyncio.sleep(0.2)
        assert gateway.catalog.asked == []
        async with gateway.client() as client:
            assert (await client.get("/listings")).status_code == 200

    async def test_or_falls_silent_is_not_waited_for(self, gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("gateway.api.passage.PIECE_SECONDS", 0.2)
        await gateway.person("li.na")
        async with await gateway.signed_in("li.na") as client:
            bearer = client.headers["authorization"]
        for length in (1_000, 5_000_000):
            head = f"PUT /api/v1/listings/{LISTING}/photos/{LISTING} HTTP/1.1\r\nhost: x\r\nauthorization: {bearer}\r\n"
            told = await raw(
                gateway, (head + f"content-type: image/jpeg\r\ncontent-length: {length}\r\n\r\nxx").encode()
            )
            assert told.startswith(b"HTTP/1.1 408 ")
            assert b"/problems/too-slow" in told
        assert gateway.catalog.asked == []
