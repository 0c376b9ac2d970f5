"""Where who buys and who approves go."""

from starlette.routing import BaseRoute

from gateway.pages.buyer import basket, delegations, requisitions
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
]
