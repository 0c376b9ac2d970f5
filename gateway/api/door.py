"""Everything below /api/v1 enters here: who is asking, which operation, and whether it came from our own pages.

It stands before the application's routes, so that a request on its way to a service is looked up once.
"""

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.api.downloads import Downloads
from gateway.api.passage import PREFIX, pass_on
from gateway.api.table import Place, RoutingTable, WrongMethod
from gateway.session import Session, address_of, check_call, current
from gateway.usecases.refusals import NoSuchAddress, TooSlow
from shared.errors import NotSignedIn, Refusal
from shared.http.problems import MethodNotAllowed, language_of, problem_response, status_of

Endpoint = Callable[[Request, Session | None], Awaitable[Response]]


class ApiDoor:
    """The JSON API; `own` are the operations that the gateway answers itself, `plain` what is no operation."""

    def __init__(self, app: ASGIApp, *, own: Mapping[str, Endpoint], plain: Mapping[str, Endpoint]) -> None:
        self._app = app
        self._table = RoutingTable()
        self._downloads = Downloads()
        self._own = dict(own)
        self._plain = {PREFIX + path: endpoint for path, endpoint in plain.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/api/"):
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        response: Response | None
        try:
            response = await self._respond(request, scope, receive, send)
        except ClientDisconnect:
            return
        except WrongMethod as wrong:
            response = _problem(request, MethodNotAllowed(method=request.method), 405)
            response.headers["allow"] = str(wrong)
        except TooSlow as slow:
            response = _problem(request, slow, 408)
        except Refusal as refusal:
            response = _problem(request, refusal, status_of(refusal))
        if response is not None:
            await response(scope, receive, send)

    async def _respond(self, request: Request, scope: Scope, receive: Receive, send: Send) -> Response | None:
        path: str = scope["path"]
        if not path.startswith(PREFIX + "/"):
            raise NoSuchAddress()
        plain = self._plain.get(path)
        if plain is not None:
            if request.method != "GET":
                raise WrongMethod(["GET"])
            return await plain(request, None)
        place = self._table.find(request.method, path[len(PREFIX) :])
        scope["route"] = place.operation  # What is recorded of a surprise names its path, never a secret in it.
        session = await self._asker(request, place)
        if session is None:
            request.app.state.strangers.check(place.name, address_of(request))
        if place.operation.program == "gateway":
            return await self._own[place.name](request, session)
        with self._downloads.place_for(place.name, scope["query_string"]):
            await pass_on(request.app.state.services, place, session, scope, receive, send)
        return None

    async def _asker(self, request: Request, place: Place) -> Session | None:
        if place.name == "hear_stripe":
            return None
        session = await current(request)
        if session is None and not place.is_public:
            raise NotSignedIn()
        check_call(request, session)
        return session


def _problem(request: Request, refusal: Refusal, status: int) -> Response:
    return problem_response(refusal, language=language_of(request.headers), status=status)
