"""Nothing leaves without the headers that tell a browser what it may do with it, and no surprise leaves as a traceback.

Plain ASGI, as `shared/http/door.py` is, because this stands in the way of every request.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http.problems import Unexpected, language_of, path_to_log, problem_response
from shared.logs import logger

log = logger(__name__)

API_POLICY = b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
PAGE_POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    b"worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
COMMON = [
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
API_HEADERS = [*COMMON, (b"content-security-policy", API_POLICY), (b"referrer-policy", b"no-referrer")]
PAGE_HEADERS = [
    *COMMON,
    (b"content-security-policy", PAGE_POLICY),
    (b"referrer-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(self), geolocation=(), microphone=(), payment=()"),
]
HSTS = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")


class Guard:
    """Adds the security headers to every answer, and `no-store` to what names no way of caching."""

    def __init__(self, app: ASGIApp, *, is_https: bool) -> None:
        self._app = app
        more = [HSTS] if is_https else []
        self._api_headers = [*API_HEADERS, *more]
        self._page_headers = [*PAGE_HEADERS, *more]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        added = self._api_headers if scope["path"].startswith("/api/") else self._page_headers

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                names = [name.lower() for name, _ in message["headers"]]
                message["headers"] = [*message["headers"], *(header for header in added if header[0] not in names)]
                if b"cache-control" not in names:
                    message["headers"].append((b"cache-control", b"no-store"))
            await send(message)

        await self._app(scope, receive, answer)


class Surprises:
    """Answers what nobody foresaw as a problem, once, and records it with its traceback."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def answer(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, answer)
        except Exception as error:
            log.error("unexpected", path=path_to_log(scope), method=scope["method"], exc_info=error)
            if started:
                raise
            response = await self._answer(Request(scope, receive))
            await response(scope, receive, send)

    @staticmethod
    async def _answer(request: Request) -> Response:
        try:
            response: Response = await request.app.state.refuse(request, Unexpected(), 500)
        except Exception as error:
            log.error("unexpected.page", exc_info=error)
            return problem_response(Unexpected(), language=language_of(request.headers), status=500)
        return response
