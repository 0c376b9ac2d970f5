"""Stripe is spoken here and nowhere else, through its official client, asynchronously.

CNY amounts are fen at Stripe too (its smallest unit). Every writing call carries an idempotency key made of our own
id, or the intent's, and the step. A card is kept by the vendor for a customer made for its payment alone, since one
that is not kept can be asked but once. What the stand-in ignores of that, our own books refuse: an intent holds
nothing before it is confirmed, its state is read before each step, and a refund is looked for by our id, and held
against what was taken, before it is asked for.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

import stripe

from services.order.clients.cards import (
    ActionKind,
    CardKept,
    CardNews,
    ChargeSeen,
    DisputeSeen,
    Intent,
    IntentState,
    NextAction,
)
from services.order.domain.reconciling import Theirs
from services.order.domain.refusals import BadSignature, CardsNotOffered, CardsUnavailable, RefundRefused
from shared.contracts.words import PaymentMethod
from shared.logs import logger

log = logger(__name__)

CURRENCY = "cny"
API_VERSION = "2024-06-20"
"""Pinned: in it an intent can be held to cards alone, so that confirming never redirects its holder anywhere."""
TIMEOUT_SECONDS = 10.0
PAGE = 100
CHARGES_MAX = 10_000
DISPUTES_MAX = 1_000
REFUNDS_MAX = 1_000
"""Of one intent; more are never asked for, so more are not looked for."""
_CHARGE = ["latest_charge"]
_NOT_PAID_BACK = {"failed", "canceled"}
_DISPUTES_OVER = {"won", "lost", "warning_closed", "prevented"}

_WALLETS: dict[PaymentMethod, Literal["alipay", "wechat_pay"]] = {
    PaymentMethod.ALIPAY: "alipay",
    PaymentMethod.WECHAT_PAY: "wechat_pay",
}
_REDIRECTS = ("alipay_handle_redirect", "redirect_to_url")
_QR_CODE = "wechat_pay_display_qr_code"
_STATES = {
    "requires_payment_method": IntentState.DECLINED,
    "requires_action": IntentState.DECLINED,
    "requires_confirmation": IntentState.UNCONFIRMED,
    "requires_capture": IntentState.HELD,
    "processing": IntentState.WAITING,
    "succeeded": IntentState.CAPTURED,
    "canceled": IntentState.CANCELLED,
}


def _passed_on(destination: str | None) -> dict[str, Any]:
    """Say whose sale it is, and to whom all of it is passed on; the platform takes no fee."""
    return {} if destination is None else {"transfer_data": {"destination": destination}, "on_behalf_of": destination}


class StripeCards:
    """Cards by Stripe."""

    def __init__(
        self, api_key: str, webhook_secret: str, *, base_url: str = "", http: stripe.HTTPClient | None = None
    ) -> None:
        self._http = http or stripe.HTTPXClient(timeout=TIMEOUT_SECONDS)
        self._client = stripe.StripeClient(
            api_key,
            stripe_version=API_VERSION,
            base_addresses={"api": base_url} if base_url else None,
            http_client=self._http,
            max_network_retries=1,
        )
        self._webhook_secret = webhook_secret

    async def close(self) -> None:
        await self._http.close_async()  # type: ignore[no-untyped-call]

    async def keep(self, payment_id: UUID, card_token: str) -> CardKept | str:
        try:
            async with _answering():
                customer = await self._client.v1.customers.create_async(
                    params={"metadata": {"payment_id": str(payment_id)}},
                    options={"idempotency_key": f"{payment_id}-customer"},
                )
                method = await self._client.v1.payment_methods.attach_async(
                    card_token,
                    params={"customer": customer.id},
                    options={"idempotency_key": f"{payment_id}-keep"},
                )
        except (stripe.CardError, stripe.InvalidRequestError) as error:
            return _reason(error)
        return CardKept(str(customer.id), str(method.id))

    async def make(
        self,
        payment_id: UUID,
        order_id: UUID,
        card: CardKept,
        amount_fen: int,
        *,
        attempt: int = 0,
        at_once: bool = False,
        destination: str | None = None,
    ) -> Intent:
        asked: Any = {
            "amount": amount_fen,
            "currency": CURRENCY,
            "capture_method": "automatic" if at_once else "manual",
            "customer": card.customer_id,
            "payment_method": card.method_id,
            "payment_method_types": ["card"],
            "metadata": {"payment_id": str(payment_id), "order_id": str(order_id)},
            **_passed_on(destination),
        }
        try:
            async with _answering():
                made = await self._client.v1.payment_intents.create_async(
                    params=asked,
                    options={"idempotency_key": f"{payment_id}-make-{attempt}-{amount_fen}"},
                )
        except (stripe.CardError, stripe.InvalidRequestError) as error:
            return Intent("", IntentState.DECLINED, amount_fen, reason=_reason(error))
        return _intent(made)

    async def make_for_wallet(
        self,
        payment_id: UUID,
        order_id: UUID,
        method: PaymentMethod,
        amount_fen: int,
        *,
        destination: str | None = None,
    ) -> Intent:
        wallet = _WALLETS[method]
        asked: Any = {
            "amount": amount_fen,
            "currency": CURRENCY,
            "capture_method": "automatic",
            "payment_method_types": [wallet],
            "payment_method_data": {"type": wallet},
            "payment_method_options": {"wechat_pay": {"client": "web"}} if wallet == "wechat_pay" else {},
            "metadata": {"payment_id": str(payment_id), "order_id": str(order_id)},
            **_passed_on(destination),
        }
        try:
            async with _answering():
                made = await self._client.v1.payment_intents.create_async(
                    params=asked,
                    options={"idempotency_key": f"{payment_id}-make"},
                )
        except (stripe.CardError, stripe.InvalidRequestError) as error:
            return Intent("", IntentState.DECLINED, amount_fen, reason=_reason(error))
        return _intent(made)

    async def ask_payer(self, intent_id: str, return_url: str) -> Intent:
        try:
            async with _answering():
                return _intent(
                    await self._client.v1.payment_intents.confirm_async(
                        intent_id,
                        params={"return_url": return_url, "expand": _CHARGE},
                        options={"idempotency_key": f"{intent_id}-pay"},
                    )
                )
        except (stripe.CardError, stripe.InvalidRequestError):
            return await self.read(intent_id)

    async def hold(self, intent_id: str) -> Intent:
        try:
            async with _answering():
                return _intent(
                    await self._client.v1.payment_intents.confirm_async(
                        intent_id, params={"expand": _CHARGE}, options={"idempotency_key": f"{intent_id}-hold"}
                    )
                )
        except stripe.CardError as error:
            intent = await self.read(intent_id)
            return Intent(intent_id, IntentState.DECLINED, intent.amount_fen, reason=_reason(error))
        except stripe.InvalidRequestError:
            return await self.read(intent_id)

    async def read(self, intent_id: str) -> Intent:
        try:
            async with _answering():
                return _intent(
                    await self._client.v1.payment_intents.retrieve_async(intent_id, params={"expand": _CHARGE})
                )
        except (stripe.CardError, stripe.InvalidRequestError) as error:
            log.error("stripe.unknown", intent_id=intent_id, reason=_reason(error))
            raise CardsUnavailable(reason=_reason(error)) from error

    async def capture(self, intent_id: str, amount_fen: int) -> Intent:
        try:
            async with _answering():
                return _intent(
                    await self._client.v1.payment_intents.capture_async(
                        intent_id,
                        params={"amount_to_capture": amount_fen, "expand": _CHARGE},
                        options={"idempotency_key": f"{intent_id}-capture"},
                    )
                )
        except (stripe.CardError, stripe.InvalidRequestError):
            return await self.read(intent_id)

    async def let_go(self, intent_id: str) -> Intent:
        try:
            async with _answering():
                return _intent(
                    await self._client.v1.payment_intents.cancel_async(
                        intent_id, options={"idempotency_key": f"{intent_id}-let-go"}
                    )
                )
        except (stripe.CardError, stripe.InvalidRequestError):
            return await self.read(intent_id)

    async def pay_back(
        self, intent_id: str, refund_id: UUID, amount_fen: int, *, attempt: int = 0, reverse: bool = False
    ) -> str | None:
        ours = [one for one in await self._listed(intent_id) if _refund_id(one) is not None]
        live = [one for one in ours if str(one.status) not in _NOT_PAID_BACK]
        for one in live:
            if _refund_id(one) == str(refund_id):
                if int(one.amount) != amount_fen:
                    raise RefundRefused(refund_id=str(refund_id), asked_fen=amount_fen, there_fen=int(one.amount))
                return None
        for one in ours:
            if (_refund_id(one), _attempt(one)) == (str(refund_id), attempt):
                return _failure(one)
        back_fen = sum(int(one.amount) for one in live)
        taken_fen = (await self.read(intent_id)).captured_fen or 0
        if back_fen + amount_fen > taken_fen:
            raise RefundRefused(
                refund_id=str(refund_id), asked_fen=amount_fen, taken_fen=taken_fen, paid_back_fen=back_fen
            )
        asked: Any = {
            "payment_intent": intent_id,
            "amount": amount_fen,
            "metadata": {"refund_id": str(refund_id)} | ({"attempt": str(attempt)} if attempt else {}),
            **({"reverse_transfer": True} if reverse else {}),
        }
        try:
            async with _answering():
                made = await self._client.v1.refunds.create_async(
                    params=asked,
                    options={"idempotency_key": f"{refund_id}-refund" + (f"-{attempt}" if attempt else "")},
                )
        except (stripe.CardError, stripe.InvalidRequestError) as error:
            raise RefundRefused(refund_id=str(refund_id), asked_fen=amount_fen, reason=_reason(error)) from error
        return _failure(made) if str(made.status) in _NOT_PAID_BACK else None

    async def failed_refunds(self, intent_id: str) -> Mapping[tuple[str, int], str]:
        return {
            (ours, _attempt(one)): _failure(one)
            for one in await self._listed(intent_id)
            if (ours := _refund_id(one)) is not None and str(one.status) in _NOT_PAID_BACK
        }

    async def can_be_paid(self, account: str) -> bool | None:
        async with _answering():
            try:
                found = await self._client.v1.accounts.retrieve_async(account)
            except (stripe.CardError, stripe.InvalidRequestError, stripe.PermissionError):
                return None
            except stripe.APIError as error:
                if error.http_status == 404:  # As the stand-in answers, which knows no accounts at all.
                    return None
                raise
        return bool(found.charges_enabled)

    async def look(self, intent_id: str) -> Theirs | None:
        try:
            async with _answering():
                found = _intent(
                    await self._client.v1.payment_intents.retrieve_async(intent_id, params={"expand": _CHARGE})
                )
        except (stripe.CardError, stripe.InvalidRequestError) as error:
            if error.code == "resource_missing" or error.http_status == 404:
                return None
            raise CardsUnavailable(reason=_reason(error)) from error
        listed = await self._listed(intent_id) if found.state is IntentState.CAPTURED else []
        back = {
            _refund_id(one) or str(one.id): int(one.amount) for one in listed if str(one.status) not in _NOT_PAID_BACK
        }
        return Theirs(found.state.value, found.captured_fen or 0, back)

    async def charges_between(self, since: datetime, until: datetime) -> list[ChargeSeen]:
        asked = {"created": {"gt": int(since.timestamp()) - 1}}
        try:
            async with _answering():
                listed = await _pages(self._client.v1.charges.list_async, asked, CHARGES_MAX)
        except (stripe.CardError, stripe.InvalidRequestError) as error:
            raise CardsUnavailable(reason=_reason(error)) from error
        return [
            ChargeSeen(str(charge.payment_intent), int(charge.amount_captured))
            for charge in listed
            if getattr(charge.metadata, "payment_id", None) is not None  # Or it is another's.
            and charge.created < until.timestamp()
            and charge.captured
            and charge.paid
        ]

    async def _listed(self, intent_id: str) -> list[Any]:
        """List the refunds of an intent; what the stand-in shows as one, of a hold charged in part, is none."""
        try:
            async with _answering():
                found = await _pages(self._client.v1.refunds.list_async, {"payment_intent": intent_id}, REFUNDS_MAX)
        except (stripe.CardError, stripe.InvalidRequestError) as error:
            log.error("stripe.refunds_unknown", intent_id=intent_id, reason=_reason(error))
            raise CardsUnavailable(reason=_reason(error)) from error
        return [one for one in found if getattr(one, "payment_intent", None) is not None]

    async def disputes_since(self, since: datetime) -> list[tuple[str, DisputeSeen]]:
        asked = {"created": {"gte": int(since.timestamp())}}
        async with _answering():
            try:
                found = await _pages(self._client.v1.disputes.list_async, asked, DISPUTES_MAX)
            except (stripe.CardError, stripe.InvalidRequestError, stripe.APIError) as error:
                if error.http_status == 404:  # As the stand-in answers, which knows no disputes at all.
                    return []
                raise CardsUnavailable(reason=_reason(error)) from error
        return [(one.payment_intent, _dispute(one)) for one in found if isinstance(one.payment_intent, str)]

    async def read_dispute(self, dispute_id: str) -> DisputeSeen | None:
        async with _answering():
            try:
                return _dispute(await self._client.v1.disputes.retrieve_async(dispute_id))
            except (stripe.CardError, stripe.InvalidRequestError) as error:
                if error.code == "resource_missing" or error.http_status == 404:
                    return None
                raise CardsUnavailable(reason=_reason(error)) from error
            except stripe.APIError as error:
                if error.http_status == 404:  # As the stand-in answers, which knows no disputes at all.
                    return None
                raise

    def read_news(self, body: bytes, signature: str) -> CardNews:
        if not self._webhook_secret:
            raise CardsNotOffered(reason="no webhook secret is set")
        try:
            if not signature.isascii():  # Which the client cannot compare.
                raise ValueError(signature)
            event = stripe.Webhook.construct_event(body, signature, self._webhook_secret)
            news_id, news_type, thing = str(event.id), str(event.type), event.data.object
        except (stripe.SignatureVerificationError, ValueError, KeyError, AttributeError, TypeError) as error:
            raise BadSignature(reason=type(error).__name__) from error
        is_intent = getattr(thing, "object", "") == "payment_intent"
        intent_id = thing.id if is_intent else getattr(thing, "payment_intent", None)
        kind = getattr(thing, "object", "")
        return CardNews(
            news_id,
            news_type,
            intent_id if isinstance(intent_id, str) else None,
            of_refunds=kind == "refund" or news_type.startswith("charge.refund"),
            dispute_id=str(thing.id)[:100] if kind == "dispute" else None,
        )


@asynccontextmanager
async def _answering() -> AsyncIterator[None]:
    """Let through what Stripe decided; whatever else went wrong is CardsUnavailable."""
    try:
        yield
    except (stripe.CardError, stripe.InvalidRequestError):
        raise
    except stripe.StripeError as error:
        log.warning("stripe.unavailable", error=repr(error)[:300])
        raise CardsUnavailable(reason=type(error).__name__) from error


async def _pages(list_some: Callable[..., Awaitable[Any]], asked: Mapping[str, Any], most: int) -> list[Any]:
    """List what is asked for, page after page, up to so many."""
    found: list[Any] = []
    for _ in range(most // PAGE):
        page = await list_some(params={**asked, "limit": PAGE, **({"starting_after": found[-1].id} if found else {})})
        found += page.data
        if not page.has_more:
            break
    return found


def _intent(found: Any) -> Intent:
    state = _STATES.get(str(found.status), IntentState.WAITING)
    problem = getattr(found, "last_payment_error", None)
    next_action = _next_action(getattr(found, "next_action", None))
    if str(found.status) == "requires_action" and next_action is not None:
        state = IntentState.TO_PAY
    reason = ""
    if state is IntentState.DECLINED:
        reason = str(getattr(problem, "code", None) or found.status)
    return Intent(
        intent_id=str(found.id),
        state=state,
        amount_fen=int(found.amount),
        captured_fen=_captured_fen(found) if state is IntentState.CAPTURED else None,
        reason=reason,
        capture_before=_capture_before(found) if state is IntentState.HELD else None,
        next_action=next_action,
    )


def _next_action(action: Any) -> NextAction | None:
    """Read what a payer is to do in a wallet; a card that wants its holder gives none, since nobody is there."""
    kind = str(getattr(action, "type", ""))
    if kind in _REDIRECTS:
        return NextAction(ActionKind.REDIRECT, str(getattr(action, kind).url))
    if kind == _QR_CODE:
        code = getattr(action, kind)
        return NextAction(ActionKind.QR_CODE, str(code.hosted_instructions_url), str(code.data))
    return None


def _capture_before(found: Any) -> datetime | None:
    details = getattr(getattr(found, "latest_charge", None), "payment_method_details", None)
    seconds = getattr(getattr(details, "card", None), "capture_before", None)
    return None if seconds is None else datetime.fromtimestamp(int(seconds), UTC)


def _captured_fen(found: Any) -> int | None:
    """Tell what was taken, though the stand-in omits it, keeps the full amount and shows the rest as refunded."""
    received = getattr(found, "amount_received", None)
    if received:
        return int(received)
    charge = getattr(found, "latest_charge", None)
    taken = getattr(charge, "amount_captured", None)
    if taken:
        return int(taken)
    listed = getattr(getattr(charge, "refunds", None), "data", None)
    if listed is None:
        return None
    return int(charge.amount) - sum(int(one.amount) for one in listed if _refund_id(one) is None)  # type: ignore[union-attr]


def _refund_id(refund: Any) -> str | None:
    metadata = getattr(refund, "metadata", None)
    return None if metadata is None else getattr(metadata, "refund_id", None)


def _attempt(refund: Any) -> int:
    told = str(getattr(refund.metadata, "attempt", "0"))
    return int(told) if told.isdecimal() and len(told) < 9 else 0


def _failure(refund: Any) -> str:
    return str(getattr(refund, "failure_reason", None) or refund.status)


def _dispute(told: Any) -> DisputeSeen:
    status = str(told.status)
    won = None if status not in _DISPUTES_OVER else status != "lost"
    seconds = getattr(getattr(told, "evidence_details", None), "due_by", None)
    due_at = None if seconds is None else datetime.fromtimestamp(int(seconds), UTC)
    return DisputeSeen(str(told.id)[:100], won, int(told.amount), str(told.reason)[:200], due_at)


def _reason(error: stripe.StripeError) -> str:
    return str(error.code or error.user_message or type(error).__name__)
