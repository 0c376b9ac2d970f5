"""Where who invoices and who checks invoices go."""

from starlette.routing import BaseRoute

from gateway.pages.invoices import differing, invoice, recording
from gateway.pages.kit.routing import show, take

routes: list[BaseRoute] = [
    show("/invoices", invoice.show_invoices),
    take("/invoices", recording.record),
    show("/invoices/orders", recording.choose_orders),
    show("/invoices/new", recording.new_invoice),
    show("/invoices/differences", differing.show_differences),
    take("/invoices/differences/{order_id:uuid}", differing.resolve),
    show("/invoices/{invoice_id:uuid}", invoice.show_invoice),
    take("/invoices/{invoice_id:uuid}/file", invoice.upload_file),
    show("/invoices/{invoice_id:uuid}/red", recording.new_red_letter),
]
