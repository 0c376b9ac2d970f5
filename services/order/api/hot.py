"""The hottest commands are read without the framework's layers, and refused in the same words; `orders` and
`requisitions` describe them.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.order.api.orders import on_accept_order
from services.order.api.requisitions import on_put_requisition
from services.order.usecases.commands import AcceptOrder, PutRequisition
from shared.http.hot import command_of, header_of, id_of
from shared.http.identity import signed_in
from shared.http.once import KEY_LENGTH_MAX, stamp_of


async def accept(request: Request) -> Response:
    identity = await signed_in(request)
    key = header_of(request, "idempotency-key", length_max=KEY_LENGTH_MAX)
    order_id = id_of(request, "order_id")
    command = await command_of(request, AcceptOrder)
    once = await stamp_of(request, "accept_order", identity, key)
    return await on_accept_order(request.app.state.desk, identity, once, order_id, command)


async def put_requisition(request: Request) -> Response:
    identity = await signed_in(request)
    requisition_id = id_of(request, "requisition_id")
    command = await command_of(request, PutRequisition)
    return await on_put_requisition(request.app.state.desk, identity, requisition_id, command)


HOT_ROUTES = (
    Route("/orders/{order_id}/acceptance", accept, methods=["POST"]),
    Route("/requisitions/{requisition_id}", put_requisition, methods=["PUT"]),
)
