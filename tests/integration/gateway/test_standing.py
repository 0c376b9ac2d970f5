"""Whether the whole stands, and what can be asked of it, is told at the door."""

import asyncio

import httpx
import orjson
import sqlalchemy as sa
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
        judged = {
            "category": "pork",
            "origin_county_code": "433122",
            "amount_fen": 1200,
            "supplier_kind": "disabled_base",
            "recognised": False,
            "supplier_id": "019a0000-0000-7000-8000-00000000000c",
        }
        line = {"listing_id": "x", **judged, "warnings": []}
        quota = gateway.upstreams["procurement_quota"]

        async def tells_basket(request: Request) -> Response:
            return JSONResponse({"canteen": {"id": "c1", "name": "食堂"}, "fund": "canteen", "lines": [line]})

        async def tells_share(request: Request) -> Response:
            return JSONResponse({"rules": [{"rule": "hunan-2020-canteen"}]})

        async def tells_what_comes(request: Request) -> Response:
            assert dict(request.query_params) == {"canteen": "c1", "fund": "canteen"}
            return JSONResponse({"complete": True, "lines": [{"amount_fen": 7}]})

        gateway.order.says[f"/baskets/{basket}"] = tells_basket
        gateway.order.says["/internal/open-lines"] = tells_what_comes
        quota.says["/internal/quota-previews"] = tells_share
        async with await gateway.signed_in("li.na") as client:
            answer = await client.get(f"/baskets/{basket}/quota-preview")
            assert (answer.status_code, answer.json()) == (200, {"rules": [{"rule": "hunan-2020-canteen"}]})
            assert gateway.order.last.method == "GET"
            assert quota.last.method == "POST"
            assert quota.last.identity == gateway.order.last.identity
            assert orjson.loads(quota.last.body) == {
                "canteen_id": "c1",
                "fund": "canteen",
                "lines": [judged],
                "wanted_on": None,
                "open_lines": [{"amount_fen": 7}],
                "open_complete": True,
            }
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


class TestADatabaseThatWentAway:
    async def test_is_a_problem_to_repeat_and_never_a_surprise(self, gateway: Gateway) -> None:
        await gateway.person("li.na")
        async with await gateway.signed_in("li.na") as client:
            for _ in range(3):
                async with gateway.admin.connect() as admin:
                    ended = await admin.execute(
                        sa.text(
                            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                            "WHERE application_name = 'zhucai-gateway' AND datname = :name"
                        ),
                        {"name": gateway.engine.url.database},
                    )
                    assert ended.rowcount >= 1
                gateway.sessions.forget(None)
                answers = [await client.get("/me")]
                while {one.status_code for one in answers[-5:]} != {200} and len(answers) < 100:
                    gateway.sessions.forget(None)
                    await asyncio.gather(*(client.get("/notices") for _ in range(10)))  # Every connection is used.
                    answers.append(await client.get("/me"))
                assert {answer.status_code for answer in answers} <= {200, 503}
                assert {one.status_code for one in answers[-5:]} == {200}
                for answer in answers:
                    if answer.status_code == 503:
                        assert problem(answer) == (503, "database-unavailable")
