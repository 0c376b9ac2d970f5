"""For accounts: a request that would be taken, and whose matter it is."""

from datetime import timedelta
from typing import Any

from shared.ids import new_id
from tests.build.land import PATH_OF, PREFECTURE
from tests.build.papers import PDF
from tests.build.town import Town, an_invoice_of
from tests.integration.authority.cases import TODAY, Ask, Case, Whose, of_one


def _both(town: Town) -> Whose:
    return Whose(supplier=town.seller.id, canteen=town.land.prefecture_canteen, path=PATH_OF[PREFECTURE])


def _closing(town: Town, statement: str, objection: object) -> Ask:
    ids = {"statement_id": town.ids[statement], "objection_id": objection}
    return Ask(ids, body={"note": "已说明"})


def _payment(name: str, **how: Any) -> Case:
    """A case of one transfer on the town's statement."""

    def ask(town: Town, statement: object) -> Ask:
        return Ask({"statement_id": statement, "payment_id": town.ids[name]}, **how)

    return Case(lambda town: ask(town, town.ids["statement"]), lambda town: ask(town, new_id()), _both)


def _invoice(town: Town, order: object) -> Ask:
    line = town.ids["line of order to invoice"]
    body = an_invoice_of(town.ids["new invoice number"], str(order), line, 6_500)
    return Ask({"invoice_id": town.ids["new invoice"]}, body=body)


def _resolution(town: Town, order: object) -> Ask:
    line, resolution = town.ids["line of order invoiced"], town.ids["resolution"]
    said = {"kind": "over_ordered", "fen": 100, "note": "下月红字冲回"}
    return Ask({"order_id": order}, body={"resolution_id": str(resolution), "line_id": line, **said})


def _terms(town: Town, unit: object) -> Ask:
    body = {"days": 20, "valid_from": (TODAY + timedelta(days=40)).isoformat()}
    return Ask({"unit_id": unit, "terms_id": town.ids["terms"]}, body=body)


ACCOUNTS: dict[str, Case] = {
    "list_account_statements": Case(
        lambda town: Ask(query=f"?canteen={town.land.prefecture_canteen}"), None, _both, lists=True
    ),
    "get_account_statement": of_one(_both, "statement_id", "statement"),
    "confirm_account_statement": of_one(_both, "statement_id", "statement to confirm"),
    "object_to_account_statement": of_one(
        _both,
        "statement_id",
        "statement",
        make=lambda town: {"body": {"objection_id": str(new_id()), "reason": "单价不符"}},
    ),
    "close_account_objection": Case(
        lambda town: _closing(town, "statement", town.ids["objection"]),
        lambda town: Ask({"statement_id": new_id(), "objection_id": new_id()}, body={"note": "已说明"}),
        _both,
        taken_as=(200, 409),  # the side that raised it closes it; the first asked may be of the other
    ),
    "put_account_payment": _payment("new account payment", body={"amount_fen": 1_000}),
    "put_account_voucher": _payment("account payment to voucher", content=PDF, media_type="application/pdf"),
    "get_account_voucher": _payment("account payment to voucher"),
    "confirm_account_payment": _payment("account payment to confirm"),
    "deny_account_payment": _payment("account payment to deny", body={"reason": "账户未到账"}),
    "withdraw_account_payment": _payment("account payment to withdraw", body={"reason": "金额登记有误"}),
    "put_invoice": Case(
        lambda town: _invoice(town, town.ids["order to invoice"]),
        lambda town: _invoice(town, new_id()),
        lambda town: Whose(supplier=town.seller.id),
    ),
    "get_invoice": of_one(_both, "invoice_id", "invoice entered"),
    "list_invoices": Case(lambda town: Ask(query=f"?canteen={town.land.prefecture_canteen}"), None, _both, lists=True),
    "put_invoice_file": of_one(
        _both, "invoice_id", "invoice entered", make=lambda town: {"content": PDF, "media_type": "application/pdf"}
    ),
    "get_invoice_file": of_one(_both, "invoice_id", "invoice entered"),
    "list_invoice_differences": Case(
        lambda town: Ask(query=f"?canteen={town.land.prefecture_canteen}"), None, _both, lists=True
    ),
    "resolve_invoice_difference": Case(
        lambda town: _resolution(town, town.ids["order invoiced"]),
        lambda town: _resolution(town, new_id()),
        _both,
    ),
    "put_payment_terms": Case(
        lambda town: _terms(town, town.land.prefecture),
        lambda town: _terms(town, new_id()),
        lambda town: Whose(path=PATH_OF[PREFECTURE]),
    ),
    "get_payment_terms": Case(lambda town: Ask({"unit_id": town.land.prefecture})),
    "list_overdue_payments": Case(
        lambda town: Ask(query=f"?canteen={town.land.prefecture_canteen}"), None, _both, lists=True
    ),
    "get_sales": Case(
        lambda town: Ask({"supplier_id": town.seller.id}, query="?year=2026"),
        lambda town: Ask({"supplier_id": new_id()}, query="?year=2026"),
        lambda town: Whose(supplier=town.seller.id),
    ),
    "list_days_to_pay": Case(lambda town: Ask(query="?month=2026-03")),
}
