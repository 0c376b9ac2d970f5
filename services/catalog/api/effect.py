"""A base's effect by HTTP: what it was given, and what of it anyone may read."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from services.catalog.api.filing_answers import EffectAnswer, SupportAnswer
from services.catalog.api.parse import desk_of
from services.catalog.domain.recognition import SupportFixed, SupportReversed, TooManySupports
from services.catalog.domain.suppliers import SupplierNotFound
from services.catalog.usecases.get_effect import GetEffect, get_effect
from services.catalog.usecases.put_support import PutSupport, put_support
from shared.contracts.authority import NotAllowed, OwnRequest
from shared.errors import NotSignedIn
from shared.http.answers import json_answer
from shared.http.identity import Asker, SignedIn
from shared.http.problems import refusals

router = APIRouter(tags=["recognition"])


@router.put(
    "/suppliers/{supplier_id}/supports/{support_id}",
    operation_id="put_support",
    summary="Record what a base was given, or reverse such an entry",
    responses={
        200: {"model": SupportAnswer},
        **refusals(
            NotSignedIn, NotAllowed, OwnRequest, SupplierNotFound, SupportFixed, SupportReversed, TooManySupports
        ),
    },
)
async def support(
    request: Request, supplier_id: UUID, support_id: UUID, command: PutSupport, identity: SignedIn
) -> Response:
    return json_answer(await put_support(desk_of(request), identity, supplier_id, support_id, command))


@router.get(
    "/suppliers/{supplier_id}/effect",
    operation_id="get_effect",
    summary="Recognition, people employed and households led, as confirmed, beside support and sales, of a year",
    responses={200: {"model": EffectAnswer}, **refusals(NotSignedIn, SupplierNotFound)},
)
async def effect(
    request: Request, supplier_id: UUID, query: Annotated[GetEffect, Query()], identity: Asker
) -> Response:
    return json_answer(await get_effect(desk_of(request), identity, supplier_id, query))
