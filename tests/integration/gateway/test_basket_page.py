"""A basket that was filled at an event of selling stays there when its page changes it, until that is over."""

import httpx
import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway.session import COOKIE
from shared.contracts.authority import Role
from shared.ids import new_id
from tests.integration.gateway.conftest import Gateway

FAIR, LISTING = str(new_id()), str(new_id())
LINE = {"listing_id": LISTING, "listing_version": 1, "quantity": 2, "tolerance_bp": 500}


async def no_rules(request: Request) -> Response:
    return JSONResponse({"items": [], "next": None})


async def changed(gateway: Gateway, *, is_over: bool) -> list[dict[str, object]]:
    """Change a basket of a fair by its page; gives the baskets that the order service was asked to put."""
    canteen, basket = new_id(), new_id()
    await gateway.person("li.na", (Role.BUYER, canteen))
    bearer = await gateway.signed_in("li.na")
    token = bearer.headers["authorization"].removeprefix("Bearer ")
    csrf = (await bearer.get("/me")).json()["csrf_token"]

    async def says(request: Request) -> Response:
        if request.method == "GET":
            return JSONResponse({"basket_id": str(basket), "requisition_id": None, "fair_id": FAIR, "lines": [LINE]})
        asked = orjson.loads(gateway.order.last.body)
        if is_over and asked["fair_id"] is not None:
            told = {
                "type": "/problems/invalid-fields",
                "title": "wrong",
                "status": 422,
                "errors": [{"field": "fair_id"}],
            }
            return JSONResponse(told, 422, media_type="application/problem+json")
        return JSONResponse({})

    gateway.order.says[f"/baskets/{basket}"] = says
    gateway.upstreams["procurement_quota"].says["/rules"] = no_rules
    form = {
        "csrf": csrf,
        "canteen_id": str(canteen),
        "fund": "canteen",
        "listing-0": LISTING,
        "version-0": "1",
        "measure-0": "piece",
        "quantity-0": "3",
    }
    cookies = {COOKIE: token, "baskets": f"{canteen}.{basket}"}
    async with httpx.AsyncClient(base_url=gateway.url, cookies=cookies) as browser:
        answer = await browser.post("/basket", data=form, headers={"origin": "http://zhucai.test"})
    assert answer.status_code == 303, answer.text
    return [orjson.loads(one.body) for one in gateway.order.asked if one.method == "PUT"]


class TestABasketOfAFair:
    async def test_stays_one(self, gateway: Gateway) -> None:
        (put,) = await changed(gateway, is_over=False)
        assert put["fair_id"] == FAIR

    async def test_that_is_over_keeps_its_goods(self, gateway: Gateway) -> None:
        first, second = await changed(gateway, is_over=True)
        assert (first["fair_id"], second["fair_id"]) == (FAIR, None)
        assert first["lines"] == second["lines"] == [LINE | {"quantity": 3}]
