"""For every row of the policy: a request that its service would take from the right person, and whose matter it is."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from shared.clock import SystemClock, business_date
from shared.contracts.authority import Grant, Operation, Reach
from shared.ids import new_id
from tests.build.land import COUNTY, PATH_OF, PREFECTURE, PROVINCE
from tests.build.market import a_basket, a_budget, a_delegation, a_policy, a_standing_order, in_a_week
from tests.build.papers import PDF
from tests.build.town import Resident, Town

TODAY = business_date(SystemClock().now())


@dataclass(frozen=True)
class Whose:
    """To whom a thing belongs; nothing at all for what belongs to nobody."""

    supplier: UUID | None = None
    canteen: UUID | None = None
    path: str | None = None
    applicant: UUID | None = None
    other_path: str | None = None
    """Of the other unit, where a thing is a matter of two: either's own people may, and who is above both."""

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(path for path in (self.path, self.other_path) if path is not None)


@dataclass(frozen=True)
class Ask:
    """One request: what stands in its path, beside its path, and in its body."""

    ids: dict[str, Any] = field(default_factory=dict)
    query: str = ""
    body: Any = None
    content: bytes | None = None
    media_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """How to ask for a thing that there is, and for one that there is not, and whose the first one is."""

    own: Callable[[Town], Ask]
    nobodys: Callable[[Town], Ask] | None = None
    whose: Callable[[Town], Whose] = lambda town: Whose()
    lists: bool = False
    """Whether it lists: whoever is signed in may ask, and sees only what is in reach."""
    hides: Callable[[Town], Collection[UUID]] | None = None
    """What of the list is out of reach, where something of another town on this land may rightly be within it."""
    taken_as: tuple[int, ...] = (200, 201, 204)
    """How it answers whoever may, the first time."""


def may(resident: Resident, operation: Operation, whose: Whose) -> bool:
    """Say from the table's words alone whether a person may, in the tests' own reading of them."""
    return any(_fits(resident, grant, whose) for grant in operation.grants)


def _fits(resident: Resident, grant: Grant, whose: Whose) -> bool:
    person = resident.person
    match grant.reach:
        case Reach.PUBLIC:
            return True
        case Reach.SIGNED_IN:
            return bool(person.token)
        case Reach.OWN_ACCOUNT:
            return whose.applicant is not None and person.account_id == whose.applicant
    held = [seat for seat in resident.seats if seat.role is grant.role]
    match grant.reach:
        case Reach.OWN_SUPPLIER:
            return any(seat.organisation == whose.supplier for seat in held)
        case Reach.OWN_CANTEEN:
            return any(seat.organisation == whose.canteen for seat in held)
        case Reach.OWN_UNIT:
            return any(seat.path in whose.paths for seat in held)
        case Reach.SUBTREE:
            return any(path.startswith(seat.path) for seat in held for path in whose.paths)
        case Reach.ABOVE:
            return any(whose.paths and all(_above(seat.path, path) for path in whose.paths) for seat in held)


def _above(own: str, path: str) -> bool:
    """Say whether a path lies below one's own; the province, with nobody above it, lies below itself."""
    return path.startswith(own) and (path != own or path == PATH_OF[PROVINCE])


def path_of(operation: Operation, ask: Ask) -> str:
    """Fill the ids into the path of an operation."""
    return operation.path.format(**ask.ids) + ask.query


def sellers(town: Town) -> Whose:
    return Whose(
        supplier=town.seller.id,
        path=PATH_OF[COUNTY],
        applicant=town.seller.person.account_id,
    )


def canteens(town: Town) -> Whose:
    return Whose(canteen=town.land.prefecture_canteen, path=PATH_OF[PREFECTURE])


def _givers(town: Town) -> Whose:
    return Whose(path=PATH_OF[PREFECTURE], applicant=town.person("approver prefecture").account_id)


def _orders(town: Town) -> Whose:
    return Whose(supplier=town.seller.id, canteen=town.land.prefecture_canteen, path=PATH_OF[PREFECTURE])


def of_one(whose: Callable[[Town], Whose], place: str, thing: str, **how: Any) -> Case:
    """A case of one thing: asked by its own id, and by one that names nothing."""
    taken_as = how.pop("taken_as", (200, 201, 204))
    content = how.pop("make", lambda town: {})

    def own(town: Town) -> Ask:
        return Ask({place: town.ids[thing]}, **how, **content(town))

    def nobodys(town: Town) -> Ask:
        return Ask({place: new_id()}, **how, **content(town))

    return Case(own, nobodys, whose, taken_as=taken_as)


def listed(parameter: str, thing: Callable[[Town], UUID], whose: Callable[[Town], Whose]) -> Case:
    return Case(lambda town: Ask(query=f"?{parameter}={thing(town)}"), None, whose, lists=True)


def _order_step(thing: str, make: Callable[[Town], dict[str, Any]] | None = None, **more: Any) -> Case:
    def ids(town: Town) -> dict[str, Any]:
        return {name: town.ids[key] for name, key in more.items()}

    def content(town: Town) -> dict[str, Any]:
        return make(town) if make else {}

    return Case(
        lambda town: Ask({"order_id": town.ids[thing], **ids(town)}, **content(town)),
        lambda town: Ask({"order_id": new_id(), **ids(town)}, **content(town)),
        _orders,
    )


def _lines(thing: str, write: Callable[[str], dict[str, Any]], **more: Any) -> Callable[[Town], dict[str, Any]]:
    def make(town: Town) -> dict[str, Any]:
        return {"body": {"lines": [write(town.ids[f"line of {thing}"])], **more}}

    return make


def _with_new_id(name: str, make: Callable[[Town], dict[str, Any]]) -> Callable[[Town], dict[str, Any]]:
    def with_id(town: Town) -> dict[str, Any]:
        made = make(town)
        return {**made, "body": {**made["body"], name: str(town.ids.setdefault(f"new {name}", new_id()))}}

    return with_id


def a_file(ids: dict[str, Any], query: str = "") -> Ask:
    return Ask(ids, query, content=PDF, media_type="application/pdf")


GATEWAY: dict[str, Case] = {
    "sign_up": Case(
        lambda town: Ask(
            body={"account": f"new-{new_id().hex[-12:]}", "name": "新人", "password": "nine quiet grey herons"}
        )
    ),
    "sign_in": Case(lambda town: Ask(body={"account": town.person("somebody").account, "password": town.password})),
    "sign_out": Case(lambda town: Ask()),
    "who_am_i": Case(lambda town: Ask()),
    "put_contact": Case(lambda town: Ask(body={"phone": "0731 5555 0001"})),
    "get_contact": Case(lambda town: Ask()),
    "preview_quota": of_one(canteens, "basket_id", "basket"),
    "find_substitutes": of_one(canteens, "basket_id", "basket"),
}

ORDER: dict[str, Case] = {
    "put_stock": Case(
        lambda town: Ask({"listing_id": town.goods.id}, body={"on_hand": 10_000_000, "reason": "盘点"}),
        lambda town: Ask({"listing_id": new_id()}, body={"on_hand": 1_000, "reason": "盘点"}),
        sellers,
    ),
    "put_season": Case(
        lambda town: Ask({"listing_id": town.goods.id}, body={"windows": [], "reason": "全年供应"}),
        lambda town: Ask({"listing_id": new_id()}, body={"windows": [], "reason": "全年供应"}),
        sellers,
    ),
    "get_stock": Case(
        lambda town: Ask({"listing_id": town.goods.id}), lambda town: Ask({"listing_id": new_id()}), sellers
    ),
    "put_basket": Case(
        lambda town: Ask(
            {"basket_id": town.ids["basket"]}, body=a_basket(town.land.prefecture_canteen, town.goods.line(1_000))
        ),
        lambda town: Ask({"basket_id": new_id()}, body=a_basket(new_id(), town.goods.line(1_000))),
        canteens,
    ),
    "get_basket": of_one(canteens, "basket_id", "basket"),
    "repeat_order": Case(
        lambda town: Ask({"basket_id": town.ids["basket"]}, body={"order_id": str(town.ids["order placed"])}),
        lambda town: Ask({"basket_id": town.ids["basket"]}, body={"order_id": str(new_id())}),
        canteens,
    ),
    "put_standing_order": Case(
        lambda town: Ask(
            {"standing_order_id": town.ids["standing order"]},
            body=a_standing_order(town.land.prefecture_canteen, town.goods.line(1_000)),
        ),
        lambda town: Ask({"standing_order_id": new_id()}, body=a_standing_order(new_id(), town.goods.line(1_000))),
        canteens,
    ),
    "get_standing_order": of_one(canteens, "standing_order_id", "standing order"),
    "list_standing_orders": listed("canteen", lambda town: town.land.prefecture_canteen, canteens),
    "put_requisition": Case(
        lambda town: Ask(
            {"requisition_id": town.ids.setdefault("requisition", new_id())},
            body={"basket_id": str(town.ids["basket to order"]), "wanted_on": in_a_week()},
        ),
        lambda town: Ask({"requisition_id": new_id()}, body={"basket_id": str(new_id()), "wanted_on": in_a_week()}),
        canteens,
    ),
    "get_requisition": of_one(canteens, "requisition_id", "requisition awaiting"),
    "list_requisitions": listed("canteen", lambda town: town.land.prefecture_canteen, canteens),
    "decide_requisition": of_one(
        canteens, "requisition_id", "requisition awaiting", body={"outcome": "approve", "reason": ""}
    ),
    "put_approval_policy": Case(
        lambda town: Ask({"policy_id": town.ids["policy"]}, body=a_policy(town.land.prefecture)),
        lambda town: Ask({"policy_id": new_id()}, body=a_policy(new_id())),
        canteens,
    ),
    "decide_approval_policy": of_one(canteens, "policy_id", "policy", body={"outcome": "approve", "reason": ""}),
    "list_approval_policies": listed("unit", lambda town: town.land.prefecture, canteens),
    "put_budget": Case(
        lambda town: Ask({"budget_id": town.ids["budget"]}, body=a_budget(town.land.prefecture_canteen)),
        lambda town: Ask({"budget_id": new_id()}, body=a_budget(new_id())),
        canteens,
    ),
    "get_budget": of_one(canteens, "budget_id", "budget"),
    "list_budgets": listed("canteen", lambda town: town.land.prefecture_canteen, canteens),
    "put_delegation": Case(
        lambda town: Ask({"delegation_id": new_id()}, body=a_delegation(town.land.prefecture)),
        lambda town: Ask({"delegation_id": new_id()}, body=a_delegation(new_id())),
        canteens,
    ),
    "end_delegation": of_one(_givers, "delegation_id", "delegation"),
    "list_delegations": Case(lambda town: Ask()),
    "withdraw_requisition": of_one(canteens, "requisition_id", "requisition to withdraw", body={"reason": "菜单有变"}),
    "list_orders": listed("canteen", lambda town: town.land.prefecture_canteen, _orders),
    "get_order": _order_step("order placed"),
    "get_order_ocds": _order_step("order placed"),
    "get_delivery_note": _order_step("order to pay"),
    "list_ocds_releases": Case(lambda town: Ask()),
    "confirm_order": _order_step("order placed"),
    "decline_order": _order_step("order to decline", lambda town: {"body": {"reason": "连日暴雨"}}),
    "pack_order": _order_step(
        "order confirmed", _lines("order confirmed", lambda line: {"line_id": line, "packed_quantity": 5_000})
    ),
    "ship_order": _order_step("order packed", lambda town: {"body": {"carrier": "自送"}}),
    "accept_order": _order_step(
        "order shipped",
        _with_new_id(
            "acceptance_id", _lines("order shipped", lambda line: {"line_id": line, "accepted_quantity": 5_000})
        ),
    ),
    "cancel_order": _order_step("order to cancel", lambda town: {"body": {"reason": "停餐"}}),
    "return_goods": _order_step(
        "order to return",
        _with_new_id(
            "return_id",
            _lines("order to return", lambda line: {"line_id": line, "quantity": 500, "reason": "有腐烂"}),
        ),
    ),
    "credit_order": _order_step(
        "order to credit",
        _with_new_id(
            "credit_id",
            _lines("order to credit", lambda line: {"line_id": line, "amount_fen": 100}, reason="规格偏小"),
        ),
    ),
    "put_payment": _order_step(
        "order to pay",
        lambda town: {"body": {"method": "bank_transfer", "amount_fen": 6_500}},
        payment_id="new payment",
    ),
    "put_voucher": Case(
        lambda town: a_file({"order_id": town.ids["order to voucher"], "payment_id": town.ids["payment"]}),
        lambda town: a_file({"order_id": town.ids["order to voucher"], "payment_id": new_id()}),
        _orders,
    ),
    "get_voucher": _order_step("order to voucher", payment_id="payment"),
    "confirm_payment": _order_step("order to voucher", payment_id="payment"),
    "retry_refund": _order_step("order of retried refund", refund_id="refund to retry"),
    "send_refund": _order_step(
        "order of failed refund", lambda town: {"body": {"note": "流水号 8842"}}, refund_id="refund to send"
    ),
    "receive_refund": _order_step(
        "order of sent refund", lambda town: {"body": {"outcome": "agree"}}, refund_id="refund to receive"
    ),
    "deny_payment": _order_step(
        "order to end transfers", lambda town: {"body": {"reason": "账户未到账"}}, payment_id="payment to deny"
    ),
    "withdraw_payment": _order_step(
        "order to end transfers", lambda town: {"body": {"reason": "金额登记有误"}}, payment_id="payment to withdraw"
    ),
    "list_reconciliations": Case(lambda town: Ask(), None, lambda town: Whose(path=PATH_OF[PROVINCE]), lists=True),
    "hear_stripe": Case(
        lambda town: Ask(body={"type": "payment_intent.succeeded"}, headers={"stripe-signature": "t=1,v1=00"}),
        taken_as=(422,),
    ),
}


CASES: dict[str, Case] = GATEWAY | ORDER
