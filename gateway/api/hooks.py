"""Where an organisation's program is told is kept at these addresses, and what became of each message is read there."""

from starlette.requests import Request
from starlette.responses import Response

from gateway.api.door import Endpoint
from gateway.api.own import PRIVATE, Page, read_json, uuid_in
from gateway.session import Session
from gateway.usecases import keep_endpoints as endpoints
from gateway.usecases.commands import PutWebhookEndpoint, RenewWebhookSecret
from shared.http.answers import json_answer


async def _put_endpoint(request: Request, session: Session | None) -> Response:
    assert session is not None
    endpoint_id = uuid_in("endpoint_id", request.scope["path"].split("/")[-1])
    command = await read_json(request, PutWebhookEndpoint)
    kept = await endpoints.put_endpoint(request.app.state.desk, session.identity, endpoint_id, command)
    return json_answer(kept, headers=PRIVATE)


async def _list_endpoints(request: Request, session: Session | None) -> Response:
    assert session is not None
    return json_answer(await endpoints.list_endpoints(request.app.state.desk, session.identity), headers=PRIVATE)


async def _renew_secret(request: Request, session: Session | None) -> Response:
    assert session is not None
    endpoint_id = uuid_in("endpoint_id", request.scope["path"].split("/")[-2])
    command = await read_json(request, RenewWebhookSecret)
    kept = await endpoints.renew_secret(request.app.state.desk, session.identity, endpoint_id, command)
    return json_answer(kept, headers=PRIVATE)


async def _remove_endpoint(request: Request, session: Session | None) -> Response:
    assert session is not None
    endpoint_id = uuid_in("endpoint_id", request.scope["path"].split("/")[-2])
    await endpoints.remove_endpoint(request.app.state.desk, session.identity, endpoint_id)
    return Response(status_code=204, headers=PRIVATE)


async def _list_deliveries(request: Request, session: Session | None) -> Response:
    assert session is not None
    endpoint_id = uuid_in("endpoint_id", request.scope["path"].split("/")[-2])
    page = Page.of(request)
    desk, identity = request.app.state.desk, session.identity
    told = await endpoints.list_deliveries(desk, identity, endpoint_id, limit=page.limit, cursor=page.cursor)
    return json_answer(told, headers=PRIVATE)


HOOKS: dict[str, Endpoint] = {
    "put_webhook_endpoint": _put_endpoint,
    "list_webhook_endpoints": _list_endpoints,
    "renew_webhook_secret": _renew_secret,
    "remove_webhook_endpoint": _remove_endpoint,
    "list_webhook_deliveries": _list_deliveries,
}
