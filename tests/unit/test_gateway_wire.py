"""A request's head that is endless, or that never ends, takes nothing but its own connection."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from typing import Any

import pytest
import uvicorn

from shared.http import wire
from shared.http.wire import BoundedHttp


class Server(uvicorn.Server):
    def capture_signals(self) -> Any:
        return nullcontext()


async def hello(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
    await send({"type": "http.response.body", "body": b"hello"})


@asynccontextmanager
async def talking() -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = Server(uvicorn.Config(hello, http=BoundedHttp, lifespan="off", log_config=None))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    reader, writer = await asyncio.open_connection(*listener.getsockname())
    try:
        yield reader, writer
    finally:
        writer.close()
        server.should_exit = True
        await task


async def answer(reader: asyncio.StreamReader) -> bytes:
    return await asyncio.wait_for(reader.readuntil(b"\r\n"), 5)


class TestAHead:
    async def test_within_the_bounds_is_answered_again_and_again(self) -> None:
        async with talking() as (reader, writer):
            for _ in range(3):
                writer.write(b"GET / HTTP/1.1\r\nhost: x\r\n" + b"a: b\r\n" * 60 + b"\r\n")
                assert await answer(reader) == b"HTTP/1.1 200 OK\r\n"
                await reader.readuntil(b"hello")

    async def test_with_a_large_body_behind_it_is_answered(self) -> None:
        async with talking() as (reader, writer):
            writer.write(b"PUT / HTTP/1.1\r\nhost: x\r\ncontent-length: 200000\r\n\r\n" + b"x" * 200_000)
            assert await answer(reader) == b"HTTP/1.1 200 OK\r\n"

    @pytest.mark.parametrize("piece", [b"a: b\r\n", b"a: " + b"b" * 40_000 + b"\r\n", b"a" * 9_000])
    async def test_that_is_endless_is_refused(self, piece: bytes) -> None:
        async with talking() as (reader, writer):
            writer.write(b"GET / HTTP/1.1\r\nhost: x\r\n")
            for _ in range(80):
                writer.write(piece)
            assert await answer(reader) == b"HTTP/1.1 400 Bad Request\r\n"

    async def test_whose_address_is_endless_is_refused(self) -> None:
        async with talking() as (reader, writer):
            writer.write(b"GET /" + b"a" * 9_000)
            assert await answer(reader) == b"HTTP/1.1 400 Bad Request\r\n"

    @pytest.mark.parametrize("begun", [b"", b"GET / HTTP/1.1\r\nhost: x\r\n"])
    async def test_that_does_not_end_in_time_ends_the_connection(
        self, begun: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(wire, "HEAD_SECONDS_MAX", 0.2)
        async with talking() as (reader, writer):
            writer.write(begun)
            assert await asyncio.wait_for(reader.read(), 5) == b""

    async def test_that_came_in_time_leaves_the_connection_open(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(wire, "HEAD_SECONDS_MAX", 0.2)
        async with talking() as (reader, writer):
            for _ in range(2):
                writer.write(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
                assert await answer(reader) == b"HTTP/1.1 200 OK\r\n"
                await reader.readuntil(b"hello")
                await asyncio.sleep(0.4)


class TestConnections:
    async def test_beyond_the_bound_are_told_to_come_again_and_the_others_go_on(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(wire, "CONNECTIONS_MAX", 1)
        async with talking() as (reader, writer):
            writer.write(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
            assert await answer(reader) == b"HTTP/1.1 200 OK\r\n"
            late_reader, late_writer = await asyncio.open_connection(*writer.get_extra_info("peername"))
            assert await answer(late_reader) == b"HTTP/1.1 503 Service Unavailable\r\n"
            late_writer.close()
            await reader.readuntil(b"hello")
            writer.write(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
            assert await answer(reader) == b"HTTP/1.1 200 OK\r\n"
