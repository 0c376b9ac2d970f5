"""For every row of the policy: a request that its service would take from the right person, and whose matter it is."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from shared.clock import SystemClock, business_date
from shared.contracts.authority import Grant, Operation, Reach
from shared.ids import new_id
from tests.build.land import COUNTY, ELSEWHERE, PATH_OF, PREFECTURE, PROVINCE, unit_id
from tests.build.market import a_basket, a_delegation, a_policy, a_purchase, a_standing_order, a_transfer, in_a_week
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


def _canteens(town: Town) -> Whose:
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


def _listed(parameter: str, thing: Callable[[Town], UUID], whose: Callable[[Town], Whose]) -> Case:
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
    "preview_quota": of_one(_canteens, "basket_id", "basket"),
    "find_substitutes": of_one(_canteens, "basket_id", "basket"),
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
        _canteens,
    ),
    "get_basket": of_one(_canteens, "basket_id", "basket"),
    "repeat_order": Case(
        lambda town: Ask({"basket_id": town.ids["basket"]}, body={"order_id": str(town.ids["order placed"])}),
        lambda town: Ask({"basket_id": town.ids["basket"]}, body={"order_id": str(new_id())}),
        _canteens,
    ),
    "put_standing_order": Case(
        lambda town: Ask(
            {"standing_order_id": town.ids["standing order"]},
            body=a_standing_order(town.land.prefecture_canteen, town.goods.line(1_000)),
        ),
        lambda town: Ask({"standing_order_id": new_id()}, body=a_standing_order(new_id(), town.goods.line(1_000))),
        _canteens,
    ),
    "get_standing_order": of_one(_canteens, "standing_order_id", "standing order"),
    "list_standing_orders": _listed("canteen", lambda town: town.land.prefecture_canteen, _canteens),
    "put_requisition": Case(
        lambda town: Ask(
            {"requisition_id": town.ids.setdefault("requisition", new_id())},
            body={"basket_id": str(town.ids["basket to order"]), "wanted_on": in_a_week()},
        ),
        lambda town: Ask({"requisition_id": new_id()}, body={"basket_id": str(new_id()), "wanted_on": in_a_week()}),
        _canteens,
    ),
    "get_requisition": of_one(_canteens, "requisition_id", "requisition awaiting"),
    "list_requisitions": _listed("canteen", lambda town: town.land.prefecture_canteen, _canteens),
    "decide_requisition": of_one(
        _canteens, "requisition_id", "requisition awaiting", body={"outcome": "approve", "reason": ""}
    ),
    "put_approval_policy": Case(
        lambda town: Ask({"policy_id": town.ids["policy"]}, body=a_policy(town.land.prefecture)),
        lambda town: Ask({"policy_id": new_id()}, body=a_policy(new_id())),
        _canteens,
    ),
    "decide_approval_policy": of_one(_canteens, "policy_id", "policy", body={"outcome": "approve", "reason": ""}),
    "list_approval_policies": _listed("unit", lambda town: town.land.prefecture, _canteens),
    "put_delegation": Case(
        lambda town: Ask({"delegation_id": new_id()}, body=a_delegation(town.land.prefecture)),
        lambda town: Ask({"delegation_id": new_id()}, body=a_delegation(new_id())),
        _canteens,
    ),
    "end_delegation": of_one(_givers, "delegation_id", "delegation"),
    "list_delegations": Case(lambda town: Ask()),
    "withdraw_requisition": of_one(_canteens, "requisition_id", "requisition to withdraw", body={"reason": "菜单有变"}),
    "list_orders": _listed("canteen", lambda town: town.land.prefecture_canteen, _orders),
    "get_order": _order_step("order placed"),
    "get_order_ocds": _order_step("order placed"),
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
    "list_reconciliations": Case(lambda town: Ask(), None, lambda town: Whose(path=PATH_OF[PROVINCE]), lists=True),
    "hear_stripe": Case(
        lambda town: Ask(body={"type": "payment_intent.succeeded"}, headers={"stripe-signature": "t=1,v1=00"}),
        taken_as=(422,),
    ),
}


def _of_canteen(whose: Callable[[Town], Whose], make: Callable[[Town, UUID], Ask]) -> Case:
    """A case of the quota: asked of the canteen there is, and of one that nobody has."""
    return Case(lambda town: make(town, town.land.prefecture_canteen), lambda town: make(town, new_id()), whose)


def _reservation(town: Town, canteen: UUID) -> Ask:
    reserved = [{"rule": "hunan-2020-canteen", "amount_fen": 200_000}]
    body = {"canteen_id": str(canteen), "year": TODAY.year, "expected_base_fen": 1_000_000, "reserved": reserved}
    return Ask({"reservation_id": town.ids["reservation"]}, body=body)


def _month(town: Town, canteen: UUID) -> Ask:
    ids = {"canteen_id": canteen, "year": TODAY.year, "month": TODAY.month}
    return Ask(ids, body={"farm_produce_fen": 123_456, "explanation": "库存尚未入账"})


def _of_unit(make: Callable[[Town, UUID], Ask]) -> Case:
    """A case of what belongs to a unit: asked of the prefecture, and of one that nobody knows."""
    return Case(
        lambda town: make(town, town.land.prefecture),
        lambda town: make(town, new_id()),
        lambda town: Whose(path=PATH_OF[PREFECTURE]),
    )


MOVING, MOVING_TO = "433122", "430800"
"""泸溪县, which nobody else of the tests looks at, and 张家界市."""


def _move(town: Town, unit: UUID) -> Ask:
    body = {"kind": "move", "to_unit_id": str(unit_id(MOVING_TO)), "valid_from": TODAY.isoformat()}
    return Ask({"unit_id": unit, "move_id": town.ids["move"]}, body={**body, "document": "区划调整文件（测试）"})


def _purchase(town: Town, canteen: UUID) -> Ask:
    return Ask({"purchase_id": town.ids["new purchase"]}, body=a_purchase(canteen, town.ids["invoice"]))


def _red_letter(town: Town, purchase: UUID) -> Ask:
    body = {"invoice": {"number": town.ids["red invoice"]}, "issued_on": TODAY.isoformat(), "amount_fen": 800}
    return Ask({"purchase_id": purchase, "red_letter_id": town.ids["red letter"]}, body={**body, "reason": "退货"})


def _import(import_id: UUID, canteen: UUID, file: bytes) -> Ask:
    return Ask({"import_id": import_id}, f"?canteen={canteen}", content=file, media_type="text/csv")


def _provinces(town: Town) -> Whose:
    return Whose(path=PATH_OF[PROVINCE])


def _drafts(kind: str) -> dict[str, Case]:
    """The cases of a kind of draft; who asks drafts one, decides on another's and takes back their own."""

    def nobodys(body: Any = None) -> Callable[[Town], Ask]:
        return lambda town: Ask({"draft_id": new_id()}, body=body)

    decided, taken = {"version": 1, "outcome": "enforce", "reason": ""}, {"reason": "文件尚未印发"}
    return {
        f"put_{kind}_draft": Case(
            lambda town: Ask(
                {"draft_id": town.ids[f"new {kind} draft"]},
                body=town.ids["rule drafted" if kind == "rule" else "list drafted"],
            ),
            None,
            _provinces,
        ),
        f"get_{kind}_draft": of_one(_provinces, "draft_id", f"{kind} draft"),
        f"list_{kind}_drafts": Case(lambda town: Ask(), None, _provinces, lists=True),
        f"decide_{kind}_draft": Case(
            lambda town: Ask({"draft_id": town.ids[f"{kind} draft"]}, body=decided), nobodys(decided), _provinces
        ),
        f"withdraw_{kind}_draft": Case(
            lambda town: Ask({"draft_id": town.ids[f"own {kind} draft"]}, body=taken), nobodys(taken), _provinces
        ),
    }


def _declaration(town: Town, canteen: UUID) -> Ask:
    body = {"canteen_id": str(canteen), "year": town.ids["year to declare"]}
    return Ask({"declaration_id": town.ids["new declaration"]}, body=body)


def _closing(period: dict[str, int]) -> Case:
    """The case of closing a period once: of a canteen of this town alone, which nobody else may have closed before."""

    def ask(canteen: UUID) -> Ask:
        return Ask({"canteen_id": canteen}, body=period)

    return Case(
        lambda town: ask(town.ids["canteen to close"]),
        lambda town: ask(new_id()),
        lambda town: Whose(path=PATH_OF[PREFECTURE]),
        taken_as=(201,),
    )


def _transfer(town: Town, transfer: UUID, purchase: UUID) -> Ask:
    return Ask({"transfer_id": transfer}, body=a_transfer(town.land.other_canteen, purchase_id=str(purchase)))


def _both(town: Town) -> Whose:
    return Whose(canteen=town.land.prefecture_canteen, path=PATH_OF[PREFECTURE], other_path=PATH_OF[ELSEWHERE])


QUOTA: dict[str, Case] = {
    "list_units": Case(lambda town: Ask()),
    "list_canteens": Case(lambda town: Ask()),
    "list_rules": Case(lambda town: Ask()),
    "list_designations": Case(lambda town: Ask()),
    **_drafts("rule"),
    "what_if_rule": of_one(_provinces, "draft_id", "rule draft"),
    **_drafts("designation"),
    "put_unit_move": Case(
        lambda town: _move(town, unit_id(MOVING)),
        lambda town: _move(town, new_id()),
        lambda town: Whose(path=PATH_OF[PROVINCE]),
    ),
    "get_unit_history": _of_unit(lambda town, unit: Ask({"unit_id": unit})),
    "put_meals": _of_canteen(_canteens, lambda town, canteen: Ask(_month(town, canteen).ids, body={"meals": 1_200})),
    "get_meals": _of_canteen(_canteens, lambda town, canteen: Ask(_month(town, canteen).ids)),
    "list_meal_costs": _of_unit(lambda town, unit: Ask(query=f"?unit={unit}")),
    "put_reservation": _of_canteen(_canteens, _reservation),
    "get_reservation": of_one(_canteens, "reservation_id", "reservation filed"),
    "list_reservations": _of_unit(lambda town, unit: Ask(query=f"?unit={unit}")),
    "review_reservation": of_one(
        _canteens, "reservation_id", "reservation filed", body={"version": 1, "outcome": "accept"}
    ),
    "put_attestation": _of_canteen(_canteens, _month),
    "get_attestation": _of_canteen(_canteens, lambda town, canteen: Ask(_month(town, canteen).ids)),
    "put_off_platform_purchase": _of_canteen(_canteens, _purchase),
    "get_off_platform_purchase": of_one(_canteens, "purchase_id", "purchase"),
    "list_off_platform_purchases": _listed("canteen", lambda town: town.land.prefecture_canteen, _canteens),
    "verify_off_platform_purchase": of_one(
        _canteens, "purchase_id", "purchase", body={"outcome": "accept", "reason": "随货证明与发票一致"}
    ),
    "claim_origin_anew": of_one(_canteens, "purchase_id", "purchase rejected", body={"reason": "已补交茶陵县产地证明"}),
    "put_red_letter": Case(
        lambda town: _red_letter(town, town.ids["purchase to reverse"]),
        lambda town: _red_letter(town, new_id()),
        _canteens,
    ),
    "put_purchase_evidence": Case(
        lambda town: a_file({"purchase_id": town.ids["purchase rejected"], "document_id": new_id()}, "?name=a.pdf"),
        lambda town: a_file({"purchase_id": new_id(), "document_id": new_id()}, "?name=a.pdf"),
        _canteens,
    ),
    "get_purchase_evidence": Case(
        lambda town: Ask({"purchase_id": town.ids["purchase rejected"], "document_id": town.ids["evidence"]}),
        lambda town: Ask({"purchase_id": town.ids["purchase rejected"], "document_id": new_id()}),
        _canteens,
    ),
    "get_import_schema": Case(lambda town: Ask()),
    "get_import_template": Case(lambda town: Ask(query="?format=csv")),
    "put_import": Case(
        lambda town: _import(town.ids["import"], town.land.prefecture_canteen, town.ids["import file"]),
        lambda town: _import(new_id(), new_id(), town.ids["import file"]),
        _canteens,
    ),
    "get_import": of_one(_canteens, "import_id", "import"),
    "accept_import": of_one(_canteens, "import_id", "import"),
    "undo_import": of_one(_canteens, "import_id", "import", body={"reason": "导入了错误月份的文件"}),
    "close_month": _closing({"year": TODAY.year - 1, "month": 1}),
    "close_year": _closing({"year": TODAY.year - 2}),
    "restate_year": _of_canteen(
        _canteens,
        lambda town, canteen: Ask(
            {"canteen_id": canteen}, body={"year": town.ids["year to restate"], "reason": "补录一笔采购"}
        ),
    ),
    "list_restatements": _of_unit(lambda town, unit: Ask(query=f"?unit={unit}")),
    "put_declaration": _of_canteen(_canteens, _declaration),
    "get_declaration": of_one(_canteens, "declaration_id", "declaration to sign"),
    "list_declarations": _of_unit(lambda town, unit: Ask(query=f"?unit={unit}")),
    "sign_declaration": of_one(_canteens, "declaration_id", "declaration to sign", body={"capacity": "单位负责人"}),
    "decide_declaration": of_one(
        _canteens, "declaration_id", "declaration to decide", body={"outcome": "countersign", "capacity": "省残联"}
    ),
    "put_transfer": Case(
        lambda town: _transfer(town, town.ids["new transfer"], town.ids["purchase to move"]), None, _both
    ),
    "get_transfer": of_one(_both, "transfer_id", "transfer"),
    "list_transfers": _listed("canteen", lambda town: town.land.prefecture_canteen, _both),
    "decide_transfer": of_one(_both, "transfer_id", "transfer", body={"outcome": "approve", "reason": "已核对送货单"}),
    "list_published_declarations": Case(lambda town: Ask()),
    "get_published_declaration": of_one(_canteens, "declaration_id", "declaration to read"),
    "get_statement": _of_canteen(_canteens, lambda town, canteen: Ask({"subject_id": canteen})),
    "get_statement_lines": _of_canteen(_canteens, lambda town, canteen: Ask({"subject_id": canteen})),
    "get_movements": _of_canteen(
        _canteens, lambda town, canteen: Ask({"subject_id": canteen}, f"?since={TODAY.year}-01-01")
    ),
    "get_pace": _of_canteen(_canteens, lambda town, canteen: Ask({"subject_id": canteen})),
    "put_alert_thresholds": _of_unit(lambda town, unit: Ask({"unit_id": unit}, body={"behind_bp": 300})),
    "get_alert_thresholds": _of_unit(lambda town, unit: Ask({"unit_id": unit})),
    "list_alerts": _of_unit(lambda town, unit: Ask(query=f"?unit={unit}")),
    "put_heads": _of_unit(
        lambda town, unit: Ask({"unit_id": unit, "year": TODAY.year}, body={"heads": 47, "source": "会员名册"})
    ),
    "get_heads": _of_unit(lambda town, unit: Ask({"unit_id": unit, "year": TODAY.year})),
    "get_union_fund": _of_unit(lambda town, unit: Ask({"unit_id": unit})),
    "list_checkpoints": Case(lambda town: Ask()),
    "get_checkpoint": Case(lambda town: Ask({"checkpoint_id": town.ids["checkpoint"]})),
    "verify_published_file": Case(lambda town: Ask(content=b"{}")),
}

CASES: dict[str, Case] = GATEWAY | ORDER | QUOTA
