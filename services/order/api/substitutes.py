"""What a seller offers in a line's place waits for its buyer's answer."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from services.order.api.asking import Asking, AtDesk
from services.order.api.models import OrderView
from services.order.domain.confirming_refusals import NoSuchSubstitute, SubstituteOver
from services.order.domain.refusals import NoSuchOrder
from services.order.usecases.answer_substitute import answer_substitute
from services.order.usecases.commands import AnswerSubstitute
from shared.contracts.authority import NotAllowed
from shared.db.unit_of_work import KeyReused
from shared.errors import NotSignedIn
from shared.http.answers import json_answer
from shared.http.once import Once
from shared.http.problems import refusals
from shared.states import WrongState

router = APIRouter(tags=["orders"])


@router.post(
    "/orders/{order_id}/substitutes/{substitute_id}/answer",
    operation_id="answer_substitute",
    summary="Accept a substitute, which makes it a line of the order, or refuse it",
    description="Silence until `due_at` refuses it. An order of which nothing is left is declined.",
    responses={
        200: {"model": OrderView},
        **refusals(NotSignedIn, NotAllowed, NoSuchOrder, NoSuchSubstitute, SubstituteOver, WrongState, KeyReused),
    },
)
async def on_answer_substitute(
    desk: AtDesk, identity: Asking, once: Once, order_id: UUID, substitute_id: UUID, command: AnswerSubstitute
) -> Response:
    return json_answer(await answer_substitute(desk, identity, order_id, substitute_id, command, once=once))
