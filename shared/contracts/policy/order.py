"""Who may ask what of orders (订单): stock, baskets, requisitions, the steps of an order, its money."""

from shared.contracts.grants import (
    FINANCE,
    HANDS,
    ORDER,
    OWN_CANTEEN,
    OWNER,
    PEOPLE,
    PUBLIC,
    READERS,
    Grant,
    Operation,
    Reach,
    Role,
)

ROWS: dict[str, Operation] = {
    "put_stock": Operation("PUT", "/stock/{listing_id}", ORDER, HANDS),
    "get_stock": Operation("GET", "/stock/{listing_id}", ORDER, PEOPLE),
    "put_basket": Operation("PUT", "/baskets/{basket_id}", ORDER, OWN_CANTEEN),
    "get_basket": Operation("GET", "/baskets/{basket_id}", ORDER, OWN_CANTEEN),
    "put_requisition": Operation("PUT", "/requisitions/{requisition_id}", ORDER, OWN_CANTEEN),
    "get_requisition": Operation("GET", "/requisitions/{requisition_id}", ORDER, (*OWN_CANTEEN, *READERS)),
    "list_requisitions": Operation("GET", "/requisitions", ORDER, (*OWN_CANTEEN, *READERS)),
    "decide_requisition": Operation(
        "POST",
        "/requisitions/{requisition_id}/decisions",
        ORDER,
        (Grant(Role.APPROVER, Reach.OWN_UNIT),),
        not_own=True,
    ),
    "list_orders": Operation("GET", "/orders", ORDER, (*OWN_CANTEEN, *PEOPLE, *READERS)),
    "get_order": Operation("GET", "/orders/{order_id}", ORDER, (*OWN_CANTEEN, *PEOPLE, *READERS)),
    "confirm_order": Operation("POST", "/orders/{order_id}/confirmation", ORDER, HANDS),
    "decline_order": Operation("POST", "/orders/{order_id}/decline", ORDER, HANDS),
    "pack_order": Operation("POST", "/orders/{order_id}/packing", ORDER, HANDS),
    "ship_order": Operation("POST", "/orders/{order_id}/shipment", ORDER, HANDS),
    "accept_order": Operation("POST", "/orders/{order_id}/acceptance", ORDER, OWN_CANTEEN),
    "cancel_order": Operation("POST", "/orders/{order_id}/cancellation", ORDER, OWN_CANTEEN),
    "return_goods": Operation("POST", "/orders/{order_id}/returns", ORDER, OWN_CANTEEN),
    "agree_return": Operation("POST", "/orders/{order_id}/returns/{return_id}/agreement", ORDER, HANDS),
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
    "hear_stripe": Operation("POST", "/webhooks/stripe", ORDER, PUBLIC),
}
