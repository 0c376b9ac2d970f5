"""Where both sides of an order go."""

from starlette.routing import BaseRoute

from gateway.pages.kit.routing import show, take
from gateway.pages.kit.static import OFFLINE
from gateway.pages.orders import acts, confirming, delivery_note, order, order_list, shipping, stalls, weighing

routes: list[BaseRoute] = [
    show(OFFLINE, weighing.show_offline, signed_in=False),
    show("/orders", order_list.show_orders),
    show("/orders/{order_id:uuid}", order.show_order),
    show("/orders/{order_id:uuid}/confirmation", confirming.show_confirming),
    take("/orders/{order_id:uuid}/confirmation", confirming.confirm),
    take("/orders/{order_id:uuid}/decline", acts.decline),
    take("/orders/{order_id:uuid}/cancellation", acts.cancel),
    show("/orders/{order_id:uuid}/packing", weighing.show_packing),
    take("/orders/{order_id:uuid}/packing", weighing.pack),
    show("/orders/{order_id:uuid}/delivery-note", delivery_note.show_delivery_note),
    show("/orders/{order_id:uuid}/shipment", shipping.show_shipping),
    take("/orders/{order_id:uuid}/shipment", shipping.ship),
    show("/orders/{order_id:uuid}/acceptance", weighing.show_receiving),
    take("/orders/{order_id:uuid}/acceptance", weighing.receive),
    take("/orders/{order_id:uuid}/weighings/{acceptance_id:uuid}/agreement", acts.agree_weight),
    take("/orders/{order_id:uuid}/weighings/{acceptance_id:uuid}/agreement/objection", acts.object_to_weight),
    take("/orders/{order_id:uuid}/weighings/{acceptance_id:uuid}/second", acts.second_weight),
    take("/orders/{order_id:uuid}/weighings/{acceptance_id:uuid}/second/objection", acts.object_as_second),
    take("/orders/{order_id:uuid}/substitutes/{substitute_id:uuid}/acceptance", acts.take_substitute),
    take("/orders/{order_id:uuid}/substitutes/{substitute_id:uuid}/refusal", acts.refuse_substitute),
    show("/orders/{order_id:uuid}/return", weighing.show_sending_back),
    take("/orders/{order_id:uuid}/return", weighing.send_back),
    take("/orders/{order_id:uuid}/cancellation/agreement", acts.agree_cancel),
    take("/orders/{order_id:uuid}/cancellation/agreement/objection", acts.object_to_cancel),
    take("/orders/{order_id:uuid}/returns/{return_id:uuid}/agreement", acts.agree_return),
    take("/orders/{order_id:uuid}/returns/{return_id:uuid}/replacement", acts.replace),
    take("/orders/{order_id:uuid}/returns/{return_id:uuid}/credit", acts.credit_instead),
    take("/orders/{order_id:uuid}/returns/{return_id:uuid}/refusal", acts.refuse_return),
    take("/orders/{order_id:uuid}/returns/{return_id:uuid}/escalation", acts.escalate_return),
    take("/orders/{order_id:uuid}/returns/{return_id:uuid}/withdrawal", acts.withdraw_return),
    show("/orders/{order_id:uuid}/credit", weighing.show_credit),
    take("/orders/{order_id:uuid}/credit", weighing.credit),
    take("/orders/{order_id:uuid}/payments", acts.pay),
    take("/orders/{order_id:uuid}/payments/{payment_id:uuid}/voucher", acts.upload_voucher),
    take("/orders/{order_id:uuid}/payments/{payment_id:uuid}/confirmation", acts.confirm_payment),
    take("/orders/{order_id:uuid}/payments/{payment_id:uuid}/denial", acts.deny_payment),
    take("/orders/{order_id:uuid}/payments/{payment_id:uuid}/withdrawal", acts.withdraw_payment),
    show("/on-site", stalls.show_sales),
    show("/on-site/{sale_id:uuid}", stalls.show_sale),
    take("/on-site/{sale_id:uuid}/confirmation", stalls.confirm_sale),
    take("/on-site/{sale_id:uuid}/denial", stalls.deny_sale),
    take("/on-site/{sale_id:uuid}/withdrawal", stalls.withdraw_sale),
    show("/supplier/{supplier_id:uuid}/on-site", stalls.show_stall),
    take("/supplier/{supplier_id:uuid}/on-site", stalls.enter),
]
