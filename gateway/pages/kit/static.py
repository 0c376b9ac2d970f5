"""What a browser may keep: the style sheet and the script, joined from files by concern, and a few small files.

Decision: plain CSS and plain JavaScript, joined at the first request and nowhere built. Why: a clone needs no build
step, and what is read here is what a browser gets. Price: some bytes that a minifier would save; a test holds both
together below their bound.
"""

import hashlib
from functools import cache

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Message, Receive, Scope, Send

from gateway.pages.kit.render import GATEWAY_DIR, STATIC_DIR

SHEETS = ("tokens", "page", "pieces", "forms", "lists", "charts", "small", "print")
"""In this order: a later one may change what an earlier one said."""
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


def _keep(scope: Scope) -> str:
    return KEEP if scope.get("query_string", b"").startswith(b"v=") else KEEP_A_DAY


async def _send_sheet(request: Request) -> Response:
    return Response(sheet(), headers={"cache-control": _keep(request.scope)}, media_type="text/css")


async def _send_script(request: Request) -> Response:
    return Response(script(), headers={"cache-control": _keep(request.scope)}, media_type="text/javascript")


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
    Route("/static/zhucai.css", _send_sheet),
    Route("/static/zhucai.js", _send_script),
    Mount("/static", Static()),
]
