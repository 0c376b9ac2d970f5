"""Where who buys and who approves go."""

from starlette.routing import BaseRoute

from gateway.pages.buyer import basket, delegations, requisitions, standing, standing_form
from gateway.pages.kit.routing import show, take

routes: list[BaseRoute] = [
    show("/basket", basket.show_basket),
    take("/basket", basket.change_basket),
    take("/basket/lines", basket.add_line),
    take("/basket/requisition", basket.send_requisition),
    show("/delegations", delegations.show_delegations),
    take("/delegations", delegations.delegate),
    take("/delegations/{delegation_id:uuid}/ending", delegations.end),
    show("/requisitions", requisitions.show_requisitions),
    show("/requisitions/{requisition_id:uuid}", requisitions.show_requisition),
    take("/requisitions/{requisition_id:uuid}/decision", requisitions.decide),
    show("/standing-orders", standing.show_standing_orders),
    take("/standing-orders", standing_form.make_standing_order),
    show("/standing-orders/new", standing_form.new_standing_order),
    show("/standing-orders/{standing_order_id:uuid}", standing.show_standing_order),
    take("/standing-orders/{standing_order_id:uuid}", standing_form.change_standing_order),
    show("/standing-orders/{standing_order_id:uuid}/edit", standing_form.edit_standing_order),
    take("/standing-orders/{standing_order_id:uuid}/state", standing.change_state),
    take("/standing-orders/{standing_order_id:uuid}/basket", standing.open_draft),
]
