"""What the card vendor tells by itself."""

from typing import Annotated

from fastapi import APIRouter, Header, Request
from starlette.responses import Response

from services.order.api.asking import AtDesk
from services.order.api.models import Heard
from services.order.domain.refusals import BadSignature, CardsNotOffered
from services.order.usecases.hear_stripe import hear_stripe
from shared.http.answers import json_answer
from shared.http.problems import refusals

router = APIRouter(tags=["payments"])


@router.post(
    "/webhooks/stripe",
    operation_id="hear_stripe",
    summary="Hear the card vendor, by its signature",
    openapi_extra={"requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}},
    responses={200: {"model": Heard}, **refusals(BadSignature, CardsNotOffered)},
)
async def on_hear_stripe(
    desk: AtDesk,
    request: Request,
    stripe_signature: Annotated[str, Header(max_length=2_000)] = "",
) -> Response:
    await hear_stripe(desk, await request.body(), stripe_signature)
    return json_answer({"heard": True})
