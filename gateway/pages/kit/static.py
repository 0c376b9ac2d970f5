"""What a browser may keep: the style sheet and the script, joined from files by concern, and a few small files.

Decision: plain CSS and plain JavaScript, joined at the first request and nowhere built. Why: a clone needs no build
step, and what is read here is what a browser gets. Price: some bytes that a minifier would save; a test holds both
together below their bound.

Decision: where there is no network, a worker answers by itself only for the pages by which goods are received, and
keeps at most twelve of them for three days; what was weighed waits in the browser's own database and is sent as the
form it was. Why: a loading dock has no network, and every other page is worth nothing when it is old. Price: who opens
another page there reads that there is no network. What is kept is forgotten when somebody else, or nobody, signs in.
"""

import hashlib
from functools import cache

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Message, Receive, Scope, Send

from gateway.pages.kit.render import GATEWAY_DIR, STATIC_DIR

SHEETS = ("tokens", "page", "pieces", "forms", "lists", "charts", "small", "print")
"""In this order: a later one may change what an earlier one said."""
WORKER_POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
OFFLINE = "/offline"
KEEP = "public, max-age=31536000, immutable"
KEEP_A_DAY = "public, max-age=86400"


@cache
def sheet() -> bytes:
    """Give the whole style sheet."""
    return b"\n".join((GATEWAY_DIR / "sheets" / f"{name}.css").read_bytes() for name in SHEETS)


@cache
def script() -> bytes:
    """Give the whole script; each file is a block of its own, so that no name of one is another's."""
    files = sorted((GATEWAY_DIR / "scripts").glob("*.js"))
    return b'"use strict";\n' + b"\n".join(b"{\n" + path.read_bytes() + b"}" for path in files)


def _address(path: str, content: bytes) -> str:
    return f"{path}?v={hashlib.sha256(content).hexdigest()[:12]}"


@cache
def css_url() -> str:
    """Give the address of the style sheet, which changes with its content."""
    return _address("/static/zhucai.css", sheet())


@cache
def script_url() -> str:
    """Give the address of the script, which changes with its content."""
    return _address("/static/zhucai.js", script())


@cache
def worker(language: str) -> bytes:
    """Give the worker that speaks a language; it changes with what it keeps for everybody."""
    shell = [f"{OFFLINE}?lang={language}", css_url(), script_url(), "/static/seal.svg"]
    body = (GATEWAY_DIR / "offline" / "worker.js").read_bytes()
    mark = hashlib.sha256(body + orjson.dumps(shell)).hexdigest()[:12]
    head = f"const SHELL = {orjson.dumps(shell).decode()};\nconst MARK = {orjson.dumps(mark).decode()};\n"
    return b'"use strict";\n' + head.encode() + body


def _keep(scope: Scope) -> str:
    return KEEP if scope.get("query_string", b"").startswith(b"v=") else KEEP_A_DAY


async def _send_sheet(request: Request) -> Response:
    return Response(sheet(), headers={"cache-control": _keep(request.scope)}, media_type="text/css")


async def _send_script(request: Request) -> Response:
    return Response(script(), headers={"cache-control": _keep(request.scope)}, media_type="text/javascript")


async def _send_worker(request: Request) -> Response:
    language = "en" if request.query_params.get("lang") == "en" else "zh"
    headers = {"cache-control": "no-cache", "content-security-policy": WORKER_POLICY}
    return Response(worker(language), headers=headers, media_type="text/javascript")


class Static(StaticFiles):
    """Serves the folder `static`."""

    def __init__(self) -> None:
        super().__init__(directory=STATIC_DIR)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                message["headers"] = [*message["headers"], (b"cache-control", _keep(scope).encode())]
            await send(message)

        await super().__call__(scope, receive, answer)


routes: list[BaseRoute] = [
    Route("/sw.js", _send_worker),
    Route("/static/zhucai.css", _send_sheet),
    Route("/static/zhucai.js", _send_script),
    Mount("/static", Static()),
]
