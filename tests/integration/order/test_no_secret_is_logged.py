"""Whatever breaks, the log names neither the vendor's keys nor what somebody told in confidence, nor how they ask."""

import time
from dataclasses import replace
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from services.order.clients.stripe import StripeCards
from services.order.usecases.desk import Desk
from shared.ids import new_id
from tests.build.logbook import written_down
from tests.build.order import Town
from tests.build.strict_stripe import Refusal, StrictStripe
from tests.integration.order.test_cards import a_card
from tests.integration.order.test_http import Caller
from tests.integration.order.test_http import app as app
from tests.integration.order.test_http import call as call
from tests.integration.order.test_stripe_news import an_intent, digest, news

KEY, HOOK = "sk_live_51SecretOfTheVendor", "whsec_SecretOfTheHook"
CONTACT, TEXT = "13807330000", "食堂采购员收受好处"


class Broken(StrictStripe):
    """A vendor that says no to our key, and says which it was."""

    def _do(self, method: str, path: str, params: dict[str, Any]) -> Any:
        raise Refusal(401, "invalid_request_error", "invalid_api_key")


class TestTheLog:
    async def test_holds_no_key_of_the_vendor_nor_what_signs_its_messages(
        self, desk: Desk, town: Town, call: Caller, app: Any
    ) -> None:
        vendor = Broken(lambda: int(time.time()))
        cards = StripeCards(KEY, HOOK, http=vendor)
        order = await town.an_order((await town.goods(), 10_000))
        body, now = news("payment_intent.succeeded", an_intent()), int(time.time())
        good = digest(body, now, HOOK)
        with written_down() as book:
            app.state.desk = town.desk = replace(desk, cards=cards)
            try:
                headers = {"content-type": "application/json", "stripe-signature": f"t={now},v1={good[:-1]}"}
                for signature in (f"t={now},v1={good[:-1]}0", f"t={now},v1={good}", ""):
                    sent = headers | {"stripe-signature": signature}
                    await call(None, "POST", "/webhooks/stripe", content=body, headers=sent)
                path = f"/orders/{order.order_id}/payments/{new_id()}"
                told = a_card().model_dump(mode="json")
                answer = await call(town.buyer, "PUT", path, json=told)
                assert answer.status_code == 200, answer.text
                key = {"idempotency-key": str(new_id())}
                path = f"/orders/{order.order_id}/confirmation"
                answer = await call(order.seller, "POST", path, json={"lines": []}, headers=key)
                assert answer.status_code == 503, answer.text
            finally:
                app.state.desk = desk
        log = book.getvalue()
        assert "stripe.unavailable" in log
        for secret in (KEY, HOOK, "SecretOf", good, good[:-1], body.decode()):
            assert secret not in log, secret

    async def test_holds_nothing_of_a_case_that_could_not_be_written(
        self, env: dict[str, str], town: Town, call: Caller
    ) -> None:
        owner = create_async_engine(env["ORDER_OWNER_DATABASE_URL"].replace("postgresql:", "postgresql+asyncpg:"))
        case = {"kind": "complaint", "subject": "canteen", "subject_id": str(town.canteen_id)}
        case |= {"text": TEXT, "contact": CONTACT}
        whole = await call(None, "PUT", f"/cases/{new_id()}", json=case)
        assert whole.status_code == 201, whole.text
        code = whole.json()["code"]
        with written_down() as book:
            await call(None, "GET", f"/cases/{new_id()}/progress", headers={"x-case-code": code})
            async with owner.begin() as connection:
                await connection.execute(sa.text("ALTER TABLE cases ADD CONSTRAINT nothing CHECK (false) NOT VALID"))
            try:
                answer = await call(None, "PUT", f"/cases/{new_id()}", json=case)
            finally:
                async with owner.begin() as connection:
                    await connection.execute(sa.text("ALTER TABLE cases DROP CONSTRAINT nothing"))
                await owner.dispose()
        assert answer.status_code == 500
        log = book.getvalue()
        assert "CheckViolation" in log
        assert [orjson.loads(line)["event"] for line in log.splitlines() if "CheckViolation" in line] == ["unexpected"]
        for secret in (CONTACT, TEXT, TEXT[:4], code):
            assert secret not in log, secret
