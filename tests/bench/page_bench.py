"""The catalogue's page of 24 beside FastAPI returning the same bytes, and through the gateway beside without it."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from tests.bench.load import Outcome, request_bytes, run_load
from tests.bench.seed import Seeded
from tests.whole import Whole

SECONDS = 6
CONNECTIONS = 32
PAGE = "/listings?limit=24&sort=price"

BOUND = """
import sys
import uvicorn
from fastapi import FastAPI
from starlette.responses import Response
page = open(sys.argv[1], "rb").read()
app = FastAPI()
@app.get("/listings")
async def listings(limit: int = 24, sort: str = "price"):
    return Response(page, media_type="application/json")
uvicorn.run(app, port=int(sys.argv[2]), loop="uvloop", http="httptools", access_log=False, log_level="error")
"""


async def page_bytes(whole: Whole) -> bytes:
    """Ask the catalogue for its page once."""
    async with httpx.AsyncClient() as client:
        answer = await client.get(whole.env["CATALOG_URL"] + PAGE)
        answer.raise_for_status()
        return answer.content


async def from_service(whole: Whole) -> Outcome:
    return await _ask(whole.env["CATALOG_LISTEN"], request_bytes("GET", PAGE))


async def through_gateway(whole: Whole, seeded: Seeded) -> Outcome:
    """Ask through the gateway, each connection with a session of its own."""
    requests = [
        request_bytes("GET", f"/api/v1{PAGE}", headers={"authorization": f"Bearer {token}"}) for token in seeded.tokens
    ]
    host, _, port = whole.env["GATEWAY_LISTEN"].rpartition(":")
    return await run_load(host, int(port), lambda n: requests[n], connections=CONNECTIONS, seconds=SECONDS)


async def from_bound(folder: Path, page: bytes, port: int) -> Outcome:
    """Ask FastAPI that returns these bytes and does nothing else."""
    async with _bound(folder, page, port):
        return await _ask(f"127.0.0.1:{port}", request_bytes("GET", PAGE))


async def _ask(listen: str, request: bytes) -> Outcome:
    host, _, port = listen.rpartition(":")
    return await run_load(host, int(port), lambda _: request, connections=CONNECTIONS, seconds=SECONDS)


@asynccontextmanager
async def _bound(folder: Path, page: bytes, port: int) -> AsyncIterator[None]:
    (folder / "page.json").write_bytes(page)
    (folder / "bound.py").write_text(BOUND, encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(folder / "bound.py"), str(folder / "page.json"), str(port)
    )
    try:
        async with httpx.AsyncClient() as client, asyncio.timeout(20):
            while True:
                try:
                    await client.get(f"http://127.0.0.1:{port}{PAGE}")
                    break
                except httpx.TransportError:
                    await asyncio.sleep(0.1)
        yield
    finally:
        process.terminate()
        await process.wait()
