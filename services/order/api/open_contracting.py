"""Orders in the words of the Open Contracting Data Standard (OCDS 1.1.5): one release, or packages for everybody."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Query
from starlette.responses import Response

from services.order.api.asking import Asking, AtDesk
from services.order.domain.open_contracting import LICENCE, METRICS, PAGES, PREFIX_OF_NOBODY, PUBLISHER, UNITS
from services.order.domain.refusals import NoSuchOrder, NothingReleased
from services.order.usecases.commands import EXAMPLE_ID
from services.order.usecases.tell_releases import PATH, tell_release, tell_releases
from shared.contracts.authority import NotAllowed
from shared.contracts.words import Measure
from shared.errors import NotSignedIn
from shared.http.answers import JSON, bytes_answer
from shared.http.paging import LIMIT_DEFAULT, LIMIT_MAX
from shared.http.problems import refusals

router = APIRouter(tags=["open data"])
SCHEMA = "https://standard.open-contracting.org/schema/1__1__5"
KEPT = {"cache-control": "public, no-cache"}
_OCID = f"{PREFIX_OF_NOBODY}-{EXAMPLE_ID}"
_WHEN = "2026-03-05T09:30:00+08:00"
_BUYER = {"id": EXAMPLE_ID, "name": "茶陵县残联"}
_VALUE = {"amount": 65.0, "currency": "CNY"}
_UNIT = {
    "scheme": "UNCEFACT",
    "id": UNITS[Measure.WEIGHT][0],
    "name": "千克",
    "value": {"amount": 13.0, "currency": "CNY"},
}
_RELEASE = {
    "ocid": _OCID,
    "id": f"{_OCID}-1-5f1c0de9a2b4",
    "date": _WHEN,
    "tag": ["award"],
    "initiationType": "tender",
    "language": "zh",
    "parties": [
        {**_BUYER, "roles": ["buyer"]},
        {"id": f"{EXAMPLE_ID[:-1]}2", "name": "云阳基地", "roles": ["supplier"]},
    ],
    "buyer": _BUYER,
    "awards": [
        {
            "id": EXAMPLE_ID,
            "status": "pending",
            "date": _WHEN,
            "value": _VALUE,
            "suppliers": [{"id": f"{EXAMPLE_ID[:-1]}2", "name": "云阳基地"}],
            "items": [{"id": EXAMPLE_ID, "description": "茶陵生姜", "quantity": 5.0, "unit": _UNIT}],
        }
    ],
}
_PACKAGE = {
    "uri": f"https://zhucai.example{PATH}?limit={LIMIT_DEFAULT}",
    "version": "1.1",
    "extensions": [METRICS, PAGES],
    "publishedDate": _WHEN,
    "publisher": {"name": PUBLISHER, "uri": "https://zhucai.example"},
    "license": LICENCE,
    "releases": [_RELEASE],
}


def _described(name: str, example: dict[str, Any], *required: str) -> dict[str, Any]:
    """Describe an answer by the standard's own schema, and by what it always has."""
    schema = {
        "type": "object",
        "description": f"By {SCHEMA}/{name}-schema.json.",
        "required": list(required),
        "properties": {one: {"type": _type_of(example[one])} for one in required},
    }
    return {"description": "OCDS 1.1.5.", "content": {JSON: {"schema": schema, "example": example}}}


def _type_of(told: object) -> str:
    return "array" if isinstance(told, list) else "object" if isinstance(told, dict) else "string"


@router.get(
    "/orders/{order_id}/ocds",
    operation_id="get_order_ocds",
    summary="Read an order as an OCDS release: award, contract, accepted quantities, payments 开放合同数据",
    description="The contract is there from the supplier's confirmation on.",
    response_class=Response,
    responses={
        200: _described(
            "release", _RELEASE, "ocid", "id", "date", "tag", "initiationType", "parties", "buyer", "awards"
        ),
        **refusals(NotSignedIn, NotAllowed, NoSuchOrder),
    },
)
async def on_get_order_ocds(desk: AtDesk, identity: Asking, order_id: UUID) -> Response:
    return bytes_answer(written(await tell_release(desk, identity, order_id)))


@router.get(
    "/ocds/releases",
    operation_id="list_ocds_releases",
    summary="Settled orders as an OCDS release package, oldest first, for everybody 开放合同数据",
    description="`links.next` leads on; `since` and `until` are days on which an order was placed.",
    response_class=Response,
    responses={
        200: _described(
            "release-package", _PACKAGE, "uri", "version", "publishedDate", "publisher", "license", "releases"
        ),
        **refusals(NothingReleased),
    },
)
async def on_list_ocds_releases(
    desk: AtDesk,
    since: date | None = None,
    until: date | None = None,
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX)] = LIMIT_DEFAULT,
    cursor: Annotated[str | None, Query(max_length=400)] = None,
) -> Response:
    return bytes_answer(written(await tell_releases(desk, since, until, limit, cursor)), headers=KEPT)


def written(node: dict[str, Any]) -> bytes:
    """Write JSON in which a decimal is the number that it is, digit by digit."""
    return orjson.dumps(node, default=_number)


def _number(value: object) -> orjson.Fragment:
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f"))
    raise TypeError(type(value).__name__)
