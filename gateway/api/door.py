"""Everything below /api/v1 enters here: who is asking, which operation, and whether it came from our own pages.

It is one route in the application's list, because a route a service's operation would be looked up twice.
"""

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, NoMatchFound
from starlette.types import Receive, Scope, Send

from gateway.api.passage import PREFIX, pass_on
from gateway.api.table import Place, RoutingTable, WrongMethod
from gateway.session import Session, check_call, current
from gateway.usecases.refusals import TooSlow
from shared.errors import NotSignedIn
from shared.http.problems import MethodNotAllowed, language_of, problem_response

Endpoint = Callable[[Request, Session | None], Awaitable[Response]]


class ApiRoute(BaseRoute):
    """The JSON API; `own` are the operations that the gateway answers itself, `plain` what is no operation."""

    def __init__(self, own: Mapping[str, Endpoint], plain: Mapping[str, Endpoint]) -> None:
        self._table = RoutingTable()
        self._own = dict(own)
        self._plain = {PREFIX + path: endpoint for path, endpoint in plain.items()}

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] == "http" and scope["path"].startswith(PREFIX + "/"):
            return Match.FULL, {}
        return Match.NONE, {}

    def url_path_for(self, name: str, /, **path_params: object) -> "NoMatchFound":  # type: ignore[override]
        raise NoMatchFound(name, path_params)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        response: Response | None
        try:
            response = await self._respond(request, scope, receive, send)
        except ClientDisconnect:
            return
        except WrongMethod as wrong:
            response = problem_response(
                MethodNotAllowed(method=request.method), language=language_of(request.headers), status=405
            )
            response.headers["allow"] = str(wrong)
        except TooSlow as slow:
            response = problem_response(slow, language=language_of(request.headers), status=408)
        if response is not None:
            await response(scope, receive, send)

    async def _respond(self, request: Request, scope: Scope, receive: Receive, send: Send) -> Response | None:
        path: str = scope["path"]
        plain = self._plain.get(path)
        if plain is not None:
            if request.method != "GET":
                raise WrongMethod(["GET"])
            return await plain(request, None)
        place = self._table.find(request.method, path[len(PREFIX) :])
        session = await self._asker(request, place)
        if place.operation.program == "gateway":
            return await self._own[place.name](request, session)
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
