"""Whoever reads open data slowly keeps nobody from searching, and has no place any more once they are gone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from gateway.api.downloads import PAGES_MAX, TABLES_MAX
from tests.integration.gateway.conftest import Gateway
from tests.integration.gateway.test_signing_in import problem

TABLE = "/supply-data/listings"


class Source:
    """A table of 32 MB, and how many are being written of it."""

    def __init__(self, gateway: Gateway) -> None:
        self.written = 0
        gateway.catalog.says[TABLE] = self._says

    async def _says(self, request: Request) -> Response:
        return StreamingResponse(self._pieces(), media_type="text/csv")

    async def _pieces(self) -> AsyncIterator[bytes]:
        self.written += 1
        try:
            for _ in range(500):
                await asyncio.sleep(0)
                yield b"x" * 65_536
        finally:
            self.written -= 1


async def reader(gateway: Gateway, stack: AsyncExitStack, query: str = "") -> bytes:
    """Begin to read, and read no more than the head until the stack is left; gives the first line."""
    port = int(gateway.url.rpartition(":")[2])
    reading, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
    stack.callback(_leave, reading, writer)
    writer.write(f"GET /api/v1{TABLE}{query} HTTP/1.1\r\nhost: x\r\n\r\n".encode())
    return await asyncio.wait_for(reading.readline(), 10)


def _leave(reading: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """End a connection; its reader is kept until here, because one that nobody keeps takes whatever comes."""
    writer.transport.abort()


class TestSlowReaders:
    async def test_beyond_the_fourth_are_told_when_to_come_again(self, gateway: Gateway) -> None:
        source = Source(gateway)
        async with AsyncExitStack() as stack:
            for _ in range(TABLES_MAX):
                assert (await reader(gateway, stack)).startswith(b"HTTP/1.1 200 ")
            async with gateway.client() as client:
                for query in ("", "?format=csv", "?limit="):
                    refused = await client.get(TABLE + query)
                    assert problem(refused) == (503, "downloads-full")
                    assert refused.headers["retry-after"] == "30"
                assert (await client.get("/listings")).status_code == 200
            assert (source.written, len(gateway.catalog.asked)) == (TABLES_MAX, TABLES_MAX + 1)
            for _ in range(PAGES_MAX):
                assert (await reader(gateway, stack, "?limit=1000")).startswith(b"HTTP/1.1 200 ")
            assert (await reader(gateway, stack, "?limit=1000")).startswith(b"HTTP/1.1 503 ")

    async def test_who_leave_give_their_places_back_and_end_the_work(self, gateway: Gateway) -> None:
        source = Source(gateway)
        for _ in range(2):
            async with AsyncExitStack() as stack:
                for _ in range(TABLES_MAX):
                    assert (await reader(gateway, stack)).startswith(b"HTTP/1.1 200 ")
            async with asyncio.timeout(5):
                while source.written:
                    await asyncio.sleep(0.02)

    async def test_who_read_on_are_cut_off_in_time(self, gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("gateway.api.passage.STREAM_SECONDS", 0.5)
        source = Source(gateway)
        async with AsyncExitStack() as stack:
            await reader(gateway, stack)
            async with asyncio.timeout(5):
                while source.written:
                    await asyncio.sleep(0.02)
