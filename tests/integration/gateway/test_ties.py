"""An auditor reads in one list what suppliers share with each other, and what accounts of buyers and officers do."""

from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from shared.contracts.authority import Role
from tests.integration.gateway.conftest import Gateway
from tests.integration.gateway.test_account_ties import COUNTY, TOLD, Catalog, catalog, give
from tests.integration.gateway.test_hearing import SUPPLIER

__all__ = ["catalog"]
PHONES = [f"1380000000{number}" for number in range(3)]
SHARED = ["62309018", "云阳街道1号"]


@pytest.fixture
async def shared(gateway: Gateway, catalog: Catalog) -> Catalog:
    """Three officers who give a supplier's telephones, and two things that suppliers share."""
    for number, phone in enumerate(PHONES):
        await gateway.person(f"officer.{number}", (Role.OFFICER, COUNTY))
        await give(gateway, f"officer.{number}", phone)
        catalog.phones[phone] = [SUPPLIER]

    async def between_suppliers(request: Request) -> Response:
        supplier = {"supplier_id": str(SUPPLIER), **TOLD, "since": "2026-03-01T00:00:00+00:00", "until": None}
        items = [
            {"kind": kind, "value": value, "supplier_count": 2, "decisions": 0, "suppliers": [supplier]}
            for kind, value in zip(("bank_account", "address"), SHARED, strict=True)
            if request.query_params.get("kind", kind) == kind
        ]
        first = int(request.query_params.get("cursor", "0"))
        last = first + int(request.query_params["limit"])
        return JSONResponse({"items": items[first:last], "next": str(last) if last < len(items) else None})

    gateway.catalog.says["/internal/ties"] = between_suppliers
    return catalog


async def pages(gateway: Gateway, limit: int, **asked: Any) -> list[list[dict[str, Any]]]:
    """Read the list page by page."""
    told, cursor = [], None
    async with await gateway.signed_in("auditor") as client:
        while True:
            query = {"limit": limit, **asked, **({"cursor": cursor} if cursor else {})}
            answer = await client.get("/ties", params=query)
            assert answer.status_code == 200, answer.text
            told.append(answer.json()["items"])
            if (cursor := answer.json()["next"]) is None:
                return told


@pytest.mark.usefixtures("shared")
class TestTies:
    @pytest.mark.parametrize(("limit", "sizes"), [(1, [1] * 5), (2, [2, 2, 1]), (3, [3, 2]), (24, [5])])
    async def test_are_one_list_whatever_a_page_holds(self, gateway: Gateway, limit: int, sizes: list[int]) -> None:
        told = await pages(gateway, limit)
        assert [len(page) for page in told] == sizes
        ties = [tie for page in told for tie in page]
        assert [tie["value"] for tie in ties[:2]] == SHARED
        assert sorted(tie["value"] for tie in ties[2:]) == PHONES
        assert [tie["between"] for tie in ties] == ["suppliers"] * 2 + ["accounts"] * 3

    async def test_have_one_shape(self, gateway: Gateway) -> None:
        (ties,) = await pages(gateway, 24)
        assert {tuple(sorted(tie)) for tie in ties} == {tuple(sorted(ties[0]))}
        assert {tuple(tie["suppliers"][0]) for tie in ties} == {tuple(ties[0]["suppliers"][0])}

    @pytest.mark.parametrize(
        ("asked", "values"),
        [
            ({"between": "suppliers"}, SHARED),
            ({"between": "accounts"}, PHONES),
            ({"kind": "address"}, SHARED[1:]),
            ({"kind": "phone"}, PHONES),
            ({"kind": "person"}, []),
            ({"kind": "phone", "between": "suppliers"}, []),
            ({"kind": "address", "between": "accounts"}, []),
        ],
    )
    async def test_are_chosen_by_what_is_shared_and_between_whom(
        self, gateway: Gateway, asked: dict[str, str], values: list[str]
    ) -> None:
        told = await pages(gateway, 2, **asked)
        assert sorted(tie["value"] for page in told for tie in page) == sorted(values)

    @pytest.mark.parametrize(
        "query", ["kind=email", "between=us", "limit=0", "cursor=x", "page=1", "cursor=WyJ4IiwiIl0"]
    )
    async def test_of_another_shape_are_refused(self, gateway: Gateway, query: str) -> None:
        async with await gateway.signed_in("auditor") as client:
            answer = await client.get(f"/ties?{query}")
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, query.partition("=")[0])

    async def test_are_refused_as_catalog_does(self, gateway: Gateway) -> None:
        async def refuses(request: Request) -> Response:
            return JSONResponse({"type": "/problems/busy", "status": 503}, 503, media_type="application/problem+json")

        gateway.catalog.says["/internal/ties"] = refuses
        async with await gateway.signed_in("auditor") as client:
            answer = await client.get("/ties")
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/busy")

    async def test_are_for_auditors_alone(self, gateway: Gateway) -> None:
        asked = len(gateway.catalog.asked)
        async with await gateway.signed_in("officer.1") as client:
            assert (await client.get("/ties")).json() == {"items": [], "next": None}
        assert len(gateway.catalog.asked) == asked
