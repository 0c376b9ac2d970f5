"""What procurement_quota takes from the right person, and whose matter each is."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from shared.ids import new_id
from tests.build.land import ELSEWHERE, PATH_OF, PREFECTURE, PROVINCE, unit_id
from tests.build.market import a_purchase, a_transfer
from tests.build.town import Town
from tests.integration.authority.cases import TODAY, Ask, Case, Whose, a_file, canteens, listed, of_one


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
    "put_meals": _of_canteen(canteens, lambda town, canteen: Ask(_month(town, canteen).ids, body={"meals": 1_200})),
    "get_meals": _of_canteen(canteens, lambda town, canteen: Ask(_month(town, canteen).ids)),
    "list_meal_costs": _of_unit(lambda town, unit: Ask(query=f"?unit={unit}")),
    "put_reservation": _of_canteen(canteens, _reservation),
    "get_reservation": of_one(canteens, "reservation_id", "reservation filed"),
    "list_reservations": _of_unit(lambda town, unit: Ask(query=f"?unit={unit}")),
    "review_reservation": of_one(
        canteens, "reservation_id", "reservation filed", body={"version": 1, "outcome": "accept"}
    ),
    "put_attestation": _of_canteen(canteens, _month),
    "get_attestation": _of_canteen(canteens, lambda town, canteen: Ask(_month(town, canteen).ids)),
    "put_off_platform_purchase": _of_canteen(canteens, _purchase),
    "get_off_platform_purchase": of_one(canteens, "purchase_id", "purchase"),
    "list_off_platform_purchases": listed("canteen", lambda town: town.land.prefecture_canteen, canteens),
    "verify_off_platform_purchase": of_one(
        canteens, "purchase_id", "purchase", body={"outcome": "accept", "reason": "随货证明与发票一致"}
    ),
    "claim_origin_anew": of_one(canteens, "purchase_id", "purchase rejected", body={"reason": "已补交茶陵县产地证明"}),
    "put_red_letter": Case(
        lambda town: _red_letter(town, town.ids["purchase to reverse"]),
        lambda town: _red_letter(town, new_id()),
        canteens,
    ),
    "put_purchase_evidence": Case(
        lambda town: a_file({"purchase_id": town.ids["purchase rejected"], "document_id": new_id()}, "?name=a.pdf"),
        lambda town: a_file({"purchase_id": new_id(), "document_id": new_id()}, "?name=a.pdf"),
        canteens,
    ),
    "get_purchase_evidence": Case(
        lambda town: Ask({"purchase_id": town.ids["purchase rejected"], "document_id": town.ids["evidence"]}),
        lambda town: Ask({"purchase_id": town.ids["purchase rejected"], "document_id": new_id()}),
        canteens,
    ),
    "get_import_schema": Case(lambda town: Ask()),
    "get_import_template": Case(lambda town: Ask(query="?format=csv")),
    "put_import": Case(
        lambda town: _import(town.ids["import"], town.land.prefecture_canteen, town.ids["import file"]),
        lambda town: _import(new_id(), new_id(), town.ids["import file"]),
        canteens,
    ),
    "get_import": of_one(canteens, "import_id", "import"),
    "accept_import": of_one(canteens, "import_id", "import"),
    "undo_import": of_one(canteens, "import_id", "import", body={"reason": "导入了错误月份的文件"}),
    "close_month": _closing({"year": TODAY.year - 1, "month": 1}),
    "close_year": _closing({"year": TODAY.year - 2}),
    "restate_year": _of_canteen(
        canteens,
        lambda town, canteen: Ask(
            {"canteen_id": canteen}, body={"year": town.ids["year to restate"], "reason": "补录一笔采购"}
        ),
    ),
    "list_restatements": _of_unit(lambda town, unit: Ask(query=f"?unit={unit}")),
    "put_declaration": _of_canteen(canteens, _declaration),
    "get_declaration": of_one(canteens, "declaration_id", "declaration to sign"),
    "list_declarations": _of_unit(lambda town, unit: Ask(query=f"?unit={unit}")),
    "sign_declaration": of_one(canteens, "declaration_id", "declaration to sign", body={"capacity": "单位负责人"}),
    "decide_declaration": of_one(
        canteens, "declaration_id", "declaration to decide", body={"outcome": "countersign", "capacity": "省残联"}
    ),
    "put_transfer": Case(
        lambda town: _transfer(town, town.ids["new transfer"], town.ids["purchase to move"]), None, _both
    ),
    "get_transfer": of_one(_both, "transfer_id", "transfer"),
    "list_transfers": listed("canteen", lambda town: town.land.prefecture_canteen, _both),
    "decide_transfer": of_one(_both, "transfer_id", "transfer", body={"outcome": "approve", "reason": "已核对送货单"}),
    "list_published_declarations": Case(lambda town: Ask()),
    "get_published_declaration": of_one(canteens, "declaration_id", "declaration to read"),
    "get_statement": _of_canteen(canteens, lambda town, canteen: Ask({"subject_id": canteen})),
    "get_statement_lines": _of_canteen(canteens, lambda town, canteen: Ask({"subject_id": canteen})),
    "get_movements": _of_canteen(
        canteens, lambda town, canteen: Ask({"subject_id": canteen}, f"?since={TODAY.year}-01-01")
    ),
    "get_pace": _of_canteen(canteens, lambda town, canteen: Ask({"subject_id": canteen})),
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
