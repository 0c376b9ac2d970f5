"""What is offered in a line's place is what the order service would sell today, judged by what it tells of it."""

from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from shared.ids import new_id
from tests.integration.gateway.conftest import Gateway
from tests.integration.gateway.upstream import Says, Upstream

CANTEEN, SUPPLIER = str(new_id()), str(new_id())
NOW = {"category": "eggs", "origin_county_code": "430102", "supplier_kind": "disabled_base", "supplier_id": SUPPLIER}


def on_sale(listing_id: str, price_fen: int) -> dict[str, Any]:
    """Goods as the shop window shows them."""
    shown = dict.fromkeys(("supplier_name", "unit_name", "origin_county_name"), "")
    sold = {"measure": "weight", "unit_quantity": 500, "piece_grams": None, "minimum_quantity": 500}
    return {
        **shown,
        **sold,
        **NOW,
        "listing_id": listing_id,
        "listing_version": 1,
        "name": listing_id,
        "step_quantity": 500,
        "price_fen": price_fen,
        "price_tiers": [],
    }


def saying(content: Any) -> Says:
    async def says(request: Request) -> Response:
        return JSONResponse(content)

    return says


def judging(quota: Upstream) -> Says:
    """Judge as the quota does: a label counts while its supplier is recognised."""

    async def says(request: Request) -> Response:
        candidates = orjson.loads(quota.last.body).get("candidates", [])
        effects = [
            {
                "line": one["line"],
                "gains": int(one["goods"]["recognised"]),
                "rules": [{"counts": one["goods"]["recognised"], "reason": "preference_disabled_base"}],
            }
            for one in candidates
        ]
        lines = [{"not_counted": [{"rule": "hunan-2020-union"}]}]
        return JSONResponse({"wanted_on": "2025-06-01", "lines": lines, "candidates": effects})

    return says


class TestSubstitutes:
    async def test_are_what_would_count_and_could_be_ordered_today(self, gateway: Gateway) -> None:
        """The shop window still shows a base whose recognition lapsed, one suspended, and a price of before."""
        await gateway.person("li.na")
        basket, ids = new_id(), [str(new_id()) for _ in range(5)]
        line: dict[str, Any] = {
            **NOW,
            "listing_id": str(new_id()),
            "name": "鸡蛋",
            "measure": "weight",
            "piece_grams": None,
        }
        line |= {"supplier_kind": "company", "recognised": True, "quantity": 1_000, "amount_fen": 900}
        sold, lapsed, suspended, dearer, _ = ids
        today = [
            {**NOW, "listing_id": sold, "recognised": True, "warnings": []},
            {**NOW, "listing_id": lapsed, "recognised": False, "warnings": []},
            {**NOW, "listing_id": suspended, "recognised": True, "warnings": ["supplier_not_selling"]},
            {**NOW, "listing_id": dearer, "recognised": True, "warnings": ["stale_version"]},
            None,
        ]
        quota = gateway.upstreams["procurement_quota"]
        gateway.order.says[f"/baskets/{basket}"] = saying(
            {"canteen": {"id": CANTEEN, "name": "食堂"}, "fund": "union", "lines": [line]}
        )
        gateway.order.says["/internal/goods"] = saying({"lines": today})
        gateway.catalog.says["/listings"] = saying(
            {"items": [on_sale(one, 100 + at) for at, one in enumerate(ids)], "next": None}
        )
        quota.says["/internal/substitute-previews"] = judging(quota)
        async with await gateway.signed_in("li.na") as client:
            answer = await client.get(f"/baskets/{basket}/substitutes")
        assert answer.status_code == 200
        [found] = answer.json()["lines"]
        assert [one["listing_id"] for one in found["substitutes"]] == [sold]
        assert found["substitutes"][0]["amount_fen"] == 200
        goods = [one["goods"] for one in orjson.loads(quota.last.body)["candidates"]]
        assert [(one["recognised"], one["supplier_id"]) for one in goods] == [(True, SUPPLIER), (False, SUPPLIER)]
        looked_at = orjson.loads(gateway.order.last.body)
        assert looked_at["canteen_id"] == CANTEEN
        assert [one["listing_id"] for one in looked_at["lines"]] == ids
        assert {(one["listing_version"], one["quantity"]) for one in looked_at["lines"]} == {(1, 1_000)}
