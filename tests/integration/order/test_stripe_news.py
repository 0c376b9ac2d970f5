"""What comes to the vendor's door is heard by its signature alone, and what is of no concern is heard in silence."""

import asyncio
import hashlib
import hmac
import time
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import orjson
import pytest

from services.order.usecases.desk import Desk
from shared.ids import new_id
from tests.build.order import Town, Walk, content, said, untouched
from tests.integration.order.test_cards import Vendor, payment, with_card
from tests.integration.order.test_cards import vendor as vendor
from tests.integration.order.test_http import Caller
from tests.integration.order.test_http import app as app
from tests.integration.order.test_http import call as call

Hear = Callable[[bytes, str], Awaitable[httpx.Response]]


def news(type_: str, thing: Any) -> bytes:
    told = {"id": f"evt_{new_id().hex}", "object": "event", "type": type_, "api_version": None, "created": 1}
    return orjson.dumps(told | {"data": {"object": thing}})


def an_intent(intent_id: str = "pi_of_another") -> dict[str, Any]:
    return {"id": intent_id, "object": "payment_intent"}


def digest(body: bytes, at: int, secret: str) -> str:
    return hmac.new(secret.encode(), b"%d.%s" % (at, body), hashlib.sha256).hexdigest()


@pytest.fixture
def hear(call: Caller) -> Hear:
    async def heard(body: bytes, signature: str) -> httpx.Response:
        headers = [(b"stripe-signature", signature.encode("latin-1")), (b"content-type", b"application/json")]
        return await call(None, "POST", "/webhooks/stripe", content=body, headers=headers)

    return heard


class TestSignature:
    async def test_is_good_for_five_minutes_and_among_others(self, hear: Hear, vendor: Vendor) -> None:
        """While a secret is changed, the vendor signs by both; what is ahead of our clock was signed by it too."""
        now = int(time.time())
        for before, after, at in (
            ("", "", now),
            ("", "", now - 280),
            ("", "", now + 3_600),
            (f"v1={'0' * 64},", "", now),
            ("v0=00,", f",v1={'f' * 64}", now),
        ):
            body = news("product.created", {"id": "prod_1", "object": "product"})
            signature = f"t={at},{before}v1={digest(body, at, vendor.secret)}{after}"
            answer = await hear(body, signature)
            assert (answer.status_code, answer.json()) == (200, {"heard": True}), signature

    async def test_of_another_or_of_another_time_is_refused_and_leaves_nothing(
        self, desk: Desk, hear: Hear, vendor: Vendor
    ) -> None:
        now, body = int(time.time()), news("payment_intent.succeeded", an_intent())
        good = digest(body, now, vendor.secret)
        bad = [
            "",
            "t=",
            f"t={now}",
            f"v1={good}",
            f"t={now},v0={good}",
            f"t={now - 310},v1={digest(body, now - 310, vendor.secret)}",
            f"t={now + 1},v1={good}",
            f"t={now},v1={digest(body, now, 'whsec_another')}",
            f"t={now},v1={digest(body, now, '')}",
            f"t={now},v1={good[:-1]}",
            f"t={now},v1={good.upper()}",
            f"t={now},v1=é",
            f"t={now},v1=\xff{good}",
            f"t={'9' * 400},v1={good}",
            f"t=-1,v1={digest(body, -1, vendor.secret)}",
            "t=é,v1=00",
            ",=,=,=",
        ]
        async with untouched(desk):
            for signature in bad:
                answer = await hear(body, signature)
                assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (422, "bad-signature"), (
                    signature
                )
            for place in (0, len(body) // 2, len(body) - 1):
                changed = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
                assert (await hear(changed, f"t={now},v1={good}")).status_code == 422
            for other in (body + b" ", body[:-1], b"", b"\xff\xfe"):
                assert (await hear(other, f"t={now},v1={good}")).status_code == 422

    async def test_that_is_good_on_what_is_no_news_is_refused(self, desk: Desk, hear: Hear, vendor: Vendor) -> None:
        now = int(time.time())
        async with untouched(desk):
            for body in (b"", b"[]", b"7", b"null", b"{}", b'"x"', b"{", b"\xff", b'{"object":"v2.core.event"}'):
                answer = await hear(body, f"t={now},v1={digest(body, now, vendor.secret)}")
                assert answer.status_code == 422, body


class TestOfNoConcern:
    @pytest.mark.parametrize("type_", ["payment_intent.created", "balance.available", "a.type.of.next_year"])
    @pytest.mark.parametrize("thing", [an_intent(), {"object": "balance"}, {}, None, "x", []], ids=repr)
    async def test_is_heard_in_silence(
        self, desk: Desk, hear: Hear, vendor: Vendor, capfd: pytest.CaptureFixture[str], type_: str, thing: Any
    ) -> None:
        before = await content(desk)
        capfd.readouterr()
        body, signature = vendor.signed(orjson.loads(news(type_, thing)))
        for _ in range(2):
            assert (await hear(body, signature)).status_code == 200
        assert "".join(capfd.readouterr()) == ""
        after = await content(desk)
        assert [name for name in before if before[name] != after[name]] == ["inbox"]
        assert after["inbox"][0] == before["inbox"][0] + 1

    async def test_of_intents_that_are_not_ours_changes_nothing(self, desk: Desk, hear: Hear, vendor: Vendor) -> None:
        refund = {"id": "re_1", "object": "refund", "payment_intent": "pi_of_another", "amount": 5, "status": "failed"}
        charge = {"id": "ch_1", "object": "charge", "payment_intent": "pi_of_another", "amount": 5}
        dispute = {"id": "dp_1", "object": "dispute", "payment_intent": "pi_of_another", "amount": 5}
        dispute |= {"status": "lost", "reason": "fraudulent"}
        before = await content(desk)
        for type_, thing in (
            ("payment_intent.succeeded", an_intent()),
            ("payment_intent.payment_failed", an_intent("x" * 5_000)),
            ("charge.captured", charge),
            ("charge.refunded", charge),
            ("refund.failed", refund),
            ("charge.dispute.closed", dispute),
            ("charge.dispute.closed", dispute | {"payment_intent": None}),
        ):
            assert (await hear(*vendor.signed(orjson.loads(news(type_, thing))))).status_code == 200, type_
        after = await content(desk)
        assert [name for name in before if before[name] != after[name]] == ["inbox"]


class TestOfOurs:
    async def test_in_whatever_order_and_however_often_is_one_story(
        self, desk: Desk, town: Town, hear: Hear, vendor: Vendor
    ) -> None:
        """A message says only where to look: what it was about, when it left and how often it came change nothing."""
        walk: Walk = await town.an_order((await town.goods(), 10_000))
        payment_id = await with_card(walk)
        await walk.confirm()
        await walk.pack()
        await walk.ship()
        (intent,) = await vendor.intents(payment_id)
        types = ("succeeded", "created", "canceled", "amount_capturable_updated", "payment_failed")
        messages = [vendor.signed(orjson.loads(news(f"payment_intent.{one}", intent))) for one in types]
        accepted, *heard = await asyncio.gather(walk.accept(), *(hear(*one) for one in messages * 3))
        assert {one.status_code for one in heard} <= {200, 503}
        for one in reversed(messages):
            assert (await hear(*one)).status_code == 200
        now = await payment(walk)
        assert (accepted["accepted_fen"], now["order_state"], now["order_paid_fen"]) == (13_000, "settled", 13_000)
        assert len(await said(desk, walk.order_id, "payment.recorded")) == 1
        async with untouched(desk):
            for one in messages:
                assert (await hear(*one)).status_code == 200
