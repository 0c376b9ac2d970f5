"""Stripe as its documents have it, where the stand-in knows less: keys that repeat, bounds of refunds, wallets.

It speaks below the official client, on the wire: each request is held against the SDK's shapes, a writing one must
carry an idempotency key, and the same key again answers the same and does nothing. It is the vendor's side alone;
nothing of ours is replaced.
"""

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import orjson
import stripe

from tests.build.stripe_shapes import faults, wire

HOLD_SECONDS = 7 * 24 * 3600
WALLETS = {"alipay", "wechat_pay"}
DECLINED = {"pm_card_chargeCustomerFail"}
"""A card that can be attached, and says no when it is asked for money."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One request as it left."""

    method: str
    path: str
    params: dict[str, Any]
    key: str | None


class Refusal(Exception):
    def __init__(self, code: int, type_: str, error: str, **more: Any) -> None:
        super().__init__(error)
        self.code = code
        self.error = {"type": type_, "code": error, "message": error, **more}


def wrong(error: str) -> Refusal:
    return Refusal(400, "invalid_request_error", error)


class StrictStripe(stripe.HTTPClient):
    """The vendor. Time is what a test sets; `lost` names a path whose next answer never arrives."""

    name = "strict"

    def __init__(self, now: Callable[[], int]) -> None:
        super().__init__()
        self.now = now
        self.sent: list[Sent] = []
        self.faults: list[str] = []
        self.intents: dict[str, dict[str, Any]] = {}
        self.refunds: dict[str, dict[str, Any]] = {}
        self.customers: dict[str, dict[str, Any]] = {}
        self.methods: dict[str, str] = {}
        self.accounts: dict[str, dict[str, Any]] = {}
        self.disputes: dict[str, dict[str, Any]] = {}
        self.lost: str | None = None
        self.says_no: str | None = None
        """How the path of a call ends that is answered as a card's no."""
        self.no_more_holds = False
        self.refunds_fail = False
        self._answers: dict[str, tuple[str, int, bytes]] = {}
        self._made = 0
        self._own = secrets.token_hex(4)

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: Any = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        path, method = urlsplit(url).path, method.upper()
        key = headers.get("Idempotency-Key") if method == "POST" else None
        body = (post_data or "") if method == "POST" else None
        self.faults += [f"{method} {path}: {fault}" for fault in faults(method, url, body)]
        params = wire(url, body)
        self.sent.append(Sent(method, path, params, key))
        if method == "POST" and not key:
            self.faults.append(f"{method} {path}: no idempotency key")
        told = hashlib.sha256(f"{path} {body}".encode()).hexdigest()
        if key in self._answers:
            before, code, answer = self._answers[key]
            if before != told:
                code, answer = 400, orjson.dumps({"error": {"type": "idempotency_error", "message": "other content"}})
            return answer, code, {"Content-Type": "application/json"}
        try:
            code, answer = 200, orjson.dumps(self._do(method, path, params))
        except Refusal as refusal:
            code, answer = refusal.code, orjson.dumps({"error": refusal.error})
        if key:
            self._answers[key] = (told, code, answer)
        if self.lost is not None and path.endswith(self.lost):
            self.lost = None
            raise stripe.APIConnectionError("the answer was lost", should_retry=False)  # type: ignore[no-untyped-call]
        return answer, code, {"Content-Type": "application/json"}

    async def close_async(self) -> None:
        pass

    # ── what happens at the vendor by itself ──

    def pay(self, intent_id: str) -> None:
        """Have the payer pay by wallet."""
        intent = self.intents[intent_id]
        assert intent["status"] == "requires_action"
        self._charge(intent)

    def refuse(self, intent_id: str) -> None:
        """Have the payer refuse in the wallet."""
        intent = self.intents[intent_id]
        assert intent["status"] == "requires_action"
        intent |= {
            "status": "requires_payment_method",
            "last_payment_error": {"code": "payment_method_provider_decline"},
        }

    def lapse(self, intent_id: str) -> None:
        """Have a hold run out."""
        assert self.intents[intent_id]["status"] == "requires_capture"
        self.intents[intent_id]["status"] = "canceled"

    def fail_refund(self, refund_id: str, reason: str = "lost_or_stolen_card") -> None:
        """Have a bank send back what was refunded."""
        self.refunds[refund_id] |= {"status": "failed", "failure_reason": reason}

    def dispute(self, intent_id: str, amount: int) -> str:
        """Have a card's holder dispute a payment; gives the dispute."""
        dispute_id = self._id("dp")
        self.disputes[dispute_id] = {
            "id": dispute_id,
            "object": "dispute",
            "created": self.now(),
            "amount": amount,
            "currency": "cny",
            "charge": self.intents[intent_id]["latest_charge"]["id"],
            "payment_intent": intent_id,
            "reason": "fraudulent",
            "status": "needs_response",
            "evidence_details": {"due_by": self.now() + 7 * 86_400, "has_evidence": False},
        }
        return dispute_id

    def taken_fen(self) -> int:
        """Sum what was charged, and neither paid back nor taken back by a bank."""
        taken = sum(int(one["amount_received"]) for one in self.intents.values())
        taken -= sum(int(one["amount"]) for one in self.disputes.values() if one["status"] == "lost")
        return taken - sum(int(one["amount"]) for one in self.refunds.values() if one["status"] != "failed")

    def held(self) -> list[str]:
        return [one["id"] for one in self.intents.values() if one["status"] == "requires_capture"]

    # ── what is asked of it ──

    def _do(self, method: str, path: str, params: dict[str, Any]) -> Any:
        _, _, room, *rest = path.split("/")
        if self.says_no is not None and path.endswith(self.says_no):
            raise Refusal(402, "card_error", "card_declined")
        verbs: dict[tuple[str, str, int], Callable[..., Any]] = {
            ("POST", "payment_intents", 0): self._make,
            ("GET", "payment_intents", 0): lambda p: self._list("payment_intents", self.intents, p),
            ("GET", "payment_intents", 1): lambda p, id_: self._intent(id_),
            ("POST", "payment_intents", 2): lambda p, id_, verb: getattr(self, f"_{verb}")(self._intent(id_), p),
            ("POST", "refunds", 0): self._refund,
            ("GET", "charges", 0): self._charges,
            ("GET", "refunds", 0): self._refunds_of,
            ("POST", "customers", 0): self._customer,
            ("POST", "payment_methods", 2): self._attach,
            ("GET", "accounts", 1): self._account,
            ("GET", "disputes", 1): self._dispute,
            ("GET", "disputes", 0): lambda p: self._list("disputes", self.disputes, p),
        }
        do = verbs.get((method, room, len(rest)))
        if do is None:
            raise Refusal(404, "invalid_request_error", f"no {method} {path}")
        answer: Any = do(params, *rest)
        return answer

    def _id(self, prefix: str) -> str:
        self._made += 1
        return f"{prefix}_{self._own}{self._made:08d}"

    def _intent(self, intent_id: str) -> dict[str, Any]:
        if intent_id not in self.intents:
            raise Refusal(404, "invalid_request_error", "resource_missing")
        return self.intents[intent_id]

    def _make(self, params: dict[str, Any]) -> dict[str, Any]:
        (kind,) = params["payment_method_types"].values()
        customer, method = params.get("customer"), params.get("payment_method")
        if kind in WALLETS:
            if params["currency"] != "cny" or params.get("capture_method") == "manual":
                raise wrong("payment_method_not_available")
            if params["payment_method_data"]["type"] != kind:
                raise wrong("payment_method_unexpected_state")
            method = self._id("pm")
            self.methods[method] = kind
        elif method is None or (customer is not None and method not in self.customers[customer]["methods"]):
            raise wrong("resource_missing")
        destination = params.get("transfer_data", {}).get("destination")
        if destination is not None and destination not in self.accounts:
            raise wrong("resource_missing")
        intent_id = self._id("pi")
        self.intents[intent_id] = {
            "id": intent_id,
            "object": "payment_intent",
            "created": self.now(),
            "amount": int(params["amount"]),
            "amount_received": 0,
            "currency": params["currency"],
            "capture_method": params.get("capture_method", "automatic"),
            "status": "requires_confirmation",
            "payment_method": method,
            "payment_method_types": [kind],
            "customer": customer,
            "metadata": params.get("metadata", {}),
            "latest_charge": None,
            "next_action": None,
            "last_payment_error": None,
            "transfer_data": {"destination": destination} if destination else None,
            "on_behalf_of": params.get("on_behalf_of"),
        }
        return self.intents[intent_id]

    def _confirm(self, intent: dict[str, Any], params: dict[str, Any]) -> dict[str, Any]:
        if intent["status"] != "requires_confirmation":
            raise wrong("payment_intent_unexpected_state")
        (kind,) = intent["payment_method_types"]
        if kind in WALLETS:
            intent["status"] = "requires_action"
            if kind == "alipay":
                if not params.get("return_url"):
                    raise wrong("parameter_missing")
                intent["next_action"] = {
                    "type": "alipay_handle_redirect",
                    "alipay_handle_redirect": {
                        "url": f"https://pay.example/{intent['id']}",
                        "return_url": params["return_url"],
                    },
                }
            else:
                intent["next_action"] = {
                    "type": "wechat_pay_display_qr_code",
                    "wechat_pay_display_qr_code": {
                        "data": f"weixin://wxpay/{intent['id']}",
                        "hosted_instructions_url": f"https://pay.example/{intent['id']}",
                        "image_data_url": "data:image/png;base64,",
                        "image_url_png": "https://pay.example/qr.png",
                        "image_url_svg": "https://pay.example/qr.svg",
                    },
                }
            return intent
        if self.no_more_holds or self.methods.get(intent["payment_method"], intent["payment_method"]) in DECLINED:
            intent |= {"status": "requires_payment_method", "last_payment_error": {"code": "card_declined"}}
            raise Refusal(402, "card_error", "card_declined", payment_intent=intent)
        if intent["capture_method"] == "manual":
            intent["status"] = "requires_capture"
            intent["latest_charge"] = {
                "id": self._id("ch"),
                "object": "charge",
                "amount": intent["amount"],
                "amount_captured": 0,
                "payment_method_details": {
                    "type": "card",
                    "card": {"capture_before": self.now() + HOLD_SECONDS},
                },
            }
        else:
            self._charge(intent)
        return intent

    def _charge(self, intent: dict[str, Any], amount: int | None = None) -> None:
        amount = intent["amount"] if amount is None else amount
        charge = intent["latest_charge"] or {"id": self._id("ch"), "object": "charge", "amount": intent["amount"]}
        intent |= {
            "status": "succeeded",
            "amount_received": amount,
            "next_action": None,
            "latest_charge": charge | {"amount_captured": amount},
        }

    def _capture(self, intent: dict[str, Any], params: dict[str, Any]) -> dict[str, Any]:
        amount = int(params.get("amount_to_capture", intent["amount"]))
        if intent["status"] != "requires_capture" or amount > intent["amount"]:
            raise wrong("payment_intent_unexpected_state")
        self._charge(intent, amount=amount)
        return intent

    def _cancel(self, intent: dict[str, Any], params: dict[str, Any]) -> dict[str, Any]:
        if intent["status"] in ("succeeded", "canceled", "processing"):
            raise wrong("payment_intent_unexpected_state")
        intent["status"] = "canceled"
        return intent

    def _refund(self, params: dict[str, Any]) -> dict[str, Any]:
        intent = self._intent(params["payment_intent"])
        amount = int(params.get("amount", intent["amount_received"]))
        back = sum(
            one["amount"]
            for one in self.refunds.values()
            if one["payment_intent"] == intent["id"] and one["status"] != "failed"
        )
        if back + amount + self._disputed_fen(intent["id"]) > intent["amount_received"]:
            raise wrong("charge_disputed" if self._disputed_fen(intent["id"]) else "charge_already_refunded")
        if params.get("reverse_transfer") == "true" and not intent["transfer_data"]:
            raise wrong("parameter_unknown")
        refund = {
            "id": self._id("re"),
            "object": "refund",
            "amount": amount,
            "currency": intent["currency"],
            "created": self.now(),
            "status": "succeeded",
            "payment_intent": intent["id"],
            "metadata": params.get("metadata", {}),
        }
        self.refunds[str(refund["id"])] = refund
        if self.refunds_fail:
            self.fail_refund(refund["id"])
        return refund

    def _refunds_of(self, params: dict[str, Any]) -> dict[str, Any]:
        wanted = params.get("payment_intent")
        chosen = {key: one for key, one in self.refunds.items() if wanted in (None, one["payment_intent"])}
        return self._list("refunds", chosen, params)

    def _list(self, room: str, chosen: dict[str, dict[str, Any]], params: dict[str, Any]) -> dict[str, Any]:
        since, until = (int(params.get("created", {}).get(name, bound)) for name, bound in (("gte", 0), ("lt", 2**62)))
        since = max(since, int(params.get("created", {}).get("gt", -1)) + 1)
        found = [one for one in reversed(chosen.values()) if since <= one["created"] < until]
        if (after := params.get("starting_after")) is not None:
            found = found[[one["id"] for one in found].index(after) + 1 :]
        limit = int(params.get("limit", 10))
        return {"object": "list", "url": f"/v1/{room}", "data": found[:limit], "has_more": len(found) > limit}

    def _charges(self, params: dict[str, Any]) -> dict[str, Any]:
        made = {
            one["latest_charge"]["id"]: one["latest_charge"]
            | {
                "created": one["created"],
                "payment_intent": one["id"],
                "metadata": one["metadata"],
                "captured": one["status"] == "succeeded",
                "paid": True,
            }
            for one in self.intents.values()
            if one["latest_charge"] is not None
        }
        return self._list("charges", made, params)

    def _customer(self, params: dict[str, Any]) -> dict[str, Any]:
        customer_id = self._id("cus")
        self.customers[customer_id] = {"methods": set()}
        return {"id": customer_id, "object": "customer", "metadata": params.get("metadata", {})}

    def _attach(self, params: dict[str, Any], method_id: str, verb: str) -> dict[str, Any]:
        if not method_id.startswith("pm_card_"):
            raise wrong("resource_missing")
        attached = self._id("pm")
        self.methods[attached] = method_id
        self.customers[params["customer"]]["methods"].add(attached)
        return {"id": attached, "object": "payment_method", "type": "card", "customer": params["customer"]}

    def _disputed_fen(self, intent_id: str) -> int:
        """Sum what of a charge is a bank's to decide, or was taken back by it."""
        found = (one for one in self.disputes.values() if one["payment_intent"] == intent_id)
        return sum(int(one["amount"]) for one in found if one["status"] != "won")

    def _dispute(self, params: dict[str, Any], dispute_id: str) -> dict[str, Any]:
        if dispute_id not in self.disputes:
            raise Refusal(404, "invalid_request_error", "resource_missing")
        return self.disputes[dispute_id]

    def _account(self, params: dict[str, Any], account_id: str) -> dict[str, Any]:
        if account_id not in self.accounts:
            raise Refusal(403, "invalid_request_error", "account_invalid")
        return self.accounts[account_id] | {"id": account_id, "object": "account"}
