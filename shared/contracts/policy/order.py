"""Who may ask what of orders (订单): stock, baskets, requisitions, the steps of an order, its money."""

from shared.contracts.grants import (
    FINANCE,
    HANDS,
    OFFICERS,
    ORDER,
    OWN_CANTEEN,
    OWNER,
    PEOPLE,
    PUBLIC,
    READERS,
    SIGNED_IN,
    Grant,
    Operation,
    Reach,
    Role,
)

DECIDERS = tuple(Grant(role, Reach.OWN_UNIT) for role in (Role.APPROVER, Role.FINANCE, Role.OFFICER))
"""Whoever a unit's rule may ask to decide; whose turn it is depends on how the requisition stands."""

ROWS: dict[str, Operation] = {
    "put_stock": Operation("PUT", "/stock/{listing_id}", ORDER, HANDS),
    "put_season": Operation("PUT", "/stock/{listing_id}/season", ORDER, HANDS),
    "get_stock": Operation("GET", "/stock/{listing_id}", ORDER, PEOPLE),
    "get_stock_sheet": Operation("GET", "/suppliers/{supplier_id}/stock-sheet", ORDER, PEOPLE),
    "get_stock_import_schema": Operation("GET", "/stock-imports/schema", ORDER, PUBLIC),
    "get_stock_import_template": Operation("GET", "/stock-imports/template", ORDER, PUBLIC),
    "put_stock_import": Operation("PUT", "/stock-imports/{import_id}", ORDER, HANDS),
    "get_stock_import": Operation("GET", "/stock-imports/{import_id}", ORDER, PEOPLE),
    "get_stock_import_report": Operation("GET", "/stock-imports/{import_id}/report", ORDER, PEOPLE),
    "accept_stock_import": Operation("POST", "/stock-imports/{import_id}/acceptance", ORDER, HANDS),
    "put_basket": Operation("PUT", "/baskets/{basket_id}", ORDER, OWN_CANTEEN),
    "repeat_order": Operation("PUT", "/baskets/{basket_id}/repetition", ORDER, OWN_CANTEEN),
    "get_basket": Operation("GET", "/baskets/{basket_id}", ORDER, OWN_CANTEEN),
    "put_standing_order": Operation("PUT", "/standing-orders/{standing_order_id}", ORDER, OWN_CANTEEN),
    "get_standing_order": Operation("GET", "/standing-orders/{standing_order_id}", ORDER, (*OWN_CANTEEN, *READERS)),
    "list_standing_orders": Operation("GET", "/standing-orders", ORDER, (*OWN_CANTEEN, *READERS)),
    "put_requisition": Operation("PUT", "/requisitions/{requisition_id}", ORDER, OWN_CANTEEN),
    "get_requisition": Operation("GET", "/requisitions/{requisition_id}", ORDER, (*OWN_CANTEEN, *READERS)),
    "list_requisitions": Operation("GET", "/requisitions", ORDER, (*OWN_CANTEEN, *READERS)),
    "decide_requisition": Operation(
        "POST",
        "/requisitions/{requisition_id}/decisions",
        ORDER,
        DECIDERS,
        not_own=True,
    ),
    "put_approval_policy": Operation("PUT", "/approval-policies/{policy_id}", ORDER, FINANCE),
    "decide_approval_policy": Operation(
        "POST", "/approval-policies/{policy_id}/decisions", ORDER, OFFICERS, not_own=True
    ),
    "list_approval_policies": Operation("GET", "/approval-policies", ORDER, READERS),
    "put_budget": Operation("PUT", "/budgets/{budget_id}", ORDER, (Grant(Role.FINANCE, Reach.SUBTREE),)),
    "get_budget": Operation("GET", "/budgets/{budget_id}", ORDER, (*OWN_CANTEEN, *READERS)),
    "list_budgets": Operation("GET", "/budgets", ORDER, (*OWN_CANTEEN, *READERS)),
    "put_delegation": Operation("PUT", "/delegations/{delegation_id}", ORDER, DECIDERS),
    "end_delegation": Operation(
        "POST", "/delegations/{delegation_id}/ending", ORDER, (Grant(None, Reach.OWN_ACCOUNT), *OFFICERS)
    ),
    "list_delegations": Operation("GET", "/delegations", ORDER, SIGNED_IN),
    "withdraw_requisition": Operation("POST", "/requisitions/{requisition_id}/withdrawal", ORDER, OWN_CANTEEN),
    "list_orders": Operation("GET", "/orders", ORDER, (*OWN_CANTEEN, *PEOPLE, *READERS)),
    "get_order": Operation("GET", "/orders/{order_id}", ORDER, (*OWN_CANTEEN, *PEOPLE, *READERS)),
    "get_order_ocds": Operation("GET", "/orders/{order_id}/ocds", ORDER, (*OWN_CANTEEN, *PEOPLE, *READERS)),
    "get_delivery_note": Operation("GET", "/orders/{order_id}/delivery-note", ORDER, (*OWN_CANTEEN, *PEOPLE, *READERS)),
    "list_ocds_releases": Operation("GET", "/ocds/releases", ORDER, PUBLIC),
    "confirm_order": Operation("POST", "/orders/{order_id}/confirmation", ORDER, HANDS),
    "answer_substitute": Operation("POST", "/orders/{order_id}/substitutes/{substitute_id}/answer", ORDER, OWN_CANTEEN),
    "decline_order": Operation("POST", "/orders/{order_id}/decline", ORDER, HANDS),
    "pack_order": Operation("POST", "/orders/{order_id}/packing", ORDER, HANDS),
    "ship_order": Operation("POST", "/orders/{order_id}/shipment", ORDER, HANDS),
    "accept_order": Operation("POST", "/orders/{order_id}/acceptance", ORDER, OWN_CANTEEN),
    "agree_cancel": Operation("POST", "/orders/{order_id}/cancellation/agreement", ORDER, HANDS),
    "agree_weight": Operation("POST", "/orders/{order_id}/weighing/agreement", ORDER, HANDS),
    "second_weight": Operation(
        "POST",
        "/orders/{order_id}/weighing/second",
        ORDER,
        (*OWN_CANTEEN, Grant(Role.APPROVER, Reach.OWN_UNIT), *FINANCE),
    ),
    "put_scale_photo": Operation("PUT", "/orders/{order_id}/scale-photos/{photo_id}", ORDER, OWN_CANTEEN),
    "get_scale_photo": Operation(
        "GET", "/orders/{order_id}/scale-photos/{photo_id}", ORDER, (*OWN_CANTEEN, *PEOPLE, *READERS)
    ),
    "cancel_order": Operation("POST", "/orders/{order_id}/cancellation", ORDER, OWN_CANTEEN),
    "list_returns": Operation("GET", "/returns", ORDER, (*OWN_CANTEEN, *PEOPLE, *READERS)),
    "return_goods": Operation("POST", "/orders/{order_id}/returns", ORDER, OWN_CANTEEN),
    "agree_return": Operation("POST", "/orders/{order_id}/returns/{return_id}/agreement", ORDER, HANDS),
    "refuse_return": Operation("POST", "/orders/{order_id}/returns/{return_id}/refusal", ORDER, HANDS),
    "escalate_return": Operation("POST", "/orders/{order_id}/returns/{return_id}/escalation", ORDER, OWN_CANTEEN),
    "withdraw_return": Operation("POST", "/orders/{order_id}/returns/{return_id}/withdrawal", ORDER, OWN_CANTEEN),
    "rule_return": Operation(
        "POST",
        "/orders/{order_id}/returns/{return_id}/ruling",
        ORDER,
        (Grant(Role.OFFICER, Reach.ABOVE),),
        not_own=True,
    ),
    "put_return_paper": Operation(
        "PUT", "/orders/{order_id}/returns/{return_id}/evidence/{document_id}", ORDER, (*OWN_CANTEEN, *HANDS)
    ),
    "link_return_paper": Operation(
        "POST",
        "/orders/{order_id}/returns/{return_id}/evidence/{document_id}/links",
        ORDER,
        (*OWN_CANTEEN, *PEOPLE, *READERS),
    ),
    "get_order_file": Operation("GET", "/order-files/{file_id}", ORDER, PUBLIC),  # to whoever has the link
    "credit_order": Operation("POST", "/orders/{order_id}/credits", ORDER, OWNER),
    "put_payment": Operation("PUT", "/orders/{order_id}/payments/{payment_id}", ORDER, (*OWN_CANTEEN, *FINANCE)),
    "put_voucher": Operation(
        "PUT", "/orders/{order_id}/payments/{payment_id}/voucher", ORDER, (*OWN_CANTEEN, *FINANCE)
    ),
    "get_voucher": Operation(
        "GET",
        "/orders/{order_id}/payments/{payment_id}/voucher",
        ORDER,
        (*OWN_CANTEEN, *PEOPLE, *READERS),
    ),
    "confirm_payment": Operation("POST", "/orders/{order_id}/payments/{payment_id}/confirmation", ORDER, OWNER),
    "put_payee_account": Operation("PUT", "/suppliers/{supplier_id}/payee-accounts/{payee_id}", ORDER, OWNER),
    "get_payee_account": Operation("GET", "/suppliers/{supplier_id}/payee-account", ORDER, PEOPLE),
    "retry_refund": Operation(
        "POST", "/orders/{order_id}/refunds/{refund_id}/retry", ORDER, (*OWN_CANTEEN, *FINANCE, *OWNER)
    ),
    "send_refund": Operation("POST", "/orders/{order_id}/refunds/{refund_id}/transfer", ORDER, OWNER),
    "receive_refund": Operation(
        "POST", "/orders/{order_id}/refunds/{refund_id}/receipt", ORDER, (*OWN_CANTEEN, *FINANCE)
    ),
    "deny_payment": Operation("POST", "/orders/{order_id}/payments/{payment_id}/denial", ORDER, OWNER),
    "withdraw_payment": Operation(
        "POST", "/orders/{order_id}/payments/{payment_id}/withdrawal", ORDER, (*OWN_CANTEEN, *FINANCE)
    ),
    "list_reconciliations": Operation(
        "GET",
        "/reconciliations",
        ORDER,
        (Grant(Role.FINANCE, Reach.SUBTREE), Grant(Role.AUDITOR, Reach.SUBTREE)),
    ),
    "hear_stripe": Operation("POST", "/webhooks/stripe", ORDER, PUBLIC),
}
