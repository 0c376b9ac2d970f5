"""The routes answer what they document, refuse as problems in the reader's language, and repeat by key."""

import base64
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import BaseModel

from services.order.api.models import BasketView, OrderPage, OrderView, StockView
from services.order.api.payment_models import PaymentView
from services.order.api.requisition_models import RequisitionView
from services.order.main import build
from services.order.settings import Settings
from shared.app import Program
from shared.clock import SettableClock
from shared.contracts.authority import Identity
from shared.http.identity import IdentitySigner
from shared.ids import new_id
from tests.build.order import WANTED, Town, untouched
from tests.build.papers import PDF

MODELS = (BasketView, OrderPage, OrderView, PaymentView, RequisitionView, StockView)


@pytest.fixture(scope="session")
async def app(settings: Settings, clock: SettableClock, program: Program) -> FastAPI:
    app = build(settings, clock=clock)
    app.state.program = program
    app.state.desk = program.desk
    return app


class Caller:
    """Calls the service as the gateway does, in somebody's name."""

    def __init__(self, client: httpx.AsyncClient, signer: IdentitySigner) -> None:
        self._client = client
        self._signer = signer

    async def __call__(self, who: Identity | None, method: str, path: str, **more: Any) -> httpx.Response:
        headers = dict(more.pop("headers", {}))
        if who is not None:
            headers["authorization"] = f"Bearer {self._signer.sign(who, 'order')}"
        return await self._client.request(method, path, headers=headers, **more)


@pytest.fixture
async def call(app: FastAPI, env: dict[str, str], clock: SettableClock) -> AsyncIterator[Caller]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    signer = IdentitySigner(base64.b64decode(env["IDENTITY_PRIVATE_KEY"]), clock)
    async with httpx.AsyncClient(transport=transport, base_url="http://order") as client:
        yield Caller(client, signer)


class TestTheWholePath:
    async def test_every_answer_is_what_its_model_documents(self, call: Caller, town: Town) -> None:
        facts = await town.goods()
        seller = town.suppliers[facts.supplier_id]
        basket, requisition = new_id(), new_id()
        line = {"listing_id": str(facts.listing_id), "listing_version": 1, "quantity": 10_000}
        answers = [
            await call(seller, "PUT", f"/stock/{facts.listing_id}", json={"on_hand": 90_000, "reason": "新收"}),
            await call(seller, "GET", f"/stock/{facts.listing_id}"),
            await call(
                town.buyer,
                "PUT",
                f"/baskets/{basket}",
                json={"canteen_id": str(town.canteen_id), "fund": "canteen", "lines": [line]},
            ),
            await call(town.buyer, "GET", f"/baskets/{basket}"),
            await call(
                town.buyer,
                "PUT",
                f"/requisitions/{requisition}",
                json={"basket_id": str(basket), "wanted_on": WANTED.isoformat()},
            ),
            await call(town.buyer, "GET", f"/requisitions/{requisition}"),
        ]
        order = f"/orders/{answers[-1].json()['orders'][0]['order_id']}"
        answers.append(await call(seller, "POST", f"{order}/confirmation"))
        line_id = answers[-1].json()["lines"][0]["line_id"]
        payment, returned = new_id(), new_id()
        for who, method, path, body in (
            (seller, "POST", "/packing", {"lines": [{"line_id": line_id, "packed_quantity": 10_000}]}),
            (seller, "POST", "/shipment", None),
            (
                town.buyer,
                "POST",
                "/acceptance",
                {"acceptance_id": str(new_id()), "lines": [{"line_id": line_id, "accepted_quantity": 9_000}]},
            ),
            (
                town.buyer,
                "POST",
                "/returns",
                {
                    "return_id": str(returned),
                    "lines": [{"line_id": line_id, "quantity": 500, "reason": "烂"}],
                },
            ),
            (seller, "POST", f"/returns/{returned}/agreement", None),
            (
                seller,
                "POST",
                "/credits",
                {
                    "credit_id": str(new_id()),
                    "lines": [{"line_id": line_id, "amount_fen": 50}],
                    "reason": "小",
                },
            ),
            (town.buyer, "PUT", f"/payments/{payment}", {"method": "bank_transfer", "amount_fen": 11_000}),
            (seller, "POST", f"/payments/{payment}/confirmation", None),
            (town.buyer, "GET", "", None),
        ):
            answers.append(await call(who, method, f"{order}{path}", **({} if body is None else {"json": body})))
        answers.append(await call(town.buyer, "GET", "/orders", params={"state": "settled"}))
        documented: list[type[BaseModel]] = [
            *(StockView, StockView, BasketView, BasketView, RequisitionView, RequisitionView),
            *[OrderView] * 7,
            *(PaymentView, OrderView, OrderView, OrderPage),
        ]
        for answer, model in zip(answers, documented, strict=True):
            assert answer.status_code == 200, answer.text
            content = answer.json()
            assert model.model_validate(content).model_dump(mode="json").keys() == content.keys()
        kept = answers[-2].json()
        assert (kept["kept_fen"], kept["state"], kept["owed_fen"]) == (11_000, "settled", 0)

    async def test_a_wallet_wants_to_know_whereto_and_a_vendor_without_it_says_so(
        self, call: Caller, town: Town
    ) -> None:
        walk = await town.an_order((await town.goods(), 10_000), upto="accepted")
        path = f"/orders/{walk.order_id}/payments/{new_id()}"
        content = {"method": "alipay", "amount_fen": 13_000}
        answer = await call(town.buyer, "PUT", path, json=content)
        assert (answer.status_code, [one["field"] for one in answer.json()["errors"]]) == (422, ["return_url"])
        assert (await call(town.buyer, "GET", f"/orders/{walk.order_id}")).json()["payments"] == []
        answer = await call(town.buyer, "PUT", path, json={**content, "return_url": "https://zhucai.example/orders"})
        assert (answer.status_code, answer.json()["type"].rsplit("/")[-1]) == (409, "wallet-not-offered")
        (failed,) = (await call(town.buyer, "GET", f"/orders/{walk.order_id}")).json()["payments"]
        assert (failed["state"], failed["next_action"]) == ("failed", None)

    async def test_a_voucher_goes_in_and_out_as_bytes(self, call: Caller, town: Town) -> None:
        walk = await town.an_order((await town.goods(), 10_000), upto="accepted")
        path = f"/orders/{walk.order_id}/payments/{new_id()}"
        await call(town.buyer, "PUT", path, json={"method": "bank_transfer", "amount_fen": 13_000})
        body = PDF
        headers = {"content-type": "application/pdf"}
        put = await call(town.buyer, "PUT", f"{path}/voucher", content=body, headers=headers)
        assert (put.status_code, put.json()["state"]) == (200, "submitted")
        got = await call(walk.seller, "GET", f"{path}/voucher")
        assert (got.content, got.headers["content-type"]) == (body, "application/pdf")


class TestRefusals:
    async def test_are_problems_in_the_readers_language(self, call: Caller, town: Town) -> None:
        path = f"/orders/{new_id()}"
        answer = await call(town.buyer, "GET", path, headers={"accept-language": "zh-CN"})
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/no-such-order")
        assert answer.json()["title"] == "没有这张订单。"
        answer = await call(town.buyer, "GET", path, headers={"accept-language": "en"})
        assert answer.json()["title"] == "There is no such order."
        assert answer.headers["content-type"] == "application/problem+json"

    async def test_name_the_field(self, call: Caller, town: Town, desk: Any) -> None:
        walk = await town.an_order((await town.goods(), 10_000))
        order = f"/orders/{walk.order_id}"
        async with untouched(desk):
            for who, path, body, field in (
                (walk.seller, "/decline", {}, "reason"),
                (walk.seller, "/decline", {"reason": " "}, "reason"),
                (walk.seller, "/decline", {"reason": "a\x00b"}, "reason"),
                (walk.seller, "/decline", {"reason": "长" * 501}, "reason"),
                (walk.seller, "/packing", {"lines": []}, "lines"),
                (town.buyer, "/cancellation", {"reason": "x", "more": 1}, "more"),
                (town.buyer, "/acceptance", {"lines": [{}]}, "acceptance_id"),
            ):
                answer = await call(who, "POST", f"{order}{path}", json=body)
                assert answer.status_code == 422, answer.text
                assert field in [error["field"] for error in answer.json()["errors"]]

    async def test_of_who_is_nobody_or_somebody_else(self, call: Caller, town: Town, desk: Any) -> None:
        walk = await town.an_order((await town.goods(), 10_000))
        path = f"/orders/{walk.order_id}/confirmation"
        async with untouched(desk):
            assert (await call(None, "POST", path)).status_code == 401
            assert (await call(town.buyer, "POST", path)).status_code == 403
            assert (await call(walk.seller, "POST", f"/orders/{new_id()}/confirmation")).status_code == 404

    async def test_of_an_unsigned_webhook(self, call: Caller, desk: Any) -> None:
        async with untouched(desk):
            answer = await call(None, "POST", "/webhooks/stripe", json={"id": "evt_1"})
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/bad-signature")


class TestIdempotencyKey:
    async def test_repeats_the_answer_and_refuses_another_request(self, call: Caller, town: Town, desk: Any) -> None:
        walk = await town.an_order((await town.goods(), 10_000))
        other = await town.an_order((await town.goods(walk.seller.seats[0].organisation_id), 10_000))
        key = {"idempotency-key": str(new_id())}
        first = await call(walk.seller, "POST", f"/orders/{walk.order_id}/confirmation", headers=key)
        async with untouched(desk):
            again = await call(walk.seller, "POST", f"/orders/{walk.order_id}/confirmation", headers=key)
            assert (again.status_code, again.json()) == (200, first.json())
            reused = await call(walk.seller, "POST", f"/orders/{other.order_id}/confirmation", headers=key)
            assert (reused.status_code, reused.json()["type"]) == (409, "/problems/key-reused")


async def test_the_program_is_ready_and_documents_its_models(call: Caller, app: FastAPI) -> None:
    assert (await call(None, "GET", "/health/live")).status_code == 200
    schemas = app.openapi()["components"]["schemas"]
    assert {model.__name__ for model in MODELS} <= set(schemas)
