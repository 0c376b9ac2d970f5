"""Whether the whole stands, and what can be asked of it, is told at the door."""

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.integration.gateway.conftest import Gateway
from tests.integration.gateway.test_signing_in import problem, until


async def away(request: Request) -> Response:
    return JSONResponse({"ready": False}, 503)


class TestHealth:
    async def test_is_ready_only_when_every_service_is(self, gateway: Gateway) -> None:
        await until(gateway.app.state.program.broker.connected)
        async with httpx.AsyncClient(base_url=gateway.url) as client:
            assert (await client.get("/health/live")).status_code == 200
            ready = await client.get("/health/ready")
            assert (ready.status_code, ready.json()["ready"]) == (200, True)
            gateway.order.says["/health/ready"] = away
            unready = await client.get("/health/ready")
            assert unready.status_code == 503
            assert unready.json()["parts"] == {
                "database": True,
                "broker": True,
                "catalog": True,
                "order": False,
                "procurement_quota": True,
            }
            assert (await client.get("/health/live")).status_code == 200

    async def test_counts_what_it_answered(self, gateway: Gateway) -> None:
        async with httpx.AsyncClient(base_url=gateway.url) as client:
            await client.get("/api/v1/listings")
            page = (await client.get("/metrics")).text
        assert 'zhucai_requests_total{method="GET",status="200"}' in page


class TestOpenApi:
    async def test_is_merged_from_the_services_and_told_to_anyone(self, gateway: Gateway) -> None:
        async def describes(request: Request) -> Response:
            return JSONResponse({"paths": {"/listings": {"get": {"responses": {"200": {"description": "ok"}}}}}})

        gateway.catalog.says["/openapi.json"] = describes
        async with gateway.client() as client:
            document = (await client.get("/openapi.json")).json()
        assert document["openapi"] == "3.1.0"
        assert document["paths"]["/api/v1/listings"]["get"]["operationId"] == "search_listings"
        assert document["paths"]["/api/v1/sessions"]["post"]["operationId"] == "sign_in"


class TestPreview:
    async def test_asks_the_order_service_for_the_basket_and_the_quota_for_the_share(self, gateway: Gateway) -> None:
        await gateway.person("li.na")
        basket = "019a0000-0000-7000-8000-00000000000b"
        line = {"listing_id": "x", "category": "pork", "origin_county_code": "433122", "amount_fen": 1200}
        quota = gateway.upstreams["procurement_quota"]

        async def tells_basket(request: Request) -> Response:
            return JSONResponse({"canteen": {"id": "c1", "name": "食堂"}, "fund": "canteen", "lines": [line]})

        async def tells_share(request: Request) -> Response:
            return JSONResponse({"rules": [{"rule": "hunan-2020-canteen"}]})

        gateway.order.says[f"/baskets/{basket}"] = tells_basket
        quota.says["/internal/quota-previews"] = tells_share
        async with await gateway.signed_in("li.na") as client:
            answer = await client.get(f"/baskets/{basket}/quota-preview")
            assert (answer.status_code, answer.json()) == (200, {"rules": [{"rule": "hunan-2020-canteen"}]})
            assert gateway.order.last.method == "GET"
            assert quota.last.method == "POST"
            assert quota.last.identity == gateway.order.last.identity
            expected = (
                b'{"canteen_id":"c1","fund":"canteen",'
                b'"lines":[{"category":"pork","origin_county_code":"433122","amount_fen":1200}]}'
            )
            assert quota.last.body == expected
            gateway.order.says.clear()

            async def refuses(request: Request) -> Response:
                told = {"type": "/problems/no-such-basket", "status": 404}
                return JSONResponse(told, 404, media_type="application/problem+json")

            gateway.order.says[f"/baskets/{basket}"] = refuses
            quota.asked.clear()
            refused = await client.get(f"/baskets/{basket}/quota-preview")
            assert problem(refused) == (404, "no-such-basket")
            assert quota.asked == []
            assert problem(await client.get("/baskets/x/quota-preview")) == (422, "invalid-fields")
