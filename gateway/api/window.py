"""What is on sale, who sells it and which data are open is read by machines in their own words (schema.org, DCAT)."""

import asyncio
import hashlib
from typing import Any
from uuid import UUID

import orjson
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.door import Endpoint
from gateway.clients.services import Answer, Services
from gateway.session import Session
from gateway.usecases.data_catalogue import data_catalogue
from gateway.usecases.linked_data import MEDIA_TYPE, Site, organisation, product
from shared.http.problems import language_of

KEPT = {"cache-control": "public, no-cache"}
"""A cache may keep it and asks before it shows it: what is withdrawn is gone at once."""


async def _get_product(request: Request, session: Session | None) -> Response:
    answer = await _asked(request, f"/listings/{_id_in(request)}")
    if not answer.ok:
        return _passed(answer)
    return linked_data(request, product(answer.json(), _site(request)))


async def _get_organisation(request: Request, session: Session | None) -> Response:
    path = f"/suppliers/{_id_in(request)}"
    supplier, effect = await asyncio.gather(_asked(request, path), _asked(request, f"{path}/effect"))
    for answer in (supplier, effect):
        if not answer.ok:
            return _passed(answer)
    return linked_data(request, organisation(supplier.json(), _site(request), effect.json()))


async def _get_data_catalogue(request: Request, session: Session | None) -> Response:
    answer = await _asked(request, "/supply-data/schema")
    if not answer.ok:
        return _passed(answer)
    return linked_data(request, data_catalogue(answer.json(), _site(request)))


def linked_data(request: Request, node: dict[str, Any]) -> Response:
    """Answer a node, or that it is still the one that the asker has."""
    body = orjson.dumps(node)
    headers = {**KEPT, "etag": f'"{hashlib.sha256(body).hexdigest()[:32]}"'}
    if headers["etag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=MEDIA_TYPE, headers=headers)


async def _asked(request: Request, path: str) -> Answer:
    """Ask the catalog as nobody, so that whoever asks is told what everybody is."""
    services: Services = request.app.state.services
    spoken = {"accept-language": language_of(request.headers)}
    return await services.call("catalog", "GET", path, identity=None, headers=spoken)


def _passed(answer: Answer) -> Response:
    media_type = answer.headers.get("content-type", "application/json")
    return Response(answer.body, answer.status, {"cache-control": "no-store"}, media_type=media_type)


def _id_in(request: Request) -> str:
    text: str = request.scope["path"].split("/")[-2]
    try:
        return str(UUID(text))
    except ValueError:
        return text


def _site(request: Request) -> Site:
    site: Site = request.app.state.site
    return site


WINDOW: dict[str, Endpoint] = {
    "get_product": _get_product,
    "get_organisation": _get_organisation,
    "get_data_catalogue": _get_data_catalogue,
}
