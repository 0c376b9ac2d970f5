"""The pages of Zhucai: server-rendered, without script, Chinese first; the gateway mounts `routes`."""

from starlette.routing import BaseRoute, Mount, Route

from gateway.pages import (
    account,
    basket,
    catalogue,
    finance,
    officer,
    open_data,
    order_acts,
    orders,
    public,
    requisitions,
    statements,
    supplier,
    supplier_listings,
    verifying,
)
from gateway.pages.page import Handler, refused, served
from gateway.pages.static import Static

__all__ = ["refused", "routes"]


def _show(path: str, handler: Handler, *, signed_in: bool = True) -> Route:
    return Route(path, served(handler, signed_in=signed_in), methods=["GET"])


def _take(path: str, handler: Handler, *, signed_in: bool = True) -> Route:
    return Route(path, served(handler, signed_in=signed_in), methods=["POST"])


routes: list[BaseRoute] = [
    Mount("/static", Static()),
    # ── anyone ──
    _show("/", public.show_home, signed_in=False),
    _show("/catalogue", catalogue.show_catalogue, signed_in=False),
    _show("/listings/{listing_id:uuid}", catalogue.show_listing, signed_in=False),
    _show("/suppliers/{supplier_id:uuid}", catalogue.show_supplier, signed_in=False),
    _show("/problems/{slug}", public.show_problem, signed_in=False),
    _show("/open-data", open_data.show_open_data, signed_in=False),
    _show("/verify", verifying.show_verify, signed_in=False),
    _take("/verify", verifying.verify, signed_in=False),
    _show("/sign-in", account.show_sign_in, signed_in=False),
    _take("/sign-in", account.sign_in, signed_in=False),
    _show("/sign-up", account.show_sign_up, signed_in=False),
    _take("/sign-up", account.sign_up, signed_in=False),
    _take("/sign-out", account.sign_out, signed_in=False),
    _take("/preferences", account.set_preferences, signed_in=False),
    _show("/account", account.show_account),
    # ── buyer and approver ──
    _show("/basket", basket.show_basket),
    _take("/basket", basket.change_basket),
    _take("/basket/lines", basket.add_line),
    _take("/basket/requisition", basket.send_requisition),
    _show("/requisitions", requisitions.show_requisitions),
    _show("/requisitions/{requisition_id:uuid}", requisitions.show_requisition),
    _take("/requisitions/{requisition_id:uuid}/decision", requisitions.decide),
    # ── orders, both sides ──
    _show("/orders", orders.show_orders),
    _show("/orders/{order_id:uuid}", orders.show_order),
    _take("/orders/{order_id:uuid}/confirmation", order_acts.confirm),
    _take("/orders/{order_id:uuid}/decline", order_acts.decline),
    _take("/orders/{order_id:uuid}/cancellation", order_acts.cancel),
    _show("/orders/{order_id:uuid}/packing", order_acts.show_packing),
    _take("/orders/{order_id:uuid}/packing", order_acts.pack),
    _take("/orders/{order_id:uuid}/shipment", order_acts.ship),
    _show("/orders/{order_id:uuid}/acceptance", order_acts.show_receiving),
    _take("/orders/{order_id:uuid}/acceptance", order_acts.receive),
    _take("/orders/{order_id:uuid}/weighings/{acceptance_id:uuid}/agreement", order_acts.agree_weight),
    _take("/orders/{order_id:uuid}/weighings/{acceptance_id:uuid}/agreement/objection", order_acts.object_to_weight),
    _take("/orders/{order_id:uuid}/weighings/{acceptance_id:uuid}/second", order_acts.second_weight),
    _take("/orders/{order_id:uuid}/weighings/{acceptance_id:uuid}/second/objection", order_acts.object_as_second),
    _show("/orders/{order_id:uuid}/return", order_acts.show_sending_back),
    _take("/orders/{order_id:uuid}/return", order_acts.send_back),
    _take("/orders/{order_id:uuid}/returns/{return_id:uuid}/agreement", order_acts.agree_return),
    _show("/orders/{order_id:uuid}/credit", order_acts.show_credit),
    _take("/orders/{order_id:uuid}/credit", order_acts.credit),
    _take("/orders/{order_id:uuid}/payments", order_acts.pay),
    _take("/orders/{order_id:uuid}/payments/{payment_id:uuid}/voucher", order_acts.upload_voucher),
    _take("/orders/{order_id:uuid}/payments/{payment_id:uuid}/confirmation", order_acts.confirm_payment),
    # ── supplier ──
    _show("/supplier", supplier.show_business),
    _show("/supplier/apply", supplier.show_apply),
    _take("/supplier/apply", supplier.apply),
    _show("/supplier/{supplier_id:uuid}/apply", supplier.show_change),
    _show("/supplier/{supplier_id:uuid}/application", supplier.show_application),
    _take("/supplier/{supplier_id:uuid}/documents", supplier.upload_document),
    _show("/supplier/{supplier_id:uuid}/listings", supplier_listings.show_listings),
    _take("/supplier/{supplier_id:uuid}/listings", supplier_listings.save),
    _show("/supplier/{supplier_id:uuid}/listings/new", supplier_listings.show_new),
    _show("/supplier/{supplier_id:uuid}/listings/{listing_id:uuid}", supplier_listings.show_listing),
    _show("/supplier/{supplier_id:uuid}/listings/{listing_id:uuid}/edit", supplier_listings.show_edit),
    _take("/supplier/{supplier_id:uuid}/listings/{listing_id:uuid}/photos", supplier_listings.upload_photo),
    _take("/supplier/{supplier_id:uuid}/listings/{listing_id:uuid}/submission", supplier_listings.submit),
    _take("/supplier/{supplier_id:uuid}/listings/{listing_id:uuid}/withdrawal", supplier_listings.withdraw),
    _take("/supplier/{supplier_id:uuid}/listings/{listing_id:uuid}/stock", supplier_listings.set_stock),
    # ── federation officer ──
    _show("/review", officer.show_queue),
    _show("/review/suppliers", officer.show_suppliers),
    _show("/review/suppliers/{supplier_id:uuid}", officer.show_supplier),
    _take("/review/suppliers/{supplier_id:uuid}", officer.review_supplier),
    _show("/review/listings/{listing_id:uuid}", officer.show_listing),
    _take("/review/listings/{listing_id:uuid}", officer.review_listing),
    # ── statements and finance ──
    _show("/statements", statements.show_subjects),
    _show("/statements/{subject_id:uuid}", statements.show_statement),
    _show("/statements/{subject_id:uuid}/lines", statements.show_lines),
    _show("/off-platform", finance.show_purchases),
    _take("/off-platform", finance.record_purchase),
    _show("/off-platform/new", finance.show_new_purchase),
    _show("/off-platform/{purchase_id:uuid}", finance.show_purchase),
    _take("/off-platform/{purchase_id:uuid}/verification", finance.verify_purchase),
    _show("/attestations/{canteen_id:uuid}/{year:int}/{month:int}", finance.show_attestation),
    _take("/attestations/{canteen_id:uuid}/{year:int}/{month:int}", finance.attest),
]
