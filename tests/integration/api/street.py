"""One of everybody who may ask, and one of everything that they may ask about, by the names that the document uses."""

from typing import Any

from shared.contracts.authority import POLICY
from shared.ids import new_id
from tests.build.door import Person
from tests.build.town import Town

ASKERS = {
    "public": "public",
    "buyer": "buyer own",
    "supplier": "supplier own",
    "officer": "officer province",
    "finance": "finance prefecture",
}
"""By role, who of the town asks."""
BESIDE = {"auditor": "auditor province", "approver": "approver prefecture"}
"""Who asks what nobody of these may."""
_ASKERS_OF = {"catalog": "supplier", "order": "buyer", "procurement_quota": "finance", "gateway": "public"}
_OTHERS_OF = {
    "review_supplier": "officer",
    "review_listing": "officer",
    "review_capacity": "officer",
    "list_capacities": "officer",
    "list_appeals": "officer",
    "decide_appeal": "officer",
    **dict.fromkeys((f"review_{subject}" for subject in ("recognition", "certificate", "figure")), "officer"),
    "put_support": "officer",
    **dict.fromkeys(("list_ties", "list_people"), "auditor"),
    **dict.fromkeys(("put_contact", "get_contact"), "buyer"),
    **dict.fromkeys((name for name in POLICY if "notice" in name or "mail_" in name), "approver"),
    **dict.fromkeys((name for name in POLICY if "_calendar" in name), "supplier"),
    **dict.fromkeys((name for name in POLICY if "_webhook_" in name), "buyer"),
    **dict.fromkeys(("list_price_changes", "see_prices"), "officer"),
    "decide_flag": "auditor",
    **dict.fromkeys((name for name in POLICY if name.endswith(("_price_import", "_price_imports"))), "officer"),
    **dict.fromkeys(("list_cases", "get_case", "step_case", "put_case_paper", "link_case_paper"), "officer"),
    **dict.fromkeys(("put_invoice", "put_invoice_file"), "supplier"),
    "put_stock": "supplier",
    **dict.fromkeys(("put_on_site_sale", "put_on_site_photo", "withdraw_on_site_sale"), "supplier"),
    **dict.fromkeys((name for name in POLICY if "stock_" in name), "supplier"),
    "decide_requisition": "officer",
    "put_budget": "finance",
    **dict.fromkeys((name for name in POLICY if name.endswith(("_draft", "_drafts", "_if_rule"))), "officer"),
    "put_unit_move": "officer",
    "decide_canteen_filing": "officer",
    **dict.fromkeys((name for name in POLICY if "draw_" in name or "sample_" in name), "auditor"),
    **dict.fromkeys((name for name in POLICY if "_referral" in name or "_visit" in name), "auditor"),
    "review_conflict": "auditor",
    "list_conflict_decisions": "auditor",
    **dict.fromkeys(("put_fair", "step_fair", "review_fair_supplier", "review_fair_sale"), "officer"),
}


def asker_of(operation: str) -> str:
    """Tell as whom an operation is asked for."""
    return _OTHERS_OF.get(operation, _ASKERS_OF[POLICY[operation].program])


class Street:
    """The town as the tests of the API see it: people by role, and ids by the name of a path's parameter."""

    def __init__(self, town: Town) -> None:
        everybody = ASKERS | BESIDE
        self.people: dict[str, Person] = {asker: town.person(label) for asker, label in everybody.items()}
        self._paid_order = str(town.ids["order to voucher"])
        self._returned_order = str(town.ids["order of return to agree"])
        self._account_payment = str(town.ids["account payment to voucher"])
        self._told_sale = str(town.ids["on-site sale to confirm"])
        self.ids: dict[str, str] = {
            "supplier_id": str(town.ids["supplier"]),
            "document_id": str(town.ids["document"]),
            "file_id": str(town.ids["document"]),
            "listing_id": str(town.goods.id),
            "photo_id": str(town.ids["photo"]),
            "change_id": str(new_id()),
            "basket_id": str(town.ids["basket"]),
            "standing_order_id": str(town.ids["standing order"]),
            "policy_id": str(town.ids["policy"]),
            "delegation_id": str(town.ids["delegation"]),
            "budget_id": str(town.ids["budget"]),
            "requisition_id": str(town.ids["requisition awaiting"]),
            "order_id": str(town.ids["order accepted"]),
            "statement_id": str(town.ids["statement"]),
            "invoice_id": str(town.ids["invoice entered"]),
            "payment_id": str(town.ids["payment"]),
            "return_id": str(town.ids["return to agree"]),
            "reservation_id": str(town.ids["reservation filed"]),
            "purchase_id": str(town.ids["purchase"]),
            "draft_id": str(town.ids["own rule draft"]),
            "import_id": str(town.ids["import"]),
            "red_letter_id": str(town.ids["red letter"]),
            "canteen_id": str(town.land.prefecture_canteen),
            "line_id": str(town.ids["line of order accepted"]),
            "subject_id": str(town.land.prefecture_canteen),
            "unit_id": str(town.land.prefecture),
            "declaration_id": str(town.ids["declaration to read"]),
            "move_id": str(town.ids["move"]),
            "filing_id": str(town.ids["filing"]),
            "opening_id": str(town.ids["opening"]),
            "checkpoint_id": town.ids["checkpoint"],
            "unit": str(town.land.prefecture),
            "code": town.ids["issued code"],
            "transfer_id": str(town.ids["transfer"]),
            "to_canteen_id": str(town.land.other_canteen),
            "draw_id": str(town.ids["draw to read"]),
            "referral_id": str(town.ids["referral"]),
            "visit_id": str(town.ids["visit"]),
            "conflict_id": str(town.ids["conflict"]),
            "fair_id": str(town.ids["fair"]),
            "on_site_sale_id": str(town.ids["on-site sale to read"]),
            "about_unit_id": str(town.land.elsewhere),
            "appeal_id": str(town.ids["appeal"]),
            "invitation_id": str(town.ids["invitation"]),
            "account_id": str(town.ids["helper"]),
            "plot_id": str(town.ids["plot"]),
            "capacity_id": str(town.ids["capacity"]),
            "sale_id": str(town.ids["new outside sale"]),
            "recognition_id": str(town.ids["recognition"]),
            "certificate_id": str(town.ids["certificate"]),
            "figure_id": str(town.ids["figure"]),
            "support_id": str(town.ids["support"]),
            "case_id": str(town.ids["case"]),
            "flag_id": str(town.ids["flag"]),
            "answer_id": str(town.ids["answer"]),
            "notice_id": str(town.ids["notice"]),
            "endpoint_id": str(town.ids["endpoint to end"]),
            "calendar_id": str(town.ids["calendar to end"]),
            "feed_token": town.ids["calendar token"],
            "package_id": str(town.ids["package"]),
            "part": "listings-1-of-1",
            "dataset": "listings",
        }

    def ids_of_a_file(self, path: str) -> dict[str, str]:
        """Name what a file is of, with its own order where that is another than the one that all else is asked of."""
        if "{statement_id}" in path:
            return self.ids | {"payment_id": self._account_payment}
        if "{payment_id}" in path:
            return self.ids | {"order_id": self._paid_order}
        if "{return_id}" in path:
            return self.ids | {"order_id": self._returned_order}
        if "{on_site_sale_id}" in path:
            return self.ids | {"on_site_sale_id": self._told_sale}
        return self.ids

    def fitted(self, example: Any) -> Any:
        """Give an example of the document with the ids of things that there are in place of its own."""
        if isinstance(example, dict):
            return {name: self.ids.get(name, self.fitted(value)) for name, value in example.items()}
        if isinstance(example, list):
            return [self.fitted(one) for one in example]
        return example
